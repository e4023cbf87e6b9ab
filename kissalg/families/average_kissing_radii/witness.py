"""Certificates of the theorem `average-kissing-radii`: parameters, witness, and how solutions are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kissalg.families.average_kissing_radii.model import THEOREM, AverageKissingRadiiProblem
from kissalg.families.balls.candidates import repaired_candidates
from kissalg.families.balls.mesh import MAX_NODES
from kissalg.families.balls.nodes import dimension_node, fractions, radii_node
from kissalg.families.family import Candidate
from kissalg.solvers.float64 import Float64Solution
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.leaves import Matrix, Proof, Small
from kissalg.witness.parsing import MAX_DEGREE
from kissalg.witness.schema import Count, ListOf, Record, Scope, count

__all__ = ["FORM", "AverageKissingRadiiParameters", "candidates"]


@dataclass(frozen=True)
class AverageKissingRadiiParameters:
    """n, d and the radii."""

    n: int = parameter(dimension_node(), "the dimension of the space")
    degree: int = parameter(Small(1, MAX_DEGREE), "d, the degree in the inner product")
    radii: tuple[Fraction, ...] = parameter(radii_node(MAX_NODES), "r_0, …, r_(m-1)")


def _order(scope: Scope) -> int:
    return len(scope["radii"]) + int(scope["k"] == 0)


_KERNELS = ListOf(
    Matrix("{c}.F{k}", Count("len(radii) + (k = 0)", _order), Proof.SQUARES),
    count("degree + 1"),
    "k",
)
FORM = CertificateForm(
    THEOREM,
    AverageKissingRadiiParameters,
    Record(centres=ListOf(Record(F=_KERNELS), count("len(radii)"), "c")),
)


def candidates(solution: Float64Solution) -> Iterator[Candidate]:
    """Repaired solutions with growing slack, none of which is promised to be a proof.

    Raises:
        RoundingError: if the solution is not optimal, or not close to one that can be repaired.
    """
    problem = solution.problem
    assert isinstance(problem, AverageKissingRadiiProblem)
    parameters = AverageKissingRadiiParameters(problem.n, problem.degree, fractions(problem.radii))
    yield from repaired_candidates(solution, problem, parameters)
