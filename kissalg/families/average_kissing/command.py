"""``kissalg bound average-kissing``: contact graphs of balls, by one of five theorems.

Main definitions: `AVERAGE_KISSING`, `AverageKissingRequest`, `Method`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from flint import fmpq

from kissalg.certificate import Certificate
from kissalg.errors import InfeasibleError, ParameterError, RoundingError, SolverError
from kissalg.exact.rational import decimal_up, rational
from kissalg.families.average_kissing.model import average_kissing
from kissalg.families.average_kissing_area.model import average_kissing_area
from kissalg.families.average_kissing_direct.model import average_kissing_direct
from kissalg.families.average_kissing_polynomial.cap_root import cap_root
from kissalg.families.average_kissing_polynomial.model import Sizes, average_kissing_polynomial
from kissalg.families.average_kissing_radii.model import average_kissing_radii
from kissalg.families.balls.areas import area_weights
from kissalg.families.balls.local import WeightsProblem
from kissalg.families.balls.mesh import Mesh, linear_mesh, step_mesh
from kissalg.pipeline import Argument, Command, Option, Outcome, Run, best_of
from kissalg.sdp.model import Model
from kissalg.solvers import Settings, Status
from kissalg.solvers.float64 import Engine, Float64Solution

__all__ = ["AVERAGE_KISSING", "AverageKissingRequest", "Method"]

# dimension: least size, degree, grading. Found by varying them with four intervals; larger dimensions take the last
# line.
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
# dimension: least size and degree for polynomials of order 4; other dimensions take the line of the next smaller one
_POLYNOMIAL_DEFAULTS = {
    3: ("3/10", 10),
    4: ("9/25", 10),
    5: ("2/5", 10),
    6: ("21/50", 10),
    7: ("11/25", 10),
    10: ("9/20", 12),
    12: ("23/50", 12),
    15: ("47/100", 12),
    19: ("19/40", 12),
    21: ("12/25", 12),
    23: ("97/200", 12),
}
_MARGINS = ("1/50000", "1/10000", "1/3000", "1/1000")
_DIRECT_DEGREE = 13
_LARGEST_KNOWN = (
    24  # the largest dimension in which the defaults for polynomials were tried; for pieces the last one of the table
)
_ORDER = 4
# polynomials of these degrees are badly scaled for hardware arithmetic; a small start suits them
_GAP = 10**-7
_SETTINGS = (Settings(bits=144, start=100, gap=_GAP), Settings(bits=240, start=1000, gap=_GAP))
_SEARCH = [fmpq(k, 8) for k in range(14, 50, 2)]  # squares of ρ: first these, then the neighbours of the best


class Method(StrEnum):
    """What the weights are, and on which pieces.

    Or functions of positive type instead of weights, or the area of one cap.
    """

    BEST = "best"
    LINEAR = "linear"
    STEP = "step"
    POLYNOMIAL = "polynomial"
    CAPS = "caps"
    DIRECT = "direct"
    AREA = "area"


_WITH_RADII = (Method.BEST, Method.CAPS, Method.DIRECT)
_WITHOUT_RADII = (Method.BEST, Method.LINEAR, Method.STEP, Method.POLYNOMIAL, Method.CAPS, Method.AREA)
_WITH_SPHERE = (Method.CAPS, Method.POLYNOMIAL, Method.AREA)
_MULTIPRECISION = (Method.POLYNOMIAL, Method.DIRECT)


@dataclass(frozen=True)
class AverageKissingRequest:
    """The options of ``kissalg bound average-kissing``.

    Raises:
        ParameterError: options that have no meaning for the method.
    """

    n: Annotated[int, Argument("N", "Dimension of the space; at least 3.")]
    method: Annotated[
        Method,
        Option(
            "polynomial: weights that are polynomials, optimised; linear: optimised on linear pieces; step: on constant"
            " pieces; caps: the weights are areas of caps on the sphere of radius rho; best: the best of polynomial,"
            " linear and twice the linear programming bound of the kissing number (with --radii: optimised weights);"
            " direct, with --radii: functions of positive type, without weights; area: 1 over the area of one cap."
        ),
    ] = Method.BEST
    degree: Annotated[int | None, Option("Degree d. [default: by dimension]", short="-d")] = None
    first: Annotated[
        str | None, Option("The least size s/(r+s) with a weight, in (0, 1/2). [default: by dimension]")
    ] = None
    intervals: Annotated[int, Option("Pieces on either side of size 1/2.")] = 6
    grading: Annotated[
        int | None, Option("Distances of nodes to 1/2 grow like (i/m)^(g/4). [default: by dimension]")
    ] = None
    order: Annotated[int | None, Option("Degree of the weights, even, for --method polynomial. [default: 4]")] = None
    rho_squared: Annotated[
        str | None,
        Option(
            "The square of rho, 1 < rho <= 3 (for rho = 3 itself the area of an equal ball is 0, and there is no"
            " bound), for --method caps and area [default: 3; caps with --radii: the best one] or polynomial [default:"
            " no sphere]."
        ),
    ] = None
    radii: Annotated[str | None, Option("Only packings with these radii, such as 1,2; no mesh is needed.")] = None
    contact: Annotated[
        str | None,
        Option("For --method direct: the exponent at a contact of the largest balls. [default: by degree]"),
    ] = None
    margin: Annotated[
        str | None, Option("By how much the inequalities are to hold. [default: the least that works]")
    ] = None
    engine: Annotated[Engine, Option("The solver, in double precision.")] = Engine.CLARABEL

    @property
    def defaults(self) -> tuple[str, int, int]:
        """Least size, degree and grading for this dimension."""
        return _DEFAULTS.get(self.n, _DEFAULTS[max(_DEFAULTS)])

    @property
    def polynomial_defaults(self) -> tuple[str, int]:
        """Least size and degree of polynomials for this dimension."""
        known = [n for n in _POLYNOMIAL_DEFAULTS if n <= self.n] or [min(_POLYNOMIAL_DEFAULTS)]
        return _POLYNOMIAL_DEFAULTS[max(known)]

    @property
    def advice(self) -> str:
        """What to do if there is no bound: values that give one, where they are known."""
        if self.radii is not None:
            return "Raise --degree"
        polynomial = self.method is Method.POLYNOMIAL
        first, degree = self.polynomial_defaults if polynomial else self.defaults[:2]
        tried = self.rho_squared is None and self.n <= (_LARGEST_KNOWN if polynomial else max(_DEFAULTS))
        linear = self.method in (Method.LINEAR, Method.BEST)
        known = f" (--degree {degree} with --first {first} gives a bound)" if tried and (polynomial or linear) else ""
        return f"Raise --degree, or --first towards 1/2{known}"

    def __post_init__(self) -> None:
        allowed = _WITHOUT_RADII if self.radii is None else _WITH_RADII
        if self.method not in allowed:
            names = ", ".join(method.value for method in allowed)
            which = "without" if self.radii is None else "with"
            raise ParameterError(f"expected one of the methods {names} {which} --radii, found {self.method.value}.")
        if self.radii is not None and self.first is not None:
            raise ParameterError("expected --radii without --first: finitely many radii need no mesh.")
        if self.rho_squared is not None and self.method not in _WITH_SPHERE:
            raise ParameterError("expected --rho-squared with --method caps, polynomial or area only.")
        if self.method is Method.AREA and (self.degree, self.first, self.margin) != (None, None, None):
            raise ParameterError(
                "expected --method area without --degree, --first and --margin: it takes --rho-squared only."
            )
        if self.order is not None and self.method is not Method.POLYNOMIAL:
            raise ParameterError("expected --order with --method polynomial only.")
        if self.method in _MULTIPRECISION and (self.margin is not None or self.engine is not Engine.CLARABEL):
            raise ParameterError(
                f"expected --margin and --engine with the other methods only: --method {self.method.value} solves in"
                " multiprecision."
            )
        if self.contact is not None and self.method is not Method.DIRECT:
            raise ParameterError("expected --contact with --method direct only.")

    def problems(self, margin: str) -> list[WeightsProblem]:
        """The exact problems of which the best is to be taken.

        Args:
            margin: by how much every inequality has to hold, relatively, as the text of a rational number.

        Raises:
            ParameterError: one of the parameters does not suit the theorem.
        """
        first, degree, grading = self.defaults
        degree = degree if self.degree is None else self.degree
        if self.radii is not None:
            return [
                average_kissing_radii(
                    self.n, degree, self.texts_of_radii(), rho_squared=self.rho_squared, margin=margin
                )
            ]
        grading = grading if self.grading is None else self.grading
        mesh = self._mesh(first if self.first is None else self.first, grading)
        weights = area_weights(self.n, self.rho_squared or "3", mesh) if self.method is Method.CAPS else None
        problems: list[WeightsProblem] = [average_kissing(self.n, degree, mesh, weights=weights, margin=margin)]
        if self.method is Method.BEST:  # twice the linear programming bound of the kissing number
            problems.append(average_kissing(self.n, degree, Mesh((fmpq(1, 2),), "c"), margin=margin))
        return problems

    def with_rho(self, rho_squared: fmpq) -> WeightsProblem:
        """The problem for finitely many radii with areas of caps."""
        degree = self.defaults[1] if self.degree is None else self.degree
        return average_kissing_radii(self.n, degree, self.texts_of_radii(), rho_squared=rho_squared, margin=_MARGINS[0])

    def texts_of_radii(self) -> list[str]:
        """The texts between the commas.

        Raises:
            ParameterError: one of them is empty.
        """
        found = [word.strip() for word in (self.radii or "").split(",")]
        if not all(found):
            raise ParameterError(
                f"--radii: expected positive numbers separated by commas, such as 1,2, found {self.radii!r}."
            )
        return found

    def _mesh(self, first: str, grading: int) -> Mesh:
        make = linear_mesh if self.method in (Method.LINEAR, Method.BEST) else step_mesh
        return make(first, self.intervals, grading)


def _output(request: AverageKissingRequest) -> Path:
    radii = "" if request.radii is None else "-r" + request.radii.replace(",", "_").replace("/", "-")
    method = "" if request.radii is not None and request.method is Method.BEST else f"-{request.method.value}"
    return Path(f"average-kissing-{request.n}{radii}{method}.json.xz")


def _compute(request: AverageKissingRequest, run: Run) -> Outcome:
    strategies = {Method.DIRECT: _direct, Method.POLYNOMIAL: _polynomial, Method.AREA: _area}
    strategy = strategies.get(request.method, _weights)
    if request.method is Method.BEST and request.radii is None:
        strategy = _best
    quantity = f"average-kissing({request.n})"
    if request.radii is not None:
        radii = sorted(map(rational, request.texts_of_radii()))
        quantity = f"average-kissing({request.n};{','.join(map(str, radii))})"
    return Outcome(strategy(request, run), quantity)


def _best(request: AverageKissingRequest, run: Run) -> Certificate:
    """The best certificate: by linear pieces, twice the kissing number, or polynomials with their own defaults."""
    plain = AverageKissingRequest(request.n, Method.POLYNOMIAL)
    strategies = {"linear pieces": lambda: _weights(request, run), "polynomials": lambda: _polynomial(plain, run)}
    return best_of(strategies, run)


def _area(request: AverageKissingRequest, run: Run) -> Certificate:
    """A certificate by the area of one cap."""
    with run.stage("area", "enclose the area of the cap that an equal ball cuts from the sphere"):
        problem = average_kissing_area(request.n, request.rho_squared or "3")
    return run.certify(problem, title="write the certificate")


def _polynomial(request: AverageKissingRequest, run: Run) -> Certificate:
    """A certificate by polynomial weights; with a sphere, f is fitted to the areas of caps."""
    first, degree = request.polynomial_defaults
    first = first if request.first is None else request.first
    degree = degree if request.degree is None else request.degree
    order = _ORDER if request.order is None else request.order
    problem = average_kissing_polynomial(request.n, degree, order, first)
    if request.rho_squared is not None:
        sizes = Sizes(rational(first), 2)
        with run.stage("fit", "fit a polynomial to the root of the areas of caps, and prove that it is above"):
            root = cap_root(request.n, request.rho_squared, sizes, order)
        problem = average_kissing_polynomial(request.n, degree, order, first, power=2, root=root.coeffs())
    return _certified(problem, request.advice, run)


def _weights(request: AverageKissingRequest, run: Run) -> Certificate:
    """A certificate by weights of contacts; margins are tried until one is enough."""
    margins = _MARGINS if request.margin is None else (request.margin,)
    if request.method is Method.CAPS and request.radii is not None and request.rho_squared is None:
        rho_squared = _best_sphere(request, run)
        run.note(f"rho² = {rho_squared}")
        request = replace(request, rho_squared=str(rho_squared))
    for index, margin in enumerate(margins):
        solution = _best_solution(request, request.problems(margin), margin, run)
        try:
            return run.certify(solution, title="repair the solution, and check it")
        except RoundingError as error:
            if index == len(margins) - 1:
                raise
            run.note(f"margin {margin} is not enough: {error}")
    raise AssertionError("there is at least one margin")


def _best_solution(
    request: AverageKissingRequest, problems: Sequence[WeightsProblem], margin: str, run: Run
) -> Float64Solution:
    """The solution with the least bound among the problems that have one."""
    best: Float64Solution | None = None
    message = ""
    for problem in problems:
        solution = run.solve_float64(problem, engine=request.engine, title=f"solve {problem!r}, margin {margin}")
        run.note(f"bound {decimal_up(solution.objective, 6)}")
        if solution.status is Status.INFEASIBLE:
            message = message or solution.message
        elif best is None or (solution.status is Status.OPTIMAL and solution.objective < best.objective):
            best = solution
    if best is None:
        first = problems[0]
        raise InfeasibleError(
            f"the program of degree {first.degree} for n = {first.n} gives no bound: {message}. {request.advice}."
        )
    return best


def _best_sphere(request: AverageKissingRequest, run: Run) -> fmpq:
    """The ρ² with the least bound, to about 1/16."""
    values: dict[fmpq, fmpq] = {}

    def bound(square: fmpq) -> fmpq:
        if square not in values:
            solution = run.solve_float64(
                request.with_rho(square),
                engine=request.engine,
                stage="search",
                title=f"try the sphere with rho² = {square}",
            )
            values[square] = solution.objective if solution.status is Status.OPTIMAL else fmpq(10**12)
        return values[square]

    best = min(_SEARCH, key=bound)
    for step in (fmpq(1, 8), fmpq(1, 16)):
        best = min((s for s in (best - step, best, best + step) if 1 < s < 9), key=bound)
    return best


def _direct(request: AverageKissingRequest, run: Run) -> Certificate:
    """A certificate by functions of positive type."""
    degree = _DIRECT_DEGREE if request.degree is None else request.degree
    problem = average_kissing_direct(request.n, request.texts_of_radii(), degree, contact=request.contact)
    return _certified(problem, "Take another --contact, or a lower --degree", run)


def _certified(problem: Model, advice: str, run: Run) -> Certificate:
    """Solve in multiprecision, with more bits if need be, and certify."""
    for settings in _SETTINGS:
        solution = run.solve(problem, settings=settings)
        if solution.status is Status.OPTIMAL and solution.strictly_feasible:
            return run.certify(solution, title="round the solution, and check it")
        if solution.status is Status.INFEASIBLE:
            raise InfeasibleError(f"the program gives no bound: {solution.message}. {advice}.")
    raise SolverError(f"no solution was found: {solution.status.value}: {solution.message}. {advice}")


AVERAGE_KISSING = Command(
    "bound average-kissing",
    AverageKissingRequest,
    _compute,
    _output,
    """Bound the average kissing number of dimension N, for balls of any radii or with --radii.

    Example: kissalg bound average-kissing 8 -o average-8.json.xz
    """,
)
