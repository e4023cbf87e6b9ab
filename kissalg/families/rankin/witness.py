"""Certificates of the theorem `rankin`: their parameters, and how they are made."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kissalg.exact.rational import fraction
from kissalg.families.rankin.model import THEOREM, RankinProblem
from kissalg.families.spheres.parameters import dimension_node
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts
from kissalg.witness.leaves import Rational
from kissalg.witness.parsing import MAX_PARAMETER_BITS
from kissalg.witness.schema import Record, Scope, Where

__all__ = ["FORM", "RankinParameters", "closed"]


def _out_of_range(cos: Fraction, _: Scope) -> str | None:
    return None if -1 < cos <= 0 else "expected -1 < cos <= 0"


@dataclass(frozen=True)
class RankinParameters:
    """n and cos θ."""

    n: int = parameter(dimension_node(2), "the dimension of the space")
    cos: Fraction = parameter(
        Where(Rational(MAX_PARAMETER_BITS), _out_of_range, "greater than -1 and at most 0"),
        "cos θ, the largest inner product of two points",
    )


FORM = CertificateForm(THEOREM, RankinParameters, Record())


def closed(problem: RankinProblem) -> Parts:
    """The bound is that of the formula, not rounded."""
    return Parts(fraction(problem.bound), RankinParameters(problem.n, fraction(problem.cos)), {})
