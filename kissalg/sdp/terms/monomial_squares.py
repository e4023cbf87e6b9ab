"""Sums of squares of combinations of given monomials in several variables, times a multiplier.

Main definition: `MonomialSquares`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mpoly

from kissalg.algebra.spaces import Exponents, Point, Space
from kissalg.errors import ExactnessError
from kissalg.sdp.model import PsdVariable, Value
from kissalg.sdp.samples import SampledForm
from kissalg.sdp.terms.absorbing import AbsorbingTerm, Entries, split_entries, splittings
from kissalg.sdp.terms.values import hankel_sum, matrix_value

__all__ = ["MonomialSquares"]


@dataclass(frozen=True, eq=False)
class MonomialSquares(AbsorbingTerm):
    """multiplier · <m mᵀ, X>, m the monomials of the ring of the multiplier with the given exponents.

    Points are points of R^n, n the number of variables of the ring: the space of the identity has no equations.

    >>> from flint import fmpq_mat
    >>> from kissalg.algebra.polynomials import polynomial_ring
    >>> x, y = polynomial_ring(("x", "y")).gens()
    >>> term = MonomialSquares(PsdVariable("Q", 2), ((0, 0), (1, 1)), 1 + 0 * x)
    >>> term.polynomial(fmpq_mat([[1, 2], [2, 3]]))
    3*x^2*y^2 + 4*x*y + 1
    """

    variable: PsdVariable
    exponents: tuple[Exponents, ...]
    multiplier: fmpq_mpoly

    def __post_init__(self) -> None:
        if self.variable.size != len(self.exponents):
            raise ExactnessError(
                f"{self.variable.name}: expected the size {len(self.exponents)} of its basis, found"
                f" {self.variable.size}"
            )

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """The polynomial, by sums over equal products of monomials."""
        numerators, denominator = matrix_value(self.variable, value).numer_denom()
        ring = self.multiplier.context()
        return self.multiplier * hankel_sum(numerators.tolist(), self.exponents, self.exponents, denominator, ring)

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Rank one: the monomials at the point, weighted by the multiplier."""
        vectors = []
        for point in points:
            row = []
            for exponents in self.exponents:
                value = fmpq(1)
                for x, e in zip(point, exponents, strict=True):
                    value *= x**e
                row.append(value)
            vectors.append(row)
        return SampledForm((vectors,), [[[fmpq(self.multiplier(*point))]] for point in points])

    def absorbs(self, space: Space[Any]) -> bool:
        """Whether there is no multiplier, and every monomial of the space is a product of two of the basis."""
        return bool(self.multiplier.is_one()) and splittings(self.exponents).keys() >= set(space.exponents)

    def absorb(self, residual: fmpq_mpoly) -> tuple[Entries, fmpq_mpoly]:
        """The entry (α, β) is m^(α+β): one for each coefficient."""
        entries, left = split_entries(residual.to_dict(), self.exponents)
        return entries, self.multiplier.context().from_dict(left)
