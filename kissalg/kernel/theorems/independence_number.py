"""Upper bounds for the weighted independence number of a graph, with their proof; lower bounds by an independent set.

Statement
---------
Let G be a graph on the vertices 0..n-1 with weights w_v, and for a set S of vertices let x^S(I) = 1 if S ⊆ I and 0
otherwise, a function of the independent sets I of G. Let Γ be a group of automorphisms of (G, w). Suppose that the two
sides of

    λ - Σ_v w_v x^{v} = Σ_t b_tᵀ X_t b_t + Σ_S n_S x^S + Σ_k m_k q_k

have the same sum of coefficients over each orbit of Γ on the nonempty independent sets, and that the constant of the
right-hand side is at most λ. Here the b_t are vectors of combinations of functions x^S, multiplied by x^S x^T = x^(S ∪
T), which is 0 if S ∪ T is not independent; the X_t are positive semidefinite, n_S >= 0, m_k >= 0, and the q_k are
combinations of functions x^S that are >= 0 at every independent set. Then every independent set I has weight Σ_{v in I}
w_v <= λ.

Proof
-----
Each term on the right is >= 0 at every independent set: its value there is that of a square, of x^S >= 0, of q_k.
Automorphisms permute the independent sets, so the mean of the right-hand side over Γ, too, is >= 0 everywhere. A mean
over Γ depends only on the sums of the coefficients over orbits; so it is the mean of the left-hand side, which is
Γ-invariant, minus a constant >= 0. Hence λ - Σ_{v in I} w_v >= 0. ∎

Γ is given by generators, each of which is checked; it may be trivial. That q_k >= 0 is checked at all independent
subsets of the vertices that occur in it, of which there are at most sixteen. λ, X_t, n_S, m_k lie in Q(α), see
`number_field`.

If the weights are integers, so is the independence number, and a bound below N + 1 implies the bound N.

Sources
-------
Lovász 1979 (the theta number); Schrijver 1979 and McEliece, Rodemich & Rumsey 1978 (with n_S); Padberg 1989
(inequalities q_k); Lasserre 2002, Laurent 2003 (sets of several vertices); McKay (the graph6 text).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import lcm

from ..common.faces import Face, read_face
from ..common.number_field import Element, RealField, read_element, read_field
from ..grammar import Node
from ..notation.algebraic import exact_value
from ..notation.independence_numbers import GraphBound, graph_quantity
from ..psd import read_denominator
from ..report import Malformed, Rejected, magnitude

__all__ = ["Independence", "read"]

_VERTEX_LIMIT = 1024
_SUPPORT_LIMIT = 16  # vertices of an inequality
_SET_LIMIT = 32  # vertices of a set
_WORK_LIMIT = 1 << 24  # products of two functions x^S, values of inequalities: a minute or two
_ORBIT_LIMIT = 1 << 22  # images of sets under generators

Function = dict[int, int]  # numerators by set; the set S is the integer Σ_{v in S} 2^v


@dataclass(frozen=True)
class Square:
    """bᵀ X b; the functions b have a common denominator."""

    basis: list[Function]
    denominator: int
    matrix: Face


@dataclass(frozen=True)
class Inequality:
    """m q, q >= 0 at all independent sets; q is the function divided by the denominator."""

    path: str
    multiplier: Element
    function: Function
    denominator: int


@dataclass(frozen=True)
class Independence:
    """A certificate of this theorem."""

    graph6: str
    neighbours: list[int]
    weights: list[Fraction]
    weighted: bool
    bound: Fraction
    field: RealField
    value: Element
    generators: list[tuple[int, ...]]
    squares: list[Square]
    sets: list[int]
    multiples: list[Element]
    inequalities: list[Inequality]
    independent: list[int] | None

    @property
    def claim(self) -> GraphBound:
        """alpha(G) <= bound."""
        quantity = graph_quantity(self.graph6, self.weights if self.weighted else None)
        lower = None if self.independent is None else sum((self.weights[v] for v in self.independent), Fraction(0))
        theorem = f"squares of functions on independent sets, which give the bound {self.field.text(self.value)}"
        integral = all(w.denominator == 1 for w in self.weights)
        exact = exact_value(self.field, self.value)
        return GraphBound(quantity, self.bound, theorem, exact, integral=integral, lower=lower)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        if not self.field.at_least(self.field.rational(self.bound), self.value):
            raise Rejected("the bound that is proved is larger", "bound")
        if self.independent is not None and not self._is_independent(_set(self.independent)):
            raise Rejected("two of the vertices are adjacent", "witness.independent")
        for index, images in enumerate(self.generators):
            for v, image in enumerate(images):
                if (
                    self.weights[image] != self.weights[v]
                    or _image(images, self.neighbours[v]) != self.neighbours[image]
                ):
                    raise Rejected(
                        f"not an automorphism of the graph, at the vertex {v}", f"witness.generators[{index}]"
                    )
        for vertices, multiple in zip(self.sets, self.multiples, strict=True):
            self._require_nonnegative(multiple, "witness.sets", f"the multiple of the set {list(_members(vertices))}")
        for inequality in self.inequalities:
            self._require_nonnegative(inequality.multiplier, inequality.path, "the multiplier")
            self._require_valid(inequality)
        for square in self.squares:
            square.matrix.require_proof()
        self._require_identity()

    def _require_nonnegative(self, value: Element, path: str, what: str) -> None:
        if not self.field.at_least(value, self.field.rational(Fraction(0))):
            raise Rejected(f"{what} is negative", path)

    def _is_independent(self, vertices: int) -> bool:
        return not any(self.neighbours[v] & vertices for v in _members(vertices))

    def _require_valid(self, inequality: Inequality) -> None:
        """Q at all independent subsets of its support; at larger independent sets it has the same values."""
        terms = list(inequality.function.items())
        support = 0
        for vertices, _ in terms:
            support |= vertices
        pending = [(0, support)]  # an independent set, and the vertices that may be added to it
        while pending:
            chosen, free = pending.pop()
            if sum(c for vertices, c in terms if not vertices & ~chosen) < 0:
                raise Rejected(f"the inequality fails at the independent set {list(_members(chosen))}", inequality.path)
            for v in _members(free):
                free ^= 1 << v
                pending.append((chosen | 1 << v, free & ~self.neighbours[v]))

    @cached_property
    def total(self) -> dict[int, list[Fraction]]:
        """The coefficients of the right-hand side minus those of the left-hand side without λ, for independent sets."""
        degree = self.field.degree
        total: defaultdict[int, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * degree)
        known: dict[int, bool] = {}

        def add(vertices: int, value: Fraction, power: int = 0) -> None:
            if vertices not in known:
                known[vertices] = self._is_independent(vertices)
            if known[vertices]:
                total[vertices][power] += value

        for v, weight in enumerate(self.weights):
            add(1 << v, weight)
        for square in self.squares:
            for power, part in enumerate(square.matrix.parts):
                sums: defaultdict[int, int] = defaultdict(int)
                for i, row in enumerate(part.rows):
                    for j, entry in enumerate(row):
                        for s, a in square.basis[i].items() if entry else ():
                            factor = a * entry * (1 if i == j else 2)
                            for t, b in square.basis[j].items():
                                sums[s | t] += factor * b
                denominator = part.denominator * square.denominator**2
                for vertices, value in sums.items():
                    add(vertices, Fraction(value, denominator), power)
        for vertices, multiple in zip(self.sets, self.multiples, strict=True):
            for power, c in enumerate(multiple):
                add(vertices, c, power)
        for inequality in self.inequalities:
            for vertices, value in inequality.function.items():
                for power, c in enumerate(inequality.multiplier):
                    add(vertices, c * value / inequality.denominator, power)
        return total

    def _require_identity(self) -> None:
        rest = dict(self.total)
        constant = tuple(rest.pop(0, self.field.rational(Fraction(0))))
        if not self.field.at_least(self.value, constant):
            raise Rejected("the constant of the right-hand side is larger", "witness.value")
        looked_at = 0
        while rest:
            start, sums = rest.popitem()
            reached, border = {start}, [start]
            while border:
                vertices = border.pop()
                for images in self.generators:
                    other = _image(images, vertices)
                    if other not in reached:
                        reached.add(other)
                        border.append(other)
                        if other in rest:
                            sums = [a + b for a, b in zip(sums, rest.pop(other), strict=True)]
                if (looked_at + len(reached)) * len(self.generators) > _ORBIT_LIMIT:
                    raise Malformed(f"orbits with more than {_ORBIT_LIMIT} images of sets", "witness.generators")
            looked_at += len(reached)
            if any(sums):
                where = (
                    f"the orbit of the set {list(_members(start))}, off by about {magnitude(next(filter(None, sums)))}"
                )
                raise Rejected(f"the identity fails at {where}", "witness")


def _members(vertices: int) -> Iterator[int]:
    while vertices:
        low = vertices & -vertices
        yield low.bit_length() - 1
        vertices ^= low


def _set(vertices: list[int] | tuple[int, ...]) -> int:
    return sum(1 << v for v in vertices)


def _image(images: tuple[int, ...], vertices: int) -> int:
    return sum(1 << images[v] for v in _members(vertices))


def read(parameters: Node, bound: Node, witness: Node) -> Independence:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("graph", "weights")
    neighbours = _read_graph6(fields["graph"])
    n = len(neighbours)
    weights = [Fraction(1)] * n
    if not fields["weights"].null:
        weights = [item.rational(limits.parameter_bits) for item in fields["weights"].items(n)]
    parts = witness.record("field", "generators", "independent", "inequalities", "sets", "squares", "value")
    field = read_field(parts["field"])
    sets = parts["sets"].record("sets", "values")
    listed = [_set(_read_vertices(item, item.text().count(" ") + 1, n)) for item in sets["sets"].items()]
    values = sets["values"].record("denominator", "values")
    numbers = [item.integers(field.degree) for item in values["values"].items(len(listed))]
    denominator = read_denominator(values["denominator"], [c for number in numbers for c in number])
    independent = None
    if not parts["independent"].null:
        independent = [item.small(0, n - 1) for item in parts["independent"].items()]
        if any(a >= b for a, b in pairwise(independent)):
            parts["independent"].refuse("vertices in increasing order")
    certificate = Independence(
        fields["graph"].text(),
        neighbours,
        weights,
        not fields["weights"].null,
        bound.rational(limits.bound_bits),
        field,
        read_element(parts["value"], field, limits.bound_bits),
        [_read_permutation(item, n) for item in parts["generators"].items()],
        [_read_square(item, n, field) for item in parts["squares"].items()],
        listed,
        [tuple(Fraction(c, denominator) for c in number) for number in numbers],
        [_read_inequality(item, n, field) for item in parts["inequalities"].items()],
        independent,
    )
    _require_little_work(certificate, witness)
    return certificate


def _require_little_work(certificate: Independence, witness: Node) -> None:
    """Bound the number of products, and of values of inequalities."""
    work = 0
    for square in certificate.squares:
        work += certificate.field.degree * sum(map(len, square.basis)) ** 2 // 2
    for inequality in certificate.inequalities:
        support = 0
        for vertices in inequality.function:
            support |= vertices
        if support.bit_count() > _SUPPORT_LIMIT:
            raise Malformed(f"an inequality with more than {_SUPPORT_LIMIT} vertices", inequality.path)
        work += len(inequality.function) << support.bit_count()
    if work > _WORK_LIMIT:
        raise Malformed(f"an identity that needs about {work} steps; the limit is {_WORK_LIMIT}", witness.path)


def _read_graph6(node: Node) -> list[int]:
    """The sets of neighbours: N(n), then the upper triangle by columns, six bits a character, zeros at the end."""
    codes = [ord(letter) - 63 for letter in node.text()]
    if not codes or not all(0 <= code < 64 for code in codes):
        node.refuse("a graph in graph6")
    n, start = codes[0], 1
    if n == 63:
        if len(codes) < 4 or codes[1] == 63:
            node.refuse(f"a graph with at most {_VERTEX_LIMIT} vertices")
        n, start = codes[1] << 12 | codes[2] << 6 | codes[3], 4
    if not 1 <= n <= _VERTEX_LIMIT or (start == 4 and n < 63):
        node.refuse(f"a graph with 1 to {_VERTEX_LIMIT} vertices, their number written in the shortest way")
    pairs = n * (n - 1) // 2
    rest = codes[start:]
    if len(rest) != -(-pairs // 6) or (pairs % 6 and rest[-1] & (1 << -pairs % 6) - 1):
        node.refuse(f"graph6 of a graph with {n} vertices, zeros at the end")
    neighbours = [0] * n
    position = 0
    for j in range(n):
        for i in range(j):
            if rest[position // 6] >> 5 - position % 6 & 1:
                neighbours[i] |= 1 << j
                neighbours[j] |= 1 << i
            position += 1
    return neighbours


def _read_vertices(node: Node, count: int, n: int) -> tuple[int, ...]:
    """Vertices in increasing order in one string."""
    vertices = node.integers(min(count, _SET_LIMIT))
    if vertices[0] < 0 or vertices[-1] >= n or any(a >= b for a, b in pairwise(vertices)):
        node.refuse(f"vertices below {n} in increasing order")
    return vertices


def _read_permutation(node: Node, n: int) -> tuple[int, ...]:
    images = node.integers(n)
    if sorted(images) != list(range(n)):
        node.refuse(f"a permutation of the numbers below {n}")
    return images


def _read_function(node: Node, n: int) -> tuple[Function, int]:
    """The common denominator; then for each set its vertices and the numerator."""
    first, *rest = node.items() or [node]
    denominator = first.integer()
    if denominator <= 0:
        first.refuse("a positive denominator")
    function: Function = {}
    for item in rest:
        *vertices, value = item.integers(min(item.text().count(" ") + 1, _SET_LIMIT // 2 + 1))
        if any(not 0 <= v < n for v in vertices) or any(a >= b for a, b in pairwise(vertices)) or value == 0:
            item.refuse(f"vertices below {n} in increasing order, and a numerator that is not zero")
        if _set(vertices) in function:
            item.refuse("each set once")
        function[_set(vertices)] = value
    return function, denominator


def _read_square(node: Node, n: int, field: RealField) -> Square:
    fields = node.record("basis", "matrix", "size")
    size = fields["size"].small(1, 1 << 12)
    functions = [_read_function(item, n) for item in fields["basis"].items(size)]
    common = lcm(*(denominator for _, denominator in functions))
    if common.bit_length() > node.limits.integer_bits:
        fields["basis"].refuse(
            f"functions with a common denominator of at most {node.limits.integer_bits} bits", "a larger one"
        )
    basis = [{s: c * (common // denominator) for s, c in function.items()} for function, denominator in functions]
    return Square(basis, common, read_face(fields["matrix"], size, field))


def _read_inequality(node: Node, n: int, field: RealField) -> Inequality:
    fields = node.record("function", "multiplier")
    function, denominator = _read_function(fields["function"], n)
    return Inequality(
        node.path, read_element(fields["multiplier"], field, node.limits.integer_bits), function, denominator
    )
