"""Rankin's bounds for spherical codes with angles of at least 90 degrees: their record."""

from kissalg.families.family import Family, Routes, Shown
from kissalg.families.rankin.audit import claim, failures
from kissalg.families.rankin.model import RankinProblem, rankin
from kissalg.families.rankin.witness import FORM, closed
from kissalg.families.spheres.listings import CODES, KNOWN_CODES
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    return Shown(f"A({document.parameters.n}, {document.parameters.cos})")


FAMILY = Family(
    title="Rankin's bounds for spherical codes with angles of at least 90 degrees",
    form=FORM,
    build=rankin,
    formulas=(RankinProblem,),
    routes=Routes(closed=closed),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: 0,
    terms=lambda document: 0,
    listings=(CODES,),
    whole=True,
    known=KNOWN_CODES,
    public={"rankin": "model"},
    commands=("code",),
)
