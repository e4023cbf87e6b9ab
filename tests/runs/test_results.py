"""Solutions as bytes and back, bit by bit."""

import json
from dataclasses import replace

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import RunError
from kissalg.families.average_kissing.model import average_kissing
from kissalg.families.balls.mesh import step_mesh
from kissalg.families.delsarte.model import delsarte
from kissalg.families.three_point.model import kissing
from kissalg.runs import decode, encode
from kissalg.solvers import BinaryMatrix, Status, solve
from kissalg.solvers.float64 import solve_float64

PROBLEM = delsarte(4, "1/2", 3)
SOLUTION = solve(PROBLEM)


@pytest.mark.parametrize("problem", [PROBLEM, kissing(3, 3), delsarte(3, "1/sqrt(5)", 2), delsarte(3, "9/10", 1)])
def test_solutions_in_multiprecision(problem: object) -> None:
    solution = solve(problem)
    assert decode(encode(solution), problem) == solution
    assert encode(decode(encode(solution), problem)) == encode(solution)


def test_solutions_in_double_precision() -> None:
    rows = average_kissing(3, 6, step_mesh("1/4", 1))
    for problem in (rows, PROBLEM):
        solution = solve_float64(problem)
        assert decode(encode(solution), problem) == solution


integers = st.integers(-(2**3000), 2**3000)


@given(
    rows=st.lists(st.lists(integers, min_size=2, max_size=2), max_size=3),
    exponent=st.integers(-(10**6), 10**6),
    objective=st.fractions(),
    gap=st.floats(allow_nan=False),
    status=st.sampled_from(Status),
    message=st.text(),
)
def test_any_numbers(
    rows: list[list[int]], exponent: int, objective: object, gap: float, status: Status, message: str
) -> None:
    number = fmpq(objective.numerator, objective.denominator)  # type: ignore[attr-defined]  # a Fraction
    solution = replace(
        SOLUTION,
        values={"ψ": BinaryMatrix(tuple(map(tuple, rows)), exponent)},
        primal_objective=number,
        gap=gap,
        status=status,
        message=message,
    )
    assert decode(encode(solution), PROBLEM) == solution


def test_what_is_no_solution() -> None:
    tree = json.loads(encode(SOLUTION))
    broken = [{key: value for key, value in tree.items() if key != name} for name in tree]
    broken += [
        {**tree, "status": "GOOD"},
        {**tree, "primal": ["1", "0"]},
        {**tree, "gap": "x"},
        {**tree, "settings": {"a": 1}},
    ]
    broken += [{**tree, "multipliers": [0, [["z"]]]}, {**tree, "values": []}]
    for text in [b"", b"[]", *(json.dumps(other).encode() for other in broken)]:
        with pytest.raises(RunError, match="cannot be read"):
            decode(text, PROBLEM)
