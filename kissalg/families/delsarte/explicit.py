"""From a polynomial that somebody gives to a certificate of Delsarte's bound.

The polynomial is taken apart, and what is left is written as sums of squares.

Let f have nonnegative Gegenbauer coefficients, f_0 > 0, and f <= 0 on [-1, c]. Squarefree factors give f = -A² (u+1)^a
(c-u)^b G with a, b = 0 or 1, where A holds the double roots, and G > 0 on [-1, c]: it has no root there. With w =
(u+1)(c-u) and sums of squares p, q such that

    G = p + w q (a = b = 0),                  G = w p + q (a = b = 1),
    G = (u+1) p + (c-u) q (a = 1, b = 0),     G = (c-u) p + (u+1) q (a = 0, b = 1),

-f = (A (u+1)^a (c-u)^b)² p + w A² q is what the theorem asks for. If G is constant or linear, p and q are written down;
else a small semidefinite program finds positive definite Gram matrices, which are rounded over the field. Levenshtein's
polynomials and those of sharp codes have a constant G.

Main definitions: `PolynomialBound`, `delsarte_polynomial`, `levenshtein`, `closed` (from such a bound to a
certificate).

References: see `kissalg.families.delsarte.model`, `kissalg.families.delsarte.levenshtein_polynomials` and
`kissalg.families.delsarte.interval`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from flint import fmpq

from kissalg.algebra.orthogonal import chebyshev, gegenbauer
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.expressions import constants, evaluate, expression_tree, real_numbers
from kissalg.exact.field_polynomial import FieldPolynomial, roots_between, squarefree_factors
from kissalg.exact.number_field import FieldElement, FieldMatrix, NumberField
from kissalg.exact.rational import RationalLike
from kissalg.families.delsarte.interval import positive_on_interval
from kissalg.families.delsarte.levenshtein_polynomials import gegenbauer_coefficients, levenshtein_polynomial
from kissalg.families.delsarte.model import DelsarteProblem, delsarte
from kissalg.families.delsarte.witness import explicit
from kissalg.rounding import Correction, FaceMatrix, ProvedMatrix, round_regular
from kissalg.solvers import solve
from kissalg.witness.encoding import Parts, short_or_rounded_up

__all__ = ["PolynomialBound", "closed", "delsarte_polynomial", "levenshtein"]

_MAX_DEGREE = 80  # of f: what the kernel reads
_VARIABLES = ("t", "u", "x")

PolynomialLike = str | Sequence[RationalLike | FieldElement] | FieldPolynomial


@dataclass(frozen=True, repr=False)
class PolynomialBound:
    """Delsarte's bound A(n, θ) <= f(1)/f_0 by a polynomial f that is given.

    Made by `delsarte_polynomial` and `levenshtein`.

    `kissalg.certify` makes its certificate; nothing has to be solved before.

    Attributes:
        problem: Delsarte's problem of the degree that the certificate needs.
        coefficients: f_1/f_0, …, f_2d/f_0.
        factors: f, taken apart.
    """

    problem: DelsarteProblem
    coefficients: tuple[FieldElement, ...]
    factors: _Factors

    @property
    def value(self) -> FieldElement:
        """f(1)/f_0, exactly."""
        return sum(self.coefficients, self.problem.cosine.field(1))

    @property
    def bound(self) -> Fraction:
        """f(1)/f_0 if that is a short rational number, else rounded up to ten decimals."""
        return short_or_rounded_up(self.value)

    @property
    def quantity(self) -> str:
        """What is bounded, such as A(8, 1/2)."""
        return self.problem.quantity

    def __repr__(self) -> str:
        return f"PolynomialBound({self.problem.claim(self.bound)}, degree {2 * self.problem.degree})"


def delsarte_polynomial(
    n: int,
    cos: RationalLike | FieldElement,
    f: PolynomialLike,
    *,
    basis: Literal["monomial", "gegenbauer"] = "monomial",
) -> PolynomialBound:
    """The bound A(n, θ) <= f(1)/f_0 of a polynomial f with f_k >= 0, f_0 > 0 and f <= 0 on [-1, cos θ].

    These conditions are checked exactly.

    Args:
        n: the dimension of the Euclidean space, n >= 2.
        cos: cos θ, see `delsarte`.
        f: a text such as "(t+1)*(t+1/2)^2*t^2*(t-1/2)" in t, u or x; or a list of coefficients, the constant one first.
        basis: what the coefficients of a list belong to: the powers of t, or the polynomials P_k^n.

    Returns:
        The bound; `kissalg.certify` writes its certificate.

    Raises:
        ParameterError: f is not such a polynomial; the message says which condition fails, and where.

    Example:
        >>> delsarte_polynomial(8, "1/2", "(t+1) * (t+1/2)^2 * t^2 * (t-1/2)")
        PolynomialBound(A(8, 1/2) <= 240, degree 6)
        >>> delsarte_polynomial(3, "1/2", [1, 2, 3])
        Traceback (most recent call last):
        kissalg.errors.ParameterError: f: expected f <= 0 on [-1, 1/2], found f(-1) > 0
    """
    cosine, polynomial = _read(n, cos, f, basis)
    problem = delsarte(n, cosine, max(1, (polynomial.degree + 1) // 2))  # checks n and cos
    if polynomial.degree > _MAX_DEGREE:
        raise ParameterError(f"f: expected a polynomial of degree at most {_MAX_DEGREE}, found {polynomial.degree}")
    coefficients = gegenbauer_coefficients(n, polynomial)
    _require_signs(coefficients)
    normalised = polynomial * coefficients[0].inverse()
    values = [c * coefficients[0].inverse() for c in coefficients[1:]]
    factors = _taken_apart(normalised, cosine)
    degree = max(problem.degree, factors.degree)
    values += [cosine.field(0)] * (2 * degree - len(values))
    return PolynomialBound(delsarte(n, cosine, degree), tuple(values), factors)


def levenshtein(n: int, cos: RationalLike | FieldElement) -> PolynomialBound:
    """Levenshtein's bound A(n, θ) <= L(n, cos θ), exactly, over the field of cos θ.

    Args:
        n: the dimension of the Euclidean space, n >= 2.
        cos: cos θ, see `delsarte`.

    Returns:
        The bound; `kissalg.certify` writes its certificate.

    Raises:
        ParameterError: see `levenshtein_polynomial`.

    Example:
        >>> levenshtein(24, "1/2")
        PolynomialBound(A(24, 1/2) <= 196560, degree 10)
        >>> levenshtein(3, "1/sqrt(5)").bound
        Fraction(12, 1)
    """
    return delsarte_polynomial(n, cos, levenshtein_polynomial(n, cos))


def closed(given: PolynomialBound) -> Parts:
    """The sums of squares for the sign of f, and with them the certificate.

    Raises:
        RoundingError: the sums of squares could not be made exact.
    """
    cosine = given.problem.cosine
    psd = _matrices(given.factors, cosine, given.problem.degree)
    return explicit(given.problem, cosine.field, psd, given.coefficients)


def _read(
    n: int, cos: RationalLike | FieldElement, f: PolynomialLike, basis: str
) -> tuple[FieldElement, FieldPolynomial]:
    """Cos θ and f over one field."""
    if basis not in ("monomial", "gegenbauer"):
        raise ParameterError(f"basis: expected monomial or gegenbauer, found {basis!r}")
    try:
        if isinstance(f, FieldPolynomial):
            cosine, *_ = real_numbers([cos, *f.coefficients])
            return cosine, FieldPolynomial.of(cosine.field, f.coefficients)
        if isinstance(f, str):
            return _parsed(cos, f)
        cosine, *numbers = real_numbers([cos, *f])
        if basis == "monomial":
            return cosine, FieldPolynomial.of(cosine.field, numbers)
        terms = (
            FieldPolynomial.rational(cosine.field, gegenbauer(n, k)) * value
            for k, value in enumerate(numbers)
            if n >= 2
        )
        return cosine, sum(terms, FieldPolynomial.of(cosine.field, []))
    except ExactnessError as error:
        raise ParameterError(f"cos or f: {error}") from error


def _parsed(cos: RationalLike | FieldElement, text: str) -> tuple[FieldElement, FieldPolynomial]:
    """The text and cos θ, in the field that both generate."""
    tree = expression_tree(text)
    trees = [tree, expression_tree(cos)] if isinstance(cos, str) else [tree]
    given = cos.field if isinstance(cos, FieldElement) and not cos.is_rational else None
    known = constants(trees, given)
    u = FieldPolynomial.of(known.field, [0, 1])
    value = evaluate(tree, text, known, dict.fromkeys(_VARIABLES, u))
    if isinstance(cos, str):
        cosine: FieldElement = evaluate(trees[1], cos, known, {})
    else:
        cosine = known.field.element(cos)
    return cosine, value if isinstance(value, FieldPolynomial) else FieldPolynomial.of(known.field, [value])


def _require_signs(coefficients: Sequence[FieldElement]) -> None:
    if not coefficients or coefficients[0].sign() <= 0:
        found = coefficients[0] if coefficients else 0
        raise ParameterError(f"f: expected a positive Gegenbauer coefficient f_0, found {found}")
    for k, value in enumerate(coefficients):
        if value.sign() < 0:
            raise ParameterError(
                f"f: expected nonnegative Gegenbauer coefficients, found f_{k} = {value}, about {_decimal(value)}"
            )


def _decimal(value: FieldElement) -> str:
    return f"{value.enclosure(64).str(6, radius=False)}"


@dataclass(frozen=True)
class _Factors:
    """f = -A² (u+1)^a (c-u)^b G, G > 0 on [-1, c]."""

    double: FieldPolynomial
    left: int
    right: int
    rest: FieldPolynomial

    @property
    def size(self) -> int:
        """D: the degree of the identity for G, of the parity that its form needs."""
        odd = (self.left + self.right) % 2
        return self.rest.degree + (self.rest.degree + odd) % 2

    @property
    def degree(self) -> int:
        """d: half the degree of the identity for f."""
        return self.double.degree + (self.size + self.left + self.right + 1) // 2


def _taken_apart(f: FieldPolynomial, cosine: FieldElement) -> _Factors:
    """The factors of f.

    Raises:
        ParameterError: f is positive somewhere on [-1, c].
    """
    field = cosine.field
    u = FieldPolynomial.of(field, [0, 1])
    interval = f"[-1, {cosine}]"
    for end in (field(-1), cosine):
        if f(end).sign() > 0:
            raise ParameterError(f"f: expected f <= 0 on {interval}, found f({end}) > 0")
    double, simple = FieldPolynomial.of(field, [1]), FieldPolynomial.of(field, [1])
    for factor, power in squarefree_factors(f):
        double *= factor ** (power // 2)
        simple *= factor ** (power % 2)
    left, right = int(simple(field(-1)).is_zero), int(simple(cosine).is_zero)
    rest = -f // (double * double * (u + 1) ** left * (-u + cosine) ** right)
    roots = roots_between(rest, field(-1), cosine)
    if roots:
        shown = ", ".join(root.str(6, radius=False) for root in roots)
        raise ParameterError(f"f: expected f <= 0 on {interval}, found a change of sign at {shown}")
    if rest(cosine).sign() <= 0:
        raise ParameterError(f"f: expected f <= 0 on {interval}, found positive values inside")
    return _Factors(double, left, right, rest)


def _matrices(factors: _Factors, cosine: FieldElement, degree: int) -> dict[str, FaceMatrix]:
    """The Gram matrices of A² … p and A² q, in the basis of Chebyshev's polynomials."""
    field = cosine.field
    u = FieldPolynomial.of(field, [0, 1])
    p, q = _positive(factors, cosine)
    ends = (u + 1) ** factors.left * (-u + cosine) ** factors.right
    return {
        "Q0": _in_chebyshev(factors.double * ends, p, degree + 1, field),
        "Q1": _in_chebyshev(factors.double, q, degree, field),
    }


def _positive(factors: _Factors, cosine: FieldElement) -> tuple[FaceMatrix, FaceMatrix]:
    """The Gram matrices of p and q."""
    g, field, mixed = factors.rest, cosine.field, (factors.left + factors.right) % 2
    if factors.size <= 1:
        if mixed:  # G = (u+1) G(c)/(1+c) + (c-u) G(-1)/(1+c)
            scale = (cosine + 1).inverse()
            x, y = _scalar(g(cosine) * scale), _scalar(g(field(-1)) * scale)
        else:
            x, y = _scalar(g(field(0))), _empty(0)
    else:
        solution = solve(positive_on_interval(g, cosine, factors.size))
        exact = round_regular(solution)
        x, y = exact.psd["X"], exact.psd["Y"]
    # X belongs to 1 or u+1, Y to w or c-u; p stands beside u+1 if a = 1, beside c-u if b = 1
    return (y, x) if factors.right else (x, y)


def _scalar(value: FieldElement) -> FaceMatrix:
    """A positive number as a matrix: 2^-s + A with |A| <= 2^-s."""
    above = value.upper(64)
    shift = int(above.q).bit_length() - int(above.p).bit_length() + 1
    while fmpq(2) ** -shift > above:
        shift += 1
    while (value - fmpq(2) ** (1 - shift)).sign() > 0:
        shift -= 1
    squares = ProvedMatrix(((0,),), (0,), shift, Correction(1, ()))
    return FaceMatrix(1, None, squares, {(0, 0): value - fmpq(2) ** -shift})


def _empty(size: int) -> FaceMatrix:
    return FaceMatrix(size, None, ProvedMatrix((), (), 0, Correction(1, ())))


def _in_chebyshev(factor: FieldPolynomial, gram: FaceMatrix, size: int, field: NumberField) -> FaceMatrix:
    """The Gram matrix of factor² times the sum of squares of `gram`, in T_0, …, T_(size-1)."""
    if gram.rank == 0:
        return _empty(size)
    columns = []
    for j in range(gram.rank):
        rest, column = factor * FieldPolynomial.rational(field, chebyshev(j)), [field(0)] * size
        for i in range(rest.degree, -1, -1):
            if rest.degree == i:
                t = chebyshev(i)
                column[i] = rest.leading * (1 / t[i])
                rest -= FieldPolynomial.rational(field, t) * column[i]
        columns.append(column)
    rows = [[column[i] for column in columns] for i in range(size)]
    return FaceMatrix(size, FieldMatrix.of(field, rows, gram.rank), gram.squares, gram.correction)
