"""Average degrees of packings with radii from a finite set, by functions of positive type, with the proof.

Statement
---------
Let n >= 3, radii 0 < r_1 < … < r_m, a scale c > 0, w_ij = c (r_i + r_j)², h >= 1. Let X_0, X_1 be positive semidefinite
matrices whose rows are numbered by pairs (i, a), 1 <= i <= m, 0 <= a < h, and d = 2h - 1. Put

    Q(s) = Σ_k Q_k s^k,    (Q_k)_ij = Σ_{a+b=k} X_0[(i,a),(j,b)] / (a! b!) + Σ_{a+b=k-1} X_1[(i,a),(j,b)] / (a! b!),
    p_ij(w) = Σ_k (Q_k)_ij M_k(w),    M_0 = 1,    M_{k+1} = (n/2) (M_k - M_k') - w (M_k - 2 M_k' + M_k'').

Suppose that for some y > 0 and for all i, j

    (i)   p_ij(w) <= 0               for all w >= w_ij,
    (ii)  p_ij(w_ij) <= -y e^(w_ij),
    (iii) p_ii(0) <= y t.

Then the contact graph of every packing of finitely many balls in R^n with radii among r_1, …, r_m has an average degree
of at most t.

Proof
-----
1. Let f_ij(x) = e^(-c|x|²) p_ij(c|x|²). The Gaussian e^(-c|x|²) is ∫ e^(iξ·x) γ(ξ) dξ with a positive density γ, so
   that (-Δ/4c)^k e^(-c|x|²) = ∫ e^(iξ·x) (|ξ|²/4c)^k γ(ξ) dξ. For a function u(w) of w = c|x|², -Δu/4c = -(w u'' +
   (n/2) u'), and for u = M(w) e^(-w) that is the recurrence above. Hence f_ij(x) = ∫ e^(iξ·x) Q_ij(|ξ|²/4c) γ(ξ) dξ.
2. Q(s) is positive semidefinite for s >= 0: with the m × (m h) matrix B(s), B_i,(i,a) = s^a/a!, Q(s) = B X_0 Bᵀ + s B
   X_1 Bᵀ.
3. So for the centres x and the radii number i(x) of a packing, Σ_{x,z} f_i(x)i(z)(x - z) = ∫ v(ξ)* Q v(ξ) γ(ξ) dξ >= 0,
   where v_i(ξ) is the sum of e^(-iξ·x) over the centres x of the balls of radius r_i.
4. Centres are at distances |x - z| >= r_i + r_j, with equality for tangent balls. By (i) no term with x ≠ z is
   positive, by (ii) the terms of tangent balls are at most -y, and by (iii) the terms x = z are at most y t. For N
   balls with E contacts, 0 <= N y t - 2 E y, and 2E/N <= t. ∎

Sources
-------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020, Theorem 4.1; Cohn &
Elkies, New upper bounds on sphere packings I, 2003 (functions of this form); de Laat, Oliveira & Vallentin, Upper
bounds for packings of spheres of several radii, 2014, section 5 (several radii).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import factorial, lcm
from operator import mul

from ..common.enclosures import exponential_above
from ..common.nonpositive import Budget, nonpositive_on_ray
from ..grammar import Node
from ..identity import require_at_most
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..psd import Psd, read_psd
from ..report import Claim, Rejected

__all__ = ["Direct", "laplacian_powers", "read"]

_RADII = 16  # at most so many
_FARTHEST = 256  # w_ij is at most this
_HALVINGS = 1 << 18  # of intervals, over all polynomials of one certificate


def laplacian_powers(n: int, degree: int) -> list[list[int]]:
    """The coefficients of 2^k M_k, k <= degree, those of the low powers first; all rows of the same length.

    >>> laplacian_powers(3, 2)  # 1, 3/2 - w, 15/4 - 5 w + w²
    [[1, 0, 0], [3, -2, 0], [15, -20, 4]]
    """
    rows = [[1] + [0] * degree]
    for _ in range(degree):
        last = rows[-1]
        first = [*(k * value for k, value in enumerate(last) if k), 0]  # the derivative
        second = [*(k * value for k, value in enumerate(first) if k), 0]
        inner = [0, *(a - 2 * b + c for a, b, c in zip(last, first, second, strict=True))]
        rows.append([n * (a - b) - 2 * c for a, b, c in zip(last, first, inner, strict=False)])
    return rows


@dataclass(frozen=True)
class Direct:
    """A certificate of this theorem."""

    n: int
    radii: tuple[Fraction, ...]
    scale: Fraction
    matrices: tuple[Psd, Psd]
    bound: Fraction

    @property
    def degree(self) -> int:
        """d, the degree of the p_ij."""
        return 2 * self.half - 1

    @property
    def half(self) -> int:
        """H."""
        return self.matrices[0].size // len(self.radii)

    @property
    def claim(self) -> Claim:
        """average-kissing(n;r_1,…,r_m) <= bound."""
        quantity = average_kissing_quantity(self.n, self.radii)
        return Claim(quantity, self.bound, f"average-kissing-direct, degree {self.degree}")

    def contact(self, i: int, j: int) -> Fraction:
        """w_ij."""
        return self.scale * (self.radii[i] + self.radii[j]) ** 2

    @cached_property
    def polynomials(self) -> tuple[dict[tuple[int, int], list[int]], int]:
        """The numerators of the coefficients of p_ij, j <= i, and their common denominator."""
        h, d = self.half, self.degree
        products = [part for matrix in self.matrices for part in matrix.summands()]  # sums of squares: one part each
        common = lcm(*(part.denominator for part in products))
        weights = [factorial(h - 1) // factorial(a) for a in range(h)]
        # M_k = rows[k] / 2^k; the columns hold the coefficients of one power of w in 2^d M_0, …, 2^d M_d
        table = [[value << d - k for value in row] for k, row in enumerate(laplacian_powers(self.n, d))]
        columns = list(zip(*table, strict=True))
        result = {}
        for i in range(len(self.radii)):
            for j in range(i + 1):
                q = [0] * (d + 1)
                for shift, part in enumerate(products):
                    scale = common // part.denominator
                    for a in range(h):
                        for b in range(h):
                            row, column = i * h + a, j * h + b
                            entry = part.rows[max(row, column)][min(row, column)]
                            q[a + b + shift] += entry * scale * weights[a] * weights[b]
                result[i, j] = [sum(map(mul, q, column)) for column in columns]
        return result, common * factorial(h - 1) ** 2 << d

    def prove(self) -> None:
        """Check (ii) and (iii) first: the least y that (ii) allows has to do for (iii). Raises Rejected."""
        polynomials, denominator = self.polynomials
        smallest: Fraction | None = None
        for (i, j), numerators in polynomials.items():
            w = self.contact(i, j)
            value = Fraction(0)
            for coefficient in reversed(numerators):
                value = value * w + coefficient
            y = -value / denominator / exponential_above(w)
            if y <= 0:
                raise Rejected(f"(ii) fails for the radii number {i} and {j}", "witness")
            smallest = y if smallest is None else min(smallest, y)
        assert smallest is not None  # there is a radius
        for i in range(len(self.radii)):
            proved = Fraction(polynomials[i, i][0], denominator) / smallest
            require_at_most(proved, self.bound)
        budget = Budget(_HALVINGS)
        for (i, j), numerators in polynomials.items():
            if not nonpositive_on_ray(numerators, self.contact(i, j), Fraction(self.degree), budget):
                raise Rejected(f"(i) is not proved for the radii number {i} and {j}", "witness")


def read(parameters: Node, bound: Node, witness: Node) -> Direct:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "n", "radii")
    n, degree = fields["n"].small(3, limits.dimension), fields["degree"].small(1, limits.degree)
    if degree % 2 == 0:
        fields["degree"].refuse("an odd degree")
    items = fields["radii"].items()
    if not 1 <= len(items) <= _RADII:
        fields["radii"].refuse(f"between 1 and {_RADII} radii", f"{len(items)}")
    radii = tuple(item.rational(limits.parameter_bits) for item in items)
    if radii[0] <= 0 or any(low >= high for low, high in pairwise(radii)):
        fields["radii"].refuse("positive, strictly increasing radii")
    parts = witness.record("X", "scale")
    scale = parts["scale"].rational(limits.parameter_bits)
    if not 0 < scale * (2 * radii[-1]) ** 2 <= _FARTHEST:
        parts["scale"].refuse(f"a positive scale, at most {_FARTHEST} over the square of the largest diameter")
    size = len(radii) * (degree + 1) // 2
    first, second = (read_psd(item, size) for item in parts["X"].items(2))
    for matrix in (first, second):
        if matrix.shift is not None:
            parts["X"].refuse("matrices without shift and correction")
    certificate = Direct(n, radii, scale, (first, second), bound.rational(limits.bound_bits))
    _require_quick(certificate, parameters)
    return certificate


def _require_quick(certificate: Direct, node: Node) -> None:
    """Bound the time to expand the polynomials and to move them to their rays: degree² products for each of them."""
    d, m = certificate.degree, len(certificate.radii)
    widest = (
        2 * max(matrix.bits for matrix in certificate.matrices) + 16 * d
    )  # 16 bits for each factor n, k, or binomial
    radius = max(r.numerator.bit_length() + r.denominator.bit_length() for r in certificate.radii)
    contact = certificate.scale.numerator.bit_length() + certificate.scale.denominator.bit_length() + 4 * radius
    work = m * m * (d + 1) ** 2 * (1 + (widest + d * contact) // 64)
    if work > node.limits.work:
        node.refuse(f"a problem of at most {node.limits.work} steps", f"one of about {work}")
