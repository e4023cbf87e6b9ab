"""Spaces of polynomials in several variables: of bounded degree, modulo equations, invariant under a group.

Main definitions: `PolynomialSpace`, `polynomial_space`.

References: Löfberg and Parrilo, From coefficients to samples (2004); Sauer and Xu (1995) for the principal lattices,
which are unisolvent for bounded degree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product
from math import comb

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, nmod_mat

from kissalg.algebra.groups import FiniteGroup
from kissalg.algebra.polynomials import monomials
from kissalg.algebra.spaces import Exponents, Point, Space, coordinate_number
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.matrix import pivot_columns

__all__ = ["PolynomialSpace", "polynomial_space"]

_PRIME = 2**61 - 1


@dataclass(frozen=True, repr=False)
class PolynomialSpace(Space[fmpq_mpoly]):
    """The polynomials of degree <= `degree` in Q[x_1, …, x_n], modulo equations, or a subspace of them.

    Made by `polynomial_space`.

    Elements are polynomials of the ring. Without equations its points are points of R^n. Modulo equations the points
    are the numbers of coordinates (0,), (1,), …, as in a space of columns, because rational points that satisfy the
    equations need not exist.

    Attributes:
        degree: the largest degree.
        ring: Q[x_1, …, x_n].
        equations: generators of an ideal I; q h with deg(q h) <= degree is zero for each of them.
        pivots: the exponents whose coefficients (after reduction) are the coordinates.
        basis: the polynomials with these coordinates: basis[j] has the coordinates of the j-th unit vector.
        reductions: for each leading monomial of I, up to the degree, the polynomial that replaces it.
        points: as many as the dimension, unisolvent.
        nodes: the coordinates of points of R^n.
    """

    degree: int
    ring: fmpq_mpoly_ctx
    equations: tuple[fmpq_mpoly, ...]
    pivots: tuple[Exponents, ...]
    basis: tuple[fmpq_mpoly, ...]
    reductions: Mapping[Exponents, fmpq_mpoly]
    points: tuple[Point, ...]
    nodes: tuple[fmpq, ...]

    @property
    def candidates(self) -> tuple[Point, ...]:
        """`points`: as many as the dimension, unisolvent."""
        return self.points

    def restricted(self, spanning: Sequence[fmpq_mpoly]) -> PolynomialSpace:
        """The subspace that some polynomials of the space span."""
        rows = [self.coefficients(p) for p in spanning]
        reduced, rank = fmpq_mat(len(rows), self.dimension, [x for row in rows for x in row]).rref()
        if rank == self.dimension:
            return self
        pivots = tuple(self.pivots[j] for j in pivot_columns(reduced, rank))
        basis = [self.from_coefficients([reduced[i, j] for j in range(self.dimension)]) for i in range(rank)]
        n = len(self.ring.names())
        points = _lattice(n, self.degree, basis, self.nodes) if self.samples_values else self.points[:rank]
        return replace(self, pivots=pivots, basis=tuple(basis), points=points)

    def __contains__(self, polynomial: fmpq_mpoly) -> bool:
        """Whether the polynomial lies in the space."""
        rest = self.reduced(polynomial)
        terms = rest.to_dict()
        return bool(self._combined([terms.get(e) for e in self.pivots]) == rest)

    @property
    def coordinates(self) -> int:
        """n; or 1 modulo equations, where a point is the number of a coordinate."""
        return len(self.ring.names()) if self.samples_values else 1

    @property
    def exponents(self) -> tuple[Exponents, ...]:
        """The exponents whose coefficients are the coordinates: `pivots`."""
        return self.pivots

    @property
    def zero(self) -> fmpq_mpoly:
        """The zero polynomial."""
        return self.ring.constant(0)

    @property
    def samples_values(self) -> bool:
        """Whether the points are points of R^n, and not numbers of coordinates."""
        return not self.equations

    def reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial without leading monomials of I.

        Raises:
            ExactnessError: if it belongs to another ring, or its degree is too large.
        """
        self._require(polynomial)
        if int(polynomial.total_degree()) > self.degree:
            raise ExactnessError(
                f"expected a polynomial of degree <= {self.degree}, found degree {int(polynomial.total_degree())}"
            )
        if not self.reductions:
            return polynomial
        total = polynomial
        for exponent, coefficient in polynomial.to_dict().items():
            if exponent in self.reductions:
                total += (self.reductions[exponent] - self.ring.term(coeff=fmpq(1), exp_vec=exponent)) * coefficient
        return total

    def coefficients(self, element: fmpq_mpoly) -> list[fmpq]:
        """The coordinates of a polynomial.

        Raises:
            ExactnessError: if it does not lie in the space.
        """
        rest, zero = self.reduced(element), fmpq(0)
        terms = rest.to_dict()
        result = [terms.get(exponent, zero) for exponent in self.pivots]
        if self._combined(result) != rest:
            raise ExactnessError(f"expected an element of a space of dimension {self.dimension}, found {element!s:.80}")
        return result

    def from_coefficients(self, coefficients: Sequence[fmpq]) -> fmpq_mpoly:
        """The polynomial with these coordinates."""
        if len(coefficients) != self.dimension:
            raise ExactnessError(f"expected {self.dimension} coefficients, found {len(coefficients)}")
        return self._combined(coefficients)

    def _combined(self, coefficients: Sequence[fmpq | None]) -> fmpq_mpoly:
        """Σ coefficients[j] basis[j]; None counts as zero."""
        terms: dict[Exponents, fmpq] = {}
        for coefficient, own in zip(coefficients, self._terms, strict=True):
            if coefficient is not None and coefficient != 0:
                for exponent, c in own:
                    terms[exponent] = terms[exponent] + c * coefficient if exponent in terms else c * coefficient
        return self.ring.from_dict(terms)

    @cached_property
    def _terms(self) -> list[list[tuple[Exponents, fmpq]]]:
        return [list(b.to_dict().items()) for b in self.basis]

    def evaluate(self, element: fmpq_mpoly, point: Point) -> fmpq:
        """The value at a point of R^n; or the coordinate with the number point[0]."""
        if not self.samples_values:
            return self.coefficients(element)[coordinate_number(point, self.dimension)]
        return _value(element, self._point(point))

    def evaluation_rows(self, points: Sequence[Point]) -> list[list[fmpq]]:
        """The values of the basis at points of R^n; or unit rows."""
        if not self.samples_values:
            indices = [coordinate_number(point, self.dimension) for point in points]
            return [[fmpq(int(j == index)) for j in range(self.dimension)] for index in indices]
        return [[_value(b, self._point(point)) for b in self.basis] for point in points]

    @property
    def chebyshev_basis(self) -> list[Mapping[Exponents, fmpq]]:
        """The basis itself, in products of Chebyshev polynomials.

        For all polynomials of bounded degree the products in the place of the monomials.
        """
        if not self.samples_values:
            return [{(j,): fmpq(1)} for j in range(self.dimension)]
        if all(len(own) == 1 for own in self._terms) and self._is_staircase():
            return [{exponent: fmpq(1)} for exponent in self.exponents]
        return [_in_chebyshev_products(own) for own in self._terms]

    def _is_staircase(self) -> bool:
        """Whether with every monomial its divisors occur.

        Then products of Chebyshev polynomials span the same space.
        """
        known = set(self.pivots)
        return all(not e[k] or (*e[:k], e[k] - 1, *e[k + 1 :]) in known for e in self.pivots for k in range(len(e)))

    def _require(self, element: object) -> None:
        if not isinstance(element, fmpq_mpoly) or element.context() is not self.ring:
            raise ExactnessError(f"expected a polynomial in {', '.join(self.ring.names())}, found {element!r:.80}")

    def _point(self, point: Point) -> Point:
        if len(point) != self.coordinates:
            raise ExactnessError(f"expected a point with {self.coordinates} coordinates, found {len(point)}")
        return point

    def __repr__(self) -> str:
        modulo = f", modulo {len(self.equations)} equations" if self.equations else ""
        return (
            f"PolynomialSpace(dimension {self.dimension}, degree {self.degree} in"
            f" {', '.join(self.ring.names())}{modulo})"
        )

    def __hash__(self) -> int:
        return hash((self.degree, self.pivots, tuple(map(str, self.equations))))


@lru_cache(maxsize=256)
def _power_in_chebyshev(k: int) -> tuple[tuple[int, fmpq], ...]:
    """(j, c) with x^k = Σ c T_j(x): x^k is 2^-k (z + 1/z)^k, and 2 T_j = z^j + z^-j."""
    return tuple((k - 2 * i, fmpq(comb(k, i), 1 << (k if k == 2 * i else k - 1))) for i in range(k // 2 + 1))


def _in_chebyshev_products(terms: Sequence[tuple[Exponents, fmpq]]) -> dict[Exponents, fmpq]:
    total: dict[Exponents, fmpq] = {}
    for exponent, coefficient in terms:
        for choice in product(*map(_power_in_chebyshev, exponent)):
            key, value = tuple(j for j, _ in choice), coefficient
            for _, c in choice:
                value *= c
            total[key] = total.get(key, fmpq(0)) + value
    return {key: value for key, value in total.items() if value != 0}


def _value(polynomial: fmpq_mpoly, point: Point) -> fmpq:
    return fmpq(polynomial(*point))


def _modulo(values: Sequence[fmpq]) -> list[int]:
    return [int(v.p % _PRIME) * pow(int(v.q), -1, _PRIME) % _PRIME for v in values]


def polynomial_space(
    ring: fmpq_mpoly_ctx,
    degree: int,
    equations: Sequence[fmpq_mpoly] = (),
    group: FiniteGroup | None = None,
    nodes: Sequence[fmpq] = (),
) -> PolynomialSpace:
    """The polynomials of degree <= `degree` modulo `equations`, or those that a group leaves invariant.

    Args:
        ring: Q[x_1, …, x_n].
        degree: the largest degree.
        equations: polynomials that count as zero, with their multiples up to the degree.
        group: fixes the equations; only invariants are kept.
        nodes: `degree` + 1 distinct rational numbers, the coordinates of the sample points.

    >>> from kissalg.algebra.polynomials import polynomial_ring
    >>> ring = polynomial_ring(("x", "y"))
    >>> x, y = ring.gens()
    >>> space = polynomial_space(ring, 2, [x**2 + y**2 - 1])
    >>> space.dimension, space.reduced(x**2)
    (5, -y^2 + 1)
    """
    n = len(ring.names())
    exponents = monomials(n, degree)
    reductions = _reductions(ring, exponents, degree, equations)
    # the highest degree first: then the first coordinates are leading coefficients, which are nonnegative for sums of
    # squares
    standard = [e for e in reversed(exponents) if e not in reductions]
    pivots: tuple[Exponents, ...] = tuple(standard)
    basis = tuple(ring.term(coeff=fmpq(1), exp_vec=e) for e in standard)
    if group is not None:
        pivots, basis = _invariants(ring, standard, group, reductions)
    points: tuple[Point, ...]
    if equations:
        points = tuple((fmpq(j),) for j in range(len(pivots)))
    else:
        if len(set(nodes)) <= degree:
            raise ParameterError(f"expected {degree + 1} distinct nodes, found {len(set(nodes))}")
        points = _lattice(n, degree, basis, nodes)
    return PolynomialSpace(degree, ring, tuple(equations), pivots, basis, reductions, points, tuple(nodes))


def _reductions(
    ring: fmpq_mpoly_ctx, exponents: Sequence[Exponents], degree: int, equations: Sequence[fmpq_mpoly]
) -> dict[Exponents, fmpq_mpoly]:
    """The reduced echelon form of the multiples of the equations up to the degree, largest monomials first."""
    n = len(ring.names())
    rows = []
    order = sorted(exponents, key=lambda e: (-sum(e), [-x for x in e]))
    places = {e: i for i, e in enumerate(order)}
    for h in equations:
        for e in monomials(n, degree - int(h.total_degree())):
            row = [fmpq(0)] * len(order)
            for exponent, c in (h * ring.term(coeff=fmpq(1), exp_vec=e)).to_dict().items():
                row[places[exponent]] = c
            rows.append(row)
    if not rows:
        return {}
    reduced, rank = fmpq_mat(len(rows), len(order), [x for row in rows for x in row]).rref()
    result = {}
    for i, pivot in enumerate(pivot_columns(reduced, rank)):
        tail = {order[j]: -reduced[i, j] for j in range(pivot + 1, len(order)) if reduced[i, j] != 0}
        result[order[pivot]] = ring.from_dict(tail)
    return result


def _invariants(
    ring: fmpq_mpoly_ctx, standard: Sequence[Exponents], group: FiniteGroup, reductions: Mapping[Exponents, fmpq_mpoly]
) -> tuple[tuple[Exponents, ...], tuple[fmpq_mpoly, ...]]:
    """The averages of the monomials, in reduced echelon form."""
    places = {e: i for i, e in enumerate(standard)}
    averages = {str(p): p for p in (group.reynolds(ring.term(coeff=fmpq(1), exp_vec=e)) for e in standard)}
    rows = []
    for p in averages.values():
        row = [fmpq(0)] * len(standard)
        for exponent, c in p.to_dict().items():
            image = reductions.get(exponent)
            terms = {exponent: fmpq(1)} if image is None else image.to_dict()
            for e, factor in terms.items():
                row[places[e]] += c * factor
        rows.append(row)
    reduced, rank = fmpq_mat(len(rows), len(standard), [x for row in rows for x in row]).rref()
    pivots = tuple(standard[j] for j in pivot_columns(reduced, rank))
    basis = tuple(
        ring.from_dict({e: reduced[i, j] for j, e in enumerate(standard) if reduced[i, j] != 0}) for i in range(rank)
    )
    return pivots, basis


def _lattice(n: int, degree: int, basis: Sequence[fmpq_mpoly], nodes: Sequence[fmpq]) -> tuple[Point, ...]:
    """As many points of the principal lattice as the basis has elements, independent modulo a prime.

    Nodes from the outside in: a point with small indices in all coordinates is spread, not crowded at one end.
    """
    order = sorted(range(degree + 1), key=lambda i: min(i, degree - i))
    lattice = [tuple(nodes[order[i]] for i in e) for e in monomials(n, degree)]
    flat = [_modulo([_value(b, point) for point in lattice]) for b in basis]
    table = nmod_mat(len(basis), len(lattice), [x for row in flat for x in row], _PRIME)
    reduced, rank = table.rref()
    if rank < len(basis):
        raise ExactnessError("the lattice of sample points is not unisolvent; give other nodes")
    return tuple(lattice[column] for column in pivot_columns(reduced, rank))
