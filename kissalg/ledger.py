"""The ledger of a folder of certificates: what each of them proves, checked again whenever the ledger is written.

``python -m kissalg.ledger certificates`` verifies every certificate below the folder with both checkers and writes
``LEDGER.md`` in it.

Main definitions: `Entry`, `examine`, `write_ledger`, `read_ledger`.
"""

import hashlib
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

from kissalg.atomic import write_atomically
from kissalg.certificate import load
from kissalg.errors import CertificateError
from kissalg.kernel.report import Claim, Sense
from kissalg.verdict import second_opinion, verify

__all__ = ["Entry", "examine", "ledger_text", "main", "read_ledger", "write_ledger"]

LEDGER = "LEDGER.md"
PLACES = 10

HEADER = """\
# The ledger

Every certificate in this folder, verified by the kernel and by the second opinion. Bounds are exact rationals, printed
rounded up (lower bounds: down). The terms are the linear ones (codes and kissing numbers), the nodes of the mesh
(average kissing numbers), the radii, the Gram matrices (polynomials, graphs), the sizes (caps), or the constraints
(programs). Programs in SDPA form are named by the SHA-256 hash of their data. The degree is d for codes and kissing
numbers, that of the polynomial with its multiplier for polynomials, the number of vertices in a square for graphs,
that of the number field for programs. Graphs are given in graph6, or by the SHA-256 hash of that text where it is long.
The time is the processor time of one check by the kernel, on the machine that wrote this page. Written by
`python -m kissalg.ledger certificates`.

| certificate | claim | degree | terms | bytes | kernel, s | sha256 |
|---|---|---|---|---|---|---|
"""

_ROW = re.compile(
    r"\| \[(?P<name>[^]]+)\]\([^)]+\) \| (?P<claim>(?:[^|\\]|\\.)+) \| (?P<degree>\d+) \| (?P<terms>\d+) \|"
    r" (?P<size>[\d,]+) "
    r"\| (?P<tenths>\d+\.\d) \| `(?P<sha256>[0-9a-f]{64})` \|"
)


@dataclass(frozen=True, order=True)
class Entry:
    """One line of the ledger. `tenths` is the time of the kernel's check in tenths of a second."""

    name: str
    claim: str
    degree: int
    terms: int
    size: int
    tenths: int
    sha256: str

    def row(self) -> str:
        """The line of the table."""
        seconds = f"{self.tenths // 10}.{self.tenths % 10}"
        return (
            f"| [{self.name}]({self.name}) | {_escaped(self.claim)} | {self.degree} | {self.terms} | {self.size:,} "
            f"| {seconds} | `{self.sha256}` |"
        )


def _escaped(text: str) -> str:
    """A claim as Markdown: graphs have names with all kinds of characters."""
    return re.sub(r"([\\|`_~\[\]{}])", r"\\\1", text)


def certificates(folder: Path) -> list[Path]:
    """The certificate files below a folder, in order of their names, numbers in them by value."""
    found = [path for pattern in ("**/*.json.xz", "**/*.json") for path in folder.glob(pattern)]
    return sorted(found, key=lambda path: [int(w) if w.isdigit() else w for w in re.split(r"(\d+)", str(path))])


def examine(path: Path, folder: Path) -> Entry:
    """The entry of one certificate, after both checkers accepted it.

    Args:
        path: of the certificate, inside `folder`.
        folder: of the ledger; the entry has the path relative to it.

    Raises:
        CertificateError: one of the checkers did not accept it, or it cannot be read as a certificate.
        OSError: there is no such file, or it may not be read.
    """
    data = path.read_bytes()
    begin = time.process_time_ns()
    report = verify(data)
    tenths = (time.process_time_ns() - begin + 50_000_000) // 100_000_000
    opinion = second_opinion(data)
    for checker, verdict in (("kernel", report), ("second opinion", opinion)):
        if not verdict.verified:
            raise CertificateError(f"{path}: {verdict} ({checker}). A ledger lists verified certificates only.")
    certificate = load(path)
    content, family = certificate.content, certificate.family
    return Entry(
        name=path.relative_to(folder).as_posix(),
        claim=printed(family.claim(content)),
        degree=family.degree(content),
        terms=family.terms(content),
        size=len(data),
        tenths=tenths,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def printed(claim: Claim) -> str:
    """A claim with its bound rounded to ten decimals, away from what is claimed.

    As it is where the exact bound is printed, too.

    Example:
        >>> from kissalg.kernel import parse_expectation
        >>> printed(parse_expectation("A(3,1/2) <= 12.00000000001")), printed(parse_expectation("x1^2 >= -1/3"))
        ('A(3,1/2) <= 12.0000000001', 'x1^2 >= -1/3 >= -0.333333333334')
    """
    if claim.exactly:
        return str(claim)
    places = 10**PLACES
    lower = claim.sense is Sense.LOWER
    scaled = claim.bound * places
    return str(replace(claim, bound=Fraction(floor(scaled) if lower else ceil(scaled), places)))


def ledger_text(entries: Sequence[Entry]) -> str:
    """The page.

    Example:
        >>> entry = Entry("kissing/k4-d4.json.xz", "A(4,1/2) <= 26.0001", 4, 8, 3384, 1, "0" * 64)
        >>> list(read_ledger(ledger_text([entry]))) == [entry]
        True
    """
    return HEADER + "".join(entry.row() + "\n" for entry in entries)


def read_ledger(text: str) -> Iterator[Entry]:
    """The entries of a page written by `ledger_text`.

    Raises:
        CertificateError: a row of the table does not have the form of an entry.
    """
    for line in text.splitlines():
        if not line.startswith("| ["):
            continue
        match = _ROW.fullmatch(line)
        if match is None:
            raise CertificateError(f"{LEDGER}: this row is not one that kissalg.ledger writes: {line[:80]}")
        yield Entry(
            match["name"],
            re.sub(r"\\(.)", r"\1", match["claim"]),
            int(match["degree"]),
            int(match["terms"]),
            int(match["size"].replace(",", "")),
            int(match["tenths"].replace(".", "")),
            match["sha256"],
        )


def write_ledger(folder: Path) -> list[Entry]:
    """Verify every certificate below the folder and write its ledger; times of unchanged files are kept.

    Raises:
        CertificateError: a certificate is not accepted by both checkers.
    """
    page = folder / LEDGER
    old = {(e.name, e.sha256): e.tenths for e in read_ledger(page.read_text())} if page.exists() else {}
    entries = []
    for path in certificates(folder):
        entry = examine(path, folder)
        entries.append(Entry(**{**vars(entry), "tenths": old.get((entry.name, entry.sha256), entry.tenths)}))
    write_atomically(page, ledger_text(entries).encode())
    return entries


def main(arguments: Sequence[str]) -> int:
    """The command line: one folder."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m kissalg.ledger FOLDER\n")
        return 2
    try:
        entries = write_ledger(Path(arguments[0]))
    except CertificateError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write("".join(f"{entry.claim}  {entry.name}\n" for entry in entries))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
