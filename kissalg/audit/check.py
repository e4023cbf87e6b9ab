"""The exact check of a certificate, by other means than the kernel's.

The kernel proves positivity from the form of the file (sums of squares, Gershgorin) and expands the identities with
integer arithmetic of its own. Here the problem comes from `kissalg.bounds`, every matrix is multiplied out and proved
positive semidefinite as it stands, by ball-arithmetic Cholesky or an exact LDLᵀ, and the residuals are computed in
FLINT's polynomial rings. The two share the form of a report.
"""

from flint import fmpq, fmpq_mat, fmpz

from kissalg.audit.average_kissing import AverageKissingDocument, RadiiDocument
from kissalg.audit.direct import DirectDocument
from kissalg.audit.document import Document, FixedSizeDocument, Gram
from kissalg.audit.reader import Finding, NotCovered, read_document
from kissalg.exact.positivity import certainly_positive_definite, is_positive_semidefinite
from kissalg.exact.rational import fraction
from kissalg.kernel.report import Report, Verdict, decimal_up, parse_expectation
from kissalg.sdp.model import Assignment, Model, NonnegativeVariable

__all__ = ["NoOpinion", "audit", "check_positive"]

_PRECISIONS = (128, 512, 2048)
_LDL_WORK = 1 << 30  # rows⁴ times bits: what an exact LDLᵀ of a singular matrix may cost, at most minutes


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
            _check_row_sums(name, document.matrices[name])
            check_positive(name, matrix)


def _prove_average(document: AverageKissingDocument | RadiiDocument | DirectDocument) -> None:
    """The same for the theorems about average kissing numbers."""
    for name, size in document.sizes().items():
        if document.matrices[name].size != size:
            raise Finding(Verdict.MALFORMED, f"expected size {size}, found {document.matrices[name].size}", _path(name))
    for name, gram in document.matrices.items():
        _check_row_sums(name, gram)
        check_positive(name, gram.matrix())
    for failure in document.failures():
        raise _rejected(f"not proved: {failure}", "bound" if failure.startswith("bound") else "witness")


def _assignment(document: Document | FixedSizeDocument, model: Model) -> Assignment:
    """The exact values of the variables, once the sizes in the file are those of the problem."""
    sizes = {variable.name: variable.order for variable in model.variables}
    for name, gram in document.matrices.items():
        if gram.size != sizes.get(name, 0):
            raise Finding(Verdict.MALFORMED, f"expected size {sizes.get(name, 0)}, found {gram.size}", _path(name))
    assignment: dict[str, fmpq_mat | list[fmpq]] = {}
    for variable in model.variables:
        if isinstance(variable, NonnegativeVariable):
            assignment[variable.name] = document.vectors[variable.name]
        else:
            assignment[variable.name] = document.matrices[variable.name].matrix()
    return assignment


def _check_row_sums(name: str, gram: Gram) -> None:
    """The format's own condition on a correction.

    The proof of positivity does without it; but a file that breaks it is no certificate, and both checkers have to say so.
    """
    if gram.shift is None or gram.denominator is None:
        return
    sums = [fmpz(0)] * gram.size
    for i, j, numerator in gram.entries:
        for index in {i, j}:
            sums[index] += abs(numerator)
    tiny = fmpq(1, 1 << gram.shift) if gram.shift >= 0 else fmpq(1 << -gram.shift)
    for index, total in enumerate(sums):
        if fmpq(total, gram.denominator) > tiny:
            raise _rejected(
                f"row {index} of the correction of {name} is larger than its shift", f"{_path(name)}.correction"
            )


def check_positive(name: str, matrix: fmpq_mat) -> None:
    """Return if a matrix is positive semidefinite: proved with balls at growing precision, then exactly.

    Raises:
        Finding: it is not; the path is that of the variable `name`.
    """
    matrix = _without_zero_rows(matrix)
    if matrix.nrows() == 0 or any(certainly_positive_definite(matrix, bits) for bits in _PRECISIONS):
        return
    # Singular, or as good as. A large one is left to the argument of the format, whose condition was checked: a sum of squares,
    # plus a diagonally dominant matrix.
    if _ldl_work(matrix) <= _LDL_WORK and not is_positive_semidefinite(matrix):
        raise _rejected(f"{name} is not positive semidefinite", _path(name))


def _without_zero_rows(matrix: fmpq_mat) -> fmpq_mat:
    """The principal submatrix of the nonzero rows: as positive semidefinite as the whole. On a face whole blocks are zero."""
    used = [i for i, row in enumerate(matrix.tolist()) if any(row)]
    if len(used) == matrix.nrows():
        return matrix
    return fmpq_mat(len(used), len(used), [matrix[i, j] for i in used for j in used])


def _ldl_work(matrix: fmpq_mat) -> int:
    numerators, denominator = matrix.numer_denom()
    bits = max((int(abs(entry)).bit_length() for entry in numerators.entries()), default=0)
    return matrix.nrows() ** 4 * (bits + int(denominator).bit_length())


def _path(name: str) -> str:
    """The path in the file of a variable of the model: F3 -> witness.F[3], R0.trv -> witness.R.trv[0]."""
    first, _, second = name.partition(".")
    if first.isdigit():  # 2.F3, the matrix F_3 of centre 2
        return f"witness.centres[{first}].F[{second[1:]}]"
    if second:
        return f"witness.{name[0]}.{second}[{first[1:]}]"
    return f"witness.{name}" if len(name) == 1 else f"witness.{name[0]}[{name[1:]}]"
