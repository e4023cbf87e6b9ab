"""Tables of the bounds that certificates prove, beside the values in the literature.

Which families a table lists is said by their records. Every certificate is checked by the kernel while the table is
made: a bound in a table is a theorem. Of several certificates for one quantity the best is listed, or all of them.

Main definitions: `listing_table`, `LISTINGS`, `known_values`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import floor
from pathlib import Path

from kissalg.certificate import Certificate, load
from kissalg.errors import CertificateError
from kissalg.families import FAMILIES
from kissalg.families.family import Family, Known, Listing
from kissalg.kernel.report import Claim
from kissalg.ledger import certificates
from kissalg.tables.table import Cell, Decimal, Table
from kissalg.verdict import verify

__all__ = ["LISTINGS", "Proved", "known_values", "listing_table"]

_PLACES = 6


def _listings() -> dict[str, tuple[Listing, tuple[Family, ...]]]:
    """By name a listing, and the families that it lists."""
    found: dict[str, tuple[Listing, tuple[Family, ...]]] = {}
    for family in FAMILIES:
        for listing in family.listings:
            _, members = found.get(listing.name, (listing, ()))
            found[listing.name] = listing, (*members, family)
    return found


_LISTED = _listings()
LISTINGS = tuple(_LISTED)
"""The names of the tables."""


@cache
def known_values() -> Mapping[str, Known]:
    """Known values of the quantities that certificates bound.

    Returns:
        The values by the quantity as a claim writes it, such as A(4,1/2) or average-kissing(3).

    Example:
        >>> known_values()["A(4,1/2)"].upper, known_values()["average-kissing(3)"].upper
        (Fraction(24, 1), Fraction(6803, 500))
    """
    return {quantity: known for family in FAMILIES for quantity, known in family.known.items()}


@dataclass(frozen=True)
class Proved:
    """A verified certificate.

    Attributes:
        path: the file.
        claim: what is proved.
        document: the certificate as JSON data.
        tenths: the time of the check, in tenths of a second.
        solved: the time of the computation in tenths of a second, if it is known.
    """

    path: Path
    claim: Claim
    certificate: Certificate
    tenths: int
    solved: int | None

    @property
    def degree(self) -> int | None:
        """The degree among the parameters, if the theorem has one."""
        value = getattr(self.certificate.content.parameters, "degree", None)
        return value if isinstance(value, int) else None


def listing_table(
    name: str, paths: Sequence[Path], *, every: bool = False, solved: Mapping[Path, int] | None = None
) -> Table:
    """The table of a listing from certificates in files and folders.

    Args:
        name: one of `LISTINGS`.
        paths: certificates, and folders that are searched for certificates that belong into the table (others are
            passed over).
        every: list all certificates, and not only the best for each quantity.
        solved: by file, the time of the computation in tenths of a second, where it is known.

    Returns:
        The table.

    Raises:
        CertificateError: a file that was named does not belong into the table; or a certificate that does is not
            accepted by the kernel.
    """
    listing, families = _LISTED[name]
    family = families[0]  # bounds of one kind: whether they are integers, and their sense, are those of all
    found = [proved for path, named in _files(paths) for proved in _examined(name, path, named, solved or {})]
    if not every:
        best: dict[str, Proved] = {}
        for proved in found:
            other = best.get(proved.claim.quantity)
            if other is None or _is_better(family, proved.claim, other.claim):
                best[proved.claim.quantity] = proved
        found = list(best.values())
    found.sort(key=lambda proved: (_numbers(proved.claim.quantity), str(proved.path)))
    columns = _columns(family)
    rows = tuple(_row(proved, paths, family) for proved in found)
    sources = sorted({known_values()[p.claim.quantity].source for p in found if p.claim.quantity in known_values()})
    note = "Every bound was verified by the kernel"
    what = "integer" if family.whole else "proved bound"
    note += (
        ", and is rounded down. "
        if family.sense == "lower"
        else f", and is rounded up. The gap is the {what} minus the known lower bound. "
    )
    return Table(listing.title, columns, rows, note + (f"Known values: {'; '.join(sources)}." if sources else ""))


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """The certificates, each once, and whether it was named itself."""
    seen: set[Path] = set()
    for path in paths:
        for file in certificates(path) if path.is_dir() else [path]:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file, not path.is_dir()


def _examined(name: str, path: Path, named: bool, solved: Mapping[Path, int]) -> Iterator[Proved]:
    listing, families = _LISTED[name]
    try:
        certificate = load(path)
    except CertificateError:
        if named:
            raise
        return  # a folder may hold other JSON files
    theorem = certificate.family.theorem
    if certificate.family not in families:
        if named:
            wanted = " or ".join(family.theorem for family in families)
            raise CertificateError(f"{path}: expected a certificate of {wanted}, found {theorem!r}")
        return
    begin = time.perf_counter_ns()
    report = verify(path)
    tenths = (time.perf_counter_ns() - begin + 50_000_000) // 100_000_000
    if not report.verified or report.claim is None:
        raise CertificateError(f"{path}: {report}. A table lists verified certificates only.")
    if listing.accepts(report.claim.quantity):
        yield Proved(path, report.claim, certificate, tenths, solved.get(path.resolve()))
    elif named:
        raise CertificateError(f"{path}: {report.claim} does not belong into the table {listing.title!r}.")


def _is_better(family: Family, claim: Claim, other: Claim) -> bool:
    return claim.bound > other.bound if family.sense == "lower" else claim.bound < other.bound


def _columns(family: Family) -> tuple[str, ...]:
    lower = family.sense == "lower"
    known = () if lower else ("known lower", "known upper")
    whole = ("integer",) if family.whole else ()
    gap = () if lower else ("gap",)
    return ("quantity", *known, "proved", *whole, *gap, "degree", "theorem", "solve s", "check s", "file")


def _row(proved: Proved, paths: Sequence[Path], family: Family) -> tuple[Cell, ...]:
    known, lower = known_values().get(proved.claim.quantity), family.sense == "lower"
    # a claim about a graph carries the weight of an independent set, and whether the weights are integers
    below: Fraction | None = getattr(proved.claim, "lower", None) if known is None else known.lower
    whole: bool = family.whole and getattr(proved.claim, "integral", True)
    above = None if known is None else known.upper
    bound = proved.claim.bound
    final = Fraction(floor(bound)) if whole else bound
    cells: list[Cell] = [proved.claim.quantity]
    if not lower:
        cells += [
            None if below is None else Decimal(below, _PLACES, down=True),
            None if above is None else Decimal(above, _PLACES),
        ]
    cells.append(Decimal(bound, _PLACES, down=lower))
    if family.whole:
        cells.append(floor(bound) if whole else None)
    if not lower:
        cells.append(None if below is None else Decimal(final - below, _PLACES))
    return (
        *cells,
        proved.degree,
        proved.certificate.family.theorem,
        None if proved.solved is None else Decimal(Fraction(proved.solved, 10), 1),
        Decimal(Fraction(proved.tenths, 10), 1),
        _name(proved.path, paths),
    )


def _name(path: Path, paths: Sequence[Path]) -> str:
    """The file below the folder that it was found in, for a terminal."""
    folder = next((p for p in paths if p.is_dir() and path.is_relative_to(p)), None)
    text = str(path if folder is None else path.relative_to(folder))
    return "".join(character if character.isprintable() else "?" for character in text)


def _numbers(text: str) -> list[tuple[int, str]]:
    """A key that orders numbers in texts by value."""
    return [(int(word), "") if word.isdigit() else (-1, word) for word in re.split(r"(\d+)", text)]
