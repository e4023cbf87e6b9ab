"""A polynomial is bounded below on a set that polynomials describe: sums of squares, with the proof.

Statement
---------
Let p, g_1..g_m, h_1..h_l be polynomials in x_1..x_n over Q, S = {x in R^n : all g_i(x) >= 0, all h_j(x) = 0}, λ a real
number. Suppose that

    s (p - λ) = Σ_t Σ_c w_tc g_tc b_tcᵀ X_t b_tc + Σ_j h_j q_j

where each X_t is a positive semidefinite matrix, each w_tc > 0, each g_tc a product of some of the g_i (1 if there is
none), each b_tc a vector of polynomials, each q_j a polynomial, and s = (e + x_1² + … + x_n²)^k with e = 1, or e = 0
and S = R^n. Then p(x) >= λ for every x in S.

Proof
-----
On S every summand on the right is >= 0: bᵀXb is a sum of squares, the products g_tc are >= 0, the h_j vanish. So
s(x) (p(x) - λ) >= 0, and s(x) > 0, except for e = 0 at x = 0; but then S = R^n, and p(0) >= λ by continuity. ∎

λ, the X_t and the q_j may have coefficients in a real number field Q(α), see `number_field`; α is one more variable of
the polynomials, with exponents below the degree of its equation.

Sources
-------
Putinar 1993 and Schmüdgen 1991 (which p > 0 have such an identity); Reznick 1995 (the multiplier s); Gatermann &
Parrilo 2004 (several vectors b_tc for one matrix: symmetry).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ..common.faces import Face, read_face
from ..common.number_field import Element, RealField, read_element, read_field
from ..grammar import Node
from ..notation.algebraic import exact_value
from ..notation.polynomials import polynomial_quantity, polynomial_text
from ..polynomial import BITS, ONE, Polynomial
from ..psd import Symmetric
from ..report import Claim, Malformed, Rejected, Sense, magnitude

__all__ = ["Nonnegative", "read"]

_VARIABLE_LIMIT = 16
_DEGREE_LIMIT = 256
_MASK = (1 << BITS) - 1


@dataclass(frozen=True)
class Copy:
    """A vector b, its weight w > 0, and the numbers of the inequalities whose product multiplies it."""

    factors: tuple[int, ...]
    weight: Fraction
    basis: list[Polynomial]


@dataclass(frozen=True)
class Squares:
    """Σ_c w_c g_c b_cᵀ X b_c."""

    copies: list[Copy]
    matrix: Face


@dataclass(frozen=True)
class Nonnegative:
    """A certificate of this theorem."""

    variables: int
    polynomial: Polynomial
    inequalities: list[Polynomial]
    equalities: list[Polynomial]
    field: RealField
    exact: Element
    bound: Fraction
    multiplier: tuple[int, int]
    squares: list[Squares]
    cofactors: list[Polynomial]

    @property
    def claim(self) -> Claim:
        """Polynomial >= bound on the set; the exact λ is named with the theorem."""
        theorem = f"sums of squares, which give the bound {self.field.text(self.exact)}"
        quantity = polynomial_quantity(
            self._text(self.polynomial), map(self._text, self.inequalities), map(self._text, self.equalities)
        )
        return Claim(quantity, self.bound, theorem, exact_value(self.field, self.exact), Sense.LOWER)

    def _text(self, polynomial: Polynomial) -> str:
        terms = {}
        for code, value in polynomial.numerators.items():
            exponents = tuple(code >> BITS * i & _MASK for i in range(self.variables))
            terms[exponents] = Fraction(value, polynomial.denominator)
        return polynomial_text(terms)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        if not self.field.at_least(self.exact, self.field.rational(self.bound)):
            raise Rejected("the bound that is proved is lower", "bound")
        constant, power = self.multiplier
        if power and not constant and (self.inequalities or self.equalities):
            raise Rejected("a multiplier with a zero, on a set with conditions", "witness.multiplier")
        for term in self.squares:
            term.matrix.require_proof()
        residual = self.residual()
        if residual.numerators:
            code, value = min(residual.numerators.items())
            size = magnitude(Fraction(value, residual.denominator))
            where = self._text(Polynomial({code & (1 << BITS * self.variables) - 1: 1}))
            count = len(residual.numerators)
            raise Rejected(
                f"the identity fails in {count} coefficients, the first at {where}, off by about {size}", "witness"
            )

    def residual(self) -> Polynomial:
        """The left-hand side minus the right-hand side; no product has two factors with α."""
        square = Polynomial({2 << BITS * i: 1 for i in range(self.variables)})
        constant, power = self.multiplier
        shift = Polynomial.combination((1, self._alpha(k) * c) for k, c in enumerate(self.exact))
        total = (self.polynomial - shift) * (square + constant) ** power
        for term in self.squares:
            for copy in term.copies:
                total -= self._multiplier(copy) * self._quadratic(term.matrix.parts, copy.basis)
        for h, q in zip(self.equalities, self.cofactors, strict=True):
            total -= h * q
        return total

    def _multiplier(self, copy: Copy) -> Polynomial:
        product = ONE * copy.weight
        for index in copy.factors:
            product *= self.inequalities[index]
        return product

    def _quadratic(self, parts: list[Symmetric], basis: list[Polynomial]) -> Polynomial:
        """bᵀ X b."""
        result = Polynomial({})
        for k, part in enumerate(parts):
            rows = [Polynomial.combination(zip(row, basis, strict=True)) for row in part.full()]
            products = ((1, b * row) for b, row in zip(basis, rows, strict=True))
            result += self._alpha(k) * Polynomial.combination(products, part.denominator)
        return result

    def _alpha(self, power: int) -> Polynomial:
        return Polynomial({power << BITS * self.variables: 1})


def read(parameters: Node, bound: Node, witness: Node) -> Nonnegative:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("equalities", "inequalities", "polynomial", "variables")
    n = fields["variables"].small(1, _VARIABLE_LIMIT)
    bits = limits.parameter_bits
    polynomial = _read_polynomial(fields["polynomial"], n, bits)
    inequalities = [_read_polynomial(item, n, bits) for item in fields["inequalities"].items()]
    equalities = [_read_polynomial(item, n, bits) for item in fields["equalities"].items()]
    parts = witness.record("bound", "cofactors", "field", "multiplier", "squares")
    field = read_field(parts["field"])
    multiplier = parts["multiplier"].record("constant", "power")
    constant, power = multiplier["constant"].small(0, 1), multiplier["power"].small(0, 16)
    if constant and not power:
        multiplier["constant"].refuse("0 for the power 0")
    squares = [_read_squares(item, n, len(inequalities), field) for item in parts["squares"].items()]
    cofactors = [_read_cofactor(item, n, field) for item in parts["cofactors"].items(len(equalities))]
    certificate = Nonnegative(
        n,
        polynomial,
        inequalities,
        equalities,
        field,
        read_element(parts["bound"], field, limits.bound_bits),
        bound.rational(limits.bound_bits),
        (constant, power),
        squares,
        cofactors,
    )
    _require_little_work(certificate, witness)
    return certificate


def _require_little_work(certificate: Nonnegative, witness: Node) -> None:
    """Bound the number of products of integers before the identity is expanded, and the degrees that it can reach."""
    terms = _length([certificate.polynomial]) + certificate.field.degree  # of p - lambda
    work = (certificate.variables + 1) ** (2 * certificate.multiplier[1]) * terms
    degrees = [_degree(certificate.polynomial) + 2 * certificate.multiplier[1]]
    for term in certificate.squares:
        for copy in term.copies:
            factors = [certificate.inequalities[index] for index in copy.factors]
            product = 1
            for g in factors:
                product *= _length([g])
            row = max(1, _length(copy.basis))  # the factors are multiplied even for a basis of zeros
            size = 1 + term.matrix.bits // 64
            work += (len(copy.basis) * row + row * row * min(product, 1 << 40)) * size * certificate.field.degree
            degrees.append(2 * max(map(_degree, copy.basis), default=0) + sum(map(_degree, factors)))
    for h, q in zip(certificate.equalities, certificate.cofactors, strict=True):
        work += _length([h]) * _length([q])
        degrees.append(_degree(h) + _degree(q))
    if work > witness.limits.work:
        raise Malformed(f"an identity that needs about {work} steps; the limit is {witness.limits.work}", "witness")
    if max(degrees) > _MASK // 2:
        raise Malformed(f"an identity of degree up to {max(degrees)}", "witness")


def _length(polynomials: Iterable[Polynomial]) -> int:
    return sum(len(p.numerators) for p in polynomials)


def _degree(polynomial: Polynomial) -> int:
    """A bound on the degree: the sum of the largest exponents, over all variables, α among them."""
    largest: dict[int, int] = {}
    for code in polynomial.numerators:
        i = 0
        while code:
            largest[i] = max(largest.get(i, 0), code & _MASK)
            code, i = code >> BITS, i + 1
    return sum(largest.values())


def _read_polynomial(node: Node, n: int, bits: int) -> Polynomial:
    """A list of strings: the common denominator; for each term its exponents, which increase, and its numerator."""
    first, *rest = node.items() or [node]
    denominator = first.integer(bits)
    if denominator <= 0:
        first.refuse("a positive denominator")
    numerators: dict[int, int] = {}
    previous: tuple[int, ...] = ()
    for item in rest:
        *exponents, value = item.integers(n + 1)
        if not all(0 <= e <= _DEGREE_LIMIT for e in exponents) or tuple(exponents) <= previous:
            item.refuse(f"exponents from 0 to {_DEGREE_LIMIT}, in strictly increasing order after {previous}")
        if value == 0 or value.bit_length() > bits:
            item.refuse(f"a coefficient that is not zero, of at most {bits} bits")
        previous = tuple(exponents)
        numerators[sum(e << BITS * i for i, e in enumerate(exponents))] = value
    return Polynomial(numerators, denominator)


def _read_cofactor(node: Node, n: int, field: RealField) -> Polynomial:
    """One polynomial for each power of α."""
    bits = node.limits.integer_bits
    parts = [_read_polynomial(item, n, bits) for item in node.items(field.degree)]
    return Polynomial.combination((1, Polynomial({k << BITS * n: 1}) * part) for k, part in enumerate(parts))


def _read_squares(node: Node, n: int, inequalities: int, field: RealField) -> Squares:
    fields = node.record("copies", "matrix", "size")
    size = fields["size"].small(1, 1 << 12)
    copies = []
    for item in fields["copies"].items():
        parts = item.record("basis", "factors", "weight")
        weight = parts["weight"].rational(node.limits.integer_bits)
        if weight <= 0:
            parts["weight"].refuse("a positive weight")
        factors = tuple(index.small(0, inequalities - 1) for index in parts["factors"].items())
        if len(factors) > _VARIABLE_LIMIT:
            parts["factors"].refuse(f"at most {_VARIABLE_LIMIT} factors")
        copies.append(
            Copy(
                factors, weight, [_read_polynomial(b, n, node.limits.integer_bits) for b in parts["basis"].items(size)]
            )
        )
    return Squares(copies, read_face(fields["matrix"], size, field))
