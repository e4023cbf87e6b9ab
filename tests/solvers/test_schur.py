"""The Schur complement against its definition, computed naively, and as the operator y ↦ A(X A*(y) Z⁻¹)."""

from random import Random

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import example, given
from hypothesis import strategies as st

from kissalg.families.three_point.model import kissing
from kissalg.sdp.model import Model
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values, upper_triangle
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.newton_system import Images, Schur, factorise, images, schur_complement
from kissalg.solvers.multiprecision.problem import NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.scalar import Scalar
from kissalg.solvers.multiprecision.schur import SchurAccumulator, kronecker, norm_exponents
from kissalg.solvers.multiprecision.workers import Workers
from tests.solvers.models import X, bernstein, least_value, pentagon
from tests.solvers.numeric import interior_values, naive_schur, random_column, sampled
from tests.solvers.reference import bit_sizes, exact, largest, matrix

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
def problem(request: pytest.FixtureRequest, model: Model) -> NumericProblem:
    return sampled(model, BITS, dense_limit=request.param)


def assembled(problem: NumericProblem, x: Values, z: Values, workers: int = 2, **options: int) -> tuple[Schur, Images]:
    with Workers(workers) as pool:
        maps = ConstraintMaps(problem, pool)
        factors = factorise(maps, x, z)
        image = images(maps, factors, x)
        return schur_complement(maps, factors, image.norms, x, **options), image


def complement(problem: NumericProblem, x: Values, z: Values, **options: int) -> Schur:
    return assembled(problem, x, z, **options)[0]


def powers(schur: Schur, sign: int = 1) -> fmpq_mat:
    """The diagonal matrix of 2^(± scale_i)."""
    order = len(schur.scale)
    return fmpq_mat(
        order,
        order,
        [fmpq(2) ** (sign * int(e)) if i == j else 0 for i, e in enumerate(schur.scale) for j in range(order)],
    )


def unscaled(schur: Schur) -> fmpq_mat:
    """S itself, exactly."""
    return powers(schur) * exact(schur.matrix) * powers(schur)


def test_the_definition(problem: NumericProblem) -> None:
    x, z = interior_values(problem, 1), interior_values(problem, 2)
    schur = complement(problem, x, z)
    found = schur.matrix.to_float()
    expected = naive_schur(problem, x, z) * 2.0 ** -(schur.scale[:, None] + schur.scale)
    assert np.array_equal(found, found.T)
    roots = np.sqrt(expected.diagonal())
    # relative to √(S_ii S_jj), entry by entry
    assert (np.abs(found - expected) <= 1e-10 * roots[:, None] * roots).all()


def test_the_operator(problem: NumericProblem) -> None:
    """S y = A(X A*(y) Z⁻¹) to the whole precision; A(X) and A(Z⁻¹) come with it."""
    x, z = interior_values(problem, 3), interior_values(problem, 4)
    y = random_column(problem.equations, 5)
    schur, image_of = assembled(problem, x, z)
    wide = Engine(400)
    with Workers(1) as pool:
        maps = ConstraintMaps(problem, pool)
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
        assert largest(exact(image_of.x) - exact(maps.forward(x))) <= LOST * largest(exact(image_of.x))
        image_z = exact(maps.forward(factors.z_inverse))
    assert largest(exact(image_of.z) - image_z) <= LOST * largest(image_z)
    found = unscaled(schur) * exact(y)
    scale = largest(unscaled(schur)) * largest(exact(y)) * problem.equations
    assert largest(found - expected) <= scale * LOST


def test_both_kinds_of_blocks_give_the_same_complement() -> None:
    """At X = Z = σ⁻²-scaled identities the complement does not depend on the basis: S = Σ (A_i · A_j), up to the scale
    of each basis.
    """
    model = kissing(4, 3)
    found = []
    for limit in (24, 1):
        problem = sampled(model, BITS, dense_limit=limit)
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
        found.append(unscaled(complement(problem, *points)))
    assert largest(found[0] - found[1]) <= fmpq(2) ** (80 - BITS) * largest(found[0])


def test_solutions(problem: NumericProblem) -> None:
    """S (S⁻¹ r) = r, with the one step of refinement: relative to the condition of the scaled matrix."""
    x, z = interior_values(problem, 6), interior_values(problem, 7)
    schur = complement(problem, x, z)
    right = random_column(problem.equations, 8)
    with Workers(1):
        solution = exact(schur.solver()(right))
    wanted = powers(schur, -1) * exact(right)
    rest = exact(schur.matrix) * powers(schur) * solution - wanted
    condition = np.linalg.cond(schur.matrix.to_float())
    assert largest(rest) <= largest(wanted) * int(condition) * LOST


def test_the_diagonal_is_near_one(problem: NumericProblem) -> None:
    """The scale is a bound for every term of the sum, with four bits to spare, and not far above the largest of
    them.
    """
    schur = complement(problem, interior_values(problem, 11), interior_values(problem, 12))
    matrix = schur.matrix.to_float()
    terms = len(problem.low_rank) + 1
    assert matrix.diagonal().min() >= 2.0**-14
    assert np.abs(matrix).max() <= terms * 2.0**-8
    assert schur.scale.dtype == np.int64


def test_threads_do_not_change_a_bit(problem: NumericProblem) -> None:
    x, z = interior_values(problem, 9), interior_values(problem, 10)
    (first, image), (second, other) = (assembled(problem, x, z, workers) for workers in (1, 2))
    assert np.array_equal(first.scale, second.scale)
    for a, b in ((first.matrix, second.matrix), (image.x, other.x), (image.z, other.z)):
        assert a.exponent == b.exponent
        assert np.array_equal(a.limbs, b.limbs)


def test_tiles() -> None:
    """Many tiles, many additions (digits are renormalised on the way), rows and terms of very different sizes."""
    random = Random(3)
    order, engine = 11, Engine(120)
    sizes = [random.randint(-40, 40) for _ in range(order)]
    scale = np.array([25 + size for size in sizes], dtype=np.int64)  # the norms are below 2^(21 + size)
    expected = fmpq_mat(order, order)
    with Workers(2) as pool:
        total = SchurAccumulator(engine, scale, pool, tile=4)
        for k in range(200):
            rows = [[random.randint(-(1 << 20), 1 << 20) << 40 + size for _ in range(3)] for size in sizes]
            u = Engine(400).combine((Scalar.power(-40 - 24 * (k % 3)), matrix(rows)))
            total.add_gram(u)
            expected += exact(u) * exact(u).transpose()
        result = exact(total.result())
    assert result == result.transpose()
    scaled = [expected[i, j] / fmpq(2) ** int(scale[i] + scale[j]) for i in range(order) for j in range(order)]
    assert largest(result - fmpq_mat(order, order, scaled)) <= fmpq(2) ** -120


def test_tiles_of_low_rank_blocks() -> None:
    """How the matrix is cut into tiles does not change a bit."""
    problem = sampled(kissing(4, 3), BITS, dense_limit=1)
    x, z = interior_values(problem, 13), interior_values(problem, 14)
    whole = complement(problem, x, z).matrix
    cut = complement(problem, x, z, tile=4).matrix
    assert whole.exponent == cut.exponent
    assert np.array_equal(whole.limbs, cut.limbs)


def test_an_empty_term_adds_nothing() -> None:
    with Workers(1) as pool:
        total = SchurAccumulator(Engine(60), np.array([10, -3], dtype=np.int64), pool)
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


# -- bounds for norms
# ----------------------------------------------------------------------------------------------------------

graded = st.integers(0, 200).flatmap(lambda b: st.integers(-(1 << b), 1 << b))


@given(st.lists(graded, min_size=1, max_size=6), st.integers(-12, 6), bit_sizes())
@example([1 << 192, 1 << 155], -8, 72)  # a square of 2^-74, which four limbs beside a square of one do not show
@example([1 << 192, 1 << 155], -8, 120)
def test_exponents_bound_norms(values: list[int], exponent: int, bits: int) -> None:
    """norm <= 2^e, with e no more than one and a bit above, unless the norm is far below the largest."""
    engine = Engine(max(bits, 72))
    rows = engine.round(matrix([[v] for v in values], exponent))
    squares = engine.dot_rows(rows, rows)
    norms = exact(rows).entries()
    peak = max(abs(norm) for norm in norms)
    found = norm_exponents(squares)
    assert found.shape == (len(values),)
    assert found.dtype == np.int64
    if not peak:
        assert (found == found[0]).all()
        return
    for norm, e in zip(norms, found.tolist(), strict=True):
        assert abs(norm) <= fmpq(2) ** e
        assert fmpq(2) ** e <= fmpq(17, 8) * max(abs(norm), peak * fmpq(2) ** -24)


def test_exponents_of_zeros() -> None:
    """A row of zeros has a bound, too: finite, and far below that of any other row."""
    assert norm_exponents(Matrix.zeros(0, 1)).shape == (0,)
    zeros = norm_exponents(Matrix.zeros(3, 1))
    assert (zeros < -400).all()
    mixed = norm_exponents(matrix([[1 << 48], [0]]))
    assert mixed[0] in (24, 25)
    assert -24 <= mixed[1] <= 0
