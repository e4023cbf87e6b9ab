"""Short numbers for linear combinations of matrices."""

from __future__ import annotations

from dataclasses import dataclass
from math import frexp

from kissalg.solvers.multiprecision.residues import BASE_BITS

__all__ = ["HALF", "QUARTER", "Scalar"]


@dataclass(frozen=True)
class Scalar:
    """A short number m · 2^(24 exponent), |m| <= 2^48: step lengths, barrier parameters, signs."""

    mantissa: int
    exponent: int = 0

    @staticmethod
    def from_float(value: float) -> Scalar:
        """The float rounded towards zero to between 23 and 46 significant bits."""
        if value == 0:
            return Scalar(0)
        _, e = frexp(value)
        exponent = -(-(e - 46) // BASE_BITS)
        return Scalar(
            int(value * 2.0 ** (-BASE_BITS * exponent)) if abs(exponent) < 40 else _scaled_integer(value, exponent),
            exponent,
        )

    @staticmethod
    def power(exponent: int) -> Scalar:
        """2^exponent."""
        return Scalar(1 << (exponent % BASE_BITS), exponent // BASE_BITS)


HALF = Scalar(1 << (BASE_BITS - 1), -1)
QUARTER = Scalar(1 << (BASE_BITS - 2), -1)


def _scaled_integer(value: float, exponent: int) -> int:
    numerator, denominator = value.as_integer_ratio()
    shift = -BASE_BITS * exponent
    scaled = (abs(numerator) << shift) // denominator if shift >= 0 else abs(numerator) // (denominator << -shift)
    return scaled if value > 0 else -scaled
