"""Improving rays: why a problem has no feasible point, or no optimum.

A y with bᵀy > 0, -A*(y) ⪰ 0 (and Bᵀy = 0 for the columns B of free variables f) shows that A(X) + B f = b has no
solution with X ⪰ 0. An X ⪰ 0 with A(X) + B f = 0 and <C, X> + cᵀf < 0 shows that the objective falls without bound from
every feasible point, and that the dual has none.

The iterates of the method tend to such rays, in direction; here they are moved to satisfy the equations of a ray, and
are tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kissalg.solvers.multiprecision.cholesky import NotPositiveDefiniteError, cholesky
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values
from kissalg.solvers.multiprecision.interior_point import State
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, exact_sum
from kissalg.solvers.multiprecision.problem import Block, NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.project_equations import project_onto_equations
from kissalg.solvers.multiprecision.workers import Workers

__all__ = ["dual_ray", "is_interior", "is_positive", "primal_ray"]


def is_positive(engine: Engine, block: Block, a: Matrix) -> bool:
    """Whether a value is in the interior of its block's cone: positive definite, or positive."""
    if isinstance(block, VectorBlock):
        return min(row[0] for row in a.to_integers()) > 0
    try:
        cholesky(engine, a)
    except NotPositiveDefiniteError:
        return False
    return True


def is_interior(problem: NumericProblem, values: Mapping[str, Matrix], pool: Workers) -> bool:
    """Whether all matrices are positive definite, and all vectors positive."""
    size = ConstraintMaps(problem, pool).size
    return all(pool.map(lambda block: is_positive(problem.engine, block, values[block.name]), problem.cones, size))


def dual_ray(problem: NumericProblem, state: State, pool: Workers) -> Matrix | None:
    """A multiplier of y that shows that there is no feasible point, if the point has one.

    It is y itself or, if there are free variables, its projection onto Bᵀy = 0.

    Args:
        problem: the problem at the precision of the iterations.
        state: the point.
        pool: the threads that share the blocks.

    Returns:
        The ray, a column; None where bᵀy is not positive, or -A*(y) is not in the cone.
    """
    engine = problem.engine
    if exact_sum(engine.dot_rows(problem.right, state.y))[0] <= 0:
        return None
    if not problem.free:
        # -A*(y) = Z + R - C; without a cost, and without R, it is positive definite already
        for v in problem.vectors:
            terms = [(1, state.z[v.name]), (-1, v.cost)]
            terms += [(1, state.residual[v.name])] if state.residual else []
            if min(row[0] for row in engine.combine(*terms).to_integers()) < 0:
                return None
        for block in problem.psd:
            terms = [(1, state.z[block.name])]
            terms += [(1, state.residual[block.name])] if state.residual else []
            terms += [(-1, block.cost)] if block.cost is not None else []
            if len(terms) > 1:
                try:
                    cholesky(engine, engine.combine(*terms))
                except NotPositiveDefiniteError:
                    return None
        return state.y
    y = _without_free(problem, state.y)
    if exact_sum(engine.dot_rows(problem.right, y))[0] <= 0:
        return None
    image = {name: engine.combine((-1, m)) for name, m in ConstraintMaps(problem, pool).adjoint(y).items()}
    return y if is_interior(problem, image, pool) else None


def _without_free(problem: NumericProblem, y: Matrix) -> Matrix:
    """Y - B (BᵀB)⁻¹ Bᵀ y, twice, for the sake of rounding."""
    engine = problem.engine
    start = problem.free[0].start
    transposed = problem.dense_transposed.rows(start, start + sum(f.length for f in problem.free))
    columns = transposed.transpose()
    inverse = cholesky(engine, engine.gram(transposed)).inverse
    inverse_transposed = inverse.transpose()
    for _ in range(2):
        image = engine.dot_rows(transposed, y.flat_row())
        part = engine.dot_rows(inverse_transposed, engine.dot_rows(inverse, image.flat_row()).flat_row())
        y = engine.subtract(y, engine.dot_rows(columns, part.flat_row()))
    return y


def primal_ray(master: NumericProblem, x: Values, pool: Workers) -> Values | None:
    """X projected onto A(X) + B f = 0, if it is then in the interior of the cone and its objective negative.

    Args:
        master: the problem, at the precision of the projection.
        x: the point, in the coordinates of `master`.
        pool: the threads that share the blocks.

    Returns:
        The ray by block name, or None.
    """
    ray, _ = project_onto_equations(replace(master, right=Matrix.zeros(master.equations, 1)), x, pool)
    engine = master.engine
    costs = [(block.cost, ray[block.name]) for block in master.blocks if block.cost is not None]
    total = engine.combine(*((1, _column_sum(engine.dot_rows(cost, m))) for cost, m in costs)) if costs else None
    if total is None or total.to_integers()[0][0] >= 0:
        return None
    return ray if is_interior(master, ray, pool) else None


def _column_sum(column: Matrix) -> Matrix:
    value, exponent = exact_sum(column)
    return Matrix.from_integers([[value]], exponent)
