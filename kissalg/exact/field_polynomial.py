"""Polynomials in one variable over a real number field: arithmetic, squarefree factors, real roots.

Main definitions: `FieldPolynomial`, `squarefree_factors`, `roots_between`.

References: Yun, On square-free decomposition algorithms (1976); roots are isolated by python-flint's ball arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import acb, acb_poly, arb, ctx, fmpq_poly

from kissalg.errors import ExactnessError
from kissalg.exact.number_field import FieldElement, FieldLike, NumberField

__all__ = ["FieldPolynomial", "roots_between", "squarefree_factors"]

_BITS = (192, 768, 3072)


@dataclass(frozen=True, repr=False)
class FieldPolynomial:
    """Σ coefficients[k] u^k over a number field, without leading zeros.

    >>> from kissalg.exact.expressions import real_number
    >>> root5 = real_number("sqrt(5)")
    >>> u = FieldPolynomial.of(root5.field, [0, 1])
    >>> (u - root5) * (u + root5)
    u^2 - 5
    """

    field: NumberField
    coefficients: tuple[FieldElement, ...]

    @staticmethod
    def of(field: NumberField, coefficients: Sequence[FieldLike]) -> FieldPolynomial:
        """The polynomial with these coefficients, the constant one first."""
        elements = [field.element(c) for c in coefficients]
        while elements and elements[-1].is_zero:
            elements.pop()
        return FieldPolynomial(field, tuple(elements))

    @staticmethod
    def rational(field: NumberField, polynomial: fmpq_poly) -> FieldPolynomial:
        """A rational polynomial, read in the field."""
        return FieldPolynomial.of(field, polynomial.coeffs())

    @property
    def degree(self) -> int:
        """The degree; -1 for zero."""
        return len(self.coefficients) - 1

    @property
    def is_zero(self) -> bool:
        """Whether all coefficients vanish."""
        return not self.coefficients

    @property
    def leading(self) -> FieldElement:
        """The coefficient of the highest power."""
        return self.coefficients[-1] if self.coefficients else self.field(0)

    def _lift(self, other: FieldPolynomial | FieldLike) -> FieldPolynomial:
        return other if isinstance(other, FieldPolynomial) else FieldPolynomial.of(self.field, [other])

    def __add__(self, other: FieldPolynomial | FieldLike) -> FieldPolynomial:
        short, long = sorted((self.coefficients, self._lift(other).coefficients), key=len)
        return FieldPolynomial.of(
            self.field, [a + b for a, b in zip(short, long, strict=False)] + [*long[len(short) :]]
        )

    def __neg__(self) -> FieldPolynomial:
        return FieldPolynomial(self.field, tuple(-c for c in self.coefficients))

    def __sub__(self, other: FieldPolynomial | FieldLike) -> FieldPolynomial:
        return self + -self._lift(other)

    def __rsub__(self, other: FieldLike) -> FieldPolynomial:
        return -self + other

    def __mul__(self, other: FieldPolynomial | FieldLike) -> FieldPolynomial:
        right = self._lift(other)
        total = [self.field(0)] * max(0, self.degree + right.degree + 1)
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(right.coefficients):
                total[i + j] += a * b
        return FieldPolynomial.of(self.field, total)

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> FieldPolynomial:
        result = self._lift(1)
        for _ in range(exponent):
            result *= self
        return result

    def __call__(self, at: FieldLike) -> FieldElement:
        """The value at an element of the field, by Horner's rule."""
        total = self.field(0)
        for c in reversed(self.coefficients):
            total = total * at + c
        return total

    def __divmod__(self, other: FieldPolynomial) -> tuple[FieldPolynomial, FieldPolynomial]:
        """Quotient and remainder.

        Raises:
            ExactnessError: if the divisor is zero.
        """
        if other.is_zero:
            raise ExactnessError("expected a polynomial that is not zero")
        inverse = other.leading.inverse()
        rest, quotient = list(self.coefficients), [self.field(0)] * max(0, self.degree - other.degree + 1)
        for k in range(self.degree - other.degree, -1, -1):
            quotient[k] = rest[k + other.degree] * inverse
            for j, b in enumerate(other.coefficients):
                rest[k + j] -= quotient[k] * b
        return FieldPolynomial.of(self.field, quotient), FieldPolynomial.of(self.field, rest[: max(0, other.degree)])

    def __floordiv__(self, other: FieldPolynomial) -> FieldPolynomial:
        return divmod(self, other)[0]

    def monic(self) -> FieldPolynomial:
        """The same up to a factor, with the leading coefficient 1."""
        return self if self.is_zero else self * self.leading.inverse()

    def gcd(self, other: FieldPolynomial) -> FieldPolynomial:
        """The monic greatest common divisor, by Euclid's algorithm."""
        a, b = self, other
        while not b.is_zero:
            a, b = b.monic(), divmod(a, b)[1]
        return a.monic()

    def derivative(self) -> FieldPolynomial:
        """The derivative."""
        return FieldPolynomial.of(self.field, [c * k for k, c in enumerate(self.coefficients)][1:])

    def __repr__(self) -> str:
        text = ""
        for k in range(self.degree, -1, -1):
            c = self.coefficients[k]
            if c.is_zero:
                continue
            power = ("" if k == 0 else "u") if k < 2 else f"u^{k}"
            negative = c.is_rational and c.coefficients[0] < 0
            size = str(-c if negative else c) if c.is_rational else f"({c})"
            shown = power if power and size == "1" else f"{size}*{power}" if power else size
            text += (" - " if negative else " + ") + shown if text else ("-" if negative else "") + shown
        return text or "0"


def squarefree_factors(polynomial: FieldPolynomial) -> list[tuple[FieldPolynomial, int]]:
    """Monic squarefree polynomials g_m, pairwise without common factors, and m with polynomial = leading · Π g_m^m.

    Yun's algorithm.

    >>> from kissalg.exact.number_field import RATIONALS
    >>> u = FieldPolynomial.of(RATIONALS, [0, 1])
    >>> squarefree_factors((u + 1) * (u - 2) ** 2 * u**2 * 3)
    [(u + 1, 1), (u^2 - 2*u, 2)]
    """
    if polynomial.is_zero:
        raise ExactnessError("expected a polynomial that is not zero")
    common = polynomial.gcd(polynomial.derivative())
    first = polynomial.monic() // common
    second = polynomial.monic().derivative() // common - first.derivative()
    factors, power = [], 1
    while first.degree > 0:
        factor = first.gcd(second)
        if factor.degree > 0:
            factors.append((factor, power))
        first = first // factor
        second = second // factor - first.derivative()
        power += 1
    return factors


def roots_between(polynomial: FieldPolynomial, low: FieldElement, high: FieldElement) -> list[arb]:
    """The real roots of a squarefree polynomial in the open interval, as balls; neither end may be a root.

    Args:
        polynomial: squarefree, over a real number field.
        low: an element of the field.
        high: a larger element of the field.

    Raises:
        ExactnessError: if they cannot be separated from the ends, or from each other.

    >>> from kissalg.exact.number_field import RATIONALS
    >>> [
    ...     round(float(x), 6)
    ...     for x in roots_between(FieldPolynomial.of(RATIONALS, [-2, 0, 1]), RATIONALS(0), RATIONALS(2))
    ... ]
    [1.414214]
    """
    if polynomial.degree < 1:
        return []
    for bits in _BITS:
        with ctx.workprec(bits):
            balls = acb_poly([acb(c.enclosure(bits)) for c in polynomial.coefficients])
            try:
                roots = balls.roots(tol=arb(2) ** -(bits // 4))
            except ValueError:
                continue
            ends = low.enclosure(bits), high.enclosure(bits)
            # the conjugate of a root is a root: one that is isolated and overlaps its conjugate is real
            real = [root.real for root in roots if root.imag.contains(0)]
            if all(x < end or x > end for x in real for end in ends):
                return [x for x in real if ends[0] < x < ends[1]]
    raise ExactnessError(f"the roots of a polynomial of degree {polynomial.degree} cannot be isolated")
