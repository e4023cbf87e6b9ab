"""Matrices that are positive semidefinite by construction: X = Σ_j 2^(-e_j) c_j c_jᵀ + 2^(-s) I + A.

`dyadic_cholesky` rounds a numerical matrix to such a sum of squares, in integers, with few bits: the quantum of column
j is the tolerance divided by the column's diagonal entry, and later columns absorb what earlier ones lost, because each
column is computed from the rounded ones before it. Columns that belong to small eigenvalues then take only a few bits
for each entry.

Main definitions: `ProvedMatrix`, `Correction`, `dyadic_cholesky`, `largest_shift`, `prove_exactly` (a given rational
matrix).

Source: Machado and Oliveira (2016), section 6 (X = L Lᵀ + λ I with a correction); the graded quanta are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd, isqrt
from operator import mul

from flint import fmpq, fmpq_mat, fmpz

from kissalg.errors import RoundingError
from kissalg.solvers.multiprecision.cholesky import NotPositiveDefiniteError, cholesky
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, exact_sum, magnitude
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.solution import BinaryMatrix

__all__ = ["Correction", "ProvedMatrix", "dyadic_cholesky", "largest_shift", "prove_exactly"]

_SHIFT_LIMIT = 1920


@dataclass(frozen=True)
class Correction:
    """The symmetric matrix A: entries[(i, j)] / denominator for i >= j, numerators nonzero, no common factor."""

    denominator: int
    entries: tuple[tuple[int, int, int], ...]

    @staticmethod
    def of(values: dict[tuple[int, int], fmpq]) -> Correction:
        """From rational entries on and below the diagonal; zeros are left out."""
        nonzero = {key: value for key, value in values.items() if value != 0}
        denominator = fmpz(1)
        for value in nonzero.values():
            denominator = denominator.lcm(value.q)
        entries = [(i, j, int(value.p * (denominator // value.q))) for (i, j), value in sorted(nonzero.items())]
        common = gcd(int(denominator), *(n for _, _, n in entries))
        return Correction(int(denominator) // common, tuple((i, j, n // common) for i, j, n in entries))

    def largest_row_sum(self) -> fmpq:
        """max_i Σ_j |A_ij|."""
        sums: dict[int, int] = {}
        for i, j, n in self.entries:
            sums[i] = sums.get(i, 0) + abs(n)
            if i != j:
                sums[j] = sums.get(j, 0) + abs(n)
        return fmpq(max(sums.values(), default=0), self.denominator)


@dataclass(frozen=True, repr=False)
class ProvedMatrix:
    """X = Σ_j 2^(-exponents[j]) c_j c_jᵀ + 2^(-shift) I + A, in the encoding of docs/certificate-format.md.

    `columns[j]` holds the entries of c_j on and below the diagonal. `shift` and `correction` are both absent or both
    present.
    """

    columns: tuple[tuple[int, ...], ...]
    exponents: tuple[int, ...]
    shift: int | None = None
    correction: Correction | None = None

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.columns)

    def is_proved(self) -> bool:
        """Whether every absolute row sum of A is at most 2^-shift (then X ⪰ 0 by Gershgorin's theorem)."""
        if self.shift is None or self.correction is None:
            return self.correction is None
        return self.correction.largest_row_sum() <= fmpq(2) ** -self.shift

    def value(self) -> fmpq_mat:
        """The exact matrix X."""
        n = self.size
        common = max([0, self.shift or 0, *self.exponents])
        plain = [[self.columns[j][i - j] for j in range(i + 1)] for i in range(n)]
        scales = [common - e for e in self.exponents]
        entries: list[list[int]] = [[0] * n for _ in range(n)]
        for i, row in enumerate(plain):
            scaled = [v << s for v, s in zip(row, scales, strict=False)]
            for j in range(i + 1):
                entries[i][j] = entries[j][i] = sum(map(mul, scaled, plain[j]))
        if self.shift is not None:
            for i in range(n):
                entries[i][i] += 1 << (common - self.shift)
        result = fmpq_mat(entries) / fmpq(1 << common) if n else fmpq_mat(0, 0)
        if self.correction is not None:
            for i, j, numerator in self.correction.entries:
                value = fmpq(numerator, self.correction.denominator)
                result[i, j] += value
                if i != j:
                    result[j, i] += value
        return result

    def corrected(self, shift: int, correction: Correction) -> ProvedMatrix:
        """The same squares with a shift and a correction."""
        return replace(self, shift=shift, correction=correction)

    def __repr__(self) -> str:
        bits = max((abs(v).bit_length() for column in self.columns for v in column), default=0)
        tail = (
            ""
            if self.shift is None or self.correction is None
            else f", shift 2^-{self.shift}, {len(self.correction.entries)} corrections"
        )
        return f"ProvedMatrix({self.size} x {self.size}, {bits} bits{tail})"


def _scaled(matrix: BinaryMatrix, bits: int, shift: int | None) -> list[list[int]]:
    """The lower triangle of X - 2^(-shift) I in units of 2^-bits."""
    move = matrix.exponent + bits
    rows = [[v << move if move >= 0 else v >> -move for v in row[: i + 1]] for i, row in enumerate(matrix.entries)]
    if shift is not None:
        for i, row in enumerate(rows):
            row[i] -= 1 << (bits - shift)
    return rows


def _working_bits(matrix: BinaryMatrix, tolerance: int) -> int:
    """Fraction bits F of the factor: X is held in units of 2^(-2F), far below the tolerance."""
    size = max(
        (abs(matrix.entries[i][i]).bit_length() + matrix.exponent for i in range(len(matrix.entries))), default=0
    )
    return max(tolerance, 0) + max(size, 0) + 16


def dyadic_cholesky(matrix: BinaryMatrix, tolerance: int, shift: int | None = None) -> ProvedMatrix:
    """Squares whose sum differs from X - 2^(-shift) I by at most about 2^-tolerance in every entry.

    Args:
        matrix: X, numerically positive definite.
        tolerance: in bits after the point.
        shift: if given, 2^(-shift) I is subtracted first.

    Raises:
        RoundingError: if a pivot is not positive, that is if X - 2^(-shift) I is not positive definite beyond the
            tolerance.
    """
    bits = _working_bits(matrix, tolerance)
    rows = _scaled(matrix, 2 * bits, shift)
    order = len(rows)
    factor: list[list[int]] = [[] for _ in range(order)]
    exponents = []
    columns = []
    for j in range(order):
        pivot = rows[j][j] - sum(map(mul, factor[j], factor[j]))
        if pivot <= 0:
            raise RoundingError(f"pivot {j} of {order} is not positive")
        root = isqrt(pivot)
        # the quantum 2^-k of this column: 2^-k · root <= 2^-tolerance (root in units of 2^-bits)
        k = min(bits, tolerance + root.bit_length() - bits)
        if k < 0:  # the whole column is below the tolerance: |x_ij|² <= x_jj x_ii
            for i in range(j, order):
                factor[i].append(0)
            columns.append((0,) * (order - j))
            exponents.append(0)
            continue
        drop = bits - k
        half = (1 << drop) >> 1
        root = max(1, (root + half) >> drop) << drop
        column = []
        for i in range(j, order):
            value = root if i == j else _nearest(rows[i][j] - sum(map(mul, factor[i], factor[j])), root, drop)
            factor[i].append(value)
            column.append(value >> drop)
        columns.append(tuple(column))
        exponents.append(2 * k)
    return ProvedMatrix(tuple(columns), tuple(exponents))


def _nearest(numerator: int, root: int, drop: int) -> int:
    """Numerator / root rounded to a multiple of 2^drop."""
    step = root << drop
    return ((2 * numerator + step) // (2 * step)) << drop


def largest_shift(matrix: BinaryMatrix) -> int:
    """An s such that X - 2^(-s) I is positive definite, by 2^-s <= 1/tr(X⁻¹).

    The least eigenvalue is at most n times that.

    Raises:
        RoundingError: if X is not numerically positive definite at 1920 bits.
    """
    order = len(matrix.entries)
    if order == 0:
        return 0
    digits = matrix.exponent % BASE_BITS
    x = Matrix.from_integers([[v << digits for v in row] for row in matrix.entries], matrix.exponent // BASE_BITS)
    bits = 120
    while True:
        engine = Engine(bits)
        try:
            inverse = cholesky(engine, engine.round(x)).inverse
        except NotPositiveDefiniteError as error:
            if bits >= _SHIFT_LIMIT or engine.bits > BASE_BITS * (x.length + 1):
                raise RoundingError(
                    f"pivot {error.index} of {order} is not positive: the numerical solution is not in the interior of"
                    " the cone"
                ) from error
            bits *= 2
            continue
        value, exponent = exact_sum(engine.dot_rows(inverse, inverse))
        shift = value.bit_length() + BASE_BITS * exponent
        if shift + magnitude(x) < bits - 24:
            return shift
        bits *= 2


def prove_exactly(matrix: fmpq_mat) -> ProvedMatrix:
    """The encoding whose value is exactly the given rational matrix; zero rows apart, it has to be positive definite.

    Squares for X - 2^(-s) I to a tolerance far below 2^-s, and what they miss as the correction.

    Raises:
        RoundingError: the matrix is not positive definite apart from its zero rows, or has an eigenvalue below 2^-1920.

    >>> proof = prove_exactly(fmpq_mat([[1, 0], [0, fmpq(1, 3)]]))
    >>> proof.value() == fmpq_mat([[1, 0], [0, fmpq(1, 3)]]), proof.is_proved()
    (True, True)
    """
    size = matrix.nrows()
    used = [i for i in range(size) if any(matrix[i, j] != 0 for j in range(size))]
    if not used:
        return ProvedMatrix(tuple((0,) * (size - j) for j in range(size)), (0,) * size)
    inner = fmpq_mat(len(used), len(used), [matrix[i, j] for i in used for j in used])
    bits = 128 + max(int(entry.q).bit_length() for entry in inner.entries())
    shift = largest_shift(_binary(inner, bits)) + 1
    bits = max(bits, 2 * shift + 64)
    tolerance = shift + 16 + size.bit_length()
    squares = _embedded(dyadic_cholesky(_binary(inner, bits), tolerance, shift), used, size)
    left = matrix - squares.value()
    missing = {(i, j): left[i, j] - (fmpq(2) ** -shift if i == j else 0) for i in range(size) for j in range(i + 1)}
    proof = squares.corrected(shift, Correction.of(missing))
    if not proof.is_proved():
        raise RoundingError(f"the correction of a given matrix exceeds its shift 2^-{shift}")
    return proof


def _binary(matrix: fmpq_mat, bits: int) -> BinaryMatrix:
    """The entries in units of 2^-bits, rounded down."""
    scale = fmpz(1) << bits
    return BinaryMatrix(tuple(tuple(int((x * scale).floor()) for x in row) for row in matrix.tolist()), -bits)


def _embedded(inner: ProvedMatrix, used: Sequence[int], size: int) -> ProvedMatrix:
    """The matrix of the given size whose rows `used` are those of `inner`, and whose other rows are zero."""
    columns = [[0] * (size - j) for j in range(size)]
    exponents = [0] * size
    for k, j in enumerate(used):
        exponents[j] = inner.exponents[k]
        for entry, i in zip(inner.columns[k], used[k:], strict=True):
            columns[j][i - j] = entry
    return ProvedMatrix(tuple(map(tuple, columns)), tuple(exponents))
