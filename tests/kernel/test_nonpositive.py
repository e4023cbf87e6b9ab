"""Proofs that a polynomial is nowhere positive on an interval, against exact values and against ball arithmetic."""

from fractions import Fraction
from math import comb, lcm

import pytest
from flint import fmpq, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.exact.nonpositive import certainly_nonpositive
from kissalg.kernel.common.nonpositive import Budget, bernstein, nonpositive

COEFFICIENTS = st.lists(st.integers(-50, 50), min_size=1, max_size=8)
ENDS = st.tuples(st.fractions(-2, 2, max_denominator=64), st.fractions(-2, 2, max_denominator=64)).map(sorted)


def value(numerators: list[int], x: Fraction) -> Fraction:
    return sum((c * x**k for k, c in enumerate(numerators)), Fraction(0))


def integer_polynomial(roots: list[Fraction]) -> list[int]:
    """A positive multiple of Π (x - root)."""
    result = [Fraction(1)]
    for root in roots:
        result = [a - root * b for a, b in zip([Fraction(0), *result], [*result, Fraction(0)], strict=True)]
    common = lcm(*(c.denominator for c in result))
    return [int(c * common) for c in result]


@given(COEFFICIENTS, ENDS)
def test_bernstein_coefficients_reproduce_the_polynomial(numerators: list[int], ends: list[Fraction]) -> None:
    low, high = ends
    coefficients, d = bernstein(numerators, low, high), len(numerators) - 1
    ratios = set()
    for i in range(d + 1):
        v = Fraction(i, max(d, 1))
        combined = sum(b * comb(d, j) * v**j * (1 - v) ** (d - j) for j, b in enumerate(coefficients))
        exact = value(numerators, low + (high - low) * v)
        assert (combined > 0) == (exact > 0)
        assert (combined < 0) == (exact < 0)
        if exact:
            ratios.add(combined / exact)
    assert len(ratios) <= 1
    assert all(ratio > 0 for ratio in ratios)


@given(COEFFICIENTS, ENDS)
def test_a_proof_is_never_contradicted(numerators: list[int], ends: list[Fraction]) -> None:
    low, high = ends
    proved = nonpositive(numerators, low, high, Budget(10_000))
    values = [value(numerators, low + (high - low) * Fraction(i, 200)) for i in range(201)]
    if proved:
        assert max(values) <= 0
    if max(values) > 0:
        assert not proved


@given(COEFFICIENTS, ENDS)
def test_the_two_proofs_agree_away_from_zero(numerators: list[int], ends: list[Fraction]) -> None:
    low, high = ends
    lowered = [numerators[0] * 1000 - 1, *(c * 1000 for c in numerators[1:])]
    first = nonpositive(lowered, low, high, Budget(100_000))
    second = certainly_nonpositive(
        fmpq_poly(lowered), fmpq(low.numerator, low.denominator), fmpq(high.numerator, high.denominator)
    )
    if nonpositive(numerators, low, high, Budget(100_000)):
        assert first
        assert second
    assert first == second


@given(st.lists(st.fractions(-1, 1, max_denominator=50), min_size=1, max_size=5))
def test_double_roots_with_a_margin(roots: list[Fraction]) -> None:
    square = integer_polynomial(sorted(roots * 2))
    exact = [-c * 10**8 for c in square]
    below, above = [exact[0] - 1, *exact[1:]], [exact[0] + 10**6, *exact[1:]]
    assert nonpositive(below, Fraction(-1), Fraction(1), Budget(100_000))
    assert not nonpositive(above, Fraction(-1), Fraction(1), Budget(100_000))


def test_a_positive_value_between_the_ends_is_found() -> None:
    tenth = Fraction(1, 10)
    numerators = [-c for c in integer_polynomial([tenth, tenth + Fraction(1, 1000)])]
    assert value(numerators, Fraction(-1)) < 0
    assert value(numerators, Fraction(1)) < 0
    assert not nonpositive(numerators, Fraction(-1), Fraction(1), Budget(10_000))


def test_large_coefficients_are_rounded_up() -> None:
    huge = 1 << 400
    assert nonpositive([-1, 0], Fraction(-1), Fraction(1), Budget(0))
    assert nonpositive([-1, -huge], Fraction(0), Fraction(1), Budget(0))
    assert not nonpositive([1, -huge], Fraction(0), Fraction(1), Budget(10_000))
    assert not nonpositive([-huge, huge + 1], Fraction(0), Fraction(1), Budget(10_000))


def test_the_budget_is_a_limit() -> None:
    numerators = [-c * 10**9 for c in integer_polynomial([Fraction(1, 3), Fraction(1, 3)])]
    numerators[0] -= 1
    budget = Budget(3)
    assert not nonpositive(numerators, Fraction(-1), Fraction(1), budget)
    assert budget.steps < 0
    assert nonpositive(numerators, Fraction(-1), Fraction(1), Budget(200))


def test_a_root_that_is_touched_exactly_between_dyadic_points_is_not_proved() -> None:
    """The depth is bounded: such a polynomial is nonpositive, and the answer is no proof, in a short time."""
    numerators = [-c for c in integer_polynomial([Fraction(1, 3), Fraction(1, 3)])]
    assert not nonpositive(numerators, Fraction(-1), Fraction(1), Budget(10_000))


@pytest.mark.parametrize("degree", range(1, 12))
def test_a_point_is_an_interval(degree: int) -> None:
    numerators = [-1] * (degree + 1)
    assert nonpositive(numerators, Fraction(1, 2), Fraction(1, 2), Budget(0))
    assert not nonpositive([-c for c in numerators], Fraction(1, 2), Fraction(1, 2), Budget(0))
