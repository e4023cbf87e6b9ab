"""The invariant ring: Newton, the fast average, conversions, and the Reynolds projection computed two ways."""

from itertools import permutations

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.invariant_ring import (
    COORDINATES,
    POWER_MEANS,
    POWER_SUMS,
    average_of_monomial,
    dimension,
    elementary,
    exponents,
    from_power_means,
    from_power_sums,
    means_from_sums,
    power_mean,
    power_sum,
    sums_from_means,
    to_power_means,
    to_power_sums,
    weight,
)
from kissalg.algebra.three_point_kernels import average_over_permutations
from kissalg.errors import ExactnessError
from kissalg.testing.strategies import invariant_elements, rationals, trivariate_polynomials

X, Y, Z = COORDINATES.gens()


@pytest.mark.parametrize("k", range(13))
def test_power_sums_by_newton(k: int) -> None:
    assert from_power_sums(power_sum(k)) == X**k + Y**k + Z**k
    assert from_power_means(power_mean(k)) == (X**k + Y**k + Z**k) / 3


def test_elementary() -> None:
    t = fmpq_mpoly_ctx.get(("x", "y", "z", "t"), "degrevlex")
    x, y, z, s = t.gens()
    product = (1 + x * s) * (1 + y * s) * (1 + z * s)
    total = t.constant(0)
    for k in range(4):
        total += from_power_sums(elementary(k)).compose(x, y, z, ctx=t) * s**k
    assert total == product


@given(st.lists(st.integers(0, 5), min_size=3, max_size=3))
def test_average_of_a_monomial_two_ways(powers: list[int]) -> None:
    a, b, c = sorted(powers, reverse=True)
    brute = COORDINATES.constant(0)
    for x, y, z in permutations((X, Y, Z)):
        brute += x**a * y**b * z**c
    assert from_power_sums(average_of_monomial(a, b, c)) == brute / 6


@given(trivariate_polynomials(7))
def test_reynolds_two_ways(polynomial: fmpq_mpoly) -> None:
    average = average_over_permutations(polynomial)
    assert from_power_means(to_power_means(polynomial)) == average
    assert from_power_sums(to_power_sums(polynomial)) == average


@given(trivariate_polynomials(6), st.permutations((X, Y, Z)))
def test_reynolds_is_a_projection_onto_the_invariants(polynomial: fmpq_mpoly, order: list[fmpq_mpoly]) -> None:
    average = average_over_permutations(polynomial)
    assert average.compose(*order) == average
    assert average_over_permutations(average) == average
    assert to_power_means(polynomial.compose(*order)) == to_power_means(polynomial)


@given(trivariate_polynomials(4), trivariate_polynomials(4), invariant_elements(4), rationals())
def test_reynolds_is_linear_over_the_invariants(
    f: fmpq_mpoly, g: fmpq_mpoly, invariant: fmpq_mpoly, factor: fmpq
) -> None:
    assert to_power_means(f + factor * g) == to_power_means(f) + factor * to_power_means(g)
    assert to_power_means(from_power_means(invariant) * f) == invariant * to_power_means(f)


@given(invariant_elements(8), invariant_elements(8))
def test_ring_round_trips_and_products(a: fmpq_mpoly, b: fmpq_mpoly) -> None:
    assert to_power_means(from_power_means(a)) == a
    assert means_from_sums(sums_from_means(a)) == a
    assert from_power_means(a * b) == from_power_means(a) * from_power_means(b)
    assert to_power_sums(from_power_means(a)) == sums_from_means(a)


@given(st.integers(-1, 20))
def test_exponents_are_ordered_and_counted(degree: int) -> None:
    listed = exponents(degree)
    brute = [
        (a, b, c)
        for a in range(degree + 1)
        for b in range(degree + 1)
        for c in range(degree + 1)
        if a + 2 * b + 3 * c <= degree
    ]
    assert list(listed) == sorted(brute, key=lambda e: (weight(e), e[2], e[1]))
    assert dimension(degree) == len(brute)
    assert exponents(degree + 1)[: len(listed)] == listed


@pytest.mark.parametrize("degree", [4, 7])
def test_the_monomials_are_independent_and_span_the_invariants(degree: int) -> None:
    """As many as there are orbits of monomials, and linearly independent after expansion."""
    orbits = [(a, b, c) for a in range(degree + 1) for b in range(a + 1) for c in range(b + 1) if a + b + c <= degree]
    assert dimension(degree) == len(orbits)
    expanded = [from_power_means(POWER_MEANS.from_dict({e: 1})).to_dict() for e in exponents(degree)]
    zero = fmpq(0)
    assert fmpq_mat([[terms.get(orbit, zero) for orbit in orbits] for terms in expanded]).rank() == len(orbits)


def test_refusals() -> None:
    with pytest.raises(ExactnessError, match=r"Q\[p1, p2, p3\]"):
        from_power_sums(POWER_MEANS.gens()[0])
    with pytest.raises(ExactnessError, match=r"Q\[m1, m2, m3\]"):
        from_power_means(POWER_SUMS.gens()[0])
    with pytest.raises(ExactnessError, match="a >= b >= c"):
        average_of_monomial(1, 2, 0)
    with pytest.raises(ExactnessError, match="k = 4"):
        elementary(4)
    with pytest.raises(ExactnessError, match="k >= 0"):
        power_sum(-1)
    with pytest.raises(ExactnessError, match="3 variables"):
        to_power_means(fmpq_mpoly_ctx.get(("x",), "lex").gens()[0])
