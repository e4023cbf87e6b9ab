"""The context of one computation: it solves, rounds, times, tells, and remembers what it has found.

A strategy (`kissalg bound …`, `minimize`, `bound_independence`) is a plain function that asks a `Run` to solve its
problems. In memory a run does nothing more; with a journal every solve survives an interruption, and the strategy is
resumed by being called again.

Main definitions: `Run`, `Reporter`, `SolveRecord`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from typing import cast, overload

from kissalg.certificate import Certificate, certify
from kissalg.exact.number_field import NumberField
from kissalg.rounding import FaceSettings, FaceSolution, RoundingSettings, round_to_face
from kissalg.runs import Entry, Journal, decode, encode
from kissalg.sdp.digest import problem_digest, problem_name
from kissalg.sdp.inequalities import InequalityModel
from kissalg.sdp.model import Model
from kissalg.solvers import Iteration, NumericSolution, Settings, solve
from kissalg.solvers.float64 import Engine, Float64Settings, Float64Solution, solve_float64

__all__ = ["Reporter", "Run", "SolveRecord"]


class Reporter:
    """Who hears of a run. This one is silent; subclasses show what they like."""

    def stage(self, title: str) -> AbstractContextManager[None]:
        """A stage begins; it ends with the context."""
        return nullcontext()

    def note(self, text: str) -> None:
        """One line for the user."""

    def result(self, text: str) -> None:
        """One line that is a result of the computation, not a remark on its progress."""

    def iteration(self, step: Iteration) -> None:
        """One iteration of the multiprecision solver."""


@dataclass(frozen=True)
class SolveRecord:
    """What a solve was, and what it cost.

    Attributes:
        problem: the theorem and its parameters.
        engine: multiprecision, or the name of an engine in double precision.
        status: how it ended.
        iterations, bits, seconds: the cost, altogether; 53 bits are those of double precision.
        resumed: whether the result was found before the run was interrupted.
    """

    problem: str
    engine: str
    status: str
    iterations: int
    bits: int
    seconds: float
    resumed: bool


class Run:
    """One computation, in memory or with a journal.

    Args:
        reporter: who hears of it.
        journal: where its solves are kept; in memory they are not.
        wants_certificate: whether a certificate is wanted, or only what is known about the numbers.

    Attributes:
        seconds: the time of each stage so far, by name.
        solves: the solves so far.
        results: the lines that are results.

    Example:
        >>> from kissalg.families.delsarte.model import delsarte
        >>> run = Run()
        >>> run.certify(run.solve(delsarte(4, "1/2", 4)))
        Certificate(A(4, 1/2) <= 26.0000000..., ... characters)
        >>> list(run.seconds), [record.status for record in run.solves]
        (['solve', 'round'], ['optimal'])
    """

    def __init__(
        self, reporter: Reporter | None = None, journal: Journal | None = None, *, wants_certificate: bool = True
    ) -> None:
        self.reporter = reporter or Reporter()
        self.journal = journal
        self.wants_certificate = wants_certificate
        self.seconds: dict[str, float] = {}
        self.solves: list[SolveRecord] = []
        self.results: list[str] = []

    @contextmanager
    def stage(self, name: str, title: str) -> Iterator[None]:
        """Announce a stage and time it, under a name that may come again."""
        begin = time.perf_counter()
        try:
            with self.reporter.stage(title):
                yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - begin

    def note(self, text: str) -> None:
        """Tell the user something."""
        self.reporter.note(text)

    def result(self, text: str) -> None:
        """Tell the user a result."""
        self.results.append(text)
        self.reporter.result(text)

    def solve(
        self,
        problem: Model,
        *,
        bits: int | None = None,
        settings: Settings | None = None,
        stage: str = "solve",
        title: str | None = None,
    ) -> NumericSolution:
        """Solve in multiprecision, from the last state that the journal has; or take the result from there.

        See `kissalg.solvers.solve`.

        Raises:
            RunError: the solve at this place of the run is another one.
            KissalgError: see `kissalg.solvers.solve`.
        """
        chosen = settings or Settings()
        if bits is not None:
            chosen = replace(chosen, bits=bits, max_bits=max(bits, chosen.max_bits))
        texts = {name: str(value) for name, value in asdict(chosen).items() if name != "threads"}
        entry = self._begin(problem, "multiprecision", texts)
        with self.stage(stage, title or f"solve {problem_name(problem)}, {problem.equations} equations"):
            data = None if entry is None else entry.result
            if data is not None:
                solution = cast(NumericSolution, decode(data, problem))
            else:
                solution = solve(
                    problem, bits=bits, settings=settings, checkpoint=entry, progress=self.reporter.iteration
                )
                if entry is not None:
                    entry.finish(encode(solution))
        self._solved(problem, "multiprecision", solution, solution.bits, resumed=data is not None)
        return solution

    @overload
    def solve_float64(
        self,
        problem: InequalityModel,
        settings: Float64Settings | None = None,
        engine: Engine | str = Engine.CLARABEL,
        *,
        stage: str = "solve",
        title: str | None = None,
    ) -> Float64Solution: ...
    @overload
    def solve_float64(
        self,
        problem: Model,
        settings: Float64Settings | None = None,
        engine: Engine | str = Engine.CLARABEL,
        *,
        stage: str = "solve",
        title: str | None = None,
    ) -> NumericSolution: ...
    def solve_float64(
        self,
        problem: InequalityModel | Model,
        settings: Float64Settings | None = None,
        engine: Engine | str = Engine.CLARABEL,
        *,
        stage: str = "solve",
        title: str | None = None,
    ) -> Float64Solution | NumericSolution:
        """Solve in double precision, or take the result from the journal; there is no state to go on from.

        See `kissalg.solvers.float64.solve_float64`.

        Raises:
            RunError: the solve at this place of the run is another one.
            KissalgError: see `kissalg.solvers.float64.solve_float64`.
        """
        name = Engine(engine).value
        texts = {key: str(value) for key, value in asdict(settings or Float64Settings()).items()}
        entry = self._begin(problem, name, texts)
        with self.stage(stage, title or f"solve {problem_name(problem)} in double precision ({name})"):
            data = None if entry is None else entry.result
            if data is not None:
                solution = decode(data, problem)
            else:
                solution = solve_float64(problem, settings, engine)
                if entry is not None:
                    entry.finish(encode(solution))
        self._solved(problem, name, solution, 53, resumed=data is not None)
        return solution

    def certify(
        self,
        solution: NumericSolution | Float64Solution | FaceSolution | object,
        settings: RoundingSettings | None = None,
        *,
        title: str = "round to an exact certificate",
    ) -> Certificate:
        """`kissalg.certificate.certify`, as a stage."""
        with self.stage("round", title):
            return certify(solution, settings)

    def round_to_face(
        self, solution: NumericSolution, field: NumberField | None = None, settings: FaceSettings | None = None
    ) -> FaceSolution:
        """`kissalg.rounding.round_to_face`, as a stage."""
        with self.stage("round to the face", "round to the face of the optimum"):
            return round_to_face(solution, field, settings)

    def _begin(self, problem: Model | InequalityModel, engine: str, settings: dict[str, str]) -> Entry | None:
        if self.journal is None:
            return None
        identity = {"engine": engine, "problem": problem_name(problem), "data of the problem": problem_digest(problem)}
        return self.journal.begin(identity, settings)

    def _solved(
        self,
        problem: Model | InequalityModel,
        engine: str,
        solution: NumericSolution | Float64Solution,
        bits: int,
        *,
        resumed: bool,
    ) -> None:
        status = solution.status.value
        self.solves.append(
            SolveRecord(problem_name(problem), engine, status, solution.iterations, bits, solution.seconds, resumed)
        )
        known = "finished before the interruption: " if resumed else ""
        self.note(f"{known}{status}: {solution.message}, {solution.iterations} iterations")
