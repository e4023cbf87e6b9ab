"""Polynomials f with f(x)² >= α_ρ(r(x)) / α_ρ(1), from a linear program, and the proof in ball arithmetic.

For the weights of the paper: x is the coordinate of a size ξ(x) = r/(1+r) (see
`kissalg.families.average_kissing_polynomial.model`), and α_ρ(r) the area of the cap that a ball of radius r cuts from
the sphere of radius ρ about a unit ball that it touches. At x = 1, which stands for all larger balls,
f(1)² >= α_ρ(∞) / α_ρ(1).

Main definitions: `cap_root`, `is_cap_root`.

Reference: Dostert, Kolpakov and Oliveira (2020), section 3.2 and appendix C.1, where a bound of the derivative takes
the place of the monotony used here.
"""

from __future__ import annotations

from flint import arb, ctx, fmpq, fmpq_poly

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.orthogonal import chebyshev
from kissalg.algebra.spherical_cap import contact_cap_area, equal_cap_area
from kissalg.errors import ParameterError, RoundingError
from kissalg.exact.nonpositive import certainly_nonpositive
from kissalg.exact.rational import RationalLike, rational
from kissalg.families.average_kissing_polynomial.model import Sizes
from kissalg.sdp.inequalities import InequalityModel, Row
from kissalg.sdp.model import NonnegativeVariable
from kissalg.sdp.terms import chebyshev_values
from kissalg.solvers.float64 import solve_float64
from kissalg.solvers.status import Status

__all__ = ["cap_root", "is_cap_root"]

_SAMPLES = 160
_MARGIN = fmpq(1, 500)  # by how much f exceeds the root at the samples
_BITS = 128
_ROUNDED_BITS = 40
_DEPTH = 20


def cap_root(n: int, rho_squared: RationalLike, sizes: Sizes, order: int) -> fmpq_poly:
    """A polynomial of degree at most `order` that is proved to be above the root everywhere.

    It has the least mean among those that are a little above the root at samples.

    Raises:
        ParameterError: unless 1 < ρ² <= 9, order >= 1.
        InfeasibleError: for ρ = 3, see `equal_cap_area`.
        RoundingError: if the linear program has no solution, or the polynomial is not above the root between the
            samples.

    Example:
        >>> f = cap_root(3, 3, Sizes(fmpq(1, 4), 2), 4)
        >>> is_cap_root(f, 3, fmpq(3), Sizes(fmpq(1, 4), 2)), is_cap_root(f / 2, 3, fmpq(3), Sizes(fmpq(1, 4), 2))
        (True, False)
    """
    square = rational(rho_squared)
    equal_cap_area(n, square)
    if order < 1:
        raise ParameterError(f"order: expected a number >= 1, found {order}")
    plus, minus = NonnegativeVariable("plus", order + 1), NonnegativeVariable("minus", order + 1)
    entries = [(variable.name, k, 0) for variable in (plus, minus) for k in range(order + 1)]
    rows, means = [], [fmpq(0)] * (2 * order + 2)
    for x in (*chebyshev_nodes(_SAMPLES), fmpq(-1), fmpq(1)):
        values = chebyshev_values(x, order)
        coefficients = [*values, *(-v for v in values)]
        size = fmpq(1) if x == 1 else sizes.polynomial(fmpq_poly([0, 1]))(x)
        rows.append(Row(entries, coefficients, _root_above(n, square, size) + _MARGIN))
        means = [a + b / _SAMPLES for a, b in zip(means, coefficients, strict=True)]
    solution = solve_float64(InequalityModel((plus, minus), rows, dict(zip(entries, means, strict=True))))
    if solution.status is not Status.OPTIMAL:
        raise RoundingError(f"the linear program for f ended as {solution.status.value}: {solution.message}")
    total = fmpq_poly([])
    for k in range(order + 1):
        value = sum(
            (s * fmpq(solution.values[name].entries[k][0]) for name, s in (("plus", 1), ("minus", -1))), fmpq(0)
        )
        value *= fmpq(2) ** solution.values["plus"].exponent
        total += chebyshev(k) * fmpq(int((value * 2**_ROUNDED_BITS).ceil()), 1 << _ROUNDED_BITS)
    if not is_cap_root(total, n, square, sizes):
        raise RoundingError(
            f"the polynomial of degree {order} is not above the root between the samples: take another degree"
        )
    return total


def is_cap_root(f: fmpq_poly, n: int, rho_squared: fmpq, sizes: Sizes) -> bool:
    """Whether f >= 0 and f(x)² >= α_ρ(r(x))/α_ρ(1) on [-1, 1], and f(1)² >= α_ρ(∞)/α_ρ(1), are proved.

    On an interval the area is at most that at its right end.
    """
    if not certainly_nonpositive(-f, fmpq(-1), fmpq(1)) or f(1) < _root_above(n, rho_squared, fmpq(1)):
        return False
    size, slope = sizes.polynomial(fmpq_poly([0, 1])), f.derivative()
    pending = [(0, fmpq(-1), fmpq(1))]
    with ctx.workprec(_BITS):
        while pending:
            depth, low, high = pending.pop()
            middle, radius = (low + high) / 2, (high - low) / 2
            around = arb(middle, radius)
            steepest = sum((arb(c) * around**k for k, c in enumerate(slope.coeffs())), arb(0))
            least = arb(f(middle)) - arb(radius) * abs(steepest)
            if least >= arb(_root_above(n, rho_squared, size(high))):
                continue
            if depth == _DEPTH or f(high) < _root_above(n, rho_squared, size(high)):
                return False
            pending += [(depth + 1, middle, high), (depth + 1, low, middle)]
    return True


def _root_above(n: int, rho_squared: fmpq, size: fmpq) -> fmpq:
    """A rational upper bound, within 2^-40, of the square root of α_ρ(r)/α_ρ(1) for a ball of this size."""
    with ctx.workprec(_BITS):
        ratio = contact_cap_area(n, rho_squared, size) / equal_cap_area(n, rho_squared)
        scaled = (ratio.nonnegative_part().sqrt() * 2**_ROUNDED_BITS).upper().ceil()
        return fmpq(int(scaled.unique_fmpz()), 1 << _ROUNDED_BITS)
