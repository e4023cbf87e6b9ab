"""Gram bases of the S3-invariant sums of squares: trivial, alternating and standard isotypic parts.

The polynomials in x, y, z are a free module over the invariants, and split as a representation of S3 into
  - trv: the invariants themselves;
  - alt: Δ times the invariants, Δ = (x-y)(y-z)(z-x);
  - std: two generators, of degrees 1 and 2, each giving a pair (A_g, B_g) = (2x^g - y^g - z^g, y^g - z^g) times the invariants.
An invariant polynomial is a sum of squares of polynomials of degree <= D iff it is  <V^trv, R1> + <V^alt, R2> + <V^std, R3>  with R1, R2, R3 PSD, where

    V^trv_αβ = m^(α+β),   V^alt_αβ = Δ² m^(α+β),   V^std_(g,α),(h,β) = G_gh m^(α+β),   G_gh = A_g A_h + 3 B_g B_h.

The pairing A A' + 3 B B' is invariant and positive on pairs, so that no square root is ever needed: everything is rational.

Main definitions: `DISCRIMINANT` (Δ²), `STANDARD_PAIRING` (G), `GramBasis`, `gram_basis`, `KINDS`.

References: Machado and Oliveira (2018), Theorem 3.2; Gatermann and Parrilo, Symmetry groups, semidefinite programs, and sums of squares (2004), section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from flint import fmpq_mpoly

from kissalg.algebra.invariant_ring import Exponent, elementary, exponents, means_from_sums, power_sum
from kissalg.errors import ExactnessError

__all__ = ["DISCRIMINANT", "KINDS", "STANDARD_PAIRING", "GramBasis", "Kind", "gram_basis"]

Kind: TypeAlias = Literal["trv", "alt", "std"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def _discriminant() -> fmpq_mpoly:
    e1, e2, e3 = elementary(1), elementary(2), elementary(3)
    return means_from_sums(e1**2 * e2**2 - 4 * e2**3 - 4 * e1**3 * e3 + 18 * e1 * e2 * e3 - 27 * e3**2)


def _standard_pairing() -> tuple[tuple[fmpq_mpoly, fmpq_mpoly], tuple[fmpq_mpoly, fmpq_mpoly]]:
    # Σ_cyclic: A_g A_h + 3 B_g B_h = 4 p_(g+h) - 2 (p_g p_h - p_(g+h)) = 6 p_(g+h) - 2 p_g p_h
    first, mixed, second = (
        means_from_sums(6 * power_sum(g + h) - 2 * power_sum(g) * power_sum(h)) for g, h in ((1, 1), (1, 2), (2, 2))
    )
    return ((first, mixed), (mixed, second))


DISCRIMINANT: fmpq_mpoly = _discriminant()
STANDARD_PAIRING: tuple[tuple[fmpq_mpoly, fmpq_mpoly], tuple[fmpq_mpoly, fmpq_mpoly]] = _standard_pairing()


@dataclass(frozen=True)
class GramBasis:
    """One isotypic Gram basis at degree D, in power means.

    Attributes:
        kind: "trv", "alt" or "std".
        degree: D, the largest degree of a basis element as a polynomial in x, y, z.
        parts: for each module generator in turn the exponents of the m^α that multiply it (one generator for trv and alt, two for std).
    """

    kind: Kind
    degree: int
    parts: tuple[tuple[Exponent, ...], ...]

    @property
    def size(self) -> int:
        """The number of basis elements (pairs count once): the size of the Gram matrix."""
        return sum(len(part) for part in self.parts)


def gram_basis(kind: Kind, degree: int) -> GramBasis:
    """The trv, alt or std basis of degree `degree`; it is empty if the degree is too small or negative.

    Sizes: trv inv(D), alt inv(D-3), std inv(D-1) + inv(D-2); and trv + alt + 2 std = C(D+3, 3).

    >>> [gram_basis(kind, 8).size for kind in KINDS]
    [41, 16, 54]
    """
    if kind == "trv":
        return GramBasis(kind, degree, (exponents(degree),))
    if kind == "alt":
        return GramBasis(kind, degree, (exponents(degree - 3),))
    if kind == "std":
        return GramBasis(kind, degree, (exponents(degree - 1), exponents(degree - 2)))
    raise ExactnessError(f"expected one of {', '.join(KINDS)}, found {kind!r}")
