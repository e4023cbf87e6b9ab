"""Mutate certificates by the hundred thousand and count the verdicts: `python scripts/fuzz_certificates.py --count 100000 FILE...`.

Prints a table in Markdown: for each file and kind of mutation how many mutants were malformed, rejected, still proved, or wrongly verified
(which must be 0), the longest time of one check, and the largest memory of the process. A verdict VERIFIED is always compared with the second opinion,
a refusal in one of `--every` cases. The address space is limited, so that a mutant that makes the checker allocate without bound is counted as an error.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from kissalg.testing.mutations import KINDS, Judgement, judge, mutate

MEMORY = 4 << 30  # bytes of address space


def main() -> int:
    """Run, print, and exit with 1 if anything was wrongly verified, in disagreement, or raised."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=1000, help="mutants of each file, over all kinds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=20, help="compare one of so many refusals with the second opinion")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    bad = 0
    columns = [judgement.value for judgement in Judgement]
    print(f"| certificate | kind | mutants | {' | '.join(columns)} | errors | longest check, s |")
    print("|---|---|" + "---|" * (len(columns) + 3))
    for path in arguments.files:
        data = path.read_bytes()
        for kind in KINDS:
            counts, errors, longest = run(data, kind, arguments.count // len(KINDS), arguments.seed, arguments.every)
            row = [counts[judgement] for judgement in Judgement]
            bad += errors + counts[Judgement.WRONGLY_VERIFIED] + counts[Judgement.DISAGREEMENT]
            numbers = " | ".join(map(str, row))
            print(f"| {path.name} | {kind} | {sum(row) + errors} | {numbers} | {errors} | {longest:.2f} |", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nseed {arguments.seed}, largest memory {peak} MiB")
    return int(bad > 0)


def run(data: bytes, kind: str, count: int, seed: int, every: int) -> tuple[Counter[Judgement], int, float]:
    """The judgements on `count` mutants of one kind, the number of exceptions, and the longest time."""
    random = Random(f"{seed} {kind}")
    counts: Counter[Judgement] = Counter()
    errors, longest = 0, 0.0
    for index in range(count):
        mutant = mutate(data, kind, random)
        begin = time.perf_counter()
        try:
            judged = judge(mutant, always=index % every == 0)
        except Exception as error:
            errors += 1
            print(f"{kind}, mutant {index}: {error!r}", file=sys.stderr)
            continue
        finally:
            longest = max(longest, time.perf_counter() - begin)
        counts[judged.judgement] += 1
        if judged.judgement in (Judgement.WRONGLY_VERIFIED, Judgement.DISAGREEMENT):
            print(f"{kind}, mutant {index}: {judged.judgement.value}: {judged.report.detail}", file=sys.stderr)
    return counts, errors, longest


if __name__ == "__main__":
    sys.exit(main())
