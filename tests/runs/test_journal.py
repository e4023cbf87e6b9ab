"""The journal: what was solved is found again, in order, and nothing else is taken for it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kissalg.errors import RunError
from kissalg.runs import Journal, RunDescription, RunFolder

RUN = RunDescription("bound kissing", {"n": "4"}, {"bits": "53"})
SETTINGS = {"bits": "53"}


def write(path: Path, problems: Sequence[str], finished: int, run: RunDescription = RUN) -> None:
    """A run with these problems, of which the first ones are finished."""
    with RunFolder(path, run) as folder:
        journal = Journal(folder)
        for k, problem in enumerate(problems):
            entry = journal.begin({"problem": problem}, SETTINGS)
            entry.store(f"state of {problem}".encode())
            if k < finished:
                entry.finish(f"result of {problem}".encode())


def test_replay(tmp_path: Path) -> None:
    write(tmp_path, "abc", 2)
    with RunFolder(tmp_path, RUN, resume=True) as folder:
        journal = Journal(folder)
        entries = [journal.begin({"problem": problem}, SETTINGS) for problem in "abcd"]
        assert [entry.result for entry in entries] == [b"result of a", b"result of b", None, None]
        assert folder.read("checkpoint-001.bin") is None, "only the last state is kept"
        assert entries[3].load() is None


def test_the_running_solve_has_its_state(tmp_path: Path) -> None:
    write(tmp_path, "ab", 1)
    with RunFolder(tmp_path, RUN, resume=True) as folder:
        journal = Journal(folder)
        journal.begin({"problem": "a"}, SETTINGS)
        assert journal.begin({"problem": "b"}, SETTINGS).load() == b"state of b"


def test_another_problem_is_named(tmp_path: Path) -> None:
    write(tmp_path, "ab", 1)
    with RunFolder(tmp_path, RUN, resume=True) as folder:
        journal = Journal(folder)
        journal.begin({"problem": "a"}, SETTINGS)
        with pytest.raises(RunError, match="solve number 2 the problem is b there and c here"):
            journal.begin({"problem": "c"}, SETTINGS)
    with (
        RunFolder(tmp_path, RUN, resume=True) as folder,
        pytest.raises(RunError, match="solve number 1 the engine is not set there and clarabel here"),
    ):
        Journal(folder).begin({"problem": "a", "engine": "clarabel"}, SETTINGS)


def test_settings_change_only_with_those_of_the_run(tmp_path: Path) -> None:
    write(tmp_path, "abc", 2)
    with (
        RunFolder(tmp_path, RUN, resume=True) as folder,
        pytest.raises(RunError, match="solve number 1 the bits is 53 there and 256 here"),
    ):
        Journal(folder).begin({"problem": "a"}, {"bits": "256"})
    revised = replace(RUN, settings={"bits": "256"})
    with RunFolder(tmp_path, revised, resume=True) as folder:
        journal = Journal(folder)
        assert journal.begin({"problem": "a"}, SETTINGS).result == b"result of a"
        entry = journal.begin({"problem": "b"}, {"bits": "256"})
        assert entry.result is None
        assert folder.names == ["result-001.bin", "solve-001.bin", "solve-002.bin"], "what came later is dropped"
        entry.finish(b"better")
    with RunFolder(tmp_path, revised, resume=True) as folder:  # once more, with the same settings as the last time
        journal = Journal(folder)
        journal.begin({"problem": "a"}, SETTINGS)
        assert journal.begin({"problem": "b"}, {"bits": "256"}).result == b"better"


def test_the_last_solve_goes_on_with_other_settings(tmp_path: Path) -> None:
    write(tmp_path, "a", 1)
    with RunFolder(tmp_path, replace(RUN, settings={"bits": "256"}), resume=True) as folder:
        entry = Journal(folder).begin({"problem": "a"}, {"bits": "256"})
        assert (entry.result, entry.load()) == (None, b"state of a")


@pytest.mark.parametrize("content", [b"", b"[]", b"[1, 2, 3]", b"{", b"[{}, {}, 4]"])
def test_an_entry_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, "a", 1)
    with RunFolder(tmp_path, RUN, resume=True) as folder:
        folder.write("solve-001.bin", content)
        with pytest.raises(RunError, match="is damaged"):
            Journal(folder).begin({"problem": "a"}, SETTINGS)
