"""From exact rationals to limbs: numbers and square roots, rounded down to a multiple of 2^-bits."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from flint import fmpq

from kissalg.errors import SolverError
from kissalg.solvers.multiprecision.matrix import Matrix
from kissalg.solvers.multiprecision.residues import BASE_BITS

__all__ = ["column_of", "matrix_of", "roots_of"]


def matrix_of(table: Sequence[Sequence[fmpq]], bits: int, columns: int) -> Matrix:
    """A table of rationals with so many columns; `bits` is a multiple of 24."""
    integers = [[int((x.p << bits) // x.q) for x in row] for row in table]
    return Matrix.from_integers(integers, -bits // BASE_BITS, columns)


def column_of(values: Sequence[fmpq], bits: int) -> Matrix:
    """A column of rationals."""
    return matrix_of([[v] for v in values], bits, 1)


def roots_of(values: Sequence[fmpq], bits: int) -> Matrix:
    """The column of the square roots of nonnegative rationals.

    Raises:
        SolverError: one is negative.
    """
    return Matrix.from_integers([[_root(v, bits)] for v in values], -bits // BASE_BITS, 1)


def _root(value: fmpq, bits: int) -> int:
    if value < 0:
        raise SolverError(f"expected a sample point in the domain, found the negative multiplier {value}")
    return isqrt((int(value.p) << (2 * bits)) // int(value.q))
