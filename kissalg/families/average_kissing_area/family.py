"""The average kissing number by the area of one cap: its record."""

from kissalg.families.average_kissing_area.audit import claim, failures
from kissalg.families.average_kissing_area.model import AverageKissingAreaProblem, average_kissing_area
from kissalg.families.average_kissing_area.witness import FORM, closed
from kissalg.families.balls.listings import AVERAGE_KISSING, KNOWN_AVERAGE
from kissalg.families.family import Family, Routes, Shown
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    return Shown(claim(document).quantity)


FAMILY = Family(
    title="average kissing numbers by the area of one cap",
    form=FORM,
    build=average_kissing_area,
    formulas=(AverageKissingAreaProblem,),
    routes=Routes(closed=closed),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: 0,
    terms=lambda document: 1,
    listings=(AVERAGE_KISSING,),
    known=KNOWN_AVERAGE,
    public={"average_kissing_area": "model"},
    commands=("average-kissing",),
)
