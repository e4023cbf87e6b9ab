"""The average kissing number by the area of one cap, with the proof.

Statement
---------
Let n >= 3, 1 < q < 9, ρ = √q, and let σ be the normalised area of the cap of angle θ on S^(n-1), cos θ = (q+3)/(4ρ). If
bound · σ >= 1, then the average degree of every contact graph of a packing of finitely many balls in R^n is at most
`bound`.

Proof
-----
1. Scale a ball of the packing to radius 1 about the origin. A neighbour of radius r, whose *size* is ξ = r/(1+r), meets
   the sphere of radius ρ about the origin in a cap of angle θ(ξ), where
   cos θ(ξ) = (ρ² + (1+r)² - r²)/(2ρ(1+r)) = (q + 1 - (q-1) ξ)/(2ρ), if that is at most 1, and in nothing (or a point)
   otherwise. The caps of different neighbours have no common interior point, so their areas α(ξ) add up to at most 1.
2. Seen from the neighbour, the same contact has the size 1 - ξ, and cos θ(ξ) + cos θ(1-ξ) = (q+3)/(2ρ). As a function
   of c = cos θ > 0 the area is a multiple of J(c) = ∫_c^1 (1-u²)^((n-3)/2) du, put to 0 for c > 1: its derivative
   -(1-c²)^((n-3)/2) does not decrease, so J is convex, and α(ξ) + α(1-ξ) >= 2 α(1/2) = 2σ.
3. Sum over all balls: with N balls and E contacts, 2σ E <= N, and the average degree is 2E/N <= 1/σ <= bound. ∎

(cos θ(ξ) >= 1/ρ > 0 for all sizes. For q = 9 the cap is a point, and for q > 9 it is empty.)

Source
------
Kuperberg & Schramm 1994, for n = 3 and q = 3: 8 + 4√3; Glazyrin 2017, for n = 4 and 5; Dostert, Kolpakov & Oliveira
2020, Theorem 2.2, with D(ρ) <= 1.
"""

from dataclasses import dataclass
from fractions import Fraction

from ..common.cap_area import area_above, square_root
from ..grammar import Node
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..report import Claim, Rejected, decimal_up

__all__ = ["CapBound", "area_below", "read"]

_DIMENSION = 64


def area_below(n: int, q: Fraction) -> Fraction:
    """A rational number that is at most σ, and smaller by 2^-100 at most.

    It comes from an upper bound of 1 - σ, the area of the cap of angle π - θ.

    >>> area_below(3, Fraction(4)) == Fraction(1, 16)  # cos θ = 7/8
    True
    """
    cos = (q + 3) / (4 * square_root(q)[0])  # a slightly smaller cap
    return max(Fraction(0), 1 - area_above(n, -cos)) if cos < 1 else Fraction(0)


@dataclass(frozen=True)
class CapBound:
    """A certificate of this theorem: the parameters are all of it."""

    n: int
    rho_squared: Fraction
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """average-kissing(n) <= bound."""
        return Claim(average_kissing_quantity(self.n), self.bound, f"average-kissing-area, rho^2 = {self.rho_squared}")

    def prove(self) -> None:
        """Compute the area. Raises Rejected."""
        area = area_below(self.n, self.rho_squared)
        if self.bound * area < 1:
            shown = "no bound" if area == 0 else f"{decimal_up(1 / area)} only"
            raise Rejected(f"the area of the cap proves {shown}", "bound")


def read(parameters: Node, bound: Node, witness: Node) -> CapBound:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    fields = parameters.record("n", "rho_squared")
    n = fields["n"].small(3, _DIMENSION)
    q = fields["rho_squared"].rational(parameters.limits.parameter_bits)
    if not 1 < q < 9:
        fields["rho_squared"].refuse("a rational number strictly between 1 and 9")
    witness.record()
    return CapBound(n, q, bound.rational(parameters.limits.bound_bits))
