"""Exact solutions as the JSON values of docs/certificate-format.md: numbers, elements of number fields, matrices on faces.

Main definitions: `integer_text`, `rational_text`, `element_text`, `field_document`, `face_document`, `vector_document`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

from kissalg.exact.number_field import FieldElement, FieldMatrix, NumberField
from kissalg.exact.rational import fraction
from kissalg.rounding.face import FaceMatrix

__all__ = [
    "element_text",
    "face_document",
    "field_document",
    "integer_text",
    "rational_text",
    "vector_document",
]


def integer_text(value: int) -> str:
    """A hexadecimal integer.

    >>> integer_text(-255)
    '-ff'
    """
    return f"{value:x}"


def rational_text(value: Fraction) -> str:
    """A reduced fraction, the denominator always written.

    >>> rational_text(Fraction(24))
    '18/1'
    """
    return f"{integer_text(value.numerator)}/{integer_text(value.denominator)}"


def element_text(element: FieldElement) -> list[str]:
    """The coefficients of 1, α, …."""
    return [rational_text(fraction(c)) for c in element.coefficients]


def field_document(field: NumberField) -> dict[str, Any] | None:
    """A number field; null for Q."""
    if field.degree == 1:
        return None
    return {
        "interval": [rational_text(fraction(end)) for end in (field.low, field.high)],
        "polynomial": [integer_text(c) for c in field.polynomial],
    }


def _common_denominator(elements: Iterable[FieldElement]) -> int:
    result = 1
    for element in elements:
        for c in element.coefficients:
            d = int(c.q)
            result = result * d // gcd(result, d)
    return result


def _numerators(elements: Iterable[FieldElement], denominator: int) -> str:
    """The coefficient vectors one after the other, separated by spaces."""
    numbers = (int(c.p) * (denominator // int(c.q)) for element in elements for c in element.coefficients)
    return " ".join(integer_text(number) for number in numbers)


def vector_document(values: Sequence[FieldElement]) -> dict[str, Any]:
    """A vector with one common denominator."""
    denominator = _common_denominator(values)
    return {"denominator": integer_text(denominator), "values": [_numerators([v], denominator) for v in values]}


def _basis(matrix: FieldMatrix) -> dict[str, Any]:
    rows = [[matrix[i, j] for j in range(matrix.shape[1])] for i in range(matrix.shape[0])]
    denominator = _common_denominator(entry for row in rows for entry in row)
    return {"denominator": integer_text(denominator), "rows": [_numerators(row, denominator) for row in rows]}


def face_document(matrix: FaceMatrix) -> dict[str, Any]:
    """A matrix on a face with its proof."""
    entries = [(i, j, value) for (i, j), value in sorted(matrix.correction.items()) if not value.is_zero]
    denominator = _common_denominator(value for _, _, value in entries)
    return {
        "basis": _basis(matrix.basis) if matrix.basis is not None and matrix.rank else None,
        "columns": [" ".join(integer_text(v) for v in column) for column in matrix.squares.columns],
        "correction": {
            "denominator": integer_text(denominator),
            "entries": [[i, j, _numerators([value], denominator)] for i, j, value in entries],
        },
        "exponents": list(matrix.squares.exponents),
        "rank": matrix.rank,
        "shift": matrix.squares.shift or 0,
    }
