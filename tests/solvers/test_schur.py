"""The Schur complement against its definition, computed naively, and as the operator y ↦ A(X A*(y) Z⁻¹)."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from kissalg.bounds.three_point import kissing
from kissalg.sdp.model import Model
from kissalg.solvers.multiprecision.factors import Schur, factorise, schur_complement
from kissalg.solvers.multiprecision.maps import Maps, Values, upper_triangle
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.problem import NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.schur import SchurAccumulator, diagonal_peak, kronecker
from tests.solvers.models import X, bernstein, least_value, pentagon
from tests.solvers.numeric import interior_values, random_column, sampled
from tests.solvers.reference import exact, largest, matrix

setup = importlib.import_module("kissalg.solvers.multiprecision.setup")

BITS = 144
LOST = fmpq(2) ** (24 - BITS)
MODELS = {
    "vector": bernstein(),
    "dense": pentagon(),
    "interval": least_value(X**3 - X + 2, interval=True),
    "three-point": kissing(4, 3),
}


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    return MODELS[request.param]


@pytest.fixture(params=[24, 1], ids=["dense", "low rank"])
def problem(request: pytest.FixtureRequest, model: Model, monkeypatch: pytest.MonkeyPatch) -> NumericProblem:
    monkeypatch.setattr(setup, "DENSE_LIMIT", request.param)
    return sampled(model, BITS)


def complement(problem: NumericProblem, x: Values, z: Values, workers: int = 2) -> Schur:
    with ThreadPoolExecutor(workers) as pool:
        maps = Maps(problem, pool)
        return schur_complement(maps, factorise(maps, x, z), x)


def naive(problem: NumericProblem, x: Values, z: Values) -> np.ndarray:
    """S_ij = Σ <A_i, X A_j Z⁻¹> in float64, with the constraint matrices A_i = A*(e_i)."""
    m = problem.equations
    total = np.zeros((m, m))
    with ThreadPoolExecutor(1) as pool:
        maps = Maps(problem, pool)
        units = [maps.adjoint(matrix([[int(i == j)] for j in range(m)])) for i in range(m)]
    for block in problem.blocks:
        a = [unit[block.name].to_float() for unit in units]
        point, slack = x[block.name].to_float(), z[block.name].to_float()
        if isinstance(block, VectorBlock):
            images = [point * c / slack for c in a]
        else:
            inverse = np.linalg.inv(slack)
            images = [point @ c @ inverse for c in a]
        total += np.array([[(left * right).sum() for right in images] for left in a])
    return total


def test_the_definition(problem: NumericProblem) -> None:
    x, z = interior_values(problem, 1), interior_values(problem, 2)
    found = complement(problem, x, z).matrix.to_float()
    expected = naive(problem, x, z)
    assert np.array_equal(found, found.T)
    assert np.abs(found - expected).max() <= 1e-10 * np.abs(expected).max()


def test_the_operator(problem: NumericProblem) -> None:
    """S y = A(X A*(y) Z⁻¹) to the whole precision; A(X) and A(Z⁻¹) come with it."""
    x, z = interior_values(problem, 3), interior_values(problem, 4)
    y = random_column(problem.equations, 5)
    schur = complement(problem, x, z)
    wide = Engine(400)
    with ThreadPoolExecutor(1) as pool:
        maps = Maps(problem, pool)
        factors = factorise(maps, x, z)
        image = maps.adjoint(y)
        products: Values = {}
        for block in problem.blocks:
            inverse = factors.z_inverse[block.name]
            if isinstance(block, VectorBlock):
                products[block.name] = wide.hadamard(wide.hadamard(x[block.name], image[block.name]), inverse)
            else:
                product = wide.matmul(wide.matmul(x[block.name], image[block.name]), inverse)
                products[block.name] = wide.symmetrised(product)
        expected = exact(maps.forward({name: problem.engine.round(m) for name, m in products.items()}))
        assert largest(exact(schur.image_x) - exact(maps.forward(x))) <= LOST * largest(exact(schur.image_x))
        images = exact(maps.forward(factors.z_inverse))
    assert largest(exact(schur.image_z) - images) <= LOST * largest(images)
    found = exact(schur.matrix) * exact(y)
    scale = largest(exact(schur.matrix)) * largest(exact(y)) * problem.equations
    assert largest(found - expected) <= scale * LOST


def test_both_kinds_of_blocks_give_the_same_complement(monkeypatch: pytest.MonkeyPatch) -> None:
    """At X = Z = σ⁻²-scaled identities the complement does not depend on the basis: S = Σ (A_i · A_j), up to the scale of each basis."""
    model = kissing(4, 3)
    found = []
    for limit in (24, 1):
        monkeypatch.setattr(setup, "DENSE_LIMIT", limit)
        problem = sampled(model, BITS)
        points: list[Values] = [{}, {}]
        for block in problem.blocks:
            n = block.order
            if isinstance(block, VectorBlock):
                for p in points:
                    p[block.name] = matrix([[k + 1] for k in range(n)])
                continue
            # X_model = G and Z_model = H for fixed G, H:  X = back⁻ᵀ G back⁻¹ and Z = back H backᵀ
            back = exact(block.back)
            g = fmpq_mat(n, n, [(n + 1) * int(i == j) + 1 for i in range(n) for j in range(n)])
            h = fmpq_mat(n, n, [2 * n * int(i == j) + int(abs(i - j) == 1) for i in range(n) for j in range(n)])
            inverse = back.inv()
            for p, m in zip(points, (inverse.transpose() * g * inverse, back * h * back.transpose()), strict=True):
                scaled = [[int((m[i, j] * fmpq(2) ** 240).floor()) for j in range(n)] for i in range(n)]
                p[block.name] = Matrix.from_integers(scaled, -10)
        found.append(exact(complement(problem, *points).matrix))
    assert largest(found[0] - found[1]) <= fmpq(2) ** (80 - BITS) * largest(found[0])


def test_solutions(problem: NumericProblem) -> None:
    """S (S⁻¹ r) = r, with the one step of refinement."""
    x, z = interior_values(problem, 6), interior_values(problem, 7)
    schur = complement(problem, x, z)
    right = random_column(problem.equations, 8)
    with ThreadPoolExecutor(1):
        solution = exact(schur.solver()(right))
    rest = exact(schur.matrix) * solution - exact(right)
    condition = np.linalg.cond(schur.matrix.to_float())
    assert largest(rest) <= largest(exact(right)) * int(condition) * LOST


def test_threads_do_not_change_a_bit(problem: NumericProblem) -> None:
    x, z = interior_values(problem, 9), interior_values(problem, 10)
    first, second = (complement(problem, x, z, workers) for workers in (1, 2))
    for a, b in ((first.matrix, second.matrix), (first.image_x, second.image_x), (first.image_z, second.image_z)):
        assert a.exponent == b.exponent
        assert np.array_equal(a.limbs, b.limbs)


def test_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many tiles, many additions (digits are renormalised on the way), and terms of very different sizes."""
    schur = importlib.import_module("kissalg.solvers.multiprecision.schur")
    monkeypatch.setattr(schur, "_TILE", 4)
    random = Random(3)
    order, engine = 11, Engine(120)
    expected = fmpq_mat(order, order)
    with ThreadPoolExecutor(2) as pool:
        total = SchurAccumulator(engine, order, 130.0, pool)
        for k in range(200):
            rows = [[random.randint(-(1 << 20), 1 << 20) for _ in range(3)] for _ in range(order)]
            u = matrix(rows, k % 3 - 2)
            total.add_gram(u)
            expected += exact(u) * exact(u).transpose()
        result = exact(total.result())
    assert result == result.transpose()
    assert largest(result - expected) <= fmpq(2) ** (136 - 120)


def test_an_empty_term_adds_nothing() -> None:
    with ThreadPoolExecutor(1) as pool:
        total = SchurAccumulator(Engine(60), 2, 10.0, pool)
        total.add_gram(Matrix.zeros(2, 0))
        assert not total.result().limbs.any()


def test_kronecker_forms() -> None:
    """<E_pq, X E_rs Z> with E_pq = (e_p e_qᵀ + e_q e_pᵀ)/2, by the definition; K u = X · sym(U) · Z by triangles."""
    x = matrix([[4, 1, -2], [1, 5, 3], [-2, 3, 9]])
    z = matrix([[7, -1, 2], [-1, 6, 0], [2, 0, 5]])
    found = exact(kronecker(Engine(120), x, z))
    pairs = [(p, q) for p in range(3) for q in range(p, 3)]

    def unit(p: int, q: int) -> fmpq_mat:
        e = fmpq_mat(3, 3)
        e[p, q] += fmpq(1, 2)
        e[q, p] += fmpq(1, 2)
        return e

    for a, first in enumerate(pairs):
        for b, second in enumerate(pairs):
            product = exact(x) * unit(*second) * exact(z)
            expected = sum((s * t for s, t in zip(unit(*first).entries(), product.entries(), strict=True)), fmpq(0))
            assert found[a, b] == expected
    assert exact(upper_triangle(x)).entries() == [4, 1, -2, 5, 3, 9]


def test_peaks() -> None:
    assert diagonal_peak([0.0, 8.0, 2.0]) == 3.0
    assert diagonal_peak([0.0]) == diagonal_peak([]) == -1000.0
