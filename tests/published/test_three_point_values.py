"""Numerical solutions become certificates; and the command line of `kissalg check`."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from kissalg.audit import read_document
from kissalg.certificate import certify
from kissalg.cli import app
from kissalg.errors import PublishedError, RoundingError
from kissalg.exact.rational import fraction
from kissalg.families.three_point.model import three_point
from kissalg.published import Outcome
from kissalg.published.knwit import Witness, from_certificate, write_witness
from kissalg.published.three_point_values import certify_values, check_values, read_values, write_values
from kissalg.solvers import solve
from kissalg.verdict import verify
from tests.vectors import vector

STORED = vector("three-point", "three-point-n4-d4").read_bytes()


def decimal(value: fmpq, places: int) -> str:
    """A decimal near a rational number."""
    scaled = int((value * 10**places + fmpq(1, 2)).floor())
    return f"{'-' if scaled < 0 else ''}{abs(scaled) // 10**places}.{abs(scaled) % 10**places:0{places}d}"


def numerical(places: int) -> dict[str, Any]:
    """The stored solution with so many decimals."""
    document = read_document(STORED)
    blocks: dict[str, Any] = {"a": [decimal(value, places) for value in document.witness["a"].numbers()]}
    for name, gram in document.matrices.items():
        if gram.size:
            blocks[name] = [[decimal(x, places) for x in row] for row in gram.matrix().tolist()]
    return {"n": 4, "cos": "1/2", "degree": 4, "blocks": blocks}


def test_decimals_are_rounded_to_a_certificate() -> None:
    tree = numerical(30)
    finding = check_values(tree)
    assert finding.outcome is Outcome.INCOMPLETE
    assert "identity" in finding.reason
    certificate = certify_values(read_values(tree))
    report = verify(certificate)
    original = verify(STORED)
    assert report.verified
    assert report.bound is not None
    assert original.bound is not None
    assert abs(report.bound - original.bound) * 10**6 < 1


@pytest.mark.parametrize("basis", ["kissalg", "monomial"])
def test_a_solution_of_a_solver_becomes_a_certificate(basis: str) -> None:
    """As the solver returns it, in decimal text: in the symmetry-adapted basis of kissalg, and in monomials."""
    problem = three_point(3, "1/2", 3)
    if basis == "monomial":
        problem = problem.restricted([variable.name for variable in problem.variables if variable.name != "B"])
    solution = solve(problem)
    tree = json.loads(write_values(solution, basis=basis, digits=30))
    assert check_values(tree).outcome is Outcome.INCOMPLETE
    report = verify(certify_values(read_values(tree)))
    assert report.verified
    assert report.bound is not None
    assert 0 <= report.bound - fraction(solution.dual_objective) < Fraction(1, 10**6)


def test_only_three_point_bounds_are_written() -> None:
    solution = solve(three_point(3, "1/2", 1))
    for basis in ("monomial", "wavelets"):
        with pytest.raises(PublishedError, match="with B"):
            write_values(solution, basis=basis)
    with pytest.raises(PublishedError, match="twice the degree"):
        write_values(solve(three_point(3, "1/2", 2, linear=2)))


def test_too_few_decimals_are_refused() -> None:
    with pytest.raises(RoundingError, match="not deep enough"):
        certify_values(read_values(numerical(4)))


def test_exact_values_in_the_monomial_basis_are_verified(witness: Witness) -> None:
    """The blocks of a KNWIT003 witness of a certificate with B = 0 are such values."""
    face = witness
    blocks = {name: [[str(x) for x in row] for row in matrix.tolist()] for name, matrix in face.blocks.items()}
    tree = {"n": face.n, "cos": str(face.cos), "degree": face.degree, "basis": "monomial", "blocks": blocks}
    finding = check_values(tree)
    assert finding.outcome is Outcome.VERIFIED, finding.reason
    blocks["F/00"][0][0] = str(fmpq(face.blocks["F/00"][0, 0]) + 1)
    assert check_values(tree).outcome is Outcome.INCOMPLETE
    del blocks["F/01"]
    with pytest.raises(PublishedError, match="F/01"):
        check_values(tree)


@pytest.fixture(scope="module")
def witness() -> Witness:
    """The linear programming bound, on the face B = 0."""
    return from_certificate(certify(solve(three_point(3, "1/2", 3).linear_programming_face())))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [("degree", 99, "degree"), ("basis", "wavelets", "basis"), ("cos", "1", "between"), ("n", 2, "n: ")],
)
def test_malformed(key: str, value: Any, message: str) -> None:
    with pytest.raises(PublishedError, match=message):
        read_values({**numerical(3), key: value})


def test_wrong_sizes() -> None:
    tree = numerical(3)
    tree["blocks"]["F0"] = [[1]]
    with pytest.raises(PublishedError, match="F0: expected the size 5"):
        read_values(tree)


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        app(["check", *words])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return int(caught.value.code or 0), out, err


def test_the_command_line(
    witness: Witness, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("square.json").write_text("[[1, 0], [0, 1], [-1, 0], [0, -1]]")
    assert command(capsys, "square.json") == (
        0,
        "VERIFIED  A(2, 0) >= 4\n",
        "format: configuration\n4 vectors, rank 2, given by points\n",
    )
    code, out, _ = command(capsys, "configuration", "square.json", "--cos=-1/2", "-q")
    assert (code, out.split()[0]) == (1, "REJECTED")
    assert command(capsys, "square.json", "--kissing")[1].startswith("VERIFIED  A(2, 1/2) >= 4")
    for words, message in (
        (("wavelet", "square.json"), "a format among"),
        (("a", "b", "c"), "found 3 words"),
        (("nothing.json",), "cannot be read"),
        (("square.json", "--kissing", "--cos", "0"), "found both"),
        (("square.json", "--complete"), "-o FILE"),
        (("square.json", "--complete", "-o", "x.json.xz"), "this file is configuration"),
        (("sdpa", "square.json"), "not a problem"),
    ):
        code, _, err = command(capsys, *words)
        assert code == 2
        assert message in err
    Path("values.json").write_text(json.dumps(numerical(30)))
    assert command(capsys, "values.json")[0] == 1
    code, out, _ = command(capsys, "values.json", "--complete", "-o", "rounded.json.xz", "-q")
    assert code == 0
    assert out.count("VERIFIED") == 2
    assert command(capsys, "rounded.json.xz", "-q")[0] == 0
    data, manifest = write_witness(witness)
    Path("witness.bin").write_bytes(data)
    Path("manifest.json").write_text(manifest)
    assert command(capsys, "witness.bin", "--manifest", "manifest.json")[0] == 0
    assert command(capsys, "witness.bin")[0] == 2
