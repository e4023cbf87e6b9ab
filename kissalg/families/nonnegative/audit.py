"""The second opinion on certificates of the theorem `nonnegative`: the identity in FLINT's polynomial rings."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import fmpq_mpoly

from kissalg.algebra.polynomials import polynomial_ring
from kissalg.exact.number_field import NumberField
from kissalg.families.common.claims import claimed
from kissalg.families.family import Failure
from kissalg.families.nonnegative.polynomials import WrittenPolynomial, quadratic_form
from kissalg.kernel.notation.polynomials import polynomial_quantity, polynomial_text
from kissalg.kernel.report import Claim, Sense
from kissalg.witness.document import CertificateDocument
from kissalg.witness.faces import number

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """P >= bound where …."""
    p, exact = document.parameters, document.witness["bound"]
    quantity = polynomial_quantity(_text(p.polynomial), map(_text, p.inequalities), map(_text, p.equalities))
    theorem = f"sums of squares, which give the bound {document.field.text(exact)}"
    return Claim(quantity, document.bound, theorem, claimed(document.field, exact), Sense.LOWER)


def _text(polynomial: WrittenPolynomial) -> str:
    """As a claim has it, in x1, x2, …."""
    return polynomial_text({e: Fraction(c, polynomial.denominator) for e, c in polynomial.terms})


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    over, p, multiplier = document.number_field(), document.parameters, document.witness["multiplier"]
    if (over(*map(number, document.witness["bound"])) - over(number(document.bound))).sign() < 0:
        yield "the bound that is proved is lower", "bound"
    if multiplier["power"] and not multiplier["constant"] and (p.inequalities or p.equalities):
        yield "a multiplier with a zero, on a set with conditions", "witness.multiplier"
    for k, residual in enumerate(_residuals(document, over)):
        if not residual.is_zero():
            yield f"the identity fails: the part of a^{k} has {len(residual)} terms that are not zero", "witness"


def _residuals(document: CertificateDocument, over: NumberField) -> list[fmpq_mpoly]:
    """S (p - λ) - Σ squares - Σ h q, its coefficients of 1, α, …."""
    p, witness = document.parameters, document.witness
    ring = polynomial_ring([f"x{i + 1}" for i in range(p.variables)])
    multiplier = witness["multiplier"]
    s = (sum((x**2 for x in ring.gens()), ring.constant(multiplier["constant"]))) ** multiplier["power"]
    total = [-s * number(c) for c in witness["bound"]]
    total[0] += s * p.polynomial.value(ring)
    conditions = [g.value(ring) for g in p.inequalities]
    for square in witness["squares"]:
        value = square["matrix"].value(over)
        for copy in square["copies"]:
            factor = ring.constant(number(copy["weight"]))
            for index in copy["factors"]:
                factor *= conditions[index]
            basis = [b.value(ring) for b in copy["basis"]]
            for k, part in enumerate(value.parts):
                total[k] -= factor * quadratic_form(part, basis, ring)
    for h, parts in zip(p.equalities, witness["cofactors"], strict=True):
        left = h.value(ring)
        for k, q in enumerate(parts):
            total[k] -= left * q.value(ring)
    return total
