"""Our modelling against PICOS and CVXOPT: every family of exact models, exported and solved by other people's
software.
"""

import subprocess
import sys
from typing import Any

import pytest
from flint import fmpq, fmpq_mat

from kissalg.certificate import certify
from kissalg.errors import ParameterError, RoundingError
from kissalg.families import FAMILIES
from kissalg.families.average_kissing_polynomial.model import average_kissing_polynomial
from kissalg.families.average_kissing_radii.model import average_kissing_radii
from kissalg.families.delsarte.model import delsarte
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.families.three_point.model import kissing
from kissalg.rounding.enclosure import enclose
from kissalg.sdp.inequalities import InequalityModel, Row
from kissalg.sdp.model import FreeVariable, PsdVariable
from kissalg.sdp.sdpa import read_sdpa
from kissalg.solvers import Status, solve
from kissalg.solvers.float64 import Float64Settings, solve_float64
from kissalg.solvers.float64.picos_export import to_picos
from kissalg.verdict import verify
from tests.families.models import MODELS, ROWS, TRIANGLE
from tests.solvers.generic import random_program


def close(left: fmpq, right: fmpq) -> bool:
    return abs(left - right) <= fmpq(2, 10**6) * max(fmpq(1), abs(right))


@pytest.mark.parametrize("name", MODELS)
def test_every_family_has_the_value_that_picos_finds(name: str) -> None:
    """The exported problem, solved by CVXOPT; the same by Clarabel; and our own solver."""
    make, known = MODELS[name]
    model = make()
    ours = solve(model)
    assert ours.status is Status.OPTIMAL
    expected = ours.primal_objective if known is None else known
    for engine in ("picos", "clarabel"):
        found = solve_float64(model, engine=engine)
        assert found.status is Status.OPTIMAL, engine
        assert close(found.primal_objective, expected), engine
        assert close(found.dual_objective, expected), engine
        assert found.bits == 53
        assert engine in found.message.lower()
    assert close(ours.primal_objective, expected)


def test_no_family_is_missing() -> None:
    """Every theorem whose problems are solved is compared above or below; closed formulas need no solver."""
    solved = {make().theorem for make, _ in MODELS.values()} | {model.theorem for model in ROWS}
    assert {family.theorem for family in FAMILIES if family.problems} <= solved


def test_tolerances_that_are_out_of_reach() -> None:
    """At this optimum CVXOPT loses its digits between 1e-6 and 1e-8; what it found at 1e-6 is returned, and the message
    says so.
    """
    found = solve_float64(average_kissing_polynomial(3, 6, 2, "9/20"), engine="picos")
    assert found.status is Status.OPTIMAL
    assert "to 1e-06 only: below that CVXOPT ran out of digits" in found.message


@pytest.mark.parametrize("model", ROWS, ids=repr)
def test_average_kissing_numbers(model: InequalityModel) -> None:
    first, second = solve_float64(model), solve_float64(model, engine="picos")
    assert first.status is second.status is Status.OPTIMAL
    assert close(first.objective, second.objective)


def test_a_certificate_from_picos() -> None:
    """What CVXOPT found, rounded by us, is a theorem; without a margin it lies on the boundary, and that is said."""
    model = kissing(3, degree=3)
    with pytest.raises(RoundingError, match="the equations were never solved by a full step"):
        certify(solve_float64(model, engine="picos"))
    solution = solve_float64(model, Float64Settings(gap=1e-7, margin=1e-6), "picos")
    certificate = certify(solution)
    assert verify(certificate.to_bytes()).verified
    optimum = solve(model).dual_objective
    assert optimum - fmpq(1, 10**6) < fmpq(str(certificate.bound)) < optimum + fmpq(1, 10)


def test_a_certificate_of_an_average_kissing_number_from_picos() -> None:
    model = average_kissing_radii(3, 6, [1, 2])
    certificate = certify(solve_float64(model, engine="picos"))
    assert verify(certificate.to_bytes()).verified
    assert certificate.document["provenance"]["solver"] == "PICOS with CVXOPT: optimal"


@pytest.mark.parametrize("engine", ["picos", "clarabel"])
def test_multipliers_have_the_right_signs(engine: str) -> None:
    """The dual solution proves a lower bound, in ball arithmetic."""
    model = random_program(1, order=4, equations=5, scalars=2, free=1)
    found = solve_float64(model, Float64Settings(margin=1e-9), engine=engine)
    proved = enclose(found)
    ours = solve(model)
    for value in (proved.lower, proved.upper):
        assert value is None or close(value, ours.primal_objective)
    assert proved.upper is not None


@pytest.mark.parametrize("engine", ["picos", "clarabel"])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("1\n1\n2\n-1\n1 1 1 1 1\n1 1 2 2 1\n", Status.INFEASIBLE),  # trace Y = -1
        ("1\n1\n2\n0\n0 1 1 1 1\n0 1 2 2 1\n1 1 1 2 1\n", Status.UNBOUNDED),  # max trace Y, Y_12 = 0
    ],
)
def test_infeasible_and_unbounded(engine: str, text: str, status: Status) -> None:
    assert solve_float64(sdpa_model(read_sdpa(text)), engine=engine).status is status


@pytest.mark.parametrize("engine", ["picos", "clarabel"])
def test_free_variables_of_programs_by_rows(engine: str) -> None:
    """min X_00 + X_11 with X_10 = f_0, f_0 >= 2, f_1 - f_0 = 1 and f_1 + X_00 >= 4: 4 at f = (2, 3), X = 2 J."""
    one = fmpq(1)
    rows = [
        Row([("X", 1, 0), ("f", 0, 0)], [one, -one], fmpq(0), equality=True),
        Row([("f", 0, 0)], [one], 2 * one),
        Row([("f", 1, 0), ("f", 0, 0)], [one, -one], one, equality=True),
        Row([("f", 1, 0), ("X", 0, 0)], [one, one], 4 * one),
    ]
    variables = (PsdVariable("X", 2), FreeVariable("f", 2))
    model = InequalityModel(variables, rows, {("X", 0, 0): one, ("X", 1, 1): one})
    found = solve_float64(model, engine=engine)
    assert close(found.objective, 4 * one)
    shift = fmpq(2) ** found.values["f"].exponent
    assert [
        close(row[0] * shift, value) for row, value in zip(found.values["f"].entries, (2 * one, 3 * one), strict=True)
    ]
    assert close(found.values["X"].entries[0][1] * fmpq(2) ** found.values["X"].exponent, 2 * one)


def test_the_exported_problem_is_an_ordinary_picos_problem() -> None:
    exported = to_picos(read_sdpa(TRIANGLE))
    assert set(exported.variables) == {"X1", "X2"}
    exported.problem.solve(solver="cvxopt")
    model = sdpa_model(read_sdpa(TRIANGLE))
    assert close(fmpq(*float(exported.problem.value).as_integer_ratio()), solve(model).primal_objective)
    assert "PicosExport(2 variables, 2 rows" in repr(exported)


def test_the_exact_projection() -> None:
    """The equations of a solution in double precision hold to 2^-100."""
    model = delsarte(4, "1/2", 4)
    found = solve_float64(model, Float64Settings(margin=1e-7))
    values: dict[str, Any] = {}
    for variable in model.variables:
        matrix = found.values[variable.name]
        scale = fmpq(2) ** matrix.exponent
        entries = [[entry * scale for entry in row] for row in matrix.entries]
        values[variable.name] = fmpq_mat(entries) if isinstance(variable, PsdVariable) else [row[0] for row in entries]
    residual = model.residual("i", values)
    assert max(abs(c) for c in residual.coeffs()) < fmpq(1, 2**100)
    assert found.strictly_feasible


def test_without_picos_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picos", None)
    with pytest.raises(ParameterError, match=r"pip install 'kissalg\[picos\]'"):
        to_picos(delsarte(3, "1/2", 1))


def test_an_unknown_engine() -> None:
    with pytest.raises(ParameterError, match="expected one of clarabel, picos, found 'mosek'"):
        solve_float64(delsarte(3, "1/2", 1), engine="mosek")


def test_the_core_does_not_import_picos() -> None:

    imports = "import sys, kissalg.cli, kissalg.solvers.float64.picos_export"
    code = f"{imports}; assert not {{'picos', 'cvxopt'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
