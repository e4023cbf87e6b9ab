"""Irrational bounds: real algebraic numbers that are printed and compared with each other.

A comparison says yes only if it is certain; that a bound is proved is the matter of its theorem.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Union

from ..common.number_field import RATIONALS, Element, RealField

__all__ = ["Algebraic", "claimed_value", "exact_value"]

_PRINTED_BITS = (
    48  # of a number in an exact bound; those of a rounding in the interior are longer, and no help to a reader
)
_FIRST_BITS, _LAST_BITS = 128, 8192  # of the enclosures of two numbers that are compared
_DECIMAL_BITS = 64

Comparable = Union[Fraction, "Algebraic"]


@dataclass(frozen=True)
class Algebraic:
    """An element of a real number field, to be compared with rational numbers and elements of other fields.

    >>> field = RealField((-5, 0, 1), Fraction(2), Fraction(3))
    >>> root = Algebraic(field, (Fraction(-1, 4), Fraction(-1, 4)))
    >>> print(root, root <= Fraction("-0.809"), root >= Fraction("-0.809"), root <= root)
    -1/4 - 1/4*sqrt(5) True False True
    """

    field: RealField
    element: Element

    def __str__(self) -> str:
        text = self.field.text(self.element)
        return f"({text})" if " where " in text else text

    def __le__(self, other: Comparable) -> bool:
        return _is_at_most(self, _lifted(other))

    def __ge__(self, other: Comparable) -> bool:
        return _is_at_most(_lifted(other), self)

    def enclosure(self, bits: int = _DECIMAL_BITS) -> tuple[Fraction, Fraction]:
        """A rational interval that contains the number."""
        common = lcm(*(c.denominator for c in self.element))
        low, high = self.field.bounds(tuple(int(c * common) for c in self.element), bits)
        return Fraction(low, common << bits), Fraction(high, common << bits)

    def characteristic(self) -> list[Fraction]:
        """The characteristic polynomial of the multiplication by this number (Faddeev and LeVerrier), from the top.

        >>> field = RealField((-5, 0, 1), Fraction(2), Fraction(3))
        >>> [str(c) for c in Algebraic(field, (Fraction(1, 2), Fraction(1, 2))).characteristic()]
        ['1', '-1', '-1']
        """
        degree = self.field.degree
        result, power = [Fraction(1)], self.element  # power = x · Σ_j c_j x^(k-1-j), whose trace gives c_k
        for k in range(1, degree + 1):
            result.append(-self._trace(power) / k)
            rest = (power[0] + result[-1], *power[1:])
            power = self.field.product(self.element, rest)
        return result

    def _trace(self, element: Element) -> Fraction:
        units = ([Fraction(int(i == k)) for i in range(self.field.degree)] for k in range(self.field.degree))
        return sum((self.field.product(element, tuple(unit))[k] for k, unit in enumerate(units)), Fraction(0))


def exact_value(field: RealField, element: Element) -> Algebraic | None:
    """An irrational number that can be printed; None for rational numbers, and for those of many digits."""
    numbers = [*element, *map(Fraction, field.polynomial), field.low, field.high]
    long = any(max(abs(c.numerator), c.denominator).bit_length() > _PRINTED_BITS for c in numbers)
    return None if long or not any(element[1:]) else Algebraic(field, element)


def claimed_value(
    polynomial: tuple[int, ...], low: Fraction, high: Fraction, element: Sequence[Fraction]
) -> Algebraic | None:
    """The same from the parts of a number, for the second opinion."""
    return exact_value(RealField(polynomial, low, high), tuple(element))


def _lifted(value: Comparable) -> Algebraic:
    return value if isinstance(value, Algebraic) else Algebraic(RATIONALS, (value,))


def _is_at_most(left: Algebraic, right: Algebraic) -> bool:
    """Whether left <= right is certain: enclosures separate them, or they are the same number."""
    equation = left.characteristic()
    may_be_same = not any(_value(equation, right))
    bits = _FIRST_BITS
    while bits <= _LAST_BITS:
        (low, high), (least, most) = left.enclosure(bits), right.enclosure(bits)
        if high <= least or low > most:
            return high <= least
        if may_be_same and _is_monotone(equation, min(low, least), max(high, most)):
            return True  # two roots of one polynomial in an interval where its derivative has no zero
        bits *= 2
    return False


def _value(equation: Sequence[Fraction], number: Algebraic) -> Element:
    """The polynomial at the number, by Horner's rule; the leading coefficient is 1."""
    total = (Fraction(1), *[Fraction(0)] * (number.field.degree - 1))
    for c in equation[1:]:
        total = number.field.product(total, number.element)
        total = (total[0] + c, *total[1:])
    return total


def _is_monotone(equation: Sequence[Fraction], low: Fraction, high: Fraction) -> bool:
    """Whether interval arithmetic shows that the derivative has no zero in [low, high]."""
    slope = (Fraction(0), Fraction(0))
    for k, c in zip(range(len(equation) - 1, 0, -1), equation, strict=False):
        corners = [a * b for a in slope for b in (low, high)]
        slope = (min(corners) + k * c, max(corners) + k * c)
    return not slope[0] <= 0 <= slope[1]
