"""One module for each theorem: statement, proof, and the check of a certificate. `THEOREMS` lists them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..grammar import Node
from ..notation import (
    average_kissing_numbers,
    caps,
    independence_numbers,
    polynomials,
    semidefinite_programs,
    spherical_codes,
)
from ..report import Claim
from . import (
    average_kissing,
    average_kissing_area,
    average_kissing_direct,
    average_kissing_polynomial,
    average_kissing_radii,
    delsarte,
    independence_number,
    nonnegative,
    rankin,
    semidefinite_program,
    spherical_caps,
    three_point,
    three_point_fixed_size,
)

__all__ = ["THEOREMS", "Certificate", "Theorem", "parse_expectation"]


class Certificate(Protocol):
    """A certificate that has been read completely, and not yet believed."""

    @property
    def claim(self) -> Claim:
        """What it claims."""

    def prove(self) -> None:
        """Raise Rejected unless the claim is proved."""


@dataclass(frozen=True)
class Theorem:
    """A theorem by the name that it has in certificates.

    `read` makes a certificate of its parameters, bound and witness, or raises Malformed; `notation` reads claims about
    its quantity in words.
    """

    name: str
    read: Callable[[Node, Node, Node], Certificate]
    notation: Callable[[str], Claim | None]


THEOREMS: tuple[Theorem, ...] = (
    Theorem("three-point", three_point.read, spherical_codes.read_claim),
    Theorem("three-point-fixed-size", three_point_fixed_size.read, spherical_codes.read_claim),
    Theorem("average-kissing", average_kissing.read, average_kissing_numbers.read_claim),
    Theorem("average-kissing-radii", average_kissing_radii.read, average_kissing_numbers.read_claim),
    Theorem("average-kissing-area", average_kissing_area.read, average_kissing_numbers.read_claim),
    Theorem("average-kissing-direct", average_kissing_direct.read, average_kissing_numbers.read_claim),
    Theorem("average-kissing-polynomial", average_kissing_polynomial.read, average_kissing_numbers.read_claim),
    Theorem("delsarte", delsarte.read, spherical_codes.read_claim),
    Theorem("rankin", rankin.read, spherical_codes.read_claim),
    Theorem("spherical-caps", spherical_caps.read, caps.read_claim),
    Theorem("nonnegative", nonnegative.read, polynomials.read_claim),
    Theorem("independence-number", independence_number.read, independence_numbers.read_claim),
    Theorem("semidefinite-program", semidefinite_program.read, semidefinite_programs.read_claim),
)


def parse_expectation(text: str) -> Claim:
    """Read a claim as a verdict prints it, or with other spaces, decimals or fractions.

    `A(n, cos) <= bound`, `average-kissing(n) <= bound`, `average-kissing(n; r1, r2) <= bound`,
    `cap-density(n; cos1, cos2) <= bound`, `caps(n; cos1, cos2; w1, w2) <= bound`, `alpha(graph6) <= bound`,
    `alpha(graph6; w1, w2, …) = value`, `sdp(sha256:…) >= bound`, or a lower bound of a polynomial in x1, x2, … with its
    conditions. Cosines and bounds may be of the form 1/4 + 1/4*sqrt(5); those of other fields are copied from a
    verdict. A decimal after an irrational bound says nothing more. Raises ValueError for anything else.

        >>> parse_expectation("A(4, 1/2) <= 24.5").bound
        Fraction(49, 2)
    """
    try:
        for notation in dict.fromkeys(theorem.notation for theorem in THEOREMS):
            claim = notation(text)
            if claim is not None:
                return claim
    except ZeroDivisionError:
        raise ValueError(f"a denominator is zero in {text[:80]!a}") from None
    wanted = '"A(4,1/2) <= 24.2" or "x1^2 - x1 >= -1/4 where x1 >= 0"'
    raise ValueError(f"expected a claim such as {wanted}, found {text[:80]!a}")
