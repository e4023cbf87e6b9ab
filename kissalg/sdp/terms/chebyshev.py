"""The values of Chebyshev polynomials at points, the basis of the squares in one variable.

Main definitions: `chebyshev_values`, `chebyshev_table`.
"""

from __future__ import annotations

from functools import lru_cache

from flint import fmpq

__all__ = ["chebyshev_table", "chebyshev_values"]


def chebyshev_values(x: fmpq, degree: int) -> list[fmpq]:
    """(T_0(x), …, T_degree(x)).

    Args:
        x: a rational number.
        degree: the last degree, >= 0.

    >>> chebyshev_values(fmpq(1, 2), 3)
    [1, 1/2, -1/2, -1]
    """
    values = [fmpq(1), x]
    for _ in range(degree - 1):
        values.append(2 * x * values[-1] - values[-2])
    return values[: degree + 1]


@lru_cache(maxsize=8)
def chebyshev_table(coordinates: tuple[fmpq, ...], degree: int) -> tuple[tuple[fmpq, ...], ...]:
    """The rows (T_0(x), …, T_degree(x)) for all coordinates; cached, because the variables of a problem share them.

    Args:
        coordinates: rational numbers.
        degree: the last degree.

    >>> chebyshev_table((fmpq(1, 2), fmpq(0)), 2)
    ((1, 1/2, -1/2), (1, 0, -1))
    """
    return tuple(tuple(chebyshev_values(x, degree)) for x in coordinates)
