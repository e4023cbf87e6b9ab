"""Signed sums of squares: they add up to the matrix, and there are as many as its rank."""

from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.exact.congruence import signed_squares
from kissalg.testing.strategies import psd_matrices, symmetric_matrices


def entries(matrix: fmpq_mat) -> list[tuple[int, int, fmpq]]:
    n = matrix.nrows()
    return [(i, j, matrix[i, j]) for i in range(n) for j in range(i, n) if matrix[i, j] != 0]


def check(matrix: fmpq_mat) -> list[fmpq]:
    n = matrix.nrows()
    squares = signed_squares(entries(matrix))
    assert squares is not None
    total = fmpq_mat(n, n)
    for weight, vector in squares:
        assert weight != 0
        assert all(value != 0 for value in vector.values())
        for i, a in vector.items():
            for j, b in vector.items():
                total[i, j] = total[i, j] + weight * a * b
    assert total == matrix
    assert len(squares) == matrix.rank()
    return [weight for weight, _ in squares]


@given(st.integers(1, 6).flatmap(symmetric_matrices))
def test_symmetric_matrices(matrix: fmpq_mat) -> None:
    check(matrix)


@given(st.integers(1, 6).flatmap(psd_matrices))
def test_positive_semidefinite_matrices_have_positive_weights(matrix: fmpq_mat) -> None:
    assert all(weight > 0 for weight in check(matrix))


def test_zero_diagonals_need_pairs() -> None:
    """By Sylvester's law the hyperbolic form has one weight of either sign for each pair."""
    weights = check(fmpq_mat(4, 4, [0, 1, 2, 3, 1, 0, 4, 5, 2, 4, 0, 6, 3, 5, 6, 0]))
    assert {weight > 0 for weight in weights} == {True, False}


def test_the_limit_stops_early() -> None:
    identity = [(i, i, fmpq(1)) for i in range(5)]
    assert signed_squares(identity, 4) is None
    assert len(signed_squares(identity, 5) or ()) == 5
    assert signed_squares([]) == []
