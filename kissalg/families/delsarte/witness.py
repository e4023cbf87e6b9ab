"""Certificates of the theorem `delsarte`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from kissalg.exact.expressions import surd
from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.exact.rational import fraction, rational
from kissalg.families.delsarte.model import THEOREM, DelsarteProblem
from kissalg.rounding import FaceMatrix, FaceSolution
from kissalg.witness.encoding import (
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

__all__ = ["THEOREM", "claim", "explicit", "face"]


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
    regular = all(size == rank for size, rank in exact.ranks.values())
    return _parts(problem, exact.field, exact.psd, exact.vectors["f"], exact.objective, sharp=not regular)


def explicit(
    problem: DelsarteProblem, field: NumberField, psd: Mapping[str, FaceMatrix], values: Sequence[FieldElement]
) -> Parts:
    """From the coefficients f_1, …, f_2d of a polynomial and the Gram matrices Q0, Q1: the bound is 1 + Σ f_k, rounded up if it is irrational."""
    return _parts(problem, field, psd, values, sum(values, field(1)), sharp=True)


def _parts(
    problem: DelsarteProblem,
    field: NumberField,
    psd: Mapping[str, FaceMatrix],
    values: Sequence[FieldElement],
    objective: FieldElement,
    *,
    sharp: bool,
) -> Parts:
    exactly = sharp and objective.is_rational
    bound = fraction(objective.coefficients[0]) if exactly else rounded_up(objective.upper())
    parameters = {
        "cos": element_text(field.element(problem.cosine)),
        "degree": problem.degree,
        "field": field_document(field),
        "n": problem.n,
    }
    squares = [face_document(psd[name]) for name in ("Q0", "Q1")]
    return Parts(bound, parameters, {"Q": squares, "f": vector_document(values)})
