"""Weights around one ball of a packing: the local conditions of the theorems about average kissing numbers.

Statement
---------
A packing is a finite set of balls of R^n, n >= 3, with disjoint interiors; in its contact graph tangent balls are
adjacent. Seen from a ball of radius r, a neighbour of radius s has the *size* ξ = s/(r+s), in (0,1); seen from the
other side the same contact has the size r/(r+s) = 1 - ξ.

Let every size of some set belong to exactly one *element* (a half-open piece of (0,1), or a point): an element
(p, p) holds sizes >= ξ_p, an element (p, q) holds sizes in [ξ_p, ξ_q], ξ_p < ξ_q. Put φ(a) = e_p on the first kind,
φ(a) = ((ξ_q-a) e_p + (a-ξ_p) e_q)/(ξ_q-ξ_p) on the second. Suppose that there are t, w and positive semidefinite
matrices G = [[t, wᵀ], [w, F_0]] and F_1, …, F_d, with E_k the multiple of Gegenbauer's polynomial in `orthogonal`,
F_pq(u) = Σ_k (F_k)_pq E_k(u) and u_pq = 1 - 2 ξ_p ξ_q, such that

    (i)   F_pp(1) <= w_p                             for all p,
    (ii)  F_pq(u) <= 0                               for -1 <= u <= u_pq, for all p, q,
    (iii) F_ab(u) <= s (u - u_ab), a in e, b in f,   for low <= u <= high, for all pairs of elements e, f that
          are not both of the first kind; low and high are the least and the largest of the (up to four) u_ab, and
          s >= 0 is a number that may depend on the pair.

Then Σ wᵀφ(a_x) <= t, over the neighbours x of any ball, a_x their sizes, as far as their sizes are in the set.

Proof
-----
Scale the ball to radius 1 about the origin, and let x·y be the inner product of the unit vectors towards the
centres of two neighbours. The centres, at distances 1+r and 1+s, are at least r+s apart, so by the law of cosines
    x·y <= 1 - 2 (r/(1+r)) (s/(1+s)) = 1 - 2 a_x a_y.                                                              (1)
1. Let F(u,a,b) = Σ_k φ(a)ᵀ F_k φ(b) E_k(u), y = Σ_x φ(a_x), W = wᵀy. As E_k(x·y) is a positive definite function on the
   sphere (Schoenberg), E_0 = 1, and F_k is positive semidefinite, Σ_{x,y} F(x·y, a_x, a_y) >= yᵀ F_0 y. As G is
   positive semidefinite, t s² + 2 s W + yᵀF_0y >= 0 for all s: yᵀF_0y t >= W² (t = 0 only if W = 0, and then W <= t).
2. On the diagonal, F(1,a,a) = φ(a)ᵀ (Σ_k E_k(1) F_k) φ(a) is a convex function of φ(a), so by (i) F(1,a,a) <= wᵀφ(a).
3. Off the diagonal F(x·y, a_x, a_y) <= 0: let u = x·y, with a_x in e and a_y in f, and let λ_ab be the products of the
   coordinates of φ(a_x) and φ(a_y): F(u, a_x, a_y) = Σ λ_ab F_ab(u), λ >= 0, Σ λ_ab = 1. If u <= low, then every
   F_ab(u) <= 0 by (ii). If low < u, then u <= high by (1), and (iii) gives Σ λ_ab F_ab(u) <= s (u - Σ λ_ab u_ab). The
   last sum is 1 - 2 α β, where α is a_x if e is of the second kind, and ξ_p <= a_x if it is of the first, and β
   likewise: at least 1 - 2 a_x a_y >= u. If both are of the first kind, low = high = u_pq, and (ii) suffices.
4. So W² / t <= Σ_x F(1, a_x, a_x) <= W, and W <= t. ∎

Sources
-------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020: sections 2 and 3.1,
where ω(a) = wᵀφ(a) is the normalised area of the cap that a ball of size a cuts from a sphere, and the elements are (p,
p); any other weight, and the elements (p, q) with (iii), are additions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import mul

from ..grammar import Node
from ..psd import Psd, Symmetric, read_psd
from ..report import Rejected, magnitude
from .nonpositive import Budget, nonpositive
from .orthogonal import dyadic_gegenbauer

__all__ = ["HALVINGS", "LocalBound", "cells", "read_numbers", "read_sums_of_squares", "require_quick"]

HALVINGS = 1 << 21
"""Of intervals, over all polynomials of one certificate."""

_NODES = 128  # at most so many sizes ξ_p, and radii

Element = tuple[int, int]


@dataclass(frozen=True)
class LocalBound:
    """A bound for the weights around one ball: the data of the statement."""

    path: str
    n: int
    sizes: tuple[Fraction, ...]
    elements: tuple[Element, ...]
    matrices: tuple[Psd, ...]
    slopes: tuple[Fraction, ...]

    @cached_property
    def products(self) -> list[Symmetric]:
        """G, F_1, …, F_d, multiplied out; sums of squares, and so positive semidefinite."""
        return [product for matrix in self.matrices for product in matrix.summands()]

    def top(self, p: int | None = None) -> Fraction:
        """w_p; without p, the number t."""
        bordered = self.products[0]
        return Fraction(bordered.rows[0 if p is None else p + 1][0], bordered.denominator)

    @cached_property
    def polynomials(self) -> tuple[dict[Element, list[int]], int]:
        """The numerators of the coefficients of F_pq, q <= p, and their common denominator."""
        degree = len(self.matrices) - 1
        terms = dyadic_gegenbauer(self.n, degree)
        bordered, *higher = self.products
        blocks = [Symmetric([row[1:] for row in bordered.rows[1:]], bordered.denominator), *higher]
        denominator = lcm(
            *(value.denominator * f.denominator for f, row in zip(blocks, terms, strict=True) for value in row)
        )
        table = [
            [int(value * denominator / f.denominator) for value in row] + [0] * (degree + 1 - len(row))
            for f, row in zip(blocks, terms, strict=True)
        ]
        columns = list(zip(*table, strict=True))
        result = {}
        for p in range(len(self.sizes)):
            for q in range(p + 1):
                entries = [f.rows[p][q] for f in blocks]
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


def read_numbers(node: Node, below: int | None) -> tuple[Fraction, ...]:
    """Positive rationals, at least one, smaller than `below`."""
    items = node.items()
    if not 1 <= len(items) <= _NODES:
        node.refuse(f"between 1 and {_NODES} numbers", f"{len(items)}")
    values = tuple(item.rational(node.limits.parameter_bits) for item in items)
    for item, value in zip(items, values, strict=True):
        if value <= 0 or (below is not None and value >= below):
            item.refuse("a positive number" if below is None else f"a number strictly between 0 and {below}")
    return values


def require_quick(node: Node, locals_: list[LocalBound]) -> None:
    """Bound the time to expand the polynomials and bring them to Bernstein's basis, and the memory for all.

    Each takes degree² products; products of matrices and polynomials of every ball are kept.
    """
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


def read_sums_of_squares(node: Node, degree: int, size: int) -> tuple[Psd, ...]:
    """Sums of squares: a correction would bring denominators of its own into every polynomial."""
    matrices = []
    for k, item in enumerate(node.items(degree + 1)):
        matrices.append(read_psd(item, size + (k == 0)))
        if matrices[-1].shift is not None:
            item.refuse("a matrix without shift and correction", "one with both")
    return tuple(matrices)
