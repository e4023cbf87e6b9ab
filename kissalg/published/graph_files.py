"""Files with a graph: graph6, DIMACS, edge lists, JSON; and lists of facets as inequalities.

- graph6: one line, with or without the header `>>graph6<<`;
- DIMACS: lines `p edge n m` (or `p col n m`), `e u v`, and `n v w` for weights, vertices from 1; `c` begins a comment;
- edge list: two names of vertices on a line, separated by blanks; `#` begins a comment; a single name is a vertex
  without edges;
- JSON: an object with the keys vertices (a number; they are 0, 1, …), edges (pairs) and optionally weights.

Main definitions: `GRAPH_FORMATS`, `read_graph`, `graph_of_text`, `read_facets`.

References: McKay, the formats graph6 and sparse6; the second DIMACS implementation challenge (1993).
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from flint import fmpq

from kissalg.algebra.graphs import MAX_VERTICES, Graph
from kissalg.errors import ParameterError, PublishedError
from kissalg.families.independence_number.boolean_quadratic import Facet
from kissalg.published.facets import check_facets, facets_of
from kissalg.published.foreign import integer, member, number, numbers, parse_json, read_bytes, read_text, shown

__all__ = ["GRAPH_FORMATS", "graph_of_text", "read_facets", "read_graph"]

GRAPH_FORMATS = ("graph6", "dimacs", "edges", "json")
_MAX_LINES = MAX_VERTICES * MAX_VERTICES + 4096
_HEADER = ">>graph6<<"


def read_graph(path: str | PathLike[str], format: str | None = None) -> Graph:  # noqa: A002  # the word users know
    """The graph in a file (gzip and xz are undone). Nothing in it is executed, and sizes are bounded.

    Args:
        path: the file.
        format: graph6, dimacs, edges or json; by default it is recognised.

    Returns:
        The graph, with weights and names where the format has them.

    Raises:
        PublishedError: with the line, if the file does not follow its format.
        ParameterError: there is no such format.
    """
    return graph_of_text(read_text(read_bytes(Path(path))), format)


def graph_of_text(text: str, format: str | None = None) -> Graph:  # noqa: A002  # the word users know
    r"""The graph in a text.

    Args:
        text: the content of a file.
        format: graph6, dimacs, edges or json; by default it is recognised.

    Raises:
        PublishedError: with the line, if the text does not follow its format.
        ParameterError: there is no such format.

    >>> graph_of_text("Dhc")
    Graph(5 vertices, 5 edges)
    >>> graph_of_text("p edge 3 2\ne 1 2\ne 2 3\nn 2 5\n").weights
    (1, 5, 1)
    >>> graph_of_text("a b\nb c  # a path\n").names
    ('a', 'b', 'c')
    """
    if format is not None and format not in GRAPH_FORMATS:
        raise ParameterError(f"format: expected one of {', '.join(GRAPH_FORMATS)}, found {format!r}")
    if text.count("\n") > _MAX_LINES:
        raise PublishedError(f"expected at most {_MAX_LINES} lines, found {text.count(chr(10))}")
    lines = [line.strip() for line in text.splitlines()]
    reader = {"graph6": _graph6, "dimacs": _dimacs, "edges": _edge_list, "json": _json}[format or _recognised(lines)]
    try:
        return reader(lines)
    except ParameterError as error:
        raise PublishedError(str(error)) from None


def _recognised(lines: list[str]) -> str:
    used = [line for line in lines if line]
    if used and used[0].startswith("{"):
        return "json"
    if any(line.split()[0] == "p" for line in used):
        return "dimacs"
    if len(used) == 1 and len(used[0].split()) == 1:
        return "graph6"
    return "edges"


def _graph6(lines: list[str]) -> Graph:
    used = [line.removeprefix(_HEADER) for line in lines if line]
    if len(used) != 1:
        raise PublishedError(f"expected one graph in graph6, found {len(used)} lines: give them one by one")
    if used[0].startswith((":", ">>sparse6", "&")):
        raise PublishedError("expected graph6, found sparse6 or digraph6: convert it, for instance with networkx")
    return Graph.from_graph6(used[0])


def _dimacs(lines: list[str]) -> Graph:
    n = 0
    edges: list[tuple[int, int]] = []
    weights: dict[int, fmpq] = {}
    for index, line in enumerate(lines, 1):
        kind, *words = line.split() or ["c"]
        where = f"line {index}"
        if kind == "c":
            continue
        if kind == "p":
            if n or len(words) != 3:
                raise PublishedError(f"{where}: expected one line `p edge n m`, found {shown(line)}")
            n = _vertex(words[1], where, MAX_VERTICES) + 1
        elif kind == "e" and len(words) == 2 and n:
            edges.append((_vertex(words[0], where, n), _vertex(words[1], where, n)))
        elif kind == "n" and len(words) == 2 and n:
            weights[_vertex(words[0], where, n)] = number(words[1], where)
        else:
            raise PublishedError(
                f"{where}: expected a line `e u v`, `n v weight` or `c comment` after `p edge n m`, found {shown(line)}"
            )
    if not n:
        raise PublishedError("expected a line `p edge n m`, found none")
    return Graph.of(n, edges, [weights.get(v, fmpq(1)) for v in range(n)], [str(v + 1) for v in range(n)])


def _vertex(word: str, where: str, most: int) -> int:
    """A vertex counted from 1, as a number from 0."""
    if not (word.isascii() and word.isdigit()) or len(word) > 9 or not 1 <= int(word) <= most:
        raise PublishedError(f"{where}: expected a number from 1 to {most}, found {shown(word)}")
    return int(word) - 1


def _edge_list(lines: list[str]) -> Graph:
    names: dict[str, int] = {}
    edges = []
    for index, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if len(words) > 2:
            raise PublishedError(f"line {index}: expected two vertices, found {shown(line)}")
        for word in words:
            names.setdefault(word, len(names))
        if len(names) > MAX_VERTICES:
            raise PublishedError(f"line {index}: expected at most {MAX_VERTICES} vertices, found more")
        if len(words) == 2:
            if words[0] == words[1]:
                raise PublishedError(
                    f"line {index}: expected two different vertices, found a loop at {shown(words[0])}"
                )
            edges.append((names[words[0]], names[words[1]]))
    if not names:
        raise PublishedError("expected a graph, found no vertex")
    return Graph.of(len(names), edges, names=list(names))


def _json(lines: list[str]) -> Graph:
    tree = parse_json("\n".join(lines))
    n = integer(member(tree, "vertices"), "vertices", 1, MAX_VERTICES)
    listed = member(tree, "edges")
    if not isinstance(listed, list):
        raise PublishedError(f"edges: expected a list of pairs, found {shown(listed)}")
    edges = []
    for index, pair in enumerate(listed):
        if not isinstance(pair, list) or len(pair) != 2:
            raise PublishedError(f"edges[{index}]: expected a pair of vertices, found {shown(pair)}")
        edges.append((integer(pair[0], f"edges[{index}]", 0, n - 1), integer(pair[1], f"edges[{index}]", 0, n - 1)))
    weights = numbers(tree["weights"], "weights") if tree.get("weights") is not None else None
    return Graph.of(n, edges, weights)


def read_facets(path: str | PathLike[str]) -> tuple[Facet, ...]:
    """The inequalities of a list of facets of BQP(n), in the format of `kissalg check facets`, each of them verified.

    Raises:
        PublishedError: the file does not follow its format, or an inequality is not valid.
    """
    tree = parse_json(read_text(read_bytes(Path(path))))
    finding = check_facets(tree)
    if not finding.verified:
        raise PublishedError(f"{path}: {finding.reason}")
    return facets_of(tree)
