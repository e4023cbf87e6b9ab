"""``kissalg bound``: from parameters to a verified certificate on disk."""

import importlib.metadata
import shlex
import sys
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from kissalg.audit import NoOpinion
from kissalg.certificate import Certificate, certify
from kissalg.cli.display import Display
from kissalg.cli.engine import Engine, certified_from_doubles
from kissalg.cli.exits import ExitCode, failed
from kissalg.errors import InfeasibleError, ParameterError
from kissalg.exact.rational import fraction
from kissalg.families.three_point.model import ThreePointProblem, three_point
from kissalg.runs import RunDescription, RunFolder
from kissalg.solvers import NumericSolution, Status, solve
from kissalg.verdict import second_opinion, verify

__all__ = ["BoundRequest", "bound", "require_writable", "verify_output"]


@dataclass(frozen=True)
class BoundRequest:
    """The command as the user typed it; ``command`` is its beginning, for the message that says how to resume."""

    command: str
    n: int
    cos: str
    degree: int
    linear: int | None = None
    bits: int | None = None
    output: Path | None = None
    run: Path | None = None
    resume: Path | None = None
    keep_run: bool = False
    force: bool = False
    quiet: bool = False
    engine: Engine = Engine.MULTIPRECISION

    def continuation(self, output: Path, folder: Path) -> str:
        """The command that continues this run."""
        words = ["kissalg", *self.command.split(), "--degree", str(self.degree)]
        for name, value in (("--linear", self.linear), ("-o", output), ("--resume", folder)):
            words += [name, str(value)] if value is not None else []
        words += ["--force"] if self.force else []
        return shlex.join(words)


def bound(request: BoundRequest) -> ExitCode:
    """Build, solve, round, write, verify. Progress goes to stderr, the two verdicts to stdout.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=request.quiet)
    if request.run is not None and request.resume is not None:
        raise ParameterError("expected --run (a new run) or --resume (an old one), found both.")
    with display.stage(
        "build", f"build the exact problem (n = {request.n}, cos = {request.cos}, degree {request.degree})"
    ):
        problem = three_point(request.n, request.cos, request.degree, request.linear)
    output = request.output or default_output(problem)
    require_writable(output, force=request.force)
    if request.engine is not Engine.MULTIPRECISION:
        if (request.bits, request.run, request.resume) != (None, None, None) or request.keep_run:
            raise ParameterError(
                f"expected --engine {request.engine.value} without --bits, --run, --resume and --keep-run: it has double precision and no checkpoints."
            )
        faces = [problem, problem.linear_programming_face()]
        certificate = certified_from_doubles(faces, f"A({problem.n},{problem.cos})", request.engine, display)
        certificate.save(output)
        display.note(f"wrote {output} ({output.stat().st_size:,} bytes)")
        return verify_output(output, f"A({problem.n},{problem.cos})", certificate.bound, display)
    path = request.resume or request.run or output.with_name(output.name + ".run")
    with RunFolder(path, _description(problem, request.bits), resume=request.resume is not None) as folder:
        try:
            code = _compute(problem, request, folder, output, display)
        except BaseException as error:
            # the run is over, or there is nothing yet that a later run could continue from
            if isinstance(error, InfeasibleError) or not folder.has_checkpoint:
                folder.remove()
            elif isinstance(error, KeyboardInterrupt):
                failed(f"interrupted. The run is kept; continue it with\n  {request.continuation(output, path)}")
                return ExitCode.INTERRUPTED
            raise
        if code is ExitCode.OK and not request.keep_run:
            folder.remove()
        return code


def default_output(problem: ThreePointProblem) -> Path:
    """The name of the certificate of a problem, such as A-4-1_2-d6.json.xz."""
    terms = "" if problem.linear == 2 * problem.degree else f"-k{problem.linear}"
    cos = str(problem.cos).replace("/", "_")
    return Path(f"A-{problem.n}-{cos}-d{problem.degree}{terms}.json.xz")


def require_writable(output: Path, *, force: bool) -> None:
    """Find out before the long computation, not after it, that the certificate cannot be written."""
    if output.is_dir():
        raise ParameterError(f"{output} is a folder: expected the name of the certificate to write.")
    if output.exists() and not force:
        raise ParameterError(f"{output} exists. Choose another name with -o, or overwrite it with --force.")
    try:
        with tempfile.TemporaryFile(dir=output.parent):
            pass
    except OSError as error:
        raise ParameterError(f"{output} cannot be written: {output.parent}: {error.strerror}.") from error


def _description(problem: ThreePointProblem, bits: int | None) -> RunDescription:
    versions = {name: importlib.metadata.version(name) for name in ("python-flint", "numpy", "numba")}
    return RunDescription(
        problem.theorem,
        {name: str(value) for name, value in problem.parameters.items()},
        {} if bits is None else {"bits": str(bits)},
        versions,
    )


def _compute(
    problem: ThreePointProblem, request: BoundRequest, folder: RunFolder, output: Path, display: Display
) -> ExitCode:
    equations = problem.equations
    with display.stage("solve", f"solve ({equations} equations, {len(problem.variables)} blocks)"):
        solution = solve(problem, bits=request.bits, checkpoint=folder, progress=display.iteration)
    display.note(f"{solution.status.value}: {solution.message}")
    _require_feasible(problem, solution)
    exact = solution
    if not solution.strictly_feasible:
        display.note(
            f"no interior point of the three-point problem of degree {problem.degree} was found for n = {problem.n}; "
            "the certificate will be one of its linear programming face. A higher degree may give more."
        )
        with display.stage("solve the face", "solve the linear programming face"):
            exact = solve(problem.linear_programming_face(), bits=request.bits, progress=display.iteration)
        _require_feasible(problem, exact)
    with display.stage("round", "round to an exact certificate"):
        certificate = certify(exact)
        certificate.save(output)
    display.note(f"wrote {output} ({output.stat().st_size:,} bytes); the rounding cost {_cost(certificate, exact)}")
    return verify_output(output, f"A({problem.n},{problem.cos})", certificate.bound, display)


def _require_feasible(problem: ThreePointProblem, solution: NumericSolution) -> None:
    if solution.status is Status.INFEASIBLE:
        raise InfeasibleError(
            f"the three-point problem of degree {problem.degree} for n = {problem.n}, cos = {problem.cos} gives no bound: "
            f"{solution.message}. Raise --degree, and leave --linear at its default."
        )


def _cost(certificate: Certificate, solution: NumericSolution) -> str:
    """The difference between the certified bound and the numerical optimum, relative to the latter."""
    optimum = fraction(solution.primal_objective)
    difference = (certificate.bound - optimum) / abs(optimum)
    if difference == 0:
        return "nothing"
    return f"a relative {_order(difference)}"


def _order(value: Fraction) -> str:
    """A rational number to one digit, such as 3e-12."""
    sign, value = ("-" if value < 0 else ""), abs(value)
    exponent = (value.numerator.bit_length() - value.denominator.bit_length()) * 30103 // 100000  # log10(2)
    while value < Fraction(10) ** exponent:
        exponent -= 1
    while value >= Fraction(10) ** (exponent + 1):
        exponent += 1
    return f"{sign}{int(value / Fraction(10) ** exponent)}e{exponent}"


def verify_output(
    output: Path, quantity: str | None, bound: Fraction, display: Display, *, lower: bool = False
) -> ExitCode:
    """Both verdicts on the file that was written, for the claim that was wanted (if there is a notation for its quantity).

    Where the second opinion covers no certificates of the theorem, the kernel's verdict is the only one.
    """
    expect = None if quantity is None else f"{quantity} <= {_above(bound)}"
    if lower and quantity is not None:
        what, where, conditions = quantity.partition(" where ")
        expect = f"{what} >= {-_above(-bound)}{where}{conditions}"
    with display.stage("verify", "verify the file with the kernel"):
        report = verify(output, expect=expect)
    with display.stage("second opinion", "verify the file with python-flint"):
        opinion = second_opinion(output, expect=expect)
    sys.stdout.write(f"{report}  (kernel)\n")
    if isinstance(opinion, NoOpinion):
        display.note(opinion.reason)
    else:
        sys.stdout.write(f"{opinion}  (second opinion)\n")
    display.note(display.timings())
    if report.verified and (opinion.verified or isinstance(opinion, NoOpinion)):
        return ExitCode.OK
    failed(f"a checker did not accept {output}, which is a bug of kissalg: please report it, with the file.")
    return ExitCode.REJECTED


def _above(bound: Fraction) -> Fraction:
    """A rational number with few digits that is not below the bound."""
    scale = 10**12
    return Fraction(-(-bound.numerator * scale // bound.denominator), scale)
