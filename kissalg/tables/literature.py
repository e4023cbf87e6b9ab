"""Known values of the quantities that certificates bound, by the quantity as a claim writes it.

Sources: kissing numbers: Vallentin, Semidefinite programming bounds in discrete geometry (2025), Table 1, with newer lower bounds (n = 11, 12, 19) from Cohn's
table of kissing numbers (2026). Average kissing numbers: Dostert, Kolpakov and Oliveira (2020), Table 1. Sharp spherical codes: Cohn and Kumar,
Universally optimal distribution of points on spheres (2007), Table 1; the code with 10 points: Bachoc and Vallentin (2009).

Main definitions: `Known`, `known_values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

__all__ = ["Known", "known_values"]


@dataclass(frozen=True)
class Known:
    """Bounds in the literature; None where there is none.

    Attributes:
        lower, upper: the best bounds known before kissalg.
        source: where they are printed.
    """

    lower: Fraction | None
    upper: Fraction | None
    source: str


_KISSING = {
    3: (12, 12),
    4: (24, 24),
    5: (40, 44),
    6: (72, 77),
    7: (126, 134),
    8: (240, 240),
    9: (306, 363),
    10: (510, 553),
    11: (604, 868),
    12: (841, 1355),
    13: (1154, 2064),
    14: (1932, 3174),
    15: (2564, 4853),
    16: (4320, 7320),
    17: (5730, 10978),
    18: (7654, 16406),
    19: (11948, 24417),
    20: (19448, 36195),
    21: (29768, 53524),
    22: (49896, 80810),
    23: (93150, 122351),
    24: (196560, 196560),
}
_AVERAGE = {
    3: ("12.612", "13.606"),
    4: ("24", "27.439"),
    5: ("40", "64.022"),
    6: ("72", "121.105"),
    7: ("126", "223.144"),
    8: ("240", "408.386"),
    9: ("272", "722.629"),
}
_SHARP = {
    (3, "1/5*sqrt(5)"): 12,
    (4, "1/4 + 1/4*sqrt(5)"): 120,
    (4, "1/6"): 10,
    (5, "1/5"): 16,
    (6, "1/4"): 27,
    (7, "1/3"): 56,
    (21, "1/9"): 112,
    (21, "1/7"): 162,
    (22, "1/11"): 100,
    (22, "1/6"): 275,
    (22, "1/4"): 891,
    (23, "1/5"): 552,
    (23, "1/3"): 4600,
}


@cache
def known_values() -> Mapping[str, Known]:
    """By quantity, such as A(4,1/2) or average-kissing(3).

    >>> known_values()["A(4,1/2)"].upper, known_values()["average-kissing(3)"].upper
    (Fraction(24, 1), Fraction(6803, 500))
    """
    found = {}
    for n, (low, high) in _KISSING.items():
        found[f"A({n},1/2)"] = Known(Fraction(low), Fraction(high), "Vallentin 2025, Cohn 2026")
    for n, (below, above) in _AVERAGE.items():
        found[f"average-kissing({n})"] = Known(Fraction(below), Fraction(above), "Dostert, Kolpakov, Oliveira 2020")
    for (n, cos), points in _SHARP.items():
        source = "Bachoc, Vallentin 2009" if points == 10 else "Cohn, Kumar 2007"
        found[f"A({n},{cos})"] = Known(Fraction(points), Fraction(points), source)
    return found
