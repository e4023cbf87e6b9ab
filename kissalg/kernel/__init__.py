"""The trusted checker: bytes of a certificate in, a verdict out.

Nothing here imports anything but the standard library, nothing here believes a file, and nothing else of kissalg has
to be right for a VERIFIED of this package to be a theorem. To read it, in order: `report`, `grammar`, `polynomial`,
`psd`, `identity`, `check`, then one file of `claims` for each theorem.

    >>> from kissalg.kernel import check
    >>> print(check(b"{}"))
    MALFORMED  expected the keys bound, format, parameters, provenance, theorem, witness, found none
"""

from .check import check
from .grammar import Limits
from .report import Claim, Report, Sense, Verdict
from .theorems import parse_expectation

__all__ = ["Claim", "Limits", "Report", "Sense", "Verdict", "check", "parse_expectation"]
