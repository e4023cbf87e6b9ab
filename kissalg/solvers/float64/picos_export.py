"""Exact models as PICOS problems, and CVXOPT as an engine in float64.

A second opinion on our modelling, by software that shares nothing with ours. PICOS and CVXOPT, the extra
``kissalg[picos]``, are under the GPL: they are imported when they are called, and nothing in kissalg needs them.

Main definitions: `to_picos`, `PicosExport`, `solve_rows`.

Sources: Sagnol and Stahlberg, PICOS: A Python interface to conic optimization solvers, J. Open Source Software 7
(2022); Andersen, Dahl and Vandenberghe, CVXOPT: Convex optimization.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from kissalg.errors import ParameterError, SolverError
from kissalg.sdp.inequalities import InequalityModel
from kissalg.sdp.model import FreeVariable, Model, PsdVariable, Variable
from kissalg.sdp.sdpa import SdpaProblem
from kissalg.solvers.float64.row_program import (
    Floats,
    RawSolution,
    RowProgram,
    Sparse,
    count_entries,
    row_program,
    sdpa_program,
)
from kissalg.solvers.float64.sampled import sampled
from kissalg.solvers.status import Status

__all__ = ["PicosExport", "require_picos", "solve_rows", "to_picos"]

_ATTAINABLE = 1e-6  # tolerances that CVXOPT meets at degenerate optima, too


def require_picos() -> Any:
    """Import picos, after cvxopt.

    Returns:
        The module picos.

    Raises:
        ParameterError: it is not installed.
    """
    try:
        importlib.import_module("cvxopt")
        return importlib.import_module("picos")
    except ImportError as error:
        raise ParameterError(
            f"PICOS and CVXOPT are needed for this, and {error.name} is not installed: pip install 'kissalg[picos]'"
        ) from error


@dataclass(frozen=True, repr=False)
class PicosExport:
    """A program as a PICOS problem.

    Attributes:
        problem: the `picos.Problem`, in float64; solve it with any solver that PICOS has.
        variables: its variables, by the names of the model.
        equations: the constraint made of all equations of the program; None if there are none.
        inequalities: the constraint made of all its inequalities; None if there are none.
        program: the arrays it was made of.
    """

    problem: Any
    variables: Mapping[str, Any]
    equations: Any
    inequalities: Any
    program: RowProgram
    _scales: Floats

    def __repr__(self) -> str:
        rows = len(self._scales)
        return f"PicosExport({len(self.variables)} variables, {rows} rows; problem, variables)"

    def vector(self) -> Floats:
        """The unknowns of the rows, from the values of the PICOS variables; zero if there is no value."""
        found = np.zeros(self.program.unknowns)
        for variable in self.program.variables:
            value = self.variables[variable.name].value
            if value is None:
                return np.zeros(self.program.unknowns)
            table = np.array(value, dtype=np.float64).reshape((-1, 1)) if np.isscalar(value) else np.array(value)
            part = table[np.tril_indices(variable.size)] if isinstance(variable, PsdVariable) else table[:, 0]
            begin = self.program.start[variable.name]
            found[begin : begin + count_entries(variable)] = part
        return found

    def multipliers(self) -> Floats:
        """One number for each row of the program, equations first; zero if the solver returned no dual solution."""
        parts = []
        for constraint, count in (
            (self.equations, self.program.equations.shape[0]),
            (self.inequalities, self.program.inequalities.shape[0]),
        ):
            dual = None if constraint is None else constraint.dual
            parts.append(np.zeros(count) if dual is None else np.array(dual, dtype=np.float64).reshape(-1))
        return np.concatenate(parts) * self._scales


def to_picos(model: Model | InequalityModel | SdpaProblem) -> PicosExport:
    """An exact model as a PICOS problem in float64.

    Of a `Model` with identities of polynomials the sampled form is exported, in bases that are orthonormal at the
    sample points: its PSD variables are congruent to the model's, X = M Y Mᵀ, and the optimal value is that of the
    model without the constant of its objective. Of an `SdpaProblem` the program (D) is exported, as a minimum (of minus
    its objective).

    Args:
        model: a model with identities, a program given by rows, or a program in SDPA form.

    Returns:
        The PICOS problem, with its variables and constraints by name.

    Raises:
        ParameterError: PICOS is not installed.

    >>> from kissalg.families.delsarte.model import delsarte
    >>> exported = to_picos(delsarte(8, "1/2", 3))
    >>> status = exported.problem.solve(solver="cvxopt").primalStatus
    >>> status, round(1 + exported.problem.value)
    ('optimal', 240)
    """
    if isinstance(model, SdpaProblem):
        return _export(sdpa_program(model))
    return _export(row_program(sampled(model).rows if isinstance(model, Model) else model))


def _export(program: RowProgram) -> PicosExport:
    picos = require_picos()
    problem = picos.Problem()
    variables = {v.name: _variable(picos, v) for v in program.variables}
    for variable in program.variables:
        if isinstance(variable, PsdVariable):
            problem.add_constraint(variables[variable.name] >> 0)
        elif not isinstance(variable, FreeVariable):
            problem.add_constraint(variables[variable.name] >= 0)
    scales: list[Floats] = []
    parts: list[Any] = []
    for matrix, right, equal in (
        (program.equations, program.equation_right, True),
        (program.inequalities, program.inequality_right, False),
    ):
        scale = _row_scales(matrix)
        scales.append(scale)
        left = _product(picos, program, variables, matrix.multiply(scale[:, None]).tocsc())
        if left is None:
            parts.append(None)
            continue
        bound = picos.Constant("b" if equal else "l", (right * scale).tolist(), (len(right), 1))
        parts.append(problem.add_constraint(left == bound if equal else left >= bound))
    objective = _product(picos, program, variables, _as_row(program.objective))
    problem.set_objective("min", picos.Constant(0.0) if objective is None else objective)
    equations, inequalities = parts
    return PicosExport(problem, variables, equations, inequalities, program, np.concatenate(scales))


def _variable(picos: Any, variable: Variable) -> Any:
    if isinstance(variable, PsdVariable):
        return picos.SymmetricVariable(variable.name, variable.size)
    return picos.RealVariable(variable.name, (variable.length, 1))


def _row_scales(matrix: Sparse) -> Floats:
    """Powers of two that bring the largest entry of each row near 1: CVXOPT does not scale by itself."""
    if not matrix.shape[0]:
        return np.zeros(0)
    largest = np.asarray(abs(matrix).max(axis=1).todense()).reshape(-1)
    scales: Floats = 2.0 ** -np.floor(np.log2(np.where(largest > 0, largest, 1.0)))
    return scales


def _as_row(vector: Floats) -> Sparse:
    return sparse.csc_matrix(vector[None, :])


def _product(picos: Any, program: RowProgram, variables: Mapping[str, Any], matrix: Sparse) -> Any:
    """Matrix · x as an affine expression in the PICOS variables; None if it is zero or has no rows."""
    parts = []
    for variable in program.variables:
        begin = program.start[variable.name]
        columns = matrix[:, begin : begin + count_entries(variable)].tocoo()
        if not columns.nnz:
            continue
        places = np.arange(count_entries(variable))
        length = count_entries(variable)
        if isinstance(variable, PsdVariable):  # the lower triangle, by rows, within the columns of the whole matrix
            i, j = np.tril_indices(variable.size)
            places, length = i + j * variable.size, variable.size**2
        table = _sparse(columns.data, columns.row, places[columns.col], (matrix.shape[0], length))
        constant = picos.Constant(f"A[{variable.name}]", table)
        parts.append(constant * variables[variable.name].vec)
    return picos.sum(parts) if parts else None


def _sparse(data: Floats, rows: Floats, columns: Floats, shape: tuple[int, int]) -> Any:
    cvxopt = importlib.import_module("cvxopt")
    return cvxopt.spmatrix(data.tolist(), rows.tolist(), columns.tolist(), shape)


def solve_rows(program: RowProgram, *, gap: float, residual: float, max_iterations: int) -> RawSolution:
    """Solve a program given by rows with PICOS and CVXOPT.

    Where CVXOPT fails at the tolerances asked for, it is run again with 1e-6 in the place of smaller ones; the message
    says so.

    Args:
        program: the program.
        gap: the tolerance of the duality gap, absolute and relative.
        residual: the tolerance of the residuals, absolute and relative.
        max_iterations: give up after this many iterations.

    Returns:
        The result; zeros in the place of vectors that are not finite.

    Raises:
        ParameterError: PICOS is not installed.
        SolverError: PICOS or CVXOPT failed.
    """
    first = gap, residual
    second = max(gap, _ATTAINABLE), max(residual, _ATTAINABLE)
    try:
        found = _attempt(program, *first, max_iterations)
    except SolverError:
        if second == first:
            raise
        found = None
    if found is None or (found.status in (Status.STALLED, Status.ITERATION_LIMIT) and second != first):
        again = _attempt(program, *second, max_iterations)
        if found is None or again.status is Status.OPTIMAL:
            return replace(
                again, message=f"{again.message}, to {second[0]:.0e} only: below that CVXOPT ran out of digits"
            )
    return found


def _attempt(program: RowProgram, gap: float, residual: float, max_iterations: int) -> RawSolution:
    """One run of CVXOPT.

    PICOS repeats it with another solver of linear systems if the first one meets a singular matrix, as happens near
    degenerate optima.
    """
    exported = _export(program)
    picos = require_picos()
    options = {
        f"{kind}_{what}_tol": tolerance
        for kind in ("abs", "rel")
        for what, tolerance in (("prim_fsb", residual), ("dual_fsb", residual), ("ipm_opt", gap))
    }
    try:
        result = exported.problem.solve(
            solver="cvxopt", primals=None, duals=None, max_iterations=max_iterations, **options
        )
    except (ArithmeticError, ValueError, picos.SolutionFailure) as error:
        raise SolverError(
            f"CVXOPT failed on this program at a gap of {gap:.0e} ({error}): it came nearer to the boundary of the "
            "cone than double precision carries. Ask for less, or take clarabel, or our own solver"
        ) from error
    details = result.info.get("cvxopt_sol", {})
    iterations = int(details.get("iterations", 0))
    status = _STATUSES.get(str(result.problemStatus)) or _status(str(result.primalStatus), iterations, max_iterations)
    vector = exported.vector()
    multipliers = exported.multipliers()
    if not (np.all(np.isfinite(vector)) and np.all(np.isfinite(multipliers))):
        status, vector, multipliers = Status.STALLED, np.zeros(len(vector)), np.zeros(len(multipliers))
    places = list(program.places)
    message = f"PICOS with CVXOPT: {result.claimedStatus}"
    return RawSolution(status, vector, multipliers[places], iterations, message)


_STATUSES = {"infeasible": Status.INFEASIBLE, "unbounded": Status.UNBOUNDED}


def _status(primal: str, iterations: int, max_iterations: int) -> Status:
    if primal == "optimal":
        return Status.OPTIMAL
    return Status.ITERATION_LIMIT if iterations >= max_iterations else Status.STALLED
