"""The examples run, and each of them asserts its bound."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out.startswith("VERIFIED")
    assert "assert" in path.read_text()


def test_examples_are_scripts(tmp_path: Path) -> None:
    """From any folder, in a process of their own."""
    path = next(path for path in EXAMPLES if path.stem == "icosahedron")
    environment = {**os.environ, "PYTHONPATH": str(path.parents[1])}
    result = subprocess.run([sys.executable, str(path)], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("VERIFIED  A(3,1/5*sqrt(5)) <= 12")
    assert all('if __name__ == "__main__":' in path.read_text() for path in EXAMPLES)
