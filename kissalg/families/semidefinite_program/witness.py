"""Certificates of the theorem `semidefinite-program`: lower bounds for the value of a program in SDPA form."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kissalg.exact.rational import fraction
from kissalg.families.semidefinite_program.model import THEOREM, SdpaModel
from kissalg.rounding import FaceSolution
from kissalg.sdp.model import PsdVariable
from kissalg.sdp.sdpa import SdpaProblem
from kissalg.witness.encoding import (
    BOUND_PLACES,
    Parts,
    at_least,
    face_document,
    field_document,
    integer_text,
    rational_text,
    rounded_up,
    vector_document,
)

__all__ = ["THEOREM", "claim", "face", "program_document"]


def claim(document: Mapping[str, Any], bound: Fraction) -> str:
    """sdp(…) >= bound, the program by its size (the verdict of the kernel names it by its hash)."""
    parameters = document["parameters"]
    return f"sdp({len(parameters['costs'])} constraints, {len(parameters['blocks'])} blocks) >= {at_least(bound)}"


def program_document(problem: SdpaProblem) -> dict[str, Any]:
    """The parameters: blocks, costs, and the entries in ascending order."""
    entries = sorted((e.k, e.block - 1, e.row - 1, e.column - 1, e.value) for e in problem.entries if e.value != 0)
    return {
        "blocks": list(problem.blocks),
        "costs": [rational_text(fraction(c)) for c in problem.costs],
        "entries": [[" ".join(map(integer_text, place)), rational_text(fraction(c))] for *place, c in entries],
    }


def face(exact: FaceSolution) -> Parts:
    """The bound is <F_0, Y> if that is a rational number with a small denominator, otherwise rounded down to ten decimals."""
    problem = exact.problem
    assert isinstance(problem, SdpaModel)
    bound = -rounded_up(exact.objective.upper())  # the model minimises -<F_0, Y>
    if exact.objective.is_rational:
        rational = -fraction(exact.objective.coefficients[0])
        bound = rational if rational.denominator < 10**BOUND_PLACES else bound
    blocks = [
        face_document(exact.psd[v.name]) if isinstance(v, PsdVariable) else vector_document(exact.vectors[v.name])
        for v in problem.variables
    ]
    value = -exact.objective
    shown = str(value) if value.is_rational else f"{value} in {exact.field}"
    witness = {"blocks": blocks, "field": field_document(exact.field)}
    return Parts(bound, program_document(problem.program), witness, {"value": shown})
