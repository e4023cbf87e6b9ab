"""Packings of spherical caps of several sizes, with its proof: bounds for weighted counts and for densities.

Statement
---------
Let n >= 2, and let α_1, …, α_N be angles in (0, π), with c_i = cos α_i. Suppose that there are rational numbers w_i >
0, u_ij = u_ji and M, symmetric positive semidefinite N x N matrices F_0, …, F_2d, and for i >= j positive semidefinite
matrices S_ij and T_ij, such that for all i >= j

    (i)    u_ij >= cos(α_i + α_j),
    (ii)   w_i w_j + Σ_k (F_k)_ij P_k^n(u) + <V_0, S_ij> + (u+1)(u_ij-u) <V_0, T_ij> = 0    in R[u],
    (iii)  w_i² + Σ_k (F_k)_ii <= M w_i,

V_0 = (T_a(u) T_b(u)), T_a Chebyshev's polynomials, P_k^n Gegenbauer's with P_k^n(1) = 1. Let caps of the angles α_i
(any number of each) lie on the unit sphere of R^n, no two of them with an interior point in common. Then the weights
w_i of all caps add up to at most M. If w_i is at least the normalised area of the cap of angle α_i, the density is at
most M.

Proof
-----
Let x run through the centres of finitely many such caps, i_x the size of the cap, W = Σ_x w_(i_x) > 0, and
G_ij(u) = w_i w_j + Σ_k (F_k)_ij P_k^n(u).
1. The matrices (P_k^n(x·y))_xy are positive semidefinite (Schoenberg), and so are ((F_k)_(i_x i_y))_xy. By Schur's
   theorem their entrywise product is, too: Σ_xy (F_k)_(i_x i_y) P_k^n(x·y) >= 0. Hence Σ_xy G_(i_x i_y)(x·y) >= Σ_xy
   w_(i_x) w_(i_y) = W².
2. For x ≠ y the caps do not overlap: the angle between x and y is at least α_i + α_j <= π (i = i_x, j = i_y), so
   -1 <= x·y <= cos(α_i + α_j) <= u_ij by (i), and G_ij(x·y) <= 0 by (ii).
3. On the diagonal G_ii(1) <= M w_i by (iii). So W² <= Σ_x G_(i_x i_x)(1) <= M W, and W <= M.
There are no infinite packings, as this bounds the finite ones. The density is the sum of the areas of the caps. ∎

(i) is checked as u >= c_i c_j, or 1 - c_i² - c_j² - u² + 2 c_i c_j u >= 0: the latter is (sin α_i sin α_j)² >= (c_i c_j
    - u)².
The c_i lie in Q(α), see `number_field`; everything else is rational.

Sources
-------
de Laat, Oliveira & Vallentin, Upper bounds for packings of spheres of several radii (2014), Theorem 1.2, with sqrt(w_i
w_j) f_ij in the place of f_ij, which makes everything rational; `cap_area` for the areas.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ..common.cap_area import area_above
from ..common.faces import PsdMatrix, read_matrix
from ..common.gram import square_form
from ..common.number_field import Element, RealField, read_element, read_field
from ..common.orthogonal import gegenbauer
from ..grammar import Node
from ..identity import require_zero
from ..notation.caps import caps_quantity
from ..polynomial import Polynomial, X
from ..report import Claim, Rejected, decimal_up, magnitude

__all__ = ["SphericalCaps", "read"]

_SIZES = 16  # of caps, at most
_DENSITY_DIMENSION = 64  # the largest in which areas are computed
_AREA_BITS = 192


@dataclass(frozen=True)
class SphericalCaps:
    """A certificate of this theorem. `ends` and `squares` run through the pairs (i, j), i >= j, row by row."""

    n: int
    degree: int
    field: RealField
    cosines: tuple[Element, ...]
    weights: tuple[Fraction, ...]
    density: bool
    bound: Fraction
    ends: tuple[Fraction, ...]
    f: tuple[PsdMatrix, ...]
    squares: tuple[tuple[PsdMatrix, PsdMatrix], ...]

    @property
    def claim(self) -> Claim:
        """cap-density(n; c_1, …) <= bound, or caps(n; c_1, …; w_1, …) <= bound."""
        weights = None if self.density else self.weights
        quantity = caps_quantity(self.n, [self.field.text(c) for c in self.cosines], weights)
        name = f"spherical caps, {len(self.cosines)} sizes, degree {2 * self.degree}"
        return Claim(quantity, self.bound, name)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        for i, cos in enumerate(self.cosines):
            self._require_cosine(cos, f"parameters.caps[{i}]")
        if self.density:
            self._require_areas()
        for index, (i, j) in enumerate(pairs(len(self.cosines))):
            if not self.separates(self.cosines[i], self.cosines[j], self.ends[index]):
                raise Rejected(f"(i) is not proved for the sizes number {i} and {j}", f"witness.ends[{index}]")
        f = [entries(matrix) for matrix in self.f]
        for i, w in enumerate(self.weights):
            excess = w * w + sum((part[i][i] for part in f), Fraction(0)) - self.bound * w
            if excess > 0:
                proved = decimal_up(self.bound + excess / w)
                raise Rejected(f"(iii) fails at size number {i}: the witness proves {proved} at best", "bound")
        polynomials = gegenbauer(self.n, 2 * self.degree)
        for index, (i, j) in enumerate(pairs(len(self.cosines))):
            constant = Polynomial({0: 1}) * (self.weights[i] * self.weights[j])
            total = sum((p * part[i][j] for p, part in zip(polynomials, f, strict=True)), constant)
            first, second = (square_form(matrix.summands()) for matrix in self.squares[index])
            residual = total + first + (X + 1) * (self.ends[index] - X) * second
            require_zero(residual, f"(ii) for the sizes {i} and {j}", ("u", "", ""), "witness")

    def _require_cosine(self, cos: Element, path: str) -> None:
        for sign in (1, -1):
            inside = tuple((1 if k == 0 else 0) + sign * value for k, value in enumerate(cos))
            if not any(inside) or not self.field.at_least(inside, self.field.rational(Fraction(0))):
                raise Rejected("the cosine is not strictly between -1 and 1", path)

    def _require_areas(self) -> None:
        for i, (cos, w) in enumerate(zip(self.cosines, self.weights, strict=True)):
            below = max(self.field.lower_bound(cos, _AREA_BITS), Fraction(-1))
            missing = area_above(self.n, below) - w
            if missing > 0:
                reason = f"the weight is not proved to be at least the area of the cap, by about {magnitude(missing)}"
                raise Rejected(reason, f"witness.weights[{i}]")

    def separates(self, a: Element, b: Element, end: Fraction) -> bool:
        """(i): end >= cos(α + β), from a = cos α and b = cos β."""
        u, product = self.field.rational(end), self.field.product(a, b)
        if self.field.at_least(u, product):
            return True
        left = tuple((1 - end * end if k == 0 else 0) + 2 * end * value for k, value in enumerate(product))
        right = (x + y for x, y in zip(self.field.product(a, a), self.field.product(b, b), strict=True))
        return self.field.at_least(left, tuple(right))


def pairs(count: int) -> Iterator[tuple[int, int]]:
    """(0, 0), (1, 0), (1, 1), (2, 0), …."""
    yield from ((i, j) for i in range(count) for j in range(i + 1))


def entries(matrix: PsdMatrix) -> list[list[Fraction]]:
    """All the entries of a matrix that is proved to be positive semidefinite. Rejected without a proof."""
    result = [[Fraction(0)] * matrix.size for _ in range(matrix.size)]
    for part in matrix.summands():
        for row, added in zip(result, part.full(), strict=True):
            for j, value in enumerate(added):
                row[j] += Fraction(value, part.denominator)
    return result


def read(parameters: Node, bound: Node, witness: Node) -> SphericalCaps:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    bits = limits.parameter_bits
    fields = parameters.record("caps", "degree", "field", "n", "weights")
    n, degree = fields["n"].small(2, limits.dimension), fields["degree"].small(1, limits.degree)
    field = read_field(fields["field"])
    items = fields["caps"].items()
    if not 1 <= len(items) <= _SIZES:
        fields["caps"].refuse(f"1 to {_SIZES} sizes")
    cosines = tuple(read_element(item, field, bits) for item in items)
    inner = witness.record("F", "Q", "ends", "weights")
    density = fields["weights"].null
    if density and n > _DENSITY_DIMENSION:
        fields["n"].refuse(f"a dimension of at most {_DENSITY_DIMENSION} for a density")
    if not density and not inner["weights"].null:
        inner["weights"].refuse("null, as the weights are parameters")
    given = inner["weights"] if density else fields["weights"]
    weights = tuple(item.rational(bits) for item in given.items(len(cosines)))
    if any(w <= 0 for w in weights):
        given.refuse("positive weights")
    count = len(list(pairs(len(cosines))))
    ends = tuple(item.rational(bits) for item in inner["ends"].items(count))
    f = tuple(read_matrix(item, len(cosines)) for item in inner["F"].items(2 * degree + 1))
    both = [item.items(2) for item in inner["Q"].items(count)]
    sums = tuple((read_matrix(s, degree + 1), read_matrix(t, degree)) for s, t in both)
    work = sum(m.size**3 * (1 + m.bits // 64) for m in (*f, *(m for pair in sums for m in pair)))
    if work > limits.work:
        witness.refuse(f"matrices that need at most {limits.work} steps", f"about {work}")
    return SphericalCaps(n, degree, field, cosines, weights, density, bound.rational(limits.bound_bits), ends, f, sums)
