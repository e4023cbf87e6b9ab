"""Lower bounds of polynomials by sums of squares: its record."""

from kissalg.algebra.polynomials import polynomial_ring
from kissalg.families.family import Family, Listing, Routes, Shown
from kissalg.families.nonnegative.audit import claim, failures
from kissalg.families.nonnegative.model import NonnegativeProblem, statement
from kissalg.families.nonnegative.witness import FORM, face
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    """The polynomial and the conditions; the names of the variables are those of the provenance, if they can be."""
    p, names = document.parameters, document.provenance.get("names", "").split(", ")
    if len(names) != p.variables or not all(map(str.isidentifier, names)) or len(set(names)) < len(names):
        names = [f"x{i + 1}" for i in range(p.variables)]
    ring = polynomial_ring(names)
    conditions = [f"{g.value(ring)} >= 0" for g in p.inequalities]
    conditions += [f"{h.value(ring)} = 0" for h in p.equalities]
    where = f" where {', '.join(conditions)}" if conditions else ""
    return Shown(str(p.polynomial.value(ring)), where)


def _degree(document: CertificateDocument) -> int:
    """That of the polynomial with its multiplier."""
    return int(document.parameters.polynomial.degree + 2 * document.witness["multiplier"]["power"])


FAMILY = Family(
    title="lower bounds for polynomials by sums of squares",
    form=FORM,
    build=statement,
    problems=(NonnegativeProblem,),
    routes=Routes(face=face),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=_degree,
    terms=lambda document: len(document.matrices),
    listings=(Listing("polynomials", "Lower bounds for polynomials"),),
    sense="lower",
    public={"certify_nonnegative": "minima", "minimize": "minima"},
    commands=("minimum", "nonnegative"),
)
