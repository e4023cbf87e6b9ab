"""A(n, c): the largest number of unit vectors of R^n whose mutual inner products are at most c."""

from ..report import Sense
from .numbers import COUNT, LISTED, OVER_FIELD, reader

__all__ = ["code_quantity", "read_claim"]


def code_quantity(n: int, cos: str) -> str:
    """The quantity of a claim, from c in words.

    >>> code_quantity(4, "1/4 + 1/4*sqrt(5)")
    'A(4,1/4 + 1/4*sqrt(5))'
    """
    return f"A({n},{cos})"


read_claim = reader(rf"A\s*\({COUNT},{LISTED}\)|A{OVER_FIELD}", Sense.UPPER)
"""`A(n, c) <= bound`."""
