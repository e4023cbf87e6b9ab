"""A certificate as typed data, and the only text that it may have.

`Document.encode` writes the canonical text of docs/certificate-format.md, version 1. A file is accepted by
`read_document` only if encoding what was read gives back every byte of it: the writer is the grammar.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from kissalg.audit.faces import FaceGram
from kissalg.audit.gram import Gram, hexadecimal, power_of_two, ratio
from kissalg.bounds.fixed_size import fixed_size
from kissalg.bounds.three_point import three_point
from kissalg.kernel.report import Claim
from kissalg.sdp.model import Model

__all__ = [
    "MULTIPLIERS",
    "ORBIT_KINDS",
    "REPRESENTATIONS",
    "Document",
    "FixedSizeDocument",
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


@dataclass(frozen=True)
class FixedSizeDocument:
    """A certificate of the theorem `three-point-fixed-size`; the interface is that of `Document`.

    `matrices` holds F0, …, R0.trv, …, R1.std, G0.sym, …, G2.anti (blocks of size 0 included).
    """

    n: int
    cos: Fraction
    degree: int
    squares: int
    size: int
    bound: Fraction
    e_exponent: int
    e_value: int
    matrices: Mapping[str, Gram]
    provenance: Mapping[str, str]

    def __repr__(self) -> str:
        return f"FixedSizeDocument({self.claim}, size={self.size}, degrees {self.degree} and {self.squares})"

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        sizes = f"no code of {self.size} points, degrees {self.degree} and {self.squares}"
        return Claim(f"A({self.n},{self.cos})", self.bound, f"three-point-fixed-size, {sizes}")

    @property
    def terms(self) -> int:
        """The number of linear terms: this theorem has none."""
        return 0

    @property
    def vectors(self) -> Mapping[str, list[fmpq]]:
        """The nonnegative variable e."""
        return {"e": [self.e_value * power_of_two(-self.e_exponent)]}

    def model(self) -> Model:
        """The problem that the witness is to solve."""
        return fixed_size(self.n, self.cos, self.size, self.degree, self.squares)

    def proved_bound(self, objective: Fraction) -> Fraction:
        """N - 1, if e > 0; the objective is -e."""
        return Fraction(self.size - 1)

    def refusal(self) -> tuple[str, str] | None:
        """Why the signs of the numbers exclude a proof, with the path; None if they do not."""
        return None if self.e_value > 0 else ("e is not positive", "witness.e")

    def encode(self) -> str:
        """The canonical text."""
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {
                "cos": ratio(self.cos),
                "degree": self.degree,
                "n": self.n,
                "size": self.size,
                "squares": self.squares,
            },
            "provenance": dict(self.provenance),
            "theorem": "three-point-fixed-size",
            "witness": {
                "F": [self.matrices[f"F{k}"].to_json() for k in range(self.degree + 1)],
                "G": {name: [self.matrices[f"G{j}.{name}"].to_json() for j in range(3)] for name in ORBIT_KINDS},
                "R": {name: [self.matrices[f"R{j}.{name}"].to_json() for j in range(2)] for name in REPRESENTATIONS},
                "e": {"exponent": self.e_exponent, "value": hexadecimal(self.e_value)},
            },
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))
