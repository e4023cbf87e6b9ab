"""What every family of theorems keeps, whatever it proves: the same tests for all of them, on their vectors, models and
names.
"""

import inspect
import re
from collections import Counter
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from kissalg.families import FAMILIES, family_of
from kissalg.families.family import Family
from kissalg.families.three_point.model import three_point
from kissalg.families.three_point_fixed_size.model import fixed_size
from kissalg.kernel import check, theorems
from kissalg.sdp.model import Model
from kissalg.tables import known_values
from kissalg.testing.conformance import (
    agreed,
    assert_bound_is_used,
    assert_claim_can_be_expected,
    assert_parameters_are_used,
    assert_round_trip,
    assert_steps_are_honest,
    assert_terms_sample_their_polynomials,
    steps,
)
from kissalg.testing.trees import text_of, tree_of
from tests.families.models import MODELS
from tests.vectors import NO_THEOREM, VERDICTS, folder, identifier, vectors

THEOREMS = [theorem.name for theorem in theorems.THEOREMS]
ROOT = Path(__file__).parents[2]
FILES = vectors()
VERIFIED = vectors(verdict="verified")
ALL_STEPS, FEW_STEPS = (
    1000,
    300,
)  # the smallest file of a family, and any other, are tried in all of their integers up to here
SOME_STEPS = 60  # of a larger file
# their kernel proves inequalities, which hold with a margin: most small changes of a witness leave a proof
WITH_A_MARGIN = {"average-kissing", "average-kissing-radii", "average-kissing-direct"}


def smallest(theorem: str) -> Path:
    return min(vectors(theorem, "verified"), key=lambda path: len(text_of(tree_of(path.read_bytes()))))


@pytest.mark.parametrize("path", FILES, ids=identifier)
def test_both_checkers_give_the_verdict_of_the_folder(path: Path) -> None:
    assert agreed(path.read_bytes()).verdict.name.lower() == path.parent.name


@pytest.mark.parametrize("path", VERIFIED, ids=identifier)
def test_bounds_are_on_the_side_that_the_family_says(path: Path) -> None:
    family = family_of(tree_of(path.read_bytes())["theorem"])
    claim = check(path.read_bytes()).claim
    assert family is not None
    assert claim is not None
    assert claim.sense.value == family.relation
    assert f" {family.relation} " in str(claim)


@pytest.mark.parametrize("path", VERIFIED, ids=identifier)
def test_what_is_read_is_written_again(path: Path) -> None:
    assert_round_trip(path.read_bytes())


@pytest.mark.parametrize("path", VERIFIED, ids=identifier)
def test_what_is_printed_can_be_expected(path: Path) -> None:
    assert_claim_can_be_expected(path.read_bytes())


@pytest.mark.parametrize("path", VERIFIED, ids=identifier)
def test_a_better_bound_is_rejected(path: Path) -> None:
    assert_bound_is_used(path.read_bytes())


def attained(quantity: str) -> Fraction | None:
    """The size of a configuration that exists."""
    known = known_values().get(quantity)
    return known.lower if known else None


@pytest.mark.parametrize("path", VERIFIED, ids=identifier)
def test_no_integer_off_by_one_proves_what_is_not_true(path: Path) -> None:
    """Every integer of the smallest file of each family, and of each of the others some, the same ones every time."""
    data = path.read_bytes()
    found = steps(data)
    theorem = tree_of(data)["theorem"]
    if len(found) > (ALL_STEPS if path == smallest(theorem) else FEW_STEPS):
        found = Random(identifier(path)).sample(found, min(len(found), SOME_STEPS))
    accepted = assert_steps_are_honest(data, found, attained)
    changed = [step for step in accepted if step.in_witness]
    considered = [step for step in found if step.in_witness]
    if considered and path == smallest(theorem):
        assert (len(changed) > len(considered) / 20) == (theorem in WITH_A_MARGIN), changed


@pytest.mark.parametrize("theorem", THEOREMS)
def test_exchanged_parameters_prove_nothing(theorem: str) -> None:
    for first, second in permutations([path.read_bytes() for path in vectors(theorem, "verified")], 2):
        assert_parameters_are_used(first, second)


LARGER_MODELS = {
    "three-point, all blocks": lambda: three_point(3, "-1/5", 4),
    "fixed size, all blocks": lambda: fixed_size(4, "1/3", 7, 2, 4),
}
SAMPLED = {name: make for name, (make, _) in MODELS.items()} | LARGER_MODELS


@pytest.mark.parametrize("name", SAMPLED)
def test_terms_sample_their_polynomials(name: str) -> None:
    model: Model = SAMPLED[name]()
    assert_terms_sample_their_polynomials(model, Random(name))


@pytest.mark.parametrize("theorem", THEOREMS)
def test_every_verdict_occurs(theorem: str) -> None:
    found = Counter(path.parent.name for path in vectors(theorem))
    assert set(found) == set(VERDICTS), found


@pytest.mark.parametrize("path", [path for path in FILES if path.parents[2].name != "kernel"], ids=identifier)
def test_the_folder_is_that_of_the_theorem(path: Path) -> None:
    theorem = tree_of(path.read_bytes())["theorem"]
    assert path.parents[1] == folder(theorem)


def test_no_vector_is_outside_of_the_folders() -> None:
    """A misspelt folder would hide its files from every test."""
    assert sorted(path for path in (ROOT / "tests").rglob("*.json*") if "vectors" in path.parts) == sorted(FILES)
    assert vectors(NO_THEOREM, "malformed") == vectors(NO_THEOREM) != []


def test_the_names_are_the_same_in_all_trees() -> None:
    """A theorem has one name: in certificates, of its families/ folder, its file in the kernel, its folder of tests,
    its section of the format.
    """
    names = {theorem.replace("-", "_") for theorem in THEOREMS}
    shared = {"balls", "spheres", "common"}
    folders = {path.parent.name for path in (ROOT / "kissalg" / "families").glob("*/__init__.py")}
    assert folders - shared == names
    assert [family.theorem for family in FAMILIES] == THEOREMS
    assert {path.stem for path in (ROOT / "kissalg" / "kernel" / "theorems").glob("*.py")} - {"__init__"} == names
    tests = {path.parent.name for path in (ROOT / "tests" / "families").glob("*/vectors")}
    assert tests == names
    page = (ROOT / "docs" / "certificate-format.md").read_text()
    assert sorted(re.findall(r"^## Theorem `(.*)`$", page, re.MULTILINE)) == sorted(THEOREMS)


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_a_family_builds_what_it_certifies(family: Family) -> None:
    """The function of the record makes one of its problems, or, of polynomials, a statement that makes them."""
    returned = str(inspect.signature(family.build).return_annotation)
    assert returned in {kind.__name__ for kind in (*family.problems, *family.formulas)} | {"Statement"}
    assert family.build.__doc__
