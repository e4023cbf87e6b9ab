"""How long each stage of a bound takes: `pytest benchmarks/test_stages.py --benchmark-only` (several minutes; `-k "not
10"` for less).

The stages of one chain, for the kissing number of R^4 at the default settings: build, sample, solve, round, and the two
checkers.
"""

from functools import cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import kissalg as ka
from kissalg.sdp.model import Model, Point
from kissalg.solvers import NumericSolution
from kissalg.solvers.multiprecision.sample_points import choose_points

DEGREES = (6, 8, 10)
DIMENSION = 4


@cache
def solution(degree: int) -> NumericSolution:
    ka.solve(ka.kissing(3, 3))  # compiles
    return ka.solve(ka.kissing(DIMENSION, degree))


@cache
def certificate(degree: int) -> bytes:
    return ka.certify(solution(degree)).to_bytes()


@pytest.fixture(params=DEGREES, ids=lambda degree: f"degree-{degree}")
def degree(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def note(benchmark: BenchmarkFixture, degree: int, **more: object) -> None:
    problem = ka.kissing(DIMENSION, degree)
    benchmark.extra_info.update({"n": DIMENSION, "degree": degree, "equations": problem.equations, **more})


@pytest.mark.benchmark(group="build")
def test_build(benchmark: BenchmarkFixture, degree: int) -> None:
    note(benchmark, degree)
    assert benchmark(ka.kissing, DIMENSION, degree).equations > 0


def choose(problem: Model) -> dict[str, list[Point]]:
    return {i.name: choose_points(problem, i) for i in problem.identities}


@pytest.mark.benchmark(group="points")
def test_points(benchmark: BenchmarkFixture, degree: int) -> None:
    """Choosing sample points, with the proof that they are unisolvent."""
    note(benchmark, degree)
    problem = ka.kissing(DIMENSION, degree)
    assert benchmark.pedantic(choose, (problem,), rounds=1)


@pytest.mark.benchmark(group="solve")
def test_solve(benchmark: BenchmarkFixture, degree: int) -> None:
    expected = solution(degree)  # compiles, and fills the caches of sampled tables
    run = benchmark.pedantic(ka.solve, (ka.kissing(DIMENSION, degree),), rounds=1)
    note(benchmark, degree, iterations=run.iterations, bits=run.bits, threads=run.settings.threads)
    assert run.status.value == "optimal"
    assert run.values == expected.values


@pytest.mark.benchmark(group="round")
def test_round(benchmark: BenchmarkFixture, degree: int) -> None:
    run = solution(degree)
    made = benchmark.pedantic(ka.certify, (run,), rounds=2)
    note(benchmark, degree, bytes=len(made.to_bytes()), bound=str(made.claim))
    assert made.bound > 24


@pytest.mark.benchmark(group="verify")
def test_kernel(benchmark: BenchmarkFixture, degree: int) -> None:
    data = certificate(degree)
    note(benchmark, degree, bytes=len(data))
    assert benchmark.pedantic(ka.verify, (data,), rounds=2).verified


@pytest.mark.benchmark(group="verify")
def test_second_opinion(benchmark: BenchmarkFixture, degree: int) -> None:
    data = certificate(degree)
    note(benchmark, degree, bytes=len(data))
    assert benchmark.pedantic(ka.second_opinion, (data,), rounds=2).verified
