"""A proof, in ball arithmetic, that a polynomial is nowhere positive on an interval.

Main definition: `certainly_nonpositive`.

Reference: Tucker, Validated Numerics (2011), chapter 5: subdivision with Taylor expansions.
"""

from __future__ import annotations

from flint import arb, arb_poly, ctx, fmpq, fmpq_poly

__all__ = ["certainly_nonpositive"]

_BITS = 192
_DEPTH = 50


def certainly_nonpositive(polynomial: fmpq_poly, low: fmpq, high: fmpq) -> bool:
    """True: the polynomial is proved to be <= 0 on [low, high].

    False: it is positive somewhere, or touches zero too closely to tell.

    On an interval with midpoint m and radius r, p <= p(m) + |p'(m)| r + max |p''| r²/2; the interval is halved until
    that is not positive.

    Args:
        polynomial: over Q.
        low: the lower end of the interval.
        high: the upper end.

    >>> certainly_nonpositive(fmpq_poly([-1, 0, 1]), fmpq(-1, 2), fmpq(1, 2))
    True
    >>> certainly_nonpositive(fmpq_poly([-1, 0, 3]), fmpq(-1), fmpq(1))
    False
    """
    with ctx.workprec(_BITS):
        value, first = arb_poly(polynomial), arb_poly(polynomial.derivative())
        second = arb_poly(polynomial.derivative().derivative())
        pending = [(0, (low + high) / 2, (high - low) / 2)]
        while pending:
            depth, middle, radius = pending.pop()
            m, r = arb(middle), arb(radius)
            at = value(m)
            around = m + arb(0, 1) * r
            if at + abs(first(m)) * r + abs(second(around)) * r * r / 2 <= 0:
                continue
            if at > 0 or depth == _DEPTH:
                return False
            pending += [(depth + 1, middle - radius / 2, radius / 2), (depth + 1, middle + radius / 2, radius / 2)]
    return True
