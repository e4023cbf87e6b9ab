"""Spaces of polynomials in several variables: of bounded degree, modulo equations, invariant under a group.

Elements are vectors of coordinates, stored as a polynomial Σ_j c_j t^j in one auxiliary variable (a container: what `UnivariateSpace` and everything
that works with it expects). Two kinds of sample points exist: rational points of R^n, if there are no equations; else the coordinates themselves.

Main definitions: `PolynomialSpace`, `polynomial_space`.

References: Löfberg and Parrilo, From coefficients to samples (2004); Sauer and Xu (1995) for the principal lattices, which are unisolvent for bounded degree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly, nmod_mat

from kissalg.algebra.groups import FiniteGroup
from kissalg.algebra.polynomials import monomials
from kissalg.algebra.spaces import Point, UnivariateSpace
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.matrix import pivot_columns

__all__ = ["PolynomialSpace", "polynomial_space"]

_PRIME = 2**61 - 1
Exponents = tuple[int, ...]


@dataclass(frozen=True)
class PolynomialSpace(UnivariateSpace):
    """The image of the polynomials of degree <= `degree` in some ring Q[x_1..x_n] / I, or its invariants; made by `polynomial_space`.

    Attributes:
        degree: the largest degree.
        ring: Q[x_1, …, x_n].
        equations: generators of I; q h with deg(q h) <= degree is zero for each of them.
        pivots: the exponents whose coefficients (after reduction) are the coordinates.
        basis: the polynomials with these coordinates: basis[j] has the coordinates of the j-th unit vector.
        reductions: for each leading monomial of I, up to the degree, the polynomial that replaces it.
        points: `dimension` sample points.
        nodes: the coordinates of sample points of R^n.
    """

    ring: fmpq_mpoly_ctx
    equations: tuple[fmpq_mpoly, ...]
    pivots: tuple[Exponents, ...]
    basis: tuple[fmpq_mpoly, ...]
    reductions: dict[Exponents, fmpq_mpoly]
    points: tuple[Point, ...]
    nodes: tuple[fmpq, ...]

    def restricted(self, spanning: Sequence[fmpq_mpoly]) -> PolynomialSpace:
        """The subspace that some polynomials span."""
        rows = [self.coordinates_of(p) for p in spanning]
        reduced, rank = fmpq_mat(len(rows), self.dimension, [x for row in rows for x in row]).rref()
        if rank == self.dimension:
            return self
        pivots = tuple(self.pivots[j] for j in pivot_columns(reduced, rank))
        basis = []
        for i in range(rank):
            total = self.ring.constant(0)
            for j, b in enumerate(self.basis):
                if reduced[i, j] != 0:
                    total += b * reduced[i, j]
            basis.append(total)
        n = len(self.ring.names())
        points = _lattice(n, self.degree, basis, self.nodes) if self.samples_values else self.points[:rank]
        return replace(self, pivots=pivots, basis=tuple(basis), points=points)

    def __contains__(self, polynomial: fmpq_mpoly) -> bool:
        """Whether the polynomial lies in the space."""
        rest = self.reduced(polynomial)
        terms = rest.to_dict()
        for exponent, b in zip(self.pivots, self.basis, strict=True):
            if exponent in terms:
                rest -= b * terms[exponent]
        return bool(rest.is_zero())

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.pivots)

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        """The exponents of the container: (0,), (1,), …."""
        return tuple((i,) for i in range(self.dimension))

    @property
    def samples_values(self) -> bool:
        """Whether the points are points of R^n, and not coordinates."""
        return not self.equations

    def reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial without leading monomials of I.

        Raises:
            ExactnessError: if its degree is too large.
        """
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

    def coordinates_of(self, polynomial: fmpq_mpoly) -> list[fmpq]:
        """The coordinates of a polynomial, which must lie in the space (be invariant)."""
        terms = self.reduced(polynomial).to_dict()
        zero = fmpq(0)
        return [terms.get(exponent, zero) for exponent in self.pivots]

    def container(self, polynomial: fmpq_mpoly) -> fmpq_poly:
        """The element of this space that stands for a polynomial."""
        return fmpq_poly(self.coordinates_of(polynomial))

    def polynomial(self, element: fmpq_poly) -> fmpq_mpoly:
        """The polynomial that an element stands for."""
        total = self.ring.constant(0)
        for j, b in enumerate(self.basis):
            total += b * element[j]
        return total

    def coefficients(self, element: fmpq_poly) -> list[fmpq]:
        """The coordinates of an element."""
        if element.degree() >= self.dimension:
            raise ExactnessError(f"expected {self.dimension} coordinates, found {element.degree() + 1}")
        return [element[j] for j in range(self.dimension)]

    def evaluate(self, element: fmpq_poly, point: Point) -> fmpq:
        """The value at a point of R^n; or the coordinate with the number point[0]."""
        if not self.samples_values:
            return fmpq(element[int(point[0].p)])
        return fmpq(sum((element[j] * v for j, v in enumerate(self.values[point])), fmpq(0)))

    @cached_property
    def values(self) -> dict[Point, list[fmpq]]:
        """The basis at the sample points."""
        return {point: [_value(b, point) for b in self.basis] for point in self.points}

    def is_unisolvent(self, points: Sequence[Point]) -> bool:
        """Whether the basis at the points has a nonzero determinant modulo a prime; coordinates: whether all occur."""
        if not self.samples_values:
            return sorted(int(p[0].p) for p in points) == list(range(self.dimension))
        rows = [_modulo([_value(b, point) for b in self.basis]) for point in points]
        flat = [x for row in rows for x in row]
        return (
            len(points) == self.dimension and nmod_mat(len(rows), self.dimension, flat, _PRIME).rank() == self.dimension
        )

    def __hash__(self) -> int:
        return hash((self.degree, self.pivots, tuple(map(str, self.equations))))


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
    # the highest degree first: then the first coordinates are leading coefficients, which are nonnegative for sums of squares
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
    ring: fmpq_mpoly_ctx, standard: Sequence[Exponents], group: FiniteGroup, reductions: dict[Exponents, fmpq_mpoly]
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
    chosen = []
    column = 0
    for row in range(rank):
        while int(reduced[row, column]) == 0:
            column += 1
        chosen.append(lattice[column])
    return tuple(chosen)
