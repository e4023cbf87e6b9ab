"""The second opinion on certificates of the theorem `independence-number`.

Automorphisms, orbits and the validity of inequalities come from `kissalg.algebra` and the model, which the kernel does
not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from flint import fmpq

from kissalg.algebra.automorphisms import orbits, require_automorphism
from kissalg.algebra.graphs import Graph, members
from kissalg.algebra.invariant_squares import act
from kissalg.errors import ParameterError
from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.families.common.claims import claimed
from kissalg.families.family import Failure
from kissalg.families.independence_number.boolean_quadratic import Inequality
from kissalg.kernel.notation.independence_numbers import GraphBound, graph_quantity
from kissalg.witness.document import CertificateDocument
from kissalg.witness.faces import number
from kissalg.witness.parsing import malformed

__all__ = ["claim", "failures"]

_MAX_ORBITS = 1 << 22  # images of sets under generators


def claim(document: CertificateDocument) -> GraphBound:
    """alpha(G) <= bound, and >= the weight of the independent set."""
    p, witness = document.parameters, document.witness
    weights = p.weights or (Fraction(1),) * p.graph.n
    independent = witness["independent"]
    lower = None if independent is None else sum((weights[v] for v in independent), Fraction(0))
    field, value = document.field, witness["value"]
    theorem = f"squares of functions on independent sets, which give the bound {field.text(value)}"
    integral = all(w.denominator == 1 for w in weights)
    quantity = graph_quantity(p.graph.graph6, p.weights)
    return GraphBound(quantity, document.bound, theorem, claimed(field, value), integral=integral, lower=lower)


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    over, graph, witness = document.number_field(), document.parameters.weighted, document.witness
    if (over(number(document.bound)) - over(*map(number, witness["value"]))).sign() < 0:
        yield "the bound that is proved is larger", "bound"
    if witness["independent"] is not None and not graph.is_independent(_set(witness["independent"])):
        yield "two of the vertices are adjacent", "witness.independent"
    for k, generator in enumerate(witness["generators"]):
        try:
            require_automorphism(graph, generator)
        except ParameterError as error:
            yield str(error), f"witness.generators[{k}]"
            return
    sets = witness["sets"]
    for vertices, value in zip(sets["sets"], sets["values"].elements(over), strict=True):
        if value.sign() < 0:
            yield f"the multiple of the set {list(vertices)} is negative", "witness.sets"
    for k, inequality in enumerate(witness["inequalities"]):
        terms = inequality["function"].value()
        constant = terms.pop(0, fmpq(0))
        if Inequality(f"number {k}", constant, terms).least(graph) < 0:
            yield "the inequality fails at an independent set", f"witness.inequalities[{k}]"
        if over(*map(number, inequality["multiplier"])).sign() < 0:
            yield "the multiplier is negative", f"witness.inequalities[{k}]"
    yield from _identity(document, graph, over)


def _identity(document: CertificateDocument, graph: Graph, over: NumberField) -> Iterator[Failure]:
    """Whether both sides have the same sum of coefficients over every orbit."""
    generators = document.witness["generators"]
    total = _difference(document, graph, over)
    constant = total.pop(0, over(0))
    if (over(*map(number, document.witness["value"])) - constant).sign() < 0:
        yield "the constant of the right-hand side is larger", "witness.value"
    reached, border = set(total), list(total)
    while border:
        vertices = border.pop()
        for g in generators:
            other = act(g, vertices)
            if other not in reached:
                reached.add(other)
                border.append(other)
        if len(reached) * len(generators) > _MAX_ORBITS:
            raise malformed(f"orbits with more than {_MAX_ORBITS} images of sets", "witness.generators")
    images = [{vertices: act(g, vertices) for vertices in reached} for g in generators]
    for orbit in orbits(sorted(reached), images):
        rest = over(0)
        for vertices in orbit:
            rest += total.get(vertices, over(0))
        if not rest.is_zero:
            yield f"the identity fails on the orbit of {list(members(orbit[0]))}", "witness"
            return


def _difference(document: CertificateDocument, graph: Graph, over: NumberField) -> dict[int, FieldElement]:
    """The right-hand side plus Σ w_v x_v, as coefficients of independent sets."""
    total: dict[int, FieldElement] = {1 << v: over(w) for v, w in enumerate(graph.weights)}

    def add(vertices: int, value: FieldElement) -> None:
        total[vertices] = total[vertices] + value if vertices in total else value

    witness = document.witness
    for square in witness["squares"]:
        value = square["matrix"].value(over)
        basis = [b.value() for b in square["basis"]]
        for i, p in enumerate(basis):
            for j, q in enumerate(basis[: i + 1]):
                entry = value[i, j] * (1 if i == j else 2)
                for union, c in _product(p, q).items():
                    add(union, entry * c)
    sets = witness["sets"]
    for vertices, multiple in zip(sets["sets"], sets["values"].elements(over), strict=True):
        add(_set(vertices), multiple)
    for inequality in witness["inequalities"]:
        factor = over(*map(number, inequality["multiplier"]))
        for s, c in inequality["function"].value().items():
            add(s, factor * c)
    return {s: c for s, c in total.items() if graph.is_independent(s)}


def _product(p: Mapping[int, fmpq], q: Mapping[int, fmpq]) -> dict[int, fmpq]:
    """The product of two functions; sets that are not independent are left in."""
    result: dict[int, fmpq] = {}
    for s, a in p.items():
        for t, b in q.items():
            result[s | t] = result.get(s | t, fmpq(0)) + a * b
    return result


def _set(vertices: tuple[int, ...]) -> int:
    return sum(1 << v for v in vertices)
