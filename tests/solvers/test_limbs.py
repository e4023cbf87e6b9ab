"""The compiled loops over limbs against Python integers: carries, entrywise products, dot products, inverse square
roots.
"""

from collections.abc import Iterable
from math import isqrt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kissalg.solvers.multiprecision.limbs import (
    align_rows,
    dot_rows,
    hadamard_accumulate,
    inverse_root,
    multiply_fixed,
    normalise,
    pivot,
)
from tests.solvers.reference import HALF_DIGIT, Rows, matrix, peak, rows_of

DIGITS = st.integers(-HALF_DIGIT, HALF_DIGIT)
EXTREMES = st.sampled_from((-HALF_DIGIT, HALF_DIGIT))


def value(digits: Iterable[int]) -> int:
    """Σ digits[k] 2^(24 k)."""
    return sum(int(d) << 24 * k for k, d in enumerate(digits))


def columns_of(size: int, limit: int) -> st.SearchStrategy[list[list[int]]]:
    digit = st.one_of(st.integers(-limit, limit), st.sampled_from((-limit, limit, 0)))
    return st.lists(st.lists(digit, min_size=size, max_size=size), min_size=1, max_size=4)


@given(st.integers(1, 22).flatmap(lambda size: columns_of(size, 2**61)), st.integers(0, 21))
def test_normalise_carries_through_all_limbs(columns: list[list[int]], drop: int) -> None:
    length = len(columns[0])
    drop = min(drop, length - 1)
    acc = np.array(columns, dtype=np.int64).T.copy()
    # the last carry has to fit an int32 digit: leave the top limb small
    acc[-1] >>= 32
    out = np.empty((length - drop + 1, acc.shape[1]), dtype=np.int32)
    normalise(acc, out, drop)
    assert int(np.abs(out[:-1].astype(np.int64)).max()) <= HALF_DIGIT
    for before, after in zip(acc.T, out.T, strict=True):
        rest = value(before) - (value(after) << 24 * drop)
        assert abs(2 * rest) <= (1 << 24 * drop) + (1 << 24 * (drop - 1) if drop else 0)


def test_normalise_of_the_longest_chain() -> None:
    """2^23 in every limb: each becomes -2^23 and hands a carry to the next."""
    acc = np.full((22, 300), HALF_DIGIT, dtype=np.int64)
    out = np.empty((23, 300), dtype=np.int32)
    normalise(acc, out, 0)
    assert {value(column) for column in out.T} == {value(acc[:, 0])}


@given(
    st.tuples(st.integers(1, 4), st.integers(0, 4)).flatmap(
        lambda s: st.tuples(rows_of(*s), st.lists(st.integers(-600, 200), min_size=s[0], max_size=s[0]), st.just(s[1]))
    ),
    st.integers(0, 3),
)
@example(([[(1 << 24) - 1]], [71], 1), 0)  # 2^95 - 2^71 needs a fifth limb for its carry
def test_rows_are_aligned(case: tuple[Rows, list[int], int], spare: int) -> None:
    """Each row times a power of two of its own, rounded to nearest; exactly, when it is not shifted down."""
    rows, shifts, columns = case
    a = matrix(rows, columns=columns)
    room = max(peak([row]).bit_length() + shift for row, shift in zip(rows, shifts, strict=True))
    kept = max(0, room + 1) // 24 + 1 + spare
    out = np.full((kept, len(rows), columns), 12345, dtype=np.int32)
    align_rows(a.limbs, np.array(shifts, dtype=np.int64), out)
    assert not out.size or int(np.abs(out[:-1].astype(np.int64)).max(initial=0)) <= HALF_DIGIT
    for i, (row, shift) in enumerate(zip(rows, shifts, strict=True)):
        for j, number in enumerate(row):
            found = value(out[:, i, j])
            if shift >= 0:
                assert found == number << shift
            else:  # half a unit, and the limbs below the two guard limbs
                assert 100 * abs((found << -shift) - number) <= 51 << -shift


def test_alignment_carries_through_all_limbs() -> None:
    """2^23 in every digit of the lowest limb moved by one bit: digits that are no longer balanced hand on their
    carries.
    """
    a = np.full((20, 2, 300), HALF_DIGIT, dtype=np.int32)
    number = value(a[:, 0, 0])
    out = np.empty((22, 2, 300), dtype=np.int32)
    align_rows(a, np.array([23, -24 * 7 - 5]), out)
    assert {value(column) for column in out[:, 0].T} == {number << 23}
    assert {value(column) for column in out[:, 1].T} == {(number + (1 << 24 * 7 + 4)) >> 24 * 7 + 5}


@given(
    st.tuples(st.integers(1, 20), st.integers(1, 20), st.integers(1, 3), st.integers(1, 3)).flatmap(
        lambda s: st.tuples(
            st.lists(st.one_of(DIGITS, EXTREMES), min_size=s[0] * s[2] * s[3], max_size=s[0] * s[2] * s[3]).map(
                lambda v: np.array(v, dtype=np.int32).reshape(s[0], s[2], s[3])
            ),
            st.lists(st.one_of(DIGITS, EXTREMES), min_size=s[1] * s[2] * s[3], max_size=s[1] * s[2] * s[3]).map(
                lambda v: np.array(v, dtype=np.int32).reshape(s[1], s[2], s[3])
            ),
        )
    ),
    st.integers(-12, 4),
)
def test_entrywise_products_are_rounded_at_the_lowest_limb(pair: tuple[np.ndarray, np.ndarray], offset: int) -> None:
    a, b = pair
    kept = max(1, a.shape[0] + b.shape[0] + offset + 1)
    out = np.zeros((kept, *a.shape[1:]), dtype=np.int32)
    hadamard_accumulate(a, b, out, offset)
    for i in range(a.shape[1]):
        for j in range(a.shape[2]):
            exact = value(a[:, i, j]) * value(b[:, i, j])
            found = value(out[:, i, j])
            if offset >= 0:
                assert found == exact << 24 * offset
            else:
                # half a unit, and what the two guard limbs ignore: below min(la, lb) 2^46 2^-48 of their lowest unit
                assert 100 * abs((found << -24 * offset) - exact) <= 51 << -24 * offset


def test_ninety_entrywise_products_fit_one_accumulator() -> None:
    a = np.full((8, 3, 300), HALF_DIGIT, dtype=np.int32)
    b = np.full((9, 3, 300), -HALF_DIGIT, dtype=np.int32)
    out = np.zeros((18, 3, 300), dtype=np.int32)
    for _ in range(90):
        hadamard_accumulate(a, b, out, 0)
    assert {value(column) for column in out.reshape(18, -1).T} == {90 * value(a[:, 0, 0]) * value(b[:, 0, 0])}


@given(
    st.tuples(st.integers(0, 4), st.integers(0, 6)).flatmap(
        lambda s: st.tuples(rows_of(*s), st.one_of(rows_of(*s), rows_of(1, s[1])), st.just(s))
    )
)
def test_dot_products_of_rows_are_exact(case: tuple[Rows, Rows, tuple[int, int]]) -> None:
    left, right, (rows, columns) = case
    a, b = matrix(left, columns=columns), matrix(right, columns=columns)
    out = np.empty((a.length + b.length + 1, rows), dtype=np.int64)
    if len(right) == rows or len(right) == 1:
        dot_rows(a.limbs, b.limbs, out)
        spread = right if len(right) == rows else right * rows
        expected = [sum(x * y for x, y in zip(p, q, strict=True)) for p, q in zip(left, spread, strict=True)]
        assert [value(column) for column in out.T] == expected
        assert not out.size or int(np.abs(out).max()) < 1 << 25


def test_long_dot_products_do_not_overflow() -> None:
    """5000 columns of 22 extreme digits: the inner sums reach 2^59, the carries run between chunks of columns."""
    a = np.full((22, 2, 5000), HALF_DIGIT, dtype=np.int32)
    out = np.empty((45, 2), dtype=np.int64)
    dot_rows(a, -a, out)
    assert {value(column) for column in out.T} == {-5000 * value(a[:, 0, 0]) ** 2}


@given(st.integers(1, 20), st.data())
def test_fixed_point_products(fraction: int, data: st.DataObject) -> None:
    length = fraction + 3
    digit = st.one_of(DIGITS, EXTREMES)
    operands = [np.zeros(length, dtype=np.int64) for _ in range(2)]
    for x in operands:
        x[: fraction + 1] = data.draw(st.lists(digit, min_size=fraction + 1, max_size=fraction + 1))
        x[fraction] >>= 12  # so that the product fits
    out = np.zeros(length, dtype=np.int64)
    multiply_fixed(operands[0], operands[1], out, np.zeros(2 * length, dtype=np.int64), fraction)
    exact = value(operands[0]) * value(operands[1])
    assert 100 * abs((value(out) << 24 * fraction) - exact) <= 51 << 24 * fraction


@given(st.integers(1, 20), st.integers(0, 48), st.integers(0, 2**48))
def test_inverse_square_roots(fraction: int, scale: int, mantissa: int) -> None:
    """m in [2^-48, 1): y² m = 1 to nearly all limbs, against the integer square root."""
    unit = 1 << 24 * fraction
    m = min(max((unit * (2**48 + mantissa)) >> (49 + scale), max(1, unit >> 48)), unit - 1)
    digits = np.zeros(fraction + 3, dtype=np.int64)
    rest = m
    for k in range(fraction + 3):
        digits[k] = (rest + HALF_DIGIT) % (1 << 24) - HALF_DIGIT
        rest = (rest - int(digits[k])) >> 24
    y = np.zeros(fraction + 3, dtype=np.int64)
    inverse_root(digits, fraction, y)
    exact = isqrt(unit**3 // m)  # 2^(24 fraction) / sqrt(m / unit), rounded down
    assert abs(value(y) - exact) <= 1 + (exact >> 24 * (fraction - 1))


def check_pivot(number: int, length: int) -> None:
    s = np.zeros(length, dtype=np.int64)
    rest = number
    for k in range(length):
        s[k] = (rest + HALF_DIGIT) % (1 << 24) - HALF_DIGIT
        rest = (rest - int(s[k])) >> 24
    h = pivot(s)
    if number <= 0:
        assert h == 0
    else:
        assert h % 2 == 0
        assert number < 1 << 24 * h <= number << 49


@given(st.integers(-(2**480), 2**480), st.integers(21, 40))
def test_pivots(number: int, length: int) -> None:
    check_pivot(number, length)


@pytest.mark.parametrize("bits", [0, 1, 22, 23, 24, 25, 46, 47, 48, 49, 71, 72])
@pytest.mark.parametrize("sign", [-1, 1])
def test_pivots_at_the_edges_of_digits(bits: int, sign: int) -> None:
    for number in ((1 << bits) - 1, 1 << bits, (1 << bits) + 1):
        check_pivot(sign * number, 5)
