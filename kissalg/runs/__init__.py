"""Runs that survive an interruption: a folder that holds what they have found, and a journal of their solves."""

from kissalg.runs.folder import RunDescription, RunFolder, read_description
from kissalg.runs.journal import Entry, Journal
from kissalg.runs.results import decode, encode

__all__ = ["Entry", "Journal", "RunDescription", "RunFolder", "decode", "encode", "read_description"]
