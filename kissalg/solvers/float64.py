"""Semidefinite programs given by rows, in double precision, by Clarabel.

The right engine for problems that hold with a margin: their solutions are repaired exactly and proved afterwards, so that seven digits are
enough, and there are too many rows for a dense Schur complement.

Main definitions: `Float64Settings`, `Float64Solution`, `solve_float64`.

Source: Goulart and Chen, Clarabel: An interior-point solver for conic programs with quadratic objectives (2024).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import clarabel
import numpy as np
from flint import fmpq
from scipy import sparse

from kissalg.errors import ParameterError
from kissalg.sdp.inequalities import Entry, InequalityModel
from kissalg.sdp.model import NonnegativeVariable
from kissalg.solvers.solution import BinaryMatrix
from kissalg.solvers.status import Status

__all__ = ["Float64Settings", "Float64Solution", "solve_float64"]

_UNIT = 100  # values are kept in units of 2^-100, which loses nothing of a double above 2^-47


@dataclass(frozen=True)
class Float64Settings:
    """Frozen settings of the double-precision engine."""

    gap: float = 1e-8
    """Stop when the duality gap and the residuals are below this, relatively."""
    max_iterations: int = 200
    """Give up after this many iterations."""
    seconds: float = float("inf")
    """Give up after this time."""

    def __post_init__(self) -> None:
        if not 0 < self.gap < 1 or self.max_iterations < 1 or self.seconds <= 0:
            raise ParameterError("expected 0 < gap < 1, max_iterations >= 1 and seconds > 0")


@dataclass(frozen=True, repr=False)
class Float64Solution:
    """A numerical solution of an `InequalityModel`. It proves nothing.

    Attributes:
        problem: the exact model.
        status: OPTIMAL (possibly at a lower accuracy than asked for: the message says so), INFEASIBLE, UNBOUNDED, STALLED or ITERATION_LIMIT.
        values: for each variable its value; the exact values of the doubles, to 2^-100.
        objective: the value of the objective.
        iterations, seconds, message: the cost, and one sentence for the user.
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
        return f"Float64Solution({self.status.value}, objective {shown}, {self.iterations} iterations, {self.seconds:.1f} s)"


class _Layout:
    """Where the entries of the variables stand in the vector of unknowns: lower triangles by rows, one variable after the other."""

    def __init__(self, model: InequalityModel) -> None:
        self.start: dict[str, int] = {}
        self.length = 0
        self.vectors = {variable.name for variable in model.variables if isinstance(variable, NonnegativeVariable)}
        for variable in model.variables:
            self.start[variable.name] = self.length
            order = variable.order
            self.length += order if variable.name in self.vectors else order * (order + 1) // 2

    def column(self, entry: Entry) -> int:
        name, i, j = entry
        return self.start[name] + (i if name in self.vectors else i * (i + 1) // 2 + j)


def solve_float64(model: InequalityModel, settings: Float64Settings | None = None) -> Float64Solution:
    """Solve a sampled program in double precision.

    >>> from kissalg.bounds.average_kissing import average_kissing
    >>> from kissalg.bounds.mesh import step_mesh
    >>> solve_float64(average_kissing(3, 8, step_mesh("1/4", 3))).status
    <Status.OPTIMAL: 'optimal'>
    """
    settings = settings or Float64Settings()
    begin = time.perf_counter()
    layout = _Layout(model)
    matrix, right, cones = _cones(model, layout)
    objective = np.zeros(layout.length)
    for entry, coefficient in model.objective.items():
        objective[layout.column(entry)] = _double(coefficient)
    options = clarabel.DefaultSettings()
    options.verbose = False
    options.max_iter = settings.max_iterations
    options.time_limit = settings.seconds
    options.equilibrate_max_iter = 50
    options.equilibrate_min_scaling, options.equilibrate_max_scaling = 1e-6, 1e6
    options.tol_gap_abs = options.tol_gap_rel = options.tol_feas = settings.gap
    nothing = sparse.csc_matrix((layout.length, layout.length))
    result = clarabel.DefaultSolver(nothing, objective, matrix, right, cones, options).solve()
    vector = np.asarray(result.x)
    status = _STATUS.get(str(result.status), Status.STALLED)
    if not np.all(np.isfinite(vector)):
        status, vector = Status.STALLED, np.zeros(layout.length)
    return Float64Solution(
        problem=model,
        status=status,
        values=_values(model, layout, vector),
        objective=_exact(float(objective @ vector)),
        iterations=int(result.iterations),
        seconds=time.perf_counter() - begin,
        message=f"Clarabel: {result.status}",
    )


_STATUS = {
    "Solved": Status.OPTIMAL,
    "AlmostSolved": Status.OPTIMAL,
    "PrimalInfeasible": Status.INFEASIBLE,
    "AlmostPrimalInfeasible": Status.INFEASIBLE,
    "DualInfeasible": Status.UNBOUNDED,
    "AlmostDualInfeasible": Status.UNBOUNDED,
    "MaxIterations": Status.ITERATION_LIMIT,
    "MaxTime": Status.ITERATION_LIMIT,
}


def _cones(model: InequalityModel, layout: _Layout) -> tuple[sparse.csc_matrix, np.ndarray, list[object]]:
    """Clarabel's form: right - matrix · x in a product of cones."""
    columns: list[int] = []
    data: list[float] = []
    counts: list[int] = []
    right: list[float] = []
    known: dict[int, list[int]] = {}
    rows = sorted(model.rows, key=lambda row: not row.equality)  # equations first
    equations = sum(row.equality for row in rows)
    for row in rows:
        if id(row.entries) not in known:
            known[id(row.entries)] = [layout.column(entry) for entry in row.entries]
        columns += known[id(row.entries)]
        data += [-_double(coefficient) for coefficient in row.coefficients]
        counts.append(len(row.entries))
        right.append(-_double(row.bound))
    cones: list[object] = []
    nonnegative = len(counts) - equations
    for variable in model.variables:
        if isinstance(variable, NonnegativeVariable):
            start = layout.start[variable.name]
            columns += range(start, start + variable.length)
            data += [-1.0] * variable.length
            counts += [1] * variable.length
            nonnegative += variable.length
    cones += [clarabel.ZeroConeT(equations), clarabel.NonnegativeConeT(nonnegative)]
    root = float(np.sqrt(2.0))
    for variable in model.variables:
        if not isinstance(variable, NonnegativeVariable):
            # upper triangle by columns, which is the lower triangle by rows; off the diagonal times √2
            for i in range(variable.size):
                for j in range(i + 1):
                    columns.append(layout.column((variable.name, i, j)))
                    data.append(-1.0 if i == j else -root)
                    counts.append(1)
            cones.append(clarabel.PSDTriangleConeT(variable.size))
    pointers = np.concatenate([[0], np.cumsum(counts)])
    matrix = sparse.csr_matrix((data, columns, pointers), shape=(len(counts), layout.length))
    vector = np.zeros(len(counts))
    vector[: len(right)] = right
    return matrix.tocsc(), vector, cones


def _values(model: InequalityModel, layout: _Layout, vector: np.ndarray) -> dict[str, BinaryMatrix]:
    values = {}
    for variable in model.variables:
        integers = [round(float(x) * 2.0**_UNIT) for x in vector[layout.start[variable.name] :][: _length(variable)]]
        if isinstance(variable, NonnegativeVariable):
            values[variable.name] = BinaryMatrix(tuple((value,) for value in integers), -_UNIT)
            continue
        rows = range(variable.size)
        full = tuple(tuple(integers[max(i, j) * (max(i, j) + 1) // 2 + min(i, j)] for j in rows) for i in rows)
        values[variable.name] = BinaryMatrix(full, -_UNIT)
    return values


def _length(variable: object) -> int:
    if isinstance(variable, NonnegativeVariable):
        return variable.length
    order: int = variable.size  # type: ignore[attr-defined]  # a PsdVariable
    return order * (order + 1) // 2


def _double(value: fmpq) -> float:
    return int(value.p) / int(value.q)


def _exact(value: float) -> fmpq:
    return fmpq(round(value * 2.0**_UNIT), 1 << _UNIT)
