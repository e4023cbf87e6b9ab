"""The table of bounds for average kissing numbers, and what the literature knows about them.

Source: Dostert, Kolpakov and Oliveira (2020), Table 1.

Main definitions: `AVERAGE_KISSING`, `KNOWN_AVERAGE`.
"""

from __future__ import annotations

from fractions import Fraction

from kissalg.families.family import Known, Listing

__all__ = ["AVERAGE_KISSING", "KNOWN_AVERAGE"]

AVERAGE_KISSING = Listing("average-kissing", "Upper bounds for average kissing numbers")

_AVERAGE = {
    3: ("12.612", "13.606"),
    4: ("24", "27.439"),
    5: ("40", "64.022"),
    6: ("72", "121.105"),
    7: ("126", "223.144"),
    8: ("240", "408.386"),
    9: ("272", "722.629"),
}
_SOURCE = "Dostert, Kolpakov, Oliveira 2020"

KNOWN_AVERAGE = {
    f"average-kissing({n})": Known(Fraction(low), Fraction(high), _SOURCE) for n, (low, high) in _AVERAGE.items()
}
