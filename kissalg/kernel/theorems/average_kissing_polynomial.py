"""The average kissing number by weights that are polynomials, with the proof.

Statement
---------
Notions as in `common/local_conditions`, E_k as in `common/orthogonal`. Let 0 < ξ_0 < 1/2, e = 1 or 2, ξ(x) = ξ_0 + (1 -
2 ξ_0) ((1+x)/2)^e for -1 <= x <= 1, so that the sizes [ξ_0, 1 - ξ_0] have a coordinate x; sizes above 1 - ξ_0 get x =
1, and those below ξ_0 none. Let f be a polynomial, b(x) = (1, x, …, x^N), and [[t_0, gᵀ], [g, F_0]], F_1, …, F_d
positive semidefinite matrices. Put g(x) = gᵀ b(x), ω(x) = f(x) g(x), F(t,x,y) = Σ_k E_k(t) b(x)ᵀ F_k b(y). Suppose that
t_0 <= bound and

    (f)  f(x) >= 0                          for -1 <= x <= 1,
    (L)  f(x) F(1,x,x) <= g(x)              for -1 <= x <= 1,
    (P)  F(t,x,y) <= 0                      for -1 <= x, y <= 1, -1 <= t <= 1 - 2 ξ(x) ξ(y),
    (W)  ω(x) + ω(y) >= 2                   for -1 <= x, y <= 1 with ξ(x) + ξ(y) = 1,
    (E)  ω(1) >= 2.

Then the average degree of every contact graph in R^n is at most `bound`.

(P) is proved by an identity in Q[t,p,q], p = x + y, q = x y, with positive semidefinite A_j, B_j:

    F + Σ_{j=0..6} s_j (m_jᵀ A_j m_j + (p² - 4q) m'_jᵀ B_j m'_j) = 0,
    s_0 = 1, s_1 = 2 - p² + 2q, s_2 = 1 - p² + 2q + q², s_3 = 1 + t, s_4 = 1 - 2 ξ(x) ξ(y) - t, s_5 = s_3 s_4,
    s_6 = 1 - q²,

m_j and m'_j vectors of monomials.

Proof
-----
1. In the domain of (P) all s_j >= 0: s_1 = (1-x²) + (1-y²), s_2 = (1-x²)(1-y²), s_6 = 1 - x²y²; and p² - 4q = (x-y)².
   So F <= 0 there.
2. Around a ball, take the neighbours of size at least ξ_0, with coordinates x_i and unit vectors u_i towards them. By
   the law of cosines u_i·u_j <= 1 - 2 a_i a_j for their sizes a_i >= ξ(x_i), hence <= 1 - 2 ξ(x_i) ξ(x_j), and
   F(u_i·u_j, x_i, x_j) <= 0 for i ≠ j.
3. Let v = Σ_i f(x_i) b(x_i) and W = Σ_i ω(x_i) = gᵀ v. As the E_k(u_i·u_j) are positive definite, E_0 = 1, and f >= 0
   by (f), vᵀ F_0 v <= Σ_{i,j} f(x_i) f(x_j) F(u_i·u_j, x_i, x_j) <= Σ_i f(x_i)² F(1, x_i, x_i) <= Σ_i f(x_i) g(x_i) =
   W, by (L). And W² <= t_0 vᵀ F_0 v, since the first matrix is positive semidefinite. So W² <= t_0 W with t_0 >= 0, a
   diagonal entry of that matrix: W is not negative, and W <= t_0.
4. Every contact is counted at its two ends with sizes a and 1 - a: with weights that add up to 2 or more, by (W) if
   ξ_0 <= a <= 1 - ξ_0, and by (E) otherwise, when one end has the coordinate 1 and the other no weight. Twice the
   number of contacts is at most t_0 times the number of balls. ∎

The pairs in (W), for z in [-1, 1]: (z, -z) if e = 1. If e = 2 the points ((1+x)/2, (1+y)/2) lie on the unit circle, and
with s = (1+z)/2, x = (1 - 3s²)/(1 + s²) and y = (4s - 1 - s²)/(1 + s²) are all of them.

Source
------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020, Theorem 3.1, section
3.2 and appendix C, where ω = f² is an upper bound of the area of a cap; that g may be a variable is an addition.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from ..common.gram import gram_sum
from ..common.nonpositive import Budget, nonpositive
from ..common.orthogonal import dyadic_gegenbauer
from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..polynomial import ONE, Polynomial, X, Y, Z, pack
from ..psd import Psd, Symmetric, read_psd
from ..report import Claim, Rejected

__all__ = ["PolynomialWeights", "read", "swap_basis"]

_ORDER = 20  # N is at most this
_HALVINGS = 1 << 18
_DEGREES = ((0, 0), (0, 2), (0, 2), (1, 0), (1, 1), (2, 1), (0, 2))  # of the s_j, in t and in x, for e = 1


def swap_basis(in_t: int, in_x: int) -> list[int]:
    """The codes of t^i p^j q^k, i <= in_t, j + k <= in_x, ordered by i, then by j + k, then by k.

    >>> swap_basis(0, 1) == [pack((0, 0, 0)), pack((0, 1, 0)), pack((0, 0, 1))]
    True
    """
    return [pack((i, total - k, k)) for i in range(in_t + 1) for total in range(in_x + 1) for k in range(total + 1)]


def univariate(polynomial: Polynomial) -> list[int]:
    """The numerators of a polynomial in the first variable alone."""
    return [polynomial.numerators.get(k, 0) for k in range(max(polynomial.numerators, default=0) + 1)]


@dataclass(frozen=True)
class PolynomialWeights:
    """A certificate of this theorem."""

    n: int
    first: Fraction
    power: int
    root: Polynomial
    matrices: list[Psd]
    squares: dict[str, list[Psd]]
    bound: Fraction

    @property
    def degree(self) -> int:
        """D."""
        return len(self.matrices) - 1

    @property
    def order(self) -> int:
        """N."""
        return self.matrices[0].size - 2

    @property
    def claim(self) -> Claim:
        """average-kissing(n) <= bound."""
        theorem = f"average-kissing-polynomial, degree {self.degree}, order {self.order}"
        return Claim(average_kissing_quantity(self.n), self.bound, theorem)

    @cached_property
    def entries(self) -> list[list[Symmetric]]:
        """For each k the matrices whose sum is F_k; that of k = 0 still has its border."""
        return [matrix.summands() for matrix in self.matrices]

    def top(self) -> Fraction:
        """t_0."""
        return self.matrices[0].entry(0, 0)

    def weight(self) -> Polynomial:
        """G."""
        total = Polynomial({})
        for part in self.entries[0]:
            total += Polynomial({i: part.rows[i + 1][0] for i in range(self.order + 1)}, part.denominator)
        return total

    def form(self, k: int, sums: list[Polynomial], product: Polynomial) -> Polynomial:
        """b(x)ᵀ F_k b(y), from the power sums x^m + y^m and x y."""
        offset = int(k == 0)
        total = Polynomial({})
        for part in self.entries[k]:
            for j in range(self.order + 1):
                row = [part.rows[i + offset][j + offset] for i in range(j, self.order + 1)]
                row = [value if m else 0 for m, value in enumerate(row)]
                here = Polynomial.combination(zip(row, sums, strict=False)) + part.rows[j + offset][j + offset]
                total += product**j * here * Fraction(1, part.denominator)
        return total

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        require_at_most(self.top(), self.bound)
        for matrix in [*self.matrices, *(matrix for blocks in self.squares.values() for matrix in blocks)]:
            matrix.require_proof()
        budget, f, g = Budget(_HALVINGS), self.root, self.weight()
        self._require(-1 * f, "(f)", budget)
        coefficients = dyadic_gegenbauer(self.n, self.degree)
        powers = [2 * X**m for m in range(self.order + 1)]
        diagonal = Polynomial({})
        for k, row in enumerate(coefficients):
            diagonal += self.form(k, powers, X**2) * sum(row)
        self._require(f * diagonal - g, "(L)", budget)
        common = ONE if self.power == 1 else ONE + Fraction(1, 4) * (X + 1) ** 2
        total = 2 * common ** (2 * self.order)
        for x in (X, -1 * X) if self.power == 1 else (4 - 3 * common, 2 * X + 2 - common):
            total -= self._moved(f, x, common) * self._moved(g, x, common)
        self._require(total, "(W)", budget)
        end = f.substitute(0, Fraction(1)) * g.substitute(0, Fraction(1))
        if end.constant() < 2:
            raise Rejected("(E) fails: the weight of the largest neighbours is less than 2", "witness")
        require_zero(self.residual(coefficients), "(P)", ("t", "p", "q"), "witness")

    def _moved(self, polynomial: Polynomial, x: Polynomial, common: Polynomial) -> Polynomial:
        """The polynomial at x / common, times common^N."""
        total = Polynomial({})
        for k, value in enumerate(univariate(polynomial)):
            total += x**k * common ** (self.order - k) * Fraction(value, polynomial.denominator)
        return total

    def _require(self, polynomial: Polynomial, what: str, budget: Budget) -> None:
        if not nonpositive(univariate(polynomial), Fraction(-1), Fraction(1), budget):
            raise Rejected(f"{what} is not proved", "witness")

    def residual(self, coefficients: list[list[Fraction]]) -> Polynomial:
        """The left-hand side of the identity, in Q[t, p, q]."""
        p, q = Y, Z
        sums = [2 * ONE, p]
        for _ in range(self.order - 1):
            sums.append(p * sums[-1] - q * sums[-2])
        total = Polynomial({})
        for k, row in enumerate(coefficients):
            denominator = lcm(*(value.denominator for value in row))
            in_t = Polynomial({i: int(value * denominator) for i, value in enumerate(row)}, denominator)
            total += in_t * self.form(k, sums, q)
        width = 1 - 2 * self.first
        halves = Fraction(1, 2) * p + 1 if self.power == 1 else Fraction(1, 4) * (p**2 - 2 * q + 2 * p + 2)
        product = self.first**2 + self.first * width * halves + width**2 * (Fraction(1, 4) * (p + q + 1)) ** self.power
        low, high = X + 1, 1 - 2 * product - X
        interval = (2 - p**2 + 2 * q, 1 - p**2 + 2 * q + q**2)
        for j, multiplier in enumerate((ONE, *interval, low, high, low * high, 1 - q**2)):
            squares = Polynomial({})
            for kind, factor in (("trv", ONE), ("alt", p**2 - 4 * q)):
                basis = swap_basis(*half_degrees(self.degree, self.order, self.power, j, kind))
                squares += factor * gram_sum(self.squares[kind][j].summands(), basis, [ONE])
            total += multiplier * squares
        return total


def half_degrees(degree: int, order: int, power: int, j: int, kind: str) -> tuple[int, int]:
    """The degrees in t and in x of the monomials m_j (kind trv) or m'_j (alt)."""
    in_t, in_x = _DEGREES[j]
    return (degree - in_t) // 2, (order - in_x * (power if j in (4, 5) else 1)) // 2 - (kind == "alt")


def read(parameters: Node, bound: Node, witness: Node) -> PolynomialWeights:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "first", "n", "order", "power")
    n, power = fields["n"].small(3, limits.dimension), fields["power"].small(1, 2)
    degree, order = fields["degree"].small(2, limits.degree), fields["order"].small(2, _ORDER)
    for name, value in (("degree", degree), ("order", order)):
        if value % 2:
            fields[name].refuse("an even number")
    first = fields["first"].rational(limits.parameter_bits)
    if not 0 < first < Fraction(1, 2):
        fields["first"].refuse("a size strictly between 0 and 1/2")
    parts = witness.record("F", "Q", "f")
    values = [item.rational(limits.parameter_bits) for item in parts["f"].items(order + 1)]
    if not any(values):
        parts["f"].refuse("a polynomial that is not zero")
    denominator = lcm(*(value.denominator for value in values))
    root = Polynomial({k: int(value * denominator) for k, value in enumerate(values)}, denominator)
    matrices = [read_psd(item, order + 1 + (k == 0)) for k, item in enumerate(parts["F"].items(degree + 1))]
    families = parts["Q"].record("alt", "trv")
    squares = {
        kind: [
            read_psd(item, len(swap_basis(*half_degrees(degree, order, power, j, kind))))
            for j, item in enumerate(families[kind].items(len(_DEGREES)))
        ]
        for kind in families
    }
    work = (2 * order + 1) ** 4 * (degree + 1) ** 2
    widest = (
        max(matrix.bits for blocks in (matrices, *squares.values()) for matrix in blocks) + denominator.bit_length()
    )
    if work * (1 + widest // 32) > limits.work:
        parameters.refuse(f"a problem of at most {limits.work} steps", f"one of about {work * (1 + widest // 32)}")
    return PolynomialWeights(n, first, power, root, matrices, squares, bound.rational(limits.bound_bits))
