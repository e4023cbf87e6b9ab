"""Files that others published, read into exact objects and judged by exact checks.

Main definitions: `check_file` (recognise the format, read, judge), `check_file_within` (the same with limits of time
and memory), `Finding`, `Outcome`; one module for each format, described in docs/formats.md.
"""

from kissalg.published.finding import Finding, Outcome
from kissalg.published.limited import Allowance, check_file_within
from kissalg.published.recognise import FORMATS, CheckOptions, check_file, recognise

__all__ = ["FORMATS", "Allowance", "CheckOptions", "Finding", "Outcome", "check_file", "check_file_within", "recognise"]
