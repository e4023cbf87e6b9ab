"""Every stored certificate gets the verdict of its folder; a negative one is named after the reason why it must fail."""

from pathlib import Path

import pytest

from kissalg.kernel import check
from tests.kernel import oracle
from tests.vectors import NO_THEOREM, identifier, vector, vectors

FILES = [*vectors(NO_THEOREM), *vectors("three-point"), *vectors("three-point-fixed-size")]
VERIFIED = [path for path in FILES if path.parent.name == "verified"]


@pytest.mark.parametrize("path", FILES, ids=identifier)
def test_the_folder_is_the_verdict(path: Path) -> None:
    report = check(path.read_bytes())
    assert report.verdict.name.lower() == path.parent.name, report
    assert report.verified == (report.bound is not None)
    assert report.reason.isascii()
    assert bool(report.reason) != report.verified


def test_there_are_certificates_of_every_kind() -> None:
    for verdict, least in (("verified", 5), ("rejected", 10), ("malformed", 40)):
        assert len([path for path in FILES if path.parent.name == verdict]) >= least


@pytest.mark.parametrize("path", [path for path in VERIFIED if "weak" in path.name], ids=lambda path: path.name)
def test_the_oracle_agrees(path: Path) -> None:
    """The small ones once more, at rational points and by symmetric elimination."""
    assert oracle.violations(oracle.tree_of(path.read_bytes())) == 0


@pytest.mark.parametrize("path", VERIFIED, ids=lambda path: path.name)
def test_compression_does_not_matter(path: Path) -> None:
    plain = oracle.serialise(oracle.tree_of(path.read_bytes()))
    assert check(plain) == check(plain + b"\n") == check(path.read_bytes())


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
