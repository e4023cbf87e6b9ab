"""Blocked Cholesky factorisation with the inverse factor, all cubic work in products through residues.

    A = [A11 .  ]      L21 = A21 L11⁻ᵀ,   L22 L22ᵀ = A22 - L21 L21ᵀ,   (L⁻¹)21 = -L22⁻¹ L21 L11⁻¹
        [A21 A22]

by halves down to matrices of order `BASE_ORDER`, which compiled fixed-point loops factor directly. The inverse factor
is not a by-product that one could leave out: L21 needs it, and the interior-point method uses it everywhere (Z⁻¹, step
lengths, solves).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kissalg.solvers.multiprecision.cholesky_base import cholesky_base
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, paste

__all__ = ["BASE_ORDER", "Cholesky", "NotPositiveDefiniteError", "PrecisionLostError", "cholesky"]

BASE_ORDER = 24


class PrecisionLostError(ArithmeticError):
    """A computation needs more bits than it was given."""


class NotPositiveDefiniteError(PrecisionLostError):
    """A pivot is not positive, or lost in rounding: the matrix is not positive definite at this precision.

    Attributes:
        index: of the pivot.
    """

    def __init__(self, index: int) -> None:
        super().__init__(f"pivot {index} is not positive at this precision")
        self.index = index


@dataclass(frozen=True, eq=False)
class Cholesky:
    """A = factor · factorᵀ, factor lower triangular, and inverse = factor⁻¹."""

    factor: Matrix
    inverse: Matrix


def cholesky(engine: Engine, a: Matrix) -> Cholesky:
    """Factor a symmetric matrix, and invert the factor.

    Args:
        engine: the arithmetic.
        a: an n × n matrix, of which the lower triangle is used.

    Returns:
        The factor and its inverse, both lower triangular.

    Raises:
        NotPositiveDefiniteError: a pivot is not positive at the engine's precision.

    >>> root = cholesky(Engine(72), Matrix.from_integers([[4, 2], [2, 5]])).factor
    >>> root.to_float().tolist()
    [[2.0, 0.0], [1.0, 2.0]]
    """
    order = a.shape[0]
    if order <= BASE_ORDER:
        return _base(engine, a)
    half = (order // 2 + BASE_ORDER - 1) // BASE_ORDER * BASE_ORDER
    first = cholesky(engine, a.block(0, half, 0, half))
    a21 = a.block(half, order, 0, half)
    l21 = engine.matmul(a21, first.inverse.transpose())
    rest = engine.subtract(a.block(half, order, half, order), engine.gram(l21))
    try:
        second = cholesky(engine, rest)
    except NotPositiveDefiniteError as error:
        raise NotPositiveDefiniteError(half + error.index) from None
    coupling = engine.combine((-1, engine.matmul(second.inverse, engine.matmul(l21, first.inverse))))
    shape = (order, order)
    return Cholesky(
        paste(shape, [(0, 0, first.factor), (half, 0, l21), (half, half, second.factor)], engine.length),
        paste(shape, [(0, 0, first.inverse), (half, 0, coupling), (half, half, second.inverse)], engine.length),
    )


def _base(engine: Engine, a: Matrix) -> Cholesky:
    order = a.shape[0]
    if order == 0:
        return Cholesky(Matrix.zeros(0, 0), Matrix.zeros(0, 0))
    digits = np.ascontiguousarray(a.limbs.transpose(1, 2, 0))
    length = engine.length + 1
    unit = -(-a.top // 2) - engine.length  # L has at most engine.length limbs above its unit, one spare
    factor = np.zeros((order, order, length), dtype=np.int32)
    inverse = np.zeros((order, order, 2 * length + 3), dtype=np.int32)
    failed = cholesky_base(
        digits, a.exponent - 2 * unit, a.top - engine.length - 2 * unit, factor, inverse, length, 2 * length + 3
    )
    if failed >= 0:
        raise NotPositiveDefiniteError(failed)
    return Cholesky(
        engine.round(Matrix(np.ascontiguousarray(factor.transpose(2, 0, 1)), unit)),
        engine.round(Matrix(np.ascontiguousarray(inverse.transpose(2, 0, 1)), -2 * length - unit)),
    )
