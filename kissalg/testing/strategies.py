"""Hypothesis strategies: rationals, polynomials, points, matrices, rational points on spheres.

They shrink towards zero and simple fractions.

Main definitions: `rationals`, `rationals_of_height`, `univariate_polynomials`, `trivariate_polynomials`, `polynomials`
(any ring, weighted degrees), `invariant_elements`, `invariant_polynomials` (any finite group), `symmetric_polynomials`
(S_n), `points`, `sphere_points`, `spherical_codes`, `symmetric_matrices`, `psd_matrices`, `psd_matrices_of_rank`,
`graphs`, `solved_sdps` (semidefinite programs with their exact optimum), `certificates`, `mutated_certificates`,
`values_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from pathlib import Path
from random import Random
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly
from hypothesis import strategies as st

from kissalg.algebra.invariant_ring import COORDINATES, POWER_MEANS, exponents
from kissalg.exact.matrix import frobenius
from kissalg.exact.rational import RationalLike, rational
from kissalg.sdp.model import FreeVariable, NonnegativeVariable, Variable
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem
from kissalg.testing.checkers import Action, acted, generated_group
from kissalg.testing.mutations import KINDS, mutate

__all__ = [
    "SolvedSdp",
    "certificates",
    "graphs",
    "invariant_elements",
    "invariant_polynomials",
    "mutated_certificates",
    "points",
    "polynomials",
    "psd_matrices",
    "psd_matrices_of_rank",
    "rationals",
    "rationals_of_height",
    "solved_sdps",
    "sphere_points",
    "spherical_codes",
    "symmetric_matrices",
    "symmetric_polynomials",
    "trivariate_polynomials",
    "univariate_polynomials",
    "values_of",
]


def rationals(size: int = 20, denominators: int = 12) -> st.SearchStrategy[fmpq]:
    """Rational numbers p/q with |p| <= size and 1 <= q <= denominators.

    >>> from hypothesis import find
    >>> find(rationals(), lambda q: q > 1)
    2
    """
    return st.builds(fmpq, st.integers(-size, size), st.integers(1, denominators))


def univariate_polynomials(degree: int) -> st.SearchStrategy[fmpq_poly]:
    """Polynomials in Q[x] of degree <= `degree`.

    >>> from hypothesis import find
    >>> find(univariate_polynomials(3), lambda f: f.degree() == 2)
    x^2
    """
    return st.builds(fmpq_poly, st.lists(rationals(), max_size=degree + 1))


def trivariate_polynomials(
    degree: int, ring: fmpq_mpoly_ctx = COORDINATES, terms: int = 6
) -> st.SearchStrategy[fmpq_mpoly]:
    """Polynomials in three variables.

    Args:
        degree: the largest total degree.
        ring: a ring with three generators.
        terms: the largest number of terms.
    """
    triples: list[tuple[int, ...]] = [
        (a, b, c) for a in range(degree + 1) for b in range(degree + 1 - a) for c in range(degree + 1 - a - b)
    ]
    return st.dictionaries(st.sampled_from(triples), rationals(), max_size=terms).map(
        lambda chosen: ring.from_dict(dict(chosen))
    )


def invariant_elements(
    degree: int, ring: fmpq_mpoly_ctx = POWER_MEANS, terms: int = 6
) -> st.SearchStrategy[fmpq_mpoly]:
    """Elements of Q[m1, m2, m3], or of another ring with weights 1, 2, 3.

    Args:
        degree: the largest weight.
        ring: a ring with three generators.
        terms: the largest number of terms.
    """
    monomials: list[tuple[int, ...]] = list(exponents(degree))
    return st.dictionaries(st.sampled_from(monomials), rationals(), max_size=terms).map(
        lambda chosen: ring.from_dict(dict(chosen))
    )


def points(coordinates: int) -> st.SearchStrategy[tuple[fmpq, ...]]:
    """Rational points with this many coordinates."""
    return st.tuples(*[rationals()] * coordinates)


def sphere_points(dimension: int, radius: RationalLike = 1) -> st.SearchStrategy[tuple[fmpq, ...]]:
    """Rational points of a sphere, by inverse stereographic projection from either pole.

    Args:
        dimension: the number of coordinates, at least 1.
        radius: a rational number.

    Raises:
        ValueError: the dimension is not positive.

    >>> from hypothesis import find
    >>> find(sphere_points(3), lambda p: True)
    (0, 0, -1)
    """
    size = rational(radius)
    if dimension < 1:
        raise ValueError(f"expected at least one coordinate, found {dimension}")

    def lift(drawn: tuple[tuple[fmpq, ...], int]) -> tuple[fmpq, ...]:
        plane, pole = drawn
        norm = sum((x * x for x in plane), fmpq(0))
        return (*(size * 2 * x / (norm + 1) for x in plane), size * pole * (norm - 1) / (norm + 1))

    return st.tuples(points(dimension - 1), st.sampled_from((1, -1))).map(lift)


def symmetric_matrices(size: int) -> st.SearchStrategy[fmpq_mat]:
    """Symmetric rational matrices."""

    def build(entries: list[fmpq]) -> fmpq_mat:
        half = fmpq_mat(size, size, entries)
        return half + half.transpose()

    return st.lists(rationals(), min_size=size * size, max_size=size * size).map(build)


def psd_matrices(size: int) -> st.SearchStrategy[fmpq_mat]:
    """Positive semidefinite rational matrices of every rank, as products A Aᵀ."""

    def build(entries: tuple[int, list[fmpq]]) -> fmpq_mat:
        rank, numbers = entries
        factor = fmpq_mat(size, rank, numbers[: size * rank])
        return factor * factor.transpose() if rank else fmpq_mat(size, size)

    return st.tuples(st.integers(0, size), st.lists(rationals(), min_size=size * size, max_size=size * size)).map(build)


def values_of(variable: Variable, feasible: bool = True) -> st.SearchStrategy[Any]:
    """Exact values of a variable of a model.

    Args:
        variable: the variable.
        feasible: whether the values are PSD or nonnegative; otherwise they are any of the right shape.
    """
    if isinstance(variable, NonnegativeVariable):
        entries = rationals().map(abs) if feasible else rationals()
        return st.lists(entries, min_size=variable.length, max_size=variable.length)
    if isinstance(variable, FreeVariable):
        return st.lists(rationals(), min_size=variable.length, max_size=variable.length)
    return psd_matrices(variable.size) if feasible else symmetric_matrices(variable.size)


def rationals_of_height(bits: int) -> st.SearchStrategy[fmpq]:
    """Rational numbers with numerators and denominators of at most `bits` bits, for code that has to bear long numbers.

    >>> from hypothesis import find
    >>> find(rationals_of_height(64), lambda q: q > 1000)
    1001
    """
    return st.builds(fmpq, st.integers(-(1 << bits) + 1, (1 << bits) - 1), st.integers(1, (1 << bits) - 1))


def polynomials(
    ring: fmpq_mpoly_ctx, degree: int, weights: Sequence[int] | None = None, terms: int = 6
) -> st.SearchStrategy[fmpq_mpoly]:
    """Polynomials in any python-flint ring.

    Args:
        ring: the ring.
        degree: the largest weighted degree.
        weights: of the generators, 1 by default.
        terms: the largest number of terms.

    Raises:
        ValueError: there are not as many positive weights as generators.

    >>> from hypothesis import find
    >>> find(polynomials(POWER_MEANS, 3, (1, 2, 3)), lambda p: p.total_degree() == 3)
    m1^3
    """
    count = len(ring.gens())
    known = [1] * count if weights is None else list(weights)
    if len(known) != count or min(known, default=1) < 1:
        raise ValueError(f"expected {count} positive weights, found {known}")
    found: list[tuple[int, ...]] = [()]
    for position in range(count):
        left = known[:position]
        found = [
            (*e, power)
            for e in found
            for power in range((degree - sum(map(int.__mul__, e, left))) // known[position] + 1)
        ]
    return st.dictionaries(st.sampled_from(found), rationals(), max_size=terms).map(
        lambda chosen: ring.from_dict(dict(chosen))
    )


def invariant_polynomials(
    ring: fmpq_mpoly_ctx, group: Sequence[Action], degree: int, terms: int = 4
) -> st.SearchStrategy[fmpq_mpoly]:
    """Polynomials that are invariant under a finite group, as averages over the group.

    Args:
        ring: a python-flint ring.
        group: generators, that act on the generators of the ring.
        degree: the largest degree.
        terms: the largest number of terms before the average.

    >>> from hypothesis import find
    >>> find(invariant_polynomials(COORDINATES, [(1, 0, 2), (1, 2, 0)], 1), lambda p: p.total_degree() == 1)
    1/3*x + 1/3*y + 1/3*z
    """
    elements = generated_group(group)

    def average(polynomial: fmpq_mpoly) -> fmpq_mpoly:
        total = ring.constant(0)
        for element in elements:
            total += acted(polynomial, element)
        return total / len(elements)

    return polynomials(ring, degree, terms=terms).map(average)


def symmetric_polynomials(ring: fmpq_mpoly_ctx, degree: int, terms: int = 4) -> st.SearchStrategy[fmpq_mpoly]:
    """Polynomials that are invariant under all permutations of the generators of a ring, the group S_n.

    They are made of the elementary symmetric ones.

    Args:
        ring: a python-flint ring.
        degree: the largest degree.
        terms: the largest number of terms in the elementary symmetric polynomials.

    >>> from hypothesis import find
    >>> find(symmetric_polynomials(COORDINATES, 2), lambda p: p.total_degree() == 2 and len(p.to_dict()) == 3)
    x*y + x*z + y*z
    """
    generators = ring.gens()
    count = len(generators)
    elementary = [ring.constant(1)]
    for k in range(1, count + 1):
        total = ring.constant(0)
        for chosen in combinations(generators, k):
            total += prod(chosen, start=ring.constant(1))
        elementary.append(total)
    weighted = fmpq_mpoly_ctx.get([f"e{k}" for k in range(1, count + 1)])

    def expanded(element: fmpq_mpoly) -> fmpq_mpoly:
        return element.compose(*elementary[1:], ctx=ring)

    return polynomials(weighted, degree, range(1, count + 1), terms).map(expanded)


def spherical_codes(dimension: int, cos: RationalLike, size: int = 12) -> st.SearchStrategy[list[tuple[fmpq, ...]]]:
    """Rational points of the unit sphere with pairwise inner products of at most cos.

    They are random points, of which those are left out that come too close to earlier ones.

    Args:
        dimension: the number of coordinates.
        cos: the largest inner product.
        size: the largest number of points.

    >>> from hypothesis import find
    >>> len(find(spherical_codes(3, "1/2"), lambda code: len(code) == 2))
    2
    """
    largest = rational(cos)

    def chosen(candidates: list[tuple[fmpq, ...]]) -> list[tuple[fmpq, ...]]:
        code: list[tuple[fmpq, ...]] = []
        for point in candidates:
            if all(sum((a * b for a, b in zip(point, other, strict=True)), fmpq(0)) <= largest for other in code):
                code.append(point)
        return code

    return st.lists(sphere_points(dimension), max_size=size).map(chosen)


def psd_matrices_of_rank(size: int, rank: int) -> st.SearchStrategy[fmpq_mat]:
    """Positive semidefinite rational matrices of exactly this rank.

    Args:
        size: the order of the matrices.
        rank: at most `size`.

    Raises:
        ValueError: the rank is not between 0 and the size.

    >>> from hypothesis import find
    >>> find(psd_matrices_of_rank(2, 1), lambda m: True).tolist()
    [[1, 0], [0, 0]]
    """
    if not 0 <= rank <= size:
        raise ValueError(f"expected a rank from 0 to {size}, found {rank}")

    def build(drawn: tuple[list[fmpq], list[fmpq], list[int]]) -> fmpq_mat:
        below, scales, order = drawn
        # A D Aᵀ with unit lower triangular columns in any order of the rows, and D > 0: the rank is certain, and every
        # such matrix is of this form
        factor, scaled = fmpq_mat(size, rank), fmpq_mat(size, rank)
        position = 0
        for j in range(rank):
            factor[order[j], j] = 1
            for i in range(j + 1, size):
                factor[order[i], j] = below[position]
                position += 1
            for i in range(size):
                scaled[i, j] = factor[i, j] * scales[j]
        return scaled * factor.transpose()

    count = rank * size - rank * (rank + 1) // 2
    positive = st.builds(fmpq, st.integers(1, 20), st.integers(1, 12))
    return st.tuples(
        st.lists(rationals(), min_size=count, max_size=count),
        st.lists(positive, min_size=rank, max_size=rank),
        st.permutations(range(size)),
    ).map(build)


def graphs(largest: int = 8) -> st.SearchStrategy[tuple[int, tuple[tuple[int, int], ...]]]:
    """Finite simple graphs: the number of vertices, and the edges i < j.

    >>> from hypothesis import find
    >>> find(graphs(), lambda graph: len(graph[1]) == 1)
    (2, ((0, 1),))
    """

    def edges(count: int) -> st.SearchStrategy[tuple[int, tuple[tuple[int, int], ...]]]:
        pairs = list(combinations(range(count), 2))
        subsets = st.sets(st.sampled_from(pairs)) if pairs else st.just(set())
        return subsets.map(lambda chosen: (count, tuple(sorted(chosen))))

    return st.integers(1, largest).flatmap(edges)


@dataclass(frozen=True)
class SolvedSdp:
    """A semidefinite program with optimal points of both sides and their common value, exactly.

    See `kissalg.sdp.sdpa` for the pair of problems.
    """

    problem: SdpaProblem
    x: tuple[fmpq, ...]
    y: fmpq_mat
    optimum: fmpq


def solved_sdps(size: int = 3, constraints: int = 2) -> st.SearchStrategy[SolvedSdp]:
    """Small semidefinite programs with one block whose optimum is known exactly, by complementary optimal points.

    For an invertible B, Y = B_1 B_1ᵀ of its first columns and Z = C_2 C_2ᵀ of the last columns of C = B^(-T) satisfy YZ
    = 0; with any F_k and x, the program with F_0 = Σ x_k F_k - Z and c_k = <F_k, Y> has the optimal points x and Y.

    >>> from hypothesis import find
    >>> program = find(solved_sdps(2, 1), lambda sdp: sdp.optimum > 0)
    >>> program.optimum == program.x[0] * program.problem.costs[0]
    True
    """

    def build(drawn: tuple[int, list[fmpq], list[fmpq_mat], list[fmpq]]) -> SolvedSdp:
        rank, below, matrices, x = drawn
        basis = fmpq_mat(size, size)
        position = 0
        for i in range(size):
            basis[i, i] = 1
            for j in range(i):
                basis[i, j] = below[position]
                position += 1
        inverse = basis.inv().transpose()
        first = fmpq_mat(size, rank, [basis[i, j] for i in range(size) for j in range(rank)])
        last = fmpq_mat(size, size - rank, [inverse[i, j] for i in range(size) for j in range(rank, size)])
        y, z = first * first.transpose(), last * last.transpose()
        start = -z
        for factor, matrix in zip(x, matrices, strict=True):
            start += matrix * factor
        costs = tuple(frobenius(matrix, y) for matrix in matrices)
        entries = tuple(
            SdpaEntry(k, 1, i + 1, j + 1, matrix[i, j])
            for k, matrix in enumerate([start, *matrices])
            for i in range(size)
            for j in range(i, size)
            if matrix[i, j] != 0
        )
        return SolvedSdp(SdpaProblem(costs, (size,), entries), tuple(x), y, frobenius(start, y))

    count = size * (size - 1) // 2
    return st.tuples(
        st.integers(1, size - 1),
        st.lists(rationals(5, 3), min_size=count, max_size=count),
        st.lists(symmetric_matrices(size), min_size=constraints, max_size=constraints),
        st.lists(rationals(), min_size=constraints, max_size=constraints),
    ).map(build)


def certificates(folder: Path) -> st.SearchStrategy[bytes]:
    """The certificates in a folder, smallest first.

    Raises:
        ValueError: the folder holds none.
    """
    files = sorted(folder.glob("*.json*"), key=lambda path: path.stat().st_size)
    if not files:
        raise ValueError(f"expected certificates in {folder}, found none")
    return st.sampled_from(files).map(Path.read_bytes)


def mutated_certificates(originals: st.SearchStrategy[bytes]) -> st.SearchStrategy[tuple[bytes, bytes, str]]:
    """(original, mutant, kind of mutation), see `kissalg.testing.mutations`."""

    def build(drawn: tuple[bytes, str, int]) -> tuple[bytes, bytes, str]:
        data, kind, seed = drawn
        return data, mutate(data, kind, Random(seed)), kind

    return st.tuples(originals, st.sampled_from(list(KINDS)), st.integers(0, 2**32)).map(build)
