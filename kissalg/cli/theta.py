"""``kissalg bound theta``: bounds for the independence number of a graph, from a file to a verified certificate on disk."""

from dataclasses import dataclass
from pathlib import Path

from kissalg.algebra.graphs import Graph
from kissalg.cli.bound import require_writable, verify_output
from kissalg.cli.display import Display
from kissalg.cli.exits import ExitCode
from kissalg.errors import ParameterError
from kissalg.exact.rational import decimal_up, fraction
from kissalg.families.independence_number.boolean_quadratic import Facet
from kissalg.families.independence_number.rounds import bound_independence
from kissalg.kernel.notation.independence_numbers import graph_quantity
from kissalg.published.graph_files import read_facets, read_graph

__all__ = ["ThetaRequest", "bound_theta"]


@dataclass(frozen=True)
class ThetaRequest:
    """The command as the user typed it."""

    file: Path
    level: str = "theta"
    format: str | None = None
    cuts: tuple[str, ...] = ()
    facets: Path | None = None
    rounds: int = 12
    sharp: bool = False
    symmetry: bool = True
    complement: bool = False
    independent: str | None = None
    bits: int | None = None
    output: Path | None = None
    force: bool = False
    quiet: bool = False


def bound_theta(request: ThetaRequest) -> ExitCode:
    """Read, build, solve, strengthen, round, write, verify. Progress goes to stderr, the two verdicts to stdout.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=request.quiet)
    if request.sharp and request.bits is not None:
        raise ParameterError("expected --sharp or --bits, found both: --sharp chooses the precision.")
    graph = read_graph(request.file, request.format)
    if request.complement:
        graph = graph.complement()
    facets: tuple[Facet, ...] = () if request.facets is None else read_facets(request.facets)
    output = request.output or Path(f"{request.file.name.split('.')[0]}-{request.level}.json.xz")
    require_writable(output, force=request.force)
    with display.stage("bound", f"{request.level} of {graph}"):
        result = bound_independence(
            graph,
            request.level,
            cuts=request.cuts,
            facets=facets,
            rounds=request.rounds,
            sharp=request.sharp,
            symmetry=request.symmetry,
            independent=_vertices(graph, request.independent),
            bits=request.bits,
            progress=display.iteration,
            report=display.note,
        )
    result.certificate.save(output)
    display.note(repr(result.problem))
    if len(result.history) > 1:
        display.note(f"bounds of the rounds: {', '.join(decimal_up(value, 6) for value in result.history)}")
    display.note(f"wrote {output} ({output.stat().st_size:,} bytes)")
    weights = [fraction(w) for w in graph.weights] if graph.is_weighted else None
    return verify_output(output, graph_quantity(graph.graph6, weights), result.certificate.bound, display)


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
