"""The bound for packings of spherical caps: its record."""

from kissalg.exact.expressions import surd
from kissalg.families.family import Family, Listing, Routes, Shown
from kissalg.families.spherical_caps.audit import claim, failures
from kissalg.families.spherical_caps.model import SphericalCapsProblem, spherical_caps
from kissalg.families.spherical_caps.witness import FORM, face, interior
from kissalg.witness.document import CertificateDocument
from kissalg.witness.faces import number

__all__ = ["FAMILY"]


def _shown(document: CertificateDocument) -> Shown:
    p, over = document.parameters, document.number_field()
    cosines = [over(*map(number, c)) for c in p.caps]
    texts = [surd(c) for c in cosines]
    irrational = None in texts
    sizes = ", ".join(map(str, cosines if irrational else texts))
    behind = f" in {over}" * irrational
    if p.weights is None:
        return Shown(f"cap-density({p.n}; {sizes})", behind)
    return Shown(f"caps({p.n}; {sizes}; {', '.join(map(str, p.weights))})", behind)


FAMILY = Family(
    title="packings of spherical caps of several sizes",
    form=FORM,
    build=spherical_caps,
    problems=(SphericalCapsProblem,),
    routes=Routes(interior=interior, face=face),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=lambda document: int(document.parameters.degree),
    terms=lambda document: len(document.parameters.caps),
    listings=(Listing("caps", "Upper bounds for packings of spherical caps"),),
    public={"spherical_caps": "model"},
    commands=("caps",),
)
