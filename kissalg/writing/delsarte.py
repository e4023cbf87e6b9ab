"""Certificates of the theorem `delsarte`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kissalg.bounds.delsarte import THEOREM, DelsarteProblem
from kissalg.exact.rational import fraction
from kissalg.rounding import FaceSolution
from kissalg.writing.encoding import (
    Parts,
    at_most,
    element_text,
    face_document,
    field_document,
    rational_from_text,
    rounded_up,
    vector_document,
)

__all__ = ["THEOREM", "claim", "face"]


def claim(document: Mapping[str, Any], bound: Fraction) -> str:
    """A(n, cos θ) <= bound, with cos θ in a field Q(a)."""
    parameters = document["parameters"]
    terms = [f"{rational_from_text(c)}{f'*a^{k}' * (k > 0)}" for k, c in enumerate(parameters["cos"]) if c != "0/1"]
    field = "" if parameters["field"] is None else " over Q(a)"
    return f"A({parameters['n']}, {' + '.join(terms) or '0'}) <= {at_most(bound)}{field}"


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
