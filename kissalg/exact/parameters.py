"""Parameters of theorems: integers in a range.

Main definition: `require_integer`.
"""

from __future__ import annotations

from kissalg.errors import ParameterError

__all__ = ["require_integer"]


def require_integer(name: str, value: object, low: int, high: int | None = None) -> int:
    """`value` itself, once it is known to be an integer from `low` to `high`. Truth values are no integers here.

    Args:
        name: of the parameter, for the message.
        value: what the user gave.
        low: the least integer that is accepted.
        high: the largest one; None for no limit.

    Raises:
        ParameterError: if it is not.

    >>> require_integer("degree", 8, 1)
    8
    >>> require_integer("degree", 0, 1, 40)
    Traceback (most recent call last):
    kissalg.errors.ParameterError: degree: expected an integer from 1 to 40, found 0
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < low or (high is not None and value > high):
        wanted = f"an integer >= {low}" if high is None else f"an integer from {low} to {high}"
        raise ParameterError(f"{name}: expected {wanted}, found {value!r}")
    return value
