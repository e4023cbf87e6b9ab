"""What the tests of the engine compare with: Python integers, and strategies for matrices of them that are hard on the
representation.
"""

from collections.abc import Sequence

from flint import fmpq, fmpq_mat, fmpz_mat
from hypothesis import strategies as st

from kissalg.solvers.multiprecision.matrix import Matrix

Rows = list[list[int]]

RADIX = 1 << 24
HALF_DIGIT = 1 << 23


def _edge_integers() -> st.SearchStrategy[int]:
    """Integers at the borders of the digits: digits ±2^23 in a row, long chains of carries, powers of the radix."""

    def build(digits: int, kind: int, sign: int) -> int:
        top = 1 << 24 * digits
        values = (
            top,
            top - 1,
            top // 2,
            top // 2 - 1,
            sum(HALF_DIGIT << 24 * k for k in range(digits)),
            sum((HALF_DIGIT - 1) << 24 * k for k in range(digits)),
            sum((-1) ** k * HALF_DIGIT << 24 * k for k in range(digits)),
        )
        return sign * values[kind]

    return st.builds(build, st.integers(1, 20), st.integers(0, 6), st.sampled_from((-1, 1)))


def entries(bits: int = 480) -> st.SearchStrategy[int]:
    """Zeros, small integers, integers of every length up to `bits` (graded matrices), and the edges of the digits."""
    graded = st.integers(0, bits).flatmap(lambda b: st.integers(-(1 << b), 1 << b))
    return st.one_of(st.integers(-3, 3), graded, _edge_integers())


def rows_of(rows: int, columns: int, entry: st.SearchStrategy[int] | None = None) -> st.SearchStrategy[Rows]:
    """Matrices of a given shape; one of them in a few is zero."""
    entry = entries() if entry is None else entry
    row = st.lists(entry, min_size=columns, max_size=columns)
    return st.one_of(
        st.lists(row, min_size=rows, max_size=rows),
        st.just([[0] * columns for _ in range(rows)]),
    )


def exponents() -> st.SearchStrategy[int]:
    """Exponents of matrices, in limbs: near zero, huge and very negative."""
    return st.one_of(st.integers(-30, 30), st.sampled_from((-100_000, 100_000)))


def bit_sizes() -> st.SearchStrategy[int]:
    """Precisions of engines: up to 20 limbs and a few more."""
    return st.integers(48, 512)


def matrix(rows: Rows, exponent: int = 0, columns: int = 0) -> Matrix:
    """The `Matrix` of these integers."""
    return Matrix.from_integers(rows, exponent, columns)


def peak(rows: Sequence[Sequence[int]]) -> int:
    """The largest absolute entry."""
    return max((abs(x) for row in rows for x in row), default=0)


def product(left: Rows, right: Rows, inner: int, columns: int) -> Rows:
    """The exact product, by python-flint."""
    if not left or not inner or not columns:
        return [[0] * columns for _ in left]
    result: Rows = [[int(x) for x in row] for row in (fmpz_mat(left) * fmpz_mat(right)).tolist()]
    return result


def transpose(rows: Rows, columns: int) -> Rows:
    """Columns as rows."""
    return [[row[j] for row in rows] for j in range(columns)]


def error(result: Matrix, exact: Rows, exponent: int) -> tuple[int, int]:
    """(e, s): the largest absolute difference to the exact integers (in units of 2^(24 exponent)) is e · 2^s."""
    if not any(any(row) for row in exact):
        return peak(result.to_integers()), 24 * result.exponent
    low = min(result.exponent, exponent) if result.limbs.any() else exponent
    difference = 0
    for found_row, exact_row in zip(result.to_integers(), exact, strict=True):
        for found, wanted in zip(found_row, exact_row, strict=True):
            difference = max(
                difference,
                abs((found << 24 * (result.exponent - low) if found else 0) - (wanted << 24 * (exponent - low))),
            )
    return difference, 24 * low


def is_below(value: tuple[int, int], bound: Sequence[tuple[int, int]]) -> bool:
    """Whether v · 2^s <= Σ b · 2^t, exactly."""
    low = min([value[1], *(shift for _, shift in bound)])
    return value[0] << (value[1] - low) <= sum(b << (shift - low) for b, shift in bound)


def is_normalised(m: Matrix) -> bool:
    """Every digit lies in [-2^23, 2^23]."""
    return not m.limbs.size or (int(m.limbs.max()) <= HALF_DIGIT and int(m.limbs.min()) >= -HALF_DIGIT)


def exact(m: Matrix) -> fmpq_mat:
    """The rational matrix that a `Matrix` stands for."""
    rows, columns = m.shape
    return fmpq_mat(rows, columns, [x for row in m.to_integers() for x in row]) * fmpq(2) ** (24 * m.exponent)


def largest(m: fmpq_mat) -> fmpq:
    """The largest absolute entry."""
    return max((abs(x) for x in m.entries()), default=fmpq(0))
