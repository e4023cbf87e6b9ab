"""The stored certificates against the oracle, and the negative ones against the reason why each must fail."""

from pathlib import Path

import pytest

from kissalg.kernel import check
from tests.kernel import oracle
from tests.vectors import NO_THEOREM, vector, vectors

VERIFIED = vectors("three-point", "verified")


@pytest.mark.parametrize("path", [path for path in VERIFIED if "weak" in path.name], ids=lambda path: path.name)
def test_the_oracle_agrees(path: Path) -> None:
    """The small ones once more, at rational points and by symmetric elimination."""
    assert oracle.violations(oracle.tree_of(path.read_bytes())) == 0


@pytest.mark.parametrize(
    ("name", "violations", "path"),
    [
        ("negative-gegenbauer-coefficient", 1, "witness.a.values[3]"),
        ("indefinite-but-solves-the-identities", 1, "witness.Q[0].correction"),
        ("bound-lowered", 1, "bound"),
        ("shift-too-small-for-its-correction", 0, "witness.Q[0].correction"),  # psd, but not proved to be
        ("correction-exceeds-its-shift", 0, "witness.Q[0].correction"),
    ],
)
def test_one_fault_is_enough(name: str, violations: int, path: str) -> None:
    """These satisfy everything else, so each hangs on one check of the kernel alone."""
    data = vector("three-point", name, "rejected").read_bytes()
    assert check(data).path == path
    assert oracle.violations(oracle.tree_of(data)) == violations


@pytest.mark.parametrize(
    ("theorem", "name", "reason"),
    [
        (NO_THEOREM, "key-twice", "duplicate key 'bound'"),
        (NO_THEOREM, "key-twice-in-psd", "duplicate key 'shift'"),
        (NO_THEOREM, "nested-deeply", "nested deeper than 8"),
        (NO_THEOREM, "nested-lists", "nested deeper than 8"),
        (NO_THEOREM, "many-empty-lists", "quotes, commas and brackets"),
        (NO_THEOREM, "number-of-a-million-digits", "a JSON integer of 1000001 characters"),
        ("three-point", "integer-of-a-million-digits", "at most 16384 bits, found one of 1000000 characters"),
        (NO_THEOREM, "xz-bomb", "more than 268435456 bytes"),
        (NO_THEOREM, "xz-two-streams", "after the end of the xz stream"),
        (NO_THEOREM, "float-dimension", "not an integer: '3.0'"),
        (NO_THEOREM, "nan", "not an integer: 'NaN'"),
        (NO_THEOREM, "keys-not-sorted", "not canonical"),
        ("three-point", "bound-not-reduced", "lowest terms"),
        ("three-point", "linear-beyond-2d-with-its-coefficient", "an integer in [0, 4], found 5"),
    ],
)
def test_the_first_line_of_defence_speaks(theorem: str, name: str, reason: str) -> None:
    """Several checks would stop these; the one that is meant for them comes first, before the work that it prevents."""
    assert reason in check(vector(theorem, name, "malformed").read_bytes()).reason
