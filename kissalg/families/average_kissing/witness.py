"""Certificates of the theorem `average-kissing`: their parameters, their witness, and how solutions are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kissalg.errors import ParameterError
from kissalg.families.average_kissing.model import THEOREM, AverageKissingProblem
from kissalg.families.balls.candidates import repaired_candidates
from kissalg.families.balls.mesh import MAX_NODES, Mesh
from kissalg.families.balls.nodes import dimension_node, fractions, numbers_node, rationals
from kissalg.families.family import Candidate
from kissalg.solvers.float64 import Float64Solution
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.leaves import Dyadic, Matrix, Proof, Small, Text
from kissalg.witness.parsing import MAX_DEGREE
from kissalg.witness.schema import Count, ListOf, Record, Scope, Where, count

__all__ = ["FORM", "AverageKissingParameters", "candidates"]


def _mesh(scope: Scope) -> Mesh:
    return Mesh(rationals(scope["nodes"]), scope["pieces"])


def _no_mesh(pieces: str, scope: Scope) -> str | None:
    """Why there is no mesh with these nodes and pieces."""
    try:
        _mesh({**scope, "pieces": pieces})
    except ParameterError as error:
        return str(error)
    return None


@dataclass(frozen=True)
class AverageKissingParameters:
    """n, d and the mesh."""

    n: int = parameter(dimension_node(), "the dimension of the space")
    degree: int = parameter(Small(1, MAX_DEGREE), "d, the degree in the inner product")
    nodes: tuple[Fraction, ...] = parameter(numbers_node(MAX_NODES), "the sizes ξ_0, …, ξ_(N-1), which do not decrease")
    pieces: str = parameter(
        Where(Text(), _no_mesh, "of letters c and l, one for each node, the last one c"),
        "for each node l, linear up to the next one, or c, constant",
    )

    @property
    def mesh(self) -> Mesh:
        """The mesh of sizes."""
        return _mesh(vars(self))


def _order(scope: Scope) -> int:
    return len(scope["nodes"]) + int(scope["k"] == 0)


def _cells(scope: Scope) -> int:
    return len(_mesh(scope).cells)


FORM = CertificateForm(
    THEOREM,
    AverageKissingParameters,
    Record(
        F=ListOf(
            Matrix("F{k}", Count("len(nodes) + (k = 0)", _order), Proof.SQUARES),
            count("degree + 1"),
            "k",
        ),
        slopes=Dyadic("slopes", Count("cells", _cells), nonnegative=True),
    ),
)


def candidates(solution: Float64Solution) -> Iterator[Candidate]:
    """Repaired solutions with growing slack, none of which is promised to be a proof.

    Raises:
        RoundingError: if the solution is not optimal, or not close to one that can be repaired.
    """
    problem = solution.problem
    assert isinstance(problem, AverageKissingProblem)
    mesh = problem.mesh
    parameters = AverageKissingParameters(problem.n, problem.degree, fractions(mesh.nodes), mesh.pieces)
    yield from repaired_candidates(solution, problem, parameters)
