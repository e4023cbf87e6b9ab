"""The conic solver Clarabel, in double precision, on programs given by rows.

Main definition: `solve_rows`.

Source: Goulart and Chen, Clarabel: An interior-point solver for conic programs with quadratic objectives (2024).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import clarabel
import numpy as np
from scipy import sparse

from kissalg.sdp.model import FreeVariable, NonnegativeVariable, PsdVariable, Variable
from kissalg.solvers.float64.row_program import Floats, RawSolution, RowProgram, Sparse, count_entries
from kissalg.solvers.status import Status

__all__ = ["solve_rows"]

_ROOT = float(np.sqrt(2.0))  # Clarabel's triangles hold the entries off the diagonal times √2

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
_DUAL = {Status.INFEASIBLE: Status.UNBOUNDED, Status.UNBOUNDED: Status.INFEASIBLE}


def solve_rows(
    program: RowProgram, *, gap: float, residual: float, max_iterations: int, seconds: float, **options: float
) -> RawSolution:
    """Solve a program given by rows with Clarabel.

    A program of equations only is given to Clarabel as its dual, whose unknowns are the multipliers: they are fewer,
    and more digits are reached. Otherwise the unknowns are the entries, and every variable is a cone.

    Args:
        program: the program, with n unknowns.
        gap: the tolerance of the duality gap, absolute and relative.
        residual: the tolerance of the residuals, relative to the data.
        max_iterations: give up after this many iterations.
        seconds: give up after this time.
        **options: further fields of `clarabel.DefaultSettings`.

    Returns:
        The result; zeros in the place of vectors that are not finite.
    """
    options = {
        "max_iter": max_iterations,
        "time_limit": seconds,
        "tol_gap_abs": gap,
        "tol_gap_rel": gap,
        "tol_feas": residual,
        **options,
    }
    return _by_multipliers(program, options) if not program.inequalities.shape[0] else _by_entries(program, options)


@dataclass(frozen=True, repr=False)
class _Result:
    """The vectors x and z of the program min costs · x, right - matrix · x = s in the cone, and its dual.

    Both are zero if one of them is not finite.
    """

    status: Status
    x: Floats
    z: Floats
    iterations: int
    message: str


def _run(costs: Floats, matrix: Sparse, right: Floats, cones: list[object], options: dict[str, Any]) -> _Result:
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    for name, value in options.items():
        setattr(settings, name, value)
    nothing = sparse.csc_matrix((len(costs), len(costs)))
    result = clarabel.DefaultSolver(nothing, costs, matrix.tocsc(), right, cones, settings).solve()
    status = _STATUS.get(str(result.status), Status.STALLED)
    x, z = np.asarray(result.x), np.asarray(result.z)
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(z))):
        status, x, z = Status.STALLED, np.zeros(len(costs)), np.zeros(len(right))
    return _Result(status, x, z, int(result.iterations), f"Clarabel: {result.status}")


def _cone(variable: Variable) -> object:
    """The dual cone of a variable: its own, but for free variables."""
    if isinstance(variable, FreeVariable):
        return clarabel.ZeroConeT(variable.length)
    if isinstance(variable, NonnegativeVariable):
        return clarabel.NonnegativeConeT(variable.length)
    return clarabel.PSDTriangleConeT(variable.size)


def _roots(variable: Variable) -> Floats:
    """The factors between the entries of a variable and Clarabel's.

    Clarabel's upper triangle by columns is the lower triangle by rows.
    """
    if not isinstance(variable, PsdVariable):
        return np.ones(variable.length)
    return np.array([1.0 if i == j else _ROOT for i in range(variable.size) for j in range(i + 1)])


def _by_multipliers(program: RowProgram, options: dict[str, Any]) -> RawSolution:
    """Max right · y, objective - equationsᵀ y in the dual cone; the entries of the variables are the dual solution."""
    factors = np.concatenate([_roots(variable) for variable in program.variables])
    # a linear form in entries of which those off the diagonal count once is, in Clarabel's entries, 1/√2 of itself
    # there
    matrix = program.equations.multiply(1.0 / factors[None, :]).T
    cones = [_cone(variable) for variable in program.variables]
    result = _run(-program.equation_right, matrix, program.objective / factors, cones, options)
    status = _DUAL.get(result.status, result.status)
    places = list(program.places)
    return RawSolution(status, result.z / factors, result.x[places], result.iterations, result.message)


def _by_entries(program: RowProgram, options: dict[str, Any]) -> RawSolution:
    equations, inequalities = program.equations.shape[0], program.inequalities.shape[0]
    bounded = [variable for variable in program.variables if not isinstance(variable, FreeVariable)]
    cones = [clarabel.ZeroConeT(equations), clarabel.NonnegativeConeT(inequalities), *map(_cone, bounded)]
    parts = [_selection(program, variable) for variable in bounded]
    matrix = -sparse.vstack([program.equations, program.inequalities, *parts], format="csr")
    right = np.zeros(matrix.shape[0])
    right[:equations] = -program.equation_right
    right[equations : equations + inequalities] = -program.inequality_right
    scaling = {
        "equilibrate_max_iter": 50,
        "equilibrate_min_scaling": 1e-6,
        "equilibrate_max_scaling": 1e6,
    }
    result = _run(program.objective, matrix, right, cones, {**scaling, **options})
    places = list(program.places)
    return RawSolution(result.status, result.x, result.z[places], result.iterations, result.message)


def _selection(program: RowProgram, variable: Variable) -> Sparse:
    """The matrix that reads the entries of one variable, as Clarabel wants them."""
    count = count_entries(variable)
    columns = np.arange(count) + program.start[variable.name]
    return sparse.csr_matrix((_roots(variable), columns, np.arange(count + 1)), shape=(count, program.unknowns))
