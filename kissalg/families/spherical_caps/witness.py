"""Certificates of the theorem `spherical-caps`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import fmpq_mat

from kissalg.errors import CertificateError
from kissalg.exact.expressions import surd
from kissalg.exact.rational import fraction, rational
from kissalg.families.spherical_caps.model import THEOREM, SphericalCapsProblem
from kissalg.rounding import DyadicVector, FaceSolution, ProvedMatrix
from kissalg.witness.encoding import (
    Parts,
    at_most,
    element_text,
    face_document,
    field_document,
    number_field,
    places_of,
    psd_document,
    rational_from_text,
    rational_text,
    rounded_up,
)

__all__ = ["THEOREM", "claim", "face", "interior"]


def claim(document: Mapping[str, Any], bound: Fraction) -> str:
    """cap-density(n; cos α_1, …) <= bound, or caps(n; cos α_1, …; w_1, …) <= bound."""
    parameters = document["parameters"]
    field = number_field(parameters["field"])
    cosines = [field(*(rational(rational_from_text(c)) for c in cosine)) for cosine in parameters["caps"]]
    texts = [surd(c) for c in cosines]
    known = [text for text in texts if text is not None]
    where = f" in {field}" if len(known) < len(texts) else ""
    shown = ", ".join(known if not where else map(str, cosines))
    shown_bound = at_most(bound, places_of(bound))
    if parameters["weights"] is None:
        return f"cap-density({parameters['n']}; {shown}) <= {shown_bound}{where}"
    weights = ", ".join(str(rational_from_text(w)) for w in parameters["weights"])
    return f"caps({parameters['n']}; {shown}; {weights}) <= {shown_bound}{where}"


def interior(
    problem: SphericalCapsProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]
) -> Parts:
    """The bound is the least that the kernels give, rounded up to ten digits (densities can be small); matrices that are left out are zero."""
    size = len(problem.cosines)
    names = [f"F{k}" for k in range(2 * problem.degree + 1)]
    kernels = [psd[name].value() if name in psd else fmpq_mat(size, size) for name in names]
    witness = _witness(problem, lambda name, size: psd_document(psd.get(name), size))
    least = problem.least_bound(kernels)
    return Parts(rounded_up(least, places_of(fraction(least))), _parameters(problem), witness)


def face(exact: FaceSolution) -> Parts:
    """The bound is the objective, exactly.

    Raises:
        CertificateError: if the solution is irrational.
    """
    problem = exact.problem
    assert isinstance(problem, SphericalCapsProblem)
    if exact.field.degree > 1:
        raise CertificateError(
            f"a certificate for spherical caps is rational, and this solution lies in {exact.field}; use certify without round_to_face"
        )
    witness = _witness(problem, lambda name, _: face_document(exact.psd[name]))
    return Parts(fraction(exact.objective.coefficients[0]), _parameters(problem), witness)


def _parameters(problem: SphericalCapsProblem) -> dict[str, Any]:
    field = problem.cosines[0].field
    return {
        "caps": [element_text(c) for c in problem.cosines],
        "degree": problem.degree,
        "field": field_document(field),
        "n": problem.n,
        "weights": None if problem.density else [rational_text(fraction(w)) for w in problem.weights],
    }


def _witness(problem: SphericalCapsProblem, matrix: Callable[[str, int], dict[str, Any]]) -> dict[str, Any]:
    d = problem.degree
    return {
        "F": [matrix(f"F{k}", len(problem.cosines)) for k in range(2 * d + 1)],
        "Q": [[matrix(f"S{i}.{j}", d + 1), matrix(f"T{i}.{j}", d)] for i, j in problem.pairs],
        "ends": [rational_text(fraction(end)) for end in problem.ends],
        "weights": [rational_text(fraction(w)) for w in problem.weights] if problem.density else None,
    }
