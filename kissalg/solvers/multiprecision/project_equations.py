"""Projection of an interior solution onto the equations, at high precision.

The iterations leave residuals of the size of their working precision times the condition of the Schur complement. In
coefficients of monomials these grow by the condition of interpolation, and a rounding procedure that absorbs them would
need a larger margin than the solution has. The projection

    X ← X + A*(η),   A A*(η) = b - A(X)

in the orthonormalised bases moves X by about the residual itself, which is far below its least eigenvalue; free
variables f take part by f ← f + W Bᵀ η and A A* + B W Bᵀ in the place of A A*. That matrix is the Schur complement at X
= Z = I; it is factored once, at a low precision, and the projection is repeated: a round gains that precision less the
condition, and costs one application of A, at a precision that falls with the residual.
"""

from __future__ import annotations

from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps
from kissalg.solvers.multiprecision.interior_point import initial_state
from kissalg.solvers.multiprecision.matrix import Matrix, magnitude
from kissalg.solvers.multiprecision.newton_system import Schur, factorise, images, schur_complement
from kissalg.solvers.multiprecision.problem import NumericProblem
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.workers import Workers

__all__ = ["project_onto_equations"]

_SHORT = 3 * BASE_BITS  # the precision of a correction
_LOST = 8  # bits that the roundings of X and of A may have lost unseen


def project_onto_equations(
    master: NumericProblem, x: dict[str, Matrix], pool: Workers
) -> tuple[dict[str, Matrix], float]:
    """Project a solution onto the equations of a problem, at the full precision of the problem.

    It stops when the residual is below that precision, or a round gains less than four bits.

    Args:
        master: the problem.
        x: the solution by block name, in the coordinates of `master`.
        pool: the threads that share the blocks.

    Returns:
        The projected solution, and a bound for log2 of the largest residual that is left.
    """
    engine, short = master.engine, master.at(_SHORT)
    low = ConstraintMaps(short, pool)
    schur = _normal_equations(low)
    solve, weights = schur.solver(), schur.free_weights()

    def image(values: dict[str, Matrix], bits: int) -> Matrix:
        partner = max((m.length for m in values.values()), default=0)
        return ConstraintMaps(master.at(bits, partner), pool).forward(values)

    residual = engine.subtract(master.right, image(x, engine.bits))
    size = magnitude(residual)
    while size > -engine.bits:
        change = low.adjoint(solve(short.engine.round(residual)))
        start = 0
        for f in short.free:
            change[f.name] = short.engine.hadamard(weights.rows(start, start + f.length), change[f.name])
            start += f.length
        left = engine.subtract(
            residual, image(change, min(engine.bits, max(_SHORT, engine.bits + int(size)) + BASE_BITS))
        )
        gained = size - magnitude(left)
        if gained < 4:
            break
        residual, size = left, size - gained
        x = {name: engine.add(m, change[name]) for name, m in x.items()}
    return x, max(size, _LOST - engine.bits)


def _normal_equations(maps: ConstraintMaps) -> Schur:
    """A A*, the Schur complement at X = Z = I."""
    unit = initial_state(maps.problem, 1.0, 1.0)
    factors = factorise(maps, unit.x, unit.z)
    return schur_complement(maps, factors, images(maps, factors, unit.x).norms, unit.x)
