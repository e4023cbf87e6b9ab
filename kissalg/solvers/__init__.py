"""Numerical solvers: the only part of kissalg that computes in floating point."""

from kissalg.solvers.multiprecision.driver import solve
from kissalg.solvers.settings import Settings
from kissalg.solvers.solution import BinaryMatrix, NumericSolution
from kissalg.solvers.status import Checkpoint, Iteration, Status

__all__ = ["BinaryMatrix", "Checkpoint", "Iteration", "NumericSolution", "Settings", "Status", "solve"]
