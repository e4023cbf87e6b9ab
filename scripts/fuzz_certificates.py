"""Mutate certificates by the hundred thousand and count the verdicts: `python scripts/fuzz_certificates.py --count
100000 FILE...`.

For each file, how many mutants were malformed, rejected, still proved, or wrongly verified (which must be 0), how many
were different, the longest check, and the largest memory of the process. A verdict VERIFIED is always compared with the
second opinion, a refusal in one of `--every` cases. Mutants with the same bytes are judged once and counted each time.
The address space is limited, and a check that takes more than `--seconds` of processor time is stopped: both count as
errors.

With `--state FILE` the counts are written after each kind of mutation, and a later run goes on from there, unless the
certificate is another one; `--report FILE` prints the table of such a file (and `--write docs/fuzzing.md` puts it
there, between the two markers). A mutant is reproduced by its kind and its number alone.
"""

import argparse
import json
import resource
import signal
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from kissalg.atomic import write_atomically
from kissalg.kernel import check
from kissalg.testing.mutations import KINDS, Judgement, judge, mutate

MEMORY = 4 << 30  # bytes of address space
MARKERS = ("<!-- table of mutants: scripts/fuzz_certificates.py -->", "<!-- end of the table -->")
COLUMNS = [*(judgement.value for judgement in Judgement), "errors"]


def main() -> int:
    """Run, print, and exit with 1 if anything was wrongly verified, in disagreement, undecided, or raised."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=1000, help="mutants of each file, over all kinds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=20, help="compare one of so many refusals with the second opinion")
    parser.add_argument("--seconds", type=int, default=60, help="the most processor time of one check")
    parser.add_argument("--state", type=Path, help="counts to go on from, and to write")
    parser.add_argument("--report", type=Path, help="print the table of these counts, and do nothing else")
    parser.add_argument("--write", type=Path, help="with --report: the page that gets the table")
    arguments = parser.parse_args()
    if arguments.report is not None:
        state = json.loads(arguments.report.read_text())
        if arguments.write is not None:
            put_table(arguments.write, state)
        return summary(state)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)
    state = json.loads(arguments.state.read_text()) if arguments.state and arguments.state.exists() else {}
    for path in arguments.files:
        fuzz(path, state.setdefault(path.as_posix(), {}), arguments, state)
    return summary(state)


def _too_long(*_: object) -> None:
    raise TimeoutError("the check took too long")


def fuzz(path: Path, rows: dict[str, Any], arguments: argparse.Namespace, state: dict[str, Any]) -> None:
    """Mutants of one file, in chunks; `rows` gets a row for each kind."""
    data = path.read_bytes()
    if not check(data).verified:
        raise SystemExit(f"{path}: expected a certificate that is VERIFIED, found {check(data)}")
    wanted, digest = -(-arguments.count // len(KINDS)), sha256(data).hexdigest()
    for kind in KINDS:
        known = rows.get(kind, {})
        if known.get("done", 0) < wanted or known.get("sha256", digest) != digest:
            rows[kind] = run(data, kind, wanted, arguments) | {"sha256": digest}
            if arguments.state is not None:
                write_atomically(arguments.state, json.dumps(state, indent=1).encode())


def run(data: bytes, kind: str, count: int, arguments: argparse.Namespace) -> dict[str, Any]:
    """The row of `count` mutants of one kind."""
    counts: Counter[str] = Counter()
    seen: dict[bytes, Judgement] = {}
    longest, start = 0.0, time.process_time()
    for index in range(count):
        mutant = mutate(data, kind, Random(f"{arguments.seed} {kind} {index}"))
        digest = sha256(mutant).digest()
        if digest not in seen:
            begin = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, arguments.seconds)
            try:
                judged = judge(mutant, always=index % arguments.every == 0)
            except Exception as error:
                counts["errors"] += 1
                print(f"{kind}, mutant {index}: {error!r}", file=sys.stderr, flush=True)
                continue
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
                longest = max(longest, time.process_time() - begin)
            seen[digest] = judged.judgement
            if judged.judgement.alarming:
                print(f"{kind}, mutant {index}: {judged.judgement.value}: {judged.report.detail}", file=sys.stderr)
        counts[seen[digest].value] += 1
    return {
        "done": count,
        "distinct": len(seen),
        "counts": dict(counts),
        "longest": longest,
        "seconds": time.process_time() - start,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def total(rows: dict[str, Any]) -> tuple[int, int, Counter[str], float]:
    """Mutants, different ones, judgements, and the longest check, over all kinds."""
    counts: Counter[str] = Counter()
    for row in rows.values():
        counts.update(row["counts"])
    kinds = rows.values()
    return (
        sum(r["done"] for r in kinds),
        sum(r["distinct"] for r in kinds),
        counts,
        max(r["longest"] for r in kinds),
    )


def table(state: dict[str, Any]) -> str:
    """The table in Markdown: a row for each file, then one for each kind over all files."""
    lines = [
        f"| certificate | mutants | different | {' | '.join(COLUMNS)} | longest check, s |",
        "|---|" + "---|" * (len(COLUMNS) + 3),
    ]
    kinds = {kind: [rows[kind] for rows in state.values() if kind in rows] for kind in KINDS}
    groups: list[tuple[str, dict[str, Any]]] = [(name, rows) for name, rows in state.items() if rows]
    groups += [(f"*{kind}*", dict(enumerate(rows))) for kind, rows in kinds.items() if rows]  # type: ignore[arg-type]
    groups.append(("**all**", {f"{name} {kind}": row for name, rows in state.items() for kind, row in rows.items()}))
    for name, rows in groups:
        done, distinct, counts, longest = total(rows)
        numbers = " | ".join(str(counts[column]) for column in COLUMNS)
        lines.append(f"| {name} | {done} | {distinct} | {numbers} | {longest:.2f} |")
    return "\n".join(lines)


def put_table(page: Path, state: dict[str, Any]) -> None:
    """Replace what stands between the markers of a page."""
    text = page.read_text()
    if any(text.count(marker) != 1 for marker in MARKERS):
        raise SystemExit(f"{page}: expected the markers {MARKERS[0]} and {MARKERS[1]}, once each")
    before, _, rest = text.partition(MARKERS[0])
    after = rest.partition(MARKERS[1])[2]
    write_atomically(page, f"{before}{MARKERS[0]}\n{table(state)}\n{MARKERS[1]}{after}".encode())


def summary(state: dict[str, Any]) -> int:
    """Print the table; 1 if a person has to look at something."""
    print(table(state))
    everything = {f"{name} {kind}": row for name, rows in state.items() for kind, row in rows.items()}
    counts = total(everything)[2]
    peak = max(row.get("memory", 0) for row in everything.values())
    seconds = sum(row["seconds"] for row in everything.values())
    print(f"\nlargest memory {peak} MiB, {seconds:.0f} s of processor time")
    return int(counts["errors"] > 0 or any(counts[j.value] for j in Judgement if j.alarming))


if __name__ == "__main__":
    sys.exit(main())
