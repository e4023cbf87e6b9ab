"""The second opinion on certificates of the theorem `delsarte`, over Q or a number field.

The problem comes from `kissalg.families.delsarte.model`: a system of linear equations over the field of the cosine.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import fmpq

from kissalg.exact.matrix import frobenius
from kissalg.exact.number_field import FieldElement, FieldMatrix
from kissalg.families.common.claims import claimed
from kissalg.families.delsarte.model import delsarte
from kissalg.families.family import Failure
from kissalg.kernel.notation.spherical_codes import code_quantity
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument
from kissalg.witness.faces import number

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """A(n, cos θ) <= bound."""
    p, f = document.parameters, document.witness["f"]
    sums = [Fraction(sum(column), f.denominator) for column in zip(*f.values, strict=True)]
    exact = claimed(p.field, [1 + sums[0], *sums[1:]])
    return Claim(code_quantity(p.n, p.field.text(p.cos)), document.bound, f"Delsarte, degree {2 * p.degree}", exact)


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    p, over = document.parameters, document.number_field()
    cos = over(*map(number, p.cos))
    if (cos + 1).sign() <= 0 or (1 - cos).sign() <= 0:
        yield "the cosine is not between -1 and 1", "parameters.cos"
        return
    f = document.witness["f"].elements(over)
    for k, value in enumerate(f):
        if value.sign() < 0:
            yield f"f_{k + 1} is negative", f"witness.f.values[{k}]"
    system = delsarte(p.n, cos, p.degree).exact_system().over(over)
    values = {name: matrix.value(over) for name, matrix in document.faces.items()}
    values["f"] = FieldMatrix.of(over, [f])
    for row in range(system.equations):
        total = -system.right[row, 0]
        for name, matrix in values.items():
            total += _pair(system.forms[name][row], matrix)
        if not total.is_zero:
            yield f"identity (i): the coefficient number {row} is not zero", "witness"
    objective = over(1)
    for value in f:
        objective += value
    if (over(number(document.bound)) - objective).sign() < 0:
        yield "the witness proves less; the bound is too low", "bound"


def _pair(form: FieldMatrix, value: FieldMatrix) -> FieldElement:
    """Σ form_ij value_ij."""
    over = form.field
    total = [fmpq(0)] * over.degree
    for i, a in enumerate(form.parts):
        for j, b in enumerate(value.parts):
            product = frobenius(a, b)
            for k, power in enumerate(over.powers[i + j]):
                total[k] += product * power
    return over(*total)
