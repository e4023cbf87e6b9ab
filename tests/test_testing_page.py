"""The page docs/testing.md runs, block after block, and the slip that it describes is there."""

import re
from pathlib import Path

from flint import fmpq

from kissalg.families.three_point.model import three_point
from kissalg.solvers import Status, solve

PAGE = (Path(__file__).parents[1] / "docs" / "testing.md").read_text()


def test_the_blocks_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) >= 6
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "<docs/testing.md>", "exec"), names)
    assert names["printed"] == fmpq(29, 6)


def test_the_printed_normalisation_goes_below_the_truth() -> None:
    """The simplified bound (a = 0, B = 0), solved: with the lost factor its value falls below the number of points that
    exist.
    """
    problem = three_point(3, "1/2", 4)
    simplified = problem.restricted([v.name for v in problem.variables if v.name not in ("a", "B")])
    solution = solve(simplified)
    assert solution.status is Status.OPTIMAL
    value = solution.primal_objective
    assert value >= 12  # the kissing number of R³
    assert 1 + (value - 1) / 6 < 12
