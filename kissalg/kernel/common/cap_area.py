"""Rational upper bounds for the normalised areas of spherical caps.

The cap of angle θ on the sphere in R^n has the normalised area

    σ = J(c) / J(-1),   J(c) = ∫_c^1 (1-u²)^(m/2) du,    c = cos θ, m = n - 3,

and integration by parts gives (m+1) J_m = m J_(m-2) - c (1-c²)^(m/2). For odd n the recurrence starts from J_0 = 1 - c,
and σ is a polynomial in c. For even n it starts from J_(-1) = θ: J_m = A_m (θ - b_m sin θ) with A_m = m A_(m-2)/(m+1)
and b_m = b_(m-2) + c (1-c²)^((m-1)/2) / ((m+1) A_m); since J_m(-1) = A_m π, σ = (θ - b_m sin θ)/π.
"""

from fractions import Fraction
from math import isqrt

__all__ = ["angle", "area_above", "square_root"]

_BITS = 192
_HALVINGS = 3  # of an angle, before the series of the arctangent; the tangent of π/8 is below 0.42
_TERMS = 48  # 0.42^(2 * 48) < 2^-120

Interval = tuple[Fraction, Fraction]


def angle(cos: Fraction) -> Interval:
    """An interval for arccos(cos), -1 <= cos <= 1, about 2^-115 long.

    The angle is halved three times by cos(φ/2) = sqrt((1 + cos φ)/2), and then the partial sums of t - t³/3 + t⁵/5 - …,
    t the tangent, enclose it.

    >>> low, high = angle(Fraction(-1))
    >>> Fraction(314159265358979323846, 10**20) < low < high < Fraction(314159265358979323847, 10**20)
    True
    """
    low = high = cos
    for _ in range(_HALVINGS):
        low, high = _roots((1 + low) / 2, (1 + high) / 2)
    high = min(high, Fraction(1))
    sine = _roots(1 - high * high, 1 - low * low)
    ends = []
    for tangent, terms in ((sine[0] / high, _TERMS), (sine[1] / low, _TERMS + 1)):  # an even number of terms: too small
        total, power = Fraction(0), tangent
        for k in range(terms):
            total += power * (-1) ** k / (2 * k + 1)
            power *= tangent * tangent
        ends.append(total * 2**_HALVINGS)
    return _floor(ends[0]), -_floor(-ends[1])


def area_above(n: int, cos: Fraction) -> Fraction:
    """A rational number that is at least σ, for -1 < cos < 1 and n >= 2, and larger by 2^-100 at most.

    >>> area_above(3, Fraction(1, 2)), 0 < area_above(4, Fraction(0)) - Fraction(1, 2) < Fraction(1, 2**100)
    (Fraction(1, 4), True)
    """
    c = _floor(cos)  # a slightly larger cap
    square = 1 - c * c
    if n % 2:
        part, whole = 1 - c, Fraction(2)
        for m in range(2, n - 2, 2):
            part = (m * part - c * square ** (m // 2)) / (m + 1)
            whole = m * whole / (m + 1)
        return part / whole
    a, b = Fraction(1), Fraction(0)
    for m in range(1, n - 2, 2):
        a *= Fraction(m, m + 1)
        b += c * square ** ((m - 1) // 2) / ((m + 1) * a)
    sines = _roots(square, square)
    return (angle(c)[1] - min(b * sine for sine in sines)) / angle(Fraction(-1))[0]


def square_root(value: Fraction) -> Interval:
    """An interval for √value, value >= 0, 2^-192 long.

    >>> low, high = square_root(Fraction(2))
    >>> low**2 <= 2 < high**2
    True
    """
    return _roots(value, value)


def _roots(low: Fraction, high: Fraction) -> Interval:
    """An interval for the square roots of the numbers from low to high, low >= 0."""
    below, above = (isqrt(int(value * 4**_BITS)) for value in (low, high))
    return Fraction(below, 1 << _BITS), Fraction(above + 1, 1 << _BITS)


def _floor(value: Fraction) -> Fraction:
    """The largest multiple of 2^-192 that is not above `value`."""
    return Fraction(value * 2**_BITS // 1, 1 << _BITS)
