"""PICOS problems with rational data: read exactly, solved by us, bounded by proofs; against CVXOPT and known values."""

import math
from collections.abc import Callable
from typing import Any

import picos
import pytest
from flint import fmpq

from kissalg.errors import InfeasibleError, ParameterError
from kissalg.published.picos_problem import PicosBounds, bound_picos
from kissalg.published.sdpa_bounds import bound_sdpa
from kissalg.sdp.sdpa import read_sdpa
from kissalg.solvers.float64.picos_export import to_picos
from kissalg.solvers.float64.picos_import import from_picos


def exact(value: float) -> fmpq:
    return fmpq(*float(value).as_integer_ratio())


def pentagon() -> Any:
    """ϑ(C5) = √5: max <J, X>, tr X = 1, X_ij = 0 on the edges."""
    problem = picos.Problem()
    x = picos.SymmetricVariable("X", 5)
    problem.maximize = picos.sum(x)
    problem.add_list_of_constraints([x >> 0, picos.trace(x) == 1])
    problem.add_list_of_constraints([x[i, (i + 1) % 5] == 0 for i in range(5)])
    return problem


def linear() -> Any:
    """max x + 3y/2, x + 2y <= 7/3, 0 <= x <= 1/10, 0 <= y: 1/10 + 3/4 (7/3 - 1/10) = 71/40."""
    problem = picos.Problem()
    x = picos.RealVariable("x", lower=0, upper=0.1)
    y = picos.RealVariable("y", lower=0)
    problem.maximize = x + 1.5 * y
    problem.add_constraint(x + 2 * y <= 7 / 3)
    return problem


def cone() -> Any:
    """min t, |(x - 3, y - 4)| <= t, x + y == 0: the distance of (3, 4) from a line, 7/√2."""
    problem = picos.Problem()
    x, y, t = (picos.RealVariable(name) for name in "xyt")
    problem.minimize = t
    problem.add_list_of_constraints([abs((x - 3) // (y - 4)) <= t, x + y == 0])
    return problem


def rotated() -> Any:
    """min x + y, 3² <= x y: 6 at (3, 3)."""
    problem = picos.Problem()
    x, y, z = (picos.RealVariable(name) for name in "xyz")
    problem.minimize = x + y
    problem.add_list_of_constraints([abs(z) ** 2 <= x * y, x >= 0, y >= 0, z == 3])
    return problem


def triangular() -> Any:
    """max L_10 - U_01 + S_01, I + L + Lᵀ ⪰ 0, I + U + Uᵀ ⪰ 0 with zero diagonals, |S_01| <= 1/4: 1 + 1 + 1/4."""
    problem = picos.Problem()
    low, up = picos.LowerTriangularVariable("L", 2), picos.UpperTriangularVariable("U", 2)
    skew = picos.SkewSymmetricVariable("S", 2)
    problem.maximize = low[1, 0] - up[0, 1] + skew[0, 1]
    problem.add_list_of_constraints([picos.I(2) + low + low.T >> 0, picos.I(2) + up + up.T >> 0])
    problem.add_list_of_constraints([picos.maindiag(low) == 0, picos.maindiag(up) == 0, skew[1, 0] >= -0.25])
    return problem


def eigenvalues() -> Any:
    """min of the sum of the two largest eigenvalues of diag(1, 2, 3) + x E_01: reformulated by PICOS; 5 at x = 0."""
    problem = picos.Problem()
    x = picos.RealVariable("x")
    matrix = picos.Constant([[1, 0, 0], [0, 2, 0], [0, 0, 3]]) + x * picos.Constant([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    problem.minimize = picos.sum_k_largest_lambda(matrix, 2)
    return problem


def complex_matrix() -> Any:
    """min x with x I + C ⪰ 0, C Hermitian with the eigenvalues ±1."""
    problem = picos.Problem()
    x = picos.RealVariable("x")
    problem.minimize = x
    problem.add_constraint(x * picos.I(2) + picos.Constant([[0, 1j], [-1j, 0]]) >> 0)
    return problem


def quadratic() -> Any:
    """min y² - 2y: -1 at 1."""
    problem = picos.Problem()
    y = picos.RealVariable("y")
    problem.minimize = y**2 - 2 * y
    return problem


PROBLEMS: dict[str, tuple[Callable[[], Any], float]] = {
    "pentagon": (pentagon, math.sqrt(5)),
    "linear": (linear, 71 / 40),
    "cone": (cone, 7 / math.sqrt(2)),
    "rotated": (rotated, 6),
    "triangular": (triangular, 2.25),
    "eigenvalues": (eigenvalues, 5),
    "complex matrix": (complex_matrix, 1),
    "quadratic": (quadratic, -1),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_bounds_enclose_the_optimum(name: str) -> None:
    make, optimum = PROBLEMS[name]
    problem = make()
    found = bound_picos(problem)
    assert found.lower is not None
    assert found.upper is not None
    assert exact(optimum - 1e-8) < found.lower <= exact(optimum + 1e-12)
    assert exact(optimum - 1e-12) <= found.upper < exact(optimum + 1e-8)
    problem.solve(solver="cvxopt")
    assert abs(problem.value - optimum) < 1e-5
    assert str(found).startswith("proved: ")


def test_the_root_of_five() -> None:
    """The bounds are exact rational numbers: their squares lie on either side of 5."""
    found = bound_picos(pentagon())
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower**2 < 5 < found.upper**2
    assert found.upper - found.lower < fmpq(1, 10**9)
    assert found.values is not None
    x = found.values["X"]
    assert sum(x.entries(), fmpq(0)) == found.lower  # the feasible point of a maximum
    assert sum((x[i, i] for i in range(5)), fmpq(0)) == 1
    assert all(x[i, (i + 1) % 5] == 0 for i in range(5))
    assert x == x.transpose()


def test_data_are_recognised_exactly() -> None:
    found = bound_picos(linear())
    assert found.program.sdpa.costs == (-1, fmpq(-3, 2))
    constants = sorted(entry.value for entry in found.program.sdpa.entries if entry.k == 0)
    assert constants == [fmpq(-7, 3), fmpq(-1, 10)]
    assert found.values is not None
    assert found.values["x"][0, 0] + fmpq(3, 2) * found.values["y"][0, 0] == found.lower


def test_signs_and_places_of_variables() -> None:
    found = bound_picos(triangular())
    assert found.values is not None
    low, up, skew = (found.values[name] for name in "LUS")
    assert low[0, 1] == 0
    assert up[1, 0] == 0
    assert skew[0, 1] == -skew[1, 0]
    assert low[1, 0] - up[0, 1] + skew[0, 1] == found.lower


def test_there_and_back() -> None:
    """A program in SDPA form, exported to PICOS and imported again, has the same optimal value."""
    program = read_sdpa("2\n2\n2 -2\n1 1\n0 1 1 2 1\n0 2 1 1 -3\n1 1 1 1 1\n1 2 1 1 -1\n2 1 2 2 1\n2 2 2 2 1\n")
    direct = bound_sdpa(program)
    found = bound_picos(to_picos(program).problem)
    assert None not in (direct.lower, direct.upper, found.lower, found.upper)
    # what is exported is (D) as a minimum: minus its value
    assert -direct.upper <= found.upper  # type: ignore[operator]  # none of them is None
    assert found.lower <= -direct.lower  # type: ignore[operator]  # none of them is None
    assert abs(found.lower + direct.upper) < fmpq(1, 10**6)  # type: ignore[operator]  # none of them is None


def test_infeasible_and_unbounded() -> None:
    x = picos.RealVariable("x", 2)
    nowhere = picos.Problem()
    nowhere.minimize = x[0]
    nowhere.add_list_of_constraints([x[0] >= 1, x[0] + x[1] <= -1, x[1] >= 0.5])
    found = bound_picos(nowhere)
    assert found.infeasible
    assert str(found) == "proved: the problem is infeasible"
    falling = picos.Problem()
    falling.maximize = x[0] - x[1]
    falling.add_list_of_constraints([x[0] >= 1, x[1] <= 2])
    assert bound_picos(falling).unattained


def test_a_problem_without_an_objective() -> None:
    x = picos.RealVariable("x", 2)
    problem = picos.Problem()
    problem.add_list_of_constraints([x >= 1, x[0] + x[1] <= 3])
    found = bound_picos(problem)
    assert str(found) == "proved: the problem is feasible"
    assert found.values is not None
    assert min(found.values["x"].entries()) >= 1
    assert sum(found.values["x"].entries(), fmpq(0)) <= 3


def test_equations_that_contradict_each_other() -> None:
    x = picos.RealVariable("x", 2)
    problem = picos.Problem()
    problem.minimize = x[0]
    problem.add_list_of_constraints([x[0] + x[1] == 1, 2 * x[0] + 2 * x[1] == 3, x >= 0])
    with pytest.raises(InfeasibleError, match="contradict"):
        bound_picos(problem)


def test_unknowns_that_nothing_depends_on() -> None:
    """They are left out, and keep the value zero."""
    x, y = picos.RealVariable("x"), picos.RealVariable("y", 2)
    problem = picos.Problem()
    problem.minimize = x
    problem.add_list_of_constraints([x >= y[0] - y[1], x >= y[1] - y[0], x + y[0] - y[1] >= 1])
    found = bound_picos(problem)
    assert len(found.program.sdpa.costs) == 2
    assert found.values is not None
    assert found.values["y"].nrows() == 2
    assert found.lower is not None
    assert abs(found.lower - fmpq(1, 2)) < fmpq(1, 10**8)


def problem_with(constraint: Callable[[Any], Any], objective: Callable[[Any], Any] = lambda x: x[0]) -> Any:
    x = picos.RealVariable("x", 2)
    problem = picos.Problem()
    problem.minimize = objective(x)
    problem.add_list_of_constraints([x >= 0, constraint(x)])
    return problem


def test_numbers_that_are_no_small_fractions() -> None:
    with pytest.raises(
        ParameterError, match=r"constraint 2 .*denominators of at most 1000000, found -?3\.14159265358979"
    ):
        from_picos(problem_with(lambda x: math.pi * x[0] <= 1))
    with pytest.raises(ParameterError, match="denominators of at most 2"):
        from_picos(problem_with(lambda x: x[0] / 3 <= 1), denominators=2)
    with pytest.raises(ParameterError, match="too large to be recognised"):
        from_picos(problem_with(lambda x: (10**9 + 1 / 7) * x[0] <= 1))


@pytest.mark.parametrize("denominators", [0, True, 10**10, "7"])
def test_denominators_out_of_range(denominators: Any) -> None:
    with pytest.raises(ParameterError, match="denominators: expected an integer"):
        from_picos(pentagon(), denominators=denominators)


def test_what_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"expected a picos\.Problem, found str"):
        from_picos("problem")
    integer = picos.Problem()
    n = picos.IntegerVariable("n")
    integer.minimize = n
    integer.add_constraint(n >= 0.5)
    with pytest.raises(ParameterError, match="the variable n: expected a real"):
        from_picos(integer)
    large = picos.Problem()
    x = picos.SymmetricVariable("X", 40)
    large.minimize = picos.trace(x)
    large.add_constraint(x >> 1)
    with pytest.raises(ParameterError, match="at most 500 scalar unknowns"):
        from_picos(large)
    nothing = picos.Problem()
    y = picos.RealVariable("y", 2)
    nothing.minimize = y[0]
    nothing.add_constraint(y[0] == y[1])
    with pytest.raises(ParameterError, match="expected an inequality"):
        from_picos(nothing)
    with pytest.raises(ParameterError, match=r"cannot reformulate|expected an affine"):
        from_picos(problem_with(lambda x: picos.expressions.exp(x[0]) <= 3))


def test_an_unproved_value_is_called_numerical() -> None:
    found = bound_picos(linear())
    unproved = PicosBounds(found.program, None, None, False, False, None, found.bounds, found.run)
    assert str(unproved).startswith("numerically, not proved: maximum = 1.77")
