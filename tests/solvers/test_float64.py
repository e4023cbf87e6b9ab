"""The double-precision engine on programs whose optima are known."""

import pytest
from flint import fmpq

from kissalg.errors import ExactnessError, ParameterError
from kissalg.sdp.inequalities import InequalityModel, Row
from kissalg.sdp.model import NonnegativeVariable, PsdVariable
from kissalg.solvers import Status
from kissalg.solvers.float64 import Float64Settings, solve_float64

X, Y = PsdVariable("X", 2), NonnegativeVariable("y", 2)
ONE = fmpq(1)


def test_the_geometric_mean() -> None:
    """min x00 + x11 with x10 = 3 is 6, at [[3, 3], [3, 3]]."""
    rows = [Row([("X", 1, 0)], [fmpq(1, 3)], ONE, equality=True)]
    solution = solve_float64(InequalityModel((X,), rows, {("X", 0, 0): ONE, ("X", 1, 1): ONE}))
    assert solution.status is Status.OPTIMAL
    assert abs(solution.objective - 6) < fmpq(1, 10**5)
    value = solution.values["X"]
    assert value.entries[0][1] == value.entries[1][0]
    assert abs(value.entries[0][1] * fmpq(2) ** value.exponent - 3) < fmpq(1, 10**5)


def test_vectors_and_inequalities() -> None:
    """min y0 + 2 y1 + x00 with y0 + y1 >= 1, y0 <= 1/2, x00 >= y1: 1/2 + 1 + 1/2."""
    rows = [
        Row([("y", 0, 0), ("y", 1, 0)], [ONE, ONE], ONE),
        Row([("y", 0, 0)], [-ONE], fmpq(-1, 2)),
        Row([("X", 0, 0), ("y", 1, 0)], [ONE, -ONE], fmpq(0)),
    ]
    objective = {("y", 0, 0): ONE, ("y", 1, 0): 2 * ONE, ("X", 0, 0): ONE}
    solution = solve_float64(InequalityModel((Y, X), rows, objective))
    assert abs(solution.objective - 2) < fmpq(1, 10**5)
    assert "optimal" in repr(solution)


@pytest.mark.parametrize(
    ("bound", "sign", "status"), [(fmpq(1), 1, Status.INFEASIBLE), (fmpq(-1), -1, Status.UNBOUNDED)]
)
def test_infeasible_and_unbounded(bound: fmpq, sign: int, status: Status) -> None:
    rows = [Row([("y", 0, 0)], [-ONE], bound)] if status is Status.INFEASIBLE else [Row([("y", 0, 0)], [ONE], bound)]
    model = InequalityModel((Y,), rows, {("y", 0, 0): sign * ONE})
    assert solve_float64(model).status is status


def test_the_limit_of_iterations() -> None:
    rows = [Row([("X", 1, 0)], [ONE], ONE)]
    model = InequalityModel((X,), rows, {("X", 0, 0): ONE, ("X", 1, 1): ONE})
    assert solve_float64(model, Float64Settings(max_iterations=1)).status is Status.ITERATION_LIMIT


@pytest.mark.parametrize("entry", [("Z", 0, 0), ("X", 0, 1), ("X", 2, 0), ("y", 0, 1), ("y", 2, 0), ("X", -1, 0)])
def test_entries_that_do_not_exist(entry: tuple[str, int, int]) -> None:
    with pytest.raises(ExactnessError, match="there is no entry"):
        InequalityModel((X, Y), [Row([entry], [ONE], ONE)], {})


@pytest.mark.parametrize("arguments", [{"gap": 0.0}, {"gap": 1.0}, {"max_iterations": 0}, {"seconds": 0.0}])
def test_settings_out_of_range(arguments: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match="gap"):
        Float64Settings(**arguments)  # type: ignore[arg-type]  # a dictionary of numbers
