"""Cholesky factors and their inverses against exact rational arithmetic."""

from random import Random

import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from kissalg.exact.positivity import ldl
from kissalg.solvers.multiprecision.cholesky import BASE_ORDER, Cholesky, NotPositiveDefiniteError, cholesky
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.workers import Workers
from tests.solvers.reference import Rows, exact, is_normalised, largest, matrix, peak

BITS = st.integers(48, 400)


def identity(order: int) -> fmpq_mat:
    return fmpq_mat(order, order, [int(i == j) for i in range(order) for j in range(order)])


def squares(root: Rows) -> Rows:
    """A = R Rᵀ for a lower triangular integer matrix R."""
    r = fmpz_mat(root)
    result: Rows = [[int(x) for x in row] for row in (r * r.transpose()).tolist()]
    return result


def lower(order: int, size: int, random: Random, spread: int = 0) -> Rows:
    """A random lower triangular matrix with a positive diagonal; `spread` bits between its largest and its smallest
    rows.
    """
    rows = []
    for i in range(order):
        up = random.randint(0, spread)
        row = [random.randint(-(1 << size), 1 << size) << up for _ in range(i)]
        rows.append([*row, random.randint(1 << size - 1, 1 << size) << up, *[0] * (order - i - 1)])
    return rows


def condition(a: fmpq_mat) -> int:
    """A bound on the condition number in the norm of largest row sums, exactly, rounded up."""

    def norm(m: fmpq_mat) -> fmpq:
        size = m.nrows()
        return max((sum((abs(m[i, j]) for j in range(size)), fmpq(0)) for i in range(size)), default=fmpq(1))

    return int((norm(a) * norm(a.inv())).ceil())


def check(engine: Engine, rows: Rows, exponent: int) -> Cholesky:
    """Shape, triangularity, A = L Lᵀ and M L = I within the precision times the condition."""
    order = len(rows)
    result = cholesky(engine, matrix(rows, exponent))
    for part in (result.factor, result.inverse):
        assert part.shape == (order, order)
        assert part.length <= engine.length
        assert is_normalised(part)
        assert not any(row[j] for i, row in enumerate(part.to_integers()) for j in range(i + 1, order))
    factor, inverse = exact(result.factor), exact(result.inverse)
    assert all(factor[i, i] > 0 and inverse[i, i] > 0 for i in range(order))
    a = fmpq_mat(order, order, [x for row in rows for x in row]) * fmpq(2) ** (24 * exponent)
    # one limb of the engine may be empty; the inverse factor is as ill conditioned as A
    unit = fmpq(2) ** (24 - engine.bits) * order * condition(a)
    assert largest(factor * factor.transpose() - a) <= unit * largest(a)
    assert largest(inverse * factor - identity(order)) <= unit
    assert largest(factor * inverse - identity(order)) <= unit
    return result


@given(BITS, st.integers(1, 6), st.integers(-40, 40), st.integers(0, 2**32))
def test_factors_of_small_matrices(bits: int, order: int, exponent: int, seed: int) -> None:
    check(Engine(bits), squares(lower(order, 20, Random(seed))), exponent)


@given(st.integers(200, 400), st.integers(2, 5), st.integers(1, 24), st.integers(0, 2**32))
def test_factors_of_graded_matrices(bits: int, order: int, spread: int, seed: int) -> None:
    """Diagonal entries that differ by up to 2^48: the least one keeps its meaning at a high enough precision."""
    check(Engine(bits), squares(lower(order, 10, Random(seed), spread)), 0)


@pytest.mark.parametrize(
    "order", [BASE_ORDER - 1, BASE_ORDER, BASE_ORDER + 1, 2 * BASE_ORDER, 2 * BASE_ORDER + 1, 4 * BASE_ORDER + 5]
)
@pytest.mark.parametrize("bits", [72, 256])
def test_factors_at_the_borders_of_leaves(order: int, bits: int) -> None:
    """Well conditioned matrices of orders where the recursion starts, and of uneven halves."""
    random = Random(order)
    noise = [[random.randint(-1000, 1000) for _ in range(order)] for _ in range(order)]
    rows = [[noise[i][j] + noise[j][i] + (4000 * order if i == j else 0) for j in range(order)] for i in range(order)]
    result = cholesky(Engine(bits), matrix(rows, -3))
    factor, inverse = exact(result.factor), exact(result.inverse)
    a = fmpq_mat(order, order, [x for row in rows for x in row]) * fmpq(2) ** -72
    assert largest(factor * factor.transpose() - a) <= largest(a) * fmpq(2) ** (20 - bits)
    assert largest(inverse * factor - identity(order)) <= fmpq(2) ** (20 - bits)


@pytest.mark.parametrize("order", [5, 20, 30])
def test_hilbert_matrices(order: int) -> None:
    """The classic of bad conditioning, about 2^(5 order): the factor agrees with the one from the exact LDLᵀ
    decomposition.
    """
    bits = 10 * order + 120
    scale = 1 << 24 * (bits // 24)
    rows = [[scale // (i + j + 1) for j in range(order)] for i in range(order)]
    result = cholesky(Engine(bits), matrix(rows))
    factor, inverse = exact(result.factor), exact(result.inverse)
    proof = ldl(fmpq_mat(order, order, [x for row in rows for x in row]))
    assert proof is not None
    lost = fmpq(2) ** (5 * order + 24 - bits)
    with ctx.workprec(2 * bits):
        for j in range(order):
            root = arb(proof.diagonal[j]).sqrt()
            for i in range(j, order):
                assert abs(proof.lower[i, j] * root - factor[i, j]) <= lost * factor[0, 0]
    assert largest(inverse * factor - identity(order)) <= lost


@pytest.mark.parametrize("exponent", [-100_000, -30, 0, 1, 100_000])
def test_scales(exponent: int) -> None:
    """Powers of the radix change exponents only: an even one changes nothing else."""
    rows = squares(lower(4, 30, Random(7)))
    plain = cholesky(Engine(96), matrix(rows))
    moved = cholesky(Engine(96), matrix(rows, 2 * exponent))
    assert np.array_equal(plain.factor.limbs, moved.factor.limbs)
    assert np.array_equal(plain.inverse.limbs, moved.inverse.limbs)
    assert moved.factor.exponent == plain.factor.exponent + exponent
    assert moved.inverse.exponent == plain.inverse.exponent - exponent


@pytest.mark.parametrize("value", [1, 2, 2**23, 2**24, 2**47 + 1, 2**48 - 1, 2**600, 3**400])
@pytest.mark.parametrize("exponent", [-3, 0, 5])
def test_one_by_one(value: int, exponent: int) -> None:
    check(Engine(128), [[value]], exponent)


def test_empty() -> None:
    result = cholesky(Engine(64), Matrix.zeros(0, 0))
    assert result.factor.shape == result.inverse.shape == (0, 0)


def test_only_the_lower_triangle_is_read() -> None:
    rows = squares(lower(30, 12, Random(3)))
    other = [[x if j <= i else 12345 for j, x in enumerate(row)] for i, row in enumerate(rows)]
    first, second = (cholesky(Engine(96), matrix(m)) for m in (rows, other))
    assert np.array_equal(first.factor.limbs, second.factor.limbs)


# -- failures
# ----------------------------------------------------------------------------------------------------------


def first_bad_minor(rows: Rows) -> int | None:
    """The least index whose leading principal minor is not positive."""
    for k in range(1, len(rows) + 1):
        if fmpz_mat([row[:k] for row in rows[:k]]).det() <= 0:
            return k - 1
    return None


@given(
    st.integers(48, 200),
    st.integers(1, 6).flatmap(
        lambda n: st.lists(st.lists(st.integers(-9, 9), min_size=n, max_size=n), min_size=n, max_size=n)
    ),
)
def test_the_index_is_that_of_the_first_bad_pivot(bits: int, noise: Rows) -> None:
    """Pivots of matrices of small integers are zero, negative, or far above rounding."""
    order = len(noise)
    rows = [[noise[max(i, j)][min(i, j)] + (6 if i == j else 0) for j in range(order)] for i in range(order)]
    wanted = first_bad_minor(rows)
    if wanted is None:
        check(Engine(bits), rows, 0)
        return
    with pytest.raises(NotPositiveDefiniteError, match=f"pivot {wanted} is not positive") as caught:
        cholesky(Engine(bits), matrix(rows))
    assert caught.value.index == wanted


@pytest.mark.parametrize("bad", [0, 1, BASE_ORDER - 1, BASE_ORDER, 2 * BASE_ORDER - 1, 2 * BASE_ORDER + 7])
@pytest.mark.parametrize("value", [0, -1])
def test_the_index_counts_through_the_recursion(bad: int, value: int) -> None:
    order = 2 * BASE_ORDER + 8
    rows = [[int(i == j) for j in range(order)] for i in range(order)]
    rows[bad][bad] = value
    with pytest.raises(NotPositiveDefiniteError, match="is not positive at this precision") as caught:
        cholesky(Engine(72), matrix(rows))
    assert caught.value.index == bad


@pytest.mark.parametrize("order", [2, 10, BASE_ORDER + 3])
def test_a_lost_pivot_is_an_error_and_more_bits_find_it(order: int) -> None:
    """1 + 2^-200 next to ones: the last pivot drowns at 96 bits, and is there at 300."""
    scale = 1 << 216
    rows = [[scale if i != j else scale + (1 << 16) for j in range(order)] for i in range(order)]
    with pytest.raises(NotPositiveDefiniteError, match="is not positive at this precision"):
        cholesky(Engine(96), Engine(96).round(matrix(rows)))
    result = cholesky(Engine(500), matrix(rows))
    assert ldl(exact(result.factor) * exact(result.factor).transpose()) is not None


def test_zero_matrices_have_no_factor() -> None:
    for order in (1, 5, BASE_ORDER + 1):
        with pytest.raises(NotPositiveDefiniteError, match="pivot 0 "):
            cholesky(Engine(64), Matrix.zeros(order, order))


def test_threads_do_not_change_a_bit() -> None:
    """Large enough that the products of the recursion are spread over the pool."""
    order = 260
    random = np.random.default_rng(5)
    noise = random.integers(-(2**20), 2**20, size=(order, order))
    rows = (noise + noise.T + np.eye(order, dtype=np.int64) * 2**21 * order).tolist()
    a = matrix(rows, -1)
    plain = cholesky(Engine(96), a)
    assert peak(plain.factor.to_integers()) > 0
    for workers in (1, 2):
        with threadpool_limits(1), Workers(workers) as pool:
            result = cholesky(Engine(96).parallel(pool), a)
        for left, right in ((plain.factor, result.factor), (plain.inverse, result.inverse)):
            assert left.exponent == right.exponent
            assert np.array_equal(left.limbs, right.limbs)


@pytest.mark.parametrize("bits", [48, 72, 96, 144, 216])
def test_a_large_entry_beside_small_diagonals_is_not_positive_definite(bits: int) -> None:
    """The quotient overflows its limbs: it must not be truncated to something harmless."""
    for power in range(37, 260, 3):
        with pytest.raises(NotPositiveDefiniteError, match="is not positive at this precision"):
            cholesky(Engine(bits), Matrix.from_integers([[1, 2**power], [2**power, 2**72]]))
