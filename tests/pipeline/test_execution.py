"""What a run leaves behind, and what the command line says of success, failure and interruption, also with --json."""

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

import kissalg
from kissalg.certificate import certify
from kissalg.cli.compute import add_commands
from kissalg.errors import InfeasibleError, ParameterError, RoundingError, RunError, SolverError
from kissalg.families.delsarte.model import delsarte
from kissalg.pipeline import (
    Argument,
    Bits,
    CertificateRefused,
    Command,
    Engine,
    Execution,
    Option,
    Outcome,
    Reporter,
    Run,
    RunInterrupted,
    RunOptions,
    best_of,
    from_doubles,
)
from kissalg.runs import read_description


@dataclass(frozen=True)
class Request:
    """Delsarte's bound, with a mishap on the way."""

    n: Annotated[int, Argument("N", "Dimension.")]
    mishap: Annotated[str | None, Option("What goes wrong.", short="-m")] = None
    words: Annotated[tuple[str, ...], Option("Some words.", name="--word")] = ()
    late: Annotated[bool, Option("After the solve.")] = False
    bits: Bits = None


MISHAPS: dict[str, type[BaseException]] = {
    "infeasible": InfeasibleError,
    "unsolved": SolverError,
    "unrounded": RoundingError,
    "wrong": ParameterError,
    "memory": MemoryError,
    "interrupt": KeyboardInterrupt,
}


def compute(request: Request, run: Run) -> Outcome:
    def happen() -> None:
        if request.mishap in MISHAPS and not Path("repaired").exists():
            raise MISHAPS[request.mishap]("it went wrong")

    problem = delsarte(request.n, "1/2", 2)
    if not request.late:
        happen()
    solution = run.solve(problem, bits=request.bits)
    happen()
    run.result("a result")
    quantity = f"A({request.n},1/2)"
    if request.mishap == "refused":
        quantity = "A(17,1/2)"
    return Outcome(certify(solution), quantity)


TOY = Command("toy", Request, compute, lambda request: Path(f"toy-{request.n}.json"), "Bound a toy.")
Answer = tuple[int, str, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """The toy command on the command line, in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)  # so that the command has a name
    add_commands(app, "", [TOY])

    def command(*words: str) -> Answer:
        with pytest.raises(SystemExit) as caught:
            app(list(words))
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return command


def left() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


def test_success(run: Callable[..., Answer]) -> None:
    code, out, err = run("toy", "3", "--word", "a", "--word", "b")
    assert code == 0, err
    assert [line.split()[0] for line in out.splitlines()] == ["a", "VERIFIED", "VERIFIED"]
    assert "wrote toy-3.json" in err
    assert re.search(r"^solve \d+\.\d s · .* total", err, re.MULTILINE)
    assert left() == ["toy-3.json"]
    assert run("toy", "3", "--force", "--quiet", "--keep-run")[2] == ""
    assert left() == ["toy-3.json", "toy-3.json.run"]
    description = read_description(Path("toy-3.json.run"))
    assert (description.command, dict(description.options)) == ("toy", {"n": "3", "late": "False"})


@pytest.mark.parametrize(
    ("mishap", "code"),
    [("infeasible", 3), ("unsolved", 4), ("unrounded", 4), ("wrong", 2), ("memory", 4), ("interrupt", 130)],
)
@pytest.mark.parametrize("late", [False, True])
def test_failures_keep_what_was_computed(run: Callable[..., Answer], mishap: str, code: int, late: bool) -> None:
    """Unless there is nothing to keep, or the answer is that there is no bound."""
    words = ("toy", "3", "--mishap", mishap, *(["--late"] if late else []))
    found, out, err = run(*words)
    assert (found, out) == (code, "")
    assert "Traceback" not in err
    assert left() == (["toy-3.json.run"] if late and mishap != "infeasible" else [])
    tree = json.loads(run(*words, "--json", "-o", "b.json")[1])
    assert tree["exit_code"] == code
    assert {"memory": "not enough memory", "interrupt": "interrupted"}.get(mishap, "it went wrong") in tree["error"]
    assert ("resume" in tree) == (late and mishap != "infeasible")
    if "resume" in tree:
        Path("repaired").touch()
        found, out, err = run(*shlex.split(tree["resume"])[1:])
        resumed = json.loads(out)
        assert (found, resumed["exit_code"]) == (0, 0)
        assert [record["resumed"] for record in resumed["solves"]] == [True]
        assert Path("b.json").exists()
        assert not Path("b.json.run").exists()


def test_the_object_of_a_success(run: Callable[..., Answer]) -> None:
    code, out, _ = run("toy", "4", "--json", "--word", "a", "--bits", "150")
    assert code == 0
    assert out.count("\n") == 1
    tree = json.loads(out)
    data = Path("toy-4.json").read_bytes()
    assert tree["options"] == {"n": 4, "words": ["a"], "late": False, "bits": 150}
    assert (tree["command"], tree["theorem"], tree["exit_code"]) == ("toy", "delsarte", 0)
    assert tree["claim"].startswith("A(4, 1/2) <= ")
    assert Fraction(tree["bound"]) == kissalg.load("toy-4.json").bound
    assert (tree["file"], tree["bytes"]) == ("toy-4.json", len(data))
    assert len(tree["sha256"]) == 64
    assert {name: verdict["verdict"] for name, verdict in tree["verdicts"].items()} == {
        "kernel": "VERIFIED",
        "second opinion": "VERIFIED",
    }
    assert [stage["name"] for stage in tree["stages"]] == ["solve", "verify", "second opinion"]
    (record,) = tree["solves"]
    assert record["iterations"] == tree["iterations"] > 5
    assert record["bits"] == tree["bits"] >= 150
    assert tree["results"][0] == "a result"


def test_wrong_usage_is_an_object_too(run: Callable[..., Answer]) -> None:
    for words, message in (
        (("three",), "valid int"),
        (("3", "--no-such-option"), "No such option"),
        ((), "Missing argument"),
        (("3", "--run", "a", "--resume", "b"), "found both"),
        (("3", "--resume", "b"), "holds no run.json"),
        (("3", "-o", "no/such/folder.json"), "cannot be written"),
    ):
        code, out, err = run("toy", *words, "--json")
        tree = json.loads(out)
        assert (code, tree["exit_code"]) == (2, 2), err
        assert message in tree["error"]
        assert message in " ".join(err.split())
        code, out, _ = run("toy", *words)
        assert (code, out) == (2, "")
    assert left() == []


def test_a_certificate_that_is_refused(run: Callable[..., Answer]) -> None:
    """It proves something else than was asked for; nothing is thrown away."""
    code, out, err = run("toy", "3", "-m", "refused")
    assert code == 1
    assert "bug of kissalg" in err
    assert out.count("REJECTED") == 2
    assert left() == ["toy-3.json", "toy-3.json.run"]
    code, out, err = run("toy", "3", "-m", "refused", "--json", "-o", "b.json")
    assert (code, json.loads(out)["verdicts"]["kernel"]["verdict"]) == (1, "REJECTED")


def test_the_command_that_resumes_is_complete(run: Callable[..., Answer]) -> None:
    words = ("toy", "3", "-m", "interrupt", "--word", "-x", "--word", "two words", "--late", "--bits", "144")
    code, _, err = run(*words, "-o", "a b.json", "--force", "--keep-run", "-q", "--run", "c d")
    assert code == 130
    command = err.strip().splitlines()[-1].strip()
    assert command == (
        "kissalg toy 3 --mishap interrupt --word -x --word 'two words' --late --bits 144 "
        "-o 'a b.json' --resume 'c d' --force --keep-run --quiet"
    )
    Path("repaired").touch()
    code, _, err = run(*shlex.split(command)[1:])
    assert (code, err) == (0, "")
    assert left() == ["a b.json", "c d", "repaired"]


def test_an_existing_folder_says_what_to_do(run: Callable[..., Answer]) -> None:
    run("toy", "3", "-m", "unrounded", "--late")
    code, _, err = run("toy", "3", "-m", "unrounded", "--late")
    assert code == 2
    assert "Continue it with --resume toy-3.json.run, or delete the folder" in err


def test_an_interrupted_verification_may_write_its_certificate_again(tmp_path: Path) -> None:
    """The certificate is there, and so is the run: the resumed one overwrites its own file, and no other."""
    output = tmp_path / "toy.json"
    request = Request(3)

    class Late(Reporter):
        def note(self, text: str) -> None:
            if text.startswith("wrote"):
                raise KeyboardInterrupt

    with pytest.raises(RunInterrupted, match=r"toy\.json\.run$"):
        Execution(TOY, request, RunOptions(output), Late()).perform()
    content = output.read_bytes()
    resumed = RunOptions(output, resume=tmp_path / "toy.json.run")
    output.write_bytes(content + b"\n")
    with pytest.raises(ParameterError, match="exists"):
        Execution(TOY, request, resumed).perform()
    output.write_bytes(content)
    Execution(TOY, request, resumed).perform()
    assert output.read_bytes() == content
    assert not (tmp_path / "toy.json.run").exists()


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("solve-001.bin", "is damaged"),
        ("result-001.bin", "is damaged"),
        ("run.json", "is damaged"),
        ("missing solve-001.bin", "the entry solve-001.bin is missing, and later ones are there"),
    ],
)
def test_a_damaged_folder(tmp_path: Path, name: str, message: str) -> None:
    output, folder = tmp_path / "toy.json", tmp_path / "toy.json.run"
    request = Request(3, "unsolved", late=True)
    with pytest.raises(SolverError, match="it went wrong"):
        Execution(TOY, request, RunOptions(output)).perform()
    if name.startswith("missing "):
        (folder / name.removeprefix("missing ")).unlink()
    elif name == "run.json":
        (folder / name).write_text('{"format": 2, "command": ')
    else:
        damage(folder / name)
    with pytest.raises(RunError, match=message):
        Execution(TOY, request, RunOptions(output, resume=folder)).perform()
    assert folder.exists()


def test_a_refused_certificate_is_an_error(tmp_path: Path) -> None:
    execution: Execution[Any] = Execution(TOY, Request(3, "refused"), RunOptions(tmp_path / "t.json"))
    with pytest.raises(CertificateRefused, match="a checker did not accept"):
        execution.perform()
    assert execution.kept == tmp_path / "t.json.run"


def test_a_solution_in_double_precision_that_cannot_be_rounded() -> None:
    """With no margin to speak of; the numerical bound is told all the same."""
    run = Run()
    with pytest.raises(RoundingError, match="Leave out --engine"):
        from_doubles([kissalg.kissing(3, 3)], "A(3,1/2)", Engine.CLARABEL, run, digits=(15,))
    assert len(run.results) == 1
    assert run.results[0].startswith("numerically, not proved: A(3,1/2) <= 13.2")


def test_the_best_of_several_strategies() -> None:
    """Some may find nothing; if none does, the reason of the last one is told."""
    notes: list[str] = []

    class Notes(Reporter):
        def note(self, text: str) -> None:
            notes.append(text)

    def none(error: Exception) -> Callable[[], kissalg.Certificate]:
        def strategy() -> kissalg.Certificate:
            raise error

        return strategy

    low, high = (kissalg.certify(kissalg.levenshtein(n, "0")) for n in (3, 4))
    run = Run(Notes())
    assert best_of({"a": lambda: high, "b": lambda: low, "c": none(SolverError("stalled"))}, run) is low
    assert best_of({"a": none(InfeasibleError("no")), "b": lambda: high}, run) is high
    assert notes == ["no bound by c: stalled", "no bound by a: no"]
    with pytest.raises(RoundingError, match="never"):
        best_of({"a": none(InfeasibleError("no")), "b": none(RoundingError("never"))}, run)
    with pytest.raises(ParameterError, match="wrong"):
        best_of({"a": none(ParameterError("wrong")), "b": lambda: high}, run)
