"""`kissalg bound code --method`: Rankin's bound, Delsarte's, and which options belong to which."""

import re
from pathlib import Path

import pytest

import kissalg as ka
from kissalg.cli import app


def run(*words: str) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as caught:
        app(["bound", "code", *words])
    return int(caught.value.code or 0)


@pytest.mark.parametrize(
    ("n", "cos", "bound", "name"),
    [
        ("3", "-1/2", "3", "A-3--1_2-rankin.json.xz"),
        ("24", "0", "48", "A-24-0-rankin.json.xz"),
        ("5", "-4/14", "4.5", "A-5--2_7-rankin.json.xz"),
    ],
)
def test_rankins_bound(
    n: str,
    cos: str,
    bound: str,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(n, "--cos", cos, "--method", "rankin") == 0
    verdicts = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in verdicts] == ["VERIFIED", "VERIFIED"]
    assert all(f"<= {bound}  " in f"{line}  " for line in verdicts)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert ka.load(name).content.theorem == "rankin"


def test_delsartes_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("3", "--cos", "-1/2", "--method", "delsarte", "-d", "1", "-q") == 0
    certificate = ka.load("A-3--1_2-delsarte-d1.json.xz")
    assert certificate.content.theorem == "delsarte"
    assert 0 <= certificate.bound - 3 < 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("3", "--cos", "-1/2"), "expected --degree with --method three-point"),
        (("3", "--cos", "-1/2", "--method", "rankin", "-d", "2"), "expected --method rankin without --degree"),
        (("3", "--cos", "-1/2", "--method", "rankin", "--bits", "99"), "expected --method rankin without --degree"),
        (
            ("3", "--cos", "-1/2", "--method", "delsarte", "--linear", "2"),
            "expected --linear with --method three-point",
        ),
        (("3", "--cos", "1/2", "--method", "rankin"), "cos: expected -1 < cos <= 0, found 1/2"),
        (("1", "--cos", "0", "--method", "rankin"), "n: expected an integer from 2 to 10000, found 1"),
        (("3", "--cos", "-1/2", "--method", "levenshtein"), "levenshtein"),
    ],
)
def test_wrong_usage(
    words: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(re.escape(message), err), err
    assert not list(tmp_path.iterdir())
