"""Proofs that a matrix of a certificate is positive semidefinite, by python-flint.

Balls at growing precision, then exactly.

Main definitions: `check_positive` (a rational matrix), `check_face` (over a number field), `check_row_sums` (the
format's own condition).
"""

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, fmpz

from kissalg.exact.number_field import FieldMatrix, NumberField
from kissalg.exact.positivity import certainly_positive_definite, is_positive_semidefinite
from kissalg.kernel.report import Verdict
from kissalg.rounding.dual import is_semidefinite_over
from kissalg.witness.faces import FaceGram
from kissalg.witness.gram import Gram
from kissalg.witness.parsing import Finding

__all__ = ["check_face", "check_positive", "check_row_sums"]

_PRECISIONS = (128, 512, 2048)
_LDL_WORK = 1 << 30  # rows⁴ times bits: what an exact LDLᵀ of a singular matrix may cost, at most minutes


def check_row_sums(gram: Gram) -> None:
    """The format's own condition on a correction.

    The proof of positivity does without it; but a file that breaks it is no certificate, and both checkers have to say
    so.

    Raises:
        Finding: a row is too large.
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
            raise _too_large(index, gram.name, f"{gram.path}.correction")


def check_face(gram: FaceGram, over: NumberField) -> None:
    """Return if X = B Y Bᵀ is positive semidefinite, because Y is, and the format's condition on the correction holds.

    Singular matrices Y that are too large for an exact decision are left to that condition, as in `check_positive`.

    Args:
        gram: the matrix X as it is written.
        over: the number field of its entries.

    Raises:
        Finding: Y is not positive semidefinite, or a row of the correction is larger than the shift.
    """
    row = gram.excess(over)
    if row is not None:
        raise _too_large(row, gram.name, f"{gram.path}.correction")
    middle = gram.middle(over)
    if over.degree == 1:
        check_positive(gram.name, middle.parts[0], gram.path)
    elif gram.rank and not any(_certainly_positive(middle, bits) for bits in _PRECISIONS):
        # singular, or as good as: a large one is left to the argument of the format, as in `check_positive`
        work = sum(map(_ldl_work, middle.parts)) * over.degree**2
        if work <= _LDL_WORK and not is_semidefinite_over(middle):
            raise Finding(Verdict.REJECTED, f"{gram.name} is not positive semidefinite", gram.path)


def _certainly_positive(matrix: FieldMatrix, bits: int) -> bool:
    """Whether all pivots of an elimination in balls are certainly positive."""
    size, _ = matrix.shape
    with ctx.workprec(bits):
        root, total = matrix.field.root(bits), arb_mat(size, size)
        for part in reversed(matrix.parts):
            total = total * root + arb_mat(part)
        rest: list[list[arb]] = total.tolist()
        for k in range(size):
            if not rest[k][k] > 0:
                return False
            for i in range(k + 1, size):
                factor = rest[i][k] / rest[k][k]
                for j in range(k + 1, i + 1):
                    rest[i][j] -= factor * rest[j][k]
    return True


def check_positive(name: str, matrix: fmpq_mat, path: str) -> None:
    """Return if a matrix is positive semidefinite: proved with balls at growing precision, then exactly.

    A singular matrix that is too large for an exact decision is left to `check_row_sums`: it is a sum of squares plus a
    diagonally dominant matrix.

    Args:
        name: of the variable of the model, for the message.
        matrix: symmetric.
        path: of the matrix in the certificate, for the message.

    Raises:
        Finding: it is not positive semidefinite.
    """
    matrix = _without_zero_rows(matrix)
    if matrix.nrows() == 0 or any(certainly_positive_definite(matrix, bits) for bits in _PRECISIONS):
        return
    # Singular, or as good as. A large one is left to the argument of the format, whose condition was checked: a sum of
    # squares, plus a diagonally dominant matrix.
    if _ldl_work(matrix) <= _LDL_WORK and not is_positive_semidefinite(matrix):
        raise Finding(Verdict.REJECTED, f"{name} is not positive semidefinite", path)


def _too_large(row: int, name: str, path: str) -> Finding:
    return Finding(Verdict.REJECTED, f"row {row} of the correction of {name} is larger than its shift", path)


def _without_zero_rows(matrix: fmpq_mat) -> fmpq_mat:
    """The principal submatrix of the nonzero rows: as positive semidefinite as the whole.

    On a face whole blocks are zero.
    """
    used = [i for i, row in enumerate(matrix.tolist()) if any(row)]
    if len(used) == matrix.nrows():
        return matrix
    return fmpq_mat(len(used), len(used), [matrix[i, j] for i in used for j in used])


def _ldl_work(matrix: fmpq_mat) -> int:
    numerators, denominator = matrix.numer_denom()
    bits = max((int(abs(entry)).bit_length() for entry in numerators.entries()), default=0)
    return int(matrix.nrows() ** 4 * (bits + int(denominator).bit_length()))
