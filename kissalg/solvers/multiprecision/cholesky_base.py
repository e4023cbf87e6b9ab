"""Cholesky factor and inverse factor of a small matrix, in compiled fixed-point arithmetic.

This is the base case of the recursion in `cholesky.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from kissalg.solvers.multiprecision.limbs import inverse_root, pivot

__all__ = ["cholesky_base"]

_HALF = 1 << 23


@njit(cache=True, nogil=True)
def _shifted_product(x: Any, y: Any, shift: int, out: Any, work: Any) -> bool:  # pragma: no cover - compiled
    """Out = x y 2^(-24 shift), rounded; digits balanced. False if `out` has no room for the highest digits."""
    lx, ly, lo = x.shape[0], y.shape[0], out.shape[0]
    size = lx + ly
    work[: size + 1] = 0
    for i in range(lx):
        xi = x[i]
        if xi != 0:
            for j in range(ly):
                work[i + j] += xi * y[j]
    for k in range(size):
        h = (work[k] + _HALF) >> 24
        work[k] -= h << 24
        work[k + 1] += h
    for k in range(lo):
        place = k + shift
        out[k] = work[place] if 0 <= place <= size else 0
    spilled = False
    for place in range(max(0, lo + shift), size + 1):
        spilled = spilled or work[place] != 0
    return not spilled


@njit(cache=True, nogil=True)
def cholesky_base(
    a: Any, offset: int, noise: int, factor: Any, inverse: Any, lf: int, li: int
) -> int:  # pragma: no cover - compiled
    """Compute L with A = L Lᵀ, and L⁻¹, for a small symmetric positive definite matrix A.

    All arrays hold balanced int32 digits. Limb k of `a` has the weight 2^(24 (k + offset)) u², L is in units of u, and
    L⁻¹ in units of 2^(-48 lf) / u. Each entry is exact up to about one unit times the condition of the matrix.

    Args:
        a: the lower triangle of A, of shape (n, n, la).
        offset: the place of the lowest limb of A.
        noise: pivots below 2^(24 noise) u² are not told from zero.
        factor: zeros of shape (n, n, lf); receives L.
        inverse: zeros of shape (n, n, li); receives L⁻¹.
        lf: the number of limbs of L.
        li: the number of limbs of L⁻¹.

    Returns:
        -1, or the index of the first pivot that is not certainly positive.
    """
    n, _, la = a.shape
    size = max(2 * lf + 1, la + max(offset, 0) + 1)
    fraction = lf + 2
    ly = fraction + 3
    s = np.empty(size, dtype=np.int64)
    m = np.empty(ly, dtype=np.int64)
    y = np.empty((n, ly), dtype=np.int64)
    shifts = np.empty(n, dtype=np.int64)
    work = np.empty(size + ly + li + 4, dtype=np.int64)
    column = np.empty((n, size), dtype=np.int64)
    bad = n
    for j in range(n):
        for i in range(j, n):
            s[:] = 0
            for k in range(la):
                if k + offset >= 0:
                    s[k + offset] = a[i, j, k]
            for c in range(j):
                x = factor[i, c]
                z = factor[j, c]
                for p in range(lf):
                    xp = np.int64(x[p])
                    if xp != 0:
                        for q in range(lf):
                            s[p + q] -= xp * np.int64(z[q])
            for k in range(size - 1):
                h = (s[k] + _HALF) >> 24
                s[k] -= h << 24
                s[k + 1] += h
            column[i, :] = s
        h = pivot(column[j])
        if h <= noise or h == 0 or j == bad:  # not positive, or below what rounding has left of A
            return j
        m[:] = 0
        for k in range(size):
            place = k + fraction - h
            if 0 <= place < ly:
                m[place] = column[j, k]
        inverse_root(m, fraction, y[j])
        shifts[j] = h // 2
        for i in range(j, n):
            # s · y · 2^(-24 (fraction + h/2)): units of L² divided by units of L
            # no room: |l_ij| is far above √a_ii, so that pivot i is negative if none before it is
            if not _shifted_product(column[i], y[j], fraction + h // 2, factor[i, j], work):
                bad = min(bad, i)
    acc = np.empty(lf + li + 1, dtype=np.int64)
    for j in range(n):
        for i in range(j):
            inverse[i, j, :] = 0
        for i in range(j, n):
            acc[:] = 0
            if i == j:
                # 1/l_jj = y 2^(-24 (fraction + h/2)) / u, by forward substitution below it
                for k in range(li):
                    place = k + fraction + shifts[j] - 2 * lf
                    inverse[j, j, k] = y[j, place] if 0 <= place < ly else 0
                continue
            for c in range(j, i):
                x = factor[i, c]
                z = inverse[c, j]
                for p in range(lf):
                    xp = np.int64(x[p])
                    if xp != 0:
                        for q in range(li):
                            acc[p + q] -= xp * np.int64(z[q])
            for k in range(lf + li):
                h = (acc[k] + _HALF) >> 24
                acc[k] -= h << 24
                acc[k + 1] += h
            if not _shifted_product(acc, y[i], fraction + shifts[i], inverse[i, j], work):
                return i
    return -1
