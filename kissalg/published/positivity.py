"""Whether a foreign rational matrix is positive semidefinite: always proved, never guessed, in bounded time."""

from __future__ import annotations

from flint import fmpq_mat

from kissalg.errors import PublishedError
from kissalg.exact.positivity import certainly_positive_definite, is_positive_semidefinite

__all__ = ["is_positive"]

_PRECISIONS = (128, 512, 2048)
_MAX_ROWS = 1500
_EXACT_WORK = 1 << 36  # rows⁴ times bits of an exact LDLᵀ: some minutes


def is_positive(matrix: fmpq_mat, where: str) -> bool:
    """Whether a symmetric matrix is positive semidefinite, proved.

    Ball arithmetic proves that it is definite; where it cannot, an exact LDLᵀ decomposition decides.

    Args:
        matrix: the matrix.
        where: its place in the file, for messages.

    Raises:
        PublishedError: it is too large for either.

    >>> is_positive(fmpq_mat([[1, 1], [1, 1]]), "B"), is_positive(fmpq_mat([[1, 2], [2, 1]]), "B")
    (True, False)
    """
    size = matrix.nrows()
    if size > _MAX_ROWS:
        raise PublishedError(f"{where}: expected a matrix of at most {_MAX_ROWS} rows, found {size}")
    used = [i for i in range(size) if any(matrix[i, j] != 0 for j in range(size))]
    if not used:
        return True
    inner = fmpq_mat(len(used), len(used), [matrix[i, j] for i in used for j in used])
    if any(inner[i, i] <= 0 for i in range(len(used))):
        return False  # a zero on the diagonal of a nonzero row
    if any(certainly_positive_definite(inner, bits) for bits in _PRECISIONS):
        return True
    numerators, denominator = inner.numer_denom()
    bits = max(int(abs(entry)).bit_length() for entry in numerators.entries()) + int(denominator).bit_length()
    if len(used) ** 4 * bits > _EXACT_WORK:
        raise PublishedError(
            f"{where}: not certainly positive definite, and with {len(used)} rows of {bits} bits too large for an "
            "exact decision"
        )
    return is_positive_semidefinite(inner)
