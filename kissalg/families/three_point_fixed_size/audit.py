"""The second opinion on certificates of the theorem `three-point-fixed-size`.

The problem from its model, residuals in FLINT's polynomial rings.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from kissalg.families.common.identities import failing_identities, values_of
from kissalg.families.family import Failure
from kissalg.families.three_point_fixed_size.model import fixed_size
from kissalg.kernel.notation.spherical_codes import code_quantity
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """A(n, cos θ) <= bound."""
    p = document.parameters
    sizes = f"no code of {p.size} points, degrees {p.degree} and {p.squares}"
    return Claim(code_quantity(p.n, str(p.cos)), document.bound, f"three-point-fixed-size, {sizes}")


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    p = document.parameters
    e = document.witness["e"].numbers()
    if e[0] <= 0:
        yield "e is not positive", "witness.e"
        return
    model = fixed_size(p.n, p.cos, p.size, p.degree, p.squares)
    values = values_of(document, model, {"e": e})
    yield from failing_identities(document, model, values, fmpq(p.size - 1))
