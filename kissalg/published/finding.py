"""What the check of a published file finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

__all__ = ["Finding", "Outcome"]


class Outcome(Enum):
    """The verdict on a published file.

    VERIFIED: the statement of the finding is proved. REJECTED: the file is complete, and does not prove what it claims.
    INCOMPLETE: parts of the proof are missing; the finding says what is proved all the same. (A file that cannot be
    read at all raises `PublishedError`.)
    """

    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"
    INCOMPLETE = "INCOMPLETE"


@dataclass(frozen=True)
class Finding:
    """The verdict on one file.

    Attributes:
        format: the name of the format.
        outcome: whether the statement is proved.
        statement: what is proved (VERIFIED), or what the file claims.
        reason: why the file proves less than it claims; empty if it does not.
        facts: further lines for the reader.

    >>> print(Finding("configuration", Outcome.VERIFIED, "the kissing number in dimension 1 is at least 2"))
    VERIFIED  the kissing number in dimension 1 is at least 2
    """

    format: str
    outcome: Outcome
    statement: str
    reason: str = ""
    facts: tuple[str, ...] = field(default=())

    @property
    def verified(self) -> bool:
        """Whether the statement is proved."""
        return self.outcome is Outcome.VERIFIED

    def __str__(self) -> str:
        return f"{self.outcome.name}  {self.statement}{': ' if self.reason else ''}{self.reason}"
