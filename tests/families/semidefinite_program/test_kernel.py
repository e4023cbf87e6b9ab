"""Certificates of semidefinite programs: the folder is the verdict of both checkers, and no change of a number is accepted."""

import json
from copy import deepcopy
from fractions import Fraction
from pathlib import Path

import picos
import pytest

import kissalg as ka
from kissalg.audit import audit, read_document
from kissalg.kernel import Sense, Verdict, check, parse_expectation
from tests.kernel.oracle import serialise
from tests.kernel.samples import get, hexadecimal, leaves, put
from tests.vectors import identifier, vector, vectors

FILES = vectors("semidefinite-program")
VERIFIED = vectors("semidefinite-program", "verified")


@pytest.mark.parametrize("path", FILES, ids=identifier)
def test_the_folder_is_the_verdict(path: Path) -> None:
    report, opinion = check(path.read_bytes()), audit(path.read_bytes())
    assert report.verdict.name.lower() == path.parent.name, report
    assert opinion.verdict is report.verdict, opinion
    if report.verified:
        assert opinion.claim == report.claim
        assert report.claim is not None
        assert report.claim.sense is Sense.LOWER
        assert report.claim.implies(parse_expectation(str(report.claim)))
        assert read_document(path.read_bytes()).encode() == path.read_text()


def test_claims() -> None:
    two, pentagon = (check(vector("semidefinite-program", n).read_bytes()) for n in ("two-blocks", "pentagon-sharp"))
    assert two.bound is not None
    assert pentagon.bound is not None
    # max 2 Y_12 with Y_11 + (something nonnegative) = 1, Y_22 = 2: 2 √2; the pentagon has √5
    assert 0 < 8 - two.bound**2 < Fraction(1, 10**6)
    assert 0 < 5 - pentagon.bound**2 < Fraction(1, 10**8)
    data = VERIFIED[0].read_bytes()
    name = str(check(data).claim).partition(" >= ")[0]
    assert check(data, expect=f"{name} >= 2.2").verified
    assert audit(data, expect=f"{name} >= 2.2").verified
    assert check(data, expect=f"{name} >= 2.3").verdict is Verdict.REJECTED
    assert check(data, expect=f"sdp(sha256:{'0' * 64}) >= 2").verdict is Verdict.REJECTED


@pytest.mark.parametrize("path", VERIFIED, ids=lambda path: path.name)
def test_numbers_off_by_one(path: Path) -> None:
    """Every number of the witness and of the program. A change of the program may leave a (different) claim proved: then it has another name."""
    tree = json.loads(path.read_bytes())
    claim = check(path.read_bytes()).claim
    for root in ("witness", "parameters"):
        for place in leaves(tree[root], (root,)):
            text = get(tree, place)
            if not isinstance(text, str) or "interval" in place:
                continue
            for index in range(len(text.replace("/", " ").split(" "))):
                separator = "/" if "/" in text else " "
                tokens = text.split(separator)
                tokens[index] = hexadecimal(int(tokens[index], 16) + 1)
                other = deepcopy(tree)
                put(other, place, separator.join(tokens))
                report, opinion = check(serialise(other)), audit(serialise(other))
                assert report.verdict is opinion.verdict, (place, index)
                if report.verified:
                    assert root == "parameters", (place, index)
                    assert report.claim is not None
                    assert claim is not None
                    assert report.claim.quantity != claim.quantity


def test_a_picos_problem_is_certified() -> None:
    """Imported, solved by our engine, rounded and proved by both checkers: the minimum of x with [[1, x], [x, 2]] positive semidefinite is -√2."""
    x = picos.RealVariable("x")
    problem = picos.Problem()
    problem.minimize = x
    problem.add_constraint((1 & x) // (x & 2) >> 0)
    bounds = ka.bound_picos(problem)
    certificate = ka.certify(bounds.run)
    report = ka.verify(certificate)
    assert report.verified
    assert ka.second_opinion(certificate).verified
    assert report.bound is not None
    assert 0 <= report.bound**2 - 2 < Fraction(1, 10**8)
    assert report.bound < 0
    assert "sdp(" in certificate.claim
