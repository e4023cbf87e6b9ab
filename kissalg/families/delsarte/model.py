"""Delsarte's linear programming bound for spherical codes, over Q or a real number field.

Let f(u) = 1 + Σ_(k=1..2d) f_k P_k^n(u), f_k >= 0, and f(u) <= 0 for -1 <= u <= c. Then every code on S^(n-1) with inner
products <= c has at most f(1) = 1 + Σ f_k points. The inequality is Lukács' theorem for even degree,

    (i)   Σ_k f_k P_k^n(u) + <T Tᵀ, Q_0> + (u+1)(c-u) <T Tᵀ, Q_1> = -1     in Q(c)[u], degree <= 2d,
          Q_0, Q_1 positive semidefinite, T = (T_0, T_1, …)(u),

which is also necessary. The variable is u itself: then c occurs in the multiplier only, and the equations are affine in
c.

Proof. For a code C of N points, Σ_(x,y in C) f(x·y) >= N² because the P_k are positive definite kernels, and <= N f(1),
because the terms x ≠ y are <= 0.

Main definitions: `DelsarteProblem`, `delsarte`.

References: Delsarte, Goethals and Seidel, Spherical codes and designs (1977), Theorem 4.3; Szegő, Orthogonal
Polynomials, 1.21 (Lukács); Cohn and Kumar, Universally optimal distribution of points on spheres (2007), Table 1 (the
sharp cases).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_poly

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.orthogonal import gegenbauer
from kissalg.algebra.spaces import Point, UnivariateSpace
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.expressions import real_number, surd
from kissalg.exact.number_field import RATIONALS, FieldElement
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.sdp.equations import AlgebraicModel, LinearSystem, affine_system
from kissalg.sdp.model import Identity, Model, NonnegativeVariable, Objective, PsdVariable, Term
from kissalg.sdp.terms import LinearCombination, UnivariateSquares

__all__ = ["DelsarteProblem", "delsarte"]

THEOREM = "delsarte"
_APPROXIMATION_BITS = 1024  # far below every gap that a solver reaches


@dataclass(frozen=True, repr=False)
class DelsarteProblem(AlgebraicModel):
    """The exact model of a linear programming bound, with its parameters; made by `delsarte`.

    For an irrational `cosine` the model that the solver sees has a rational number within 2^-1024 of it in its place.
    """

    cosine: FieldElement

    @property
    def n(self) -> int:
        """The dimension of the space; the code lies on S^(n-1)."""
        return int(self.parameters["n"])

    @property
    def degree(self) -> int:
        """d: the polynomial f has degree 2d."""
        return int(self.parameters["degree"])

    @property
    def quantity(self) -> str:
        """A(n, cos θ), with the field where cos θ is neither rational nor a square root.

        Example:
            >>> delsarte(3, "1/sqrt(5)", 2).quantity
            'A(3, 1/5*sqrt(5))'
        """
        text = surd(self.cosine)
        return f"A({self.n}, {self.cosine if text is None else text}){f' in {self.cosine.field}' * (text is None)}"

    def exact_system(self) -> LinearSystem:
        """The equations over the field of the cosine: (i) is affine in c."""
        return affine_system(lambda p: _model(self.n, p[0], self.degree), [self.cosine])

    def candidates(self, identity: Identity) -> Sequence[Point]:
        """Chebyshev nodes of [-1, c], where the multiplier is nonnegative."""
        c = fmpq(self.parameters["cos"])
        return [(((1 + c) * x - (1 - c)) / 2,) for x in chebyshev_nodes(identity.space.degree + 1)]

    def claim(self, bound: RationalLike) -> str:
        """The statement that a feasible point with this objective value proves.

        The bound is rounded up to ten decimals.

        Example:
            >>> delsarte(8, "1/2", 3).claim(240)
            'A(8, 1/2) <= 240'
        """
        return f"{self.quantity} <= {decimal_up(rational(bound))}"


def delsarte(n: int, cos: RationalLike | FieldElement = "1/2", degree: int = 8) -> DelsarteProblem:
    """Delsarte's linear programming bound for A(n, θ), cos θ = `cos`, with polynomials of degree 2 `degree`.

    Args:
        n: the dimension of the Euclidean space, n >= 2.
        cos: cos θ, -1 < cos θ < 1: a rational number, an element of a number field, or a text such as "1/2",
            "1/sqrt(5)", "(1+sqrt(5))/4" or "cos(2*pi/5)".
        degree: d >= 1.

    Raises:
        ParameterError: if a parameter is out of its range, or not exact.

    Example:
        >>> delsarte(8, "1/2", 3)
        delsarte (n = 8, cos = 1/2, degree = 3): 7 equations, 3 variables
          i: 7 equations
          f: 6 scalars >= 0
          Q0: PSD 4 x 4
          Q1: PSD 3 x 3
        >>> delsarte(3, "1/sqrt(5)", 2).cosine
        1/5*a
    """
    for name, value, low in (("n", n, 2), ("degree", degree, 1)):
        require_integer(name, value, low)
    try:
        cosine = real_number(cos)
    except ExactnessError as error:
        raise ParameterError(f"cos: {error}") from error
    if cosine.is_rational:
        cosine = RATIONALS(cosine.coefficients[0])
    if (cosine + 1).sign() <= 0 or (1 - cosine).sign() <= 0:
        raise ParameterError(f"cos: expected a number strictly between -1 and 1, found {cosine}")
    model = _model(n, cosine.approximation(_APPROXIMATION_BITS), degree)
    return DelsarteProblem(THEOREM, model.parameters, model.variables, model.identities, model.objective, cosine)


def _model(n: int, cos: fmpq, degree: int) -> Model:
    """The model at a rational c."""
    f = NonnegativeVariable("f", 2 * degree)
    squares = [PsdVariable("Q0", degree + 1), PsdVariable("Q1", degree)]
    u = fmpq_poly([0, 1])
    space = UnivariateSpace(2 * degree)
    terms: tuple[Term, ...] = (
        LinearCombination(f, tuple(gegenbauer(n, k) for k in range(1, 2 * degree + 1)), space),
        UnivariateSquares(squares[0], fmpq_poly([1])),
        UnivariateSquares(squares[1], (u + 1) * (cos - u)),
    )
    return Model(
        theorem=THEOREM,
        parameters={"n": n, "cos": cos, "degree": degree},
        variables=(f, *squares),
        identities=(Identity("i", space, terms, space.zero - 1),),
        objective=Objective(fmpq(1), {"f": [fmpq(1)] * (2 * degree)}),
    )
