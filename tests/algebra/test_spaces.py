"""Spaces of polynomials: coefficients, values and refusals."""

import pytest
from flint import fmpq, fmpq_mpoly, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.invariant_ring import POWER_MEANS, POWER_SUMS, exponents, from_power_means
from kissalg.algebra.spaces import InvariantSpace, UnivariateSpace, power_mean_table
from kissalg.errors import ExactnessError
from kissalg.testing.strategies import invariant_elements, points, univariate_polynomials


@given(univariate_polynomials(5), points(1))
def test_univariate(element: fmpq_poly, point: tuple[fmpq, ...]) -> None:
    space = UnivariateSpace(5)
    coefficients = space.coefficients(element)
    assert len(coefficients) == space.dimension == len(space.exponents) == 6
    assert space.from_coefficients(coefficients) == element
    row = space.evaluation_rows([point])[0]
    assert sum((a * b for a, b in zip(row, coefficients, strict=True)), fmpq(0)) == space.evaluate(element, point)


@given(invariant_elements(6), points(3))
def test_invariant(element: fmpq_mpoly, point: tuple[fmpq, ...]) -> None:
    space = InvariantSpace(6)
    coefficients = space.coefficients(element)
    assert len(coefficients) == space.dimension == len(space.exponents)
    assert space.from_coefficients(coefficients) == element
    row = space.evaluation_rows([point])[0]
    value = space.evaluate(element, point)
    assert sum((a * b for a, b in zip(row, coefficients, strict=True)), fmpq(0)) == value
    assert value == from_power_means(element)(*point)  # the expanded polynomial in x, y, z


@given(st.lists(points(3), max_size=3), st.integers(-1, 7))
def test_table_by_powers(sample: list[tuple[fmpq, ...]], degree: int) -> None:
    table = power_mean_table(tuple(sample), degree)
    for point, row in zip(sample, table, strict=True):
        m = [sum((x**k for x in point), fmpq(0)) / 3 for k in (1, 2, 3)]
        assert list(row) == [m[0] ** a * m[1] ** b * m[2] ** c for a, b, c in exponents(degree)]


def test_zero_and_coordinates() -> None:
    assert UnivariateSpace(3).coefficients(UnivariateSpace(3).zero) == [0] * 4
    assert InvariantSpace(3).coefficients(InvariantSpace(3).zero) == [0] * 7
    assert (UnivariateSpace(3).coordinates, InvariantSpace(3).coordinates) == (1, 3)


def test_refusals() -> None:
    with pytest.raises(ExactnessError, match="degree <= 2, found degree 3"):
        UnivariateSpace(2).coefficients(fmpq_poly([0, 0, 0, 1]))
    with pytest.raises(ExactnessError, match=r"weight <= 2.*\(0, 0, 1\)"):
        InvariantSpace(2).coefficients(POWER_MEANS.gens()[2])
    with pytest.raises(ExactnessError, match=r"Q\[m1, m2, m3\]"):
        InvariantSpace(2).coefficients(POWER_SUMS.gens()[0])
    with pytest.raises(ExactnessError, match="3 coordinates, found 1"):
        InvariantSpace(2).evaluate(POWER_MEANS.gens()[0], (fmpq(1),))
    with pytest.raises(ExactnessError, match="1 coordinates, found 3"):
        UnivariateSpace(2).evaluation_rows([(fmpq(1), fmpq(1), fmpq(1))])
    with pytest.raises(ExactnessError, match="3 coefficients, found 1"):
        UnivariateSpace(2).from_coefficients([fmpq(1)])
    for degree in (-1, True, "2"):
        with pytest.raises(ExactnessError, match="integer degree"):
            UnivariateSpace(degree)  # type: ignore[arg-type]  # the wrong type is the point of the test
