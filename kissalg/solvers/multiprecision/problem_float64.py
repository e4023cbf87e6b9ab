"""A `NumericProblem` in float64, as arrays of NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from kissalg.solvers.multiprecision.matrix import Matrix
from kissalg.solvers.multiprecision.problem import NumericProblem, SignedFormsBlock
from kissalg.solvers.multiprecision.residues import Floats
from kissalg.solvers.multiprecision.stacked_matrices import triangle_indices
from kissalg.solvers.multiprecision.workers import Workers

__all__ = [
    "Arrays",
    "Float64Block",
    "Float64SignedForms",
    "Float64Problem",
    "Float64Dense",
    "Float64LowRank",
    "adjoint",
    "size",
    "symmetrised",
]


Arrays = dict[str, Floats]


@dataclass(frozen=True, eq=False)
class Float64LowRank:
    """A low-rank block: rows[r, i] is v_(r,i)."""

    name: str
    first: int
    rows: Floats
    cost: Floats | None

    @property
    def order(self) -> int:
        """The order of the matrix."""
        return int(self.rows.shape[2])

    @property
    def work(self) -> int:
        """The multiply-adds of a product of the rows with a matrix."""
        return self.rows.size * self.order


@dataclass(frozen=True, eq=False)
class Float64SignedForms:
    """A block of signed forms: row r is v_r."""

    name: str
    layout: SignedFormsBlock
    rows: Floats
    cost: Floats | None

    @property
    def order(self) -> int:
        """The order of the matrix."""
        return int(self.rows.shape[1])

    @property
    def work(self) -> int:
        """As for `Float64LowRank`."""
        return self.rows.size * self.order


@dataclass(frozen=True, eq=False)
class Float64Dense:
    """A dense block, a vector or free variables: its columns of D.

    A dense block that is `wide` has its constraint matrices in `stack`.
    """

    name: str
    order: int
    columns: Floats
    cost: Floats | None
    stack: Floats | None = None

    @property
    def work(self) -> int:
        """The multiply-adds of a product of two matrices, or with the columns."""
        return max(self.order**3, self.columns.size)


Float64Block: TypeAlias = Float64LowRank | Float64SignedForms | Float64Dense


@dataclass(frozen=True, eq=False)
class Float64Problem:
    """A `NumericProblem` in float64."""

    equations: int
    order: int
    constant: float
    right: Floats
    squares: tuple[Float64LowRank, ...]
    forms: tuple[Float64SignedForms, ...]
    dense: tuple[Float64Dense, ...]
    vectors: tuple[Float64Dense, ...]
    free: tuple[Float64Dense, ...]

    @staticmethod
    def of(problem: NumericProblem) -> Float64Problem:
        """The problem rounded to float64."""
        table = problem.dense.to_float()
        squares = [
            Float64LowRank(b.name, b.first, b.rows.to_float().reshape(b.rank, b.points, b.order), _floats(b.cost))
            for b in problem.low_rank
        ]
        forms = [Float64SignedForms(b.name, b, b.rows.to_float(), _floats(b.cost)) for b in problem.forms]
        dense = []
        for b in problem.dense_blocks:
            columns = table[:, b.start : b.start + b.width]
            stack = _symmetric(columns, b.order) if b.wide else None
            dense.append(Float64Dense(b.name, b.order, columns, _floats(b.cost), stack))
        vectors = [
            Float64Dense(v.name, v.order, table[:, v.start : v.start + v.width], v.cost.to_float()[:, 0])
            for v in problem.vectors
        ]
        free = [
            Float64Dense(f.name, f.length, table[:, f.start : f.start + f.length], f.cost.to_float()[:, 0])
            for f in problem.free
        ]
        return Float64Problem(
            problem.equations,
            problem.order,
            float(Fraction(int(problem.constant.p), int(problem.constant.q))),
            problem.right.to_float()[:, 0],
            tuple(squares),
            tuple(forms),
            tuple(dense),
            tuple(vectors),
            tuple(free),
        )

    @property
    def matrices(self) -> tuple[Float64Block, ...]:
        """The blocks that are matrices, the expensive ones first."""
        return (*self.squares, *self.forms, *self.dense)

    @property
    def cones(self) -> tuple[Float64Block, ...]:
        """All blocks but the free ones."""
        return (*self.matrices, *self.vectors)

    @property
    def blocks(self) -> tuple[Float64Block, ...]:
        """All blocks."""
        return (*self.cones, *self.free)

    @property
    def free_columns(self) -> Floats:
        """B, the columns of all free variables."""
        return np.hstack([f.columns for f in self.free] or [np.zeros((self.equations, 0))])


def _floats(a: Matrix | None) -> Floats | None:
    return None if a is None else a.to_float()


def _symmetric(columns: Floats, order: int) -> Floats:
    """The symmetric matrices G_i with <G_i, X> = Σ_(p<=q) columns[i, pq] X_pq."""
    p, q = triangle_indices(order)
    full = np.zeros((len(columns), order, order))
    full[:, p, q] = columns
    return (full + full.transpose(0, 2, 1)) / 2


def size(block: Float64Block) -> int:
    """The multiply-adds of a product with the rows of a block."""
    return block.work


def symmetrised(a: Floats) -> Floats:
    """(A + Aᵀ)/2; a vector stays as it is."""
    return (a + a.T) / 2 if a.ndim == 2 else a


def adjoint(problem: Float64Problem, y: Floats, pool: Workers) -> Arrays:
    """A*(y)."""

    def one(block: Float64Block) -> Floats:
        if isinstance(block, Float64SignedForms):
            scaled = block.rows * (y[block.layout.equations] * block.layout.signs)[:, None]
            return symmetrised(scaled.T @ block.rows)
        if isinstance(block, Float64LowRank):
            weights = y[block.first : block.first + block.rows.shape[1], None]
            flat = block.rows.reshape(-1, block.rows.shape[2])
            return symmetrised((block.rows * weights).reshape(flat.shape).T @ flat)
        gradient: Floats = block.columns.T @ y
        full = np.zeros((block.order, block.order))
        full[triangle_indices(block.order)] = gradient
        return symmetrised(full)

    values = dict(zip([b.name for b in problem.matrices], pool.map(one, problem.matrices, size), strict=True))
    values.update({v.name: v.columns.T @ y for v in (*problem.vectors, *problem.free)})
    return values
