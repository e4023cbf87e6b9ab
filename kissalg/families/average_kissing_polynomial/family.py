"""The average kissing number by polynomial weights: its record."""

from kissalg.families.average_kissing_polynomial.audit import claim, failures
from kissalg.families.average_kissing_polynomial.model import AveragePolynomialProblem, average_kissing_polynomial
from kissalg.families.average_kissing_polynomial.witness import FORM, interior
from kissalg.families.balls.listings import AVERAGE_KISSING, KNOWN_AVERAGE
from kissalg.families.family import Family, Routes, Shown
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    return Shown(claim(document).quantity)


FAMILY = Family(
    title="average kissing numbers by polynomial weights",
    form=FORM,
    build=average_kissing_polynomial,
    problems=(AveragePolynomialProblem,),
    routes=Routes(interior=interior),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: int(document.parameters.degree),
    terms=lambda document: int(document.parameters.order) + 1,
    listings=(AVERAGE_KISSING,),
    picture="weight",
    known=KNOWN_AVERAGE,
    public={"average_kissing_polynomial": "model"},
    commands=("average-kissing",),
)
