"""Certificates of the theorem `delsarte`: their parameters, their witness, and how solutions are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.exact.rational import fraction
from kissalg.families.delsarte.model import THEOREM, DelsarteProblem
from kissalg.families.spheres.parameters import dimension_node
from kissalg.rounding import FaceMatrix, FaceSolution
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, element_numbers, rounded_up, written_field
from kissalg.witness.faces import WrittenField
from kissalg.witness.leaves import Element, Field, Matrix, Numbers, Proof, Small
from kissalg.witness.parsing import MAX_DEGREE, MAX_PARAMETER_BITS
from kissalg.witness.schema import ListOf, Record, count

__all__ = ["FORM", "DelsarteParameters", "explicit", "face"]


@dataclass(frozen=True)
class DelsarteParameters:
    """n, d, the field, and cos θ in it."""

    n: int = parameter(dimension_node(2), "the dimension of the space")
    degree: int = parameter(Small(1, MAX_DEGREE), "d: the polynomial has degree 2d")
    field: WrittenField = parameter(Field(), "the number field")
    cos: tuple[Fraction, ...] = parameter(Element(MAX_PARAMETER_BITS), "cos θ, the largest inner product of two points")


FORM = CertificateForm(
    THEOREM,
    DelsarteParameters,
    Record(
        Q=ListOf(Matrix("Q{k}", count("degree + 1 - k"), Proof.FACE), 2, "k"),
        f=Numbers("f", count("2*degree")),
    ),
)


def face(exact: FaceSolution) -> Parts:
    """The bound is the objective; rounded up if it is irrational, or if no matrix is singular.

    Then it is not the optimum.
    """
    problem = exact.problem
    assert isinstance(problem, DelsarteProblem)
    regular = all(size == rank for size, rank in exact.ranks.values())
    return _parts(problem, exact.field, exact.psd, exact.vectors["f"], exact.objective, sharp=not regular)


def explicit(
    problem: DelsarteProblem, field: NumberField, psd: Mapping[str, FaceMatrix], values: Sequence[FieldElement]
) -> Parts:
    """From the coefficients f_1, …, f_2d of a polynomial and the Gram matrices Q0, Q1.

    The bound is 1 + Σ f_k, rounded up if it is irrational.
    """
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
    cos = element_numbers(field.element(problem.cosine))
    parameters = DelsarteParameters(problem.n, problem.degree, written_field(field), cos)
    return Parts(bound, parameters, {**psd, "f": values})
