"""A(n, c): the largest number of unit vectors of R^n whose mutual inner products are at most c."""

from ..report import Claim, Sense
from .numbers import COUNT, LISTED, OVER_FIELD, claim_pattern, read_named

__all__ = ["code_quantity", "read_claim"]

_CLAIM = claim_pattern(rf"A\s*\({COUNT},{LISTED}\)|A{OVER_FIELD}", Sense.UPPER)


def code_quantity(n: int, cos: str) -> str:
    """The quantity of a claim, from c in words.

    >>> code_quantity(4, "1/4 + 1/4*sqrt(5)")
    'A(4,1/4 + 1/4*sqrt(5))'
    """
    return f"A({n},{cos})"


def read_claim(text: str) -> Claim | None:
    """`A(n, c) <= bound`; None for a text that is no such claim.

    >>> print(read_claim("A(4, 0.5) <= 24.50"))
    A(4,1/2) <= 24.5
    """
    return read_named(text, _CLAIM, Sense.UPPER)
