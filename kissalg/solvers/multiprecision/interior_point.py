"""A primal-dual interior-point method in multiprecision: HKM direction, Mehrotra predictor-corrector, infeasible start.

One iteration at (X, y, Z), μ = <X, Z>/ν, with dual residual R = C - Z - A*(y):

    S dy = b - σμ A(Z⁻¹) + A((X R + E) Z⁻¹),   dZ = R - A*(dy),   dX = σμ Z⁻¹ - X - sym((X dZ + E) Z⁻¹)

(with free variables f, of the columns B:  S dy + B (f + df) = the same,  Bᵀ dy = their part of R)

with the Schur complement S of `schur.py`, first with σ small and E = 0 (predictor), then with σ from the predictor's
success and E = dX dZ of the predictor (corrector). The primal residual b - A(X) does not occur: it is the part of the
right-hand side that is left when A(X) cancels. Both solves share one factorisation. Step lengths come from the least
eigenvalues of L⁻¹ dX L⁻ᵀ, formed in multiprecision and then rounded to float64; they are rounded to 48 binary places,
so that (1 - α) R is exact up to one rounding.

References: Helmberg, Rendl, Vanderbei and Wolkowicz (1996); Kojima, Shindoh and Hara (1997); Monteiro (1997); Fujisawa,
Kojima and Nakata (1997, SDPA) for the step rules.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from kissalg.solvers.memory import peak_memory
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values, inner_product, to_float64
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, exact_sum, magnitude
from kissalg.solvers.multiprecision.newton_system import BorderedSolver, Factors, factorise, images, schur_complement
from kissalg.solvers.multiprecision.problem import DenseBlock, FreeBlock, NumericProblem, PsdBlock, VectorBlock
from kissalg.solvers.multiprecision.residues import BASE_BITS, Floats
from kissalg.solvers.multiprecision.scalar import Scalar
from kissalg.solvers.multiprecision.stacked_matrices import stacked
from kissalg.solvers.multiprecision.workers import Workers
from kissalg.solvers.settings import Settings
from kissalg.solvers.status import Iteration

__all__ = [
    "SHORT",
    "State",
    "Step",
    "centring",
    "dual_residual",
    "initial_state",
    "iterate",
    "least_eigenvalue",
    "rounded",
    "shortened",
    "spectral_radius",
]

_PLACES = 2 * BASE_BITS
SHORT = 1e-3  # steps below this are a sign of trouble
_NOISE = 1e-3
_LOUD = 0.1
_WEAK = 1e-9
_TINY = 1e-300
_ROUNDS = 6  # of refinement, at most
_GAIN = 4  # the bits that a round has to gain for another one
_WAITING = 0.8  # σ while the dual residual is larger than Z
_TIGHT = 1e-12
_BEYOND = 1e3  # so far beyond the gap, equations that were never solved will not be: the problem has no interior point


@dataclass(eq=False)
class State:
    """A point of the method.

    Attributes:
        x: X by block name.
        z: Z by block name; free blocks have none.
        y: the multipliers, a column.
        residual: R = C - Z - A*(y) by block name; empty when it is zero.
        index: the number of iterations so far.
        solved: whether a full primal step was ever taken: from then on the equations hold but for rounding.
        expected: the largest residual that the equations would have if the last step had been exact; infinite if
            unknown.
    """

    x: Values
    z: Values
    y: Matrix
    residual: Values
    index: int = 0
    solved: bool = False
    expected: float = float("inf")


@dataclass(frozen=True)
class Step:
    """What one iteration found out.

    Attributes:
        iteration: the progress line.
        finished: the gap is closed and the residuals are small; no step was taken.
        short: a step was very short.
        noisy: the equations were solved by an earlier full step, and the residual that rounding has left since then is
            felt: it changes the objective by more than a thousandth of the gap.
    """

    iteration: Iteration
    finished: bool
    short: bool
    noisy: bool


@dataclass(frozen=True, eq=False)
class Direction:
    """(dX, dZ, dy) and the distances to the boundary of the cone along dX and dZ."""

    dx: Values
    dz: Values
    dy: Matrix
    primal: float
    dual: float


def initial_state(problem: NumericProblem, primal: float, dual: float) -> State:
    """X = primal · identity, Z = dual · identity, y = 0, and zero for free variables."""

    def multiple(factor: float) -> Values:
        values: Values = {}
        for block in problem.blocks:
            if isinstance(block, FreeBlock):
                continue
            unit = (
                Matrix(np.ones((1, block.order, 1), dtype=np.int32), 0)
                if isinstance(block, VectorBlock)
                else Matrix.identity(block.order)
            )
            values[block.name] = problem.engine.combine((Scalar.from_float(factor), unit))
        return values

    x, z = multiple(primal), multiple(dual)
    x.update({f.name: Matrix.zeros(f.length, 1) for f in problem.free})
    return State(x, z, Matrix.zeros(problem.equations, 1), _costs_minus(problem, z))


def dual_residual(problem: NumericProblem, state: State, pool: Workers) -> Values:
    """R = C - Z - A*(y), computed afresh."""
    return _costs_minus(problem, state.z, ConstraintMaps(problem, pool).adjoint(state.y))


def _costs_minus(problem: NumericProblem, *values: Values) -> Values:
    result = {}
    for block in problem.blocks:
        terms = [(-1, v[block.name]) for v in values if block.name in v]
        terms += [] if block.cost is None else [(1, block.cost)]
        result[block.name] = problem.engine.combine(*terms)
    return result


def iterate(problem: NumericProblem, settings: Settings, state: State, pool: Workers) -> Step:
    """One iteration, in place; the state is left alone when the tolerances are met already.

    Raises:
        PrecisionLostError: a factorisation fails at the precision of `problem.engine`; the state is then unchanged.
    """
    began = time.perf_counter()
    maps = ConstraintMaps(problem, pool)
    engine = problem.engine
    factors = factorise(maps, state.x, state.z)
    image = images(maps, factors, state.x)
    mu = inner_product(engine, state.x, state.z) / problem.order
    r = engine.subtract(problem.right, image.x)
    primal_residual = 2.0 ** magnitude(r)
    residual = max((2.0 ** magnitude(m) for m in state.residual.values()), default=0.0)
    primal, dual = maps.objective(state.x, state.y)
    gap = rounded(abs(primal - dual) / max(Fraction(1), abs(primal), abs(dual)))
    scale = max(1.0, 2.0 ** magnitude(problem.right))
    met = primal_residual <= settings.primal_tolerance * scale and residual <= settings.dual_tolerance
    noise = abs(to_float64(*exact_sum(engine.dot_rows(r, state.y))))
    felt = noise > _NOISE * mu * problem.order and primal_residual > 2 * state.expected
    noisy = not met and felt
    feasible = residual <= settings.dual_tolerance and (met or state.solved)

    def report(alpha: float, beta: float) -> Iteration:
        seconds = time.perf_counter() - began
        return Iteration(
            state.index,
            engine.bits,
            mu,
            rounded(primal),
            rounded(dual),
            gap,
            primal_residual,
            residual,
            alpha,
            beta,
            seconds,
            peak_memory(),
        )

    # what is left of the residual is for the projection at the end; without an interior it only shrinks with the gap
    # anyway
    complementarity = mu * problem.order
    level = settings.gap * max(1.0, abs(rounded(primal)), abs(rounded(dual)))
    closed = complementarity <= level and residual <= _TIGHT
    beyond = closed and not state.solved and _BEYOND * complementarity <= level
    weak = min(_WEAK * scale, primal_residual * _LOUD * complementarity / max(noise, _TINY))
    if beyond or (closed and primal_residual <= min(weak, settings.primal_tolerance * scale)):
        return Step(report(0.0, 0.0), True, False, False)
    schur = schur_complement(maps, factors, image.norms, state.x)
    newton = Newton(maps, factors, state, schur.bordered_solver(), image.z)
    if closed and (newton.refine(r, weak) or primal_residual <= weak):
        primal, dual = maps.objective(state.x, state.y)
        gap = rounded(abs(primal - dual) / max(Fraction(1), abs(primal), abs(dual)))
        return Step(report(0.0, 0.0), True, False, False)
    predictor = newton.direction(0.0 if feasible else 0.2 * mu, None)
    progress = _progress(engine, settings, state, predictor, mu * problem.order)
    sigma = centring(settings, progress, newton.dual_distance(), feasible=feasible)
    corrector = newton.direction(sigma * mu, predictor)
    alpha, beta = (shortened(length, settings.step_factor) for length in (corrector.primal, corrector.dual))
    _advance(engine, state, corrector, alpha, beta)
    state.solved = state.solved or alpha == 1.0
    state.expected = (1 - alpha) * primal_residual
    return Step(report(alpha, beta), False, min(alpha, beta) < SHORT, noisy)


def _progress(engine: Engine, settings: Settings, state: State, predictor: Direction, before: float) -> float:
    """<X + a dX, Z + b dZ> / <X, Z> for the damped steps of the predictor."""
    a, b = (min(1.0, length * settings.step_factor) for length in (predictor.primal, predictor.dual))
    after = (
        before
        + a * inner_product(engine, predictor.dx, state.z)
        + b * inner_product(engine, state.x, predictor.dz)
        + a * b * inner_product(engine, predictor.dx, predictor.dz)
    )
    return after / before


def centring(settings: Settings, ratio: float, distance: float, *, feasible: bool) -> float:
    """σ, from the part of the complementarity gap that the predictor leaves.

    While the dual residual is larger than Z (`distance` > 1, as forms), C - A*(y) is far from the cone, and a smaller μ
    would take Z to the boundary before it is feasible: then μ has to wait.
    """
    least = settings.centring_feasible if feasible else settings.centring_infeasible
    if distance > 1:
        least = max(least, _WAITING)
    return float(min(1.0, max(least, max(0.0, ratio) ** 2)))


def spectral_radius(a: Floats) -> float:
    """The largest eigenvalue of a symmetric matrix, in absolute value."""
    values = np.linalg.eigvalsh(a)
    return float(max(values[-1], -values[0])) if len(a) else 0.0


def least_eigenvalue(a: Floats) -> float:
    """The least eigenvalue of a symmetric matrix."""
    return float(np.linalg.eigvalsh(a)[0])


def shortened(length: float, factor: float) -> float:
    """min(1, factor · length), rounded down to 48 binary places."""
    return int(min(1.0, factor * length) * 2.0**_PLACES) / 2.0**_PLACES


def rounded(value: Fraction) -> float:
    """The nearest float64, ±inf outside its range."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _least_ratio(change: Matrix, point: Matrix) -> float:
    """min_i change_i / point_i of two columns, the second positive."""
    scale = Fraction(2) ** (BASE_BITS * (change.exponent - point.exponent))
    pairs = zip(change.to_integers(), point.to_integers(), strict=True)
    return min(rounded(scale * Fraction(c[0], p[0])) for c, p in pairs)


def _exact(alpha: float) -> Scalar:
    return Scalar(int(alpha * 2.0**_PLACES), -_PLACES // BASE_BITS) if alpha < 1 else Scalar(1)


def _advance(engine: Engine, state: State, direction: Direction, alpha: float, beta: float) -> None:
    state.x = {name: engine.combine((1, x), (_exact(alpha), direction.dx[name])) for name, x in state.x.items()}
    state.z = {name: engine.combine((1, z), (_exact(beta), direction.dz[name])) for name, z in state.z.items()}
    state.y = engine.combine((1, state.y), (_exact(beta), direction.dy))
    left = _exact(1 - beta)
    state.residual = {} if beta == 1.0 else {name: engine.combine((left, r)) for name, r in state.residual.items()}
    state.index += 1


@dataclass(frozen=True, eq=False)
class Newton:
    """The linear systems of one iteration: everything that predictor and corrector share."""

    maps: ConstraintMaps
    factors: Factors
    state: State
    solve: BorderedSolver
    image_z: Matrix

    def direction(self, target: float, earlier: Direction | None) -> Direction:
        """The direction towards the barrier parameter `target` = σμ.

        It has the second-order term of an earlier direction, if one is given.
        """
        engine, problem, state = self.maps.engine, self.maps.problem, self.state
        barrier = Scalar.from_float(target)
        right = engine.combine((1, problem.right), (Scalar(-barrier.mantissa, barrier.exponent), self.image_z))
        if state.residual or earlier is not None:
            right = engine.add(right, self.maps.forward(self._curvature(earlier)))
        dy, free = self.solve(right, self._free_residual())
        image = self.maps.adjoint(dy)
        dz = {
            name: engine.combine((-1, image[name]), *([(1, state.residual[name])] if state.residual else []))
            for name in state.z
        }
        dx = self._primal(barrier, dz, earlier)
        start = 0
        for f in problem.free:
            assert free is not None
            dx[f.name] = engine.subtract(free.rows(start, start + f.length), state.x[f.name])
            start += f.length
        lengths = []
        for point, change, which in ((state.x, dx, "x"), (state.z, dz, "z")):
            inverses = {name: getattr(f, which).inverse for name, f in self.factors.blocks.items()}
            lengths.append(self._distance(point, change, inverses))
        return Direction(dx, dz, dy, *lengths)

    def _free_residual(self) -> Matrix | None:
        """The part of the dual residual that belongs to free variables, Bᵀ dy of the direction.

        None when there are no free variables.
        """
        problem = self.maps.problem
        if not problem.free:
            return None
        if not self.state.residual:
            return Matrix.zeros(sum(f.length for f in problem.free), 1)
        return stacked([self.state.residual[f.name] for f in problem.free])

    def refine(self, residual: Matrix, target: float) -> bool:
        """Move X to solve the equations relative to itself, X ← X + sym(X A*(η) Z⁻¹) with S η = b - A(X).

        It is repeated until rounding stops it. X stays in the cone, because it moves relative to itself.

        Returns:
            Whether the residual is below `target` then; if not, X is left alone.
        """
        engine, state, problem = self.maps.engine, self.state, self.maps.problem
        moved, size = dict(state.x), magnitude(residual)
        for _ in range(_ROUNDS):
            eta, free = self.solve(residual, Matrix.zeros(sum(f.length for f in problem.free), 1))
            image = self.maps.adjoint(eta)
            change = self._primal(Scalar(0), {name: engine.combine((-1, image[name])) for name in state.z}, None)
            moved.update(
                {name: engine.combine((1, moved[name]), (1, m), (1, state.x[name])) for name, m in change.items()}
            )
            start = 0
            for f in problem.free:
                assert free is not None
                moved[f.name] = engine.add(moved[f.name], free.rows(start, start + f.length))
                start += f.length
            residual = engine.subtract(problem.right, self.maps.forward(moved))
            size, before = magnitude(residual), size
            if size > before - _GAIN:
                break
        inverses = {name: f.x.inverse for name, f in self.factors.blocks.items()}
        change = {name: engine.subtract(moved[name], state.x[name]) for name in state.z}
        if 2.0**size > target or self._distance(state.x, change, inverses) <= 2:
            return False
        state.x = moved
        return True

    def dual_distance(self) -> float:
        """The least t with -t Z <= R <= t Z, to a few digits."""
        residual, state = self.state.residual, self.state
        if not residual:
            return 0.0

        def one(block: PsdBlock) -> float:
            lower, rest = self.factors.blocks[block.name].z.inverse.to_float(), residual[block.name].to_float()
            with np.errstate(over="ignore", invalid="ignore"):
                relative = lower @ rest @ lower.T
            return spectral_radius(relative) if np.isfinite(relative).all() else float("inf")

        values = list(self.maps.each(one, self.maps.problem.psd).values())
        values += [
            float(np.abs(residual[v.name].to_float() / state.z[v.name].to_float()).max())
            for v in self.maps.problem.vectors
        ]
        return max(values, default=0.0)

    def _times(self, block: PsdBlock | VectorBlock, a: Matrix, b: Matrix) -> Matrix:
        """The product of the algebra: of matrices, or entry by entry."""
        return self.maps.engine.hadamard(a, b) if isinstance(block, VectorBlock) else self.maps.engine.matmul(a, b)

    def _curvature(self, earlier: Direction | None) -> Values:
        """(X R + E) Z⁻¹, symmetrised where the map A needs it."""
        engine, state = self.maps.engine, self.state

        def one(block: PsdBlock | VectorBlock) -> Matrix:
            name = block.name
            terms: list[tuple[int, Matrix]] = []
            if state.residual:
                terms.append((1, self._times(block, state.x[name], state.residual[name])))
            if earlier is not None:
                terms.append((1, self._times(block, earlier.dx[name], earlier.dz[name])))
            product = self._times(block, engine.combine(*terms), self.factors.z_inverse[name])
            return engine.symmetrised(product) if isinstance(block, DenseBlock) else product

        result = self.maps.each(one, self.maps.problem.psd)
        result.update({v.name: one(v) for v in self.maps.problem.vectors})
        return result

    def _primal(self, barrier: Scalar, dz: Values, earlier: Direction | None) -> Values:
        """DX = σμ Z⁻¹ - X - sym((X dZ + E) Z⁻¹)."""
        engine, state = self.maps.engine, self.state

        def one(block: PsdBlock | VectorBlock) -> Matrix:
            name = block.name
            inner = self._times(block, state.x[name], dz[name])
            if earlier is not None:
                inner = engine.add(inner, self._times(block, earlier.dx[name], earlier.dz[name]))
            product = self._times(block, inner, self.factors.z_inverse[name])
            if not isinstance(block, VectorBlock):
                product = engine.symmetrised(product)
            return engine.combine((barrier, self.factors.z_inverse[name]), (-1, state.x[name]), (-1, product))

        result = self.maps.each(one, self.maps.problem.psd)
        result.update({v.name: one(v) for v in self.maps.problem.vectors})
        return result

    def _distance(self, point: Values, change: Values, inverses: Mapping[str, Matrix]) -> float:
        """The largest α <= 1e6 with point + α change in the cone."""
        engine = self.maps.engine

        def least(block: PsdBlock) -> float:
            inverse = inverses[block.name]
            w = engine.matmul(engine.matmul(inverse, change[block.name]), inverse.transpose()).to_float()
            return least_eigenvalue((w + w.T) / 2)

        values = list(self.maps.each(least, self.maps.problem.psd).values())
        values += [_least_ratio(change[v.name], point[v.name]) for v in self.maps.problem.vectors]
        return min(1e6, -1.0 / min(*values, -1e-6))
