"""The second opinion on certificates of the theorem `semidefinite-program`: products over the field, by python-flint.

The program is the `kissalg.sdp.sdpa.SdpaProblem` from which the model of the solver is made.
"""

from __future__ import annotations

from collections.abc import Iterator

from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.exact.rational import fraction
from kissalg.families.common.claims import claimed
from kissalg.families.family import Failure
from kissalg.kernel.notation.semidefinite_programs import program_quantity
from kissalg.kernel.report import Claim, Sense
from kissalg.witness.document import CertificateDocument, parameters_record
from kissalg.witness.faces import FaceGram, number
from kissalg.witness.parsing import Finding

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """sdp(hash of the program) >= bound."""
    p, field, exact = document.parameters, document.field, None
    if field.degree > 1:
        try:
            proved = _products(document, document.number_field(), range(1))[0]
            exact = claimed(field, [fraction(c) for c in proved.coefficients])
        except Finding:  # of the field; the check says so
            exact = None
    quantity = program_quantity(parameters_record(document.form.parameters).write(vars(p)))
    return Claim(quantity, document.bound, f"weak duality, {len(p.costs)} constraints", exact, Sense.LOWER)


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    over, costs = document.number_field(), document.parameters.costs
    for b, block in enumerate(document.witness["blocks"]):
        if not isinstance(block, FaceGram) and any(value.sign() < 0 for value in block.elements(over)):
            yield "a number of the diagonal is negative", f"witness.blocks[{b}]"
    totals = _products(document, over, range(len(costs) + 1))
    for k, cost in enumerate(map(number, costs), 1):
        if not (totals[k] - cost).is_zero:
            yield f"<F_{k}, Y> is not c_{k}", "witness.blocks"
            return
    if (totals[0] - number(document.bound)).sign() < 0:
        yield "the witness proves less; the bound is too high", "bound"


def _products(document: CertificateDocument, over: NumberField, wanted: range) -> list[FieldElement]:
    """<F_k, Y>, for k = 0, 1, … in the range."""
    entries = [e for e in document.parameters.program().entries if e.k in wanted]
    blocks = {b: document.witness["blocks"][b - 1] for b in {e.block for e in entries}}
    values = {
        b: block.value(over) if isinstance(block, FaceGram) else block.elements(over) for b, block in blocks.items()
    }
    totals = [over(0) for _ in wanted]
    for e in entries:
        value = values[e.block]
        if isinstance(value, list):
            totals[e.k] += value[e.row - 1] * e.value
        else:
            totals[e.k] += value[e.row - 1, e.column - 1] * (e.value if e.row == e.column else 2 * e.value)
    return totals
