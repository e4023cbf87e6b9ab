"""The linear system of one Newton step: the factors of X and Z, the Schur complement made of them, its solution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isqrt

import numpy as np

from kissalg.solvers.multiprecision.cholesky import Cholesky, PrecisionLostError, cholesky
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, paste
from kissalg.solvers.multiprecision.problem import DenseBlock, NumericProblem, PsdBlock, SignedFormsBlock, TableBlock
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.scalar import Scalar
from kissalg.solvers.multiprecision.schur import TILE, Indices, SchurAccumulator, kronecker, norm_exponents
from kissalg.solvers.multiprecision.stacked_matrices import congruences, powers_of_two, stack_of_triangles

__all__ = ["Factors", "Images", "BorderedSolver", "Schur", "factorise", "images", "schur_complement"]


# equations that far (in bits) below the largest, such as those of free variables only, do not set the weights of these
_SPREAD = 20
_STACK = 1 << 19  # entries of a stack of constraint matrices: bounds the memory of its residues


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


def factorise(maps: ConstraintMaps, x: Values, z: Values) -> Factors:
    """Factor all blocks of X and Z.

    Raises:
        NotPositiveDefiniteError: one is not positive definite at the precision of the engine.
    """
    engine = maps.engine

    def one(block: PsdBlock) -> BlockFactors:
        fx = cholesky(engine, x[block.name])
        fz = cholesky(engine, z[block.name])
        transposed = fz.inverse.transpose()
        rows = [_rows(engine, block, right) for right in (fx.factor, transposed)]
        return BlockFactors(fx, fz, engine.gram(transposed), *rows)

    blocks = maps.each(one, maps.problem.psd)
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
    """A(X) and A(Z⁻¹), and the sizes of the rows that they are made of.

    Attributes:
        x: A(X), a column.
        z: A(Z⁻¹), a column.
        norms: for every block with a table, and every equation, the squared norms of its rows of V L and of V N⁻ᵀ
            together.
    """

    x: Matrix
    z: Matrix
    norms: Mapping[str, tuple[Matrix, Matrix]]


def images(maps: ConstraintMaps, factors: Factors, x: Values) -> Images:
    """A(X) and A(Z⁻¹) at the point whose factors are given."""
    engine = maps.engine

    def one(block: TableBlock) -> list[tuple[Matrix, Matrix]]:
        result = []
        for rows in _both(factors, block):
            squares = engine.dot_rows(rows, rows)
            norms = maps.per_equation(block, squares, signed=False)
            image = maps.per_equation(block, squares, signed=True) if isinstance(block, SignedFormsBlock) else norms
            result.append((image, norms))
        return result

    blocks = maps.problem.tables
    parts = maps.each(one, blocks)
    totals = [
        engine.combine(
            (1, maps.dense_forward(values)), *((1, maps.at_equations(b, parts[b.name][k][0])) for b in blocks)
        )
        for k, values in enumerate((x, factors.z_inverse))
    ]
    return Images(totals[0], totals[1], {name: (left[1], right[1]) for name, (left, right) in parts.items()})


Solver = Callable[[Matrix], Matrix]
BorderedSolver = Callable[[Matrix, Matrix | None], tuple[Matrix, Matrix | None]]


@dataclass(frozen=True, eq=False)
class Schur:
    """The Schur complement S, scaled, and the free columns B.

    Free variables turn the system of an iteration into  S dy + B f = h,  Bᵀ dy = r. It has the same solution with S + B
    W Bᵀ and h + B W r in the place of S and h, and that matrix is positive definite whenever the system has a unique
    solution, even if equations without any cone make S singular.

    Attributes:
        matrix: 2^(-scale_i - scale_j) (S + B W Bᵀ)_ij.
        free: 2^(-scale_i + weight_k) B_ik; None when there are no free variables.
        weights: W = diag(4^weight_k) makes the largest entries of the columns of `free` about one.
    """

    engine: Engine
    matrix: Matrix
    scale: Indices
    free: Matrix | None
    weights: Indices

    def free_weights(self) -> Matrix:
        """The diagonal of W, a column."""
        return powers_of_two(2 * self.weights)

    def _inverse(self) -> tuple[Matrix, Solver]:
        """L⁻¹ and the map c ↦ matrix⁻¹ c, for matrix = L Lᵀ."""
        engine = self.engine
        inverse = cholesky(engine, self.matrix).inverse
        transposed = inverse.transpose()

        def apply(column: Matrix) -> Matrix:
            return engine.dot_rows(transposed, engine.dot_rows(inverse, column.flat_row()).flat_row())

        return inverse, apply

    def _scaled(self, right: Matrix) -> Matrix:
        """2^(max - scale_i) right_i."""
        units = Matrix.from_integers([[1 << int(e)] for e in self.scale.max() - self.scale])
        return self.engine.hadamard(units, right)

    def solver(self) -> Solver:
        """The map r ↦ (S + B W Bᵀ)⁻¹ r: by the inverse factor, with one step of refinement.

        Raises:
            NotPositiveDefiniteError: the matrix is not positive definite at the precision of the engine.
        """
        engine = self.engine
        _, apply = self._inverse()
        common = Scalar.power(-2 * int(self.scale.max()))

        def solve(right: Matrix) -> Matrix:
            scaled = self._scaled(right)
            first = apply(scaled)
            rest = engine.subtract(scaled, engine.dot_rows(self.matrix, first.flat_row()))
            return engine.combine((common, self._scaled(engine.add(first, apply(rest)))))

        return solve

    def bordered_solver(self) -> BorderedSolver:
        """The map (h, r) ↦ (dy, f) with S dy + B f = h, Bᵀ dy = r; without free variables h ↦ S⁻¹ h.

        Raises:
            NotPositiveDefiniteError: S + B W Bᵀ is not positive definite at the precision of the engine, or the columns
                of B are dependent.
        """
        if self.free is None:
            plain = self.solver()
            return lambda right, _: (plain(right), None)
        engine, b = self.engine, self.free
        inverse, apply = self._inverse()
        transposed = b.transpose()
        half = engine.matmul(inverse, b)
        small = cholesky(engine, engine.gram(half.transpose())).inverse
        small_transposed = small.transpose()
        low = int(self.scale.max())
        units = powers_of_two(self.weights)

        def weighted(column: Matrix) -> Matrix:
            return engine.hadamard(units, column)

        def once(h: Matrix, r: Matrix) -> tuple[Matrix, Matrix]:
            """Matrix y + B f = h, Bᵀ y = r, in the scaled quantities."""
            first = apply(h)
            gap = engine.subtract(engine.dot_rows(transposed, first.flat_row()), r)
            f = engine.dot_rows(small_transposed, engine.dot_rows(small, gap.flat_row()).flat_row())
            return engine.subtract(first, apply(engine.dot_rows(b, f.flat_row()))), f

        def solve(right: Matrix, free_right: Matrix | None) -> tuple[Matrix, Matrix | None]:
            assert free_right is not None
            r = weighted(free_right)
            h = engine.combine((Scalar.power(-low), self._scaled(right)), (1, engine.dot_rows(b, r.flat_row())))
            y, f = once(h, r)
            left = engine.subtract(
                h, engine.add(engine.dot_rows(self.matrix, y.flat_row()), engine.dot_rows(b, f.flat_row()))
            )
            y2, f2 = once(left, engine.subtract(r, engine.dot_rows(transposed, y.flat_row())))
            dy = engine.combine((Scalar.power(-low), self._scaled(engine.add(y, y2))))
            return dy, weighted(engine.add(f, f2))

        return solve


def schur_complement(
    maps: ConstraintMaps,
    factors: Factors,
    norms: Mapping[str, tuple[Matrix, Matrix]],
    x: Values,
    *,
    tile: int = TILE,
) -> Schur:
    """Assemble S at the point whose factors are given; `norms` are those of `images`, `tile` see `SchurAccumulator`."""
    problem, engine = maps.problem, maps.engine
    roots = [_dense_root(maps, factors, x), *(_wide_root(maps, factors, b) for b in problem.dense_blocks if b.wide)]
    scale = norm_exponents(engine.combine(*((1, engine.dot_rows(root, root)) for root in roots)))
    exponents = {name: (norm_exponents(left), norm_exponents(right)) for name, (left, right) in norms.items()}
    for block in problem.tables:
        scale[block.touched] = np.maximum(scale[block.touched], sum(exponents[block.name]))
    free, weights = _free_columns(problem, scale)
    if free is not None:
        roots.append(free)
        scale = np.maximum(scale, norm_exponents(engine.dot_rows(free, free)))
    # a limb less than elsewhere: the rounding errors of S only leave a residual in the equations, which is measured
    total = SchurAccumulator(Engine(max(engine.bits - BASE_BITS, BASE_BITS)), scale + 4, maps.pool, tile=tile)
    for block in problem.low_rank:
        total.add_low_rank(block, *_both(factors, block), exponents[block.name][0])
    for forms in problem.forms:
        total.add_forms(forms, *_both(factors, forms), exponents[forms.name][0])
    for root in roots:
        total.add_gram(root)
    if free is not None:
        free = engine.scale_rows(free, powers_of_two(-total.scale))
    return Schur(engine.parallel(maps.pool), total.result(), total.scale, free, weights)


def _free_columns(problem: NumericProblem, scale: Indices) -> tuple[Matrix | None, Indices]:
    """The columns of free variables times 2^weight_k, comparable with the rest of S, and the weights."""
    width = sum(f.length for f in problem.free)
    if not width:
        return None, np.zeros(0, dtype=np.int64)
    start = problem.free[0].start
    columns = problem.dense.columns(start, start + width)
    reference = np.maximum(scale, scale.max() - _SPREAD)
    with np.errstate(divide="ignore"):  # log2 of zero entries: -inf
        sizes = np.log2(np.abs(columns.to_float())) - reference[:, None]
    weights = -np.floor(sizes.max(axis=0)).astype(np.int64)
    return problem.engine.scale_rows(columns.transpose(), powers_of_two(weights)).transpose(), weights


def _both(factors: Factors, block: TableBlock) -> tuple[Matrix, Matrix]:
    f = factors.blocks[block.name]
    assert f.x_rows is not None
    assert f.z_rows is not None
    return f.x_rows, f.z_rows


def _dense_root(maps: ConstraintMaps, factors: Factors, x: Values) -> Matrix:
    """U with U Uᵀ = D K Dᵀ, the part of S that small dense blocks and vectors contribute."""
    problem, engine = maps.problem, maps.engine

    def one(block: PsdBlock) -> Matrix:
        assert isinstance(block, DenseBlock)
        root = cholesky(engine, kronecker(engine, x[block.name], factors.z_inverse[block.name])).factor
        return engine.matmul(problem.dense.columns(block.start, block.start + block.width), root)

    small = [b for b in problem.dense_blocks if not b.wide]
    roots = maps.each(one, small)
    pieces = [(0, b.start, roots[b.name]) for b in small]
    for v in problem.vectors:
        weights = _roots(engine, engine.hadamard(x[v.name], factors.z_inverse[v.name]))
        rows = problem.dense_transposed.rows(v.start, v.start + v.order)
        pieces.append((0, v.start, engine.scale_rows(rows, weights).transpose()))
    return paste((problem.equations, problem.dense.shape[1]), pieces, engine.length)


def _wide_root(maps: ConstraintMaps, factors: Factors, block: DenseBlock) -> Matrix:
    """U with U Uᵀ = the part of S of a large dense block.

    For X = L Lᵀ and Z = N Nᵀ row i of U holds the entries of Lᵀ A_i N⁻ᵀ, because <A_i, X A_j Z⁻¹> = tr(A_i L Lᵀ A_j N⁻ᵀ
    N⁻¹). The n² columns of the root are fewer than the (n²/2)² entries of K.
    """
    engine, f = maps.engine, factors.blocks[block.name]
    right = f.z.inverse.transpose()
    table = maps.problem.dense.columns(block.start, block.start + block.width)
    count, square = table.shape[0], block.order**2
    band = max(1, _STACK // square)
    pieces = []
    for start in range(0, count, band):
        stack = stack_of_triangles(engine, table.rows(start, min(count, start + band)), block.order)
        product = congruences(engine, stack, f.x.factor, right)
        pieces.append((start, 0, Matrix(product.limbs.reshape(product.length, -1, square), product.exponent)))
    return paste((count, square), pieces, engine.length)
