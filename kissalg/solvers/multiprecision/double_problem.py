"""A `NumericProblem` in float64, as arrays of NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from kissalg.solvers.multiprecision.matrix import Matrix
from kissalg.solvers.multiprecision.problem import FormsBlock, NumericProblem
from kissalg.solvers.multiprecision.residues import Floats
from kissalg.solvers.multiprecision.stacks import triangle
from kissalg.solvers.multiprecision.workers import Workers

__all__ = [
    "Arrays",
    "DoubleBlock",
    "DoubleForms",
    "DoubleProblem",
    "DoubleSmall",
    "DoubleSquares",
    "adjoint",
    "size",
    "symmetrised",
]


Arrays = dict[str, Floats]


@dataclass(frozen=True, eq=False)
class DoubleSquares:
    """A low-rank block: rows[r, i] is v_(r,i)."""

    name: str
    first: int
    rows: Floats
    cost: Floats | None

    @property
    def order(self) -> int:
        return int(self.rows.shape[2])

    @property
    def work(self) -> int:
        """The multiply-adds of a product of the rows with a matrix."""
        return self.rows.size * self.order


@dataclass(frozen=True, eq=False)
class DoubleForms:
    """A block of signed forms: row r is v_r."""

    name: str
    layout: FormsBlock
    rows: Floats
    cost: Floats | None

    @property
    def order(self) -> int:
        return int(self.rows.shape[1])

    @property
    def work(self) -> int:
        """As for `DoubleSquares`."""
        return self.rows.size * self.order


@dataclass(frozen=True, eq=False)
class DoubleSmall:
    """A dense block, a vector or free variables: its columns of D. A dense block that is `wide` has its constraint matrices in `stack`."""

    name: str
    order: int
    columns: Floats
    cost: Floats | None
    stack: Floats | None = None

    @property
    def work(self) -> int:
        """The multiply-adds of a product of two matrices, or with the columns."""
        return max(self.order**3, self.columns.size)


DoubleBlock: TypeAlias = DoubleSquares | DoubleForms | DoubleSmall


@dataclass(frozen=True, eq=False)
class DoubleProblem:
    """A `NumericProblem` in float64."""

    equations: int
    order: int
    constant: float
    right: Floats
    squares: tuple[DoubleSquares, ...]
    forms: tuple[DoubleForms, ...]
    dense: tuple[DoubleSmall, ...]
    vectors: tuple[DoubleSmall, ...]
    free: tuple[DoubleSmall, ...]

    @staticmethod
    def of(problem: NumericProblem) -> DoubleProblem:
        """The problem rounded to float64."""
        table = problem.dense.to_float()
        squares = [
            DoubleSquares(b.name, b.first, b.rows.to_float().reshape(b.rank, b.points, b.order), _floats(b.cost))
            for b in problem.low_rank
        ]
        forms = [DoubleForms(b.name, b, b.rows.to_float(), _floats(b.cost)) for b in problem.forms]
        dense = []
        for b in problem.dense_blocks:
            columns = table[:, b.start : b.start + b.width]
            stack = _symmetric(columns, b.order) if b.wide else None
            dense.append(DoubleSmall(b.name, b.order, columns, _floats(b.cost), stack))
        vectors = [
            DoubleSmall(v.name, v.order, table[:, v.start : v.start + v.width], v.cost.to_float()[:, 0])
            for v in problem.vectors
        ]
        free = [
            DoubleSmall(f.name, f.length, table[:, f.start : f.start + f.length], f.cost.to_float()[:, 0])
            for f in problem.free
        ]
        return DoubleProblem(
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
    def matrices(self) -> tuple[DoubleBlock, ...]:
        """The blocks that are matrices, the expensive ones first."""
        return (*self.squares, *self.forms, *self.dense)

    @property
    def cones(self) -> tuple[DoubleBlock, ...]:
        """All blocks but the free ones."""
        return (*self.matrices, *self.vectors)

    @property
    def blocks(self) -> tuple[DoubleBlock, ...]:
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
    p, q = triangle(order)
    full = np.zeros((len(columns), order, order))
    full[:, p, q] = columns
    return (full + full.transpose(0, 2, 1)) / 2


def size(block: DoubleBlock) -> int:
    """The multiply-adds of a product with the rows of a block."""
    return block.work


def symmetrised(a: Floats) -> Floats:
    """(A + Aᵀ)/2; a vector stays as it is."""
    return (a + a.T) / 2 if a.ndim == 2 else a


def adjoint(problem: DoubleProblem, y: Floats, pool: Workers) -> Arrays:
    """A*(y)."""

    def one(block: DoubleBlock) -> Floats:
        if isinstance(block, DoubleForms):
            scaled = block.rows * (y[block.layout.equations] * block.layout.signs)[:, None]
            return symmetrised(scaled.T @ block.rows)
        if isinstance(block, DoubleSquares):
            weights = y[block.first : block.first + block.rows.shape[1], None]
            flat = block.rows.reshape(-1, block.rows.shape[2])
            return symmetrised((block.rows * weights).reshape(flat.shape).T @ flat)
        gradient: Floats = block.columns.T @ y
        full = np.zeros((block.order, block.order))
        full[triangle(block.order)] = gradient
        return symmetrised(full)

    values = dict(zip([b.name for b in problem.matrices], pool.map(one, problem.matrices, size), strict=True))
    values.update({v.name: v.columns.T @ y for v in (*problem.vectors, *problem.free)})
    return values
