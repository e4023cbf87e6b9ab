"""The second opinion on certificates of the theorem `rankin`: the same formula in FLINT's rational numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kissalg.exact.rational import rational
from kissalg.families.family import Failure
from kissalg.families.rankin.model import rankin
from kissalg.kernel.notation.spherical_codes import code_quantity
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """A(n, cos θ) <= bound."""
    p = document.parameters
    return Claim(code_quantity(p.n, str(p.cos)), document.bound, "Rankin")


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path."""
    p = document.parameters
    value = rankin(p.n, p.cos).bound
    if rational(document.bound) < value:
        yield f"not proved: Rankin's bound is {value}", "bound"
