"""Approximate Fekete points: which of many candidate points to sample an identity at.

QR with column pivoting of a well-conditioned basis at the candidates picks points at which the basis has a large
determinant, hence low-degree interpolation has a small Lebesgue constant and the constraint matrices few lost digits. When the theorem knows
where the dual solutions have their mass, the rows are weighted by the root of that density: the points are then weighted Fekete points, which
are dense where the mass is, and the Schur complement at the solutions has a condition that is smaller by orders of magnitude. The
choice is a float64 heuristic; that the chosen points determine the identity is proved exactly, by
`kissalg.sdp.sampling.is_unisolvent`.

Source: Sommariva and Vianello, Computing approximate Fekete points by QR factorizations of Vandermonde matrices (2009).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.linalg
from flint import fmpq

from kissalg.errors import SolverError
from kissalg.sdp.model import CoordinateSpace, Identity, InvariantSpace, Model, Point, Space, UnivariateSpace
from kissalg.sdp.sampling import is_unisolvent
from kissalg.solvers.multiprecision.residues import Floats

__all__ = ["among", "choose_points"]

_STEEPEST = 1.25  # in high dimensions the root of the density would leave no points near the boundary, where the squares are active
_LEAST = 1e-10  # a smaller weight of a row would be lost in the rounding of the others


def _chebyshev_values(x: Floats, degree: int) -> Floats:
    return np.cos(np.arange(degree + 1)[None, :] * np.arccos(np.clip(x, -1.0, 1.0))[:, None])


def _basis_values(space: UnivariateSpace | InvariantSpace, points: Sequence[Point]) -> Floats:
    """T_k(x), or the symmetrised products T_a(x) T_b(y) T_c(z) with a >= b >= c, a + b + c <= degree: as many as the dimension."""
    table = np.array([[int(c.p) / int(c.q) for c in point] for point in points])
    if isinstance(space, UnivariateSpace):
        return _chebyshev_values(table[:, 0], space.degree)
    x, y, z = (_chebyshev_values(table[:, k], space.degree) for k in range(3))
    columns = []
    for total in range(space.degree + 1):
        for c in range(total // 3 + 1):
            for b in range(c, (total - c) // 2 + 1):
                a = total - b - c
                columns.append(
                    x[:, a] * (y[:, b] * z[:, c] + y[:, c] * z[:, b])
                    + x[:, b] * (y[:, a] * z[:, c] + y[:, c] * z[:, a])
                    + x[:, c] * (y[:, a] * z[:, b] + y[:, b] * z[:, a])
                )
    return np.array(columns).T


def _roots(bases: Sequence[fmpq], exponent: fmpq) -> Floats:
    """The roots of the densities, flattened to a power of `_STEEPEST`, none less than `_LEAST` times the largest."""
    power = min(int(exponent.p) / int(exponent.q) / 2, _STEEPEST)
    logarithms = power * np.log([int(b.p) / int(b.q) for b in bases])
    roots: Floats = np.exp(np.maximum(logarithms - logarithms.max(), np.log(_LEAST)))
    return roots


def choose_points(model: Model, identity: Identity) -> list[Point]:
    """Sample points for an identity among the candidates that its theorem names."""
    candidates = model.candidates(identity)
    return among(identity.space, candidates, model.mass_density(identity, candidates))


def among(space: Space, candidates: Sequence[Point], density: tuple[Sequence[fmpq], fmpq] | None = None) -> list[Point]:
    """`space.dimension` of the candidates, proved to be unisolvent.

    Arguments: `density`, (b, e) for the density b_i^e at the candidates, for points that are dense where it is large.

    Raises `SolverError` when the candidates do not contain a unisolvent set.
    """
    dimension = space.dimension
    if len(candidates) < dimension:
        raise SolverError(f"expected at least {dimension} candidate points, found {len(candidates)}")
    chosen = list(candidates)
    if len(candidates) > dimension and not isinstance(space, CoordinateSpace):
        values = _basis_values(space, candidates)
        if density is not None:
            values = np.linalg.qr(values)[0] * _roots(*density)[:, None]
        _r, order = scipy.linalg.qr(np.linalg.qr(values)[0].T, mode="r", pivoting=True)
        chosen = [candidates[i] for i in sorted(int(i) for i in order[:dimension])]
    if not is_unisolvent(space, chosen):
        raise SolverError(
            f"the {dimension} chosen sample points could not be proved unisolvent; refine the grid of candidates"
        )
    return chosen
