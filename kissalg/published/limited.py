"""The check of a foreign file in a process of its own, with limits of time and memory that the system enforces.

The limits of the readers (`ForeignLimits` and those of each format) bound what a file may hold, and with it what is
computed. How long an exact computation takes is hard to bound tightly beforehand, so that the last word is that of the
system: a process that exceeds its limits is ended, and the file is refused.

Main definitions: `Allowance`, `check_file_within`.
"""

from __future__ import annotations

import multiprocessing
import resource
import warnings
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIGKILL, SIGXCPU

from kissalg.errors import ParameterError, PublishedError
from kissalg.published.finding import Finding
from kissalg.published.recognise import CheckOptions, check_file

__all__ = ["Allowance", "check_file_within"]

_LARGEST = 10**9  # seconds, or MiB


@dataclass(frozen=True)
class Allowance:
    """What the check of one file may use.

    Attributes:
        seconds: of processor time.
        memory: of address space, in MiB; about 500 of these are the libraries themselves. (Systems that cannot limit
            it, such as macOS, do not.)

    Raises:
        ParameterError: a limit is not positive, too small to start with, or larger than systems know.
    """

    seconds: int = 3600
    memory: int = 8192

    def __post_init__(self) -> None:
        if not 1 <= self.seconds <= _LARGEST or not 512 <= self.memory <= _LARGEST:
            raise ParameterError(
                f"expected at least 1 second and 512 MiB for a check, and at most {_LARGEST} of either, "
                f"found {self.seconds} and {self.memory}"
            )


def check_file_within(
    allowance: Allowance,
    path: Path,
    format: str | None = None,  # noqa: A002  # as in check_file
    options: CheckOptions | None = None,
) -> Finding:
    """Check a file as `check_file` does, in a process of its own with limits of time and memory.

    Args:
        allowance: the limits.
        path: the file.
        format: the name of its format; by default it is recognised.
        options: what the file does not say itself.

    Returns:
        The verdict.

    Raises:
        PublishedError: the file cannot be read, does not follow its format, or the check needs more than its allowance.
        ExactnessError: an option is not an exact number, as in `check_file`.
    """
    context = multiprocessing.get_context("fork")  # the libraries are loaded; no solver has run
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_check, args=(sender, allowance, path, format, options), daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # idle threads of the linear algebra library
        process.start()
    sender.close()
    try:
        answer: Finding | Exception | None = receiver.recv()
    except EOFError:
        answer = None
    finally:
        receiver.close()
        process.join()
    if isinstance(answer, Finding):
        return answer
    if isinstance(answer, Exception):
        raise answer
    if process.exitcode in (-SIGXCPU, -SIGKILL):
        limit = f"{allowance.seconds} seconds of processor time (--seconds)"
    else:
        limit = f"{allowance.memory} MiB of memory (--memory)"
    raise PublishedError(f"{path}: expected a file that can be checked in {limit}; the check was ended.")


def _check(
    sender: Connection, allowance: Allowance, path: Path, format_: str | None, options: CheckOptions | None
) -> None:
    """In the new process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (allowance.seconds, allowance.seconds + 1))
    with suppress(OSError, ValueError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (allowance.memory << 20,) * 2)
    answer: Finding | Exception | None
    try:
        answer = check_file(path, format_, options)
    except MemoryError:
        answer = None
    except Exception as error:
        answer = error
    sender.send(answer)
