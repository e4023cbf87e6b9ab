"""The committed certificates: all of them are in the ledger, unchanged; those that are quick to check are verified
again.
"""

import hashlib
import re
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from kissalg.audit import read_document
from kissalg.errors import CertificateError
from kissalg.families import family_of
from kissalg.kernel import parse_expectation
from kissalg.ledger import LEDGER, Entry, certificates, examine, ledger_text, main, read_ledger, write_ledger
from kissalg.verdict import verify
from tests.vectors import vector

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "certificates"
PAGE = (FOLDER / LEDGER).read_text()
ENTRIES = list(read_ledger(PAGE))
# A source distribution, told by its PKG-INFO, leaves out the largest certificates; a checkout has all of them.
COMPLETE = not (ROOT / "PKG-INFO").exists()
PRESENT = [entry for entry in ENTRIES if COMPLETE or (FOLDER / entry.name).exists()]
QUICK_BYTES = 60_000  # below a second for both checkers
GOOD = vector("three-point", "three-point-n4-cos-negative-d1-weak")
REJECTED = vector("three-point", "a-exponent-negative", "rejected")

# The best lower bounds of kissing numbers (dimension: size of a known configuration): no certificate may claim less.
KNOWN = {
    3: 12,
    4: 24,
    5: 40,
    6: 72,
    7: 126,
    8: 240,
    9: 306,
    10: 510,
    11: 593,
    12: 841,
    13: 1154,
    14: 1932,
    15: 2564,
    16: 4320,
}
KNOWN |= {17: 5730, 18: 7654, 19: 11948, 20: 19448, 21: 29768, 22: 49896, 23: 93150, 24: 196560}


def test_every_certificate_is_in_the_ledger_and_the_other_way_round() -> None:
    assert [path.relative_to(FOLDER).as_posix() for path in certificates(FOLDER)] == [entry.name for entry in PRESENT]
    assert ledger_text(ENTRIES) == PAGE


@pytest.mark.parametrize("found", PRESENT, ids=lambda entry: entry.name)
def test_the_file_is_the_one_that_was_verified(found: Entry) -> None:
    data = (FOLDER / found.name).read_bytes()
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (found.sha256, found.size)
    document = read_document(data)
    family = family_of(document.theorem)
    assert family is not None
    claim = parse_expectation(found.claim)
    assert family.claim(document).implies(claim)
    assert (family.degree(document), family.terms(document)) == (found.degree, found.terms)
    kissing = re.fullmatch(r"(?:A\((\d+),1/2\)|average-kissing\((\d+)[;)].*) <= .*", found.claim)
    if kissing is not None:
        assert document.bound >= KNOWN[int(kissing[1] or kissing[2])]


@pytest.mark.parametrize(
    "found", [entry for entry in PRESENT if entry.size <= QUICK_BYTES], ids=lambda entry: entry.name
)
def test_quick_certificates_are_verified_again(found: Entry) -> None:
    assert replace(examine(FOLDER / found.name, FOLDER), tenths=found.tenths) == found


@pytest.mark.slow
@pytest.mark.parametrize(
    "found", [entry for entry in PRESENT if entry.size > QUICK_BYTES], ids=lambda entry: entry.name
)
def test_large_certificates_are_verified_again(found: Entry) -> None:
    assert verify(FOLDER / found.name, expect=found.claim).verified


def test_writing_a_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "codes").mkdir()
    for name in ("k10.json.xz", "k9.json.xz"):
        shutil.copy(GOOD, tmp_path / "codes" / name)
    first = write_ledger(tmp_path)
    assert [entry.name for entry in first] == ["codes/k9.json.xz", "codes/k10.json.xz"]
    page = (tmp_path / LEDGER).read_text()
    slower = [replace(entry, tenths=entry.tenths + 70) for entry in first]
    (tmp_path / LEDGER).write_text(ledger_text(slower))
    assert main([str(tmp_path)]) == 0
    assert list(read_ledger((tmp_path / LEDGER).read_text())) == slower, "times of unchanged files are kept"
    assert capsys.readouterr().out.count("<=") == 2
    (tmp_path / LEDGER).unlink()
    write_ledger(tmp_path)
    assert len((tmp_path / LEDGER).read_text()) == len(page)


def test_a_rejected_certificate_has_no_place_in_a_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(REJECTED, tmp_path)
    with pytest.raises(CertificateError, match="verified certificates only"):
        write_ledger(tmp_path)
    assert main([str(tmp_path)]) == 1
    assert not (tmp_path / LEDGER).exists()
    assert "REJECTED" in capsys.readouterr().err
    assert main([]) == 2


def test_an_edited_row_is_noticed() -> None:
    with pytest.raises(CertificateError, match="this row"):
        list(read_ledger("| [a](a) | A(3,1/2) <= 12 | 1 |"))


def test_the_tables_of_average_kissing_numbers_agree_with_the_ledger() -> None:
    """Bounds, sizes and times of checks; and 2τ is twice the integer part of the bound that it is linked to."""
    entries = {entry.name: entry for entry in ENTRIES}
    page = (FOLDER.parent / "docs" / "average-kissing.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page if re.match(r"\| \d+ \|", line)]
    polynomials, pieces = ([row for row in rows if len(row) == length] for length in (11, 9))
    assert [int(row[0]) for row in polynomials] == list(range(3, 25))
    assert len(pieces) >= 10
    for row in polynomials + pieces:
        kind, shown = ("-polynomial", row[4].strip("*")) if row in polynomials else ("", row[1])
        entry = entries[f"average-kissing/average-kissing-{row[0]}{kind}.json.xz"]
        proved = Fraction(entry.claim.rpartition(" <= ")[2])
        assert 0 <= Fraction(shown) - proved < Fraction(1, 500), row
        assert row[-1] == f"{entry.tenths // 10}.{entry.tenths % 10}", row
        assert f"{entry.size:,}" in row, row
    for row in polynomials:
        match = re.fullmatch(r"\[(\d+)\]\(\.\./certificates/(.*)\)", row[3])
        assert match is not None, row
        quantity, _, bound = entries[match[2]].claim.partition(" <= ")
        assert quantity == f"A({row[0]},1/2)"
        assert int(match[1]) == 2 * int(Fraction(bound))
