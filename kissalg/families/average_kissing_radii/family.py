"""The average kissing number for finitely many radii by weights: its record."""

from kissalg.families.average_kissing_radii.audit import claim, failures
from kissalg.families.average_kissing_radii.model import AverageKissingRadiiProblem, average_kissing_radii
from kissalg.families.average_kissing_radii.witness import FORM, candidates
from kissalg.families.balls.candidates import advice
from kissalg.families.balls.listings import AVERAGE_KISSING
from kissalg.families.family import Family, Routes, Shown
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    return Shown(claim(document).quantity)


FAMILY = Family(
    title="average kissing numbers for finitely many radii",
    form=FORM,
    build=average_kissing_radii,
    problems=(AverageKissingRadiiProblem,),
    routes=Routes(candidates=candidates, advice=advice),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: int(document.parameters.degree),
    terms=lambda document: len(document.parameters.radii),
    listings=(AVERAGE_KISSING,),
    public={"average_kissing_radii": "model"},
    commands=("average-kissing",),
)
