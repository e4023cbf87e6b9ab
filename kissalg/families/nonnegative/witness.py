"""Certificates of the theorem `nonnegative`: their parameters, their witness, and how sums of squares are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly

from kissalg.algebra.polynomials import monomials
from kissalg.errors import CertificateError, RoundingError
from kissalg.exact.matrix import pivot_columns
from kissalg.exact.number_field import FieldElement
from kissalg.exact.rational import fraction
from kissalg.families.nonnegative.model import THEOREM, NonnegativeProblem, Statement
from kissalg.families.nonnegative.polynomials import WrittenPolynomial, polynomial_node, quadratic_form
from kissalg.rounding import FaceSolution
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, rounded_up
from kissalg.witness.leaves import FIELD_DEGREE, Element, Field, Matrix, Proof, Rational, Small
from kissalg.witness.parsing import MAX_BITS, MAX_BOUND_BITS, MAX_PARAMETER_BITS
from kissalg.witness.schema import ListOf, Record, Scope, Where, count

__all__ = ["FORM", "NonnegativeParameters", "face"]

_VARIABLES = 16
_POWER = 16
_SIZE = 1 << 12  # of a matrix
_MAX_WORK = 1 << 35  # products of terms, times the words of a number


@dataclass(frozen=True)
class NonnegativeParameters:
    """n, the set and p."""

    variables: int = parameter(Small(1, _VARIABLES), "n, the number of variables")
    inequalities: tuple[WrittenPolynomial, ...] = parameter(
        ListOf(polynomial_node(MAX_PARAMETER_BITS)), "the g_i, which are >= 0 on the set"
    )
    equalities: tuple[WrittenPolynomial, ...] = parameter(
        ListOf(polynomial_node(MAX_PARAMETER_BITS)), "the h_j, which are 0 on the set"
    )
    polynomial: WrittenPolynomial = parameter(
        polynomial_node(MAX_PARAMETER_BITS), "p, of which the bound is a lower bound on the set"
    )

    @staticmethod
    def of(stated: Statement) -> NonnegativeParameters:
        """The polynomial and the set of a statement."""
        return NonnegativeParameters(
            len(stated.ring.names()),
            tuple(map(WrittenPolynomial.of, stated.inequalities)),
            tuple(map(WrittenPolynomial.of, stated.equalities)),
            WrittenPolynomial.of(stated.polynomial),
        )


def _many(factors: tuple[int, ...], _: Scope) -> str | None:
    return None if len(factors) <= _VARIABLES else f"expected at most {_VARIABLES} factors"


def _not_positive(weight: Fraction, _: Scope) -> str | None:
    return None if weight > 0 else "expected a positive weight"


def _superfluous(multiplier: Mapping[str, int], _: Scope) -> tuple[str, str] | None:
    superfluous = multiplier["constant"] and not multiplier["power"]
    return ("expected the constant 0 for the power 0", "constant") if superfluous else None


def _laborious(witness: Mapping[str, Any], scope: Scope) -> str | None:
    """A bound on the products of terms, each as long as the numbers of its matrix."""
    m = witness["field"].degree
    work = (scope["variables"] + 1) ** (2 * witness["multiplier"]["power"]) * (len(scope["polynomial"].terms) + m)
    for square in witness["squares"]:
        words = m * (1 + 3 * square["matrix"].bits // 64)
        for copy in square["copies"]:
            length = max(1, sum(len(b.terms) for b in copy["basis"]))
            factors = 1
            for index in copy["factors"]:
                factors = min(factors * max(1, len(scope["inequalities"][index].terms)), _MAX_WORK)
            work += (len(copy["basis"]) * length + length * length * factors) * words
    for h, parts in zip(scope["equalities"], witness["cofactors"], strict=True):
        work += len(h.terms) * sum(len(q.terms) for q in parts)
    if work <= _MAX_WORK:
        return None
    return f"expected an identity that needs at most {_MAX_WORK} steps, found about {work}"


_COPY = Record(
    factors=Where(ListOf(Small(0, count("len(inequalities) - 1"))), _many, f"at most {_VARIABLES}"),
    weight=Where(Rational(), _not_positive, "> 0"),
    basis=ListOf(polynomial_node(MAX_BITS), count("size"), "i"),
)
FORM = CertificateForm(
    THEOREM,
    NonnegativeParameters,
    Where(
        Record(
            field=Field(),
            multiplier=Where(Record(constant=Small(0, 1), power=Small(0, _POWER)), _superfluous),
            squares=ListOf(
                Record(
                    size=Small(1, _SIZE),
                    copies=ListOf(_COPY, index="c"),
                    matrix=Matrix("S{k}", count("size"), Proof.FACE),
                ),
                index="k",
            ),
            bound=Element(MAX_BOUND_BITS),
            cofactors=ListOf(ListOf(polynomial_node(MAX_BITS), FIELD_DEGREE), count("len(equalities)"), "j"),
        ),
        _laborious,
    ),
)


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
    stated = problem.statement
    lower = _lower_bound(exact)
    constant, power = stated.multiplier
    return Parts(
        fraction(lower.coefficients[0]) if lower.is_rational else -rounded_up((-lower).upper()),
        NonnegativeParameters.of(stated),
        {
            "bound": lower,
            "cofactors": _cofactors(exact, stated),
            "constant": constant,
            "field": exact.field,
            "power": power,
            "squares": _squares(exact, stated),
        },
        {"names": ", ".join(stated.ring.names())},
    )


def _lower_bound(exact: FaceSolution) -> FieldElement:
    """λ: the variable of a bound problem, or the given value of a plain one."""
    problem = exact.problem
    assert isinstance(problem, NonnegativeProblem)
    scalar = exact.vectors["nu"][0] if problem.goal == "bound" else exact.field(0)
    return scalar - problem.start


def _squares(exact: FaceSolution, stated: Statement) -> list[dict[str, Any]]:
    """The Gram matrices that are not zero, with their vectors of polynomials."""
    return [
        {
            "size": block.size,
            "copies": [
                {"factors": c.factors, "weight": c.weight, "basis": [WrittenPolynomial.of(b) for b in c.basis]}
                for c in block.copies
            ],
            "matrix": exact.psd[block.name],
        }
        for block in stated.blocks
        if exact.psd[block.name].rank
    ]


def _cofactors(exact: FaceSolution, stated: Statement) -> list[list[WrittenPolynomial]]:
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
                parts[k] -= factor * quadratic_form(part, copy.basis, stated.ring)
    solved = [_divided(part, stated) for part in parts]
    return [[WrittenPolynomial.of(solved[k][j]) for k in range(degree)] for j in range(len(stated.equalities))]


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
