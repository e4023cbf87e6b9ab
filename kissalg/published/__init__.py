"""Files that others published, read into exact objects and judged by exact checks.

Main definitions: `check_file` (recognise the format, read, judge), `Finding`, `Outcome`; one module for each format, described in docs/formats.md.
"""

from kissalg.published.finding import Finding, Outcome
from kissalg.published.recognise import FORMATS, CheckOptions, check_file, recognise

__all__ = ["FORMATS", "CheckOptions", "Finding", "Outcome", "check_file", "recognise"]
