"""The table of docs/published-files.md: `python scripts/check_published.py FOLDER --write docs/published-files.md`.

Checks every file below FOLDER, which has one folder for each source, with a SOURCE.txt; each in a process of its own.
Files that are incomplete are completed. The seconds are processor time: a table depends on the machine in that column
only.
"""

import argparse
import re
import resource
import sys
import tempfile
import time
from pathlib import Path

from kissalg.atomic import write_atomically
from kissalg.cli.check import CheckRequest, check
from kissalg.cli.exits import ExitCode
from kissalg.errors import KissalgError
from kissalg.published import Allowance, CheckOptions, check_file_within
from kissalg.verdict import second_opinion, verify

MARKERS = ("<!-- table of files: scripts/check_published.py -->", "<!-- end of the table -->")
SKIPPED = re.compile(r"SOURCE\.txt|README.*|\..*")
COSINES = {"configuration": "1/2"}  # what the published configurations are about


def row(path: Path, folder: Path) -> list[str]:
    """One line: file, source, format, what it claims or what is proved, verdict, seconds, why."""
    source = path.parent / "SOURCE.txt"
    name = re.split(r"[,;:]| commit", source.read_text().strip())[0] if source.exists() else ""
    begin = children()
    try:
        finding = check_file_within(Allowance(), path)
        if finding.format in COSINES:
            finding = check_file_within(Allowance(), path, None, CheckOptions(cos=COSINES[finding.format]))
    except KissalgError as error:
        cells = ["", "", "cannot be read", str(error)]
    else:
        why = "; ".join(filter(None, (finding.reason, *finding.facts)))
        cells = [finding.format, finding.statement, finding.outcome.name, why]
    return [str(path.relative_to(folder)), name, *cells[:3], f"{children() - begin:.1f}", cells[3]]


def completion(path: Path, folder: Path) -> list[str] | None:
    """The line of the completed certificate; None if there is nothing to complete."""
    with tempfile.TemporaryDirectory() as place:
        output = Path(place) / "completed.json.xz"
        begin = time.process_time()
        try:
            check(CheckRequest((str(path),), CheckOptions(), complete=True, output=output, quiet=True))
        except KissalgError as error:
            return [
                f"{path.relative_to(folder)}, completed",
                "kissalg",
                "certificate",
                "",
                "not completed",
                "",
                str(error),
            ]
        seconds = time.process_time() - begin
        data = output.read_bytes()
        reports = [verify(data), second_opinion(data)]
        claim = reports[0].claim
        verdict = " and ".join(report.verdict.name for report in reports)
        why = f"{claim.theorem if claim else ''}; {len(data):,} bytes; the kernel and the second opinion"
        return [
            f"{path.relative_to(folder)}, completed",
            "kissalg",
            "certificate",
            str(claim),
            verdict,
            f"{seconds:.1f}",
            why,
        ]


def children() -> float:
    """Processor time of the checks so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Check, print, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    lines = ["| file | source | format | claim | verdict | s | why |", "|---|---|---|---|---|---|---|"]
    for path in sorted(arguments.folder.rglob("*")):
        if not path.is_file() or SKIPPED.fullmatch(path.name):
            continue
        rows = [row(path, arguments.folder)]
        if rows[0][4] == "INCOMPLETE":
            extra = completion(path, arguments.folder)
            rows += [extra] if extra is not None else []
        for cells in rows:
            lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
            print(lines[-1], flush=True)
    if arguments.write is not None:
        before, _, rest = arguments.write.read_text().partition(MARKERS[0])
        table = "\n".join(lines)
        text = f"{before}{MARKERS[0]}\n{table}\n{MARKERS[1]}{rest.partition(MARKERS[1])[2]}"
        write_atomically(arguments.write, text.encode())
    return int(ExitCode.OK)


if __name__ == "__main__":
    sys.exit(main())
