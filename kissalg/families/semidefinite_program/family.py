"""Lower bounds for semidefinite programs: its record."""

from kissalg.families.family import Family, Listing, Routes, Shown
from kissalg.families.semidefinite_program.audit import claim, failures
from kissalg.families.semidefinite_program.model import SdpaModel, sdpa_model
from kissalg.families.semidefinite_program.witness import FORM, face
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    """The program by its size; the verdict of the kernel names it by its hash."""
    p = document.parameters
    return Shown(f"sdp({len(p.costs)} constraints, {len(p.blocks)} blocks)")


FAMILY = Family(
    title="lower bounds for semidefinite programs",
    form=FORM,
    build=sdpa_model,
    problems=(SdpaModel,),
    routes=Routes(face=face),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: document.field.degree,
    terms=lambda document: len(document.parameters.costs),
    listings=(Listing("programs", "Lower bounds for semidefinite programs in SDPA form"),),
    sense="lower",
    public={"sdpa_model": "model"},
)
