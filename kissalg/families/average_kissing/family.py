"""The average kissing number by weights on a mesh: its record."""

from kissalg.families.average_kissing.audit import claim, failures
from kissalg.families.average_kissing.model import AverageKissingProblem, average_kissing
from kissalg.families.average_kissing.witness import FORM, candidates
from kissalg.families.balls.candidates import advice
from kissalg.families.balls.listings import AVERAGE_KISSING, KNOWN_AVERAGE
from kissalg.families.family import Family, Routes, Shown
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    return Shown(claim(document).quantity)


FAMILY = Family(
    title="average kissing numbers by weights on a mesh of sizes",
    form=FORM,
    build=average_kissing,
    problems=(AverageKissingProblem,),
    routes=Routes(candidates=candidates, advice=advice),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: int(document.parameters.degree),
    terms=lambda document: len(document.parameters.nodes),
    listings=(AVERAGE_KISSING,),
    picture="weight",
    known=KNOWN_AVERAGE,
    public={"average_kissing": "model"},
    commands=("average-kissing",),
)
