"""The command line: verdicts on stdout, details on stderr, the worst verdict as the exit code, and no installed package
needed.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from kissalg.kernel.__main__ import main
from tests.kernel.samples import LARGER, MEDIUM
from tests.vectors import NO_THEOREM, vector

ROOT = Path(__file__).parents[2]
GOOD = str(vector("three-point", MEDIUM))
OTHER = str(vector("three-point", LARGER))
REJECTED = str(vector("three-point", "bound-lowered", "rejected"))
MALFORMED = str(vector(NO_THEOREM, "nan", "malformed"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([GOOD], 0),
        ([REJECTED], 1),
        ([MALFORMED], 2),
        ([MALFORMED, GOOD, REJECTED], 2),
        ([GOOD, REJECTED, OTHER], 1),
        ([GOOD, "--expect", "A(3,0) <= 10"], 0),
        (["--expect", "A(3,0) <= 9", GOOD], 1),
        ([GOOD, OTHER, "--expect", "A(3,0) <= 10"], 1),
        (["no-such-file"], 2),
        ([str(ROOT)], 2),
        ([], 64),
        (["--expect", "A(3,0) <= 10"], 64),
        ([GOOD, "--expect"], 64),
        ([GOOD, "--expect", "A(3,0) <= ten"], 64),
        ([GOOD, "--unknown"], 64),
    ],
)
def test_exit_codes(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == code
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert err
    if code == 64:
        assert not lines
    else:
        verdicts = [("VERIFIED", "REJECTED", "MALFORMED").index(line.split()[0]) for line in lines]
        assert max(verdicts) == code


def test_output(capsys: pytest.CaptureFixture[str]) -> None:
    main([GOOD, REJECTED])
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == f"VERIFIED  A(3,0) <= 9.999748980394  {GOOD}"
    assert out.splitlines()[1] == f"REJECTED  -  {REJECTED}"
    assert "exactly 42948594839/4294967296" in err
    assert "too low by about 2^-200" in err


def test_file_names_that_are_not_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "k\udcff\n.json"
    path.write_bytes(b"{}")
    assert main([str(path)]) == 2
    assert "k\\udcff" in capsys.readouterr().out


def test_it_runs_without_installed_packages_and_imports_the_standard_library_only() -> None:
    code = (
        f"import sys, runpy\nsys.argv = ['kernel', {GOOD!r}]\ntry:\n    runpy.run_module('kissalg.kernel',"
        " run_name='__main__')\nexcept SystemExit as end:\n    assert end.code == 0, end.code\nforeign ="
        " {name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names) - {'kissalg',"
        " '__main__'}\nours = {name for name in sys.modules if name.startswith('kissalg.') and not"
        " name.startswith('kissalg.kernel')}\nprint(sorted(foreign), sorted(ours))\n"
    )
    result = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.splitlines()[-1] in ("[] []", "[] ['kissalg.errors']")


def test_every_file_of_the_kernel_can_be_read_in_one_sitting() -> None:
    folder = ROOT / "kissalg" / "kernel"
    for path in folder.rglob("*.py"):
        text = path.read_text()
        assert "float(" not in text
        assert "import kissalg" not in text.replace(">>> from kissalg", "")
