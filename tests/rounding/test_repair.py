"""The repair of solutions in double precision."""

import pytest
from flint import fmpq

from kissalg.errors import RoundingError
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.rounding.repair import repair
from kissalg.sdp.inequalities import InequalityModel
from kissalg.sdp.model import NonnegativeVariable, PsdVariable
from kissalg.solvers import BinaryMatrix, Status
from kissalg.solvers.float64 import Float64Solution


def solution(matrix: list[list[int]], vector: list[int], bits: int = 60) -> Float64Solution:
    model = InequalityModel((PsdVariable("X", len(matrix)), NonnegativeVariable("y", len(vector))), [], {})
    values = {
        "X": BinaryMatrix(tuple(map(tuple, matrix)), -bits),
        "y": BinaryMatrix(tuple((v,) for v in vector), -bits),
    }
    return Float64Solution(model, Status.OPTIMAL, values, fmpq(0), 1, 0.0, "")


def test_an_indefinite_matrix_is_shifted() -> None:
    one, tiny = 1 << 60, 1 << 25  # the least eigenvalue is about -2^-36
    exact = repair(solution([[one, one], [one, one - 2 * tiny]], [5, -3]), ["X", "y"], tolerance=50)
    value = exact.psd["X"].value()
    assert is_positive_semidefinite(value)
    assert exact.psd["X"].is_proved()
    assert abs(value[0, 1] - 1) < fmpq(1, 2**30)
    assert abs(value[1, 1] - 1) < fmpq(1, 2**30)
    assert 30 < exact.shifts["X"] < 40
    assert exact.vectors["y"].value() == [fmpq(1, 2**50), 0]


def test_only_the_named_variables() -> None:
    exact = repair(solution([[1 << 60]], [1 << 60]), ["X"], tolerance=40)
    assert list(exact.psd) == ["X"]
    assert not exact.vectors
    assert exact.psd["X"].value()[0, 0] - 1 < fmpq(1, 2**38)


def test_a_matrix_that_is_far_from_positive_is_refused() -> None:
    with pytest.raises(RoundingError, match="X is not positive semidefinite"):
        repair(solution([[-(1 << 50)]], [1]), ["X"], tolerance=40)
