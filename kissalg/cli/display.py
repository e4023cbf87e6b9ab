"""What a running command shows: on a terminal a spinner with the latest iteration, elsewhere plain lines."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status

from kissalg.solvers import Iteration
from kissalg.solvers.memory import peak_memory

__all__ = ["Display"]


@dataclass
class Display:
    """Progress on stderr, so that stdout holds the results only.

    Attributes:
        quiet: show nothing.
        seconds: the time of each finished stage, by name.
    """

    quiet: bool = False
    console: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))
    seconds: dict[str, float] = field(default_factory=dict)
    _status: Status | None = None

    @contextmanager
    def stage(self, name: str, title: str) -> Iterator[None]:
        """Announce a stage, time it, and say how long it took."""
        start = time.perf_counter()
        with self._spinner(title):
            yield
        self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - start

    def note(self, text: str) -> None:
        """One line for the user."""
        if not self.quiet:
            self.console.print(text, soft_wrap=True, markup=False)

    def iteration(self, step: Iteration) -> None:
        """Show one iteration of the solver."""
        if self.quiet:
            return
        if self._status is not None:  # one line of a terminal
            self._status.update(
                f"solve: iteration {step.index}, {step.bits} bits, objective {step.primal_objective:.10g}, "
                f"gap {step.gap:.0e}, {step.seconds:.1f} s"
            )
            return
        self.note(
            f"{step.index:4d}  {step.bits} bits  primal {step.primal_objective:.12g}  dual {step.dual_objective:.12g}  "
            f"gap {step.gap:.1e}  residuals {step.primal_residual:.1e} {step.dual_residual:.1e}  {step.seconds:.2f} s  {step.memory / 1e9:.2f} GB"
        )

    def timings(self) -> str:
        """The finished stages and their times, and the memory they needed, in one line."""
        stages = [f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items()]
        total = f"total {sum(self.seconds.values()):.1f} s"
        return " · ".join([*stages, total, f"peak memory {peak_memory() / 1e9:.2f} GB"])

    @contextmanager
    def _spinner(self, title: str) -> Iterator[None]:
        if self.quiet or not self.console.is_terminal:
            self.note(title)
            sys.stderr.flush()
            yield
            return
        with self.console.status(title) as status:
            self._status = status
            try:
                yield
            finally:
                self._status = None
