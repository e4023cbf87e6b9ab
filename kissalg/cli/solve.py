"""``kissalg solve``: a semidefinite program in the SDPA format, numerically, and what is proved about it."""

import sys
from pathlib import Path

from flint import fmpq

from kissalg.cli.display import Display
from kissalg.cli.engine import Engine
from kissalg.cli.exits import ExitCode
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.rational import decimal_up
from kissalg.rounding.enclosure import Enclosure, enclose
from kissalg.sdp.sdpa import SdpaProblem, read_sdpa, sdpa_model
from kissalg.solvers import NumericSolution, Settings, Status, solve
from kissalg.solvers.float64 import Float64Settings, solve_float64

__all__ = ["solve_file"]

_MAX_BYTES = 64 << 20
_PLACES = 10


def solve_file(
    path: Path,
    *,
    bits: int | None,
    gap: float,
    max_iterations: int,
    quiet: bool,
    engine: Engine = Engine.MULTIPRECISION,
) -> ExitCode:
    """Solve the program in a file. Progress goes to stderr, the results to stdout.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=quiet)
    if engine is not Engine.MULTIPRECISION and bits is not None:
        raise ParameterError(f"expected --engine {engine.value} without --bits: it has double precision.")
    with display.stage("read", f"read {path}"):
        problem = _read(path)
        model = sdpa_model(problem)
    with display.stage("solve", f"solve ({model.equations} equations, {len(model.variables)} blocks)"):
        if engine is Engine.MULTIPRECISION:
            settings = Settings(gap=gap, max_iterations=max_iterations)
            solution = solve(model, bits=bits, settings=settings, progress=display.iteration)
        else:
            solution = solve_float64(model, Float64Settings(gap=gap, max_iterations=max_iterations), engine.value)
    with display.stage("enclose", "prove what follows from the solution"):
        proved = enclose(solution)
    sys.stdout.write("".join(f"{line}\n" for line in _report(path, problem, solution, proved)))
    display.note(display.timings())
    if proved.infeasible or proved.ray or solution.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        return ExitCode.INFEASIBLE
    return ExitCode.OK if solution.status is Status.OPTIMAL else ExitCode.UNSOLVED


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
        lines.append(f"proved: {_down(lower)} <= (D) <= (P) <= {decimal_up(upper, _PLACES)}")
    elif lower is not None and not proved.ray:
        lines.append(f"proved: {_down(lower)} <= (D) <= (P)")
    elif upper is not None and not proved.infeasible:
        lines.append(f"proved: (D) <= (P) <= {decimal_up(upper, _PLACES)}")
    elif not (proved.infeasible or proved.ray):
        lines.append("proved: nothing")
    return lines


def _numerically(solution: NumericSolution) -> str:
    shown = {
        Status.OPTIMAL: f"optimal, (D) = {_down(-solution.primal_objective)}, (P) = {_down(-solution.dual_objective)}",
        Status.INFEASIBLE: "(D) is infeasible",
        Status.UNBOUNDED: "(P) is infeasible",
    }
    verdict = shown.get(solution.status, f"{solution.status.value}: {solution.message}")
    cost = f"{solution.iterations} iterations, {solution.bits} bits, {solution.seconds:.1f} s"
    if solution.bits == 53:  # an engine in double precision says which
        cost += f", {solution.message}"
    return f"{verdict}; relative gap {solution.gap:.1e}; {cost}"


def _down(value: fmpq) -> str:
    """The value rounded down to so many decimals."""
    text = decimal_up(-value, _PLACES)
    if text == "0":
        return text
    return text.removeprefix("-") if text.startswith("-") else f"-{text}"
