"""Absorbing residuals: any polynomial of the space is cancelled exactly, at every degree, by the terms of its
identity.
"""

from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.gram import Kind, gram_basis
from kissalg.algebra.invariant_ring import POWER_MEANS, exponents
from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.polynomials import monomials, polynomial_ring
from kissalg.algebra.quotients import polynomial_space
from kissalg.algebra.spaces import InvariantSpace, Space, UnivariateSpace
from kissalg.errors import RoundingError
from kissalg.families.average_kissing_polynomial.model import swap_exponents
from kissalg.rounding.absorb import TermAbsorber
from kissalg.sdp.model import Identity, Model, Objective, PsdVariable, Term
from kissalg.sdp.terms import InvariantSquares, MonomialSquares, OrbitSquares, UnivariateSquares, orbit_exponents
from kissalg.sdp.terms.absorbing import AbsorbingTerm, Entries
from kissalg.testing.strategies import invariant_elements, rationals, univariate_polynomials

DEGREES = range(1, 9)
M1, M2, M3 = POWER_MEANS.gens()
ONE = fmpq_poly([1])
RING = polynomial_ring(("t", "p", "q"))


def symmetric(entries: Entries, size: int) -> fmpq_mat:
    """The symmetric matrix with these entries on and below the diagonal."""
    result = fmpq_mat(size, size)
    for (i, j), value in entries.items():
        assert i >= j
        result[i, j] = result[j, i] = value
    return result


def rest_after(residual: Any, *terms: AbsorbingTerm) -> Any:
    """What the terms leave, which they have to say themselves."""
    for term in terms:
        entries, rest = term.absorb(residual)
        assert residual + term.polynomial(symmetric(entries, term.variable.size)) == rest
        residual = rest
    return residual


def invariant(kind: Kind, degree: int) -> InvariantSquares:
    basis = gram_basis(kind, degree)
    return InvariantSquares(PsdVariable(kind, basis.size), basis, POWER_MEANS.constant(1))


def both(degree: int) -> list[InvariantSquares]:
    """std, where there is one, then trv."""
    return [invariant(kind, degree) for kind in ("std", "trv") if gram_basis(kind, degree).size]


@pytest.mark.parametrize("degree", DEGREES)
@given(data=st.data())
def test_univariate_residuals_are_cancelled(degree: int, data: st.DataObject) -> None:
    residual = data.draw(univariate_polynomials(2 * degree))
    term = UnivariateSquares(PsdVariable("Q", degree + 1), ONE)
    assert rest_after(residual, term) == 0
    assert all(i - j in (0, 1) for i, j in term.absorb(residual)[0])


@pytest.mark.parametrize("degree", DEGREES)
@given(data=st.data())
def test_invariant_residuals_are_cancelled(degree: int, data: st.DataObject) -> None:
    assert rest_after(data.draw(invariant_elements(2 * degree, terms=12)), *both(degree)) == 0


@pytest.mark.parametrize("degree", DEGREES)
def test_every_coefficient_can_be_absorbed(degree: int) -> None:
    """All monomials of the space at once, and each by itself."""
    everything = POWER_MEANS.from_dict({e: fmpq(k + 1, k + 7) for k, e in enumerate(exponents(2 * degree))})
    assert rest_after(everything, *both(degree)) == 0
    for exponent in exponents(2 * degree):
        assert rest_after(POWER_MEANS.from_dict({exponent: fmpq(-3, 5)}), *both(degree)) == 0


@pytest.mark.parametrize(("in_t", "in_x"), [(0, 1), (1, 0), (2, 3), (3, 2)])
@given(data=st.data())
def test_residuals_in_three_variables_are_cancelled(in_t: int, in_x: int, data: st.DataObject) -> None:
    """With degrees counted in t and in (p, q) separately."""
    basis, wanted = swap_exponents(in_t, in_x), swap_exponents(2 * in_t, 2 * in_x)
    values = data.draw(st.lists(rationals(9, 9), min_size=len(wanted), max_size=len(wanted)))
    term = MonomialSquares(PsdVariable("Q", len(basis)), basis, RING.constant(1))
    assert rest_after(RING.from_dict(dict(zip(wanted, values, strict=True))), term) == 0


def test_nothing_is_absorbed_by_nothing() -> None:
    assert UnivariateSquares(PsdVariable("Q", 3), ONE).absorb(fmpq_poly([])) == ({}, 0)
    for term in both(3):
        assert term.absorb(POWER_MEANS.constant(0)) == ({}, 0)


def test_a_term_leaves_what_it_cannot_take() -> None:
    """m_1 m_2 = m_1 · m_2; but m_2³ is no product of two invariants of degree at most 3."""
    trivial, standard = invariant("trv", 3), invariant("std", 3)
    entries, rest = trivial.absorb(4 * M1 * M2 + M2**3)
    assert list(entries.values()) == [fmpq(-2)]
    assert rest == M2**3
    assert trivial.absorb(standard.absorb(M2**3)[1])[1] == 0
    assert standard.absorb(M1 * M2) == ({}, M1 * M2)
    assert UnivariateSquares(PsdVariable("Q", 2), ONE).absorb(fmpq_poly([0, 0, 0, 7]))[1] == fmpq_poly([0, 0, 0, 7])


def test_the_largest_terms_are_spread() -> None:
    """Among the ways to split an exponent the one with the least row sums is taken: no row carries everything."""
    residual = POWER_MEANS.from_dict({e: fmpq(1) for e in exponents(8)})
    standard, trivial = both(4)
    entries, _ = trivial.absorb(standard.absorb(residual)[1])
    sums: dict[int, Fraction] = {}
    for (i, j), value in entries.items():
        for k in {i, j}:
            sums[k] = sums.get(k, Fraction(0)) + abs(Fraction(int(value.p), int(value.q)))
    assert max(sums.values()) <= len(exponents(8)) / 2


def test_who_can_absorb() -> None:
    """Only squares without multiplier that reach the degree of the space."""
    x = fmpq_poly([0, 1])
    q = PsdVariable("Q", 3)
    assert UnivariateSquares(q, ONE).absorbs(UnivariateSpace(4))
    assert not UnivariateSquares(q, ONE).absorbs(UnivariateSpace(5))
    assert not UnivariateSquares(q, 1 - x * x).absorbs(UnivariateSpace(4))
    for kind, able in (("trv", True), ("std", True), ("alt", False)):
        assert invariant(kind, 3).absorbs(InvariantSpace(6)) == able
        assert not invariant(kind, 3).absorbs(InvariantSpace(7))
    basis = tuple(monomials(3, 2))
    space = polynomial_space(RING, 4, nodes=chebyshev_nodes(5))
    for multiplier, exponents_, able in ((1, basis, True), (2, basis, False), (1, basis[1:], False)):
        term = MonomialSquares(PsdVariable("Q", len(exponents_)), exponents_, RING.constant(multiplier))
        assert term.absorbs(space) == able


def model(space: Space, *terms: Term, more: Term | None = None) -> Model:
    identities = [Identity("i", space, terms, space.zero)]
    if more is not None:
        identities.append(Identity("j", UnivariateSpace(0), (more,), fmpq_poly([])))
    variables = tuple(dict.fromkeys(t.variable for i in identities for t in i.terms))
    return Model("toy", {}, variables, tuple(identities), Objective(fmpq(0), {}))


def test_the_absorber_of_a_model_names_entries() -> None:
    first, second = both(3)
    problem = model(InvariantSpace(6), second, invariant("alt", 3), first)
    absorber = TermAbsorber.of(problem)
    assert absorber.names == ["std", "trv"]
    residual: fmpq_mpoly = M2**3 + M1 - M3 / 7
    corrections = absorber.corrections([residual])
    values = {v.name: fmpq_mat(v.size, v.size) for v in problem.variables}  # type: ignore[union-attr]  # all are matrices
    for (name, i, j), value in corrections.items():
        values[name][i, j] = values[name][j, i] = value
    assert problem.residual("i", values) == -residual


def test_identities_without_an_absorbing_term_are_refused() -> None:
    q = UnivariateSquares(PsdVariable("Q", 3), ONE)
    orbit = OrbitSquares(PsdVariable("O", len(orbit_exponents(1))), 1, False, ONE)
    for problem in (
        model(UnivariateSpace(5), q),
        model(InvariantSpace(2), orbit),
        model(UnivariateSpace(4), q, more=UnivariateSquares(q.variable, fmpq_poly([0]))),  # Q occurs in two identities
    ):
        with pytest.raises(RoundingError, match="identity 'i' has no sum of squares without multiplier"):
            TermAbsorber.of(problem)


def test_a_residual_that_is_not_absorbed_is_reported() -> None:
    """trv alone, without std."""
    absorber = TermAbsorber.of(model(InvariantSpace(6), invariant("trv", 3)))
    with pytest.raises(RoundingError, match=r"identity 'i': its squares without multiplier cannot absorb m2\^3"):
        absorber.corrections([M2**3])
