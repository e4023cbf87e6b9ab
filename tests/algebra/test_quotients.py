"""Spaces of polynomials in several variables: coordinates, values, bases of products of Chebyshev polynomials, and what
does not belong to them.
"""

from collections.abc import Sequence

import pytest
from flint import fmpq, fmpq_mat, fmpq_mpoly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.groups import symmetric_group
from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.polynomials import monomials, polynomial_ring
from kissalg.algebra.quotients import PolynomialSpace, polynomial_space
from kissalg.algebra.spaces import InvariantSpace, Space, UnivariateSpace
from kissalg.errors import ExactnessError, ParameterError
from kissalg.sdp.spaces import CoordinateSpace
from kissalg.testing.strategies import rationals

RING = polynomial_ring(("x", "y"))
X, Y = RING.gens()
NODES = chebyshev_nodes(5)
PLANE = polynomial_space(RING, 4, nodes=NODES)
CIRCLE = polynomial_space(RING, 4, [X**2 + Y**2 - 1])
SYMMETRIC = polynomial_space(RING, 4, group=symmetric_group(2), nodes=NODES)
EVEN = PLANE.restricted([p * q for p in (1 + 0 * X, X**2, Y**2) for q in (1 + 0 * X, X**2, Y**2)][:5])
SPACES: list[Space] = [PLANE, CIRCLE, SYMMETRIC, EVEN, UnivariateSpace(6), InvariantSpace(5), CoordinateSpace(4)]


def determinant(rows: Sequence[Sequence[fmpq]]) -> fmpq:
    value: fmpq = fmpq_mat(len(rows), len(rows), [x for row in rows for x in row]).det()
    return value


def test_dimensions() -> None:
    """15 polynomials of degree <= 4 in the plane; on the circle two for each degree and a constant; symmetric ones:
    partitions into at most two parts.
    """
    assert [s.dimension for s in (PLANE, CIRCLE, SYMMETRIC)] == [15, 9, 9]
    assert [s.coordinates for s in (PLANE, CIRCLE, SYMMETRIC)] == [2, 1, 2]
    assert not isinstance(PLANE, UnivariateSpace)


@pytest.mark.parametrize("space", SPACES, ids=repr)
def test_the_candidates_of_every_space_contain_unisolvent_points(space: Space) -> None:
    """By the rank over Q of the values of the basis, not by the proof modulo a prime."""
    rows = space.evaluation_rows(space.candidates)
    assert len(rows) >= space.dimension
    assert fmpq_mat(rows).rank() == space.dimension
    if len(rows) == space.dimension:
        assert space.is_unisolvent(space.candidates)
    assert not space.is_unisolvent([space.candidates[0]] * space.dimension)


@pytest.mark.parametrize("space", SPACES, ids=repr)
@given(data=st.data())
def test_an_element_and_its_coefficients(space: Space, data: st.DataObject) -> None:
    coefficients = data.draw(st.lists(rationals(5, 4), min_size=space.dimension, max_size=space.dimension))
    element = space.from_coefficients(coefficients)
    assert space.coefficients(element) == coefficients
    for point, row in zip(space.candidates, space.evaluation_rows(space.candidates), strict=True):
        assert space.evaluate(element, point) == sum((a * b for a, b in zip(row, coefficients, strict=True)), fmpq(0))


def chebyshev(x: fmpq, k: int) -> fmpq:
    """T_k(x), from the closed formula of its coefficients."""
    a, b = fmpq(1), x
    for _ in range(k):
        a, b = b, 2 * x * b - a
    return a


@pytest.mark.parametrize("space", SPACES, ids=repr)
def test_products_of_chebyshev_polynomials_are_a_basis(space: Space) -> None:
    """Their values at the candidates span what the values of the basis span."""
    points = space.candidates
    other = []
    for element in space.chebyshev_basis:
        values = []
        for point in points:
            total = fmpq(0)
            for exponents, coefficient in element.items():
                for x, k in zip(point, exponents, strict=True):
                    coefficient = coefficient * chebyshev(x, k)
                total += coefficient
            values.append(total)
        other.append(values)
    own = fmpq_mat(space.evaluation_rows(points)).transpose().tolist()
    assert len(other) == fmpq_mat(other).rank() == space.dimension
    assert fmpq_mat(own + other).rank() == space.dimension


def test_a_subspace_keeps_its_polynomials_in_the_basis_of_products() -> None:
    """x²y² and x⁴ span no products of Chebyshev polynomials: their expansions are used."""
    space = PLANE.restricted([X**2 * Y**2, X**4])
    assert space.dimension == 2
    for b, products in zip(space.basis, space.chebyshev_basis, strict=True):
        for x, y in ((fmpq(1, 3), fmpq(-2, 5)), (fmpq(3), fmpq(7, 2))):
            value = sum((c * chebyshev(x, i) * chebyshev(y, j) for (i, j), c in products.items()), fmpq(0))
            assert value == b(x, y)


@given(st.lists(rationals(9, 5), min_size=15, max_size=15))
def test_on_the_circle_multiples_of_the_equation_are_zero(coefficients: list[fmpq]) -> None:
    """The coordinates do not change when a multiple of x² + y² - 1 is added; rational points of the circle see the same
    values.
    """
    terms = zip(coefficients, monomials(2, 4), strict=True)
    polynomial = sum((RING.term(coeff=c, exp_vec=e) for c, e in terms), RING.constant(0))
    shifted = polynomial + (X**2 + Y**2 - 1) * (coefficients[0] * X * Y + coefficients[1])
    found = CIRCLE.coefficients(polynomial)
    assert CIRCLE.coefficients(shifted) == found
    reduced = CIRCLE.from_coefficients(found)
    for x, y in ((fmpq(3, 5), fmpq(-4, 5)), (fmpq(1), fmpq(0)), (fmpq(20, 29), fmpq(21, 29))):
        assert reduced(x, y) == polynomial(x, y)
    assert [CIRCLE.evaluate(shifted, p) for p in CIRCLE.candidates] == found


def test_polynomials_outside_the_space_are_refused() -> None:
    other = polynomial_ring(("x", "z")).gens()[0]
    with pytest.raises(ExactnessError, match="degree <= 4, found degree 5"):
        PLANE.coefficients(X**5)
    with pytest.raises(ExactnessError, match="a polynomial in x, y"):
        PLANE.coefficients(other)
    with pytest.raises(ExactnessError, match="an element of a space of dimension 9, found x"):
        SYMMETRIC.coefficients(X)
    with pytest.raises(ExactnessError, match="15 coefficients, found 2"):
        PLANE.from_coefficients([fmpq(1)] * 2)
    with pytest.raises(ExactnessError, match="2 coordinates, found 1"):
        PLANE.evaluate(X, (fmpq(1),))
    with pytest.raises(ExactnessError, match="coordinate below 9"):
        CIRCLE.evaluate(X, (fmpq(1), fmpq(0)))
    with pytest.raises(ParameterError, match="5 distinct nodes, found 4"):
        polynomial_space(RING, 4, nodes=[*NODES[:4], NODES[0]])
    assert X not in SYMMETRIC
    assert X + Y in SYMMETRIC


def test_a_space_shows_what_it_is() -> None:
    assert repr(CIRCLE) == "PolynomialSpace(dimension 9, degree 4 in x, y, modulo 1 equations)"
    assert isinstance(CIRCLE.zero, fmpq_mpoly)
    assert isinstance(CIRCLE, PolynomialSpace)
