"""Resumable runs: a folder that holds what a long solve needs to go on after an interruption."""

from kissalg.atomic import write_atomically
from kissalg.runs.folder import RunDescription, RunFolder

__all__ = ["RunDescription", "RunFolder", "write_atomically"]
