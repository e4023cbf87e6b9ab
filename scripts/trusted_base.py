"""Write the table of docs/trusted-base.md, every line of the kernel by file: `python scripts/trusted_base.py`.

tests/kernel/test_budget.py keeps the page current, and holds the parts to their budgets.
"""

import ast
from pathlib import Path

from kissalg.atomic import write_atomically

ROOT = Path(__file__).parents[1]
KERNEL = ROOT / "kissalg" / "kernel"
PAGE = ROOT / "docs" / "trusted-base.md"
BEGIN, END = "<!-- begin: written by scripts/trusted_base.py -->", "<!-- end -->"
PARTS = {
    "core": "reading, verdicts, polynomials, positive semidefinite matrices",
    "common": "what theorems share",
    "notation": "the form of claims",
    "theorems": "statement, proof and check of each theorem",
}


def part_of(path: Path) -> str:
    """The part of the kernel that a file belongs to: its folder, or the core."""
    return "core" if path.parent == KERNEL else path.relative_to(KERNEL).parts[0]


def lines(part: str | None = None) -> dict[str, int]:
    """The number of lines of every file of the kernel, or of one part, by its name below kissalg/kernel."""
    files = [path for path in sorted(KERNEL.rglob("*.py")) if part is None or part_of(path) == part]
    return {str(path.relative_to(KERNEL)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}


def subject(name: str) -> str:
    """What a file holds: the first sentence of its docstring."""
    text = ast.get_docstring(ast.parse((KERNEL / name).read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")


def table() -> str:
    """The lines between the marks on the page."""
    rows = ["| file | lines | what it holds |", "|---|---:|---|"]
    for part, title in PARTS.items():
        rows.append(f"| **{part}** | **{sum(lines(part).values())}** | **{title}** |")
        for name, count in lines(part).items():
            rows.append(f"| `{name}` | {count} | {subject(name)} |")
    rows.append(f"| **total** | **{sum(lines().values())}** | |")
    return "\n".join([BEGIN, *rows, END])


def page() -> str:
    """The page with its table as it has to be."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE}: the marks of the table are missing")
    return before + table() + after


if __name__ == "__main__":
    write_atomically(PAGE, page().encode())
