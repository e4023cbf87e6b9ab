"""Theorems `average-kissing` and `average-kissing-radii`: upper bounds for average degrees of contact graphs of ball packings.

Statement
---------
A packing is a finite set of balls of R^n, n >= 3, with disjoint interiors; in its contact graph tangent balls are
adjacent. Seen from a ball of radius r, a neighbour of radius s has the *size* ξ = s/(r+s), in (0,1); seen from the other
side the same contact has the size r/(r+s) = 1 - ξ.

(A) Local bound. Let every size of some set belong to exactly one *element* (in (B): half-open pieces of [ξ_0, 1)): an element
(p, p) holds sizes >= ξ_p, an element (p, q) holds sizes in [ξ_p, ξ_q], ξ_p < ξ_q. Put φ(a) = e_p on the first kind,
φ(a) = ((ξ_q-a) e_p + (a-ξ_p) e_q)/(ξ_q-ξ_p) on the second. Suppose that there are t, w and positive semidefinite matrices
G = [[t, wᵀ], [w, F_0]] and F_1, …, F_d, with E_k the positive multiple of Gegenbauer's polynomial below,
F_pq(u) = Σ_k (F_k)_pq E_k(u) and u_pq = 1 - 2 ξ_p ξ_q, such that

    (i)   F_pp(1) <= w_p                             for all p,
    (ii)  F_pq(u) <= 0                               for -1 <= u <= u_pq, for all p, q,
    (iii) F_ab(u) <= s (u - u_ab), a in e, b in f,   for low <= u <= high, for all pairs of elements e, f that
          are not both of the first kind; low and high are the least and the largest of the (up to four) u_ab, and
          s >= 0 is a number that may depend on the pair.

Then Σ wᵀφ(a_x) <= t, over the neighbours x of any ball, a_x their sizes, as far as their sizes are in the set.

(B) `average-kissing(n)`. If moreover the sizes not in the set are those below ξ_0, and the weight ω(a) = wᵀφ(a), which is
put to 0 below ξ_0, satisfies ω(a) + ω(1-a) >= 2 for all a in (0,1), then the average degree of every contact graph is at
most t.

(C) `average-kissing(n;r_1,…,r_m)`, for packings with radii among r_1, …, r_m. For each radius r_c let there be a solution
of (A) with the elements (p, p), ξ_p = r_p/(r_c+r_p), with t_c and weights w_cp. If w_cp + w_pc >= 2 for all c, p, then
the average degree is at most the largest t_c.

Proof
-----
(B), (C): every contact is counted at both of its ends, with weights that add up to 2 or more; so twice the number of
contacts is at most the sum of t over all balls. In (C) seen from r_c all t_c may be replaced by the largest.

(A): scale the ball to radius 1 about the origin, and let x·y be the inner product of the unit vectors towards the
centres of two neighbours. The centres, at distances 1+r and 1+s, are at least r+s apart, so by the law of cosines
    x·y <= 1 - 2 (r/(1+r)) (s/(1+s)) = 1 - 2 a_x a_y.                                                              (1)
1. Let F(u,a,b) = Σ_k φ(a)ᵀ F_k φ(b) E_k(u), y = Σ_x φ(a_x), W = wᵀy. As E_k(x·y) is a positive definite kernel on the
   sphere (Schoenberg), E_0 = 1, and F_k is positive semidefinite, Σ_{x,y} F(x·y, a_x, a_y) >= yᵀ F_0 y. As G is positive
   semidefinite, t s² + 2 s W + yᵀF_0y >= 0 for all s: yᵀF_0y t >= W² (t = 0 only if W = 0, and then W <= t).
2. On the diagonal, F(1,a,a) = φ(a)ᵀ (Σ_k E_k(1) F_k) φ(a) is a convex function of φ(a), so by (i) F(1,a,a) <= wᵀφ(a).
3. Off the diagonal F(x·y, a_x, a_y) <= 0: let u = x·y, with a_x in e and a_y in f, and let λ_ab be the products of the
   coordinates of φ(a_x) and φ(a_y): F(u, a_x, a_y) = Σ λ_ab F_ab(u), λ >= 0, Σ λ_ab = 1. If u <= low, then every
   F_ab(u) <= 0 by (ii). If low < u, then u <= high by (1), and (iii) gives Σ λ_ab F_ab(u) <= s (u - Σ λ_ab u_ab). The last
   sum is 1 - 2 α β, where α is a_x if e is of the second kind, and ξ_p <= a_x if it is of the first, and β likewise: at
   least 1 - 2 a_x a_y >= u. If both are of the first kind, low = high = u_pq, and (ii) suffices.
4. So W² / t <= Σ_x F(1, a_x, a_x) <= W, and W <= t. ∎

Polynomials: E_k = 2^-m C_k, where C_0 = 1, C_1 = (n-2) u, (k+1) C_{k+1} = (2k+n-2) u C_k - (k+n-3) C_{k-1} (Gegenbauer's, with
the parameter n/2 - 1), and m is the least integer with E_k(1) <= 1. Their coefficients are dyadic.

Sources
-------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020: sections 2 and 3.1,
where ω(a) is the normalised area of the cap that a ball of size a cuts from a sphere, and the elements are (p, p). That any
weight with ω(a) + ω(1-a) >= 2 serves, and the elements (p, q) with (iii), are additions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import lcm
from operator import mul

from ..common.nonpositive import Budget, nonpositive
from ..grammar import Node
from ..identity import require_at_most
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..psd import EXPONENT_LIMIT, Psd, Symmetric, read_psd
from ..report import Claim, Rejected, magnitude

__all__ = ["AnyRadii", "FiniteRadii", "LocalBound", "Piece", "read", "read_radii"]

_NODES = 128  # at most so many sizes ξ_p, and radii
_HALVINGS = 1 << 21  # of intervals, over all polynomials of one certificate

Element = tuple[int, int]


def gegenbauer(n: int, degree: int) -> list[list[Fraction]]:
    """The coefficients of E_0, …, E_degree, those of the low powers first.

    >>> gegenbauer(3, 2)[2] == [Fraction(-1, 2), 0, Fraction(3, 2)]  # Legendre's, for R³
    True
    """
    rows = [[Fraction(1)], [Fraction(0), Fraction(n - 2)]]
    for k in range(1, degree):
        up = [Fraction(0), *((2 * k + n - 2) * value for value in rows[k])]
        back = [(k + n - 3) * value for value in rows[k - 1]] + [Fraction(0)] * 2
        rows.append([(a - b) / (k + 1) for a, b in zip(up, back, strict=True)])
    rows = rows[: degree + 1]
    return [[value / (1 << (int(sum(row)) - 1).bit_length()) for value in row] for row in rows]


@dataclass(frozen=True)
class LocalBound:
    """The data of (A): a bound for the weights around one ball."""

    path: str
    n: int
    sizes: tuple[Fraction, ...]
    elements: tuple[Element, ...]
    matrices: tuple[Psd, ...]
    slopes: tuple[Fraction, ...]

    @cached_property
    def products(self) -> list[Symmetric]:
        """The matrices G, F_1, …, F_d, multiplied out. They are positive semidefinite as sums of squares: the reader admits no corrections."""
        return [product for matrix in self.matrices for product in matrix.summands()]

    def top(self, p: int | None = None) -> Fraction:
        """w_p; without p, the number t."""
        bordered = self.products[0]
        return Fraction(bordered.rows[0 if p is None else p + 1][0], bordered.denominator)

    @cached_property
    def polynomials(self) -> tuple[dict[Element, list[int]], int]:
        """The numerators of the coefficients of F_pq, q <= p, and their common denominator."""
        degree = len(self.matrices) - 1
        terms = gegenbauer(self.n, degree)
        bordered, *higher = self.products
        kernels = [Symmetric([row[1:] for row in bordered.rows[1:]], bordered.denominator), *higher]
        denominator = lcm(
            *(value.denominator * f.denominator for f, row in zip(kernels, terms, strict=True) for value in row)
        )
        table = [
            [int(value * denominator / f.denominator) for value in row] + [0] * (degree + 1 - len(row))
            for f, row in zip(kernels, terms, strict=True)
        ]
        columns = list(zip(*table, strict=True))
        result = {}
        for p in range(len(self.sizes)):
            for q in range(p + 1):
                entries = [f.rows[p][q] for f in kernels]
                result[p, q] = [sum(map(mul, entries, column)) for column in columns]
        return result, denominator

    def end(self, p: int, q: int) -> Fraction:
        """u_pq."""
        return 1 - 2 * self.sizes[p] * self.sizes[q]

    def prove(self, budget: Budget) -> None:
        """Check (i), (ii) and (iii). Raises Rejected."""
        polynomials, denominator = self.polynomials
        for p in range(len(self.sizes)):
            excess = Fraction(sum(polynomials[p, p]), denominator) - self.top(p)
            if excess > 0:
                raise Rejected(f"(i) fails at size number {p} by about {magnitude(excess)}", self.path)
        for (p, q), numerators in polynomials.items():
            if not nonpositive(numerators, Fraction(-1), self.end(p, q), budget):
                raise Rejected(f"(ii) is not proved for the sizes number {p} and {q}", self.path)
        for (e, f), slope in zip(cells(self.elements), self.slopes, strict=True):
            corners = [(a, b) for a in dict.fromkeys(e) for b in dict.fromkeys(f)]
            ends = [self.end(a, b) for a, b in corners]
            for (a, b), end in zip(corners, ends, strict=True):
                numerators = polynomials[max(a, b), min(a, b)]
                line = slope * denominator
                scaled = [value * line.denominator * end.denominator for value in numerators]
                scaled[0] += int(line * end * line.denominator * end.denominator)
                scaled[1] -= int(line * line.denominator * end.denominator)
                if not nonpositive(scaled, min(ends), max(ends), budget):
                    raise Rejected(f"(iii) is not proved for the elements {e} and {f}, at {(a, b)}", self.path)


def cells(elements: tuple[Element, ...]) -> Iterator[tuple[Element, Element]]:
    """The pairs of elements that need a slope: e not before f, and not both of the first kind."""
    for index, e in enumerate(elements):
        yield from ((e, f) for f in elements[: index + 1] if e[0] != e[1] or f[0] != f[1])


@dataclass(frozen=True)
class Piece:
    """The weight on low <= a < high: linear, from `start` to `stop`."""

    low: Fraction
    high: Fraction
    start: Fraction
    stop: Fraction

    def at(self, a: Fraction) -> Fraction:
        """The weight of size a, low <= a <= high; at `high` the limit."""
        return self.start + (self.stop - self.start) * (a - self.low) / (self.high - self.low)


def require_cover(pieces: list[Piece]) -> None:
    """Raise Rejected unless ω(a) + ω(1-a) >= 2 on (0,1), for a weight whose pieces follow each other from 0 to 1."""
    for one in pieces:
        for two in pieces:
            low, high = max(one.low, 1 - two.high), min(one.high, 1 - two.low)
            # the sum is linear where both pieces are; and a single point, where each of them begins, is a case of its own
            if low < high or (low == high == one.low == 1 - two.low):
                for a in {low, high}:
                    missing = 2 - one.at(a) - two.at(1 - a)
                    if missing > 0:
                        reason = (
                            f"the weights of the sizes {a} and {1 - a} sum to less than 2 by about {magnitude(missing)}"
                        )
                        raise Rejected(reason, "witness.F[0]")


@dataclass(frozen=True)
class AnyRadii:
    """A certificate of (B). `pieces` has a letter for each size: l, linear up to the next one; c, constant up to there."""

    local: LocalBound
    pieces: str
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """average-kissing(n) <= bound."""
        degree, nodes = len(self.local.matrices) - 1, len(self.pieces)
        quantity = average_kissing_quantity(self.local.n)
        return Claim(quantity, self.bound, f"average-kissing, degree {degree}, {nodes} nodes")

    def prove(self) -> None:
        """Check the cheap hypotheses first. Raises Rejected."""
        local = self.local
        require_at_most(local.top(), self.bound)
        ends = [*local.sizes, Fraction(1)]
        pieces = [Piece(Fraction(0), ends[0], Fraction(0), Fraction(0))]
        for p, (low, high) in enumerate(pairwise(ends)):
            if low < high:
                pieces.append(Piece(low, high, local.top(p), local.top(p + (self.pieces[p] == "l"))))
        require_cover(pieces)
        local.prove(Budget(_HALVINGS))


@dataclass(frozen=True)
class FiniteRadii:
    """A certificate of (C)."""

    locals: tuple[LocalBound, ...]
    radii: tuple[Fraction, ...]
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """average-kissing(n;r_1,…,r_m) <= bound."""
        first = self.locals[0]
        quantity = average_kissing_quantity(first.n, self.radii)
        return Claim(quantity, self.bound, f"average-kissing-radii, degree {len(first.matrices) - 1}")

    def prove(self) -> None:
        """Check the cheap hypotheses first. Raises Rejected."""
        budget = Budget(_HALVINGS)
        for c, local in enumerate(self.locals):
            require_at_most(local.top(), self.bound)
            for p in range(c + 1):
                if local.top(p) + self.locals[p].top(c) < 2:
                    raise Rejected(f"the weights of the radii number {c} and {p} sum to less than 2", local.path)
        for local in self.locals:
            local.prove(budget)


def read(parameters: Node, bound: Node, witness: Node) -> AnyRadii:
    """Read a certificate of (B) to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "n", "nodes", "pieces")
    n, degree = fields["n"].small(3, limits.dimension), fields["degree"].small(1, limits.degree)
    sizes, pieces = _rationals(fields["nodes"], 1), fields["pieces"].text()
    if len(pieces) != len(sizes) or set(pieces) - set("cl") or pieces[-1] != "c":
        fields["pieces"].refuse(f"{len(sizes)} letters c or l, the last one c")
    elements = []
    for p, (low, high) in enumerate(pairwise([*sizes, Fraction(1)])):
        if low > high or (low == high and pieces[p] == "l"):
            fields["nodes"].refuse("increasing sizes, two of them equal only after a piece c", f"{low} before {high}")
        if low < high:
            elements.append((p, p + (pieces[p] == "l")))
    inner = witness.record("F", "slopes")
    slopes = inner["slopes"].record("exponent", "values")
    exponent = slopes["exponent"].small(0, EXPONENT_LIMIT)
    values = slopes["values"].items(sum(1 for _ in cells(tuple(elements))))
    numerators = [item.integer() for item in values]
    if any(value < 0 for value in numerators):
        slopes["values"].refuse("numbers that are not negative")
    matrices = _read_matrices(inner["F"], degree, len(sizes))
    steps = tuple(Fraction(value, 1 << exponent) for value in numerators)
    local = LocalBound("witness", n, sizes, tuple(elements), matrices, steps)
    _require_quick(parameters, [local])
    return AnyRadii(local, pieces, bound.rational(limits.bound_bits))


def read_radii(parameters: Node, bound: Node, witness: Node) -> FiniteRadii:
    """Read a certificate of (C) to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "n", "radii")
    n, degree = fields["n"].small(3, limits.dimension), fields["degree"].small(1, limits.degree)
    radii = _rationals(fields["radii"], None)
    if any(low >= high for low, high in pairwise(radii)):
        fields["radii"].refuse("strictly increasing radii")
    points = tuple((p, p) for p in range(len(radii)))
    locals_ = []
    for r, item in zip(radii, witness.record("centres")["centres"].items(len(radii)), strict=True):
        matrices = _read_matrices(item.record("F")["F"], degree, len(radii))
        locals_.append(LocalBound(item.path, n, tuple(s / (r + s) for s in radii), points, matrices, ()))
    _require_quick(parameters, locals_)
    return FiniteRadii(tuple(locals_), radii, bound.rational(limits.bound_bits))


def _rationals(node: Node, below: int | None) -> tuple[Fraction, ...]:
    """Positive rationals, at least one, smaller than `below`."""
    items = node.items()
    if not 1 <= len(items) <= _NODES:
        node.refuse(f"between 1 and {_NODES} numbers", f"{len(items)}")
    values = tuple(item.rational(node.limits.parameter_bits) for item in items)
    for item, value in zip(items, values, strict=True):
        if value <= 0 or (below is not None and value >= below):
            item.refuse("a positive number" if below is None else f"a number strictly between 0 and {below}")
    return values


def _require_quick(node: Node, locals_: list[LocalBound]) -> None:
    """Bound the time to expand the polynomials and to bring them to Bernstein's basis, degree² products for each of them, and
    the memory for all of them: products of matrices and polynomials of every ball are kept."""
    work = memory = 0
    for local in locals_:
        degree, corners = len(local.matrices) - 1, len(local.sizes) ** 2 + 4 * len(local.slopes)
        slopes = [slope.numerator.bit_length() + slope.denominator.bit_length() for slope in local.slopes]
        widest = max(matrix.bits for matrix in local.matrices) + max(slopes, default=0)
        ends = max(size.denominator.bit_length() for size in local.sizes)
        work += corners * (degree + 1) ** 2 * (1 + (2 * widest + 4 * degree * ends) // 64)
        memory += len(local.matrices) * (len(local.sizes) + 1) ** 2 * 2 * (2 * widest + degree + 64)
    if work > node.limits.work:
        node.refuse(f"a problem of at most {node.limits.work} steps", f"one of about {work}")
    if memory > node.limits.matrix_bits:
        node.refuse(f"matrices of at most {node.limits.matrix_bits} bits together", f"about {memory}")


def _read_matrices(node: Node, degree: int, size: int) -> tuple[Psd, ...]:
    """Sums of squares: a correction would bring denominators of its own into every polynomial."""
    matrices = []
    for k, item in enumerate(node.items(degree + 1)):
        matrices.append(read_psd(item, size + (k == 0)))
        if matrices[-1].shift is not None:
            item.refuse("a matrix without shift and correction", "one with both")
    return tuple(matrices)
