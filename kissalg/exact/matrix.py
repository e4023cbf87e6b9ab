"""Symmetric rational matrices: checks, quadratic forms, pairings, ranks modulo a prime.

Matrices are `flint.fmpq_mat`. A symmetric matrix is stored whole; `symmetric` is the check at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat, fmpz, nmod_mat

from kissalg.errors import ExactnessError
from kissalg.exact.rational import RationalLike, rational

__all__ = [
    "bilinear",
    "frobenius",
    "identity_matrix",
    "nullspace",
    "outer",
    "pivot_columns",
    "rank_modulo",
    "rational_matrix",
    "symmetric",
]


def rational_matrix(rows: Sequence[Sequence[RationalLike]]) -> fmpq_mat:
    """The matrix with these rows.

    Raises:
        ExactnessError: if the rows have different lengths or an entry is not rational.

    >>> rational_matrix([[1, "1/2"], ["1/2", 1]])[0, 1]
    1/2
    """
    width = len(rows[0]) if rows else 0
    for index, row in enumerate(rows):
        if len(row) != width:
            raise ExactnessError(f"expected rows of length {width}, found length {len(row)} in row {index}")
    return fmpq_mat(len(rows), width, [rational(entry) for row in rows for entry in row])


def identity_matrix(size: int) -> fmpq_mat:
    """The identity matrix.

    >>> identity_matrix(2) == rational_matrix([[1, 0], [0, 1]])
    True
    """
    return fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def symmetric(matrix: fmpq_mat, size: int, name: str) -> fmpq_mat:
    """`matrix` itself, once it is known to be a symmetric matrix of this size.

    Args:
        matrix: the matrix.
        size: the number of rows that it has to have.
        name: for the message.

    Raises:
        ExactnessError: with the name and, if it is not symmetric, the first offending entry.

    >>> symmetric(rational_matrix([[1, 2], [2, 5]]), 2, "B")[1, 1]
    5
    """
    if not isinstance(matrix, fmpq_mat):
        raise ExactnessError(
            f"{name}: expected a flint.fmpq_mat of size {size} x {size}, found {type(matrix).__name__}"
        )
    if (matrix.nrows(), matrix.ncols()) != (size, size):
        raise ExactnessError(
            f"{name}: expected a matrix of size {size} x {size}, found {matrix.nrows()} x {matrix.ncols()}"
        )
    if matrix != matrix.transpose():
        i, j = next((i, j) for i in range(size) for j in range(i) if matrix[i, j] != matrix[j, i])
        raise ExactnessError(f"{name}: expected a symmetric matrix, but entries ({i}, {j}) and ({j}, {i}) differ")
    return matrix


def bilinear(left: Sequence[fmpq], matrix: fmpq_mat, right: Sequence[fmpq]) -> fmpq:
    """The value leftᵀ · matrix · right.

    Args:
        left: a vector of as many entries as the matrix has rows.
        matrix: rational.
        right: a vector of as many entries as it has columns.

    >>> bilinear([rational(1), rational(2)], rational_matrix([[1, 3], [3, 1]]), [rational(1), rational(0)])
    7
    """
    if (len(left), len(right)) != (matrix.nrows(), matrix.ncols()):
        raise ExactnessError(
            f"expected vectors of length {matrix.nrows()} and {matrix.ncols()}, found {len(left)} and {len(right)}"
        )
    if not left or not right:
        return fmpq(0)
    product = fmpq_mat(1, len(left), left) * matrix * fmpq_mat(len(right), 1, right)
    return product[0, 0]


def frobenius(left: fmpq_mat, right: fmpq_mat) -> fmpq:
    """The pairing <left, right>: the sum of the products of corresponding entries.

    Args:
        left: a matrix.
        right: a matrix of the same shape.

    >>> frobenius(rational_matrix([[1, 2], [2, 3]]), rational_matrix([[1, 1], [1, 1]]))
    8
    """
    if (left.nrows(), left.ncols()) != (right.nrows(), right.ncols()):
        raise ExactnessError(
            f"expected two matrices of one shape, found {left.nrows()} x {left.ncols()} and {right.nrows()} x"
            f" {right.ncols()}"
        )
    return sum((a * b for a, b in zip(left.entries(), right.entries(), strict=True) if a != 0), fmpq(0))


def outer(left: Sequence[fmpq], right: Sequence[fmpq]) -> fmpq_mat:
    """The rank-one matrix left · rightᵀ.

    Args:
        left: a vector.
        right: a vector.

    >>> outer([rational(1), rational(2)], [rational(3)]).entries()
    [3, 6]
    """
    return fmpq_mat(len(left), len(right), [a * b for a in left for b in right])


def rank_modulo(rows: Sequence[Sequence[fmpq]], prime: int) -> int:
    """The rank modulo `prime` of the matrix with these rows: a lower bound of its rank over Q.

    A full rank modulo one prime proves a full rank over Q, because a nonzero minor modulo p is a nonzero minor.

    Args:
        rows: of rational numbers, all of one length.
        prime: a prime that divides no denominator.

    Raises:
        ExactnessError: if the prime divides a denominator (choose another prime), is not prime, or is out of range.

    >>> rank_modulo([[rational(1), rational("1/2")], [rational(2), rational(1)]], 101)
    1
    """
    if not 2 <= prime < 2**63 or not fmpz(prime).is_prime():
        raise ExactnessError(f"expected a prime below 2^63, found {prime}")
    if not rows or not rows[0]:
        return 0
    entries: list[int] = []
    for index, row in enumerate(rows):
        for entry in row:
            denominator = int(entry.q % prime)
            if denominator == 0:
                raise ExactnessError(f"the prime {prime} divides a denominator in row {index}; choose another prime")
            entries.append(int(entry.p % prime) * (1 if denominator == 1 else pow(denominator, -1, prime)) % prime)
    return nmod_mat(len(rows), len(rows[0]), entries, prime).rank()


def pivot_columns(reduced: fmpq_mat | nmod_mat, rank: int) -> list[int]:
    """The columns of the leading ones of a reduced row echelon form, over Q or modulo a prime.

    Args:
        reduced: a matrix in reduced row echelon form, as `rref` returns it.
        rank: the number of its rows that are not zero.

    >>> pivot_columns(*fmpq_mat([[1, 2, 3], [2, 4, 7]]).rref())
    [0, 2]
    """
    pivots: list[int] = []
    for row in range(rank):
        column = pivots[-1] + 1 if pivots else 0
        while reduced[row, column] == 0:
            column += 1
        pivots.append(column)
    return pivots


def nullspace(matrix: fmpq_mat) -> fmpq_mat:
    """A matrix whose columns are a basis of the kernel; its rows at the free columns form an identity.

    >>> nullspace(fmpq_mat([[1, 2, 3], [2, 4, 7]])).tolist()
    [[-2], [1], [0]]
    """
    reduced, rank = matrix.rref()
    pivots = pivot_columns(reduced, rank)
    free = [j for j in range(matrix.ncols()) if j not in set(pivots)]
    result = fmpq_mat(matrix.ncols(), len(free))
    for k, j in enumerate(free):
        result[j, k] = 1
        for row, pivot in enumerate(pivots):
            result[pivot, k] = -reduced[row, j]
    return result
