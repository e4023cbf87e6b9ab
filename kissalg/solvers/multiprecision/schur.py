"""The Schur complement S_ij = Σ_blocks <A_i, X A_j Z⁻¹>, assembled by tiles.

With X = L Lᵀ, Z⁻¹ = Mᵀ M and a low-rank block with rows v, S gains the entrywise product of two Gram matrices,
(V L)(V L)ᵀ ∘ (V Mᵀ)(V Mᵀ)ᵀ, summed over pairs of rank components. The dense blocks together contribute D K Dᵀ = U Uᵀ,
where K is block diagonal with the matrices <E_pq, X E_rs Z⁻¹> (E_pq = (e_p e_qᵀ + e_q e_pᵀ)/2) and x/z for vectors, and
U = D · chol(K): one symmetric product, however many blocks.

Only the tiles on and below the diagonal are computed; each is recovered from residues, multiplied and added while it is in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from math import ceil, log2

import numpy as np
from numpy.typing import NDArray

from kissalg.solvers.multiprecision.limbs import hadamard_accumulate, normalise
from kissalg.solvers.multiprecision.matrix import QUARTER, Engine, Matrix, Residues, residue_product
from kissalg.solvers.multiprecision.problem import LowRankBlock
from kissalg.solvers.multiprecision.residues import BASE_BITS, Planes

__all__ = ["SchurAccumulator", "kronecker"]

_TILE = 128

Tile = tuple[tuple[int, int], tuple[int, int]]
Indices = NDArray[np.intp]


def _intervals(count: int) -> list[tuple[int, int]]:
    return [(start, min(count, start + _TILE)) for start in range(0, count, _TILE)]


class SchurAccumulator:
    """Sums contributions into a symmetric matrix with lazy limbs, then normalises it.

    Arguments: `peak`, log2 of a bound on the entries of the sum; `pool`, runs the tiles of one contribution.
    """

    def __init__(self, engine: Engine, order: int, peak: float, pool: Executor) -> None:
        self.engine = engine
        self.order = order
        self.pool = pool
        length = engine.length + 1
        self.exponent = ceil((peak + 2) / BASE_BITS) + 1 - length
        self.planes: Planes = np.zeros((length, order, order), dtype=np.int32)
        self.additions = 0

    def _tiles(self, work: Callable[[Tile], None], count: int) -> None:
        """work(tile) for all tiles on and below the diagonal of a count × count matrix."""
        spans = _intervals(count)
        list(
            self.pool.map(work, [(p, q) for p in spans for q in spans if q[0] <= p[0]])
        )  # list: errors are raised here

    def _count(self, additions: int) -> None:
        self.additions += additions
        if self.additions > 90:  # |digit| <= 2^23 each: renormalise before int32 overflows
            self.planes = self._normalised()
            self.additions = 1 + additions

    def _normalised(self) -> Planes:
        length = self.planes.shape[0]
        out = np.empty((length + 1, self.order, self.order), dtype=np.int32)
        normalise(self.planes.reshape(length, -1), out.reshape(length + 1, -1), 0)
        return np.ascontiguousarray(out[:length])  # the bound `peak` keeps the last carry zero

    def add_low_rank(self, block: LowRankBlock, x_rows: Matrix, z_rows: Matrix) -> None:
        """Add Σ_ab (G_X)_(ai,bj) (G_Z)_(ai,bj) for G = rows · rowsᵀ, at the block's equations."""
        engine, n, rank = self.engine, block.points, block.rank
        self._count(rank * rank)
        grams = []
        for rows in (x_rows, z_rows):
            bits = 2 * rows.bits() + block.order.bit_length()
            grams.append((engine.residues(rows, bits).values, bits, 2 * rows.exponent))

        def work(tile: Tile) -> None:
            (i0, i1), (j0, j1) = tile
            sums = np.zeros((self.planes.shape[0], i1 - i0, j1 - j0), dtype=np.int32)
            for a in range(rank):
                for b in range(rank):
                    parts = []
                    for values, bits, exponent in grams:
                        left = values[:, a * n + i0 : a * n + i1]
                        right = values[:, b * n + j0 : b * n + j1].transpose(0, 2, 1)
                        parts.append(engine.recover(residue_product(left, right), bits, exponent))
                    hadamard_accumulate(
                        parts[0].limbs, parts[1].limbs, sums, parts[0].exponent + parts[1].exponent - self.exponent
                    )
            first = block.first
            self.planes[:, first + i0 : first + i1, first + j0 : first + j1] += sums

        self._tiles(work, n)

    def add_gram(self, u: Matrix) -> None:
        """Add U Uᵀ."""
        if u.shape[1] == 0:
            return
        engine = self.engine
        self._count(1)
        bits = 2 * u.bits() + u.shape[1].bit_length()
        residues = engine.residues(u, bits)

        def work(tile: Tile) -> None:
            (i0, i1), (j0, j1) = tile
            left = Residues(residues.values[:, i0:i1], u.exponent, residues.bits)
            right = Residues(residues.values[:, j0:j1].transpose(0, 2, 1), u.exponent, residues.bits)
            part = engine.multiply(left, right)
            shift = part.exponent - self.exponent
            skip = max(0, -shift)
            if skip < part.length:
                self.planes[shift + skip : shift + part.length, i0:i1, j0:j1] += part.limbs[skip:]

        self._tiles(work, self.order)

    def result(self) -> Matrix:
        """The symmetric matrix."""
        planes = self._normalised()
        lower = np.tri(self.order, dtype=np.int32)
        planes *= lower
        strict = planes * (lower - np.eye(self.order, dtype=np.int32))
        planes += strict.transpose(0, 2, 1)
        return self.engine.round(Matrix(planes, self.exponent))


def kronecker(engine: Engine, x: Matrix, z_inverse: Matrix) -> Matrix:
    """<E_pq, X E_rs Z⁻¹> over p <= q, r <= s: (X_qr Z_ps + X_qs Z_pr + X_pr Z_qs + X_ps Z_qr)/4 with Z = Z⁻¹, symmetric."""
    p, q = np.triu_indices(x.shape[0])
    total = Matrix.zeros(len(p), len(p))

    def picked(a: Matrix, rows: Indices, columns: Indices) -> Matrix:
        return Matrix(np.ascontiguousarray(a.limbs[:, rows[:, None], columns[None, :]]), a.exponent)

    for first, second in ((q, p), (p, q)):
        for third, fourth in ((p, q), (q, p)):
            total = engine.add(total, engine.hadamard(picked(x, first, third), picked(z_inverse, second, fourth)))
    return engine.combine((QUARTER, total))


def diagonal_peak(values: Sequence[float]) -> float:
    """log2 of the largest of nonnegative numbers, at least -1000."""
    return max((log2(v) for v in values if v > 0), default=-1000.0)
