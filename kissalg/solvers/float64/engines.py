"""Exact models in float64, by Clarabel or by PICOS: a numerical result, of which nothing has been proved yet.

The right engine for problems that hold with a margin (`InequalityModel`): their solutions are repaired exactly and
proved afterwards, so that seven digits are enough, and there are too many rows for a dense Schur complement. For a
`Model`, solved sampled, it is a quick look and a second opinion on our modelling; such a solution can be rounded to a
certificate where its digits suffice.

Main definitions: `Float64Settings`, `Float64Solution`, `solve_float64`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import overload

from flint import fmpq

from kissalg.errors import ParameterError
from kissalg.sdp.inequalities import InequalityModel
from kissalg.sdp.model import Model
from kissalg.solvers.float64 import clarabel, picos_export
from kissalg.solvers.float64.rationals import exact
from kissalg.solvers.float64.row_program import RawSolution, RowProgram, row_program
from kissalg.solvers.float64.sampled import sampled
from kissalg.solvers.solution import BinaryMatrix, NumericSolution
from kissalg.solvers.status import Status

__all__ = ["Engine", "Float64Settings", "Float64Solution", "solve_float64"]


class Engine(StrEnum):
    """A solver in float64.

    CLARABEL: an interior-point method for sparse cone programs. PICOS: CVXOPT, called through PICOS (``pip install
    'kissalg[picos]'``), dense and hence for small problems: a check of our modelling by other people's software.
    """

    CLARABEL = "clarabel"
    PICOS = "picos"


@dataclass(frozen=True)
class Float64Settings:
    """Frozen settings of the engines in float64.

    Raises:
        ParameterError: a setting is out of its range; the message names the range.

    >>> Float64Settings(gap=1e-6).max_iterations
    200
    """

    gap: float = 1e-8
    """Stop when the duality gap is below this, absolutely or relatively, and the residuals are below `residual`."""
    residual: float = 1e-8
    """The largest residuals, relatively."""
    margin: float = 0.0
    """Only for a `Model`: its matrices are to be at least margin · identity in the solver's bases, its nonnegative
    vectors at least margin. What doubles leave of the equations is then repaired within the cone, so that the solution
    can be rounded; it costs the objective about as much.
    """
    max_iterations: int = 200
    """Give up after this many iterations."""
    seconds: float = float("inf")
    """Give up after this time (Clarabel only: CVXOPT knows no limit of time)."""

    def __post_init__(self) -> None:
        if not (0 < self.gap < 1 and 0 < self.residual < 1) or self.max_iterations < 1 or self.seconds <= 0:
            raise ParameterError("expected 0 < gap, residual < 1, max_iterations >= 1 and seconds > 0")
        if not 0 <= self.margin < 1:
            raise ParameterError(f"expected 0 <= margin < 1, found {self.margin}")


@dataclass(frozen=True, repr=False)
class Float64Solution:
    """A numerical solution of an `InequalityModel`. It proves nothing.

    Attributes:
        problem: the exact model.
        status: OPTIMAL (possibly at a lower accuracy than asked for: the message says so), INFEASIBLE, UNBOUNDED,
            STALLED or ITERATION_LIMIT.
        values: for each variable its value; the exact values of the floats, to 2^-100.
        objective: the value of the objective.
        iterations: the number of iterations.
        seconds: the wall time.
        message: one sentence for the user.
    """

    problem: InequalityModel
    status: Status
    values: Mapping[str, BinaryMatrix]
    objective: fmpq
    iterations: int
    seconds: float
    message: str

    def __repr__(self) -> str:
        shown = int(self.objective * 10**6) / 10**6
        cost = f"{self.iterations} iterations, {self.seconds:.1f} s"
        return f"Float64Solution({self.status.value}, objective {shown}, {cost})"


@overload
def solve_float64(
    model: InequalityModel, settings: Float64Settings | None = None, engine: Engine | str = Engine.CLARABEL
) -> Float64Solution: ...
@overload
def solve_float64(
    model: Model, settings: Float64Settings | None = None, engine: Engine | str = Engine.CLARABEL
) -> NumericSolution: ...
def solve_float64(
    model: InequalityModel | Model, settings: Float64Settings | None = None, engine: Engine | str = Engine.CLARABEL
) -> Float64Solution | NumericSolution:
    """Solve an exact model in float64.

    Args:
        model: a program given by rows, or a model with identities, which is sampled.
        settings: tolerances and limits; by default those of `Float64Settings`.
        engine: "clarabel" or "picos".

    Returns:
        A `Float64Solution` of a program given by rows. Of a `Model` a `NumericSolution` with 53 bits: a numerical
        result, which `kissalg.certify` rounds to a certificate if its digits suffice, and refuses if they do not.

    Raises:
        ParameterError: there is no such engine, or it is not installed.
        ExactnessError: a number of the program is 2^1024 or more, which no float holds.
        SolverError: CVXOPT failed.

    >>> from kissalg.families.average_kissing.model import average_kissing
    >>> from kissalg.families.balls.mesh import step_mesh
    >>> solve_float64(average_kissing(3, 8, step_mesh("1/4", 3))).status
    <Status.OPTIMAL: 'optimal'>
    >>> from kissalg.families.delsarte.model import delsarte
    >>> round(float(str(solve_float64(delsarte(8, "1/2", 3)).primal_objective.round())))
    240
    """
    settings = settings or Float64Settings()
    chosen = _engine(engine)
    begin = time.perf_counter()
    if isinstance(model, Model):
        problem = sampled(model)
        raw = _solve(row_program(problem.rows).with_margin(settings.margin), settings, chosen)
        return problem.solution(raw, settings.gap, settings.margin, time.perf_counter() - begin)
    program = row_program(model)
    raw = _solve(program, settings, chosen)
    return Float64Solution(
        problem=model,
        status=raw.status,
        values=program.values(raw.vector),
        objective=exact(float(program.objective @ raw.vector)),
        iterations=raw.iterations,
        seconds=time.perf_counter() - begin,
        message=raw.message,
    )


def _engine(name: Engine | str) -> Engine:
    try:
        return Engine(name)
    except ValueError as error:
        raise ParameterError(f"engine: expected one of {', '.join(e.value for e in Engine)}, found {name!r}") from error


def _solve(program: RowProgram, settings: Float64Settings, engine: Engine) -> RawSolution:
    limits = {"gap": settings.gap, "residual": settings.residual}
    if engine is Engine.PICOS:
        return picos_export.solve_rows(program, **limits, max_iterations=settings.max_iterations)
    return clarabel.solve_rows(program, **limits, max_iterations=settings.max_iterations, seconds=settings.seconds)
