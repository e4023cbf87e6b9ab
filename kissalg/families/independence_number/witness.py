"""Certificates of the theorem `independence-number`: their parameters, their witness, how solutions are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpq

from kissalg.algebra.graphs import Graph, members
from kissalg.errors import ParameterError
from kissalg.exact.rational import fraction, rational
from kissalg.families.independence_number.boolean_quadratic import MAX_SUPPORT
from kissalg.families.independence_number.functions import MAX_SET, WrittenFunction, function_node
from kissalg.families.independence_number.model import THEOREM, IndependenceProblem
from kissalg.rounding import FaceSolution
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, short_or_rounded_up
from kissalg.witness.leaves import Element, Field, Integers, Matrix, Numbers, Proof, Rational, Small
from kissalg.witness.parsing import MAX_BOUND_BITS, MAX_PARAMETER_BITS, malformed, string
from kissalg.witness.schema import Count, Custom, ListOf, Nullable, Record, Scope, Where, count

__all__ = ["FORM", "IndependenceParameters", "face"]

_MAX_WORK = 1 << 24  # products of two functions, values of inequalities
_SIZE = 1 << 12  # of a matrix


def _graph(tree: Any, path: str, _: Scope) -> Graph:
    try:
        return Graph.from_graph6(string(tree, path))
    except ParameterError as error:
        raise malformed(str(error), path) from None


_VERTICES = Count("n", lambda scope: int(scope["graph"].n))
_LAST_VERTEX = Count("n - 1", lambda scope: int(scope["graph"].n) - 1)


@dataclass(frozen=True)
class IndependenceParameters:
    """G and w."""

    graph: Graph = parameter(
        Custom("GRAPH6", _graph, lambda graph: graph.graph6), "G, a graph on the vertices 0, …, n - 1"
    )
    weights: tuple[Fraction, ...] | None = parameter(
        Nullable(ListOf(Rational(MAX_PARAMETER_BITS), _VERTICES)), "w, the weights of the vertices; null if all are 1"
    )

    @staticmethod
    def of(graph: Graph) -> IndependenceParameters:
        """A graph with its weights."""
        weights = tuple(map(fraction, graph.weights)) if graph.is_weighted else None
        return IndependenceParameters(Graph.from_graph6(graph.graph6), weights)

    @property
    def weighted(self) -> Graph:
        """The graph with its weights."""
        weights = self.weights or (Fraction(1),) * self.graph.n
        return Graph(self.graph.neighbours, tuple(map(rational, weights)), self.graph.names)


def _not_a_set(vertices: tuple[int, ...], scope: Scope) -> str | None:
    n = scope["graph"].n
    if len(vertices) > MAX_SET:
        return f"expected at most {MAX_SET} vertices, found {len(vertices)}"
    if vertices[0] < 0 or vertices[-1] >= n or any(a >= b for a, b in pairwise(vertices)):
        return f"expected vertices below {n} in increasing order"
    return None


def _not_increasing(vertices: tuple[int, ...], _: Scope) -> str | None:
    return "expected vertices in increasing order" if any(a >= b for a, b in pairwise(vertices)) else None


def _not_a_permutation(images: tuple[int, ...], scope: Scope) -> str | None:
    n = scope["graph"].n
    return None if sorted(images) == list(range(n)) else f"expected a permutation of {n} vertices"


def _large_support(inequality: Mapping[str, Any], _: Scope) -> str | None:
    large = len(inequality["function"].support) > MAX_SUPPORT
    return f"expected at most {MAX_SUPPORT} vertices" if large else None


def _laborious(witness: Mapping[str, Any], _: Scope) -> str | None:
    lengths = [sum(len(b.terms) for b in square["basis"]) for square in witness["squares"]]
    work = sum(witness["field"].degree * length**2 // 2 for length in lengths)
    functions = [inequality["function"] for inequality in witness["inequalities"]]
    work += sum(len(function.terms) << len(function.support) for function in functions)
    if work <= _MAX_WORK:
        return None
    return f"expected an identity that needs at most {_MAX_WORK} steps, found about {work}"


FORM = CertificateForm(
    THEOREM,
    IndependenceParameters,
    Where(
        Record(
            field=Field(),
            sets=Record(
                sets=ListOf(Where(Integers("the vertices of S"), _not_a_set)),
                values=Numbers("n", count("len(sets)")),
            ),
            squares=ListOf(
                Record(
                    size=Small(1, _SIZE),
                    basis=ListOf(function_node(), count("size"), "i"),
                    matrix=Matrix("S{k}", count("size"), Proof.FACE),
                ),
                index="k",
            ),
            independent=Nullable(Where(ListOf(Small(0, _LAST_VERTEX)), _not_increasing)),
            value=Element(MAX_BOUND_BITS),
            generators=ListOf(Where(Integers("n images"), _not_a_permutation)),
            inequalities=ListOf(Where(Record(function=function_node(), multiplier=Element()), _large_support)),
        ),
        _laborious,
    ),
)


def face(exact: FaceSolution) -> Parts:
    """The bound is λ if that is a rational number with a small denominator, otherwise λ rounded up to ten decimals.

    An irrational λ stands beside it.
    """
    problem = exact.problem
    assert isinstance(problem, IndependenceProblem)
    bound = short_or_rounded_up(exact.objective)
    value = exact.field(rational(bound)) if exact.objective.is_rational else exact.objective
    shown = str(bound) if exact.objective.is_rational else f"{exact.objective} in {exact.field}"
    # the equations are about means over orbits: |orbit| times one product has the mean of n times all of them
    lengths = {orbit[0]: len(orbit) for orbit in problem.orbits}
    pairs = zip(problem.nonnegative, exact.vectors.get("n", ()), strict=True)
    sets = [(s, n * lengths[s]) for s, n in pairs if not n.is_zero]
    products = zip(problem.inequalities, exact.vectors.get("m", ()), strict=True)
    values = {
        "field": exact.field,
        "generators": problem.generators,
        "independent": tuple(members(problem.independent)),
        "inequalities": [
            {"function": WrittenFunction.of({0: q.constant, **q.terms}), "multiplier": m}
            for q, m in products
            if not m.is_zero
        ],
        "n": [n for _, n in sets],
        "sets": [tuple(members(s)) for s, _ in sets],
        "squares": _squares(exact, problem),
        "value": value,
    }
    notes = {"level": problem.level.name, "value": shown}
    return Parts(bound, IndependenceParameters.of(problem.graph), values, notes)


def _squares(exact: FaceSolution, problem: IndependenceProblem) -> list[dict[str, Any]]:
    """The matrices that are not zero, with their vectors of functions."""
    return [
        {
            "size": len(block),
            "basis": [WrittenFunction.of({s: fmpq(c) for s, c in b.items()}) for b in block],
            "matrix": exact.psd[f"Z{number}"],
        }
        for number, block in enumerate(problem.blocks)
        if exact.psd[f"Z{number}"].rank
    ]
