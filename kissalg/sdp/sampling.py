"""Rational points for sampling an identity, and the proof that they determine it.

A set of points is *unisolvent* for a space of polynomials when the zero polynomial is the only element that vanishes on
all of them; then an identity in the space holds if and only if it holds at the points. A nonzero determinant modulo a
prime that divides no denominator proves it.

Main definitions: `chebyshev_nodes`, `line_candidates`, `triangle_candidates` (candidate points in the domain of the three-point bound, shifted coordinates),
`triple_density`, `is_unisolvent`.

Source: Löfberg and Parrilo, From coefficients to samples (2004); Leijenhorst and de Laat (2024), section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import isqrt

from flint import arb, fmpq, fmpz, nmod_mat

from kissalg.algebra.quotients import PolynomialSpace
from kissalg.algebra.spaces import InvariantSpace, Point, UnivariateSpace, monomial_steps
from kissalg.errors import ExactnessError
from kissalg.sdp.spaces import CoordinateSpace, Space

__all__ = ["chebyshev_nodes", "is_unisolvent", "line_candidates", "triangle_candidates", "triple_density"]

_PRIMES = (2**61 - 1, 2**62 - 57, 2**63 - 25)
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


def line_candidates(degree: int) -> list[Point]:
    """degree + 1 points of [-1, 1]: exactly enough for the polynomials of that degree."""
    return [(x,) for x in chebyshev_nodes(degree + 1)]


def triangle_candidates(cos: fmpq, degree: int) -> list[Point]:
    """Points strictly inside the domain Δ of the three-point bound, in shifted coordinates x = (2u + 1 - c)/(1 + c), one of each S3-orbit.

    The triples of a Chebyshev grid that lie in Δ, and for each pair of nodes the two points just inside the surface 1 + 2uvt - u² - v² - t² = 0.
    """
    nodes = chebyshev_nodes(degree + 6)
    original = [((1 + cos) * x - (1 - cos)) / 2 for x in nodes]
    found: set[tuple[fmpq, ...]] = set()
    count = len(nodes)
    for i, j, k in combinations_with_replacement(range(count), 3):
        u, v, t = original[i], original[j], original[k]
        if 1 + 2 * u * v * t - u * u - v * v - t * t > 0:
            found.add((nodes[i], nodes[j], nodes[k]))
    scale = 2**_NODE_BITS
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
    """(b, e) for the density b_i^e, up to a constant, of the inner products of three independent uniform points of S^(n-1): b = 1 + 2uvt - u² - v² - t²,
    e = (n - 4)/2, at points in shifted coordinates.

    >>> triple_density(4, fmpq(1, 2), [(fmpq(1, 3), fmpq(1, 3), fmpq(1, 3))])
    ([1], 0)
    """
    bases = []
    for point in points:
        u, v, t = (((1 + cos) * x - (1 - cos)) / 2 for x in point)
        bases.append(1 + 2 * u * v * t - u * u - v * v - t * t)
    return bases, fmpq(n - 4, 2)


def is_unisolvent(space: Space, points: Sequence[Point]) -> bool:
    """Whether the points are proved to be unisolvent for the space: as many as its dimension, with a nonzero determinant modulo a prime
    (for columns: all coordinates).

    A False means that no proof was found modulo three 61- to 63-bit primes; for a unisolvent set that is as unlikely as 2^-180.

    >>> is_unisolvent(UnivariateSpace(2), [(fmpq(0),), (fmpq(1, 2),), (fmpq(1),)])
    True
    >>> is_unisolvent(UnivariateSpace(2), [(fmpq(0),), (fmpq(1, 2),), (fmpq(1, 2),)])
    False
    """
    dimension = space.dimension
    if len(points) != dimension:
        raise ExactnessError(f"expected {dimension} points for a space of that dimension, found {len(points)}")
    if isinstance(space, CoordinateSpace):
        return len({space.index(point) for point in points}) == dimension
    if isinstance(space, PolynomialSpace):
        return space.is_unisolvent(points)
    for prime in _PRIMES:
        entries = _values_modulo(space, points, prime)
        if entries is not None and nmod_mat(dimension, dimension, entries, prime).rank() == dimension:
            return True
    return False


def _values_modulo(space: UnivariateSpace | InvariantSpace, points: Sequence[Point], prime: int) -> list[int] | None:
    """The basis monomials at the points modulo a prime, row by row; None if the prime divides a denominator."""
    entries: list[int] = []
    for point in points:
        if any(int(c.q) % prime == 0 for c in point):
            return None
        coordinates = [int(c.p) * pow(int(c.q), -1, prime) % prime for c in point]
        if isinstance(space, UnivariateSpace):
            generators = coordinates
            steps: Sequence[tuple[int, int]] = [(0, i) for i in range(space.degree)]
        else:
            third = pow(3, -1, prime)
            generators = [sum(pow(c, k, prime) for c in coordinates) * third % prime for k in (1, 2, 3)]
            steps = monomial_steps(space.degree)
        row = [1]
        for generator, parent in steps:
            row.append(generators[generator] * row[parent] % prime)
        entries += row
    return entries
