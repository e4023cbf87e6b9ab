"""Sums over the triples of points of a spherical code.

Statement
---------
Let n >= 3, d >= 0, and let F_0, …, F_d be positive semidefinite matrices. Let u, v, t stand for inner products, and put

    Q_k(u,v,t) = ((1-u²)(1-v²))^{k/2} P_k^{n-1}((t-uv) / √((1-u²)(1-v²))),

a polynomial, as Gegenbauer's P_k^{n-1} is even or odd. Let h be the average over all permutations of (u,v,t) of
Σ_k Q_k(u,v,t) Σ_ij (F_k)_ij T_i(u) T_j(v), each T_i a polynomial of degree i. Then for every finite set C of unit
vectors of R^n

    Σ_{(p,q,e) ∈ C³} h(p·e, q·e, p·q) >= 0.

Proof ----- Fix e in C. For p, q in C let u = p·e, v = q·e, t = p·q. Q_k(u,v,t) is P_k^{n-1} at the angle between the
projections of p and q to the hyperplane orthogonal to e, times the k-th powers of their lengths: a positive definite
function of (p, q) (Schoenberg). So is its product with f(p·e) f(q·e), and F_k is a sum of squares of vectors; hence
Σ_{p,q} Q_k Σ_ij (F_k)_ij T_i(u) T_j(v) >= 0. Sum over e, and average over the order of the three points. ∎

Coordinates
-----------
For a code with inner products in [-1, c] the coordinates are x = (2u+1-c)/(1+c), in [-1, 1], and y, z likewise for v,
t; the T_i are the Chebyshev polynomials of x. What is invariant under permutations is written in the power means m_k =
(x^k + y^k + z^k)/3.

Gram terms: for R = Σ r rᵀ, <V^trv, r rᵀ> is the square of the polynomial Σ r_α m^α, <V^alt, r rᵀ> is the square of
(x-y)(y-z)(z-x) Σ r_α m^α, and <V^std, r rᵀ> is f² + 3 f'² for f = Σ r_{g,α} A_g m^α and f' = Σ r_{g,α} B_g m^α, with
(A_1, B_1) = (2x-y-z, y-z) and (A_2, B_2) = (2x²-y²-z², y²-z²).

Source
------
Bachoc & Vallentin 2008, section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ..grammar import Node
from ..polynomial import ONE, Polynomial, X, Y, Z
from .faces import PsdMatrix
from .gram import GENERATOR
from .invariants import symmetrise, weighted_monomials
from .orthogonal import gegenbauer

__all__ = ["KINDS", "Triples", "gram_basis", "gram_products", "read_triples"]

KINDS = ("trv", "alt", "std")


@dataclass(frozen=True)
class Triples:
    """The dimension n, the largest inner product c, and the degree d: the Q_k have k <= d."""

    n: int
    cos: Fraction
    degree: int

    @property
    def end(self) -> Fraction:
        """The coordinate of u = 1."""
        return (3 - self.cos) / (1 + self.cos)

    @cached_property
    def inner_products(self) -> tuple[Polynomial, Polynomial, Polynomial]:
        """u, v, t as polynomials of x, y, z."""
        u, v, t = (((1 + self.cos) * shifted - (1 - self.cos)) * Fraction(1, 2) for shifted in (X, Y, Z))
        return u, v, t

    def gram_determinant(self) -> Polynomial:
        """1 + 2uvt - u² - v² - t² in Q[m1, m2, m3]: nonnegative for the inner products of three unit vectors."""
        u, v, t = self.inner_products
        return symmetrise(1 + 2 * u * v * t - u**2 - v**2 - t**2)

    def lifted_gegenbauer(self) -> list[Polynomial]:
        """Q_k(u,v,t), k = 0..d, in Q[x, y, z]."""
        u, v, t = self.inner_products
        return gegenbauer(self.n - 1, self.degree, t - u * v, (1 - u**2) * (1 - v**2))

    def pair_average(self, forms: list[Polynomial]) -> Polynomial:
        """3 h(u,u,1) in Q[x]; `forms` are the F_k(x,y) = Σ (F_k)_ij T_i(x) T_j(y).

        Let H(p,q;r) = Σ_k Q_k(p,q,r) F_k(p,q), of which h is the average; H(p,q;r) = H(q,p;r), so that at (u,u,1)
        3 h = H(u,u;1) + 2 H(u,1;u). As Q_k(u,u,1) = (1-u²)^k, and Q_k(u,1,u) = 0 for k >= 1, this is
        3 h(u,u,1) = Σ_k (1-u²)^k F_k(x,x) + 2 F_0(x,x1).
        """
        total = 2 * forms[0].substitute(1, self.end)
        power = ONE
        for form in forms:
            total += power * form.substitute(1, X)
            power *= 1 - self.inner_products[0] ** 2
        return total

    def triple_average(self, forms: list[Polynomial]) -> Polynomial:
        """H in Q[m1, m2, m3]."""
        lifted = self.lifted_gegenbauer()
        return symmetrise(Polynomial.combination((1, q * form) for q, form in zip(lifted, forms, strict=True)))

    def diagonal(self, forms: list[Polynomial]) -> Fraction:
        """h(1,1,1) = Σ_ij (F_0)_ij T_i(1) T_j(1), because Q_0 = 1 and Q_k(1,1,1) = 0 for k >= 1."""
        return forms[0].substitute(1, self.end).substitute(0, self.end).constant()

    def require_feasible(self, node: Node, f: Sequence[PsdMatrix]) -> None:
        """Bound the work with the Q_k.

        Their coefficients have up to 4d times the bits of cos, and their products with F_k take about d⁵ steps.
        """
        bits = (
            max(matrix.bits for matrix in f)
            + 4 * self.degree * (self.cos.numerator * self.cos.denominator).bit_length()
        )
        if (work := self.degree**5 * (1 + bits // 64)) > node.limits.work:
            node.refuse(f"a problem of at most {node.limits.work} steps", f"one of about {work}")


def read_triples(n: Node, cos: Node, degree: int) -> Triples:
    """The dimension and the largest inner product. Raises Malformed."""
    value = cos.rational(cos.limits.parameter_bits)
    if not -1 < value < 1:
        cos.refuse("a rational strictly between -1 and 1")
    return Triples(n.small(3, n.limits.dimension), value, degree)


def gram_basis(kind: str, degree: int) -> list[int]:
    """The codes of the basis of this kind: monomials in m1, m2, m3, marked with the generator that they multiply."""
    if kind == "trv":
        return weighted_monomials(degree)
    if kind == "alt":
        return weighted_monomials(degree - 3)
    return weighted_monomials(degree - 1) + [GENERATOR + code for code in weighted_monomials(degree - 2)]


def gram_products() -> dict[str, list[Polynomial]]:
    """The products of the generators: [1], [Δ²], and [G_11, G_12, G_22] for the standard part, in Q[m1, m2, m3]."""
    discriminant = ((X - Y) * (Y - Z) * (Z - X)) ** 2
    pairs = [(2 * X - Y - Z, Y - Z), (2 * X**2 - Y**2 - Z**2, Y**2 - Z**2)]
    standard = [pairs[g][0] * pairs[h][0] + 3 * pairs[g][1] * pairs[h][1] for g, h in ((0, 0), (0, 1), (1, 1))]
    return {"trv": [ONE], "alt": [symmetrise(discriminant)], "std": [symmetrise(product) for product in standard]}
