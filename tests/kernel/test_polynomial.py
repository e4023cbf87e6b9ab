"""Polynomials against evaluation at rational points, and the S3-average against its definition."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.kernel.common.invariants import power_sums, symmetrise, weighted_monomials
from kissalg.kernel.polynomial import ONE, Polynomial, X, Y, Z, monomial_text, pack, unpack

FRACTIONS = st.fractions(-9, 9, max_denominator=20)
POINTS = st.tuples(FRACTIONS, FRACTIONS, FRACTIONS)
EXPONENTS = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6))
POLYNOMIALS = st.dictionaries(EXPONENTS, st.integers(-30, 30), max_size=6).flatmap(
    lambda terms: st.builds(
        lambda denominator: Polynomial({pack(key): value for key, value in terms.items()}, denominator),
        st.integers(1, 12),
    )
)


def value(polynomial: Polynomial, point: tuple[Fraction, ...]) -> Fraction:
    """The value at a point, term by term."""
    x, y, z = point
    terms = polynomial.coefficients().items()
    return sum((factor * x**a * y**b * z**c for (a, b, c), factor in terms), Fraction(0))


@given(POLYNOMIALS, POLYNOMIALS, POINTS, FRACTIONS)
def test_arithmetic_commutes_with_evaluation(
    p: Polynomial, q: Polynomial, at: tuple[Fraction, ...], s: Fraction
) -> None:
    assert value(p + q, at) == value(p, at) + value(q, at)
    assert value(p - q, at) == value(p, at) - value(q, at)
    assert value(p * q, at) == value(p, at) * value(q, at)
    assert value(s - p * s + 1, at) == s - value(p, at) * s + 1
    assert value(p**3, at) == value(p, at) ** 3
    assert value(Polynomial.combination([(3, p), (0, q), (-2, q)], 5), at) == (3 * value(p, at) - 2 * value(q, at)) / 5


@given(POLYNOMIALS, POLYNOMIALS)
def test_equal_polynomials_are_equal_objects(p: Polynomial, q: Polynomial) -> None:
    assert p + q - q == p
    assert p * Fraction(2, 3) * Fraction(3, 2) == p
    assert p - p == Polynomial({}) == p * 0
    assert (p - p).denominator == 1


@given(POLYNOMIALS, POLYNOMIALS, POINTS, st.integers(0, 2))
def test_substitution(p: Polynomial, q: Polynomial, at: tuple[Fraction, ...], index: int) -> None:
    moved = list(at)
    moved[index] = value(q, at)
    assert value(p.substitute(index, q), at) == value(p, tuple(moved))
    moved[index] = Fraction(2, 7)
    assert value(p.substitute(index, Fraction(2, 7)), at) == value(p, tuple(moved))


@given(POLYNOMIALS, POINTS)
def test_symmetrise_is_the_average_over_six_permutations(p: Polynomial, at: tuple[Fraction, ...]) -> None:
    x, y, z = at
    means = tuple((x**k + y**k + z**k) / 3 for k in (1, 2, 3))
    assert value(symmetrise(p), means) == sum((value(p, order) for order in permutations(at)), Fraction(0)) / 6


@given(POINTS)
def test_power_sums(at: tuple[Fraction, ...]) -> None:
    means = tuple(sum((w**k for w in at), Fraction(0)) / 3 for k in (1, 2, 3))
    for k, polynomial in enumerate(power_sums(11)):
        assert value(polynomial, means) == sum((w**k for w in at), Fraction(0))
    assert power_sums(0) == [3 * ONE]


@given(EXPONENTS)
def test_codes(exponents: tuple[int, int, int]) -> None:
    assert unpack(pack(exponents)) == exponents
    a, b, c = exponents
    assert X**a * Y**b * Z**c == Polynomial({pack(exponents): 1})


def test_weighted_monomials_are_all_of_them() -> None:
    for weight in range(-3, 12):
        found = [unpack(code) for code in weighted_monomials(weight)]
        every = {(a, b, c) for a in range(12) for b in range(7) for c in range(5) if a + 2 * b + 3 * c <= weight}
        assert set(found) == every
        assert len(found) == len(every)
        assert found == sorted(found, key=lambda e: (e[0] + 2 * e[1] + 3 * e[2], e[2], e[1]))


def test_text_and_constant() -> None:
    assert str(X * Y * Y * Fraction(1, 2) - 3) == "-3*1 + 1/2*x*y^2"
    assert str(X - X) == "0"
    assert monomial_text((0, 0, 0)) == "1"
    assert (ONE * Fraction(5, 3)).constant() == Fraction(5, 3)
    with pytest.raises(ValueError, match="constant"):
        X.constant()
