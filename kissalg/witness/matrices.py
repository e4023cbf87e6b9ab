"""Readers of matrices, vectors and number fields.

Main definitions: `gram` (in the interior), `face`, `vector`, `number_field`, `element`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import Any, TypeVar

from kissalg.witness.faces import FaceGram, Numerators, WrittenField, WrittenVector
from kissalg.witness.gram import Gram
from kissalg.witness.parsing import (
    MAX_EXPONENT,
    MAX_MATRIX_BITS,
    MAX_PARAMETER_BITS,
    MAX_ROWS,
    anything,
    exponent,
    integer,
    integers,
    items,
    malformed,
    member,
    rational,
    small,
)

__all__ = ["element", "face", "gram", "number_field", "vector"]

T = TypeVar("T")
_MAX_FIELD_DEGREE = 8
_MAX_WORK = 1 << 33  # steps of 64 bits for one matrix on a face


def gram(tree: Any, path: str, name: str = "") -> Gram:
    """A matrix in the interior of the cone, with its proof.

    Args:
        tree: the object: columns of a triangular factor, their exponents, shift and correction (both may be null).
        path: of the object.
        name: of the variable of the model, for messages.

    Raises:
        Finding: the object is not of this form or too large, a correction has no shift or the reverse, its entries are
            out of order or zero, or its denominator is not positive or shares a factor with all of them.
    """
    columns, exponents = _squares(tree, path)
    correction = member(tree, path, "correction", anything)
    shift = member(tree, path, "shift", lambda value, where: None if value is None else exponent(value, where))
    _require_small(columns, exponents, shift, path)
    if (correction is None) != (shift is None):
        raise malformed("expected shift and correction to be given together", path)
    if correction is None:
        return Gram(columns, exponents, None, None, (), name, path)
    denominator = member(correction, f"{path}.correction", "denominator", integer)
    entries = member(correction, f"{path}.correction", "entries", items(_entry(integer)))
    numbers = [numerator for _, _, numerator in entries]
    _check_correction(denominator, [(i, j, [n]) for i, j, n in entries], len(columns), f"{path}.correction", numbers)
    return Gram(columns, exponents, shift, denominator, entries, name, path)


def face(size: int, degree: int, name: str = "") -> Callable[[Any, str], FaceGram]:
    """The reader of a matrix on a face, with its proof.

    Args:
        size: of the matrix.
        degree: of the number field of its entries; 1 for Q.
        name: of the variable of the model, for messages.

    Returns:
        A reader that raises a `Finding` if the object is not of this form, of another size, or too large to be checked.
    """

    def read(tree: Any, path: str) -> FaceGram:
        columns, exponents = _squares(tree, path)
        shift = member(tree, path, "shift", exponent)
        _require_small(columns, exponents, shift, path)
        rank = member(tree, path, "rank", small(0, MAX_ROWS))
        if rank != len(columns):
            raise malformed(f"expected {rank} columns, found {len(columns)}", f"{path}.columns")
        basis = member(tree, path, "basis", lambda value, where: _basis(value, where, rank * degree))
        order = len(basis[0]) if basis is not None else rank
        if rank == 0:
            order = size
        if (basis is not None) and rank == 0:
            raise malformed("expected no basis for the rank 0", f"{path}.basis")
        if order < rank or order != size:
            raise malformed(f"expected size {size}, found {order}", path)
        correction = member(tree, path, "correction", anything)
        denominator = member(correction, f"{path}.correction", "denominator", integer)
        entries = member(correction, f"{path}.correction", "entries", items(_entry(_numerators(degree))))
        numbers = [c for _, _, entry in entries for c in entry]
        _check_correction(denominator, entries, rank, f"{path}.correction", numbers)
        found = FaceGram(order, basis, Gram(columns, exponents, shift, None, ()), denominator, entries, name, path)
        if order**2 * max(rank, 1) * degree**3 * (1 + found.bits // 64) > _MAX_WORK:
            raise malformed(f"expected a smaller matrix, found one of size {order} with {found.bits} bits", path)
        return found

    return read


def vector(length: int, degree: int) -> Callable[[Any, str], WrittenVector]:
    """The reader of a vector with one common denominator.

    Args:
        length: of the vector.
        degree: of the number field of its entries; 1 for Q.

    Returns:
        A reader that raises a `Finding` if the object is not of this form, or the denominator is not positive or shares
        a factor with all numerators.
    """

    def read(tree: Any, path: str) -> WrittenVector:
        denominator = member(tree, path, "denominator", integer)
        values = member(tree, path, "values", items(_numerators(degree), length))
        _require_reduced(denominator, [c for value in values for c in value], path)
        return WrittenVector(denominator, values)

    return read


def number_field(tree: Any, path: str) -> WrittenField:
    """Q for null, or a field of degree 2 to 8; that the interval isolates a root is judged later.

    Args:
        tree: null, or an object with a monic integer polynomial (constant term first) and a rational interval.
        path: of the value.

    Raises:
        Finding: it is not of this form, the polynomial has another degree or is not monic, the interval is empty, or a
            number has more than MAX_PARAMETER_BITS bits.

    Example:
        >>> number_field(None, "witness.field").degree
        1
    """
    if tree is None:
        return WrittenField()
    low, high = member(tree, path, "interval", items(rational(MAX_PARAMETER_BITS), 2))
    polynomial = member(tree, path, "polynomial", items(integer))
    if low >= high:
        raise malformed("expected two numbers in increasing order", f"{path}.interval")
    if not 3 <= len(polynomial) <= _MAX_FIELD_DEGREE + 1 or polynomial[-1] != 1:
        raise malformed(
            f"expected a monic polynomial of degree 2 to {_MAX_FIELD_DEGREE}, the coefficient 1 last",
            f"{path}.polynomial",
        )
    if max(c.bit_length() for c in polynomial) > MAX_PARAMETER_BITS:
        raise malformed(f"expected coefficients of at most {MAX_PARAMETER_BITS} bits", f"{path}.polynomial")
    return WrittenField(polynomial, low, high)


def element(degree: int, bits: int) -> Callable[[Any, str], tuple[Fraction, ...]]:
    """The reader of an element of a number field: the list of the coefficients of 1, α, ….

    Args:
        degree: of the field, the length of the list.
        bits: that a numerator or a denominator may have.

    Returns:
        A reader that raises a `Finding` for anything else.

    Example:
        >>> element(2, 64)(["1/1", "-1/2"], "parameters.cos")
        (Fraction(1, 1), Fraction(-1, 2))
    """
    return items(rational(bits), degree)


def _squares(tree: Any, path: str) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """The columns of a triangle of integers, and their exponents."""
    columns = member(tree, path, "columns", items(integers))
    exponents = member(tree, path, "exponents", items(small(-MAX_EXPONENT, MAX_EXPONENT), len(columns)))
    for index, column in enumerate(columns):
        if len(column) != len(columns) - index:
            raise malformed(
                f"expected {len(columns) - index} integers, found {len(column)}", f"{path}.columns[{index}]"
            )
    return columns, exponents


def _require_small(columns: Sequence[Sequence[int]], exponents: Sequence[int], shift: int | None, path: str) -> None:
    known = [0, *exponents, *([] if shift is None else [shift])]
    spread = max(known) - min(known)
    widest = max((abs(entry).bit_length() for column in columns for entry in column), default=0)
    if len(columns) * (len(columns) + 1) // 2 * (widest + spread) > MAX_MATRIX_BITS:
        raise malformed(f"expected a smaller factor, found {widest} bits and exponents that spread over {spread}", path)


def _entry(value: Callable[[Any, str], T]) -> Callable[[Any, str], tuple[int, int, T]]:
    def read(tree: Any, path: str) -> tuple[int, int, T]:
        if not isinstance(tree, list) or len(tree) != 3:
            raise malformed("expected [row, column, numerator]", path)
        position = small(0, 1 << 20)
        return position(tree[0], path), position(tree[1], path), value(tree[2], path)

    return read


def _numerators(count: int) -> Callable[[Any, str], Numerators]:
    def read(tree: Any, path: str) -> Numerators:
        found = integers(tree, path)
        if len(found) != count:
            raise malformed(f"expected {count} integers, found {len(found)}", path)
        return found

    return read


def _basis(tree: Any, path: str, width: int) -> tuple[tuple[Numerators, ...], int] | None:
    if tree is None:
        return None
    denominator = member(tree, path, "denominator", integer)
    rows = member(tree, path, "rows", items(_numerators(width)))
    _require_reduced(denominator, [c for row in rows for c in row], path)
    return rows, denominator


def _check_correction(
    denominator: int, entries: Sequence[tuple[int, int, Sequence[int]]], size: int, path: str, numbers: Sequence[int]
) -> None:
    """The conditions that the comparison of the texts cannot see: order, range, and nothing superfluous."""
    positions = [(i, j) for i, j, _ in entries]
    if any(not 0 <= j <= i < size for i, j in positions) or any(a >= b for a, b in pairwise(positions)):
        raise malformed(f"expected entries on or below the diagonal of size {size}, in strictly increasing order", path)
    if any(not any(entry) for _, _, entry in entries):
        raise malformed("expected nonzero entries", path)
    _require_reduced(denominator, numbers, path)


def _require_reduced(denominator: int, numbers: Sequence[int], path: str) -> None:
    """Return if the denominator is positive and shares no factor with all the numbers. Raises Finding."""
    if denominator <= 0:
        raise malformed("expected a positive denominator", path)
    divisor = gcd(denominator, *numbers)
    if divisor != 1:
        raise malformed(f"expected no factor common to the denominator and all entries, found {divisor:x}", path)
