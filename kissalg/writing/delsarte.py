"""Certificates of the theorem `delsarte`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kissalg.bounds.delsarte import THEOREM, DelsarteProblem
from kissalg.exact.expressions import surd
from kissalg.exact.rational import fraction, rational
from kissalg.rounding import FaceSolution
from kissalg.writing.encoding import (
    Parts,
    at_most,
    element_text,
    face_document,
    field_document,
    number_field,
    rational_from_text,
    rounded_up,
    vector_document,
)

__all__ = ["THEOREM", "claim", "face"]


def claim(document: Mapping[str, Any], bound: Fraction) -> str:
    """A(n, cos θ) <= bound."""
    parameters = document["parameters"]
    field = number_field(parameters["field"])
    cosine = field(*(rational(rational_from_text(c)) for c in parameters["cos"]))
    shown = surd(cosine)
    where = "" if shown is not None else f" in {field}"
    return f"A({parameters['n']}, {cosine if shown is None else shown}) <= {at_most(bound)}{where}"


def face(exact: FaceSolution) -> Parts:
    """The bound is the objective; rounded up if it is irrational, or if no matrix is singular: then it is not the optimum."""
    problem = exact.problem
    assert isinstance(problem, DelsarteProblem)
    objective = exact.objective
    regular = all(size == rank for size, rank in exact.ranks.values())
    sharp = objective.is_rational and not regular
    bound = fraction(objective.coefficients[0]) if sharp else rounded_up(objective.upper())
    parameters = {
        "cos": element_text(exact.field.element(problem.cosine)),
        "degree": problem.degree,
        "field": field_document(exact.field),
        "n": problem.n,
    }
    squares = [face_document(exact.psd[name]) for name in ("Q0", "Q1")]
    return Parts(bound, parameters, {"Q": squares, "f": vector_document(exact.vectors["f"])})
