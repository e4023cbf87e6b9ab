"""Rational numbers: the one gate through which numbers of the user enter exact computations.

Main definitions: `rational` (anything exact -> `fmpq`), `fraction` (`fmpq` -> `fractions.Fraction`), `decimal_up` and
`decimal_down` (a decimal that is never too small, or never too large).
Floats are refused, because 0.1 is not 1/10: a bound proved for the wrong angle would still look like a theorem.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq, fmpz

from kissalg.errors import ExactnessError

__all__ = ["RationalLike", "decimal_down", "decimal_up", "fraction", "rational"]

RationalLike: TypeAlias = int | Fraction | fmpz | fmpq | str

# FLINT's own reader accepts "3/-4" and " 1 / 2 "; this grammar is the whole of what is accepted here.
_FRACTION = re.compile(r"([+-]?)([0-9]+)(?:/([0-9]+)|\.([0-9]+))?", re.ASCII)
_MAX_CHARACTERS = 4000  # Python's own decimal conversion stops at 4300 digits


def rational(value: RationalLike) -> fmpq:
    """The exact rational number `value`.

    Accepts int, Fraction, fmpz, fmpq and the strings `INTEGER`, `INTEGER/POSITIVE`, `INTEGER.DIGITS` (a decimal in a
    string is exact).

    Raises:
        ExactnessError: for floats, bools, anything else, and strings outside the grammar.

    >>> rational("1/6"), rational("-0.25"), rational(Fraction(2, 4))
    (1/6, -1/4, 1/2)
    """
    _refuse_inexact(value)
    if isinstance(value, str):
        return _parse(value)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    return fmpq(value)


def _refuse_inexact(value: object) -> None:
    if isinstance(value, bool):
        raise ExactnessError(f"expected a rational number, found the truth value {value!r}; write 0 or 1")
    if isinstance(value, float):  # a message of its own, because this is the usual mistake
        raise ExactnessError(
            f"expected a rational number, found the float {value!r}, which is not exact; write it as a string such as"
            ' "1/2"'
        )
    if not isinstance(value, (int, Fraction, fmpz, fmpq, str)):
        raise ExactnessError(
            f'expected a rational number (int, Fraction, fmpq or a string such as "1/6"), found {type(value).__name__}'
        )


def _parse(text: str) -> fmpq:
    if len(text) > _MAX_CHARACTERS:
        raise ExactnessError(f"expected a rational number of at most {_MAX_CHARACTERS} characters, found {len(text)}")
    match = _FRACTION.fullmatch(text)
    if match is None:
        raise ExactnessError(f'expected a rational number such as "3", "1/6" or "0.25", found {text!r}')
    sign, whole, denominator, decimals = match.groups()
    numerator = int(whole + (decimals or ""))
    bottom = int(denominator) if denominator is not None else 10 ** len(decimals or "")
    if bottom == 0:
        raise ExactnessError(f"the denominator of {text!r} is zero")
    return fmpq(-numerator if sign == "-" else numerator, bottom)


def fraction(value: fmpq) -> Fraction:
    """The same number as a `fractions.Fraction`.

    >>> fraction(rational("2/6"))
    Fraction(1, 3)
    """
    return Fraction(int(value.p), int(value.q))


_PRINTABLE_BITS = 1024


def decimal_up(value: fmpq, places: int = 10) -> str:
    """The smallest decimal with `places` digits after the point that is >= `value`, without trailing zeros.

    An upper bound stays true when it is printed like this. A number too long to be printed is replaced by a power of
    two that is not below it.

    Args:
        value: the number.
        places: of digits after the point, >= 0.

    >>> (
    ...     decimal_up(rational("121/5")),
    ...     decimal_up(rational("1/3"), 3),
    ...     decimal_up(rational("-1/3"), 3),
    ...     decimal_up(rational(24)),
    ... )
    ('24.2', '0.334', '-0.333', '24')
    """
    if places < 0:
        raise ExactnessError(f"expected a number of decimal places >= 0, found {places}")
    exponent = int(abs(value.p).bit_length()) - int(value.q.bit_length())
    if exponent > _PRINTABLE_BITS:
        return f"2^{exponent + 1}" if value > 0 else f"-2^{exponent - 1}"
    scaled = (value * fmpz(10) ** places).ceil()
    digits = str(abs(scaled)).rjust(places + 1, "0")
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    return ("-" if scaled < 0 else "") + whole + ("." + decimals if decimals else "")


def decimal_down(value: fmpq, places: int = 10) -> str:
    """The largest decimal with `places` digits after the point that is <= `value`, without trailing zeros.

    A lower bound stays true when it is printed like this. Zero has no sign; a number too long to be printed is replaced
    by a power of two that is not above it.

    Args:
        value: the number.
        places: of digits after the point, >= 0.

    Raises:
        ExactnessError: if `places` is negative.

    >>> decimal_down(rational("2/3"), 3), decimal_down(rational("-1/3"), 3), decimal_down(rational("1/100"), 1)
    ('0.666', '-0.334', '0')
    """
    negative = decimal_up(-value, places)
    if negative == "0":
        return "0"
    return negative.removeprefix("-") if negative.startswith("-") else f"-{negative}"
