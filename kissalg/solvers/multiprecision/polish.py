"""Projection of an interior solution onto the equations, at high precision.

The iterations leave residuals of the size of their working precision times the condition of the Schur complement. In
coefficients of monomials these grow by the condition of interpolation, and a rounding procedure that absorbs them would
need a larger margin than the solution has. The projection

    X ← X + A*(η),   A A*(η) = b - A(X)

in the orthonormalised bases moves X by about the residual itself, which is far below its least eigenvalue, and can be
repeated down to any precision. A A* is the Schur complement at X = Z = I.
"""

from __future__ import annotations

from concurrent.futures import Executor

from kissalg.solvers.multiprecision.factors import factorise, schur_complement
from kissalg.solvers.multiprecision.interior_point import State, initial_state
from kissalg.solvers.multiprecision.maps import Maps
from kissalg.solvers.multiprecision.matrix import magnitude
from kissalg.solvers.multiprecision.problem import NumericProblem

__all__ = ["polish"]

_ROUNDS = 6


def polish(problem: NumericProblem, state: State, pool: Executor) -> float:
    """Project `state.x` onto the equations of `problem` (the same model at a higher precision), in place.

    Returns log2 of the largest residual that is left (-inf when it is zero at this precision). It stops when a round no
    longer gains eight bits.
    """
    engine = problem.engine
    maps = Maps(problem, pool)
    unit = initial_state(problem, 1.0)
    solve = schur_complement(maps, factorise(maps, unit.x, unit.z), unit.x).solver()
    before, previous = float("inf"), state.x
    for _ in range(_ROUNDS):
        residual = engine.subtract(problem.right, maps.forward(state.x))
        size = magnitude(residual)
        if size > before:
            state.x = previous
            return before
        if size > before - 8 or size == float("-inf"):
            return size
        before, previous = size, state.x
        change = maps.adjoint(solve(residual))
        state.x = {name: engine.add(x, change[name]) for name, x in state.x.items()}
    return before
