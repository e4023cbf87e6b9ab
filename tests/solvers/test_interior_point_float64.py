"""The float64 iterations: the same steps as those of multiprecision, the same Schur complement, and a clean end."""

from collections.abc import Callable
from copy import copy

import numpy as np
import pytest
from flint import fmpq
from threadpoolctl import threadpool_limits

from kissalg.families.three_point.model import kissing
from kissalg.sdp.model import Model
from kissalg.solvers.multiprecision import interior_point_float64 as float64
from kissalg.solvers.multiprecision.cholesky import PrecisionLostError
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values
from kissalg.solvers.multiprecision.interior_point import State, dual_residual, initial_state, iterate
from kissalg.solvers.multiprecision.interior_point_float64 import FLOAT64_BITS
from kissalg.solvers.multiprecision.matrix import Matrix
from kissalg.solvers.multiprecision.problem import NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.problem_float64 import Float64Problem, adjoint
from kissalg.solvers.multiprecision.scalar import Scalar
from kissalg.solvers.multiprecision.workers import Workers
from kissalg.solvers.settings import Settings
from tests.solvers.models import X, bernstein, least_value, linear_program, pentagon, scaled
from tests.solvers.numeric import (
    in_the_cone,
    interior_values,
    naive_schur,
    number,
    random_column,
    random_state,
    sampled,
)
from tests.solvers.reference import exact, largest

BITS = 240
MODELS = {
    "vector": bernstein(),
    "dense": pentagon(),
    "interval": least_value(X**3 - X + 2, interval=True),
    "scaled": scaled(least_value(X**3 - X + 2, interval=True), {"line": fmpq(40), "t": fmpq(1, 9), "Q": fmpq(20)}),
    "three-point": kissing(3, 3),
}


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    return MODELS[request.param]


@pytest.fixture(params=[24, 1], ids=["dense", "low rank"])
def problem(request: pytest.FixtureRequest, model: Model) -> NumericProblem:
    return sampled(model, BITS, dense_limit=request.param)


def in_float64(m: Matrix) -> Matrix:
    return Matrix.from_floats(m.to_float())


def rounded(problem: NumericProblem, state: State) -> State:
    """The state in numbers of float64, with its true dual residual."""
    x, z = ({name: in_float64(m) for name, m in values.items()} for values in (state.x, state.z))
    result = State(x, z, in_float64(state.y), {}, state.index, state.solved)
    with Workers(1) as pool:
        result.residual = dual_residual(problem, result, pool)
    return result


def random_start(problem: NumericProblem) -> State:
    return rounded(problem, random_state(problem, 1))


def usual_start(problem: NumericProblem) -> State:
    return rounded(problem, initial_state(problem, 1e5, 1.0 if problem.balanced else 1e5))


def on_the_way(problem: NumericProblem) -> State:
    """After two iterations: neither side is feasible."""
    state = usual_start(problem)
    with Workers(1) as pool:
        for _ in range(2):
            iterate(problem, Settings(), state, pool)
    return rounded(problem, state)


def feasible(problem: NumericProblem) -> State:
    """A point at which both sides are feasible: multiprecision has Z = C - A*(y), which float64 finds again."""
    state = usual_start(problem)
    with Workers(1) as pool:
        while state.residual or not state.solved:
            iterate(problem, Settings(), state, pool)
            assert state.index < 40
        state = rounded(problem, state)
        state.z = {name: problem.engine.add(z, state.residual[name]) for name, z in state.z.items()}
    state.residual = {}
    return state


def agree(found: Values, expected: Values) -> None:
    for name, m in expected.items():
        assert largest(exact(found[name]) - exact(m)) <= largest(exact(m)) * fmpq(1, 10**8)


@pytest.mark.parametrize("start", [random_start, usual_start, on_the_way, feasible])
def test_a_step_is_that_of_multiprecision(
    problem: NumericProblem, start: Callable[[NumericProblem], State], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same σ (hence the same point), the same step lengths, the same progress line.

    Multiprecision rounds the barrier parameter σμ to 23 bits or more; for the comparison float64 takes the same one."""
    direction = float64._Newton.direction

    def short(
        self: float64._Newton,
        solve: Callable[[np.ndarray], np.ndarray],
        image_z: np.ndarray,
        target: float,
        earlier: float64._Direction | None,
    ) -> float64._Direction:
        barrier = number(Scalar.from_float(target))
        assert abs(barrier - fmpq(*target.as_integer_ratio())) <= barrier * fmpq(2) ** -22
        return direction(self, solve, image_z, int(barrier.p) / int(barrier.q), earlier)

    monkeypatch.setattr(float64._Newton, "direction", short)
    state = start(problem)
    other = copy(state)
    with threadpool_limits(1), Workers(2) as pool:
        expected = iterate(problem, Settings(), state, pool)
        found = float64.iterate_float64(Float64Problem.of(problem), Settings(), other, pool)
    assert not expected.finished
    assert not found.finished
    one, two = found.iteration, expected.iteration
    for name in ("mu", "primal_objective", "dual_objective", "gap", "primal_step", "dual_step"):
        assert getattr(one, name) == pytest.approx(getattr(two, name), rel=1e-8), name
    size = float(largest(exact(problem.right)).p) / float(largest(exact(problem.right)).q)
    assert one.primal_residual == pytest.approx(two.primal_residual, rel=1e-6, abs=1e-9 * max(1.0, size))
    assert one.dual_residual == pytest.approx(two.dual_residual, rel=1e-6, abs=1e-9)
    assert (one.index, other.index, other.solved) == (two.index, state.index, state.solved)
    assert (one.bits, two.bits) == (FLOAT64_BITS, BITS)
    agree(other.x, state.x)
    agree(other.z, state.z)
    agree({"": other.y}, {"": state.y})
    assert bool(other.residual) == bool(state.residual)
    if state.residual:
        agree(other.residual, state.residual)


def newton(problem: NumericProblem, pool: Workers, seed: int) -> tuple[float64._Newton, Values, Values]:
    rounded_problem = Float64Problem.of(problem)
    x, z = interior_values(problem, seed), interior_values(problem, seed + 1)
    arrays = [float64._arrays(rounded_problem, values) for values in (x, z)]
    return float64._Newton(rounded_problem, pool, *arrays, np.zeros(problem.equations), {}), x, z


@pytest.mark.parametrize("band", [96, 3])
def test_the_schur_complement(problem: NumericProblem, monkeypatch: pytest.MonkeyPatch, band: int) -> None:
    """S (S⁻¹ r) = r for the S of the definition, however it is cut into bands."""
    monkeypatch.setattr(float64, "_BAND", band)
    with threadpool_limits(1), Workers(2) as pool:
        iteration, x, z = newton(problem, pool, 21)
        solve = iteration.schur()
    s = naive_schur(problem, x, z)
    scale = 1 / np.sqrt(s.diagonal())
    balanced = s * scale[:, None] * scale
    condition = np.linalg.cond(balanced)
    assert condition < 1e8
    for seed in range(3):
        right = random_column(problem.equations, seed).to_float()[:, 0] / scale
        rest = scale * (s @ solve(right, np.zeros(0))[0] - right)
        assert np.abs(rest).max() <= 1e-14 * condition * np.abs(scale * right).max() * problem.equations


def test_the_maps(problem: NumericProblem) -> None:
    """A and A* are those of multiprecision."""
    y = in_float64(random_column(problem.equations, 3))
    with threadpool_limits(1), Workers(2) as pool:
        iteration, x, _ = newton(problem, pool, 23)
        maps = ConstraintMaps(problem, pool)
        expected = maps.forward(x).to_float()[:, 0]
        found = iteration.forward(iteration.x)
        images, others = maps.adjoint(y), adjoint(iteration.problem, y.to_float()[:, 0], pool)
    assert np.abs(found - expected).max() <= 1e-12 * np.abs(expected).max()
    for block in problem.blocks:
        image = images[block.name].to_float()
        other = others[block.name] if not isinstance(block, VectorBlock) else others[block.name][:, None]
        assert np.abs(other - image).max() <= 1e-12 * max(1.0, np.abs(image).max()) * problem.equations


def unchanged(problem: NumericProblem, state: State, message: str, settings: Settings | None = None) -> None:
    """The iteration is refused, and every part of the state is the same object as before, with the same digits."""
    before = copy(state)
    x, z = dict(state.x), dict(state.z)
    limbs = {id(m): m.limbs.copy() for m in (*x.values(), *z.values(), state.y)}
    with threadpool_limits(1), Workers(2) as pool, pytest.raises(PrecisionLostError, match=message):
        float64.iterate_float64(Float64Problem.of(problem), settings or Settings(), state, pool)
    assert (state.index, state.solved) == (before.index, before.solved)
    assert state.residual is before.residual
    assert (state.x, state.z) == (x, z)
    assert state.y is before.y
    assert all(np.array_equal(limbs[id(m)], m.limbs) for m in (*x.values(), *z.values(), state.y))


@pytest.mark.parametrize("side", ["x", "z"])
def test_points_outside_the_cone_are_refused(problem: NumericProblem, side: str) -> None:
    for block in problem.blocks:
        state = random_state(problem, 4)
        values = getattr(state, side)
        values[block.name] = problem.engine.combine((-1, values[block.name]))
        vector = isinstance(block, VectorBlock)
        unchanged(problem, state, "lost its sign" if vector else f"{block.name} is not positive definite")


def test_short_steps_are_refused(problem: NumericProblem) -> None:
    unchanged(problem, usual_start(problem), "too short", Settings(step_factor=1e-7))


def to_the_end(problem: NumericProblem, state: State) -> list[float]:
    """Iterate for as long as float64 carries; the gaps."""
    gaps = []
    with threadpool_limits(1), Workers(2) as pool:
        rounded_problem = Float64Problem.of(problem)
        while len(gaps) < 100:
            try:
                step = float64.iterate_float64(rounded_problem, Settings(), state, pool)
            except PrecisionLostError:
                return gaps
            assert not step.finished
            assert not step.short
            assert not step.noisy
            gaps.append(step.iteration.gap)
    raise AssertionError("float64 does not stop")


NARROW = linear_program([[12, 0], [-4, 12]], [8, 12], [61, 5], 7)  # with a single feasible point


@pytest.mark.parametrize("name", [*MODELS, "narrow", "low degree"])
def test_float64_stops_before_rounding_takes_over(name: str) -> None:
    """It ends at a gap that it can tell from rounding, with a point that is in the cone exactly, and multiprecision
    goes on from there.
    """
    model = {**MODELS, "narrow": NARROW, "low degree": kissing(4, 4, 4)}[name]
    problem = sampled(model, 120)
    state = usual_start(problem)
    gaps = to_the_end(problem, state)
    assert min(gaps) < 1e-2
    assert min(gaps) > 1e-9
    assert in_the_cone(problem, state.x)
    assert in_the_cone(problem, state.z)
    state = rounded(problem, state)
    with Workers(2) as pool:
        for _ in range(12):
            step = iterate(problem, Settings(), state, pool)
            if step.finished:
                break
    assert step.finished


def test_threads_do_not_change_a_bit(problem: NumericProblem) -> None:
    states = [usual_start(problem) for _ in range(2)]
    for workers, state in zip((1, 3), states, strict=True):
        with threadpool_limits(1), Workers(workers) as pool:
            for _ in range(5):
                float64.iterate_float64(Float64Problem.of(problem), Settings(), state, pool)
    first, second = states
    assert np.array_equal(first.y.limbs, second.y.limbs)
    for name in first.x:
        assert np.array_equal(first.x[name].limbs, second.x[name].limbs)
        assert np.array_equal(first.z[name].limbs, second.z[name].limbs)
