"""The numbers of claims in words: rationals, surds and elements of number fields, as they are read and normalised."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isqrt

from ..common.number_field import RATIONALS, Element, RealField
from ..report import Claim, Rejected, Sense
from .algebraic import Algebraic

__all__ = [
    "COUNT",
    "LISTED",
    "NUMBER",
    "OVER_FIELD",
    "SIZE",
    "bound_pattern",
    "fraction",
    "read_bound",
    "read_exact",
    "reader",
]

# None of these patterns has a group.
COUNT = r"\s*[0-9]{1,9}\s*"
SIZE = r"[0-9]{1,40}(?:\.[0-9]{1,40}|\s*/\s*[0-9]{1,40})?"
NUMBER = rf"-?{SIZE}"
_SURD = rf"(?:{NUMBER}\s*[+-]\s*|-)?(?:{SIZE}\s*\*\s*)?sqrt\s*\(\s*[0-9]{{1,80}}\s*\)"  # 1/4 - 1/4*sqrt(5)
_SUM = r"[-+*^/. 0-9a]{1,1000}"
_INTERVAL = rf"{NUMBER} <= a <= {NUMBER}"
_EXACT = rf"(?:{_SURD}|\({_SUM} where {_SUM} = 0, {_INTERVAL}\))"  # or (3/16*a^1 where 16 + 1*a^3 = 0, -3 <= a <= -2)
LISTED = rf"\s*(?:{NUMBER}|{_SURD})\s*"
OVER_FIELD = rf"\([-+*^/,;. 0-9a]{{1,4000}} where [-+*^/,;. 0-9a]{{1,4000}} = 0, {_INTERVAL}\)"
"""Arguments that are elements of a number field, as a verdict prints them."""

_SURD_PARTS = rf"(?:({NUMBER})\s*(?=[+-])|(?=-|sqrt|[0-9]))([+-]?)\s*(?:({SIZE})\s*\*\s*)?sqrt\s*\(\s*([0-9]+)\s*\)"
_FIELD_PARTS = rf"\(({_SUM}) where ({_SUM}) = 0, ({NUMBER}) <= a <= ({NUMBER})\)"
_POWER = re.compile(rf"([+-]?)(?:({SIZE})(?:\*(?=a)|(?=[+-]|$)))?(a(?:\^([0-9]))?)?", re.ASCII)


def fraction(text: str) -> Fraction:
    """The rational number that matches `NUMBER`."""
    return Fraction(re.sub(r"\s", "", text))


def bound_pattern(sense: Sense) -> str:
    """The bound of a claim, after its relation: a number, or an irrational number and perhaps a decimal after it."""
    return rf"\s*((?:{_EXACT}|{NUMBER})(?:\s*{sense.value}\s*{NUMBER})?)\s*"


def read_bound(text: str, sense: Sense) -> tuple[Fraction, Algebraic | None]:
    """The bound on the safe side, and the exact bound if it is irrational, from a text that matches `bound_pattern`.

    A decimal after an irrational bound says nothing more; it must be on the right side.

    >>> read_bound("sqrt(2) <= 1.5", Sense.UPPER)[1] == read_exact("sqrt(2)")
    True
    """
    found = re.fullmatch(rf"(?:({_EXACT})|({NUMBER}))(?:\s*{sense.value}\s*({NUMBER}))?", text, re.ASCII)
    assert found is not None  # it has matched the same pattern without these groups
    exact, value = None, Fraction(0)
    if found[1] is None:
        value = fraction(found[2])
    else:
        exact = read_exact(found[1])
        value = exact.enclosure()[sense is Sense.UPPER]
        exact = exact if any(exact.element[1:]) else None
    best = value if exact is None else exact
    decimal = best if found[3] is None else fraction(found[3])
    if not (best <= decimal if sense is Sense.UPPER else best >= decimal):
        raise ValueError(f"{found[3]} is on the wrong side of {best} in {text[:80]!a}")
    return value, exact


def reader(name: str, sense: Sense) -> Callable[[str], Claim | None]:
    """What reads the claims that consist of a name with its arguments, a relation and a bound; None for other texts.

    `name` is a pattern without groups. Raises ValueError for a bound that means nothing.
    """
    pattern = re.compile(rf"\s*({name})\s*{sense.value}{bound_pattern(sense)}", re.ASCII)

    def read_claim(text: str) -> Claim | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        bound, exact = read_bound(found[2], sense)
        return Claim(_normalised(found[1]), bound, exact=exact, sense=sense)

    return read_claim


def _normalised(quantity: str) -> str:
    """A name with arguments, without superfluous spaces, its numbers in lowest terms; over a field as it is."""
    if " where " in quantity:
        return quantity
    squeezed = re.sub(r"\s", "", quantity)
    return re.sub(rf"(?<=[(,;])(?:({_SURD})|({NUMBER}))(?=[,;)])", _lowest_terms, squeezed, flags=re.ASCII)


def _lowest_terms(number: re.Match[str]) -> str:
    return str(_surd(number[1])) if number[1] else str(fraction(number[2]))


def read_exact(text: str) -> Algebraic:
    """A number such as 1/4 - 1/4*sqrt(5) or (3/16*a^1 where 16 + 1*a^3 = 0, -3 <= a <= -2).

    Raises:
        ValueError: it is not of this form, or no root is isolated by the interval.
    """
    if re.fullmatch(rf"\s*{_SURD}\s*", text, re.ASCII):
        surd = _surd(text)
        root, (start, size) = surd.field.low, surd.element
        return Algebraic(RATIONALS, (start + size * root,)) if root**2 == -surd.field.polynomial[0] else surd
    parts = re.fullmatch(rf"\s*{_FIELD_PARTS}\s*", text, re.ASCII)
    if parts is None:
        raise ValueError(f"expected a number such as -1/4 + 1/4*sqrt(5), found {text[:80]!a}")
    polynomial = _coefficients(parts[2])
    if not 3 <= len(polynomial) <= 9 or polynomial[-1] != 1 or any(c.denominator > 1 for c in polynomial):
        raise ValueError(f"expected a monic integer polynomial of degree 2 to 8, found {parts[2][:80]!a}")
    field = RealField(tuple(int(c) for c in polynomial), fraction(parts[3]), fraction(parts[4]))
    element = _coefficients(parts[1])
    try:
        field.require_isolated()
    except Rejected as reason:
        raise ValueError(f"{reason.reason}: {parts[0][:80]!a}") from None
    if len(element) > field.degree:
        raise ValueError(f"expected powers of a below {field.degree}, found {parts[1][:80]!a}")
    return Algebraic(field, (*element, *[Fraction(0)] * (field.degree - len(element))))


def _surd(text: str) -> Algebraic:
    """C + f sqrt(d) over the field of x^2 - d, even if d is a square."""
    parts = re.fullmatch(rf"\s*{_SURD_PARTS}\s*", text, re.ASCII)
    assert parts is not None  # it has matched the same pattern without groups
    size, d = fraction(parts[3] or "1"), int(parts[4])
    element: Element = (fraction(parts[1] or "0"), -size if parts[2] == "-" else size)
    return Algebraic(RealField((-d, 0, 1), Fraction(isqrt(d)), Fraction(isqrt(d) + 1)), element)


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
