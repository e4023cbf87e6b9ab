"""Symmetric matrices, pairings, ranks modulo a prime."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import ExactnessError
from kissalg.exact.matrix import bilinear, frobenius, identity_matrix, outer, rank_modulo, rational_matrix, symmetric
from kissalg.testing.strategies import points, rationals, symmetric_matrices


@given(symmetric_matrices(3), points(3), points(3))
def test_bilinear_two_ways(matrix: fmpq_mat, left: tuple[fmpq, ...], right: tuple[fmpq, ...]) -> None:
    direct = sum((left[i] * matrix[i, j] * right[j] for i in range(3) for j in range(3)), fmpq(0))
    assert bilinear(left, matrix, right) == direct == frobenius(matrix, outer(left, right))


@given(st.lists(st.lists(rationals(3, 3), min_size=3, max_size=3), min_size=1, max_size=4))
def test_rank_modulo_large_prime_is_a_lower_bound_and_usually_the_rank(rows: list[list[fmpq]]) -> None:
    rank = rational_matrix(rows).rank()
    assert rank_modulo(rows, 2**61 - 1) == rank  # all minors are below the prime here
    assert rank_modulo(rows, 7) <= rank


def test_rank_modulo_refuses() -> None:
    with pytest.raises(ExactnessError, match="denominator in row 0"):
        rank_modulo([[fmpq(1, 7)]], 7)
    for wrong in (1, 9, 2**64 + 13):
        with pytest.raises(ExactnessError, match="prime"):
            rank_modulo([[fmpq(1)]], wrong)
    assert rank_modulo([], 7) == 0


def test_symmetric_names_the_offending_entry() -> None:
    with pytest.raises(ExactnessError, match=r"F2: .*\(2, 0\) and \(0, 2\)"):
        symmetric(rational_matrix([[1, 0, 5], [0, 1, 0], [4, 0, 1]]), 3, "F2")
    with pytest.raises(ExactnessError, match="3 x 3, found 2 x 2"):
        symmetric(identity_matrix(2), 3, "F2")
    with pytest.raises(ExactnessError, match="list"):
        symmetric([[1]], 1, "F2")  # type: ignore[arg-type]  # the wrong type is the point of the test


def test_shapes_are_checked() -> None:
    with pytest.raises(ExactnessError, match="row 1"):
        rational_matrix([[1, 2], [3]])
    with pytest.raises(ExactnessError, match="vectors"):
        bilinear([fmpq(1)], identity_matrix(2), [fmpq(1), fmpq(0)])
    with pytest.raises(ExactnessError, match="one shape"):
        frobenius(identity_matrix(2), identity_matrix(3))


@given(symmetric_matrices(2))
def test_identity_is_neutral(matrix: fmpq_mat) -> None:
    assert identity_matrix(2) * matrix == matrix
    assert rational_matrix([]).nrows() == 0
