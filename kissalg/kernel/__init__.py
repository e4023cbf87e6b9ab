"""The trusted checker: bytes of a certificate in, a verdict out.

It imports the standard library only, it rebuilds each problem from the parameters alone, and nothing else of kissalg
has to be right for a VERIFIED of this package to be a theorem. To read it, in order: `report`, `grammar`, `check`; then
`polynomial`, `psd`, `identity`; then for the theorem in question its file in `theorems` (statement, proof, check), what
that imports from `common`, and its module of `notation` (the form of its claims).

    >>> from kissalg.kernel import check
    >>> print(check(b"{}"))
    MALFORMED  expected the keys bound, format, parameters, provenance, theorem, witness, found none
"""

from .check import check
from .grammar import Limits
from .report import Claim, Report, Sense, Verdict
from .theorems import parse_expectation

__all__ = ["Claim", "Limits", "Report", "Sense", "Verdict", "check", "parse_expectation"]
