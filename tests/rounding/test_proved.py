"""Dyadic Cholesky factors, shifts and corrections: every matrix against its definition, positive semidefinite by exact
LDLᵀ.
"""

from random import Random

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import RoundingError
from kissalg.exact.positivity import is_positive_definite, is_positive_semidefinite
from kissalg.rounding import Correction, ProvedMatrix
from kissalg.rounding.proved import dyadic_cholesky, largest_shift
from kissalg.solvers import BinaryMatrix
from kissalg.testing.strategies import rationals

SEEDS = st.integers(0, 2**32)


def identity(size: int) -> fmpq_mat:
    return fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])


def value(matrix: BinaryMatrix) -> fmpq_mat:
    rows, columns = matrix.shape
    return fmpq_mat(rows, columns, [x for row in matrix.entries for x in row]) * fmpq(2) ** matrix.exponent


def positive(size: int, seed: int, graded: int = 0, exponent: int = -60) -> BinaryMatrix:
    """R Rᵀ + a little, R random lower triangular with rows of sizes 2^-graded … 1."""
    random = Random(seed)
    root = []
    for i in range(size):
        down = random.randint(0, graded)
        row = [random.randint(-(1 << 30), 1 << 30) >> down for _ in range(i)]
        root.append([*row, (random.randint(1 << 29, 1 << 30) >> down) + 1, *[0] * (size - i - 1)])
    entries = tuple(tuple(sum(a * b for a, b in zip(p, q, strict=True)) for q in root) for p in root)
    return BinaryMatrix(entries, exponent)


def definition(matrix: ProvedMatrix) -> fmpq_mat:
    """Σ 2^(-e_j) c_j c_jᵀ + 2^(-s) I + A, term by term as in docs/certificate-format.md."""
    n = matrix.size
    total = fmpq_mat(n, n)
    for j, (column, exponent) in enumerate(zip(matrix.columns, matrix.exponents, strict=True)):
        c = fmpq_mat(n, 1, [0] * j + list(column))
        total += c * c.transpose() * fmpq(2) ** -exponent
    if matrix.shift is not None:
        total += identity(n) * fmpq(2) ** -matrix.shift
    if matrix.correction is not None:
        for i, j, numerator in matrix.correction.entries:
            entry = fmpq(numerator, matrix.correction.denominator)
            total[i, j] += entry
            if i != j:
                total[j, i] += entry
    return total


# -- dyadic Cholesky
# --------------------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 6), SEEDS, st.integers(0, 12), st.integers(64, 140), st.sampled_from((-200, -60, 0, 7)))
def test_squares_are_near_and_positive(size: int, seed: int, graded: int, digits: int, exponent: int) -> None:
    """The least pivot of the matrix is above 2^-40 (times its scale), but for rare seeds far above; the tolerance is
    below 2^-64.
    """
    matrix = positive(size, seed, graded, exponent)
    tolerance = digits - (exponent + 60)
    proved = dyadic_cholesky(matrix, tolerance)
    assert proved.size == size
    assert proved.is_proved()
    difference = proved.value() - value(matrix)
    assert all(abs(x) <= fmpq(2) ** -tolerance * (size + 2) for x in difference.entries())
    assert is_positive_definite(proved.value())


def test_matrices_below_the_tolerance_stay_small() -> None:
    proved = dyadic_cholesky(BinaryMatrix(((1, 0), (0, 1)), -140), 55)
    assert proved.value()[0, 0] <= fmpq(2) ** -54


@given(st.integers(1, 5), SEEDS, st.integers(4, 60))
def test_shifts_are_subtracted_first(size: int, seed: int, surplus: int) -> None:
    matrix = positive(size, seed)
    shift = largest_shift(matrix) + 1
    proved = dyadic_cholesky(matrix, shift + surplus + 8, shift)
    whole = proved.corrected(shift, Correction(1, ()))
    assert whole.value() == proved.value() + identity(size) * fmpq(2) ** -shift
    difference = whole.value() - value(matrix)
    assert all(abs(x) <= fmpq(2) ** -(shift + surplus) for x in difference.entries())
    assert is_positive_definite(whole.value())


@pytest.mark.parametrize(
    "rows", [[[0]], [[-1]], [[1, 2], [2, 1]], [[1, 1], [1, 1]], [[1, 0, 0], [0, 1, 0], [0, 0, -5]]]
)
def test_matrices_that_are_not_positive_definite_are_refused(rows: list[list[int]]) -> None:
    matrix = BinaryMatrix(tuple(map(tuple, rows)), 0)
    with pytest.raises(RoundingError, match=r"pivot \d of \d is not positive"):
        dyadic_cholesky(matrix, 30)
    with pytest.raises(RoundingError, match="not in the interior of the cone"):
        largest_shift(matrix)


def test_a_shift_beyond_the_least_eigenvalue_is_refused() -> None:
    with pytest.raises(RoundingError, match="pivot 1 of 2"):
        dyadic_cholesky(BinaryMatrix(((4, 0), (0, 1)), 0), 30, -1)


def test_few_bits_for_small_columns() -> None:
    """The quantum of a column is the tolerance over its diagonal entry: large columns take many bits, small ones
    few.
    """
    matrix = BinaryMatrix(((1 << 60, 1 << 20), (1 << 20, 1 << 20)), -40)
    proved = dyadic_cholesky(matrix, 30)
    large, small = (max(abs(v) for v in column).bit_length() for column in proved.columns)
    assert large > small
    assert large <= 60


@given(st.integers(1, 6), SEEDS, st.integers(0, 10))
def test_the_largest_shift_brackets_the_least_eigenvalue(size: int, seed: int, graded: int) -> None:
    matrix = positive(size, seed, graded)
    shift = largest_shift(matrix)
    x = value(matrix)
    assert is_positive_definite(x - identity(size) * fmpq(2) ** -shift)
    assert not is_positive_definite(x - identity(size) * fmpq(2) ** -shift * (2 * size + 1))


@pytest.mark.parametrize("exponent", [-900, -100, 0, 50])
def test_the_largest_shift_scales(exponent: int) -> None:
    matrix = BinaryMatrix(((5, 1), (1, 3)), exponent)  # 1/tr(X⁻¹) = 7/4
    assert largest_shift(matrix) == -exponent
    assert largest_shift(BinaryMatrix((), 0)) == 0


# -- corrections
# ------------------------------------------------------------------------------------------------------------------------------


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)).map(lambda p: (max(p), min(p))),
        rationals(1000, 1000),
        max_size=8,
    )
)
def test_corrections_are_canonical(values: dict[tuple[int, int], fmpq]) -> None:
    correction = Correction.of(values)
    restored = {(i, j): fmpq(n, correction.denominator) for i, j, n in correction.entries}
    assert restored == {key: v for key, v in values.items() if v != 0}
    positions = [(i, j) for i, j, _ in correction.entries]
    assert positions == sorted(set(positions))
    assert all(i >= j for i, j in positions)
    # the least common denominator: no factor is left over all entries
    least = 1
    for v in restored.values():
        least = int(v.q) * least // _gcd(int(v.q), least)
    assert correction.denominator == least
    sums = [sum((abs(v) for (i, j), v in restored.items() if k in (i, j)), fmpq(0)) for k in range(6)]
    assert correction.largest_row_sum() == max(sums)


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def test_no_correction_at_all() -> None:
    assert Correction.of({}) == Correction.of({(1, 0): fmpq(0)}) == Correction(1, ())
    assert Correction(1, ()).largest_row_sum() == 0


COLUMNS = st.integers(1, 4).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(-99, 99), min_size=n - j, max_size=n - j).map(tuple) for j in range(n)])
)


@given(COLUMNS, st.data())
def test_values_follow_the_format(columns: tuple[tuple[int, ...], ...], data: st.DataObject) -> None:
    n = len(columns)
    exponents = tuple(data.draw(st.lists(st.integers(-8, 30), min_size=n, max_size=n)))
    proved = ProvedMatrix(columns, exponents)
    assert proved.value() == definition(proved)
    assert proved.is_proved()
    assert is_positive_semidefinite(proved.value())
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).map(lambda p: (max(p), min(p)))
    entries = data.draw(st.dictionaries(pairs, rationals(20, 400), max_size=4))
    shift = data.draw(st.integers(-4, 12))
    corrected = proved.corrected(shift, Correction.of(entries))
    assert corrected.value() == definition(corrected)
    if corrected.is_proved():
        assert is_positive_semidefinite(corrected.value())


def test_the_row_sums_are_what_decides() -> None:
    squares = ProvedMatrix(((0, 0), (0,)), (0, 0))
    exactly = squares.corrected(3, Correction.of({(0, 0): fmpq(1, 16), (1, 0): fmpq(-1, 16)}))
    assert exactly.is_proved()
    assert not squares.corrected(3, Correction.of({(0, 0): fmpq(1, 16), (1, 0): fmpq(-1, 15)})).is_proved()
    assert is_positive_semidefinite(exactly.value())
    # a shift alone, or a correction alone, is not a proof in the sense of the format
    assert not ProvedMatrix(((1,),), (0,), None, Correction(1, ())).is_proved()


def test_matrices_show_themselves() -> None:
    proved = dyadic_cholesky(positive(3, 1), 20)
    assert repr(proved).startswith("ProvedMatrix(3 x 3, ")
    assert "shift 2^-9, 1 corrections" in repr(proved.corrected(9, Correction.of({(0, 0): fmpq(1, 3)})))
    assert ProvedMatrix((), ()).value() == fmpq_mat(0, 0)
