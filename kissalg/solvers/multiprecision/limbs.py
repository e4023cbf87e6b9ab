"""Compiled loops over limb planes: carries, linear combinations, entrywise products, dot products.

A plane array `x` of shape (L, …) stands for the integers Σ_k x[k] 2^(24 k). It is *normalised* when |x[k]| <= 2^23; the
loops accept lazy digits up to 2^29 where they say so. All of them are exact, except for limbs below a window, which are
dropped after rounding to nearest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = [
    "accumulate",
    "align_rows",
    "dot_rows",
    "hadamard_accumulate",
    "inverse_root",
    "multiply_fixed",
    "multiply_small",
    "needed",
    "normalise",
    "peak",
    "pivot",
]

_TILE = 256
_MAGIC = 6755399441055744.0
_RADIX = 16777216.0
_HALF = 1 << 23
_CHUNK = 512


@njit(cache=True, nogil=True)
def normalise(acc: Any, out: Any, drop: int) -> None:  # pragma: no cover - compiled
    """Carry `acc` (int64, |digit| < 2^62) upwards.

    out[k] = balanced limb k + drop; `out` is one limb longer than what remains of `acc`.
    """
    length, entries = acc.shape
    carry = np.empty(_TILE, dtype=np.int64)
    for start in range(0, entries, _TILE):
        width = min(_TILE, entries - start)
        for e in range(width):
            carry[e] = 0
        for k in range(length):
            for e in range(width):
                x = acc[k, start + e] + carry[e]
                h = (x + _HALF) >> 24
                carry[e] = h
                if k >= drop:
                    out[k - drop, start + e] = np.int32(x - (h << 24))
        for e in range(width):
            out[length - drop, start + e] = np.int32(carry[e])


@njit(cache=True, nogil=True)
def accumulate(acc: Any, limbs: Any, factor: int, place: int) -> None:  # pragma: no cover - compiled
    """acc[k + place] += factor · limbs[k] for all limbs that `acc` has room for; the others are dropped."""
    length, rows, columns = limbs.shape
    for k in range(max(0, -place), min(length, acc.shape[0] - place)):
        for i in range(rows):
            target = acc[k + place, i]
            row = limbs[k, i]
            for j in range(columns):
                target[j] += factor * np.int64(row[j])


@njit(cache=True, nogil=True)
def needed(limbs: Any) -> int:  # pragma: no cover - compiled
    """The number of limbs up to the highest that is not zero; 0 for zero."""
    length, rows, columns = limbs.shape
    for k in range(length - 1, -1, -1):
        for i in range(rows):
            for j in range(columns):
                if limbs[k, i, j] != 0:
                    return k + 1
    return 0


@njit(cache=True, nogil=True)
def peak(plane: Any) -> int:  # pragma: no cover - compiled
    """The largest absolute value; 0 if there is none."""
    rows, columns = plane.shape
    largest = np.int64(0)
    for i in range(rows):
        for j in range(columns):
            largest = max(largest, abs(np.int64(plane[i, j])))
    return int(largest)


@njit(cache=True, nogil=True)
def multiply_small(a: Any, b: Any, out: Any, low: int) -> None:  # pragma: no cover - compiled
    """out[k - low] = limb k of the matrix product of a and b, rounded to limb `low` (two guard limbs).

    The inner dimension times the number of limbs is at most 2^17 - 1. By digits: the inner dimension is short, and
    residues of small matrices would cost more than the product. Triangular and sparse matrices are served by leaving
    zeros out.
    """
    la, rows, inner = a.shape
    lb, _, columns = b.shape
    kept = out.shape[0]
    first = max(0, low - 2)
    total = low + kept
    acc = np.empty((total, columns), dtype=np.int64)
    for i in range(rows):
        acc[:] = 0
        for r in range(la):
            for j in range(inner):
                x = np.int64(a[r, i, j])
                if x != 0:
                    for s in range(max(0, first - r), min(lb, total - r)):
                        target = acc[r + s]
                        row = b[s, j]
                        for c in range(columns):
                            target[c] += x * np.int64(row[c])
        for c in range(columns):
            carry = np.int64(0)
            for k in range(first, total):
                x = acc[k, c] + carry
                carry = (x + _HALF) >> 24
                if k >= low:
                    out[k - low, i, c] = np.int32(x - (carry << 24))


@njit(cache=True, nogil=True)
def align_rows(a: Any, shifts: Any, out: Any) -> None:  # pragma: no cover - compiled
    """out[:, i] = limbs of the integers of row i times 2^shifts[i], rounded to nearest.

    The results are below 2^(24 L - 2) in absolute value, for the L limbs of `out`.
    """
    length, rows, columns = a.shape
    kept = out.shape[0]
    carry = np.empty(columns, dtype=np.int64)
    for i in range(rows):
        move = shifts[i] // 24
        rest = shifts[i] - 24 * move
        carry[:] = 0
        for k in range(kept):
            for e in range(columns):
                out[k, i, e] = 0
        for k in range(max(0, -2 - move), max(length, kept - move)):  # two guard limbs below the lowest one kept
            place = k + move
            if place >= kept:
                break
            for e in range(columns):
                x = carry[e]
                if k < length:
                    x += np.int64(a[k, i, e]) << rest
                h = (x + _HALF) >> 24
                carry[e] = h
                if place >= 0:
                    out[place, i, e] = np.int32(x - (h << 24))


@njit(cache=True, nogil=True, fastmath={"contract"})
def hadamard_accumulate(a: Any, b: Any, out: Any, offset: int) -> None:  # pragma: no cover - compiled
    """out[k + offset] += limb k of a ∘ b, into lazy int32 planes.

    Here a and b are normalised, of shape (L, n, m), and `out` has the shape (L', n, m). Products are rounded to the
    lowest limb of `out` (two guard limbs); the sums are exact for La, Lb <= 127. At most 100 calls may add into the
    same `out` before it is normalised.
    """
    la, rows, columns = a.shape
    lb = b.shape[0]
    kept = out.shape[0]
    fa = np.empty((la, _TILE))
    fb = np.empty((lb, _TILE))
    acc = np.empty(_TILE)
    carry = np.empty(_TILE)
    first = max(0, -offset - 2)
    for i in range(rows):
        for start in range(0, columns, _TILE):
            width = min(_TILE, columns - start)
            for k in range(la):
                for e in range(width):
                    fa[k, e] = a[k, i, start + e]
            for k in range(lb):
                for e in range(width):
                    fb[k, e] = b[k, i, start + e]
            carry[:] = 0.0
            for k in range(first, kept - offset):
                for e in range(_TILE):
                    acc[e] = carry[e]
                for s in range(max(0, k - lb + 1), min(la, k + 1)):
                    xa = fa[s]
                    xb = fb[k - s]
                    for e in range(width):
                        acc[e] += xa[e] * xb[e]
                for e in range(_TILE):
                    x = acc[e]
                    h = (x * (1.0 / _RADIX) + _MAGIC) - _MAGIC
                    carry[e] = h
                    acc[e] = x - h * _RADIX
                if k + offset >= 0:
                    target = out[k + offset, i]
                    for e in range(width):
                        target[start + e] += np.int32(acc[e])


@njit(cache=True, nogil=True)
def dot_rows(a: Any, b: Any, out: Any) -> None:  # pragma: no cover - compiled
    """out[:, i] = limbs (int64, |digit| < 2^25) of Σ_j a[:, i, j] b[:, i, j].

    b may have a single row, which is then used for all i. `out` has la + lb + 1 limbs.
    """
    la, rows, columns = a.shape
    lb = b.shape[0]
    single = b.shape[1] == 1
    length = la + lb + 1
    acc = np.empty(length, dtype=np.int64)
    for i in range(rows):
        ib = 0 if single else i
        acc[:] = 0
        for start in range(0, columns, _CHUNK):
            stop = min(columns, start + _CHUNK)
            for r in range(la):
                xa = a[r, i]
                for s in range(lb):
                    xb = b[s, ib]
                    total = np.int64(0)
                    for j in range(start, stop):
                        total += np.int64(xa[j]) * np.int64(xb[j])
                    acc[r + s] += total
            for k in range(length - 1):
                h = (acc[k] + _HALF) >> 24
                acc[k] -= h << 24
                acc[k + 1] += h
        for k in range(length):
            out[k, i] = acc[k]


@njit(cache=True, nogil=True)
def _carry(x: Any, length: int) -> None:  # pragma: no cover - compiled
    for k in range(length - 1):
        h = (x[k] + _HALF) >> 24
        x[k] -= h << 24
        x[k + 1] += h


@njit(cache=True, nogil=True)
def multiply_fixed(a: Any, b: Any, out: Any, work: Any, fraction: int) -> None:  # pragma: no cover - compiled
    """Out = a b 2^(-24 fraction), rounded.

    All arrays have the same length, digits balanced; `work` has twice that length.
    """
    length = a.shape[0]
    work[:] = 0
    for i in range(length):
        if a[i] != 0:
            for j in range(length):
                work[i + j] += a[i] * b[j]
    _carry(work, 2 * length)
    for k in range(length):
        out[k] = work[k + fraction] if k + fraction < 2 * length else 0


@njit(cache=True, nogil=True)
def inverse_root(m: Any, fraction: int, y: Any) -> None:  # pragma: no cover - compiled
    """Y = m^(-1/2) in fixed point with `fraction` limbs after the point, by Newton's iteration from float64.

    It holds for 2^-49 <= m < 1.
    """
    length = m.shape[0]
    value = 0.0
    for k in range(length - 1, -1, -1):
        value += m[k] * _RADIX ** np.float64(k - fraction)
    approximation = 1.0 / np.sqrt(value)
    y[:] = 0
    rest = approximation
    for k in range(min(length - 1, fraction + 2), max(-1, fraction - 4), -1):
        unit = _RADIX ** np.float64(k - fraction)
        digit = np.rint(rest / unit)
        y[k] = np.int64(digit)
        rest -= digit * unit
    _carry(y, length)
    square = np.empty(length, dtype=np.int64)
    error = np.empty(length, dtype=np.int64)
    work = np.empty(2 * length, dtype=np.int64)
    correct = 48
    while correct < 24 * fraction + 48:
        multiply_fixed(y, y, square, work, fraction)
        multiply_fixed(m, square, error, work, fraction)
        for k in range(length):
            error[k] = -error[k]
        error[fraction] += 1
        multiply_fixed(y, error, square, work, fraction)
        for k in range(length - 1):  # halve: move the odd bit of each digit to the digit below
            odd = square[k] & 1
            square[k] = (square[k] - odd) // 2
            if k > 0:
                square[k - 1] += odd << 23
        for k in range(length - 1):
            y[k] += square[k]
        _carry(y, length)
        correct = 2 * correct - 4


@njit(cache=True, nogil=True)
def pivot(s: Any) -> int:  # pragma: no cover - compiled
    """The even h with 2^(24 h - 49) <= s < 2^(24 h) for a balanced integer s > 0; 0 if s <= 0."""
    top = s.shape[0] - 1
    while top >= 0 and s[top] == 0:
        top -= 1
    if top < 0 or s[top] < 0:
        return 0
    if s[top] == 1 and top > 0 and s[top - 1] < 0:
        top -= 1
    even: int = (top + 2) // 2 * 2
    return even
