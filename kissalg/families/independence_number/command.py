"""``kissalg bound theta``: bounds for the independence number of a graph in a file.

Main definitions: `THETA`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from kissalg.algebra.graphs import Graph
from kissalg.errors import ParameterError
from kissalg.exact.rational import decimal_up, fraction
from kissalg.families.independence_number.model import LEVELS
from kissalg.families.independence_number.rounds import CUTS, bound_independence
from kissalg.kernel.notation.independence_numbers import graph_quantity
from kissalg.pipeline import Argument, Bits, Command, Option, Outcome, Run, Sharp
from kissalg.published.graph_files import GRAPH_FORMATS, read_facets, read_graph

__all__ = ["THETA", "Cut", "GraphFormat", "GraphLevel", "ThetaRequest"]

GraphLevel = StrEnum("GraphLevel", {name: name for name in LEVELS})  # type: ignore[misc]  # the names are those of the table of levels
GraphFormat = StrEnum("GraphFormat", {name: name for name in GRAPH_FORMATS})  # type: ignore[misc]  # of formats
Cut = StrEnum("Cut", {name: name for name in CUTS})  # type: ignore[misc]  # of inequalities
_THETA = GraphLevel("theta")


@dataclass(frozen=True)
class ThetaRequest:
    """The options of ``kissalg bound theta``.

    Raises:
        ParameterError: options that have no meaning together.
    """

    file: Annotated[Path, Argument("FILE", "A graph: graph6, DIMACS, an edge list, or JSON.")]
    level: Annotated[
        GraphLevel,
        Option(
            "theta; theta-prime = las1: with nonnegative products; las2, las3: the next steps of Lasserre's hierarchy."
        ),
    ] = _THETA
    format: Annotated[GraphFormat | None, Option("The format of the file. [default: recognised]")] = None
    cut: Annotated[
        tuple[Cut, ...],
        Option("Add violated Boolean-quadratic inequalities of this family; may be given several times."),
    ] = ()
    facets: Annotated[
        Path | None, Option("Add violated instances of the facets of BQP(k) in this file (see docs/formats.md).")
    ] = None
    rounds: Annotated[int, Option("At most so many rounds of inequalities.", least=1)] = 12
    sharp: Sharp = False
    no_symmetry: Annotated[bool, Option("Do not look for automorphisms of the graph.")] = False
    complement: Annotated[bool, Option("The complement of the graph: bounds for its cliques.")] = False
    independent: Annotated[
        str | None, Option("An independent set for the lower bound. [default: searched]", metavar="VERTICES")
    ] = None
    bits: Bits = None

    def __post_init__(self) -> None:
        if self.sharp and self.bits is not None:
            raise ParameterError("expected --sharp or --bits, found both: --sharp chooses the precision.")


def _output(request: ThetaRequest) -> Path:
    return Path(f"{request.file.name.split('.')[0]}-{request.level.value}.json.xz")


def _compute(request: ThetaRequest, run: Run) -> Outcome:
    graph = read_graph(request.file, None if request.format is None else request.format.value)
    if request.complement:
        graph = graph.complement()
    result = bound_independence(
        graph,
        request.level.value,
        cuts=[cut.value for cut in request.cut],
        facets=() if request.facets is None else read_facets(request.facets),
        rounds=request.rounds,
        sharp=request.sharp,
        symmetry=not request.no_symmetry,
        independent=_vertices(graph, request.independent),
        bits=request.bits,
        run=run,
    )
    run.note(repr(result.problem))
    if len(result.history) > 1:
        run.note(f"bounds of the rounds: {', '.join(decimal_up(value, 6) for value in result.history)}")
    weights = [fraction(w) for w in graph.weights] if graph.is_weighted else None
    return Outcome(result.certificate, graph_quantity(graph.graph6, weights))


def _vertices(graph: Graph, text: str | None) -> list[int] | None:
    """The vertices that a user named."""
    if text is None:
        return None
    place = {name: v for v, name in enumerate(graph.names)}
    words = text.replace(",", " ").split()
    for word in words:
        if word not in place:
            raise ParameterError(
                f"--independent: expected names of vertices such as {', '.join(graph.names[:5])}, found {word!r}"
            )
    return [place[word] for word in words]


THETA = Command(
    "bound theta",
    ThetaRequest,
    _compute,
    _output,
    """Bound the (weighted) independence number of a graph by its theta number, Lasserre's hierarchy, and inequalities.

    Examples: kissalg bound theta petersen.g6 --sharp · kissalg bound theta graph.col --level las2 ·
    kissalg bound theta edges.txt --cut triangle --cut odd-cycle
    """,
)
