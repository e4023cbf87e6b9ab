"""Certificates of the theorem `average-kissing-area` as typed data, their only text, and the check: the area of the cap as a ball.

Main definitions: `CapBoundDocument`, `read_cap_bound`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from kissalg.algebra.spherical_cap import contact_cap_area
from kissalg.families.three_point.audit import Gram, ratio
from kissalg.kernel.report import Claim
from kissalg.witness.parsing import (
    MAX_BOUND_BITS,
    MAX_PARAMETER_BITS,
    anything,
    malformed,
    member,
    rational,
    small,
    strings,
)

__all__ = ["CapBoundDocument", "read_cap_bound"]

_BITS = 256
_DIMENSION = 64


@dataclass(frozen=True)
class CapBoundDocument:
    """A certificate of the theorem `average-kissing-area`; there are no matrices."""

    n: int
    rho_squared: Fraction
    bound: Fraction
    provenance: Mapping[str, str]
    matrices: Mapping[str, Gram] = field(default_factory=dict)

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        return Claim(f"average-kissing({self.n})", self.bound, f"average-kissing-area, rho^2 = {self.rho_squared}")

    @property
    def degree(self) -> int:
        """There are no kernels."""
        return 0

    @property
    def terms(self) -> int:
        """One sphere."""
        return 1

    def sizes(self) -> dict[str, int]:
        """Of no matrices."""
        return {}

    def failures(self) -> Iterator[str]:
        """What is not proved."""
        square = fmpq(self.rho_squared.numerator, self.rho_squared.denominator)
        with ctx.workprec(_BITS):
            area = contact_cap_area(self.n, square, fmpq(1, 2))
            if not area * arb(fmpq(self.bound.numerator, self.bound.denominator)) >= 1:
                yield "bound times the area of the cap of an equal ball is not certainly at least 1"

    def encode(self) -> str:
        """The canonical text."""
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {"n": self.n, "rho_squared": ratio(self.rho_squared)},
            "provenance": dict(self.provenance),
            "theorem": "average-kissing-area",
            "witness": {},
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def read_cap_bound(tree: Any) -> CapBoundDocument:
    """The certificate in a tree.

    Raises:
        Finding: with the verdict MALFORMED.
    """
    parameters = member(tree, "", "parameters", anything)
    square = member(parameters, "parameters", "rho_squared", rational(MAX_PARAMETER_BITS))
    if not 1 < square < 9:
        raise malformed("expected a number strictly between 1 and 9", "parameters.rho_squared")
    return CapBoundDocument(
        n=member(parameters, "parameters", "n", small(3, _DIMENSION)),
        rho_squared=square,
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        provenance=member(tree, "", "provenance", strings),
    )
