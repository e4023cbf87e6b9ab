"""The second opinion: the kernel's verdict on every file of the collection and on every small change of one, by other
means.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

import kissalg as ka
from kissalg.audit import audit, read_document
from kissalg.errors import CertificateError, ParameterError
from kissalg.families import family_of
from kissalg.kernel import Verdict
from kissalg.verdict import second_opinion, verify
from kissalg.witness.parsing import Finding
from kissalg.witness.positivity import check_positive
from tests.vectors import vector

SMALL = vector("three-point", "three-point-n4-cos-negative-d1-weak")
DOCUMENT = read_document(SMALL.read_bytes())
TREE = json.loads(DOCUMENT.encode())


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(value, (*path, key))
    else:
        yield path, tree


LEAVES = list(leaves(TREE))


@given(data=st.data())
def test_every_change_of_a_field_has_the_kernels_verdict(data: st.DataObject) -> None:
    path, value = data.draw(st.sampled_from(LEAVES))
    tree = json.loads(json.dumps(TREE))
    parent = tree
    for key in path[:-1]:
        parent = parent[key]
    if isinstance(value, str):
        words = value.split(" ")
        index = data.draw(st.integers(0, len(words) - 1))
        words[index] = data.draw(
            st.sampled_from(
                [words[index] + "0", "-" + words[index], "0", "1", "", words[index][1:], words[index].upper()]
            )
        )
        parent[path[-1]] = " ".join(words)
    elif value is None:
        parent[path[-1]] = data.draw(st.sampled_from([0, 4, "1", {"denominator": "1", "entries": []}]))
    else:
        parent[path[-1]] = data.draw(st.sampled_from([value + 1, value - 1, -value, None, str(value), True]))
    text = json.dumps(tree, sort_keys=True, separators=(",", ":")).encode()
    assert audit(text).verdict is verify(text).verdict


@given(st.integers(0, 10**9), st.integers(1, 255))
def test_every_change_of_a_byte_has_the_kernels_verdict(position: int, change: int) -> None:
    data = bytearray(DOCUMENT.encode().encode())
    data[position % len(data)] ^= change
    assert audit(bytes(data)).verdict is verify(bytes(data)).verdict


def test_another_dimension_is_another_problem() -> None:
    report = audit(
        replace(DOCUMENT, parameters=replace(DOCUMENT.parameters, n=DOCUMENT.parameters.n + 1)).encode().encode()
    )
    assert report.verdict is Verdict.REJECTED
    assert "identity" in report.reason


def test_negative_coefficient() -> None:
    a = DOCUMENT.witness["a"]
    index = random.Random(1).randrange(len(a.values))
    values = tuple(-1 if i == index else value for i, value in enumerate(a.values))
    changed = replace(DOCUMENT, witness={**DOCUMENT.witness, "a": replace(a, values=values)})
    report = audit(changed.encode().encode())
    assert (report.verdict, report.path) == (Verdict.REJECTED, f"witness.a.values[{index}]")


def test_wrong_size() -> None:
    kernels = (DOCUMENT.witness["F"][0],) * len(DOCUMENT.witness["F"])
    report = audit(replace(DOCUMENT, witness={**DOCUMENT.witness, "F": kernels}).encode().encode())
    assert (report.verdict, report.path) == (Verdict.MALFORMED, "witness.F[1]")


def test_positivity_is_proved_from_the_matrix_itself() -> None:
    """No file that passes the format's own condition gets here with an indefinite matrix: the proof is tested
    directly.
    """
    path = "witness.F[2]"
    check_positive("F2", fmpq_mat([[2, 1], [1, 1]]), path)
    check_positive("F2", fmpq_mat([[1, 1], [1, 1]]), path)  # singular: decided exactly
    tiny = fmpq(1, 2**3000)
    check_positive("F2", fmpq_mat([[1 + tiny, 1], [1, 1]]), path)
    for indefinite in (fmpq_mat([[1, 2], [2, 1]]), fmpq_mat([[1 - tiny, 1], [1, 1]])):
        with pytest.raises(Finding, match="F2 is not positive") as caught:
            check_positive("F2", indefinite, path)
        assert caught.value.path == "witness.F[2]"


def test_expectation() -> None:
    family = family_of(DOCUMENT.theorem)
    assert family is not None
    claim, p = family.claim(DOCUMENT), DOCUMENT.parameters
    assert audit(SMALL.read_bytes(), expect=f"{claim.quantity} <= {claim.bound + 1}").verified
    for wrong in (f"{claim.quantity} <= {claim.bound - 1}", f"A({p.n + 1},{p.cos}) <= 1000"):
        report = audit(SMALL.read_bytes(), expect=wrong)
        assert report.verdict is Verdict.REJECTED
        assert "does not imply" in report.reason


@pytest.mark.parametrize("check", [verify, second_opinion])
def test_arguments(check: Any, tmp_path: Path) -> None:
    assert check(str(SMALL)).verified
    assert check(SMALL.read_bytes()).verified
    with pytest.raises(ParameterError, match="expect"):
        check(SMALL, expect="at most twelve")
    with pytest.raises(CertificateError, match="cannot be read"):
        check(tmp_path / "missing.json.xz")
    with pytest.raises(CertificateError, match="cannot be read"):
        check(tmp_path)


def test_public_names() -> None:
    assert ka.verify(SMALL).bound == DOCUMENT.bound
    assert ka.second_opinion(SMALL).bound == DOCUMENT.bound
