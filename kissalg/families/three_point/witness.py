"""Certificates of the theorem `three-point`, and the claims of all bounds for spherical codes with a rational cosine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.errors import CertificateError
from kissalg.exact.rational import fraction
from kissalg.families.three_point.model import THEOREM, ThreePointProblem
from kissalg.rounding import DyadicVector, FaceSolution, ProvedMatrix
from kissalg.sdp.model import PsdVariable, Value
from kissalg.witness.encoding import (
    Parts,
    at_most,
    dyadic_document,
    face_document,
    psd_document,
    rational_from_text,
    rational_text,
    rounded_up,
    vector_document,
)

__all__ = ["THEOREM", "claim", "face", "interior"]


def claim(document: Mapping[str, Any], bound: Fraction) -> str:
    """A(n, cos θ) <= bound."""
    parameters = document["parameters"]
    return f"A({parameters['n']}, {rational_from_text(parameters['cos'])}) <= {at_most(bound)}"


def interior(problem: ThreePointProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]) -> Parts:
    """The bound is the objective, rounded up; variables that are left out are zero."""
    values: dict[str, Value] = {}
    for name in problem.objective.coefficients:
        variable = problem.variable(name)
        if isinstance(variable, PsdVariable):
            values[name] = psd[name].value() if name in psd else fmpq_mat(variable.size, variable.size)
        else:
            values[name] = vectors[name].value() if name in vectors else [fmpq(0)] * variable.length
    a = dyadic_document(vectors.get("a"), problem.linear)
    witness = _witness(problem, lambda name, size: psd_document(psd.get(name), size), a)
    return Parts(rounded_up(problem.objective_value(values)), _parameters(problem), witness)


def face(exact: FaceSolution) -> Parts:
    """The bound is the objective: on a face it is worth writing exactly.

    Raises:
        CertificateError: if the solution is irrational.
    """
    problem, psd = exact.problem, exact.psd
    assert isinstance(problem, ThreePointProblem)
    if exact.field.degree > 1:
        raise CertificateError(f"a three-point certificate is rational, and this solution lies in {exact.field}")
    a = vector_document(exact.vectors["a"]) if "a" in exact.vectors else dyadic_document(None, problem.linear)

    def matrix(name: str, size: int) -> dict[str, Any]:
        return face_document(psd[name]) if name in psd else psd_document(None, size)

    return Parts(fraction(exact.objective.coefficients[0]), _parameters(problem), _witness(problem, matrix, a))


def _parameters(problem: ThreePointProblem) -> dict[str, Any]:
    return {
        "cos": rational_text(fraction(problem.cos)),
        "degree": problem.degree,
        "linear": problem.linear,
        "n": problem.n,
    }


def _witness(
    problem: ThreePointProblem, matrix: Callable[[str, int], dict[str, Any]], a: dict[str, Any]
) -> dict[str, Any]:
    d = problem.degree
    degrees = (d, d - 1, d - 2, d - 3, d - 2)
    return {
        "B": matrix("B", 2),
        "F": [matrix(f"F{k}", d + 1 - k) for k in range(d + 1)],
        "Q": [matrix(f"Q{i}", d + 1 - i) for i in range(2)],
        "R": {
            kind: [matrix(f"R{j}.{kind}", gram_basis(kind, degree).size) for j, degree in enumerate(degrees)]
            for kind in KINDS
        },
        "a": a,
    }
