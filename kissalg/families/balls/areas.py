"""The weights of the literature: areas of the caps that the neighbours of a ball cut from a larger sphere about it.

Main definitions: `area_weights`, `areas`.

Reference: Dostert, Kolpakov and Oliveira (2020), Lemma 2.1 and section 3.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from kissalg.algebra.spherical_cap import relative_cap_area
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.rational import RationalLike, rational
from kissalg.families.balls.mesh import Mesh

__all__ = ["area_weights", "areas"]


def area_weights(n: int, rho_squared: RationalLike, mesh: Mesh) -> tuple[fmpq, ...]:
    """For a mesh of constant pieces, upper bounds of α_ρ(r)/α_ρ(1) at the right end of each piece.

    They are the weights of the paper. Their sums ω(ξ) + ω(1-ξ) are at least 2 by Lemma 2.1 of the paper, if no size
    below ξ_0 reaches the sphere of radius ρ: ξ_0 <= (ρ-1)/(ρ+1).

    Raises:
        ParameterError: unless 1 < ρ² <= 9.
        InfeasibleError: for ρ = 3, where the areas are divided by zero.
    """
    return areas(n, rho_squared, (*mesh.nodes[1:], fmpq(1)))


def areas(n: int, rho_squared: RationalLike, sizes: Sequence[fmpq]) -> tuple[fmpq, ...]:
    """Rational upper bounds of α_ρ(r)/α_ρ(1) for balls of these sizes.

    Raises:
        ParameterError: unless 1 < ρ² <= 9.
        InfeasibleError: for ρ = 3, where the areas are divided by zero.
    """
    try:
        square = rational(rho_squared)
    except ExactnessError as error:
        raise ParameterError(f"rho: {error}") from error
    return tuple(relative_cap_area(n, square, size) for size in sizes)
