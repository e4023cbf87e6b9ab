"""Certificates of the theorem `spherical-caps` as typed data, their only text, and the exact check.

The identities come from `kissalg.families.spherical_caps.model`; angles are compared exactly in the field of the cosines, areas in ball arithmetic.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from kissalg.algebra.spherical_cap import cap_area
from kissalg.exact.number_field import NumberField
from kissalg.families.spherical_caps.model import caps_model
from kissalg.kernel.notation.caps import caps_quantity
from kissalg.kernel.report import Claim
from kissalg.witness.faces import FaceGram, FieldDocument, number
from kissalg.witness.gram import Gram, ratio
from kissalg.witness.matrices import element, face, gram, number_field
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

__all__ = ["SphericalCapsDocument", "read_spherical_caps"]

_MAX_SIZES = 16
_DENSITY_DIMENSION = 64
_BITS = 256


@dataclass(frozen=True)
class SphericalCapsDocument:
    """A certificate of the theorem `spherical-caps`. `matrices` holds the PSD variables under the names of the model: F0, …, S0.0, T0.0, …."""

    n: int
    degree: int
    field: FieldDocument
    cosines: tuple[tuple[Fraction, ...], ...]
    weights: tuple[Fraction, ...]
    density: bool
    ends: tuple[Fraction, ...]
    bound: Fraction
    matrices: Mapping[str, Gram | FaceGram]
    provenance: Mapping[str, str]

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        weights = None if self.density else self.weights
        quantity = caps_quantity(self.n, [self.field.text(c) for c in self.cosines], weights)
        return Claim(quantity, self.bound, f"spherical caps, {self.terms} sizes, degree {2 * self.degree}")

    @property
    def terms(self) -> int:
        """The number of sizes."""
        return len(self.cosines)

    def path(self, name: str) -> str:
        """Where a matrix stands in the file."""
        if name[0] == "F":
            return f"witness.F[{name[1:]}]"
        return f"witness.Q[{_pairs(self.terms).index(name[1:])}][{'ST'.index(name[0])}]"

    def failures(self) -> Iterator[tuple[str, str]]:
        """What is not proved, with its path; the matrices are taken as positive semidefinite."""
        over = self.field.number_field("parameters.field")
        cosines = [over(*map(number, c)) for c in self.cosines]
        for i, c in enumerate(cosines):
            if (c + 1).sign() <= 0 or (1 - c).sign() <= 0:
                yield "the cosine is not strictly between -1 and 1", f"parameters.caps[{i}]"
                return
        yield from self._missing_areas(over)
        position = 0
        for i, a in enumerate(cosines):
            for b in cosines[: i + 1]:
                # sin α sin β <= (a b - u), or a b <= u
                below = a * b - number(self.ends[position])
                if below.sign() > 0 and (below * below - (1 - a * a) * (1 - b * b)).sign() > 0:
                    yield "the end is less than the cosine of the sum of the angles", f"witness.ends[{position}]"
                position += 1
        yield from self._failing_identities()

    def _missing_areas(self, over: NumberField) -> Iterator[tuple[str, str]]:
        for i, (c, w) in enumerate(zip(self.cosines, self.weights, strict=True)):
            with ctx.workprec(_BITS):
                if self.density and not arb(number(w)) >= cap_area(self.n, over(*map(number, c)).enclosure(_BITS)):
                    yield "the weight is not certainly at least the area", f"witness.weights[{i}]"

    def _failing_identities(self) -> Iterator[tuple[str, str]]:
        weights = list(map(number, self.weights))
        model = caps_model(self.n, self.degree, weights, list(map(number, self.ends)))
        values: dict[str, Any] = {name: matrix.matrix() for name, matrix in self.matrices.items()}
        kernels: list[fmpq_mat] = [values[f"F{k}"] for k in range(2 * self.degree + 1)]
        for i, w in enumerate(weights):
            if w * w + sum((f[i, i] for f in kernels), fmpq(0)) > number(self.bound) * w:
                yield f"(iii) fails at size number {i}: the bound is too low", "bound"
        for identity in model.identities:
            if identity.name != "iii" and any(identity.coefficients(model.residual(identity, values))):
                yield f"identity {identity.name} does not hold", "witness"

    def encode(self) -> str:
        """The canonical text."""
        weights = list(map(ratio, self.weights))
        pairs = _pairs(self.terms)
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {
                "caps": [list(map(ratio, c)) for c in self.cosines],
                "degree": self.degree,
                "field": self.field.to_json(),
                "n": self.n,
                "weights": None if self.density else weights,
            },
            "provenance": dict(self.provenance),
            "theorem": "spherical-caps",
            "witness": {
                "F": [self.matrices[f"F{k}"].to_json() for k in range(2 * self.degree + 1)],
                "Q": [[self.matrices[f"{kind}{pair}"].to_json() for kind in "ST"] for pair in pairs],
                "ends": list(map(ratio, self.ends)),
                "weights": weights if self.density else None,
            },
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def read_spherical_caps(tree: Any) -> SphericalCapsDocument:
    """The document. Raises Finding."""
    parameters = member(tree, "", "parameters", anything)
    degree = member(parameters, "parameters", "degree", small(1, MAX_DEGREE))
    field = member(parameters, "parameters", "field", number_field)
    cosines = member(parameters, "parameters", "caps", items(element(field.degree, MAX_PARAMETER_BITS)))
    count = len(cosines)
    if not 1 <= count <= _MAX_SIZES:
        raise malformed(f"expected 1 to {_MAX_SIZES} sizes, found {count}", "parameters.caps")
    witness = member(tree, "", "witness", anything)
    density = member(parameters, "parameters", "weights", anything) is None
    numbers = items(rational(MAX_PARAMETER_BITS), count)
    if density:
        weights = member(witness, "witness", "weights", numbers)
    else:
        weights = member(parameters, "parameters", "weights", numbers)
        if member(witness, "witness", "weights", anything) is not None:
            raise malformed("expected null, as the weights are parameters", "witness.weights")
    if any(w <= 0 for w in weights):
        raise malformed("expected positive weights", "weights")
    pairs = _pairs(count)
    kernels = member(witness, "witness", "F", items(_matrix(count), 2 * degree + 1))
    matrices = {f"F{k}": matrix for k, matrix in enumerate(kernels)}
    squares = member(witness, "witness", "Q", items(items(anything, 2), len(pairs)))
    for index, (pair, both) in enumerate(zip(pairs, squares, strict=True)):
        for which, kind in enumerate("ST"):
            path = f"witness.Q[{index}][{which}]"
            matrices[f"{kind}{pair}"] = _matrix(degree + 1 - which)(both[which], path)
    return SphericalCapsDocument(
        n=member(parameters, "parameters", "n", small(2, _DENSITY_DIMENSION if density else MAX_DIMENSION)),
        degree=degree,
        field=field,
        cosines=cosines,
        weights=weights,
        density=density,
        ends=member(witness, "witness", "ends", items(rational(MAX_PARAMETER_BITS), len(pairs))),
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        matrices=matrices,
        provenance=member(tree, "", "provenance", strings),
    )


def _pairs(count: int) -> list[str]:
    """The names of the pairs of sizes: 0.0, 1.0, 1.1, …."""
    return [f"{i}.{j}" for i in range(count) for j in range(i + 1)]


def _matrix(size: int) -> Any:
    """A reader of a matrix of this size, of either kind."""

    def read(tree: Any, path: str) -> Gram | FaceGram:
        if isinstance(tree, dict) and "basis" in tree:
            return face(size, 1)(tree, path)
        found = gram(tree, path)
        if found.size != size:
            raise malformed(f"expected size {size}, found {found.size}", path)
        return found

    return read
