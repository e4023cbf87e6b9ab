"""The form of certificates of semidefinite programs: what is written is read back, and what is refused."""

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kissalg.families.semidefinite_program.family import FAMILY
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.families.semidefinite_program.witness import FORM, face
from kissalg.kernel.report import Verdict
from kissalg.rounding import round_to_face, sharp_settings
from kissalg.sdp.sdpa import read_sdpa
from kissalg.solvers import solve
from kissalg.witness.document import CertificateDocument, read_form
from kissalg.witness.parsing import Finding

FILES = sorted((Path(__file__).parents[3] / "certificates" / "programs").iterdir())
TWO_BLOCKS = "1\n2\n2 -1\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n1 2 1 1 1\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_committed_certificates_are_written_as_they_are(path: Path) -> None:
    text = lzma.decompress(path.read_bytes()).decode("ascii")
    document = read_form(FORM, json.loads(text))
    assert document.encode() == text


def two_blocks() -> CertificateDocument:
    """2 Y_12 <= 1 for Y_11 + Y_22 + z = 1."""
    return FORM.write(face(round_to_face(solve(sdpa_model(read_sdpa(TWO_BLOCKS)), settings=sharp_settings()))), {})


def test_a_solution_is_written_and_read_back() -> None:
    written = two_blocks()
    assert read_form(FORM, json.loads(written.encode())) == written
    assert list(FAMILY.failures(written)) == []
    assert (written.bound, written.provenance) == (1, {"value": "1"})
    assert FAMILY.shown(written).quantity == "sdp(1 constraints, 2 blocks)"
    assert list(written.matrices) == ["X1"]  # the diagonal block is a vector
    assert (FAMILY.degree(written), FAMILY.terms(written)) == (1, 1)


@pytest.mark.parametrize(
    ("key", "value", "reason", "path"),
    [
        ("blocks", [2, 0], "expected blocks that are not empty, and at least one constraint", "parameters.blocks"),
        ("costs", [], "expected blocks that are not empty, and at least one constraint", "parameters.blocks"),
        ("blocks", [4097, -1], "expected an integer from -1048576 to 4096", "parameters.blocks[0]"),
        ("entries", [["0 0 0 1", "0/1"]], "expected nonzero entries in ascending order", "parameters.entries"),
        ("entries", [["0 0 0 1", "1/1"]] * 2, "expected nonzero entries in ascending order", "parameters.entries"),
        ("entries", [["0 0 1", "1/1"]], "expected a matrix, a block, a row and a column", "parameters.entries"),
        ("entries", [["0 0 1 0", "1/1"]], "expected a position on or above the diagonal", "parameters.entries"),
        ("entries", [["2 0 0 0", "1/1"]], "expected k <= 1 and a block from 1 to 2", "parameters.entries"),
        ("entries", [["0 0 0 1"]], "expected a list of 2 items", "parameters.entries[0]"),
        ("costs", ["1/1"] * (2**19 + 1), "expected at most 1048576 numbers to compare", "parameters"),
    ],
)
def test_what_is_refused(key: str, value: list[Any], reason: str, path: str) -> None:
    tree = json.loads(two_blocks().encode())
    tree["witness"]["field"] = {"interval": ["1/1", "2/1"], "polynomial": ["-2", "0", "1"]}
    tree["parameters"][key] = value
    with pytest.raises(Finding, match=reason) as caught:
        read_form(FORM, tree)
    assert (caught.value.verdict, caught.value.path) == (Verdict.MALFORMED, path)


@pytest.mark.parametrize(
    ("change", "reason", "path"),
    [
        (lambda blocks: blocks.pop(), "expected a list of 2 items", "witness.blocks"),
        (lambda blocks: blocks.reverse(), 'expected the field "columns"', "witness.blocks[0]"),
        (lambda blocks: blocks[1]["values"].append("0"), "expected a list of 1 items", "witness.blocks[1].values"),
    ],
)
def test_blocks_that_do_not_fit(change: Callable[[Any], object], reason: str, path: str) -> None:
    tree = json.loads(two_blocks().encode())
    change(tree["witness"]["blocks"])
    with pytest.raises(Finding, match=reason) as caught:
        read_form(FORM, tree)
    assert caught.value.path == path
