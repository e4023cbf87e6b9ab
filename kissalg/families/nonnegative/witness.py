"""Certificates of the theorem `nonnegative`: exact sums of squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from kissalg.algebra.polynomials import monomials, polynomial_ring
from kissalg.errors import CertificateError, RoundingError
from kissalg.exact.matrix import pivot_columns
from kissalg.exact.number_field import FieldElement
from kissalg.exact.rational import fraction
from kissalg.families.nonnegative.model import THEOREM, NonnegativeProblem, Statement
from kissalg.rounding import FaceSolution
from kissalg.witness.encoding import (
    Parts,
    at_least,
    element_text,
    face_document,
    field_document,
    integer_text,
    rational_text,
    rounded_up,
)

__all__ = ["THEOREM", "claim", "face", "polynomial_document", "polynomial_from_document"]


def claim(document: Mapping[str, Any], bound: Fraction) -> str:
    """p >= bound where …; the names of the variables are those of the provenance, if they can be."""
    parameters, names = document["parameters"], document["provenance"].get("names", "").split(", ")
    if len(names) != parameters["variables"] or not all(map(str.isidentifier, names)) or len(set(names)) < len(names):
        names = [f"x{i + 1}" for i in range(parameters["variables"])]
    read = partial(polynomial_from_document, names=names)
    conditions = [f"{read(g)} >= 0" for g in parameters["inequalities"]]
    conditions += [f"{read(h)} = 0" for h in parameters["equalities"]]
    where = f" where {', '.join(conditions)}" if conditions else ""
    return f"{read(parameters['polynomial'])} >= {at_least(bound)}{where}"


def face(exact: FaceSolution) -> Parts:
    """The bound is λ; rounded down if it is irrational.

    Raises:
        CertificateError: if the problem asked for the distance to the cone: its solution proves no bound.
    """
    problem = exact.problem
    assert isinstance(problem, NonnegativeProblem)
    if problem.goal == "margin":
        raise CertificateError(
            "there is no certificate format for the distance to the cone: expected a plain or a bound problem"
        )
    lower = _lower_bound(exact)
    bound = fraction(lower.coefficients[0]) if lower.is_rational else -rounded_up((-lower).upper())
    notes = {"names": ", ".join(problem.statement.ring.names())}
    return Parts(bound, _parameters(problem.statement), _witness(exact), notes)


def polynomial_document(polynomial: fmpq_mpoly) -> list[str]:
    """The common denominator, then the exponents and the numerator of each term.

    >>> from kissalg.algebra.polynomials import polynomials
    >>> polynomial_document(polynomials(["x^2 - 1/2*y"])[0])
    ['2', '0 1 -1', '2 0 2']
    """
    terms = sorted(polynomial.to_dict().items())
    denominator = 1
    for _, c in terms:
        denominator = int(c.q.lcm(denominator))
    numbers = [(*exponent, int(c.p) * (denominator // int(c.q))) for exponent, c in terms]
    return [integer_text(denominator), *(" ".join(map(integer_text, map(int, term))) for term in numbers)]


def polynomial_from_document(document: Sequence[str], names: Sequence[str]) -> fmpq_mpoly:
    """The polynomial that `polynomial_document` wrote.

    >>> polynomial_from_document(["2", "0 1 -1", "2 0 2"], ("x", "y"))
    x^2 - 1/2*y
    """
    denominator, *rest = document
    terms = [[int(number, 16) for number in term.split(" ")] for term in rest]
    coefficients = {tuple(exponents): fmpq(c, int(denominator, 16)) for *exponents, c in terms}
    return polynomial_ring(names).from_dict(coefficients)


def _parameters(stated: Statement) -> dict[str, Any]:
    """The polynomial and the set."""
    return {
        "equalities": [polynomial_document(h) for h in stated.equalities],
        "inequalities": [polynomial_document(g) for g in stated.inequalities],
        "polynomial": polynomial_document(stated.polynomial),
        "variables": len(stated.ring.names()),
    }


def _lower_bound(exact: FaceSolution) -> FieldElement:
    """λ: the variable of a bound problem, or the given value of a plain one."""
    problem = exact.problem
    assert isinstance(problem, NonnegativeProblem)
    scalar = exact.vectors["nu"][0] if problem.goal == "bound" else exact.field(0)
    return scalar - problem.start


def _witness(exact: FaceSolution) -> dict[str, Any]:
    """The Gram matrices with their vectors of polynomials, and the cofactors of the equations."""
    problem = exact.problem
    assert isinstance(problem, NonnegativeProblem)
    stated = problem.statement
    squares = []
    for block in stated.blocks:
        matrix = exact.psd[block.name]
        if matrix.rank == 0:
            continue
        copies = [
            {
                "basis": [polynomial_document(b) for b in copy.basis],
                "factors": list(copy.factors),
                "weight": rational_text(fraction(copy.weight)),
            }
            for copy in block.copies
        ]
        squares.append({"copies": copies, "matrix": face_document(matrix), "size": block.size})
    return {
        "bound": element_text(_lower_bound(exact)),
        "cofactors": _cofactors(exact, stated),
        "field": field_document(exact.field),
        "multiplier": {"constant": stated.multiplier[0], "power": stated.multiplier[1]},
        "squares": squares,
    }


def _cofactors(exact: FaceSolution, stated: Statement) -> list[list[list[str]]]:
    """The q_j with  s (p - λ) - Σ g σ = Σ h_j q_j, one polynomial for each power of α."""
    if not stated.equalities:
        return []
    bound = _lower_bound(exact)
    degree = exact.field.degree
    parts = [stated.s * (stated.polynomial if k == 0 else 0) - stated.s * bound.coefficients[k] for k in range(degree)]
    for block in stated.blocks:
        matrix = exact.psd[block.name]
        if matrix.rank == 0:
            continue
        value = matrix.value(exact.field)
        for copy in block.copies:
            factor = stated.ring.constant(copy.weight)
            for index in copy.factors:
                factor *= stated.inequalities[index]
            for k, part in enumerate(value.parts):
                parts[k] -= factor * _quadratic(part, copy.basis)
    solved = [_divided(part, stated) for part in parts]
    return [[polynomial_document(solved[k][j]) for k in range(degree)] for j in range(len(stated.equalities))]


def _quadratic(matrix: fmpq_mat, basis: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    total = basis[0] * 0
    for i, b in enumerate(basis):
        row = basis[0] * 0
        for j, c in enumerate(basis):
            if matrix[i, j] != 0:
                row += c * matrix[i, j]
        total += b * row
    return total


def _divided(residual: fmpq_mpoly, stated: Statement) -> list[fmpq_mpoly]:
    """Polynomials q_j with Σ h_j q_j = residual, by linear algebra up to the degree of the identity."""
    ring, n = stated.ring, len(stated.ring.names())
    unknowns = [
        (j, ring.term(coeff=fmpq(1), exp_vec=e))
        for j, h in enumerate(stated.equalities)
        for e in monomials(n, stated.degree - int(h.total_degree()))
    ]
    places = {e: i for i, e in enumerate(monomials(n, stated.degree))}
    table = fmpq_mat(len(places), len(unknowns) + 1)
    for column, (j, m) in enumerate(unknowns):
        for e, c in (stated.equalities[j] * m).to_dict().items():
            table[places[e], column] = c
    for e, c in residual.to_dict().items():
        table[places[e], len(unknowns)] = c
    reduced, rank = table.rref()
    pivots = pivot_columns(reduced, rank)
    if pivots and pivots[-1] == len(unknowns):
        raise RoundingError("projection: the residual is not a combination of the equations; please report this")
    result = [ring.constant(0) for _ in stated.equalities]
    for row, pivot in enumerate(pivots):
        j, m = unknowns[pivot]
        result[j] += m * reduced[row, len(unknowns)]
    return result
