"""The average kissing number for finitely many radii by functions of positive type: its record."""

from kissalg.families.average_kissing_direct.audit import claim, failures
from kissalg.families.average_kissing_direct.model import DirectProblem, average_kissing_direct
from kissalg.families.average_kissing_direct.witness import FORM, advice, candidates
from kissalg.families.balls.listings import AVERAGE_KISSING
from kissalg.families.family import Family, Routes, Shown
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    return Shown(claim(document).quantity)


FAMILY = Family(
    title="average kissing numbers for finitely many radii by functions of positive type",
    form=FORM,
    build=average_kissing_direct,
    problems=(DirectProblem,),
    routes=Routes(candidates=candidates, advice=advice),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: int(document.parameters.degree),
    terms=lambda document: len(document.parameters.radii),
    listings=(AVERAGE_KISSING,),
    public={"average_kissing_direct": "model"},
    commands=("average-kissing",),
)
