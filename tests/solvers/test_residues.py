"""Integers to residues and back: every conversion against Python integers."""

from functools import reduce

import numpy as np
import pytest
from flint import fmpz
from hypothesis import assume, given
from hypothesis import strategies as st

from kissalg.solvers.multiprecision.residues import (
    BASE_BITS,
    INNER,
    PRIME_BITS,
    from_residues,
    primes_for,
    tables,
    to_residues,
)
from tests.solvers.reference import HALF_DIGIT, entries

COUNTS = st.integers(2, 48)


def value(digits: list[int]) -> int:
    """Σ digits[k] 2^(24 k)."""
    return sum(d << BASE_BITS * k for k, d in enumerate(digits))


def modulus(count: int) -> int:
    """The product of the first `count` primes."""
    return reduce(lambda a, b: a * int(b), tables(count).primes, 1)


def planes(values: list[int], length: int) -> np.ndarray:
    """Balanced digits, written out by division: limbs of shape (length, len(values))."""
    out = np.zeros((length, len(values)), dtype=np.int32)
    for e, v in enumerate(values):
        for k in range(length):
            digit = (v + HALF_DIGIT) % (1 << BASE_BITS) - HALF_DIGIT
            out[k, e] = digit
            v = (v - digit) >> BASE_BITS
        assert v == 0
    return out


@pytest.mark.parametrize("count", [1, 2, 17, 199, 200])
def test_the_moduli_are_the_largest_primes_below_two_to_the_22(count: int) -> None:
    primes = [int(p) for p in tables(count).primes]
    assert all(fmpz(p).is_prime() and p < 1 << PRIME_BITS for p in primes)
    assert primes == sorted(set(primes), reverse=True)
    between = range(primes[-1], 1 << PRIME_BITS)
    assert sum(bool(fmpz(p).is_prime()) for p in between) == count


def test_a_slice_of_a_product_is_exact_in_float64() -> None:
    """Balanced residues below 2^21, `INNER` products of two of them: at most 2^53."""
    assert INNER * (1 << (PRIME_BITS - 1)) ** 2 <= 1 << 53


@given(st.integers(1, 4000))
def test_enough_primes_and_not_one_more(bits: int) -> None:
    count = primes_for(bits)
    assert modulus(count) > 4 << bits
    # within the two bits by which the length of a number may be off
    assert count == 1 or modulus(count - 1) < 16 << bits


def test_too_many_bits_are_refused() -> None:
    with pytest.raises(OverflowError, match="lower the precision"):
        primes_for(20_000)


@given(
    st.lists(st.lists(st.integers(-HALF_DIGIT, HALF_DIGIT), min_size=20, max_size=20), min_size=1, max_size=5), COUNTS
)
def test_residues_are_balanced_and_congruent(digits: list[list[int]], count: int) -> None:
    limbs = np.array(digits, dtype=np.int32).T.copy()
    residues = to_residues(limbs, count)
    assert residues.shape == (count, len(digits))
    for q, p in enumerate(int(p) for p in tables(count).primes):
        for e, row in enumerate(digits):
            r = residues[q, e]
            assert r == int(r)
            assert abs(r) <= p // 2 + 1
            assert (int(r) - value(row)) % p == 0


@pytest.mark.parametrize(("count", "extra"), [(1, 1), (7, 0), (60, 2)])
def test_more_limbs_than_the_modulus_has(count: int, extra: int) -> None:
    """The table of weights grows when an integer is longer than the product of the primes (it is reduced all the
    same).
    """
    length = 2 * tables(count).weights.shape[1] + extra
    limbs = np.full((length, 1), -HALF_DIGIT, dtype=np.int32)
    limbs[-1] = 1
    exact = value([int(d) for d in limbs[:, 0]])
    residues = to_residues(limbs, count)
    assert all((int(r) - exact) % int(p) == 0 for r, p in zip(residues[:, 0], tables(count).primes, strict=True))


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (1, 1), (17, 19)])
def test_shapes_are_kept(shape: tuple[int, int]) -> None:
    """Every tile boundary: 323 entries are one tile of 256 and a part of the next."""
    flat = [(-1) ** e * (e << 30) for e in range(shape[0] * shape[1])]
    limbs = planes(flat, 3).reshape(3, *shape)
    residues = to_residues(limbs, 6)
    assert residues.shape == (6, *shape)
    again = from_residues(residues, 0, 4)
    assert again.shape == (4, *shape)
    assert [value([int(d) for d in column]) for column in again.reshape(4, -1).T] == flat


def test_residues_are_written_where_asked() -> None:
    out = np.empty((4, 1, 2))
    assert to_residues(planes([5, -7], 1).reshape(1, 1, 2), 4, out) is out
    assert out[0].tolist() == [[5.0, -7.0]]


@given(st.lists(entries(600), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_round_trip_is_exact(values: list[int], random: object) -> None:
    """Also when the residues are not reduced: products leave them anywhere below 2^53."""
    bits = max(v.bit_length() for v in values) + 1
    count = primes_for(bits)
    length = bits // BASE_BITS + 1
    residues = to_residues(planes(values, length), count)
    for q, p in enumerate(int(p) for p in tables(count).primes):
        for e in range(len(values)):
            residues[q, e] += random.randint(-(2**52) // p, 2**52 // p) * p  # type: ignore[attr-defined]  # Hypothesis types its random numbers as object
    digits = from_residues(residues, 0, length)
    assert int(np.abs(digits).max()) <= HALF_DIGIT
    assert [value([int(d) for d in column]) for column in digits.T] == values


@given(st.lists(st.integers(-(1 << 1200), 1 << 1200), min_size=1, max_size=4), st.integers(0, 50))
def test_windows_are_rounded_to_nearest(values: list[int], low: int) -> None:
    """The limbs from `low` upwards differ from v / 2^(24 low) by at most 1/2 + 2^-20."""
    bits = 1201
    count = primes_for(bits)
    total = bits // BASE_BITS + 1
    assume(low < total)
    digits = from_residues(to_residues(planes(values, total), count), low, total - low)
    for column, exact in zip(digits.T, values, strict=True):
        difference = (value([int(d) for d in column]) << BASE_BITS * low) - exact
        assert abs(difference) << 20 <= ((1 << 19) + 1) << BASE_BITS * low


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("count", [3, 20, 200])
def test_the_largest_integers_are_recovered(count: int, sign: int) -> None:
    """Up to a quarter of the modulus, the stated limit; the digits of the product of 200 primes are the longest sums of
    the loop.
    """
    top = sign * (modulus(count) // 4)
    length = top.bit_length() // BASE_BITS + 1
    values = [top, top - sign, sign, 0]
    residues = np.array([[float(v % int(p)) for v in values] for p in tables(count).primes])
    digits = from_residues(residues, 0, length)
    assert [value([int(d) for d in column]) for column in digits.T] == values
