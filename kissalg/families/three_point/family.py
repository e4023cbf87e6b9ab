"""The three-point bound for spherical codes: its record."""

from kissalg.families.family import Family, Routes, Shown
from kissalg.families.spheres.listings import CODES, KISSING, KNOWN_CODES
from kissalg.families.three_point.audit import claim, failures
from kissalg.families.three_point.model import ThreePointProblem, three_point
from kissalg.families.three_point.witness import FORM, face, interior
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    return Shown(f"A({document.parameters.n}, {document.parameters.cos})")


FAMILY = Family(
    title="three-point bounds for spherical codes",
    form=FORM,
    build=three_point,
    problems=(ThreePointProblem,),
    routes=Routes(interior=interior, face=face),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: int(document.parameters.degree),
    terms=lambda document: int(document.parameters.linear),
    listings=(CODES, KISSING),
    whole=True,
    known=KNOWN_CODES,
    public={"kissing": "model", "three_point": "model"},
    commands=("kissing", "code"),
)
