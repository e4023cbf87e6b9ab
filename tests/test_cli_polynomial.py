"""``kissalg bound minimum`` and ``kissalg bound nonnegative``: verdicts, exit codes, messages."""

from collections.abc import Callable
from pathlib import Path

import pytest

import kissalg as ka
from kissalg.cli import app
from kissalg.errors import ParameterError
from kissalg.families.nonnegative.command import symmetry_group

Command = Callable[..., tuple[int, str, str]]
MOTZKIN = "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `kissalg bound` in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            app(["bound", *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return int(caught.value.code or 0), out, err

    return command


def test_a_minimum_on_a_set(run: Command, tmp_path: Path) -> None:
    conditions = ["--on", "x", "--on", "y", "--equal", "x + y - 1"]
    code, out, err = run("minimum", "x^2 + y^2", *conditions, "--symmetry", "S")
    assert code == 0, err
    claim = "x2^2 + x1^2 >= 0.5 where x1 >= 0, x2 >= 0, x2 + x1 - 1 = 0"
    assert out.splitlines() == [f"VERIFIED  {claim}  (kernel)", f"VERIFIED  {claim}  (second opinion)"]
    assert "x1 = x, x2 = y" in err
    assert ka.verify(tmp_path / "minimum.json.xz", expect=claim).verified
    assert not ka.verify(tmp_path / "minimum.json.xz", expect=claim.replace("0.5", "0.51")).verified
    assert run("minimum", "x^2 + y^2", *conditions)[0] == 2, "the file exists"
    assert run("minimum", "x^2 - x", "--force", "-q")[2] == ""


def test_a_polynomial_that_begins_with_a_minus(run: Command) -> None:
    code, out, err = run("minimum", "-q", "--on", "1 - x", "--on", "x", "--", "-x")
    assert code == 0, err
    assert out.startswith("VERIFIED  -x1 >= -1 where -x1 + 1 >= 0, x1 >= 0  (kernel)")


def test_a_multiplier(run: Command) -> None:
    code, out, err = run("nonnegative", MOTZKIN, "--multiplier", "1,1", "--symmetry", "B", "-o", "motzkin.json")
    assert code == 0, err
    assert out.startswith("VERIFIED  x1^2*x2^4 + x1^4*x2^2 - 3*x1^2*x2^2 + 1 >= 0  (kernel)")


def test_the_answer_no_is_an_exit_code(run: Command, tmp_path: Path) -> None:
    code, out, err = run("nonnegative", MOTZKIN)
    assert (code, out) == (3, "")
    assert "it is proved exactly" in err
    code, out, err = run("nonnegative", "x^2 - 1")
    assert code == 3
    assert "is not nonnegative on the set: it is " in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nonnegative", "x^2 + 2*y^2", "--symmetry", "S"), "changes it: x^2 + 2*y^2 becomes 2*x^2 + y^2"),
        (("nonnegative", "x^2 + y^2", "--symmetry", "2,1,3"), "or 2 images of the variables"),
        (("nonnegative", "x^2 + y^2", "--symmetry", "1,1"), "expected a permutation"),
        (("nonnegative", "x^2 + y^2", "--symmetry", "D"), "expected S, C or B"),
        (("nonnegative", "x^2 + y^2", "--multiplier", "1"), 'expected "e,k"'),
        (("nonnegative", "x^2 + y^2", "--multiplier", "2,1"), "multiplier"),
        (("nonnegative", "x^2 + sin(y)"), "expected sums, products and powers"),
        (("minimum", "x^2 + y^2", "--degree", "3"), "degree: expected an even number"),
        (("minimum", "x^2 + y^2", "--variables", "x,z"), "found the variable 'y'"),
        (("minimum", "x^2", "-o", "missing/file.json"), "cannot be written"),
    ],
)
def test_wrong_usage(run: Command, words: tuple[str, ...], message: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert message in err


def test_groups_in_words() -> None:
    assert symmetry_group(["S"], 4).order == 24
    assert symmetry_group(["B"], 3).order == 48
    assert symmetry_group(["C", "-1,2,3"], 3).order == 24
    assert symmetry_group(["2,-1"], 2).order == 4
    with pytest.raises(ParameterError, match="expected S, C or B"):
        symmetry_group(["2,x"], 2)
