"""One module for each theorem, parameters and witness in, hypotheses checked; and the rings, fields and cones that they share."""

from collections.abc import Callable
from typing import Protocol

from ..grammar import Node
from ..report import Claim
from . import (
    average_kissing,
    average_polynomial,
    cap_bound,
    delsarte,
    direct,
    fixed_size,
    independence,
    nonnegative,
    program,
    spherical_caps,
    three_point,
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
    "three-point-fixed-size": fixed_size.read,
    "average-kissing": average_kissing.read,
    "average-kissing-radii": average_kissing.read_radii,
    "average-kissing-area": cap_bound.read,
    "average-kissing-direct": direct.read,
    "average-kissing-polynomial": average_polynomial.read,
    "delsarte": delsarte.read,
    "spherical-caps": spherical_caps.read,
    "nonnegative": nonnegative.read,
    "independence-number": independence.read,
    "semidefinite-program": program.read,
}
