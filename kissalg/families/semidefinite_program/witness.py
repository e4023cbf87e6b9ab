"""Certificates of the theorem `semidefinite-program`: their parameters, their witness, and how solutions are written.

The bound is one for the value of a program in SDPA form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kissalg.errors import ExactnessError
from kissalg.exact.rational import fraction, rational
from kissalg.families.semidefinite_program.model import THEOREM, SdpaModel
from kissalg.rounding import FaceSolution
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, short_or_rounded_up
from kissalg.witness.faces import FaceGram, WrittenField, WrittenVector
from kissalg.witness.leaves import Field, Integers, Matrix, Numbers, Proof, Rational, Small
from kissalg.witness.parsing import MAX_PARAMETER_BITS, anything, items, malformed
from kissalg.witness.schema import Custom, ListOf, Node, Record, Scope, Where, count

__all__ = ["FORM", "ProgramParameters", "face"]

_ORDER = 1 << 12
_COUNT = 1 << 20

WrittenEntry = tuple[tuple[int, ...], Fraction]
"""The place (k, b, i, j), all numbers from 0, and the value there."""


def _empty(blocks: tuple[int, ...], scope: Scope) -> str | None:
    empty = not blocks or not scope["costs"] or 0 in blocks
    return "expected blocks that are not empty, and at least one constraint" if empty else None


def _misplaced(entries: tuple[WrittenEntry, ...], scope: Scope) -> str | None:
    if any(a[0] >= b[0] for a, b in pairwise(entries)) or any(c == 0 for _, c in entries):
        return "expected nonzero entries in ascending order"
    if any(len(place) != 4 or min(place) < 0 for place, _ in entries):
        return "expected a matrix, a block, a row and a column"
    try:
        _program(scope["costs"], scope["blocks"], entries)
    except ExactnessError as error:
        return str(error)
    return None


def _program(costs: tuple[Fraction, ...], blocks: tuple[int, ...], entries: tuple[WrittenEntry, ...]) -> SdpaProblem:
    found = (SdpaEntry(k, b + 1, i + 1, j + 1, rational(value)) for (k, b, i, j), value in entries)
    return SdpaProblem(tuple(map(rational, costs)), blocks, tuple(found))


_PLACE, _VALUE = Integers("k b i j"), Rational(MAX_PARAMETER_BITS)


def _read_entry(tree: Any, path: str, scope: Scope) -> WrittenEntry:
    place, value = items(anything, 2)(tree, path)
    return _PLACE.read(place, f"{path}[0]", scope), _VALUE.read(value, f"{path}[1]", scope)


_ENTRY = Custom('["k b i j", RATIONAL]', _read_entry, lambda entry: [_PLACE.write(entry[0]), _VALUE.write(entry[1])])


@dataclass(frozen=True)
class ProgramParameters:
    """The program min Σ c_k x_k subject to Σ x_k F_k - F_0 ⪰ 0."""

    costs: tuple[Fraction, ...] = parameter(ListOf(Rational(MAX_PARAMETER_BITS)), "c_1, …, c_m; m >= 1")
    blocks: tuple[int, ...] = parameter(
        Where(ListOf(Small(-_COUNT, _ORDER)), _empty),
        "s > 0 for a matrix of order s, -s for a diagonal of length s",
    )
    entries: tuple[WrittenEntry, ...] = parameter(
        Where(ListOf(_ENTRY), _misplaced),
        "of F_k, k = 0, …, m, in block b: nonzero, on or above the diagonal, in ascending order of (k, b, i, j); "
        "b, i and j count from 0",
    )

    @staticmethod
    def of(problem: SdpaProblem) -> ProgramParameters:
        """A program, its entries in ascending order and without zeros."""
        entries = sorted((e.k, e.block - 1, e.row - 1, e.column - 1, e.value) for e in problem.entries if e.value != 0)
        return ProgramParameters(
            tuple(map(fraction, problem.costs)),
            problem.blocks,
            tuple((tuple(place), fraction(value)) for *place, value in entries),
        )

    def program(self) -> SdpaProblem:
        """The program in SDPA form."""
        return _program(self.costs, self.blocks, self.entries)


class _Field(Field):
    """The field of Y; there are not too many numbers to compare."""

    def read(self, tree: Any, path: str, scope: Scope) -> WrittenField:
        """The field."""
        field = super().read(tree, path, scope)
        if len(scope["costs"]) * field.degree > _COUNT:
            raise malformed(f"expected at most {_COUNT} numbers to compare", "parameters")
        return field


class _Block(Node):
    """Block b of Y: a matrix on a face, or the vector of a diagonal block; X1, X2, … in the model."""

    _NAME = "X{number}"
    _MATRIX = Matrix(_NAME, count("size"), Proof.FACE)
    _DIAGONAL = Numbers(_NAME, count("0 - size"))

    def _chosen(self, scope: Scope) -> tuple[Node, Scope]:
        """By the sign in the parameters, with what it needs."""
        size = scope["blocks"][scope["b"]]
        return self._MATRIX if size > 0 else self._DIAGONAL, {**scope, "size": size, "number": scope["b"] + 1}

    def read(self, tree: Any, path: str, scope: Scope) -> FaceGram | WrittenVector:
        """The matrix, or the diagonal."""
        node, inner = self._chosen(scope)
        found: FaceGram | WrittenVector = node.read(tree, path, inner)
        return found

    def write(self, value: FaceGram | WrittenVector) -> dict[str, object]:
        """The object."""
        return value.to_json()

    def typed(self, value: Any, scope: Scope) -> FaceGram | WrittenVector:
        """From a matrix of the rounding, or a list of elements."""
        node, inner = self._chosen(scope)
        found: FaceGram | WrittenVector = node.typed(value, inner)
        return found

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> FaceGram | WrittenVector:
        """The block with its name."""
        node, inner = self._chosen(scope)
        found: FaceGram | WrittenVector = node.fill(values, inner, key)
        return found

    def text(self) -> str:
        """Both forms."""
        return "FACE of size s, or VECTOR of s numbers >= 0"


FORM = CertificateForm(
    THEOREM, ProgramParameters, Record(field=_Field(), blocks=ListOf(_Block(), count("len(blocks)"), "b"))
)


def face(exact: FaceSolution) -> Parts:
    """The bound is <F_0, Y> if that is a rational number with a small denominator, otherwise rounded down.

    Then it has ten decimals.
    """
    problem = exact.problem
    assert isinstance(problem, SdpaModel)
    bound = -short_or_rounded_up(exact.objective)  # the model minimises -<F_0, Y>
    value = -exact.objective
    shown = str(value) if value.is_rational else f"{value} in {exact.field}"
    values = {**exact.psd, **exact.vectors, "field": exact.field}
    return Parts(bound, ProgramParameters.of(problem.program), values, {"value": shown})
