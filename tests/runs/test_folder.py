"""Run folders: what is stored is loaded, by the right run only, and survives everything but deletion."""

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.atomic import write_atomically
from kissalg.errors import RunError
from kissalg.runs import Journal, RunDescription, RunFolder, read_description
from kissalg.runs.folder import in_order_of_removal

RUN = RunDescription("bound code", {"n": "4", "cos": "1/2", "degree": "6"}, {"bits": "192"}, {"kissalg": "0.1.0"})


def test_store_and_load(tmp_path: Path) -> None:
    with RunFolder(tmp_path / "a" / "run", RUN) as folder:
        assert folder.read("state.bin") is None
        folder.write("state.bin", b"one")
        folder.write("state.bin", b"two")
        assert folder.read("state.bin") == b"two"
    with RunFolder(tmp_path / "a" / "run", RUN, resume=True) as folder:
        assert folder.read("state.bin") == b"two"


@given(data=st.binary(max_size=2000), position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_every_damaged_byte_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, position: int, bit: int
) -> None:
    path = tmp_path_factory.mktemp("run")
    with RunFolder(path, RUN) as folder:
        folder.write("state.bin", data)
        content = bytearray((path / "state.bin").read_bytes())
        content[position % len(content)] ^= 1 << bit
        (path / "state.bin").write_bytes(content)
        with pytest.raises(RunError, match="damaged"):
            folder.read("state.bin")


def test_truncated_checkpoint(tmp_path: Path) -> None:
    with RunFolder(tmp_path, RUN) as folder:
        folder.write("state.bin", b"state" * 100)
        content = (tmp_path / "state.bin").read_bytes()
        for length in (0, 10, 40, len(content) - 1):
            (tmp_path / "state.bin").write_bytes(content[:length])
            with pytest.raises(RunError, match="damaged"):
                folder.read("state.bin")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (replace(RUN, options={**RUN.options, "n": "5"}), "n is 4 there and 5 here"),
        (replace(RUN, options={**RUN.options, "linear": "6"}), "linear is not set there and 6 here"),
        (replace(RUN, command="bound caps"), "the command is bound code there and bound caps here"),
    ],
)
def test_resume_refuses_another_run(tmp_path: Path, other: RunDescription, message: str) -> None:
    with RunFolder(tmp_path, RUN):
        pass
    with pytest.raises(RunError, match=message), RunFolder(tmp_path, other, resume=True):
        pass


def test_settings_and_versions_may_change(tmp_path: Path) -> None:
    with RunFolder(tmp_path, RUN):
        pass
    other = replace(RUN, settings={"bits": "256"}, versions={"kissalg": "0.2.0"})
    with RunFolder(tmp_path, other, resume=True) as folder:
        assert folder.read("state.bin") is None
    assert read_description(tmp_path) == other


def test_new_run_refuses_a_folder_with_a_run(tmp_path: Path) -> None:
    with RunFolder(tmp_path, RUN):
        pass
    with pytest.raises(RunError, match="--resume"), RunFolder(tmp_path, RUN):
        pass


def test_resume_refuses_a_folder_without_a_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no run\.json"), RunFolder(tmp_path / "missing", RUN, resume=True):
        pass
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": 2}', b'{"format": 2, "command": "t", "options": 3}', b"\xff"]
)
def test_damaged_description(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(RunError, match="damaged"), RunFolder(tmp_path, RUN, resume=True):
        pass


def test_description_of_another_format(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(b'{"format": 1}')
    with pytest.raises(RunError, match="format 1"), RunFolder(tmp_path, RUN, resume=True):
        pass


def test_second_process_is_refused(tmp_path: Path) -> None:
    with (
        RunFolder(tmp_path, RUN),
        pytest.raises(RunError, match="Another process"),
        RunFolder(tmp_path, RUN, resume=True),
    ):
        pass
    with RunFolder(tmp_path, RUN, resume=True):  # the lock went with the first
        pass


@pytest.mark.parametrize("deleted", range(9))
def test_what_a_killed_removal_leaves_can_be_resumed(tmp_path: Path, deleted: int) -> None:
    """The folder of a finished run, of which so many files are gone."""

    def compute(folder: RunFolder) -> list[bytes]:
        journal, results = Journal(folder), []
        for degree in ("1", "2", "3"):
            entry = journal.begin({"degree": degree}, {})
            if entry.result is None:
                entry.store(b"state")
                entry.finish(degree.encode())
            results.append(degree.encode())
        return results

    with RunFolder(tmp_path, RUN) as folder:
        compute(folder)
        folder.write("certificate.bin", b"digest")
        names = in_order_of_removal(folder.names)
    assert names[-1] == "certificate.bin"
    for name in names[:deleted]:
        (tmp_path / name).unlink()
    with RunFolder(tmp_path, RUN, resume=True) as folder:
        assert compute(folder) == [b"1", b"2", b"3"]


def test_remove_leaves_what_it_did_not_write(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with RunFolder(path, RUN) as folder:
        folder.write("state.bin", b"state")
        (path / ".state.bin.123.tmp").write_bytes(b"torn")
        folder.remove()
    assert not path.exists()
    with RunFolder(path, RUN) as folder:
        (path / "notes.txt").write_text("mine")
        folder.remove()
    assert [file.name for file in path.iterdir()] == ["notes.txt"]


def test_unwritable_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(RunError, match="cannot be used"), RunFolder(tmp_path / "file", RUN):
        pass


def test_closed_folder_refuses(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, RUN)
    with pytest.raises(RunError, match="not open"):
        folder.write("state.bin", b"")


def test_names_of_entries(tmp_path: Path) -> None:
    with RunFolder(tmp_path, RUN) as folder:
        folder.write("solve-001.bin", b"a")
        folder.write("certificate.bin", b"b")
        (tmp_path / "notes.txt").write_text("mine")
        assert folder.names == ["certificate.bin", "solve-001.bin"]
        folder.delete("solve-001.bin")
        folder.delete("solve-001.bin")
        assert folder.names == ["certificate.bin"]
        for name in ("run.json", "../solve-001.bin", "lock", "solve-1.bin"):
            with pytest.raises(RunError, match="expected the name of an entry"):
                folder.write(name, b"")


def test_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint"
    write_atomically(path, b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint"]


WRITER = """
    import sys
    from pathlib import Path
    from kissalg.runs import RunDescription, RunFolder

    with RunFolder(Path(sys.argv[1]), RunDescription("bound kissing", {"n": "4"})) as folder:
        number = 0
        while True:
            folder.write("state.bin", number.to_bytes(8) * 20000)
            if number == 20:
                print("working", flush=True)
            number += 1
"""


@pytest.mark.parametrize("attempt", range(3))
def test_kill_leaves_a_whole_checkpoint(tmp_path: Path, attempt: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(WRITER), str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"working\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with RunFolder(tmp_path, RunDescription("bound kissing", {"n": "4"}), resume=True) as folder:
        data = folder.read("state.bin")
        assert data is not None
        assert data == data[:8] * 20000
        assert int.from_bytes(data[:8]) >= 20
        folder.remove()
    assert not tmp_path.exists()
