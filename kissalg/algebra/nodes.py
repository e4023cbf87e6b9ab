"""Rational points of a line that are near Chebyshev's nodes: where polynomials in one variable are sampled.

Main definitions: `chebyshev_nodes`, `line_candidates`.
"""

from __future__ import annotations

from flint import arb, fmpq

__all__ = ["chebyshev_nodes", "line_candidates"]

_NODE_BITS = 20


def chebyshev_nodes(count: int) -> list[fmpq]:
    """cos(π (j + 1/2)/count), j = 0 … count-1, rounded to multiples of 2^-20: in (-1, 1), decreasing.

    >>> chebyshev_nodes(2)
    [741455/1048576, -741455/1048576]
    """
    nodes = []
    for j in range(count):
        scaled = arb.cos_pi_fmpq(fmpq(2 * j + 1, 2 * count)) * 2**_NODE_BITS + fmpq(1, 2)
        nodes.append(fmpq(int(scaled.mid().floor().unique_fmpz()), 2**_NODE_BITS))
    return nodes


def line_candidates(degree: int) -> list[tuple[fmpq, ...]]:
    """Degree + 1 points of [-1, 1]: exactly enough for the polynomials of that degree."""
    return [(x,) for x in chebyshev_nodes(degree + 1)]
