"""What a solver says about its run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

__all__ = ["Checkpoint", "Iteration", "Status"]


class Status(Enum):
    """How a run ended.

    OPTIMAL: the relative gap and the residuals are below the tolerances. INFEASIBLE: an improving dual ray shows that
    no feasible point exists, or a dual feasible point shows that every feasible point is worse than a trivial one (the
    message says which). UNBOUNDED: the objective falls without bound along feasible points. STALLED: the steps became
    too short, although the precision sufficed. PRECISION_EXHAUSTED: rounding stopped the progress and no more bits were
    allowed. ITERATION_LIMIT: the limit of the settings was reached.
    """

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    STALLED = "stalled"
    PRECISION_EXHAUSTED = "precision exhausted"
    ITERATION_LIMIT = "iteration limit"


@dataclass(frozen=True)
class Iteration:
    """One line of progress; for display only, nothing is computed from it.

    Attributes:
        index: the number of the iteration.
        bits: the working precision.
        mu: the barrier parameter <X, Z>/ν.
        primal_objective: the objective of X.
        dual_objective: the objective of y.
        gap: the relative difference of the two.
        primal_residual: the largest absolute residual of the equations, in the solver's scaling.
        dual_residual: the largest absolute entry of C - A*(y) - Z, in the solver's scaling.
        primal_step: the step length of X, between 0 and 1.
        dual_step: the step length of y and Z, between 0 and 1.
        seconds: wall time of the iteration.
        memory: the largest resident size of the process so far, in bytes (0 if the system does not tell).
    """

    index: int
    bits: int
    mu: float
    primal_objective: float
    dual_objective: float
    gap: float
    primal_residual: float
    dual_residual: float
    primal_step: float
    dual_step: float
    seconds: float
    memory: int


class Checkpoint(Protocol):
    """Where a run keeps its state: one opaque byte string, replaced atomically."""

    def load(self) -> bytes | None:
        """The last stored state, or None."""

    def store(self, data: bytes) -> None:
        """Replace the stored state."""
