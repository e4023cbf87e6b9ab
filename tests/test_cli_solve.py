"""``kissalg solve``: files in the sparse SDPA format."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kissalg.cli import app
from kissalg.kernel import check

THETA = """\
* the theta number of the path with three vertices, which is 2: max <J, Y>, trace Y = 1, Y_12 = Y_23 = 0
3
1
3
1 0 0
0 1 1 1 1
0 1 1 2 1
0 1 1 3 1
0 1 2 2 1
0 1 2 3 1
0 1 3 3 1
1 1 1 1 1
1 1 2 2 1
1 1 3 3 1
2 1 1 2 1
3 1 2 3 1
"""

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """``kissalg solve`` with a text in a file."""
    monkeypatch.chdir(tmp_path)

    def command(text: str, *words: str) -> tuple[int, str, str]:
        Path("problem.dat-s").write_text(text)
        with pytest.raises(SystemExit) as caught:
            app(["solve", "problem.dat-s", *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return int(caught.value.code or 0), out, err

    return command


def test_an_optimum_is_enclosed(run: Command) -> None:
    code, out, err = run(THETA)
    assert code == 0
    match = re.search(r"proved: (\S+) <= \(D\) <= \(P\) <= (\S+)", out)
    assert match is not None
    low, high = map(float, match.groups())
    assert 2 - 1e-8 < low <= 2 <= high < 2 + 1e-8
    assert "numerically: optimal" in out
    assert "iteration" in err or "primal" in err


def test_quiet(run: Command) -> None:
    code, out, err = run(THETA, "--quiet", "--gap", "1e-4")
    assert code == 0
    assert "proved" in out
    assert err == ""


def test_a_certificate_is_written_and_verified(run: Command) -> None:
    """The interior one is a little below 2, and the sharp one is 2."""
    code, out, _ = run(THETA, "-q", "-o", "below.json.xz")
    assert code == 0
    verdicts = re.findall(r"VERIFIED  (sdp\(sha256:[0-9a-f]{64}\)) >= (\S+)", out)
    assert len(verdicts) == 2
    assert 2 - 1e-8 < float(verdicts[0][1]) < 2
    code, out, _ = run(THETA, "-q", "--sharp", "-o", "sharp.json.xz")
    assert code == 0
    quantity = verdicts[0][0]
    assert out.count(f"VERIFIED  {quantity} >= 2  ") == 2
    for name, least, verdict in (("below", "2", False), ("below", "1.99", True), ("sharp", "2", True)):
        assert check(Path(f"{name}.json.xz").read_bytes(), expect=f"{quantity} >= {least}").verified is verdict
    code, _, err = run(THETA, "-q", "-o", "sharp.json.xz")
    assert code == 2
    assert "--force" in err


def test_a_certificate_from_double_precision(run: Command) -> None:
    code, out, err = run(THETA, "-q", "--engine", "clarabel", "-o", "c.json.xz")
    if code == 0:
        assert out.count("VERIFIED") == 2
    else:
        assert (code, "not made exact" in err) == (4, True)


def test_no_certificate_of_an_infeasible_program(run: Command) -> None:
    code, out, err = run("1\n1\n2\n-1\n1 1 1 1 1\n1 1 2 2 1\n", "-o", "none.json.xz")
    assert code == 3
    assert "proved: (D) is infeasible" in out
    assert "no certificate was written" in err
    assert not Path("none.json.xz").exists()


def test_d_without_an_interior_point(run: Command) -> None:
    """Y_11 = 0 forces Y_12 = 0: max Y_12 = 0, on a face."""
    text = "2\n1\n2\n0 1\n0 1 1 2 0.5\n1 1 1 1 1\n2 1 2 2 1\n"
    code, _, err = run(text, "-q", "-o", "none.json.xz")
    assert code == 4
    assert not Path("none.json.xz").exists()
    assert err.startswith("error: ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--sharp",), "--sharp with -o"),
        (("--sharp", "-o", "x.json", "--bits", "200"), "without --bits"),
        (("-o", "no/such/folder.json"), "cannot be written"),
    ],
)
def test_options_that_do_not_fit(run: Command, words: tuple[str, ...], message: str) -> None:
    code, out, err = run(THETA, *words)
    assert (code, out) == (2, "")
    assert message in err


def test_infeasible_d(run: Command) -> None:
    """trace Y = -1."""
    code, out, _ = run("1\n1\n2\n-1\n1 1 1 1 1\n1 1 2 2 1\n", "-q")
    assert code == 3
    assert "proved: (D) is infeasible" in out
    assert "<=" not in out


def test_infeasible_p(run: Command) -> None:
    """max trace Y, Y_12 = 0: every diagonal is feasible, and x_1 E_12 - I is never positive semidefinite."""
    code, out, _ = run("1\n1\n2\n0\n0 1 1 1 1\n0 1 2 2 1\n1 1 1 2 1\n", "-q")
    assert code == 3
    assert "proved: (P) is infeasible" in out


def test_an_early_stop_is_not_called_optimal(run: Command) -> None:
    code, out, _ = run(THETA, "-q", "--iterations", "3")
    assert code == 4
    assert "iteration limit" in out
    assert "optimal" not in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not a file of this kind", "sparse SDPA format"),
        ("1\n1\n2\n1\n1 1 1 3 1\n", "position"),
        ("1\n1\n999999999\n1\n1 1 1 1 1\n", "order at most"),
        ("2\n1\n1\n1 3\n1 1 1 1 1\n2 1 1 1 2\n", "no solution"),
    ],
)
def test_wrong_files(run: Command, text: str, message: str) -> None:
    code, out, err = run(text, "-q")
    assert code in (2, 3)
    assert message in err
    assert out == ""


@pytest.mark.parametrize("engine", ["picos", "clarabel"])
def test_engines_in_double_precision(run: Command, engine: str) -> None:
    """Their results are numerical, with the name of the engine; what is proved is proved by us."""
    code, out, _ = run(THETA, "--quiet", "--engine", engine)
    assert code == 0
    numerical, proved = out.splitlines()[1:]
    assert re.fullmatch(rf"numerically: optimal, .* 53 bits, .*{engine}.*", numerical, re.IGNORECASE)
    values = [float(word) for word in re.findall(r"-?\d+\.\d+|\b2\b", proved)]
    assert all(abs(value - 2) < 1e-6 for value in values)


def test_bits_of_an_engine_in_double_precision(run: Command) -> None:
    code, _, err = run(THETA, "--engine", "picos", "--bits", "200")
    assert code == 2
    assert "without --bits" in err
