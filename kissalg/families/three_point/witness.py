"""Certificates of the theorem `three-point`: their parameters, their witness, and how solutions are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_mat

from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.errors import CertificateError
from kissalg.exact.rational import fraction
from kissalg.families.spheres.parameters import cosine_node, dimension_node
from kissalg.families.three_point.model import THEOREM, ThreePointProblem
from kissalg.rounding import DyadicVector, FaceSolution, ProvedMatrix
from kissalg.sdp.model import PsdVariable, Value
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, rounded_up
from kissalg.witness.leaves import DyadicOrNumbers, Matrix, Proof, Small
from kissalg.witness.parsing import MAX_DEGREE
from kissalg.witness.schema import Count, Keyed, ListOf, Record, Scope, count

__all__ = ["FORM", "ThreePointParameters", "face", "interior"]

_LOSSES = (0, 1, 2, 3, 2)  # d - D_j


@dataclass(frozen=True)
class ThreePointParameters:
    """n, cos θ, d and K."""

    n: int = parameter(dimension_node(3), "the dimension of the space")
    cos: Fraction = parameter(cosine_node(), "cos θ, the largest inner product of two points")
    degree: int = parameter(Small(1, MAX_DEGREE), "d: the identities have degree 2d")
    linear: int = parameter(Small(0, count("2*degree")), "K, the number of Gegenbauer terms")


def _squares(scope: Scope) -> int:
    return int(gram_basis(scope["kind"], scope["degree"] - _LOSSES[scope["j"]]).size)


FORM = CertificateForm(
    THEOREM,
    ThreePointParameters,
    Record(
        B=Matrix("B", 2, Proof.EITHER),
        F=ListOf(Matrix("F{k}", count("degree + 1 - k"), Proof.EITHER), count("degree + 1"), "k"),
        Q=ListOf(Matrix("Q{k}", count("degree + 1 - k"), Proof.EITHER), 2, "k"),
        R=Keyed(KINDS, ListOf(Matrix("R{j}.{kind}", Count("that of its basis", _squares), Proof.EITHER), 5, "j")),
        a=DyadicOrNumbers("a", count("linear")),
    ),
)


def interior(problem: ThreePointProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]) -> Parts:
    """The bound is the objective, rounded up; variables that are left out are zero."""
    values: dict[str, Value] = {}
    for name in problem.objective.coefficients:
        variable = problem.variable(name)
        if isinstance(variable, PsdVariable):
            values[name] = psd[name].value() if name in psd else fmpq_mat(variable.size, variable.size)
        else:
            values[name] = vectors[name].value() if name in vectors else [fmpq(0)] * variable.length
    return Parts(rounded_up(problem.objective_value(values)), parameters_of(problem), {**psd, **vectors})


def face(exact: FaceSolution) -> Parts:
    """The bound is the objective: on a face it is worth writing exactly.

    Raises:
        CertificateError: if the solution is irrational.
    """
    problem = exact.problem
    assert isinstance(problem, ThreePointProblem)
    if exact.field.degree > 1:
        raise CertificateError(f"a three-point certificate is rational, and this solution lies in {exact.field}")
    bound = fraction(exact.objective.coefficients[0])
    return Parts(bound, parameters_of(problem), {**exact.psd, **exact.vectors})


def parameters_of(problem: ThreePointProblem) -> ThreePointParameters:
    """The parameters of the problem."""
    return ThreePointParameters(problem.n, fraction(problem.cos), problem.degree, problem.linear)
