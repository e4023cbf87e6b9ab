"""Exact sparse polynomials in at most three variables.

A polynomial is a dictionary of integer numerators over one common denominator. An exponent vector is packed into one
integer (16 bits for each variable), so that multiplying monomials adds integers. Exponents never come near 2^16:
`grammar.Limits` bounds the degree by 4096.

The same class serves for Q[x], for Q[x, y, z] and for rings of invariants such as Q[m1, m2, m3]. `X`, `Y`, `Z` are the
three variables, whatever they stand for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

__all__ = ["BITS", "ONE", "Polynomial", "X", "Y", "Z", "monomial_text", "pack", "unpack"]

BITS = 16
_MASK = (1 << BITS) - 1


@dataclass(frozen=True)
class Polynomial:
    """Σ numerators[code] · monomial(code) / denominator, in lowest terms; equal polynomials compare equal.

    >>> print((X + Y) * (X - Y) * Fraction(1, 2))
    1/2*x^2 + -1/2*y^2
    """

    numerators: Mapping[int, int]
    denominator: int = 1

    def __post_init__(self) -> None:
        common = gcd(self.denominator, *self.numerators.values())
        numerators = {code: value // common for code, value in self.numerators.items() if value}
        object.__setattr__(self, "numerators", numerators)
        object.__setattr__(self, "denominator", self.denominator // common)

    @staticmethod
    def combination(terms: Iterable[tuple[int, "Polynomial"]], denominator: int = 1) -> "Polynomial":
        """Σ factor · polynomial / denominator over all the (factor, polynomial)."""
        pairs = [(factor, polynomial) for factor, polynomial in terms if factor]
        common = lcm(*(polynomial.denominator for _, polynomial in pairs))
        total: defaultdict[int, int] = defaultdict(int)
        for factor, polynomial in pairs:
            factor *= common // polynomial.denominator
            for code, value in polynomial.numerators.items():
                total[code] += factor * value
        return Polynomial(total, common * denominator)

    def __add__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        return Polynomial.combination([(1, self), (1, _lift(other))])

    def __sub__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        return Polynomial.combination([(1, self), (-1, _lift(other))])

    def __rsub__(self, other: "Fraction | int") -> "Polynomial":
        return Polynomial.combination([(-1, self), (1, _lift(other))])

    def __mul__(self, other: "Polynomial | Fraction | int") -> "Polynomial":
        few, many = sorted((self.numerators, _lift(other).numerators), key=len)
        total: defaultdict[int, int] = defaultdict(int)
        for code, value in few.items():
            for other_code, other_value in many.items():
                total[code + other_code] += value * other_value
        return Polynomial(total, self.denominator * _lift(other).denominator)

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> "Polynomial":
        result = ONE
        for _ in range(exponent):
            result *= self
        return result

    def substitute(self, variable: int, image: "Polynomial | Fraction") -> "Polynomial":
        """Replace the variable number `variable` (0, 1 or 2) by `image`, by Horner's rule."""
        shift = BITS * variable
        slices: defaultdict[int, dict[int, int]] = defaultdict(dict)
        for code, value in self.numerators.items():
            exponent = code >> shift & _MASK
            slices[exponent][code - (exponent << shift)] = value
        result = Polynomial({})
        for exponent in range(max(slices, default=0), -1, -1):
            result = result * image + Polynomial(slices[exponent], self.denominator)
        return result

    def constant(self) -> Fraction:
        """The value of a constant polynomial."""
        if any(self.numerators.keys() - {0}):
            raise ValueError(f"expected a constant, found {self}")
        return Fraction(self.numerators.get(0, 0), self.denominator)

    def coefficients(self) -> dict[tuple[int, int, int], Fraction]:
        """The nonzero coefficients by exponent vector, those of the first variable first."""
        return {unpack(code): Fraction(value, self.denominator) for code, value in sorted(self.numerators.items())}

    def __str__(self) -> str:
        return " + ".join(f"{value}*{monomial_text(key)}" for key, value in self.coefficients().items()) or "0"


def _lift(value: Polynomial | Fraction | int) -> Polynomial:
    return value if isinstance(value, Polynomial) else Polynomial({0: value.numerator}, value.denominator)


ONE = Polynomial({0: 1})
X = Polynomial({1: 1})
Y = Polynomial({1 << BITS: 1})
Z = Polynomial({1 << 2 * BITS: 1})


def pack(exponents: tuple[int, int, int]) -> int:
    """The code of a monomial."""
    return exponents[0] | exponents[1] << BITS | exponents[2] << 2 * BITS


def unpack(code: int) -> tuple[int, int, int]:
    """The exponents of a code."""
    return code & _MASK, code >> BITS & _MASK, code >> 2 * BITS & _MASK


def monomial_text(exponents: tuple[int, int, int], names: tuple[str, str, str] = ("x", "y", "z")) -> str:
    """A monomial in words; `1` for the empty one.

    >>> monomial_text((2, 0, 1), ("m1", "m2", "m3"))
    'm1^2*m3'
    """
    powers = [name if power == 1 else f"{name}^{power}" for name, power in zip(names, exponents, strict=True) if power]
    return "*".join(powers) or "1"
