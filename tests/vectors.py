"""The test vectors: small certificates of every theorem, sorted by the verdict that they must get.

`tests/families/<theorem>/vectors/{verified,rejected,malformed}/` has those of one theorem (hyphens are underscores in
the name of the folder), and `tests/kernel/vectors/malformed/` the files from which no theorem can be read. The folder
is the verdict; a bad file is named after the reason.
"""

from pathlib import Path

from kissalg.kernel.theorems import THEOREMS

__all__ = ["NO_THEOREM", "VERDICTS", "folder", "identifier", "vector", "vectors"]

NO_THEOREM = ""
VERDICTS = ("verified", "rejected", "malformed")
TESTS = Path(__file__).parent


def folder(theorem: str) -> Path:
    """The folder of the vectors of one theorem, or of those without a theorem."""
    if theorem == NO_THEOREM:
        return TESTS / "kernel" / "vectors"
    return TESTS / "families" / theorem.replace("-", "_") / "vectors"


def vectors(theorem: str | None = None, verdict: str | None = None) -> list[Path]:
    """The vectors of one theorem or of all, with one verdict or with any."""
    return sorted(
        path
        for t in ([*(known.name for known in THEOREMS), NO_THEOREM] if theorem is None else [theorem])
        for v in (VERDICTS if verdict is None else [verdict])
        for path in (folder(t) / v).glob("*.json*")
    )


def vector(theorem: str, name: str, verdict: str = "verified") -> Path:
    """One vector, by its name without the extension."""
    found = [path for path in vectors(theorem, verdict) if path.name.partition(".json")[0] == name]
    if len(found) != 1:
        raise LookupError(f"expected one vector {name} in {folder(theorem) / verdict}, found {len(found)}")
    return found[0]


def identifier(path: Path) -> str:
    """The theorem's folder, the verdict and the name of a vector, for the reports of pytest."""
    name = path.name.partition(".json")[0]
    return f"{path.parents[2].name}/{path.parent.name}/{name}"
