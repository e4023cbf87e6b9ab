"""Rational symmetric matrices as signed sums of squares: A = Σ w v vᵀ, exactly, with as few terms as the rank.

Symmetric elimination: a nonzero diagonal entry p = a_ii splits off p v vᵀ with v the i-th column over p; when the whole
diagonal is zero, an entry b = a_ij off it splits off the hyperbolic pair (q qᵀ - r rᵀ)/(2b) with q, r = (column j ±
column i), which has rank two.

Main definition: `signed_squares`.

Source: Lagrange's reduction of quadratic forms, for instance Gantmacher, The theory of matrices (1959), chapter X,
section 3.
"""

from __future__ import annotations

from collections.abc import Iterable

from flint import fmpq

__all__ = ["SparseVector", "signed_squares"]

SparseVector = dict[int, fmpq]


def signed_squares(
    entries: Iterable[tuple[int, int, fmpq]], limit: int | None = None
) -> list[tuple[fmpq, SparseVector]] | None:
    """The pairs (w, v) with Σ w v vᵀ = A, as many as the rank of A; None as soon as there are more than `limit`.

    Args:
        entries: the nonzero entries (i, j, value), i <= j, of a symmetric matrix.
        limit: the largest rank that is of interest.

    >>> signed_squares([(0, 0, fmpq(2)), (0, 1, fmpq(4)), (1, 1, fmpq(8))])
    [(2, {0: 1, 1: 2})]
    >>> signed_squares([(0, 1, fmpq(1))])
    [(1/2, {1: 1, 0: 1}), (-1/2, {1: -1, 0: 1})]
    """
    rows: dict[int, SparseVector] = {}
    for i, j, value in entries:
        if value != 0:
            rows.setdefault(i, {})[j] = value
            rows.setdefault(j, {})[i] = value
    squares: list[tuple[fmpq, SparseVector]] = []
    while rows:
        pivot = min((i for i, row in rows.items() if i in row), key=lambda i: len(rows[i]), default=None)
        if pivot is not None:
            weight = rows[pivot][pivot]
            found = [(weight, {k: value / weight for k, value in rows[pivot].items()})]
        else:
            i = min(rows, key=lambda k: len(rows[k]))
            j, value = next(iter(rows[i].items()))
            left, right = rows[i], rows[j]
            keys = [*left, *(k for k in right if k not in left)]
            zero = fmpq(0)
            sums = {k: left.get(k, zero) + right.get(k, zero) for k in keys}
            differences = {k: right.get(k, zero) - left.get(k, zero) for k in keys}
            half = 1 / (2 * value)
            found = [(half, _nonzero(sums)), (-half, _nonzero(differences))]
        squares += found
        if limit is not None and len(squares) > limit:
            return None
        for weight, vector in found:
            _subtract(rows, weight, vector)
    return squares


def _nonzero(vector: SparseVector) -> SparseVector:
    return {k: value for k, value in vector.items() if value != 0}


def _subtract(rows: dict[int, SparseVector], weight: fmpq, vector: SparseVector) -> None:
    """A - weight v vᵀ, in place; rows that become zero are left out."""
    for i, left in vector.items():
        row = rows.setdefault(i, {})
        for j, right in vector.items():
            value = row.get(j, 0) - weight * left * right
            if value != 0:
                row[j] = value
            else:
                row.pop(j, None)
        if not row:
            del rows[i]
