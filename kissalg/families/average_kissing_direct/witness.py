"""Certificates of the theorem `average-kissing-direct`: parameters, witness, and how solutions are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kissalg.exact.rational import fraction
from kissalg.families.average_kissing_direct.model import FARTHEST, MAX_RADII, THEOREM, DirectProblem
from kissalg.families.average_kissing_direct.squares import direct_squares
from kissalg.families.balls.nodes import dimension_node, fractions, radii_node
from kissalg.families.family import Candidate
from kissalg.solvers import NumericSolution
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, rounded_up
from kissalg.witness.leaves import Matrix, Proof, Rational, Small
from kissalg.witness.parsing import MAX_DEGREE, MAX_PARAMETER_BITS
from kissalg.witness.provenance import provenance_of
from kissalg.witness.schema import ListOf, Record, Scope, Where, count

__all__ = ["FORM", "DirectParameters", "advice", "candidates"]


def _even(degree: int, _: Scope) -> str | None:
    return None if degree % 2 else "expected an odd degree"


@dataclass(frozen=True)
class DirectParameters:
    """n, d and the radii."""

    n: int = parameter(dimension_node(), "the dimension of the space")
    degree: int = parameter(Where(Small(1, MAX_DEGREE), _even, "(odd)"), "d, the degree of the polynomials p_ij")
    radii: tuple[Fraction, ...] = parameter(radii_node(MAX_RADII), "r_1, …, r_m")


def _too_far(scale: Fraction, scope: Scope) -> str | None:
    if 0 < scale * (2 * scope["radii"][-1]) ** 2 <= FARTHEST:
        return None
    return f"expected a positive scale, at most {FARTHEST} for the largest diameter"


FORM = CertificateForm(
    THEOREM,
    DirectParameters,
    Record(
        X=ListOf(Matrix("X{k}", count("len(radii) * ((degree + 1) // 2)"), Proof.SQUARES), 2, "k"),
        scale=Where(Rational(MAX_PARAMETER_BITS), _too_far, f"> 0, at most {FARTHEST}/(2 r_m)²"),
    ),
)


def candidates(solution: NumericSolution) -> Iterator[Candidate]:
    """Rounded matrices, each finer than the ones before; the bound that they prove, rounded up.

    Raises:
        RoundingError: if the solution is not optimal, or a matrix is not positive definite.
    """
    problem = solution.problem
    assert isinstance(problem, DirectProblem)
    parameters = DirectParameters(problem.n, problem.degree, fractions(problem.radii))
    for exact in direct_squares(solution, problem):
        first, second = exact.matrices
        values = {"X0": first, "X1": second, "scale": fraction(problem.scale)}
        yield Parts(rounded_up(exact.bound), parameters, values), provenance_of(solution, exact.tolerance)


def advice(problem: DirectProblem) -> str:
    """What to do if the kernel accepts none of them."""
    return "Solve with more bits, or with a larger gap"
