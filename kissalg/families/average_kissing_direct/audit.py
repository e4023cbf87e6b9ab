"""Certificates of the theorem `average-kissing-direct` as typed data, their only text, and the exact check.

The polynomials come from `kissalg.families.average_kissing_direct.model`, by Laguerre's recurrence; inequalities are proved in ball arithmetic.

Main definitions: `DirectDocument`, `read_direct`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_poly

from kissalg.exact.nonpositive import certainly_nonpositive
from kissalg.families.average_kissing_direct.model import THEOREM, pair_polynomial, proved_degree
from kissalg.families.three_point.audit import Gram, ratio
from kissalg.kernel.report import Claim
from kissalg.witness.matrices import gram
from kissalg.witness.parsing import (
    MAX_BOUND_BITS,
    MAX_DEGREE,
    MAX_DIMENSION,
    MAX_PARAMETER_BITS,
    anything,
    items,
    malformed,
    member,
    rational,
    small,
    strings,
)

__all__ = ["DirectDocument", "read_direct"]

_RADII = 16
_CONTACT = 256  # the largest scale times the square of the largest diameter


@dataclass(frozen=True)
class DirectDocument:
    """A certificate of the theorem `average-kissing-direct`. `matrices` holds X0 and X1."""

    n: int
    degree: int
    radii: tuple[Fraction, ...]
    scale: Fraction
    bound: Fraction
    matrices: Mapping[str, Gram]
    provenance: Mapping[str, str]

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        radii = ",".join(map(str, self.radii))
        return Claim(f"average-kissing({self.n};{radii})", self.bound, f"{THEOREM}, degree {self.degree}")

    @property
    def terms(self) -> int:
        """The number of radii."""
        return len(self.radii)

    def sizes(self) -> dict[str, int]:
        """The orders that the matrices must have."""
        return dict.fromkeys(("X0", "X1"), self.terms * (self.degree + 1) // 2)

    def failures(self) -> Iterator[str]:
        """Which conditions are not proved; the matrices are taken as positive semidefinite."""
        exact = [self.matrices[name].matrix() for name in ("X0", "X1")]
        radii = [fmpq(r.numerator, r.denominator) for r in self.radii]
        scale = fmpq(self.scale.numerator, self.scale.denominator)
        pairs = [(i, j) for i in range(self.terms) for j in range(i + 1)]
        half = (self.degree + 1) // 2
        polynomials = {pair: pair_polynomial(self.n, pair, exact, half) for pair in pairs}
        proved = proved_degree(polynomials, radii, scale)
        if proved is None:
            yield "(ii): a function is not negative at a contact"
        elif proved > fmpq(self.bound.numerator, self.bound.denominator):
            yield "bound: the witness proves less"
        for (i, j), polynomial in polynomials.items():
            start = scale * (radii[i] + radii[j]) ** 2
            if not certainly_nonpositive(_on_ray(polynomial, start, self.degree), fmpq(0), fmpq(1)):
                yield f"(i) for the radii number {i} and {j}"

    def encode(self) -> str:
        """The canonical text."""
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {"degree": self.degree, "n": self.n, "radii": [ratio(r) for r in self.radii]},
            "provenance": dict(self.provenance),
            "theorem": THEOREM,
            "witness": {"X": [self.matrices[name].to_json() for name in ("X0", "X1")], "scale": ratio(self.scale)},
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def _on_ray(polynomial: fmpq_poly, start: fmpq, degree: int) -> fmpq_poly:
    """(1-v)^d p(start + d v/(1-v)), which is nowhere positive on [0, 1] if and only if p is nowhere positive from `start` on."""
    moved = polynomial(fmpq_poly([start, degree]))
    total = fmpq_poly([])
    for k in range(degree + 1):
        total += moved[k] * fmpq_poly([0, 1]) ** k * fmpq_poly([1, -1]) ** (degree - k)
    return total


def read_direct(tree: Any) -> DirectDocument:
    """The certificate in a tree.

    Raises:
        Finding: with the verdict MALFORMED.
    """
    parameters = member(tree, "", "parameters", anything)
    degree = member(parameters, "parameters", "degree", small(1, MAX_DEGREE))
    radii = member(parameters, "parameters", "radii", items(rational(MAX_PARAMETER_BITS)))
    if degree % 2 == 0 or not 1 <= len(radii) <= _RADII:
        raise malformed(f"expected an odd degree and between 1 and {_RADII} radii", "parameters")
    if radii[0] <= 0 or any(low >= high for low, high in pairwise(radii)):
        raise malformed("expected positive, strictly increasing radii", "parameters.radii")
    witness = member(tree, "", "witness", anything)
    scale = member(witness, "witness", "scale", rational(MAX_PARAMETER_BITS))
    if not 0 < scale * (2 * radii[-1]) ** 2 <= _CONTACT:
        raise malformed(f"expected a positive scale, at most {_CONTACT} for the largest diameter", "witness.scale")
    blocks = member(witness, "witness", "X", items(gram, 2))
    if any(block.shift is not None for block in blocks):
        raise malformed("expected matrices without shift and correction", "witness.X")
    return DirectDocument(
        n=member(parameters, "parameters", "n", small(3, MAX_DIMENSION)),
        degree=degree,
        radii=radii,
        scale=scale,
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        matrices={f"X{index}": block for index, block in enumerate(blocks)},
        provenance=member(tree, "", "provenance", strings),
    )
