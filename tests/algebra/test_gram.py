"""Gram bases of invariant sums of squares: pairings, sizes, and completeness by brute force."""

from math import comb

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.gram import DISCRIMINANT, KINDS, STANDARD_PAIRING, gram_basis
from kissalg.algebra.invariant_ring import (
    COORDINATES,
    POWER_MEANS,
    dimension,
    exponents,
    from_power_means,
    to_power_means,
)
from kissalg.algebra.three_point_kernels import average_over_permutations
from kissalg.errors import ExactnessError
from kissalg.testing.strategies import invariant_elements

X, Y, Z = COORDINATES.gens()
VANDERMONDE = (X - Y) * (Y - Z) * (Z - X)
A = (2 * X - Y - Z, 2 * X**2 - Y**2 - Z**2)
B = (Y - Z, Y**2 - Z**2)


def test_discriminant_is_the_squared_vandermonde() -> None:
    assert from_power_means(DISCRIMINANT) == VANDERMONDE**2


def test_standard_pairing_is_invariant_without_averaging() -> None:
    for g in range(2):
        for h in range(2):
            value = A[g] * A[h] + 3 * B[g] * B[h]
            assert average_over_permutations(value) == value
            assert from_power_means(STANDARD_PAIRING[g][h]) == value


@pytest.mark.parametrize(
    ("degree", "trv", "alt", "std"),
    [
        (8, 41, 16, 54),
        (12, 102, 53, 150),
        (14, 147, 83, 225),
        (16, 204, 123, 321),
        (20, 358, 237, 588),
        (24, 575, 406, 972),
    ],
)
def test_sizes_of_the_table(degree: int, trv: int, alt: int, std: int) -> None:
    assert [gram_basis(kind, degree).size for kind in KINDS] == [trv, alt, std]


@given(st.integers(-3, 30))
def test_sizes_add_up_to_all_monomials(degree: int) -> None:
    trv, alt, std = (gram_basis(kind, degree).size for kind in KINDS)
    assert trv + alt + 2 * std == (comb(degree + 3, 3) if degree >= 0 else 0)


@pytest.mark.parametrize("degree", range(6))
def test_module_generators_give_every_polynomial(degree: int) -> None:
    """trv, alt, and the two rows of std are together a basis of all polynomials of degree <= D."""
    rows = []
    for kind, generators in (("trv", [(X**0,)]), ("alt", [(VANDERMONDE,)]), ("std", [A]), ("std", [B])):
        for part, generator in zip(gram_basis(kind, degree).parts, generators[0], strict=True):  # type: ignore[arg-type]  # a literal
            rows += [generator * from_power_means(POWER_MEANS.from_dict({e: 1})) for e in part]
    monomials = [(a, b, c) for a in range(degree + 1) for b in range(degree + 1 - a) for c in range(degree + 1 - a - b)]
    assert len(rows) == len(monomials)
    zero = fmpq(0)
    matrix = fmpq_mat([[terms.get(m, zero) for m in monomials] for terms in (row.to_dict() for row in rows)])
    assert matrix.rank() == len(monomials)


@given(*[invariant_elements(3)] * 6)
def test_average_of_a_square_lies_in_the_cone(
    t: fmpq_mpoly, a: fmpq_mpoly, f1: fmpq_mpoly, f2: fmpq_mpoly, h1: fmpq_mpoly, h2: fmpq_mpoly
) -> None:
    """The S3-average of q², for q = t + aΔ + Σ f_g A_g + Σ h_g B_g, is t² + a²Δ² + Σ G_gh (f_g f_h/2 + h_g h_h/6)."""
    e = from_power_means
    q = e(t) + e(a) * VANDERMONDE + e(f1) * A[0] + e(f2) * A[1] + e(h1) * B[0] + e(h2) * B[1]
    f, h = (f1, f2), (h1, h2)
    total = t * t + a * a * DISCRIMINANT
    for g in range(2):
        for k in range(2):
            total += STANDARD_PAIRING[g][k] * (f[g] * f[k] / 2 + h[g] * h[k] / 6)
    assert to_power_means(q * q) == total


def test_parts_are_prefixes_of_the_exponents() -> None:
    basis = gram_basis("std", 5)
    assert basis.parts == (exponents(4), exponents(3))
    assert basis.size == dimension(4) + dimension(3)


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(ExactnessError, match="trv, alt, std"):
        gram_basis("foo", 3)  # type: ignore[arg-type]  # the wrong name is the point of the test
