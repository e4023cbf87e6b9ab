"""Irrational bounds: real algebraic numbers that are printed, read, and compared with each other.

The form of a claim, not its proof: a theorem proves its exact bound by `number_field`. A comparison says yes only if it is certain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm
from typing import Union

from ..report import Rejected
from .number_field import RATIONALS, Element, RealField

__all__ = ["EXACT", "NUMBER", "ROOT", "SIZE", "Algebraic", "claimed_value", "exact_value", "read_exact"]

_PRINTED_BITS = 48  # of a number in the text of an exact bound; those of a rounding in the interior are longer, and no help to a reader
_FIRST_BITS, _LAST_BITS = 128, 8192  # of the enclosures of two numbers that are compared
_DECIMAL_BITS = 64

SIZE = r"[0-9]{1,40}(?:\.[0-9]{1,40}|\s*/\s*[0-9]{1,40})?"
NUMBER = rf"-?{SIZE}"
_SURD = rf"(?:({NUMBER})\s*(?=[+-])|(?=-|sqrt|[0-9]))([+-]?)\s*(?:({SIZE})\s*\*\s*)?sqrt\s*\(\s*([0-9]{{1,80}})\s*\)"
_SUM = r"[-+*^/. 0-9a]{1,1000}"
_OTHER = rf"\(({_SUM}) where ({_SUM}) = 0, ({NUMBER}) <= a <= ({NUMBER})\)"
ROOT = rf"(?:{NUMBER}\s*[+-]\s*|-)?(?:{SIZE}\s*\*\s*)?sqrt\s*\(\s*[0-9]{{1,80}}\s*\)"
"""`1/4 - 1/4*sqrt(5)`."""
EXACT = rf"(?:{ROOT}|\({_SUM} where {_SUM} = 0, {NUMBER} <= a <= {NUMBER}\))"
"""The same, or `(3/16*a^1 where 16 + 1*a^3 = 0, -3 <= a <= -2)`. These patterns have no groups."""
_POWER = re.compile(rf"([+-]?)(?:({SIZE})(?:\*(?=a)|(?=[+-]|$)))?(a(?:\^([0-9]))?)?", re.ASCII)

Comparable = Union[Fraction, "Algebraic"]


@dataclass(frozen=True)
class Algebraic:
    """An element of a real number field, to be compared with rational numbers and elements of other fields.

    >>> root = read_exact("-1/4 - 1/4*sqrt(5)")
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
        """The characteristic polynomial of the multiplication by this number, by Faddeev and LeVerrier; the leading coefficient first.

        >>> [str(c) for c in read_exact("1/2 + 1/2*sqrt(5)").characteristic()]
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
    """An irrational number that can be printed; None for rational numbers, and for those of more than fourteen digits."""
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


def read_exact(text: str) -> Algebraic:
    """The number that matches `EXACT`.

    Raises:
        ValueError: it is not of this form, or no root is isolated by the interval.
    """
    surd = re.fullmatch(rf"\s*{_SURD}\s*", text, re.ASCII)
    if surd is not None:
        return _surd(*surd.groups())
    other = re.fullmatch(rf"\s*{_OTHER}\s*", text, re.ASCII)
    if other is None:
        raise ValueError(f"expected a number such as -1/4 + 1/4*sqrt(5), found {text[:80]!a}")
    polynomial = _coefficients(other[2])
    if not 3 <= len(polynomial) <= 9 or polynomial[-1] != 1 or any(c.denominator > 1 for c in polynomial):
        raise ValueError(f"expected a monic integer polynomial of degree 2 to 8, found {other[2][:80]!a}")
    field = RealField(tuple(int(c) for c in polynomial), _fraction(other[3]), _fraction(other[4]))
    element = _coefficients(other[1])
    try:
        field.require_isolated()
    except Rejected as reason:
        raise ValueError(f"{reason.reason}: {other[0][:80]!a}") from None
    if len(element) > field.degree:
        raise ValueError(f"expected powers of a below {field.degree}, found {other[1][:80]!a}")
    return Algebraic(field, (*element, *[Fraction(0)] * (field.degree - len(element))))


def _surd(rational: str | None, sign: str, factor: str | None, radicand: str) -> Algebraic:
    start, size, d = _fraction(rational or "0"), _fraction(factor or "1"), int(radicand)
    signed = -size if sign == "-" else size
    root = isqrt(d)
    if root * root == d:
        return Algebraic(RATIONALS, (start + signed * root,))
    return Algebraic(RealField((-d, 0, 1), Fraction(root), Fraction(root + 1)), (start, signed))


def _fraction(text: str) -> Fraction:
    return Fraction(re.sub(r"\s", "", text))


def _coefficients(text: str) -> Sequence[Fraction]:
    """Of 1, a, a², … in a sum such as `16 + -1*a^3`."""
    squeezed = re.sub(r"\s", "", text).replace("+-", "-")
    found: dict[int, Fraction] = {}
    position = 0
    while position < len(squeezed):
        term = _POWER.match(squeezed, position)
        if term is None or not (term[2] or term[3]) or (position and not term[1]):
            raise ValueError(f"expected a sum of powers of a, found {text[:80]!a}")
        power = int(term[4] or 1) if term[3] else 0
        found[power] = found.get(power, Fraction(0)) + Fraction(f"{term[1]}{term[2] or 1}")
        position = term.end()
    return [found.get(k, Fraction(0)) for k in range(max(found, default=0) + 1)]
