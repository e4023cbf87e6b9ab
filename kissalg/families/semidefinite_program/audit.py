"""A certificate of the theorem `semidefinite-program` as typed data, the only text that it may have, and its check by python-flint.

The program is built as the model that a solver would get (`kissalg.sdp.sdpa`), and its equations over the field are those of `kissalg.sdp.equations`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from kissalg.errors import ExactnessError
from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.exact.rational import fraction
from kissalg.kernel.notation.semidefinite_programs import program_quantity
from kissalg.kernel.report import Claim, Sense
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem
from kissalg.witness.faces import FaceGram, FieldDocument, VectorDocument, number
from kissalg.witness.gram import hexadecimal, ratio
from kissalg.witness.matrices import face, number_field, vector
from kissalg.witness.parsing import (
    MAX_BOUND_BITS,
    MAX_PARAMETER_BITS,
    Finding,
    anything,
    integers,
    items,
    malformed,
    member,
    rational,
    small,
    strings,
)

__all__ = ["ProgramDocument", "read_program"]

_ORDER = 1 << 12
_COUNT = 1 << 20

_Entry = tuple[tuple[int, ...], Fraction]


@dataclass(frozen=True)
class ProgramDocument:
    """A certificate of the theorem `semidefinite-program`; `matrices` and `vectors` hold the blocks X1, X2, … of Y."""

    blocks: tuple[int, ...]
    costs: tuple[Fraction, ...]
    entries: tuple[_Entry, ...]
    bound: Fraction
    field: FieldDocument
    matrices: Mapping[str, FaceGram]
    vectors: Mapping[str, VectorDocument]
    provenance: Mapping[str, str]

    def _parameters(self) -> dict[str, Any]:
        return {
            "blocks": list(self.blocks),
            "costs": list(map(ratio, self.costs)),
            "entries": [[" ".join(map(hexadecimal, place)), ratio(value)] for place, value in self.entries],
        }

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        theorem = f"weak duality, {len(self.costs)} constraints"
        try:
            exact = self.field.claimed([fraction(c) for c in self._products[0].coefficients])
        except Finding:  # of the field; the check says so
            exact = None
        return Claim(program_quantity(self._parameters()), self.bound, theorem, exact, Sense.LOWER)

    @property
    def degree(self) -> int:
        """Of the field."""
        return self.field.degree

    @property
    def terms(self) -> int:
        """The number of constraints."""
        return len(self.costs)

    def number_field(self) -> NumberField:
        """The field of the witness. Raises Finding."""
        return self.field.number_field("witness.field")

    def program(self) -> SdpaProblem:
        """The program of the parameters."""
        entries = [SdpaEntry(k, b + 1, i + 1, j + 1, number(value)) for (k, b, i, j), value in self.entries]
        return SdpaProblem(tuple(map(number, self.costs)), self.blocks, tuple(entries))

    @cached_property
    def _products(self) -> list[FieldElement]:
        """<F_k, Y>, k = 0..m. Raises Finding."""
        over = self.number_field()
        diagonals = {name: v.elements(over) for name, v in self.vectors.items()}
        matrices = {name: gram.value(over) for name, gram in self.matrices.items()}
        totals: list[FieldElement] = [over(0) for _ in range(len(self.costs) + 1)]
        for e in self.program().entries:
            name = f"X{e.block}"
            if name in matrices:
                entry = matrices[name][e.row - 1, e.column - 1]
                totals[e.k] += entry * (e.value if e.row == e.column else 2 * e.value)
            else:
                totals[e.k] += diagonals[name][e.row - 1] * e.value
        return totals

    def failures(self) -> Iterator[tuple[str, str]]:
        """What is not proved, with its path; the matrices are taken as positive semidefinite."""
        over = self.number_field()
        diagonals = {name: v.elements(over) for name, v in self.vectors.items()}
        for name, values in diagonals.items():
            if any(value.sign() < 0 for value in values):
                yield "a number of the diagonal is negative", f"witness.blocks[{int(name[1:]) - 1}]"
        totals = self._products
        for k, cost in enumerate(map(number, self.costs), 1):
            if not (totals[k] - cost).is_zero:
                yield f"<F_{k}, Y> is not c_{k}", "witness.blocks"
                return
        if (totals[0] - number(self.bound)).sign() < 0:
            yield "the witness proves less; the bound is too high", "bound"

    def encode(self) -> str:
        """The canonical text."""
        blocks = [
            self.matrices[f"X{b}"].to_json() if size > 0 else self.vectors[f"X{b}"].to_json()
            for b, size in enumerate(self.blocks, 1)
        ]
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": self._parameters(),
            "provenance": dict(self.provenance),
            "theorem": "semidefinite-program",
            "witness": {"blocks": blocks, "field": self.field.to_json()},
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def read_program(tree: Any) -> ProgramDocument:
    """The certificate in a tree.

    Raises:
        Finding: with the verdict MALFORMED.
    """
    parameters = member(tree, "", "parameters", anything)
    blocks = member(parameters, "parameters", "blocks", items(small(-_COUNT, _ORDER)))
    costs = member(parameters, "parameters", "costs", items(rational(MAX_PARAMETER_BITS)))
    entries = member(parameters, "parameters", "entries", items(_entry))
    if not blocks or not costs or 0 in blocks:
        raise malformed("expected blocks that are not empty, and at least one constraint", "parameters.blocks")
    if any(a[0] >= b[0] for a, b in pairwise(entries)) or any(c == 0 for _, c in entries):
        raise malformed("expected nonzero entries in ascending order", "parameters.entries")
    for place, _ in entries:
        if len(place) != 4 or min(place) < 0:
            raise malformed("expected a matrix, a block, a row and a column", "parameters.entries")
    witness = member(tree, "", "witness", anything)
    field = member(witness, "witness", "field", number_field)
    if len(costs) * field.degree > _COUNT:
        raise malformed(f"expected at most {_COUNT} numbers to compare", "parameters")
    listed = member(witness, "witness", "blocks", items(anything, len(blocks)))
    matrices, vectors = {}, {}
    for b, (size, block) in enumerate(zip(blocks, listed, strict=True)):
        path = f"witness.blocks[{b}]"
        if size > 0:
            matrices[f"X{b + 1}"] = face(size, field.degree)(block, path)
        else:
            vectors[f"X{b + 1}"] = vector(-size, field.degree)(block, path)
    document = ProgramDocument(
        blocks=tuple(blocks),
        costs=tuple(costs),
        entries=tuple(entries),
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        field=field,
        matrices=matrices,
        vectors=vectors,
        provenance=member(tree, "", "provenance", strings),
    )
    try:
        document.program()
    except ExactnessError as error:
        raise malformed(str(error), "parameters.entries") from None
    return document


def _entry(tree: Any, path: str) -> _Entry:
    place, value = items(anything, 2)(tree, path)
    return integers(place, f"{path}[0]"), rational(MAX_PARAMETER_BITS)(value, f"{path}[1]")
