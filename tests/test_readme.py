"""The commands and the code of README.md and of the tutorial, as they stand there."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kissalg.cli import app
from kissalg.kernel import parse_expectation
from tests.vectors import vector

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
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


def test_the_first_command_installs_and_bounds() -> None:
    first = re.findall(r"```console\n\$ (.*?)\n", README)[0]
    install, pip, bound = (part.strip() for part in first.split("&&"))
    assert install == "python3 -m venv .venv"
    assert pip == ".venv/bin/pip install -q ."
    assert bound == ".venv/bin/kissalg bound kissing 4 --degree 6 -o k4.json.xz"


def test_the_second_command_is_the_test_script() -> None:
    assert re.findall(r"```console\n\$ (.*?)\n", README)[1] == ".ci/run"
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


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


@pytest.mark.parametrize("words", [*commands(README), *commands(TUTORIAL.read_text())], ids=" ".join)
def test_every_command_has_its_options(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each command of the pages parses: --help is the last option, so that nothing is computed."""
    with pytest.raises(SystemExit) as caught:
        app([*words, "--help"])
    assert caught.value.code == 0
    capsys.readouterr()
    if "--expect" in words:
        parse_expectation(words[words.index("--expect") + 1])


def test_the_python_of_the_readme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("VERIFIED  A(4,1/2) <= 26.000000")
    assert (tmp_path / "k4-d4.json.xz").exists()


@pytest.mark.slow
def test_the_python_of_the_page_on_sharp_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    for code in re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "sharp.md").read_text(), re.DOTALL):
        exec(compile(code, "sharp.md", "exec"), {})
    out = capsys.readouterr().out
    for line in (
        "240 {'Q0': (4, 0), 'Q1': (3, 1)}",
        "it is proved exactly",
        ">= 1/3 where",
        "165 = 1*41 + 1*16 + 2*54",
    ):
        assert line in out


def test_the_python_of_the_page_on_two_point_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    for code in re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "two-point.md").read_text(), re.DOTALL):
        exec(compile(code, "two-point.md", "exec"), {})
    assert "A(3, 1/5*sqrt(5)) <= 12.00000" in capsys.readouterr().out


def test_the_python_of_the_tutorial() -> None:
    failures, examples = doctest.testfile(str(TUTORIAL), module_relative=False)
    assert examples >= 7
    assert failures == 0


def test_the_bare_kernel_of_the_readme(tmp_path: Path) -> None:
    """A copy of the checkout's package, an isolated Python, nothing else."""
    shutil.copytree(ROOT / "kissalg", tmp_path / "kissalg", ignore=shutil.ignore_patterns("__pycache__"))
    certificate = vector("three-point-fixed-size", "fixed-size-n4-cos-1_6-N11-d4")
    shutil.copy(certificate, tmp_path / "k4.json.xz")
    (line,) = re.findall(r"^\$ (python3 -S -m kissalg\.kernel .*)$", README, re.MULTILINE)
    words = shlex.split(line)[1:]
    result = subprocess.run([sys.executable, *words[:-2]], cwd=tmp_path, capture_output=True, text=True)
    assert (result.returncode, result.stdout.split()[0]) == (0, "VERIFIED")
    assert words[-2] == "--expect"
