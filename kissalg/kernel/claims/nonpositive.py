"""A proof that a polynomial of one variable is nowhere positive on an interval: Bernstein coefficients on a subdivision.

On an interval a polynomial is a combination, with nonnegative weights, of its Bernstein coefficients there; if none of
them is positive, neither is the polynomial. Otherwise the interval is halved (de Casteljau). All numbers are integers,
and whatever is rounded is rounded up, so that they can only be too large.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import comb, lcm
from operator import mul

__all__ = ["Budget", "bernstein", "nonpositive"]

_BITS = 192  # of the largest Bernstein coefficient; the others are rounded up to the same unit, and so are midpoints
_DEPTH = 48  # an interval is halved at most so often


class Budget:
    """How many intervals may still be halved, over all the polynomials of one certificate."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def spend(self) -> bool:
        """Whether one more is allowed."""
        self.steps -= 1
        return self.steps >= 0


@cache
def _weights(degree: int) -> list[list[int]]:
    """Row j holds L C(j,i) / C(d,i), i <= j, L the least common multiple of the C(d,i): from powers to Bernstein's basis."""
    common = lcm(*(comb(degree, i) for i in range(degree + 1)))
    return [[comb(j, i) * common // comb(degree, i) for i in range(j + 1)] for j in range(degree + 1)]


def bernstein(numerators: Sequence[int], low: Fraction, high: Fraction) -> list[int]:
    """The Bernstein coefficients of Σ numerators[k] x^k on [low, high], times one positive number that makes them integers.

    >>> bernstein([0, 0, 1], Fraction(-1), Fraction(1))  # x² = (1-v)² - 2 v (1-v) + v², v = (x+1)/2
    [2, -2, 2]
    """
    degree = len(numerators) - 1
    scale = lcm(low.denominator, high.denominator)
    start, step = int(low * scale), int((high - low) * scale)
    powers = [numerators[degree]]  # of v, after x = low + (high - low) v, by Horner's rule, times scale^degree
    factor = 1
    for value in numerators[-2::-1]:
        factor *= scale
        powers = [start * a + step * b for a, b in zip([*powers, 0], [0, *powers], strict=True)]
        powers[0] += factor * value
    return [sum(map(mul, row, powers)) for row in _weights(degree)]  # map stops at the shorter row


def nonpositive(numerators: Sequence[int], low: Fraction, high: Fraction, budget: Budget) -> bool:
    """Whether Σ numerators[k] x^k <= 0 on [low, high] is proved, low <= high; a False is no disproof.

    >>> nonpositive([0, 0, -1], Fraction(-1), Fraction(1), Budget(10))
    True
    >>> nonpositive([-1, 0, 2], Fraction(-1), Fraction(1), Budget(10))
    False
    """
    exact = bernstein(numerators, low, high)
    surplus = max(abs(value).bit_length() for value in exact) - _BITS
    first = [-(-value >> surplus) for value in exact] if surplus > 0 else [value << -surplus for value in exact]
    pending = [(0, first)]
    while pending:
        depth, right = pending.pop()
        if max(right) <= 0:
            continue
        # the first and the last coefficient are values of the polynomial
        if right[0] > 0 or right[-1] > 0 or depth == _DEPTH or not budget.spend():
            return False
        left = []
        row = right
        halves = []
        while row:
            left.append(row[0])
            halves.append(row[-1])
            row = [-(-(a + b) >> 1) for a, b in pairwise(row)]
        pending += [(depth + 1, halves[::-1]), (depth + 1, left)]
    return True
