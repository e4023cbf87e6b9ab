"""Singular positive semidefinite matrices, over Q or a real number field, with their proof.

    X = B Y Bᵀ,    Y = Σ_j 2^(-exponents[j]) c_j c_jᵀ + 2^(-shift) I + A

B has any number of columns and entries in Q(α). The c_j are integer vectors. A is symmetric with entries in Q(α), and
if no absolute row sum of A exceeds 2^-shift, then Y is positive semidefinite (Gershgorin), and with it X.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ..grammar import Node
from ..psd import EXPONENT_LIMIT, Psd, Symmetric, read_correction, read_denominator, read_psd
from ..report import Malformed, Rejected
from .number_field import RATIONALS, RealField, round_up

__all__ = ["Face", "PsdMatrix", "read_face", "read_matrix"]

_Matrix = list[list[int]]


@dataclass(frozen=True)
class Face:
    """A matrix as above. `basis[i][j]` and the numbers of `correction` are coefficient vectors of integers."""

    path: str
    size: int
    field: RealField
    basis: tuple[tuple[tuple[int, ...], ...], ...] | None
    basis_denominator: int
    squares: Psd
    shift: int
    correction: tuple[tuple[int, int, tuple[int, ...]], ...]
    denominator: int

    @property
    def rank(self) -> int:
        """The number of columns of B."""
        return self.squares.size

    @property
    def bits(self) -> int:
        """A bound on the bits of an entry of B, of the squares and of A, together."""
        numbers = [c for row in self.basis or () for entry in row for c in entry]
        numbers += [c for _, _, entry in self.correction for c in entry]
        widest = max((abs(c).bit_length() for c in numbers), default=0)
        scale = self.denominator.bit_length() + self.basis_denominator.bit_length() + abs(self.shift)
        return self.squares.bits + widest + scale

    def require_proof(self) -> None:
        """Raise Rejected unless every absolute row sum of A is at most 2^-shift."""
        widest = max((abs(c).bit_length() for _, _, entry in self.correction for c in entry), default=0)
        bits = round_up(widest + max(0, self.shift) + 64)
        sums: defaultdict[int, int] = defaultdict(int)
        for i, j, entry in self.correction:
            largest = max(map(abs, self.field.bounds(entry, bits)))
            sums[i] += largest
            if i != j:
                sums[j] += largest
        for i, total in sorted(sums.items()):
            if Fraction(total, self.denominator << bits) > Fraction(2) ** -self.shift:
                reason = f"row {i} of the correction sums to more than 2^{-self.shift}"
                raise Rejected(f"not proved positive semidefinite: {reason}", f"{self.path}.correction")

    @cached_property
    def parts(self) -> list[Symmetric]:
        """Rational symmetric matrices X_k with X = Σ_k X_k α^k. Rejected without a proof."""
        self.require_proof()
        if self.rank == 0:
            return [Symmetric([[0] * (i + 1) for i in range(self.size)], 1) for _ in range(self.field.degree)]
        (dyadic,) = self.squares.summands()
        full = dyadic.full()
        scale = dyadic.denominator << max(0, self.shift)
        middle = [[[0] * self.rank for _ in range(self.rank)] for _ in range(self.field.degree)]
        common = scale * self.denominator
        for i, row in enumerate(full):
            for j, value in enumerate(row):
                middle[0][i][j] = value * (common // dyadic.denominator)
            middle[0][i][i] += (common >> self.shift) if self.shift >= 0 else common << -self.shift
        for i, j, entry in self.correction:
            for k, c in enumerate(entry):
                middle[k][i][j] += c * scale
                if i != j:
                    middle[k][j][i] += c * scale
        if self.basis is None:
            total, denominator = middle, common
        else:
            total, denominator = self._transformed(self.basis, middle), common * self.basis_denominator**2
        return [Symmetric([row[: i + 1] for i, row in enumerate(part)], denominator) for part in total]

    def _transformed(self, basis: tuple[tuple[tuple[int, ...], ...], ...], middle: list[_Matrix]) -> list[_Matrix]:
        """The coefficients of B Y Bᵀ in 1, α, …."""
        degree = range(self.field.degree)
        total = [[[0] * self.size for _ in range(self.size)] for _ in degree]
        lefts = [[[entry[a] for entry in row] for row in basis] for a in degree]
        for b in degree:
            for k in degree:
                half = _product(middle[k], _transposed(lefts[b]))
                for a in degree:
                    product = _product(lefts[a], half)
                    for t, power in enumerate(self.field.powers[a + b + k]):
                        if power:
                            for row, added in zip(total[t], product, strict=True):
                                for j, value in enumerate(added):
                                    row[j] += power * value
        return total

    def summands(self) -> list[Symmetric]:
        """X itself, over Q: what `Psd.summands` is for other matrices."""
        if self.field.degree != 1:
            raise ValueError("expected a rational matrix")
        return self.parts

    def entry(self, i: int, j: int) -> Fraction:
        """X_ij for j <= i, over Q."""
        (part,) = self.summands()
        return Fraction(part.rows[i][j], part.denominator)


PsdMatrix = Psd | Face


def _transposed(matrix: _Matrix) -> _Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def _product(left: _Matrix, right: _Matrix) -> _Matrix:
    columns = _transposed(right)
    return [[sum(a * b for a, b in zip(row, column, strict=True) if a) for column in columns] for row in left]


def read_matrix(node: Node, size: int, field: RealField = RATIONALS) -> PsdMatrix:
    """A matrix of this size: a `Psd` over Q, or a `Face` (known by its key `basis`). Raises Malformed."""
    if field.degree == 1 and not (isinstance(node.value, dict) and "basis" in node.value):
        return read_psd(node, size)
    fields = node.record("basis", "columns", "correction", "exponents", "rank", "shift")
    rank = fields["rank"].small(0, size)
    basis, basis_denominator = None, 1
    if fields["basis"].null:
        if rank not in (0, size):
            fields["basis"].refuse(f"a basis for the rank {rank}")
    elif rank == 0:
        fields["basis"].refuse("no basis for the rank 0")
    else:
        basis, basis_denominator = _read_basis(fields["basis"], size, rank, field)
    plain = {
        "columns": fields["columns"].value,
        "correction": None,
        "exponents": fields["exponents"].value,
        "shift": None,
    }
    squares = read_psd(Node(plain, node.path, node.limits), rank)
    shift = fields["shift"].small(-EXPONENT_LIMIT, EXPONENT_LIMIT)
    correction, denominator = read_correction(fields["correction"], rank, field.degree)
    face = Face(node.path, size, field, basis, basis_denominator, squares, shift, correction, denominator)
    work = size**2 * max(rank, 1) * field.degree**3 * (1 + face.bits // 64)
    if work > node.limits.work or size**2 * field.degree * face.bits > node.limits.matrix_bits:
        raise Malformed(f"a matrix that needs about {work} steps; the limit is {node.limits.work}", node.path)
    return face


def read_face(node: Node, size: int, field: RealField) -> Face:
    """The same, in this encoding only. Raises Malformed."""
    matrix = read_matrix(node, size, field)
    if not isinstance(matrix, Face):
        node.refuse("a matrix with the key basis")
    return matrix


def _vectors(node: Node, count: int, field: RealField) -> tuple[tuple[int, ...], ...]:
    """`count` coefficient vectors, one after the other, in one string."""
    flat = node.integers(count * field.degree)
    return tuple(flat[k * field.degree : (k + 1) * field.degree] for k in range(count))


def _read_basis(
    node: Node, size: int, rank: int, field: RealField
) -> tuple[tuple[tuple[tuple[int, ...], ...], ...], int]:
    fields = node.record("denominator", "rows")
    rows = tuple(_vectors(row, rank, field) for row in fields["rows"].items(size))
    return rows, read_denominator(fields["denominator"], [c for row in rows for entry in row for c in entry])
