"""Sums of squares in one variable, times a multiplier.

Main definitions: `UnivariateSquares`, `squares_polynomial`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly

from kissalg.algebra.orthogonal import chebyshev, chebyshev_matrix
from kissalg.algebra.spaces import Point, Space
from kissalg.sdp.model import PsdVariable, Value
from kissalg.sdp.samples import SampledForm
from kissalg.sdp.terms.absorbing import AbsorbingTerm, Entries
from kissalg.sdp.terms.chebyshev import chebyshev_values
from kissalg.sdp.terms.values import matrix_value

__all__ = ["UnivariateSquares", "squares_polynomial"]


def squares_polynomial(matrix: fmpq_mat) -> fmpq_poly:
    """bᵀ · matrix · b in Q[x], b = (T_0, …, T_(size-1)); the matrix need not be symmetric.

    >>> squares_polynomial(fmpq_mat([[1, 0], [0, 2]]))
    2*x^2 + 1
    """
    size = matrix.nrows()
    change = chebyshev_matrix(size - 1)
    monomial = change.transpose() * matrix * change
    coefficients = [fmpq(0)] * (2 * size - 1)
    for i in range(size):
        for j in range(size):
            coefficients[i + j] += monomial[i, j]
    return fmpq_poly(coefficients)


@dataclass(frozen=True, eq=False)
class UnivariateSquares(AbsorbingTerm):
    """multiplier(x) · b(x)ᵀ X b(x), b = (T_0, …, T_(size-1))."""

    variable: PsdVariable
    multiplier: fmpq_poly

    def polynomial(self, value: Value) -> fmpq_poly:
        """The polynomial in Q[x], of degree at most deg(multiplier) + 2 (size - 1)."""
        return self.multiplier * squares_polynomial(matrix_value(self.variable, value))

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Rank one: the vector b(x), the weight multiplier(x)."""
        vectors = [chebyshev_values(x, self.variable.size - 1) for (x,) in points]
        return SampledForm((vectors,), [[[self.multiplier(x)]] for (x,) in points])

    def absorbs(self, space: Space[Any]) -> bool:
        """Whether there is no multiplier, and the squares reach the degree of the space."""
        return self.multiplier == fmpq_poly([1]) and 2 * (self.variable.size - 1) >= space.degree

    def absorb(self, residual: fmpq_poly) -> tuple[Entries, fmpq_poly]:
        """One entry for each coefficient: T_i T_j with i + j = m, i - j <= 1, has degree m; elimination from the top.

        >>> term = UnivariateSquares(PsdVariable("Q", 2), fmpq_poly([1]))
        >>> term.absorb(fmpq_poly([0, 0, 2]))
        ({(1, 1): -2}, 0)
        """
        result: Entries = {}
        low = fmpq_poly(residual.coeffs()[: 2 * self.variable.size - 1])
        rest = -low
        while (m := rest.degree()) >= 0:  # the degree of the zero polynomial is -1
            i, j = (m + 1) // 2, m // 2
            product = chebyshev(i) * chebyshev(j) * (1 if i == j else 2)
            value = rest[m] / product[m]
            result[i, j] = value
            rest -= product * value
        return result, residual - low
