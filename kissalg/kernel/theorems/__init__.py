"""One module for each theorem, parameters and witness in, hypotheses checked; and the rings, fields and cones that they share."""

from collections.abc import Callable
from typing import Protocol

from ..grammar import Node
from ..report import Claim
from . import (
    average_kissing,
    average_kissing_area,
    average_kissing_direct,
    average_kissing_polynomial,
    delsarte,
    independence_number,
    nonnegative,
    semidefinite_program,
    spherical_caps,
    three_point,
    three_point_fixed_size,
)

__all__ = ["THEOREMS", "Certificate"]


class Certificate(Protocol):
    """A certificate that has been read completely, and not yet believed."""

    @property
    def claim(self) -> Claim:
        """What it claims."""

    def prove(self) -> None:
        """Raise Rejected unless the claim is proved."""


THEOREMS: dict[str, Callable[[Node, Node, Node], Certificate]] = {
    "three-point": three_point.read,
    "three-point-fixed-size": three_point_fixed_size.read,
    "average-kissing": average_kissing.read,
    "average-kissing-radii": average_kissing.read_radii,
    "average-kissing-area": average_kissing_area.read,
    "average-kissing-direct": average_kissing_direct.read,
    "average-kissing-polynomial": average_kissing_polynomial.read,
    "delsarte": delsarte.read,
    "spherical-caps": spherical_caps.read,
    "nonnegative": nonnegative.read,
    "independence-number": independence_number.read,
    "semidefinite-program": semidefinite_program.read,
}
