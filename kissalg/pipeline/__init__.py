"""One way from a question to a verified certificate on disk, for every command: build, solve, round, write, verify.

Every computation has checkpoints, progress and timings, and can be resumed after an interruption.
"""

from kissalg.pipeline.command import Command, Outcome
from kissalg.pipeline.execution import CertificateRefused, Execution, RunInterrupted, RunOptions
from kissalg.pipeline.options import Argument, Bits, Engine, Option, Sharp, SolverEngine, in_file_name
from kissalg.pipeline.run import Reporter, Run
from kissalg.pipeline.strategies import (
    DegreeOptions,
    SearchedDegree,
    best_of,
    by_degree,
    from_doubles,
    require_feasible,
    searched,
    sharp,
)

__all__ = [
    "Argument",
    "Bits",
    "CertificateRefused",
    "Command",
    "DegreeOptions",
    "Engine",
    "Execution",
    "Option",
    "Outcome",
    "Reporter",
    "Run",
    "RunInterrupted",
    "RunOptions",
    "SearchedDegree",
    "Sharp",
    "SolverEngine",
    "best_of",
    "by_degree",
    "from_doubles",
    "in_file_name",
    "require_feasible",
    "searched",
    "sharp",
]
