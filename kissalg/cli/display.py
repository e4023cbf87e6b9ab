"""What a running command shows: on a terminal a spinner with the latest iteration, elsewhere plain lines."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status

from kissalg.cli.exits import plain
from kissalg.pipeline import Reporter
from kissalg.solvers import Iteration
from kissalg.solvers.memory import peak_memory

__all__ = ["Display"]


@dataclass
class Display(Reporter):
    """Progress on stderr, so that stdout holds the results only.

    Attributes:
        quiet: show nothing but the results.
        results: show these, on stdout.
    """

    quiet: bool = False
    results: bool = True
    console: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))
    _status: Status | None = None

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        """Announce a stage: with a spinner on a terminal, elsewhere with a line."""
        if self.quiet or not self.console.is_terminal or self._status is not None:
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

    def result(self, text: str) -> None:
        """One line on stdout."""
        if self.results:
            sys.stdout.write(f"{plain(text)}\n")
            sys.stdout.flush()

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
            f"{step.index:4d}  {step.bits} bits  primal {step.primal_objective:.12g}  dual {step.dual_objective:.12g} "
            f" gap {step.gap:.1e}  residuals {step.primal_residual:.1e} {step.dual_residual:.1e}  {step.seconds:.2f} s "
            f" {step.memory / 1e9:.2f} GB"
        )

    def timings(self, seconds: Mapping[str, float]) -> str:
        """The finished stages and their times, and the memory they needed, in one line."""
        stages = [f"{name} {time:.1f} s" for name, time in seconds.items()]
        total = f"total {sum(seconds.values()):.1f} s"
        return " · ".join([*stages, total, f"peak memory {peak_memory() / 1e9:.2f} GB"])
