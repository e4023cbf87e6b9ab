"""The journal of a run: its solves in order, what each of them solves, its latest state, and its result.

A computation is deterministic given the results of its solves. So it is resumed by being repeated: a solve that was
finished returns its result at once, and the one that was interrupted goes on from its last iteration. In the run folder
the solve number k has three entries:

- ``solve-k.bin``: what is solved, written when it begins;
- ``checkpoint-k.bin``: the solver's state after the last iteration, kept until the next solve begins;
- ``result-k.bin``: the result.

Main definitions: `Journal`, `Entry`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kissalg.errors import RunError
from kissalg.runs.folder import RunFolder

__all__ = ["Entry", "Journal"]


@dataclass(frozen=True)
class Entry:
    """One solve of a run; it is the ``Checkpoint`` of the solver."""

    folder: RunFolder
    number: int

    @property
    def result(self) -> bytes | None:
        """The result, if the solve was finished."""
        return self.folder.read(_name("result", self.number))

    def load(self) -> bytes | None:
        """The last state of the solver, or None."""
        return self.folder.read(_name("checkpoint", self.number))

    def store(self, data: bytes) -> None:
        """Replace the state of the solver."""
        self.folder.write(_name("checkpoint", self.number), data)

    def finish(self, data: bytes) -> None:
        """Keep the result."""
        self.folder.write(_name("result", self.number), data)


class Journal:
    """The solves of a run, in an open `RunFolder`.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from kissalg.runs.folder import RunDescription
        >>> run = RunDescription("bound kissing", {"n": "4"})
        >>> with TemporaryDirectory() as parent:
        ...     with RunFolder(Path(parent) / "run", run) as folder:
        ...         Journal(folder).begin({"problem": "three-point"}, {"bits": "53"}).finish(b"26")
        ...     with RunFolder(Path(parent) / "run", run, resume=True) as folder:
        ...         Journal(folder).begin({"problem": "three-point"}, {"bits": "53"}).result
        b'26'
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self._count = 0

    def begin(self, identity: Mapping[str, str], settings: Mapping[str, str]) -> Entry:
        """The next solve of the run.

        Settings may differ from those of the same solve before the run was interrupted if those of the run do
        (`RunDescription.settings`): then this solve goes on from its last state with the new ones if it was the last
        one, and what was computed after it is dropped.

        Raises:
            RunError: the solve at this place is another one, or the folder is damaged.
        """
        self._count += 1
        number, folder = self._count, self.folder
        name = _name("solve", number)
        data = folder.read(name)
        if data is None:
            if any(_number(other) >= number for other in folder.names):
                raise self._damaged(f"the entry {name} is missing, and later ones are there")
            folder.delete(_name("checkpoint", number - 1))
        else:
            held_identity, held_settings, of_run = self._parsed(data, name)
            self._compare(number, held_identity, identity)
            if held_settings == dict(settings):
                return Entry(folder, number)
            if of_run == dict(folder.description.settings):
                self._compare(number, held_settings, settings)
            folder.delete(_name("result", number))
            for other in folder.names:
                if _number(other) > number:
                    folder.delete(other)
        entry = [dict(identity), dict(settings), dict(folder.description.settings)]
        folder.write(name, json.dumps(entry, sort_keys=True).encode())
        return Entry(folder, number)

    def _parsed(self, data: bytes, name: str) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        try:
            identity, settings, of_run = json.loads(data)
            return dict(identity), dict(settings), dict(of_run)
        except (ValueError, TypeError) as error:
            raise self._damaged(f"{name}: {error}") from error

    def _compare(self, number: int, held: Mapping[str, str], given: Mapping[str, str]) -> None:
        for name in sorted({*held, *given}):
            there, here = held.get(name, "not set"), given.get(name, "not set")
            if there != here:
                raise RunError(
                    f"The run in {self.folder.path} cannot be continued: of its solve number {number} the {name} is"
                    f" {there} there and {here} here. Finish it with the version of kissalg that started it, or delete"
                    " the folder and start again."
                )

    def _damaged(self, reason: str) -> RunError:
        return RunError(f"The run folder {self.folder.path} is damaged ({reason}). Delete it and start again.")


def _name(kind: str, number: int) -> str:
    return f"{kind}-{number:03d}.bin"


def _number(name: str) -> int:
    """The number of the solve to which an entry belongs; 0 if it belongs to none.

    >>> _number("result-012.bin"), _number("certificate.bin")
    (12, 0)
    """
    _, dash, number = name.removesuffix(".bin").rpartition("-")
    return int(number) if dash else 0
