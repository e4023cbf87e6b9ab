"""The three-point bound for spherical codes, with its proof.

Statement
---------
Let n >= 3, -1 < c < 1, and let u, v, t stand for inner products. Suppose that there are numbers a_k >= 0, k = 1..K, and
positive semidefinite matrices B (2 x 2), F_k (k = 0..d), Q_0, Q_1 and R_j^π (j = 0..4, π = trv, alt, std) with

    (i)   Σ_k a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) + <V_0, Q_0> + g(u) <V_0, Q_1> = -1    in Q[u],
    (ii)  b22 + h(u,v,t) + Σ_j s_j(u,v,t) Σ_π <V^π, R_j^π> = 0                               in Q[u,v,t],

where h, the polynomials T_i and the Gram terms <V^π, R> are those of `common/triples`, V_0 = (T_i(u) T_j(u)), g(w) =
(w+1)(c-w), s_0 = 1, s_1 = Σ g, s_2 = Σ gg, s_3 = ggg and s_4 = 1 + 2uvt - u² - v² - t². Then every set C of unit
vectors of R^n whose mutual inner products are at most c has at most

    1 + Σ_k a_k + b11 + Σ_ij (F_0)_ij T_i(1) T_j(1)

points: A(n, c) <= that number.

Proof
-----
Let N be the size of a finite C, N >= 1.

1. Gegenbauer's P_k^n is a positive definite function on the sphere (Schoenberg): Σ_{x,y ∈ C} P_k^n(x·y) >= 0, and its
   terms x = y contribute N.
2. Σ_{(p,q,e) ∈ C³} h(p·e, q·e, p·q) >= 0 by `common/triples`. Triples of one point contribute N h(1,1,1), triples of
   two points 3 Σ_{x≠y} h(u,u,1) with u = x·y, and the others are triples of distinct points.
3. (1, N-1) B (1, N-1)ᵀ >= 0. Times N: N b11 + N(N-1) (2 b12 + b22) + N(N-1)(N-2) b22 >= 0, for
   (N-1)² = (N-1) + (N-1)(N-2).
4. For x ≠ y in C, -1 <= u <= c, so g(u) >= 0, and (i) gives Σ a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) <= -1. For three
   distinct points every s_j >= 0 (s_4 is a Gram determinant) and every <V^π, R_j^π> >= 0, and (ii) gives b22 + h <= 0.
5. Add 1 (times a_k), 2 and 3, and use 4 for the N(N-1) pairs and the N(N-1)(N-2) triples:
   0 <= N (Σ a_k + b11 + h(1,1,1)) - N(N-1). Divide by N. Finally h(1,1,1) = Σ_ij (F_0)_ij T_i(1) T_j(1), because
   Q_0(u,v,t) = 1 and Q_k(1,1,1) = 0 for k >= 1. This bounds every finite C, so there is no infinite one. ∎

Sources
-------
Machado & Oliveira 2016, (2), (5) and (9); Bachoc & Vallentin 2008, section 4.
"""

from dataclasses import dataclass
from fractions import Fraction

from ..common.faces import PsdMatrix, read_matrix
from ..common.gram import gram_sum, square_form, two_variable_form
from ..common.invariants import symmetrise
from ..common.orthogonal import gegenbauer
from ..common.triples import KINDS, Triples, gram_basis, gram_products, read_triples
from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..notation.spherical_codes import code_quantity
from ..polynomial import ONE, Polynomial
from ..psd import EXPONENT_LIMIT, read_denominator
from ..report import Claim, Rejected

__all__ = ["ThreePoint", "Witness", "read"]


@dataclass(frozen=True)
class Witness:
    """The numbers that are to solve the problem; a_k = a[k-1] · a_unit."""

    a: tuple[int, ...]
    a_unit: Fraction
    b: PsdMatrix
    f: list[PsdMatrix]
    q: list[PsdMatrix]
    r: dict[str, list[PsdMatrix]]

    def matrices(self) -> list[PsdMatrix]:
        """Every matrix that has to be positive semidefinite."""
        return [self.b, *self.f, *self.q, *(matrix for kind in KINDS for matrix in self.r[kind])]


@dataclass(frozen=True)
class ThreePoint:
    """A certificate of this theorem."""

    triples: Triples
    bound: Fraction
    witness: Witness

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        t = self.triples
        theorem = f"three-point, degree {t.degree}, {len(self.witness.a)} Gegenbauer terms"
        return Claim(code_quantity(t.n, str(t.cos)), self.bound, theorem)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        for index, value in enumerate(self.witness.a):
            if value < 0:
                raise Rejected(f"a_{index + 1} is negative", f"witness.a.values[{index}]")
        for matrix in self.witness.matrices():
            matrix.require_proof()
        forms = self.forms()
        require_zero(self.first_residual(forms), "(i)", ("x", "y", "z"), "witness")
        require_zero(self.second_residual(forms), "(ii)", ("m1", "m2", "m3"), "witness")
        require_at_most(self.objective(forms), self.bound)

    def forms(self) -> list[Polynomial]:
        """The Σ (F_k)_ij T_i(x) T_j(y)."""
        return [two_variable_form(matrix.summands()) for matrix in self.witness.f]

    def objective(self, forms: list[Polynomial]) -> Fraction:
        """1 + Σ a_k + b11 + h(1,1,1)."""
        linear = sum(self.witness.a) * self.witness.a_unit
        return 1 + linear + self.witness.b.entry(0, 0) + self.triples.diagonal(forms)

    def interval_products(self) -> list[Polynomial]:
        """g(u), g(v), g(t) in Q[x, y, z]: nonnegative for inner products in [-1, cos θ]."""
        return [(w + 1) * (self.triples.cos - w) for w in self.triples.inner_products]

    def multipliers(self) -> list[Polynomial]:
        """s_0, …, s_4 in Q[m1, m2, m3]."""
        g_u, g_v, g_t = self.interval_products()
        s = [ONE, g_u + g_v + g_t, g_u * g_v + g_v * g_t + g_t * g_u, g_u * g_v * g_t]
        return [*map(symmetrise, s), self.triples.gram_determinant()]

    def first_residual(self, forms: list[Polynomial]) -> Polynomial:
        """Identity (i), all of it on one side, in Q[x]."""
        w, u = self.witness, self.triples.inner_products[0]
        terms = gegenbauer(self.triples.n, len(w.a), u)[1:]
        total = Polynomial.combination(zip(w.a, terms, strict=True)) * w.a_unit
        total += 2 * w.b.entry(1, 0) + w.b.entry(1, 1) + 1
        squares = [square_form(matrix.summands()) for matrix in w.q]
        total += squares[0] + self.interval_products()[0] * squares[1]
        return total + self.triples.pair_average(forms)

    def second_residual(self, forms: list[Polynomial]) -> Polynomial:
        """Identity (ii), all of it on one side, in Q[m1, m2, m3]."""
        total = self.triples.triple_average(forms) + self.witness.b.entry(1, 1)
        products, r = gram_products(), self.witness.r
        for j, (multiplier, degree) in enumerate(zip(self.multipliers(), _degrees(self.triples.degree), strict=True)):
            squares = [gram_sum(r[kind][j].summands(), gram_basis(kind, degree), products[kind]) for kind in KINDS]
            total += multiplier * Polynomial.combination((1, square) for square in squares)
        return total


def _degrees(d: int) -> tuple[int, int, int, int, int]:
    """The degrees of the Gram bases that go with the multipliers s_j."""
    return d, d - 1, d - 2, d - 3, d - 2


def read(parameters: Node, bound: Node, witness: Node) -> ThreePoint:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "degree", "linear", "n")
    degree = fields["degree"].small(1, limits.degree)
    triples = read_triples(fields["n"], fields["cos"], degree)
    linear = fields["linear"].small(0, 2 * degree)
    certificate = ThreePoint(triples, bound.rational(limits.bound_bits), _read_witness(witness, degree, linear))
    triples.require_feasible(parameters, certificate.witness.f)
    return certificate


def _read_witness(node: Node, d: int, linear: int) -> Witness:
    fields = node.record("B", "F", "Q", "R", "a")
    values, unit = _read_linear(fields["a"], linear)
    blocks = fields["R"].record(*KINDS)
    sizes = {kind: [len(gram_basis(kind, degree)) for degree in _degrees(d)] for kind in KINDS}
    return Witness(
        a=values,
        a_unit=unit,
        b=read_matrix(fields["B"], 2),
        f=[read_matrix(item, d + 1 - k) for k, item in enumerate(fields["F"].items(d + 1))],
        q=[read_matrix(item, d + 1 - k) for k, item in enumerate(fields["Q"].items(2))],
        r={
            kind: [read_matrix(*pair) for pair in zip(blocks[kind].items(5), sizes[kind], strict=True)]
            for kind in KINDS
        },
    )


def _read_linear(node: Node, count: int) -> tuple[tuple[int, ...], Fraction]:
    """The integers of a vector and their unit, 2^-exponent or 1/denominator."""
    key = "denominator" if isinstance(node.value, dict) and "denominator" in node.value else "exponent"
    fields = node.record(key, "values")
    values = tuple(item.integer() for item in fields["values"].items(count))
    if key == "exponent":
        return values, Fraction(2) ** -fields[key].small(-EXPONENT_LIMIT, EXPONENT_LIMIT)
    return values, Fraction(1, read_denominator(fields[key], values))
