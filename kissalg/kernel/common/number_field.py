"""Real algebraic numbers: coefficient vectors in 1, α, α², …, and a rational interval that isolates α.

α is the only root of a monic integer polynomial M in an interval: M changes its sign there, and M' has none. Sums and
products are those of polynomials modulo M, which agree with those of the real numbers because M(α) = 0. Whether M is
irreducible does not matter: a coefficient vector that is zero stands for 0, and any other sign is proved by an
enclosure. (Over a reducible M an element can be 0 without looking it; then no sign is found, and the certificate is
rejected.)
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm

from ..grammar import Node
from ..report import Rejected

__all__ = ["RATIONALS", "Element", "RealField", "read_element", "read_field", "round_up"]

_DEGREE_LIMIT = 8
_BITS_LIMIT = 1 << 14  # of an enclosure: some seconds

Element = tuple[Fraction, ...]
Interval = tuple[int, int]  # in units that the context says


@dataclass(frozen=True)
class RealField:
    """Q(α), α the only root of `polynomial` (coefficients from the constant one up, the last is 1) in [low, high]."""

    polynomial: tuple[int, ...]
    low: Fraction
    high: Fraction

    @property
    def degree(self) -> int:
        """The number of coefficients of an element; 1 for Q."""
        return len(self.polynomial) - 1

    @cached_property
    def powers(self) -> list[list[int]]:
        """The coefficients of α^k, k = 0 .. 3m - 3: enough for products of three elements."""
        rows = [[int(i == k) for i in range(self.degree)] for k in range(self.degree)]
        while len(rows) < 3 * self.degree - 2:
            *lower, top = rows[-1]
            rows.append([down - top * c for down, c in zip([0, *lower], self.polynomial, strict=False)])
        return rows

    def enclose_root(self, bits: int) -> Interval:
        """An interval for α in units of 2^-bits, at most three units long, by bisection. Q has α = 0."""
        if self.degree == 1:
            return 0, 0
        low, high = (self.low * 2**bits).__floor__(), (self.high * 2**bits).__ceil__()
        # M at the exact end, which `require_isolated` has judged: outward there may be another root of M in between
        rising = sum(c * self.high**k for k, c in enumerate(self.polynomial)) > 0
        while high - low > 3:
            middle = (low + high) // 2
            if (self._at(middle, bits) > 0) == rising:
                high = middle
            else:
                low = middle
        return low, high

    def _at(self, numerator: int, bits: int) -> int:
        """The sign of M at numerator · 2^-bits."""
        total = 0
        for k, c in enumerate(reversed(self.polynomial)):
            total = total * numerator + (c << k * bits)
        return total

    def require_isolated(self) -> None:
        """Raise Rejected unless M changes its sign between low and high, and M' has no zero there. Q needs no proof."""
        if self.degree == 1:
            return
        ends = [sum(c * end**k for k, c in enumerate(self.polynomial)) for end in (self.low, self.high)]
        if ends[0] * ends[1] >= 0:
            raise Rejected("the polynomial does not change its sign between the ends", "parameters.field")
        derivative = (Fraction(0), Fraction(0))
        for k in range(self.degree, 0, -1):  # Horner's rule in interval arithmetic
            corners = [a * b for a in derivative for b in (self.low, self.high)]
            derivative = (min(corners) + k * self.polynomial[k], max(corners) + k * self.polynomial[k])
        if derivative[0] <= 0 <= derivative[1]:
            raise Rejected("the interval does not isolate a root: the derivative may vanish there", "parameters.field")

    def bounds(self, element: tuple[int, ...], bits: int) -> Interval:
        """An interval for Σ element[k] α^k in units of 2^-bits; exact for a rational element."""
        if not any(element[1:]):
            return element[0] << bits, element[0] << bits
        if bits > _BITS_LIMIT:
            raise Rejected(f"a sign that needs an enclosure of {bits} bits; the limit is {_BITS_LIMIT}", "witness")
        low = high = 0
        for c, (a, b) in zip(element, _enclosures(self, bits), strict=True):
            low += min(c * a, c * b)
            high += max(c * a, c * b)
        return low, high

    def is_nonnegative(self, element: tuple[int, ...]) -> bool:
        """Whether Σ element[k] α^k >= 0 is proved: all coefficients are zero, or an enclosure is positive."""
        if not any(element):
            return True
        bits = round_up(64 + 2 * self.degree * max(abs(c).bit_length() for c in element))
        return self.bounds(element, bits)[0] >= 0

    def at_least(self, left: Element, right: Element) -> bool:
        """Whether left >= right is proved."""
        common = lcm(*(c.denominator for c in (*left, *right)))
        return self.is_nonnegative(tuple(int((a - b) * common) for a, b in zip(left, right, strict=True)))

    def rational(self, value: Fraction) -> Element:
        """A rational number as an element."""
        return (value, *[Fraction(0)] * (self.degree - 1))

    def product(self, left: Element, right: Element) -> Element:
        """Left · right, reduced modulo M."""
        result = [Fraction(0)] * self.degree
        for i, a in enumerate(left):
            for j, b in enumerate(right):
                for k, power in enumerate(self.powers[i + j]):
                    result[k] += a * b * power
        return tuple(result)

    def lower_bound(self, element: Element, bits: int) -> Fraction:
        """A rational number that is not above the element; the element itself if it is rational."""
        common = lcm(*(c.denominator for c in element))
        low, _ = self.bounds(tuple(int(c * common) for c in element), bits)
        return Fraction(low, common << bits)

    def text(self, element: Element) -> str:
        """An element in words: with sqrt(d) if α² = d; else followed by the equation of `a`, if that occurs in it.

        >>> RealField((-5, 0, 1), Fraction(2), Fraction(3)).text((Fraction(1, 4), Fraction(-1, 4)))
        '1/4 - 1/4*sqrt(5)'
        """
        if not any(element[1:]):
            return str(element[0])
        if self.degree == 2 and self.polynomial[1] == 0 and self.low >= 0:
            size = "" if abs(element[1]) == 1 else f"{abs(element[1])}*"
            sign = "-" if element[1] < 0 else ""
            start = f"{element[0]} {sign or '+'} " if element[0] else sign
            return f"{start}{size}sqrt({-self.polynomial[0]})"
        terms = [f"{c}*a^{k}" if k else str(c) for k, c in enumerate(element) if c]
        return f"{' + '.join(terms)} where {self}"

    def __str__(self) -> str:
        """The equation and the interval of α, called `a`."""
        terms = [f"{c}*a^{k}" if k else str(c) for k, c in enumerate(self.polynomial) if c]
        return f"{' + '.join(terms)} = 0, {self.low} <= a <= {self.high}"


@lru_cache(maxsize=8)
def _enclosures(field: RealField, bits: int) -> list[Interval]:
    """Intervals for 1, α, …, α^(m-1) in units of 2^-bits."""
    root = field.enclose_root(bits)
    powers = [(1 << bits, 1 << bits)]
    while len(powers) < field.degree:
        corners = [a * b for a in powers[-1] for b in root]
        powers.append((min(corners) >> bits, -(-max(corners) >> bits)))
    return powers


def round_up(bits: int) -> int:
    """A multiple of 1024 that is not below `bits`, so that few different enclosures are computed."""
    return -(-bits // 1024) * 1024


RATIONALS = RealField((0, 1), Fraction(0), Fraction(0))


def read_field(node: Node) -> RealField:
    """Q for null, or a field of degree 2 to 8. Raises Malformed; see `require_isolated` for the interval."""
    if node.null:
        return RATIONALS
    bits = node.limits.parameter_bits
    fields = node.record("interval", "polynomial")
    low, high = (item.rational(bits) for item in fields["interval"].items(2))
    if low >= high:
        fields["interval"].refuse("two rationals in increasing order")
    items = fields["polynomial"].items()
    if not 3 <= len(items) <= _DEGREE_LIMIT + 1:
        fields["polynomial"].refuse(f"the 3 to {_DEGREE_LIMIT + 1} coefficients of a polynomial")
    polynomial = tuple(item.integer(bits) for item in items)
    if polynomial[-1] != 1:
        fields["polynomial"].refuse("a monic polynomial, the coefficient 1 last")
    return RealField(polynomial, low, high)


def read_element(node: Node, field: RealField, bits: int) -> Element:
    """The list of the rational coefficients of 1, α, …. Raises Malformed."""
    return tuple(item.rational(bits) for item in node.items(field.degree))
