"""The numerical problem that the interior-point method sees: blocks in orthonormalised bases, and the data of the equations.

    minimise c0 + Σ <C, X>   subject to   Σ A(X) = b,   X ⪰ 0          (primal: the variables of the exact model, in new bases)
    maximise c0 + bᵀy        subject to   C - A*(y) = Z ⪰ 0            (dual: one y for each sample point)

Three kinds of blocks. A `LowRankBlock` has constraint matrices Σ_r v_r v_rᵀ with weights absorbed in the rows v (sums of
squares times a multiplier): all it needs is the table V of its rows. `DenseBlock`s (small, any symmetric constraint
matrices) and `VectorBlock`s (nonnegative vectors) are columns of one table D, the former by their upper triangles.

Each PSD block keeps `back`, the matrix with X_model = backᵀ X back (see `setup.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from flint import fmpq

from kissalg.solvers.multiprecision.matrix import Engine, Matrix, Residues, Scalar
from kissalg.solvers.multiprecision.residues import BASE_BITS

__all__ = ["Block", "DenseBlock", "LowRankBlock", "NumericProblem", "PsdBlock", "VectorBlock"]


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

    def rounded(self, engine: Engine, partner: int) -> LowRankBlock:
        """The block at the precision of an engine, with the residues that its products with matrices of `partner` limbs need."""
        rows = engine.round(self.rows)
        # the inner dimension is the order or the number of rows
        bits = BASE_BITS * (engine.length + partner) + max(rows.shape).bit_length() + 2
        return replace(self, rows=rows, residues=engine.residues(rows, bits), cost=_rounded(engine, self.cost))


def _rounded(engine: Engine, cost: Matrix | None) -> Matrix | None:
    return None if cost is None else engine.round(cost)


@dataclass(frozen=True, eq=False)
class DenseBlock:
    """A PSD variable by upper triangles: columns `start …` of D, in the order of (p, q), p <= q, hold the coefficients of X_pq."""

    name: str
    order: int
    start: int
    back: Matrix
    cost: Matrix | None

    @property
    def width(self) -> int:
        """The number of columns, order (order + 1)/2."""
        return self.order * (self.order + 1) // 2


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


PsdBlock: TypeAlias = LowRankBlock | DenseBlock
Block: TypeAlias = LowRankBlock | DenseBlock | VectorBlock


@dataclass(frozen=True, eq=False)
class NumericProblem:
    """A sampled model. `dense` is D (equations × columns), `right` the column b, `constant` c0.

    Equation i is scaled by `units[i]`: the multipliers of the model are units ∘ y. `balanced` says that the scaling is such
    that Z is near the identity, in order of magnitude.

    It is set up once, at a high precision; `at(bits)` is the same problem with everything rounded, for the iterations.
    """

    engine: Engine
    equations: int
    low_rank: tuple[LowRankBlock, ...]
    dense_blocks: tuple[DenseBlock, ...]
    vectors: tuple[VectorBlock, ...]
    dense: Matrix
    dense_transposed: Matrix
    right: Matrix
    units: Matrix
    balanced: bool
    constant: fmpq

    def at(self, bits: int, partner: int | None = None) -> NumericProblem:
        """The problem rounded to a working precision, with an engine of that precision.

        Arguments: `partner`, the number of limbs of the matrices that the maps will be applied to, by default those of the engine.
        """
        engine = Engine(bits)
        partner = engine.length if partner is None else max(partner, 1)
        dense = engine.round(self.dense)
        return replace(
            self,
            engine=engine,
            low_rank=tuple(block.rounded(engine, partner) for block in self.low_rank),
            dense_blocks=tuple(replace(b, cost=_rounded(engine, b.cost)) for b in self.dense_blocks),
            vectors=tuple(replace(b, cost=engine.round(b.cost)) for b in self.vectors),
            dense=dense,
            dense_transposed=dense.transpose(),
            right=engine.round(self.right),
        )

    @property
    def psd(self) -> tuple[PsdBlock, ...]:
        """The matrix blocks, the expensive ones first."""
        return (*self.low_rank, *self.dense_blocks)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks."""
        return (*self.low_rank, *self.dense_blocks, *self.vectors)

    @property
    def order(self) -> int:
        """ν, the order of the barrier."""
        return sum(block.order for block in self.blocks)
