"""The tables of bounds for spherical codes, and what the literature knows about them.

Sources: kissing numbers: Vallentin, Semidefinite programming bounds in discrete geometry (2025), Table 1, with newer
lower bounds (n = 11, 12, 19) from Cohn's table of kissing numbers (2026). Sharp spherical codes: Cohn and Kumar,
Universally optimal distribution of points on spheres (2007), Table 1; the code with 10 points: Bachoc and Vallentin
(2009). Simplices and cross polytopes: Rankin, The closest packing of spherical caps in n dimensions (1955).

Main definitions: `KISSING`, `CODES`, `DELSARTE`, `KNOWN_CODES`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from kissalg.families.family import Known, Listing

__all__ = ["CODES", "DELSARTE", "KISSING", "KNOWN_CODES"]


def _is_kissing(quantity: str) -> bool:
    return re.fullmatch(r"A\(\d+,1/2\)", quantity) is not None


KISSING = Listing("kissing", "Upper bounds for kissing numbers", _is_kissing)
CODES = Listing("codes", "Upper bounds for spherical codes A(n,cos θ)")
DELSARTE = Listing("delsarte", "Linear programming bounds for spherical codes A(n,cos θ)")

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


def _known() -> Mapping[str, Known]:
    found = {}
    for n, (low, high) in _KISSING.items():
        found[f"A({n},1/2)"] = Known(Fraction(low), Fraction(high), "Vallentin 2025, Cohn 2026")
    for (n, cos), points in _SHARP.items():
        source = "Bachoc, Vallentin 2009" if points == 10 else "Cohn, Kumar 2007"
        found[f"A({n},{cos})"] = Known(Fraction(points), Fraction(points), source)
    for n in range(2, 25):
        for cos, points in ((f"-1/{n}", n + 1), ("0", 2 * n)):
            found[f"A({n},{cos})"] = Known(Fraction(points), Fraction(points), "Rankin 1955")
    return found


KNOWN_CODES = _known()
