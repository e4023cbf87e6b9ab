"""Dependent equations are left out; contradictory ones are refused."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import ExactnessError, InfeasibleError
from kissalg.sdp.dependence import independent_points
from kissalg.sdp.model import CoordinateSpace, FreeVariable, Identity, PsdVariable, UnivariateSpace
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients
from kissalg.testing.strategies import rationals


def identity(rows: list[list[fmpq]], right: list[fmpq]) -> Identity:
    """Equations in the entries of a 2 x 2 matrix and one free number."""
    x, f = PsdVariable("X", 2), FreeVariable("f", 1)
    space = CoordinateSpace(len(rows))
    matrices = tuple(((0, 0, row[0]), (0, 1, row[1]), (1, 1, row[2])) for row in rows)
    terms = (MatrixCoefficients(x, space, matrices), VectorCoefficients(f, space, tuple({0: row[3]} for row in rows)))
    return Identity("rows", space, terms, space.from_coefficients(right))


def numbers(points: list[tuple[fmpq, ...]]) -> list[int]:
    return [int(point[0].p) for point in points]


@given(st.lists(st.lists(rationals(), min_size=4, max_size=4), min_size=1, max_size=4), st.data())
def test_a_basis_of_the_rows_is_kept(rows: list[list[fmpq]], data: st.DataObject) -> None:
    """Rows, and combinations of them with the right-hand sides that follow."""
    solution = [fmpq(3), fmpq(1, 2), fmpq(7), fmpq(-2)]
    for _ in range(2):
        factors = data.draw(st.lists(rationals(), min_size=len(rows), max_size=len(rows)))
        rows = [*rows, [sum((f * row[k] for f, row in zip(factors, rows, strict=True)), fmpq(0)) for k in range(4)]]
    right = [sum((a * b for a, b in zip(row, solution, strict=True)), fmpq(0)) for row in rows]
    found = identity(rows, right)
    assert isinstance(found.space, CoordinateSpace)
    rank = fmpq_mat(rows).rank()
    if not rank:
        with pytest.raises(ExactnessError, match="left-hand side"):
            independent_points(found, found.space.candidates)
        return
    kept = numbers(independent_points(found, found.space.candidates))
    assert len(kept) == rank
    assert fmpq_mat([rows[i] for i in kept]).rank() == rank


def test_a_contradiction_is_refused() -> None:
    rows = [[fmpq(x) for x in row] for row in ([1, 0, 1, 0], [0, 1, 0, 1], [2, -1, 2, -1])]
    consistent = identity(rows, [fmpq(1), fmpq(1), fmpq(1)])
    assert isinstance(consistent.space, CoordinateSpace)
    assert numbers(independent_points(consistent, consistent.space.candidates)) == [0, 1]
    wrong = identity(rows, [fmpq(1), fmpq(1), fmpq(1, 10**30) + 1])
    with pytest.raises(InfeasibleError, match="equation 2"):
        independent_points(wrong, consistent.space.candidates)


def test_polynomial_identities_are_left_alone() -> None:
    line = Identity("line", UnivariateSpace(1), (), UnivariateSpace(1).zero)
    points = [(fmpq(0),), (fmpq(1),)]
    assert independent_points(line, points) == points
