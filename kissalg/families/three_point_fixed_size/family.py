"""The three-point bound for codes of a fixed size: its record."""

from kissalg.families.family import Family, Routes, Shown
from kissalg.families.spheres.listings import CODES, KISSING
from kissalg.families.three_point_fixed_size.audit import claim, failures
from kissalg.families.three_point_fixed_size.model import FixedSizeProblem, fixed_size
from kissalg.families.three_point_fixed_size.witness import FORM, interior
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    return Shown(f"A({document.parameters.n}, {document.parameters.cos})")


FAMILY = Family(
    title="three-point bounds for spherical codes of a fixed size",
    form=FORM,
    build=fixed_size,
    problems=(FixedSizeProblem,),
    routes=Routes(interior=interior),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: int(document.parameters.degree),
    terms=lambda document: 0,
    listings=(CODES, KISSING),
    whole=True,
)
