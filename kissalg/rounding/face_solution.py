"""Exact solutions on a face of the cone: X = B Y Bᵀ with Y positive definite, over a number field.

Main definitions: `FaceMatrix`, `FaceSolution`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flint import fmpq

from kissalg.exact.number_field import FieldElement, FieldMatrix, NumberField
from kissalg.rounding.proved import ProvedMatrix
from kissalg.sdp.model import Model
from kissalg.solvers.solution import NumericSolution

__all__ = ["FaceMatrix", "FaceSolution"]


@dataclass(frozen=True, repr=False)
class FaceMatrix:
    """X = B (squares + 2^-shift I + A) Bᵀ over a number field; B = None is the identity.

    Attributes:
        basis: B, size x rank, or None.
        squares: the dyadic part with its shift.
        correction: the entries of A on and below the diagonal.
    """

    size: int
    basis: FieldMatrix | None
    squares: ProvedMatrix
    correction: Mapping[tuple[int, int], FieldElement] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """The size of the matrix in the middle."""
        return self.squares.size

    def middle(self, number_field: NumberField) -> FieldMatrix:
        """Y = squares + 2^-shift I + A."""
        value = FieldMatrix.rational(number_field, self.squares.value())
        for (i, j), entry in self.correction.items():
            for part, coefficient in zip(value.parts, entry.coefficients, strict=True):
                part[i, j] += coefficient
                if i != j:
                    part[j, i] += coefficient
        return value

    def value(self, number_field: NumberField) -> FieldMatrix:
        """X, exactly."""
        middle = self.middle(number_field)
        return middle if self.basis is None else self.basis * middle * self.basis.transpose()

    def is_proved(self, bits: int = 64) -> bool:
        """Whether every absolute row sum of A is certainly at most 2^-shift."""
        if self.squares.shift is None:
            return not self.correction
        sums = [fmpq(0)] * self.rank
        precision = bits + max(0, self.squares.shift)
        for (i, j), entry in self.correction.items():
            size = max(entry.upper(precision), (-entry).upper(precision))
            for index in {i, j}:
                sums[index] += size
        return all(total <= fmpq(2) ** -self.squares.shift for total in sums)


@dataclass(frozen=True, repr=False)
class FaceSolution:
    """An exact solution, on a face or in the interior.

    Every equation holds over the field, every matrix is positive semidefinite.

    Attributes:
        problem: the model.
        field: the number field of the solution.
        psd, vectors: the values of the variables.
        objective: the exact value, an element of the field.
        tolerance: the rounding of the dyadic parts, in bits after the point.
        denominator_bits: the size of the largest common denominator of a correction or a basis.
    """

    problem: Model
    field: NumberField
    psd: Mapping[str, FaceMatrix]
    vectors: Mapping[str, tuple[FieldElement, ...]]
    objective: FieldElement
    tolerance: int
    denominator_bits: int
    solution: NumericSolution

    @property
    def ranks(self) -> dict[str, tuple[int, int]]:
        """For each PSD variable its size and its rank on the face."""
        return {name: (matrix.size, matrix.rank) for name, matrix in self.psd.items()}

    def __repr__(self) -> str:
        return (
            f"FaceSolution({self.problem.theorem}, objective {self.objective} in {self.field}, "
            f"denominators of at most {self.denominator_bits} bits)"
        )
