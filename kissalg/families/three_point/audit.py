"""A certificate as typed data, and the only text that it may have.

`Document.encode` writes the canonical text of docs/certificate-format.md, version 1. A file is accepted by
`read_document` only if encoding what was read gives back every byte of it: the writer is the grammar.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from kissalg.families.three_point.model import three_point
from kissalg.kernel.report import Claim
from kissalg.sdp.model import Model
from kissalg.witness.faces import FaceGram
from kissalg.witness.gram import Gram, hexadecimal, power_of_two, ratio

__all__ = [
    "MULTIPLIERS",
    "ORBIT_KINDS",
    "REPRESENTATIONS",
    "Document",
    "Gram",
    "hexadecimal",
    "ratio",
]

MULTIPLIERS = 5
REPRESENTATIONS = ("alt", "std", "trv")
ORBIT_KINDS = ("anti", "sym")


@dataclass(frozen=True)
class Document:
    """A certificate of the theorem `three-point`: parameters, claimed bound, witness, provenance.

    `matrices` holds the PSD variables under the names of the model: B, F0, …, Q0, Q1, R0.trv, … R4.std (blocks of size
    0 included), on a face or not. On a face the a_k may have a denominator in place of the exponent, which is 0 then.
    """

    n: int
    cos: Fraction
    degree: int
    linear: int
    bound: Fraction
    a_exponent: int
    a_values: tuple[int, ...]
    matrices: Mapping[str, Gram | FaceGram]
    provenance: Mapping[str, str]
    a_denominator: int | None = None

    def __repr__(self) -> str:
        return f"Document({self.claim}, degree={self.degree}, linear={self.linear}, {len(self.matrices)} matrices)"

    @property
    def vectors(self) -> Mapping[str, list[fmpq]]:
        """The nonnegative variables of the model: a, if there are any terms."""
        return {"a": self.a()} if self.linear else {}

    def model(self) -> Model:
        """The problem that the witness is to solve."""
        return three_point(self.n, self.cos, self.degree, self.linear)

    def proved_bound(self, objective: Fraction) -> Fraction:
        """What a witness with this objective proves."""
        return objective

    def refusal(self) -> tuple[str, str] | None:
        """Why the signs of the numbers exclude a proof, with the path; None if they do not."""
        negative = (index for index, value in enumerate(self.a_values) if value < 0)
        return next(((f"a_{index + 1} is negative", f"witness.a.values[{index}]") for index in negative), None)

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        theorem = f"three-point, degree {self.degree}, {self.linear} Gegenbauer terms"
        return Claim(f"A({self.n},{self.cos})", self.bound, theorem)

    @property
    def terms(self) -> int:
        """The number of linear terms."""
        return self.linear

    def a(self) -> list[fmpq]:
        """The coefficients a_1, …, a_K, exactly."""
        scale = power_of_two(-self.a_exponent) if self.a_denominator is None else fmpq(1, self.a_denominator)
        return [value * scale for value in self.a_values]

    def encode(self) -> str:
        """The canonical text."""
        names = range(MULTIPLIERS)
        unit: dict[str, object] = {"exponent": self.a_exponent}
        if self.a_denominator is not None:
            unit = {"denominator": hexadecimal(self.a_denominator)}
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {"cos": ratio(self.cos), "degree": self.degree, "linear": self.linear, "n": self.n},
            "provenance": dict(self.provenance),
            "theorem": "three-point",
            "witness": {
                "B": self.matrices["B"].to_json(),
                "F": [self.matrices[f"F{k}"].to_json() for k in range(self.degree + 1)],
                "Q": [self.matrices[f"Q{k}"].to_json() for k in range(2)],
                "R": {name: [self.matrices[f"R{j}.{name}"].to_json() for j in names] for name in REPRESENTATIONS},
                "a": {**unit, "values": list(map(hexadecimal, self.a_values))},
            },
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))
