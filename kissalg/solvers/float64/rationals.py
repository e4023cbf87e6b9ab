"""Between exact rationals and float64: out of kissalg with correct rounding, back in exactly."""

from __future__ import annotations

from flint import fmpq

from kissalg.errors import ExactnessError

__all__ = ["UNIT_BITS", "exact", "to_float64", "units"]

UNIT_BITS = 100  # values are kept in units of 2^-100, which loses nothing of a double above 2^-47


def to_float64(value: fmpq) -> float:
    """The float nearest to a rational number, whatever the size of its integers.

    Args:
        value: the rational number.

    Returns:
        The nearest float64, correctly rounded.

    Raises:
        ExactnessError: it is 2^1024 or more, which no float holds.

    >>> to_float64(fmpq(1, 3))
    0.3333333333333333
    """
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        size = int(abs(value.p)).bit_length() - int(value.q).bit_length()
        raise ExactnessError(
            f"expected numbers below 2^1024, which is what double precision holds, found one near 2^{size}"
        ) from None


def exact(value: float) -> fmpq:
    """The rational number that a finite float is; of a tiny one the digits down to 2^-100.

    >>> exact(0.75)
    3/4
    """
    numerator, denominator = float(value).as_integer_ratio()
    if denominator.bit_length() > UNIT_BITS:
        return fmpq(units(value), 1 << UNIT_BITS)
    return fmpq(numerator, denominator)


def units(value: float, bits: int = UNIT_BITS) -> int:
    """A finite float in units of 2^-bits, rounded to the nearest integer.

    >>> units(0.75, 4)
    12
    """
    numerator, denominator = float(value).as_integer_ratio()
    return ((numerator << (bits + 1)) // denominator + 1) >> 1
