"""Coordinates in which a point of the method is the identity.

Near an optimum the eigenvalues of X and of Z spread over many orders of magnitude, but on the central path X Z = μ I:
what is ill conditioned are the coordinates, not the point. With X = L Lᵀ and

    X' = L⁻¹ X L⁻ᵀ = I,   Z' = Lᵀ Z L,   v' = Lᵀ v

(so that vᵀ X v = v'ᵀ X' v', and C - A*(y) = Z becomes C' - A'*(y) = Z') both are near multiples of the identity, and
rounding X', Z' and the rows v' costs what rounding has to cost. The multipliers y, the equations and the Schur
complement are the same in all coordinates. The problem is transformed from its first coordinates each time, at full
precision, so that nothing is lost by repetition.

Vectors and wide dense blocks keep their coordinates (the method is invariant under scaling of the first; for the second
the change is too expensive).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kissalg.solvers.multiprecision.cholesky import cholesky
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, paste
from kissalg.solvers.multiprecision.problem import DenseBlock, NumericProblem, TableBlock
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.stacked_matrices import congruences, stack_of_triangles, triangles_of_stack
from kissalg.solvers.multiprecision.workers import Workers

__all__ = ["in_first_coordinates", "congruence", "coordinate_factors", "in_coordinates", "condition_bound"]

_GUARD = 2 * BASE_BITS  # bits of the transformed data beyond the working precision, before their rounding


def condition_bound(problem: NumericProblem, x: Mapping[str, Matrix]) -> float:
    """A lower bound for the condition of X over the blocks that have coordinates to change.

    It is the largest ratio of the squared pivots of a Cholesky factor; infinite for a matrix that float64 cannot
    factor.
    """
    worst = 1.0
    for block in problem.psd:
        if isinstance(block, DenseBlock) and block.wide:
            continue
        point = x[block.name].to_float()
        if not np.isfinite(point).all():  # of a run that diverges: no coordinates help
            continue
        try:
            pivots = np.linalg.cholesky(point).diagonal() ** 2
        except np.linalg.LinAlgError:
            return float("inf")
        worst = max(worst, float(pivots.max() / pivots.min()))
    return worst


def coordinate_factors(problem: NumericProblem, x: Mapping[str, Matrix], pool: Workers) -> Values:
    """L with X = L Lᵀ for the blocks that have coordinates to change, by name.

    Raises:
        NotPositiveDefiniteError: a block of X is not positive definite at the precision of the problem.
    """
    blocks = [b for b in problem.psd if not (isinstance(b, DenseBlock) and b.wide)]
    return ConstraintMaps(problem, pool).each(lambda block: cholesky(problem.engine, x[block.name]).factor, blocks)


def congruence(engine: Engine, a: Matrix, lower: Matrix) -> Matrix:
    """Lᵀ A L for a symmetric A."""
    return engine.symmetrised(engine.matmul(lower.transpose(), engine.matmul(a, lower)))


def in_first_coordinates(engine: Engine, x: Mapping[str, Matrix], lowers: Mapping[str, Matrix]) -> Values:
    """X = L X' Lᵀ, back in the first coordinates, for the blocks of `lowers`; the others are rounded only."""
    return {
        name: congruence(engine, m, lowers[name].transpose()) if name in lowers else engine.round(m)
        for name, m in x.items()
    }


def in_coordinates(master: NumericProblem, lowers: Mapping[str, Matrix], bits: int, pool: Workers) -> NumericProblem:
    """The problem in the coordinates X' = L⁻¹ X L⁻ᵀ.

    Args:
        master: the problem in its first coordinates, at full precision.
        lowers: L for each block that has coordinates to change, by name; empty for the first coordinates.
        bits: the precision at which the result is used.
        pool: the threads that share the blocks.

    Returns:
        The problem at that precision. Its `back` is that of the first coordinates: see `in_first_coordinates`.
    """
    if not lowers:
        return master.at(bits)
    engine = Engine(bits + _GUARD)

    def cost(name: str, a: Matrix | None) -> Matrix | None:
        return None if a is None else congruence(engine, engine.round(a), lowers[name])

    def rows(block: TableBlock) -> Matrix:
        return engine.matmul(engine.round(block.rows), lowers[block.name])

    def columns(block: DenseBlock) -> Matrix:
        piece = engine.round(master.dense.columns(block.start, block.start + block.width))
        if block.name not in lowers:
            return piece
        lower = lowers[block.name]
        return triangles_of_stack(
            engine, congruences(engine, stack_of_triangles(engine, piece, block.order), lower, lower)
        )

    tables = dict(zip([b.name for b in master.tables], pool.map(rows, master.tables), strict=True))
    dense = list(pool.map(columns, master.dense_blocks))
    pieces = [(0, b.start, piece) for b, piece in zip(master.dense_blocks, dense, strict=True)]
    scalars = [(v.start, v.width) for v in master.vectors] + [(f.start, f.length) for f in master.free]
    pieces += [(0, start, engine.round(master.dense.columns(start, start + width))) for start, width in scalars]
    transformed = replace(
        master,
        low_rank=tuple(replace(b, rows=tables[b.name], cost=cost(b.name, b.cost)) for b in master.low_rank),
        forms=tuple(replace(b, rows=tables[b.name], cost=cost(b.name, b.cost)) for b in master.forms),
        dense_blocks=tuple(
            replace(b, cost=cost(b.name, b.cost)) if b.name in lowers else b for b in master.dense_blocks
        ),
        dense=paste(master.dense.shape, pieces, engine.length + 2),
    )
    return transformed.at(bits)
