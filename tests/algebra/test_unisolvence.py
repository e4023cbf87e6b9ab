"""Sample points: in the domain, enough of them, and proved to determine the polynomials."""

import math
from itertools import pairwise

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.nodes import chebyshev_nodes, line_candidates
from kissalg.algebra.spaces import InvariantSpace, Point, UnivariateSpace
from kissalg.algebra.triples import triangle_candidates
from kissalg.errors import ExactnessError
from kissalg.testing.strategies import rationals

COSINES = [fmpq(1, 2), fmpq(0), fmpq(-1, 3), fmpq(1, 6), fmpq(9, 10)]


@given(st.integers(1, 60))
def test_chebyshev_nodes(count: int) -> None:
    """The cosines, to 2^-20; decreasing, inside the interval, symmetric up to rounding."""
    nodes = chebyshev_nodes(count)
    assert len(nodes) == count
    for j, node in enumerate(nodes):
        exact = math.cos(math.pi * (j + 0.5) / count)
        assert abs(int(node.p) / int(node.q) - exact) <= 2.0**-20
        assert 2**20 % int(node.q) == 0
        assert abs(node + nodes[count - 1 - j]) <= fmpq(1, 2**20)
    assert all(a > b for a, b in pairwise(nodes))
    assert all(-1 < node < 1 for node in nodes)


@pytest.mark.parametrize("degree", [0, 1, 2, 7, 24])
def test_line_candidates_determine_polynomials(degree: int) -> None:
    points = line_candidates(degree)
    assert len(points) == degree + 1
    assert UnivariateSpace(degree).is_unisolvent(points)


@pytest.mark.parametrize("cos", COSINES, ids=str)
@pytest.mark.parametrize("degree", [1, 2, 4, 6])
def test_triangle_candidates_lie_strictly_inside(cos: fmpq, degree: int) -> None:
    """Every multiplier of the three-point bound is positive at each of them; no orbit occurs twice; there are
    enough.
    """
    points = triangle_candidates(cos, degree)
    assert len(points) >= InvariantSpace(degree).dimension
    assert len({tuple(sorted(p)) for p in points}) == len(points)
    for point in points:
        u, v, t = (((1 + cos) * x - (1 - cos)) / 2 for x in point)
        assert all(-1 < w < cos for w in (u, v, t))
        assert 1 + 2 * u * v * t - u * u - v * v - t * t > 0
        assert all(int(x.q).bit_length() <= 21 for x in point)
    assert points == sorted(points)


@pytest.mark.parametrize("cos", COSINES, ids=str)
def test_some_candidates_are_near_the_surface(cos: fmpq) -> None:
    """The Gram determinant vanishes on the boundary of the domain, where the extremal configurations are."""
    values = []
    for point in triangle_candidates(cos, 6):
        u, v, t = (((1 + cos) * x - (1 - cos)) / 2 for x in point)
        values.append(1 + 2 * u * v * t - u * u - v * v - t * t)
    assert min(values) < fmpq(1, 100)


def determinant(space: UnivariateSpace | InvariantSpace, points: list[Point]) -> fmpq:
    size = space.dimension
    rows = space.evaluation_rows(points)
    result: fmpq = fmpq_mat(size, size, [x for row in rows for x in row]).det()
    return result


@given(
    st.integers(0, 4).flatmap(
        lambda d: st.tuples(st.just(d), st.lists(rationals(4, 3), min_size=d + 1, max_size=d + 1))
    )
)
def test_on_a_line_distinct_points_are_what_counts(case: tuple[int, list[fmpq]]) -> None:
    degree, nodes = case
    points = [(x,) for x in nodes]
    assert UnivariateSpace(degree).is_unisolvent(points) == (len({str(x) for x in nodes}) == degree + 1)


@given(
    st.integers(0, 3).flatmap(
        lambda d: st.tuples(
            st.just(d),
            st.lists(
                st.tuples(*[rationals(3, 2)] * 3),
                min_size=InvariantSpace(d).dimension,
                max_size=InvariantSpace(d).dimension,
            ),
        )
    )
)
def test_the_proof_agrees_with_the_determinant(case: tuple[int, list[Point]]) -> None:
    degree, points = case
    space = InvariantSpace(degree)
    assert space.is_unisolvent(points) == (determinant(space, points) != 0)


def test_points_of_one_orbit_count_once() -> None:
    """(x, y, z) and (y, x, z) give invariants the same values."""
    space = InvariantSpace(1)
    first, second = (fmpq(0), fmpq(1, 2), fmpq(1, 3)), (fmpq(1, 2), fmpq(0), fmpq(1, 3))
    assert not space.is_unisolvent([first, second])
    assert space.is_unisolvent([first, (fmpq(0), fmpq(0), fmpq(0))])


def test_denominators_divisible_by_a_prime_of_the_proof() -> None:
    """A coordinate that does not exist modulo one of the primes: another prime decides."""
    space = UnivariateSpace(1)
    for prime in (2**61 - 1, 2**62 - 57, 2**63 - 25):
        assert space.is_unisolvent([(fmpq(1, prime),), (fmpq(0),)])


def test_the_number_of_points_is_checked() -> None:
    with pytest.raises(ExactnessError, match="expected 3 points for a space of that dimension, found 2"):
        UnivariateSpace(2).is_unisolvent([(fmpq(0),), (fmpq(1),)])
