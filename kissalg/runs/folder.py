"""Run folders: what a long computation has found so far, on disk, so that it survives Ctrl-C, a kill and a power cut.

A run folder holds

- ``run.json``: which command is computed, with which options and settings, by which versions;
- entries with names, opaque bytes behind a checksum, each replaced atomically (`kissalg.runs.journal` says which there
  are);
- ``lock``: held by the process that works in the folder; the operating system releases it however the process ends.

Main definitions: `RunFolder`, `RunDescription`, `read_description`.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kissalg.atomic import write_atomically
from kissalg.errors import RunError

__all__ = ["RunDescription", "RunFolder", "in_order_of_removal", "read_description"]

_FORMAT = 2
_MAGIC = b"kissalg run 2\n"
_ENTRY = re.compile(r"[a-z]+(-\d{3,})?\.bin")


@dataclass(frozen=True, slots=True)
class RunDescription:
    """What is being computed: the identity of a run.

    Two runs are the same run if command and options agree. Settings (of the solver: bits, gap, iterations) may change
    when a run is resumed, and versions are for the reader.

    Example:
        >>> RunDescription("bound kissing", {"n": "4", "degree": "6"})
        RunDescription(bound kissing, n=4, degree=6)
    """

    command: str
    options: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        values = {**self.options, **self.settings}
        return f"RunDescription({self.command}{''.join(f', {name}={value}' for name, value in values.items())})"

    def difference(self, other: "RunDescription") -> str | None:
        """The first thing in which two runs differ, in words; None if one continues the other.

        Example:
            >>> four = RunDescription("bound kissing", {"n": "4"})
            >>> four.difference(RunDescription("bound kissing", {"n": "5"}))
            'n is 4 there and 5 here'
        """
        if self.command != other.command:
            return f"the command is {self.command} there and {other.command} here"
        mine, yours = self.options, other.options
        for name in sorted({*mine, *yours}):
            if mine.get(name) != yours.get(name):
                return f"{name} is {mine.get(name, 'not set')} there and {yours.get(name, 'not set')} here"
        return None


class RunFolder:
    """One run's folder, locked against a second process while it is open; a context manager.

    Args:
        path: the folder; created (with its parents) if it is missing.
        description: the run that is about to be computed.
        resume: True to continue the run that the folder holds; False to start a new one in a new or empty folder.

    Raises:
        RunError: the folder is in use by another process; it holds a run and ``resume`` is False; ``resume`` is True
            and it holds no run, or another one; a file in it is damaged.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> run = RunDescription("bound kissing", {"n": "4"})
        >>> with TemporaryDirectory() as parent:
        ...     with RunFolder(Path(parent) / "run", run) as folder:
        ...         folder.write("checkpoint.bin", b"iteration 7")
        ...     with RunFolder(Path(parent) / "run", run, resume=True) as folder:
        ...         folder.read("checkpoint.bin")
        b'iteration 7'
    """

    def __init__(self, path: Path, description: RunDescription, *, resume: bool = False) -> None:
        self.path = path
        self.description = description
        self._resume = resume
        self._lock: int | None = None

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r}, {self.description!r})"

    def __enter__(self) -> Self:
        if self._resume:
            read_description(self.path)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.path / "lock")
        except OSError as error:
            raise RunError(
                f"The run folder {self.path} cannot be used: {error.strerror}. Choose another one with --run."
            ) from error
        try:
            self._open()
        except BaseException:
            self._unlock()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._unlock()

    def _open(self) -> None:
        if (self.path / "run.json").is_file():
            if not self._resume:
                raise RunError(
                    f"The folder {self.path} holds an unfinished run. "
                    f"Continue it with --resume {self.path}, or delete the folder to start anew."
                )
            held = read_description(self.path)
            difference = held.difference(self.description)
            if difference is not None:
                raise RunError(
                    f"The run in {self.path} is another one: {difference}. Resume it with its own options, "
                    "or start this one in a new folder."
                )
        record = {"format": _FORMAT, **asdict(self.description)}
        write_atomically(self.path / "run.json", json.dumps(record, indent=2, sort_keys=True).encode() + b"\n")

    @property
    def names(self) -> list[str]:
        """The entries that were written, sorted."""
        return sorted(path.name for path in self.path.iterdir() if _ENTRY.fullmatch(path.name))

    def read(self, name: str) -> bytes | None:
        """The content of an entry, or None if there is none.

        Raises:
            RunError: it is damaged.
        """
        self._expect_open()
        path = self._path(name)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RunError(f"{path} cannot be read: {error.strerror}.") from error
        size = len(_MAGIC) + hashlib.sha256().digest_size
        digest, data = content[len(_MAGIC) : size], content[size:]
        if not content.startswith(_MAGIC) or hashlib.sha256(data).digest() != digest:
            raise RunError(f"{path} is damaged. Delete the folder {self.path} and start again.")
        return data

    def write(self, name: str, data: bytes) -> None:
        """Replace an entry by ``data``; a process killed meanwhile leaves the old content or the new one."""
        self._expect_open()
        path = self._path(name)
        try:
            write_atomically(path, _MAGIC + hashlib.sha256(data).digest() + data)
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error.strerror}.") from error

    def delete(self, name: str) -> None:
        """Delete an entry, if there is one."""
        self._expect_open()
        self._path(name).unlink(missing_ok=True)

    def remove(self) -> None:
        """Delete the folder: the run is finished. Files that kissalg did not write are left alone, with the folder."""
        self._expect_open()
        for name in [*in_order_of_removal(self.names), "run.json", "lock"]:
            (self.path / name).unlink(missing_ok=True)
        for torn in self.path.glob(".*.tmp"):  # left by a process that was killed while it wrote
            if _ENTRY.fullmatch(torn.name[1:].rsplit(".", 2)[0]) or torn.name.startswith(".run.json."):
                torn.unlink()
        if not any(self.path.iterdir()):
            self.path.rmdir()

    def _path(self, name: str) -> Path:
        if _ENTRY.fullmatch(name) is None:
            raise RunError(f"expected the name of an entry such as checkpoint-001.bin, found {name!r}")
        return self.path / name

    def _expect_open(self) -> None:
        if self._lock is None:
            raise RunError(f"The run folder {self.path} is not open: use it in a with statement.")

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def in_order_of_removal(names: Iterable[str]) -> list[str]:
    """The entries of a run in an order in which what is left can always be resumed: the last solves first.

    What says that the certificate is the run's own goes last, so that a run that is killed meanwhile may write it
    again.

    Example:
        >>> in_order_of_removal(["certificate.bin", "result-001.bin", "solve-001.bin", "solve-002.bin"])
        ['solve-002.bin', 'result-001.bin', 'solve-001.bin', 'certificate.bin']
    """
    numbers = {name: int("".join(filter(str.isdigit, name)) or "0") for name in names}
    return sorted(numbers, key=lambda name: (-numbers[name], name))


def _locked(path: Path) -> int:
    """An open descriptor of ``path`` that holds the lock; the lock ends with the descriptor or the process."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise RunError(
            f"Another process is working in {path.parent}. Wait for it, stop it, or choose another folder with --run."
        ) from None
    return descriptor


def read_description(folder: Path) -> RunDescription:
    """What is computed in a run folder.

    Raises:
        RunError: the folder holds no run, or one of another version, or a damaged one.
    """
    path = folder / "run.json"
    if not path.is_file():
        raise RunError(f"--resume expects a run folder, and {folder} holds no run.json. Check the name, or start anew.")
    try:
        record: Any = json.loads(path.read_bytes())
        if record["format"] != _FORMAT:
            raise RunError(
                f"{path} has format {record['format']}, and this version of kissalg reads format {_FORMAT}. "
                "Finish the run with the version that started it, or start again in a new folder."
            )
        fields = (record[name] for name in ("options", "settings", "versions"))
        return RunDescription(str(record["command"]), *({str(k): str(v) for k, v in part.items()} for part in fields))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{path} is damaged ({error}). Delete the folder {folder} and start again.") from error
