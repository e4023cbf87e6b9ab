"""Bounds for the independence number of a graph: the whole chain in one call, with rounds of violated inequalities.

Main definitions: `bound_independence`, `GraphBoundResult`, `from_networkx`, `CUTS`.

References: see `kissalg.families.independence_number.model` and
`kissalg.families.independence_number.boolean_quadratic`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flint import fmpq

from kissalg.algebra.graphs import Graph
from kissalg.certificate import Certificate
from kissalg.errors import ParameterError, SolverError
from kissalg.families.independence_number.boolean_quadratic import (
    Facet,
    Inequality,
    Moments,
    facet_inequalities,
    hypermetric_inequalities,
    odd_cycle_inequalities,
    triangle_inequalities,
)
from kissalg.families.independence_number.model import IndependenceProblem, Level, independence, level_of
from kissalg.pipeline.run import Run
from kissalg.pipeline.strategies import sharp as find_sharp
from kissalg.rounding import FaceSettings
from kissalg.solvers import NumericSolution
from kissalg.solvers.status import Status

__all__ = ["CUTS", "GraphBoundResult", "bound_independence", "from_networkx", "moments_of"]

CUTS = ("triangle", "clique", "hypermetric", "odd-cycle")
"""The families of inequalities that can be searched."""

_VIOLATED = fmpq(1, 10**6)
_DIGITS = (40, 100)  # of the solutions that are rounded to a face
_MULTIPLIER_BITS = 24  # a multiplier below 2^-24 counts as zero: the inequality is dropped


@dataclass(frozen=True, repr=False)
class GraphBoundResult:
    """A certificate, and how it came about.

    Attributes:
        certificate: of α(G, w) <= bound.
        problem: the last problem, with the inequalities that are used.
        history: the numerical bound of each round.
    """

    certificate: Certificate
    problem: IndependenceProblem
    history: tuple[fmpq, ...]

    def __repr__(self) -> str:
        return (
            f"GraphBoundResult({self.certificate.claim}; {len(self.history)} rounds, {len(self.problem.inequalities)}"
            " inequalities)"
        )


class _NetworkxGraph(Protocol):
    """What is needed of a networkx graph."""

    @property
    def nodes(self) -> Any: ...

    @property
    def edges(self) -> Any: ...

    def is_directed(self) -> bool: ...


def from_networkx(graph: _NetworkxGraph, weight: str = "weight") -> Graph:
    """The graph of a networkx.Graph; networkx itself is not needed. Vertices are numbered in its order.

    Args:
        graph: an undirected graph without loops.
        weight: the name of a vertex attribute with rational weights; a vertex without it has the weight 1.

    Raises:
        ParameterError: if the graph is directed, has a loop, or a weight is not an exact number >= 0.

    Example:
        >>> import networkx
        >>> from_networkx(networkx.petersen_graph())
        Graph(10 vertices, 15 edges)
    """
    if graph.is_directed():
        raise ParameterError("expected an undirected graph, found a directed one: give graph.to_undirected()")
    names = list(graph.nodes)
    place = {name: i for i, name in enumerate(names)}
    edges = [(place[e[0]], place[e[1]]) for e in graph.edges]
    weights = [graph.nodes[name].get(weight, 1) for name in names]
    return Graph.of(len(names), edges, weights, [str(name) for name in names])


def bound_independence(
    graph: Graph,
    level: str | Level = "theta",
    *,
    cuts: Sequence[str] = (),
    facets: Sequence[Facet] = (),
    rounds: int = 12,
    sharp: bool = False,
    symmetry: bool | Sequence[Sequence[int]] = True,
    independent: Sequence[int] | None = None,
    bits: int | None = None,
    run: Run | None = None,
) -> GraphBoundResult:
    """An exact certificate of an upper bound for the (weighted) independence number, and an independent set.

    Args:
        graph: the graph, with weights.
        level: "theta", "theta-prime" = "las1", "las2" or "las3".
        cuts: families of Boolean-quadratic inequalities, of `CUTS`; violated ones are added in rounds.
        facets: facets of BQP(k), put on all vertices; violated instances are added in rounds.
        rounds: at most so many of them.
        sharp: prove the exact optimum, over Q or a number field, instead of a rational number slightly above it.
        symmetry: see `independence`.
        independent: see `independence`.
        bits: working precision of the solver.
        run: the run to which the solves belong; by default one in memory.

    Raises:
        ParameterError: a wrong parameter.
        SolverError, RoundingError: no solution, or one that could not be made exact; the message says what to change.

    Example:
        >>> from fractions import Fraction
        >>> from kissalg.algebra.graphs import cycle
        >>> result = bound_independence(cycle(5), cuts=["triangle"])
        >>> 2 <= result.certificate.bound < 2 + Fraction(1, 10**6)
        True
    """
    for cut in cuts:
        if cut not in CUTS:
            raise ParameterError(f"cuts: expected some of {', '.join(CUTS)}, found {cut!r}")
    run = run or Run()
    with run.stage("build", f"build the {level_of(level).name} problem of {graph}"):
        problem = independence(graph, level, symmetry=symmetry, independent=independent)
    solution = _solved(problem, bits, run)
    history = [solution.primal_objective]
    lower = sum((w for v, w in enumerate(graph.weights) if problem.independent >> v & 1), fmpq(0))
    while (cuts or facets) and len(history) <= rounds and history[-1] > lower + _VIOLATED:
        with run.stage("separate", f"round {len(history)}: look for violated inequalities"):
            fresh = _violated(problem, solution, cuts, facets)
        run.note(f"round {len(history)}: {len(fresh)} violated inequalities")
        if not fresh:
            break
        problem = problem.strengthened([*_active(problem, solution), *fresh])
        solution = _solved(problem, bits, run)
        history.append(solution.primal_objective)
        if len(history) > 2 and history[-3] - history[-1] < _VIOLATED:  # the search only exchanges inequalities
            break
    if problem.inequalities:
        kept = _active(problem, solution)
        if len(kept) < len(problem.inequalities):
            smaller = problem.strengthened(kept)
            other = _solved(smaller, bits, run)
            if other.primal_objective <= solution.primal_objective + _VIOLATED / 100:
                problem, solution = smaller, other
    certificate = _sharp(problem, run) if sharp else run.certify(solution)
    return GraphBoundResult(certificate, problem, tuple(history))


def _solved(problem: IndependenceProblem, bits: int | None, run: Run) -> NumericSolution:
    solution = run.solve(problem, bits=bits)
    if solution.status is not Status.OPTIMAL:
        raise SolverError(f"{problem}: the solver ended as {solution.status.value}: {solution.message}")
    return solution


def _sharp(problem: IndependenceProblem, run: Run) -> Certificate:
    """The exact optimum, with more digits if the first try does not do."""
    return find_sharp(problem, run, digits=_DIGITS, settings=FaceSettings(max_degree=8))


def moments_of(problem: IndependenceProblem, solution: NumericSolution) -> Moments:
    """What the dual solution believes the mean of x^S to be, S independent of at most two vertices; 0 for edges.

    The multiplier of the equation of an orbit is minus the sum of the moments in it.
    """
    multipliers: dict[int, fmpq] = {}
    scale = fmpq(2) ** solution.multipliers.exponent
    (points,) = solution.points.values()
    for point, row in zip(points, solution.multipliers.entries, strict=True):
        k = int(point[0].p)
        multipliers[k] = -scale * row[0] / len(problem.orbits[k])
    short = {k: fmpq(int((value * 2**40).floor()), 1 << 40) for k, value in multipliers.items()}  # for speed
    zero = fmpq(0)

    def moments(vertices: int) -> fmpq:
        k = problem.place.get(vertices)
        return zero if k is None else short[k]

    return moments


def _violated(
    problem: IndependenceProblem, solution: NumericSolution, cuts: Sequence[str], facets: Sequence[Facet]
) -> list[Inequality]:
    """The most violated inequalities, one for each class under the symmetry."""
    graph, moments = problem.graph, moments_of(problem, solution)
    first = sorted(
        next(v for v in range(graph.n) if orbit[0] >> v & 1) for orbit in problem.orbits if orbit[0].bit_count() == 1
    )
    known = {problem.averaged(q) for q in problem.inequalities}
    found: list[tuple[fmpq, int, Inequality]] = []
    for q in _candidates(graph, first, moments, cuts, facets):
        value = q.value(moments)
        key = problem.averaged(q)
        if value < -_VIOLATED and key not in known:
            known.add(key)
            found.append((value, len(found), q))
    found.sort(key=lambda entry: entry[:2])
    return [q for _, _, q in found[: max(20, 2 * graph.n)]]


def _candidates(
    graph: Graph, first: Sequence[int], moments: Moments, cuts: Sequence[str], facets: Sequence[Facet]
) -> Iterator[Inequality]:
    if "triangle" in cuts:
        yield from triangle_inequalities(graph, first, moments)
    if "odd-cycle" in cuts:
        yield from odd_cycle_inequalities(graph, first, moments)
    if "clique" in cuts:
        yield from hypermetric_inequalities(graph, first, moments, cliques_only=True)
    if "hypermetric" in cuts:
        yield from hypermetric_inequalities(graph, first, moments)
    yield from facet_inequalities(graph, first, moments, facets)


def _active(problem: IndependenceProblem, solution: NumericSolution) -> list[Inequality]:
    """The inequalities that the solution uses."""
    if not problem.inequalities:
        return []
    values = solution.values["m"]
    used = [row[0].bit_length() + values.exponent > -_MULTIPLIER_BITS for row in values.entries]
    return [q for q, keep in zip(problem.inequalities, used, strict=True) if keep]
