"""Constraint matrices as signed quadratic forms, A_i = Σ_r ± v_r v_rᵀ: when that pays, and the table of the rows v_r.

The Schur complement costs as many multiplications as pairs of rows times the order; with upper triangles it is pairs of
equations times the square of the order. So forms are for low ranks, and for matrices of high rank only where they are
few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from flint import fmpq

from kissalg.errors import ExactnessError
from kissalg.exact.congruence import SparseVector, signed_squares
from kissalg.exact.matrix import rank_modulo
from kissalg.sdp.samples import SampledForm, SampledMatrices, SparseMatrix
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.rationals import column_of, roots_of
from kissalg.solvers.multiprecision.stacked_matrices import Indices

__all__ = ["SignedFormsTable", "Signed", "cost_of_congruences", "cost_of_kronecker", "signed_forms"]

_ENTRY = 300  # conversions to residues and back, and the entrywise product, cost as much as so many multiply-adds
_SMALL = 8
_PRIME = 2**61 - 1

Signed: TypeAlias = list[list[tuple[fmpq, SparseVector]]]
"""For each point the pairs (w, v) of Σ w v vᵀ; v is sparse over the basis, or over the vectors of a `SampledForm`."""


def cost_of_kronecker(equations: int, order: int) -> int:
    """The multiply-adds, about, of a block's part of the Schur complement by upper triangles and the product K."""
    width = order * (order + 1) // 2
    return 2 * width**3 + _ENTRY * width**2 + equations * width * (width + _ENTRY) + equations**2 * width // 2


def cost_of_congruences(equations: int, order: int) -> int:
    """The same by congruences of the constraint matrices."""
    return 2 * equations * order**2 * (order + _ENTRY) + equations**2 * order**2 // 2


def signed_forms(samples: Sequence[SampledForm | SampledMatrices], budget: int) -> list[Signed] | None:
    """The signed squares of all constraint matrices, if they are cheap enough.

    Args:
        samples: the samples of one variable, one for each identity in which it occurs.
        budget: multiply-adds.

    Returns:
        For each sample the signed squares; None when a Schur complement made of them would cost more than the budget.
    """
    size = 0  # rows^2 (order + _ENTRY) multiply-adds
    result = []
    known: dict[int, list[tuple[fmpq, SparseVector]]] = {}
    for sample in samples:
        points: Signed = []
        order = sample.size if isinstance(sample, SampledMatrices) else len(sample.vectors[0][0])
        most = int(np.sqrt(budget / (order + _ENTRY)))
        for i in range(len(sample.matrices if isinstance(sample, SampledMatrices) else sample.weights)):
            if isinstance(sample, SampledMatrices):
                entries = sample.matrices[i]
                if _least_rank(entries) > most - size:
                    return None
                found = signed_squares(entries, most - size)
            else:
                weight = sample.weights[i]
                found = known.get(id(weight)) or signed_squares(
                    (a, b, weight[a][b]) for a in range(sample.rank) for b in range(a, sample.rank)
                )
                assert found is not None
                known[id(weight)] = found  # the samples keep the weights alive
            size += len(found or ())
            if found is None or size > most:
                return None
            points.append(found)
        result.append(points)
    return result


def _least_rank(entries: SparseMatrix) -> int:
    """A lower bound of the rank: that modulo a prime, which is found much faster than the squares of a full matrix."""
    support = sorted({k for i, j, _ in entries for k in (i, j)})
    if len(support) <= _SMALL:
        return 0
    place = {k: position for position, k in enumerate(support)}
    table = [[fmpq(0)] * len(support) for _ in support]
    for i, j, value in entries:
        table[place[i]][place[j]] = table[place[j]][place[i]] = value
    try:
        return rank_modulo(table, _PRIME)
    except ExactnessError:  # the prime divides a denominator
        return 0


@dataclass(frozen=True, eq=False)
class SignedFormsTable:
    """The rows √|w| v of the signed squares of one sample, with the signs of w and the equations they belong to."""

    equations: Indices
    signs: np.ndarray[tuple[int], np.dtype[np.int32]]
    rows: Matrix

    @staticmethod
    def of(
        engine: Engine, signed: Signed, offset: int, size: int, vectors: Sequence[Matrix] | None
    ) -> SignedFormsTable:
        """The table for the equations from `offset` on.

        Args:
            engine: the arithmetic.
            signed: the signed squares of one sample.
            offset: the first equation of the identity.
            size: the order of the variable.
            vectors: the tables of a `SampledForm`; None when the v are sparse over the basis themselves.
        """
        bits = engine.bits
        flat = [(i, w, v) for i, squares in enumerate(signed) for w, v in squares]
        points = np.array([i for i, _, _ in flat], dtype=np.int64)
        signs = np.array([1 if w > 0 else -1 for _, w, _ in flat], dtype=np.int32)
        roots = roots_of([abs(w) for _, w, _ in flat], bits)
        zero = fmpq(0)
        if vectors is None:
            entries = column_of([v.get(j, zero) for _, _, v in flat for j in range(size)], bits)
            rows = Matrix(entries.limbs.reshape(entries.length, len(flat), size), entries.exponent)
        else:
            rows = Matrix.zeros(len(flat), size)
            for a, table in enumerate(vectors):
                factors = column_of([v.get(a, zero) for _, _, v in flat], bits)
                picked = Matrix(np.ascontiguousarray(table.limbs[:, points]), table.exponent)
                rows = engine.add(rows, engine.scale_rows(picked, factors))
        return SignedFormsTable(points + offset, signs, engine.scale_rows(rows, roots))
