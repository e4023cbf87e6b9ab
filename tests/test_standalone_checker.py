"""certificates/check.py is the kernel, runs where nothing is installed, and gives the same verdicts."""

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from kissalg.kernel import Verdict, check
from tests.vectors import vectors

ROOT = Path(__file__).parents[1]
CHECKER = ROOT / "certificates" / "check.py"
FILES = vectors()


def test_the_committed_file_is_current() -> None:
    """If this fails, run `just checker`."""
    spec = spec_from_file_location("standalone_checker", ROOT / "scripts" / "standalone_checker.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    assert CHECKER.read_text(encoding="utf-8") == script.standalone()


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of the file in an empty folder, isolated from every installed package."""
    copy = folder / "check.py"
    copy.write_bytes(CHECKER.read_bytes())
    return subprocess.run([sys.executable, "-I", "-S", str(copy), *words], cwd=folder, capture_output=True, text=True)


def test_the_same_verdicts(tmp_path: Path) -> None:
    result = run(*map(str, FILES), folder=tmp_path)
    verdicts = [line.split()[0] for line in result.stdout.splitlines()]
    assert verdicts == [check(path.read_bytes()).verdict.name for path in FILES]
    assert result.returncode == Verdict.MALFORMED.value
    assert {*verdicts} == {"VERIFIED", "REJECTED", "MALFORMED"}


def test_expectations_and_usage(tmp_path: Path) -> None:
    good = str(ROOT / "certificates" / "kissing" / "A-3-1_2-N13-d5.json.xz")
    assert run(good, "--expect", "A(3,1/2) <= 12", folder=tmp_path).returncode == 0
    assert run(good, "--expect", "A(3,1/2) <= 11", folder=tmp_path).returncode == 1
    assert run(folder=tmp_path).returncode == 64
    assert "check.py FILE" in run(folder=tmp_path).stderr


def test_it_imports_nothing_that_is_not_in_the_standard_library(tmp_path: Path) -> None:
    code = (
        f"import runpy, sys; sys.argv = ['check.py']; runpy.run_path({str(CHECKER)!r}); print(sorted({{m.split('.')[0]"
        " for m in sys.modules}))"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert not {"kissalg", "flint", "numpy"} & {*eval(result.stdout)}
