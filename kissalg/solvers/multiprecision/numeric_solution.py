"""From the point at which a run ends to the solution that the user gets, in the basis of the exact model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import fmpq

from kissalg.sdp.model import Model, Point
from kissalg.solvers.multiprecision.constraint_maps import total
from kissalg.solvers.multiprecision.interior_point import State, rounded
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.problem import FreeBlock, NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.settings import Settings
from kissalg.solvers.solution import BinaryMatrix, NumericSolution
from kissalg.solvers.status import Status

__all__ = ["numeric_solution", "rational"]


def numeric_solution(
    model: Model,
    points: Mapping[str, Sequence[Point]],
    problem: NumericProblem,
    state: State,
    *,
    status: Status,
    gap: float | None,
    bits: int,
    seconds: float,
    settings: Settings,
    message: str,
) -> NumericSolution:
    """The solution at a point, with all values in the basis of the model.

    Args:
        model: the exact model.
        points: the sample points of each identity.
        problem: the numerical problem, at the precision of the set-up.
        state: the point, in the coordinates of `problem`.
        status: how the run ended.
        gap: the relative gap of the last iteration; None where it is to be computed from the two objectives.
        bits: the precision of the last iteration.
        seconds: the time of the whole run.
        settings: the settings of the run.
        message: one sentence for the user.

    Returns:
        The solution, whose objectives are exact values of its entries.
    """
    primal = rational(problem.constant)
    dual = primal + total(problem.engine, problem.right, state.y)
    values = {}
    for b in problem.psd:
        x = state.x[b.name]
        if b.cost is not None:
            primal += total(problem.engine, b.cost, x)
        wide = Engine(max(b.back.length, problem.engine.length) * BASE_BITS)
        values[b.name] = _binary(wide.symmetrised(wide.matmul(wide.matmul(b.back.transpose(), x), b.back)))
    columns: tuple[VectorBlock | FreeBlock, ...] = (*problem.vectors, *problem.free)
    for v in columns:
        primal += total(problem.engine, v.cost, state.x[v.name])
        values[v.name] = _binary(problem.engine.combine((v.unit, state.x[v.name])))
    if gap is None:
        gap = rounded(abs(primal - dual) / max(Fraction(1), abs(primal), abs(dual)))
    return NumericSolution(
        problem=model,
        status=status,
        values=values,
        points=points,
        multipliers=_binary(problem.engine.hadamard(problem.units, state.y)),
        primal_objective=fmpq(primal.numerator, primal.denominator),
        dual_objective=fmpq(dual.numerator, dual.denominator),
        gap=gap,
        strictly_feasible=state.solved,
        iterations=state.index,
        bits=bits,
        seconds=seconds,
        settings=settings,
        message=message,
    )


def rational(value: fmpq) -> Fraction:
    """A rational number of FLINT as one of the standard library."""
    return Fraction(int(value.p), int(value.q))


def _binary(a: Matrix) -> BinaryMatrix:
    return BinaryMatrix(tuple(tuple(row) for row in a.to_integers()), BASE_BITS * a.exponent)
