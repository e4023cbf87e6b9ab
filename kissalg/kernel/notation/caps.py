"""Packings of caps of the angles α_i on the unit sphere of R^n, with c_i = cos α_i.

cap-density(n; c_1, …, c_m) is the supremum of their densities, caps(n; c_1, …, c_m; w_1, …, w_m) that of the sums of
the weights w_i of all their caps.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from ..report import Sense
from .numbers import COUNT, LISTED, NUMBER, OVER_FIELD, reader

__all__ = ["caps_quantity", "read_claim"]

_SIZES = rf"\s*\({COUNT};{LISTED}(?:,{LISTED})*"
_WEIGHTS = rf"\s*{NUMBER}\s*(?:,\s*{NUMBER}\s*)*"
_CLAIM = rf"cap-density{_SIZES}\)|caps{_SIZES};{_WEIGHTS}\)|(?:caps|cap-density){OVER_FIELD}"


def caps_quantity(n: int, cosines: Sequence[str], weights: Iterable[Fraction] | None) -> str:
    """The quantity of a claim, from the c_i in words; without weights the density.

    >>> caps_quantity(4, ["3/5", "1/2*sqrt(2)"], [Fraction(3, 2), Fraction(1)])
    'caps(4;3/5,1/2*sqrt(2);3/2,1)'
    >>> caps_quantity(3, ["1/2", "1*a^1 where -1 + -1*a^1 + 1*a^3 = 0, 1 <= a <= 2"], None)
    'cap-density(3;1/2,1*a^1 where -1 + -1*a^1 + 1*a^3 = 0, 1 <= a <= 2)'
    """
    texts, fields = zip(*(cos.partition(" where ")[::2] for cos in cosines), strict=True)
    arguments = [str(n), ",".join(texts), *([] if weights is None else [",".join(map(str, weights))])]
    where = f" where {max(fields)}" if max(fields) else ""
    return f"{'cap-density' if weights is None else 'caps'}({';'.join(arguments)}{where})"


read_claim = reader(_CLAIM, Sense.UPPER)
"""`cap-density(n; c1, c2) <= bound`, `caps(n; c1, c2; w1, w2) <= bound`."""
