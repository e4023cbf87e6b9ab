"""Areas of caps, computed in two ways, and the inequality between them on which the bounds of the literature rest."""

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.spherical_cap import area_bound, cap_area, contact_cap_area, relative_cap_area
from kissalg.errors import InfeasibleError, ParameterError

HALF = fmpq(1, 2)
COSINES = st.fractions(-1, 1, max_denominator=1000).map(lambda c: fmpq(c.numerator, c.denominator))
SIZES = st.fractions(0, 1, max_denominator=1000).map(lambda c: fmpq(c.numerator, c.denominator))
RHO_SQUARED = st.sampled_from([fmpq(5, 4), fmpq(2), fmpq(3), fmpq(4), fmpq(6)])


@given(st.integers(2, 24), COSINES)
def test_the_recurrence_and_the_incomplete_beta_function(n: int, cos: fmpq) -> None:
    """σ_n(θ) = I_(sin²θ)((n-1)/2, 1/2)/2 for θ <= π/2."""
    area = cap_area(n, arb(cos))
    beta = arb(1 - cos * cos).beta_lower(fmpq(n - 1, 2), HALF, True) / 2
    assert area.overlaps(beta if cos >= 0 else 1 - beta)
    assert area.rad() < 1e-8


def test_closed_forms() -> None:
    theta = arb.pi() / 3
    assert cap_area(3, theta.cos()).overlaps((1 - theta.cos()) / 2)
    assert cap_area(4, theta.cos()).overlaps((2 * theta - (2 * theta).sin()) / (2 * arb.pi()))
    assert cap_area(5, theta.cos()).overlaps((2 - 3 * theta.cos() + theta.cos() ** 3) / 4)
    for n in range(2, 12):
        assert cap_area(n, arb(0)).overlaps(arb(HALF))
        assert cap_area(n, arb(-1)).overlaps(arb(1))


def test_the_bounds_of_the_literature_by_areas() -> None:
    assert abs(arb(area_bound(3, fmpq(3))) - (8 + 4 * arb(3).sqrt())) < 1e-13
    for n, published in ((3, "14.929"), (4, "34.681"), (5, "77.757")):
        bound = area_bound(n, fmpq(3))
        scaled = int((bound * 1000).ceil())
        assert scaled == int(published.replace(".", ""))


@given(st.integers(3, 12), RHO_SQUARED, SIZES)
def test_lemma_2_1(n: int, rho_squared: fmpq, size: fmpq) -> None:
    """α_ρ(r) + α_ρ(1/r) >= 2 α_ρ(1) for 1 < ρ <= 3."""
    both = contact_cap_area(n, rho_squared, size) + contact_cap_area(n, rho_squared, 1 - size)
    assert not both < 2 * contact_cap_area(n, rho_squared, HALF)


@given(st.integers(3, 12), RHO_SQUARED, SIZES)
def test_relative_areas_are_rounded_up_and_increase(n: int, rho_squared: fmpq, size: fmpq) -> None:
    upper = relative_cap_area(n, rho_squared, size)
    exact = contact_cap_area(n, rho_squared, size) / contact_cap_area(n, rho_squared, HALF)
    assert not arb(upper) < exact
    assert arb(upper) - exact < 1e-6 * exact + 1e-6
    if size <= fmpq(99, 100):
        assert relative_cap_area(n, rho_squared, size + fmpq(1, 100)) >= upper


def test_balls_that_are_too_small_do_not_reach_the_sphere() -> None:
    assert contact_cap_area(3, fmpq(4), fmpq(1, 3)) == 0  # ρ = 2, r = (ρ-1)/2 = 1/2
    assert contact_cap_area(3, fmpq(4), fmpq(1, 3) + fmpq(1, 1000)) > 0
    assert contact_cap_area(3, fmpq(4), fmpq(1)).overlaps(cap_area(3, arb(HALF)))  # a half-space: cos θ = 1/ρ


@pytest.mark.parametrize(("rho_squared", "size"), [(1, HALF), (fmpq(91, 10), HALF), (3, fmpq(-1)), (3, fmpq(2))])
def test_parameters_out_of_range(rho_squared: fmpq, size: fmpq) -> None:
    with pytest.raises(ParameterError, match="expected a"):
        contact_cap_area(3, fmpq(rho_squared), size)
    with pytest.raises(ParameterError, match="n >= 2"):
        cap_area(1, arb(0))


def test_the_sphere_that_an_equal_ball_only_touches() -> None:
    """ρ = 3 is a radius like others, except that α_ρ(1) = 0: what is divided by it is infinite."""
    assert contact_cap_area(3, fmpq(9), HALF) == 0
    assert contact_cap_area(3, fmpq(9), fmpq(2, 3)) > 0
    for infinite in (lambda: relative_cap_area(3, fmpq(9), HALF), lambda: area_bound(3, fmpq(9))):
        with pytest.raises(InfeasibleError, match="Take a smaller radius"):
            infinite()
