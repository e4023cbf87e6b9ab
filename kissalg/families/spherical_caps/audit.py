"""The second opinion on certificates of the theorem `spherical-caps`.

The identities come from `kissalg.families.spherical_caps.model`; angles are compared exactly in the field of the
cosines, areas in ball arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from kissalg.algebra.spherical_cap import cap_area
from kissalg.exact.number_field import FieldElement
from kissalg.families.family import Failure
from kissalg.families.spherical_caps.model import caps_model, pairs_of
from kissalg.kernel.notation.caps import caps_quantity
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument
from kissalg.witness.faces import number

__all__ = ["claim", "failures"]

_BITS = 256


def claim(document: CertificateDocument) -> Claim:
    """cap-density(n;cos α_1,…) <= bound, or caps(n;cos α_1,…;w_1,…) <= bound."""
    p = document.parameters
    quantity = caps_quantity(p.n, [p.field.text(c) for c in p.caps], p.weights)
    return Claim(quantity, document.bound, f"spherical caps, {len(p.caps)} sizes, degree {2 * p.degree}")


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    p, over = document.parameters, document.number_field()
    cosines = [over(*map(number, c)) for c in p.caps]
    for i, c in enumerate(cosines):
        if (c + 1).sign() <= 0 or (1 - c).sign() <= 0:
            yield "the cosine is not strictly between -1 and 1", f"parameters.caps[{i}]"
            return
    weights: tuple[Fraction, ...] = document.witness["weights"] if p.weights is None else p.weights
    if p.density:
        yield from _missing_areas(p.n, cosines, weights)
    ends: tuple[Fraction, ...] = document.witness["ends"]
    for position, (i, j) in enumerate(pairs_of(len(cosines))):
        a, b = cosines[i], cosines[j]
        # sin α sin β <= (a b - u), or a b <= u
        below = a * b - number(ends[position])
        if below.sign() > 0 and (below * below - (1 - a * a) * (1 - b * b)).sign() > 0:
            yield "the end is less than the cosine of the sum of the angles", f"witness.ends[{position}]"
    yield from _failing_identities(document, list(map(number, weights)), list(map(number, ends)))


def _missing_areas(n: int, cosines: list[FieldElement], weights: tuple[Fraction, ...]) -> Iterator[Failure]:
    for i, (c, w) in enumerate(zip(cosines, weights, strict=True)):
        with ctx.workprec(_BITS):
            if not arb(number(w)) >= cap_area(n, c.enclosure(_BITS)):
                yield "the weight is not certainly at least the area", f"witness.weights[{i}]"


def _failing_identities(document: CertificateDocument, weights: list[fmpq], ends: list[fmpq]) -> Iterator[Failure]:
    p = document.parameters
    model = caps_model(p.n, p.degree, weights, ends)
    values: dict[str, Any] = {name: matrix.matrix() for name, matrix in document.matrices.items()}
    kernels: list[fmpq_mat] = [values[f"F{k}"] for k in range(2 * p.degree + 1)]
    for i, w in enumerate(weights):
        if w * w + sum((f[i, i] for f in kernels), fmpq(0)) > number(document.bound) * w:
            yield f"(iii) fails at size number {i}: the bound is too low", "bound"
    for identity in model.identities:
        if identity.name != "iii" and any(identity.coefficients(model.residual(identity, values))):
            yield f"identity {identity.name} does not hold", "witness"
