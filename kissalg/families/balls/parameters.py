"""Parameters of bounds for packings of balls, and their ranges.

Main definitions: `finite_radii`.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.rational import RationalLike, rational

__all__ = ["MAX_DEGREE", "MAX_DIMENSION", "finite_radii"]

MAX_DEGREE = 40  # these two are also limits of the kernel
MAX_DIMENSION = 10_000


def finite_radii(radii: Sequence[RationalLike]) -> tuple[fmpq, ...]:
    """Distinct positive radii in increasing order.

    Raises:
        ParameterError: if there is none, or one that is not a positive rational number.

    Example:
        >>> finite_radii(["2", 1, "1/1"])
        (1, 2)
    """
    try:
        sizes = tuple(sorted({rational(r) for r in radii}))
    except ExactnessError as error:
        raise ParameterError(f"radii: {error}") from error
    if not sizes or sizes[0] <= 0:
        raise ParameterError(
            f"radii: expected at least one, all of them positive, found {', '.join(map(str, sizes)) or 'none'}"
        )
    return sizes
