"""Tables of the bounds that certificates prove, family by family, beside the values in the literature.

Every certificate is checked by the kernel while the table is made: a bound in a table is a theorem. Of several certificates for one
quantity the best is listed, or all of them.

Main definitions: `Family`, `FAMILIES`, `family_table`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from kissalg.certificate import load
from kissalg.errors import CertificateError
from kissalg.kernel.report import Claim, Sense
from kissalg.ledger import certificates
from kissalg.tables.literature import known_values
from kissalg.tables.table import Cell, Decimal, Table
from kissalg.verdict import verify

__all__ = ["FAMILIES", "Family", "Proved", "family_table"]

_CODES = ("three-point", "three-point-fixed-size", "delsarte")
_PLACES = 6


@dataclass(frozen=True)
class Family:
    """Which certificates a table lists.

    Attributes:
        title: the heading.
        theorems: their theorems, in certificates.
        whole: whether what is bounded is an integer, so that an upper bound may be rounded down.
        accepts: whether a certificate of these theorems belongs to the family, by its claim.
        lower: whether the bounds are lower bounds.
    """

    title: str
    theorems: tuple[str, ...]
    whole: bool = False
    accepts: Callable[[Claim], bool] = lambda claim: True
    lower: bool = False


def _is_kissing(claim: Claim) -> bool:
    return re.fullmatch(r"A\(\d+,1/2\)", claim.quantity) is not None


FAMILIES: Mapping[str, Family] = {
    "kissing": Family("Upper bounds for kissing numbers", _CODES, True, _is_kissing),
    "codes": Family("Upper bounds for spherical codes A(n,cos θ)", _CODES, True),
    "delsarte": Family("Linear programming bounds for spherical codes A(n,cos θ)", ("delsarte",), True),
    "average-kissing": Family(
        "Upper bounds for average kissing numbers",
        (
            "average-kissing",
            "average-kissing-area",
            "average-kissing-radii",
            "average-kissing-direct",
            "average-kissing-polynomial",
        ),
    ),
    "caps": Family("Upper bounds for packings of spherical caps", ("spherical-caps",)),
    "graphs": Family("Upper bounds for independence numbers of graphs", ("independence-number",), True),
    "polynomials": Family("Lower bounds for polynomials", ("nonnegative",), lower=True),
    "programs": Family("Lower bounds for semidefinite programs in SDPA form", ("semidefinite-program",), lower=True),
}


@dataclass(frozen=True)
class Proved:
    """A verified certificate. `tenths` is the time of the check, `solved` that of the computation, if it is known, in tenths of a second."""

    path: Path
    claim: Claim
    document: Mapping[str, Any]
    tenths: int
    solved: int | None

    @property
    def degree(self) -> int | None:
        """The degree among the parameters, if the theorem has one."""
        value = self.document["parameters"].get("degree")
        return value if isinstance(value, int) else None


def family_table(
    name: str, paths: Sequence[Path], *, every: bool = False, solved: Mapping[Path, int] | None = None
) -> Table:
    """The table of a family from certificates in files and folders.

    Arguments:
        name: a key of `FAMILIES`.
        paths: certificates, and folders that are searched for certificates of the family (others are passed over).
        every: list all certificates, and not only the best for each quantity.
        solved: by file, the time of the computation in tenths of a second, where it is known.

    Raises:
        CertificateError: a file that was named is no certificate of the family; or a certificate of the family is not accepted by the kernel.
    """
    family = FAMILIES[name]
    found = [proved for path, named in _files(paths) for proved in _examined(family, path, named, solved or {})]
    if not every:
        best: dict[str, Proved] = {}
        for proved in found:
            other = best.get(proved.claim.quantity)
            if other is None or _is_better(proved.claim, other.claim):
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
        if family.lower
        else f", and is rounded up. The gap is the {what} minus the known lower bound. "
    )
    return Table(family.title, columns, rows, note + (f"Known values: {'; '.join(sources)}." if sources else ""))


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """The certificates, each once, and whether it was named itself."""
    seen: set[Path] = set()
    for path in paths:
        for file in certificates(path) if path.is_dir() else [path]:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file, not path.is_dir()


def _examined(family: Family, path: Path, named: bool, solved: Mapping[Path, int]) -> Iterator[Proved]:
    try:
        document = load(path).document
    except CertificateError:
        if named:
            raise
        return  # a folder may hold other JSON files
    if document["theorem"] not in family.theorems:
        if named:
            raise CertificateError(
                f"{path}: expected a certificate of {' or '.join(family.theorems)}, found {document['theorem']!r}"
            )
        return
    begin = time.perf_counter_ns()
    report = verify(path)
    tenths = (time.perf_counter_ns() - begin + 50_000_000) // 100_000_000
    if not report.verified or report.claim is None:
        raise CertificateError(f"{path}: {report}. A table lists verified certificates only.")
    if family.accepts(report.claim):
        yield Proved(path, report.claim, document, tenths, solved.get(path.resolve()))
    elif named:
        raise CertificateError(f"{path}: {report.claim} does not belong into the table {family.title!r}.")


def _is_better(claim: Claim, other: Claim) -> bool:
    return claim.bound > other.bound if claim.sense is Sense.LOWER else claim.bound < other.bound


def _columns(family: Family) -> tuple[str, ...]:
    known = () if family.lower else ("known lower", "known upper")
    whole = ("integer",) if family.whole else ()
    gap = () if family.lower else ("gap",)
    return ("quantity", *known, "proved", *whole, *gap, "degree", "theorem", "solve s", "check s", "file")


def _row(proved: Proved, paths: Sequence[Path], family: Family) -> tuple[Cell, ...]:
    known = known_values().get(proved.claim.quantity)
    # a claim about a graph carries the weight of an independent set, and whether the weights are integers
    below: Fraction | None = getattr(proved.claim, "lower", None) if known is None else known.lower
    whole: bool = family.whole and getattr(proved.claim, "integral", True)
    above = None if known is None else known.upper
    bound = proved.claim.bound
    final = Fraction(floor(bound)) if whole else bound
    cells: list[Cell] = [proved.claim.quantity]
    if not family.lower:
        cells += [
            None if below is None else Decimal(below, _PLACES, down=True),
            None if above is None else Decimal(above, _PLACES),
        ]
    cells.append(Decimal(bound, _PLACES, down=proved.claim.sense is Sense.LOWER))
    if family.whole:
        cells.append(floor(bound) if whole else None)
    if not family.lower:
        cells.append(None if below is None else Decimal(final - below, _PLACES))
    return (
        *cells,
        proved.degree,
        str(proved.document["theorem"]),
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
