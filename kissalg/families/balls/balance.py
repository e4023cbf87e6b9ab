"""Average kissing numbers from double precision to exact: what scaling restores, then the repair of matrices.

Main definition: `balanced_repairs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from flint import fmpq

from kissalg.errors import RoundingError
from kissalg.families.balls.local import LocalProgram, WeightsProblem, dyadic_gegenbauer
from kissalg.rounding.repair import RepairedSolution, repair
from kissalg.solvers.float64 import Float64Solution
from kissalg.solvers.solution import BinaryMatrix
from kissalg.solvers.status import Status

__all__ = ["balanced_repairs"]

_REPAIR_BITS = 16


def balanced_repairs(solution: Float64Solution, problem: WeightsProblem) -> Iterator[RepairedSolution]:
    """Repaired solutions, each with more slack in the conditions that scaling restores, and less in the others.

    No repair can promise that what holds at the samples holds between them.

    Raises:
        RoundingError: if the solution is not optimal, or not close to one that can be repaired.
    """
    if solution.status is not Status.OPTIMAL:
        raise RoundingError(
            f"only an optimal solution can be repaired; this run ended as {solution.status.value}: {solution.message}"
        )
    # the errors of the repair are to be far below the margins
    tolerance = int(problem.programs[0].scale / problem.margin).bit_length() + _REPAIR_BITS
    # the rounding may cost part of what the balance gained
    for slack in (problem.margin / 64, problem.margin / 8, problem.margin):
        values: dict[str, BinaryMatrix] = {}
        grow = _growth(problem, solution.values, slack)
        for program in problem.programs:
            values |= _balanced(program, solution.values, grow, slack)
        yield repair(replace(solution, values=values), values, tolerance)


def _growth(problem: WeightsProblem, values: Mapping[str, BinaryMatrix], slack: fmpq) -> fmpq:
    """The factor that makes all the weights large enough."""
    sums = []
    for total in problem.covers:
        entries = (
            (fmpq(values[v].entries[i][j]) * fmpq(2) ** values[v].exponent * c) for (v, i, j), c in total.items()
        )
        sums.append(sum(entries, fmpq(0)))
    if min(sums) <= 0:
        raise RoundingError("the weights of a contact are not positive: solve with a larger margin")
    return max(fmpq(1), 2 * (1 + slack) / min(sums))


def _balanced(
    program: LocalProgram, values: Mapping[str, BinaryMatrix], grow: fmpq, slack: fmpq
) -> dict[str, BinaryMatrix]:
    """The numbers t, w, F_k and s_ef of the theorem, with the two conditions that scaling can restore.

    If all of them are multiplied by c >= 1, the weights grow; if F_k and s_ef are divided by c and t is multiplied by
    it, the matrix [[t, wᵀ], [w, F_0]] stays positive semidefinite, and the diagonals F_pp(1) shrink relative to the
    weights.
    """
    border = values[f"{program.prefix}F0"]
    weights = [fmpq(row[0]) * fmpq(2) ** border.exponent for row in border.entries[1:]]
    diagonals = [fmpq(0)] * len(weights)
    for k in range(program.degree + 1):
        name, skip = f"{program.prefix}F{k}", int(k == 0)
        matrix = values[name]
        at_one = dyadic_gegenbauer(program.n, k)(1) * fmpq(2) ** matrix.exponent / program.factor(name)
        diagonals = [total + at_one * matrix.entries[p + skip][p + skip] for p, total in enumerate(diagonals)]
    if min(weights) <= 0:
        raise RoundingError("a weight is not positive: solve with a larger margin")
    shrink = max(fmpq(1), max(total * (1 + slack) / w for total, w in zip(diagonals, weights, strict=True)))
    result = {name: _times(values[name], grow / shrink / program.factor(name)) for name in program.names()}
    rows = [list(row) for row in result[f"{program.prefix}F0"].entries]
    for p, entry in enumerate(_times(BinaryMatrix((border.entries[0],), border.exponent), grow).entries[0]):
        rows[0][p] = rows[p][0] = entry
    rows[0][0] = int((fmpq(border.entries[0][0]) * grow * shrink * program.scale).ceil())
    result[f"{program.prefix}F0"] = BinaryMatrix(tuple(map(tuple, rows)), border.exponent)
    return result


def _times(matrix: BinaryMatrix, factor: fmpq) -> BinaryMatrix:
    entries = tuple(tuple(int((entry * factor).floor()) for entry in row) for row in matrix.entries)
    return BinaryMatrix(entries, matrix.exponent)
