"""python3 -S -m kissalg.kernel FILE... [--expect "A(4,1/2) <= 24.2"].

One verdict a file on standard output, the details on standard error. Exit code: 0 verified, 1 rejected, 2 malformed or
unreadable, the worst of all the files; 64 for a command line that makes no sense.
"""

import sys
from collections.abc import Sequence
from os import strerror
from pathlib import Path

from .check import check
from .grammar import Limits
from .report import Report, Verdict
from .theorems import parse_expectation

__all__ = ["main"]

USAGE_ERROR = 64


def main(arguments: Sequence[str]) -> int:
    """Check the files named on a command line and return the exit code."""
    files, expect = list(arguments), None
    if "--expect" in files:
        position = files.index("--expect")
        expect = "".join(files[position + 1 : position + 2])
        del files[position : position + 2]
    if not files or any(name.startswith("-") for name in files):
        print(__doc__.strip(), file=sys.stderr)
        return USAGE_ERROR
    if expect is not None:
        try:
            parse_expectation(expect)
        except ValueError as error:
            print(f"--expect: {error}", file=sys.stderr)
            return USAGE_ERROR
    worst = 0
    for name in files:
        report = _check_file(name, expect)
        shown = name.encode("ascii", "backslashreplace").decode("ascii")
        print(f"{report.verdict.name}  {report.claim if report.verified else '-'}  {shown}", flush=True)
        print(f"{shown}: {report.detail}", file=sys.stderr, flush=True)
        worst = max(worst, report.verdict.value)
    return worst


def _check_file(name: str, expect: str | None) -> Report:
    limits = Limits()
    try:
        with Path(name).open("rb") as file:
            data = file.read(limits.compressed + 1)
    except OSError as error:
        return Report(Verdict.MALFORMED, reason=f"cannot be read: {strerror(error.errno or 0)}")
    return check(data, expect=expect, limits=limits)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
