"""What the strategies of several families share.

The least degree that helps, the exact optimum with growing digits, bounds from double precision.

Main definitions: `best_of`, `by_degree`, `sharp`, `searched`, `from_doubles`, `require_feasible`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias, TypeVar

from flint import fmpq

from kissalg.certificate import Certificate
from kissalg.errors import InfeasibleError, ParameterError, RoundingError, SolverError
from kissalg.exact.rational import decimal_up
from kissalg.pipeline.options import Engine, Option
from kissalg.pipeline.run import Run
from kissalg.rounding import FaceSettings, sharp_settings
from kissalg.sdp.model import Model
from kissalg.solvers import NumericSolution, Status
from kissalg.solvers.float64 import Float64Settings

__all__ = [
    "DegreeOptions",
    "SearchedDegree",
    "best_of",
    "by_degree",
    "from_doubles",
    "require_feasible",
    "searched",
    "sharp",
]

M = TypeVar("M", bound=Model)

SearchedDegree: TypeAlias = Annotated[
    int | None, Option("Polynomials have degree 2d. [default: up to 20, while it helps]", short="-d")
]
_IMPROVEMENT = fmpq(1, 10**6)  # of a bound, relatively
_LARGEST = 20  # the last degree that is tried if none is given
_PATIENCE = 3  # so many degrees in a row without improvement end the search
_GAP = 10**-7  # of a solution with a margin
_ITERATIONS = 80  # CVXOPT does not see that it makes no progress any more


def require_feasible(solution: NumericSolution, message: str) -> None:
    """Raise InfeasibleError if there is no solution, with the solver's message in the place of {}."""
    if solution.status is Status.INFEASIBLE:
        raise InfeasibleError(message.format(solution.message))


def sharp(
    problem: Model,
    run: Run,
    *,
    infeasible: str = "the program has no solution: {}",
    digits: Sequence[int] = (60, 150),
    settings: FaceSettings | None = None,
) -> Certificate:
    """The exact optimum over the number field in which it lies, from a solution with many digits.

    More digits are taken if the first ones are not enough.

    Args:
        problem: the problem.
        run: the run to which the solves belong.
        infeasible: the message if there is no solution, with {} for that of the solver.
        digits: of the solutions, one after the other.
        settings: of the rounding to the face.

    Raises:
        InfeasibleError: there is no solution.
        RoundingError: the optimum was not recognised.
    """
    reason = optimum = ""
    for number in digits:
        solution = run.solve(
            problem,
            settings=sharp_settings(number),
            stage="solve to many digits",
            title=f"solve {problem.theorem} to {number} digits, {problem.equations} equations",
        )
        require_feasible(solution, infeasible)
        optimum = decimal_up(solution.primal_objective, 12)
        if solution.status is not Status.OPTIMAL:
            reason = f"the solver ended as {solution.status.value}: {solution.message}"
        else:
            try:
                return run.certify(run.round_to_face(solution, settings=settings), title="write the exact solution")
            except RoundingError as error:
                reason = str(error)
        run.note(f"{number} digits: {reason}")
    raise RoundingError(
        f"the optimum, about {optimum}, was not recognised as an exact solution over a small number field ({reason}). "
        "Leave out --sharp for a rational bound close to it, or try another --degree"
    )


@dataclass(frozen=True)
class DegreeOptions:
    """How a bound is looked for that has a degree, and an optimum that may be recognised.

    Attributes:
        degree: d, or None for the least one from which on the bound does not improve.
        sharp: the exact optimum is wanted.
        bits: of the solver, or None.
        engine: the solver.

    Raises:
        ParameterError: options that have no meaning together.
    """

    degree: int | None
    sharp: bool
    bits: int | None
    engine: Engine

    def __post_init__(self) -> None:
        if self.sharp and self.bits is not None:
            raise ParameterError("expected --sharp or --bits, found both: --sharp chooses the precision.")
        alone = self.degree is not None and not self.sharp and self.bits is None
        if self.engine is not Engine.MULTIPRECISION and not alone:
            raise ParameterError(
                f"expected --engine {self.engine.value} with --degree, and without --sharp and --bits: "
                "it has double precision."
            )


def by_degree(make: Callable[[int], M], quantity: str, options: DegreeOptions, run: Run) -> Certificate:
    """A certificate of the bound of one degree, or of the least degree that gives the best one.

    It is one in the interior, a little above the optimum, or that of the exact optimum.

    Args:
        make: the problem of a degree.
        quantity: what is bounded.
        options: which degree, and how.
        run: the run to which the solves belong.

    Raises:
        InfeasibleError: there is no bound of the degree.
        RoundingError: the solution could not be made exact.
    """
    problem = make(1 if options.degree is None else options.degree)
    if options.engine is not Engine.MULTIPRECISION:
        return from_doubles([problem], quantity.replace(", ", ","), options.engine, run)
    short = quantity.partition(" in Q(")[0].replace("{", "{{").replace("}", "}}")
    solution = None
    degree = options.degree
    if degree is None:
        infeasible = (
            f"there are no polynomials of degree at most {2 * _LARGEST} for {quantity}. Give a larger --degree."
        )
        degree, problem, solution = searched(make, run, bits=options.bits, infeasible=infeasible)
    infeasible = f"there are no polynomials of degree {2 * degree} for {short}: {{}}. Raise --degree."
    run.note(f"polynomials of degree {2 * degree}")
    if options.sharp:
        return sharp(problem, run, infeasible=infeasible)
    if solution is None:
        solution = run.solve(problem, bits=options.bits)
        require_feasible(solution, infeasible)
    certificate = run.certify(solution)
    optimum = solution.primal_objective
    if optimum > 1 and abs(optimum - (optimum + fmpq(1, 2)).floor()) < _IMPROVEMENT * optimum:
        run.note("the bound is close to an integer, and may be sharp: --sharp looks for the exact optimum")
    return certificate


def searched(
    make: Callable[[int], M], run: Run, *, bits: int | None = None, infeasible: str
) -> tuple[int, M, NumericSolution]:
    """The least degree from which on the bound does not improve any more, with its problem and solution.

    Raises:
        InfeasibleError: no degree gives a bound; `infeasible` is the message.
    """
    best: tuple[int, M, NumericSolution] | None = None
    idle = 0
    for degree in range(1, _LARGEST + 1):
        problem = make(degree)
        solution = run.solve(problem, bits=bits)
        if solution.status is not Status.OPTIMAL or not solution.strictly_feasible:
            continue
        value = solution.primal_objective
        run.note(f"degree {degree}: {decimal_up(value, 8)}")
        if best is None or value < best[2].primal_objective * (1 - _IMPROVEMENT):
            best, idle = (degree, problem, solution), 0
        else:
            idle += 1
        if idle == _PATIENCE:
            break
    if best is None:
        raise InfeasibleError(infeasible)
    return best


def from_doubles(
    problems: Sequence[Model],
    quantity: str,
    engine: Engine,
    run: Run,
    *,
    digits: Sequence[int] = (8, 7, 6, 5),
) -> Certificate:
    """A certificate from solutions in double precision, with the least of a few margins that can be rounded.

    A margin is one from the boundary of the cone. The numerical bound, without a margin, is the first result.

    Args:
        problems: the problem, and faces of it to try afterwards.
        quantity: what is bounded.
        engine: the engine.
        run: the run to which the solves belong.
        digits: of the margins 10^-digits, one after the other.

    Raises:
        InfeasibleError: the engine says that there is no solution.
        RoundingError: no solution could be rounded.
    """
    plain = run.solve_float64(problems[0], Float64Settings(max_iterations=_ITERATIONS), engine.value)
    run.result(_numerical(quantity, plain))
    if plain.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        raise InfeasibleError(f"{engine.value} found no solution: {plain.message}. Raise --degree.")
    reason = ""
    for candidate in problems:
        for number in digits:
            settings = Float64Settings(gap=_GAP, margin=10**-number, max_iterations=_ITERATIONS)
            try:
                solution = run.solve_float64(
                    candidate, settings, engine.value, title=f"solve with the margin 10^-{number}"
                )
                return run.certify(solution)
            except (RoundingError, SolverError) as error:
                reason = str(error)
                run.note(f"no certificate: {reason}")
    raise RoundingError(
        f"no solution of {engine.value}, in double precision, could be rounded to a certificate ({reason}). "
        "Leave out --engine: the multiprecision solver has the digits"
    )


def _numerical(quantity: str, solution: NumericSolution) -> str:
    """The line that says what a solution in double precision is, and that it proves nothing."""
    if solution.status is not Status.OPTIMAL:
        return f"numerically, not proved: {quantity}: {solution.status.value} ({solution.message})"
    shown = decimal_up(solution.primal_objective, 6)
    return f"numerically, not proved: {quantity} <= {shown} ({solution.message}, relative gap {solution.gap:.0e})"


def best_of(strategies: Mapping[str, Callable[[], Certificate]], run: Run) -> Certificate:
    """The certificate with the least bound of several strategies, of which some may find none.

    Args:
        strategies: by their names, for the note on one that finds none.
        run: the run to which their solves belong.

    Raises:
        SolverError, RoundingError: that of the last one, if none of them finds a certificate.
    """
    best: Certificate | None = None
    failure: SolverError | RoundingError | None = None
    for name, strategy in strategies.items():
        try:
            certificate = strategy()
        except (SolverError, RoundingError) as error:
            failure = error
            run.note(f"no bound by {name}: {error}")
            continue
        if best is None or certificate.bound < best.bound:
            best = certificate
    if best is not None:
        return best
    raise failure or SolverError("expected a strategy, found none")
