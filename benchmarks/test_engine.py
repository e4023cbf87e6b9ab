"""The multiprecision engine against float64 products and python-flint, all with one thread: `pytest
benchmarks/test_engine.py --benchmark-only`.
"""

import numpy as np
import pytest
from flint import ctx, fmpz_mat
from pytest_benchmark.fixture import BenchmarkFixture
from threadpoolctl import threadpool_limits

from kissalg.solvers.multiprecision.cholesky import cholesky
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.residues import from_residues, primes_for, to_residues

ORDERS = (100, 200, 400, 800)
BITS = (128, 256)


def random_matrix(order: int, bits: int, seed: int) -> Matrix:
    """A random matrix that fills the limbs of an engine of that precision."""
    length = Engine(bits).length
    digits = np.random.default_rng(seed).integers(-(2**23), 2**23, size=(length, order, order))
    return Matrix(digits.astype(np.int32), -length)


def note(benchmark: BenchmarkFixture, arithmetic: str, order: int, bits: int, multiply_adds: int) -> None:
    benchmark.extra_info.update(
        {"arithmetic": arithmetic, "order": order, "bits": bits, "multiply-adds": multiply_adds, "threads": 1}
    )


@pytest.mark.benchmark(group="product")
@pytest.mark.parametrize("order", ORDERS)
def test_float64(benchmark: BenchmarkFixture, order: int) -> None:
    """The roof: NumPy's product of two float64 matrices."""
    a, b = np.random.default_rng(0).standard_normal((2, order, order))
    note(benchmark, "float64", order, 53, order**3)
    with threadpool_limits(1):
        benchmark.pedantic(np.matmul, (a, b), rounds=7, warmup_rounds=2)


@pytest.mark.benchmark(group="product")
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("bits", BITS)
def test_residues(benchmark: BenchmarkFixture, order: int, bits: int) -> None:
    """A product rounded to `bits` bits: conversion to residues, float64 products, conversion back."""
    engine = Engine(bits)
    a, b = random_matrix(order, bits, 1), random_matrix(order, bits, 2)
    note(benchmark, "residues", order, bits, order**3)
    with threadpool_limits(1):
        benchmark.pedantic(engine.matmul, (a, b), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="product")
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("bits", BITS)
def test_symmetric(benchmark: BenchmarkFixture, order: int, bits: int) -> None:
    """A Aᵀ: counted as order³ multiply-adds, of which half are needed."""
    engine = Engine(bits)
    a = random_matrix(order, bits, 1)
    note(benchmark, "residues", order, bits, order**3)
    with threadpool_limits(1):
        benchmark.pedantic(engine.gram, (a,), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="product")
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("bits", BITS)
def test_flint(benchmark: BenchmarkFixture, order: int, bits: int) -> None:
    """python-flint's exact product of integer matrices with entries of `bits` bits."""
    a, b = (fmpz_mat([[x >> 24 * m.length - bits for x in row] for row in m.to_integers()]) for m in _pair(order, bits))
    note(benchmark, "fmpz_mat", order, bits, order**3)
    threads, ctx.threads = ctx.threads, 1
    try:
        benchmark.pedantic(lambda: a * b, rounds=1 if order > 400 else 3, warmup_rounds=0 if order > 400 else 1)
    finally:
        ctx.threads = threads


def _pair(order: int, bits: int) -> tuple[Matrix, Matrix]:
    return random_matrix(order, bits, 1), random_matrix(order, bits, 2)


@pytest.mark.benchmark(group="conversion")
@pytest.mark.parametrize("direction", ["to residues", "from residues"])
@pytest.mark.parametrize("bits", BITS)
def test_conversion(benchmark: BenchmarkFixture, direction: str, bits: int) -> None:
    """What a product pays for each entry of its factors and of its result, order 400."""
    a = random_matrix(400, bits, 1)
    count = primes_for(2 * a.bits() + 9)
    residues = to_residues(a.limbs, count)
    benchmark.extra_info.update({"order": 400, "bits": bits, "primes": count, "threads": 1})
    if direction == "to residues":
        benchmark.pedantic(to_residues, (a.limbs, count), rounds=7, warmup_rounds=1)
    else:
        benchmark.pedantic(from_residues, (residues, a.length - 1, a.length + 2), rounds=7, warmup_rounds=1)


@pytest.mark.benchmark(group="Cholesky")
@pytest.mark.parametrize("order", [100, 300, 800])
@pytest.mark.parametrize("bits", BITS)
def test_cholesky(benchmark: BenchmarkFixture, order: int, bits: int) -> None:
    """Factor and inverse factor of a symmetric positive definite matrix."""
    engine = Engine(bits)
    a = random_matrix(order, bits, 3)
    a = engine.add(engine.symmetrised(a), engine.combine((order, Matrix.identity(order))))
    benchmark.extra_info.update({"order": order, "bits": bits, "threads": 1})
    with threadpool_limits(1):
        benchmark.pedantic(cholesky, (engine, a), rounds=2, warmup_rounds=1)
