"""Delsarte's linear programming bound for spherical codes, with its proof, over Q or a real number field.

Statement
---------
Let n >= 2, -1 < c < 1. Suppose that there are numbers f_k >= 0, k = 1..2d, and positive semidefinite matrices Q_0, Q_1
with

    (i)   1 + Σ_k f_k P_k^n(u) + <V_0, Q_0> + (u+1)(c-u) <V_0, Q_1> = 0    in R[u],

V_0 = (T_i(u) T_j(u)), T_i Chebyshev's polynomials. Then every set C of unit vectors of R^n whose mutual inner products
are at most c has at most 1 + Σ_k f_k points: A(n, c) <= that number.

Proof
-----
Let N >= 1 be the size of a finite C and f = 1 + Σ f_k P_k^n. Gegenbauer's P_k^n, P_k^n(1) = 1, is a positive definite
function on the sphere (Schoenberg): Σ_{x,y ∈ C} P_k^n(x·y) >= 0, so Σ_{x,y} f(x·y) >= N². For x ≠ y, -1 <= x·y <= c, so
(u+1)(c-u) >= 0 at u = x·y, and f(u) <= 0 by (i). Hence N² <= N f(1) = N (1 + Σ f_k). There is no infinite C, as this
bounds the finite ones. ∎

The numbers lie in Q(α), see `number_field`; (i) is checked in Q[u, α] modulo the polynomial of α, where Y stands for α.

Sources
-------
Delsarte, Goethals & Seidel 1977, Theorem 4.3; Cohn & Kumar 2007, Table 1 (the codes for which the bound is sharp).
"""

from dataclasses import dataclass
from fractions import Fraction

from ..common.faces import Face, read_face
from ..common.gram import square_form
from ..common.number_field import Element, RealField, read_element, read_field
from ..common.orthogonal import gegenbauer
from ..grammar import Node
from ..identity import require_zero
from ..notation.algebraic import exact_value
from ..notation.spherical_codes import code_quantity
from ..polynomial import BITS, ONE, Polynomial, X, Y
from ..psd import read_denominator
from ..report import Claim, Rejected, decimal_up

__all__ = ["Delsarte", "read"]


@dataclass(frozen=True)
class Delsarte:
    """A certificate of this theorem."""

    n: int
    cos: Element
    degree: int
    field: RealField
    bound: Fraction
    f: tuple[tuple[int, ...], ...]
    denominator: int
    q: list[Face]

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        quantity = code_quantity(self.n, self.field.text(self.cos))
        return Claim(
            quantity, self.bound, f"Delsarte, degree {2 * self.degree}", exact_value(self.field, self.objective)
        )

    @property
    def objective(self) -> Element:
        """1 + Σ f_k."""
        sums = [Fraction(sum(column), self.denominator) for column in zip(*self.f, strict=True)]
        return (1 + sums[0], *sums[1:])

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        one, minus_one = self.field.rational(Fraction(1)), self.field.rational(Fraction(-1))
        if not (self.field.at_least(self.cos, minus_one) and self.field.at_least(one, self.cos)):
            raise Rejected("the cosine is not between -1 and 1", "parameters.cos")  # equality is harmless
        for index, value in enumerate(self.f):
            if not self.field.is_nonnegative(value):
                raise Rejected(f"f_{index + 1} is negative", f"witness.f.values[{index}]")
        for matrix in self.q:
            matrix.require_proof()
        require_zero(self.residual(), "(i)", ("u", "a", ""), "witness")
        objective = self.objective
        if not self.field.at_least(self.field.rational(self.bound), objective):
            shown = f"more than {decimal_up(self.bound)}" if any(objective[1:]) else decimal_up(objective[0])
            raise Rejected(f"the witness proves {shown}; the bound is too low", "bound")

    def residual(self) -> Polynomial:
        """The left-hand side of (i), reduced modulo the polynomial of α."""
        total = ONE
        terms = gegenbauer(self.n, 2 * self.degree)[1:]
        for k in range(self.field.degree):
            weighted = zip((value[k] for value in self.f), terms, strict=True)
            total += Y**k * Polynomial.combination(weighted, self.denominator)
        sums = [_squares(matrix) for matrix in self.q]
        cos = Polynomial.combination(
            (1, Polynomial({k << BITS: c.numerator}, c.denominator)) for k, c in enumerate(self.cos)
        )
        return self._reduced(total + sums[0] + (X + 1) * (cos - X) * sums[1])

    def _reduced(self, polynomial: Polynomial) -> Polynomial:
        """Replace powers of α from α^m on. Products of at most three elements occur: α^(3m-3) is the last power."""
        if self.field.degree == 1:
            return polynomial
        slices: dict[int, dict[int, int]] = {}
        for code, value in polynomial.numerators.items():
            power = code >> BITS
            slices.setdefault(power, {})[code - (power << BITS)] = value
        images = [Polynomial({k << BITS: c for k, c in enumerate(row)}) for row in self.field.powers]
        return Polynomial.combination(
            (1, images[power] * Polynomial(part, polynomial.denominator)) for power, part in slices.items()
        )


def _squares(matrix: Face) -> Polynomial:
    """Σ_ij X_ij T_i(u) T_j(u) in Q[u, α]."""
    return Polynomial.combination((1, Y**k * square_form([part])) for k, part in enumerate(matrix.parts))


def read(parameters: Node, bound: Node, witness: Node) -> Delsarte:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "degree", "field", "n")
    n = fields["n"].small(2, limits.dimension)
    degree = fields["degree"].small(1, limits.degree)
    field = read_field(fields["field"])
    cos = read_element(fields["cos"], field, limits.parameter_bits)
    parts = witness.record("Q", "f")
    values = parts["f"].record("denominator", "values")
    numbers = tuple(item.integers(field.degree) for item in values["values"].items(2 * degree))
    denominator = read_denominator(values["denominator"], [c for number in numbers for c in number])
    matrices = [read_face(item, degree + 1 - index, field) for index, item in enumerate(parts["Q"].items(2))]
    return Delsarte(n, cos, degree, field, bound.rational(limits.bound_bits), numbers, denominator, matrices)
