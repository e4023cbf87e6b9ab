"""Proofs that a polynomial is nowhere positive on an interval, or on a ray: Bernstein coefficients on a subdivision.

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

__all__ = ["Budget", "bernstein", "bernstein_on_ray", "nonpositive", "nonpositive_on_ray"]

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
    """Row j holds L C(j,i) / C(d,i), i <= j, L the least common multiple of the C(d,i): from powers to Bernstein."""
    common = lcm(*(comb(degree, i) for i in range(degree + 1)))
    return [[comb(j, i) * common // comb(degree, i) for i in range(j + 1)] for j in range(degree + 1)]


def bernstein(numerators: Sequence[int], low: Fraction, high: Fraction) -> list[int]:
    """The Bernstein coefficients of Σ numerators[k] x^k on [low, high], times a positive number; integers.

    >>> bernstein([0, 0, 1], Fraction(-1), Fraction(1))  # x² = (1-v)² - 2 v (1-v) + v², v = (x+1)/2
    [2, -2, 2]
    """
    powers = _shifted(numerators, low, high - low)
    return [sum(map(mul, row, powers)) for row in _weights(len(numerators) - 1)]  # map stops at the shorter row


def bernstein_on_ray(numerators: Sequence[int], start: Fraction, step: Fraction) -> list[int]:
    """The Bernstein coefficients on [0, 1] of (1-v)^d p(start + step v/(1-v)), step > 0, times a positive number.

    Here p = Σ numerators[k] x^k, of degree d. With p(start + step z) = Σ c_k z^k that is Σ c_k v^k (1-v)^(d-k).

    >>> bernstein_on_ray([0, 0, 1], Fraction(1), Fraction(1))  # (1-v)² + 2 v (1-v) + v²
    [2, 2, 2]
    """
    degree = len(numerators) - 1
    common = lcm(*(comb(degree, k) for k in range(degree + 1)))
    return [c * common // comb(degree, k) for k, c in enumerate(_shifted(numerators, start, step))]


def _shifted(numerators: Sequence[int], start: Fraction, step: Fraction) -> list[int]:
    """The coefficients of Σ numerators[k] (start + step v)^k in powers of v, times a positive number (Horner)."""
    scale = lcm(start.denominator, step.denominator)
    first, second = int(start * scale), int(step * scale)
    powers = [numerators[-1]]  # times scale^degree
    factor = 1
    for value in numerators[-2::-1]:
        factor *= scale
        powers = [first * a + second * b for a, b in zip([*powers, 0], [0, *powers], strict=True)]
        powers[0] += factor * value
    return powers


def nonpositive(numerators: Sequence[int], low: Fraction, high: Fraction, budget: Budget) -> bool:
    """Whether Σ numerators[k] x^k <= 0 on [low, high] is proved, low <= high; a False is no disproof.

    >>> nonpositive([0, 0, -1], Fraction(-1), Fraction(1), Budget(10))
    True
    >>> nonpositive([-1, 0, 2], Fraction(-1), Fraction(1), Budget(10))
    False
    """
    return _descend(bernstein(numerators, low, high), budget)


def nonpositive_on_ray(numerators: Sequence[int], start: Fraction, step: Fraction, budget: Budget) -> bool:
    """Whether Σ numerators[k] x^k <= 0 for all x >= start is proved; it is first divided at start + step, step > 0.

    >>> nonpositive_on_ray([3, -1], Fraction(3), Fraction(1), Budget(10))
    True
    >>> nonpositive_on_ray([-3, 1], Fraction(2), Fraction(1), Budget(10))
    False
    """
    return _descend(bernstein_on_ray(numerators, start, step), budget)


def _descend(exact: list[int], budget: Budget) -> bool:
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
