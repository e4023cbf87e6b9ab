"""Polynomials over number fields: the laws of a ring, division, squarefree factors and roots."""

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from kissalg.errors import ExactnessError
from kissalg.exact.expressions import real_number
from kissalg.exact.field_polynomial import FieldPolynomial, roots_between, squarefree_factors
from kissalg.exact.number_field import RATIONALS, quadratic_field

ROOT2 = quadratic_field(2)
numbers = st.tuples(st.integers(-5, 5), st.integers(-3, 3)).map(lambda pair: ROOT2(*pair))
polynomials = st.lists(numbers, max_size=4).map(lambda values: FieldPolynomial.of(ROOT2, values))
nonzero = polynomials.filter(lambda p: not p.is_zero)


@settings(max_examples=40, deadline=None)
@given(polynomials, polynomials, polynomials, numbers)
def test_values_respect_the_operations(p: FieldPolynomial, q: FieldPolynomial, r: FieldPolynomial, x: object) -> None:
    at = ROOT2.element(x)  # type: ignore[arg-type]  # an element, as hypothesis draws it
    assert (p * q + r - p)(at) == p(at) * q(at) + r(at) - p(at)
    assert (p**3)(at) == p(at) * p(at) * p(at)
    assert (2 * p - 1)(at) == 2 * p(at) - 1
    assert (1 - p)(at) == 1 - p(at)


@settings(max_examples=40, deadline=None)
@given(polynomials, nonzero)
def test_division(p: FieldPolynomial, q: FieldPolynomial) -> None:
    quotient, rest = divmod(p, q)
    assert quotient * q + rest == p
    assert rest.degree < q.degree
    common = p.gcd(q)
    assert divmod(p, common)[1].is_zero
    assert divmod(q, common)[1].is_zero
    assert ((p * q).derivative() - p.derivative() * q - p * q.derivative()).is_zero


@settings(max_examples=20, deadline=None)
@given(nonzero, nonzero, st.integers(1, 3))
def test_squarefree_factors(p: FieldPolynomial, q: FieldPolynomial, power: int) -> None:
    product = p * q**power
    factors = squarefree_factors(product)
    total = FieldPolynomial.of(ROOT2, [product.leading])
    for factor, multiplicity in factors:
        total *= factor**multiplicity
        assert factor.gcd(factor.derivative()).degree == 0
    assert total == product
    for i, (one, _) in enumerate(factors):
        assert all(one.gcd(other).degree == 0 for other, _ in factors[:i])


def test_roots() -> None:
    a = real_number("sqrt(2)")
    u = FieldPolynomial.of(a.field, [0, 1])
    p = (u - a) * (u * u + 1) * (u + fmpq(1, 2)) * (u - 3)
    inside = roots_between(p, a.field(-1), a.field(2))
    assert len(inside) == 2
    assert any(x.overlaps(arb(2).sqrt()) for x in inside)
    assert roots_between(p, a.field(0), a.field(1)) == []
    assert roots_between(FieldPolynomial.of(a.field, [1]), a.field(0), a.field(1)) == []


def test_errors_and_texts() -> None:
    zero, one = FieldPolynomial.of(RATIONALS, []), FieldPolynomial.of(RATIONALS, [1])
    with pytest.raises(ExactnessError, match="not zero"):
        divmod(one, zero)
    with pytest.raises(ExactnessError, match="not zero"):
        squarefree_factors(zero)
    a = ROOT2.generator
    assert str(FieldPolynomial.of(ROOT2, [-1, a, 0, -2])) == "-2*u^3 + (a)*u - 1"
    assert str(zero) == "0"
