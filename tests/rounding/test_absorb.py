"""Absorbing residuals: any polynomial of the space is cancelled exactly, at every degree."""

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.gram import gram_basis
from kissalg.algebra.invariant_ring import POWER_MEANS, exponents
from kissalg.errors import RoundingError
from kissalg.rounding.absorb import absorb_invariant, absorb_univariate
from kissalg.sdp.model import PsdVariable
from kissalg.sdp.terms import InvariantSquares, UnivariateSquares
from kissalg.testing.strategies import invariant_elements, univariate_polynomials

DEGREES = range(1, 9)
M1, M2, M3 = POWER_MEANS.gens()


def symmetric(entries: dict[tuple[int, int], fmpq], size: int) -> fmpq_mat:
    """The symmetric matrix with these entries on and below the diagonal."""
    result = fmpq_mat(size, size)
    for (i, j), value in entries.items():
        assert i >= j
        result[i, j] = result[j, i] = value
    return result


@pytest.mark.parametrize("degree", DEGREES)
@given(data=st.data())
def test_univariate_residuals_are_cancelled(degree: int, data: st.DataObject) -> None:
    residual = data.draw(univariate_polynomials(2 * degree))
    entries = absorb_univariate(residual, degree + 1)
    term = UnivariateSquares(PsdVariable("Q", degree + 1), fmpq_poly([1]))
    assert term.polynomial(symmetric(entries, degree + 1)) + residual == 0
    assert all(i - j in (0, 1) for i, j in entries)


def cancelled(residual: fmpq_mpoly, degree: int) -> fmpq_mpoly:
    """residual + <V^trv, A> + <V^std, A'>, with the terms of the model."""
    trivial, standard = gram_basis("trv", degree), gram_basis("std", degree)
    for_trivial, for_standard = absorb_invariant(residual, trivial, standard)
    one = POWER_MEANS.constant(1)
    total = residual
    for basis, entries in ((trivial, for_trivial), (standard, for_standard)):
        if basis.size:
            term = InvariantSquares(PsdVariable("R", basis.size), basis, one)
            total += term.polynomial(symmetric(entries, basis.size))
    return total


@pytest.mark.parametrize("degree", DEGREES)
@given(data=st.data())
def test_invariant_residuals_are_cancelled(degree: int, data: st.DataObject) -> None:
    residual = data.draw(invariant_elements(2 * degree, terms=12))
    assert cancelled(residual, degree) == 0


@pytest.mark.parametrize("degree", DEGREES)
def test_every_coefficient_can_be_absorbed(degree: int) -> None:
    """All monomials of the space at once, and each by itself."""
    everything = POWER_MEANS.from_dict({e: fmpq(k + 1, k + 7) for k, e in enumerate(exponents(2 * degree))})
    assert cancelled(everything, degree) == 0
    for exponent in exponents(2 * degree):
        assert cancelled(POWER_MEANS.from_dict({exponent: fmpq(-3, 5)}), degree) == 0


def test_nothing_is_absorbed_by_nothing() -> None:
    assert absorb_univariate(fmpq_poly([]), 3) == {}
    assert absorb_invariant(POWER_MEANS.constant(0), gram_basis("trv", 3), gram_basis("std", 3)) == ({}, {})


def test_a_trivial_block_alone_absorbs_what_splits() -> None:
    """m_1 m_2 = m_1 · m_2; but m_2³ is no product of two invariants of degree at most 3."""
    entries, none = absorb_invariant(4 * M1 * M2, gram_basis("trv", 3), None)
    assert none == {}
    assert list(entries.values()) == [fmpq(-2)]
    with pytest.raises(RoundingError, match=r"no std block"):
        absorb_invariant(M2**3, gram_basis("trv", 3), None)


def test_residuals_outside_the_space_are_refused() -> None:
    with pytest.raises(RoundingError, match="degree 5 does not fit a Gram matrix of size 3"):
        absorb_univariate(fmpq_poly([0, 0, 0, 0, 0, 1]), 3)
    with pytest.raises(RoundingError, match="exceeds 4"):
        absorb_invariant(M1**5, gram_basis("trv", 2), gram_basis("std", 2))


def test_the_largest_terms_are_spread() -> None:
    """Among the ways to split an exponent the one with the least row sums is taken: no row carries everything."""
    residual = POWER_MEANS.from_dict({e: fmpq(1) for e in exponents(8)})
    entries, _ = absorb_invariant(residual, gram_basis("trv", 4), gram_basis("std", 4))
    sums: dict[int, Fraction] = {}
    for (i, j), value in entries.items():
        for k in {i, j}:
            sums[k] = sums.get(k, Fraction(0)) + abs(Fraction(int(value.p), int(value.q)))
    assert max(sums.values()) <= len(exponents(8)) / 2
