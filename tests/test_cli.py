"""The command line: verdicts, exit codes, messages, and runs that survive an interruption."""

import io
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

import kissalg
from kissalg.audit import NoOpinion
from kissalg.cli import app
from kissalg.cli import verdicts as verify_command
from kissalg.cli.display import Display
from kissalg.families.three_point.command import CODE as CODE_COMMAND
from kissalg.families.three_point.command import KISSING as KISSING_COMMAND
from kissalg.families.three_point.command import CodeRequest, KissingRequest
from kissalg.kernel import Report, Verdict
from kissalg.solvers import Iteration
from tests.vectors import vector

ROOT = Path(__file__).parents[1]
GOOD = vector("three-point", "three-point-n4-cos-negative-d1-weak")
REJECTED = vector("three-point", "a-exponent-negative", "rejected")
SHARP = {
    "e8": vector("delsarte", "e8"),
    "motzkin": vector("nonnegative", "motzkin"),
    "petersen": vector("three-point", "petersen"),
}
KISSING = ("bound", "kissing", "3", "--degree", "3")


@dataclass(frozen=True)
class Result:
    """What a command did."""

    code: int
    out: str
    err: str


Command = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: str) -> Result:
        with pytest.raises(SystemExit) as caught:
            app(list(words))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Result(int(caught.value.code or 0), out, err)

    return command


def test_the_whole_chain(run: Command, tmp_path: Path) -> None:
    first = run(*KISSING)
    assert first.code == 0, first.err
    assert [path.name for path in tmp_path.iterdir()] == ["A-3-1_2-d3.json.xz"]
    claims = re.findall(r"^VERIFIED  A\(3,1/2\) <= (\d+\.\d+)  \((kernel|second opinion)\)$", first.out, re.MULTILINE)
    assert [checker for _, checker in claims] == ["kernel", "second opinion"]
    assert all(12 < float(claim) < 14 for claim, _ in claims)
    for stage in ("build", "solve", "round", "verify", "second opinion", "total"):
        assert re.search(rf"{stage} \d+\.\d s", first.err)
    assert len(re.findall(r"^ *\d+  \d+ bits", first.err, re.MULTILINE)) > 5

    again = run(*KISSING)
    assert (again.code, again.out) == (2, "")
    assert "--force" in again.err

    quiet = run(*KISSING, "--force", "--quiet", "--keep-run", "--run", "elsewhere")
    assert (quiet.code, quiet.err) == (0, "")
    assert quiet.out == first.out
    assert (tmp_path / "elsewhere" / "run.json").exists()

    shown = run("show", "A-3-1_2-d3.json.xz")
    assert shown.code == 0
    assert "A(3,1/2) <= " in shown.out
    assert "degree 3, 6 Gegenbauer terms" in shown.out
    assert "not verified here" in shown.out

    assert run("verify", "A-3-1_2-d3.json.xz", "--expect", "A(3,1/2) <= 14").code == 0
    refused = run("verify", "A-3-1_2-d3.json.xz", "--expect", "A(3,1/2) <= 12")
    assert (refused.code, refused.out[:8]) == (1, "REJECTED")


def test_a_spherical_code(run: Command, tmp_path: Path) -> None:
    result = run(
        "bound", "code", "4", "--cos", "1/6", "--degree", "2", "--linear", "2", "--bits", "160", "-o", "code.json", "-q"
    )
    assert result.code == 0, result.err
    assert result.out.startswith("VERIFIED  A(4,1/6) <= ")
    assert (tmp_path / "code.json").read_bytes().startswith(b'{"bound":')


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("bound", "kissing", "2", "--degree", "3"), "n: expected an integer >= 3, found 2"),
        (("bound", "kissing", "4", "--degree", "0"), "degree: expected an integer >= 1, found 0"),
        (("bound", "kissing", "4", "--degree", "3", "--linear", "7"), "linear: expected an integer from 0 to 6"),
        (("bound", "kissing", "4", "--degree", "3", "--bits", "9"), "bits"),
        (("bound", "code", "4", "--cos", "1", "--degree", "3"), "strictly between -1 and 1"),
        (("bound", "code", "4", "--cos", "half", "--degree", "3"), "expected a rational number"),
        ((*KISSING, "-o", "missing/k.json.xz"), "missing/k.json.xz cannot be written"),
        ((*KISSING, "-o", "."), "is a folder"),
        ((*KISSING, "--resume", "missing"), "no run.json in|holds no run.json"),
        ((*KISSING, "--resume", "a", "--run", "b"), "found both"),
        (("bound", "kissing", "four", "--degree", "3"), "valid int"),
        (("bound", "kissing", "4"), "Missing option '--degree'"),
        (("verify", "missing.json.xz"), "cannot be read: No such file"),
        (("show", "missing.json.xz"), "cannot be read: No such file"),
        (("verify", str(GOOD), "--expect", "at most 12"), "expected a claim such as"),
    ],
)
def test_wrong_usage(run: Command, words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert (result.code, result.out) == (2, "")
    assert re.search(message, result.err), result.err


def test_verify_several_files(run: Command) -> None:
    result = run("verify", str(GOOD), str(REJECTED), "--second-opinion")
    assert result.code == 1
    verdicts = [line.split(": ", 1)[1].split()[0] for line in result.out.splitlines()]
    assert verdicts == ["VERIFIED", "VERIFIED", "REJECTED", "REJECTED"]
    assert run("verify", str(REJECTED), str(ROOT / "README.md"), str(GOOD)).code == 2
    assert run("verify", "missing", str(GOOD)).code == 2


def test_disagreement_is_loud(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def contrary(data: bytes, *, expect: str | None = None) -> Report:
        return Report(Verdict.REJECTED, None, "for the sake of the argument")

    monkeypatch.setattr(verify_command, "audit_bytes", contrary)
    result = run("verify", str(GOOD), "--second-opinion")
    assert result.code == 1
    assert "disagree" in result.err


@pytest.mark.parametrize("name", ["e8", "motzkin", "petersen"])
def test_a_second_opinion_on_sharp_bounds_and_sums_of_squares(run: Command, name: str) -> None:
    result = run("verify", str(SHARP[name]), "--second-opinion")
    assert result.code == 0
    assert result.out.count("VERIFIED") == 2


def test_no_second_opinion_is_no_disagreement(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(data: bytes, *, expect: str | None = None) -> Report:
        return NoOpinion(Verdict.MALFORMED, None, "the second opinion does not cover this", "theorem")

    monkeypatch.setattr(verify_command, "audit_bytes", none)
    result = run("verify", str(SHARP["e8"]), "--second-opinion")
    assert result.code == 2
    assert "VERIFIED" in result.out
    assert "NO OPINION" in result.out
    assert "the first one stands alone" in result.err
    assert "disagree" not in result.err


@pytest.mark.parametrize(
    ("name", "words"),
    [("e8", ["A(8,1/2) <= 240  (not verified here)", "Delsarte, degree 6", "Q0 of size 4"]), ("motzkin", ["x1^2*x2^4", "S0 of size"])],
)  # fmt: skip
def test_show_sharp_bounds_and_sums_of_squares(run: Command, name: str, words: list[str]) -> None:
    result = run("show", str(SHARP[name]))
    assert result.code == 0
    assert all(word in result.out for word in words), result.out


def test_show_refuses_what_is_no_certificate(run: Command) -> None:
    result = run("show", str(ROOT / "README.md"), str(GOOD))
    assert result.code == 2
    assert "is not a certificate" in result.err
    assert "claim" in result.out


def test_show_prints_no_control_characters(run: Command, tmp_path: Path) -> None:
    text = kissalg.load(GOOD).text.replace(
        '"provenance":{', '"provenance":{"\\u001b[2J":"\\u0007' + "x" * 300 + '",', 1
    )
    (tmp_path / "odd.json").write_text(text)
    result = run("show", "odd.json")
    assert "\x1b" not in result.out
    assert "\x07" not in result.out


@pytest.mark.parametrize("arguments", [(), ("bound",), ("bound", "kissing"), ("bound", "code"), ("verify",), ("show",)])
def test_help_documents_the_exit_codes(run: Command, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--help")
    assert result.code == 0
    for code in ("0 verified", "1 rejected", "2 malformed", "3 the problem", "4 the solver", "130 interrupted"):
        assert code in " ".join(result.out.split())


def test_version(run: Command) -> None:
    assert f"kissalg {kissalg.__version__}" in run("--version").out


def test_interrupt_and_resume(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at the tenth iteration; the printed command continues from there and gives the certificate of an
    undisturbed run.
    """
    shown: list[int] = []

    def interrupt(self: Display, step: Iteration) -> None:
        shown.append(step.index)
        if len(shown) == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(Display, "iteration", interrupt)
    stopped = run(*KISSING, "-o", "a b.json.xz")
    assert stopped.code == 130
    assert (tmp_path / "a b.json.xz.run" / "checkpoint-001.bin").exists()
    command = stopped.err.strip().splitlines()[-1].strip()
    assert command.startswith("kissalg bound kissing 3 --degree 3 ")

    other = run("bound", "kissing", "3", "--degree", "2", "--resume", "a b.json.xz.run")
    assert other.code == 2
    assert "degree is 3 there and 2 here" in other.err

    restarted = run(*KISSING, "-o", "a b.json.xz")
    assert restarted.code == 2
    assert "--resume" in restarted.err

    first = len(shown)
    resumed = run(*shlex.split(command)[1:])
    assert resumed.code == 0, resumed.err
    assert shown[first] > 1
    undisturbed = run(*KISSING, "-o", "c.json.xz")
    assert undisturbed.out == resumed.out
    assert (tmp_path / "a b.json.xz").read_bytes() == (tmp_path / "c.json.xz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a b.json.xz", "c.json.xz"]


@pytest.mark.parametrize(
    ("words", "number", "code"),
    [
        ("bound kissing 4 --degree 10", signal.SIGINT, 130),
        ("bound kissing 4 --degree 10", signal.SIGKILL, -signal.SIGKILL),
        ("bound delsarte 24 --degree 5 --sharp", signal.SIGKILL, -signal.SIGKILL),
        (
            "bound minimum --equal x^2+y^2+z^2-1 --degree 6 x^2*y^4+y^2*z^4+z^2*x^4-x*y*z",
            signal.SIGKILL,
            -signal.SIGKILL,
        ),
        ("bound delsarte 24 --degree 5 --sharp", signal.SIGTERM, 130),
    ],
)
def test_signals(tmp_path: Path, words: str, number: signal.Signals, code: int) -> None:
    """A real process, a real signal in the middle of the solve, and the run that goes on."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "kissalg", *words.split(), "-o", "k.json.xz"]
    # what a shell starts in the background ignores SIGINT, and so would its children
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(signal.SIGINT, handler)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("  15  "):
            break
    process.send_signal(number)
    _, err = process.communicate()
    assert process.returncode == code, err
    assert not (tmp_path / "k.json.xz").exists()
    resumed = subprocess.run(
        [*command, "--resume", "k.json.xz.run"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.count("VERIFIED") == 2
    first = re.search(r"^ *(\d+)  \d+ bits", resumed.stderr, re.MULTILINE)
    assert first is not None
    assert int(first[1]) > 10
    assert [path.name for path in tmp_path.iterdir()] == ["k.json.xz"]


def test_default_names() -> None:
    assert str(KISSING_COMMAND.output(KissingRequest(4, 6))) == "A-4-1_2-d6.json.xz"
    assert str(CODE_COMMAND.output(CodeRequest(5, "-2/6", 2, 1))) == "A-5--1_3-d2-k1.json.xz"
    assert str(CODE_COMMAND.output(CodeRequest(5, "1/3", 2, 4))) == "A-5-1_3-d2.json.xz"


STEP = Iteration(7, 144, 0.1, 26.5, 25.5, 0.04, 1e-30, 0.0, 0.9, 0.9, 0.25, 3_000_000_000)


def test_display_on_a_terminal() -> None:
    """The spinner shows the iteration; nothing scrolls."""
    stream = io.StringIO()
    shown = Display(console=Console(file=stream, force_terminal=True, width=200))
    with shown.stage("solving"):
        shown.iteration(STEP)
        shown.console.file.flush()
    assert "iteration 7, 144 bits, objective 26.5" in stream.getvalue()


def test_quiet_display() -> None:
    stream = io.StringIO()
    shown = Display(quiet=True, console=Console(file=stream))
    with shown.stage("solving"):
        shown.iteration(STEP)
        shown.note("a note")
    assert stream.getvalue() == ""


def test_bound_average_kissing(run: Command) -> None:
    words = ("--method", "linear", "--intervals", "1", "--first", "2/5", "--degree", "6", "--margin", "1/2000")
    result = run("bound", "average-kissing", "3", *words, "-o", "a.json")
    assert result.code == 0
    assert result.out.count("VERIFIED  average-kissing(3) <= ") == 2
    again = run("bound", "average-kissing", "3", "--intervals", "1", "-o", "a.json")
    assert again.code == 2
    assert "--force" in again.err
    assert run("verify", "a.json", "--expect", "average-kissing(3) <= 30").code == 0
    assert run("verify", "a.json", "--expect", "average-kissing(3) <= 12").code == 1
    assert "theorem" in run("show", "a.json").out


def test_bound_average_kissing_of_finitely_many_radii(run: Command) -> None:
    result = run("bound", "average-kissing", "3", "--radii", "1,2", "--degree", "6", "--quiet")
    assert result.code == 0
    assert result.out.count("VERIFIED  average-kissing(3;1,2) <= 13.") == 2
    assert Path("average-kissing-3-r1_2.json.xz").exists()
    assert not result.err


@pytest.mark.parametrize("method", ["caps", "direct"])
def test_methods_for_finitely_many_radii(run: Command, method: str) -> None:
    words = ("--degree", "5", *(("--rho-squared", "47/16") if method == "caps" else ()))
    result = run("bound", "average-kissing", "3", "--radii", "1", "--method", method, *words)
    assert result.code == 0, result.err
    assert result.out.count("VERIFIED  average-kissing(3;1) <= 1") == 2
    assert Path(f"average-kissing-3-r1-{method}.json.xz").exists()


def test_the_best_sphere_for_radii(run: Command) -> None:
    """13.219 in the paper for the radii 1, 2, with caps on the best sphere."""
    result = run("bound", "average-kissing", "3", "--radii", "1,2", "--method", "caps")
    assert result.code == 0, result.err
    assert "rho² = " in result.err
    assert (
        run("verify", "average-kissing-3-r1_2-caps.json.xz", "--expect", "average-kissing(3;1,2) <= 13.219").code == 0
    )


def test_best_is_the_best_of_several(run: Command) -> None:
    """One linear piece on either side of 1/2 from 1/20 on gives more than twice the linear programming bound of the
    kissing number; polynomials give less.
    """
    result = run("bound", "average-kissing", "3", "--first", "1/20", "--intervals", "1", "--degree", "8")
    assert result.code == 0, result.err
    assert "bound 26." in result.err
    assert run("verify", "average-kissing-3-best.json.xz", "--expect", "average-kissing(3) <= 13.49").code == 0


def test_the_area_of_one_cap(run: Command) -> None:
    """Kuperberg and Schramm: 8 + 4√3 = 14.92820323027…"""
    result = run("bound", "average-kissing", "3", "--method", "area", "-q")
    assert result.code == 0, result.err
    assert result.out.count("VERIFIED  average-kissing(3) <= 14.9282032303") == 2
    assert Path("average-kissing-3-area.json.xz").exists()


def test_polynomial_weights(run: Command) -> None:
    """With f fitted to the areas of caps, as in the paper."""
    words = ("--method", "polynomial", "--rho-squared", "3", "--degree", "6", "--order", "2", "--first", "1/3")
    result = run("bound", "average-kissing", "3", *words)
    assert result.code == 0, result.err
    assert result.out.count("VERIFIED  average-kissing(3) <= 1") == 2
    assert Path("average-kissing-3-polynomial.json.xz").exists()


@pytest.mark.parametrize("method", ["step", "caps"])
def test_methods_with_constant_pieces(run: Command, method: str) -> None:
    words = ("--method", method, "--first", "1/4", "--intervals", "2", "--margin", "1/2000", "--degree", "9")
    result = run("bound", "average-kissing", "3", *words)
    assert result.code == 0, result.err
    assert Path(f"average-kissing-3-{method}.json.xz").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ("8", "--degree", "3", "--intervals", "2", "--method", "linear"),
            3,
            "(--degree 10 with --first 11/25 gives a bound)",
        ),
        (("2",), 2, "expected an integer from 3"),
        (("3", "--first", "3/5"), 2, "between 0 and 1/2"),
        (("3", "--intervals", "0"), 2, "intervals"),
        (("3", "--method", "polynomial", "--degree", "7"), 2, "expected an even number, found 7"),
        (("3", "--method", "polynomial", "--order", "3"), 2, "expected an even number, found 3; take 4"),
        (("3", "--method", "polynomial", "--rho-squared", "9", "--degree", "4", "--order", "2"), 3, "smaller radius"),
        (("3", "--method", "polynomial", "--rho-squared", "9.1", "--order", "2"), 2, "1 < rho² <= 9"),
        (("3", "--method", "caps", "--rho-squared", "9"), 3, "smaller radius"),
        (("3", "--radii", "1,2", "--method", "caps", "--rho-squared", "9"), 3, "smaller radius"),
        (("3", "--method", "area", "--rho-squared", "9"), 3, "smaller radius"),
        (("3", "--method", "area", "--rho-squared", "1"), 2, "1 < rho² <= 9"),
        (("3", "--method", "area", "--degree", "4"), 2, "--method area without --degree"),
        (("65", "--method", "area"), 2, "from 3 to 64"),
        (("3", "--radii", ""), 2, "expected positive numbers separated by commas, such as 1,2, found ''"),
        (("3", "--radii", "1,,2"), 2, "found '1,,2'"),
        (("3", "--radii", "", "--method", "direct"), 2, "expected positive numbers"),
        (("3", "--order", "4"), 2, "--method polynomial only"),
        (("3", "--radii", "0"), 2, "all of them positive"),
        (("3", "--radii", "1", "--first", "1/4"), 2, "finitely many radii need no mesh"),
        (("3", "--radii", "1", "--method", "step"), 2, "methods best, caps, direct with --radii, found step"),
        (("3", "--method", "direct"), 2, "without --radii, found direct"),
        (("3", "--rho-squared", "3"), 2, "--method caps, polynomial or area only"),
        (("3", "--contact", "3"), 2, "--method direct only"),
        (("3", "--radii", "1", "--method", "direct", "--margin", "1/9"), 2, "solves in multiprecision"),
        (("3", "--radii", "1", "--method", "direct", "--degree", "4"), 2, "odd number"),
        (("3", "--method", "caps", "--rho-squared", "10"), 2, "rho"),
        (
            ("3", "--method", "linear", "--margin", "1/1000000000000", "--intervals", "1", "--degree", "6"),
            4,
            "larger margin",
        ),
    ],
)
def test_average_kissing_says_what_would_work(run: Command, words: tuple[str, ...], code: int, message: str) -> None:
    result = run("bound", "average-kissing", *words)
    assert result.code == code, result.err
    assert message in result.err


@pytest.mark.parametrize("engine", ["picos", "clarabel"])
def test_a_bound_by_an_engine_in_double_precision(run: Command, engine: str) -> None:
    """The result of the engine is labelled as numerical; what is verified is the certificate that was rounded from
    another run of it.
    """
    result = run(*KISSING, "--engine", engine, "-q", "-o", "k.json.xz")
    assert result.code == 0, result.err
    numerical, kernel, opinion = result.out.splitlines()
    assert numerical.startswith("numerically, not proved: A(3,1/2) <= 13.2")
    assert engine in numerical.lower()
    assert kernel.startswith("VERIFIED  A(3,1/2) <= 13.")
    assert opinion.startswith("VERIFIED")
    assert Path("k.json.xz").exists()
    assert engine in run("show", "k.json.xz").out.lower()


def test_delsarte_by_picos(run: Command) -> None:
    result = run("bound", "delsarte", "3", "--degree", "3", "--engine", "picos", "-q")
    assert result.code == 0, result.err
    numerical, kernel, _ = result.out.splitlines()
    assert numerical.startswith("numerically, not proved: A(3,1/2) <= 13.")
    assert kernel.startswith("VERIFIED  A(3,1/2) <= 13.")
    assert "without --sharp" in run("bound", "delsarte", "3", "-d", "3", "--sharp", "--engine", "picos", "-f").err


def test_an_engine_in_double_precision_has_its_own_precision(run: Command) -> None:
    result = run(*KISSING, "--engine", "picos", "--bits", "100")
    assert result.code == 2
    assert "--engine picos without --bits" in result.err


def test_an_average_kissing_number_by_picos(run: Command) -> None:
    result = run("bound", "average-kissing", "3", "--radii", "1,2", "-d", "6", "--engine", "picos", "-q")
    assert result.code == 0, result.err
    assert result.out.startswith("VERIFIED  average-kissing(3;1,2) <= 13.29")
