"""Certificates of the theorem `delsarte` as typed data, their only text, and the exact check over Q or a number field.

The problem comes from `kissalg.families.delsarte.model`: a system of linear equations over the field of the cosine.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from kissalg.exact.matrix import frobenius
from kissalg.exact.number_field import FieldElement, FieldMatrix, NumberField
from kissalg.families.delsarte.model import delsarte
from kissalg.kernel.notation.spherical_codes import code_quantity
from kissalg.kernel.report import Claim
from kissalg.witness.faces import FaceGram, FieldDocument, VectorDocument, number
from kissalg.witness.gram import ratio

__all__ = ["DelsarteDocument"]


@dataclass(frozen=True)
class DelsarteDocument:
    """A certificate of the theorem `delsarte`. `matrices` holds Q0 and Q1, `f` the coefficients f_1, …, f_2d."""

    n: int
    cos: tuple[Fraction, ...]
    degree: int
    field: FieldDocument
    bound: Fraction
    f: VectorDocument
    matrices: Mapping[str, FaceGram]
    provenance: Mapping[str, str]

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        sums = [Fraction(sum(column), self.f.denominator) for column in zip(*self.f.values, strict=True)]
        exact = self.field.claimed([1 + sums[0], *sums[1:]])
        quantity = code_quantity(self.n, self.field.text(self.cos))
        return Claim(quantity, self.bound, f"Delsarte, degree {2 * self.degree}", exact)

    @property
    def terms(self) -> int:
        """The number of linear terms."""
        return len(self.f.values)

    def number_field(self) -> NumberField:
        """The field of the witness. Raises Finding."""
        return self.field.number_field("parameters.field")

    def failures(self) -> Iterator[tuple[str, str]]:
        """What is not proved, with its path; the matrices are taken as positive semidefinite."""
        over = self.number_field()
        cos = over(*map(number, self.cos))
        if (cos + 1).sign() <= 0 or (1 - cos).sign() <= 0:
            yield "the cosine is not between -1 and 1", "parameters.cos"
            return
        f = self.f.elements(over)
        for k, value in enumerate(f):
            if value.sign() < 0:
                yield f"f_{k + 1} is negative", f"witness.f.values[{k}]"
        system = delsarte(self.n, cos, self.degree).exact_system().over(over)
        values = {name: matrix.value(over) for name, matrix in self.matrices.items()}
        values["f"] = FieldMatrix.of(over, [f])
        for row in range(system.equations):
            total = -system.right[row, 0]
            for name, matrix in values.items():
                total += _pair(system.forms[name][row], matrix)
            if not total.is_zero:
                yield f"identity (i): the coefficient number {row} is not zero", "witness"
        objective = over(1)
        for value in f:
            objective += value
        if (over(number(self.bound)) - objective).sign() < 0:
            yield "the witness proves less; the bound is too low", "bound"

    def encode(self) -> str:
        """The canonical text."""
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {
                "cos": list(map(ratio, self.cos)),
                "degree": self.degree,
                "field": self.field.to_json(),
                "n": self.n,
            },
            "provenance": dict(self.provenance),
            "theorem": "delsarte",
            "witness": {"Q": [self.matrices[f"Q{k}"].to_json() for k in range(2)], "f": self.f.to_json()},
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def _pair(form: FieldMatrix, value: FieldMatrix) -> FieldElement:
    """Σ form_ij value_ij."""
    over = form.field
    total = [fmpq(0)] * over.degree
    for i, a in enumerate(form.parts):
        for j, b in enumerate(value.parts):
            product = frobenius(a, b)
            for k, power in enumerate(over.powers[i + j]):
                total[k] += product * power
    return over(*total)
