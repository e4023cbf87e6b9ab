"""Inequalities of the Boolean quadratic polytope, on the vertices of a graph, and the search for violated ones.

An inequality is a polynomial q, multilinear in the x_v, with q >= 0 at the characteristic vectors of all independent
sets. The families:

- *triangle*: x_i + x_jk - x_ij - x_ik >= 0 and 1 - x_i - x_j - x_k + x_ij + x_ik + x_jk >= 0, x_ij = x_i x_j; and x_ij
  >= 0, x_i - x_ij >= 0, 1 - x_i - x_j + x_ij >= 0, the same for two vertices (with a vertex where x = 0);
- *clique*: ½ (s - a)(s - a - 1) >= 0 for an integer a and s = Σ_(i in S) x_i (Padberg);
- *hypermetric*: the same for s = Σ b_i x_i with integers b_i = ±1 (those with both signs are Padberg's cut
  inequalities);
- *odd cycle*: (|C| - 1)/2 - Σ_(i in C) x_i >= 0 for a cycle C of G of odd length;
- lists of facets in a few variables, put on any vertices in any order (`Facet`, `facet_inequalities`).

ϑ with all triangle inequalities is the bound of Lovász and Schrijver's operator N₊, applied to the edge inequalities
once: for an edge ij they read x_ik + x_jk <= x_k and x_i + x_j + x_k - x_ik - x_jk <= 1.

Whatever the origin, validity is proved by enumeration of the independent subsets of the vertices that occur.

Main definitions: `Inequality`, `Facet`, `triangle_inequalities`, `hypermetric_inequalities`, `odd_cycle_inequalities`,
`facet_inequalities`.

References: Padberg, The Boolean quadric polytope (1989); Deza and Laurent, Geometry of cuts and metrics (1997), chapter
5; Lovász and Schrijver (1991).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import combinations, permutations
from math import perm

from flint import fmpq

from kissalg.algebra.graphs import Graph, members
from kissalg.errors import ParameterError

__all__ = [
    "Facet",
    "Inequality",
    "Moments",
    "facet_inequalities",
    "hypermetric",
    "hypermetric_inequalities",
    "odd_cycle_inequalities",
    "triangle_inequalities",
]

MAX_SUPPORT = 16
_MAX_PLACES = 200_000  # of a facet; beyond that only some are tried
_LARGEST = 7  # vertices of a hypermetric inequality that the search builds

Moments = Callable[[int], fmpq]
"""What a relaxation believes the mean of x^S to be, for sets S of at most two vertices."""


@dataclass(frozen=True)
class Inequality:
    """constant + Σ_S terms[S] x^S >= 0 at all independent sets of a graph; S are sets of vertices, not empty.

    Example:
        >>> pair = hypermetric({0: 1, 1: -1}, 0)  # x_1 - x_0 x_1 >= 0
        >>> pair.terms, pair.least(Graph.of(2, []))
        ({2: 1, 3: -1}, 0)
    """

    name: str
    constant: fmpq
    terms: Mapping[int, fmpq]

    @property
    def support(self) -> list[int]:
        """The vertices that occur."""
        total = 0
        for vertices in self.terms:
            total |= vertices
        return list(members(total))

    def least(self, graph: Graph) -> fmpq:
        """The least value at an independent set, by enumeration.

        Raises:
            ParameterError: if more than 16 vertices occur, or one that the graph does not have.
        """
        support = self.support
        if len(support) > MAX_SUPPORT or (support and support[-1] >= graph.n):
            raise ParameterError(
                f"{self}: expected at most {MAX_SUPPORT} vertices below {graph.n}, found {len(support)}: {support[:20]}"
            )

        def explore(chosen: int, rest: Sequence[int]) -> Iterator[fmpq]:
            yield self.value(lambda vertices: fmpq(int(vertices & ~chosen == 0)))
            for k, v in enumerate(rest):
                if not graph.neighbours[v] & chosen:
                    yield from explore(chosen | 1 << v, rest[k + 1 :])

        return min(explore(0, support))

    def require_valid(self, graph: Graph) -> None:
        """Return if the inequality holds at all independent sets.

        Raises:
            ParameterError: if it does not.
        """
        least = self.least(graph)
        if least < 0:
            raise ParameterError(
                f"the inequality {self} is not valid: it takes the value {least} at an independent set"
            )

    def value(self, moments: Moments) -> fmpq:
        """The value, where x^S has the value moments(S)."""
        return sum((c * moments(vertices) for vertices, c in self.terms.items()), self.constant)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Facet:
    """Σ linear[i] x_i + Σ quadratic[i, j] x_i x_j <= right, valid for all x in {0,1}^k."""

    linear: tuple[fmpq, ...]
    quadratic: Mapping[tuple[int, int], fmpq]
    right: fmpq

    def at(self, vertices: Sequence[int]) -> Inequality:
        """The inequality with the variables put on these vertices, one for each variable, all different."""
        terms = {1 << v: -c for v, c in zip(vertices, self.linear, strict=True) if c != 0}
        for (i, j), c in self.quadratic.items():
            if c != 0:
                terms[1 << vertices[i] | 1 << vertices[j]] = -c
        return Inequality(f"facet on {', '.join(map(str, vertices))}", self.right, terms)


def hypermetric(signs: Mapping[int, int], a: int, name: str = "hypermetric") -> Inequality:
    """½ (s - a)(s - a - 1) >= 0 with s = Σ signs[v] x_v; true because s is an integer. The signs are 1 and -1.

    Example:
        >>> triangle = hypermetric({0: -1, 1: 1, 2: 1}, 0)  # x_0 - x_0 x_1 - x_0 x_2 + x_1 x_2
        >>> sorted(triangle.terms.items())
        [(1, 1), (3, -1), (5, -1), (6, 1)]
    """
    terms = {1 << v: fmpq(1 - (2 * a + 1) * b, 2) for v, b in signs.items()}
    for (u, b), (v, c) in combinations(signs.items(), 2):
        terms[1 << u | 1 << v] = fmpq(b * c)
    text = " ".join(f"{'+' if b > 0 else '-'}{v}" for v, b in signs.items())
    return Inequality(f"{name} {text}, {a}", fmpq(a * (a + 1), 2), {s: c for s, c in terms.items() if c != 0})


def triangle_inequalities(graph: Graph, first: Iterable[int], moments: Moments) -> Iterator[Inequality]:
    """The violated triangle inequalities with a vertex of `first` (representatives of the orbits).

    Of three vertices and of two.
    """
    for i in first:
        others = [v for v in range(graph.n) if v != i]
        for j in others:
            for signs, a in (({i: 1, j: -1}, 0), ({i: -1, j: 1}, 0), ({i: 1, j: 1}, 0), ({i: 1, j: 1}, 1)):
                pair = hypermetric(signs, a, "triangle")
                if pair.value(moments) < 0:
                    yield pair
        for j, k in combinations(others, 2):
            yi, yj, yk = moments(1 << i), moments(1 << j), moments(1 << k)
            ij, ik, jk = moments(1 << i | 1 << j), moments(1 << i | 1 << k), moments(1 << j | 1 << k)
            if yi + jk - ij - ik < 0:
                yield hypermetric({i: -1, j: 1, k: 1}, 0, "triangle")
            if yj + ik - ij - jk < 0:
                yield hypermetric({i: 1, j: -1, k: 1}, 0, "triangle")
            if yk + ij - ik - jk < 0:
                yield hypermetric({i: 1, j: 1, k: -1}, 0, "triangle")
            if 1 - yi - yj - yk + ij + ik + jk < 0:
                yield hypermetric({i: 1, j: 1, k: 1}, 1, "triangle")


def hypermetric_inequalities(
    graph: Graph, first: Iterable[int], moments: Moments, *, cliques_only: bool = False
) -> Iterator[Inequality]:
    """Violated hypermetric inequalities of up to seven vertices, grown from those of `first` one vertex at a time.

    With `cliques_only`, all signs are 1: Padberg's clique inequalities. A heuristic search; what it finds is checked
    like everything else.
    """
    starts = [
        ({v: b}, a) for v in first for b in ((1,) if cliques_only else (1, -1)) for a in range(-2 if b < 0 else 0, 4)
    ]
    for start, a in starts:
        signs = dict(start)
        linear = {v: moments(1 << v) for v in range(graph.n)}
        while len(signs) < _LARGEST:
            best: tuple[fmpq, int, int] | None = None
            for u in range(graph.n):
                if u in signs:
                    continue
                inner = sum((b * moments(1 << u | 1 << v) for v, b in signs.items()), fmpq(0))
                for c in (1,) if cliques_only else (1, -1):
                    gain = linear[u] * fmpq(1 - (2 * a + 1) * c, 2) + c * inner
                    if best is None or gain < best[0]:
                        best = (gain, u, c)
            if best is None:
                break
            signs[best[1]] = best[2]
            found = hypermetric(signs, a, "clique" if cliques_only else "hypermetric")
            if len(signs) > 2 and found.value(moments) < 0:
                yield found


def odd_cycle_inequalities(graph: Graph, first: Iterable[int], moments: Moments) -> Iterator[Inequality]:
    """The violated odd cycle inequalities through the vertices of `first`, one for each, of at most 15 vertices.

    An odd cycle C is violated iff Σ (1 - x_i - x_j) < 1 over its edges: a shortest path between the two copies of a
    vertex in the bipartite double of G.
    """
    y = [moments(1 << v) for v in range(graph.n)]
    zero = fmpq(0)
    for start in first:
        distance: dict[tuple[int, int], fmpq] = {}
        before: dict[tuple[int, int], tuple[int, int]] = {}
        queue: list[tuple[fmpq, int, int, int, int]] = [(zero, start, 0, -1, -1)]
        while queue:
            length, v, side, from_v, from_side = heappop(queue)
            if (v, side) in distance:
                continue
            distance[v, side] = length
            before[v, side] = (from_v, from_side)
            for u in members(graph.neighbours[v]):
                if (u, 1 - side) not in distance:
                    heappush(queue, (length + max(zero, 1 - y[u] - y[v]), u, 1 - side, v, side))
        if distance.get((start, 1), fmpq(1)) >= 1:
            continue
        walk, at = [], (start, 1)
        while at != (start, 0):
            walk.append(at[0])
            at = before[at]
        if len(set(walk)) == len(walk) <= MAX_SUPPORT:
            terms = {1 << v: fmpq(-1) for v in walk}
            found = Inequality(f"odd cycle {' '.join(map(str, walk))}", fmpq(len(walk) - 1, 2), terms)
            if found.value(moments) < 0:
                yield found


def facet_inequalities(
    graph: Graph, first: Sequence[int], moments: Moments, facets: Sequence[Facet]
) -> Iterator[Inequality]:
    """Violated instances of facets of BQP(k).

    All of them if there are few ways to put k variables on the vertices, otherwise greedily chosen ones.
    """
    for facet in facets:
        k = len(facet.linear)
        if k > graph.n:
            continue
        places: Iterable[Sequence[int]] = permutations(range(graph.n), k)
        if perm(graph.n, k) > _MAX_PLACES:
            places = (_greedy(graph, facet, moments, variable, v) for variable in range(k) for v in first)
        for vertices in places:
            found = facet.at(vertices)
            if found.value(moments) < 0:
                yield found


def _greedy(graph: Graph, facet: Facet, moments: Moments, variable: int, v: int) -> list[int]:
    """A variable is put on v, then the others one after the other where the left-hand side grows most."""
    place = {variable: v}
    for i in range(len(facet.linear)):
        if i in place:
            continue
        known = dict(place)

        def gain(u: int, i: int = i, known: Mapping[int, int] = known) -> fmpq:
            total = facet.linear[i] * moments(1 << u)
            for j, w in known.items():
                total += facet.quadratic.get((min(i, j), max(i, j)), fmpq(0)) * moments(1 << u | 1 << w)
            return total

        place[i] = max((u for u in range(graph.n) if u not in known.values()), key=gain)
    return [place[i] for i in range(len(facet.linear))]
