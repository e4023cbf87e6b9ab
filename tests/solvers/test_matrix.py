"""Multiprecision matrices against exact integers: every operation within its stated error, in every shape and at every
scale.
"""

from fractions import Fraction
from random import Random
from unittest.mock import patch

import numpy as np
import pytest
from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from kissalg.solvers.multiprecision import matrix as matrix_module
from kissalg.solvers.multiprecision.matrix import SMALL, Engine, Matrix, exact_sum, magnitude, paste
from kissalg.solvers.multiprecision.scalar import HALF, QUARTER, Scalar
from kissalg.solvers.multiprecision.workers import Workers
from tests.solvers.reference import (
    Rows,
    bit_sizes,
    entries,
    error,
    exponents,
    is_below,
    is_normalised,
    matrix,
    peak,
    product,
    rows_of,
    transpose,
)

SIZES = st.integers(0, 5)
SHAPES = st.tuples(SIZES, SIZES)


def shaped(count: int) -> st.SearchStrategy[tuple[list[Rows], int]]:
    """`count` matrices of one shape, and their number of columns."""
    return SHAPES.flatmap(lambda s: st.tuples(st.lists(rows_of(*s), min_size=count, max_size=count), st.just(s[1])))


def chains() -> st.SearchStrategy[tuple[Rows, Rows, int, int]]:
    """Two matrices that can be multiplied, the inner dimension, the columns of the second."""
    return st.tuples(SIZES, SIZES, SIZES).flatmap(
        lambda s: st.tuples(rows_of(s[0], s[1]), rows_of(s[1], s[2]), st.just(s[1]), st.just(s[2]))
    )


def rounding(engine: Engine, exact: Rows, exponent: int) -> tuple[int, int]:
    """2^(-24 (L-1)) of the largest entry: half a unit (and 2^-20 of it, for balanced digits) of the lowest of L limbs,
    of which the top one may be 1 and stand for half of itself."""
    largest = peak(exact)
    return largest + (largest >> 20) + 1, 24 * (exponent - engine.length + 1)


# -- representation
# ----------------------------------------------------------------------------------------------------------


@given(shaped(1), exponents())
def test_integers_survive(case: tuple[list[Rows], int], exponent: int) -> None:
    (rows,), columns = case
    m = matrix(rows, exponent, columns)
    assert m.to_integers() == rows
    assert (m.exponent, m.shape) == (exponent, (len(rows), len(rows[0]) if rows else columns))
    assert is_normalised(m)
    assert m.length == 1 or m.limbs[-1].any()
    assert all(abs(x) < 1 << m.bits() for row in rows for x in row)
    assert m.top == exponent + m.length
    assert magnitude(m) == float("-inf") or abs(magnitude(m) - (peak(rows).bit_length() + 24 * exponent)) <= 1.01


@given(shaped(1), st.data())
def test_views(case: tuple[list[Rows], int], data: st.DataObject) -> None:
    (rows,), columns = case
    m = matrix(rows, 3, columns)
    count = len(rows)
    columns = m.shape[1]
    r0 = data.draw(st.integers(0, count))
    r1 = data.draw(st.integers(r0, count))
    c0 = data.draw(st.integers(0, columns))
    c1 = data.draw(st.integers(c0, columns))
    assert m.block(r0, r1, c0, c1).to_integers() == [row[c0:c1] for row in rows[r0:r1]]
    assert m.rows(r0, r1).to_integers() == rows[r0:r1]
    assert m.columns(c0, c1).to_integers() == [row[c0:c1] for row in rows]
    assert m.transpose().to_integers() == transpose(rows, columns)
    assert all(
        v.exponent == 3 and v.limbs.flags.c_contiguous for v in (m.rows(r0, r1), m.columns(c0, c1), m.transpose())
    )


def float_matrices() -> st.SearchStrategy[np.ndarray]:
    """Every magnitude of float64, from subnormal to huge, and zeros; in one matrix anything, or numbers of about one
    size.
    """
    anything = st.floats(allow_nan=False, allow_infinity=False)
    near = st.tuples(st.integers(-1060, 980), st.floats(-1.0, 1.0)).map(lambda p: float(np.ldexp(p[1], p[0])))
    graded = st.integers(-1000, 900).flatmap(
        lambda e: st.tuples(st.floats(-1.0, 1.0), st.integers(0, 120)).map(lambda p: float(np.ldexp(p[0], e - p[1])))
    )
    return SHAPES.flatmap(
        lambda s: st.one_of(anything, near, graded, st.sampled_from((0.0, -0.0, 5e-324, 1.7e308, 1.0, -1.0))).flatmap(
            lambda first: st.lists(
                st.one_of(st.just(first), anything, near, graded), min_size=s[0] * s[1], max_size=s[0] * s[1]
            ).map(lambda values: np.array(values, dtype=np.float64).reshape(s))
        )
    )


@given(float_matrices())
def test_floats_survive(values: np.ndarray) -> None:
    """Exactly, but for what is below 2^-96 of the largest entry; and back to the same floats where they are exact."""
    m = Matrix.from_floats(values)
    assert m.shape == values.shape
    assert m.length <= 5
    assert m.length == 1 or m.limbs[-1].any()
    assert is_normalised(m)
    unit = Fraction(2) ** (24 * m.exponent)
    largest = max((abs(Fraction(float(v))) for v in values.flat), default=Fraction(0))
    back = m.to_float()
    for i, row in enumerate(m.to_integers()):
        for j, digits in enumerate(row):
            wanted = Fraction(float(values[i, j]))
            assert abs(digits * unit - wanted) <= largest / 2**96
            assert abs(Fraction(float(back[i, j])) - wanted) <= largest / 2**50
            if abs(wanted) * 2**40 >= largest:
                assert digits * unit == wanted


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from((5e-324, -1.7e308, 2.0**-1022))))
def test_a_single_float_comes_back(value: float) -> None:
    assert Matrix.from_floats(np.array([[value]])).to_float().item() == value


def test_zeros_and_identity() -> None:
    assert Matrix.zeros(2, 3).to_integers() == [[0] * 3] * 2
    assert Matrix.zeros(0, 3).shape == (0, 3)
    assert Matrix.identity(2).to_integers() == [[1, 0], [0, 1]]
    assert magnitude(Matrix.zeros(2, 3)) == magnitude(Matrix.zeros(0, 0)) == float("-inf")
    assert magnitude(Matrix.identity(3)) == 0.0


@given(rows_of(2, 3, entries(700)), st.integers(-20, 10))
def test_floats_are_near(rows: Rows, exponent: int) -> None:
    m = matrix(rows, exponent)
    scale = 24 * exponent
    for found, exact in zip(m.to_float().ravel(), (x for row in rows for x in row), strict=True):
        numerator, denominator = float(found).as_integer_ratio()
        left, right = numerator << max(0, -scale), (exact * denominator) << max(0, scale)
        tolerance = (abs(exact) >> 50) + (peak(rows) >> 70) + 1
        assert abs(left - right) <= (tolerance * denominator) << max(0, scale)


@given(shaped(1))
def test_exact_sums(case: tuple[list[Rows], int]) -> None:
    (rows,), columns = case
    assert exact_sum(matrix(rows, -7, columns)) == (sum(x for row in rows for x in row), -7)


@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False), st.sampled_from((5e-324, 2.0**1023, 1.0, -1.0, 2.0**-46))
    )
)
def test_scalars_from_floats(number: float) -> None:
    """Towards zero, at least 23 significant bits, mantissa below 2^46."""
    s = Scalar.from_float(number)
    assert abs(s.mantissa) < 1 << 46
    numerator, denominator = number.as_integer_ratio()
    shift = 24 * s.exponent
    left = (abs(s.mantissa) * denominator) << max(0, shift)
    right = abs(numerator) << max(0, -shift)
    assert left <= right
    assert (right - left) << 22 <= right
    assert s.mantissa == 0 or (s.mantissa > 0) == (number > 0)


@pytest.mark.parametrize("number", [0.0, 1.0, -0.5, 1e4, 2.0**-24, 3 * 2.0**60, 2.0**45 + 1])
def test_short_floats_are_exact_scalars(number: float) -> None:
    s = Scalar.from_float(number)
    assert s.mantissa * 2.0 ** (24 * s.exponent) == number


# -- sums
# ----------------------------------------------------------------------------------------------------------


@given(bit_sizes(), shaped(1), exponents())
def test_rounding_to_nearest(bits: int, case: tuple[list[Rows], int], exponent: int) -> None:
    engine = Engine(bits)
    (rows,), columns = case
    result = engine.round(matrix(rows, exponent, columns))
    assert result.length <= engine.length
    assert is_normalised(result)
    assert is_below(error(result, rows, exponent), [rounding(engine, rows, exponent)])
    again = engine.round(result)
    assert again.exponent == result.exponent
    assert np.array_equal(again.limbs, result.limbs)


@given(
    bit_sizes(),
    shaped(4),
    st.lists(st.tuples(st.integers(-(2**46) + 1, 2**46 - 1), st.integers(-2, 2)), min_size=1, max_size=4),
    st.lists(exponents(), min_size=4, max_size=4),
)
def test_linear_combinations(
    bits: int, case: tuple[list[Rows], int], scalars: list[tuple[int, int]], places: list[int]
) -> None:
    """Each result is rounded once, at the lowest limb that is kept."""
    engine = Engine(bits)
    tables, columns = case
    terms = [
        (Scalar(m, e), matrix(rows, place, columns))
        for (m, e), rows, place in zip(scalars, tables, places, strict=False)
    ]
    result = engine.combine(*terms)
    assert result.length <= engine.length
    assert is_normalised(result)
    active = [(s, m, rows) for (s, m), rows in zip(terms, tables, strict=False) if s.mantissa and peak(rows)]
    if not active:
        assert not result.limbs.any()
        return
    low = min(m.exponent + s.exponent for s, m, _ in active)
    exact = [[0] * len(row) for row in tables[0]]
    for s, m, rows in active:
        for i, row in enumerate(rows):
            for j, x in enumerate(row):
                exact[i][j] += s.mantissa * x << 24 * (m.exponent + s.exponent - low)
    # terms that cancel: digits are kept relative to the top limb of the largest term, and two limbs further down than
    # it keeps
    room = (1, 24 * (max(m.top + s.exponent for s, m, _ in active) - 1 - engine.length))
    assert is_below(error(result, exact, low), [rounding(engine, exact, low), room])


@given(bit_sizes(), shaped(2), exponents())
def test_short_sums_are_exact(bits: int, case: tuple[list[Rows], int], exponent: int) -> None:
    """What fits the limbs is not rounded; cancellation is exact."""
    engine = Engine(bits)
    short = 24 * (engine.length - 1) - 2
    (left, right), columns = case
    left, right = ([[x % (1 << short) - (1 << (short - 1)) for x in row] for row in rows] for rows in (left, right))
    a, b = matrix(left, exponent, columns), matrix(right, exponent, columns)
    for result, sign in ((engine.add(a, b), 1), (engine.subtract(a, b), -1)):
        exact = [[x + sign * y for x, y in zip(p, q, strict=True)] for p, q in zip(left, right, strict=True)]
        assert error(result, exact, exponent)[0] == 0
    assert not engine.subtract(a, a).limbs.any()


def test_sums_that_fit_the_limbs_are_exact() -> None:
    engine = Engine(144)
    a = matrix([[int("5a" * 3 * engine.length, 16) >> 2]])
    assert a.length == engine.length
    assert engine.add(a, matrix([[1]])).to_integers() == [[a.to_integers()[0][0] + 1]]


@given(bit_sizes(), SIZES.flatmap(lambda n: rows_of(n, n)))
def test_symmetric_part(bits: int, rows: Rows) -> None:
    engine = Engine(bits)
    result = engine.symmetrised(matrix(rows, 5))
    values = result.to_integers()
    assert values == transpose(values, len(rows))
    doubled = [
        [x + y for x, y in zip(p, q, strict=True)] for p, q in zip(rows, transpose(rows, len(rows)), strict=True)
    ]
    twice = engine.combine((2, result))
    room = (2, 24 * (5 + matrix(rows).length - 1 - engine.length))
    assert is_below(error(twice, doubled, 5), [rounding(engine, doubled, 5), room])


def test_half_and_quarter() -> None:
    one = Matrix.identity(1)
    engine = Engine(48)
    assert engine.combine((HALF, one)).to_float()[0, 0] == 0.5
    assert engine.combine((QUARTER, one)).to_float()[0, 0] == 0.25


# -- products
# ----------------------------------------------------------------------------------------------------------


def product_bound(engine: Engine, a: Matrix, b: Matrix, inner: int) -> tuple[int, int]:
    """What a product loses when its terms cancel: its digits are kept relative to the bound on its entries, not to the
    entries.
    """
    bits = a.bits() + b.bits() + inner.bit_length()
    return 1, bits + 24 * (a.exponent + b.exponent - engine.length)


ROUTES = st.sampled_from((0, SMALL))  # through residues, and by digits while they are few


@given(bit_sizes(), chains(), exponents(), exponents(), ROUTES)
def test_matrix_products(bits: int, case: tuple[Rows, Rows, int, int], first: int, second: int, route: int) -> None:
    engine = Engine(bits)
    left, right, inner, columns = case
    a, b = matrix(left, first, inner), matrix(right, second, columns)
    with patch.object(matrix_module, "SMALL", route):
        result = engine.matmul(a, b)
    exact = product(left, right, inner, columns)
    assert result.shape == (len(left), b.shape[1])
    assert result.length <= engine.length
    assert is_normalised(result)
    bounds = [rounding(engine, exact, first + second), product_bound(engine, a, b, inner)]
    assert is_below(error(result, exact, first + second), bounds)


@given(bit_sizes(), SHAPES.flatmap(lambda s: st.tuples(rows_of(*s), st.just(s[1]))), exponents(), ROUTES)
def test_gram_matrices(bits: int, case: tuple[Rows, int], exponent: int, route: int) -> None:
    engine = Engine(bits)
    rows, columns = case
    a = matrix(rows, exponent, columns)
    with patch.object(matrix_module, "SMALL", route):
        result = engine.gram(a)
    exact = product(rows, transpose(rows, columns), columns, len(rows))
    assert result.shape == (len(rows), len(rows))
    bounds = [rounding(engine, exact, 2 * exponent), product_bound(engine, a, a, columns)]
    assert is_below(error(result, exact, 2 * exponent), bounds)
    values = result.to_integers()
    assert values == transpose(values, len(rows))


@given(bit_sizes(), shaped(2), exponents(), exponents())
def test_entrywise_products(bits: int, case: tuple[list[Rows], int], first: int, second: int) -> None:
    engine = Engine(bits)
    (left, right), columns = case
    result = engine.hadamard(matrix(left, first, columns), matrix(right, second, columns))
    exact = [[x * y for x, y in zip(p, q, strict=True)] for p, q in zip(left, right, strict=True)]
    cancelled = (peak(left) * peak(right), 24 * (first + second - engine.length) + 3)
    assert is_below(error(result, exact, first + second), [rounding(engine, exact, first + second), cancelled])


@given(bit_sizes(), SHAPES.flatmap(lambda s: st.tuples(rows_of(*s), rows_of(*s), rows_of(1, s[1]), st.just(s[1]))))
def test_dot_products_of_rows(bits: int, case: tuple[Rows, Rows, Rows, int]) -> None:
    engine = Engine(bits)
    left, right, single, columns = case
    for other in (right, single):
        result = engine.dot_rows(matrix(left, 2, columns), matrix(other, -9, columns))
        spread = other if other is right else single * len(left)
        exact = [[sum(x * y for x, y in zip(p, q, strict=True))] for p, q in zip(left, spread, strict=True)]
        assert result.shape == (len(left), 1)
        # the sum is exact, and limbs are dropped below the top of the accumulator
        guard = (2, 24 * (matrix(left).length + matrix(other).length - engine.length - 7))
        assert is_below(error(result, exact, -7), [rounding(engine, exact, -7), guard])


@given(bit_sizes(), SHAPES.flatmap(lambda s: st.tuples(rows_of(*s), rows_of(s[0], 1), st.just(s[1]))))
def test_scaled_rows(bits: int, case: tuple[Rows, Rows, int]) -> None:
    engine = Engine(bits)
    rows, column, columns = case
    result = engine.scale_rows(matrix(rows, 0, columns), matrix(column, 4, 1))
    exact = [[x * factor for x in row] for row, (factor,) in zip(rows, column, strict=True)]
    cancelled = (peak(rows) * peak(column), 24 * (4 - engine.length) + 3)
    assert is_below(error(result, exact, 4), [rounding(engine, exact, 4), cancelled])


@pytest.mark.parametrize("inner", [2047, 2048, 2049, 4097])
@pytest.mark.parametrize("digit", ["extreme", "random"])
def test_long_inner_dimensions(inner: int, digit: str) -> None:
    """Slices of 2048 are reduced before they are added; the extreme digits are the largest sums there are."""
    random = Random(inner)
    choose = (lambda: (1 << 239) - 1) if digit == "extreme" else (lambda: random.getrandbits(240) - (1 << 239))
    left = [[choose() for _ in range(inner)] for _ in range(3)]
    right = [[choose() for _ in range(2)] for _ in range(inner)]
    engine = Engine(600)  # wide enough for the exact product
    result = engine.matmul(matrix(left), matrix(right))
    exact = product(left, right, inner, 2)
    assert error(result, exact, 0)[0] == 0
    gram = engine.gram(matrix(left))
    assert error(gram, product(left, transpose(left, inner), inner, 3), 0)[0] == 0


@pytest.mark.parametrize(("limbs", "inner"), [(1, SMALL), (10, 1000), (46, 47)])
def test_the_largest_sums_of_digits(limbs: int, inner: int) -> None:
    """All digits extreme, and as many of them as products by digits get: nothing overflows."""
    extreme = -sum((1 << 23) << 24 * k for k in range(limbs))  # all digits are -2^23
    row, column = Matrix.from_integers([[extreme] * inner]), Matrix.from_integers([[extreme]] * inner)
    assert row.length == limbs
    assert inner * limbs * limbs <= SMALL
    result = Engine(48 * limbs + 48).matmul(row, column)
    assert error(result, [[inner * extreme**2]], 0)[0] == 0


@pytest.mark.parametrize("limbs", range(1, 21))
def test_wide_engines_are_exact(limbs: int) -> None:
    """With twice the limbs of its factors, a product is the product of the integers."""
    random = Random(limbs)
    size = 24 * limbs - 1
    rows = [[[random.getrandbits(size) - (1 << size - 1) for _ in range(5)] for _ in range(5)] for _ in range(2)]
    result = Engine(2 * 24 * limbs + 24).matmul(matrix(rows[0]), matrix(rows[1]))
    assert error(result, [[int(x) for x in row] for row in (fmpz_mat(rows[0]) * fmpz_mat(rows[1])).tolist()], 0)[0] == 0


def test_residues_can_be_shared() -> None:
    """One set of residues serves several products, as itself and transposed."""
    engine = Engine(128)
    random = Random(1)
    a, b = ([[random.getrandbits(100) for _ in range(4)] for _ in range(4)] for _ in range(2))
    r, s = engine.residues(matrix(a), 220), engine.residues(matrix(b), 220)
    pairs = ((r, s, a, b), (r.transpose(), s, transpose(a, 4), b), (s, r.transpose(), b, transpose(a, 4)))
    for left, right, x, y in pairs:
        exact = product(x, y, 4, 4)
        assert is_below(error(engine.multiply(left, right), exact, 0), [rounding(engine, exact, 0), (1, 0)])


def test_shapes_that_do_not_fit_are_refused() -> None:
    engine = Engine(48)
    with pytest.raises(ValueError, match=r"cannot multiply shapes \(2, 2\) and \(3, 3\)"):
        engine.matmul(Matrix.identity(2), Matrix.identity(3))


def test_too_few_prepared_residues_are_refused() -> None:
    engine = Engine(96)
    a = matrix([[1 << 90]])
    few = engine.residues(a, 100)
    with pytest.raises(ValueError, match="primes"):
        engine.multiply(few, few)


# -- assembly and threads
# ----------------------------------------------------------------------------------------------------------


@given(shaped(2), st.integers(-30, 30), st.integers(-30, 30))
def test_pasted_blocks(case: tuple[list[Rows], int], first: int, second: int) -> None:
    (left, right), columns = case
    a, b = matrix(left, first, columns), matrix(right, second, columns)
    n, m = a.shape
    result = paste((2 * n, 2 * m), [(0, 0, a), (n, m, b)])
    assert result.block(0, n, m, 2 * m).limbs.any() == result.block(n, 2 * n, 0, m).limbs.any() == np.False_
    for found, exact, exponent in (
        (result.block(0, n, 0, m), left, first),
        (result.block(n, 2 * n, m, 2 * m), right, second),
    ):
        assert not peak(exact) or error(found, exact, exponent)[0] == 0


@pytest.mark.parametrize("bits", [48, 144, 256])
def test_threads_do_not_change_a_bit(bits: int) -> None:
    """Products large enough to be spread over a pool, with a number of rows that the bands do not divide."""
    random = np.random.default_rng(bits)
    length = bits // 24 + 1
    a, b = (
        Matrix(random.integers(-(2**23), 2**23, size=(length, *shape)).astype(np.int32), -length)
        for shape in ((211, 257), (257, 190))
    )
    plain = Engine(bits)
    expected = (plain.matmul(a, b), plain.gram(a))
    for workers in (1, 2):
        with threadpool_limits(1), Workers(workers) as pool:
            engine = plain.parallel(pool)
            for result, reference in zip((engine.matmul(a, b), engine.gram(a)), expected, strict=True):
                assert result.exponent == reference.exponent
                assert np.array_equal(result.limbs, reference.limbs)
