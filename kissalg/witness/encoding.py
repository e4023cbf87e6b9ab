"""Exact values as the JSON values of docs/certificate-format.md: numbers, elements of number fields, matrices with their proofs.

Main definitions: `Parts` (what a theorem writes), `integer_text`, `rational_text`, `element_text`, `field_document`; of a solution in the interior
`psd_document`, `dyadic_document`; of one on a face `face_document`, `vector_document`; for claims `rounded_up`, `at_most`, `number_field`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import Any

from flint import fmpq

from kissalg.errors import ExactnessError
from kissalg.exact.number_field import RATIONALS, FieldElement, FieldMatrix, NumberField
from kissalg.exact.rational import decimal_down, decimal_up, fraction, rational
from kissalg.rounding import DyadicVector, FaceMatrix, ProvedMatrix

__all__ = [
    "BOUND_PLACES",
    "Parts",
    "at_least",
    "at_most",
    "dyadic_document",
    "element_text",
    "face_document",
    "field_document",
    "integer_text",
    "number_field",
    "places_of",
    "psd_document",
    "rational_from_text",
    "rational_text",
    "rounded_up",
    "vector_document",
]

_FIELD_DEGREE, _FIELD_DIGITS = 8, 130  # what the kernel reads

_MAX_ZEROS = 50
_SHORT = 10**6  # denominators of fractions that are printed
BOUND_PLACES = 10
"""The decimals of a bound that is not written exactly."""


@dataclass(frozen=True)
class Parts:
    """What depends on the theorem in a certificate: the bound that the witness proves, the parameters, the witness, notes for the reader."""

    bound: Fraction
    parameters: dict[str, Any]
    witness: dict[str, Any]
    notes: dict[str, str] = field(default_factory=dict)


def places_of(value: Fraction) -> int:
    """How many decimals a positive number gets: BOUND_PLACES, and one more for each zero after the point, up to 60.

    >>> places_of(Fraction(25, 2)), places_of(Fraction(1, 300))
    (10, 12)
    """
    zeros = 0
    while zeros < _MAX_ZEROS and 0 < value * 10 ** (zeros + 1) < 1:
        zeros += 1
    return BOUND_PLACES + zeros


def rounded_up(value: fmpq, places: int = BOUND_PLACES) -> Fraction:
    """The least multiple of 10^-places that is at least `value`.

    >>> rounded_up(fmpq(1, 3))
    Fraction(1666666667, 5000000000)
    """
    scale = 10**places
    return Fraction(int((value * scale).ceil()), scale)


def at_most(bound: Fraction, places: int = BOUND_PLACES) -> str:
    """A bound as a decimal, rounded up.

    >>> at_most(Fraction(1, 3))
    '0.3333333334'
    """
    return decimal_up(fmpq(bound.numerator, bound.denominator), places)


def at_least(bound: Fraction) -> str:
    """A lower bound: a fraction if it is a short one, else a decimal, rounded down.

    >>> at_least(Fraction(-1, 27)), at_least(Fraction(-769800359, 2000000000))
    ('-1/27', '-0.3849001795')
    >>> at_least(Fraction(1, 10**13))
    '0'
    """
    if bound.denominator < _SHORT:
        return str(bound)
    return decimal_down(rational(bound), BOUND_PLACES)


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


def rational_from_text(text: str) -> Fraction:
    """The number that `rational_text` wrote. For texts of our own: the kernel has a grammar of its own for those of strangers.

    >>> rational_from_text("18/1")
    Fraction(24, 1)
    """
    numerator, denominator = text.split("/")
    return Fraction(int(numerator, 16), int(denominator, 16))


def element_text(element: FieldElement) -> list[str]:
    """The coefficients of 1, α, …."""
    return [rational_text(fraction(c)) for c in element.coefficients]


def field_document(field: NumberField) -> dict[str, Any] | None:
    """A number field; null for Q."""
    if field.degree == 1:
        return None
    return {
        "interval": [rational_text(fraction(end)) for end in field.monotone_interval()],
        "polynomial": [integer_text(c) for c in field.polynomial],
    }


def psd_document(matrix: ProvedMatrix | None, size: int) -> dict[str, Any]:
    """A matrix of the given size with its proof; one that the solution leaves out is zero."""
    if matrix is None:
        zeros = [" ".join("0" * (size - j)) for j in range(size)]
        return {"columns": zeros, "correction": None, "exponents": [0] * size, "shift": None}
    correction = None
    if matrix.correction is not None:
        correction = {
            "denominator": integer_text(matrix.correction.denominator),
            "entries": [[i, j, integer_text(n)] for i, j, n in matrix.correction.entries],
        }
    return {
        "columns": [" ".join(integer_text(v) for v in column) for column in matrix.columns],
        "correction": correction,
        "exponents": list(matrix.exponents),
        "shift": matrix.shift,
    }


def dyadic_document(vector: DyadicVector | None, length: int) -> dict[str, Any]:
    """A vector of the given length with one common exponent; one that the solution leaves out is zero."""
    if vector is None:
        return {"exponent": 0, "values": ["0"] * length}
    return {"exponent": vector.exponent, "values": [integer_text(v) for v in vector.values]}


def number_field(document: Mapping[str, Any] | None) -> NumberField:
    """The field that `field_document` wrote.

    Raises:
        ExactnessError: it is not that of an irreducible polynomial.

    >>> number_field(field_document(NumberField((-5, 0, 1), fmpq(2), fmpq(3))))
    Q(a), a^2 + (-5) = 0, 2 < a < 3
    """
    if document is None:
        return RATIONALS
    texts = [*document["polynomial"], *document["interval"]]
    if len(texts) > _FIELD_DEGREE + 3 or max(map(len, texts)) > _FIELD_DIGITS:
        raise ExactnessError(
            f"expected a field of degree at most {_FIELD_DEGREE}, with numbers of at most {_FIELD_DIGITS} digits"
        )
    low, high = (rational(rational_from_text(end)) for end in document["interval"])
    return NumberField(tuple(int(c, 16) for c in document["polynomial"]), low, high)


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
