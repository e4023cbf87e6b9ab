"""The exact check of a certificate, by other means than the kernel's.

The kernel proves positivity from the form of the file (sums of squares, Gershgorin) and expands the identities with
integer arithmetic of its own. Here the problem comes from `kissalg.bounds`, every matrix is multiplied out and proved
positive semidefinite as it stands, by ball-arithmetic Cholesky or an exact LDLᵀ, and the residuals are computed in
FLINT's polynomial rings. The two share the form of a report.
"""

from dataclasses import replace

from flint import fmpq, fmpq_mat

from kissalg.audit.reader import read_document
from kissalg.exact.number_field import RATIONALS
from kissalg.exact.rational import fraction
from kissalg.families.average_kissing.audit import AverageKissingDocument, RadiiDocument
from kissalg.families.average_kissing_area.audit import CapBoundDocument
from kissalg.families.average_kissing_direct.audit import DirectDocument
from kissalg.families.average_kissing_polynomial.audit import PolynomialWeightsDocument
from kissalg.families.delsarte.audit import DelsarteDocument
from kissalg.families.independence_number.audit import IndependenceDocument
from kissalg.families.nonnegative.audit import NonnegativeDocument
from kissalg.families.semidefinite_program.audit import ProgramDocument
from kissalg.families.spherical_caps.audit import SphericalCapsDocument
from kissalg.families.three_point.audit import Document
from kissalg.families.three_point_fixed_size.audit import FixedSizeDocument
from kissalg.kernel import parse_expectation
from kissalg.kernel.report import Report, Verdict, decimal_up
from kissalg.sdp.model import Assignment, Model, NonnegativeVariable
from kissalg.witness.faces import FaceGram
from kissalg.witness.parsing import Finding, NotCovered
from kissalg.witness.positivity import check_face, check_positive, check_row_sums, path_of

__all__ = ["NoOpinion", "audit"]


class NoOpinion(Report):
    """The report on a certificate of a kind that the second opinion does not cover. It is not `verified`, and says nothing against the certificate."""

    def __str__(self) -> str:
        return f"NO OPINION  {self.reason}  at {self.path}"


def audit(data: bytes, *, expect: str | None = None) -> Report:
    """The verdict of the second opinion on the bytes of a certificate; a `NoOpinion` if it is of a kind that is not covered.

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
        claim = document.claim
        if isinstance(document, Document | FixedSizeDocument):
            _prove(document)
        elif isinstance(document, DelsarteDocument | NonnegativeDocument | IndependenceDocument | ProgramDocument):
            _prove_over_a_field(document)
        elif isinstance(document, SphericalCapsDocument):
            _prove_caps(document)
        else:
            _prove_average(document)
        if expected is not None and not claim.implies(expected):
            raise _rejected(f"the certificate proves {claim}, which does not imply {expected}", "bound")
    except NotCovered as finding:
        return NoOpinion(finding.verdict, claim, finding.reason, finding.path)
    except Finding as finding:
        return Report(finding.verdict, claim, finding.reason, finding.path)
    except MemoryError:  # excluded by the limits of the reader, except on a small machine
        return Report(Verdict.MALFORMED, claim, "too large for this machine")
    return Report(Verdict.VERIFIED, claim)


def _rejected(reason: str, path: str) -> Finding:
    return Finding(Verdict.REJECTED, reason, path)


def _prove(document: Document | FixedSizeDocument) -> None:
    """Return if the document proves its claim.

    Raises:
        Finding: it does not.
    """
    model = document.model()
    assignment = _assignment(document, model)
    refusal = document.refusal()
    if refusal is not None:
        raise _rejected(*refusal)
    objective = document.proved_bound(fraction(model.objective_value(assignment)))
    if objective > document.bound:
        raise _rejected(
            f"the witness proves {decimal_up(objective)}, above the claimed {decimal_up(document.bound)}", "bound"
        )
    for identity in model.identities:
        residual = identity.coefficients(model.residual(identity, assignment))
        for exponent, coefficient in zip(identity.space.exponents, residual, strict=True):
            if coefficient != 0:
                raise _rejected(
                    f"identity {identity.name}: the coefficient of exponent {exponent} is not zero", "witness"
                )
    for name, matrix in assignment.items():
        if isinstance(matrix, fmpq_mat):
            gram = document.matrices[name]
            if isinstance(gram, FaceGram):
                check_face(name, gram, RATIONALS)
            else:
                check_row_sums(name, gram)
                check_positive(name, matrix)


def _prove_over_a_field(
    document: DelsarteDocument | NonnegativeDocument | IndependenceDocument | ProgramDocument,
) -> None:
    """The same for the theorems whose numbers may lie in a number field."""
    over = document.number_field()
    for name, gram in document.matrices.items():
        check_face(name, gram, over)
    for reason, path in document.failures():
        raise _rejected(reason, path)


def _prove_caps(document: SphericalCapsDocument) -> None:
    """The same for packings of spherical caps, whose matrices are rational."""
    for name, gram in document.matrices.items():
        if isinstance(gram, FaceGram):
            check_face(name, gram, RATIONALS)
        else:
            check_row_sums(name, gram, document.path(name))
            check_positive(name, gram.matrix(), document.path(name))
    for reason, path in document.failures():
        raise _rejected(reason, path)


def _prove_average(
    document: AverageKissingDocument | RadiiDocument | CapBoundDocument | DirectDocument | PolynomialWeightsDocument,
) -> None:
    """The same for the theorems about average kissing numbers."""
    for name, size in document.sizes().items():
        if document.matrices[name].size != size:
            raise Finding(
                Verdict.MALFORMED, f"expected size {size}, found {document.matrices[name].size}", path_of(name)
            )
    for name, gram in document.matrices.items():
        check_row_sums(name, gram)
        check_positive(name, gram.matrix())
    for failure in document.failures():
        raise _rejected(f"not proved: {failure}", "bound" if failure.startswith("bound") else "witness")


def _assignment(document: Document | FixedSizeDocument, model: Model) -> Assignment:
    """The exact values of the variables, once the sizes in the file are those of the problem."""
    sizes = {variable.name: variable.order for variable in model.variables}
    for name, gram in document.matrices.items():
        if isinstance(gram, FaceGram) and gram.rank == 0:
            continue  # the file does not say the size of a zero matrix
        if gram.size != sizes.get(name, 0):
            raise Finding(Verdict.MALFORMED, f"expected size {sizes.get(name, 0)}, found {gram.size}", path_of(name))
    assignment: dict[str, fmpq_mat | list[fmpq]] = {}
    for variable in model.variables:
        if isinstance(variable, NonnegativeVariable):
            assignment[variable.name] = document.vectors[variable.name]
        else:
            gram = document.matrices[variable.name]
            if isinstance(gram, FaceGram) and gram.rank == 0:
                gram = replace(gram, size=variable.order)
            assignment[variable.name] = gram.matrix()
    return assignment
