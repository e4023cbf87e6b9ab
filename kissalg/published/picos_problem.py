"""Rigorous bounds for the optimal value of a PICOS problem with rational data.

The problem is read exactly (`kissalg.solvers.float64.picos_import`) and solved by our own solver in multiprecision;
what follows from its solution is proved in exact arithmetic: a feasible point bounds the optimum from one side, a dual
feasible point from the other.

Main definitions: `bound_picos`, `PicosBounds`.

References: see `kissalg.published.sdpa_bounds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.exact.rational import decimal_down, decimal_up
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.published.sdpa_bounds import SdpaBounds, bound_sdpa
from kissalg.rounding import sharp_settings
from kissalg.sdp.model import PsdVariable
from kissalg.solvers import NumericSolution, Settings, Status, solve
from kissalg.solvers.float64.picos_import import PicosProgram, from_picos
from kissalg.solvers.float64.sdpa import ConicSolution

__all__ = ["PicosBounds", "bound_picos"]

_DIGITS = 12
_STATUS = {Status.INFEASIBLE: Status.UNBOUNDED, Status.UNBOUNDED: Status.INFEASIBLE}  # of (D), in words for (P)


@dataclass(frozen=True, repr=False)
class PicosBounds:
    """What is proved about the optimal value of a PICOS problem, and what our solver found.

    Attributes:
        program: the exact program that the problem stands for.
        lower: a rational number that is at most the optimal value; None where nothing is proved.
        upper: a rational number that is at least the optimal value; None where nothing is proved.
        infeasible: the problem is proved to have no feasible point.
        unattained: the dual of the problem is proved to have no feasible point: if the problem has one, its value is
            unbounded.
        values: exact values of the variables: a feasible point whose objective is the upper bound (of a maximum the
            lower one).
        bounds: the same for the program in SDPA form, with the exact points that prove it.
        run: the numerical solution.
    """

    program: PicosProgram
    lower: fmpq | None
    upper: fmpq | None
    infeasible: bool
    unattained: bool
    values: Mapping[str, fmpq_mat] | None
    bounds: SdpaBounds
    run: NumericSolution

    def __str__(self) -> str:
        if self.infeasible:
            return "proved: the problem is infeasible"
        if self.unattained:
            return "proved: the problem is unbounded or infeasible"
        if not any(self.program.sdpa.costs) and self.values is not None:
            return "proved: the problem is feasible"
        goal = "maximum" if self.program.maximise else "minimum"
        lower = "" if self.lower is None else f"{decimal_down(self.lower)} <= "
        upper = "" if self.upper is None else f" <= {decimal_up(self.upper)}"
        if not lower and not upper:
            return f"numerically, not proved: {goal} = {decimal_down(self.program.value(-self.run.primal_objective))}"
        return f"proved: {lower}{goal}{upper}"

    def __repr__(self) -> str:
        return f"PicosBounds({self})"


def bound_picos(problem: Any, *, denominators: int = 10**6, settings: Settings | None = None) -> PicosBounds:
    """Bounds for the optimal value of a PICOS problem with rational data, proved in exact arithmetic.

    Args:
        problem: a `picos.Problem` with at most 500 scalar unknowns.
        denominators: the largest denominator of its numbers; see `kissalg.from_picos`.
        settings: of our solver; by default for twelve digits.

    Returns:
        The bounds, with exact points that prove them.

    Raises:
        ParameterError: the problem cannot be read; see `kissalg.from_picos`.
        InfeasibleError: its equations contradict each other, which is a proof that it is infeasible.
        PublishedError: it is larger than the limits of the proof.

    >>> import picos
    >>> X = picos.SymmetricVariable("X", 2)
    >>> problem = picos.Problem()
    >>> problem.maximize = X[0, 1] + X[1, 0]
    >>> _ = problem.add_list_of_constraints([X >> 0, picos.trace(X) == 1])
    >>> print(bound_picos(problem))
    proved: 0.9999999999 <= maximum <= 1.0000000001
    """
    program = from_picos(problem, denominators=denominators)
    model = sdpa_model(program.sdpa)
    run = solve(model, settings=settings or sharp_settings(_DIGITS))
    scale = fmpq(2) ** run.multipliers.exponent
    x = _multipliers(run, len(program.sdpa.costs), scale)
    y = []
    for variable in model.variables:
        value = run.values[variable.name]
        unit = fmpq(2) ** value.exponent
        if isinstance(variable, PsdVariable):
            y.append(fmpq_mat([[entry * unit for entry in row] for row in value.entries]))
        else:
            block = fmpq_mat(variable.length, variable.length)
            for i, row in enumerate(value.entries):
                block[i, i] = row[0] * unit
            y.append(block)
    start = ConicSolution(_STATUS.get(run.status, run.status), x, tuple(y))
    bounds = bound_sdpa(program.sdpa, start)
    ends = [None if bound is None else program.value(bound) for bound in (bounds.lower, bounds.upper)]
    lower, upper = reversed(ends) if program.maximise else ends
    feasible = bounds.upper is not None and bounds.x is not None
    return PicosBounds(
        program,
        lower,
        upper,
        bounds.primal_infeasible,
        bounds.dual_infeasible,
        program.values(bounds.x) if feasible and bounds.x is not None else None,
        bounds,
        run,
    )


def _multipliers(run: NumericSolution, count: int, scale: fmpq) -> tuple[fmpq, ...]:
    """X of (P): minus the multipliers; zero for equations that the solver left out as dependent."""
    x = [fmpq(0)] * count
    (points,) = run.points.values()
    for point, row in zip(points, run.multipliers.entries, strict=True):
        x[int(point[0].p)] = -row[0] * scale
    return tuple(x)
