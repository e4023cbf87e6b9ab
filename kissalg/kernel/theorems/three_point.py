"""The three-point bound for spherical codes, with its proof.

Statement
---------
Let n >= 3, -1 < c < 1, and let u, v, t stand for inner products. Suppose that there are numbers a_k >= 0, k = 1..K, and
positive semidefinite matrices B (2 x 2), F_k (k = 0..d), Q_0, Q_1 and R_j^π (j = 0..4, π = trv, alt, std) with

    (i)   Σ_k a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) + <V_0, Q_0> + g(u) <V_0, Q_1> = -1    in Q[u],
    (ii)  b22 + h(u,v,t) + Σ_j s_j(u,v,t) Σ_π <V^π, R_j^π> = 0                               in Q[u,v,t],

where h is the average over all permutations of (u,v,t) of Σ_k Q_k(u,v,t) Σ_ij (F_k)_ij T_i(u) T_j(v), with the
polynomials Q_k(u,v,t) of step 2 below; each T_i is a polynomial of degree i, V_0 = (T_i(u) T_j(u)), g(w) = (w+1)(c-w),
s_0 = 1, s_1 = Σ g, s_2 = Σ gg, s_3 = ggg and s_4 = 1 + 2uvt - u² - v² - t². Then every set C of unit vectors of R^n
whose mutual inner products are at most c has at most

    1 + Σ_k a_k + b11 + Σ_ij (F_0)_ij T_i(1) T_j(1)

points: A(n, c) <= that number.

Proof
-----
Let N be the size of a finite C, N >= 1.

1. Gegenbauer's P_k^n is a positive definite kernel on the sphere (Schoenberg): Σ_{x,y ∈ C} P_k^n(x·y) >= 0, and its
   terms x = y contribute N.
2. Fix e in C. For p, q in C let u = p·e, v = q·e, t = p·q. The polynomial
   Q_k(u,v,t) = ((1-u²)(1-v²))^{k/2} P_k^{n-1}((t-uv) / √((1-u²)(1-v²)))
   is P_k^{n-1} at the angle between the projections of p and q to the hyperplane orthogonal to e, times the k-th powers
   of their lengths: a positive definite kernel in (p, q). So is its product with f(p·e) f(q·e), and F_k is a sum of
   squares of vectors; hence Σ_{p,q} Q_k Σ_ij (F_k)_ij T_i(u) T_j(v) >= 0. Sum over e, and average over the order of the
   three points: Σ_{(p,q,e) ∈ C³} h(p·e, q·e, p·q) >= 0. Triples of one point contribute N h(1,1,1), triples of two
   points 3 Σ_{x≠y} h(u,u,1) with u = x·y, and the others are triples of distinct points.
3. (1, N-1) B (1, N-1)ᵀ >= 0. Times N: N b11 + N(N-1) (2 b12 + b22) + N(N-1)(N-2) b22 >= 0, for
   (N-1)² = (N-1) + (N-1)(N-2).
4. For x ≠ y in C, -1 <= u <= c, so g(u) >= 0, and (i) gives Σ a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) <= -1. For three
   distinct points every s_j >= 0 (s_4 is a Gram determinant) and every <V^π, R_j^π> >= 0 (see below), and (ii) gives
   b22 + h <= 0.
5. Add 1 (times a_k), 2 and 3, and use 4 for the N(N-1) pairs and the N(N-1)(N-2) triples:
   0 <= N (Σ a_k + b11 + h(1,1,1)) - N(N-1). Divide by N. Finally h(1,1,1) = Σ_ij (F_0)_ij T_i(1) T_j(1), because
   Q_0(u,v,t) = 1 and Q_k(1,1,1) = 0 for k >= 1. This bounds every finite C, so there is no infinite one. ∎

The Gram terms, in the coordinates x = (2u+1-c)/(1+c), and y, z likewise for v, t: for R = Σ r rᵀ, <V^trv, r rᵀ> is the
square of the polynomial Σ r_α m^α, <V^alt, r rᵀ> is the square of (x-y)(y-z)(z-x) Σ r_α m^α, and <V^std, r rᵀ> is
f² + 3 f'² for f = Σ r_{g,α} A_g m^α and f' = Σ r_{g,α} B_g m^α, with (A_1, B_1) = (2x-y-z, y-z) and
(A_2, B_2) = (2x²-y²-z², y²-z²). Here m_k = (x^k + y^k + z^k)/3; the T_i are the Chebyshev polynomials of x.

Sources
-------
Machado & Oliveira 2016, (2), (5) and (9); Bachoc & Vallentin 2008, sections 3 (the kernels of step 2) and 4 (the bound).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import mul

from ..common.faces import PsdMatrix, read_denominator, read_matrix
from ..common.invariants import symmetrise, weighted_monomials
from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..notation.spherical_codes import code_quantity
from ..polynomial import BITS, ONE, Polynomial, X, Y, Z
from ..psd import EXPONENT_LIMIT
from ..report import Claim, Rejected

__all__ = ["Parameters", "ThreePoint", "Witness", "read"]

_GENERATOR = 1 << 3 * BITS  # the code of a formal variable that marks the second generator of the standard basis
_KINDS = ("trv", "alt", "std")


@dataclass(frozen=True)
class Parameters:
    """The dimension n, cos θ, the degree d and the number of Gegenbauer terms, from which everything else follows."""

    n: int
    cos: Fraction
    degree: int
    linear: int

    @property
    def degrees(self) -> tuple[int, int, int, int, int]:
        """The degrees D_j of the Gram bases that go with the multipliers s_j."""
        d = self.degree
        return d, d - 1, d - 2, d - 3, d - 2

    @property
    def end(self) -> Fraction:
        """The shifted coordinate of u = 1."""
        return (3 - self.cos) / (1 + self.cos)

    @cached_property
    def inner_products(self) -> tuple[Polynomial, Polynomial, Polynomial]:
        """u, v, t as polynomials of x, y, z."""
        u, v, t = (((1 + self.cos) * shifted - (1 - self.cos)) * Fraction(1, 2) for shifted in (X, Y, Z))
        return u, v, t

    @cached_property
    def intervals(self) -> tuple[Polynomial, Polynomial, Polynomial]:
        """g(u), g(v), g(t): nonnegative for inner products in [-1, cos θ]."""
        g_u, g_v, g_t = ((w + 1) * (self.cos - w) for w in self.inner_products)
        return g_u, g_v, g_t

    def multipliers(self) -> list[Polynomial]:
        """s_0, …, s_4 in Q[m1, m2, m3]."""
        u, v, t = self.inner_products
        g_u, g_v, g_t = self.intervals
        s = [ONE, g_u + g_v + g_t, g_u * g_v + g_v * g_t + g_t * g_u, g_u * g_v * g_t]
        return [symmetrise(s_j) for s_j in [*s, 1 + 2 * u * v * t - u**2 - v**2 - t**2]]

    def gegenbauer(self) -> list[Polynomial]:
        """P_k^n(u), k = 0..linear: P_0 = 1, P_1 = u, (k+n-2) P_{k+1} = (2k+n-2) u P_k - k P_{k-1}."""
        u, n = self.inner_products[0], self.n
        terms = [ONE, u]
        for k in range(1, self.linear):
            terms.append(((2 * k + n - 2) * u * terms[k] - k * terms[k - 1]) * Fraction(1, k + n - 2))
        return terms[: self.linear + 1]

    def lifted_gegenbauer(self) -> list[Polynomial]:
        """Q_k^{n-1}(u,v,t), k = 0..d: the recurrence of P_k^{n-1}, homogeneous in r = t - uv and w = (1-u²)(1-v²)."""
        u, v, t = self.inner_products
        n, r, w = self.n - 1, t - u * v, (1 - u**2) * (1 - v**2)
        terms = [ONE, r]
        for k in range(1, self.degree):
            terms.append(((2 * k + n - 2) * r * terms[k] - k * w * terms[k - 1]) * Fraction(1, k + n - 2))
        return terms


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
        return [self.b, *self.f, *self.q, *(matrix for kind in _KINDS for matrix in self.r[kind])]


@dataclass(frozen=True)
class ThreePoint:
    """A certificate of this theorem."""

    parameters: Parameters
    bound: Fraction
    witness: Witness

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        p = self.parameters
        return Claim(
            code_quantity(p.n, str(p.cos)), self.bound, f"three-point, degree {p.degree}, {p.linear} Gegenbauer terms"
        )

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        for index, value in enumerate(self.witness.a):
            if value < 0:
                raise Rejected(f"a_{index + 1} is negative", f"witness.a.values[{index}]")
        for matrix in self.witness.matrices():
            matrix.require_proof()
        forms = [two_variable_form(matrix) for matrix in self.witness.f]
        require_zero(self.first_residual(forms), "(i)", ("x", "y", "z"), "witness")
        require_zero(self.second_residual(forms), "(ii)", ("m1", "m2", "m3"), "witness")
        require_at_most(self.objective(forms), self.bound)

    def objective(self, forms: list[Polynomial]) -> Fraction:
        """1 + Σ a_k + b11 + Σ (F_0)_ij T_i(x1) T_j(x1); `forms` are the Σ (F_k)_ij T_i(x) T_j(y)."""
        end = self.parameters.end
        total = sum(self.witness.a) * self.witness.a_unit
        return 1 + total + self.witness.b.entry(0, 0) + forms[0].substitute(1, end).substitute(0, end).constant()

    def first_residual(self, forms: list[Polynomial]) -> Polynomial:
        """Identity (i), all of it on one side, in Q[x]."""
        p, w = self.parameters, self.witness
        gegenbauer = zip(w.a, p.gegenbauer()[1:], strict=True)
        total = Polynomial.combination(gegenbauer) * w.a_unit
        total += 2 * w.b.entry(1, 0) + w.b.entry(1, 1) + 1
        squares = [two_variable_form(matrix).substitute(1, X) for matrix in w.q]
        total += squares[0] + p.intervals[0] * squares[1]
        return total + pair_average(p, forms)

    def second_residual(self, forms: list[Polynomial]) -> Polynomial:
        """Identity (ii), all of it on one side, in Q[m1, m2, m3]."""
        total = triple_average(self.parameters, forms) + self.witness.b.entry(1, 1)
        products = gram_products()
        for j, multiplier in enumerate(self.parameters.multipliers()):
            bases = {kind: gram_basis(kind, self.parameters.degrees[j]) for kind in _KINDS}
            squares = [gram_sum(self.witness.r[kind][j], bases[kind], products[kind]) for kind in _KINDS]
            total += multiplier * Polynomial.combination((1, square) for square in squares)
        return total


def pair_average(p: Parameters, forms: list[Polynomial]) -> Polynomial:
    """3 h(u,u,1) in Q[x]; `forms` are the F_k(x,y) = Σ (F_k)_ij T_i(x) T_j(y).

    Let H(p,q;r) = Σ_k Q_k(p,q,r) F_k(p,q), of which h is the average; H(p,q;r) = H(q,p;r), so that at (u,u,1)
    3 h = H(u,u;1) + 2 H(u,1;u). As Q_k(u,u,1) = (1-u²)^k, and Q_k(u,1,u) = 0 for k >= 1, this is
    3 h(u,u,1) = Σ_k (1-u²)^k F_k(x,x) + 2 F_0(x,x1).
    """
    total = 2 * forms[0].substitute(1, p.end)
    power = ONE
    for form in forms:
        total += power * form.substitute(1, X)
        power *= 1 - p.inner_products[0] ** 2
    return total


def triple_average(p: Parameters, forms: list[Polynomial]) -> Polynomial:
    """h in Q[m1, m2, m3]."""
    lifted = p.lifted_gegenbauer()
    return symmetrise(Polynomial.combination((1, q_k * form) for q_k, form in zip(lifted, forms, strict=True)))


def dyadic(value: int, exponent: int) -> Fraction:
    """value · 2^-exponent."""
    return Fraction(value << max(0, -exponent), 1 << max(0, exponent))


def chebyshev(size: int) -> list[list[int]]:
    """Row i holds the coefficients of T_i: T_0 = 1, T_1 = x, T_{i+1} = 2x T_i - T_{i-1}; i < size.

    >>> chebyshev(3)
    [[1, 0, 0], [0, 1, 0], [-1, 0, 2]]
    """
    rows = [[int(power == i) for power in range(size)] for i in range(min(size, 2))]
    for i in range(2, size):
        rows.append([2 * up - back for up, back in zip([0, *rows[i - 1]], rows[i - 2], strict=False)])
    return rows


def two_variable_form(matrix: PsdMatrix) -> Polynomial:
    """Σ_ij X_ij T_i(x) T_j(y) in Q[x, y]."""
    columns = list(enumerate(zip(*chebyshev(matrix.size), strict=True)))  # column p lists the coefficients of x^p
    parts = []
    for part in matrix.summands():
        full = part.full()
        half = [(q, [sum(map(mul, row, column)) for row in full]) for q, column in columns]  # y^q: Σ_j X_ij T_j
        terms = {p | q << BITS: sum(map(mul, row, column)) for q, row in half for p, column in columns}
        parts.append((1, Polynomial(terms, part.denominator)))
    return Polynomial.combination(parts)


def gram_basis(kind: str, degree: int) -> list[int]:
    """The codes of the basis of this kind: monomials in m1, m2, m3, marked with the generator that they multiply."""
    if kind == "trv":
        return weighted_monomials(degree)
    if kind == "alt":
        return weighted_monomials(degree - 3)
    return weighted_monomials(degree - 1) + [_GENERATOR + code for code in weighted_monomials(degree - 2)]


def gram_products() -> dict[str, list[Polynomial]]:
    """The products of the generators: [1], [Δ²], and [G_11, G_12, G_22] for the standard part, in Q[m1, m2, m3]."""
    discriminant = ((X - Y) * (Y - Z) * (Z - X)) ** 2
    pairs = [(2 * X - Y - Z, Y - Z), (2 * X**2 - Y**2 - Z**2, Y**2 - Z**2)]
    standard = [pairs[g][0] * pairs[h][0] + 3 * pairs[g][1] * pairs[h][1] for g, h in ((0, 0), (0, 1), (1, 1))]
    return {"trv": [ONE], "alt": [symmetrise(discriminant)], "std": [symmetrise(product) for product in standard]}


def gram_sum(matrix: PsdMatrix, basis: list[int], products: list[Polynomial]) -> Polynomial:
    """Σ_ij X_ij V_ij, V_ij the product of the basis elements i and j: additions, and one product for each generator pair."""
    parts = []
    for part in matrix.summands():
        lower: defaultdict[int, int] = defaultdict(int)
        for code, row in zip(basis, part.rows, strict=True):
            for other, value in zip(basis, row, strict=False):
                lower[code + other] += value
        total = {code: 2 * value for code, value in lower.items()}
        for i, code in enumerate(basis):
            total[2 * code] -= part.rows[i][i]  # the diagonal counts once, all else twice
        marked: list[dict[int, int]] = [{} for _ in products]
        for code, value in total.items():
            pair, plain = divmod(code, _GENERATOR)
            marked[pair][plain] = (
                value  # one entry for each code: what belongs to no product would be an IndexError, and is never lost
            )
        parts += [
            (1, product * Polynomial(each, part.denominator)) for product, each in zip(products, marked, strict=True)
        ]
    return Polynomial.combination(parts)


def read(parameters: Node, bound: Node, witness: Node) -> ThreePoint:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "degree", "linear", "n")
    n = fields["n"].small(3, limits.dimension)
    cos = fields["cos"].rational(limits.parameter_bits)
    if not -1 < cos < 1:
        fields["cos"].refuse("a rational strictly between -1 and 1")
    degree = fields["degree"].small(1, limits.degree)
    problem = Parameters(n, cos, degree, fields["linear"].small(0, 2 * degree))
    certificate = ThreePoint(problem, bound.rational(limits.bound_bits), _read_witness(witness, problem))
    require_feasible(parameters, problem, certificate.witness.f)
    return certificate


def require_feasible(node: Node, p: Parameters, f: Sequence[PsdMatrix]) -> None:
    """Bound the work with the kernels: the coefficients of Q_k have up to 4d times the bits of cos, their products with F_k take about d⁵ steps."""
    bits = max(matrix.bits for matrix in f) + 4 * p.degree * (p.cos.numerator * p.cos.denominator).bit_length()
    if (work := p.degree**5 * (1 + bits // 64)) > node.limits.work:
        node.refuse(f"a problem of at most {node.limits.work} steps", f"one of about {work}")


def _read_witness(node: Node, problem: Parameters) -> Witness:
    fields = node.record("B", "F", "Q", "R", "a")
    values, unit = _read_linear(fields["a"], problem.linear)
    d = problem.degree
    blocks = fields["R"].record(*_KINDS)
    sizes = {kind: [len(gram_basis(kind, degree)) for degree in problem.degrees] for kind in _KINDS}
    return Witness(
        a=values,
        a_unit=unit,
        b=read_matrix(fields["B"], 2),
        f=[read_matrix(item, d + 1 - k) for k, item in enumerate(fields["F"].items(d + 1))],
        q=[read_matrix(item, d + 1 - k) for k, item in enumerate(fields["Q"].items(2))],
        r={
            kind: [read_matrix(*pair) for pair in zip(blocks[kind].items(5), sizes[kind], strict=True)]
            for kind in _KINDS
        },
    )


def _read_linear(node: Node, count: int) -> tuple[tuple[int, ...], Fraction]:
    """The integers of a vector and their unit, 2^-exponent or 1/denominator."""
    key = "denominator" if isinstance(node.value, dict) and "denominator" in node.value else "exponent"
    fields = node.record(key, "values")
    values = tuple(item.integer() for item in fields["values"].items(count))
    if key == "exponent":
        return values, dyadic(1, fields[key].small(-EXPONENT_LIMIT, EXPONENT_LIMIT))
    return values, Fraction(1, read_denominator(fields[key], values))
