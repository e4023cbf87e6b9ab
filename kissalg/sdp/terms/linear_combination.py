"""Terms that are linear in a vector, or constant: no squares.

Main definitions: `LinearCombination` (Σ a_k f_k), `ConstantForm` (<M, X>, the same at every point).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.algebra.spaces import Element, InvariantSpace, Point, Space, UnivariateSpace
from kissalg.errors import ExactnessError
from kissalg.exact.matrix import frobenius
from kissalg.sdp.model import FreeVariable, NonnegativeVariable, PsdVariable, Term, Value
from kissalg.sdp.samples import SampledForm, SampledLinear
from kissalg.sdp.terms.values import matrix_value, vector_value

__all__ = ["ConstantForm", "LinearCombination"]


@dataclass(frozen=True, eq=False)
class LinearCombination(Term):
    """Σ_k a_k f_k for a vector a and elements f_k of a space.

    >>> from flint import fmpq_poly
    >>> term = LinearCombination(NonnegativeVariable("a", 2), (fmpq_poly([1]), fmpq_poly([0, 3])), UnivariateSpace(1))
    >>> term.polynomial([fmpq(1), fmpq(2)]), term.sample([(fmpq(1, 2),)]).rows
    (6*x + 1, [[1, 3/2]])
    """

    variable: NonnegativeVariable | FreeVariable
    elements: tuple[Any, ...]
    space: Space[Any]

    def __post_init__(self) -> None:
        if self.variable.length != len(self.elements):
            raise ExactnessError(
                f"{self.variable.name}: expected {self.variable.length} elements, one for each component, found"
                f" {len(self.elements)}"
            )

    def polynomial(self, value: Value) -> Any:
        """The combination, an element of the space."""
        total = self.space.zero
        for coefficient, element in zip(vector_value(self.variable, value), self.elements, strict=True):
            total += element * coefficient
        return total

    def sample(self, points: Sequence[Point]) -> SampledLinear:
        """Row i: the values of all f_k at point i."""
        return SampledLinear([[self.space.evaluate(element, point) for element in self.elements] for point in points])


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
