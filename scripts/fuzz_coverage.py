"""Coverage-guided fuzzing with atheris: `python scripts/fuzz_coverage.py TARGET CORPUS -max_total_time=600`.

TARGET is `kernel`, the name of a published format (docs/formats.md), or `readers`: all formats in one run, named by the
first byte of an input, or those that are given (`readers:sdpa,knwit`). CORPUS is a folder, to which seeds are added:
the small certificates of tests/families, or the samples of the formats. Every thousand inputs, the numbers of inputs by
format are printed. The remaining arguments go to libFuzzer. Half of the mutants are made by kissalg.testing, which
knows the structure, the others by libFuzzer. A crash is any exception but the refusals; for the kernel, also a verdict
VERIFIED that the second opinion does not share.

atheris (pip install atheris) is no dependency of kissalg; its wheels are for Linux.
"""

import inspect
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import FunctionType

import atheris

from kissalg.errors import KissalgError
from kissalg.published import FORMATS, CheckOptions, Finding
from kissalg.testing.foreign_files import SAMPLES, restructured
from kissalg.testing.mutations import KINDS, judge, mutate

INSTRUMENTED = ("kissalg.kernel", "kissalg.published", "kissalg.sdp.sdpa")
SEEDS = Path(__file__).parents[1] / "tests" / "families"
LARGEST = 3000  # bytes of a seed
certificates = False  # the files are certificates
marked: list[str] = []  # the formats that the first byte names; empty if there is one target
tried: Counter[str] = Counter()


def kernel(data: bytes) -> None:
    """The verdict of the kernel, held against the second opinion if it is VERIFIED."""
    judged = judge(data)
    if judged.judgement.alarming:
        raise AssertionError(f"{judged.judgement.value}: {judged.report.detail}")


def reader(name: str, data: bytes) -> None:
    """The finding on a file of one format."""
    if marked:
        name, data = marked[data[0] % len(marked)] if data else marked[0], data[1:]
    tried[name] += 1
    if tried.total() % 1000 == 0:
        print(dict(tried), file=sys.stderr, flush=True)
    try:
        finding = FORMATS[name](data, CheckOptions(dimension=3))
    except KissalgError:
        return
    assert isinstance(finding, Finding)


def changed(data: bytes, size: int, seed: int) -> bytes:
    """A mutant of a certificate or of a JSON file, by its structure, or of any file by libFuzzer."""
    random = Random(seed)
    if marked and data:
        mark, data, size = data[:1], data[1:], size - 1
        return mark + _changed(data, size, seed, random)
    return _changed(data, size, seed, random)


def _changed(data: bytes, size: int, seed: int, random: Random) -> bytes:
    if seed % 2 == 0:
        try:
            data = mutate(data, random.choice(list(KINDS)), random) if certificates else restructured(data, random)
        except Exception:  # a mutant of a mutant need not be JSON any more
            data = atheris.Mutate(data, size)
    else:
        data = atheris.Mutate(data, size)
    return data[:size]


def functions() -> Iterator[FunctionType]:
    """The functions and methods of the instrumented modules: these few, and not all that they import, so that a run
    begins within seconds.
    """
    for name, module in list(sys.modules.items()):
        if not name.startswith(INSTRUMENTED):
            continue
        for value in vars(module).values():
            members = vars(value).values() if inspect.isclass(value) else [value]
            for member in members:
                plain = (
                    getattr(member, "__func__", None)
                    or getattr(member, "fget", None)
                    or getattr(member, "func", member)
                )
                if isinstance(plain, FunctionType) and plain.__module__ == name:
                    yield plain


def seeds(target: str) -> dict[str, bytes]:
    """The files to begin with, by name."""
    if marked:
        return {name: bytes([k]) + SAMPLES[name] for k, name in enumerate(marked)}
    if target != "kernel":
        return {target: SAMPLES[target]}
    files = sorted(SEEDS.glob("*/vectors/verified/*"))
    return {path.name: path.read_bytes() for path in files if path.stat().st_size <= LARGEST}


def main() -> None:
    """Add the seeds to the corpus, and fuzz."""
    target, corpus = sys.argv[1], Path(sys.argv[2])
    if target.partition(":")[0] == "readers":
        marked.extend(target.partition(":")[2].split(",") if ":" in target else FORMATS)
    if not {*marked} <= {*FORMATS} or not (marked or target in {"kernel", *FORMATS}):
        raise SystemExit(f"expected kernel, readers, or a format among {', '.join(FORMATS)}, found {target}")
    corpus.mkdir(parents=True, exist_ok=True)
    global certificates
    certificates = target == "kernel"
    for name, data in seeds(target).items():
        if not (corpus / name).exists():
            (corpus / name).write_bytes(data)
    one = kernel if target == "kernel" else lambda data: reader(target, data)
    options = ["-rss_limit_mb=3072", "-timeout=60", "-max_len=65536", *sys.argv[3:]]
    for function in {id(function): function for function in functions()}.values():
        atheris.instrument_func(function)
    atheris.Setup([sys.argv[0], str(corpus), *options], one, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
