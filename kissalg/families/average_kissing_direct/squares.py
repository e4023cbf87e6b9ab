"""Functions of positive type from a numerical solution to exact ones.

The inequalities between univariate polynomials hold strictly at a point in the interior of the cone, so that rounding
its matrices to dyadic squares finely enough leaves them true; no identity has to be restored. Whether they hold is
for the kernel to prove.

Main definitions: `DirectSquares`, `direct_squares`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpz

from kissalg.errors import RoundingError
from kissalg.families.average_kissing_direct.model import DirectProblem, pair_polynomial, proved_degree
from kissalg.rounding.proved import ProvedMatrix, dyadic_cholesky
from kissalg.solvers.solution import BinaryMatrix, NumericSolution
from kissalg.solvers.status import Status

__all__ = ["DirectSquares", "direct_squares"]

_FIRST_BITS = 48
_INCREMENT = 24
_ATTEMPTS = 8


@dataclass(frozen=True, repr=False)
class DirectSquares:
    """The matrices X_0, X_1 of a certificate in the basis s^a/a!, and what they prove.

    They prove the bound if the polynomials are negative where they have to be.
    """

    problem: DirectProblem
    matrices: tuple[ProvedMatrix, ProvedMatrix]
    bound: fmpq
    tolerance: int

    def __repr__(self) -> str:
        return f"DirectSquares({self.problem.quantity}, tolerance 2^-{self.tolerance})"


def direct_squares(solution: NumericSolution, problem: DirectProblem) -> Iterator[DirectSquares]:
    """Rounded matrices, each finer than the ones before.

    Raises:
        RoundingError: if the solution is not optimal, or a matrix is not positive definite.
    """
    if solution.status is not Status.OPTIMAL:
        raise RoundingError(
            f"only an optimal solution can be rounded; this run ended as {solution.status.value}: {solution.message}"
        )
    change = problem.powers()
    numeric = [_congruent(solution.values[name], change) for name in ("X0", "X1")]
    for attempt in range(_ATTEMPTS):
        tolerance = _FIRST_BITS + attempt * _INCREMENT
        try:
            first, second = (dyadic_cholesky(matrix, tolerance) for matrix in numeric)
        except RoundingError:
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        values = (first.value(), second.value())
        pairs = [(i, j) for i in range(len(problem.radii)) for j in range(i + 1)]
        polynomials = {pair: pair_polynomial(problem.n, pair, values, problem.half) for pair in pairs}
        bound = proved_degree(polynomials, problem.radii, problem.scale)
        if bound is not None:
            yield DirectSquares(problem, (first, second), bound, tolerance)


def _congruent(matrix: BinaryMatrix, change: fmpq_mat) -> BinaryMatrix:
    """Tᵀ Y T, to as many bits after the point as Y has, or more."""
    exact = change.transpose() * fmpq_mat([[fmpq(v) for v in row] for row in matrix.entries]) * change
    extra = 64
    scaled = exact * (fmpz(1) << extra)
    entries = tuple(tuple(int(v.floor()) for v in row) for row in scaled.tolist())
    return BinaryMatrix(entries, matrix.exponent - extra)
