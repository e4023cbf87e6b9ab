"""A primal-dual interior-point method in multiprecision: HKM direction, Mehrotra predictor-corrector, infeasible start.

One iteration at (X, y, Z), μ = <X, Z>/ν, residuals r = b - A(X), R = C - Z - A*(y):

    S dy = b - σμ A(Z⁻¹) + A((X R + E) Z⁻¹),   dZ = R - A*(dy),   dX = σμ Z⁻¹ - X - sym((X dZ + E) Z⁻¹)

with S of `schur.py`, first with σ small and E = 0 (predictor), then with σ from the predictor's success and E = dX dZ of the predictor (corrector). Both solves share one
factorisation; a step of refinement on S removes what the explicit inverse factor loses. Step lengths come from the least eigenvalues of L⁻¹ dX L⁻ᵀ, formed in
multiprecision and then rounded to float64. Step lengths are rounded to 48 binary places so that (1 - α) R is exact up to one rounding.

References: Helmberg, Rendl, Vanderbei, Wolkowicz (1996); Kojima, Shindoh, Hara (1997); Monteiro (1997); Fujisawa, Kojima, Nakata, SDPA (1997) for the step rules.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
import scipy.linalg

from kissalg.solvers.multiprecision.cholesky import Cholesky, cholesky
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, Scalar, exact_sum, magnitude
from kissalg.solvers.multiprecision.operators import (
    DenseBlock,
    LowRankBlock,
    NumericProblem,
    VectorBlock,
    symmetric_from_gradient,
    upper_triangle,
)
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.schur import SchurAccumulator, diagonal_peak, kronecker
from kissalg.solvers.settings import Settings
from kissalg.solvers.status import Iteration

__all__ = ["State", "Step", "Work", "adjoint", "dual_residual", "forward", "initial_state", "iterate", "schur_solver"]

PsdBlock = LowRankBlock | DenseBlock
_PLACES = 2 * BASE_BITS


@dataclass(eq=False)
class State:
    """A point of the method: matrices by block name (columns for vectors), the multipliers y, and the dual residual (absent when zero)."""

    x: dict[str, Matrix]
    z: dict[str, Matrix]
    y: Matrix
    residual: dict[str, Matrix]
    index: int = 0


@dataclass(eq=False)
class Step:
    """What one iteration found out: a progress line, and whether the precision was the obstacle."""

    iteration: Iteration
    finished: bool
    short: bool


@dataclass(eq=False)
class _Factors:
    """Per block: X = L Lᵀ, M = (factor of Z)⁻¹, Z⁻¹; for low-rank blocks the rows V L and V Mᵀ."""

    x: Cholesky
    z: Cholesky
    z_inverse: Matrix
    x_rows: Matrix | None = None
    z_rows: Matrix | None = None


@dataclass(eq=False)
class _Direction:
    dx: dict[str, Matrix]
    dz: dict[str, Matrix]
    dy: Matrix
    primal: float = 0.0
    dual: float = 0.0


@dataclass(eq=False)
class Work:
    """The quantities of one iteration that both solves share."""

    problem: NumericProblem
    settings: Settings
    pool: Executor
    factors: dict[str, _Factors] = field(default_factory=dict)
    inverses: dict[str, Matrix] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        return self.problem.engine

    @property
    def psd(self) -> list[PsdBlock]:
        return [*self.problem.low_rank, *self.problem.dense_blocks]

    def map(self, work: Callable[[PsdBlock], Matrix], blocks: Sequence[PsdBlock]) -> dict[str, Matrix]:
        return dict(zip([b.name for b in blocks], self.pool.map(work, blocks), strict=True))


def initial_state(problem: NumericProblem, start: float) -> State:
    """X = Z = start · identity, y = 0."""
    scalar = Scalar.from_float(start)
    x: dict[str, Matrix] = {}
    b: PsdBlock | VectorBlock
    for b in (*problem.low_rank, *problem.dense_blocks):
        x[b.name] = problem.engine.combine((scalar, Matrix.identity(b.order)))
    for v in problem.vectors:
        x[v.name] = problem.engine.combine((scalar, Matrix(np.ones((1, v.order, 1), dtype=np.int32), 0)))
    y = Matrix.zeros(problem.equations, 1)
    residual = {}
    for b in (*problem.low_rank, *problem.dense_blocks, *problem.vectors):
        residual[b.name] = problem.engine.combine((-1, x[b.name])) if b.cost is None else problem.engine.subtract(b.cost, x[b.name])
    return State(x, dict(x), y, residual)


def dual_residual(problem: NumericProblem, settings: Settings, state: State, pool: Executor) -> dict[str, Matrix]:
    """R = C - Z - A*(y), computed afresh (after a change of precision)."""
    work = Work(problem, settings, pool)
    image = adjoint(work, state.y)
    result = {}
    for b in (*problem.low_rank, *problem.dense_blocks, *problem.vectors):
        terms = [(-1, state.z[b.name]), (-1, image[b.name])]
        result[b.name] = problem.engine.combine(*terms, *([] if b.cost is None else [(1, b.cost)]))
    return result


# -- the linear maps ----------------------------------------------------------------------------------------------------------------------------


def _segment(column: Matrix, first: int, count: int, times: int) -> Matrix:
    return Matrix(np.ascontiguousarray(np.tile(column.limbs[:, first : first + count], (1, times, 1))), column.exponent)


def adjoint(work: Work, y: Matrix) -> dict[str, Matrix]:
    """A*(y), for every block."""
    problem, engine = work.problem, work.engine
    gradient = engine.dot_rows(problem.dense_transposed, Matrix(np.ascontiguousarray(y.limbs.transpose(0, 2, 1)), y.exponent))

    def one(block: PsdBlock) -> Matrix:
        if isinstance(block, DenseBlock):
            part = Matrix(np.ascontiguousarray(gradient.limbs[:, block.start : block.start + block.width]), gradient.exponent)
            return symmetric_from_gradient(engine, part, block.order)
        scaled = engine.scale_rows(block.rows, _segment(y, block.first, block.points, block.rank))
        bits = block.residues.bits + scaled.bits() + (block.rank * block.points).bit_length()
        return engine.symmetrised(engine.multiply(block.residues_transposed, engine.residues(scaled, bits)))

    result = work.map(one, work.psd)
    for v in problem.vectors:
        result[v.name] = Matrix(np.ascontiguousarray(gradient.limbs[:, v.start : v.start + v.order]), gradient.exponent)
    return result


def _embedded(work: Work, block: LowRankBlock, squares: Matrix) -> Matrix:
    """A column over (rank · points) rows, summed over the rank and placed at the block's equations."""
    limbs = squares.limbs.reshape(squares.length, block.rank, block.points).sum(axis=1, dtype=np.int32)
    column = np.zeros((squares.length, work.problem.equations, 1), dtype=np.int32)
    column[:, block.first : block.first + block.points, 0] = limbs
    return work.engine.combine((1, Matrix(column, squares.exponent)))


def _dense_forward(work: Work, parts: dict[str, Matrix]) -> Matrix:
    """D times the stacked upper triangles (symmetric matrices) and vectors."""
    problem, engine = work.problem, work.engine
    columns = [upper_triangle(parts[b.name]) for b in problem.dense_blocks]
    ordered = sorted([*zip([b.start for b in problem.dense_blocks], columns, strict=True), *((v.start, parts[v.name]) for v in problem.vectors)], key=lambda p: p[0])
    if not ordered:
        return Matrix.zeros(problem.equations, 1)
    top = max(m.top for _, m in ordered)
    low = max(min(m.exponent for _, m in ordered), top - engine.length - 2)
    planes = np.zeros((top - low, 1, problem.dense.shape[1]), dtype=np.int32)
    for start, m in ordered:
        skip = max(0, low - m.exponent)
        if skip < m.length:
            shift = m.exponent + skip - low
            planes[shift : shift + m.length - skip, 0, start : start + m.shape[0]] = m.limbs[skip:, :, 0]
    return engine.dot_rows(problem.dense, Matrix(planes, low))


def forward(work: Work, parts: dict[str, Matrix]) -> Matrix:
    """A(W): low-rank blocks may be unsymmetric (only the symmetric part matters); dense blocks must be symmetric."""

    def one(block: PsdBlock) -> Matrix:
        assert isinstance(block, LowRankBlock)
        w = parts[block.name]
        bits = block.residues.bits + w.bits() + block.order.bit_length()
        image = work.engine.multiply(block.residues, work.engine.residues(w, bits))
        return _embedded(work, block, work.engine.dot_rows(image, block.rows))

    columns = work.map(one, work.problem.low_rank)
    return work.engine.combine((1, _dense_forward(work, parts)), *((1, c) for c in columns.values()))


# -- one iteration ------------------------------------------------------------------------------------------------------------------------------


def _factor(work: Work, state: State) -> None:
    engine = work.engine

    def one(block: PsdBlock) -> _Factors:
        x = cholesky(engine, state.x[block.name])
        z = cholesky(engine, state.z[block.name])
        inverse_transposed = z.inverse.transpose()
        result = _Factors(x, z, engine.gram(inverse_transposed))
        if isinstance(block, LowRankBlock):
            for name, right in (("x_rows", x.factor), ("z_rows", inverse_transposed)):
                bits = block.residues.bits + right.bits() + block.order.bit_length()
                setattr(result, name, engine.multiply(block.residues, engine.residues(right, bits)))
        return result

    blocks = work.psd
    work.factors = dict(zip([b.name for b in blocks], work.pool.map(one, blocks), strict=True))
    for v in work.problem.vectors:
        work.inverses[v.name] = _reciprocal(engine, state.z[v.name])


def _reciprocal(engine: Engine, column: Matrix) -> Matrix:
    """Entrywise 1/v of a positive column."""
    shift = BASE_BITS * 2 * engine.length
    values = [row[0] for row in column.to_integers()]
    if min(values) <= 0:
        raise ArithmeticError("a nonnegative variable lost its sign in rounding")
    return engine.round(Matrix.from_integers([[(1 << shift) // v] for v in values], -column.exponent - 2 * engine.length))


def _schur(work: Work, state: State) -> tuple[Matrix, Matrix, Matrix]:
    """(S, A(X), A(Z⁻¹)); the latter two are row norms of the products that S is made of."""
    problem, engine = work.problem, work.engine
    images: list[tuple[Matrix, Matrix]] = []
    peaks = np.zeros(problem.equations)
    scale = 0.0
    for block in problem.low_rank:
        f = work.factors[block.name]
        assert f.x_rows is not None
        assert f.z_rows is not None
        ax = _embedded(work, block, engine.dot_rows(f.x_rows, f.x_rows))
        az = _embedded(work, block, engine.dot_rows(f.z_rows, f.z_rows))
        images.append((ax, az))
        peaks += ax.to_float()[:, 0] * az.to_float()[:, 0]
    parts_x = {b.name: state.x[b.name] for b in (*problem.dense_blocks, *problem.vectors)}
    parts_z = {b.name: work.factors[b.name].z_inverse for b in problem.dense_blocks} | work.inverses
    ax = engine.combine((1, _dense_forward(work, parts_x)), *((1, a) for a, _ in images))
    az = engine.combine((1, _dense_forward(work, parts_z)), *((1, a) for _, a in images))
    u = _dense_root(work, state)
    if u is not None:
        peaks += engine.dot_rows(u, u).to_float()[:, 0]
        scale = diagonal_peak(peaks.tolist())
    accumulator = SchurAccumulator(engine, problem.equations, max(scale, diagonal_peak(peaks.tolist())), work.pool)
    for block in problem.low_rank:
        f = work.factors[block.name]
        assert f.x_rows is not None
        assert f.z_rows is not None
        accumulator.add_low_rank(block, f.x_rows, f.z_rows)
    if u is not None:
        accumulator.add_gram(u)
    return accumulator.result(), ax, az


def _dense_root(work: Work, state: State) -> Matrix | None:
    """U with U Uᵀ = the dense blocks' part of S."""
    problem, engine = work.problem, work.engine
    parts: list[tuple[int, Matrix]] = []

    def one(block: PsdBlock) -> Matrix:
        assert isinstance(block, DenseBlock)
        root = cholesky(engine, kronecker(engine, state.x[block.name], work.factors[block.name].z_inverse)).factor
        columns = Matrix(np.ascontiguousarray(problem.dense.limbs[:, :, block.start : block.start + block.width]), problem.dense.exponent)
        return engine.matmul(columns, root)

    blocks: list[PsdBlock] = list(problem.dense_blocks)
    roots = work.map(one, blocks)
    parts += [(b.start, roots[b.name]) for b in problem.dense_blocks]
    for v in problem.vectors:
        ratio = engine.hadamard(state.x[v.name], work.inverses[v.name])
        rooted = _root_column(engine, ratio)
        columns = Matrix(np.ascontiguousarray(problem.dense_transposed.limbs[:, v.start : v.start + v.order]), problem.dense_transposed.exponent)
        parts.append((v.start, engine.scale_rows(columns, rooted).transpose()))
    if not parts:
        return None
    top = max(m.top for _, m in parts)
    low = max(min(m.exponent for _, m in parts), top - engine.length)
    planes = np.zeros((top - low, problem.equations, problem.dense.shape[1]), dtype=np.int32)
    for start, m in parts:
        skip = max(0, low - m.exponent)
        if skip < m.length:
            shift = m.exponent + skip - low
            planes[shift : shift + m.length - skip, :, start : start + m.shape[1]] = m.limbs[skip:]
    return Matrix(planes, low)


def _root_column(engine: Engine, column: Matrix) -> Matrix:
    from math import isqrt

    odd = column.exponent % 2
    shift = BASE_BITS * 2 * engine.length
    values = [isqrt(row[0] << (shift + BASE_BITS * odd)) for row in column.to_integers()]
    return engine.round(Matrix.from_integers([[v] for v in values], (column.exponent - odd) // 2 - engine.length))


def schur_solver(work: Work, state: State) -> Callable[[Matrix], Matrix]:
    """The map r ↦ S⁻¹ r for the Schur complement at a point."""
    _factor(work, state)
    return _solver(work, _schur(work, state)[0])


def _solver(work: Work, s: Matrix) -> Callable[[Matrix], Matrix]:
    factor = cholesky(work.engine, s)
    transposed = factor.inverse.transpose()
    return lambda right: _solve(work, s, factor, transposed, right)


def _solve(work: Work, s: Matrix, factor: Cholesky, transposed: Matrix, right: Matrix) -> Matrix:
    """S⁻¹ right, with one step of refinement."""
    engine = work.engine

    def apply(column: Matrix) -> Matrix:
        row = Matrix(np.ascontiguousarray(column.limbs.transpose(0, 2, 1)), column.exponent)
        half = engine.dot_rows(factor.inverse, row)
        return engine.dot_rows(transposed, Matrix(np.ascontiguousarray(half.limbs.transpose(0, 2, 1)), half.exponent))

    solution = apply(right)
    row = Matrix(np.ascontiguousarray(solution.limbs.transpose(0, 2, 1)), solution.exponent)
    return engine.add(solution, apply(engine.subtract(right, engine.dot_rows(s, row))))


def _direction(
    work: Work,
    state: State,
    solve: Callable[[Matrix], Matrix],
    target: Scalar,
    az: Matrix,
    second_order: _Direction | None,
) -> _Direction:
    """Solve for (dX, dy, dZ) with barrier parameter `target` = σμ and, in the corrector, E = dX dZ of the predictor."""
    problem, engine = work.problem, work.engine
    minus = Scalar(-target.mantissa, target.exponent)
    needs = bool(state.residual) or second_order is not None
    products: dict[str, Matrix] = {}

    def curvature(block: PsdBlock) -> Matrix:
        terms: list[tuple[int, Matrix]] = []
        if state.residual:
            terms.append((1, engine.matmul(state.x[block.name], state.residual[block.name])))
        if second_order is not None:
            terms.append((1, engine.matmul(second_order.dx[block.name], second_order.dz[block.name])))
        w = engine.matmul(engine.combine(*terms), work.factors[block.name].z_inverse)
        return engine.symmetrised(w) if isinstance(block, DenseBlock) else w

    right = engine.combine((1, problem.right), (minus, az))
    if needs:
        products = work.map(curvature, work.psd)
        for v in problem.vectors:
            terms = [(1, engine.hadamard(state.x[v.name], state.residual[v.name]))] if state.residual else []
            if second_order is not None:
                terms.append((1, engine.hadamard(second_order.dx[v.name], second_order.dz[v.name])))
            products[v.name] = engine.hadamard(engine.combine(*terms), work.inverses[v.name])
        right = engine.add(right, forward(work, products))
    dy = solve(right)
    image = adjoint(work, dy)
    dz: dict[str, Matrix] = {}
    for b in (*problem.low_rank, *problem.dense_blocks, *problem.vectors):
        dz[b.name] = engine.subtract(state.residual[b.name], image[b.name]) if state.residual else engine.combine((-1, image[b.name]))

    def change(block: PsdBlock) -> Matrix:
        name = block.name
        w = engine.matmul(state.x[name], dz[name])
        if second_order is not None:
            w = engine.add(w, engine.matmul(second_order.dx[name], second_order.dz[name]))
        w = engine.symmetrised(engine.matmul(w, work.factors[name].z_inverse))
        return engine.combine((target, work.factors[name].z_inverse), (-1, state.x[name]), (-1, w))

    dx = work.map(change, work.psd)
    for v in problem.vectors:
        w = engine.hadamard(state.x[v.name], dz[v.name])
        if second_order is not None:
            w = engine.add(w, engine.hadamard(second_order.dx[v.name], second_order.dz[v.name]))
        w = engine.hadamard(w, work.inverses[v.name])
        dx[v.name] = engine.combine((target, work.inverses[v.name]), (-1, state.x[v.name]), (-1, w))
    result = _Direction(dx, dz, dy)
    result.primal = _step_length(work, state.x, dx, {b.name: work.factors[b.name].x.inverse for b in work.psd})
    result.dual = _step_length(work, state.z, dz, {b.name: work.factors[b.name].z.inverse for b in work.psd})
    return result


def _step_length(work: Work, point: dict[str, Matrix], change: dict[str, Matrix], inverses: dict[str, Matrix]) -> float:
    """The largest α <= 1e6 with point + α change on the boundary of the cone."""
    engine = work.engine

    def least(block: PsdBlock) -> float:
        inverse = inverses[block.name]
        w = engine.matmul(engine.matmul(inverse, change[block.name]), inverse.transpose()).to_float()
        w = (w + w.T) / 2
        return float(scipy.linalg.eigvalsh(w, subset_by_index=(0, 0), check_finite=False)[0])

    values = list(work.pool.map(least, work.psd))
    for v in work.problem.vectors:
        values.append(float((change[v.name].to_float() / point[v.name].to_float()).min()))
    return min(1e6, -1.0 / min(min(values), -1e-6))


def _inner(a: dict[str, Matrix], b: dict[str, Matrix], engine: Engine) -> float:
    total = 0.0
    for name, m in a.items():
        value, exponent = exact_sum(engine.dot_rows(m, b[name]))
        total += _as_float(value, exponent)
    return total


def _as_float(value: int, exponent: int) -> float:
    shift = BASE_BITS * exponent
    return float(value << shift) if shift >= 0 else value / (1 << -shift)


def _objective(problem: NumericProblem, state: State) -> tuple[float, float]:
    engine = problem.engine
    primal = dual = int(problem.constant.p) / int(problem.constant.q)
    for b in (*problem.low_rank, *problem.dense_blocks, *problem.vectors):
        if b.cost is not None:
            primal += _as_float(*exact_sum(engine.dot_rows(b.cost, state.x[b.name])))
    dual += _as_float(*exact_sum(engine.dot_rows(problem.right, state.y)))
    return primal, dual


def _shortened(alpha: float, factor: float) -> float:
    """min(1, factor · alpha), rounded down to 48 binary places."""
    alpha = min(1.0, factor * alpha)
    return int(alpha * 2.0**_PLACES) / 2.0**_PLACES


def _exact(alpha: float) -> Scalar:
    return Scalar(int(alpha * 2.0**_PLACES), -_PLACES // BASE_BITS) if alpha < 1 else Scalar(1)


def iterate(problem: NumericProblem, settings: Settings, state: State, pool: Executor) -> Step:
    """One iteration, in place.

    Raises `ArithmeticError` (`NotPositiveDefiniteError`) when a factorisation fails at the precision of `problem.engine`.
    """
    began = time.perf_counter()
    work = Work(problem, settings, pool)
    engine = problem.engine
    _factor(work, state)
    s, ax, az = _schur(work, state)
    primal_residual = 2.0 ** magnitude(engine.subtract(problem.right, ax))
    dual_residual = max((2.0 ** magnitude(r) for r in state.residual.values()), default=0.0)
    mu = _inner(state.x, state.z, engine) / problem.order
    primal, dual = _objective(problem, state)
    gap = abs(primal - dual) / max(1.0, abs(primal), abs(dual))
    scale = max(1.0, 2.0 ** magnitude(problem.right))
    primal_feasible = primal_residual <= settings.primal_tolerance * scale
    dual_feasible = dual_residual <= settings.dual_tolerance
    finished = primal_feasible and dual_feasible and gap <= settings.gap

    def report(alpha: float, beta: float) -> Iteration:
        seconds = time.perf_counter() - began
        return Iteration(
            state.index, engine.bits, mu, primal, dual, gap, primal_residual, dual_residual, alpha, beta, seconds
        )

    if finished:
        return Step(report(0.0, 0.0), True, False)
    solve = _solver(work, s)
    feasible = primal_feasible and dual_feasible
    sigma = 0.0 if feasible else 0.2
    predictor = _direction(work, state, solve, Scalar.from_float(sigma * mu), az, None)
    a, b = min(1.0, predictor.primal * settings.step_factor), min(1.0, predictor.dual * settings.step_factor)
    after = (
        mu * problem.order
        + a * _inner(predictor.dx, state.z, engine)
        + b * _inner(state.x, predictor.dz, engine)
        + a * b * _inner(predictor.dx, predictor.dz, engine)
    )
    ratio = max(0.0, after / (mu * problem.order)) ** 2
    least = settings.centring_feasible if feasible else settings.centring_infeasible
    sigma = min(1.0, max(least, ratio))
    corrector = _direction(work, state, solve, Scalar.from_float(sigma * mu), az, predictor)
    alpha, beta = _shortened(corrector.primal, settings.step_factor), _shortened(corrector.dual, settings.step_factor)
    for name in state.x:
        state.x[name] = engine.combine((1, state.x[name]), (_exact(alpha), corrector.dx[name]))
        state.z[name] = engine.combine((1, state.z[name]), (_exact(beta), corrector.dz[name]))
    state.y = engine.combine((1, state.y), (_exact(beta), corrector.dy))
    if beta == 1.0:
        state.residual = {}
    elif state.residual:
        state.residual = {name: engine.combine((_exact(1 - beta), r)) for name, r in state.residual.items()}
    state.index += 1
    return Step(report(alpha, beta), False, min(alpha, beta) < 1e-3)
