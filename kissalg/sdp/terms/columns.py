"""The terms of generic semidefinite programs, whose equations are given by numbers instead of polynomials.

Main definitions: `MatrixCoefficients` (<A_k, X>, k = 1, 2, …), `VectorCoefficients` (Σ_j a_kj x_j).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.algebra.spaces import Space
from kissalg.errors import ExactnessError
from kissalg.sdp.model import FreeVariable, NonnegativeVariable, Point, PsdVariable, Term, Value
from kissalg.sdp.samples import SampledLinear, SampledMatrices, SparseMatrix
from kissalg.sdp.spaces import CoordinateSpace
from kissalg.sdp.terms.values import matrix_value, vector_value

__all__ = ["MatrixCoefficients", "VectorCoefficients"]


@dataclass(frozen=True, eq=False)
class MatrixCoefficients(Term):
    """The column of the numbers <A_k, X>, with sparse symmetric matrices A_k; k is a coordinate of the space.

    Raises:
        ExactnessError: if there is not one matrix for each coordinate, or an entry is out of range, below the diagonal,
            or given twice.

    >>> term = MatrixCoefficients(PsdVariable("X", 2), CoordinateSpace(1), (((0, 1, fmpq(1)),),))
    >>> term.polynomial(fmpq_mat([[1, 3], [3, 2]])).entries()
    [6]
    """

    variable: PsdVariable
    space: CoordinateSpace
    matrices: tuple[SparseMatrix, ...]

    def __post_init__(self) -> None:
        if len(self.matrices) != self.space.dimension:
            raise ExactnessError(
                f"{self.variable.name}: expected {self.space.dimension} matrices, found {len(self.matrices)}"
            )
        for k, entries in enumerate(self.matrices):
            if any(not 0 <= i <= j < self.variable.size for i, j, _ in entries):
                raise ExactnessError(
                    f"{self.variable.name}: matrix {k} has an entry out of range or below the diagonal"
                )
            if len({(i, j) for i, j, _ in entries}) != len(entries):
                raise ExactnessError(f"{self.variable.name}: matrix {k} has two entries at one place")

    def polynomial(self, value: Value) -> fmpq_mat:
        """The column of all <A_k, value>."""
        matrix = matrix_value(self.variable, value)
        return self.space.from_coefficients(SampledMatrices(self.variable.size, self.matrices).values(matrix))

    def entries(self, space: Space[Any]) -> Iterator[tuple[int, int, int, fmpq]]:
        """The entries of the matrices."""
        for k, matrix in enumerate(self.matrices):
            yield from ((k, j, i, value if i == j else 2 * value) for i, j, value in matrix if value != 0)

    def sample(self, points: Sequence[Point]) -> SampledMatrices:
        """The matrices of the coordinates that the points name."""
        return SampledMatrices(self.variable.size, tuple(self.matrices[self.space.index(p)] for p in points))


@dataclass(frozen=True, eq=False)
class VectorCoefficients(Term):
    """The column of the numbers Σ_j rows[k][j] x_j, for a nonnegative or free vector x.

    Rows are given by their nonzero entries.

    Raises:
        ExactnessError: if there is not one row for each coordinate, or an entry is out of range.

    >>> term = VectorCoefficients(FreeVariable("t", 2), CoordinateSpace(1), ({1: fmpq(3)},))
    >>> term.polynomial([fmpq(5), fmpq(7)]).entries()
    [21]
    """

    variable: NonnegativeVariable | FreeVariable
    space: CoordinateSpace
    rows: tuple[dict[int, fmpq], ...]

    def __post_init__(self) -> None:
        if len(self.rows) != self.space.dimension:
            raise ExactnessError(f"{self.variable.name}: expected {self.space.dimension} rows, found {len(self.rows)}")
        for k, row in enumerate(self.rows):
            if any(not 0 <= j < self.variable.length for j in row):
                raise ExactnessError(f"{self.variable.name}: row {k} has an entry out of range")

    def polynomial(self, value: Value) -> fmpq_mat:
        """The column of all sums."""
        vector = vector_value(self.variable, value)
        return self.space.from_coefficients(
            [sum((c * vector[j] for j, c in row.items()), fmpq(0)) for row in self.rows]
        )

    def entries(self, space: Space[Any]) -> Iterator[tuple[int, int, int, fmpq]]:
        """The entries of the rows."""
        for k, row in enumerate(self.rows):
            yield from ((k, j, 0, value) for j, value in row.items() if value != 0)

    def sample(self, points: Sequence[Point]) -> SampledLinear:
        """The rows of the coordinates that the points name."""
        zero = fmpq(0)
        found = [self.rows[self.space.index(point)] for point in points]
        return SampledLinear([[row.get(j, zero) for j in range(self.variable.length)] for row in found])
