"""The linear system of an iteration in float64: the Schur complement S, bordered by the columns B of free variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from kissalg.solvers.multiprecision.cholesky import PrecisionLostError
from kissalg.solvers.multiprecision.residues import Floats

__all__ = ["BorderedSolver", "free_weights", "bordered_solver"]

# added to the unit diagonal of S, the first that suffices; iterative refinement takes it back
_SHIFTS = (1e-13, 1e-12, 1e-11, 1e-10)
_REFINEMENTS = 10
_SPREAD = 1e-12  # the least diagonal of S, relative to the largest, that counts when free columns are scaled

BorderedSolver: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Floats]]


def free_weights(diagonal: Floats, b: Floats) -> Floats:
    """The diagonal of W that makes the largest entries of the columns of B W^(1/2) comparable to √S_ii."""
    if not b.shape[1]:
        return np.zeros(0)
    weights: Floats = 1 / (b**2 / np.maximum(diagonal, _SPREAD * diagonal.max())[:, None]).max(axis=0)
    return weights


def _shifted_factor(s: Floats) -> NDArray[np.floating[Any]]:
    for shift in _SHIFTS[:-1]:
        try:
            return np.linalg.cholesky(s + shift * np.eye(len(s)))
        except np.linalg.LinAlgError:
            continue
    return np.linalg.cholesky(s + _SHIFTS[-1] * np.eye(len(s)))


def bordered_solver(s: Floats, b: Floats) -> BorderedSolver:
    """The map (h, r) ↦ (dy, f) with S dy + B f = h, Bᵀ dy = r.

    As in `newton_system.Schur`, S + B W Bᵀ and h + B W r take the place of S and h, with columns of B W^(1/2)
    comparable to S.

    Args:
        s: S, m × m, given on and below the diagonal; it is overwritten.
        b: B, m × k, the columns of free variables.

    Returns:
        The map, with ten steps of iterative refinement.

    Raises:
        PrecisionLostError: the system is not positive definite enough for float64.
    """
    diagonal = s.diagonal()
    root = np.sqrt(free_weights(diagonal, b))
    if b.shape[1]:
        b = b * root
        s += b @ b.T
        diagonal = s.diagonal()
    if not (np.isfinite(diagonal).all() and (diagonal > 0).all()):
        raise PrecisionLostError("the Schur complement has a diagonal that is not positive in float64")
    scale = 1 / np.sqrt(diagonal)
    s *= scale[:, None]
    s *= scale
    b = b * scale[:, None]
    try:
        factor = _shifted_factor(s)
        half = scipy.linalg.solve_triangular(factor, b, lower=True, check_finite=False)
        small = np.linalg.cholesky(half.T @ half)
    except np.linalg.LinAlgError as error:
        raise PrecisionLostError("the Schur complement is not positive definite in float64") from error
    full = np.tril(s) + np.tril(s, -1).T

    def apply(lower: NDArray[np.floating[Any]], column: Floats) -> Floats:
        first = scipy.linalg.solve_triangular(lower, column, lower=True, check_finite=False)
        value: Floats = scipy.linalg.solve_triangular(lower, first, lower=True, trans=1, check_finite=False)
        return value

    def once(h: Floats, r: Floats) -> tuple[Floats, Floats]:
        y = apply(factor, h)
        if not b.shape[1]:
            return y, r
        f = apply(small, b.T @ y - r)
        first: Floats = y - apply(factor, b @ f)
        return first, f

    def solve(right: Floats, free: Floats) -> tuple[Floats, Floats]:
        r = root * free
        h = scale * right + b @ r
        y, f = once(h, r)
        for _ in range(_REFINEMENTS):
            dy, df = once(h - full @ y - b @ f, r - b.T @ y)
            y, f = y + dy, f + df
        return scale * y, root * f

    return solve
