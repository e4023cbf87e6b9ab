"""``kissalg show``: the contents of a certificate, without a verdict."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from flint import fmpz

from kissalg.audit import read_document
from kissalg.cli.exits import ExitCode, failed, plain
from kissalg.errors import CertificateError
from kissalg.families import family_of
from kissalg.verdict import read_certificate
from kissalg.witness.document import CertificateDocument
from kissalg.witness.parsing import Finding

__all__ = ["show"]


def show(files: Sequence[Path]) -> ExitCode:
    """Print one summary for each file; MALFORMED if one of them is not a certificate."""
    code = ExitCode.OK
    for path in files:
        try:
            data = read_certificate(path)
            summary = [*_summary(data, read_document(data))]
        except Finding as finding:
            where = f" at {finding.path}" if finding.path else ""
            failed(f"{path} is not a certificate: {finding.reason}{where}.")
            code = ExitCode.MALFORMED
            continue
        except CertificateError as error:
            failed(str(error))
            code = ExitCode.MALFORMED
            continue
        rows = [("file", str(path)), *summary]
        width = max(len(name) for name, _ in rows)
        sys.stdout.write("".join(plain(f"{name:{width}}  {value}\n") for name, value in rows) + "\n")
    return code


def _summary(data: bytes, document: CertificateDocument) -> Iterator[tuple[str, str]]:
    longest = max((gram.bits for gram in document.matrices.values()), default=0)
    family = family_of(document.theorem)
    assert family is not None  # the document was read by its form
    claim = family.claim(document)
    yield "claim", f"{claim}  (not verified here)"
    yield "exactly", f"{_shortened(document.bound.numerator)} / {_shortened(document.bound.denominator)}"
    yield "theorem", claim.theorem
    yield "matrices", _sizes(document)
    yield "integers", f"at most {longest} bits ({_digits(longest)} digits)"
    yield "size", f"{len(data):,} bytes, {len(document.encode()):,} uncompressed"
    yield "sha256", hashlib.sha256(data).hexdigest()
    for name, value in document.provenance.items():
        yield f"[{_printable(name)}]", _printable(value)


def _printable(text: str) -> str:
    """Foreign text for a terminal: no control characters, not too long."""
    shown = "".join(character if character.isprintable() else "?" for character in text[:200])
    return shown + ("…" if len(text) > 200 else "")


def _sizes(document: CertificateDocument) -> str:
    sizes = [(name, gram.size) for name, gram in document.matrices.items() if gram.size]
    if not sizes:
        return "none"
    largest = max(sizes, key=lambda item: item[1])
    entries = sum(size * (size + 1) // 2 for _, size in sizes)
    return f"{len(sizes)}, the largest {largest[0]} of size {largest[1]}; {entries:,} entries"


def _digits(bits: int) -> int:
    """The number of decimal digits of an integer of so many bits, rounded up."""
    return bits * 30103 // 100000 + 1


def _shortened(number: int) -> str:
    text = str(fmpz(number))  # Python itself refuses more than 4300 digits
    return text if len(text) <= 60 else f"{text[:28]}…{text[-28:]} ({len(text)} digits)"
