"""Rational dual solutions of linear programs on finite graphs.

- Cliques with weights w_K >= 0 that cover every vertex with total weight at least 1 prove α(G) <= α*(G) <= Σ w_K: an
  independent set meets each clique once at most.
- Independent sets with weights that cover every vertex prove χ_f(G) <= Σ w_I, and hence α(G) >= |V| / Σ w_I.

Main definitions: `check_graph_dual`.

Source: Schrijver, Combinatorial Optimization (2003), section 64.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from kissalg.errors import PublishedError
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import integer, member, number, shown

__all__ = ["check_graph_dual"]

MAX_VERTICES = 10_000
MAX_PAIRS = 1 << 24


def check_graph_dual(tree: Any) -> Finding:
    """The verdict on a bound for a graph by weights of cliques or of independent sets.

    Args:
        tree: an object with the keys vertices (a number; they are 0, 1, …), edges (pairs), weights, and optionally
            bound. The value of weights is a list of objects with `weight` and either `clique` or `independent`, a list
            of vertices; all of one kind.

    Returns:
        VERIFIED with the bound, or REJECTED with the vertex, the set or the weight that is wrong.

    Raises:
        PublishedError: the object does not follow the format, or is too large.

    >>> triangle = {"vertices": 3, "edges": [[0, 1], [1, 2], [0, 2]], "weights": [{"clique": [0, 1, 2], "weight": 1}]}
    >>> print(check_graph_dual(triangle))
    VERIFIED  independence number <= 1
    """
    count = integer(member(tree, "vertices"), "vertices", 1, MAX_VERTICES)
    edges = member(tree, "edges")
    sets = member(tree, "weights")
    if not isinstance(edges, list) or not isinstance(sets, list) or not sets:
        raise PublishedError(f"expected lists of edges and weights, found {shown(edges)} and {shown(sets)}")
    adjacent: set[tuple[int, int]] = set()
    for index, edge in enumerate(edges):
        a, b = _vertices(edge, f"edges[{index}]", count) if isinstance(edge, list) and len(edge) == 2 else (0, 0)
        if a == b:
            raise PublishedError(f"edges[{index}]: expected two different vertices, found {shown(edge)}")
        adjacent |= {(a, b), (b, a)}
    kinds = {key for entry in sets if isinstance(entry, dict) for key in ("clique", "independent") if key in entry}
    if len(kinds) != 1:
        raise PublishedError("weights: expected cliques only, or independent sets only")
    (kind,) = kinds
    cover = [fmpq(0)] * count
    total, work = fmpq(0), 0
    claimed = number(tree["bound"], "bound") if "bound" in tree else None
    name = "independence number" if kind == "clique" else "fractional chromatic number"

    def rejected(reason: str) -> Finding:
        return Finding(
            "graph-dual", Outcome.REJECTED, f"{name} <= {shown(claimed) if claimed is not None else '?'}", reason
        )

    for index, entry in enumerate(sets):
        where = f"weights[{index}]"
        members = _vertices(member(entry, kind, where), f"{where}.{kind}", count)
        weight = number(member(entry, "weight", where), f"{where}.weight")
        work += len(members) ** 2
        if work > MAX_PAIRS:
            raise PublishedError(f"weights: the sets have more than {MAX_PAIRS} pairs together")
        if weight < 0:
            return rejected(f"{where} is negative")
        for position, a in enumerate(members):
            for b in members[:position]:
                if a == b or ((a, b) in adjacent) != (kind == "clique"):
                    return rejected(
                        f"{where}: the vertices {b} and {a} are {'not ' if kind == 'clique' else ''}adjacent"
                    )
            cover[a] += weight
        total += weight
    bare = next((v for v, value in enumerate(cover) if value < 1), None)
    if bare is not None:
        return rejected(f"the vertex {bare} is covered with the weight {shown(cover[bare])} only")
    if claimed is not None and claimed < total:
        return rejected(f"the weights add up to {shown(total)}")
    facts: tuple[str, ...] = (f"{count} vertices, {len(adjacent) // 2} edges, {len(sets)} sets",)
    if kind == "independent":
        facts += (f"hence the independence number is at least {-(-count * total.q // total.p)}",)
    return Finding(
        "graph-dual", Outcome.VERIFIED, f"{name} <= {shown(claimed if claimed is not None else total)}", "", facts
    )


def _vertices(tree: Any, where: str, count: int) -> list[int]:
    if not isinstance(tree, list) or not tree:
        raise PublishedError(f"{where}: expected a list of vertices, found {shown(tree)}")
    return [integer(vertex, where, 0, count - 1) for vertex in tree]
