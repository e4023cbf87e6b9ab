"""Sums of squares that are invariant under S3, block-diagonal, times an invariant multiplier.

Main definition: `InvariantSquares`.

Source: Machado and Oliveira (2016), section 6: all monomials of degree at most 2d appear as entries of V_d.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from kissalg.algebra.gram import STANDARD_PAIRING, GramBasis, Kind, s3_covariants
from kissalg.algebra.invariant_ring import POWER_MEANS, Exponent, exponents, weight
from kissalg.algebra.spaces import Point, Space, power_mean_table, power_means_of
from kissalg.errors import ExactnessError, RoundingError
from kissalg.sdp.model import PsdVariable, Value
from kissalg.sdp.samples import SampledForm, ScaledTable, TablePart
from kissalg.sdp.terms.absorbing import AbsorbingTerm, Entries, split_entries, splittings
from kissalg.sdp.terms.values import hankel_sum, matrix_value

__all__ = ["InvariantSquares"]


@dataclass(frozen=True, eq=False)
class InvariantSquares(AbsorbingTerm):
    """multiplier · <V^π, X> in Q[m1, m2, m3], with the trv, alt or std Gram basis; the multiplier is an invariant.

    The variable's matrix is indexed by the basis: for std the exponents of generator 1, then those of generator 2.
    """

    variable: PsdVariable
    basis: GramBasis
    multiplier: fmpq_mpoly

    def __post_init__(self) -> None:
        if self.variable.size != self.basis.size:
            raise ExactnessError(
                f"{self.variable.name}: expected the size {self.basis.size} of its basis, found {self.variable.size}"
            )

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """The polynomial, of weight at most 2 basis.degree + weight(multiplier).

        Σ_gh G_gh Σ_αβ X_(g,α),(h,β) m^(α+β), times the multiplier.
        """
        numerators, denominator = matrix_value(self.variable, value).numer_denom()
        rows = numerators.tolist()
        starts = [0, *accumulate(map(len, self.basis.parts))]
        total = POWER_MEANS.constant(0)
        for g, left in enumerate(self.basis.parts):
            for h, right in enumerate(self.basis.parts[: g + 1]):
                part = [row[starts[h] : starts[h + 1]] for row in rows[starts[g] : starts[g + 1]]]
                total += (1 if g == h else 2) * self.basis.pairing[g][h] * hankel_sum(part, left, right, denominator)
        return self.multiplier * total

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """One vector for each translate of the generators, their values times the m^α.

        Its weight times the multiplier at the point.
        """
        base = power_mean_table(tuple(points), self.basis.degree)
        vectors = tuple(
            ScaledTable(tuple(TablePart(base, len(p), f) for p, f in zip(self.basis.parts, factors, strict=True)))
            for factors in _translates(self.basis.kind, tuple(points))
        )
        copies, zero = s3_covariants()[self.basis.kind].copies, fmpq(0)
        weights = []
        for point in points:
            s = self.multiplier(*power_means_of(point))
            weights.append([[s * a.weight if a is b else zero for b in copies] for a in copies])
        return SampledForm(vectors, weights)

    @property
    def absorption_order(self) -> int:
        """0 for std, which takes only what trv cannot; 1 for trv."""
        return 0 if self.basis.kind == "std" else 1

    def absorbs(self, space: Space[Any]) -> bool:
        """Whether there is no multiplier, the basis is trv or std, and the squares reach the degree of the space."""
        return self.basis.kind != "alt" and self.multiplier.is_one() and 2 * self.basis.degree >= space.degree

    def absorb(self, residual: fmpq_mpoly) -> tuple[Entries, fmpq_mpoly]:
        """trv: the entry (α, β) is m^(α+β), so everything that is a product of two monomials of the basis.

        std: the exponents that do not split into two halves of weight <= D, a few of the largest weights such as m_2^D
        for odd D.

        Raises:
            RoundingError: if std has not enough entries for its part.
        """
        if self.basis.kind == "trv":
            entries, left = split_entries(residual.to_dict(), self.basis.parts[0])
            return entries, POWER_MEANS.from_dict(left)
        hard = _unsplittable(self.basis.degree)
        if not any(residual[gamma] != 0 for gamma in hard):
            return {}, residual
        positions, polynomials, inverse = _standard_entries(self.basis)
        coefficients = inverse * fmpq_mat([[-residual[gamma]] for gamma in hard])
        entries, rest = {}, residual
        for k, (position, polynomial) in enumerate(zip(positions, polynomials, strict=True)):
            value = coefficients[k, 0]
            if value != 0:
                entries[position] = value
                rest += polynomial * value
        return entries, rest


@lru_cache(maxsize=8)
def _translates(kind: Kind, points: tuple[Point, ...]) -> list[list[list[fmpq] | None]]:
    """For each translate and generator the values at the points.

    None for the generator 1. Cached, because the terms of a problem share them.
    """
    return [
        [None if f.is_one() else [f(*point) for point in points] for f in copy.generators]
        for copy in s3_covariants()[kind].copies
    ]


@lru_cache(maxsize=64)
def _unsplittable(degree: int) -> tuple[Exponent, ...]:
    """The exponents of weight <= 2 · degree that are not a sum of two of weight <= degree."""
    found = splittings(exponents(degree))
    return tuple(gamma for gamma in exponents(2 * degree) if gamma not in found)


@lru_cache(maxsize=64)
def _standard_entries(basis: GramBasis) -> tuple[list[tuple[int, int]], list[fmpq_mpoly], fmpq_mat]:
    """Positions of std entries, and the polynomials that they contribute.

    With the inverse of the square matrix of their unsplittable coefficients.
    """
    hard = _unsplittable(basis.degree)
    one, two = basis.parts
    labels = [(0, alpha) for alpha in one] + [(1, alpha) for alpha in two]
    rows: list[list[fmpq]] = []
    positions: list[tuple[int, int]] = []
    polynomials: list[fmpq_mpoly] = []
    for i, (g, alpha) in enumerate(labels):
        for j, (h, beta) in enumerate(labels[: i + 1]):
            if len(rows) == len(hard):
                break
            if weight(alpha) + weight(beta) + g + h + 2 < 2 * basis.degree - 1:
                continue
            shifted = POWER_MEANS.from_dict(
                {tuple(x + y for x, y in zip(alpha, beta, strict=True)): fmpq(1 if i == j else 2)}
            )
            polynomial = STANDARD_PAIRING[g][h] * shifted
            row = [polynomial[gamma] for gamma in hard]
            if any(row) and fmpq_mat([*rows, row]).rank() == len(rows) + 1:
                rows.append(row)
                positions.append((i, j))
                polynomials.append(polynomial)
    if len(rows) < len(hard):
        raise RoundingError(
            f"the std block of degree {basis.degree} cannot absorb {len(hard) - len(rows)} of the coefficients {hard}"
        )
    return positions, polynomials, fmpq_mat(rows).transpose().inv() if rows else fmpq_mat(0, 0)
