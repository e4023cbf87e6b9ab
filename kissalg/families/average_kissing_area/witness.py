"""Certificates of the theorem `average-kissing-area`: their parameters, and how they are made."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kissalg.algebra.spherical_cap import area_bound
from kissalg.exact.rational import fraction
from kissalg.families.average_kissing_area.model import AREA_BITS, MAX_DIMENSION, THEOREM, AverageKissingAreaProblem
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, rounded_up
from kissalg.witness.leaves import Rational, Small
from kissalg.witness.parsing import MAX_PARAMETER_BITS
from kissalg.witness.schema import Record, Scope, Where

__all__ = ["FORM", "AverageKissingAreaParameters", "closed"]


def _out_of_range(rho_squared: Fraction, _: Scope) -> str | None:
    return None if 1 < rho_squared < 9 else "expected a number strictly between 1 and 9"


@dataclass(frozen=True)
class AverageKissingAreaParameters:
    """n and ρ²."""

    n: int = parameter(Small(3, MAX_DIMENSION), "the dimension of the space")
    rho_squared: Fraction = parameter(
        Where(Rational(MAX_PARAMETER_BITS), _out_of_range, "strictly between 1 and 9"),
        "ρ², ρ the radius of the sphere",
    )


FORM = CertificateForm(THEOREM, AverageKissingAreaParameters, Record())


def closed(problem: AverageKissingAreaProblem) -> Parts:
    """The bound is 1/α_ρ(1), rounded up."""
    value = area_bound(problem.n, problem.rho_squared)
    # the area that the kernel computes is up to 2^-100 smaller
    bound = rounded_up(value * (1 + value / 2 ** (AREA_BITS + 8)))
    return Parts(bound, AverageKissingAreaParameters(problem.n, fraction(problem.rho_squared)), {})
