"""``kissalg bound delsarte``: the linear programming bound for spherical codes, from parameters to a verified certificate on disk."""

import re
from dataclasses import dataclass
from pathlib import Path

from flint import fmpq

from kissalg.bounds.delsarte import DelsarteProblem, delsarte
from kissalg.certify import Certificate, certify
from kissalg.cli.bound import require_writable, verify_output
from kissalg.cli.display import Display
from kissalg.cli.exits import ExitCode
from kissalg.errors import InfeasibleError, ParameterError
from kissalg.exact.expressions import surd
from kissalg.exact.rational import decimal_up
from kissalg.rounding import round_to_face, sharp_settings
from kissalg.solvers import NumericSolution, Status, solve

__all__ = ["DelsarteRequest", "bound_delsarte"]

_LARGEST = 20  # the last degree that is tried if none is given; the kernel reads up to 40
_PATIENCE = 3  # so many degrees in a row without improvement end the search
_IMPROVEMENT = fmpq(1, 10**6)  # relative


@dataclass(frozen=True)
class DelsarteRequest:
    """The command as the user typed it."""

    n: int
    cos: str
    degree: int | None = None
    sharp: bool = False
    bits: int | None = None
    output: Path | None = None
    force: bool = False
    quiet: bool = False

    def default_output(self) -> Path:
        """The name of the certificate, such as A-3-1_sqrt_5-delsarte.json.xz."""
        cos = re.sub(r"[^0-9A-Za-z.-]+", "_", self.cos).strip("_")
        return Path(f"A-{self.n}-{cos}-delsarte{'' if self.degree is None else f'-d{self.degree}'}.json.xz")


def bound_delsarte(request: DelsarteRequest) -> ExitCode:
    """Build, solve, round, write, verify. Progress goes to stderr, the verdicts to stdout.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=request.quiet)
    if request.sharp and request.bits is not None:
        raise ParameterError("expected --sharp or --bits, found both: --sharp chooses the precision.")
    output = request.output or request.default_output()
    problem = delsarte(request.n, request.cos, 1 if request.degree is None else request.degree)
    require_writable(output, force=request.force)
    if request.degree is None:
        problem, solution = _searched(request, display)
    if request.sharp:
        certificate = _sharp(problem, display)
    else:
        if request.degree is not None:
            solution = _solved(request, problem, display)
        certificate = _regular(solution, display)
    certificate.save(output)
    display.note(f"wrote {output} ({output.stat().st_size:,} bytes), from polynomials of degree {2 * problem.degree}")
    quantity = None if surd(problem.cosine) is None else problem.quantity
    return verify_output(output, quantity, certificate.bound, display)


def _solved(request: DelsarteRequest, problem: DelsarteProblem, display: Display) -> NumericSolution:
    with display.stage("solve", f"solve {_text(problem)}"):
        solution = solve(problem, bits=request.bits, progress=display.iteration)
    display.note(f"{solution.status.value}: {solution.message}")
    _require_feasible(problem, solution)
    return solution


def _require_feasible(problem: DelsarteProblem, solution: NumericSolution) -> None:
    if solution.status is Status.INFEASIBLE:
        raise InfeasibleError(
            f"there is no polynomial of degree {2 * problem.degree} for {problem.quantity}: {solution.message}. Raise --degree."
        )


def _regular(solution: NumericSolution, display: Display) -> Certificate:
    """A certificate in the interior, a little above the optimum."""
    with display.stage("round", "round to an exact certificate"):
        certificate = certify(solution)
    optimum = solution.primal_objective
    if abs(optimum - (optimum + fmpq(1, 2)).floor()) < _IMPROVEMENT * optimum:
        display.note("the bound is close to an integer, and may be sharp: --sharp looks for the exact optimum")
    return certificate


def _searched(request: DelsarteRequest, display: Display) -> tuple[DelsarteProblem, NumericSolution]:
    """The least degree from which on the bound does not improve any more."""
    best: tuple[DelsarteProblem, NumericSolution] | None = None
    idle = 0
    for degree in range(1, _LARGEST + 1):
        problem = delsarte(request.n, request.cos, degree)
        with display.stage("solve", f"solve {_text(problem)}"):
            solution = solve(problem, bits=request.bits)
        if solution.status is not Status.OPTIMAL or not solution.strictly_feasible:
            continue
        value = solution.primal_objective
        display.note(f"degree {degree}: {decimal_up(value, 8)}")
        if best is None or value < best[1].primal_objective * (1 - _IMPROVEMENT):
            best, idle = (problem, solution), 0
        else:
            idle += 1
        if idle == _PATIENCE:
            break
    if best is None:
        raise InfeasibleError(
            f"there is no polynomial of degree at most {2 * _LARGEST} for n = {request.n}, cos = {request.cos}. Give a larger --degree."
        )
    return best


def _sharp(problem: DelsarteProblem, display: Display) -> Certificate:
    """The exact optimum, from a solution with many digits."""
    with display.stage("solve to many digits", "solve to 60 digits"):
        solution = solve(problem, settings=sharp_settings(), progress=display.iteration)
    _require_feasible(problem, solution)
    with display.stage("round to the face", "round to the face of the optimum"):
        return certify(round_to_face(solution))


def _text(problem: DelsarteProblem) -> str:
    return f"the linear program (n = {problem.n}, cos = {problem.cosine}, degree {problem.degree})"
