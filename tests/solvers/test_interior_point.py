"""One iteration: what a Newton step promises about residuals and the cone; the projection onto the equations."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from kissalg.families.three_point.model import kissing
from kissalg.sdp.model import Model
from kissalg.solvers.multiprecision.cholesky import NotPositiveDefiniteError
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps
from kissalg.solvers.multiprecision.interior_point import State, dual_residual, initial_state, iterate
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.problem import NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.project_equations import project_onto_equations
from kissalg.solvers.multiprecision.scalar import Scalar
from kissalg.solvers.multiprecision.workers import Workers
from kissalg.solvers.settings import Settings
from tests.solvers.models import X, bernstein, least_value, pentagon
from tests.solvers.numeric import in_the_cone, master, random_state, sampled
from tests.solvers.reference import exact, largest, matrix

BITS = 192
LOST = fmpq(2) ** (72 - BITS)
MODELS = {
    "vector": bernstein(),
    "dense": pentagon(),
    "interval": least_value(X**3 - X + 2, interval=True),
    "three-point": kissing(3, 3),  # with interior points; degree 2 has none
}


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    return MODELS[request.param]


@pytest.fixture(params=[24, 1], ids=["dense", "low rank"])
def problem(request: pytest.FixtureRequest, model: Model) -> NumericProblem:
    return sampled(model, BITS, dense_limit=request.param)


def primal_residual(problem: NumericProblem, state: State) -> Matrix:
    with Workers(1) as pool:
        return problem.engine.subtract(problem.right, ConstraintMaps(problem, pool).forward(state.x))


def start(problem: NumericProblem) -> State:
    """A random point; its stored residual is the true one."""
    state = random_state(problem, 1)
    with Workers(1) as pool:
        state.residual = dual_residual(problem, state, pool)
    return state


def test_the_start(problem: NumericProblem) -> None:
    state = initial_state(problem, 1e4, 3.0)
    for block in problem.blocks:
        for values, factor in ((state.x, 10_000), (state.z, 3)):
            m = exact(values[block.name])
            expected = [factor * int(i == j or m.ncols() == 1) for i in range(m.nrows()) for j in range(m.ncols())]
            assert m.entries() == expected
        cost = exact(block.cost) if block.cost is not None else exact(Matrix.zeros(*state.z[block.name].shape))
        difference = exact(state.residual[block.name]) - (cost - exact(state.z[block.name]))
        assert largest(difference) <= (largest(cost) + 3) * LOST
    assert not state.y.limbs.any()
    assert state.index == 0


def test_one_step_shortens_the_residuals(problem: NumericProblem) -> None:
    """b - A(X) and C - Z - A*(y) shrink by exactly 1 - α and 1 - β; both X and Z stay in the cone."""
    state = start(problem)
    before_x, before_z = exact(primal_residual(problem, state)), {n: exact(m) for n, m in state.residual.items()}
    with Workers(2) as pool:
        step = iterate(problem, Settings(), state, pool)
        recomputed = dual_residual(problem, state, pool)
    iteration = step.iteration
    assert not step.finished
    assert 0 < iteration.primal_step <= 1
    assert 0 < iteration.dual_step <= 1
    assert state.index == 1
    assert in_the_cone(problem, state.x)
    assert in_the_cone(problem, state.z)
    alpha, beta = (fmpq(*number.as_integer_ratio()) for number in (iteration.primal_step, iteration.dual_step))
    scale = max(1, largest(before_x)) * 2**20
    assert largest(exact(primal_residual(problem, state)) - (1 - alpha) * before_x) <= scale * LOST
    for name, earlier in before_z.items():
        stored = exact(state.residual[name]) if state.residual else 0 * earlier
        assert largest(stored - (1 - beta) * earlier) <= max(1, largest(earlier)) * LOST
        assert largest(stored - exact(recomputed[name])) <= max(1, largest(earlier)) * 2**20 * LOST


def test_the_progress_line(problem: NumericProblem) -> None:
    """μ, the objectives and the residuals are those of the point at which the iteration began."""
    state = start(problem)
    x, z = ({n: exact(m) for n, m in values.items()} for values in (state.x, state.z))
    residual = largest(exact(primal_residual(problem, state)))
    with Workers(1) as pool:
        primal, dual = ConstraintMaps(problem, pool).objective(state.x, state.y)
        iteration = iterate(problem, Settings(), state, pool).iteration
    product = sum((a * b for n, m in x.items() for a, b in zip(m.entries(), z[n].entries(), strict=True)), fmpq(0))
    mu = product / problem.order
    assert iteration.mu == pytest.approx(float(mu.p) / float(mu.q), rel=1e-12)
    assert (iteration.primal_objective, iteration.dual_objective) == (float(primal), float(dual))
    assert iteration.gap == float(abs(primal - dual) / max(Fraction(1), abs(primal), abs(dual)))
    assert iteration.primal_residual == pytest.approx(float(residual.p) / float(residual.q), rel=1e-6)
    assert iteration.bits == BITS


def test_iterations_converge_and_then_stop(problem: NumericProblem) -> None:
    """μ falls, feasibility is reached, and at the tolerances the point is left alone."""
    settings = Settings(gap=1e-6)
    state = initial_state(problem, 1e4, 1e4)
    history = []
    with Workers(2) as pool:
        for _ in range(60):
            step = iterate(problem, settings, state, pool)
            history.append(step.iteration)
            if step.finished:
                break
        assert step.finished
        limbs = {name: m.limbs.copy() for name, m in state.x.items()}
        again = iterate(problem, settings, state, pool)
    assert again.finished
    assert all(np.array_equal(limbs[name], m.limbs) for name, m in state.x.items())
    assert history[-1].mu < 1e-5
    assert history[-1].gap <= 1e-6
    # what a primal and a dual feasible point prove of each other
    assert history[-1].dual_objective <= history[-1].primal_objective + 1e-12
    assert state.solved
    assert not state.residual


def test_threads_do_not_change_a_bit(problem: NumericProblem) -> None:
    states = [start(problem) for _ in range(2)]
    for workers, state in enumerate(states, 1):
        with Workers(workers) as pool:
            for _ in range(2):
                iterate(problem, Settings(), state, pool)
    first, second = states
    assert np.array_equal(first.y.limbs, second.y.limbs)
    for name in first.x:
        assert np.array_equal(first.x[name].limbs, second.x[name].limbs)
        assert np.array_equal(first.z[name].limbs, second.z[name].limbs)


def test_a_point_outside_the_cone_is_refused_and_left_alone() -> None:
    problem = sampled(pentagon(), 96)
    state = initial_state(problem, 1.0, 1.0)
    name = next(iter(state.x))
    state.x[name] = problem.engine.combine((-1, state.x[name]))
    before = state.x[name].limbs.copy()
    with Workers(1) as pool, pytest.raises(NotPositiveDefiniteError, match="pivot 0"):
        iterate(problem, Settings(), state, pool)
    assert np.array_equal(state.x[name].limbs, before)
    assert state.index == 0


# -- projection
# ----------------------------------------------------------------------------------------------------------


def test_projection(problem: NumericProblem) -> None:
    """A point near the equations is moved onto them, by about its distance; the residual ends below the precision of
    the problem.
    """
    settings = Settings(gap=1e-3)
    state = initial_state(problem, 1e4, 1e4)
    with Workers(2) as pool:
        while not iterate(problem, settings, state, pool).finished:
            assert state.index < 60
        noise = Scalar(1, -2)  # 2^-48
        for block in problem.blocks:
            unit = matrix([[1]] * block.order) if isinstance(block, VectorBlock) else Matrix.identity(block.order)
            state.x[block.name] = Engine(400).combine((1, state.x[block.name]), (noise, unit))
        before = dict(state.x)
        distance = largest(exact(primal_residual(problem, state)))
        assert distance > fmpq(2) ** -60
        state.x, left = project_onto_equations(problem, state.x, pool)
    assert left <= 8 - BITS
    unit = max(1, largest(exact(problem.right)))
    after = largest(exact(primal_residual(problem, state)))
    assert after <= unit * fmpq(2) ** (24 - BITS)
    for name, m in before.items():
        assert largest(exact(m) - exact(state.x[name])) <= fmpq(2) ** -36
    assert in_the_cone(problem, state.x)


@pytest.mark.parametrize("bits", [240, 480])
def test_projection_reaches_the_precision_of_the_master(bits: int) -> None:
    """From a point of 96 bits, through corrections of 96 bits, to a residual of `bits`; the point itself is not
    touched.
    """
    full = master(kissing(3, 3), bits, dense_limit=1)
    low = full.at(96)
    state = initial_state(low, 1e4, 1.0)
    with Workers(2) as pool:
        while not iterate(low, Settings(gap=1e-3), state, pool).finished:
            assert state.index < 60
        given = dict(state.x)
        x, left = project_onto_equations(full, state.x, pool)
        again, still = project_onto_equations(full, x, pool)
        residual = Engine(2 * bits).subtract(full.right, ConstraintMaps(full.at(2 * bits), pool).forward(x))
    assert all(state.x[name] is m for name, m in given.items())
    assert left <= 8 - bits
    assert largest(exact(residual)) <= largest(exact(full.right)) * fmpq(2) ** (24 - bits)
    for name, m in x.items():  # there is nothing left to do
        assert largest(exact(again[name]) - exact(m)) <= largest(exact(m)) * fmpq(2) ** (24 - bits)
    assert still <= -bits + 24
