"""Polynomials that are positive on an interval [-1, c], by Lukács' theorem, over a number field.

A polynomial G that is positive on [-1, c] is, with T = (T_0, T_1, …) Chebyshev's polynomials of u, D >= deg G,

    even D:   G = <T Tᵀ, X> + (u+1)(c-u) <T Tᵀ, Y>,         X of size D/2 + 1, Y of size D/2
    odd D:    G = (u+1) <T Tᵀ, X> + (c-u) <T Tᵀ, Y>,        both of size (D+1)/2

with positive definite X and Y. The problem has no objective: an interior-point method ends at the analytic centre of
all such pairs.

Main definitions: `IntervalProblem`, `positive_on_interval`.

Reference: Szegő, Orthogonal Polynomials, 1.21.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_poly

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.spaces import Point, UnivariateSpace
from kissalg.errors import ParameterError
from kissalg.exact.field_polynomial import FieldPolynomial
from kissalg.exact.number_field import FieldElement
from kissalg.sdp.equations import AlgebraicModel, LinearSystem, affine_system
from kissalg.sdp.model import Identity, Model, Objective, PsdVariable
from kissalg.sdp.terms import UnivariateSquares

__all__ = ["IntervalProblem", "positive_on_interval"]

THEOREM = "positive-on-interval"
_APPROXIMATION_BITS = 1024


@dataclass(frozen=True, repr=False)
class IntervalProblem(AlgebraicModel):
    """The exact model, with its parameters; made by `positive_on_interval`."""

    polynomial: FieldPolynomial
    cosine: FieldElement

    def exact_system(self) -> LinearSystem:
        """The equations over the field: affine in c and in the coefficients of G."""
        degree = int(self.parameters["degree"])
        numbers = [self.cosine, *_padded(self.polynomial, degree)]
        return affine_system(lambda p: _model(degree, p[0], p[1:]), numbers)

    def candidates(self, identity: Identity) -> Sequence[Point]:
        """Chebyshev nodes of [-1, c]."""
        c = fmpq(self.parameters["cos"])
        return [(((1 + c) * x - (1 - c)) / 2,) for x in chebyshev_nodes(identity.space.degree + 1)]


def positive_on_interval(polynomial: FieldPolynomial, cosine: FieldElement, degree: int) -> IntervalProblem:
    """The problem of writing a polynomial that is positive on [-1, c] as above, with D = `degree` >= 2.

    Raises:
        ParameterError: if the degree is too small.

    Example:
        >>> from kissalg.exact.number_field import RATIONALS
        >>> positive_on_interval(FieldPolynomial.of(RATIONALS, [1, 0, 1]), RATIONALS("1/2"), 2)
        positive-on-interval (cos = 1/2, degree = 2): 3 equations, 2 variables
          G: 3 equations
          X: PSD 2 x 2
          Y: PSD 1 x 1
    """
    if degree < max(2, polynomial.degree):
        raise ParameterError(f"degree: expected at least {max(2, polynomial.degree)}, found {degree}")
    numbers = [c.approximation(_APPROXIMATION_BITS) for c in _padded(polynomial, degree)]
    model = _model(degree, cosine.approximation(_APPROXIMATION_BITS), numbers)
    return IntervalProblem(
        THEOREM, model.parameters, model.variables, model.identities, model.objective, polynomial, cosine
    )


def _padded(polynomial: FieldPolynomial, degree: int) -> list[FieldElement]:
    return [*polynomial.coefficients, *[polynomial.field(0)] * (degree - polynomial.degree)]


def _model(degree: int, cos: fmpq, coefficients: Sequence[fmpq]) -> Model:
    u, one, half = fmpq_poly([0, 1]), fmpq_poly([1]), degree // 2
    factors, sizes = ((one, (u + 1) * (cos - u)), (half + 1, half))
    if degree % 2:
        factors, sizes = ((u + 1, cos - u), (half + 1, half + 1))
    variables = tuple(PsdVariable(name, size) for name, size in zip("XY", sizes, strict=True))
    terms = tuple(UnivariateSquares(v, factor) for v, factor in zip(variables, factors, strict=True))
    identity = Identity("G", UnivariateSpace(degree), terms, fmpq_poly(list(coefficients)))
    return Model(THEOREM, {"cos": cos, "degree": degree}, variables, (identity,), Objective(fmpq(0), {}))
