"""Real irreducible representations of a finite group: their characters, exactly, over real number fields.

The centre of the group algebra Q[G] is spanned by the class sums C_j, and it is a product of fields Z, one for each
irreducible representation W over Q. Over C, W splits into z = [Z : Q] conjugate representations U (with a
multiplicity), one for each embedding ω of Z, and χ_U(g_j) = dim U · ω(C_j)/|C_j|. The real parts (C_j + C_j')/2, C_j'
the class of the inverses, generate the largest totally real subfield R of Z; each embedding of R into the real numbers
is one real irreducible representation V:

    V = U (real type), U + its conjugate (complex type, z = 2 [R : Q]), 2 U (quaternionic type),
    χ_V(g_j) = dim V · ω((C_j + C_j')/2)/|C_j|.

The type is the indicator of Frobenius and Schur, (1/|G|) Σ χ_U(g²) = 1, 0, -1. The dimension comes from the idempotent
e of Z: its coefficient at the identity is z (dim U)²/|G|.

Main definitions: `real_characters`, `RealCharacter`; `primitive` (a generator of a commutative algebra of matrices that
is a field), `real_embeddings`.

References: Serre, Linear representations of finite groups (1977), 6.3, 12.1 and 13.2; Isaacs, Character theory of
finite groups (1976), chapters 3 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz, fmpz_poly

from kissalg.algebra.groups import FiniteGroup, require_group
from kissalg.errors import ParameterError
from kissalg.exact.matrix import identity_matrix, nullspace
from kissalg.exact.number_field import RATIONALS, FieldElement, NumberField, quadratic_field

__all__ = ["Primitive", "RealCharacter", "at", "primitive", "real_characters", "real_embeddings"]

_MAX_CLASSES = 64


@dataclass(frozen=True, repr=False)
class RealCharacter:
    """The character of a real irreducible representation V.

    Attributes:
        group: the group.
        dimension: dim V over R.
        kind: "real", "complex" or "quaternionic": what End_G(V) is.
        values: the trace on each conjugacy class, in the order of `group.classes`, in a real number field.
        family: the number of the irreducible rational representation that it is a constituent of.
    """

    group: FiniteGroup
    dimension: int
    kind: str
    values: tuple[FieldElement, ...]
    family: int

    @property
    def field(self) -> NumberField:
        """The field of the values."""
        return self.values[0].field

    @property
    def norm(self) -> FieldElement:
        """(1/|G|) Σ χ(g)²: 1, 2 or 4, the dimension of End_G(V)."""
        total = self.field(0)
        for value, members in zip(self.values, self.group.classes, strict=True):
            total += value * value * len(members)
        return total / self.group.order

    def __repr__(self) -> str:
        values = ", ".join(map(str, self.values))
        where = f" in {self.field}" if self.field.degree > 1 else ""
        return f"RealCharacter({self.kind}, dimension {self.dimension}: {values}{where})"


def real_characters(group: FiniteGroup) -> tuple[RealCharacter, ...]:
    """The characters of all real irreducible representations of a finite group.

    The trivial one comes first, then by dimension.

    Raises:
        ParameterError: if the group has more than 64 conjugacy classes.

    >>> from kissalg.algebra.groups import cyclic_group, symmetric_group
    >>> real_characters(symmetric_group(3))
    (RealCharacter(real, dimension 1: 1, 1, 1), RealCharacter(real, dimension 1: 1, -1, 1), RealCharacter(real,
    dimension 2: 2, 0, -1))
    >>> [(c.kind, c.dimension, str(c.values[1])) for c in real_characters(cyclic_group(5))]
    [('real', 1, '1'), ('complex', 2, '-1/2 + 1/2*a'), ('complex', 2, '-1/2 - 1/2*a')]
    """
    if len(require_group(group).classes) > _MAX_CLASSES:
        raise ParameterError(
            f"expected a group with at most {_MAX_CLASSES} conjugacy classes, found {len(group.classes)}"
        )
    sums = _class_sums(group)
    inverse = [group.class_of[group.inverses[members[0]]] for members in group.classes]
    squares = [0] * len(sums)
    for g in group.elements:
        squares[group.class_of[group.position(g * g)]] += 1
    lengths = [len(members) for members in group.classes]
    real = [(a + sums[inverse[j]]) / fmpq(2 * lengths[j]) for j, a in enumerate(sums)]
    parts = _components(sums)
    everything = _side_by_side(parts)
    unit = fmpq_mat(len(sums), 1, [int(j == 0) for j in range(len(sums))])
    coordinates = everything.solve(unit)
    found = []
    position = 0
    for family, part in enumerate(parts):
        degree = part.ncols()
        own = fmpq_mat(degree, 1, [coordinates[position + i, 0] for i in range(degree)])
        position += degree
        size = _root((part * own)[0, 0] * group.order / degree)  # dim U, by the idempotent
        generated = primitive([_restricted(a, part) for a in real])
        for theta in real_embeddings(generated.polynomial):
            ratios = [at(p, theta) for p in generated.elements]
            indicator = theta.field(0)
            for ratio, number in zip(ratios, squares, strict=True):
                indicator += ratio * size * number
            kind = {1: "real", 0: "complex", -1: "quaternionic"}[int((indicator / group.order).coefficients[0].p)]
            dimension = size if kind == "real" else 2 * size
            found.append(RealCharacter(group, dimension, kind, tuple(r * dimension for r in ratios), family))
    found.sort(key=lambda c: (any(value != c.field(1) for value in c.values), c.dimension, c.family))
    return tuple(found)


def _class_sums(group: FiniteGroup) -> list[fmpq_mat]:
    """Multiplication by each class sum, in the basis of the class sums: C_i C_j = Σ_k a_ijk C_k."""
    size = len(group.classes)
    tables = [fmpq_mat(size, size) for _ in range(size)]
    for k, members in enumerate(group.classes):
        target = group.elements[members[0]]
        for x in range(group.order):
            rest = group.class_of[group.position(group.elements[group.inverses[x]] * target)]
            tables[group.class_of[x]][k, rest] += 1
    return tables


def _components(matrices: Sequence[fmpq_mat]) -> list[fmpq_mat]:
    """The simple components of a commutative semisimple algebra that acts on itself: columns that span each of them."""
    pieces = [identity_matrix(len(matrices))]
    for matrix in matrices:
        split = []
        for columns in pieces:
            inner = _restricted(matrix, columns)
            for factor, _ in inner.charpoly().factor()[1]:
                kernel = nullspace(_polynomial_of(factor, inner))
                if kernel.ncols():
                    split.append(columns * kernel)
        pieces = split
    return pieces


@dataclass(frozen=True)
class Primitive:
    """A generator of a field of matrices.

    Its matrix, its minimal polynomial over Z, and the given matrices as polynomials in it.
    """

    matrix: fmpq_mat
    polynomial: fmpz_poly
    elements: tuple[fmpq_poly, ...]


def primitive(matrices: Sequence[fmpq_mat]) -> Primitive:
    """A primitive element of the field that commuting rational matrices generate (their algebra has to be a field).

    >>> swap = fmpq_mat([[0, 1], [1, 1]])
    >>> generated = primitive([identity_matrix(2), swap])
    >>> generated.polynomial, generated.elements[1]
    (x^2 + (-1)*x + (-1), x)
    """
    size = matrices[0].nrows()
    for base in count(0):
        total = fmpq_mat(size, size)
        for j, matrix in enumerate(matrices):
            total += matrix * fmpq(base**j if base else int(j == len(matrices) - 1))
        scale = fmpz(1)
        for c in total.minpoly().coeffs():
            scale = scale.lcm(c.q)
        total *= fmpq(scale)
        polynomial = total.minpoly()
        powers = [identity_matrix(size)]
        while len(powers) < polynomial.degree():
            powers.append(powers[-1] * total)
        table = fmpq_mat(len(powers), size * size, [x for power in powers for x in power.entries()])
        elements = [_in_span(table, matrix) for matrix in matrices]
        if all(e is not None for e in elements):
            integral = fmpz_poly([c.p for c in polynomial.coeffs()])
            return Primitive(total, integral, tuple(fmpq_poly(e) for e in elements if e is not None))
    raise AssertionError("some combination generates the field")


def _in_span(table: fmpq_mat, matrix: fmpq_mat) -> list[fmpq] | None:
    """The coefficients of a matrix in the rows of the table, if it lies in their span."""
    target = fmpq_mat(1, table.ncols(), matrix.entries())
    transposed = table.transpose()
    solution = (table * transposed).solve(table * target.transpose())
    if transposed * solution != target.transpose():
        return None
    return [solution[i, 0] for i in range(solution.nrows())]


def real_embeddings(polynomial: fmpz_poly) -> list[FieldElement]:
    """The roots of an irreducible monic integer polynomial that are all real.

    Each lies in a number field; they are in decreasing order.

    For degree 2 all lie in one field Q(√d); else each root generates its own.

    >>> real_embeddings(fmpz_poly([-1, -1, 1]))
    [1/2 + 1/2*a, 1/2 - 1/2*a]
    >>> real_embeddings(fmpz_poly([1, -2, -1, 1]))[0].field
    Q(a), a^3 + (-1)*a^2 + (-2)*a + 1 = 0, 115/64 < a < 29/16
    """
    if polynomial.degree() == 1:
        return [RATIONALS(-fmpq(polynomial[0]))]
    if polynomial.degree() == 2:
        c, b = int(polynomial[0]), int(polynomial[1])
        radicand, square = b * b - 4 * c, 1
        for prime, exponent in fmpz(radicand).factor():
            square *= int(prime) ** (exponent // 2)
        field = quadratic_field(radicand // square**2)
        return [field(fmpq(-b, 2), fmpq(sign * square, 2)) for sign in (1, -1)]
    coefficients = tuple(int(c) for c in polynomial.coeffs())
    bits = 6
    while True:
        with ctx.workprec(256 + bits):
            pairs: list[Any] = polynomial.complex_roots()  # (root, multiplicity)
            roots = sorted((root.real for root, _ in pairs), key=lambda r: r.mid(), reverse=True)
            lows = [(root * arb(2) ** bits).floor().unique_fmpz() for root in roots]
        fields = []
        for low in lows:
            ends = (fmpq(low, fmpz(1) << bits), fmpq(low + 1, fmpz(1) << bits)) if low is not None else None
            if ends is not None and polynomial(ends[0]) * polynomial(ends[1]) < 0 and lows.count(low) == 1:
                fields.append(NumberField(coefficients, *ends))
        if len(fields) == polynomial.degree():
            return [field.generator for field in fields]
        bits += 8


def at(p: fmpq_poly, theta: FieldElement) -> FieldElement:
    """p(θ).

    Args:
        p: a polynomial over Q.
        theta: θ, an element of a number field.
    """
    total = theta.field(0)
    for c in reversed(p.coeffs()):
        total = total * theta + fmpq(c)
    return total


def _polynomial_of(p: fmpq_poly, matrix: fmpq_mat) -> fmpq_mat:
    total = fmpq_mat(matrix.nrows(), matrix.nrows())
    unit = identity_matrix(matrix.nrows())
    for c in reversed(p.coeffs()):
        total = matrix * total + unit * fmpq(c)
    return total


def _restricted(matrix: fmpq_mat, columns: fmpq_mat) -> fmpq_mat:
    """The matrix on an invariant subspace, in the basis of the columns."""
    transposed = columns.transpose()
    return (transposed * columns).solve(transposed * matrix * columns)


def _side_by_side(parts: Sequence[fmpq_mat]) -> fmpq_mat:
    height = parts[0].nrows()
    return fmpq_mat(
        height,
        sum(p.ncols() for p in parts),
        [p[i, j] for i in range(height) for p in parts for j in range(p.ncols())],
    )


def _root(square: fmpq) -> int:
    root = fmpz(square.p).isqrt()
    assert square.q == 1
    assert root * root == square.p
    return int(root)
