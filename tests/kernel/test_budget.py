"""Every line that has to be believed is counted: each part of the kernel has a budget, and the page that lists them is
current.
"""

import ast
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from kissalg.kernel.theorems import THEOREMS

ROOT = Path(__file__).parents[2]
KERNEL = ROOT / "kissalg" / "kernel"
BUDGETS = {"core": 800, "common": 1120, "notation": 540, "theorems": 2320}
TOTAL = 4770
BY_THEOREM = {
    "three-point": 190,
    "three-point-fixed-size": 180,
    "average-kissing": 120,
    "average-kissing-radii": 80,
    "average-kissing-area": 90,
    "average-kissing-direct": 200,
    "average-kissing-polynomial": 250,
    "delsarte": 140,
    "rankin": 80,
    "spherical-caps": 180,
    "nonnegative": 270,
    "independence-number": 370,
    "semidefinite-program": 140,
}


def trusted_base() -> ModuleType:
    """The script that counts."""
    spec = spec_from_file_location("trusted_base", ROOT / "scripts" / "trusted_base.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.mark.parametrize("part", BUDGETS)
def test_each_part_keeps_to_its_budget(part: str) -> None:
    assert sum(trusted_base().lines(part).values()) <= BUDGETS[part]


@pytest.mark.parametrize("theorem", BY_THEOREM)
def test_each_theorem_keeps_to_its_budget(theorem: str) -> None:
    assert trusted_base().lines("theorems")[f"theorems/{theorem.replace('-', '_')}.py"] <= BY_THEOREM[theorem]


def test_every_theorem_has_a_budget_and_a_file_of_its_own() -> None:
    assert [theorem.name for theorem in THEOREMS] == list(BY_THEOREM)
    files = {f"theorems/{name.replace('-', '_')}.py" for name in BY_THEOREM} | {"theorems/__init__.py"}
    assert set(trusted_base().lines("theorems")) == files


def test_no_line_is_left_out() -> None:
    every = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in KERNEL.rglob("*.py"))
    script = trusted_base()
    assert sum(sum(script.lines(part).values()) for part in BUDGETS) == sum(script.lines().values()) == every <= TOTAL


def test_the_page_is_current() -> None:
    """If this fails, run `just checker`."""
    script = trusted_base()
    assert script.PAGE.read_text(encoding="utf-8") == script.page()


SHARED = {"grammar", "identity", "polynomial", "psd", "report", "common", "notation"}


@pytest.mark.parametrize("theorem", BY_THEOREM)
def test_theorems_do_not_import_each_other(theorem: str) -> None:
    tree = ast.parse((KERNEL / "theorems" / f"{theorem.replace('-', '_')}.py").read_text(encoding="utf-8"))
    relative = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert relative
    for node in relative:
        assert node.level == 2, f"line {node.lineno}: from another theorem"
        assert (node.module or "").split(".")[0] in SHARED, f"line {node.lineno}: from {node.module}"
