"""Triples of inner products of unit vectors: sample points in their domain, and how they are distributed.

The inner products u, v, t of three unit vectors x, y, z satisfy 1 + 2uvt - u² - v² - t² >= 0, the Gram determinant.
With all three in [-1, c] this is the domain Δ of the three-point bound for angles with cosines at most c.

Main definitions: `triangle_candidates` (rational points of Δ), `triple_density` (the density of the inner products of
three independent uniform points).

Source: Bachoc and Vallentin, New upper bounds for kissing numbers from semidefinite programming (2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import isqrt

from flint import fmpq, fmpz

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.spaces import Point

__all__ = ["triangle_candidates", "triple_density"]

_BITS = 20  # of the coordinates after the point


def triangle_candidates(cos: fmpq, degree: int) -> list[Point]:
    """Points strictly inside the domain Δ of the three-point bound, one of each S3-orbit.

    They are in shifted coordinates x = (2u + 1 - c)/(1 + c).

    The triples of a Chebyshev grid that lie in Δ, and for each pair of nodes the two points just inside the surface 1 +
    2uvt - u² - v² - t² = 0.

    Args:
        cos: c, the largest inner product, -1 < c < 1.
        degree: of the polynomials that are to be sampled; the grid is finer for a higher one.
    """
    nodes = chebyshev_nodes(degree + 6)
    original = [((1 + cos) * x - (1 - cos)) / 2 for x in nodes]
    found: set[tuple[fmpq, ...]] = set()
    count = len(nodes)
    for i, j, k in combinations_with_replacement(range(count), 3):
        u, v, t = original[i], original[j], original[k]
        if 1 + 2 * u * v * t - u * u - v * v - t * t > 0:
            found.add((nodes[i], nodes[j], nodes[k]))
    scale = 2**_BITS
    for i, j in combinations_with_replacement(range(count), 2):
        u, v = original[i], original[j]
        squared = (1 - u * u) * (1 - v * v) * scale * scale
        root = fmpq(isqrt(int(squared.p // squared.q)), scale) * fmpq(1023, 1024)
        for t in (u * v + root, u * v - root):
            x = (2 * t + 1 - cos) / (1 + cos)
            x = fmpq(int(fmpz(x.p * scale) // x.q), scale)
            t = ((1 + cos) * x - (1 - cos)) / 2
            if -1 < x < 1 and 1 + 2 * u * v * t - u * u - v * v - t * t > 0:
                found.add(tuple(sorted((nodes[i], nodes[j], x), reverse=True)))
    return sorted(found)


def triple_density(n: int, cos: fmpq, points: Sequence[Point]) -> tuple[list[fmpq], fmpq]:
    """(b, e) for the density b_i^e, up to a constant, of the inner products of three uniform points of S^(n-1).

    The points of the sphere are independent; b = 1 + 2uvt - u² - v² - t² and e = (n - 4)/2, at points in shifted
    coordinates.

    Args:
        n: the dimension of the space.
        cos: c, the largest inner product.
        points: triples in shifted coordinates.

    >>> triple_density(4, fmpq(1, 2), [(fmpq(1, 3), fmpq(1, 3), fmpq(1, 3))])
    ([1], 0)
    """
    bases = []
    for point in points:
        u, v, t = (((1 + cos) * x - (1 - cos)) / 2 for x in point)
        bases.append(1 + 2 * u * v * t - u * u - v * v - t * t)
    return bases, fmpq(n - 4, 2)
