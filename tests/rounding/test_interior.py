"""Rounding real solutions: every identity holds exactly, every matrix is positive semidefinite, the objective hardly
moves.
"""

from dataclasses import replace

import pytest
from flint import fmpq, fmpq_mat

from kissalg.errors import RoundingError
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.families.three_point.model import kissing
from kissalg.rounding import DyadicVector, ExactSolution, RoundingSettings, round_interior
from kissalg.sdp.model import NonnegativeVariable
from kissalg.solvers import BinaryMatrix, NumericSolution, Settings, Status, solve
from tests.solvers.models import X, least_value, pentagon, solved


def check_exact(exact: ExactSolution) -> None:
    """A proof, recomputed: nothing that `round_interior` claims is believed."""
    model = exact.problem
    assert set(exact.psd) | set(exact.vectors) == {v.name for v in model.variables}
    assignment = {name: matrix.value() for name, matrix in exact.psd.items()}
    assignment.update({name: vector.value() for name, vector in exact.vectors.items()})
    for variable in model.variables:
        if isinstance(variable, NonnegativeVariable):
            assert min(assignment[variable.name]) >= 0
        else:
            assert is_positive_semidefinite(assignment[variable.name])
            assert exact.psd[variable.name].is_proved()
    for identity in model.identities:
        assert model.residual(identity, assignment) == 0
    assert exact.objective == model.objective_value(assignment)
    optimum = exact.solution.primal_objective
    assert abs(exact.objective - optimum) <= abs(optimum) / 10**8
    # a feasible point is never better than what the dual allows, but for rounding
    assert exact.objective >= exact.solution.dual_objective - fmpq(1, 10**15)


@pytest.mark.parametrize(("n", "degree", "linear"), [(3, 3, None), (4, 4, 4)])
def test_three_point_solutions_become_exact(n: int, degree: int, linear: int | None) -> None:
    exact = round_interior(solved(n, degree, linear))
    check_exact(exact)
    assert set(exact.shifts) == {"Q0", "R0.trv", "R0.std"}
    assert exact.tolerance > max(exact.shifts.values())
    assert repr(exact).startswith("ExactSolution(three-point, tolerance 2^-")


@pytest.mark.parametrize("interval", [False, True])
def test_minima_become_exact(interval: bool) -> None:
    check_exact(round_interior(solve(least_value(X**4 - X + 3, interval=interval))))


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-12])
def test_other_gaps_round_too(gap: float) -> None:
    """A larger gap leaves the solution deeper in the interior: fewer bits, a worse bound, the same exactness."""
    solution = solve(least_value(X**4 - 2 * X**2 + 3), settings=Settings(gap=gap))
    exact = round_interior(solution)
    check_exact(replace(exact, solution=replace(solution, primal_objective=exact.objective)))
    assert abs(exact.objective + 2) <= fmpq(*gap.as_integer_ratio()) * 4


def test_a_coarse_first_tolerance_is_lowered_until_it_suffices() -> None:
    exact = round_interior(solved(3, 3), RoundingSettings(margin=-30, increment=10))
    check_exact(exact)
    with pytest.raises(RoundingError, match="rounding failed at 1 tolerances") as caught:
        round_interior(solved(3, 3), RoundingSettings(margin=-30, attempts=1))
    assert "Solve with more bits" in str(caught.value)
    assert "larger gap" in str(caught.value)


def test_only_optimal_solutions_are_rounded() -> None:
    solution = solve(pentagon(), settings=Settings(max_iterations=3))
    assert solution.status is Status.ITERATION_LIMIT
    with pytest.raises(RoundingError, match="this run ended as iteration limit: max_iterations = 3"):
        round_interior(solution)


def test_a_problem_without_interior_points_is_refused_and_its_face_is_named() -> None:
    solution = solve(kissing(4, 2))
    assert solution.status is Status.OPTIMAL
    assert not solution.strictly_feasible
    with pytest.raises(RoundingError, match=r"no interior point: raise the degree.*linear_programming_face"):
        round_interior(solution)


@pytest.mark.parametrize(("n", "degree", "bound"), [(8, 3, 240), (24, 5, 196560), (4, 3, 26)])
def test_linear_programming_faces_become_exact(n: int, degree: int, bound: int) -> None:
    """Levenshtein, Odlyzko and Sloane: 240 and 196560, both attained; 26 is the linear programming bound of degree 6 in
    R^4.
    """
    exact = round_interior(solve(kissing(n, degree).linear_programming_face()))
    check_exact(exact)
    assert set(exact.psd) == {"Q0", "Q1"}
    assert bound <= exact.objective <= bound * (1 + fmpq(1, 10**8))


def moved(solution: NumericSolution, name: str, shift: int) -> NumericSolution:
    """The solution with 2^-shift subtracted from the diagonal of a matrix."""
    matrix = solution.values[name]
    step = 1 << (-matrix.exponent - shift)
    rows = tuple(tuple(x - step * (i == j) for j, x in enumerate(row)) for i, row in enumerate(matrix.entries))
    return replace(solution, values={**solution.values, name: BinaryMatrix(rows, matrix.exponent)})


@pytest.mark.parametrize("name", ["Q0", "R0.trv", "R0.std"])
def test_solutions_outside_the_cone_are_refused(name: str) -> None:
    solution = moved(solved(3, 3), name, 4)
    with pytest.raises(RoundingError, match=rf"{name}: .*not in the interior of the cone.*larger gap"):
        round_interior(solution)


@pytest.mark.parametrize("name", ["B", "F0", "Q1", "R1.trv"])
def test_other_variables_outside_the_cone_are_named(name: str) -> None:
    solution = moved(solved(3, 3), name, 4)
    with pytest.raises(RoundingError, match=rf"rounding failed at 12 tolerances.*{name}: pivot \d+ of \d+"):
        round_interior(solution)


def test_a_solution_that_violates_its_equations_is_refused() -> None:
    """Interior, but 2^-20 off: the residual exceeds every shift."""
    matrix = solved(3, 3).values["F0"]
    step = 1 << (-matrix.exponent - 20)
    rows = tuple(tuple(x + step * (i == j) for j, x in enumerate(row)) for i, row in enumerate(matrix.entries))
    solution = replace(solved(3, 3), values={**solved(3, 3).values, "F0": BinaryMatrix(rows, matrix.exponent)})
    with pytest.raises(RoundingError, match="exceeds the shift"):
        round_interior(solution)


def test_a_model_without_designated_squares_is_refused() -> None:
    """The pentagon's equations hold no sum of squares that could take a residual."""
    with pytest.raises(RoundingError, match="identity 'trace' has no sum of squares"):
        round_interior(solve(pentagon()))


def test_vectors() -> None:
    vector = DyadicVector((3, 0, 5), 2)
    assert vector.value() == [fmpq(3, 4), 0, fmpq(5, 4)]


def test_values_are_exact_rationals() -> None:
    exact = round_interior(solved(3, 3))
    assert isinstance(exact.objective, fmpq)
    assert all(isinstance(m.value(), fmpq_mat) for m in exact.psd.values())
