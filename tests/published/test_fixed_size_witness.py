"""Witnesses with a fixed N: incomplete files say so, their completions are proofs, and complete files are checked to
the last coefficient.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from kissalg.algebra.orthogonal import chebyshev_matrix
from kissalg.audit import read_document
from kissalg.errors import PublishedError, RoundingError
from kissalg.families.three_point.model import ShiftedVariable
from kissalg.families.three_point_fixed_size.model import fixed_size, search
from kissalg.kernel import Verdict
from kissalg.published import Outcome, check_file
from kissalg.published.fixed_size_witness import (
    FixedSizeWitness,
    check_fixed_size_witness,
    complete,
    multiplier,
    read_fixed_size_witness,
    write_fixed_size_witness,
)
from kissalg.rounding import round_interior
from kissalg.solvers import solve
from kissalg.verdict import second_opinion, verify

PUBLISHED = Path(__file__).parents[3] / "shared" / "published"
published = pytest.mark.skipif(not PUBLISHED.exists(), reason="the data published by others are not here")
PETERSEN = (4, fmpq(1, 6), 11, 4)  # no eleven points in R^4 with inner products <= 1/6


@pytest.fixture(scope="module")
def witness() -> FixedSizeWitness:
    """F blocks of our own, in the monomial basis, without sums of squares."""
    n, cos, size, degree = PETERSEN
    exact = round_interior(solve(search(fixed_size(n, "1/6", size, degree))))
    cosine = ShiftedVariable(cos).cosine
    kernels = []
    for k in range(degree + 1):
        rows = degree + 1 - k
        powers = [cosine**i for i in range(rows)]
        value = exact.psd[f"F{k}"].value()
        change = chebyshev_matrix(rows - 1)
        inverse = type(value)(rows, rows, [powers[i][j] for i in range(rows) for j in range(rows)]).inv()
        basis = change * inverse  # T_i(x) in powers of u
        kernels.append(basis.transpose() * value * basis)
    return FixedSizeWitness(size, degree, cos, fmpq(1, 100), tuple(kernels), None, n, True)


@pytest.fixture(scope="module")
def complete_text(witness: FixedSizeWitness) -> str:
    return write_fixed_size_witness(witness, complete(witness).exact)


def test_incomplete_then_complete(witness: FixedSizeWitness, complete_text: str) -> None:
    partial = read_fixed_size_witness(write_fixed_size_witness(witness))
    finding = check_fixed_size_witness(partial)
    assert finding.outcome is Outcome.INCOMPLETE
    assert "SOS" in finding.reason
    completion = complete(partial)
    for report in (verify(completion.certificate), second_opinion(completion.certificate)):
        assert report.verdict is Verdict.VERIFIED
        assert report.bound == 10
    whole = check_fixed_size_witness(read_fixed_size_witness(complete_text))
    assert whole.outcome is Outcome.VERIFIED
    assert whole.statement == "A(4, 1/6) <= 10"


def edit(text: str, path: tuple[str | int, ...], value: Any) -> str:
    tree = json.loads(text)
    node = tree
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return json.dumps(tree)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("e",), "0", "not positive"),
        (("e",), "1/3", "identity fails"),
        (("n",), 10, "identity fails"),
        (("claim",), "dimension 5", "identity fails"),
        (("F", 1, 0, 0), "-5", r"F\[1\] is not positive semidefinite"),
        (("F", 1, 0, 0), "100", "identity fails"),
        (("SOS", 0, "B", 0, 0), "-5", r"SOS\[0\].B is not positive semidefinite"),
        (("SOS", 0, "B", 0, 0), "7777777", "identity fails"),
        (("SOS", 0, "g"), "detG", "identity fails"),
    ],
)
def test_a_complete_file_with_one_thing_changed(
    complete_text: str, path: tuple[str | int, ...], value: Any, reason: str
) -> None:
    finding = check_fixed_size_witness(read_fixed_size_witness(edit(complete_text, path, value)))
    assert finding.outcome is Outcome.REJECTED
    assert re.search(reason, finding.reason), finding.reason


@pytest.mark.parametrize("g", ["u", "2+u", "1-u", "(1+u)(1-u)", "1+x", "-1", "", "detG2", "((1+u))", "1/6-u+1", "(1+u"])
def test_multipliers_that_may_be_negative_are_refused(g: str) -> None:
    with pytest.raises(PublishedError, match="g:"):
        multiplier(g, fmpq(1, 6))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("D",), 7, "even"),
        (("D",), 10**6, "from 2"),
        (("n",), 2, "from 3"),
        (("cut",), "1", "between"),
        (("F",), [], "5 matrices"),
        (("F", 0), [["1"]], "size 5"),
        (("F", 0, 0, 1), "12345", "symmetric"),
        (("SOS", 0, "basis", 0), [0, 0, 999], "integer from 0"),
        (("SOS", 0, "B"), [["1"]], "size"),
        (("SOS",), 5, "list of blocks"),
        (("e",), None, "rational number"),
    ],
)
def test_malformed_files(complete_text: str, path: tuple[str | int, ...], value: Any, message: str) -> None:
    with pytest.raises(PublishedError, match=message):
        read_fixed_size_witness(edit(complete_text, path, value))


def test_what_cannot_be_completed(witness: FixedSizeWitness) -> None:
    """The same F blocks prove nothing about ten points: the Petersen code exists."""
    smaller = FixedSizeWitness(10, witness.degree, witness.cos, witness.e, witness.kernels, None, 4, True)
    with pytest.raises(RoundingError, match="complete"):
        complete(smaller, squares=4)


@published
@pytest.mark.parametrize(
    ("folder", "claim", "bound"), [("kissing3-F", "A(3, 1/2) <= 12", 12), ("kissing4-F", "A(4, 1/2) <= 24", 24)]
)
def test_the_published_files(folder: str, claim: str, bound: int) -> None:
    """τ3 <= 12 and τ4 <= 24 from F blocks that nobody on this project made."""
    paths = list((PUBLISHED / folder).glob("*.json"))
    assert paths
    for path in paths:
        finding = check_file(path)
        assert (finding.outcome, finding.statement) == (Outcome.INCOMPLETE, claim)
        if folder == "kissing3-F":
            completion = complete(read_fixed_size_witness(path.read_text()))
            assert completion.e > fmpq(1, 32)
            assert verify(completion.certificate).bound == bound
            assert second_opinion(completion.certificate).bound == bound


def test_certificates_of_completions_hold_the_given_matrices(witness: FixedSizeWitness) -> None:
    completion = complete(witness)
    document = read_document(completion.certificate.to_bytes())
    for name, value in witness.shifted_kernels().items():
        assert document.matrices[name].matrix() == value
