"""The second opinion on matrices on a face and on number fields: the kernel's verdict on sharp certificates, and on
every change of one of their numbers.
"""

import json
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flint import fmpq

from kissalg.audit import NoOpinion, audit
from kissalg.exact.number_field import RATIONALS, NumberField, quadratic_field
from kissalg.kernel import Verdict, check
from kissalg.kernel.common.number_field import RealField
from kissalg.kernel.report import Rejected
from kissalg.witness.faces import FaceGram, WrittenField
from kissalg.witness.gram import Gram
from kissalg.witness.parsing import Finding
from kissalg.witness.positivity import check_face
from tests.kernel.oracle import serialise
from tests.kernel.samples import get, leaves, put
from tests.vectors import vector, vectors

FILES = {
    path.stem: path
    for path in [
        *vectors("delsarte", "verified"),
        *vectors("nonnegative", "verified"),
        vector("three-point", "petersen"),
    ]
}
ROOT5 = (-5, 0, 1)


def tree_of(name: str) -> Any:
    return json.loads(FILES[name].read_bytes())


def changes(value: Any, random: Random) -> Any:
    """Another value of the same type, or of another one."""
    if isinstance(value, str):
        separator = "/" if "/" in value else " "
        words = value.split(separator)
        index = random.randrange(len(words))
        try:
            number = int(words[index], 16)
        except ValueError:
            return value + "0"
        words[index] = random.choice(
            [f"{number + 1:x}", f"{number - 1:x}", f"{-number:x}", "0", "", words[index] + "0"]
        )
        return separator.join(words)
    if value is None:
        return random.choice([0, {"denominator": "1", "rows": []}, "0"])
    return random.choice([value + 1, value - 1, -value, None, str(value), 100_000])


@pytest.mark.parametrize("path", FILES.values(), ids=lambda path: path.stem)
def test_every_change_of_a_field_has_the_kernels_verdict(path: Path) -> None:
    random = Random(path.stem)
    tree = json.loads(path.read_bytes())
    paths = [p for top in ("bound", "parameters", "witness") for p in leaves(tree[top], (top,))]
    for where in random.sample(paths, min(len(paths), 120)):
        other = deepcopy(tree)
        put(other, where, changes(get(tree, where), random))
        data = serialise(other)
        assert audit(data).verdict is check(data).verdict, (where, get(other, where))


@pytest.mark.parametrize("path", FILES.values(), ids=lambda path: path.stem)
def test_missing_and_superfluous_fields(path: Path) -> None:
    tree = json.loads(path.read_bytes())
    for top in ("parameters", "witness"):
        for key in [*tree[top], "new"]:
            other = deepcopy(tree)
            if key == "new":
                other[top][key] = "0"
            else:
                del other[top][key]
            assert audit(serialise(other)).verdict is Verdict.MALFORMED
            assert check(serialise(other)).verdict is Verdict.MALFORMED


def edited(name: str, *path: str | int, value: Any) -> bytes:
    tree = tree_of(name)
    put(tree, path, value)
    return serialise(tree)


@pytest.mark.parametrize(
    "data",
    [
        edited("icosahedron", "parameters", "field", "interval", value=["3/1", "4/1"]),
        edited("icosahedron", "parameters", "field", "interval", value=["-3/1", "3/1"]),
        edited("icosahedron", "parameters", "field", "interval", value=["3/1", "2/1"]),
        edited("icosahedron", "parameters", "field", "interval", value=["-1/1", "3/1"]),  # the derivative vanishes at 0
        edited("icosahedron", "parameters", "field", "polynomial", value=["-5", "0", "2"]),
        edited("icosahedron", "parameters", "field", "polynomial", value=["-7", "0", "1"]),
        edited("icosahedron", "parameters", "cos", value=["0/1", "1/1"]),
        edited("icosahedron", "parameters", "cos", value=["1/1", "0/1"]),
        edited("motzkin", "witness", "multiplier", value={"constant": 0, "power": 0}),
        edited("sphere", "witness", "multiplier", value={"constant": 0, "power": 1}),
        edited("sphere", "parameters", "equalities", value=[]),
        edited("simplex", "witness", "squares", 0, "copies", 0, "weight", value="-1/1"),
        edited("simplex", "witness", "squares", 0, "copies", 0, "factors", value=[3]),
        edited("simplex", "parameters", "polynomial", value=["1", "2 0 0 1", "0 2 0 1"]),
        edited("simplex", "parameters", "polynomial", value=[]),
        edited("e8", "parameters", "n", value=9),
        edited("e8", "witness", "Q", 0, "rank", value=1),
    ],
)
def test_faults_have_the_kernels_verdict(data: bytes) -> None:
    opinion = audit(data)
    assert opinion.verdict is check(data).verdict
    assert not opinion.verified
    assert opinion.reason


def test_a_narrow_interval_is_as_good_as_a_wide_one() -> None:
    root = 2236067977499789696409173668731276235440618359611525724270897
    interval = [f"{root:x}/{10**60:x}", f"{root + 1:x}/{10**60:x}"]
    low, high = Fraction(root, 10**60), Fraction(root + 1, 10**60)
    interval = [f"{v.numerator:x}/{v.denominator:x}" for v in (low, high)]
    data = edited("icosahedron", "parameters", "field", "interval", value=interval)
    assert check(data).verified
    assert audit(data).verified
    field = NumberField(ROOT5, fmpq(low.numerator, low.denominator), fmpq(high.numerator, high.denominator))
    assert (field.generator - "2.2360").sign() > 0


def test_a_reducible_polynomial_is_not_covered() -> None:
    """(a - 1)(a - 2) = 0 with the root 1: the kernel never needs to know; the second opinion says that it has none."""
    tree = tree_of("e8")
    tree["parameters"] |= {"cos": ["1/2", "0/1"], "field": {"interval": ["1/2", "5/4"], "polynomial": ["2", "-3", "1"]}}
    witness = tree["witness"]
    witness["f"]["values"] = [f"{value} 0" for value in witness["f"]["values"]]
    for matrix in witness["Q"]:
        for entry in matrix["correction"]["entries"]:
            entry[2] += " 0"
        if matrix["basis"] is not None:
            rows = matrix["basis"]["rows"]
            matrix["basis"]["rows"] = [" ".join(f"{c} 0" for c in row.split(" ")) for row in rows]
    assert check(serialise(tree)).verified
    opinion = audit(serialise(tree))
    assert isinstance(opinion, NoOpinion)
    assert "reducible" in opinion.reason


@pytest.mark.parametrize("interval", [(2, 3), (1, 3), (-1, 3), (0, 3), (-3, -2), (3, 4), (-3, 3)])
def test_isolation_is_judged_like_the_kernel_does(interval: tuple[int, int]) -> None:
    low, high = map(Fraction, interval)
    for polynomial in (ROOT5, (-5, -1, 1), (-30, 1, 0, 1), (5, -7, 0, 1)):
        mine = kernel = True
        try:
            WrittenField(polynomial, low, high).number_field("")
        except Finding:
            mine = False
        try:
            RealField(polynomial, low, high).require_isolated()
        except Rejected:
            kernel = False
        assert mine is kernel


def square(shift: int, entries: tuple[tuple[int, int, tuple[int, ...]], ...], denominator: int = 1) -> FaceGram:
    squares = Gram(((0, 0), (0,)), (0, 0), shift, None, ())
    return FaceGram(2, None, squares, denominator, entries)


def test_positivity_over_a_field_is_proved_from_the_matrix_itself() -> None:
    root2 = quadratic_field(2)
    check_face(square(-1, ((0, 0, (0, -1)),)), root2)  # diag(2 - √2, 2)
    check_face(square(-1, ((1, 0, (0, 1)),)), root2)
    check_face(square(0, ((1, 0, (1, 0)),)), root2)  # [[1, 1], [1, 1]], singular: decided exactly
    check_face(square(0, ((1, 0, (1,)),)), RATIONALS)
    for entries in (((0, 0, (0, -1)),), ((1, 0, (0, 1)),), ((0, 0, (1, 0)), (1, 0, (1, 0)))):
        with pytest.raises(Finding, match="larger than its shift"):
            check_face(square(0, entries), root2)
