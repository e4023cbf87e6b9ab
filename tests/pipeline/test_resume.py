"""Every command goes on after an interruption at any place, to the certificate of an undisturbed run, byte by byte."""

import contextlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest

from kissalg.errors import ParameterError, RunError, SolverError
from kissalg.families.average_kissing.command import AVERAGE_KISSING, AverageKissingRequest, Method
from kissalg.families.delsarte.command import DELSARTE, DelsarteRequest
from kissalg.families.independence_number.command import THETA, Cut, ThetaRequest
from kissalg.families.nonnegative.command import MINIMUM, NONNEGATIVE, MinimumRequest, NonnegativeRequest
from kissalg.families.semidefinite_program.command import SOLVE, SolveRequest
from kissalg.families.spherical_caps.command import CAPS, CapsRequest
from kissalg.families.three_point.command import CODE, KISSING, CodeRequest, KissingRequest
from kissalg.pipeline import Command, Engine, Execution, Reporter, RunInterrupted, RunOptions
from kissalg.solvers import Iteration
from kissalg.verdict import verify

PENTAGON = "p edge 5 5\ne 1 2\ne 2 3\ne 3 4\ne 4 5\ne 5 1\n"
PATH = (
    "3\n1\n3\n1 0 0\n0 1 1 1 1\n0 1 1 2 1\n0 1 1 3 1\n0 1 2 2 1\n0 1 2 3 1\n0 1 3 3 1\n"
    "1 1 1 1 1\n1 1 2 2 1\n1 1 3 3 1\n2 1 1 2 1\n3 1 2 3 1\n"
)
MOTZKIN = "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2"
PIECES = {"first": "2/5", "intervals": 1, "degree": 6, "margin": "1/2000"}

CASES: dict[str, tuple[Command[Any], Callable[[Path], Any]]] = {
    "kissing": (KISSING, lambda folder: KissingRequest(3, 3)),
    "kissing, on a face": (KISSING, lambda folder: KissingRequest(5, 2)),
    "kissing with bits": (KISSING, lambda folder: KissingRequest(3, 2, bits=160)),
    "code": (CODE, lambda folder: CodeRequest(4, "1/6", 2)),
    "code by Clarabel": (CODE, lambda folder: CodeRequest(4, "1/6", 2, engine=Engine.CLARABEL)),
    "delsarte": (DELSARTE, lambda folder: DelsarteRequest(5, "1/5")),
    "delsarte, sharp": (DELSARTE, lambda folder: DelsarteRequest(3, "1/sqrt(5)", 2, sharp=True)),
    "delsarte by a polynomial": (
        DELSARTE,
        lambda folder: DelsarteRequest(4, "1/3", polynomial="(t-1/3)*(t+1)^2*(t^2+2)"),
    ),
    "caps": (CAPS, lambda folder: CapsRequest(3, cos="1/2,1/3", degree=2)),
    "theta, sharp, with cuts": (
        THETA,
        lambda folder: ThetaRequest(folder / "c5.col", cut=(Cut("triangle"), Cut("odd-cycle")), sharp=True),
    ),
    "theta of the second step": (THETA, lambda folder: ThetaRequest(folder / "c5.col", bits=100)),
    "minimum": (MINIMUM, lambda folder: MinimumRequest("x^4 + x", on=("x + 2",))),
    "minimum, rational": (MINIMUM, lambda folder: MinimumRequest("x^4 + x", rational=True)),
    "nonnegative": (NONNEGATIVE, lambda folder: NonnegativeRequest(MOTZKIN, multiplier="1,1", symmetry=("B",))),
    "average kissing, linear": (AVERAGE_KISSING, lambda folder: AverageKissingRequest(3, Method.LINEAR, **PIECES)),
    "average kissing, caps": (
        AVERAGE_KISSING,
        lambda folder: AverageKissingRequest(3, Method.CAPS, radii="1", degree=5, rho_squared="47/16"),
    ),
    "average kissing, direct": (
        AVERAGE_KISSING,
        lambda folder: AverageKissingRequest(3, Method.DIRECT, radii="1", degree=5),
    ),
    "average kissing, polynomial": (
        AVERAGE_KISSING,
        lambda folder: AverageKissingRequest(3, Method.POLYNOMIAL, degree=6, order=2, first="1/3", rho_squared="3"),
    ),
    "average kissing, area": (AVERAGE_KISSING, lambda folder: AverageKissingRequest(3, Method.AREA)),
    "solve": (SOLVE, lambda folder: SolveRequest(folder / "path.dat-s")),
    "solve, sharp": (SOLVE, lambda folder: SolveRequest(folder / "path.dat-s", sharp=True)),
}


@dataclass
class Counting(Reporter):
    """Counts the stages and the iterations, and interrupts at a given one."""

    stop: int | None = None
    events: int = 0
    iterations: int = 0

    def event(self) -> None:
        self.events += 1
        if self.events == self.stop:
            raise KeyboardInterrupt

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        self.event()
        yield

    def iteration(self, step: Iteration) -> None:
        self.iterations += 1
        self.event()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, beside one with the files that are read."""
    files, work = tmp_path / "files", tmp_path / "work"
    files.mkdir()
    work.mkdir()
    (files / "c5.col").write_text(PENTAGON)
    (files / "path.dat-s").write_text(PATH)
    monkeypatch.chdir(work)
    return files


def performed(command: Command[Any], request: Any, options: RunOptions, stop: int | None = None) -> Counting:
    """Perform it, interrupted at the event `stop`; what was counted."""
    counting = Counting(stop)
    execution = Execution(command, request, options, counting)
    if stop is None:
        execution.perform()
    else:
        with pytest.raises(KeyboardInterrupt):
            execution.perform()
        assert execution.kept == (execution.folder if execution.folder.exists() else None)
    return counting


@pytest.mark.parametrize("name", CASES)
def test_interrupt_and_resume(folder: Path, name: str) -> None:
    command, make = CASES[name]
    request = make(folder)
    whole = performed(command, request, RunOptions(Path("whole.json")))
    assert verify(Path("whole.json")).verified
    for part in (0.35, 0.8):
        stop = max(1, int(part * whole.events))
        output = Path(f"{part}.json")
        performed(command, request, RunOptions(output), stop)
        unfinished = Path(f"{part}.json.run")
        rest = performed(command, request, RunOptions(output, resume=unfinished if unfinished.exists() else None))
        assert output.read_bytes() == Path("whole.json").read_bytes()
        if unfinished.exists() or whole.iterations > 20:
            assert rest.iterations < whole.iterations
    assert sorted(path.name for path in Path().iterdir()) == ["0.35.json", "0.8.json", "whole.json"]


def test_interrupted_again_and_again(folder: Path) -> None:
    """At every third event; at most the iteration that was running is lost each time."""
    request, output, attempts = DelsarteRequest(4, "1/3", 3, sharp=True), Path("d.json"), 0
    whole = performed(DELSARTE, request, RunOptions(Path("whole.json")))
    while not output.exists():
        unfinished = Path("d.json.run")
        resume = unfinished if unfinished.exists() else None
        counting = Counting(4 + 2 * attempts)  # a few stages are repeated each time
        try:
            Execution(DELSARTE, request, RunOptions(output, resume=resume), counting).perform()
        except RunInterrupted:
            assert unfinished.exists()
        attempts += 1
    assert attempts > 3
    assert counting.iterations < whole.iterations
    assert output.read_bytes() == Path("whole.json").read_bytes()


OTHERS = {
    "n": 6,
    "degree": 10,
    "linear": 1,
    "cos": "1/7",
    "radii": "1,2",
    "polynomial": "x^4 + 5",
    "rho_squared": "5/2",
}


@pytest.mark.parametrize("name", CASES)
def test_another_request_is_refused(folder: Path, name: str) -> None:
    """Every option that is not a setting counts, down to the content of a file."""
    command, make = CASES[name]
    request = make(folder)
    Execution(command, request, RunOptions(Path("a.json"), keep_run=True)).perform()
    resumed = RunOptions(Path("b.json"), resume=Path("a.json.run"))
    refused = 0
    for option in {field.name for field in fields(request)} & set(OTHERS):
        with contextlib.suppress(ParameterError):  # the option has no meaning here
            other = replace(request, **{option: OTHERS[option]})
            with pytest.raises(RunError, match=rf"{option} is .* there and {re.escape(str(OTHERS[option]))} here"):
                Execution(command, other, resumed).perform()
            refused += 1
    if hasattr(request, "file"):
        request.file.write_text(request.file.read_text() + "\n")
        with pytest.raises(RunError, match="file is sha256:"):
            Execution(command, request, resumed).perform()
        refused += 1
    assert refused
    assert not Path("b.json").exists()
    assert Path("a.json.run").exists()


def test_radii_and_weights_tell_two_runs_apart(folder: Path) -> None:
    """They are no parameters of their models, and were once left out."""
    cases: list[tuple[Command[Any], Any, Any]] = [
        (AVERAGE_KISSING, AverageKissingRequest(3, Method.DIRECT, radii="1,2", degree=5), {"radii": "1,3"}),
        (CAPS, CapsRequest(3, cos="1/2,1/3", weights="1,2", degree=2), {"weights": "1,3"}),
        (CAPS, CapsRequest(3, cos="1/2,1/3", weights="1,2", degree=2), {"cos": "1/2,1/4"}),
    ]
    for k, (command, request, change) in enumerate(cases):
        options = RunOptions(Path(f"{k}.json"))
        performed(command, request, options, 8)
        ((name, value),) = change.items()
        with pytest.raises(RunError, match=f"{name} is {getattr(request, name)} there and {value} here"):
            Execution(command, replace(request, **change), replace(options, resume=Path(f"{k}.json.run"))).perform()


def test_a_run_goes_on_with_more_bits(folder: Path) -> None:
    """Settings may change: the interrupted solve goes on with the new ones, which a later resume keeps."""
    request, options = KissingRequest(3, 3), RunOptions(Path("k.json"))
    performed(KISSING, request, options, 14)
    resumed = replace(options, resume=Path("k.json.run"))
    counting = Counting(8)
    with pytest.raises(RunInterrupted, match=r"k\.json\.run$"):
        Execution(KISSING, replace(request, bits=300), resumed, counting).perform()
    execution = Execution(KISSING, request, resumed, Counting())
    assert execution.request.bits == 300
    execution.perform()
    assert execution.run.solves[0].bits >= 300
    assert verify(Path("k.json")).verified


def test_other_settings_compute_a_finished_solve_again(folder: Path) -> None:
    """An optimum that could not be rounded is looked for again with more bits, from where it was."""
    request, options = SolveRequest(folder / "path.dat-s", iterations=3), RunOptions(Path("p.json"))
    with pytest.raises(SolverError, match="iteration limit"):
        Execution(SOLVE, request, options).perform()
    resumed = replace(options, resume=Path("p.json.run"))
    with pytest.raises(SolverError, match="iteration limit"):  # it is known, and told at once
        Execution(SOLVE, request, resumed, Counting(4)).perform()
    counting = Counting()
    Execution(SOLVE, replace(request, iterations=100), resumed, counting).perform()
    assert verify(Path("p.json")).verified
    whole = performed(SOLVE, replace(request, iterations=100), RunOptions(Path("whole.json")))
    assert counting.iterations == whole.iterations - 3
