"""Integers as residues modulo 22-bit primes: exact products of matrices as products in float64.

A matrix of integers is stored as *limbs*: `limbs[k]` is the plane of digits of weight 2^(24 k), balanced (|digit| <=
2^23 up to the laziness stated in `limbs.py`). Its residues modulo the primes p_0 > p_1 > … are balanced too (|r| <=
p/2), hence a product of residue matrices with inner dimension at most `INNER` is exact in float64: INNER · (2^22 / 2)²
= 2^53.

Both conversions are small matrix products with a table of constants (limb weights modulo the primes; digits of M/p_i),
followed by one reduction per prime or one carry pass per limb; they run over contiguous planes, so that LLVM vectorises
the innermost loop over the entries.

References: D. Simmons-Duffin, arXiv:1502.02033 (SDPB); W. Landry and D. Simmons-Duffin, arXiv:1909.09745, for products
through residues.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["BASE_BITS", "INNER", "PRIME_BITS", "ResidueTables", "from_residues", "primes_for", "tables", "to_residues"]

BASE_BITS = 24
PRIME_BITS = 22
INNER = 2048
_GUARD = 2  # limbs computed below the lowest one kept; what is ignored under them is below P · 2^-28 units of that limb
_TILE = 256
_MAGIC = 6755399441055744.0  # 1.5 · 2^52: adding and subtracting it rounds a float64 below 2^51 to the nearest integer
_RADIX = 16777216.0

Planes = NDArray[np.int32]
Floats = NDArray[np.float64]


@lru_cache(maxsize=1)
def _primes() -> tuple[int, ...]:
    """The primes in [2^22 - 2^13, 2^22), largest first: more than 500, enough for products of two 5000-bit matrices."""
    low, top = (1 << PRIME_BITS) - (1 << 13), 1 << PRIME_BITS
    prime = np.ones(top - low, dtype=bool)
    for q in range(2, 1 << (PRIME_BITS // 2)):
        prime[-low % q :: q] = False
    return tuple(int(low + i) for i in np.flatnonzero(prime)[::-1])


@lru_cache(maxsize=4096)
def primes_for(bits: int) -> int:
    """The number of primes whose product M has M/4 > 2^bits.

    Every integer of absolute value < 2^bits is then recovered with room to spare.
    """
    product, count = 1, 0
    for p in _primes():
        if product.bit_length() >= bits + 4:
            return count
        product *= p
        count += 1
    raise OverflowError(f"a product of {bits} bits needs more than {count} primes; lower the precision")


@dataclass(frozen=True)
class ResidueTables:
    """Constants for the first `count` primes.

    `weights[q, k] = 2^(24 k) mod p_q`; `cofactors[q]` = (M/p_q)^-1 mod p_q; `digits[q, k]`, `modulus[k]` = limbs of
    M/p_q and M.
    """

    count: int
    primes: Floats
    inverses: Floats
    weights: Floats
    cofactors: Floats
    digits: Floats
    modulus: Floats


def _balanced_limbs(value: int, length: int) -> list[int]:
    digits = []
    for _ in range(length):
        digit = value & 0xFFFFFF
        if digit >= 1 << 23:
            digit -= 1 << 24
        digits.append(digit)
        value = (value - digit) >> BASE_BITS
    if value:
        raise OverflowError("value does not fit in its limbs")
    return digits


def _centred(value: int, p: int) -> int:
    value %= p
    return value - p if value > p // 2 else value


@lru_cache(maxsize=512)
def tables(count: int) -> ResidueTables:
    """The constants for the first `count` primes (cached)."""
    primes = _primes()[:count]
    modulus = 1
    for p in primes:
        modulus *= p
    length = modulus.bit_length() // BASE_BITS + 2
    return ResidueTables(
        count=count,
        primes=np.array(primes, dtype=np.float64),
        inverses=1.0 / np.array(primes, dtype=np.float64),
        weights=np.array(
            [[_centred(pow(2, BASE_BITS * k, p), p) for k in range(2 * length)] for p in primes], dtype=np.float64
        ),
        cofactors=np.array([_centred(pow(modulus // p, -1, p), p) for p in primes], dtype=np.float64),
        digits=np.array([_balanced_limbs(modulus // p, length) for p in primes], dtype=np.float64),
        modulus=np.array(_balanced_limbs(modulus, length), dtype=np.float64),
    )


@njit(cache=True, nogil=True, fastmath={"contract"})
def _to_residues(limbs: Any, primes: Any, inverses: Any, weights: Any, out: Any) -> None:  # pragma: no cover - compiled
    length, entries = limbs.shape
    count = primes.shape[0]
    padded = (length + 3) // 4 * 4
    buffer = np.zeros((padded, _TILE))
    row = np.zeros(padded)
    acc = np.empty(_TILE)
    for start in range(0, entries, _TILE):
        width = min(_TILE, entries - start)
        for k in range(length):
            for e in range(width):
                buffer[k, e] = limbs[k, start + e]
        for q in range(count):
            p = primes[q]
            inverse = inverses[q]
            for k in range(length):
                row[k] = weights[q, k]
            acc[:] = 0.0
            for k in range(0, padded, 4):
                w0, w1, w2, w3 = row[k], row[k + 1], row[k + 2], row[k + 3]
                b0, b1, b2, b3 = buffer[k], buffer[k + 1], buffer[k + 2], buffer[k + 3]
                for e in range(_TILE):
                    acc[e] += b0[e] * w0 + b1[e] * w1 + b2[e] * w2 + b3[e] * w3
            for e in range(width):
                x = acc[e]
                out[q, start + e] = x - p * ((x * inverse + _MAGIC) - _MAGIC)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _from_residues(  # pragma: no cover - compiled
    residues: Any, primes: Any, inverses: Any, cofactors: Any, digits: Any, modulus: Any, low: int, out: Any
) -> None:
    count, entries = residues.shape
    kept = out.shape[0]
    available = modulus.shape[0]
    padded = (count + 3) // 4 * 4
    c = np.zeros((padded, _TILE))
    quotient = np.empty(_TILE)
    carry = np.empty(_TILE)
    acc = np.empty(_TILE)
    column = np.zeros(padded)
    first = max(0, low - _GUARD)
    for start in range(0, entries, _TILE):
        width = min(_TILE, entries - start)
        quotient[:] = 0.0
        for q in range(count):
            p = primes[q]
            inverse = inverses[q]
            cofactor = cofactors[q]
            cq = c[q]
            for e in range(width):
                x = residues[q, start + e]
                x = x - p * ((x * inverse + _MAGIC) - _MAGIC)
                y = x * cofactor
                y = y - p * ((y * inverse + _MAGIC) - _MAGIC)
                cq[e] = y
                quotient[e] += y * inverse
        for e in range(_TILE):
            quotient[e] = (quotient[e] + _MAGIC) - _MAGIC
            carry[e] = 0.0
        for k in range(first, low + kept):
            if k < available:
                for q in range(count):
                    column[q] = digits[q, k]
                m = modulus[k]
                for e in range(_TILE):
                    acc[e] = carry[e] - quotient[e] * m
                for q in range(0, padded, 4):
                    d0, d1, d2, d3 = column[q], column[q + 1], column[q + 2], column[q + 3]
                    c0, c1, c2, c3 = c[q], c[q + 1], c[q + 2], c[q + 3]
                    for e in range(_TILE):
                        acc[e] += c0[e] * d0 + c1[e] * d1 + c2[e] * d2 + c3[e] * d3
            else:
                for e in range(_TILE):
                    acc[e] = carry[e]
            for e in range(_TILE):
                x = acc[e]
                h = (x * (1.0 / _RADIX) + _MAGIC) - _MAGIC
                carry[e] = h
                acc[e] = x - h * _RADIX
            if k >= low:
                target = out[k - low]
                for e in range(width):
                    target[start + e] = np.int32(acc[e])


def to_residues(limbs: Planes, count: int, out: Floats | None = None) -> Floats:
    """Balanced residues of integers given by limbs.

    Args:
        limbs: an array of shape (L, …), L <= 2^9, C-contiguous, |digit| <= 2^23.
        count: the number of primes.
        out: where to write the result; by default a new array.

    Returns:
        Float64 of shape (count, …).
    """
    length = limbs.shape[0]
    t = tables(count)
    weights = t.weights
    if length > weights.shape[1]:
        weights = np.array(
            [[_centred(pow(2, BASE_BITS * k, p), p) for k in range(length)] for p in _primes()[:count]],
            dtype=np.float64,
        )
    flat = limbs.reshape(length, -1)
    if out is None:
        out = np.empty((count, *limbs.shape[1:]))
    _to_residues(flat, t.primes, t.inverses, weights, out.reshape(count, -1))
    return out


def from_residues(residues: Floats, low: int, kept: int) -> Planes:
    """The limbs `low … low+kept-1` of the integers with the given residues.

    They are rounded to nearest, up to 2^-20 units of the lowest. The integers must be below M/4 in absolute value and
    below 2^(24 (low+kept) - 1).

    Args:
        residues: float64 of shape (count, …); they need not be reduced (|r| < 2^53).
        low: the lowest limb that is kept.
        kept: how many limbs are kept.

    Returns:
        Limbs of shape (kept, …).
    """
    count = residues.shape[0]
    t = tables(count)
    out = np.empty((kept, *residues.shape[1:]), dtype=np.int32)
    _from_residues(
        residues.reshape(count, -1), t.primes, t.inverses, t.cofactors, t.digits, t.modulus, low, out.reshape(kept, -1)
    )
    return out
