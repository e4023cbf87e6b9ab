"""A spherical code of a given size does not exist, by sums over triples of its points.

Statement
---------
Let n >= 3, -1 < c < 1, N >= 3 and e > 0. Suppose that there are positive semidefinite matrices F_k (k = 0..d), R_j^π
(j = 0, 1, π = trv, alt, std) and G_j^τ (j = 0, 1, 2, τ = sym, anti) with

    (N-2) h(u,v,t) + h(u,u,1) + h(v,v,1) + h(t,t,1) + h(1,1,1)/(N-1) + e
        + Σ_j s_j Σ_π <V^π, R_j^π> + Σ_j Σ_w p_j(w) Σ_τ <W^τ(w), G_j^τ> = 0

in Q[u,v,t]. Here h and the <V^π, R> are those of `common/triples`, with Q_k for k <= d and Gram bases of degree
at most D; s_0 = 1 and s_1 = 1 + 2uvt - u² - v² - t²; in the coordinates x, y, z that map [-1, c] to [-1, 1],
p_0(x) = 1 + x, p_1(x) = 1 - x, p_2(x) = 1 - x²; and w runs through x, y, z. <W^sym(x), r rᵀ> is the square of the
polynomial Σ r_α x^a ((y+z)/2)^b (yz)^c of degree a + b + 2c <= D-1, and <W^anti(x), r rᵀ> the square of y - z times
such a polynomial of degree <= D-2; for w = y and w = z the three coordinates are permuted. Then no set of N unit
vectors of R^n has mutual inner products of at most c: A(n, c) <= N - 1.

Proof
-----
Suppose that there is such a set C of exactly N points.

1. Σ h(p·e, q·e, p·q) >= 0 over the triples (p,q,e) of C³: `common/triples`.
2. That sum is Σ_T h + 3 Σ_P h(u,u,1) + N h(1,1,1), where T are the ordered triples of distinct points and P the ordered
   pairs of distinct points, u their inner product.
3. Let E be the first line of the identity without e. Sum E over T: each pair of P occurs in N-2 triples for each of the
   three inner products, and T has N(N-1)(N-2) elements. So
   Σ_T E = (N-2) (Σ_T h + 3 Σ_P h(u,u,1) + N h(1,1,1)) >= 0 by 1 and 2.
4. For three distinct points of C the inner products lie in [-1, c], so the p_j are nonnegative; s_1 is a Gram
   determinant; the Gram terms are sums of squares. So the identity says that E <= -e, and Σ_T E <= -e N(N-1)(N-2) < 0:
   a contradiction.

A set with more than N points would contain one with N points. ∎

Source
------
Bachoc & Vallentin 2008, section 3, for h; the form with a fixed N is that of published certificates with the
keys claim, n, D, cut, e, F, SOS (`docs/formats.md`), their sums of squares averaged over the permutations of u, v, t.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from ..common.gram import gram_sum, two_variable_form
from ..common.invariants import symmetrise
from ..common.triples import KINDS, Triples, gram_basis, gram_products, read_triples
from ..grammar import Node
from ..identity import require_at_most, require_zero
from ..notation.spherical_codes import code_quantity
from ..polynomial import ONE, Polynomial, X, Y, Z, pack, unpack
from ..psd import EXPONENT_LIMIT, Psd, read_psd
from ..report import Claim, Rejected

__all__ = ["FixedSize", "read"]

_SIZE_LIMIT = 10**8
_ORBIT = {"anti": 2, "sym": 1}  # what each loses of the degree D
_INTERVAL = (1 + X, 1 - X, 1 - X**2)


@dataclass(frozen=True)
class FixedSize:
    """A certificate of this theorem; `triples` has the degree d, and `squares` is the degree D."""

    triples: Triples
    squares: int
    size: int
    bound: Fraction
    e: Fraction
    f: list[Psd]
    r: dict[str, list[Psd]]
    g: dict[str, list[Psd]]

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        t = self.triples
        theorem = f"three-point-fixed-size, no code of {self.size} points, degrees {t.degree} and {self.squares}"
        return Claim(code_quantity(t.n, str(t.cos)), self.bound, theorem)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        require_at_most(Fraction(self.size - 1), self.bound)
        if self.e <= 0:
            raise Rejected("e is not positive", "witness.e")
        for matrix in [
            *self.f,
            *(matrix for part in (self.r, self.g) for blocks in part.values() for matrix in blocks),
        ]:
            matrix.require_proof()
        require_zero(self.residual(), "of a fixed size", ("m1", "m2", "m3"), "witness")

    def residual(self) -> Polynomial:
        """The left-hand side of the identity, in Q[m1, m2, m3]; `symmetrise` is a third of the sum over x, y, z."""
        forms = [two_variable_form(matrix.summands()) for matrix in self.f]
        total = (self.size - 2) * self.triples.triple_average(forms) + self.e
        total += self.triples.diagonal(forms) / (self.size - 1)
        total += symmetrise(self.triples.pair_average(forms) + 3 * self.orbit_squares())
        products = gram_products()
        for j, multiplier in enumerate((ONE, self.triples.gram_determinant())):
            for kind in KINDS:
                basis = gram_basis(kind, _degrees(self.squares)[j])
                total += multiplier * gram_sum(self.r[kind][j].summands(), basis, products[kind])
        return total

    def orbit_squares(self) -> Polynomial:
        """Σ_j p_j(x) Σ_τ <W^τ(x), G_j^τ> in Q[x, y, z]."""
        total = Polynomial({})
        for kind, generator in (("sym", ONE), ("anti", (Y - Z) ** 2)):
            basis = orbit_basis(self.squares - _ORBIT[kind])
            for multiplier, matrix in zip(_INTERVAL, self.g[kind], strict=True):
                total += multiplier * generator * expand(gram_sum(matrix.summands(), basis, [ONE]))
        return total


def _degrees(squares: int) -> tuple[int, int]:
    """The degrees of the Gram bases that go with s_0 and s_1."""
    return squares, squares - 2


def orbit_basis(degree: int) -> list[int]:
    """The codes of the (a, b, c), a + b + 2c <= degree, ordered by that sum, then by c, then by b.

    >>> [unpack(code) for code in orbit_basis(2)]
    [(0, 0, 0), (1, 0, 0), (0, 1, 0), (2, 0, 0), (1, 1, 0), (0, 2, 0), (0, 0, 1)]
    """
    return [
        pack((total - b - 2 * c, b, c))
        for total in range(degree + 1)
        for c in range(total // 2 + 1)
        for b in range(total - 2 * c + 1)
    ]


def expand(polynomial: Polynomial) -> Polynomial:
    """A polynomial in x, (y+z)/2 and yz (the three variables, in this order) as one in x, y, z.

    >>> print(expand(2 * X * Y + Z))
    1*x*y + 1*x*z + 1*y*z
    """
    layers: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for code, value in polynomial.numerators.items():
        a, b, c = unpack(code)
        layers[c][pack((a, b, 0))] = value
    mean = Fraction(1, 2) * (Y + Z)
    return Polynomial.combination(
        (1, Polynomial(layer, polynomial.denominator).substitute(1, mean) * (Y * Z) ** c) for c, layer in layers.items()
    )


def read(parameters: Node, bound: Node, witness: Node) -> FixedSize:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "degree", "n", "size", "squares")
    squares = fields["squares"].small(1, limits.degree)
    degree = fields["degree"].small(1, squares)
    triples = read_triples(fields["n"], fields["cos"], degree)
    size = fields["size"].small(3, _SIZE_LIMIT)
    limit = bound.rational(limits.bound_bits)
    parts = witness.record("F", "G", "R", "e")
    number = parts["e"].record("exponent", "value")
    e = number["value"].integer() * Fraction(2) ** -number["exponent"].small(-EXPONENT_LIMIT, EXPONENT_LIMIT)
    f = [read_psd(item, degree + 1 - k) for k, item in enumerate(parts["F"].items(degree + 1))]
    triples.require_feasible(parameters, f)
    invariant, orbit = parts["R"].record(*KINDS), parts["G"].record(*_ORBIT)
    sizes = {kind: [len(gram_basis(kind, part)) for part in _degrees(squares)] for kind in KINDS}
    r = {kind: [read_psd(*pair) for pair in zip(invariant[kind].items(2), sizes[kind], strict=True)] for kind in sizes}
    g = {
        kind: [read_psd(item, len(orbit_basis(squares - loss))) for item in orbit[kind].items(3)]
        for kind, loss in _ORBIT.items()
    }
    return FixedSize(triples, squares, size, limit, e, f, r, g)
