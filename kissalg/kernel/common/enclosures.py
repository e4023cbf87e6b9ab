"""Rational bounds of transcendental numbers.

Numbers are kept as integers in units of 2^-256, and whatever is rounded is rounded to the safe side.
"""

from fractions import Fraction

__all__ = ["exponential_above"]

_BITS = 256
_UNIT = 1 << _BITS


def exponential_above(w: Fraction) -> Fraction:
    """A rational number that is at least e^w, and less than e^w (1 + 2^-200), for 0 <= w <= 256.

    With v = w/2^k <= 1/2, e^v <= Σ_{j<N} v^j/j! + 2 v^N/N!, because every term of the rest is at most half of the one
    before; then k squarings.

    >>> Fraction(2718281828, 10**9) < exponential_above(Fraction(1)) < Fraction(2718281829, 10**9)
    True
    """
    if not 0 <= w <= 256:
        raise ValueError(f"expected 0 <= w <= 256, found {w}")
    halvings = (2 * w.numerator // w.denominator).bit_length()
    v = -(-w.numerator * _UNIT // (w.denominator << halvings))
    total, term, j = 0, _UNIT, 1
    while term > 1:  # rounded up, a term never falls below one unit
        total += term
        term = -(-term * v // (j * _UNIT))
        j += 1
    total += 2 * term
    for _ in range(halvings):
        total = -(-total * total >> _BITS)
    return Fraction(total, _UNIT)
