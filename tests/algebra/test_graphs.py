"""Graphs and their automorphisms, against networkx and sympy, and by enumeration."""

from collections.abc import Callable

import networkx as nx
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from sympy.combinatorics import Permutation, PermutationGroup

from kissalg.algebra.automorphisms import automorphism_generators, require_automorphism
from kissalg.algebra.graphs import (
    Graph,
    complete,
    cycle,
    hamming,
    independent_sets,
    kneser,
    largest_independent_set,
    members,
    paley,
)
from kissalg.algebra.invariant_squares import act, invariant_squares
from kissalg.errors import ParameterError
from kissalg.families.independence_number.rounds import from_networkx


@st.composite
def graphs(draw: st.DrawFn, most: int = 9) -> Graph:
    n = draw(st.integers(1, most))
    pairs = [(i, j) for j in range(n) for i in range(j)]
    chosen = draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    weights = draw(st.none() | st.lists(st.sampled_from([0, 1, 2, "1/2"]), min_size=n, max_size=n))
    return Graph.of(n, [p for p, kept in zip(pairs, chosen, strict=True) if kept], weights)


def as_networkx(graph: Graph) -> nx.Graph:
    other = nx.Graph()
    other.add_nodes_from((v, {"weight": graph.weights[v]}) for v in range(graph.n))
    other.add_edges_from(graph.edges)
    return other


@given(graphs(16))
def test_graph6_is_that_of_networkx(graph: Graph) -> None:
    text = nx.to_graph6_bytes(as_networkx(graph), header=False).decode().strip()
    assert graph.graph6 == text
    assert Graph.from_graph6(text).neighbours == graph.neighbours


def test_graph6_of_a_large_graph() -> None:
    graph = paley(101)
    assert graph.graph6 == nx.to_graph6_bytes(as_networkx(graph), header=False).decode().strip()
    assert Graph.from_graph6(graph.graph6).neighbours == graph.neighbours


@pytest.mark.parametrize("text", ["", " ", "D", "Dhd", "~??Dhc", "~", "~~?????D", "D\x7fc", "Dhc\n", "?", "é??"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="graph6"):
        Graph.from_graph6(text)


@given(graphs())
def test_independent_sets_by_enumeration(graph: Graph) -> None:
    everything = [s for s in range(1 << graph.n) if not any(s >> a & 1 and s >> b & 1 for a, b in graph.edges)]
    for size in (0, 1, 2, 3, graph.n):
        found = independent_sets(graph, size, 10_000)
        assert sorted(found) == [s for s in everything if s.bit_count() <= size]
        assert [s.bit_count() for s in found] == sorted(s.bit_count() for s in found)
    best = max(sum((graph.weights[v] for v in members(s)), fmpq(0)) for s in everything)
    found_set, proved = largest_independent_set(graph)
    assert proved
    assert found_set in everything
    assert sum((graph.weights[v] for v in members(found_set)), fmpq(0)) == best


def test_too_many_sets() -> None:
    with pytest.raises(ParameterError, match="more than 100 independent sets"):
        independent_sets(Graph.of(20, []), 2, 100)
    _, proved = largest_independent_set(paley(61), steps=3)
    assert not proved


@given(graphs(7))
def test_the_whole_group_is_found(graph: Graph) -> None:
    other = as_networkx(graph)
    matcher = nx.isomorphism.GraphMatcher(other, other, node_match=lambda a, b: a["weight"] == b["weight"])
    generators = automorphism_generators(graph)
    order = PermutationGroup([Permutation(list(g)) for g in generators]).order() if generators else 1
    assert order == sum(1 for _ in matcher.isomorphisms_iter())


@pytest.mark.parametrize(
    ("graph", "order"),
    [
        (cycle(12), 24),
        (kneser(5, 2), 120),
        (kneser(7, 3), 5040),
        (paley(13), 78),
        (hamming(4, [1]), 384),
        (hamming(3, [1, 2], 3), 1296),
        (hamming(6, [1, 2, 3]), 46080),
        (complete(9), 362880),
        (complete(4).complement(), 24),
    ],
    ids=str,
)
def test_orders_of_known_groups(graph: Graph, order: int) -> None:
    generators = [Permutation(list(require_automorphism(graph, g))) for g in automorphism_generators(graph)]
    assert PermutationGroup(generators).order() == order


def test_a_search_without_steps_finds_nothing_wrong() -> None:
    assert automorphism_generators(paley(13), steps=0) == ()


def test_no_automorphism() -> None:
    with pytest.raises(ParameterError, match="neighbours do not go to neighbours"):
        require_automorphism(cycle(5), [1, 0, 2, 3, 4])
    with pytest.raises(ParameterError, match="different weights"):
        require_automorphism(cycle(3).weighted([1, 2, 1]), [1, 0, 2])
    with pytest.raises(ParameterError, match="expected a permutation"):
        require_automorphism(cycle(3), [0, 0, 2])


@given(graphs(7), st.integers(1, 2))
def test_translates_of_the_blocks_span_everything(graph: Graph, size: int) -> None:
    """All of Q^Ω is met, by functions that the stabiliser of a point fixes; the trivial group has one block of unit
    functions.
    """
    family = independent_sets(graph, size, 1000)
    generators = automorphism_generators(graph)
    blocks = invariant_squares(family, generators)
    assert all(set(function) <= set(family) for block in blocks for function in block)
    assert sum(len(block) for block in blocks) <= len(family)
    if not generators:
        assert blocks == (tuple({s: 1} for s in family),)


def test_a_commutative_algebra_gives_scalars() -> None:
    """The words of length 5: one block for the constants (with the empty set), and 1 x 1 blocks for the other
    characters of the association scheme.
    """
    graph = hamming(5, [1])
    blocks = invariant_squares(independent_sets(graph, 1, 100), automorphism_generators(graph))
    assert sorted(map(len, blocks)) == [1, 1, 1, 1, 1, 2]


def test_a_family_that_is_not_permuted() -> None:
    with pytest.raises(ParameterError, match="out of the family"):
        invariant_squares([0, 1, 2], [(1, 2, 0)])
    assert act((2, 0, 1), 0b101) == 0b110


def test_networkx_graphs() -> None:
    other = nx.Graph([("a", "b"), ("b", "c")])
    other.nodes["a"]["weight"] = 3
    graph = from_networkx(other)
    assert graph.names == ("a", "b", "c")
    assert graph.edges == [(0, 1), (1, 2)]
    assert list(graph.weights) == [3, 1, 1]
    with pytest.raises(ParameterError, match="directed"):
        from_networkx(nx.DiGraph([(0, 1)]))
    with pytest.raises(ParameterError, match="loop"):
        from_networkx(nx.Graph([(0, 0)]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, []), "1 to 1024 vertices"),
        ((2, [(0, 2)]), "vertices from 0 to 1"),
        ((2, [(0, 1)], [1]), "2 nonnegative weights"),
        ((2, [(0, 1)], [1, -1]), "2 nonnegative weights"),
        ((2, [(0, 1)], None, ["a"]), "2 names"),
    ],
)
def test_wrong_graphs(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Graph.of(*arguments)


@pytest.mark.parametrize(
    ("family", "message"),
    [
        (lambda: cycle(2), "a cycle: expected at least 3 vertices, found 2"),
        (lambda: kneser(2, 3), "a Kneser graph: expected 1 <= k <= n, found n = 2, k = 3"),
        (lambda: paley(9), "a Paley graph: expected a prime q = 1 mod 4, found 9"),
        (lambda: hamming(11, [1]), "expected at most 1024 words, found 2 letters, length 11"),
    ],
)
def test_wrong_families(family: Callable[[], Graph], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        family()
