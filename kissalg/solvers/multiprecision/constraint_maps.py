"""The linear maps between blocks and equations: A, its adjoint, and inner products.

Values are dictionaries from block names to matrices (columns for vectors).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import fsum
from typing import TypeVar

import numpy as np

from kissalg.solvers.multiprecision.cholesky import PrecisionLostError
from kissalg.solvers.multiprecision.limbs import normalise
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, exact_sum, paste
from kissalg.solvers.multiprecision.problem import (
    DenseBlock,
    NumericProblem,
    PsdBlock,
    SignedFormsBlock,
    TableBlock,
    VectorBlock,
)
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.scalar import HALF
from kissalg.solvers.multiprecision.stacked_matrices import triangle_indices
from kissalg.solvers.multiprecision.workers import Workers

__all__ = ["ConstraintMaps", "Values", "inner_product", "to_float64", "total"]

Values = dict[str, Matrix]
BlockT = TypeVar("BlockT", bound=PsdBlock)
ResultT = TypeVar("ResultT")


def upper_triangle(a: Matrix) -> Matrix:
    """The column of entries (p, q), p <= q, of a square matrix."""
    p, q = triangle_indices(a.shape[0])
    return Matrix(np.ascontiguousarray(a.limbs[:, p, q][:, :, None]), a.exponent)


def from_upper_triangle(engine: Engine, column: Matrix, order: int) -> Matrix:
    """The symmetric G with <G, X> = Σ_(p<=q) column_pq X_pq: off-diagonal entries are halved."""
    full = np.zeros((column.length, order, order), dtype=np.int32)
    full[:, *triangle_indices(order)] = column.limbs[:, :, 0]
    a = Matrix(full, column.exponent)
    return engine.combine((HALF, a), (HALF, a.transpose()))


def inner_product(engine: Engine, a: Mapping[str, Matrix], b: Mapping[str, Matrix]) -> float:
    """Σ <a_name, b_name> over the names in both, rounded; whatever the order of the names (a checkpoint sorts them)."""
    return fsum(to_float64(*exact_sum(engine.dot_rows(m, b[name]))) for name, m in a.items() if name in b)


def total(engine: Engine, a: Matrix, b: Matrix) -> Fraction:
    """<a, b>, exactly but for the rounding of row sums."""
    value, exponent = exact_sum(engine.dot_rows(a, b))
    return Fraction(value) * Fraction(2) ** (BASE_BITS * exponent)


def to_float64(value: int, exponent: int) -> float:
    """The float value · 2^(24 exponent).

    Raises:
        PrecisionLostError: the number is beyond float64, as in a run that diverges.
    """
    shift = BASE_BITS * exponent
    try:
        return float(value << shift) if shift >= 0 else value / (1 << -shift)
    except OverflowError as error:
        raise PrecisionLostError("a number is too large for float64") from error


@dataclass(frozen=True, eq=False)
class ConstraintMaps:
    """The maps of one problem; blocks are worked on in parallel."""

    problem: NumericProblem
    pool: Workers

    @property
    def engine(self) -> Engine:
        """The arithmetic of the problem."""
        return self.problem.engine

    def each(self, work: Callable[[BlockT], ResultT], blocks: Sequence[BlockT]) -> dict[str, ResultT]:
        """work(block) for every block, by name; the large ones in parallel."""
        return dict(zip([b.name for b in blocks], self.pool.map(work, blocks, self.size), strict=True))

    def size(self, block: PsdBlock | VectorBlock) -> int:
        """The multiply-adds in float64 of a product with the rows of a block."""
        return 2 * self.engine.length * block.work  # a prime for each limb of the two factors

    def adjoint(self, y: Matrix) -> Values:
        """A*(y): Vᵀ diag(y) V for low-rank blocks, Dᵀ y for the others."""
        engine = self.engine
        gradient = engine.dot_rows(self.problem.dense_transposed, y.flat_row())

        def one(block: PsdBlock) -> Matrix:
            if isinstance(block, DenseBlock):
                return from_upper_triangle(engine, gradient.rows(block.start, block.start + block.width), block.order)
            scaled = engine.scale_rows(block.rows, self.per_row(block, y))
            bits = block.residues.bits + scaled.bits() + scaled.shape[0].bit_length()
            return engine.symmetrised(engine.multiply(block.residues.transpose(), engine.residues(scaled, bits)))

        result = self.each(one, self.problem.psd)
        for v in self.problem.vectors:
            result[v.name] = gradient.rows(v.start, v.start + v.order)
        for f in self.problem.free:
            result[f.name] = gradient.rows(f.start, f.start + f.length)
        return result

    def forward(self, values: Mapping[str, Matrix]) -> Matrix:
        """A(W), a column with one entry for each equation.

        Args:
            values: W by block name. Only its symmetric part counts; in dense blocks W must be symmetric. Free blocks
                without a value count as zero.
        """
        engine = self.engine

        def one(block: PsdBlock) -> Matrix:
            assert not isinstance(block, DenseBlock)
            w = values[block.name]
            bits = block.residues.bits + w.bits() + block.order.bit_length()
            image = engine.multiply(block.residues, engine.residues(w, bits))
            return self.at_equations(block, self.per_equation(block, engine.dot_rows(image, block.rows), signed=True))

        columns = self.each(one, self.problem.tables)
        return engine.combine((1, self.dense_forward(values)), *((1, c) for c in columns.values()))

    def dense_forward(self, values: Mapping[str, Matrix]) -> Matrix:
        """The part of A(W) that dense blocks and vectors contribute: D times their stacked entries."""
        pieces = [(b.start, 0, upper_triangle(values[b.name])) for b in self.problem.dense_blocks]
        pieces += [(v.start, 0, values[v.name]) for v in self.problem.vectors]
        pieces += [(f.start, 0, values[f.name]) for f in self.problem.free if f.name in values]
        stacked = paste((self.problem.dense.shape[1], 1), pieces, self.engine.length + 2)
        return self.engine.dot_rows(self.problem.dense, stacked.flat_row())

    def per_row(self, block: TableBlock, y: Matrix) -> Matrix:
        """For every row of a block the entry of y at its equation, with the sign of the row."""
        if isinstance(block, SignedFormsBlock):
            return Matrix(y.limbs[:, block.equations] * block.signs[:, None], y.exponent)
        segment = y.rows(block.first, block.first + block.points)
        return Matrix(np.tile(segment.limbs, (1, block.rank, 1)), segment.exponent)

    def per_equation(self, block: TableBlock, squares: Matrix, *, signed: bool) -> Matrix:
        """A column over the rows of a block, summed over the rows of each equation.

        Args:
            block: a block with a table.
            squares: one entry for each row of the table.
            signed: whether the terms have the signs of the rows.

        Returns:
            A column with one entry for each equation that the block touches.
        """
        length = squares.length
        if isinstance(block, SignedFormsBlock):
            column = squares.limbs[:, :, 0].astype(np.int64)
            lazy = np.add.reduceat(column * block.signs if signed else column, block.starts, axis=1)
        else:
            lazy = squares.limbs.reshape(length, block.rank, block.points).sum(axis=1, dtype=np.int64)
        summed = np.empty((length + 1, lazy.shape[1]), dtype=np.int32)
        normalise(lazy, summed, 0)
        return Matrix(summed[:, :, None], squares.exponent)

    def at_equations(self, block: TableBlock, column: Matrix) -> Matrix:
        """A column over the equations that a block touches, put at these equations."""
        limbs = np.zeros((column.length, self.problem.equations, 1), dtype=np.int32)
        limbs[:, block.touched] = column.limbs
        return Matrix(limbs, column.exponent)

    def objective(self, x: Mapping[str, Matrix], y: Matrix) -> tuple[Fraction, Fraction]:
        """c0 + <C, X> and c0 + bᵀy, exactly."""
        engine = self.engine
        constant = Fraction(int(self.problem.constant.p), int(self.problem.constant.q))
        primal = sum((total(engine, b.cost, x[b.name]) for b in self.problem.blocks if b.cost is not None), constant)
        return primal, constant + total(engine, self.problem.right, y)
