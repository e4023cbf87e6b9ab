"""Proofs that a rational symmetric matrix is positive (semi)definite: exact LDLᵀ, and Cholesky in ball arithmetic.

Two independent proofs. The exact one always decides, and its numbers grow; the ball one is fast and answers *certainly
positive definite* or *don't know*.

Main definitions: `ldl`, `Ldl`, `is_positive_definite`, `is_positive_semidefinite`, `certainly_positive_definite`.

References: Bareiss, Sylvester's identity and multistep integer-preserving Gaussian elimination (1968); Johansson, Arb
(2017), arb_mat_cho; Rump, Verification of positive definiteness (2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, fmpz

from kissalg.errors import ExactnessError
from kissalg.exact.matrix import symmetric

__all__ = ["Ldl", "certainly_positive_definite", "is_positive_definite", "is_positive_semidefinite", "ldl"]


@dataclass(frozen=True)
class Ldl:
    """A = L D Lᵀ, L unit lower triangular, D diagonal and >= 0: a proof that A is positive semidefinite."""

    lower: fmpq_mat
    diagonal: tuple[fmpq, ...]

    @property
    def rank(self) -> int:
        """The number of nonzero pivots."""
        return sum(pivot != 0 for pivot in self.diagonal)

    def matrix(self) -> fmpq_mat:
        """L D Lᵀ."""
        size = len(self.diagonal)
        scaled = fmpq_mat(size, size, [self.lower[i, j] * self.diagonal[j] for i in range(size) for j in range(size)])
        return scaled * self.lower.transpose()


def ldl(matrix: fmpq_mat) -> Ldl | None:
    """The exact LDLᵀ decomposition of a positive semidefinite matrix; None if the matrix is not positive semidefinite.

    Without pivoting: a zero pivot of a positive semidefinite matrix has a zero column below it, and is skipped.

    Raises:
        ExactnessError: if the matrix is not square and symmetric.

    >>> proof = ldl(fmpq_mat([[2, 1], [1, 1]]))
    >>> proof.diagonal, proof.rank
    ((2, 1/2), 2)
    >>> ldl(fmpq_mat([[1, 2], [2, 1]])) is None
    True
    """
    size = matrix.nrows()
    numerators, denominator = symmetric(matrix, size, "matrix").numer_denom()
    rows: list[list[fmpz]] = [row[: i + 1] for i, row in enumerate(numerators.tolist())]
    lower = fmpq_mat(size, size)
    diagonal: list[fmpq] = []
    previous = fmpz(1)  # the last nonzero pivot of Bareiss' elimination: a principal minor
    for k in range(size):
        pivot = rows[k][k]
        column = [rows[i][k] for i in range(k, size)]
        lower[k, k] = 1
        if pivot < 0 or (pivot == 0 and any(entry != 0 for entry in column)):
            return None
        if pivot == 0:
            diagonal.append(fmpq(0))
            continue
        diagonal.append(fmpq(pivot, previous * denominator))
        for i in range(k + 1, size):
            row, factor = rows[i], column[i - k]
            lower[i, k] = fmpq(factor, pivot)
            for j in range(k + 1, i + 1):
                row[j] = (pivot * row[j] - factor * column[j - k]) // previous  # exact: both sides are minors
        previous = pivot
    return Ldl(lower, tuple(diagonal))


def is_positive_semidefinite(matrix: fmpq_mat) -> bool:
    """Whether the symmetric matrix is positive semidefinite, decided exactly.

    >>> is_positive_semidefinite(fmpq_mat([[1, 1], [1, 1]]))
    True
    """
    return ldl(matrix) is not None


def is_positive_definite(matrix: fmpq_mat) -> bool:
    """Whether the symmetric matrix is positive definite, decided exactly.

    >>> is_positive_definite(fmpq_mat([[1, 1], [1, 1]]))
    False
    """
    proof = ldl(matrix)
    return proof is not None and proof.rank == matrix.nrows()


_BLOCK = 24  # columns eliminated one by one before a block product; measured at sizes 100 to 400


def certainly_positive_definite(matrix: fmpq_mat, bits: int = 128) -> bool:
    """True: the symmetric matrix is proved to be positive definite. False: this precision cannot tell.

    Cholesky in ball arithmetic: every ball contains the exact number, so that pivots that are certainly positive prove
    positive definiteness. The precision is set inside this call only.

    Args:
        matrix: symmetric, rational.
        bits: the precision of the balls.

    Raises:
        ExactnessError: if the matrix is not square and symmetric, or `bits` < 2.

    >>> certainly_positive_definite(fmpq_mat([[2, 1], [1, 1]]))
    True
    >>> certainly_positive_definite(fmpq_mat([[1, 1], [1, 1]]))
    False
    """
    if bits < 2:
        raise ExactnessError(f"expected a precision of at least 2 bits, found {bits}")
    size = matrix.nrows()
    rest: list[list[arb]]
    with ctx.workprec(bits):
        rest = arb_mat(symmetric(matrix, size, "matrix")).tolist()
        while rest:
            width = min(_BLOCK, len(rest))
            left = _eliminate([row[:width] for row in rest], width)
            if left is None:
                return False
            if width == len(rest):
                return True
            below = arb_mat(left[width:])
            update = (below * below.transpose()).tolist()
            rest = [
                [a - b for a, b in zip(row[width:], subtract, strict=True)]
                for row, subtract in zip(rest[width:], update, strict=True)
            ]
    return True


def _eliminate(columns: Sequence[list[arb]], width: int) -> list[list[arb]] | None:
    """The first `width` columns of the Cholesky factor, or None if a pivot is not certainly positive."""
    factor: list[list[arb]] = []
    for i, row in enumerate(columns):
        new: list[arb] = []
        for j in range(min(i + 1, width)):
            other = new if j == i else factor[j]
            value = row[j]
            for a, b in zip(new, other, strict=False):
                value -= a * b
            if j < i:
                new.append(value / other[j])
                continue
            if not value > 0:
                return None
            new.append(value.sqrt())
        factor.append(new)
    return factor
