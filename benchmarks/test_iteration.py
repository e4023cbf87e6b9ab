"""One interior-point iteration by phase: `pytest benchmarks/test_iteration.py --benchmark-only`.

At the point that ten iterations reach, for the kissing number of R^4, at a fixed precision of 120 bits, with two
threads.
"""

from collections.abc import Iterator
from copy import copy
from functools import cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from threadpoolctl import threadpool_limits

import kissalg as ka
from kissalg.solvers import Settings
from kissalg.solvers.multiprecision.build_problem import numeric_problem
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps
from kissalg.solvers.multiprecision.interior_point import State, initial_state, iterate
from kissalg.solvers.multiprecision.interior_point_float64 import iterate_float64
from kissalg.solvers.multiprecision.newton_system import factorise, images, schur_complement
from kissalg.solvers.multiprecision.problem import NumericProblem
from kissalg.solvers.multiprecision.problem_float64 import Float64Problem
from kissalg.solvers.multiprecision.sample_points import choose_points
from kissalg.solvers.multiprecision.workers import Workers

DEGREES = (6, 8, 10)
BITS = 120
THREADS = 2
WARM = 10


@cache
def sampled(degree: int) -> NumericProblem:
    model = ka.kissing(4, degree)
    points = {i.name: choose_points(model, i) for i in model.identities}
    with threadpool_limits(1), Workers(THREADS) as pool:
        return numeric_problem(model, points, BITS + 64, pool).at(BITS)


@cache
def reached(degree: int) -> State:
    state = initial_state(sampled(degree), Settings().start, 1.0)
    with threadpool_limits(1), Workers(THREADS) as pool:
        for _ in range(WARM):
            iterate(sampled(degree), Settings(bits=BITS), state, pool)
    return state


@pytest.fixture(params=DEGREES, ids=lambda degree: f"degree-{degree}")
def problem(request: pytest.FixtureRequest, benchmark: BenchmarkFixture) -> NumericProblem:
    found = sampled(request.param)
    largest = max(block.order for block in found.psd)
    benchmark.extra_info.update(
        {
            "degree": request.param,
            "bits": BITS,
            "threads": THREADS,
            "equations": found.equations,
            "largest block": largest,
        }
    )
    return found


@pytest.fixture
def state(request: pytest.FixtureRequest, problem: NumericProblem) -> State:
    degree = next(degree for degree in DEGREES if sampled(degree) is problem)
    return copy(reached(degree))


@pytest.fixture
def pool() -> Iterator[Workers]:
    with threadpool_limits(1), Workers(THREADS) as executor:
        yield executor


@pytest.mark.benchmark(group="iteration")
def test_the_whole_iteration(benchmark: BenchmarkFixture, problem: NumericProblem, state: State, pool: Workers) -> None:
    """Factors, Schur complement, two directions, step lengths, update."""
    benchmark.pedantic(lambda: iterate(problem, Settings(bits=BITS), copy(state), pool), rounds=2)


@pytest.mark.benchmark(group="iteration")
def test_the_whole_iteration_in_float64(
    benchmark: BenchmarkFixture, problem: NumericProblem, state: State, pool: Workers
) -> None:
    """The same from the same point, in the arithmetic of the first iterations of a run."""
    rounded = Float64Problem.of(problem)
    benchmark.extra_info["bits"] = 53
    benchmark.pedantic(lambda: iterate_float64(rounded, Settings(), copy(state), pool), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="factors of X and Z")
def test_factors(benchmark: BenchmarkFixture, problem: NumericProblem, state: State, pool: Workers) -> None:
    """Cholesky with inverse of every block, and the rows V L and V N⁻ᵀ."""
    benchmark.pedantic(factorise, (ConstraintMaps(problem, pool), state.x, state.z), rounds=2)


@pytest.mark.benchmark(group="images of X and Z⁻¹")
def test_images(benchmark: BenchmarkFixture, problem: NumericProblem, state: State, pool: Workers) -> None:
    """A(X) and A(Z⁻¹) from the norms of those rows."""
    maps = ConstraintMaps(problem, pool)
    benchmark.pedantic(images, (maps, factorise(maps, state.x, state.z), state.x), rounds=3)


@pytest.mark.benchmark(group="Schur complement")
def test_schur(benchmark: BenchmarkFixture, problem: NumericProblem, state: State, pool: Workers) -> None:
    """Assembly from the factors and the norms of their rows."""
    maps = ConstraintMaps(problem, pool)
    factors = factorise(maps, state.x, state.z)
    norms = images(maps, factors, state.x).norms
    benchmark.pedantic(schur_complement, (maps, factors, norms, state.x), rounds=2)


@pytest.mark.benchmark(group="factor of the Schur complement")
def test_schur_factor(benchmark: BenchmarkFixture, problem: NumericProblem, state: State, pool: Workers) -> None:
    """Its Cholesky factorisation, with the inverse factor."""
    maps = ConstraintMaps(problem, pool)
    factors = factorise(maps, state.x, state.z)
    schur = schur_complement(maps, factors, images(maps, factors, state.x).norms, state.x)
    benchmark.pedantic(schur.solver, rounds=2)


@pytest.mark.benchmark(group="maps")
@pytest.mark.parametrize("direction", ["A", "A*"])
def test_maps(
    benchmark: BenchmarkFixture, problem: NumericProblem, state: State, pool: Workers, direction: str
) -> None:
    """One application of the map from blocks to equations, and of its adjoint."""
    maps = ConstraintMaps(problem, pool)
    if direction == "A":
        benchmark.pedantic(maps.forward, (state.x,), rounds=3)
    else:
        benchmark.pedantic(maps.adjoint, (problem.right,), rounds=3)
