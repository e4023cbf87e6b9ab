"""Normalised areas of spherical caps, and of the caps that balls tangent to the unit ball cut from larger spheres.

The cap of angle θ on S^(n-1) has the normalised area  σ_n(θ) = c_n ∫_(cos θ)^1 (1-u²)^((n-3)/2) du,  with σ_n(π) = 1. A
ball of radius r tangent to the unit ball, that is of size ξ = r/(1+r), meets the sphere of radius ρ, 1 < ρ <= 3, about
the centre of the unit ball in a cap of angle θ with

    cos θ = (ρ² + 1 + 2r)/(2ρ(1+r)) = (ρ² + 1 - (ρ² - 1) ξ)/(2ρ),

if that is at most 1, that is if r >= (ρ-1)/2, and else not at all; α_ρ(r) denotes the area.

Main definitions: `cap_area`, `contact_cap_area`, `equal_cap_area`, `relative_cap_area`, `area_bound`.

References: Dostert, Kolpakov and Oliveira (2020), section 2 and appendix A; Glazyrin (2017); the recurrence is DLMF
8.17.20 in other words.
"""

from __future__ import annotations

from flint import arb, ctx, fmpq

from kissalg.errors import InfeasibleError, ParameterError

__all__ = ["area_bound", "cap_area", "contact_cap_area", "equal_cap_area", "relative_cap_area"]

_BITS = 256
_ROUNDED_BITS = 64


def cap_area(n: int, cos: arb) -> arb:
    """σ_n(θ) for cos θ = `cos` in [-1, 1], as a ball, by the recurrence in n.

    With J_m = ∫_(cos)^1 (1-u²)^(m/2) du: J_(-1) = θ, J_0 = 1 - cos, (m+1) J_m = m J_(m-2) - cos (1-cos²)^(m/2).

    Args:
        n: the dimension of the space, n >= 2; the cap lies on S^(n-1).
        cos: the cosine of the angular radius of the cap, a ball.

    Raises:
        ParameterError: if n < 2.

    >>> cap_area(3, arb(fmpq(1, 2))).contains(fmpq(1, 4))
    True
    """
    if n < 2:
        raise ParameterError(f"expected a dimension n >= 2, found {n}")
    m = -1 if n % 2 == 0 else 0
    part, whole = (cos.acos(), arb.pi()) if m == -1 else (1 - cos, arb(2))
    square = 1 - cos * cos
    sine = square.nonnegative_part().sqrt()
    while m < n - 3:
        m += 2
        part = (m * part - cos * sine**m) / (m + 1)
        whole = m * whole / (m + 1)
    return part / whole


def contact_cap_area(n: int, rho_squared: fmpq, size: fmpq) -> arb:
    """α_ρ for a ball of size ξ = r/(1+r); size 1 stands for a half-space, r = ∞.

    Args:
        n: the dimension of the space.
        rho_squared: the square of the radius of the sphere that is seen.
        size: ξ, the size of the neighbour.

    Raises:
        ParameterError: unless 1 < ρ² <= 9 and 0 <= ξ <= 1.

    >>> (1 / contact_cap_area(3, fmpq(3), fmpq(1, 2))).overlaps(8 + 4 * arb(3).sqrt())
    True
    """
    if not 1 < rho_squared <= 9:
        raise ParameterError(
            f"rho: expected a radius with 1 < rho² <= 9, found rho² = {rho_squared}; 3 is a good start"
        )
    if not 0 <= size <= 1:
        raise ParameterError(f"size: expected a number in [0, 1], found {size}")
    numerator = rho_squared + 1 - (rho_squared - 1) * size
    if numerator * numerator >= 4 * rho_squared:  # cos θ >= 1
        return arb(0)
    return cap_area(n, arb(numerator) / (2 * arb(rho_squared).sqrt()))


def equal_cap_area(n: int, rho_squared: fmpq) -> arb:
    """α_ρ(1), the area that a ball of the same radius cuts out; positive.

    Args:
        n: the dimension of the space.
        rho_squared: the square of the radius of the sphere that is seen.

    Raises:
        ParameterError: unless 1 < ρ² <= 9.
        InfeasibleError: for ρ = 3, where a ball of radius 1 only touches the sphere.

    >>> equal_cap_area(3, fmpq(4)).overlaps(arb(fmpq(1, 16)))
    True
    """
    area = contact_cap_area(n, rho_squared, fmpq(1, 2))
    if not area > 0:
        raise InfeasibleError(
            f"rho² = {rho_squared} gives no bound: for ρ = 3 a ball of radius 1 only touches the sphere, so that α_ρ(1)"
            " = 0 and 1/α_ρ(1) is infinite. Take a smaller radius; ρ² = 3 is a good start"
        )
    return area


def relative_cap_area(n: int, rho_squared: fmpq, size: fmpq) -> fmpq:
    """A rational upper bound of α_ρ(r)/α_ρ(1), within 2^-60, for 1 < ρ < 3.

    Args:
        n: the dimension of the space.
        rho_squared: the square of the radius of the sphere that is seen.
        size: ξ, the size of the neighbour.

    Raises:
        ParameterError: if a parameter is out of its range.
        InfeasibleError: for ρ = 3, see `equal_cap_area`.

    >>> relative_cap_area(3, fmpq(3), fmpq(1, 2)) - 1 < fmpq(1, 2**60)
    True
    """
    with ctx.workprec(_BITS):
        ratio = contact_cap_area(n, rho_squared, size) / equal_cap_area(n, rho_squared)
        scaled = (ratio * 2**_ROUNDED_BITS).upper().ceil()
        return fmpq(int(scaled.unique_fmpz()), 2**_ROUNDED_BITS)


def area_bound(n: int, rho_squared: fmpq) -> fmpq:
    """A rational upper bound of 1/α_ρ(1), which is an upper bound of the average kissing number, 1 < ρ < 3.

    The best choice is ρ² = 3.

    Kuperberg and Schramm (1994) for n = 3, Glazyrin (2017) for n = 4, 5.

    Args:
        n: the dimension of the space.
        rho_squared: the square of the radius of the sphere, between 1 and 9.

    >>> int(area_bound(4, fmpq(3)) * 1000), int(area_bound(5, fmpq(3)) * 1000)
    (34680, 77756)
    """
    with ctx.workprec(_BITS):
        scaled = (2**_ROUNDED_BITS / equal_cap_area(n, rho_squared)).upper().ceil()
        return fmpq(int(scaled.unique_fmpz()), 2**_ROUNDED_BITS)
