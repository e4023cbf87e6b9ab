"""The range of a nearly singular positive semidefinite matrix, from its digits.

Main definitions: `NumericFace`, `numeric_face`. Heuristic: nothing here is trusted, the projection that follows checks
it exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpq, fmpz

from kissalg.errors import RoundingError
from kissalg.sdp.model import FreeVariable, NonnegativeVariable, Variable
from kissalg.solvers.solution import BinaryMatrix

__all__ = ["NumericFace", "numeric_face"]


@dataclass(frozen=True, repr=False)
class NumericFace:
    """X = B Y Bᵀ, numerically: B has an identity in the rows `pivots`, and Y = X[pivots, pivots] is well conditioned.

    For a vector, `pivots` are the entries that are not zero (all of them if it is free) and `middle` is the column of
    them; `basis` is empty.
    """

    pivots: tuple[int, ...]
    size: int
    is_vector: bool
    basis: tuple[tuple[fmpq, ...], ...]
    middle: BinaryMatrix

    @property
    def is_everything(self) -> bool:
        """Whether the matrix is regular."""
        return len(self.pivots) == self.size

    def __repr__(self) -> str:
        return f"NumericFace(size {self.size}, rank {len(self.pivots)})"


def numeric_face(
    variable: Variable, matrix: BinaryMatrix, rank_bits: int, trusted: int, separation: int
) -> NumericFace:
    """The rank and the range of a matrix whose tiny pivots are below 2^-rank_bits.

    Args:
        variable: whose value the matrix is.
        matrix: the numerical value.
        rank_bits: pivots below 2^-rank_bits count as zero.
        trusted: how many bits of the range are wanted.
        separation: the least distance, in bits, between large and tiny pivots.

    Raises:
        RoundingError: if large and tiny pivots are less than `separation` bits apart.

    >>> from kissalg.sdp.model import PsdVariable
    >>> one = 1 << 200
    >>> x = BinaryMatrix(((one, one // 2), (one // 2, one // 4 + 1)), -200)
    >>> face = numeric_face(PsdVariable("X", 2), x, 100, 150, 24)
    >>> face.pivots, [[round(int(v * 2**20) / 2**20, 6) for v in row] for row in face.basis]
    ((0,), [[1.0], [0.5]])
    """
    if isinstance(variable, NonnegativeVariable):
        values = [fmpq(row[0]) * fmpq(2) ** matrix.exponent for row in matrix.entries]
        pivots = _separated(variable.name, values, rank_bits, separation)
        middle = BinaryMatrix(tuple(matrix.entries[p] for p in pivots), matrix.exponent)
        return NumericFace(tuple(pivots), variable.length, True, (), middle)
    if isinstance(variable, FreeVariable):
        return NumericFace(tuple(range(variable.length)), variable.length, True, (), matrix)
    size = variable.size
    with ctx.workprec(4 * max(rank_bits, trusted) + 128):
        x = [[arb(entry) * arb(2) ** matrix.exponent for entry in row] for row in matrix.entries]
        pivots = _separated(variable.name, _eliminate(x, rank_bits), rank_bits, separation)
        middle = BinaryMatrix(tuple(tuple(matrix.entries[i][j] for j in pivots) for i in pivots), matrix.exponent)
        basis: tuple[tuple[fmpq, ...], ...] = ()
        if pivots and len(pivots) < size:
            inner = arb_mat([[x[i][j] for j in pivots] for i in pivots])
            outer = arb_mat([[x[i][j] for j in range(size)] for i in pivots])
            columns = inner.solve(outer).transpose().tolist()  # row i holds row i of B
            basis = tuple(tuple(_fraction(entry, trusted + 16) for entry in row) for row in columns)
        elif not pivots:
            basis = ((),) * size
    return NumericFace(tuple(pivots), size, False, basis, middle)


def _eliminate(x: Sequence[Sequence[arb]], rank_bits: int) -> list[fmpq]:
    """The pivots of an elimination from the first row down, in which tiny pivots are passed over."""
    rest = [list(row) for row in x]
    tiny = arb(2) ** -rank_bits
    pivots = []
    for k in range(len(rest)):
        pivot = rest[k][k].mid()
        pivots.append(_fraction(pivot, 2 * rank_bits + 64))
        if pivot > tiny:
            column = [row[k] for row in rest]
            for i in range(k + 1, len(rest)):
                factor = column[i] / pivot
                rest[i] = [
                    (a - factor * b).mid() if j > k else a for j, (a, b) in enumerate(zip(rest[i], column, strict=True))
                ]
    return pivots


def _separated(name: str, pivots: Sequence[fmpq], rank_bits: int, separation: int) -> list[int]:
    tiny = fmpq(1, fmpz(1) << rank_bits)
    large = [abs(p) for p in pivots if p > tiny]
    small = [abs(p) for p in pivots if p <= tiny]
    if large and small and min(large) < max(small) * 2**separation:
        raise RoundingError(
            f"rank: the pivots of {name} that count as positive reach down to 2^{_exponent(min(large))}, those that"
            f" count as zero up to 2^{_exponent(max(small))}: they are not {separation} bits apart. Solve with a"
            " smaller gap (and more bits), or set FaceSettings.rank_bits"
        )
    return [k for k, p in enumerate(pivots) if p > tiny]


def _exponent(value: fmpq) -> int:
    return int(value.p).bit_length() - int(value.q).bit_length()


def _fraction(value: arb, bits: int) -> fmpq:
    """The midpoint, rounded to a multiple of 2^-bits."""
    scaled = (value.mid() * arb(2) ** bits + arb("0.5")).floor().mid()
    return fmpq(scaled.fmpz(), fmpz(1) << bits)
