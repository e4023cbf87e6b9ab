"""Matrices one below the other, and stacks of symmetric matrices for congruences Lᵀ A_i R of all of them at once.

A stack of m matrices of order n is a `Matrix` of m n rows and n columns, one matrix below the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kissalg.solvers.multiprecision.matrix import Engine, Matrix, paste
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.scalar import HALF

__all__ = ["congruences", "powers_of_two", "stack_of_triangles", "stacked", "triangle_indices", "triangles_of_stack"]

Indices: TypeAlias = NDArray[np.int64]


@lru_cache(maxsize=256)
def triangle_indices(order: int) -> tuple[Indices, Indices]:
    """The indices (p, q), p <= q, row by row; not to be written to."""
    indices = np.triu_indices(order)
    for index in indices:
        index.setflags(write=False)
    return indices


def powers_of_two(exponents: Indices) -> Matrix:
    """The column of the powers 2^exponents, exactly."""
    low = min(0, int(exponents.min(initial=0))) // BASE_BITS
    return Matrix.from_integers([[1 << (int(e) - BASE_BITS * low)] for e in exponents], low, 1)


def stacked(parts: Sequence[Matrix]) -> Matrix:
    """The matrices one below the other, exactly."""
    starts = [sum(p.shape[0] for p in parts[:k]) for k in range(len(parts) + 1)]
    return paste((starts[-1], parts[0].shape[1]), [(start, 0, p) for start, p in zip(starts, parts, strict=False)])


def stack_of_triangles(engine: Engine, table: Matrix, order: int) -> Matrix:
    """The stack of the matrices A_i with <A_i, X> = Σ_(p<=q) table[i, pq] X_pq."""
    p, q = triangle_indices(order)
    limbs = np.zeros((table.length, table.shape[0], order, order), dtype=np.int32)
    limbs[:, :, p, q] = table.limbs
    limbs[:, :, q, p] += table.limbs  # the diagonal twice, like everything else after the halving
    return engine.combine((HALF, Matrix(limbs.reshape(table.length, -1, order), table.exponent)))


def triangles_of_stack(engine: Engine, stack: Matrix) -> Matrix:
    """The inverse: row i holds the coefficients of X_pq, p <= q, in <A_i, X>."""
    order = stack.shape[1]
    p, q = triangle_indices(order)
    square = stack.limbs.reshape(stack.length, -1, order, order)
    upper = Matrix(np.ascontiguousarray(square[:, :, p, q]), stack.exponent)
    strict = Matrix(upper.limbs * (p != q).astype(np.int32), stack.exponent)
    return engine.combine((1, upper), (1, strict))


def congruences(engine: Engine, stack: Matrix, left: Matrix, right: Matrix) -> Matrix:
    """The stack of (Lᵀ A_i R)ᵀ = Rᵀ A_i L for square L, R."""
    order = stack.shape[1]
    half = engine.matmul(stack, right)
    turned = half.limbs.reshape(half.length, -1, order, order).transpose(0, 1, 3, 2).reshape(half.limbs.shape)
    return engine.matmul(Matrix(np.ascontiguousarray(turned), half.exponent), left)
