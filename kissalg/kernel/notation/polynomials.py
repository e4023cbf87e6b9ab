"""Lower bounds of a polynomial in x1, x2, … on a set: the polynomial stands for its infimum, with the conditions."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from ..report import Claim, Sense
from .numbers import SIZE, bound_pattern, read_bound

__all__ = ["polynomial_quantity", "polynomial_text", "read_claim"]

_VARIABLES = 16

_CLAIM = re.compile(rf"([-+*^/. 0-9x]+)>={bound_pattern(Sense.LOWER)}(?:where\s+(.*))?", re.ASCII | re.DOTALL)
_POWER = r"x[1-9][0-9]?(?:\^[0-9]{1,3})?"
_TERM = re.compile(rf"([+-])(?:({SIZE})(?:\*|(?=[+-]|$)))?((?:{_POWER}\*)*{_POWER})?", re.ASCII)


def polynomial_text(terms: Mapping[tuple[int, ...], Fraction]) -> str:
    """A polynomial from its coefficients by exponents; the powers of the last variable come first.

    >>> polynomial_text({(2, 0): Fraction(1), (0, 1): Fraction(-1, 2)})
    '-1/2*x2 + x1^2'
    """
    text = ""
    for exponents, value in sorted(terms.items(), key=lambda term: term[0][::-1], reverse=True):
        powers = [f"x{i + 1}^{e}" if e > 1 else f"x{i + 1}" for i, e in enumerate(exponents) if e]
        shown = "*".join([str(abs(value))] * (abs(value) != 1 or not powers) + powers)
        if value:
            text += (" - " if value < 0 else " + ") + shown if text else ("-" if value < 0 else "") + shown
    return text or "0"


def polynomial_quantity(polynomial: str, inequalities: Iterable[str], equalities: Iterable[str]) -> str:
    """The quantity of a claim, from the polynomials in words.

    >>> polynomial_quantity("x2^2 + x1", ["x1"], ["x2 - 1"])
    'x2^2 + x1 where x1 >= 0, x2 - 1 = 0'
    """
    conditions = [f"{g} >= 0" for g in inequalities] + [f"{h} = 0" for h in equalities]
    return f"{polynomial} where {', '.join(conditions)}" if conditions else polynomial


def read_claim(text: str) -> Claim | None:
    """`polynomial >= bound`, with or without conditions; None for a text that is no such claim.

    >>> print(read_claim("x1^2 - x1 >= -1/4 where x1 >= 0"))
    x1^2 - x1 >= -0.25 where x1 >= 0
    """
    found = _CLAIM.fullmatch(text)
    if found is None:
        return None
    conditions: dict[str, list[str]] = {">=": [], "=": []}
    for condition in [] if found[3] is None else found[3].split(","):
        left, relation, right = condition.strip().rpartition(">=" if ">=" in condition else "=")
        if not relation or right.strip() != "0":
            raise ValueError(f"expected conditions such as x1 >= 0 or x1^2 - 1 = 0, found {condition.strip()[:80]!a}")
        conditions[relation].append(_normalised(left))
    quantity = polynomial_quantity(_normalised(found[1]), conditions[">="], conditions["="])
    bound, exact = read_bound(found[2], Sense.LOWER)
    return Claim(quantity, bound, exact=exact, sense=Sense.LOWER)


def _normalised(text: str) -> str:
    """A polynomial as `polynomial_text` writes it."""
    squeezed = re.sub(r"\s", "", text)
    signed = squeezed if squeezed.startswith(("+", "-")) else f"+{squeezed}"
    total: dict[tuple[int, ...], Fraction] = {}
    position = 0
    while position < len(signed):
        term = _TERM.match(signed, position)
        if term is None or not (term[2] or term[3]):
            raise ValueError(f"expected a claim about a polynomial such as x1^2 - 1/2*x1*x2, found {squeezed[:80]!a}")
        exponents = [0] * _VARIABLES
        for power in (term[3] or "").split("*") if term[3] else []:
            name, _, exponent = power.partition("^")
            if int(name[1:]) > _VARIABLES:
                raise ValueError(f"expected a claim about x1, ..., x{_VARIABLES}, found {name}")
            exponents[int(name[1:]) - 1] += int(exponent or 1)
        key = tuple(exponents)
        total[key] = total.get(key, Fraction(0)) + Fraction(f"{term[1]}{term[2] or 1}")
        position = term.end()
    return polynomial_text(total)
