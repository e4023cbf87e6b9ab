"""Certificates of weights of contacts: what a repaired solution states, and how it was made.

Main definitions: `repaired_candidates`, `advice`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kissalg import __version__
from kissalg.families.balls.balance import balanced_repairs
from kissalg.families.balls.local import WeightsProblem
from kissalg.families.family import Candidate
from kissalg.solvers.float64 import Float64Solution
from kissalg.witness.encoding import Parts, rounded_up

__all__ = ["advice", "repaired_candidates"]


def repaired_candidates(solution: Float64Solution, problem: WeightsProblem, parameters: Any) -> Iterator[Candidate]:
    """Repaired solutions with growing slack; the bound is the largest t of the local programs, rounded up.

    Raises:
        RoundingError: if the solution is not optimal, or not close to one that can be repaired.
    """
    for exact in balanced_repairs(solution, problem):
        bound = rounded_up(max(exact.psd[f"{program.prefix}F0"].value()[0, 0] for program in problem.programs))
        provenance = {
            "iterations": str(solution.iterations),
            "margin": str(problem.margin),
            "repair_tolerance": f"2^-{exact.tolerance}",
            "software": f"kissalg {__version__}",
            "solver": solution.message,
        }
        yield Parts(bound, parameters, {**exact.psd, **exact.vectors}), provenance


def advice(problem: WeightsProblem) -> str:
    """What to do if the kernel accepts none of them."""
    return f"Solve with a larger margin (now {problem.margin}) or a higher degree"
