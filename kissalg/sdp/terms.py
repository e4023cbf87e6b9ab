"""The terms that polynomial optimisation bounds are made of: sums of squares with multipliers, and linear combinations.

Main definitions: `LinearCombination` (Σ a_k f_k(x)), `ConstantForm` (<M, X>, the same at every point), `UnivariateSquares` (a multiplier times bᵀXb with
the Chebyshev basis b), `InvariantSquares` (a multiplier times <V^π, X> with a Gram basis of the S3-invariants), `OrbitSquares` (the sum over x, y, z of
a multiplier of that one variable times squares that are symmetric in the other two).

Each gives its polynomial in coefficients and its samples in values; the tests prove that the two agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly, fmpz

from kissalg.algebra.gram import GramBasis, Kind, s3_covariants
from kissalg.algebra.invariant_ring import COORDINATES, POWER_MEANS, Exponent, to_power_means
from kissalg.algebra.orthogonal import chebyshev_matrix
from kissalg.algebra.spaces import Element, InvariantSpace, Point, UnivariateSpace, power_mean_table, power_means_of
from kissalg.errors import ExactnessError
from kissalg.exact.matrix import frobenius, symmetric
from kissalg.sdp.model import (
    NonnegativeVariable,
    PsdVariable,
    SampledForm,
    SampledLinear,
    ScaledTable,
    TablePart,
    Term,
    Value,
)

__all__ = [
    "ConstantForm",
    "InvariantSquares",
    "LinearCombination",
    "OrbitSquares",
    "UnivariateSquares",
    "chebyshev_table",
    "chebyshev_values",
    "hankel_sum",
    "matrix_value",
    "orbit_exponents",
    "squares_polynomial",
]


def matrix_value(variable: PsdVariable, value: Value) -> fmpq_mat:
    """`value`, once it is known to be a symmetric matrix of the size of the variable."""
    if not isinstance(value, fmpq_mat):
        raise ExactnessError(f"{variable.name}: expected a flint.fmpq_mat, found {type(value).__name__}")
    return symmetric(value, variable.size, variable.name)


def chebyshev_values(x: fmpq, degree: int) -> list[fmpq]:
    """(T_0(x), …, T_degree(x)).

    >>> chebyshev_values(fmpq(1, 2), 3)
    [1, 1/2, -1/2, -1]
    """
    values = [fmpq(1), x]
    for _ in range(degree - 1):
        values.append(2 * x * values[-1] - values[-2])
    return values[: degree + 1]


@lru_cache(maxsize=8)
def chebyshev_table(coordinates: tuple[fmpq, ...], degree: int) -> tuple[tuple[fmpq, ...], ...]:
    """The rows (T_0(x), …, T_degree(x)) for all coordinates; cached, because the variables of a problem share them.

    >>> chebyshev_table((fmpq(1, 2), fmpq(0)), 2)
    ((1, 1/2, -1/2), (1, 0, -1))
    """
    return tuple(tuple(chebyshev_values(x, degree)) for x in coordinates)


def squares_polynomial(matrix: fmpq_mat) -> fmpq_poly:
    """bᵀ · matrix · b in Q[x], b = (T_0, …, T_(size-1)); the matrix need not be symmetric.

    >>> squares_polynomial(fmpq_mat([[1, 0], [0, 2]]))
    2*x^2 + 1
    """
    size = matrix.nrows()
    change = chebyshev_matrix(size - 1)
    monomial = change.transpose() * matrix * change
    coefficients = [fmpq(0)] * (2 * size - 1)
    for i in range(size):
        for j in range(size):
            coefficients[i + j] += monomial[i, j]
    return fmpq_poly(coefficients)


@dataclass(frozen=True, eq=False)
class LinearCombination(Term):
    """Σ_k a_k f_k(x): a nonnegative vector times univariate polynomials."""

    variable: NonnegativeVariable
    polynomials: tuple[fmpq_poly, ...]

    def polynomial(self, value: Value) -> fmpq_poly:
        """The combination in Q[x]."""
        if isinstance(value, fmpq_mat) or len(value) != self.variable.length:
            raise ExactnessError(f"{self.variable.name}: expected a list of {self.variable.length} rational numbers")
        total = fmpq_poly([])
        for coefficient, polynomial in zip(value, self.polynomials, strict=True):
            total += polynomial * coefficient
        return total

    def sample(self, points: Sequence[Point]) -> SampledLinear:
        """Row i: the values of all f_k at point i."""
        return SampledLinear([[polynomial(x) for polynomial in self.polynomials] for (x,) in points])


@dataclass(frozen=True, eq=False)
class ConstantForm(Term):
    """<matrix, X>: the same number at every point."""

    variable: PsdVariable
    matrix: fmpq_mat
    space: UnivariateSpace | InvariantSpace

    def polynomial(self, value: Value) -> Element:
        """The constant polynomial <matrix, X>."""
        return self.space.zero + frobenius(self.matrix, matrix_value(self.variable, value))

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Unit vectors, weighted by the nonzero part of the matrix."""
        size = self.variable.size
        used = [i for i in range(size) if any(self.matrix[i, j] != 0 for j in range(size))]
        units = [[fmpq(int(i == j)) for j in range(size)] for i in used]
        weight = [[self.matrix[i, j] for j in used] for i in used]
        return SampledForm(tuple([unit] * len(points) for unit in units), [weight] * len(points))


@dataclass(frozen=True, eq=False)
class UnivariateSquares(Term):
    """multiplier(x) · b(x)ᵀ X b(x), b = (T_0, …, T_(size-1))."""

    variable: PsdVariable
    multiplier: fmpq_poly

    def polynomial(self, value: Value) -> fmpq_poly:
        """The polynomial in Q[x], of degree at most deg(multiplier) + 2 (size - 1)."""
        return self.multiplier * squares_polynomial(matrix_value(self.variable, value))

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Rank one: the vector b(x), the weight multiplier(x)."""
        vectors = [chebyshev_values(x, self.variable.size - 1) for (x,) in points]
        return SampledForm((vectors,), [[[self.multiplier(x)]] for (x,) in points])


@dataclass(frozen=True, eq=False)
class InvariantSquares(Term):
    """multiplier · <V^π, X> in Q[m1, m2, m3], with the trv, alt or std Gram basis; the multiplier is an invariant.

    The variable's matrix is indexed by the basis: for std the exponents of generator 1, then those of generator 2.
    """

    variable: PsdVariable
    basis: GramBasis
    multiplier: fmpq_mpoly

    def __post_init__(self) -> None:
        if self.variable.size != self.basis.size:
            raise ExactnessError(
                f"{self.variable.name}: expected the size {self.basis.size} of its basis, found {self.variable.size}"
            )

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """The polynomial, of weight at most 2 basis.degree + weight(multiplier): Σ_gh G_gh Σ_αβ X_(g,α),(h,β) m^(α+β), times the multiplier."""
        numerators, denominator = matrix_value(self.variable, value).numer_denom()
        rows = numerators.tolist()
        starts = [0, *accumulate(map(len, self.basis.parts))]
        total = POWER_MEANS.constant(0)
        for g, left in enumerate(self.basis.parts):
            for h, right in enumerate(self.basis.parts[: g + 1]):
                part = [row[starts[h] : starts[h + 1]] for row in rows[starts[g] : starts[g + 1]]]
                total += (1 if g == h else 2) * self.basis.pairing[g][h] * hankel_sum(part, left, right, denominator)
        return self.multiplier * total

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """One vector for each translate of the generators, their values times the m^α; its weight times the multiplier at the point."""
        base = power_mean_table(tuple(points), self.basis.degree)
        vectors = tuple(
            ScaledTable(tuple(TablePart(base, len(p), f) for p, f in zip(self.basis.parts, factors, strict=True)))
            for factors in _translates(self.basis.kind, tuple(points))
        )
        copies, zero = s3_covariants()[self.basis.kind].copies, fmpq(0)
        weights = []
        for point in points:
            s = self.multiplier(*power_means_of(point))
            weights.append([[s * a.weight if a is b else zero for b in copies] for a in copies])
        return SampledForm(vectors, weights)


@lru_cache(maxsize=8)
def _translates(kind: Kind, points: tuple[Point, ...]) -> list[list[list[fmpq] | None]]:
    """For each translate and generator the values at the points; None for the generator 1. Cached, because the terms of a problem share them."""
    return [
        [None if f.is_one() else [f(*point) for point in points] for f in copy.generators]
        for copy in s3_covariants()[kind].copies
    ]


@lru_cache(maxsize=64)
def orbit_exponents(degree: int) -> tuple[Exponent, ...]:
    """The exponents (a, b, c) of x^a ((y+z)/2)^b (yz)^c with a + b + 2c <= degree, by that sum, then by c, then by b; empty if degree < 0.

    >>> orbit_exponents(2)
    ((0, 0, 0), (1, 0, 0), (0, 1, 0), (2, 0, 0), (1, 1, 0), (0, 2, 0), (0, 0, 1))
    """
    return tuple(
        (total - b - 2 * c, b, c)
        for total in range(degree + 1)
        for c in range(total // 2 + 1)
        for b in range(total - 2 * c + 1)
    )


@dataclass(frozen=True, eq=False)
class OrbitSquares(Term):
    """Σ over the three variables of multiplier(x) · w(x; y, z)ᵀ X w(x; y, z), as an S3-invariant.

    w holds the monomials of `orbit_exponents(degree)` in x, (y+z)/2 and yz; for `alternating`, y - z times these.
    """

    variable: PsdVariable
    degree: int
    alternating: bool
    multiplier: fmpq_poly

    def __post_init__(self) -> None:
        if self.variable.size != len(orbit_exponents(self.degree)):
            raise ExactnessError(
                f"{self.variable.name}: expected the size {len(orbit_exponents(self.degree))} of its basis, found {self.variable.size}"
            )

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """The polynomial in Q[m1, m2, m3]."""
        numerators, denominator = matrix_value(self.variable, value).numer_denom()
        basis = orbit_exponents(self.degree)
        x, y, z = COORDINATES.gens()
        total = hankel_sum(numerators.tolist(), basis, basis, denominator, COORDINATES).compose(x, (y + z) / 2, y * z)
        if self.alternating:
            total *= (y - z) ** 2
        factor = COORDINATES.from_dict({(i, 0, 0): c for i, c in enumerate(self.multiplier.coeffs())})
        return to_power_means(3 * total * factor)

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Rank three: one vector for each of the variables."""
        tables: tuple[list[list[fmpq]], ...] = ([], [], [])
        weights = []
        zero = fmpq(0)
        for point in points:
            diagonal = []
            for index, table in enumerate(tables):
                x, y, z = point[index], point[index - 1], point[index - 2]
                table.append(self._vector(x, (y + z) / 2, y * z))
                diagonal.append(self.multiplier(x) * ((y - z) ** 2 if self.alternating else 1))
            weights.append([[value if i == j else zero for j in range(3)] for i, value in enumerate(diagonal)])
        return SampledForm(tables, weights)

    def _vector(self, x: fmpq, mean: fmpq, product: fmpq) -> list[fmpq]:
        powers = [[g**j for j in range(self.degree + 1)] for g in (x, mean, product)]
        return [powers[0][a] * powers[1][b] * powers[2][c] for a, b, c in orbit_exponents(self.degree)]


def hankel_sum(
    rows: list[list[fmpz]],
    left: Sequence[Exponent],
    right: Sequence[Exponent],
    denominator: fmpz,
    ring: fmpq_mpoly_ctx = POWER_MEANS,
) -> fmpq_mpoly:
    """Σ_αβ rows[α][β] m^(α+β) / denominator: additions only."""
    sums: dict[tuple[int, ...], fmpz] = {}
    zero = fmpz(0)
    for (a, b, c), row in zip(left, rows, strict=True):
        for (i, j, k), entry in zip(right, row, strict=True):
            key = (a + i, b + j, c + k)
            sums[key] = sums.get(key, zero) + entry
    return ring.from_dict({key: fmpq(total, denominator) for key, total in sums.items()})
