"""``kissalg bound caps``: packings of spherical caps of one or several sizes.

Main definitions: `CAPS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from kissalg.errors import ParameterError
from kissalg.families.spherical_caps.model import SphericalCapsProblem, spherical_caps
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

__all__ = ["CAPS", "CapsRequest"]


@dataclass(frozen=True)
class CapsRequest:
    """The options of ``kissalg bound caps``.

    Raises:
        ParameterError: options that have no meaning together.
    """

    n: Annotated[int, Argument("N", "Dimension of the space; at least 2.")]
    cos: Annotated[str | None, Option('Cosines of the angles of the caps, such as "sqrt(8)/3, sqrt(2/3)".')] = None
    angles: Annotated[str | None, Option('The angles themselves, such as "pi/5, 3*pi/10".')] = None
    weights: Annotated[
        str | None, Option("What a cap of each size counts, such as 1,2. [default: its area, for the density]")
    ] = None
    degree: SearchedDegree = None
    sharp: Sharp = False
    bits: Bits = None
    engine: SolverEngine = Engine.MULTIPRECISION

    def __post_init__(self) -> None:
        if (self.cos is None) == (self.angles is None):
            raise ParameterError("expected the sizes of the caps as --cos or as --angles, one of them.")
        _ = self.how

    @property
    def how(self) -> DegreeOptions:
        """Which degree, and how it is solved."""
        return DegreeOptions(self.degree, self.sharp, self.bits, self.engine)

    def problem(self, degree: int) -> SphericalCapsProblem:
        """The problem of a degree."""
        sizes = (
            self.cos.split(",") if self.cos is not None else [f"cos({angle})" for angle in str(self.angles).split(",")]
        )
        numbers = None if self.weights is None else [weight.strip() for weight in self.weights.split(",")]
        return spherical_caps(self.n, sizes, degree, weights=numbers)


def _output(request: CapsRequest) -> Path:
    name = "caps" if request.weights is not None else "cap-density"
    degree = "" if request.degree is None else f"-d{request.degree}"
    return Path(f"{name}-{request.n}-{in_file_name(request.cos or str(request.angles))}{degree}.json.xz")


def _compute(request: CapsRequest, run: Run) -> Outcome:
    quantity = request.problem(1 if request.degree is None else request.degree).quantity
    certificate = by_degree(request.problem, quantity, request.how, run)
    return Outcome(certificate, None if " in Q(" in quantity else quantity)


CAPS = Command(
    "bound caps",
    CapsRequest,
    _compute,
    _output,
    """Bound the density, or a weighted count, of packings of spherical caps of one or several sizes.

    Examples: kissalg bound caps 3 --angles "pi/5, 3*pi/10" --degree 4 ·
    kissalg bound caps 4 --cos "sqrt(3)/2, 3/4" --weights 1,2
    """,
)
