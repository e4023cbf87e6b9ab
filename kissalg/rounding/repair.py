"""From double precision to positive semidefinite matrices: the repair of a sampled program.

A program with inequalities only needs no correction of identities: every matrix is shifted until it is positive
definite and replaced by squares with dyadic entries, and the multipliers of the inequalities are rounded up. The
inequalities hold with a margin at the samples, and both changes are far below the margin; whether they hold everywhere
is for the kernel to prove.

Main definitions: `RepairedSolution`, `repair`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kissalg.errors import RoundingError
from kissalg.rounding.interior import DyadicVector
from kissalg.rounding.proved import ProvedMatrix, dyadic_cholesky
from kissalg.sdp.model import NonnegativeVariable
from kissalg.solvers.float64 import Float64Solution
from kissalg.solvers.solution import BinaryMatrix

__all__ = ["RepairedSolution", "repair"]

_FINEST = 60


@dataclass(frozen=True, repr=False)
class RepairedSolution:
    """Exact values of variables: the matrices with their proofs, the vectors with their signs."""

    psd: Mapping[str, ProvedMatrix]
    vectors: Mapping[str, DyadicVector]
    shifts: Mapping[str, int]
    tolerance: int
    solution: Float64Solution

    def __repr__(self) -> str:
        return f"RepairedSolution({len(self.psd)} matrices, tolerance 2^-{self.tolerance})"


def repair(solution: Float64Solution, names: Collection[str], tolerance: int) -> RepairedSolution:
    """Positive semidefinite matrices near the numerical ones, for the named variables.

    They differ by about 2^-tolerance, or by the least eigenvalue if that is negative.

    Args:
        solution: in double precision.
        names: of the variables that are wanted.
        tolerance: of the entries, in bits after the point.

    Raises:
        RoundingError: if a matrix is so far from positive semidefinite that its repair would change it by more than
            2^-16.
    """
    psd: dict[str, ProvedMatrix] = {}
    vectors: dict[str, DyadicVector] = {}
    shifts: dict[str, int] = {}
    for variable in solution.problem.variables:
        if variable.name not in names:
            continue
        matrix = solution.values[variable.name]
        if isinstance(variable, NonnegativeVariable):
            vectors[variable.name] = _rounded_up(matrix, tolerance)
        else:
            psd[variable.name], shifts[variable.name] = _squares(variable.name, matrix, tolerance)
    return RepairedSolution(psd, vectors, shifts, tolerance, solution)


def _squares(name: str, matrix: BinaryMatrix, tolerance: int) -> tuple[ProvedMatrix, int]:
    """The squares of X + 2^-s I for the least shift that makes X positive definite beyond the tolerance.

    The exponent s is at least 16.
    """
    for shift in range(min(tolerance, _FINEST), 15, -1):
        added = 1 << (-matrix.exponent - shift)
        moved = [[v + added if i == j else v for j, v in enumerate(row)] for i, row in enumerate(matrix.entries)]
        try:
            return dyadic_cholesky(BinaryMatrix(tuple(map(tuple, moved)), matrix.exponent), tolerance), shift
        except RoundingError:
            continue
    raise RoundingError(f"{name} is not positive semidefinite, not even up to 2^-16: solve with a smaller gap")


def _rounded_up(matrix: BinaryMatrix, tolerance: int) -> DyadicVector:
    drop = -matrix.exponent - tolerance
    return DyadicVector(tuple(max(0, -(-row[0] >> drop)) for row in matrix.entries), tolerance)
