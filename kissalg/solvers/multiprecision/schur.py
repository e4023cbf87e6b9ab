"""The Schur complement S_ij = Σ_blocks <A_i, X A_j Z⁻¹>, assembled by tiles.

With X = L Lᵀ, Z⁻¹ = Mᵀ M and a low-rank block with rows v, S gains the entrywise product of two Gram matrices,
(V L)(V L)ᵀ ∘ (V Mᵀ)(V Mᵀ)ᵀ, summed over pairs of rank components. The dense blocks together contribute D K Dᵀ = U Uᵀ,
where K is block diagonal with the matrices <E_pq, X E_rs Z⁻¹> (E_pq = (e_p e_qᵀ + e_q e_pᵀ)/2) and x/z for vectors, and
U = D · chol(K): one symmetric product, however many blocks.

Row and column i of S are scaled by a power of two, 2^(-scale_i), so that the diagonal is near one: rounding errors are
then relative to √(S_ii S_jj) in every entry, and the rows of V L and V Mᵀ can be cut to the working precision after a
scaling of their own (an entry of a Gram matrix is bounded by the norms of two rows), which keeps the products short.

Only the tiles on and below the diagonal are computed; each is recovered from residues, multiplied and added while it is
in the cache.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kissalg.solvers.multiprecision.limbs import align_rows, hadamard_accumulate, normalise
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, residue_product
from kissalg.solvers.multiprecision.problem import LowRankBlock, SignedFormsBlock
from kissalg.solvers.multiprecision.residues import BASE_BITS, Floats, Planes, from_residues, primes_for, to_residues
from kissalg.solvers.multiprecision.scalar import QUARTER
from kissalg.solvers.multiprecision.stacked_matrices import triangle_indices
from kissalg.solvers.multiprecision.workers import Workers

__all__ = ["TILE", "Indices", "SchurAccumulator", "kronecker", "norm_exponents"]

TILE = 128

Tile = tuple[tuple[int, int], tuple[int, int]]
Indices = NDArray[np.int64]


class SchurAccumulator:
    """A symmetric matrix as the sum of contributions, in lazy limbs that are normalised at the end.

    Args:
        engine: the arithmetic.
        scale: for each equation a bound: log2 of the norm of a row of U (`add_gram`), or of the product of the norms of
            the two rows of a low-rank block, must be at most scale - 4.
        pool: the threads that share the tiles of one contribution.
        tile: rows and columns of a tile, which decide about memory and threads only.
    """

    def __init__(self, engine: Engine, scale: Indices, pool: Workers, *, tile: int = TILE) -> None:
        self.engine = engine
        self.scale = scale
        self.order = len(scale)
        self.pool = pool
        self.tile = tile
        self.planes: Planes = np.zeros((engine.length + 1, self.order, self.order), dtype=np.int32)
        self.additions = 0

    def _tiles(self, work: Callable[[Tile], None], count: int) -> None:
        """work(tile) for all tiles on and below the diagonal of a count × count matrix."""
        spans = [(start, min(count, start + self.tile)) for start in range(0, count, self.tile)]
        self.pool.map(work, [(p, q) for p in spans for q in spans if q[0] <= p[0]])

    def _count(self, additions: int) -> None:
        self.additions += additions
        if self.additions > 90:  # |digit| <= 2^23 each: renormalise before int32 overflows
            self.planes = self._normalised()
            self.additions = 1 + additions

    def _normalised(self) -> Planes:
        length = self.planes.shape[0]
        out = np.empty((length + 1, self.order, self.order), dtype=np.int32)
        normalise(self.planes.reshape(length, -1), out.reshape(length + 1, -1), 0)
        return np.ascontiguousarray(out[:length])  # the scale keeps the last carry zero

    def _aligned(self, rows: Matrix, scale: Indices) -> Floats:
        """Residues of the rows times 2^-scale, in units of 2^(-24 L), as many as their Gram matrix needs."""
        length = self.engine.length
        limbs = np.empty((length, *rows.shape), dtype=np.int32)
        align_rows(rows.limbs, BASE_BITS * (rows.exponent + length) - scale, limbs)
        return to_residues(limbs, primes_for(self._bits))

    @property
    def _bits(self) -> int:
        """The entries of a Gram matrix of aligned rows, which have norms of at most 2^-2, are below 2^bits."""
        return 2 * BASE_BITS * self.engine.length - 3

    def add_low_rank(self, block: LowRankBlock, x_rows: Matrix, z_rows: Matrix, norms: Indices) -> None:
        """Add Σ_ab (G_X)_(ai,bj) (G_Z)_(ai,bj) for G = rows · rowsᵀ, at the block's equations.

        Args:
            block: the block.
            x_rows: V L.
            z_rows: V N⁻ᵀ.
            norms: for each equation at least log2 of the norm of its row of x_rows (of all of them together if there
                are several).
        """
        n, rank = block.points, block.rank
        self._count(rank * rank)
        left_scale = norms + 2
        right_scale = self.scale[block.first : block.first + n] - left_scale
        grams = [
            self._aligned(rows, np.tile(scale, rank)) for rows, scale in ((x_rows, left_scale), (z_rows, right_scale))
        ]
        length = self.engine.length
        total = self._bits // BASE_BITS + 1
        low = max(0, total - length - 1)

        def work(tile: Tile) -> None:
            (i0, i1), (j0, j1) = tile
            sums = np.zeros((length + 1, i1 - i0, j1 - j0), dtype=np.int32)
            for a in range(rank):
                for b in range(rank):
                    parts = []
                    for values in grams:
                        left = values[:, a * n + i0 : a * n + i1]
                        right = values[:, b * n + j0 : b * n + j1].transpose(0, 2, 1)
                        parts.append(from_residues(residue_product(left, right), low, total - low))
                    # both are in units of 2^(24 (low - 2 L)), the sums in units of 2^(-24 L)
                    hadamard_accumulate(parts[0], parts[1], sums, 2 * low - 3 * length)
            first = block.first
            self.planes[:, first + i0 : first + i1, first + j0 : first + j1] += sums

        self._tiles(work, n)

    def add_forms(self, block: SignedFormsBlock, x_rows: Matrix, z_rows: Matrix, norms: Indices) -> None:
        """Add Σ_rt ± (G_X)_rt (G_Z)_rt over the rows r, t of two equations, G = rows · rowsᵀ, at the block's equations.

        Args:
            block: the block.
            x_rows: V L.
            z_rows: V N⁻ᵀ.
            norms: for each touched equation at least log2 of the norm of all its rows of x_rows together.
        """
        self._count(1)
        touched, starts = block.touched, block.starts
        ends = np.append(starts[1:], len(block.equations))
        segment = np.repeat(np.arange(len(starts)), ends - starts)
        left_scale = norms + 2
        right_scale = self.scale[touched] - left_scale
        signed = Matrix(x_rows.limbs * block.signs[:, None], x_rows.exponent)  # both factors of a sign: their product
        grams = [self._aligned(rows, scale[segment]) for rows, scale in ((signed, left_scale), (z_rows, right_scale))]
        length = self.engine.length
        total = self._bits // BASE_BITS + 1
        low = max(0, total - length - 1)
        # tiles of whole equations, of about `tile` rows each
        spans = [int(s) for s in np.unique(np.searchsorted(starts, np.arange(0, len(segment), self.tile)))]
        spans = [*dict.fromkeys([0, *spans, len(starts)])]

        def work(tile: Tile) -> None:
            (p0, p1), (q0, q1) = tile
            i0, i1, j0, j1 = starts[p0], ends[p1 - 1], starts[q0], ends[q1 - 1]
            sums = np.zeros((length + 1, i1 - i0, j1 - j0), dtype=np.int32)
            parts = [
                from_residues(residue_product(v[:, i0:i1], v[:, j0:j1].transpose(0, 2, 1)), low, total - low)
                for v in grams
            ]
            hadamard_accumulate(parts[0], parts[1], sums, 2 * low - 3 * length)
            folded = np.add.reduceat(sums.astype(np.int64), starts[p0:p1] - i0, axis=1)
            folded = np.add.reduceat(folded, starts[q0:q1] - j0, axis=2)
            out = np.empty((length + 2, (p1 - p0) * (q1 - q0)), dtype=np.int32)
            normalise(folded.reshape(length + 1, -1), out, 0)  # the scale keeps the last carry zero
            shape = (length + 1, p1 - p0, q1 - q0)
            self.planes[:, touched[p0:p1, None], touched[None, q0:q1]] += out[: length + 1].reshape(shape)

        pairs = list(itertools.pairwise(spans))
        self.pool.map(work, [(p, q) for p in pairs for q in pairs if q[0] <= p[0]])

    def add_gram(self, u: Matrix) -> None:
        """Add U Uᵀ."""
        if u.shape[1] == 0:
            return
        self._count(1)
        values = self._aligned(u, self.scale)
        length = self.engine.length
        kept = self._bits // BASE_BITS + 1 - length

        def work(tile: Tile) -> None:
            (i0, i1), (j0, j1) = tile
            product = residue_product(values[:, i0:i1], values[:, j0:j1].transpose(0, 2, 1))
            self.planes[:kept, i0:i1, j0:j1] += from_residues(product, length, kept)

        self._tiles(work, self.order)

    def result(self) -> Matrix:
        """The symmetric matrix, with entries 2^(-scale_i - scale_j) S_ij."""
        planes = self._normalised()
        lower = np.tri(self.order, dtype=np.int32)
        planes *= lower
        strict = planes * (lower - np.eye(self.order, dtype=np.int32))
        planes += strict.transpose(0, 2, 1)
        return self.engine.round(Matrix(planes, -self.engine.length))


def kronecker(engine: Engine, x: Matrix, z_inverse: Matrix) -> Matrix:
    """The symmetric matrix K of <E_pq, X E_rs Z⁻¹> over p <= q, r <= s.

    With W = Z⁻¹ its entries are (X_qr W_ps + X_qs W_pr + X_pr W_qs + X_ps W_qr)/4.
    """
    p, q = triangle_indices(x.shape[0])
    total = Matrix.zeros(len(p), len(p))

    def picked(a: Matrix, rows: Indices, columns: Indices) -> Matrix:
        return Matrix(np.ascontiguousarray(a.limbs[:, rows[:, None], columns[None, :]]), a.exponent)

    for first, second in ((q, p), (p, q)):
        for third, fourth in ((p, q), (q, p)):
            total = engine.add(total, engine.hadamard(picked(x, first, third), picked(z_inverse, second, fourth)))
    return engine.combine((QUARTER, total))


def norm_exponents(squares: Matrix) -> Indices:
    """Integers e_i with norm_i <= 2^e_i for a column of squared norms.

    They are nearly log2 of the norm, unless a norm is far below the largest.
    """
    values: Floats = Matrix(squares.limbs, -squares.length).to_float()[
        :, 0
    ]  # in units of 2^(24 top): no float64 is too large for them
    values = values + max(values.max(initial=0.0) * 2.0**-71, 2.0**-960)  # what a column of four limbs may hide
    exponents: Indices = np.ceil(np.log2(values) / 2 + 2.0**-20).astype(np.int64)
    return exponents + BASE_BITS // 2 * squares.top
