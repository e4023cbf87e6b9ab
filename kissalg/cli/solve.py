"""``kissalg solve``: a semidefinite program in the SDPA format, numerically, what is proved about it, and a certificate of its lower bound."""

import sys
from dataclasses import dataclass
from pathlib import Path

from kissalg.certificate import Certificate, certify
from kissalg.cli.bound import require_writable, verify_output
from kissalg.cli.display import Display
from kissalg.cli.engine import Engine
from kissalg.cli.exits import ExitCode
from kissalg.errors import ExactnessError, ParameterError, RoundingError, SolverError
from kissalg.exact.rational import decimal_down, decimal_up
from kissalg.families.semidefinite_program.model import SdpaModel, sdpa_model
from kissalg.kernel.notation.semidefinite_programs import program_quantity
from kissalg.rounding import round_to_face, sharp_settings
from kissalg.rounding.enclosure import Enclosure, enclose
from kissalg.sdp.sdpa import SdpaProblem, read_sdpa
from kissalg.solvers import NumericSolution, Settings, Status, solve
from kissalg.solvers.float64 import Float64Settings, solve_float64

__all__ = ["SolveRequest", "solve_file"]

_MAX_BYTES = 64 << 20
_PLACES = 10
_DIGITS = (60, 150)  # of a solution that is to be recognised


@dataclass(frozen=True)
class SolveRequest:
    """The command as the user typed it."""

    path: Path
    bits: int | None = None
    gap: float = 1e-9
    iterations: int = 200
    output: Path | None = None
    sharp: bool = False
    force: bool = False
    quiet: bool = False
    engine: Engine = Engine.MULTIPRECISION

    def require_consistent(self) -> None:
        """Raise ParameterError for options that have no meaning together, and if the certificate could not be written."""
        if self.engine is not Engine.MULTIPRECISION and self.bits is not None:
            raise ParameterError(f"expected --engine {self.engine.value} without --bits: it has double precision.")
        if self.sharp and self.output is None:
            raise ParameterError("expected --sharp with -o: it is the certificate that is sharp or not.")
        if self.sharp and (self.bits is not None or self.engine is not Engine.MULTIPRECISION):
            raise ParameterError("expected --sharp without --bits and --engine: it chooses the precision.")
        if self.output is not None:
            require_writable(self.output, force=self.force)


def solve_file(request: SolveRequest) -> ExitCode:
    """Solve the program in a file. Progress goes to stderr, the results to stdout; with an output, the certificate of the lower bound is written and verified.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=request.quiet)
    request.require_consistent()
    with display.stage("read", f"read {request.path}"):
        problem = _read(request.path)
        model = sdpa_model(problem)
    with display.stage("solve", f"solve ({model.equations} equations, {len(model.variables)} blocks)"):
        if request.engine is Engine.MULTIPRECISION:
            settings = Settings(gap=request.gap, max_iterations=request.iterations)
            solution = solve(model, bits=request.bits, settings=settings, progress=display.iteration)
        else:
            limits = Float64Settings(gap=request.gap, max_iterations=request.iterations)
            solution = solve_float64(model, limits, request.engine.value)
    with display.stage("enclose", "prove what follows from the solution"):
        proved = enclose(solution)
    sys.stdout.write("".join(f"{line}\n" for line in _report(request.path, problem, solution, proved)))
    if proved.infeasible or proved.ray or solution.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        display.note(display.timings())
        if request.output is not None:
            display.note(
                f"{request.output} was not written: a certificate is a lower bound of (P), and a feasible point of (D) proves it."
            )
        return ExitCode.INFEASIBLE
    if request.output is not None:
        if solution.status is not Status.OPTIMAL:
            raise SolverError(
                f"{request.output} was not written: there is no optimal solution to round ({solution.status.value}: {solution.message}). "
                "A program or a dual without interior points stalls; more --bits and a larger --gap may help"
            )
        return _certified(request, request.output, model, solution, display)
    display.note(display.timings())
    return ExitCode.OK if solution.status is Status.OPTIMAL else ExitCode.UNSOLVED


def _certified(
    request: SolveRequest, output: Path, model: SdpaModel, solution: NumericSolution, display: Display
) -> ExitCode:
    """Write the certificate, and have it verified."""
    certificate = _sharp(model, display) if request.sharp else _regular(solution, display)
    certificate.save(output)
    display.note(f"wrote {output} ({output.stat().st_size:,} bytes)")
    quantity = program_quantity(certificate.document["parameters"])
    return verify_output(output, quantity, certificate.bound, display, lower=True)


def _regular(solution: NumericSolution, display: Display) -> Certificate:
    """The lower bound of a point in the interior of (D)."""
    with display.stage("round", "round the solution of (D) to an exact one"):
        try:
            return certify(solution)
        except RoundingError as error:
            raise RoundingError(
                f"the solution of (D) was not made exact: {error}. If (D) has no interior point, --sharp may find the exact optimum"
            ) from error


def _sharp(model: SdpaModel, display: Display) -> Certificate:
    """The exact optimum, over the number field in which it lies."""
    reason = ""
    for digits in _DIGITS:
        with display.stage("solve to many digits", f"solve to {digits} digits"):
            solution = solve(model, settings=sharp_settings(digits), progress=display.iteration)
        try:
            with display.stage("round to the face", "round to the face of the optimum"):
                return certify(round_to_face(solution))
        except RoundingError as error:
            reason = str(error)
            display.note(f"{digits} digits: {reason}")
    raise RoundingError(
        f"the optimum was not recognised as an exact solution over a small number field ({reason}). Leave out --sharp for a bound just below it"
    )


def _read(path: Path) -> SdpaProblem:
    if path.stat().st_size > _MAX_BYTES:
        raise ParameterError(f"{path}: expected at most {_MAX_BYTES >> 20} MiB, found {path.stat().st_size:,} bytes.")
    try:
        return read_sdpa(path.read_text())
    except (UnicodeDecodeError, ExactnessError) as error:
        raise ParameterError(f"{path} is not in the sparse SDPA format: {error}.") from error


def _report(path: Path, problem: SdpaProblem, solution: NumericSolution, proved: Enclosure) -> list[str]:
    """What is known, in the file's terms: (P) min cᵀx, Σ x_k F_k - F_0 ⪰ 0, and (D) max <F_0, Y>, <F_k, Y> = c_k, Y ⪰ 0."""
    lines = [f"{path}: {problem!r}", f"numerically: {_numerically(solution)}"]
    # the model minimises -<F_0, Y>: its bounds change signs and places
    lower = None if proved.upper is None else -proved.upper
    upper = None if proved.lower is None else -proved.lower
    if proved.infeasible:
        lines.append("proved: (D) is infeasible, and (P) has an improving ray")
    if proved.ray:
        lines.append("proved: (P) is infeasible, and (D) has an improving ray")
    if lower is not None and upper is not None and not (proved.infeasible or proved.ray):
        lines.append(f"proved: {decimal_down(lower, _PLACES)} <= (D) <= (P) <= {decimal_up(upper, _PLACES)}")
    elif lower is not None and not proved.ray:
        lines.append(f"proved: {decimal_down(lower, _PLACES)} <= (D) <= (P)")
    elif upper is not None and not proved.infeasible:
        lines.append(f"proved: (D) <= (P) <= {decimal_up(upper, _PLACES)}")
    elif not (proved.infeasible or proved.ray):
        lines.append("proved: nothing")
    return lines


def _numerically(solution: NumericSolution) -> str:
    shown = {
        Status.OPTIMAL: f"optimal, (D) = {decimal_down(-solution.primal_objective, _PLACES)}, (P) = {decimal_down(-solution.dual_objective, _PLACES)}",
        Status.INFEASIBLE: "(D) is infeasible",
        Status.UNBOUNDED: "(P) is infeasible",
    }
    verdict = shown.get(solution.status, f"{solution.status.value}: {solution.message}")
    cost = f"{solution.iterations} iterations, {solution.bits} bits, {solution.seconds:.1f} s"
    if solution.bits == 53:  # an engine in double precision says which
        cost += f", {solution.message}"
    return f"{verdict}; relative gap {solution.gap:.1e}; {cost}"
