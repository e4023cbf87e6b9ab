"""``kissalg bound average-kissing``: from parameters to a verified certificate on disk."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from kissalg.bounds.average_kissing import AverageKissingProblem, area_weights, average_kissing, average_kissing_radii
from kissalg.bounds.mesh import Mesh, linear_mesh, step_mesh
from kissalg.certify import Certificate, certify
from kissalg.cli.bound import require_writable, verify_output
from kissalg.cli.display import Display
from kissalg.cli.exits import ExitCode
from kissalg.errors import InfeasibleError, ParameterError, RoundingError
from kissalg.solvers import Status
from kissalg.solvers.float64 import Engine as Float64Engine
from kissalg.solvers.float64 import solve_float64

__all__ = ["AverageRequest", "Method", "average"]

# dimension: least size, degree, grading. Found by varying them with four intervals; larger dimensions take the last line.
_DEFAULTS = {
    3: ("8/25", 10, 4),
    4: ("19/50", 10, 5),
    5: ("2/5", 10, 5),
    6: ("21/50", 10, 5),
    7: ("11/25", 10, 5),
    8: ("11/25", 10, 6),
    9: ("11/25", 11, 5),
    10: ("9/20", 12, 6),
}
_MARGINS = ("1/50000", "1/10000", "1/3000", "1/1000")


class Method(Enum):
    """What the weights are, and on which pieces."""

    LINEAR = "linear"
    STEP = "step"
    CAPS = "caps"


@dataclass(frozen=True)
class AverageRequest:
    """The command as the user typed it."""

    n: int
    method: Method = Method.LINEAR
    degree: int | None = None
    first: str | None = None
    intervals: int = 6
    grading: int | None = None
    rho_squared: str = "3"
    radii: str | None = None
    margin: str | None = None
    output: Path | None = None
    force: bool = False
    quiet: bool = False
    engine: Float64Engine = Float64Engine.CLARABEL

    @property
    def defaults(self) -> tuple[str, int, int]:
        """Least size, degree and grading for this dimension."""
        return _DEFAULTS.get(self.n, _DEFAULTS[max(_DEFAULTS)])

    def problem(self, margin: str) -> AverageKissingProblem:
        """The exact problem. Raises ParameterError."""
        first, degree, grading = self.defaults
        degree = degree if self.degree is None else self.degree
        if self.radii is not None:
            if self.method is not Method.LINEAR or self.first is not None:
                raise ParameterError("expected --radii without --method and --first: finitely many radii need no mesh.")
            return average_kissing_radii(self.n, degree, self.radii.split(","), margin=margin)
        grading = grading if self.grading is None else self.grading
        mesh = self._mesh(first if self.first is None else self.first, grading)
        weights = area_weights(self.n, self.rho_squared, mesh) if self.method is Method.CAPS else None
        return average_kissing(self.n, degree, mesh, weights=weights, margin=margin)

    def _mesh(self, first: str, grading: int) -> Mesh:
        make = linear_mesh if self.method is Method.LINEAR else step_mesh
        return make(first, self.intervals, grading)


def average(request: AverageRequest) -> ExitCode:
    """Build, solve, repair, write, verify. Progress goes to stderr, the two verdicts to stdout.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=request.quiet)
    margins = _MARGINS if request.margin is None else (request.margin,)
    output = request.output or _default_output(request)
    problem = request.problem(margins[0])
    require_writable(output, force=request.force)
    certificate: Certificate | None = None
    for index, margin in enumerate(margins):
        problem = request.problem(margin)
        with display.stage("solve", f"solve {problem!r}, margin {margin}"):
            solution = solve_float64(problem, engine=request.engine)
        display.note(f"{solution.status.value}: {solution.message}, {solution.iterations} iterations")
        if solution.status is Status.INFEASIBLE:
            raise InfeasibleError(
                f"the program of degree {problem.degree} for n = {problem.n} gives no bound: {solution.message}. "
                "Raise --degree, or --first towards 1/2."
            )
        try:
            with display.stage("repair", "repair the solution, and check it"):
                certificate = certify(solution)
            break
        except RoundingError as error:
            if index == len(margins) - 1:
                raise
            display.note(f"margin {margin} is not enough: {error}")
    assert certificate is not None
    certificate.save(output)
    display.note(f"wrote {output} ({output.stat().st_size:,} bytes)")
    return verify_output(output, problem.quantity, certificate.bound, display)


def _default_output(request: AverageRequest) -> Path:
    what = request.method.value if request.radii is None else "r" + request.radii.replace(",", "_").replace("/", "-")
    return Path(f"average-kissing-{request.n}-{what}.json.xz")
