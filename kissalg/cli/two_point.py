"""``kissalg bound delsarte`` and ``kissalg bound caps``: two-point bounds, from parameters to a verified certificate on disk."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from flint import fmpq

from kissalg.certificate import Certificate, certify
from kissalg.cli.bound import require_writable, verify_output
from kissalg.cli.display import Display
from kissalg.cli.engine import Engine, certified_from_doubles
from kissalg.cli.exits import ExitCode
from kissalg.errors import InfeasibleError, ParameterError, RoundingError
from kissalg.exact.rational import decimal_up
from kissalg.families.delsarte.explicit import delsarte_polynomial, levenshtein
from kissalg.families.delsarte.model import DelsarteProblem, delsarte
from kissalg.families.spherical_caps.model import SphericalCapsProblem, spherical_caps
from kissalg.rounding import round_to_face, sharp_settings
from kissalg.solvers import NumericSolution, Status, solve

__all__ = ["ExplicitRequest", "TwoPointRequest", "bound_caps", "bound_delsarte", "bound_explicit"]

Problem: TypeAlias = DelsarteProblem | SphericalCapsProblem

_LARGEST = 20  # the last degree that is tried if none is given; the kernel reads up to 40
_PATIENCE = 3  # so many degrees in a row without improvement end the search
_IMPROVEMENT = fmpq(1, 10**6)  # relative
_DIGITS = (60, 150)  # of a solution that is to be recognised


@dataclass(frozen=True)
class TwoPointRequest:
    """What the two commands have in common, as the user typed it."""

    degree: int | None = None
    sharp: bool = False
    bits: int | None = None
    output: Path | None = None
    force: bool = False
    quiet: bool = False
    engine: Engine = Engine.MULTIPRECISION


def bound_delsarte(n: int, cos: str, request: TwoPointRequest) -> ExitCode:
    """Delsarte's bound for A(n, θ).

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    return _bound(f"A-{n}-{_plain(cos)}-delsarte", lambda degree: delsarte(n, cos, degree), request)


@dataclass(frozen=True)
class ExplicitRequest:
    """The polynomial that the user gives: as a text, by its coefficients, or Levenshtein's."""

    polynomial: str | None = None
    gegenbauer: str | None = None
    levenshtein: bool = False

    @property
    def given(self) -> int:
        """How many of the three there are."""
        return (self.polynomial is not None) + (self.gegenbauer is not None) + self.levenshtein


def bound_explicit(n: int, cos: str, explicit: ExplicitRequest, request: TwoPointRequest) -> ExitCode:
    """Delsarte's bound by a polynomial that is given; nothing is optimised.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    solver = request.degree is not None or request.sharp or request.bits is not None
    if explicit.given > 1 or solver or request.engine is not Engine.MULTIPRECISION:
        raise ParameterError(
            "expected one of --polynomial, --gegenbauer and --levenshtein, without --degree, --sharp, --bits and --engine."
        )
    display = Display(quiet=request.quiet)
    name = "levenshtein" if explicit.levenshtein else "polynomial"
    output = request.output or Path(f"A-{n}-{_plain(cos)}-{name}.json.xz")
    require_writable(output, force=request.force)
    with display.stage("certify", "take the polynomial apart, and write it as sums of squares"):
        if explicit.levenshtein:
            certificate = certify(levenshtein(n, cos))
        elif explicit.polynomial is not None:
            certificate = certify(delsarte_polynomial(n, cos, explicit.polynomial))
        else:
            numbers = str(explicit.gegenbauer).split(",")
            certificate = certify(delsarte_polynomial(n, cos, numbers, basis="gegenbauer"))
    certificate.save(output)
    display.note(f"wrote {output} ({output.stat().st_size:,} bytes)")
    quantity = delsarte(n, cos, 1).quantity
    return verify_output(output, None if " in Q(" in quantity else quantity, certificate.bound, display)


def bound_caps(n: int, cos: str | None, angles: str | None, weights: str | None, request: TwoPointRequest) -> ExitCode:
    """The bound for packings of spherical caps; sizes and weights are separated by commas.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    if (cos is None) == (angles is None):
        raise ParameterError("expected the sizes of the caps as --cos or as --angles, one of them.")
    sizes = cos.split(",") if cos is not None else [f"cos({angle})" for angle in str(angles).split(",")]
    numbers = None if weights is None else [weight.strip() for weight in weights.split(",")]
    name = "caps" if numbers is not None else "cap-density"
    shown = _plain(cos if cos is not None else str(angles))
    return _bound(f"{name}-{n}-{shown}", lambda degree: spherical_caps(n, sizes, degree, weights=numbers), request)


def _plain(text: str) -> str:
    """A part of the name of a file."""
    return re.sub(r"[^0-9A-Za-z.-]+", "_", text).strip("_")


def _bound(name: str, make: Callable[[int], Problem], request: TwoPointRequest) -> ExitCode:
    """Build, solve, round, write, verify. Progress goes to stderr, the verdicts to stdout."""
    display = Display(quiet=request.quiet)
    if request.sharp and request.bits is not None:
        raise ParameterError("expected --sharp or --bits, found both: --sharp chooses the precision.")
    given = "" if request.degree is None else f"-d{request.degree}"
    output = request.output or Path(f"{name}{given}.json.xz")
    problem = make(1 if request.degree is None else request.degree)
    quantity = None if " in Q(" in problem.quantity else problem.quantity
    require_writable(output, force=request.force)
    if request.engine is not Engine.MULTIPRECISION:
        if request.degree is None or request.sharp or request.bits is not None:
            raise ParameterError(
                f"expected --engine {request.engine.value} with --degree, and without --sharp and --bits: it has double precision."
            )
        certificate = certified_from_doubles([problem], problem.quantity.replace(", ", ","), request.engine, display)
        certificate.save(output)
        return verify_output(output, quantity, certificate.bound, display)
    if request.degree is None:
        problem, solution = _searched(make, request, display)
    if request.sharp:
        certificate = _sharp(problem, display)
    else:
        if request.degree is not None:
            solution = _solved(request, problem, display)
        certificate = _regular(solution, display)
    certificate.save(output)
    display.note(f"wrote {output} ({output.stat().st_size:,} bytes), from polynomials of degree {2 * problem.degree}")
    return verify_output(output, quantity, certificate.bound, display)


def _solved(request: TwoPointRequest, problem: Problem, display: Display) -> NumericSolution:
    with display.stage("solve", f"solve {_text(problem)}"):
        solution = solve(problem, bits=request.bits, progress=display.iteration)
    display.note(f"{solution.status.value}: {solution.message}")
    _require_feasible(problem, solution)
    return solution


def _require_feasible(problem: Problem, solution: NumericSolution) -> None:
    if solution.status is Status.INFEASIBLE:
        raise InfeasibleError(
            f"there are no polynomials of degree {2 * problem.degree} for {problem.quantity}: {solution.message}. Raise --degree."
        )


def _regular(solution: NumericSolution, display: Display) -> Certificate:
    """A certificate in the interior, a little above the optimum."""
    with display.stage("round", "round to an exact certificate"):
        certificate = certify(solution)
    optimum = solution.primal_objective
    if optimum > 1 and abs(optimum - (optimum + fmpq(1, 2)).floor()) < _IMPROVEMENT * optimum:
        display.note("the bound is close to an integer, and may be sharp: --sharp looks for the exact optimum")
    return certificate


def _searched(
    make: Callable[[int], Problem], request: TwoPointRequest, display: Display
) -> tuple[Problem, NumericSolution]:
    """The least degree from which on the bound does not improve any more."""
    best: tuple[Problem, NumericSolution] | None = None
    idle = 0
    for degree in range(1, _LARGEST + 1):
        problem = make(degree)
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
            f"there are no polynomials of degree at most {2 * _LARGEST} for {make(1).quantity}. Give a larger --degree."
        )
    return best


def _sharp(problem: Problem, display: Display) -> Certificate:
    """The exact optimum, from a solution with many digits; with more of them if the first ones are not enough."""
    reason = ""
    for digits in _DIGITS:
        with display.stage("solve to many digits", f"solve to {digits} digits"):
            solution = solve(problem, settings=sharp_settings(digits), progress=display.iteration)
        _require_feasible(problem, solution)
        try:
            with display.stage("round to the face", "round to the face of the optimum"):
                return certify(round_to_face(solution))
        except RoundingError as error:
            reason = str(error)
            display.note(f"{digits} digits: {reason}")
    optimum = decimal_up(solution.primal_objective, 12)
    raise RoundingError(
        f"the optimum, about {optimum}, was not recognised as an exact solution over a small number field ({reason}). "
        "Leave out --sharp for a certificate just above it, or try another --degree"
    )


def _text(problem: Problem) -> str:
    quantity = problem.quantity.partition(" in Q(")[0]
    return f"{quantity}, degree {problem.degree}: {problem.equations} equations"
