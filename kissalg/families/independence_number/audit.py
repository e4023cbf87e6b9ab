"""A certificate of the theorem `independence-number` as typed data, the only text that it may have, and its check by python-flint.

The graph, its automorphisms, orbits and the validity of inequalities come from `kissalg.algebra` and `kissalg.bounds`, which the kernel does not know.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpq

from kissalg.algebra.automorphisms import orbits, require_automorphism
from kissalg.algebra.graphs import Graph, members
from kissalg.algebra.invariant_squares import act
from kissalg.errors import ParameterError
from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.families.independence_number.boolean_quadratic import MAX_SUPPORT, Inequality
from kissalg.kernel.notation.independence_numbers import GraphBound, graph_quantity
from kissalg.witness.faces import FaceGram, FieldDocument, VectorDocument, number
from kissalg.witness.gram import hexadecimal, ratio
from kissalg.witness.matrices import element, face, number_field, vector
from kissalg.witness.parsing import (
    MAX_BITS,
    MAX_BOUND_BITS,
    MAX_PARAMETER_BITS,
    anything,
    integer,
    integers,
    items,
    malformed,
    member,
    rational,
    small,
    string,
    strings,
)

__all__ = ["FunctionDocument", "IndependenceDocument", "read_independence"]

_MAX_WORK = 1 << 24  # products of two functions, values of inequalities
_MAX_ORBITS = 1 << 22  # images of sets under generators
_MAX_SET = 32  # vertices
_SIZE = 1 << 12  # of a matrix


@dataclass(frozen=True)
class FunctionDocument:
    """A combination of functions x^S: for each set its vertices and the numerator, and the common denominator."""

    denominator: int
    terms: tuple[tuple[tuple[int, ...], int], ...]

    def value(self) -> dict[int, fmpq]:
        """The coefficients by set."""
        return {sum(1 << v for v in vertices): fmpq(c, self.denominator) for vertices, c in self.terms}

    def to_json(self) -> list[str]:
        """The list of the file."""
        return [hexadecimal(self.denominator), *(_joined((*vertices, c)) for vertices, c in self.terms)]


@dataclass(frozen=True)
class IndependenceDocument:
    """A certificate of the theorem `independence-number`; `matrices` holds S0, S1, …, `functions` the vectors b under the same names."""

    graph6: str
    graph: Graph
    weights: tuple[Fraction, ...] | None
    bound: Fraction
    field: FieldDocument
    value: tuple[Fraction, ...]
    generators: tuple[tuple[int, ...], ...]
    independent: tuple[int, ...] | None
    inequalities: tuple[tuple[FunctionDocument, tuple[Fraction, ...]], ...]
    sets: tuple[tuple[int, ...], ...]
    multiples: VectorDocument
    matrices: Mapping[str, FaceGram]
    functions: Mapping[str, tuple[FunctionDocument, ...]]
    provenance: Mapping[str, str]

    @property
    def claim(self) -> GraphBound:
        """What the file claims; nothing here says that it is true."""
        weights = self.weights or (Fraction(1),) * self.graph.n
        lower = None if self.independent is None else sum((weights[v] for v in self.independent), Fraction(0))
        theorem = f"squares of functions on independent sets, which give the bound {self.field.text(self.value)}"
        integral = all(w.denominator == 1 for w in weights)
        exact = self.field.claimed(self.value)
        quantity = graph_quantity(self.graph6, self.weights)
        return GraphBound(quantity, self.bound, theorem, exact, integral=integral, lower=lower)

    @property
    def degree(self) -> int:
        """The largest number of vertices of a set in a square: 1 for theta, t for las_t."""
        return max(
            (len(s) for basis in self.functions.values() for b in basis for s, _ in b.terms),
            default=0,
        )

    @property
    def terms(self) -> int:
        """The number of matrices."""
        return len(self.matrices)

    def number_field(self) -> NumberField:
        """The field of the witness. Raises Finding."""
        return self.field.number_field("witness.field")

    def failures(self) -> Iterator[tuple[str, str]]:
        """What is not proved, with its path; the matrices are taken as positive semidefinite."""
        over = self.number_field()
        if (over(number(self.bound)) - over(*map(number, self.value))).sign() < 0:
            yield "the bound that is proved is larger", "bound"
        if self.independent is not None and not self.graph.is_independent(_set(self.independent)):
            yield "two of the vertices are adjacent", "witness.independent"
        for k, generator in enumerate(self.generators):
            try:
                require_automorphism(self.graph, generator)
            except ParameterError as error:
                yield str(error), f"witness.generators[{k}]"
                return
        for k, value in enumerate(self.multiples.elements(over)):
            if value.sign() < 0:
                yield f"the multiple of the set {list(self.sets[k])} is negative", "witness.sets"
        for k, (function, multiplier) in enumerate(self.inequalities):
            terms = function.value()
            constant = terms.pop(0, fmpq(0))
            if Inequality(f"number {k}", constant, terms).least(self.graph) < 0:
                yield "the inequality fails at an independent set", f"witness.inequalities[{k}]"
            if over(*map(number, multiplier)).sign() < 0:
                yield "the multiplier is negative", f"witness.inequalities[{k}]"
        yield from self._identity(over)

    def _identity(self, over: NumberField) -> Iterator[tuple[str, str]]:
        total = self._difference(over)
        constant = total.pop(0, over(0))
        if (over(*map(number, self.value)) - constant).sign() < 0:
            yield "the constant of the right-hand side is larger", "witness.value"
        reached, border = set(total), list(total)
        while border:
            vertices = border.pop()
            for g in self.generators:
                other = act(g, vertices)
                if other not in reached:
                    reached.add(other)
                    border.append(other)
            if len(reached) * len(self.generators) > _MAX_ORBITS:
                raise malformed(f"orbits with more than {_MAX_ORBITS} images of sets", "witness.generators")
        images = [{vertices: act(g, vertices) for vertices in reached} for g in self.generators]
        for orbit in orbits(sorted(reached), images):
            rest = over(0)
            for vertices in orbit:
                rest += total.get(vertices, over(0))
            if not rest.is_zero:
                yield f"the identity fails on the orbit of {list(members(orbit[0]))}", "witness"
                return

    def _difference(self, over: NumberField) -> dict[int, FieldElement]:
        """The right-hand side plus Σ w_v x_v, as coefficients of independent sets."""
        total: dict[int, FieldElement] = {1 << v: over(w) for v, w in enumerate(self.graph.weights)}

        def add(vertices: int, value: FieldElement) -> None:
            total[vertices] = total[vertices] + value if vertices in total else value

        for name, gram in self.matrices.items():
            value = gram.value(over)
            basis = [b.value() for b in self.functions[name]]
            for i, p in enumerate(basis):
                for j, q in enumerate(basis[: i + 1]):
                    entry = value[i, j] * (1 if i == j else 2)
                    for union, c in _product(p, q).items():
                        add(union, entry * c)
        for vertices, multiple in zip(self.sets, self.multiples.elements(over), strict=True):
            add(_set(vertices), multiple)
        for function, multiplier in self.inequalities:
            factor = over(*map(number, multiplier))
            for s, c in function.value().items():
                add(s, factor * c)
        return {s: c for s, c in total.items() if self.graph.is_independent(s)}

    def encode(self) -> str:
        """The canonical text."""
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {
                "graph": self.graph6,
                "weights": None if self.weights is None else list(map(ratio, self.weights)),
            },
            "provenance": dict(self.provenance),
            "theorem": "independence-number",
            "witness": {
                "field": self.field.to_json(),
                "generators": [_joined(g) for g in self.generators],
                "independent": None if self.independent is None else list(self.independent),
                "inequalities": [
                    {"function": function.to_json(), "multiplier": list(map(ratio, multiplier))}
                    for function, multiplier in self.inequalities
                ],
                "sets": {"sets": [_joined(s) for s in self.sets], "values": self.multiples.to_json()},
                "squares": [
                    {
                        "basis": [b.to_json() for b in self.functions[name]],
                        "matrix": matrix.to_json(),
                        "size": matrix.size,
                    }
                    for name, matrix in self.matrices.items()
                ],
                "value": list(map(ratio, self.value)),
            },
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def _product(p: Mapping[int, fmpq], q: Mapping[int, fmpq]) -> dict[int, fmpq]:
    """The product of two functions; sets that are not independent are left in."""
    result: dict[int, fmpq] = {}
    for s, a in p.items():
        for t, b in q.items():
            result[s | t] = result.get(s | t, fmpq(0)) + a * b
    return result


def _set(vertices: tuple[int, ...]) -> int:
    return sum(1 << v for v in vertices)


def _joined(numbers: tuple[int, ...]) -> str:
    return " ".join(map(hexadecimal, numbers))


def read_independence(tree: Any) -> IndependenceDocument:
    """The certificate in a tree.

    Raises:
        Finding: with the verdict MALFORMED.
    """
    parameters = member(tree, "", "parameters", anything)
    graph6 = member(parameters, "parameters", "graph", string)
    try:
        graph = Graph.from_graph6(graph6)
    except ParameterError as error:
        raise malformed(str(error), "parameters.graph") from None
    n = graph.n
    listed = member(parameters, "parameters", "weights", lambda value, path: value)
    weights = None
    if listed is not None:
        weights = items(rational(MAX_PARAMETER_BITS), n)(listed, "parameters.weights")
        graph = Graph(graph.neighbours, tuple(map(number, weights)), graph.names)
    witness = member(tree, "", "witness", anything)
    field = member(witness, "witness", "field", number_field)
    sets = member(witness, "witness", "sets", anything)
    subsets = member(sets, "witness.sets", "sets", items(_vertices(n)))
    squares = member(witness, "witness", "squares", items(_square(n, field.degree)))
    independent = member(witness, "witness", "independent", anything)
    if independent is not None:
        independent = items(small(0, n - 1))(independent, "witness.independent")
        if any(a >= b for a, b in pairwise(independent)):
            raise malformed("expected vertices in increasing order", "witness.independent")
    document = IndependenceDocument(
        graph6=graph6,
        graph=graph,
        weights=weights,
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        field=field,
        value=member(witness, "witness", "value", element(field.degree, MAX_BOUND_BITS)),
        generators=member(witness, "witness", "generators", items(_permutation(n))),
        independent=independent,
        inequalities=member(witness, "witness", "inequalities", items(_inequality(n, field.degree))),
        sets=subsets,
        multiples=member(sets, "witness.sets", "values", vector(len(subsets), field.degree)),
        matrices={f"S{k}": matrix for k, (_, matrix) in enumerate(squares)},
        functions={f"S{k}": basis for k, (basis, _) in enumerate(squares)},
        provenance=member(tree, "", "provenance", strings),
    )
    work = sum(field.degree * sum(len(b.terms) for b in basis) ** 2 // 2 for basis in document.functions.values())
    for k, (function, _) in enumerate(document.inequalities):
        support = {v for vertices, _ in function.terms for v in vertices}
        if len(support) > MAX_SUPPORT:
            raise malformed(f"expected at most {MAX_SUPPORT} vertices", f"witness.inequalities[{k}]")
        work += len(function.terms) << len(support)
    if work > _MAX_WORK:
        raise malformed(f"expected an identity that needs at most {_MAX_WORK} steps, found about {work}", "witness")
    return document


def _vertices(n: int) -> Callable[[Any, str], tuple[int, ...]]:
    def read(tree: Any, path: str) -> tuple[int, ...]:
        found = integers(tree, path)
        if len(found) > _MAX_SET:
            raise malformed(f"expected at most {_MAX_SET} vertices, found {len(found)}", path)
        if found[0] < 0 or found[-1] >= n or any(a >= b for a, b in pairwise(found)):
            raise malformed(f"expected vertices below {n} in increasing order", path)
        return found

    return read


def _permutation(n: int) -> Callable[[Any, str], tuple[int, ...]]:
    def read(tree: Any, path: str) -> tuple[int, ...]:
        found = integers(tree, path)
        if sorted(found) != list(range(n)):
            raise malformed(f"expected a permutation of {n} vertices", path)
        return found

    return read


def _function(n: int) -> Callable[[Any, str], FunctionDocument]:
    def read(tree: Any, path: str) -> FunctionDocument:
        if not isinstance(tree, list) or not tree:
            raise malformed("expected a list that begins with a denominator", path)
        denominator = integer(tree[0], path)
        terms = []
        for k, item in enumerate(tree[1:], 1):
            *vertices, value = integers(item, f"{path}[{k}]")
            if len(vertices) > _MAX_SET // 2:
                raise malformed(f"expected at most {_MAX_SET // 2} vertices, found {len(vertices)}", f"{path}[{k}]")
            if any(not 0 <= v < n for v in vertices) or any(a >= b for a, b in pairwise(vertices)) or value == 0:
                raise malformed(
                    "expected vertices in increasing order, and a numerator that is not zero", f"{path}[{k}]"
                )
            terms.append((tuple(vertices), value))
        if denominator <= 0 or len({s for s, _ in terms}) < len(terms):
            raise malformed("expected a positive denominator, and each set once", path)
        return FunctionDocument(denominator, tuple(terms))

    return read


def _square(n: int, degree: int) -> Callable[[Any, str], tuple[tuple[FunctionDocument, ...], FaceGram]]:
    def read(tree: Any, path: str) -> tuple[tuple[FunctionDocument, ...], FaceGram]:
        size = member(tree, path, "size", small(1, _SIZE))
        return member(tree, path, "basis", items(_function(n), size)), member(tree, path, "matrix", face(size, degree))

    return read


def _inequality(n: int, degree: int) -> Callable[[Any, str], tuple[FunctionDocument, tuple[Fraction, ...]]]:
    def read(tree: Any, path: str) -> tuple[FunctionDocument, tuple[Fraction, ...]]:
        return (
            member(tree, path, "function", _function(n)),
            member(tree, path, "multiplier", element(degree, MAX_BITS)),
        )

    return read
