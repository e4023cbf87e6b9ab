"""The exact check of a certificate, by other means than the kernel's.

The kernel proves positivity from the form of the file (sums of squares, Gershgorin) and expands the identities with
integer arithmetic of its own. Here the problem comes from the models of `kissalg.families`, every matrix is multiplied
out and proved positive semidefinite as it stands, by ball-arithmetic Cholesky or an exact LDLᵀ, and what a theorem asks
for besides is checked by its own `failures`. What the two share is listed in docs/trusted-base.md.

Main definitions: `audit`, `NoOpinion`.
"""

from kissalg.audit.reader import read_document
from kissalg.exact.number_field import NumberField
from kissalg.families import family_of
from kissalg.kernel import parse_expectation
from kissalg.kernel.report import Report, Verdict
from kissalg.witness.document import CertificateDocument
from kissalg.witness.faces import FaceGram
from kissalg.witness.parsing import Finding, NotCovered
from kissalg.witness.positivity import check_face, check_positive, check_row_sums

__all__ = ["NoOpinion", "audit"]


class NoOpinion(Report):
    """The report on a certificate of a kind that the second opinion does not cover.

    It is not `verified`, and says nothing against the certificate.
    """

    def __str__(self) -> str:
        return f"NO OPINION  {self.reason}  at {self.path}"


def audit(data: bytes, *, expect: str | None = None) -> Report:
    """The verdict of the second opinion on the bytes of a certificate.

    a `NoOpinion` if it is of a kind that is not covered.

    Args:
        data: the content of the file.
        expect: a claim such as ``"A(4, 1/2) <= 24.5"`` that the certificate must imply.

    Raises:
        ValueError: if `expect` is not such a claim. Nothing in `data` raises.

    Example:
        >>> print(audit(b"not a certificate"))
        MALFORMED  not JSON: Expecting value: line 1 column 1 (char 0)
    """
    expected = None if expect is None else parse_expectation(expect)
    claim = None
    try:
        document = read_document(data)
        family = family_of(document.theorem)
        assert family is not None  # the reader took its form from there
        claim = family.claim(document)
        over = document.number_field()
        _check_matrices(document, over)
        for reason, path in family.failures(document):
            raise Finding(Verdict.REJECTED, reason, path)
        if expected is not None and not claim.implies(expected):
            reason = f"the certificate proves {claim}, which does not imply {expected}"
            raise Finding(Verdict.REJECTED, reason, "bound")
    except NotCovered as finding:
        return NoOpinion(finding.verdict, claim, finding.reason, finding.path)
    except Finding as finding:
        return Report(finding.verdict, claim, finding.reason, finding.path)
    except MemoryError:  # excluded by the limits of the reader, except on a small machine
        return Report(Verdict.MALFORMED, claim, "too large for this machine")
    return Report(Verdict.VERIFIED, claim)


def _check_matrices(document: CertificateDocument, over: NumberField) -> None:
    """Return if every matrix is positive semidefinite, and corrections are as small as the format asks for.

    Raises:
        Finding: one of them is not.
    """
    for gram in document.matrices.values():
        if isinstance(gram, FaceGram):
            check_face(gram, over)
        else:
            check_row_sums(gram)
            check_positive(gram.name, gram.matrix(), gram.path)
