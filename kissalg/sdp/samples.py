"""What a term is at sample points: quadratic forms of low rank, sparse symmetric matrices, or rows.

Main definitions: `SampledForm`, `SampledMatrices`, `SampledLinear`, and `ScaledTable`, a table of vectors whose columns
many terms share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, overload

from flint import fmpq, fmpq_mat

from kissalg.errors import ExactnessError
from kissalg.exact.matrix import bilinear

__all__ = [
    "Coefficients",
    "SampledForm",
    "SampledLinear",
    "SampledMatrices",
    "ScaledTable",
    "SparseMatrix",
    "TablePart",
    "matrix_coefficients",
]

Table: TypeAlias = list[list[fmpq]]
SparseMatrix: TypeAlias = tuple[tuple[int, int, fmpq], ...]
"""The nonzero entries (i, j, value), i <= j, of a symmetric matrix, in ascending order."""
Coefficients: TypeAlias = list[tuple[int, int, fmpq]]
"""(i, j, c), i >= j: the entry X_ij has the coefficient c.

One off the diagonal stands for both of its places. For vectors j = 0.
"""


def matrix_coefficients(matrix: fmpq_mat) -> Coefficients:
    """<matrix, X> by the entries of X, zeros left out.

    >>> matrix_coefficients(fmpq_mat([[1, 2], [2, 0]]))
    [(0, 0, 1), (1, 0, 4)]
    """
    places = ((i, j) for i in range(matrix.nrows()) for j in range(i + 1))
    return [(i, j, matrix[i, j] if i == j else 2 * matrix[i, j]) for i, j in places if matrix[i, j] != 0]


@dataclass(frozen=True, repr=False)
class TablePart:
    """Columns of a `ScaledTable`.

    Row i is factors[i] times the first `width` entries of base[i] (no factors: times one).
    """

    base: Sequence[Sequence[fmpq]]
    width: int
    factors: Sequence[fmpq] | None = None

    def row(self, i: int) -> list[fmpq]:
        """The entries of row i."""
        entries = self.base[i][: self.width]
        return list(entries) if self.factors is None else [self.factors[i] * entry for entry in entries]


@dataclass(frozen=True, repr=False)
class ScaledTable(Sequence[list[fmpq]]):
    """A table of vectors, one row for each point, whose columns are scaled prefixes of tables that many terms share.

    It reads like a list of rows. Who converts many such tables converts each shared base once.

    >>> base = ((fmpq(1), fmpq(2)), (fmpq(1), fmpq(3)))
    >>> list(ScaledTable((TablePart(base, 2), TablePart(base, 1, (fmpq(5), fmpq(7))))))
    [[1, 2, 5], [1, 3, 7]]
    """

    parts: tuple[TablePart, ...]

    def __len__(self) -> int:
        return len(self.parts[0].base)

    @overload
    def __getitem__(self, index: int) -> list[fmpq]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[fmpq]]: ...
    def __getitem__(self, index: int | slice) -> list[fmpq] | list[list[fmpq]]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return [entry for part in self.parts for entry in part.row(index)]


@dataclass(frozen=True, repr=False)
class SampledForm:
    """A term in a PSD variable at N points, as quadratic forms of rank at most r.

    At point i the term equals  Σ_ab weights[i][a][b] · vectors[a][i]ᵀ X vectors[b][i].

    Attributes:
        vectors: r tables; row i of each is a vector of the size of X.
        weights: N symmetric r x r matrices. They are diagonal, and nonnegative on the domain, for sums of squares times
            multipliers.
    """

    vectors: tuple[Sequence[list[fmpq]], ...]
    weights: list[Table]

    @property
    def rank(self) -> int:
        """r, the number of vectors at a point."""
        return len(self.vectors)

    def values(self, matrix: fmpq_mat) -> list[fmpq]:
        """The exact value of the term at each point."""
        result = []
        for i, weight in enumerate(self.weights):
            total = fmpq(0)
            for a, left in enumerate(self.vectors):
                for b, right in enumerate(self.vectors):
                    if weight[a][b] != 0:
                        total += weight[a][b] * bilinear(left[i], matrix, right[i])
            result.append(total)
        return result

    def entries(self, basis: fmpq_mat | None = None) -> Iterator[Coefficients]:
        """For each point the coefficients of the entries of X; or of Y with X = M Y Mᵀ, M = `basis`."""
        tables = [table if basis is None else _rows_times(table, basis) for table in self.vectors]
        for position, weights in enumerate(self.weights):
            vectors = [table[position] for table in tables]
            nonzero = [(a, b, w) for a, row in enumerate(weights) for b, w in enumerate(row) if w != 0]
            found = []
            for i in range(len(vectors[0])):
                for j in range(i + 1):
                    # the symmetric part of Σ w_ab v_a v_bᵀ; the weights are symmetric, so it is the matrix itself
                    entry = sum((w * vectors[a][i] * vectors[b][j] for a, b, w in nonzero), fmpq(0))
                    if entry != 0:
                        found.append((i, j, entry if i == j else 2 * entry))
            yield found

    def __repr__(self) -> str:
        size = len(self.vectors[0][0]) if self.vectors and self.vectors[0] else 0
        return f"SampledForm(points={len(self.weights)}, size={size}, rank={self.rank})"


@dataclass(frozen=True, repr=False)
class SampledMatrices:
    """A term in a PSD variable at N points, by its constraint matrices: at point i it equals <matrices[i], X>.

    Attributes:
        size: the size of X.
        matrices: for each point the nonzero entries on and above the diagonal.
    """

    size: int
    matrices: tuple[SparseMatrix, ...]

    def values(self, matrix: fmpq_mat) -> list[fmpq]:
        """The exact value of the term at each point.

        >>> SampledMatrices(2, (((0, 0, fmpq(3)), (0, 1, fmpq(1))),)).values(fmpq_mat([[1, 5], [5, 2]]))
        [13]
        """
        return [
            sum(((1 if i == j else 2) * value * matrix[i, j] for i, j, value in entries), fmpq(0))
            for entries in self.matrices
        ]

    def entries(self, basis: fmpq_mat | None = None) -> Iterator[Coefficients]:
        """For each point the coefficients of the entries of X; or of Y with X = M Y Mᵀ, M = `basis`."""
        for entries in self.matrices:
            if basis is None:
                yield [(j, i, c if i == j else 2 * c) for i, j, c in entries if c != 0]
                continue
            matrix = fmpq_mat(self.size, self.size)
            for i, j, c in entries:
                matrix[i, j] = matrix[j, i] = c
            yield matrix_coefficients(basis.transpose() * matrix * basis)

    def __repr__(self) -> str:
        return f"SampledMatrices(points={len(self.matrices)}, size={self.size})"


@dataclass(frozen=True, repr=False)
class SampledLinear:
    """A term in a vector at N points: at point i it equals Σ_k rows[i][k] · value[k]."""

    rows: Table

    def values(self, vector: Sequence[fmpq]) -> list[fmpq]:
        """The exact value of the term at each point."""
        return [sum((a * b for a, b in zip(row, vector, strict=True)), fmpq(0)) for row in self.rows]

    def entries(self, basis: fmpq_mat | None = None) -> Iterator[Coefficients]:
        """For each point the coefficients of the components; a vector has no other basis."""
        if basis is not None:
            raise ExactnessError("expected no basis for a vector")
        yield from ([(k, 0, c) for k, c in enumerate(row) if c != 0] for row in self.rows)

    def __repr__(self) -> str:
        return f"SampledLinear(points={len(self.rows)}, length={len(self.rows[0]) if self.rows else 0})"


def _rows_times(table: Sequence[Sequence[fmpq]], basis: fmpq_mat) -> list[list[fmpq]]:
    rows: list[list[fmpq]] = (fmpq_mat([list(row) for row in table]) * basis).tolist()
    return rows
