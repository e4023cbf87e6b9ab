"""``kissalg table``.

Proved bounds beside the literature, from certificates in folders, computed first if they are asked for.
"""

import contextlib
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from kissalg.cli.display import Display
from kissalg.cli.exits import ExitCode
from kissalg.errors import ParameterError
from kissalg.families.average_kissing.command import AVERAGE_KISSING, AverageKissingRequest
from kissalg.families.delsarte.command import DELSARTE, DelsarteRequest
from kissalg.families.three_point.command import CODE, CodeRequest
from kissalg.pipeline import Execution, RunOptions, in_file_name
from kissalg.tables import FORMATS, LISTINGS, listing_table
from kissalg.tables.table import SUFFIXES

__all__ = ["FamilyName", "FormatName", "TableRequest", "table"]

FamilyName = Enum("FamilyName", {name: name for name in LISTINGS})  # type: ignore[misc]  # the names are those of the table of families
FormatName = Enum("FormatName", {name: name for name in FORMATS})  # type: ignore[misc]  # and of the table of formats
_MOST = 40  # computations in one call


@dataclass(frozen=True)
class TableRequest:
    """The command as the user typed it."""

    family: str
    paths: tuple[Path, ...] = ()
    compute: str | None = None
    degree: int | None = None
    cos: str = "1/2"
    every: bool = False
    form: str = "text"
    output: tuple[Path, ...] = ()
    quiet: bool = False


def table(request: TableRequest) -> ExitCode:
    """Compute what is missing, check all certificates, print the table, save it.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=request.quiet)
    for path in request.output:
        if path.suffix not in SUFFIXES:
            raise ParameterError(f"{path}: expected a name that ends with {', '.join(SUFFIXES)}.")
    paths = request.paths or (Path(),)
    for path in paths:
        if not path.exists() and request.compute is None:
            raise ParameterError(f"{path}: expected a certificate or a folder of certificates; there is no such file.")
    solved = _computed(request, paths, display) if request.compute is not None else {}
    with display.stage(f"check the certificates of {request.family}"):
        result = listing_table(request.family, paths, every=request.every, solved=solved)
    sys.stdout.write(FORMATS[request.form](result))
    for path in request.output:
        result.save(path)
        display.note(f"wrote {path}")
    if not result.rows:
        display.note(f"no certificate of this family was found in {', '.join(map(str, paths))}")
    return ExitCode.OK


def _computed(request: TableRequest, paths: Sequence[Path], display: Display) -> dict[Path, int]:
    """Run or continue `kissalg bound` for every dimension that has no certificate of this name yet.

    By file the time it took, in tenths of a second.
    """
    folder, *others = paths
    if others or (folder.exists() and not folder.is_dir()):
        raise ParameterError("expected one folder with --compute, to which the certificates are written.")
    make = _commands(request, display)
    folder.mkdir(parents=True, exist_ok=True)
    solved: dict[Path, int] = {}
    for n in dimensions(str(request.compute)):
        output = folder / _file_name(request, n)
        if output.exists():
            display.note(f"{output} exists already")
            continue
        display.note(f"{request.family}: n = {n}")
        begin = time.perf_counter_ns()
        unfinished = output.with_name(f"{output.name}.run")
        options = RunOptions(output, resume=unfinished if unfinished.exists() else None)
        with contextlib.redirect_stdout(sys.stderr):  # the verdicts; what stands on stdout is the table
            make(n, options).perform()
        solved[output.resolve()] = (time.perf_counter_ns() - begin + 50_000_000) // 100_000_000
    return solved


def dimensions(text: str) -> list[int]:
    """The dimensions in a text such as 3,4,8-10.

    >>> dimensions("3,8-10")
    [3, 8, 9, 10]
    """
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,4})(?:\s*-\s*(\d{1,4}))?\s*", part, re.ASCII)
        if match is None:
            raise ParameterError(f"--compute: expected dimensions such as 3,4,8-10, found {text[:60]!r}.")
        low = int(match[1])
        found += range(low, int(match[2] or low) + 1)
    if not 1 <= len(found) <= _MOST:
        raise ParameterError(f"--compute: expected 1 to {_MOST} dimensions, found {len(found)}.")
    return found


def _file_name(request: TableRequest, n: int) -> str:
    cos = in_file_name(request.cos)
    degree = "" if request.degree is None else f"-d{request.degree}"
    if request.family == "average-kissing":
        return f"average-kissing-{n}{degree}.json.xz"
    return f"A-{n}-{cos}{'-delsarte' if request.family == 'delsarte' else ''}{degree}.json.xz"


def _commands(request: TableRequest, display: Display) -> Callable[[int, RunOptions], Execution[Any]]:
    """The computation of one row."""
    degree, cos = request.degree, request.cos
    if request.family == "average-kissing":
        return lambda n, options: Execution(AVERAGE_KISSING, AverageKissingRequest(n, degree=degree), options, display)
    if request.family == "delsarte":
        return lambda n, options: Execution(DELSARTE, DelsarteRequest(n, cos, degree), options, display)
    if request.family in ("kissing", "codes"):
        if degree is None:
            raise ParameterError(f"expected --degree with --compute for {request.family}.")
        given = degree
        return lambda n, options: Execution(CODE, CodeRequest(n, cos, given), options, display)
    raise ParameterError(
        f"expected --compute for kissing, codes, delsarte or average-kissing, found {request.family}: "
        "make these certificates with kissalg bound, and list the folder."
    )
