"""average-kissing(n): the supremum of the average degrees of the contact graphs of finite packings of balls in R^n;
average-kissing(n; r_1, …, r_m): the same for packings with radii among r_1, …, r_m.
"""

from collections.abc import Iterable
from fractions import Fraction

from ..report import Claim, Sense
from .numbers import COUNT, NUMBER, claim_pattern, read_named

__all__ = ["average_kissing_quantity", "read_claim"]

_CLAIM = claim_pattern(rf"average-kissing\s*\({COUNT}(?:;\s*{NUMBER}\s*(?:,\s*{NUMBER}\s*)*)?\)", Sense.UPPER)


def average_kissing_quantity(n: int, radii: Iterable[Fraction] = ()) -> str:
    """The quantity of a claim; without radii for packings of all radii.

    >>> average_kissing_quantity(3, [Fraction(1), Fraction(3, 2)])
    'average-kissing(3;1,3/2)'
    """
    return f"average-kissing({';'.join(filter(None, [str(n), ','.join(map(str, radii))]))})"


def read_claim(text: str) -> Claim | None:
    """`average-kissing(n) <= bound` or `average-kissing(n; r1, r2) <= bound`; None for a text that is no such claim.

    >>> print(read_claim("average-kissing(3; 1, 1.5) <= 13"))
    average-kissing(3;1,3/2) <= 13
    """
    return read_named(text, _CLAIM, Sense.UPPER)
