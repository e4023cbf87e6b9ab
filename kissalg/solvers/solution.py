"""What a solver returns: integers with exponents, in the coordinates of the exact model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flint import fmpq

from kissalg.sdp.model import Model, Point
from kissalg.solvers.settings import Settings
from kissalg.solvers.status import Status

__all__ = ["BinaryMatrix", "NumericSolution"]


@dataclass(frozen=True, repr=False)
class BinaryMatrix:
    """The real matrix entries · 2^exponent; symmetric for a PSD variable, a single column for a vector.

    Attributes:
        entries: the rows, of equal length.
        exponent: of the unit of all entries.

    >>> BinaryMatrix(((1, 2), (2, 5)), -3).shape
    (2, 2)
    """

    entries: tuple[tuple[int, ...], ...]
    exponent: int

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns."""
        return len(self.entries), len(self.entries[0]) if self.entries else 0

    def __repr__(self) -> str:
        rows, columns = self.shape
        return f"BinaryMatrix({rows} x {columns}, exponent {self.exponent})"


@dataclass(frozen=True, repr=False)
class NumericSolution:
    """A numerical solution of an exact model. It proves nothing; `kissalg.certify` makes it exact.

    Attributes:
        problem: the exact model.
        status: how the run ended.
        values: for each variable its value in the model's own basis, at full precision; an improving ray if the status
            is UNBOUNDED because one was found.
        points: for each identity the points at which it was sampled.
        multipliers: the dual vector y, one entry for each sample point, identity after identity; an improving ray if
            the status is INFEASIBLE because one was found.
        primal_objective: the objective of the values, as an exact rational.
        dual_objective: the objective of the multipliers, as an exact rational.
        gap: relative difference of the two.
        strictly_feasible: whether the values satisfy the equations in the interior of the cone, but for rounding. If
            they do not, the problem most likely has no interior point, and the solution cannot be rounded.
        iterations: the number of iterations.
        bits: the precision of the last iteration.
        seconds: the wall time.
        settings: the settings of the run.
        message: one sentence for the user.
    """

    problem: Model
    status: Status
    values: Mapping[str, BinaryMatrix]
    points: Mapping[str, Sequence[Point]]
    multipliers: BinaryMatrix
    primal_objective: fmpq
    dual_objective: fmpq
    gap: float
    strictly_feasible: bool
    iterations: int
    bits: int
    seconds: float
    settings: Settings
    message: str

    def __repr__(self) -> str:
        shown = int(self.primal_objective * 10**9) / 10**9
        return (
            f"NumericSolution({self.status.value}, objective {shown}, relative gap {self.gap:.1e}, "
            f"{self.iterations} iterations, {self.bits} bits, {self.seconds:.1f} s)"
        )
