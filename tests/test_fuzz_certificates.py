"""scripts/fuzz_certificates.py: counts that add up, runs that go on where they stopped, the table on the page."""

import json
import subprocess
import sys
from pathlib import Path

from tests.vectors import vector

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "fuzz_certificates.py"
SMALL = vector("average-kissing-radii", "radii-n4-d9")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *words],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_counts_resume_and_table(tmp_path: Path) -> None:
    state, page = tmp_path / "state.json", tmp_path / "page.md"
    words = ["--count", "45", "--every", "5", "--state", str(state), str(SMALL)]
    first = run(*words)
    assert first.returncode == 0, first.stderr
    rows = json.loads(state.read_text())[str(SMALL)]
    assert len(rows) == 9
    for row in rows.values():
        assert row["done"] == 5 == sum(row["counts"].values())
        assert 1 <= row["distinct"] <= 5
    again = run(*words)
    assert again.stdout == first.stdout
    assert json.loads(state.read_text())[str(SMALL)] == rows
    changed = json.loads(state.read_text())
    changed[str(SMALL)]["claim"] |= {"sha256": "0" * 64, "done": 7}
    state.write_text(json.dumps(changed))
    assert run(*words).returncode == 0
    assert json.loads(state.read_text())[str(SMALL)]["claim"]["done"] == 5  # counts of another file are not kept
    page.write_text(
        "before\n<!-- table of mutants: scripts/fuzz_certificates.py -->\nold\n<!-- end of the table -->\nafter\n"
    )
    assert run("--report", str(state), "--write", str(page)).returncode == 0
    text = page.read_text()
    assert text.startswith("before\n<!-- table")
    assert text.endswith("<!-- end of the table -->\nafter\n")
    assert "| **all** | 45 |" in text
    assert "old" not in text
    broken = tmp_path / "broken.json"
    broken.write_text("{}")
    refused = run("--count", "9", str(broken))
    assert refused.returncode == 1
    assert "expected a certificate that is VERIFIED" in refused.stderr
