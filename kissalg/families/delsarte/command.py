"""``kissalg bound delsarte``: Delsarte's linear programming bound, optimised or by a polynomial that is given.

Main definitions: `DELSARTE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from kissalg.certificate import Certificate
from kissalg.errors import ParameterError
from kissalg.families.delsarte.explicit import delsarte_polynomial, levenshtein
from kissalg.families.delsarte.model import delsarte
from kissalg.pipeline import (
    Argument,
    Bits,
    Command,
    DegreeOptions,
    Engine,
    Option,
    Outcome,
    Run,
    SearchedDegree,
    Sharp,
    SolverEngine,
    by_degree,
    in_file_name,
)

__all__ = ["DELSARTE", "DelsarteRequest"]


@dataclass(frozen=True)
class DelsarteRequest:
    """The options of ``kissalg bound delsarte``.

    Raises:
        ParameterError: options that have no meaning together.
    """

    n: Annotated[int, Argument("N", "Dimension of the space; at least 2.")]
    cos: Annotated[str, Option('Cosine of the minimal angle: "1/2", "1/sqrt(5)", "(1+sqrt(5))/4", "cos(2*pi/5)".')] = (
        "1/2"
    )
    degree: SearchedDegree = None
    sharp: Sharp = False
    polynomial: Annotated[
        str | None, Option('A polynomial f in t, such as "(t+1)*(t-1/2)*t^2": its bound f(1)/f_0, exactly.')
    ] = None
    gegenbauer: Annotated[str | None, Option("Its Gegenbauer coefficients f_0, f_1, ..., separated by commas.")] = None
    levenshtein: Annotated[bool, Option("Levenshtein's polynomial and bound.")] = False
    bits: Bits = None
    engine: SolverEngine = Engine.MULTIPRECISION

    def __post_init__(self) -> None:
        given = (self.polynomial is not None) + (self.gegenbauer is not None) + self.levenshtein
        optimised = self.degree is not None or self.sharp or self.bits is not None
        if given > 1 or (given and (optimised or self.engine is not Engine.MULTIPRECISION)):
            raise ParameterError(
                "expected one of --polynomial, --gegenbauer and --levenshtein, without --degree, --sharp, --bits and"
                " --engine."
            )
        _ = self.how

    @property
    def how(self) -> DegreeOptions:
        """Which degree, and how it is solved."""
        return DegreeOptions(self.degree, self.sharp, self.bits, self.engine)

    @property
    def is_explicit(self) -> bool:
        """Whether the polynomial is given."""
        return self.polynomial is not None or self.gegenbauer is not None or self.levenshtein


def _output(request: DelsarteRequest) -> Path:
    kind = "delsarte"
    if request.is_explicit:
        kind = "levenshtein" if request.levenshtein else "polynomial"
    degree = "" if request.degree is None else f"-d{request.degree}"
    return Path(f"A-{request.n}-{in_file_name(request.cos)}-{kind}{degree}.json.xz")


def _compute(request: DelsarteRequest, run: Run) -> Outcome:
    n, cos = request.n, request.cos
    quantity = delsarte(n, cos, request.degree if request.degree is not None else 1).quantity
    if request.is_explicit:
        certificate = _explicit(request, run)
    else:
        certificate = by_degree(lambda degree: delsarte(n, cos, degree), quantity, request.how, run)
    return Outcome(certificate, None if " in Q(" in quantity else quantity)


def _explicit(request: DelsarteRequest, run: Run) -> Certificate:
    n, cos = request.n, request.cos
    with run.stage("factor", "take the polynomial apart"):
        if request.levenshtein:
            bound = levenshtein(n, cos)
        elif request.polynomial is not None:
            bound = delsarte_polynomial(n, cos, request.polynomial)
        else:
            bound = delsarte_polynomial(n, cos, str(request.gegenbauer).split(","), basis="gegenbauer")
    return run.certify(bound, title="write its factors as sums of squares")


DELSARTE = Command(
    "bound delsarte",
    DelsarteRequest,
    _compute,
    _output,
    """Bound A(N, θ) by Delsarte's linear program, cos θ rational or algebraic; or by a polynomial that is given.

    Examples: kissalg bound delsarte 8 --sharp · kissalg bound delsarte 3 --cos "1/sqrt(5)" --degree 2 --sharp ·
    kissalg bound delsarte 8 --polynomial "(t+1)*(t+1/2)^2*t^2*(t-1/2)" ·
    kissalg bound delsarte 4 --cos 1/3 --levenshtein
    """,
)
