"""``kissalg verify``: one verdict for each file and each checker."""

import sys
from collections.abc import Sequence
from pathlib import Path

from kissalg.audit import NoOpinion
from kissalg.cli.exits import ExitCode, failed, plain
from kissalg.errors import CertificateError
from kissalg.kernel import Report
from kissalg.verdict import read_certificate
from kissalg.verdict import second_opinion as audit_bytes
from kissalg.verdict import verify as check_bytes

__all__ = ["verify"]


def verify(files: Sequence[Path], *, second_opinion: bool, expect: str | None) -> ExitCode:
    """Print the verdicts on stdout and the exact claims on stderr; return the worst verdict."""
    worst = ExitCode.OK
    for path in files:
        try:
            reports = _reports(path, second_opinion=second_opinion, expect=expect)
        except CertificateError as error:
            failed(str(error))
            worst = max(worst, ExitCode.MALFORMED)
            continue
        for checker, report in reports.items():
            label = f"{path}: " if len(files) > 1 else ""
            name = f"  ({checker})" if len(reports) > 1 else ""
            sys.stdout.write(plain(f"{label}{report}{name}\n"))
            worst = max(worst, ExitCode(report.verdict.value))
        if any(isinstance(report, NoOpinion) for report in reports.values()):
            failed(f"there is no second opinion on {path}: the first one stands alone.")
        elif len({report.verdict for report in reports.values()}) > 1:
            failed(f"the two checkers disagree on {path}: one of them has a bug. Believe neither, and report it.")
    return worst


def _reports(path: Path, *, second_opinion: bool, expect: str | None) -> dict[str, Report]:
    data = read_certificate(path)
    reports = {"kernel": check_bytes(data, expect=expect)}
    if second_opinion:
        reports["second opinion"] = audit_bytes(data, expect=expect)
    return reports
