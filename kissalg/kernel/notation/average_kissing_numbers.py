"""average-kissing(n).

The supremum of the average degrees of the contact graphs of finite packings of balls in R^n; average-kissing(n; r_1, …,
r_m): the same for packings with radii among r_1, …, r_m.
"""

from collections.abc import Iterable
from fractions import Fraction

from ..report import Sense
from .numbers import COUNT, NUMBER, reader

__all__ = ["average_kissing_quantity", "read_claim"]


def average_kissing_quantity(n: int, radii: Iterable[Fraction] = ()) -> str:
    """The quantity of a claim; without radii for packings of all radii.

    >>> average_kissing_quantity(3, [Fraction(1), Fraction(3, 2)])
    'average-kissing(3;1,3/2)'
    """
    return f"average-kissing({';'.join(filter(None, [str(n), ','.join(map(str, radii))]))})"


read_claim = reader(rf"average-kissing\s*\({COUNT}(?:;\s*{NUMBER}\s*(?:,\s*{NUMBER}\s*)*)?\)", Sense.UPPER)
"""`average-kissing(n) <= bound`, `average-kissing(n; r1, r2) <= bound`."""
