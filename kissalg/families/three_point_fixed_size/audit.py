"""A certificate of the theorem `three-point-fixed-size` as typed data, and the only text that it may have."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from kissalg.families.three_point.audit import ORBIT_KINDS, REPRESENTATIONS
from kissalg.families.three_point_fixed_size.model import fixed_size
from kissalg.kernel.report import Claim
from kissalg.sdp.model import Model
from kissalg.witness.gram import Gram, hexadecimal, power_of_two, ratio

__all__ = ["FixedSizeDocument"]


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
