"""Every stored certificate gets the verdict of its folder; a negative one is named after the reason why it must fail."""

from pathlib import Path

import pytest

from kissalg.kernel import check
from tests.kernel import oracle
from tests.kernel.samples import FOLDER

FILES = sorted(path for path in FOLDER.glob("*/*") if path.parent.name in ("verified", "rejected", "malformed"))
VERIFIED = [path for path in FILES if path.parent.name == "verified"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
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
        ("negative-gegenbauer-coefficient.json.xz", 1, "witness.a.values[3]"),
        ("indefinite-but-solves-the-identities.json", 1, "witness.Q[0].correction"),
        ("bound-lowered.json", 1, "bound"),
        ("shift-too-small-for-its-correction.json", 0, "witness.Q[0].correction"),  # psd, but not proved to be
        ("correction-exceeds-its-shift.json.xz", 0, "witness.Q[0].correction"),
    ],
)
def test_one_fault_is_enough(name: str, violations: int, path: str) -> None:
    """These satisfy everything else, so each hangs on one check of the kernel alone."""
    data = (FOLDER / "rejected" / name).read_bytes()
    assert check(data).path == path
    assert oracle.violations(oracle.tree_of(data)) == violations


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("key-twice.json", "duplicate key 'bound'"),
        ("key-twice-in-psd.json", "duplicate key 'shift'"),
        ("nested-deeply.json.xz", "nested deeper than 8"),
        ("nested-lists.json.xz", "nested deeper than 8"),
        ("many-empty-lists.json.xz", "quotes, commas and brackets"),
        ("number-of-a-million-digits.json.xz", "a JSON integer of 1000001 characters"),
        ("integer-of-a-million-digits.json.xz", "at most 16384 bits, found one of 1000000 characters"),
        ("xz-bomb.json.xz", "more than 268435456 bytes"),
        ("xz-two-streams.json.xz", "after the end of the xz stream"),
        ("float-dimension.json", "not an integer: '3.0'"),
        ("nan.json", "not an integer: 'NaN'"),
        ("keys-not-sorted.json", "not canonical"),
        ("bound-not-reduced.json", "lowest terms"),
        ("linear-beyond-2d-with-its-coefficient.json", "an integer in [0, 4], found 5"),
    ],
)
def test_the_first_line_of_defence_speaks(name: str, reason: str) -> None:
    """Several checks would stop these; the one that is meant for them comes first, before the work that it prevents."""
    assert reason in check((FOLDER / "malformed" / name).read_bytes()).reason
