"""Finite-dimensional spaces of polynomials with a monomial basis: where the two sides of an identity live.

Main definitions: `UnivariateSpace` (polynomials in x of degree <= d), `InvariantSpace` (S3-invariants in x, y, z of degree <= d, written in power means),
`power_mean_table` (the values of the monomials m^α at points). The two classes have the same interface.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from flint import fmpq, fmpq_mpoly, fmpq_poly

from kissalg.algebra.invariant_ring import POWER_MEANS, Exponent, dimension, exponents
from kissalg.errors import ExactnessError

__all__ = ["Element", "InvariantSpace", "Point", "UnivariateSpace", "monomial_steps", "power_mean_table"]

Element: TypeAlias = fmpq_poly | fmpq_mpoly
Point: TypeAlias = tuple[fmpq, ...]


@dataclass(frozen=True)
class UnivariateSpace:
    """The polynomials in x of degree <= `degree`; elements are `fmpq_poly`, points are (x,), the basis is 1, x, x², ….

    >>> space = UnivariateSpace(2)
    >>> space.dimension, space.evaluate(fmpq_poly([1, 2, 3]), (fmpq(1, 2),))
    (3, 11/4)
    """

    degree: int

    def __post_init__(self) -> None:
        _require_degree(self.degree)

    @property
    def coordinates(self) -> int:
        """1."""
        return 1

    @property
    def dimension(self) -> int:
        """degree + 1."""
        return self.degree + 1

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        """(0,), (1,), …, (degree,)."""
        return tuple((i,) for i in range(self.degree + 1))

    @property
    def zero(self) -> fmpq_poly:
        """The zero polynomial."""
        return fmpq_poly([])

    def evaluate(self, element: fmpq_poly, point: Point) -> fmpq:
        """The value of `element` at the point (x,)."""
        _require_point(point, 1)
        return element(point[0])

    def coefficients(self, element: fmpq_poly) -> list[fmpq]:
        """The degree + 1 coefficients, from the constant one up.

        Raises:
            ExactnessError: if the degree of `element` is larger than that of the space.
        """
        if element.degree() > self.degree:
            raise ExactnessError(f"expected a polynomial of degree <= {self.degree}, found degree {element.degree()}")
        return [element[i] for i in range(self.degree + 1)]

    def from_coefficients(self, coefficients: Sequence[fmpq]) -> fmpq_poly:
        """The polynomial with these degree + 1 coefficients."""
        _require_length(coefficients, self.dimension)
        return fmpq_poly(list(coefficients))

    def evaluation_rows(self, points: Sequence[Point]) -> list[list[fmpq]]:
        """The Vandermonde matrix: row i is (1, x_i, x_i², …)."""
        rows = []
        for point in points:
            _require_point(point, 1)
            rows.append(_powers(point[0], self.degree))
        return rows


@dataclass(frozen=True)
class InvariantSpace:
    """The S3-invariants in (x, y, z) of degree <= `degree`, written in m_k = (x^k + y^k + z^k)/3.

    Elements are `fmpq_mpoly` over `POWER_MEANS`, points are (x, y, z), the basis is m^α = m1^a m2^b m3^c of weight a + 2b + 3c <= degree, ordered by
    weight, then by c, then by b (docs/certificate-format.md).

    >>> space = InvariantSpace(3)
    >>> m1, m2, m3 = POWER_MEANS.gens()
    >>> space.dimension, space.evaluate(m1 * m2, (fmpq(1), fmpq(1, 2), fmpq(0)))
    (7, 5/24)
    """

    degree: int

    def __post_init__(self) -> None:
        _require_degree(self.degree)

    @property
    def coordinates(self) -> int:
        """3."""
        return 3

    @property
    def dimension(self) -> int:
        """inv(degree)."""
        return dimension(self.degree)

    @property
    def exponents(self) -> tuple[Exponent, ...]:
        """The exponents (a, b, c) of weight <= degree, in order."""
        return exponents(self.degree)

    @property
    def zero(self) -> fmpq_mpoly:
        """The zero polynomial."""
        return POWER_MEANS.constant(0)

    def evaluate(self, element: fmpq_mpoly, point: Point) -> fmpq:
        """The value of `element` at the point (x, y, z)."""
        _require_ring(element)
        m1, m2, m3 = power_means_of(point)
        return element(m1, m2, m3)

    def coefficients(self, element: fmpq_mpoly) -> list[fmpq]:
        """The inv(degree) coefficients, in the order of `exponents`.

        Raises:
            ExactnessError: if `element` has a term of larger weight, or belongs to another ring.
        """
        _require_ring(element)
        terms = element.to_dict()
        zero = fmpq(0)
        result = [terms.pop(exponent, zero) for exponent in self.exponents]
        if terms:
            raise ExactnessError(
                f"expected terms of weight <= {self.degree} in m1, m2, m3, found the exponent {next(iter(terms))}"
            )
        return result

    def from_coefficients(self, coefficients: Sequence[fmpq]) -> fmpq_mpoly:
        """The element with these inv(degree) coefficients."""
        _require_length(coefficients, self.dimension)
        return POWER_MEANS.from_dict(dict(zip(self.exponents, coefficients, strict=True)))

    def evaluation_rows(self, points: Sequence[Point]) -> list[list[fmpq]]:
        """Row i holds the values at point i of the basis monomials."""
        return [list(row) for row in power_mean_table(tuple(points), self.degree)]


def power_means_of(point: Point) -> tuple[fmpq, fmpq, fmpq]:
    """(m1, m2, m3) at the point (x, y, z)."""
    _require_point(point, 3)
    x, y, z = point
    xx, yy, zz = x * x, y * y, z * z
    return (x + y + z) / 3, (xx + yy + zz) / 3, (xx * x + yy * y + zz * z) / 3


@lru_cache(maxsize=64)
def monomial_steps(degree: int) -> tuple[tuple[int, int], ...]:
    """How to compute all m^α of weight <= degree with one multiplication each: for every exponent after the first, in order, (i, j) with
    m^α = m_(i+1) · (the monomial number j).

    >>> monomial_steps(2)
    ((0, 0), (0, 1), (1, 0))
    """
    index = {exponent: position for position, exponent in enumerate(exponents(degree))}
    steps = []
    for a, b, c in list(index)[1:]:
        generator, parent = (0, (a - 1, b, c)) if a else (1, (a, b - 1, c)) if b else (2, (a, b, c - 1))
        steps.append((generator, index[parent]))
    return tuple(steps)


@lru_cache(maxsize=8)
def power_mean_table(points: tuple[Point, ...], degree: int) -> tuple[tuple[fmpq, ...], ...]:
    """The values of the monomials m^α of weight <= degree at the points, one row for each point; one multiplication for each value.

    Cached, because the Gram bases of one problem share their monomials; the rows for a smaller degree are prefixes.

    >>> power_mean_table(((fmpq(1), fmpq(1), fmpq(1, 2)),), 2)
    ((1, 5/6, 25/36, 3/4),)
    """
    steps = monomial_steps(degree)
    table = []
    for point in points:
        means = power_means_of(point)
        row = [fmpq(1)] if degree >= 0 else []
        for generator, parent in steps:
            row.append(means[generator] * row[parent])
        table.append(tuple(row))
    return tuple(table)


def _powers(x: fmpq, degree: int) -> list[fmpq]:
    row = [fmpq(1)]
    for _ in range(degree):
        row.append(row[-1] * x)
    return row


def _require_degree(degree: object) -> None:
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 0:
        raise ExactnessError(f"expected an integer degree >= 0, found {degree!r}")


def _require_point(point: Point, coordinates: int) -> None:
    if len(point) != coordinates:
        raise ExactnessError(f"expected a point with {coordinates} coordinates, found {len(point)}")


def _require_length(coefficients: Sequence[fmpq], length: int) -> None:
    if len(coefficients) != length:
        raise ExactnessError(f"expected {length} coefficients, found {len(coefficients)}")


def _require_ring(element: object) -> None:
    if not isinstance(element, fmpq_mpoly) or element.context() is not POWER_MEANS:
        raise ExactnessError(f"expected an element of Q[m1, m2, m3], found {element!r}")
