"""Upper bounds for independence numbers of graphs: its record."""

from kissalg.families.family import Family, Listing, Routes, Shown
from kissalg.families.independence_number.audit import claim, failures
from kissalg.families.independence_number.model import IndependenceProblem, independence
from kissalg.families.independence_number.witness import FORM, face
from kissalg.witness.document import CertificateDocument

__all__ = ["FAMILY"]

_LONGEST = 40


def _shown(document: CertificateDocument) -> Shown:
    """The graph by its graph6 text, or by the beginning of it where that is long.

    And the size of the independent set.
    """
    graph6, independent = document.parameters.graph.graph6, document.witness["independent"]
    weights = "" if document.parameters.weights is None else ", weighted"
    name = graph6 if len(graph6) <= _LONGEST else f"{graph6[: _LONGEST - 1]}…"
    found = "" if independent is None else f", an independent set of {len(independent)} vertices"
    return Shown(f"alpha({name}{weights})", found)


def _degree(document: CertificateDocument) -> int:
    """The largest number of vertices of a set in a square: 1 for theta, t for las_t."""
    functions = [b for square in document.witness["squares"] for b in square["basis"]]
    return max((len(vertices) for b in functions for vertices, _ in b.terms), default=0)


FAMILY = Family(
    title="bounds for independence numbers of graphs",
    form=FORM,
    build=independence,
    problems=(IndependenceProblem,),
    routes=Routes(face=face),
    claim=claim,
    failures=failures,
    shown=_shown,
    degree=_degree,
    terms=lambda document: len(document.matrices),
    listings=(Listing("graphs", "Upper bounds for independence numbers of graphs"),),
    whole=True,
    public={"independence": "model", "bound_independence": "rounds", "from_networkx": "rounds"},
    commands=("theta",),
)
