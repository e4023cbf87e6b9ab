"""Certificates of the theorem `nonnegative` as typed data, their reader, their only text, and the exact check in FLINT's polynomial rings.

Main definitions: `NonnegativeDocument`, `read_nonnegative`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import Ordering, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from kissalg.exact.number_field import NumberField
from kissalg.kernel.notation.polynomials import polynomial_quantity, polynomial_text
from kissalg.kernel.report import Claim, Sense
from kissalg.witness.faces import FaceGram, FieldDocument, number
from kissalg.witness.gram import hexadecimal, ratio
from kissalg.witness.matrices import element, face, number_field
from kissalg.witness.parsing import (
    MAX_BITS,
    MAX_BOUND_BITS,
    MAX_PARAMETER_BITS,
    anything,
    integer,
    integers,
    items,
    malformed,
    member,
    rational,
    small,
    strings,
)

__all__ = ["NonnegativeDocument", "PolynomialDocument", "read_nonnegative"]

_VARIABLES = 16
_DEGREE = 256
_POWER = 16
_SIZE = 1 << 12
_MAX_WORK = 1 << 35  # products of terms, times the words of a number


@dataclass(frozen=True)
class PolynomialDocument:
    """Terms (exponents, numerator) over one denominator."""

    denominator: int
    terms: tuple[tuple[tuple[int, ...], int], ...]

    @property
    def degree(self) -> int:
        """The total degree, 0 for the zero polynomial."""
        return max((sum(exponents) for exponents, _ in self.terms), default=0)

    def text(self) -> str:
        """As a claim has it."""
        return polynomial_text({e: Fraction(c, self.denominator) for e, c in self.terms})

    def value(self, ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
        """The polynomial."""
        return ring.from_dict({e: fmpq(c, self.denominator) for e, c in self.terms})

    def to_json(self) -> list[str]:
        """The list of the file."""
        return [hexadecimal(self.denominator), *(" ".join(map(hexadecimal, (*e, c))) for e, c in self.terms)]


@dataclass(frozen=True)
class CopyDocument:
    """A vector of polynomials, its weight, and the numbers of the inequalities whose product multiplies it."""

    factors: tuple[int, ...]
    weight: Fraction
    basis: tuple[PolynomialDocument, ...]

    def to_json(self) -> dict[str, object]:
        """The object of the file."""
        return {
            "basis": [b.to_json() for b in self.basis],
            "factors": list(self.factors),
            "weight": ratio(self.weight),
        }


@dataclass(frozen=True)
class NonnegativeDocument:
    """A certificate of the theorem `nonnegative`. `matrices` holds the Gram matrices S0, S1, …, and `copies` what they multiply."""

    variables: int
    polynomial: PolynomialDocument
    inequalities: tuple[PolynomialDocument, ...]
    equalities: tuple[PolynomialDocument, ...]
    field: FieldDocument
    exact: tuple[Fraction, ...]
    bound: Fraction
    multiplier: tuple[int, int]
    matrices: Mapping[str, FaceGram]
    copies: Mapping[str, tuple[CopyDocument, ...]]
    cofactors: tuple[tuple[PolynomialDocument, ...], ...]
    provenance: Mapping[str, str]

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        quantity = polynomial_quantity(
            self.polynomial.text(), [g.text() for g in self.inequalities], [h.text() for h in self.equalities]
        )
        theorem = f"sums of squares, which give the bound {self.field.text(self.exact)}"
        return Claim(quantity, self.bound, theorem, self.field.claimed(self.exact), Sense.LOWER)

    @property
    def degree(self) -> int:
        """The degree of the polynomial with its multiplier."""
        return self.polynomial.degree + 2 * self.multiplier[1]

    @property
    def terms(self) -> int:
        """The number of Gram matrices."""
        return len(self.matrices)

    def number_field(self) -> NumberField:
        """The field of the witness. Raises Finding."""
        return self.field.number_field("witness.field")

    def failures(self) -> Iterator[tuple[str, str]]:
        """What is not proved, with its path; the matrices are taken as positive semidefinite."""
        over = self.number_field()
        if (over(*map(number, self.exact)) - over(number(self.bound))).sign() < 0:
            yield "the bound that is proved is lower", "bound"
        constant, power = self.multiplier
        if power and not constant and (self.inequalities or self.equalities):
            yield "a multiplier with a zero, on a set with conditions", "witness.multiplier"
        for k, residual in enumerate(self._residuals(over)):
            if not residual.is_zero():
                yield f"the identity fails: the part of a^{k} has {len(residual)} terms that are not zero", "witness"

    def _residuals(self, over: NumberField) -> list[fmpq_mpoly]:
        """s (p - λ) - Σ squares - Σ h q, its coefficients of 1, α, …."""
        names = [f"x{i + 1}" for i in range(self.variables)]
        ring = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)
        constant, power = self.multiplier
        s = (sum((x**2 for x in ring.gens()), ring.constant(constant))) ** power
        total = [-s * number(c) for c in self.exact]
        total[0] += s * self.polynomial.value(ring)
        conditions = [g.value(ring) for g in self.inequalities]
        for name, gram in self.matrices.items():
            value = gram.value(over)
            for copy in self.copies[name]:
                factor = ring.constant(number(copy.weight))
                for index in copy.factors:
                    factor *= conditions[index]
                basis = [b.value(ring) for b in copy.basis]
                for k, part in enumerate(value.parts):
                    total[k] -= factor * _quadratic(part, basis, ring)
        for h, parts in zip(self.equalities, self.cofactors, strict=True):
            left = h.value(ring)
            for k, q in enumerate(parts):
                total[k] -= left * q.value(ring)
        return total

    def encode(self) -> str:
        """The canonical text."""
        constant, power = self.multiplier
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {
                "equalities": [h.to_json() for h in self.equalities],
                "inequalities": [g.to_json() for g in self.inequalities],
                "polynomial": self.polynomial.to_json(),
                "variables": self.variables,
            },
            "provenance": dict(self.provenance),
            "theorem": "nonnegative",
            "witness": {
                "bound": list(map(ratio, self.exact)),
                "cofactors": [[q.to_json() for q in parts] for parts in self.cofactors],
                "field": self.field.to_json(),
                "multiplier": {"constant": constant, "power": power},
                "squares": [
                    {
                        "copies": [copy.to_json() for copy in self.copies[name]],
                        "matrix": matrix.to_json(),
                        "size": matrix.size,
                    }
                    for name, matrix in self.matrices.items()
                ],
            },
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def _quadratic(matrix: fmpq_mat, basis: Sequence[fmpq_mpoly], ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """bᵀ X b."""
    total = ring.constant(0)
    for i, b in enumerate(basis):
        row = ring.constant(0)
        for j, c in enumerate(basis):
            if matrix[i, j] != 0:
                row += c * matrix[i, j]
        total += b * row
    return total


def read_nonnegative(tree: Any) -> NonnegativeDocument:
    """The certificate in a tree.

    Raises:
        Finding: with the verdict MALFORMED.
    """
    parameters = member(tree, "", "parameters", anything)
    n = member(parameters, "parameters", "variables", small(1, _VARIABLES))
    plain = _polynomial(n, MAX_PARAMETER_BITS)
    inequalities = member(parameters, "parameters", "inequalities", items(plain))
    equalities = member(parameters, "parameters", "equalities", items(plain))
    witness = member(tree, "", "witness", anything)
    field = member(witness, "witness", "field", number_field)
    multiplier = member(witness, "witness", "multiplier", anything)
    constant = member(multiplier, "witness.multiplier", "constant", small(0, 1))
    power = member(multiplier, "witness.multiplier", "power", small(0, _POWER))
    if constant and not power:
        raise malformed("expected the constant 0 for the power 0", "witness.multiplier.constant")
    squares = member(witness, "witness", "squares", items(_squares(n, len(inequalities), field.degree)))
    cofactors = items(items(_polynomial(n, MAX_BITS), field.degree), len(equalities))
    document = NonnegativeDocument(
        variables=n,
        polynomial=member(parameters, "parameters", "polynomial", plain),
        inequalities=inequalities,
        equalities=equalities,
        field=field,
        exact=member(witness, "witness", "bound", element(field.degree, MAX_BOUND_BITS)),
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        multiplier=(constant, power),
        matrices={f"S{k}": matrix for k, (_, matrix) in enumerate(squares)},
        copies={f"S{k}": copies for k, (copies, _) in enumerate(squares)},
        cofactors=member(witness, "witness", "cofactors", cofactors),
        provenance=member(tree, "", "provenance", strings),
    )
    work = _work(document)
    if work > _MAX_WORK:
        raise malformed(f"expected an identity that needs at most {_MAX_WORK} steps, found about {work}", "witness")
    return document


def _work(document: NonnegativeDocument) -> int:
    """A bound on the products of terms, each as long as the numbers of its matrix."""
    m = document.field.degree
    total = (document.variables + 1) ** (2 * document.multiplier[1]) * (len(document.polynomial.terms) + m)
    for name, matrix in document.matrices.items():
        words = m * (1 + 3 * matrix.bits // 64)
        for copy in document.copies[name]:
            length = max(1, sum(len(b.terms) for b in copy.basis))
            factors = 1
            for index in copy.factors:
                factors = min(factors * max(1, len(document.inequalities[index].terms)), _MAX_WORK)
            total += (len(copy.basis) * length + length * length * factors) * words
    for h, parts in zip(document.equalities, document.cofactors, strict=True):
        total += len(h.terms) * sum(len(q.terms) for q in parts)
    return int(total)


def _polynomial(n: int, bits: int) -> Callable[[Any, str], PolynomialDocument]:
    """A list of strings: the denominator; for each term its exponents and its numerator, exponents increasing."""

    def read(tree: Any, path: str) -> PolynomialDocument:
        if not isinstance(tree, list) or not tree:
            raise malformed("expected a list that begins with a denominator", path)
        denominator = integer(tree[0], path)
        found = []
        for k, item in enumerate(tree[1:], 1):
            *exponents, value = integers(item, f"{path}[{k}]")
            if len(exponents) != n or not all(0 <= e <= _DEGREE for e in exponents):
                raise malformed(f"expected {n} exponents from 0 to {_DEGREE} and a numerator", f"{path}[{k}]")
            found.append((tuple(exponents), value))
        if denominator <= 0 or any(value == 0 for _, value in found):
            raise malformed("expected a positive denominator and coefficients that are not zero", path)
        if any(a[0] >= b[0] for a, b in pairwise(found)):
            raise malformed("expected exponents in strictly increasing order", path)
        if max(number.bit_length() for number in (denominator, *(value for _, value in found))) > bits:
            raise malformed(f"expected numbers of at most {bits} bits", path)
        return PolynomialDocument(denominator, tuple(found))

    return read


def _squares(n: int, inequalities: int, degree: int) -> Callable[[Any, str], tuple[tuple[CopyDocument, ...], FaceGram]]:
    def read(tree: Any, path: str) -> tuple[tuple[CopyDocument, ...], FaceGram]:
        size = member(tree, path, "size", small(1, _SIZE))
        copies = member(tree, path, "copies", items(_copy(n, size, inequalities)))
        return copies, member(tree, path, "matrix", face(size, degree))

    return read


def _copy(n: int, size: int, inequalities: int) -> Callable[[Any, str], CopyDocument]:
    def read(tree: Any, path: str) -> CopyDocument:
        factors = member(tree, path, "factors", items(small(0, inequalities - 1)))
        weight = member(tree, path, "weight", rational(MAX_BITS))
        if len(factors) > _VARIABLES:
            raise malformed(f"expected at most {_VARIABLES} factors", f"{path}.factors")
        if weight <= 0:
            raise malformed("expected a positive weight", f"{path}.weight")
        return CopyDocument(factors, weight, member(tree, path, "basis", items(_polynomial(n, MAX_BITS), size)))

    return read
