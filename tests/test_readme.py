"""The commands and the code of README.md, CONTRIBUTING.md, the pages in docs and those of the families, as they stand
there.
"""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kissalg.cli import app
from kissalg.kernel import parse_expectation

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "kissalg").rglob("*.md")),
]
TUTORIAL = ROOT / "docs" / "tutorial.md"


def commands(text: str) -> list[list[str]]:
    """The words of every `kissalg` command in the console blocks, without comments and redirections."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            for part in line.removeprefix("$ ").split("&&") if line.startswith("$ ") else ():
                words = shlex.split(part, comments=True)
                if words and words[0].endswith("kissalg"):
                    found.append(words[1:])
    return found


def run_python(name: str) -> None:
    """Run every block of Python on a page, each in a namespace of its own."""
    for code in re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(), re.DOTALL):
        exec(compile(code, f"<{name}>", "exec"), {})  # brackets: inspect must not look for the code in the page itself


def test_the_first_command_installs_and_bounds() -> None:
    first = re.findall(r"```console\n\$ (.*?)\n", README)[0]
    install, pip, bound = (part.strip() for part in first.split("&&"))
    assert install == "python3 -m venv .venv"
    assert pip == ".venv/bin/pip install -q ."
    assert bound == ".venv/bin/kissalg bound kissing 4 --degree 6 -o k4.json.xz"


def test_the_second_command_is_the_test_script() -> None:
    assert re.findall(r"```console\n\$ (.*?)\n", README)[1] == ".ci/run"
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.parametrize("name", re.findall(r"scripts/\w+\.sh", (ROOT / "CONTRIBUTING.md").read_text()))
def test_scripts_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111


@pytest.mark.slow
def test_the_first_command_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        app(commands(README)[0])
    assert caught.value.code == 0
    out, err = capsys.readouterr()
    # the last digits depend on the processor's floating-point unit; the bound is proved whatever they are
    shown = [re.sub(r"(\.\d{7})\d*", r"\1", text) for text in (out, README)]
    lines = re.findall(r"^VERIFIED .*\)$", shown[1], re.MULTILINE)
    assert len(lines) == 2
    assert all(line in shown[0] for line in lines)
    for line in re.findall(r"^(?:build the|solve \().*$", README, re.MULTILINE):
        assert line in err


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_has_its_options(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command of the pages parses: --help is the last option, so that nothing is computed."""
    for words in commands(page.read_text()):
        with pytest.raises(SystemExit) as caught:
            app([*words, "--help"])
        _, error = capsys.readouterr()
        assert caught.value.code == 0, f"{' '.join(words)}: {error}"
        if "--expect" in words:
            parse_expectation(words[words.index("--expect") + 1])


def test_the_python_of_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run_python("README.md")
    assert capsys.readouterr().out.startswith("VERIFIED  A(4,1/2) <= 26.000000")
    assert (tmp_path / "k4-d4.json.xz").exists()


@pytest.mark.slow
def test_the_python_of_the_page_on_sharp_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    run_python("docs/sharp.md")
    out = capsys.readouterr().out
    for line in (
        "240 {'Q0': (4, 0), 'Q1': (3, 1)}",
        "it is proved exactly",
        ">= 1/3 where",
        "165 = 1*41 + 1*16 + 2*54",
    ):
        assert line in out


def test_the_python_of_the_page_on_two_point_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    run_python("docs/two-point.md")
    assert "A(3, 1/5*sqrt(5)) <= 12.00000" in capsys.readouterr().out


def test_the_python_of_the_page_on_picos(capsys: pytest.CaptureFixture[str]) -> None:
    run_python("docs/picos.md")
    assert "proved: 2.23606797" in capsys.readouterr().out


def test_the_python_of_the_page_on_graphs(capsys: pytest.CaptureFixture[str]) -> None:
    run_python("docs/graphs.md")
    assert capsys.readouterr().out.startswith("15\n")


def test_the_python_of_the_page_on_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page reads a file; here it is the theta number of a small graph: the least x with x I - J + y A positive
    semidefinite.
    """
    monkeypatch.chdir(tmp_path)
    edge = "2\n1\n2\n1 0\n0 1 1 1 1\n0 1 1 2 1\n0 1 2 2 1\n1 1 1 1 1\n1 1 2 2 1\n2 1 1 2 1\n"
    (tmp_path / "theta.dat-s").write_text(edge)
    run_python("docs/programs.md")


def test_the_python_of_the_tutorial() -> None:
    failures, examples = doctest.testfile(str(TUTORIAL), module_relative=False)
    assert examples >= 7
    assert failures == 0


def test_no_page_is_left_out() -> None:
    """Every page with Python on it is run by a test above, or (testing.md) by one of its own."""
    run = {"README.md", "sharp.md", "two-point.md", "picos.md", "graphs.md", "programs.md", "testing.md"}
    assert {page.name for page in PAGES if "```python\n" in page.read_text()} == run
    assert {page.name for page in PAGES if "\n>>> " in page.read_text()} == {TUTORIAL.name}


def test_the_bare_kernel_of_the_readme(tmp_path: Path) -> None:
    """A copy of the checkout's package, an isolated Python, nothing else."""
    shutil.copytree(ROOT / "kissalg", tmp_path / "kissalg", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "certificates" / "codes" / "A-4-1_6-d4.json.xz", tmp_path / "k4.json.xz")
    (line,) = re.findall(r"^\$ (python3 -S -m kissalg\.kernel .*)$", README, re.MULTILINE)
    words = shlex.split(line)[1:]
    result = subprocess.run([sys.executable, *words[:-2]], cwd=tmp_path, capture_output=True, text=True)
    assert (result.returncode, result.stdout.split()[0]) == (0, "VERIFIED")
    assert words[-2] == "--expect"


def test_the_messages_of_the_page_on_symptoms_exist() -> None:
    """What stands in quotation in the first column is a message of kissalg; numbers and what follows them are left
    out.
    """
    page = (ROOT / "docs" / "troubleshooting.md").read_text()
    sources = "\n".join(path.read_text() for path in sorted((ROOT / "kissalg").rglob("*.py")))
    sources = re.sub(r'"\s*f?"', "", sources)  # texts that are written in several pieces
    symptoms = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| ")]
    quoted = [text for symptom in symptoms for text in re.findall(r"`([^`]+)`", symptom)]
    assert len(quoted) >= 30
    for text in quoted:
        pieces = re.split(r"…|\b\d+\b|\bf_k\b|\bQ\b|\b[a-z]+: (?=the )|\(it\b|, at each", text)
        for piece in (piece.strip() for piece in pieces):
            assert piece in sources, f"{text}: no message has {piece!r}"


def test_the_versions_of_python_that_are_promised_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    promised = re.search(r"^Python ([^\n]*?), on Linux", (ROOT / "docs" / "versioning.md").read_text(), re.MULTILINE)
    assert promised is not None
    assert re.findall(r"3\.\d+", promised[1]) == declared
    assert project["requires-python"] == f">={declared[0]}"


@pytest.mark.parametrize("family", sorted({page.parent for page in PAGES if page.name == "README.md"} - {ROOT}))
def test_pages_of_theorems(family: Path) -> None:
    """Named after the theorem, on less than a page, with the same parts in the same order."""
    text = (family / "README.md").read_text()
    assert text.startswith(f"# {family.name.replace('_', '-')}\n")
    parts = re.findall(r"^\*\*(\w+(?: \w+)?)\.\*\*", text, re.MULTILINE)
    assert parts == ["Statement", "Proof", "Parameters", "Known values", "References"]
    assert 15 <= len(text.splitlines()) <= 40
    assert max(map(len, text.splitlines())) <= 120
