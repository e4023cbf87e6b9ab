"""How long each stage of a bound takes: `pytest benchmarks --benchmark-only`.

The stages of one chain, for the kissing number of R^4: build, solve, round, and the two checkers.
"""

from functools import cache

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import kissalg as ka
from kissalg.solvers import NumericSolution

DEGREES = (4, 6)
DIMENSION = 4


@cache
def solution(degree: int) -> NumericSolution:
    return ka.solve(ka.kissing(DIMENSION, degree))


@cache
def certificate(degree: int) -> bytes:
    return ka.certify(solution(degree)).to_bytes()


@pytest.fixture(params=DEGREES, ids=lambda degree: f"degree-{degree}")
def degree(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.mark.benchmark(group="build")
def test_build(benchmark: BenchmarkFixture, degree: int) -> None:
    assert benchmark(ka.kissing, DIMENSION, degree).equations > 0


@pytest.mark.benchmark(group="solve")
def test_solve(benchmark: BenchmarkFixture, degree: int) -> None:
    solution(degree)  # compiles
    run = benchmark.pedantic(ka.solve, (ka.kissing(DIMENSION, degree),), rounds=1)
    assert run.status.value == "optimal"


@pytest.mark.benchmark(group="round")
def test_round(benchmark: BenchmarkFixture, degree: int) -> None:
    assert benchmark.pedantic(ka.certify, (solution(degree),), rounds=3).bound > 24


@pytest.mark.benchmark(group="verify")
def test_kernel(benchmark: BenchmarkFixture, degree: int) -> None:
    assert benchmark.pedantic(ka.verify, (certificate(degree),), rounds=5).verified


@pytest.mark.benchmark(group="verify")
def test_second_opinion(benchmark: BenchmarkFixture, degree: int) -> None:
    assert benchmark.pedantic(ka.second_opinion, (certificate(degree),), rounds=5).verified
