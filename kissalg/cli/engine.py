"""``--engine``: the solvers that a command can be run with, and bounds from an engine in double precision."""

import sys
from collections.abc import Sequence
from enum import Enum

from kissalg.certificate import Certificate, certify
from kissalg.cli.display import Display
from kissalg.errors import InfeasibleError, RoundingError, SolverError
from kissalg.exact.rational import decimal_up
from kissalg.sdp.model import Model
from kissalg.solvers import NumericSolution, Status
from kissalg.solvers.float64 import Float64Settings, solve_float64

__all__ = ["Engine", "certified_from_doubles", "numerical"]

_MARGINS = (1e-8, 1e-7, 1e-6, 1e-5)
_ITERATIONS = 80  # CVXOPT does not see that it makes no progress any more


class Engine(Enum):
    """multiprecision: ours. clarabel, picos: double precision, numerical until the result has been rounded to a certificate."""

    MULTIPRECISION = "multiprecision"
    CLARABEL = "clarabel"
    PICOS = "picos"


def numerical(quantity: str, solution: NumericSolution) -> str:
    """The line that says what a solution in double precision is, and that it proves nothing."""
    if solution.status is not Status.OPTIMAL:
        return f"numerically, not proved: {quantity}: {solution.status.value} ({solution.message})"
    shown = decimal_up(solution.primal_objective, 6)
    return f"numerically, not proved: {quantity} <= {shown} ({solution.message}, relative gap {solution.gap:.0e})"


def certified_from_doubles(problems: Sequence[Model], quantity: str, engine: Engine, display: Display) -> Certificate:
    """A certificate from solutions in double precision: with the least of a few margins from the boundary of the cone that can be rounded. The numerical
    bound, without a margin, is printed first.

    Arguments:
        problems: the problem, and faces of it to try afterwards.
        quantity: what is bounded.

    Raises:
        InfeasibleError: the engine says that there is no solution.
        RoundingError: no solution could be rounded.
    """
    with display.stage("solve", f"solve in double precision ({engine.value})"):
        settings = Float64Settings(max_iterations=_ITERATIONS)
        plain = solve_float64(problems[0], settings, engine.value)
    sys.stdout.write(numerical(quantity, plain) + "\n")
    sys.stdout.flush()
    if plain.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        raise InfeasibleError(f"{engine.value} found no solution: {plain.message}. Raise --degree.")
    reason = ""
    for candidate in problems:
        for margin in _MARGINS:
            settings = Float64Settings(gap=1e-7, margin=margin, max_iterations=_ITERATIONS)
            try:
                with display.stage("solve", f"solve with the margin {margin:.0e}"):
                    solution = solve_float64(candidate, settings, engine.value)
                with display.stage("round", "round to an exact certificate"):
                    return certify(solution)
            except (RoundingError, SolverError) as error:
                reason = str(error)
                display.note(f"no certificate: {reason}")
    raise RoundingError(
        f"no solution of {engine.value}, in double precision, could be rounded to a certificate ({reason}). "
        "Leave out --engine: the multiprecision solver has the digits"
    )
