"""The second opinion on certificates of the theorem `three-point`.

The problem from its model, residuals in FLINT's polynomial rings.
"""

from __future__ import annotations

from collections.abc import Iterator

from kissalg.families.common.identities import failing_identities, values_of
from kissalg.families.family import Failure
from kissalg.families.three_point.model import three_point
from kissalg.kernel.notation.spherical_codes import code_quantity
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """A(n, cos θ) <= bound."""
    p = document.parameters
    theorem = f"three-point, degree {p.degree}, {p.linear} Gegenbauer terms"
    return Claim(code_quantity(p.n, str(p.cos)), document.bound, theorem)


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    p = document.parameters
    for index, value in enumerate(document.witness["a"].values):
        if (value if isinstance(value, int) else value[0]) < 0:
            yield f"a_{index + 1} is negative", f"witness.a.values[{index}]"
            return
    model = three_point(p.n, p.cos, p.degree, p.linear)
    values = values_of(document, model, {"a": document.witness["a"].numbers()})
    yield from failing_identities(document, model, values, model.objective_value(values))
