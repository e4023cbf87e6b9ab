"""The arguments of ``kissalg bound delsarte`` and ``kissalg bound caps``; what they do is in `kissalg.cli.two_point`."""

from typing import Annotated

import typer

from kissalg.cli.engine import Engine
from kissalg.cli.exits import ExitCode, exiting
from kissalg.cli.options import Bits, Force, Output, Quiet, SolverEngine
from kissalg.cli.two_point import ExplicitRequest, TwoPointRequest
from kissalg.cli.two_point import bound_caps as caps
from kissalg.cli.two_point import bound_delsarte as delsarte
from kissalg.cli.two_point import bound_explicit as by_polynomial

__all__ = ["bound_caps", "bound_delsarte"]

TwoPointDegree = Annotated[
    int | None,
    typer.Option("--degree", "-d", help="Polynomials have degree 2d. [default: up to 20, while it helps]"),
]
Sharp = Annotated[bool, typer.Option("--sharp", help="The exact optimum, over the number field in which it lies.")]


@exiting
def bound_delsarte(
    n: Annotated[int, typer.Argument(metavar="N", help="Dimension of the space; at least 2.")],
    cos: Annotated[
        str, typer.Option(help='Cosine of the minimal angle: "1/2", "1/sqrt(5)", "(1+sqrt(5))/4", "cos(2*pi/5)".')
    ] = "1/2",
    degree: TwoPointDegree = None,
    sharp: Sharp = False,
    polynomial: Annotated[
        str | None, typer.Option(help='A polynomial f in t, such as "(t+1)*(t-1/2)*t^2": its bound f(1)/f_0, exactly.')
    ] = None,
    gegenbauer: Annotated[
        str | None, typer.Option(help="Its Gegenbauer coefficients f_0, f_1, ..., separated by commas.")
    ] = None,
    use_levenshtein: Annotated[bool, typer.Option("--levenshtein", help="Levenshtein's polynomial and bound.")] = False,
    bits: Bits = None,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
    engine: SolverEngine = Engine.MULTIPRECISION,
) -> ExitCode:
    """Bound A(N, θ) by Delsarte's linear program, for any cos θ that is rational or algebraic; or by a polynomial that is given.

    Examples: kissalg bound delsarte 8 --sharp · kissalg bound delsarte 3 --cos "1/sqrt(5)" --degree 2 --sharp ·
    kissalg bound delsarte 8 --polynomial "(t+1)*(t+1/2)^2*t^2*(t-1/2)" · kissalg bound delsarte 4 --cos 1/3 --levenshtein
    """
    explicit = ExplicitRequest(polynomial, gegenbauer, use_levenshtein)
    if explicit.given:
        return by_polynomial(n, cos, explicit, TwoPointRequest(degree, sharp, bits, output, force, quiet, engine))
    return delsarte(n, cos, TwoPointRequest(degree, sharp, bits, output, force, quiet, engine))


@exiting
def bound_caps(
    n: Annotated[int, typer.Argument(metavar="N", help="Dimension of the space; at least 2.")],
    cos: Annotated[
        str | None, typer.Option(help='Cosines of the angles of the caps, such as "sqrt(8)/3, sqrt(2/3)".')
    ] = None,
    angles: Annotated[str | None, typer.Option(help='The angles themselves, such as "pi/5, 3*pi/10".')] = None,
    weights: Annotated[
        str | None,
        typer.Option(help="What a cap of each size counts, such as 1,2. [default: its area, for the density]"),
    ] = None,
    degree: TwoPointDegree = None,
    sharp: Sharp = False,
    bits: Bits = None,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
    engine: SolverEngine = Engine.MULTIPRECISION,
) -> ExitCode:
    """Bound the density, or a weighted count, of packings of spherical caps of one or several sizes.

    Examples: kissalg bound caps 3 --angles "pi/5, 3*pi/10" --degree 4 · kissalg bound caps 4 --cos "sqrt(3)/2, 3/4" --weights 1,2
    """
    return caps(n, cos, angles, weights, TwoPointRequest(degree, sharp, bits, output, force, quiet, engine))
