"""A certificate as typed data, and the only text that it may have.

`Document.encode` writes the canonical text of docs/certificate-format.md, version 1. A file is accepted by
`read_document` only if encoding what was read gives back every byte of it: the writer is the grammar.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpz_mat

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
class Gram:
    """A symmetric matrix X = Σ_j 2^(-exponents[j]) c_j c_jᵀ + 2^(-shift) I + A, as it stands in the file.

    Attributes:
        columns: c_0, …, c_{n-1}; column j holds its n-j entries on and below the diagonal.
        exponents: n integers.
        shift: None if there is no correction.
        denominator: of the correction A; None if there is none.
        entries: of the correction A on and below the diagonal, as (row, column, numerator).

    Example:
        >>> Gram(((2, 1), (3,)), (1, 0), None, None, ()).matrix()
        [2, 1]
        [1, 19/2]
    """

    columns: tuple[tuple[int, ...], ...]
    exponents: tuple[int, ...]
    shift: int | None
    denominator: int | None
    entries: tuple[tuple[int, int, int], ...]

    def __repr__(self) -> str:
        corrected = f", correction of {len(self.entries)} entries" if self.denominator is not None else ""
        return f"Gram(size={self.size}, bits={self.bits}{corrected})"

    @property
    def size(self) -> int:
        """The order n of the matrix."""
        return len(self.columns)

    @cached_property
    def bits(self) -> int:
        """The length of the longest integer, in bits."""
        numbers = [entry for column in self.columns for entry in column] + [entry for _, _, entry in self.entries]
        return max((number.bit_length() for number in (*numbers, self.denominator or 0)), default=0)

    def matrix(self) -> fmpq_mat:
        """X, exactly: one integer matrix product, then the shift and the correction."""
        n = self.size
        high = max(self.exponents, default=0)
        # 2^(-e_j) = 2^(high - e_j) / 2^high: the scaled columns are integers.
        factor = fmpz_mat(n, n, [self.columns[j][i - j] if i >= j else 0 for i in range(n) for j in range(n)])
        scaled = fmpz_mat(
            n,
            n,
            [self.columns[j][i - j] << (high - self.exponents[j]) if i >= j else 0 for i in range(n) for j in range(n)],
        )
        result = fmpq_mat(scaled * factor.transpose()) * _power_of_two(-high)
        if self.shift is not None:
            tiny = _power_of_two(-self.shift)
            for i in range(n):
                result[i, i] += tiny
        for i, j, numerator in self.entries:
            assert self.denominator is not None
            value = fmpq(numerator, self.denominator)
            result[i, j] += value
            if i != j:
                result[j, i] += value
        return result

    def to_json(self) -> dict[str, object]:
        """The object of the file."""
        correction = None
        if self.denominator is not None:
            correction = {
                "denominator": hexadecimal(self.denominator),
                "entries": [[i, j, hexadecimal(numerator)] for i, j, numerator in self.entries],
            }
        return {
            "columns": [" ".join(map(hexadecimal, column)) for column in self.columns],
            "correction": correction,
            "exponents": list(self.exponents),
            "shift": self.shift,
        }


@dataclass(frozen=True)
class Document:
    """A certificate of the theorem `three-point`: parameters, claimed bound, witness, provenance.

    `matrices` holds the PSD variables under the names of the model: B, F0, …, Q0, Q1, R0.trv, … R4.std (blocks of size
    0 included).
    """

    n: int
    cos: Fraction
    degree: int
    linear: int
    bound: Fraction
    a_exponent: int
    a_values: tuple[int, ...]
    matrices: Mapping[str, Gram]
    provenance: Mapping[str, str]

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
        scale = _power_of_two(-self.a_exponent)
        return [value * scale for value in self.a_values]

    def encode(self) -> str:
        """The canonical text."""
        names = range(MULTIPLIERS)
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
                "a": {"exponent": self.a_exponent, "values": list(map(hexadecimal, self.a_values))},
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
        return {"e": [self.e_value * _power_of_two(-self.e_exponent)]}

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


def hexadecimal(value: int) -> str:
    """An integer as it stands in a file."""
    return f"{value:x}"


def ratio(value: Fraction) -> str:
    """A rational number as it stands in a file."""
    return f"{value.numerator:x}/{value.denominator:x}"


def _power_of_two(exponent: int) -> fmpq:
    return fmpq(1 << exponent) if exponent >= 0 else fmpq(1, 1 << -exponent)
