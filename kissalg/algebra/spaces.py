"""Finite-dimensional vector spaces over Q with a basis and with points: where the two sides of an identity live.

A space is given by three things: *candidates* (points among which a solver chooses where to sample), a *basis* (in
which the coefficients of an element are taken) and the *evaluation* of elements at points. Points that determine the
elements of a space are called unisolvent; that is proved, and not assumed.

Main definitions: `Space` (the protocol), `UnivariateSpace` (polynomials in x of degree <= d), `InvariantSpace`
(S3-invariants in x, y, z of degree <= d, written in power means), `power_mean_table` (the values of the monomials m^α
at points). Spaces of polynomials in several variables are in `quotients`.

Source: Löfberg and Parrilo, From coefficients to samples (2004); Leijenhorst and de Laat (2024), section 4.2.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement, permutations
from typing import Generic, TypeAlias, TypeVar

from flint import fmpq, fmpq_mpoly, fmpq_poly, nmod_mat

from kissalg.algebra.invariant_ring import POWER_MEANS, Exponent, dimension, exponents
from kissalg.algebra.nodes import chebyshev_nodes, line_candidates
from kissalg.errors import ExactnessError

__all__ = [
    "Element",
    "Exponents",
    "InvariantSpace",
    "Point",
    "Space",
    "UnivariateSpace",
    "coordinate_number",
    "monomial_steps",
    "power_mean_table",
]

Element: TypeAlias = fmpq_poly | fmpq_mpoly
Point: TypeAlias = tuple[fmpq, ...]
Exponents: TypeAlias = tuple[int, ...]
E = TypeVar("E")

_PRIMES = (2**61 - 1, 2**62 - 57, 2**63 - 25)


class Space(ABC, Generic[E]):
    """A finite-dimensional vector space over Q whose elements are evaluated at points.

    Evaluation is linear: at the point p, Σ_j c_j b_j has the value Σ_j c_j b_j(p), where b_0, b_1, … is the basis.

    Attributes:
        degree: the largest degree of an element (0 for columns of numbers); the precision that samples need grows with
            it.
    """

    degree: int

    @property
    @abstractmethod
    def coordinates(self) -> int:
        """How many rational numbers a point consists of."""

    @property
    @abstractmethod
    def exponents(self) -> Sequence[Exponents]:
        """What tells the elements of the basis apart, in their order: exponents of monomials."""

    @property
    @abstractmethod
    def zero(self) -> E:
        """The zero element."""

    @property
    @abstractmethod
    def candidates(self) -> Sequence[Point]:
        """At least `dimension` distinct points, among which there are unisolvent ones.

        Not all points of the space: a theorem may know better ones.
        """

    @abstractmethod
    def evaluate(self, element: E, point: Point) -> fmpq:
        """The value of an element at a point."""

    @abstractmethod
    def coefficients(self, element: E) -> list[fmpq]:
        """The `dimension` coefficients of an element in the basis.

        Raises:
            ExactnessError: if the element does not lie in the space.
        """

    @abstractmethod
    def from_coefficients(self, coefficients: Sequence[fmpq]) -> E:
        """The element with these `dimension` coefficients."""

    @abstractmethod
    def evaluation_rows(self, points: Sequence[Point]) -> list[list[fmpq]]:
        """Row i holds the values of the basis at point i."""

    @property
    def dimension(self) -> int:
        """The number of elements of the basis."""
        return len(self.exponents)

    @property
    def chebyshev_basis(self) -> Sequence[Mapping[Exponents, fmpq]]:
        """Another basis, of sums of products of Chebyshev polynomials.

        {e: c, …} stands for Σ c Π_k T_(e_k)(x_k), x_k the coordinates of a point.

        On [-1, 1]^n it is much better conditioned than monomials, and is meant for computations with few digits.
        """
        return [{exponent: fmpq(1)} for exponent in self.exponents]

    def is_unisolvent(self, points: Sequence[Point]) -> bool:
        """Whether the points are proved to determine the elements.

        As many as the dimension, with a nonzero determinant modulo a prime.

        A False means that no proof was found modulo three 61- to 63-bit primes; for a unisolvent set that is as
        unlikely as 2^-180.

        Raises:
            ExactnessError: if the number of points is not the dimension.

        >>> UnivariateSpace(2).is_unisolvent([(fmpq(0),), (fmpq(1, 2),), (fmpq(1),)])
        True
        >>> UnivariateSpace(2).is_unisolvent([(fmpq(0),), (fmpq(1, 2),), (fmpq(1, 2),)])
        False
        """
        size = self.dimension
        if len(points) != size:
            raise ExactnessError(f"expected {size} points for a space of that dimension, found {len(points)}")
        for prime in _PRIMES:
            entries = self.residues(points, prime)
            if entries is not None and nmod_mat(size, size, entries, prime).rank() == size:
                return True
        return False

    def residues(self, points: Sequence[Point], prime: int) -> list[int] | None:
        """`evaluation_rows` modulo a prime, row by row; None if the prime divides a denominator."""
        values = [value for row in self.evaluation_rows(points) for value in row]
        return _residues(values, prime)


def coordinate_number(point: Point, dimension: int) -> int:
    """The number of a coordinate that a point names, in spaces whose points are (0,), (1,), …, (dimension - 1,).

    Args:
        point: one integer.
        dimension: how many coordinates there are.

    Raises:
        ExactnessError: if there is no such coordinate.

    >>> coordinate_number((fmpq(2),), 3)
    2
    """
    if len(point) != 1 or point[0].q != 1 or not 0 <= point[0] < dimension:
        raise ExactnessError(f"expected the number of a coordinate below {dimension}, found the point {point}")
    return int(point[0].p)


def _residues(values: Sequence[fmpq], prime: int) -> list[int] | None:
    if any(int(value.q) % prime == 0 for value in values):
        return None
    return [int(value.p) * pow(int(value.q), -1, prime) % prime for value in values]


def _products(points: Sequence[list[int]], steps: Sequence[tuple[int, int]], prime: int) -> list[int]:
    """The monomials at points modulo a prime, row by row.

    After 1, the monomial of the step (g, i) is coordinate g times the monomial number i.
    """
    entries: list[int] = []
    for coordinates in points:
        row = [1]
        for generator, parent in steps:
            row.append(coordinates[generator] * row[parent] % prime)
        entries += row
    return entries


@dataclass(frozen=True)
class UnivariateSpace(Space[fmpq_poly]):
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
        """Degree + 1."""
        return self.degree + 1

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        """(0,), (1,), …, (degree,)."""
        return tuple((i,) for i in range(self.degree + 1))

    @property
    def zero(self) -> fmpq_poly:
        """The zero polynomial."""
        return fmpq_poly([])

    @property
    def candidates(self) -> list[Point]:
        """Degree + 1 Chebyshev nodes of [-1, 1]."""
        return line_candidates(self.degree)

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

    def residues(self, points: Sequence[Point], prime: int) -> list[int] | None:
        """The Vandermonde matrix modulo a prime, with residues throughout."""
        flat = _residues([x for (x,) in points], prime)
        return None if flat is None else _products([[x] for x in flat], [(0, i) for i in range(self.degree)], prime)


@dataclass(frozen=True)
class InvariantSpace(Space[fmpq_mpoly]):
    """The S3-invariants in (x, y, z) of degree <= `degree`, written in m_k = (x^k + y^k + z^k)/3.

    Elements are `fmpq_mpoly` over `POWER_MEANS`, points are (x, y, z), the basis is m^α = m1^a m2^b m3^c of weight a +
    2b + 3c <= degree, ordered by weight, then by c, then by b (docs/certificate-format.md).

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

    @property
    def candidates(self) -> list[Point]:
        """One point of each S3-orbit of a grid of Chebyshev nodes of [-1, 1]³.

        The grid has degree + 1 nodes in each direction.
        """
        return list(combinations_with_replacement(chebyshev_nodes(self.degree + 1), 3))

    @property
    def chebyshev_basis(self) -> list[Mapping[Exponents, fmpq]]:
        """The sums over all permutations of T_a(x) T_b(y) T_c(z), a >= b >= c, a + b + c <= degree.

        As many as the dimension.
        """
        triples = [
            (total - b - c, b, c)
            for total in range(self.degree + 1)
            for c in range(total // 3 + 1)
            for b in range(c, (total - c) // 2 + 1)
        ]
        return [{e: fmpq(count) for e, count in Counter(permutations(triple)).items()} for triple in triples]

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

    def residues(self, points: Sequence[Point], prime: int) -> list[int] | None:
        """The monomials modulo a prime, with residues throughout."""
        third, generators = pow(3, -1, prime), []
        for point in points:
            residues = _residues(point, prime)
            if residues is None:
                return None
            generators.append([sum(pow(c, k, prime) for c in residues) * third % prime for k in (1, 2, 3)])
        return _products(generators, monomial_steps(self.degree), prime)


def power_means_of(point: Point) -> tuple[fmpq, fmpq, fmpq]:
    """(m1, m2, m3) at the point (x, y, z)."""
    _require_point(point, 3)
    x, y, z = point
    xx, yy, zz = x * x, y * y, z * z
    return (x + y + z) / 3, (xx + yy + zz) / 3, (xx * x + yy * y + zz * z) / 3


@lru_cache(maxsize=64)
def monomial_steps(degree: int) -> tuple[tuple[int, int], ...]:
    """How to compute all m^α of weight <= degree with one multiplication each.

    For every exponent after the first, in order, (i, j) with m^α = m_(i+1) · (the monomial number j).

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
    """The values of the monomials m^α of weight <= degree at the points, one row for each point.

    One multiplication for each value.

    Cached, because the Gram bases of one problem share their monomials; the rows for a smaller degree are prefixes.

    Args:
        points: triples (x, y, z).
        degree: the largest weight; the rows are empty if it is negative.

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
