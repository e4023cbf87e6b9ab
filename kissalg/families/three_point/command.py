"""``kissalg bound kissing`` and ``kissalg bound code``: the three-point bound for spherical codes.

``kissalg bound code --method`` has other theorems about them, too.

Main definitions: `KISSING`, `CODE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, TypeAlias

from kissalg.certificate import Certificate
from kissalg.errors import ParameterError
from kissalg.exact.rational import fraction, rational
from kissalg.families.delsarte.model import delsarte
from kissalg.families.rankin.model import rankin
from kissalg.families.three_point.model import ThreePointProblem, three_point
from kissalg.pipeline import (
    Argument,
    Bits,
    Command,
    DegreeOptions,
    Engine,
    Option,
    Outcome,
    Run,
    SolverEngine,
    by_degree,
    from_doubles,
    in_file_name,
    require_feasible,
)
from kissalg.solvers import NumericSolution

__all__ = ["CODE", "KISSING", "CodeMethod", "CodeRequest", "KissingRequest"]

Dimension: TypeAlias = Annotated[int, Argument("N", "Dimension of the space; at least 3.")]
Degree: TypeAlias = Annotated[
    int, Option("Degree d of the problem: higher is better and slower (about d^6).", short="-d")
]
Linear: TypeAlias = Annotated[
    int | None,
    Option("Number of linear terms a_k. [default: twice the degree; the degree itself is the classical choice]"),
]


@dataclass(frozen=True)
class KissingRequest:
    """The options of ``kissalg bound kissing``.

    Raises:
        ParameterError: options that have no meaning together.
    """

    n: Dimension
    degree: Degree
    linear: Linear = None
    bits: Bits = None
    engine: SolverEngine = Engine.MULTIPRECISION

    def __post_init__(self) -> None:
        _require_consistent(self)

    @property
    def cos(self) -> str:
        """The cosine of the minimal angle of a kissing configuration."""
        return "1/2"


class CodeMethod(StrEnum):
    """The theorem that bounds a spherical code."""

    THREE_POINT = "three-point"
    DELSARTE = "delsarte"
    RANKIN = "rankin"


@dataclass(frozen=True)
class CodeRequest:
    """The options of ``kissalg bound code``.

    Raises:
        ParameterError: options that have no meaning together.
    """

    n: Annotated[int, Argument("N", "Dimension of the space; at least 3, for delsarte and rankin at least 2.")]
    cos: Annotated[str, Option("Cosine of the minimal angle, a rational number such as 1/6.")]
    degree: Annotated[
        int | None,
        Option(
            "Degree d of the problem: higher is better and slower (about d^6). "
            "[three-point: required; delsarte: by default up to 20, while it helps]",
            short="-d",
        ),
    ] = None
    linear: Linear = None
    bits: Bits = None
    engine: SolverEngine = Engine.MULTIPRECISION
    method: Annotated[
        CodeMethod,
        Option(
            "three-point: the semidefinite bound; delsarte: the linear programming bound; "
            "rankin: min(1 - 1/cos, N + 1) for -1 < cos < 0, and 2N for cos = 0."
        ),
    ] = CodeMethod.THREE_POINT

    def __post_init__(self) -> None:
        if self.method is CodeMethod.THREE_POINT and self.degree is None:
            raise ParameterError("expected --degree with --method three-point.")
        if self.method is not CodeMethod.THREE_POINT and self.linear is not None:
            raise ParameterError("expected --linear with --method three-point only.")
        options = (self.degree, self.bits, self.engine)
        if self.method is CodeMethod.RANKIN and options != (None, None, Engine.MULTIPRECISION):
            raise ParameterError("expected --method rankin without --degree, --bits and --engine: nothing is solved.")
        _require_consistent(self)


def _require_consistent(request: KissingRequest | CodeRequest) -> None:
    if request.engine is not Engine.MULTIPRECISION and request.bits is not None:
        raise ParameterError(f"expected --engine {request.engine.value} without --bits: it has double precision.")


def _output(request: KissingRequest | CodeRequest) -> Path:
    """The name of the certificate of a problem, such as A-4-1_2-d6.json.xz."""
    method = ""
    if isinstance(request, CodeRequest) and request.method is not CodeMethod.THREE_POINT:
        method = f"-{request.method.value}"
    degree = "" if request.degree is None else f"-d{request.degree}"
    terms = "" if request.degree is None or request.linear in (None, 2 * request.degree) else f"-k{request.linear}"
    return Path(f"A-{request.n}-{in_file_name(str(rational(request.cos)))}{method}{degree}{terms}.json.xz")


def _compute_code(request: CodeRequest, run: Run) -> Outcome:
    if request.method is CodeMethod.RANKIN:
        bound = rankin(request.n, request.cos)
        return Outcome(run.certify(bound, title="write the certificate"), bound.quantity)
    if request.method is CodeMethod.DELSARTE:
        cos, how = rational(request.cos), DegreeOptions(request.degree, False, request.bits, request.engine)
        quantity = f"A({request.n}, {cos})"
        return Outcome(by_degree(lambda degree: delsarte(request.n, cos, degree), quantity, how, run), quantity)
    return _compute(request, run)


def _compute(request: KissingRequest | CodeRequest, run: Run) -> Outcome:
    assert request.degree is not None  # the request is refused without it
    title = f"build the exact problem (n = {request.n}, cos = {request.cos}, degree {request.degree})"
    with run.stage("build", title):
        problem = three_point(request.n, request.cos, request.degree, request.linear)
    quantity = f"A({problem.n},{problem.cos})"
    if request.engine is not Engine.MULTIPRECISION:
        faces = [problem, problem.linear_programming_face()]
        return Outcome(from_doubles(faces, quantity, request.engine, run), quantity)
    solution = _solved(problem, request.bits, run)
    certificate = run.certify(solution)
    run.note(f"the rounding cost {_cost(certificate, solution)}")
    return Outcome(certificate, quantity)


def _solved(problem: ThreePointProblem, bits: int | None, run: Run) -> NumericSolution:
    """The solution that is rounded.

    Of the problem, or of its linear programming face where it has no interior point.
    """
    infeasible = (
        f"the three-point problem of degree {problem.degree} for n = {problem.n}, cos = {problem.cos} gives no bound: "
        "{}. Raise --degree, and leave --linear at its default."
    )
    title = f"solve ({problem.equations} equations, {len(problem.variables)} blocks)"
    solution = run.solve(problem, bits=bits, title=title)
    require_feasible(solution, infeasible)
    if solution.strictly_feasible:
        return solution
    run.note(
        f"no interior point of the three-point problem of degree {problem.degree} was found for n = {problem.n}; "
        "the certificate will be one of its linear programming face. A higher degree may give more."
    )
    face = run.solve(
        problem.linear_programming_face(),
        bits=bits,
        stage="solve the face",
        title="solve the linear programming face",
    )
    require_feasible(face, infeasible)
    return face


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


KISSING = Command(
    "bound kissing",
    KissingRequest,
    _compute,
    _output,
    """Bound the kissing number of dimension N.

    Example: kissalg bound kissing 4 --degree 6 -o k4.json.xz
    """,
)
CODE = Command(
    "bound code",
    CodeRequest,
    _compute_code,
    _output,
    """Bound A(N, θ), the size of a spherical code in dimension N with minimal angle θ, cos θ rational.

    Examples: kissalg bound code 4 --cos 1/6 --degree 4 · kissalg bound code 3 --cos -1/2 --method rankin
    """,
)
