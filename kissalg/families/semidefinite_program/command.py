"""``kissalg solve``.

a semidefinite program in the SDPA format, numerically, what is proved about it, and a certificate of its lower bound.

Main definitions: `SOLVE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from kissalg.certificate import Certificate
from kissalg.errors import ExactnessError, InfeasibleError, ParameterError, RoundingError, SolverError
from kissalg.exact.rational import decimal_down, decimal_up
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.kernel.notation.semidefinite_programs import program_quantity
from kissalg.pipeline import Argument, Bits, Command, Engine, Option, Outcome, Run, SolverEngine, sharp
from kissalg.rounding.enclosure import Enclosure, enclose
from kissalg.sdp.sdpa import SdpaProblem, read_sdpa
from kissalg.solvers import NumericSolution, Settings, Status
from kissalg.solvers.float64 import Float64Settings

__all__ = ["SOLVE", "SolveRequest"]

_MAX_BYTES = 64 << 20
_PLACES = 10


@dataclass(frozen=True)
class SolveRequest:
    """The options of ``kissalg solve``.

    Raises:
        ParameterError: options that have no meaning together.
    """

    file: Annotated[Path, Argument("FILE.dat-s", "A program in the sparse SDPA format.")]
    bits: Bits = None
    gap: Annotated[float, Option("Relative duality gap at which to stop.", setting=True)] = Settings.gap
    iterations: Annotated[int, Option("Give up after so many iterations.", setting=True)] = Settings.max_iterations
    sharp: Annotated[bool, Option("With -o: certify the exact optimum, over its number field.")] = False
    engine: SolverEngine = Engine.MULTIPRECISION

    def __post_init__(self) -> None:
        if self.engine is not Engine.MULTIPRECISION and self.bits is not None:
            raise ParameterError(f"expected --engine {self.engine.value} without --bits: it has double precision.")
        if self.sharp and (self.bits is not None or self.engine is not Engine.MULTIPRECISION):
            raise ParameterError("expected --sharp without --bits and --engine: it chooses the precision.")


def _compute(request: SolveRequest, run: Run) -> Outcome:
    if request.sharp and not run.wants_certificate:
        raise ParameterError("expected --sharp with -o: it is the certificate that is sharp or not.")
    with run.stage("read", f"read {request.file}"):
        problem = _read(request.file)
        model = sdpa_model(problem)
    title = f"solve ({model.equations} equations, {len(model.variables)} blocks)"
    if request.engine is Engine.MULTIPRECISION:
        settings = Settings(gap=request.gap, max_iterations=request.iterations)
        solution = run.solve(model, bits=request.bits, settings=settings, title=title)
    else:
        limits = Float64Settings(gap=request.gap, max_iterations=request.iterations)
        solution = run.solve_float64(model, limits, request.engine.value, title=title)
    with run.stage("enclose", "prove what follows from the solution"):
        proved = enclose(solution)
    for line in _report(request.file, problem, solution, proved):
        run.result(line)
    _require_optimal(solution, proved, wanted=run.wants_certificate)
    if not run.wants_certificate:
        return Outcome(None)
    certificate = sharp(model, run) if request.sharp else _regular(solution, run)
    return Outcome(certificate, program_quantity(certificate.document["parameters"]))


def _require_optimal(solution: NumericSolution, proved: Enclosure, *, wanted: bool) -> None:
    """Raise the error that says why there is no optimal solution."""
    if proved.infeasible or proved.ray or solution.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        if wanted:
            hint = "no certificate was written: it is a lower bound of (P), and a feasible point of (D) proves it"
        else:
            hint = solution.message
        raise InfeasibleError(f"the program has no optimal solution; {hint}.")
    if solution.status is not Status.OPTIMAL:
        raise SolverError(
            f"there is no optimal solution ({solution.status.value}: {solution.message}). "
            "A program or a dual without interior points stalls; more --bits and a larger --gap may help"
        )


def _regular(solution: NumericSolution, run: Run) -> Certificate:
    """The lower bound of a point in the interior of (D)."""
    try:
        return run.certify(solution, title="round the solution of (D) to an exact one")
    except RoundingError as error:
        raise RoundingError(
            f"the solution of (D) was not made exact: {error}. If (D) has no interior point, --sharp may find the exact"
            " optimum"
        ) from error


def _read(path: Path) -> SdpaProblem:
    if path.stat().st_size > _MAX_BYTES:
        raise ParameterError(f"{path}: expected at most {_MAX_BYTES >> 20} MiB, found {path.stat().st_size:,} bytes.")
    try:
        return read_sdpa(path.read_text())
    except (UnicodeDecodeError, ExactnessError) as error:
        raise ParameterError(f"{path} is not in the sparse SDPA format: {error}.") from error


def _report(path: Path, problem: SdpaProblem, solution: NumericSolution, proved: Enclosure) -> list[str]:
    """What is known, in the file's terms.

    (P) min cᵀx, Σ x_k F_k - F_0 ⪰ 0, and (D) max <F_0, Y>, <F_k, Y> = c_k, Y ⪰ 0.
    """
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
        Status.OPTIMAL: (
            f"optimal, (D) = {decimal_down(-solution.primal_objective, _PLACES)}, (P) ="
            f" {decimal_down(-solution.dual_objective, _PLACES)}"
        ),
        Status.INFEASIBLE: "(D) is infeasible",
        Status.UNBOUNDED: "(P) is infeasible",
    }
    verdict = shown.get(solution.status, f"{solution.status.value}: {solution.message}")
    cost = f"{solution.iterations} iterations, {solution.bits} bits, {solution.seconds:.1f} s"
    if solution.bits == 53:  # an engine in double precision says which
        cost += f", {solution.message}"
    return f"{verdict}; relative gap {solution.gap:.1e}; {cost}"


SOLVE = Command(
    "solve",
    SolveRequest,
    _compute,
    lambda request: None,
    """Solve a semidefinite program in the sparse SDPA format: what is proved of its optimum, and a certificate.

    What is "numerically" so is an approximation; what is "proved" was checked in ball arithmetic, for the exact
    decimals of the file. With -o, an exact solution of (D) is written as a certificate, which any of the checkers
    verifies: sdp(sha256:...) >= bound.

    Examples: kissalg solve truss1.dat-s · kissalg solve theta.dat-s -o theta.json.xz ·
    kissalg solve theta.dat-s --sharp -o theta.json.xz
    """,
)
