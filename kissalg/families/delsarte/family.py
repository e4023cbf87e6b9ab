"""Delsarte's linear programming bound: its record."""

from kissalg.exact.expressions import surd
from kissalg.families.delsarte.audit import claim, failures
from kissalg.families.delsarte.explicit import PolynomialBound, closed
from kissalg.families.delsarte.model import DelsarteProblem, delsarte
from kissalg.families.delsarte.witness import FORM, face
from kissalg.families.family import Family, Routes, Shown
from kissalg.families.spheres.listings import CODES, DELSARTE, KISSING, KNOWN_CODES
from kissalg.witness.document import CertificateDocument
from kissalg.witness.faces import number

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    p, over = document.parameters, document.number_field()
    cosine = over(*map(number, p.cos))
    text = surd(cosine)
    return Shown(f"A({p.n}, {cosine if text is None else text})", f" in {over}" * (text is None))


FAMILY = Family(
    title="Delsarte's linear programming bound for spherical codes",
    form=FORM,
    build=delsarte,
    problems=(DelsarteProblem,),
    formulas=(PolynomialBound,),
    routes=Routes(face=face, closed=closed),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: int(document.parameters.degree),
    terms=lambda document: len(document.witness["f"].values),
    listings=(DELSARTE, CODES, KISSING),
    whole=True,
    picture="polynomial",
    known=KNOWN_CODES,
    public={"delsarte": "model", "delsarte_polynomial": "explicit", "levenshtein": "explicit"},
    commands=("delsarte",),
)
