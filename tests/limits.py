"""Caps on the processor time and the memory of a piece of a test: a hang or a blow-up is a failure with a message, not
a stopped machine.
"""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 10
MEBIBYTES = 1024


def _too_long(*_: object) -> None:
    raise TimeoutError(f"expected at most {SECONDS} s of processor time")


@contextmanager
def capped(seconds: float = SECONDS, mebibytes: int = MEBIBYTES) -> Iterator[None]:
    """Raise TimeoutError after so much processor time, MemoryError beyond so much memory on top of what the process
    has.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    statistics = Path("/proc/self/statm")
    if statistics.exists():  # elsewhere the system has no such limit
        present = int(statistics.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (present + (mebibytes << 20), hard))
    before = signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
