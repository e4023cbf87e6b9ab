"""Certificates of the theorem `average-kissing-polynomial`: parameters, witness, and how solutions are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kissalg.exact.rational import fraction
from kissalg.families.average_kissing_polynomial.model import (
    MAX_ORDER,
    SWAP_KINDS,
    THEOREM,
    AveragePolynomialProblem,
    square_exponents,
)
from kissalg.families.balls.nodes import dimension_node
from kissalg.rounding import DyadicVector, ProvedMatrix
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, rounded_up
from kissalg.witness.leaves import Matrix, Rational, Small
from kissalg.witness.parsing import MAX_DEGREE, MAX_PARAMETER_BITS
from kissalg.witness.schema import Count, Keyed, ListOf, Record, Scope, Where, count

__all__ = ["FORM", "AveragePolynomialParameters", "interior"]

_MULTIPLIERS = 7


def _odd(value: int, _: Scope) -> str | None:
    return "expected an even number" if value % 2 else None


def _no_size(first: Fraction, _: Scope) -> str | None:
    return None if 0 < first < Fraction(1, 2) else "expected a number strictly between 0 and 1/2"


def _zero(values: tuple[Fraction, ...], _: Scope) -> str | None:
    return None if any(values) else "expected a polynomial that is not zero"


@dataclass(frozen=True)
class AveragePolynomialParameters:
    """n, d, N, ξ_0 and e."""

    n: int = parameter(dimension_node(), "the dimension of the space")
    degree: int = parameter(Where(Small(2, MAX_DEGREE), _odd, "(even)"), "d, the degree in the inner product")
    order: int = parameter(Where(Small(2, MAX_ORDER), _odd, "(even)"), "N, the degree in the coordinate of sizes")
    first: Fraction = parameter(
        Where(Rational(MAX_PARAMETER_BITS), _no_size, "strictly between 0 and 1/2"), "ξ_0, the least size with a weight"
    )
    power: int = parameter(Small(1, 2), "e, the power in the coordinate of sizes")


def _kernel(scope: Scope) -> int:
    return int(scope["order"]) + 1 + int(scope["k"] == 0)


def _square(scope: Scope) -> int:
    return len(square_exponents(scope["degree"], scope["order"], scope["power"], scope["j"], scope["kind"]))


_KERNELS = ListOf(Matrix("F{k}", Count("order + 1 + (k = 0)", _kernel)), count("degree + 1"), "k")
_SQUARES = ListOf(Matrix("Q{j}.{kind}", Count("that of its basis", _square)), _MULTIPLIERS, "j")
FORM = CertificateForm(
    THEOREM,
    AveragePolynomialParameters,
    Record(
        F=_KERNELS,
        Q=Keyed(SWAP_KINDS, _SQUARES),
        f=Where(ListOf(Rational(MAX_PARAMETER_BITS), count("order + 1")), _zero, "not all zero"),
    ),
)


def interior(
    problem: AveragePolynomialProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]
) -> Parts:
    """The bound is t_0, rounded up; the squares of (L), (W) and (E) are left to the kernel to find."""
    sizes, order = problem.sizes, problem.order
    parameters = AveragePolynomialParameters(problem.n, problem.degree, order, fraction(sizes.first), sizes.power)
    root = [problem.root[k] for k in range(order + 1)]
    return Parts(rounded_up(psd["F0"].value()[0, 0]), parameters, {**psd, **vectors, "f": root})
