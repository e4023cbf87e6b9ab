"""From a numerical solution to a file and back: verified by both checkers, the same bytes every time, never half a
file.
"""

import json
import lzma
import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

import kissalg as ka
from kissalg.certificate import Certificate, certify, load
from kissalg.errors import CertificateError, RoundingError
from kissalg.rounding import round_interior
from kissalg.solvers import NumericSolution, Settings, Status, solve
from tests.solvers.models import X, least_value, solved
from tests.vectors import NO_THEOREM, vector

CASES = [(3, 3, None), (4, 4, 4)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"n={case[0]} d={case[1]}")
def solution(request: pytest.FixtureRequest) -> NumericSolution:
    return solved(*request.param)


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return certify(solved(3, 3))


def test_both_checkers_verify(solution: NumericSolution) -> None:
    made = certify(solution)
    for report in (ka.verify(made), ka.second_opinion(made), ka.verify(made, expect=made.claim)):
        assert report.verdict.name == "VERIFIED"
    n = solution.problem.parameters["n"]
    assert made.claim.startswith(f"A({n}, 1/2) <= ")


def test_the_claim_is_the_exact_objective_rounded_up(solution: NumericSolution) -> None:
    made = certify(solution)
    objective = round_interior(solution).objective
    exact = Fraction(int(objective.p), int(objective.q))
    assert exact <= made.bound < exact + Fraction(1, 10**10)
    assert 10**10 % made.bound.denominator == 0
    assert Fraction(made.claim.split()[-1]) >= made.bound
    assert abs(made.bound - exact) <= Fraction(1, 10**10)
    # within the gap of the numerical optimum
    optimum = solution.primal_objective
    assert abs(fmpq(made.bound.numerator, made.bound.denominator) - optimum) <= abs(optimum) / 10**8


def test_certificates_of_a_face_prove_the_same_theorem() -> None:
    """The linear programming bound in dimension 8: F, B and R are zero in the witness, and 240 spheres touch."""
    made = certify(solve(ka.kissing(8, 3).linear_programming_face()))
    assert 240 <= made.bound < Fraction(240_000_003, 10**6)
    for report in (ka.verify(made), ka.second_opinion(made)):
        assert report.verdict.name == "VERIFIED"
    assert made.document["parameters"]["degree"] == 3
    assert made.document["witness"]["B"]["columns"] == ["0 0", "0"]


def test_a_smaller_claim_is_not_implied(certificate: Certificate) -> None:
    below = certificate.bound - Fraction(1, 10**9)
    report = ka.verify(certificate, expect=f"A(3, 1/2) <= {below.numerator}/{below.denominator}")
    assert report.verdict.name == "REJECTED"


def test_the_same_bytes_every_time(certificate: Certificate) -> None:
    """Also from another run of the solver, with another number of threads."""
    assert certify(solved(3, 3)).to_bytes() == certificate.to_bytes()
    again = solve(ka.kissing(3, 3), settings=Settings(threads=1))
    assert certify(again).text == certificate.text


def test_the_text_is_canonical(certificate: Certificate) -> None:
    document = json.loads(certificate.text)
    assert certificate.text == json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert certificate.document == document
    assert lzma.decompress(certificate.to_bytes()).decode("ascii") == certificate.text
    assert certificate.size == len(certificate.to_bytes())
    assert document["parameters"] == {"cos": "1/2", "degree": 3, "linear": 6, "n": 3}
    assert set(document["provenance"]) >= {"software", "bits", "gap"}
    assert all(isinstance(value, str) for value in document["provenance"].values())
    assert repr(certificate).startswith("Certificate(A(3, 1/2) <= 13.28571")


def test_provenance_does_not_depend_on_the_machine(certificate: Certificate) -> None:
    """Nothing about times, paths or users: two people who solve the same problem get the same file."""
    text = json.dumps(certificate.document["provenance"])
    assert os.sep not in text.replace("/1", "")
    assert "seconds" not in text


# -- files
# ------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["k3.json.xz", "k3.json", "no suffix"])
def test_files_come_back(certificate: Certificate, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    certificate.save(path)
    again = load(path)
    assert again == certificate
    assert again.to_bytes() == certificate.to_bytes()
    assert ka.verify(path).verdict.name == "VERIFIED"
    assert list(tmp_path.iterdir()) == [path]
    certificate.save(str(path))
    assert load(str(path)).bound == certificate.bound


def test_a_final_newline_is_allowed(certificate: Certificate, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(certificate.text + "\n")
    assert load(tmp_path / "c.json") == certificate


def test_a_failed_save_leaves_the_old_file(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "k3.json"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CertificateError, match=r"k3\.json: No space left on device"):
        certificate.save(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_save_leaves_the_old_file(
    certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "k3.json"
    path.write_bytes(b"old")

    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        certificate.save(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_said(certificate: Certificate, tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match=r"cannot be written to .*: No such file or directory"):
        certificate.save(tmp_path / "missing" / "k3.json")
    with pytest.raises(CertificateError, match="cannot be read: No such file or directory"):
        load(tmp_path / "missing.json")
    with pytest.raises(CertificateError, match="cannot be read"):
        load(tmp_path)


def bad_files(certificate: Certificate) -> dict[str, bytes]:
    """What a stranger may send."""
    data, document = certificate.to_bytes(), json.loads(certificate.text)

    def changed(**fields: object) -> bytes:
        return json.dumps({**document, **fields}).encode()

    without = {key: value for key, value in document.items() if key != "bound"}
    return {
        "empty": b"",
        "garbage": b"\x00\xff garbage",
        "not JSON": b"A(3, 1/2) <= 12",
        "not ASCII": '{"theorem":"thrée"}'.encode(),
        "a list": b"[]",
        "null": b"null",
        "truncated text": certificate.text.encode()[:-1],
        "truncated xz": data[:-1],
        "half of the xz": data[: len(data) // 2],
        "the magic only": data[:6],
        "damaged xz": data[:100] + bytes([data[100] ^ 1]) + data[101:],
        "bomb": vector(NO_THEOREM, "xz-bomb", "malformed").read_bytes(),
        "nested": b"[" * 100_000,
        "long integer": b'{"bound":' + b"9" * 10_000 + b"}",
        "no bound": json.dumps(without).encode(),
        "another theorem": changed(theorem="four-point"),
        "a bound without denominator": changed(bound="d"),
        "three parts": changed(bound="1/2/3"),
        "a decimal bound": changed(bound="13.3"),
    }


@pytest.fixture(scope="module")
def bad(certificate: Certificate) -> dict[str, bytes]:
    return bad_files(certificate)


KINDS = [
    *(
        "empty",
        "garbage",
        "not JSON",
        "not ASCII",
        "a list",
        "null",
        "truncated text",
        "truncated xz",
        "half of the xz",
    ),
    *("the magic only", "damaged xz", "bomb", "nested", "long integer", "no bound", "another theorem", "three parts"),
    *("a bound without denominator", "a decimal bound"),
]


def test_all_kinds_are_tried(bad: dict[str, bytes]) -> None:
    assert sorted(bad) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_a_certificate_is_refused(bad: dict[str, bytes], tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bad"
    path.write_bytes(bad[kind])
    with pytest.raises(CertificateError, match=r"bad is not a certificate|expected the theorem"):
        load(path)
    assert ka.verify(path).verdict.name == "MALFORMED"


@pytest.mark.parametrize(
    "change", [{"bound": "1/0"}, {"bound": 5}, {"bound": None}, {"parameters": {"n": 3, "cos": 1}}]
)
def test_fields_of_a_wrong_kind_are_refused(
    certificate: Certificate, tmp_path: Path, change: dict[str, object]
) -> None:
    path = tmp_path / "bad"
    path.write_text(json.dumps({**json.loads(certificate.text), **change}))
    with pytest.raises(CertificateError, match="is not a certificate"):
        load(path)


@given(st.data())
def test_no_damage_to_the_bytes_is_verified_as_it_was(data: st.DataObject) -> None:
    """Any one byte of the file changed: either it cannot be read, or the checker says no (or the claim is the same, in
    other words).
    """
    original = certify(solved(3, 3))
    content = original.text.encode()
    position = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != content[position]))
    damaged = content[:position] + bytes([byte]) + content[position + 1 :]
    report = ka.verify(damaged, expect=original.claim)
    if report.verdict.name == "VERIFIED":
        assert json.loads(damaged)["witness"] == json.loads(content)["witness"]


# -- what cannot be certified
# -----------------------------------------------------------------------------------------------------------------


def test_only_optimal_solutions_become_certificates() -> None:
    stopped = replace(solved(3, 3), status=Status.ITERATION_LIMIT, message="stopped early")
    with pytest.raises(RoundingError, match="iteration limit: stopped early"):
        certify(stopped)


def test_other_theorems_have_no_format() -> None:
    with pytest.raises(CertificateError, match="no certificate format for the theorem 'minimum'"):
        certify(solve(least_value(X**4 - X + 3)))
