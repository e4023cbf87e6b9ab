"""The arguments of ``kissalg bound theta``; what it does is in `kissalg.cli.theta`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kissalg.cli.exits import ExitCode, exiting
from kissalg.cli.options import Bits, Force, Output, Quiet
from kissalg.cli.theta import ThetaRequest
from kissalg.cli.theta import bound_theta as theta

__all__ = ["Cut", "GraphFormat", "GraphLevel", "bound_theta"]


class GraphLevel(StrEnum):
    """The names of the levels."""

    THETA = "theta"
    THETA_PRIME = "theta-prime"
    LAS1 = "las1"
    LAS2 = "las2"
    LAS3 = "las3"


class GraphFormat(StrEnum):
    """The formats of graphs."""

    GRAPH6 = "graph6"
    DIMACS = "dimacs"
    EDGES = "edges"
    JSON = "json"


class Cut(StrEnum):
    """The families of inequalities."""

    TRIANGLE = "triangle"
    CLIQUE = "clique"
    HYPERMETRIC = "hypermetric"
    ODD_CYCLE = "odd-cycle"


@exiting
def bound_theta(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A graph: graph6, DIMACS, an edge list, or JSON.")],
    level: Annotated[
        GraphLevel,
        typer.Option(
            help="theta; theta-prime = las1: with nonnegative products; las2, las3: the next steps of Lasserre's hierarchy."
        ),
    ] = GraphLevel.THETA,
    format: Annotated[  # noqa: A002  # the word users know
        GraphFormat | None, typer.Option(help="The format of the file. [default: recognised]")
    ] = None,
    cut: Annotated[
        list[Cut] | None,
        typer.Option(help="Add violated Boolean-quadratic inequalities of this family; may be given several times."),
    ] = None,
    facets: Annotated[
        Path | None,
        typer.Option(help="Add violated instances of the facets of BQP(k) in this file (see docs/formats.md)."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="At most so many rounds of inequalities.")] = 12,
    sharp: Annotated[
        bool, typer.Option("--sharp", help="The exact optimum, over the number field in which it lies.")
    ] = False,
    no_symmetry: Annotated[
        bool, typer.Option("--no-symmetry", help="Do not look for automorphisms of the graph.")
    ] = False,
    complement: Annotated[
        bool, typer.Option("--complement", help="The complement of the graph: bounds for its cliques.")
    ] = False,
    independent: Annotated[
        str | None, typer.Option(metavar="VERTICES", help="An independent set for the lower bound. [default: searched]")
    ] = None,
    bits: Bits = None,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Bound the (weighted) independence number of a graph by its theta number, Lasserre's hierarchy, and inequalities.

    Examples: kissalg bound theta petersen.g6 --sharp · kissalg bound theta graph.col --level las2 ·
    kissalg bound theta edges.txt --cut triangle --cut odd-cycle
    """
    cuts = tuple(c.value for c in cut or ())
    chosen = None if format is None else format.value
    return theta(
        ThetaRequest(
            file,
            level.value,
            chosen,
            cuts,
            facets,
            rounds,
            sharp,
            not no_symmetry,
            complement,
            independent,
            bits,
            output,
            force,
            quiet,
        )
    )
