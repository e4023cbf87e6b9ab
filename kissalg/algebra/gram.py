"""Gram bases of the S3-invariant sums of squares in Q[m1, m2, m3].

S3, permuting x, y, z, as an instance of `covariants`.

The invariants of S3 are the polynomials in the power means m_1, m_2, m_3, of the degrees 1, 2, 3 with the product |S3|
= 6. So the general machine (`symmetric_basis` for the group, `covariants` over its invariants) finds the isotypic parts
and their generators:

  - trv: 1;
  - alt: Δ = ±(x-y)(y-z)(z-x);
  - std: of degrees g = 1 and 2, with the translates A_g = 2x^g - y^g - z^g of weight 1
    and B_g = ±(y^g - z^g) of weight 3.

An invariant polynomial is a sum of squares of polynomials of degree <= D iff it is  <V^trv, R1> + <V^alt, R2> + <V^std,
R3>  with R1, R2, R3 PSD, where

    V^trv_αβ = m^(α+β),   V^alt_αβ = Δ² m^(α+β),   V^std_(g,α),(h,β) = G_gh m^(α+β),   G_gh = A_g A_h + 3 B_g B_h:

all three are V_(g,α),(h,β) = G_gh m^(α+β) with the pairing G of the part. Everything is rational.

Main definitions: `GramBasis`, `gram_basis`, `KINDS`, `s3_covariants`; `DISCRIMINANT` (Δ²), `STANDARD_PAIRING` (G).

References: Machado and Oliveira (2018), Theorem 3.2; Gatermann and Parrilo, Symmetry groups, semidefinite programs, and
sums of squares (2004), section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias, get_args

from flint import fmpq_mpoly

from kissalg.algebra.covariants import Covariants, covariants
from kissalg.algebra.groups import symmetric_group
from kissalg.algebra.invariant_ring import Exponent, exponents, from_power_means, power_mean, to_power_means
from kissalg.errors import ExactnessError

__all__ = ["DISCRIMINANT", "KINDS", "STANDARD_PAIRING", "GramBasis", "Kind", "gram_basis", "s3_covariants"]

Pairing: TypeAlias = tuple[tuple[fmpq_mpoly, ...], ...]

Kind: TypeAlias = Literal["trv", "alt", "std"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@cache
def s3_covariants() -> dict[Kind, Covariants]:
    """The generators of the three isotypic parts over Q[m1, m2, m3].

    >>> s3_covariants()["std"].copies[-1].generators
    (2*x - y - z, 2*x^2 - y^2 - z^2)
    """
    parts = covariants(symmetric_group(3), [from_power_means(power_mean(k)) for k in (1, 2, 3)])
    return dict(zip(KINDS, parts, strict=True))  # the trivial part first, then by dimension


def _pairing(kind: Kind) -> Pairing:
    return tuple(tuple(to_power_means(entry) for entry in row) for row in s3_covariants()[kind].pairing)


_PAIRINGS: dict[Kind, Pairing] = {kind: _pairing(kind) for kind in KINDS}
((DISCRIMINANT,),) = _PAIRINGS["alt"]
STANDARD_PAIRING = _PAIRINGS["std"]


@dataclass(frozen=True)
class GramBasis:
    """One isotypic Gram basis at degree D, in power means.

    Attributes:
        kind: "trv", "alt" or "std".
        degree: D, the largest degree of a basis element as a polynomial in x, y, z.
        parts: for each module generator in turn the exponents of the m^α that multiply it (one generator for trv and
            alt, two for std).
    """

    kind: Kind
    degree: int
    parts: tuple[tuple[Exponent, ...], ...]

    @property
    def size(self) -> int:
        """The number of basis elements (pairs count once): the size of the Gram matrix."""
        return sum(len(part) for part in self.parts)

    @property
    def pairing(self) -> Pairing:
        """G_gh in Q[m1, m2, m3]."""
        return _PAIRINGS[self.kind]


def gram_basis(kind: Kind, degree: int) -> GramBasis:
    """The trv, alt or std basis of degree `degree`; it is empty if the degree is too small or negative.

    Sizes: trv inv(D), alt inv(D-3), std inv(D-1) + inv(D-2); and trv + alt + 2 std = C(D+3, 3).

    Args:
        kind: "trv", "alt" or "std".
        degree: D, the largest degree of a basis element in x, y, z.

    >>> [gram_basis(kind, 8).size for kind in KINDS]
    [41, 16, 54]
    """
    if kind not in KINDS:
        raise ExactnessError(f"expected one of {', '.join(KINDS)}, found {kind!r}")
    return GramBasis(kind, degree, tuple(exponents(degree - lost) for lost in s3_covariants()[kind].degrees))
