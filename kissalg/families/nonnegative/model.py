"""Lower bounds of a polynomial on a set {x .

g_i(x) >= 0, h_j(x) = 0}: sums of squares with multipliers, symmetry-reduced.

    s (p - λ) = Σ_P g_P σ_P + Σ_j h_j q_j,    s = (e + Σ x_i²)^k, e = 0 or 1,
    σ_P sums of squares of degree <= 2d - deg g_P,

proves p >= λ on the set. P runs over the products of the g_i: none and single ones (Putinar), or all that fit the
degree (Schmüdgen). The identity is taken in Q[x]_{≤D} modulo the multiples of the h_j, D = max(2d, deg s p), so that
the q_j are no variables. If a finite group fixes p, permutes the g_i and the h_j up to sign (it is checked), the σ are
averaged over the group: for each orbit of products g_P one Gram matrix for each isotypic part of the stabiliser.

Three problems are made of one statement: *plain* (λ given, no objective), *margin* (how far inside or outside the cone
is s(p - λ)?) and *bound* (the largest λ, for s = 1).

Main definitions: `Statement`, `statement`, `NonnegativeProblem`, `SquaresTerm`.

References: Putinar (1993); Schmüdgen (1991); Reznick, Uniform denominators in Hilbert's seventeenth problem (1995);
Gatermann and Parrilo (2004); Parrilo, Exploiting algebraic structure in sum of squares programs (2005), for the
quotient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from kissalg.algebra.groups import FiniteGroup, require_group
from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.polynomials import PolynomialLike, polynomials
from kissalg.algebra.quotients import PolynomialSpace, polynomial_space
from kissalg.algebra.spaces import Point, Space
from kissalg.errors import ParameterError
from kissalg.families.nonnegative.squares import Block, blocks_of, require_fixed
from kissalg.sdp.model import (
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    SampledForm,
    Sense,
    Term,
    Value,
)
from kissalg.sdp.terms import LinearCombination, matrix_value

__all__ = ["NonnegativeProblem", "SquaresTerm", "Statement", "statement"]

THEOREM = "nonnegative"
_MAX_DEGREE, _MAX_VARIABLES = 256, 16


@dataclass(frozen=True, repr=False)
class Statement:
    """What is to be proved, and by which sums of squares; made by `statement`.

    Attributes:
        polynomial, inequalities, equalities: p, the g_i and the h_j.
        multiplier: (e, k) for s = (e + Σ x_i²)^k.
        degree: D, the largest degree in the identity.
        group: the symmetry, or None.
        blocks: the sums of squares.
    """

    polynomial: fmpq_mpoly
    inequalities: tuple[fmpq_mpoly, ...]
    equalities: tuple[fmpq_mpoly, ...]
    multiplier: tuple[int, int]
    degree: int
    group: FiniteGroup | None
    blocks: tuple[Block, ...]

    @property
    def ring(self) -> fmpq_mpoly_ctx:
        """Q[x_1, …, x_n]."""
        return self.polynomial.context()

    @cached_property
    def s(self) -> fmpq_mpoly:
        """The multiplier (e + Σ x_i²)^k."""
        constant, power = self.multiplier
        squares = self.ring.constant(constant)
        for x in self.ring.gens():
            squares += x**2
        return squares**power

    @cached_property
    def space(self) -> PolynomialSpace:
        """Where the identity lives: the span of what the sums of squares give."""
        nodes = chebyshev_nodes(self.degree + 1)
        everything = polynomial_space(self.ring, self.degree, self.equalities, self.group, nodes)
        given = [p for block in self.blocks for p in _products(self.ring, self.inequalities, block).values()]
        return everything.restricted(given)

    @cached_property
    def terms(self) -> tuple[SquaresTerm, ...]:
        """The sums of squares as terms of an identity."""
        return tuple(SquaresTerm(PsdVariable(b.name, b.size), b, self.inequalities, self.space) for b in self.blocks)

    @cached_property
    def traces(self) -> fmpq_mpoly:
        """Σ over all blocks of the polynomial of the identity matrix: in the interior of the cone."""
        total = self.ring.constant(0)
        for block in self.blocks:
            for copy in block.copies:
                factor = _product(self.ring, self.inequalities, copy.factors) * copy.weight
                for b in copy.basis:
                    total += factor * b * b
        return total

    def plain(self, value: fmpq) -> NonnegativeProblem:
        """S (p - value) = Σ g σ: a problem without objective."""
        return self._problem("plain", (), self.s * (self.polynomial - value), Objective(fmpq(0), {}), -value)

    def margin(self, value: fmpq, start: fmpq) -> NonnegativeProblem:
        """The least t = τ - start with s (p - value) + t w in the cone, w = Σ bᵀ b over all blocks.

        s (p - value) is inside the cone if t < 0, on its boundary if t = 0 and outside if t > 0.
        """
        tau = NonnegativeVariable("tau", 1)
        term = LinearCombination(tau, (-self.traces,), self.space)
        right = self.s * (self.polynomial - value) - self.traces * start
        return self._problem("margin", (term,), right, Objective(-start, {"tau": [fmpq(1)]}), start)

    def bound(self, start: fmpq) -> NonnegativeProblem:
        """The largest λ = ν - start with p - λ in the cone; the objective is -λ."""
        nu = NonnegativeVariable("nu", 1)
        term = LinearCombination(nu, (self.s,), self.space)
        right = self.s * (self.polynomial + start)
        return self._problem("bound", (term,), right, Objective(start, {"nu": [fmpq(-1)]}), start)

    def _problem(
        self,
        goal: Literal["plain", "margin", "bound"],
        extra: tuple[LinearCombination, ...],
        right: fmpq_mpoly,
        objective: Objective,
        start: fmpq,
    ) -> NonnegativeProblem:
        identity = Identity("i", self.space, (*extra, *self.terms), right)
        return NonnegativeProblem(
            theorem=THEOREM,
            parameters={"variables": len(self.ring.names()), "degree": self.degree},
            variables=(*(t.variable for t in extra), *(t.variable for t in self.terms)),
            identities=(identity,),
            objective=objective,
            statement=self,
            goal=goal,
            start=start,
        )

    def __repr__(self) -> str:
        conditions = [f"{g} >= 0" for g in self.inequalities] + [f"{h} = 0" for h in self.equalities]
        where = f" where {', '.join(conditions)}" if conditions else ""
        return (
            f"Statement({self.polynomial}{where}; degree {self.degree}, blocks"
            f" {', '.join(str(b.size) for b in self.blocks)})"
        )


@dataclass(frozen=True, repr=False)
class NonnegativeProblem(Model):
    """The exact model of a statement, with its goal.

    `start` is the shift of the scalar variable, for "plain" minus the given λ.
    """

    sense: ClassVar[Sense] = "lower"

    statement: Statement
    goal: Literal["plain", "margin", "bound"]
    start: fmpq

    @property
    def bounds_something(self) -> bool:
        """Whether λ is a variable."""
        return self.goal == "bound"


@dataclass(frozen=True, eq=False)
class SquaresTerm(Term):
    """Σ over the copies of weight · Π g · bᵀ X b."""

    variable: PsdVariable
    block: Block
    inequalities: tuple[fmpq_mpoly, ...]
    space: PolynomialSpace

    @cached_property
    def products(self) -> dict[tuple[int, int], list[fmpq]]:
        """The coordinates of the polynomial that X_ij multiplies, i >= j; twice for i > j."""
        totals = _products(self.space.ring, self.inequalities, self.block)
        return {key: self.space.coefficients(total) for key, total in totals.items()}

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """The element of the space, for a Gram matrix X."""
        matrix = matrix_value(self.variable, value)
        total = [fmpq(0)] * self.space.dimension
        for (i, j), coordinates in self.products.items():
            if matrix[i, j] != 0:
                for k, c in enumerate(coordinates):
                    if c != 0:
                        total[k] += matrix[i, j] * c
        return self.space.from_coefficients(total)

    def entries(self, space: Space[Any]) -> Iterator[tuple[int, int, int, fmpq]]:
        """The coordinates of the products."""
        for (i, j), coordinates in self.products.items():
            yield from ((k, i, j, c) for k, c in enumerate(coordinates) if c != 0)

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """At points of R^n one vector for each copy.

        Else unit vectors, with the matrices of the coordinates as weights.
        """
        if self.space.samples_values:
            return self._values(points)
        size, zero = self.variable.size, fmpq(0)
        units = [[fmpq(int(a == i)) for i in range(size)] for a in range(size)]
        weights = []
        for point in points:
            k = int(point[0].p)
            weight = [[zero] * size for _ in range(size)]
            for (i, j), coordinates in self.products.items():
                weight[i][j] = weight[j][i] = coordinates[k] if i == j else coordinates[k] / 2
            weights.append(weight)
        return SampledForm(tuple([unit] * len(points) for unit in units), weights)

    def _values(self, points: Sequence[Point]) -> SampledForm:
        vectors, scales = [], []
        for copy in self.block.copies:
            factor = _product(self.space.ring, self.inequalities, copy.factors) * copy.weight
            vectors.append([[fmpq(b(*point)) for b in copy.basis] for point in points])
            scales.append([fmpq(factor(*point)) for point in points])
        count, zero = len(scales), fmpq(0)
        weights = [
            [[scales[a][i] if a == b else zero for b in range(count)] for a in range(count)] for i in range(len(points))
        ]
        return SampledForm(tuple(vectors), weights)


def _products(
    ring: fmpq_mpoly_ctx, inequalities: Sequence[fmpq_mpoly], block: Block
) -> dict[tuple[int, int], fmpq_mpoly]:
    """The polynomial that X_ij multiplies, i >= j; twice for i > j."""
    totals: dict[tuple[int, int], fmpq_mpoly] = {}
    for copy in block.copies:
        factor = _product(ring, inequalities, copy.factors) * copy.weight
        for i in range(block.size):
            row = factor * copy.basis[i]
            for j in range(i + 1):
                value = row * copy.basis[j] * (1 if i == j else 2)
                totals[i, j] = totals[i, j] + value if (i, j) in totals else value
    return totals


def _product(ring: fmpq_mpoly_ctx, inequalities: Sequence[fmpq_mpoly], factors: Sequence[int]) -> fmpq_mpoly:
    total = ring.constant(1)
    for index in factors:
        total *= inequalities[index]
    return total


def statement(
    p: PolynomialLike,
    on: Sequence[PolynomialLike] = (),
    equal: Sequence[PolynomialLike] = (),
    *,
    group: FiniteGroup | None = None,
    degree: int | None = None,
    products: bool = False,
    multiplier: tuple[int, int] = (0, 0),
    variables: Sequence[str] | None = None,
) -> Statement:
    """A polynomial and a set, with the sums of squares that are to prove a lower bound.

    Args:
        p: the polynomial.
        on: the g_i; the set is where all of them are >= 0.
        equal: the h_j, which vanish on the set.
        group: a finite group that fixes p, permutes the g_i up to positive factors, and the h_j up to any.
        degree: the largest degree D of the identity, even; by default the least that fits everything.
        products: use products of the g_i too (Schmüdgen), and not only the g_i (Putinar).
        multiplier: (e, k) for the multiplier (e + Σ x_i²)^k of p; e = 0 only without conditions.
        variables: the names of the variables in order, by default all that occur.

    Raises:
        ParameterError: for a wrong parameter, or a group that does not fix the polynomial and the set: with a
            counterexample.

    Example:
        >>> from kissalg.algebra.groups import symmetric_group
        >>> statement("x^4 + y^4 - x^2*y^2", group=symmetric_group(2))
        Statement(x^4 - x^2*y^2 + y^4; degree 4, blocks 4, 2)
    """
    _require_list("on", on)
    _require_list("equal", equal)
    constant, power = _pair(multiplier)
    if constant not in (0, 1) or not 0 <= power <= 16:
        raise ParameterError(f"multiplier: expected (e, k) with e = 0 or 1 and 0 <= k <= 16, found {multiplier}")
    if power and not constant and (on or equal):
        raise ParameterError("multiplier: Σ x_i² vanishes at the origin; on a set with conditions take e = 1")
    multiplier = (constant, power) if power else (0, 0)
    first, *rest = polynomials([p, *on, *equal], variables)
    inequalities, equalities = tuple(rest[: len(on)]), tuple(rest[len(on) :])
    for what, list_of in (("inequality", inequalities), ("equality", equalities)):
        for g in list_of:
            if g.is_constant():
                raise ParameterError(f"expected an {what} that depends on the variables, found the constant {g}")
    least = max(
        [int(first.total_degree()) + 2 * power, *(int(g.total_degree()) for g in (*inequalities, *equalities)), 2]
    )
    wanted = 2 * ((least + 1) // 2) if degree is None else degree
    if not _is_integer(wanted) or wanted % 2 or wanted < least:
        raise ParameterError(f"degree: expected an even number >= {least}, found {degree!r}")
    if wanted > _MAX_DEGREE or len(first.context().names()) > _MAX_VARIABLES:
        raise ParameterError(
            f"expected a degree of at most {_MAX_DEGREE} and at most {_MAX_VARIABLES} variables, which is what the"
            f" kernel reads, found the degree {wanted} and {len(first.context().names())} variables"
        )
    if group is not None:
        require_group(group).require_invariant(first, "the polynomial")
        require_fixed(group, inequalities, equalities)
        if power:
            squares = sum((x**2 for x in first.context().gens()), first * 0)
            group.require_invariant(squares, "the multiplier's Σ x_i²")
    blocks = blocks_of(first.context(), inequalities, equalities, group, wanted, products=products)
    return Statement(first, inequalities, equalities, multiplier, wanted, group, blocks)


def _require_list(name: str, value: object) -> None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ParameterError(f"{name}: expected a list of polynomials, found {value!r}")


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and value is not True and value is not False


def _pair(multiplier: object) -> tuple[int, int]:
    """(e, k), once it is known to be a pair of integers."""
    if isinstance(multiplier, tuple | list) and len(multiplier) == 2 and all(map(_is_integer, multiplier)):
        return multiplier[0], multiplier[1]
    raise ParameterError(f"multiplier: expected a pair of integers (e, k), for (e + Σ x_i²)^k, found {multiplier!r}")
