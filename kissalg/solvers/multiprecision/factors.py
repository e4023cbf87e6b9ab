"""What one iteration factors: X and Z block by block, and the Schur complement made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt

import numpy as np

from kissalg.solvers.multiprecision.cholesky import Cholesky, PrecisionLostError, cholesky
from kissalg.solvers.multiprecision.maps import Maps, Values
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, Scalar, paste
from kissalg.solvers.multiprecision.problem import DenseBlock, LowRankBlock, PsdBlock
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.schur import Indices, SchurAccumulator, kronecker, norm_exponents

__all__ = ["Factors", "Images", "Schur", "factorise", "images", "schur_complement"]


@dataclass(frozen=True, eq=False)
class BlockFactors:
    """X = L Lᵀ and Z = N Nᵀ, each with the inverse factor, Z⁻¹; for a low-rank block the rows V L and V N⁻ᵀ."""

    x: Cholesky
    z: Cholesky
    z_inverse: Matrix
    x_rows: Matrix | None
    z_rows: Matrix | None


@dataclass(frozen=True, eq=False)
class Factors:
    """The factors of all PSD blocks, and Z⁻¹ of every block (1/z for vectors)."""

    blocks: Mapping[str, BlockFactors]
    z_inverse: Values


def factorise(maps: Maps, x: Values, z: Values) -> Factors:
    """Factor all blocks.

    Raises `NotPositiveDefiniteError` when one is not positive definite at the precision of the engine.
    """
    engine = maps.engine

    def one(block: PsdBlock) -> BlockFactors:
        fx = cholesky(engine, x[block.name])
        fz = cholesky(engine, z[block.name])
        transposed = fz.inverse.transpose()
        rows = [_rows(engine, block, right) for right in (fx.factor, transposed)]
        return BlockFactors(fx, fz, engine.gram(transposed), *rows)

    blocks = dict(zip([b.name for b in maps.problem.psd], maps.pool.map(one, maps.problem.psd), strict=True))
    inverses = {name: f.z_inverse for name, f in blocks.items()}
    inverses.update({v.name: _reciprocals(engine, z[v.name]) for v in maps.problem.vectors})
    return Factors(blocks, inverses)


def _rows(engine: Engine, block: PsdBlock, right: Matrix) -> Matrix | None:
    if isinstance(block, DenseBlock):
        return None
    bits = block.residues.bits + right.bits() + block.order.bit_length()
    return engine.multiply(block.residues, engine.residues(right, bits))


def _reciprocals(engine: Engine, column: Matrix) -> Matrix:
    shift = BASE_BITS * 2 * engine.length
    values = [row[0] for row in column.to_integers()]
    if min(values) <= 0:
        raise PrecisionLostError("a nonnegative variable lost its sign in rounding")
    return engine.round(
        Matrix.from_integers([[(1 << shift) // v] for v in values], -column.exponent - 2 * engine.length)
    )


def _roots(engine: Engine, column: Matrix) -> Matrix:
    odd = column.exponent % 2
    shift = BASE_BITS * (2 * engine.length + odd)
    values = [[isqrt(row[0] << shift)] for row in column.to_integers()]
    return engine.round(Matrix.from_integers(values, (column.exponent - odd) // 2 - engine.length))


@dataclass(frozen=True, eq=False)
class Images:
    """A(X) and A(Z⁻¹), and the squared norms of the rows V L and V N⁻ᵀ of every low-rank block that they are made of."""

    x: Matrix
    z: Matrix
    norms: Mapping[str, tuple[Matrix, Matrix]]


def images(maps: Maps, factors: Factors, x: Values) -> Images:
    """A(X) and A(Z⁻¹) at the point whose factors are given."""
    engine = maps.engine

    def one(block: LowRankBlock) -> tuple[Matrix, Matrix]:
        left, right = (maps.folded(block, engine.dot_rows(rows, rows)) for rows in _both(factors, block))
        return left, right

    blocks = maps.problem.low_rank
    norms = dict(zip([b.name for b in blocks], maps.pool.map(one, blocks), strict=True))
    totals = [
        engine.combine((1, maps.dense_forward(values)), *((1, maps.embedded(b, norms[b.name][k])) for b in blocks))
        for k, values in enumerate((x, factors.z_inverse))
    ]
    return Images(totals[0], totals[1], norms)


@dataclass(frozen=True, eq=False)
class Schur:
    """The Schur complement S, scaled: `matrix` has the entries 2^(-scale_i - scale_j) S_ij."""

    engine: Engine
    matrix: Matrix
    scale: Indices

    def solver(self) -> Callable[[Matrix], Matrix]:
        """The map r ↦ S⁻¹ r: by the inverse factor, with one step of refinement.

        Raises `NotPositiveDefiniteError` when S is not positive definite at the precision of the engine.
        """
        engine = self.engine
        inverse = cholesky(engine, self.matrix).inverse
        transposed = inverse.transpose()
        units = Matrix.from_integers([[1 << int(e)] for e in self.scale.max() - self.scale])
        common = Scalar.power(-2 * int(self.scale.max()))

        def apply(column: Matrix) -> Matrix:
            return engine.dot_rows(transposed, engine.dot_rows(inverse, column.flat_row()).flat_row())

        def solve(right: Matrix) -> Matrix:
            scaled = engine.hadamard(units, right)
            first = apply(scaled)
            rest = engine.subtract(scaled, engine.dot_rows(self.matrix, first.flat_row()))
            return engine.combine((common, engine.hadamard(units, engine.add(first, apply(rest)))))

        return solve


def schur_complement(maps: Maps, factors: Factors, norms: Mapping[str, tuple[Matrix, Matrix]], x: Values) -> Schur:
    """Assemble S at the point whose factors are given; `norms` are those of `images`."""
    problem, engine = maps.problem, maps.engine
    root = _dense_root(maps, factors, x)
    scale = norm_exponents(engine.dot_rows(root, root))
    exponents = {name: (norm_exponents(left), norm_exponents(right)) for name, (left, right) in norms.items()}
    for block in problem.low_rank:
        part = scale[block.first : block.first + block.points]
        np.maximum(part, sum(exponents[block.name]), out=part)
    # a limb less than elsewhere: the rounding errors of S only leave a residual in the equations, which is measured
    total = SchurAccumulator(Engine(max(engine.bits - BASE_BITS, BASE_BITS)), scale + 4, maps.pool)
    for block in problem.low_rank:
        total.add_low_rank(block, *_both(factors, block), exponents[block.name][0])
    total.add_gram(root)
    return Schur(engine.parallel(maps.pool), total.result(), total.scale)


def _both(factors: Factors, block: LowRankBlock) -> tuple[Matrix, Matrix]:
    f = factors.blocks[block.name]
    assert f.x_rows is not None
    assert f.z_rows is not None
    return f.x_rows, f.z_rows


def _dense_root(maps: Maps, factors: Factors, x: Values) -> Matrix:
    """U with U Uᵀ = D K Dᵀ, the part of S that dense blocks and vectors contribute."""
    problem, engine = maps.problem, maps.engine

    def one(block: PsdBlock) -> Matrix:
        assert isinstance(block, DenseBlock)
        root = cholesky(engine, kronecker(engine, x[block.name], factors.z_inverse[block.name])).factor
        return engine.matmul(problem.dense.columns(block.start, block.start + block.width), root)

    roots = maps.each(one, problem.dense_blocks)
    pieces = [(0, b.start, roots[b.name]) for b in problem.dense_blocks]
    for v in problem.vectors:
        weights = _roots(engine, engine.hadamard(x[v.name], factors.z_inverse[v.name]))
        rows = problem.dense_transposed.rows(v.start, v.start + v.order)
        pieces.append((0, v.start, engine.scale_rows(rows, weights).transpose()))
    return paste((problem.equations, problem.dense.shape[1]), pieces, engine.length)
