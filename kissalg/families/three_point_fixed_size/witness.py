"""Certificates of the theorem `three-point-fixed-size`.

Their parameters, their witness, and how solutions are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.errors import CertificateError
from kissalg.exact.rational import fraction
from kissalg.families.spheres.parameters import cosine_node, dimension_node
from kissalg.families.three_point_fixed_size.model import THEOREM, FixedSizeProblem
from kissalg.rounding import DyadicVector, ProvedMatrix, prove_exactly
from kissalg.sdp.terms import orbit_exponents
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts
from kissalg.witness.leaves import Dyadic, Matrix, Small
from kissalg.witness.parsing import MAX_DEGREE
from kissalg.witness.schema import Count, Keyed, ListOf, Record, Scope, count

__all__ = ["FORM", "FixedSizeParameters", "interior"]

_MAX_SIZE = 10**8
_ORBIT_KINDS = {"anti": 2, "sym": 1}  # by how much the degree of a basis is lower than D


@dataclass(frozen=True)
class FixedSizeParameters:
    """n, cos θ, D, d and N."""

    n: int = parameter(dimension_node(3), "the dimension of the space")
    cos: Fraction = parameter(cosine_node(), "cos θ, the largest inner product of two points")
    squares: int = parameter(Small(1, MAX_DEGREE), "D, the degree of the sums of squares")
    degree: int = parameter(Small(1, count("squares")), "d, the degree of the kernels")
    size: int = parameter(Small(3, _MAX_SIZE), "N, the size of the code that does not exist")


def _triples(scope: Scope) -> int:
    return int(gram_basis(scope["kind"], scope["squares"] - 2 * scope["j"]).size)


def _orbits(scope: Scope) -> int:
    return len(orbit_exponents(scope["squares"] - _ORBIT_KINDS[scope["kind"]]))


_OF_BASIS = "that of its basis"
FORM = CertificateForm(
    THEOREM,
    FixedSizeParameters,
    Record(
        F=ListOf(Matrix("F{k}", count("degree + 1 - k")), count("degree + 1"), "k"),
        G=Keyed(tuple(_ORBIT_KINDS), ListOf(Matrix("G{j}.{kind}", Count(_OF_BASIS, _orbits)), 3, "j")),
        R=Keyed(KINDS, ListOf(Matrix("R{j}.{kind}", Count(_OF_BASIS, _triples)), 2, "j")),
        e=Dyadic("e", 1, single=True),
    ),
)


def interior(problem: FixedSizeProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]) -> Parts:
    """The bound is N - 1; variables that are left out are zero, kernels that are given are those of the problem.

    Raises:
        CertificateError: if e = 0: the values prove nothing.
    """
    slack = vectors.get("e", DyadicVector((1,), 0))  # a problem without the variable has e = 1
    (e,) = slack.values
    if e <= 0:
        raise CertificateError(
            f"the witness proves nothing: expected e > 0, found e = {e}. "
            f"Raise the degree of the sums of squares ({problem.squares})"
        )
    kernels = {name: prove_exactly(value) for name, value in problem.kernels.items()}
    parameters = FixedSizeParameters(problem.n, fraction(problem.cos), problem.squares, problem.degree, problem.size)
    return Parts(Fraction(problem.size - 1), parameters, {**kernels, **psd, "e": slack})
