"""Projection of an interior solution onto the equations, at high precision.

The iterations leave residuals of the size of their working precision times the condition of the Schur complement. In
coefficients of monomials these grow by the condition of interpolation, and a rounding procedure that absorbs them would
need a larger margin than the solution has. The projection

    X ← X + A*(η),   A A*(η) = b - A(X)

in the orthonormalised bases moves X by about the residual itself, which is far below its least eigenvalue. A A* is the
Schur complement at X = Z = I; free variables f take part by f ← f + W Bᵀ η and A A* + B W Bᵀ. The matrix
is well conditioned, so it is factored at a low precision, and the projection is repeated:
a round gains about that precision, and costs one application of A at the high precision, to a short argument.
"""

from __future__ import annotations

from concurrent.futures import Executor

from kissalg.solvers.multiprecision.factors import factorise, images, schur_complement
from kissalg.solvers.multiprecision.interior_point import initial_state
from kissalg.solvers.multiprecision.maps import Maps
from kissalg.solvers.multiprecision.matrix import Matrix, magnitude
from kissalg.solvers.multiprecision.problem import NumericProblem

__all__ = ["polish"]

_BITS = 96  # of the factor of A A*, and of the corrections


def polish(master: NumericProblem, x: dict[str, Matrix], pool: Executor) -> tuple[dict[str, Matrix], float]:
    """`x` projected onto the equations of a problem, at the full precision of `master`.

    Returns also log2 of the largest residual that is left (-inf when it is zero at this precision). It stops when
    the residual is below that precision, or a round gains less than four bits.
    """
    short = master.at(_BITS)
    low = Maps(short, pool)
    unit = initial_state(short, 1.0, 1.0)
    factors = factorise(low, unit.x, unit.z)
    schur = schur_complement(low, factors, images(low, factors, unit.x).norms, unit.x)
    solve, weights = schur.solver(), schur.free_weights()
    high = master.at(master.engine.bits, partner=max((m.length for m in x.values()), default=0))
    engine, maps = high.engine, Maps(high, pool)
    start = short.free[0].start if short.free else 0
    residual = engine.subtract(high.right, maps.forward(x))
    size = magnitude(residual)
    while size > -engine.bits:
        change = low.adjoint(solve(short.engine.round(residual)))
        for f in short.free:
            change[f.name] = short.engine.hadamard(
                weights.rows(f.start - start, f.start - start + f.length), change[f.name]
            )
        left = engine.subtract(residual, maps.forward(change))
        gained = size - magnitude(left)
        if gained < 4:
            break
        residual, size = left, size - gained
        x = {name: engine.add(m, change[name]) for name, m in x.items()}
    return x, size
