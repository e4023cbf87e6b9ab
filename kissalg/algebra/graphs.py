"""Finite simple graphs with weights on the vertices: independent sets, their unions, the graph6 text.

A set of vertices is an integer, bit v for the vertex v. The functions on the independent sets of a graph form the ring
Q[x_v] / (x_v² = x_v, x_u x_v = 0 for edges), with the basis x^S = Π_(v in S) x_v, S independent; x^S x^T = x^(S ∪ T),
or 0 if S ∪ T is not independent.

Main definitions: `Graph`, `independent_sets`, `largest_independent_set`, and the families `cycle`, `complete`,
`kneser`, `paley`, `hamming`.

References: McKay, the formats graph6 and sparse6 (nauty's user's guide); Carraghan and Pardalos (1990), the search for
a largest independent set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from flint import fmpq, fmpz

from kissalg.errors import ParameterError
from kissalg.exact.rational import RationalLike, rational

__all__ = [
    "Graph",
    "complete",
    "cycle",
    "hamming",
    "independent_sets",
    "kneser",
    "largest_independent_set",
    "members",
    "paley",
]

MAX_VERTICES = 1024


@dataclass(frozen=True, repr=False)
class Graph:
    """An undirected graph on the vertices 0, …, n-1, without loops, with a nonnegative weight for each vertex.

    Attributes:
        neighbours: for each vertex the set of its neighbours, as an integer.
        weights: for each vertex a rational number >= 0.
        names: what the user calls the vertices.
    """

    neighbours: tuple[int, ...]
    weights: tuple[fmpq, ...]
    names: tuple[str, ...]

    @staticmethod
    def of(
        n: int,
        edges: Iterable[tuple[int, int]],
        weights: Sequence[RationalLike] | None = None,
        names: Sequence[str] | None = None,
    ) -> Graph:
        """The graph with n vertices and these edges; an edge may be listed more than once.

        Args:
            n: the number of vertices, 1 <= n <= 1024.
            edges: pairs of numbers of vertices, from 0.
            weights: a nonnegative rational number for each vertex; by default all are 1.
            names: for messages; by default 0, 1, ….

        Raises:
            ParameterError: for a loop, a vertex that does not exist, or weights that are negative, not exact, or of a
                wrong number.

        >>> Graph.of(3, [(0, 1), (1, 2)])
        Graph(3 vertices, 2 edges)
        """
        if isinstance(n, bool) or not 1 <= n <= MAX_VERTICES:
            raise ParameterError(f"expected a graph with 1 to {MAX_VERTICES} vertices, found {n!r}")
        neighbours = [0] * n
        for a, b in edges:
            if not (0 <= a < n and 0 <= b < n):
                raise ParameterError(f"edge {(a, b)}: expected vertices from 0 to {n - 1}")
            if a == b:
                raise ParameterError(f"edge {(a, b)}: expected two different vertices; a loop has no independent set")
            neighbours[a] |= 1 << b
            neighbours[b] |= 1 << a
        values = [fmpq(1)] * n if weights is None else [rational(w) for w in weights]
        if len(values) != n or any(w < 0 for w in values):
            raise ParameterError(
                f"expected {n} nonnegative weights, found {len(values)}: {', '.join(map(str, values))[:60]}"
            )
        labels = tuple(map(str, range(n))) if names is None else tuple(names)
        if len(labels) != n:
            raise ParameterError(f"expected {n} names of vertices, found {len(labels)}")
        return Graph(tuple(neighbours), tuple(values), labels)

    @staticmethod
    def from_graph6(text: str) -> Graph:
        """The graph of a graph6 text (one line, without header).

        Raises:
            ParameterError: if the text is not graph6, or has more than 1024 vertices.

        >>> Graph.from_graph6("Dhc").edges
        [(0, 1), (0, 4), (1, 2), (2, 3), (3, 4)]
        """
        codes = [ord(letter) - 63 for letter in text]
        if not codes or not all(0 <= code < 64 for code in codes):
            raise ParameterError(f"expected graph6, which has characters from ? to ~, found {text[:40]!a}")
        if codes[0] < 63:
            n, rest = codes[0], codes[1:]
        elif len(codes) >= 4 and codes[1] < 63:
            n, rest = codes[1] << 12 | codes[2] << 6 | codes[3], codes[4:]
        else:
            raise ParameterError(f"expected graph6 with at most {MAX_VERTICES} vertices, found {text[:40]!a}")
        pairs = n * (n - 1) // 2
        if not 1 <= n <= MAX_VERTICES or len(rest) != -(-pairs // 6):
            raise ParameterError(
                f"graph6: expected {-(-pairs // 6)} characters after the size {n} (1 to {MAX_VERTICES}), found"
                f" {len(rest)}"
            )
        bits = [code >> 5 - i & 1 for code in rest for i in range(6)]
        if any(bits[pairs:]):
            raise ParameterError("graph6: expected zeros at the end of the last character")
        edges = [(i, j) for bit, (i, j) in zip(bits, _columns(n), strict=False) if bit]
        graph = Graph.of(n, edges)
        if graph.graph6 != text:
            raise ParameterError(f"graph6: the size {n} is not written in the shortest way")
        return graph

    @property
    def n(self) -> int:
        """The number of vertices."""
        return len(self.neighbours)

    @property
    def edges(self) -> list[tuple[int, int]]:
        """The pairs i < j of neighbours, in order."""
        return [(i, j) for i in range(self.n) for j in members(self.neighbours[i] >> i + 1 << i + 1)]

    @cached_property
    def graph6(self) -> str:
        """The text of the graph in the format graph6.

        It holds the number of vertices, then the upper triangle of the adjacency matrix, column after column, six bits
        a character.

        >>> cycle(5).graph6
        'Dhc'
        """
        n = self.n
        size = [n] if n < 63 else [63, n >> 12, n >> 6 & 63, n & 63]
        bits = [self.neighbours[j] >> i & 1 for i, j in _columns(n)]
        bits += [0] * (-len(bits) % 6)
        codes = [sum(bit << 5 - k for k, bit in enumerate(bits[p : p + 6])) for p in range(0, len(bits), 6)]
        return "".join(chr(63 + code) for code in [*size, *codes])

    @property
    def is_weighted(self) -> bool:
        """Whether some weight is not 1."""
        return any(w != 1 for w in self.weights)

    def adjacent(self, a: int, b: int) -> bool:
        """Whether {a, b} is an edge."""
        return bool(self.neighbours[a] >> b & 1)

    def is_independent(self, vertices: int) -> bool:
        """Whether a set of vertices contains no edge."""
        return not any(self.neighbours[v] & vertices for v in members(vertices))

    def complement(self) -> Graph:
        """The graph with the other edges, the same weights and names.

        >>> complete(4).complement().edges
        []
        """
        everything = (1 << self.n) - 1
        other = tuple(everything & ~(row | 1 << v) for v, row in enumerate(self.neighbours))
        return Graph(other, self.weights, self.names)

    def weighted(self, weights: Sequence[RationalLike]) -> Graph:
        """The same graph with other weights."""
        return Graph.of(self.n, self.edges, weights, self.names)

    def __repr__(self) -> str:
        weighted = ", weighted" if self.is_weighted else ""
        return f"Graph({self.n} vertices, {sum(row.bit_count() for row in self.neighbours) // 2} edges{weighted})"


def _columns(n: int) -> Iterator[tuple[int, int]]:
    return ((i, j) for j in range(n) for i in range(j))


def members(vertices: int) -> Iterator[int]:
    """The elements of a set, in order.

    >>> list(members(0b1011))
    [0, 1, 3]
    """
    while vertices:
        low = vertices & -vertices
        yield low.bit_length() - 1
        vertices ^= low


def independent_sets(graph: Graph, size: int, limit: int) -> list[int]:
    """The independent sets of at most `size` vertices: the empty one first, then by size, then by vertices.

    Args:
        graph: the graph.
        size: the largest number of vertices in a set.
        limit: the most sets that may exist.

    Raises:
        ParameterError: if there are more than `limit`.

    >>> [list(members(s)) for s in independent_sets(cycle(4), 2, 100)]
    [[], [0], [1], [2], [3], [0, 2], [1, 3]]
    """
    result, layer = [0], [(0, (1 << graph.n) - 1)]  # a set, and the later vertices that it can be extended by
    for _ in range(size):
        larger = []
        for vertices, free in layer:
            larger += [(vertices | 1 << v, free >> v + 1 << v + 1 & ~graph.neighbours[v]) for v in members(free)]
            if len(result) + len(larger) > limit:
                raise ParameterError(
                    f"the graph has more than {limit} independent sets of at most {size} vertices: lower the level"
                )
        result += [vertices for vertices, _ in larger]
        layer = larger
    return result


def largest_independent_set(graph: Graph, steps: int = 200_000) -> tuple[int, bool]:
    """An independent set of large weight, and whether the search was finished, so that it is one of the largest.

    Branch and bound with a greedy cover of the remaining vertices by cliques, each of which has at most one vertex in
    the set.

    Args:
        graph: the graph, with its weights.
        steps: the most nodes of the search.

    >>> found, proved = largest_independent_set(cycle(5))
    >>> found.bit_count(), proved
    (2, True)
    """
    best, best_weight = 0, fmpq(0)
    order = sorted(range(graph.n), key=lambda v: (-graph.weights[v], graph.neighbours[v].bit_count(), v))
    left = steps

    def cover(vertices: Sequence[int]) -> list[tuple[int, fmpq]]:
        """The vertices clique after clique, each with a bound for the sets of it and the vertices before it."""
        cliques: list[tuple[int, list[int]]] = []  # common neighbours, members
        for v in vertices:
            for k, (common, clique) in enumerate(cliques):
                if common >> v & 1:
                    cliques[k] = (common & graph.neighbours[v], [*clique, v])
                    break
            else:
                cliques.append((graph.neighbours[v], [v]))
        total, result = fmpq(0), []
        for _, clique in cliques:
            total += max(graph.weights[v] for v in clique)
            result += [(v, total) for v in clique]
        return result

    stack = [
        (0, fmpq(0), order, cover(order))
    ]  # a set, its weight, the vertices that are free, those still to be tried
    while stack and left > 0:
        chosen, weight, free, trials = stack[-1]
        if weight > best_weight:
            best, best_weight = chosen, weight
        if not trials or weight + trials[-1][1] <= best_weight:
            stack.pop()
            continue
        left -= 1
        v, _ = trials.pop()
        free.remove(v)
        smaller = [u for u in free if not graph.adjacent(u, v)]
        everything = sum(1 << u for u in smaller)
        if graph.is_independent(everything):  # take it all
            chosen, smaller = chosen | everything, []
            weight += sum((graph.weights[u] for u in members(everything)), fmpq(0))
        stack.append((chosen | 1 << v, weight + graph.weights[v], smaller, cover(smaller)))
    return best, not stack


def cycle(n: int) -> Graph:
    """The cycle C_n, n >= 3.

    >>> cycle(5)
    Graph(5 vertices, 5 edges)
    """
    if n < 3:
        raise ParameterError(f"a cycle: expected at least 3 vertices, found {n}")
    return Graph.of(n, [(i, (i + 1) % n) for i in range(n)])


def complete(n: int) -> Graph:
    """The complete graph K_n."""
    return Graph.of(n, combinations(range(n), 2))


def kneser(n: int, k: int) -> Graph:
    """The Kneser graph K(n, k): the k-subsets of n points, joined if they are disjoint. K(5, 2) is the Petersen graph.

    Args:
        n: the number of elements.
        k: the size of the sets, 1 <= k <= n.

    >>> kneser(5, 2)
    Graph(10 vertices, 15 edges)
    """
    if not 1 <= k <= n:
        raise ParameterError(f"a Kneser graph: expected 1 <= k <= n, found n = {n}, k = {k}")
    sets = [frozenset(s) for s in combinations(range(n), k)]
    pairs = [(i, j) for i, j in combinations(range(len(sets)), 2) if not sets[i] & sets[j]]
    return Graph.of(len(sets), pairs, names=["".join(f"{x}" if n <= 10 else f"{x}." for x in sorted(s)) for s in sets])


def paley(q: int) -> Graph:
    """The Paley graph of a prime q = 1 mod 4: residues modulo q, joined if their difference is a square.

    >>> paley(13)
    Graph(13 vertices, 39 edges)
    """
    if q % 4 != 1 or not fmpz(q).is_prime():
        raise ParameterError(f"a Paley graph: expected a prime q = 1 mod 4, found {q}")
    squares = {x * x % q for x in range(1, q)}
    return Graph.of(q, [(i, j) for i, j in combinations(range(q), 2) if j - i in squares])


def hamming(n: int, distances: Iterable[int], letters: int = 2) -> Graph:
    """The words of length n over an alphabet, joined if their Hamming distance is in `distances`.

    Independent sets for the distances 1, …, d-1 are the codes of minimal distance d.

    Args:
        n: the length of the words.
        distances: the distances of words that are joined.
        letters: the size of the alphabet.

    >>> hamming(3, [1])
    Graph(8 vertices, 12 edges)
    """
    if n < 1 or letters < 2 or letters**n > MAX_VERTICES:
        raise ParameterError(f"expected at most {MAX_VERTICES} words, found {letters} letters, length {n}")
    wanted = set(distances)
    words = [[w // letters**i % letters for i in range(n)] for w in range(letters**n)]
    pairs = (
        (i, j)
        for i, j in combinations(range(len(words)), 2)
        if sum(a != b for a, b in zip(words[i], words[j], strict=True)) in wanted
    )
    return Graph.of(len(words), pairs, names=["".join(map(str, reversed(word))) for word in words])
