"""The PSD encoding: X against its definition, and no matrix without a proof."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.kernel.grammar import Limits, Node
from kissalg.kernel.psd import Psd, Symmetric, read_psd
from kissalg.kernel.report import Malformed, Rejected
from tests.kernel.oracle import is_psd, matrix_of
from tests.kernel.samples import random_psd

SEEDS = st.integers(0, 10**9)


def total(matrix: Psd) -> list[list[Fraction]]:
    """The sum of the summands, in full."""
    size = matrix.size
    parts = [[[Fraction(v, part.denominator) for v in row] for row in part.full()] for part in matrix.summands()]
    return [[sum((part[i][j] for part in parts), Fraction(0)) for j in range(size)] for i in range(size)]


@given(SEEDS, st.integers(0, 5), st.booleans())
def test_the_matrix_is_that_of_the_definition_and_is_psd(seed: int, size: int, corrected: bool) -> None:
    encoding = random_psd(Random(seed), size, corrected=corrected)
    matrix = read_psd(Node(encoding, "m", Limits()), size)
    assert total(matrix) == matrix_of(encoding)
    assert is_psd(total(matrix))
    for i in range(size):
        for j in range(i + 1):
            assert matrix.entry(i, j) == total(matrix)[i][j] == total(matrix)[j][i]


@given(st.integers(-70, 70), st.integers(1, 10**6), st.integers(-(10**6), 10**6))
def test_the_row_sum_may_reach_the_shift_and_not_exceed_it(shift: int, denominator: int, value: int) -> None:
    matrix = Psd("m", ((0, 0), (0,)), (0, 0), shift, ((1, 0, value),) if value else (), denominator)
    if Fraction(abs(value), denominator) <= Fraction(2) ** -shift:
        matrix.require_proof()
        assert is_psd(total(matrix))
    else:
        for call in (matrix.require_proof, matrix.summands, lambda: matrix.entry(0, 0)):
            with pytest.raises(Rejected, match="row 0 of the correction"):
                call()
        assert not is_psd(matrix_of_zero_squares(shift, Fraction(value, denominator)))


def matrix_of_zero_squares(shift: int, value: Fraction) -> list[list[Fraction]]:
    """2^-shift on the diagonal and `value` off it."""
    power = Fraction(2) ** -shift
    return [[power, value], [value, power]]


def test_row_sums_take_absolute_values_of_both_halves() -> None:
    """Rows 1 and 2 below sum to 0 with signs, and row 0 to 2 only when the entries below the diagonal are mirrored."""
    matrix = Psd("m", ((0, 0, 0), (0, 0), (0,)), (0, 0, 0), 0, ((1, 0, 1), (2, 0, -1)), 1)
    with pytest.raises(Rejected, match="row 0"):
        matrix.require_proof()
    diagonal = Psd("m", ((0,),), (0,), 0, ((0, 0, -5),), 4)
    with pytest.raises(Rejected, match=r"about -?2\^0, more than 2\^0"):
        diagonal.require_proof()


def test_a_correction_without_a_shift_has_no_proof() -> None:
    with pytest.raises(Rejected, match="without a shift"):
        Psd("m", ((1,),), (0,), None, ((0, 0, 1),), 1).summands()


def test_symmetric() -> None:
    assert Symmetric([[1], [2, 3], [4, 5, 6]], 7).full() == [[1, 2, 4], [2, 3, 5], [4, 5, 6]]


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_matrix_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(Malformed, match="expected"):
        read_psd(Node(random_psd(Random(1), 2), "m", Limits()), size)
