"""The second opinion on certificates of the theorem `average-kissing-area`: the area of the cap as a ball."""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb, ctx, fmpq

from kissalg.algebra.spherical_cap import contact_cap_area
from kissalg.exact.rational import rational
from kissalg.families.family import Failure
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument

__all__ = ["claim", "failures"]

_BITS = 256


def claim(document: CertificateDocument) -> Claim:
    """average-kissing(n) <= bound."""
    p = document.parameters
    return Claim(f"average-kissing({p.n})", document.bound, f"average-kissing-area, rho^2 = {p.rho_squared}")


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path."""
    p = document.parameters
    with ctx.workprec(_BITS):
        area = contact_cap_area(p.n, rational(p.rho_squared), fmpq(1, 2))
        if not area * arb(rational(document.bound)) >= 1:
            reason = "bound times the area of the cap of an equal ball is not certainly at least 1"
            yield f"not proved: {reason}", "bound"
