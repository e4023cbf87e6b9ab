"""Invariant sums of squares of functions on a family of sets of vertices, on which a permutation group G acts.

Let Ω be a family of sets that G permutes, and A the algebra of the matrices over Q, with rows and columns in Ω, that
commute with G. Split Q^Ω into parts that G and A keep, by the eigenspaces of sums over conjugacy classes of G. In each
part take any f ≠ 0 and a basis b of the space A f. Then the invariant sums of squares of functions in the part are the
averages over G of bᵀ X b, X positive semidefinite, provided that f has a component in every irreducible constituent.

Proof. Over R, a part is a sum of W ⊗ E^h with W irreducible, E = End_G(W) (R, C or the quaternions), and A acts on it
as the matrices of size h over E. The average of q² depends on q in W ⊗ E^h through a Hermitian form on E^h only, and
the forms of rank one, which generate the cone, come from q = u ⊗ c with one fixed u. If f has the nonzero component Σ
u_i ⊗ c_i, the c_i independent, then A f contains u_1 ⊗ c for all c. Different W do not mix (Schur). ∎

If f is fixed by the subgroup H, so is all of A f: with f = a function on an orbit G/H, the functions b are sums over
orbits of H. No irreducible representation is written down, and the order of G is never needed: conjugacy classes too
large to be listed are left out, which can merge parts and make blocks larger, not wrong.

That every constituent is met is checked: the translates of all b span Q^Ω.

Main definitions: `invariant_squares`, `act`.

References: Gatermann and Parrilo (2004); Bachoc, Gijswijt, Schrijver and Vallentin, Invariant semidefinite programs
(2012), section 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from math import gcd
from random import Random

from flint import fmpq_mat, fmpq_poly, fmpz_mat, nmod_mat

from kissalg.algebra.automorphisms import Permutation, orbits
from kissalg.algebra.graphs import members
from kissalg.errors import ParameterError
from kissalg.exact.matrix import nullspace, pivot_columns

__all__ = ["Function", "act", "invariant_squares"]

MAX_POINTS = 1200
_CLASS_LIMIT = 400  # elements of a conjugacy class
_CLASSES = 6
_PRIME = (1 << 61) - 1

Function = dict[int, int]
"""A function on Ω: its values that are not zero, by set."""


def act(permutation: Sequence[int], vertices: int) -> int:
    """The image of a set of vertices.

    Args:
        permutation: the image of every vertex, in order.
        vertices: a set of vertices, bit v for the vertex v.

    >>> act((1, 2, 0), 0b011)
    6
    """
    return sum(1 << permutation[v] for v in members(vertices))


def invariant_squares(family: Sequence[int], generators: Sequence[Permutation]) -> tuple[tuple[Function, ...], ...]:
    """For each part of Q^Ω the functions b with which the invariant sums of squares are the averages of bᵀ X b.

    Args:
        family: Ω, sets of vertices, without repetition.
        generators: permutations of the vertices that permute Ω; none for the trivial group, where b are all unit
            functions.

    Raises:
        ParameterError: if a generator does not permute Ω, or Ω has more than 1200 sets and the group is not trivial.

    >>> invariant_squares([0, 1, 2, 4], [(1, 2, 0)])  # the empty set and the three vertices, under rotation
    (({0: 1}, {1: 1, 2: 1, 4: 1}), ({1: -1, 2: 1}, {1: 1, 4: -1}))
    """
    moving = [g for g in generators if any(image != v for v, image in enumerate(g))]
    if not moving:
        return (tuple({vertices: 1} for vertices in family),)
    if len(family) > MAX_POINTS:
        raise ParameterError(
            f"expected at most {MAX_POINTS} sets for a reduction by symmetry, found {len(family)}: lower the level"
        )
    module = _Module(list(family), moving)
    blocks = module.blocks(every=False)
    if not module.spanned_by(blocks):
        blocks = module.blocks(every=True)
        if not module.spanned_by(blocks):
            raise AssertionError("the blocks miss a constituent: please report this")
    return tuple(blocks)


@dataclass(eq=False)
class _Module:
    """Q^Ω."""

    family: list[int]
    generators: list[Permutation]

    @cached_property
    def images(self) -> list[list[int]]:
        """Each generator as a permutation of the indices of Ω."""
        place = {vertices: i for i, vertices in enumerate(self.family)}
        moved = [[place.get(act(g, vertices), -1) for vertices in self.family] for g in self.generators]
        for g, row in zip(self.generators, moved, strict=True):
            if -1 in row:
                raise ParameterError(
                    f"the permutation {g} maps {list(members(self.family[row.index(-1)]))} out of the family"
                )
        return moved

    @cached_property
    def orbits(self) -> list[list[int]]:
        """The orbits on Ω, as indices."""
        return orbits(range(len(self.family)), [dict(enumerate(row)) for row in self.images])

    @cached_property
    def orbit_of(self) -> list[int]:
        """The number of the orbit of each point."""
        result = [0] * len(self.family)
        for number, orbit in enumerate(self.orbits):
            for point in orbit:
                result[point] = number
        return result

    def orbitals(self, j: int) -> list[list[int]]:
        """A number for the orbit of each pair (point of Ω, point of orbit j).

        Rows by point of Ω, columns by point of Ω, -1 outside the orbit.
        """
        size, columns = len(self.family), self.orbits[j]
        table = [[-1] * size for _ in range(size)]
        count = 0
        for start in range(size):
            for column in columns:
                if table[start][column] >= 0:
                    continue
                table[start][column] = count
                border = [(start, column)]
                while border:
                    a, b = border.pop()
                    for image in self.images:
                        c, d = image[a], image[b]
                        if table[c][d] < 0:
                            table[c][d] = count
                            border.append((c, d))
                count += 1
        return table

    @cached_property
    def central(self) -> list[tuple[int, Permutation]]:
        """An element of the centre of the group algebra, equal to its own adjoint: coefficients and permutations."""
        random = Random(1)
        result: list[tuple[int, Permutation]] = []
        known: set[Permutation] = set()
        inverses = [_inverse(g) for g in self.generators]
        found = 0
        for g in islice(self._elements(random), 4 * _CLASSES):
            if g in known or found == _CLASSES:
                continue
            members_of_class = self._class(g, inverses)
            if members_of_class is None:
                continue
            found += 1
            known |= members_of_class
            weight = random.randint(1, 1 << 10)
            for h in members_of_class:
                result += [(weight, h), (weight, _inverse(h))]
        return result

    def _elements(self, random: Random) -> Iterator[Permutation]:
        """Generators, products of two, and longer words."""
        yield from self.generators
        for g, h in islice(product(self.generators, repeat=2), 2 * _CLASSES):
            yield _product(g, h)
        word = self.generators[0]
        while True:
            word = _product(word, random.choice(self.generators))
            yield word

    def _class(self, g: Permutation, inverses: Sequence[Permutation]) -> set[Permutation] | None:
        """The conjugacy class, None if it is too large."""
        reached, border = {g}, [g]
        while border:
            x = border.pop()
            for s, inverse in zip(self.generators, inverses, strict=True):
                y = _product(s, _product(x, inverse))
                if y not in reached:
                    reached.add(y)
                    border.append(y)
            if len(reached) > _CLASS_LIMIT:
                return None
        return reached

    def blocks(self, *, every: bool) -> list[tuple[Function, ...]]:
        """For each part one block, from the orbit in which it occurs least often.

        With `every`, one from each orbit in which it occurs.
        """
        place = {vertices: i for i, vertices in enumerate(self.family)}
        tables: dict[int, tuple[list[list[int]], list[list[int]]]] = {}
        chosen: dict[tuple[str, int], tuple[int, int, list[int]]] = {}
        for j, orbit in enumerate(self.orbits):
            table = self.orbitals(j)
            cells: dict[int, list[int]] = {}
            for point in orbit:
                cells.setdefault(table[orbit[0]][point], []).append(point)
            listed = list(cells.values())
            tables[j] = (table, listed)
            cell_of = {point: c for c, cell in enumerate(listed) for point in cell}
            matrix = fmpz_mat(len(listed), len(listed))
            for c, cell in enumerate(listed):
                for weight, g in self.central:
                    matrix[c, cell_of[place[act(g, self.family[cell[0]])]]] += weight
            for factor, _ in matrix.charpoly().factor()[1]:
                kernel = nullspace(_evaluate(fmpq_poly(factor), fmpq_mat(matrix)))
                key = (str(factor), j if every else 0)
                if key not in chosen or kernel.ncols() < chosen[key][0]:
                    chosen[key] = (kernel.ncols(), j, _primitive(kernel))
        return [self._block(*tables[j], self.orbits[j], values) for _, j, values in chosen.values()]

    def _block(
        self, table: list[list[int]], cells: list[list[int]], orbit: list[int], values: Sequence[int]
    ) -> tuple[Function, ...]:
        """A basis of A f, f having these values on the cells of an orbit.

        The A_k f, k running through the orbitals with columns in that orbit.
        """
        f = {point: value for cell, value in zip(cells, values, strict=True) for point in cell if value}
        functions: list[Function] = []
        for rows in self.orbits:
            found: dict[int, Function] = {}
            for point in rows:
                line = table[point]
                for column, value in f.items():
                    image = found.setdefault(line[column], {})
                    image[point] = image.get(point, 0) + value
            candidates = [{p: v for p, v in image.items() if v} for image in found.values()]
            functions += _independent([c for c in candidates if c])
        return tuple({self.family[p]: v for p, v in _reduced(function).items()} for function in functions)

    def spanned_by(self, blocks: Sequence[Sequence[Function]]) -> bool:
        """Whether the translates of all functions span Q^Ω: orbit after orbit, modulo a prime."""
        place = {vertices: i for i, vertices in enumerate(self.family)}
        for number, orbit in enumerate(self.orbits):
            local = {point: k for k, point in enumerate(orbit)}
            rows = []
            for function in (function for block in blocks for function in block):
                points = {place[vertices]: value for vertices, value in function.items()}
                if self.orbit_of[next(iter(points))] == number:
                    row = [0] * len(orbit)
                    for point, value in points.items():
                        row[local[point]] = value
                    rows.append(row)
            moves = [[local[image[point]] for point in orbit] for image in self.images]
            if not rows or _span(rows, moves) < len(orbit):
                return False
        return True


def _product(g: Permutation, h: Permutation) -> Permutation:
    """First h, then g."""
    return tuple(g[x] for x in h)


def _inverse(g: Permutation) -> Permutation:
    result = [0] * len(g)
    for v, image in enumerate(g):
        result[image] = v
    return tuple(result)


def _evaluate(p: fmpq_poly, matrix: fmpq_mat) -> fmpq_mat:
    size = matrix.nrows()
    total = fmpq_mat(size, size)
    for c in reversed(p.coeffs()):
        total = total * matrix
        for i in range(size):
            total[i, i] += c
    return total


def _primitive(kernel: fmpq_mat) -> list[int]:
    """The first column of a matrix, as integers."""
    column = fmpq_mat(kernel.nrows(), 1, [kernel[i, 0] for i in range(kernel.nrows())])
    return [int(x) for x in column.numer_denom()[0].entries()]


def _reduced(function: Function) -> Function:
    """Divided by the greatest common divisor of the values."""
    divisor = gcd(*function.values())
    return {point: value // divisor for point, value in function.items()}


def _independent(functions: Sequence[Function]) -> list[Function]:
    """The first independent ones."""
    if not functions:
        return []
    points = {p: i for i, p in enumerate(dict.fromkeys(p for function in functions for p in function))}
    table = fmpq_mat(len(points), len(functions))
    for j, function in enumerate(functions):
        for p, value in function.items():
            table[points[p], j] = value
    return [functions[j] for j in pivot_columns(*table.rref())]


def _span(rows: list[list[int]], moves: Sequence[Sequence[int]]) -> int:
    """The dimension, modulo a prime, of the span of all translates of the rows."""
    width = len(rows[0])
    rank = 0
    while True:
        matrix = nmod_mat(len(rows), width, [value % _PRIME for row in rows for value in row], _PRIME)
        reduced, found = matrix.rref()
        if found in (rank, width):
            return found
        rank = found
        basis = [[int(reduced[i, j]) for j in range(width)] for i in range(rank)]
        rows = list(basis)
        for move in moves:
            for row in basis:
                image = [0] * width
                for k, value in enumerate(row):
                    image[move[k]] = value
                rows.append(image)
