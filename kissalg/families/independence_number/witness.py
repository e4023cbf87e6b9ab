"""Certificates of the theorem `independence-number`: bounds for the independence number of a graph."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import fmpq

from kissalg.algebra.graphs import members
from kissalg.exact.number_field import FieldElement
from kissalg.exact.rational import fraction
from kissalg.families.independence_number.model import THEOREM, IndependenceProblem
from kissalg.rounding import FaceSolution
from kissalg.witness.encoding import (
    BOUND_PLACES,
    Parts,
    at_most,
    element_text,
    face_document,
    field_document,
    integer_text,
    rational_text,
    rounded_up,
    vector_document,
)

__all__ = ["THEOREM", "claim", "face"]

_LONGEST = 40


def claim(document: Mapping[str, Any], bound: Fraction) -> str:
    """alpha(graph) <= bound, the graph by its graph6 text, or by its size where that is long."""
    graph6 = document["parameters"]["graph"]
    weights = "" if document["parameters"]["weights"] is None else ", weighted"
    name = graph6 if len(graph6) <= _LONGEST else f"{graph6[: _LONGEST - 1]}…"
    independent = document["witness"]["independent"]
    found = "" if independent is None else f", an independent set of {len(independent)} vertices"
    return f"alpha({name}{weights}) <= {at_most(bound)}{found}"


def face(exact: FaceSolution) -> Parts:
    """The bound is λ if that is a rational number with a small denominator, otherwise λ rounded up to ten decimals; an irrational λ stands beside it."""
    problem = exact.problem
    assert isinstance(problem, IndependenceProblem)
    bound = rounded_up(exact.objective.upper())
    value = exact.objective
    if exact.objective.is_rational:
        rational = fraction(exact.objective.coefficients[0])
        if rational.denominator < 10**BOUND_PLACES:
            bound = rational
        value = exact.field(fmpq(bound.numerator, bound.denominator))
    graph = problem.graph
    parameters = {
        "graph": graph.graph6,
        "weights": [rational_text(fraction(w)) for w in graph.weights] if graph.is_weighted else None,
    }
    notes = {
        "level": problem.level.name,
        "value": str(exact.objective) if not exact.objective.is_rational else str(bound),
    }
    if not exact.objective.is_rational:
        notes["value"] += f" in {exact.field}"
    return Parts(bound, parameters, _witness(exact, problem, value), notes)


def _witness(exact: FaceSolution, problem: IndependenceProblem, value: FieldElement) -> dict[str, Any]:
    squares = [
        {
            "basis": [_function({s: fmpq(c) for s, c in b.items()}) for b in block],
            "matrix": face_document(exact.psd[f"Z{number}"]),
            "size": len(block),
        }
        for number, block in enumerate(problem.blocks)
        if exact.psd[f"Z{number}"].rank
    ]
    # the equations are about means over orbits: |orbit| times one product has the mean of n times all of them
    lengths = {orbit[0]: len(orbit) for orbit in problem.orbits}
    pairs = zip(problem.nonnegative, exact.vectors.get("n", ()), strict=True)
    sets = [(s, n * lengths[s]) for s, n in pairs if not n.is_zero]
    products = zip(problem.inequalities, exact.vectors.get("m", ()), strict=True)
    return {
        "field": field_document(exact.field),
        "generators": [" ".join(integer_text(image) for image in g) for g in problem.generators],
        "independent": list(members(problem.independent)),
        "inequalities": [
            {"function": _function({0: q.constant, **q.terms}), "multiplier": element_text(m)}
            for q, m in products
            if not m.is_zero
        ],
        "sets": {
            "sets": [" ".join(integer_text(v) for v in members(s)) for s, _ in sets],
            "values": vector_document([n for _, n in sets]),
        },
        "squares": squares,
        "value": element_text(value),
    }


def _function(values: Mapping[int, fmpq]) -> list[str]:
    """The common denominator; for each set its vertices and the numerator."""
    denominator = 1
    for c in values.values():
        denominator = int(c.q.lcm(denominator))
    terms = [
        " ".join(map(integer_text, [*members(s), int(c.p) * (denominator // int(c.q))]))
        for s, c in sorted(values.items())
        if c != 0
    ]
    return [integer_text(denominator), *terms]
