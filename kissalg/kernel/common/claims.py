"""Claims in words: what a user expects of a certificate, and how lower bounds of polynomials are written.

The form of a claim, not a proof: nothing here decides whether a claim is true, only whether two claims are the same.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from ..report import Claim, decimal_up
from .algebraic import EXACT, NUMBER, ROOT, SIZE, Algebraic, read_exact

__all__ = [
    "GraphBound",
    "LowerBound",
    "graph_quantity",
    "parse_expectation",
    "polynomial_claim",
    "polynomial_text",
    "program_quantity",
]

_VARIABLES = 16
_LONGEST = 64  # characters of a graph with its weights

_SIZE, _NUMBER = SIZE, NUMBER
_BELOW, _ABOVE = (rf"((?:{EXACT}|{NUMBER})(?:\s*{relation}\s*{NUMBER})?)" for relation in ("<=", ">="))
_ROOT = ROOT
_CODE = rf"A\s*\(\s*[0-9]{{1,9}}\s*,\s*(?:{_NUMBER}|{_ROOT})\s*\)"
_SURD = rf"(?:(-?{_SIZE})(?![0-9./*]))?(?:([+-]?)(?:({_SIZE})\*)?sqrt\(([0-9]{{1,80}})\))?"  # without spaces
_AVERAGE = rf"average-kissing\s*\(\s*[0-9]{{1,9}}\s*(?:;\s*{_NUMBER}\s*(?:,\s*{_NUMBER}\s*)*)?\)"
_ANGLES = rf"(?:{_NUMBER}|{_ROOT})\s*(?:,\s*(?:{_NUMBER}|{_ROOT})\s*)*"
_WEIGHTS = rf"\s*{_NUMBER}\s*(?:,\s*{_NUMBER}\s*)*"
_SIZES = rf"\s*\(\s*[0-9]{{1,9}}\s*;\s*{_ANGLES}"
_CAPS = rf"(?:cap-density{_SIZES}\)|caps{_SIZES};{_WEIGHTS}\))"
_UPPER = re.compile(rf"\s*({_CODE}|{_AVERAGE}|{_CAPS})\s*<=\s*{_BELOW}\s*", re.ASCII)
_GRAPH = r"[?-~]{1,200000}|sha256:[0-9a-f]{64}"
_ALPHA = re.compile(
    rf"\s*alpha\s*\(\s*({_GRAPH})((?:\s*[;,]\s*{_SIZE})*)\s*\)\s*(<=|=)\s*{_BELOW}\s*(?:,\s*and\s*>=\s*({_NUMBER})\s*)?",
    re.ASCII,
)
_ELEMENTS = r"[-+*^/,;. 0-9a]{1,4000}"
_OVER_FIELD = re.compile(
    rf"\s*((?:A|caps|cap-density)\({_ELEMENTS} where {_ELEMENTS} = 0, {_NUMBER} <= a <= {_NUMBER}\))\s*<=\s*{_BELOW}\s*",
    re.ASCII,
)
_PROGRAM = re.compile(rf"\s*(sdp\(sha256:[0-9a-f]{{64}}\))\s*>=\s*{_ABOVE}\s*", re.ASCII)
_LOWER = re.compile(rf"([-+*^/. 0-9x]+)>=\s*{_ABOVE}\s*(?:where\s+(.*))?", re.ASCII | re.DOTALL)
_POWER = r"x[1-9][0-9]?(?:\^[0-9]{1,3})?"
_TERM = re.compile(rf"([+-])(?:({_SIZE})(?:\*|(?=[+-]|$)))?((?:{_POWER}\*)*{_POWER})?", re.ASCII)


@dataclass(frozen=True)
class LowerBound(Claim):
    """`quantity >= bound`; the quantity is a polynomial, followed by ` where ` and the conditions on the point, or the value of a semidefinite program."""

    def __str__(self) -> str:
        negative = decimal_up(-self.bound)
        bound = negative[1:] if negative.startswith("-") else "-" * (negative != "0") + negative
        polynomial, where, conditions = self.quantity.partition(" where ")
        chain = filter(None, (polynomial, self.exactly, bound))
        return f"{' >= '.join(chain)}{where}{conditions}"

    def implies(self, other: Claim) -> bool:
        """Whether `other` is a lower bound of the same quantity, and no better."""
        return isinstance(other, LowerBound) and self.quantity == other.quantity and self.value >= other.value


@dataclass(frozen=True)
class GraphBound(Claim):
    """`alpha(graph) <= bound`: the weighted independence number of a graph; and `lower`, the weight of an independent set, if one is known.

    `integral` says that the weights are integers: then the independence number is one, and a bound may be rounded down.
    """

    integral: bool = False
    lower: Fraction | None = None

    def __str__(self) -> str:
        below = "" if self.lower is None else f", and >= {self.lower}"
        return f"{super().__str__()}{below}"

    def implies(self, other: Claim) -> bool:
        """Whether `other` is about the same graph and weights, and its bounds follow."""
        if not isinstance(other, GraphBound) or self.quantity != other.quantity:
            return False
        best = Fraction(self.bound.__floor__()) if self.integral else self.value
        below = other.lower is None or (self.lower is not None and self.lower >= other.lower)
        return below and best <= other.value


def graph_quantity(graph6: str, weights: Iterable[Fraction] | None) -> str:
    """The independence number of a graph in graph6, with the weights of the vertices if they are not all 1; a long text is replaced by its hash.

    >>> graph_quantity("Dhc", [Fraction(1), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(1)])
    'alpha(Dhc;1,1/2,1,2,1)'
    """
    text = graph6 if weights is None else f"{graph6};{','.join(map(str, weights))}"
    return f"alpha({text if len(text) <= _LONGEST else 'sha256:' + sha256(text.encode('ascii')).hexdigest()})"


def program_quantity(parameters: object) -> str:
    """The value of a semidefinite program, by the hash of the canonical JSON of its parameters.

    >>> program_quantity({"blocks": [], "costs": [], "entries": []})[:11]
    'sdp(sha256:'
    """
    text = json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sdp(sha256:{sha256(text.encode('ascii')).hexdigest()})"


def polynomial_text(terms: Mapping[tuple[int, ...], Fraction]) -> str:
    """A polynomial in x1, x2, …, from its coefficients by exponents; the powers of the last variable come first.

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


def polynomial_claim(polynomial: str, inequalities: Iterable[str], equalities: Iterable[str]) -> str:
    """The quantity of a lower bound."""
    conditions = [f"{g} >= 0" for g in inequalities] + [f"{h} = 0" for h in equalities]
    return f"{polynomial} where {', '.join(conditions)}" if conditions else polynomial


def parse_expectation(text: str) -> Claim:
    """Read `A(n, cos) <= bound`, `average-kissing(n) <= bound`, `average-kissing(n; r1, r2) <= bound`,
    `cap-density(n; cos1, cos2) <= bound`, `caps(n; cos1, cos2; w1, w2) <= bound`, `alpha(graph6) <= bound`,
    `alpha(graph6; w1, w2, …) = value`, `sdp(sha256:…) >= bound`, or a lower bound of a polynomial in x1,
    x2, … with its conditions; the numbers are integers, decimals or fractions, and cosines and bounds may be of the form
    1/4 + 1/4*sqrt(5); those of other fields are copied from a verdict. A decimal may follow an irrational bound, as in a
    verdict, but says nothing more. Raises ValueError for anything else.

    >>> parse_expectation("A(4, 1/2) <= 24.5").bound
    Fraction(49, 2)
    >>> print(parse_expectation("alpha(Dhc) = 2"))
    alpha(Dhc) <= 2, and >= 2
    >>> print(parse_expectation("x1^2 - x1 >= -1/4 where x1 >= 0"))
    x1^2 - x1 >= -0.25 where x1 >= 0
    >>> print(parse_expectation("alpha(Dhc) <= sqrt(5)"))
    alpha(Dhc) <= sqrt(5) <= 2.2360679775
    """
    try:
        over = _OVER_FIELD.fullmatch(text)
        if over is not None:  # as a verdict prints it
            return Claim(over[1], *_bound(over[2], "<="))
        upper = _UPPER.fullmatch(text)
        if upper is not None:
            quantity = re.sub(r"\s", "", upper[1])
            quantity = re.sub(rf"(?<=[(,;]){_SURD}(?=[,;)])", lambda number: _surd(*number.groups()), quantity)
            return Claim(quantity, *_bound(upper[2], "<="))
        graph = _ALPHA.fullmatch(text)
        if graph is not None:
            name, numbers, relation, bound, below = graph.groups()
            weights = [_fraction(w) for w in re.split("[;,]", numbers)[1:]] or None
            quantity = f"alpha({name})" if name.startswith("sha256:") else graph_quantity(name, weights)
            if relation == "=" and not re.fullmatch(NUMBER, bound, re.ASCII):
                raise ValueError(f"expected a rational number after alpha(...) =, found {bound[:80]!a}")
            value, theorem, exact = _bound(bound, "<=")
            least = value if relation == "=" else None if below is None else _fraction(below)
            return GraphBound(quantity, value, theorem, exact, False, least)
        program = _PROGRAM.fullmatch(text)
        if program is not None:
            return LowerBound(program[1], *_bound(program[2], ">="))
        lower = _LOWER.fullmatch(text)
        if lower is not None:
            return _lower_bound(*lower.groups())
    except ZeroDivisionError:
        raise ValueError(f"a denominator is zero in {text[:80]!a}") from None
    wanted = '"A(4,1/2) <= 24.2" or "x1^2 - x1 >= -1/4 where x1 >= 0"'
    raise ValueError(f"expected a claim such as {wanted}, found {text[:80]!a}")


def _surd(rational: str | None, sign: str | None, factor: str | None, radicand: str | None) -> str:
    """c + f sqrt(d) as a number field writes it; the rational number c if there is no root."""
    start = Fraction(rational or 0)
    if radicand is None:
        return str(start)
    size = Fraction(factor or 1)
    root = ("" if size == 1 else f"{size}*") + f"sqrt({int(radicand)})"
    minus = "-" if sign == "-" else ""
    return f"{start} {minus or '+'} {root}" if start else minus + root


def _lower_bound(polynomial: str, bound: str, conditions: str | None) -> LowerBound:
    inequalities: list[str] = []
    equalities: list[str] = []
    for condition in (conditions or "").split(",") if conditions is not None else []:
        left, relation, right = condition.strip().rpartition(">=" if ">=" in condition else "=")
        if not relation or right.strip() != "0":
            raise ValueError(f"expected conditions such as x1 >= 0 or x1^2 - 1 = 0, found {condition.strip()[:80]!a}")
        (inequalities if relation == ">=" else equalities).append(_normalised(left))
    quantity = polynomial_claim(_normalised(polynomial), inequalities, equalities)
    return LowerBound(quantity, *_bound(bound, ">="))


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


def _bound(text: str, relation: str) -> tuple[Fraction, str, Algebraic | None]:
    """The bound of a claim on the safe side, no theorem, and the exact bound if it is irrational.

    >>> _bound("sqrt(2) <= 1.5", "<=")[2] == read_exact("sqrt(2)")
    True
    """
    found = re.fullmatch(rf"(?:({EXACT})|({NUMBER}))(?:\s*{relation}\s*({NUMBER}))?", text, re.ASCII)
    assert found is not None  # it has matched the same pattern before
    upper, exact, value = relation == "<=", None, Fraction(0)
    if found[1] is None:
        value = _fraction(found[2])
    else:
        exact = read_exact(found[1])
        value = exact.enclosure()[upper]
        exact = exact if any(exact.element[1:]) else None
    decimal = value if found[3] is None else _fraction(found[3])
    best = value if exact is None else exact
    if not (best <= decimal if upper else best >= decimal):
        raise ValueError(f"{found[3]} is on the wrong side of {best} in {text[:80]!a}")
    return value, "", exact


def _fraction(text: str) -> Fraction:
    return Fraction(re.sub(r"\s", "", text))
