"""Coverage-guided fuzzing with atheris: `python scripts/fuzz_coverage.py TARGET CORPUS -max_total_time=600`.

TARGET is `kernel` or the name of a published format (docs/formats.md); CORPUS is a folder, to which seeds are added: the small certificates of
tests/certificates, or the sample of the format. The remaining arguments go to libFuzzer. Half of the mutants are made by kissalg.testing, which
knows the structure, the others by libFuzzer. A crash is any exception but the refusals; for the kernel, also a verdict VERIFIED that the second opinion
does not share.

atheris (pip install atheris) is no dependency of kissalg; its wheels are for Linux.
"""

import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["kissalg.kernel", "kissalg.published", "kissalg.sdp.sdpa"]):
    from kissalg.errors import KissalgError
    from kissalg.published import FORMATS, CheckOptions, Finding
    from kissalg.testing.foreign_files import SAMPLES, restructured
    from kissalg.testing.mutations import KINDS, judge, mutate

SEEDS = Path(__file__).parents[1] / "tests" / "certificates"
LARGEST = 3000  # bytes of a seed
certificates = False  # the files are certificates


def kernel(data: bytes) -> None:
    """The verdict of the kernel, held against the second opinion if it is VERIFIED."""
    judged = judge(data)
    if judged.judgement.alarming:
        raise AssertionError(f"{judged.judgement.value}: {judged.report.detail}")


def reader(name: str, data: bytes) -> None:
    """The finding on a file of one format."""
    try:
        finding = FORMATS[name](data, CheckOptions(dimension=3))
    except KissalgError:
        return
    assert isinstance(finding, Finding)


def changed(data: bytes, size: int, seed: int) -> bytes:
    """A mutant of a certificate or of a JSON file, by its structure, or of any file by libFuzzer."""
    random = Random(seed)
    if seed % 2 == 0:
        try:
            data = mutate(data, random.choice(list(KINDS)), random) if certificates else restructured(data, random)
        except Exception:  # a mutant of a mutant need not be JSON any more
            data = atheris.Mutate(data, size)
    else:
        data = atheris.Mutate(data, size)
    return data[:size]


def seeds(target: str) -> dict[str, bytes]:
    """The files to begin with, by name."""
    if target != "kernel":
        return {target: SAMPLES[target]}
    files = [*(SEEDS / "verified").iterdir(), *(SEEDS / "sharp").iterdir(), *(SEEDS / "average-kissing").iterdir()]
    return {path.name: path.read_bytes() for path in files if path.stat().st_size <= LARGEST}


def main() -> None:
    """Add the seeds to the corpus, and fuzz."""
    target, corpus = sys.argv[1], Path(sys.argv[2])
    if target not in {"kernel", *FORMATS}:
        raise SystemExit(f"expected kernel, or a format among {', '.join(FORMATS)}, found {target}")
    corpus.mkdir(parents=True, exist_ok=True)
    global certificates
    certificates = target == "kernel"
    for name, data in seeds(target).items():
        if not (corpus / name).exists():
            (corpus / name).write_bytes(data)
    one = kernel if target == "kernel" else lambda data: reader(target, data)
    options = ["-rss_limit_mb=3072", "-timeout=60", "-max_len=65536", *sys.argv[3:]]
    atheris.Setup([sys.argv[0], str(corpus), *options], one, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
