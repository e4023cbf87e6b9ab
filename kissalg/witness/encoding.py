"""From the values of an exact solution to the typed data of a certificate.

Numbers, elements of number fields, matrices with their proofs.

Main definitions: `Parts` (what a theorem states and proves), `interior_gram`, `face_gram`, `dyadic_numbers`,
`written_vector`, `element_numbers`, `written_field`; `rounded_up` (the bound of a certificate).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import Any

from flint import fmpq

from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.exact.rational import fraction
from kissalg.rounding import DyadicVector, FaceMatrix, ProvedMatrix
from kissalg.witness.faces import FaceGram, Numerators, WrittenField, WrittenVector
from kissalg.witness.gram import DyadicNumbers, Gram

__all__ = [
    "BOUND_PLACES",
    "Parts",
    "dyadic_numbers",
    "element_numbers",
    "exact_fraction",
    "face_gram",
    "interior_gram",
    "places_of",
    "rounded_up",
    "short_or_rounded_up",
    "written_field",
    "written_vector",
]

_MAX_ZEROS = 50
BOUND_PLACES = 10
"""The decimals of a bound that is not written exactly."""


@dataclass(frozen=True)
class Parts:
    """What depends on the theorem in a certificate.

    Attributes:
        bound: that the witness proves.
        parameters: an instance of the parameters of the family.
        values: of the witness, by the names of the variables of the model, or by key.
        notes: for the reader; no checker looks at them.
    """

    bound: Fraction
    parameters: Any
    values: Mapping[str, Any]
    notes: Mapping[str, str] = field(default_factory=dict)


def places_of(value: Fraction) -> int:
    """How many decimals a positive number gets: BOUND_PLACES, and one more for each zero after the point, up to 60.

    Example:
        >>> places_of(Fraction(25, 2)), places_of(Fraction(1, 300))
        (10, 12)
    """
    zeros = 0
    while zeros < _MAX_ZEROS and 0 < value * 10 ** (zeros + 1) < 1:
        zeros += 1
    return BOUND_PLACES + zeros


def rounded_up(value: fmpq, places: int = BOUND_PLACES) -> Fraction:
    """The least multiple of 10^-places that is at least `value`.

    Args:
        value: any rational number.
        places: decimals after the point.

    Example:
        >>> rounded_up(fmpq(1, 3))
        Fraction(1666666667, 5000000000)
    """
    scale = 10**places
    return Fraction(int((value * scale).ceil()), scale)


def short_or_rounded_up(value: FieldElement) -> Fraction:
    """The number itself if it is rational with a small denominator, else rounded up to BOUND_PLACES decimals.

    Example:
        >>> from kissalg.exact.number_field import quadratic_field
        >>> root = quadratic_field(2)(0, 1)
        >>> short_or_rounded_up(root * root), short_or_rounded_up(root)
        (Fraction(2, 1), Fraction(1767766953, 1250000000))
    """
    if value.is_rational:
        exact = fraction(value.coefficients[0])
        if exact.denominator < 10**BOUND_PLACES:
            return exact
    return rounded_up(value.upper())


def exact_fraction(value: Fraction | fmpq | int) -> Fraction:
    """A rational number of python-flint or of the standard library as the latter has it.

    Example:
        >>> exact_fraction(fmpq(1, 2))
        Fraction(1, 2)
    """
    return fraction(value) if isinstance(value, fmpq) else Fraction(value)


def interior_gram(matrix: ProvedMatrix | None, size: int, name: str) -> Gram:
    """A matrix with its proof, as a certificate has it.

    Args:
        matrix: of the rounding; None, for one that the solution leaves out, is zero.
        size: of a matrix that is left out.
        name: of the variable of the model.

    Example:
        >>> interior_gram(None, 2, "F0").columns
        ((0, 0), (0,))
    """
    if matrix is None:
        return Gram(tuple((0,) * (size - j) for j in range(size)), (0,) * size, None, None, (), name)
    columns = tuple(tuple(column) for column in matrix.columns)
    if matrix.correction is None:
        return Gram(columns, tuple(matrix.exponents), matrix.shift, None, (), name)
    entries = tuple(matrix.correction.entries)
    return Gram(columns, tuple(matrix.exponents), matrix.shift, matrix.correction.denominator, entries, name)


def dyadic_numbers(vector: DyadicVector | DyadicNumbers | None, length: int) -> DyadicNumbers:
    """A vector with one common exponent, as a certificate has it.

    Args:
        vector: of the rounding; None, for one that the solution leaves out, is zero.
        length: of a vector that is left out.

    Example:
        >>> dyadic_numbers(None, 3).values
        (0, 0, 0)
    """
    if vector is None:
        return DyadicNumbers(0, (0,) * length)
    return DyadicNumbers(vector.exponent, tuple(vector.values))


def element_numbers(element: FieldElement) -> tuple[Fraction, ...]:
    """The coefficients of 1, α, …."""
    return tuple(fraction(c) for c in element.coefficients)


def written_field(field: NumberField) -> WrittenField:
    """A number field, with an interval on which its polynomial is monotone."""
    if field.degree == 1:
        return WrittenField()
    low, high = (fraction(end) for end in field.monotone_interval())
    return WrittenField(tuple(field.polynomial), low, high)


def written_vector(values: Sequence[FieldElement]) -> WrittenVector:
    """A vector with one common denominator."""
    denominator = _common_denominator(values)
    return WrittenVector(denominator, tuple(_numerators([v], denominator) for v in values))


def face_gram(matrix: FaceMatrix, name: str) -> FaceGram:
    """A matrix on a face with its proof, as a certificate has it.

    Args:
        matrix: of the rounding, with entries in a number field.
        name: of the variable of the model.
    """
    entries = [(i, j, value) for (i, j), value in sorted(matrix.correction.items()) if not value.is_zero]
    denominator = _common_denominator(value for _, _, value in entries)
    basis = None
    if matrix.basis is not None and matrix.rank:
        rows = [[matrix.basis[i, j] for j in range(matrix.basis.shape[1])] for i in range(matrix.basis.shape[0])]
        common = _common_denominator(entry for row in rows for entry in row)
        basis = tuple(_numerators(row, common) for row in rows), common
    return FaceGram(
        matrix.size,
        basis,
        Gram(
            tuple(map(tuple, matrix.squares.columns)),
            tuple(matrix.squares.exponents),
            matrix.squares.shift or 0,
            None,
            (),
        ),
        denominator,
        tuple((i, j, _numerators([value], denominator)) for i, j, value in entries),
        name,
    )


def _common_denominator(elements: Iterable[FieldElement]) -> int:
    result = 1
    for element in elements:
        for c in element.coefficients:
            d = int(c.q)
            result = result * d // gcd(result, d)
    return result


def _numerators(elements: Iterable[FieldElement], denominator: int) -> Numerators:
    """The coefficient vectors one after the other."""
    return tuple(int(c.p) * (denominator // int(c.q)) for element in elements for c in element.coefficients)
