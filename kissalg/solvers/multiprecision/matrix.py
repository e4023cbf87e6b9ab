"""Matrices of multiprecision real numbers with one common exponent, and their exact-then-rounded arithmetic.

A `Matrix` holds Σ_k limbs[k] 2^(24 (k + exponent)), with balanced 24-bit digits in contiguous planes. Products are
exact integer products through residues (`residues.py`), rounded once, to nearest, to the number of limbs of the
`Engine`; sums are exact, then rounded. With L limbs the relative error of a result, measured against its largest entry,
is at most 2^(-24 (L-1) - 1) (the top limb may hold as little as one bit), plus what the exact operation amplifies.

Everything here is deterministic: results do not depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, frexp, log2

import numpy as np
from numpy.typing import NDArray

from kissalg.errors import ParameterError
from kissalg.solvers.multiprecision.limbs import (
    accumulate,
    dot_rows,
    hadamard_accumulate,
    multiply_small,
    needed,
    normalise,
    peak,
)
from kissalg.solvers.multiprecision.residues import (
    BASE_BITS,
    INNER,
    Floats,
    Planes,
    from_residues,
    primes_for,
    tables,
    to_residues,
)
from kissalg.solvers.multiprecision.scalar import HALF, Scalar
from kissalg.solvers.multiprecision.workers import Workers

__all__ = [
    "LONGEST_BITS",
    "SMALL",
    "Engine",
    "Matrix",
    "Residues",
    "exact_sum",
    "magnitude",
    "paste",
    "residue_product",
]

_LONGEST = 127  # limbs: sums of so many products of digits are exact in float64
LONGEST_BITS = BASE_BITS * (_LONGEST - 1)
SMALL = 100_000  # products of digits up to which a product of matrices is made of them (the sums stay below 2^63)
_PARALLEL = 1 << 22  # multiply-adds from which a product is spread over a pool


@dataclass(frozen=True, eq=False)
class Matrix:
    """A real n × m matrix, Σ_k limbs[k] 2^(24 (k + exponent)); `limbs` is int32 of shape (L, n, m), normalised."""

    limbs: Planes
    exponent: int

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and of columns."""
        return self.limbs.shape[1], self.limbs.shape[2]

    @property
    def length(self) -> int:
        """The number L of limbs."""
        return int(self.limbs.shape[0])

    @property
    def top(self) -> int:
        """The exponent (in limbs) above the top limb: every entry is below 2^(24 top)."""
        return self.exponent + self.length

    def bits(self) -> int:
        """A bound: every entry's integer Σ limbs[k] 2^(24 k) is below 2^bits."""
        if self.limbs.size == 0:
            return 1
        return BASE_BITS * (self.length - 1) + int(peak(self.limbs[-1])).bit_length() + 1

    def transpose(self) -> Matrix:
        """Aᵀ."""
        return Matrix(np.ascontiguousarray(self.limbs.transpose(0, 2, 1)), self.exponent)

    def rows(self, start: int, stop: int) -> Matrix:
        """Rows start … stop-1."""
        return Matrix(np.ascontiguousarray(self.limbs[:, start:stop]), self.exponent)

    def columns(self, start: int, stop: int) -> Matrix:
        """Columns start … stop-1."""
        return Matrix(np.ascontiguousarray(self.limbs[:, :, start:stop]), self.exponent)

    def flat_row(self) -> Matrix:
        """All entries as a single row."""
        return Matrix(self.limbs.reshape(self.length, 1, -1), self.exponent)

    def block(self, r0: int, r1: int, c0: int, c1: int) -> Matrix:
        """Rows r0 … r1-1 of the columns c0 … c1-1."""
        return Matrix(np.ascontiguousarray(self.limbs[:, r0:r1, c0:c1]), self.exponent)

    def to_float(self) -> Floats:
        """The nearest float64 matrix, up to 2^-50 relative to the largest entry; outside float64's range ±inf or 0."""
        result = np.zeros(self.shape)
        for k in range(max(0, self.length - 4), self.length):
            result += np.ldexp(self.limbs[k].astype(np.float64), BASE_BITS * (k - self.length + 1))
        with np.errstate(over="ignore"):
            return np.ldexp(result, BASE_BITS * (self.top - 1))

    def to_integers(self) -> list[list[int]]:
        """The exact integers of the entries, in units of 2^(24 exponent)."""
        rows, columns = self.shape
        count = self.length + 1
        digits = np.zeros((count, rows * columns), dtype=np.int64)
        digits[: self.length] = self.limbs.reshape(self.length, -1)
        for k in range(count - 1):  # to digits in [0, 2^24); the sign is left in the top digit
            carry = digits[k] >> BASE_BITS
            digits[k] -= carry << BASE_BITS
            digits[k + 1] += carry
        sign = digits[-1].copy()
        raw = np.zeros((rows * columns, 3 * self.length), dtype=np.uint8)
        for k in range(self.length):
            for byte in range(3):
                raw[:, 3 * k + byte] = (digits[k] >> (8 * byte)) & 0xFF
        width = 3 * self.length
        data = raw.tobytes()
        step = BASE_BITS * self.length
        flat = [
            int.from_bytes(data[i * width : (i + 1) * width], "little") + (int(s) << step) for i, s in enumerate(sign)
        ]
        return [flat[i * columns : (i + 1) * columns] for i in range(rows)]

    @staticmethod
    def from_integers(values: Sequence[Sequence[int]], exponent: int = 0, columns: int | None = None) -> Matrix:
        """The matrix with the given integers, in units of 2^(24 exponent). `columns` is needed when there is no row."""
        rows = len(values)
        width = len(values[0]) if rows else int(columns or 0)
        flat = [x for row in values for x in row]
        length = max(max(flat, default=0), -min(flat, default=0)).bit_length() // BASE_BITS + 1
        size = 3 * length
        data = b"".join([x.to_bytes(size, "little", signed=True) for x in flat])
        raw = np.frombuffer(data, dtype=np.uint8).reshape(len(flat), size).astype(np.int64)
        digits = raw[:, 0::3] | (raw[:, 1::3] << 8) | (raw[:, 2::3] << 16)
        top = digits[:, -1]
        digits[:, -1] = np.where(top >= 1 << 23, top - (1 << 24), top)
        planes = np.ascontiguousarray(digits.T)
        out = np.empty((length + 1, len(flat)), dtype=np.int32)
        normalise(planes, out, 0)
        return Matrix(_trimmed(out.reshape(length + 1, rows, width)), exponent)

    @staticmethod
    def from_floats(values: Floats) -> Matrix:
        """A float64 matrix, exactly but for what is 2^-96 of the largest entry."""
        _, e = frexp(float(np.abs(values).max(initial=0.0)))
        top = -(-(e - BASE_BITS + 1) // BASE_BITS)
        rest = np.ldexp(values, -BASE_BITS * top)  # |rest| <= 2^23
        out = np.empty((5, *values.shape), dtype=np.int32)
        for k in range(4, -1, -1):
            digit = np.rint(rest)
            out[k] = digit
            rest = (rest - digit) * 2.0**BASE_BITS
        return Matrix(_trimmed(out), top - 4)

    @staticmethod
    def zeros(rows: int, columns: int) -> Matrix:
        """The zero matrix."""
        return Matrix(np.zeros((1, rows, columns), dtype=np.int32), 0)

    @staticmethod
    def identity(order: int) -> Matrix:
        """The identity matrix."""
        return Matrix(np.eye(order, dtype=np.int32)[None], 0)


def _trimmed(limbs: Planes) -> Planes:
    return limbs[: max(1, needed(limbs))]


@dataclass(frozen=True, eq=False)
class Residues:
    """Residues of a matrix's integers: float64 of shape (P, n, m), with the matrix's exponent and bit bound."""

    values: Floats
    exponent: int
    bits: int

    def transpose(self) -> Residues:
        """The residues of Aᵀ."""
        return Residues(self.values.transpose(0, 2, 1), self.exponent, self.bits)


class Engine:
    """Arithmetic rounded to a fixed number of 24-bit limbs.

    Args:
        bits: the precision of every result relative to its largest entry; L = ceil(bits / 24) + 1 limbs are kept.
        pool: the threads that share large products, if there are any.

    >>> engine = Engine(128)
    >>> third = Matrix.from_integers([[2**144 // 3]], -6)
    >>> bool(abs(engine.matmul(third, third).to_float()[0, 0] - 1 / 9) < 1e-16)
    True
    """

    def __init__(self, bits: int, pool: Workers | None = None) -> None:
        self.bits = bits
        self.length = ceil(bits / BASE_BITS) + 1
        if self.length > _LONGEST:
            raise ParameterError(f"expected at most {LONGEST_BITS} bits, found {bits}; lower bits or the degree")
        self.pool = pool

    def parallel(self, pool: Workers) -> Engine:
        """The same arithmetic with large products spread over a pool. Not to be used inside a task of that pool."""
        return Engine(self.bits, pool)

    # -- rounding
    # ----------------------------------------------------------------------------------------------------------

    def round(self, a: Matrix) -> Matrix:
        """At most L limbs, rounded to nearest."""
        limbs = _trimmed(a.limbs)
        surplus = limbs.shape[0] - self.length
        if surplus <= 0:
            return Matrix(np.ascontiguousarray(limbs), a.exponent)
        # balanced digits: the dropped part is at most half a unit (plus 2^-24 of it) of the lowest limb kept
        return Matrix(np.ascontiguousarray(limbs[surplus:]), a.exponent + surplus)

    def _from_accumulator(self, acc: NDArray[np.int64], exponent: int) -> Matrix:
        rows, columns = acc.shape[1:]
        drop = max(0, acc.shape[0] - self.length - 3)  # the top limbs are room for carries, and mostly zero
        out = np.empty((acc.shape[0] - drop + 1, rows, columns), dtype=np.int32)
        normalise(acc.reshape(acc.shape[0], -1), out.reshape(out.shape[0], -1), drop)
        return self.round(Matrix(out, exponent + drop))

    # -- sums
    # ----------------------------------------------------------------------------------------------------------

    def combine(self, *terms: tuple[Scalar | int, Matrix]) -> Matrix:
        """Σ scalar · matrix, rounded once (up to two guard limbs)."""
        pairs = [(s if isinstance(s, Scalar) else Scalar(s), m) for s, m in terms]
        pairs = [(s, m) for s, m in pairs if s.mantissa and needed(m.limbs)]
        if not pairs:
            return Matrix.zeros(*terms[0][1].shape)
        top = max(m.top + s.exponent + 2 for s, m in pairs)
        low = max(min(m.exponent + s.exponent for s, m in pairs), top - self.length - 4)
        acc = np.zeros((top - low, *pairs[0][1].shape), dtype=np.int64)
        for s, m in pairs:
            sign = 1 if s.mantissa > 0 else -1
            for place, digit in enumerate((abs(s.mantissa) & 0xFFFFFF, abs(s.mantissa) >> BASE_BITS)):
                if digit:
                    accumulate(acc, m.limbs, sign * digit, m.exponent + s.exponent + place - low)
        return self._from_accumulator(acc, low)

    def add(self, a: Matrix, b: Matrix) -> Matrix:
        """A + B."""
        return self.combine((1, a), (1, b))

    def subtract(self, a: Matrix, b: Matrix) -> Matrix:
        """A - B."""
        return self.combine((1, a), (-1, b))

    def symmetrised(self, a: Matrix) -> Matrix:
        """(A + Aᵀ)/2."""
        return self.combine((HALF, a), (HALF, a.transpose()))

    # -- products
    # ----------------------------------------------------------------------------------------------------------

    def residues(self, a: Matrix, bits: int) -> Residues:
        """Residues of `a` for products whose integers stay below 2^bits."""
        return Residues(to_residues(np.ascontiguousarray(a.limbs), primes_for(bits)), a.exponent, a.bits())

    def multiply(self, a: Residues, b: Residues) -> Matrix:
        """A B from residues (as many primes as the product needs must be present in both)."""
        inner = a.values.shape[2]
        bits = a.bits + b.bits + max(1, inner).bit_length()
        count = primes_for(bits)
        if count > a.values.shape[0] or count > b.values.shape[0]:
            raise ValueError(
                f"a product of {bits} bits needs {count} primes; {len(a.values)} and {len(b.values)} were prepared"
            )
        product = residue_product(a.values[:count], b.values[:count])
        return self.recover(product, bits, a.exponent + b.exponent)

    def _window(self, bits: int) -> tuple[int, int]:
        """The limbs low … total-1 of integers below 2^bits that a product keeps."""
        total = bits // BASE_BITS + 1
        return max(0, total - self.length - 1), total

    def recover(self, product: Floats, bits: int, exponent: int) -> Matrix:
        """The rounded matrix whose integers (below 2^bits) have the given residues."""
        low, total = self._window(bits)
        return self.round(Matrix(from_residues(product, low, total - low), exponent + low))

    def matmul(self, a: Matrix, b: Matrix) -> Matrix:
        """A B."""
        if a.shape[1] != b.shape[0]:
            raise ValueError(f"cannot multiply shapes {a.shape} and {b.shape}")
        if 0 in a.shape or 0 in b.shape:
            return Matrix.zeros(a.shape[0], b.shape[1])
        bits = a.bits() + b.bits() + a.shape[1].bit_length()
        products = a.shape[0] * a.shape[1] * b.shape[1]
        if products * a.length * b.length <= SMALL:
            return self._by_digits(a, b, bits)
        if self.pool is not None and products > _PARALLEL:
            return self._by_rows(a, self.residues(b, bits), bits)
        return self.multiply(self.residues(a, bits), self.residues(b, bits))

    def gram(self, a: Matrix) -> Matrix:
        """A Aᵀ (BLAS computes one half of it)."""
        if 0 in a.shape:
            return Matrix.zeros(a.shape[0], a.shape[0])
        bits = 2 * a.bits() + a.shape[1].bit_length()
        if a.shape[0] * a.shape[0] * a.shape[1] * a.length**2 <= SMALL:
            return self._by_digits(a, a.transpose(), bits)
        r = self.residues(a, bits)
        if self.pool is not None and a.shape[0] * a.shape[0] * a.shape[1] > 2 * _PARALLEL:
            return self._gram_by_rows(r, bits)
        return self.multiply(r, r.transpose())

    def _by_digits(self, a: Matrix, b: Matrix, bits: int) -> Matrix:
        """A B of small matrices, rounded at the same limb as the product through residues."""
        low, total = self._window(bits)
        out = np.empty((total - low, a.shape[0], b.shape[1]), dtype=np.int32)
        multiply_small(np.ascontiguousarray(a.limbs), np.ascontiguousarray(b.limbs), out, low)
        return self.round(Matrix(out, a.exponent + b.exponent + low))

    def _by_rows(self, a: Matrix, b: Residues, bits: int) -> Matrix:
        """A B with bands of rows in parallel, each rounded at the same limb: the result is that of `multiply`."""
        assert self.pool is not None
        rows = a.shape[0]
        band = -(-rows // 8)
        low, total = self._window(bits)
        out = np.empty((total - low, rows, b.values.shape[2]), dtype=np.int32)
        count = primes_for(bits)

        def work(start: int) -> None:
            residues = to_residues(np.ascontiguousarray(a.limbs[:, start : start + band]), count)
            out[:, start : start + band] = from_residues(residue_product(residues, b.values[:count]), low, total - low)

        self.pool.map(work, range(0, rows, band))
        return self.round(Matrix(out, a.exponent + b.exponent + low))

    def _gram_by_rows(self, r: Residues, bits: int) -> Matrix:
        """A Aᵀ from residues: bands of rows up to the diagonal in parallel, each copied to the columns above it.

        The result is that of `multiply`.
        """
        assert self.pool is not None
        rows, inner = r.values.shape[1:]
        band = -(-rows // 8)
        low, total = self._window(bits)
        out = np.empty((total - low, rows, rows), dtype=np.int32)
        values = r.values[: primes_for(bits)]

        def work(start: int) -> None:
            stop = min(rows, start + band)
            product = residue_product(values[:, start:stop], values[:, :stop].transpose(0, 2, 1))
            out[:, start:stop, :stop] = from_residues(product, low, total - low)
            out[:, :start, start:stop] = out[:, start:stop, :start].transpose(0, 2, 1)

        self.pool.map(work, range(0, rows, band), lambda start: len(values) * inner * band * (start + band))
        return self.round(Matrix(out, 2 * r.exponent + low))

    def hadamard(self, a: Matrix, b: Matrix) -> Matrix:
        """A ∘ B, entry by entry."""
        total = a.length + b.length
        low = max(0, total - self.length - 2)
        out = np.zeros((total - low, *a.shape), dtype=np.int32)
        hadamard_accumulate(np.ascontiguousarray(a.limbs), np.ascontiguousarray(b.limbs), out, -low)
        return self.round(Matrix(out, a.exponent + b.exponent + low))

    def dot_rows(self, a: Matrix, b: Matrix) -> Matrix:
        """The column Σ_j A_ij B_ij; B may be a single row, used for every i."""
        out = np.empty((a.length + b.length + 1, a.shape[0]), dtype=np.int64)
        dot_rows(np.ascontiguousarray(a.limbs), np.ascontiguousarray(b.limbs), out)
        return self._from_accumulator(out[:, :, None], a.exponent + b.exponent)

    def scale_rows(self, a: Matrix, column: Matrix) -> Matrix:
        """diag(column) A."""
        spread = np.ascontiguousarray(np.broadcast_to(column.limbs, (column.length, *a.shape)))
        return self.hadamard(a, Matrix(spread, column.exponent))


def residue_product(x: Floats, y: Floats) -> Floats:
    """Slice by slice matrix products of residues; the result is below 2^53 and need not be reduced."""
    inner = x.shape[2]
    if inner <= INNER:
        direct: Floats = np.matmul(x, y)
        return direct
    primes = tables(x.shape[0]).primes[:, None, None]
    product: Floats = np.zeros((x.shape[0], x.shape[1], y.shape[2]))
    for start in range(0, inner, INNER):
        part = np.matmul(x[:, :, start : start + INNER], y[:, start : start + INNER])
        part -= primes * np.rint(part / primes)
        product += part
    return product


def paste(shape: tuple[int, int], pieces: Sequence[tuple[int, int, Matrix]], length: int | None = None) -> Matrix:
    """The matrix that is zero but for blocks at (row, column), with one common exponent.

    Args:
        shape: of the result.
        pieces: the row and the column of the first entry of each block, and the block.
        length: the number of limbs to keep below the top of the highest block; None keeps all (then nothing is
            rounded).
    """
    filled = [(r, c, m) for r, c, m in pieces if m.limbs.size]
    if not filled:
        return Matrix.zeros(*shape)
    top = max(m.top for _, _, m in filled)
    low = min(m.exponent for _, _, m in filled)
    if length is not None:
        low = max(low, top - length)
    out = np.zeros((max(top - low, 1), *shape), dtype=np.int32)
    for r, c, m in filled:
        skip = max(0, low - m.exponent)
        if skip < m.length:
            start = m.exponent + skip - low
            out[start : start + m.length - skip, r : r + m.shape[0], c : c + m.shape[1]] = m.limbs[skip:]
    return Matrix(out, low)


def exact_sum(a: Matrix) -> tuple[int, int]:
    """(s, e): the exact sum of all entries is s · 2^(24 e)."""
    total = 0
    for k in range(a.length):
        total += int(a.limbs[k].sum(dtype=np.int64)) << (BASE_BITS * k)
    return total, a.exponent


def magnitude(a: Matrix) -> float:
    """log2 of the largest absolute entry, about; -inf for a zero matrix."""
    peak = float(
        np.abs(
            a.limbs[-1].astype(np.float64)
            + (np.ldexp(a.limbs[-2].astype(np.float64), -BASE_BITS) if a.length > 1 else 0.0)
        ).max(initial=0.0)
    )
    return log2(peak) + BASE_BITS * (a.top - 1) if peak else float("-inf")
