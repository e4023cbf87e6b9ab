"""Positive semidefinite matrices with their proof: a sum of squares, and a correction that Gershgorin controls.

    X = Σ_j 2^(-exponents[j]) c_j c_jᵀ  +  2^(-shift) I  +  A

The first sum is positive semidefinite. A is symmetric, and if no absolute row sum of A exceeds 2^-shift, then by
Gershgorin's theorem every eigenvalue of A is at least -2^-shift, and so 2^(-shift) I + A is positive semidefinite too.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from operator import mul

from .grammar import Limits, Node
from .report import Malformed, Rejected, magnitude

__all__ = ["EXPONENT_LIMIT", "Psd", "Symmetric", "read_correction", "read_denominator", "read_psd"]

EXPONENT_LIMIT = 65536


@dataclass(frozen=True)
class Symmetric:
    """A symmetric matrix: entry (i, j) and (j, i) is rows[i][j] / denominator, j <= i."""

    rows: list[list[int]]
    denominator: int

    def full(self) -> list[list[int]]:
        """The numerators of all the entries."""
        return [row + [below[i] for below in self.rows[i + 1 :]] for i, row in enumerate(self.rows)]


@dataclass(frozen=True)
class Psd:
    """A matrix as above: `columns[j]` starts at the diagonal, `correction` lists (i, j, numerator), i >= j."""

    path: str
    columns: tuple[tuple[int, ...], ...]
    exponents: tuple[int, ...]
    shift: int | None
    correction: tuple[tuple[int, int, int], ...]
    denominator: int

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.columns)

    @property
    def bits(self) -> int:
        """A bound on the bits of an entry of the factor, once the columns are brought to a common exponent."""
        known = [0, *self.exponents, *([] if self.shift is None else [self.shift])]
        widest = max((abs(value).bit_length() for column in self.columns for value in column), default=0)
        return max(known) - min(known) + widest

    def require_proof(self) -> None:
        """Raise Rejected unless every absolute row sum of A is at most 2^-shift."""
        sums: defaultdict[int, int] = defaultdict(int)
        for i, j, value in self.correction:
            sums[i] += abs(value)
            if i != j:
                sums[j] += abs(value)
        if self.shift is None:
            if sums:  # unreachable through read_psd; a matrix built by hand must not escape the proof
                raise Rejected("not proved positive semidefinite: a correction without a shift", self.path)
            return
        for i, total in sorted(sums.items()):
            if total << max(0, self.shift) > self.denominator << max(0, -self.shift):
                size = magnitude(Fraction(total, self.denominator))
                reason = f"row {i} of the correction sums to about {size}, more than 2^{-self.shift}"
                raise Rejected(f"not proved positive semidefinite: {reason}", f"{self.path}.correction")

    def summands(self) -> list[Symmetric]:
        """Symmetric matrices whose sum is X: the dyadic part, and A if there is one. Rejected without a proof."""
        self.require_proof()
        common = max([0, self.shift or 0, *self.exponents])
        plain = [[self.columns[j][i - j] for j in range(i + 1)] for i in range(self.size)]
        scales = [common - exponent for exponent in self.exponents]
        rows = []
        for i, row in enumerate(plain):
            scaled = [value << scale for value, scale in zip(row, scales, strict=False)]
            rows.append([sum(map(mul, scaled, other)) for other in plain[: i + 1]])  # map stops at the shorter row
        if self.shift is not None:
            for i in range(self.size):
                rows[i][i] += 1 << (common - self.shift)
        dyadic = Symmetric(rows, 1 << common)
        if not self.correction:
            return [dyadic]
        small = [[0] * (i + 1) for i in range(self.size)]
        for i, j, value in self.correction:
            small[i][j] = value
        return [dyadic, Symmetric(small, self.denominator)]

    def entry(self, i: int, j: int) -> Fraction:
        """X_ij for j <= i."""
        return sum((Fraction(part.rows[i][j], part.denominator) for part in self.summands()), Fraction(0))


def read_psd(node: Node, size: int) -> Psd:
    """Read a matrix of this size. Raises Malformed; whether it is PSD is left to `Psd.require_proof`."""
    fields = node.record("columns", "correction", "exponents", "shift")
    exponents = tuple(item.small(-EXPONENT_LIMIT, EXPONENT_LIMIT) for item in fields["exponents"].items(size))
    columns = tuple(item.integers(size - j) for j, item in enumerate(fields["columns"].items(size)))
    shift: int | None = None
    entries: tuple[tuple[int, int, int], ...] = ()
    denominator = 1
    if fields["shift"].null != fields["correction"].null:
        fields["shift"].refuse("shift and correction to be both null or both given")
    if not fields["shift"].null:
        shift = fields["shift"].small(-EXPONENT_LIMIT, EXPONENT_LIMIT)
        listed, denominator = read_correction(fields["correction"], size, 1)
        entries = tuple((i, j, value) for i, j, (value,) in listed)
    matrix = Psd(node.path, columns, exponents, shift, entries, denominator)
    _require_fits(matrix, node.limits)
    return matrix


def read_correction(node: Node, size: int, degree: int) -> tuple[tuple[tuple[int, int, tuple[int, ...]], ...], int]:
    """The entries of A, i >= j, as vectors of `degree` integers, and their common denominator. Raises Malformed."""
    fields = node.record("denominator", "entries")
    entries = []
    previous = (-1, -1)
    for item in fields["entries"].items():
        row, column, numbers = item.items(3)
        i = row.small(0, size - 1)
        j = column.small(0, i)
        entry = numbers.integers(degree)
        if (i, j) <= previous:
            item.refuse(f"positions in strictly increasing order after {previous}", f"{(i, j)}")
        if not any(entry):
            numbers.refuse("an entry that is not zero")
        previous = (i, j)
        entries.append((i, j, entry))
    return tuple(entries), read_denominator(fields["denominator"], [c for _, _, entry in entries for c in entry])


def read_denominator(node: Node, numerators: Sequence[int]) -> int:
    """A positive integer without a factor that is common to it and all numerators; 1 if there are none."""
    value = node.integer()
    if value <= 0 or gcd(value, *numerators) != 1:
        node.refuse("a positive denominator without a factor common to all numerators")
    return value


def _require_fits(matrix: Psd, limits: Limits) -> None:
    """Bound the memory of the factor, brought to a common exponent, and the time to multiply it out."""
    bits = matrix.size * (matrix.size + 1) // 2 * matrix.bits
    if bits > limits.matrix_bits:
        raise Malformed(f"{bits} bits of factor at a common exponent; the limit is {limits.matrix_bits}", matrix.path)
    if (work := matrix.size**3 * (1 + matrix.bits // 64)) > limits.work:
        raise Malformed(f"the factor needs about {work} steps; the limit is {limits.work}", matrix.path)
