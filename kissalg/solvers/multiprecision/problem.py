"""The numerical problem that the interior-point method sees: blocks in orthonormal bases, and the equations.

    minimise c0 + Σ <C, X>   subject to   Σ A(X) = b,   X ⪰ 0   (primal: the variables of the exact model, in new bases)
    maximise c0 + bᵀy        subject to   C - A*(y) = Z ⪰ 0     (dual: one y for each sample point)

A `LowRankBlock` has constraint matrices Σ_r v_r v_rᵀ with weights absorbed in the rows v (sums of squares times a
multiplier, in one identity): all it needs is the table V of its rows. A `SignedFormsBlock` has constraint matrices Σ_r
± v_r v_rᵀ, of any ranks and in any equations. `DenseBlock`s (any symmetric constraint matrices), `VectorBlock`s
(nonnegative vectors) and `FreeBlock`s (numbers of any sign) are columns of one table D, the first by their upper
triangles.

Each PSD block keeps `back`, the matrix with X_model = backᵀ X back (see `build_problem.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from kissalg.solvers.multiprecision.matrix import Engine, Matrix, Residues
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.scalar import Scalar

__all__ = [
    "Block",
    "DenseBlock",
    "SignedFormsBlock",
    "FreeBlock",
    "LowRankBlock",
    "NumericProblem",
    "PsdBlock",
    "TableBlock",
    "VectorBlock",
]


@dataclass(frozen=True, eq=False)
class LowRankBlock:
    """A PSD variable in one identity, with constraint matrices Σ_r v_(r,i) v_(r,i)ᵀ, i = first … first+points-1.

    `rows` stacks the rank components: row r · points + i is v_(r,i). `residues` are those of `rows`, for all products.
    """

    name: str
    order: int
    first: int
    points: int
    rank: int
    rows: Matrix
    residues: Residues
    back: Matrix
    cost: Matrix | None

    @property
    def work(self) -> int:
        """The multiply-adds of a product of the rows with a matrix."""
        return self.rows.shape[0] * self.order**2

    @property
    def touched(self) -> slice:
        """The equations in which the block occurs."""
        return slice(self.first, self.first + self.points)

    def rounded(self, engine: Engine, partner: int) -> LowRankBlock:
        """The block at the precision of an engine, with the residues for products with matrices of `partner` limbs."""
        rows, residues = _prepared(engine, self.rows, partner)
        return replace(self, rows=rows, residues=residues, cost=_rounded(engine, self.cost))


@dataclass(frozen=True, eq=False)
class SignedFormsBlock:
    """A PSD variable with constraint matrices Σ_r signs[r] v_r v_rᵀ, the sum over the rows r with equations[r] = i.

    The rows v_r are in ascending order of their equations; `starts` are the first rows of each of the equations
    `touched`.
    """

    name: str
    order: int
    equations: NDArray[np.int64]
    signs: NDArray[np.int32]
    rows: Matrix
    residues: Residues
    back: Matrix
    cost: Matrix | None

    @property
    def work(self) -> int:
        """As for `LowRankBlock`."""
        return len(self.equations) * self.order**2

    @property
    def touched(self) -> NDArray[np.int64]:
        """The equations in which the block occurs, ascending."""
        return self.equations[self.starts]

    @property
    def starts(self) -> NDArray[np.int64]:
        """The first row of each touched equation."""
        first = np.diff(self.equations, prepend=-1) != 0
        return np.flatnonzero(first).astype(np.int64)

    def rounded(self, engine: Engine, partner: int) -> SignedFormsBlock:
        """As for `LowRankBlock`."""
        rows, residues = _prepared(engine, self.rows, partner)
        return replace(self, rows=rows, residues=residues, cost=_rounded(engine, self.cost))


def _prepared(engine: Engine, table: Matrix, partner: int) -> tuple[Matrix, Residues]:
    rows = engine.round(table)
    # the inner dimension is the order or the number of rows
    bits = BASE_BITS * (engine.length + partner) + max(rows.shape).bit_length() + 2
    return rows, engine.residues(rows, bits)


def _rounded(engine: Engine, cost: Matrix | None) -> Matrix | None:
    return None if cost is None else engine.round(cost)


@dataclass(frozen=True, eq=False)
class DenseBlock:
    """A PSD variable by upper triangles, in the columns `start …` of D.

    The columns are in the order of (p, q), p <= q, and hold the coefficients of X_pq. `wide` says how the block's part
    of the Schur complement is made: by congruences of the constraint matrices, or by a Kronecker product.
    """

    name: str
    order: int
    start: int
    wide: bool
    back: Matrix
    cost: Matrix | None

    @property
    def width(self) -> int:
        """The number of columns, order (order + 1)/2."""
        return self.order * (self.order + 1) // 2

    @property
    def work(self) -> int:
        """The multiply-adds of a product of two matrices."""
        return self.order**3


@dataclass(frozen=True, eq=False)
class VectorBlock:
    """A nonnegative vector x: columns `start … start + order - 1` of D. In the model its value is unit · x."""

    name: str
    order: int
    start: int
    unit: Scalar
    cost: Matrix

    @property
    def width(self) -> int:
        """The number of columns, its length."""
        return self.order

    @property
    def work(self) -> int:
        """The multiplications of a product entry by entry."""
        return self.order


@dataclass(frozen=True, eq=False)
class FreeBlock:
    """Numbers f of any sign: columns `start … start + length - 1` of D.

    They have no cone, hence the order 0; their dual slack is zero. In the model their value is unit · f.
    """

    name: str
    length: int
    start: int
    unit: Scalar
    cost: Matrix

    @property
    def order(self) -> int:
        """0, the part of the order of the barrier."""
        return 0


TableBlock: TypeAlias = LowRankBlock | SignedFormsBlock
PsdBlock: TypeAlias = LowRankBlock | SignedFormsBlock | DenseBlock
Block: TypeAlias = LowRankBlock | SignedFormsBlock | DenseBlock | VectorBlock | FreeBlock


@dataclass(frozen=True, eq=False)
class NumericProblem:
    """A sampled model, set up once at a high precision.

    `at(bits)` is the same problem with everything rounded, for the iterations.

    Attributes:
        engine: the arithmetic of this precision.
        equations: their number m.
        low_rank: the blocks of squares in one identity.
        forms: the blocks of signed squares.
        dense_blocks: the blocks by upper triangles.
        vectors: the nonnegative vectors.
        free: the numbers of any sign.
        dense: D, with m rows.
        dense_transposed: Dᵀ.
        right: the column b.
        units: equation i is scaled by units[i]: the multipliers of the model are units ∘ y.
        balanced: whether the scaling is such that Z is near the identity, in order of magnitude.
        constant: c0.
    """

    engine: Engine
    equations: int
    low_rank: tuple[LowRankBlock, ...]
    forms: tuple[SignedFormsBlock, ...]
    dense_blocks: tuple[DenseBlock, ...]
    vectors: tuple[VectorBlock, ...]
    free: tuple[FreeBlock, ...]
    dense: Matrix
    dense_transposed: Matrix
    right: Matrix
    units: Matrix
    balanced: bool
    constant: fmpq

    def at(self, bits: int, partner: int | None = None) -> NumericProblem:
        """The problem rounded to a working precision, with an engine of that precision.

        Args:
            bits: the precision.
            partner: the number of limbs of the matrices that the maps will be applied to, by default those of the
                engine.
        """
        engine = Engine(bits)
        partner = engine.length if partner is None else max(partner, 1)
        dense = engine.round(self.dense)
        return replace(
            self,
            engine=engine,
            low_rank=tuple(block.rounded(engine, partner) for block in self.low_rank),
            forms=tuple(block.rounded(engine, partner) for block in self.forms),
            dense_blocks=tuple(replace(b, cost=_rounded(engine, b.cost)) for b in self.dense_blocks),
            vectors=tuple(replace(b, cost=engine.round(b.cost)) for b in self.vectors),
            free=tuple(replace(b, cost=engine.round(b.cost)) for b in self.free),
            dense=dense,
            dense_transposed=dense.transpose(),
            right=engine.round(self.right),
        )

    @property
    def psd(self) -> tuple[PsdBlock, ...]:
        """The matrix blocks, the expensive ones first."""
        return (*self.tables, *self.dense_blocks)

    @property
    def tables(self) -> tuple[TableBlock, ...]:
        """The matrix blocks that are known by the rows of their constraint matrices."""
        return (*self.low_rank, *self.forms)

    @property
    def cones(self) -> tuple[PsdBlock | VectorBlock, ...]:
        """All blocks but the free ones."""
        return (*self.psd, *self.vectors)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks."""
        return (*self.cones, *self.free)

    @property
    def order(self) -> int:
        """ν, the order of the barrier."""
        return sum(block.order for block in self.blocks)
