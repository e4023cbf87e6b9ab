"""Positivity: the exact proof, the ball proof, and the principal minors agree."""

from itertools import combinations

import pytest
from flint import ctx, fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import ExactnessError
from kissalg.exact.matrix import identity_matrix, rational_matrix
from kissalg.exact.positivity import certainly_positive_definite, is_positive_definite, is_positive_semidefinite, ldl
from kissalg.testing.strategies import psd_matrices, rationals, symmetric_matrices


def principal_minors(matrix: fmpq_mat) -> list[fmpq]:
    size = matrix.nrows()
    return [
        fmpq_mat(len(chosen), len(chosen), [matrix[i, j] for i in chosen for j in chosen]).det()
        for count in range(1, size + 1)
        for chosen in combinations(range(size), count)
    ]


@given(st.integers(1, 4).flatmap(symmetric_matrices))
def test_decision_agrees_with_all_principal_minors(matrix: fmpq_mat) -> None:
    minors = principal_minors(matrix)
    assert is_positive_semidefinite(matrix) == all(minor >= 0 for minor in minors)
    assert is_positive_definite(matrix) == all(minor > 0 for minor in minors)


@given(st.integers(1, 5).flatmap(psd_matrices))
def test_decomposition_reproduces_the_matrix(matrix: fmpq_mat) -> None:
    proof = ldl(matrix)
    assert proof is not None
    assert proof.matrix() == matrix
    assert proof.rank == matrix.rank()
    size = matrix.nrows()
    assert all(proof.lower[i, j] == int(i == j) for i in range(size) for j in range(i, size))


@given(st.integers(1, 5).flatmap(psd_matrices), rationals())
def test_balls_never_claim_too_much(matrix: fmpq_mat, shift: fmpq) -> None:
    shifted = matrix + shift * identity_matrix(matrix.nrows())
    for bits in (5, 20, 53, 200):
        if certainly_positive_definite(shifted, bits):
            assert is_positive_definite(shifted)
    if is_positive_definite(shifted):
        assert certainly_positive_definite(shifted, 2000)


def test_nearly_singular_matrices_need_bits() -> None:
    """1 - 2^-100 off the diagonal: positive definite, and 20 bits must not say so; with a sign change never."""
    tiny = fmpq(1, 2**100)
    good = rational_matrix([[1, 1 - tiny], [1 - tiny, 1]])
    bad = rational_matrix([[1, 1 + tiny], [1 + tiny, 1]])
    assert is_positive_definite(good)
    assert not is_positive_semidefinite(bad)
    assert not certainly_positive_definite(good, 53)
    assert certainly_positive_definite(good, 128)
    assert not any(certainly_positive_definite(bad, bits) for bits in (2, 53, 128, 1000))


def test_several_blocks() -> None:
    """A matrix larger than the block width, positive definite, then with one eigenvalue made negative."""
    size = 60
    gram = fmpq_mat(
        size, size, [fmpq(1, 1 + i + j) for i in range(size) for j in range(size)]
    )  # Hilbert's, very ill-conditioned
    assert certainly_positive_definite(gram, 1500)
    assert not certainly_positive_definite(gram, 53)
    gram[size - 1, size - 1] -= fmpq(1, 1000)
    assert not certainly_positive_definite(gram, 1500)
    assert not is_positive_semidefinite(gram)


def test_precision_is_scoped() -> None:
    before = ctx.prec
    certainly_positive_definite(identity_matrix(2), 777)
    assert ctx.prec == before


def test_refusals() -> None:
    with pytest.raises(ExactnessError, match="symmetric"):
        ldl(rational_matrix([[1, 2], [3, 4]]))
    with pytest.raises(ExactnessError, match="found 1 x 2"):
        certainly_positive_definite(rational_matrix([[1, 2]]))
    with pytest.raises(ExactnessError, match="bits"):
        certainly_positive_definite(identity_matrix(1), 0)


def test_empty_matrix_is_positive_definite() -> None:
    empty = fmpq_mat(0, 0)
    assert is_positive_definite(empty)
    assert certainly_positive_definite(empty)


def test_zero_pivot_with_a_nonzero_column_is_not_semidefinite() -> None:
    assert not is_positive_semidefinite(rational_matrix([[0, 1], [1, 5]]))
    assert is_positive_semidefinite(rational_matrix([[0, 0], [0, 5]]))
