"""Enclosures: true statements on problems whose answers are known, and nothing from points that prove nothing."""

from dataclasses import replace

import pytest
from flint import fmpq, fmpq_mat

from kissalg.errors import RoundingError
from kissalg.rounding.enclosure import enclose
from kissalg.sdp.model import CoordinateSpace, FreeVariable, Identity, Model, Objective, PsdVariable
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients
from kissalg.solvers import BinaryMatrix, NumericSolution, Settings, Status, solve
from tests.solvers.generic import random_program
from tests.solvers.models import X, bernstein, contradiction, least_value, pentagon

TINY = fmpq(1, 10**8)


@pytest.mark.parametrize(
    ("model", "optimum"),
    [(bernstein(), fmpq(-2)), (least_value(X**4 - 2 * X**2 + 3), fmpq(-2))],
    ids=["vector", "squares"],
)
def test_rational_optima_are_enclosed(model: Model, optimum: fmpq) -> None:
    found = enclose(solve(model))
    assert found.lower is not None
    assert found.upper is not None
    assert optimum - TINY < found.lower <= optimum <= found.upper < optimum + TINY
    assert not found.infeasible
    assert not found.ray


def test_the_pentagon() -> None:
    """-√5: both squares lie around 5."""
    found = enclose(solve(pentagon()))
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < found.upper < 0
    assert found.upper**2 < 5 < found.lower**2
    assert found.upper - found.lower < TINY


def test_free_variables() -> None:
    """The two bounds of a run of few digits lie around the optimum of a run of many."""
    model = random_program(7, order=4, equations=6, scalars=2, free=2)
    coarse, fine = enclose(solve(model, settings=Settings(gap=1e-5))), solve(model, settings=Settings(gap=1e-15))
    assert coarse.lower is not None
    assert coarse.upper is not None
    assert coarse.lower < fine.dual_objective < fine.primal_objective < coarse.upper


def test_infeasibility_is_proved() -> None:
    found = enclose(solve(contradiction()))
    assert found.infeasible
    assert found.upper is None
    assert not found.ray


def unbounded() -> Model:
    """Minimise -trace X - f subject to X_12 - f = 0: the ray X = 2 I + the off-diagonal f = 1."""
    x, f, space = PsdVariable("X", 2), FreeVariable("f", 1), CoordinateSpace(1)
    terms = (
        MatrixCoefficients(x, space, (((0, 1, fmpq(1, 2)),),)),
        VectorCoefficients(f, space, ({0: fmpq(-1)},)),
    )
    objective = Objective(fmpq(0), {"X": fmpq_mat([[-1, 0], [0, -1]]), "f": [fmpq(-1)]})
    return Model("unbounded", {}, (x, f), (Identity("rows", space, terms, fmpq_mat(1, 1, [0])),), objective)


def test_rays_are_proved() -> None:
    solution = solve(unbounded())
    assert solution.status is Status.UNBOUNDED
    found = enclose(solution)
    assert found.ray
    assert found.lower is None
    assert not found.infeasible


def moved(solution: NumericSolution, name: str) -> NumericSolution:
    """The solution with minus one variable."""
    m = solution.values[name]
    entries = tuple(tuple(-x for x in row) for row in m.entries)
    return replace(solution, values={**solution.values, name: BinaryMatrix(entries, m.exponent)})


def test_wrong_points_prove_nothing() -> None:
    """A matrix that is not positive definite, multipliers of the wrong sign: no bound, whatever the status says."""
    solution = solve(pentagon())
    assert enclose(moved(solution, "X")).upper is None
    y = solution.multipliers
    far = replace(solution, multipliers=BinaryMatrix(tuple((-row[0],) for row in y.entries), y.exponent))
    found = enclose(far)
    assert found.lower is None
    assert not found.infeasible
    assert not found.ray


def test_multipliers_far_from_the_optimum_give_a_weak_but_true_bound() -> None:
    solution = solve(pentagon(), settings=Settings(gap=1e-2))
    found = enclose(solution)
    assert found.lower is not None
    assert found.lower**2 > 5
    assert found.lower > fmpq(-3)


def test_points_that_leave_out_an_equation_are_refused() -> None:
    solution = solve(random_program(8, order=3, equations=4))
    with pytest.raises(RoundingError, match="first"):
        enclose(replace(solution, points={**solution.points, "first": solution.points["first"][:1]}))
