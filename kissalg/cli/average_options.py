"""The options of ``kissalg bound average-kissing`` that no other command has."""

from typing import Annotated

import typer

from kissalg.cli.average import Method

__all__ = ["Contact", "First", "Grading", "Intervals", "Margin", "MethodName", "Order", "Radii", "RhoSquared"]

MethodName = Annotated[
    Method,
    typer.Option(
        help="polynomial: weights that are polynomials, optimised; linear: optimised on linear pieces; step: on constant pieces; caps: the weights are "
        "areas of caps on the sphere of radius rho; best: the best of polynomial, linear and twice the linear programming bound of the kissing number "
        "(with --radii: optimised weights); direct, with --radii: functions of positive type, without weights; area: 1 over the area of one cap."
    ),
]
First = Annotated[
    str | None, typer.Option(help="The least size s/(r+s) with a weight, in (0, 1/2). [default: by dimension]")
]
Intervals = Annotated[int, typer.Option(help="Pieces on either side of size 1/2.")]
Grading = Annotated[
    int | None, typer.Option(help="Distances of nodes to 1/2 grow like (i/m)^(g/4). [default: by dimension]")
]
RhoSquared = Annotated[
    str | None,
    typer.Option(
        help="The square of rho, 1 < rho <= 3 (for rho = 3 itself the area of an equal ball is 0, and there is no bound), for --method caps and area "
        "[default: 3; caps with --radii: the best one] or polynomial [default: no sphere]."
    ),
]
Order = Annotated[int | None, typer.Option(help="Degree of the weights, even, for --method polynomial. [default: 4]")]
Radii = Annotated[str | None, typer.Option(help="Only packings with these radii, such as 1,2; no mesh is needed.")]
Contact = Annotated[
    str | None,
    typer.Option(help="For --method direct: the exponent at a contact of the largest balls. [default: by degree]"),
]
Margin = Annotated[
    str | None, typer.Option(help="By how much the inequalities are to hold. [default: the least that works]")
]
