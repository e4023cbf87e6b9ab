"""Run folders: the state of one solve on disk, so that it survives Ctrl-C, a kill and a power cut.

A run folder holds

- ``run.json``: which problem is solved, with which settings, by which version; written once;
- ``checkpoint``: the solver's last state, opaque bytes behind a checksum; replaced atomically after each iteration;
- ``lock``: held by the process that works in the folder; the operating system releases it however the process ends.

`RunFolder` is the solver's ``Checkpoint``: ``load() -> bytes | None`` and ``store(data)``.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kissalg.atomic import write_atomically
from kissalg.errors import RunError

__all__ = ["RunDescription", "RunFolder"]

_FORMAT = 1
_MAGIC = b"kissalg checkpoint 1\n"
_FILES = ("run.json", "checkpoint", "lock")


@dataclass(frozen=True, slots=True)
class RunDescription:
    """What is being computed: the identity of a run.

    Two runs are the same run if theorem and parameters agree. Settings and versions are for the reader: those that count on
    a resume are in the solver's checkpoint.

    Example:
        >>> RunDescription("three-point", {"n": "4", "cos": "1/2", "degree": "6", "linear": "12"})
        RunDescription(three-point, n=4, cos=1/2, degree=6, linear=12)
    """

    theorem: str
    parameters: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        values = {**self.parameters, **self.settings}
        return f"RunDescription({self.theorem}{''.join(f', {name}={value}' for name, value in values.items())})"

    def difference(self, other: "RunDescription") -> str | None:
        """The first thing in which two runs differ, in words; None if a checkpoint of one continues the other.

        Example:
            >>> four = RunDescription("three-point", {"n": "4"})
            >>> four.difference(RunDescription("three-point", {"n": "5"}))
            'n is 4 there and 5 here'
        """
        if self.theorem != other.theorem:
            return f"the theorem is {self.theorem} there and {other.theorem} here"
        mine, yours = self.parameters, other.parameters
        for name in sorted({*mine, *yours}):
            if mine.get(name) != yours.get(name):
                return f"{name} is {mine.get(name, 'not set')} there and {yours.get(name, 'not set')} here"
        return None


class RunFolder:
    """One solve's folder, locked against a second process while it is open; a context manager.

    Args:
        path: the folder; created (with its parents) if it is missing.
        description: the run that is about to be computed.
        resume: True to continue the run that the folder holds; False to start a new one in a new or empty folder.

    Raises:
        RunError: the folder is in use by another process; it holds a run and ``resume`` is False; ``resume`` is True
            and it holds no run, or the run of another problem; a file in it is damaged.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> run = RunDescription("three-point", {"n": "4"})
        >>> with TemporaryDirectory() as parent:
        ...     with RunFolder(Path(parent) / "run", run) as folder:
        ...         folder.store(b"iteration 7")
        ...     with RunFolder(Path(parent) / "run", run, resume=True) as folder:
        ...         folder.load()
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
        if self._resume and not (self.path / "run.json").is_file():
            raise RunError(
                f"--resume expects a run folder, and {self.path} holds no run.json. Check the name, or start anew."
            )
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
        held = _read_description(self.path / "run.json")
        if held is None:
            record = {"format": _FORMAT, **asdict(self.description)}
            write_atomically(self.path / "run.json", json.dumps(record, indent=2, sort_keys=True).encode() + b"\n")
            return
        if not self._resume:
            raise RunError(
                f"The folder {self.path} holds an unfinished run. "
                f"Continue it with --resume {self.path}, or delete the folder to start anew."
            )
        difference = held.difference(self.description)
        if difference is not None:
            raise RunError(
                f"The run in {self.path} is another one: {difference}. Resume it with its own parameters, "
                "or start this one in a new folder."
            )

    @property
    def has_checkpoint(self) -> bool:
        """Whether a state was stored."""
        return (self.path / "checkpoint").is_file()

    def load(self) -> bytes | None:
        """The last stored state, or None if nothing was stored yet.

        Raises:
            RunError: the checkpoint is damaged (its checksum does not match).
        """
        self._expect_open()
        if not self.has_checkpoint:
            return None
        path = self.path / "checkpoint"
        content = path.read_bytes()
        start = len(_MAGIC) + 32
        data = content[start:]
        if content[: len(_MAGIC)] != _MAGIC or hashlib.sha256(data).digest() != content[len(_MAGIC) : start]:
            raise RunError(f"The checkpoint {path} is damaged. Delete the folder {self.path} and start again.")
        return data

    def store(self, data: bytes) -> None:
        """Replace the stored state by ``data``; a process killed meanwhile leaves the old state or the new one."""
        self._expect_open()
        write_atomically(self.path / "checkpoint", _MAGIC + hashlib.sha256(data).digest() + data)

    def remove(self) -> None:
        """Delete the folder: the run is finished. Files that kissalg did not write are left alone, with the folder."""
        self._expect_open()
        for name in _FILES:
            (self.path / name).unlink(missing_ok=True)
            for torn in self.path.glob(f".{name}.*.tmp"):  # left by a process that was killed while it wrote
                torn.unlink()
        if not any(self.path.iterdir()):
            self.path.rmdir()

    def _expect_open(self) -> None:
        if self._lock is None:
            raise RunError(f"The run folder {self.path} is not open: use it in a with statement.")

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


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


def _read_description(path: Path) -> RunDescription | None:
    """The content of run.json, or None if there is none."""
    if not path.is_file():
        return None
    try:
        record: Any = json.loads(path.read_bytes())
        if record["format"] != _FORMAT:
            raise RunError(
                f"{path} has format {record['format']}, and this version of kissalg reads format {_FORMAT}. "
                "Finish the run with the version that started it, or start again in a new folder."
            )
        fields = (record[name] for name in ("parameters", "settings", "versions"))
        return RunDescription(str(record["theorem"]), *({str(k): str(v) for k, v in part.items()} for part in fields))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{path} is damaged ({error}). Delete the folder {path.parent} and start again.") from error
