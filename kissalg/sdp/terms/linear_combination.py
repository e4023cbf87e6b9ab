"""Terms that are linear in a vector, or constant: no squares.

Main definitions: `LinearCombination` (Σ a_k f_k(x)), `ConstantForm` (<M, X>, the same at every point).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpq_poly

from kissalg.algebra.spaces import Element, InvariantSpace, Point, UnivariateSpace
from kissalg.exact.matrix import frobenius
from kissalg.sdp.model import NonnegativeVariable, PsdVariable, Term, Value
from kissalg.sdp.samples import SampledForm, SampledLinear
from kissalg.sdp.terms.values import matrix_value, vector_value

__all__ = ["ConstantForm", "LinearCombination"]


@dataclass(frozen=True, eq=False)
class LinearCombination(Term):
    """Σ_k a_k f_k(x): a nonnegative vector times univariate polynomials."""

    variable: NonnegativeVariable
    polynomials: tuple[fmpq_poly, ...]

    def polynomial(self, value: Value) -> fmpq_poly:
        """The combination in Q[x]."""
        total = fmpq_poly([])
        for coefficient, polynomial in zip(vector_value(self.variable, value), self.polynomials, strict=True):
            total += polynomial * coefficient
        return total

    def sample(self, points: Sequence[Point]) -> SampledLinear:
        """Row i: the values of all f_k at point i."""
        return SampledLinear([[polynomial(x) for polynomial in self.polynomials] for (x,) in points])


@dataclass(frozen=True, eq=False)
class ConstantForm(Term):
    """<matrix, X>: the same number at every point."""

    variable: PsdVariable
    matrix: fmpq_mat
    space: UnivariateSpace | InvariantSpace

    def polynomial(self, value: Value) -> Element:
        """The constant polynomial <matrix, X>."""
        return self.space.zero + frobenius(self.matrix, matrix_value(self.variable, value))

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Unit vectors, weighted by the nonzero part of the matrix."""
        size = self.variable.size
        used = [i for i in range(size) if any(self.matrix[i, j] != 0 for j in range(size))]
        units = [[fmpq(int(i == j)) for j in range(size)] for i in used]
        weight = [[self.matrix[i, j] for j in used] for i in used]
        return SampledForm(tuple([unit] * len(points) for unit in units), [weight] * len(points))
