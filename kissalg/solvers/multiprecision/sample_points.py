"""Approximate Fekete points: which of many candidate points to sample an identity at.

QR with column pivoting of a well-conditioned basis at the candidates picks points at which the basis has a large
determinant, hence low-degree interpolation has a small Lebesgue constant and the constraint matrices few lost digits.
When the theorem knows where the dual solutions have their mass, the rows are weighted by the root of that density: the
points are then weighted Fekete points, which are dense where the mass is, and the Schur complement at the solutions has
a condition that is smaller by orders of magnitude. The choice is a float64 heuristic; that the chosen points determine
the identity is proved exactly, by `Space.is_unisolvent`.

Source: Sommariva and Vianello, Computing approximate Fekete points by QR factorizations of Vandermonde matrices (2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.linalg
from flint import fmpq

from kissalg.errors import SolverError
from kissalg.sdp.model import Identity, Model, Point, Space
from kissalg.solvers.multiprecision.residues import Floats

__all__ = ["among", "choose_points"]

# in high dimensions the root of the density would leave no points near the boundary, where the squares are active
_STEEPEST = 1.25
_LEAST = 1e-10  # a smaller weight of a row would be lost in the rounding of the others


def _basis_values(space: Space[Any], points: Sequence[Point]) -> Floats:
    """The basis of a space in products of Chebyshev polynomials, at points: one row for each of them."""
    basis = space.chebyshev_basis
    table = np.array([[int(c.p) / int(c.q) for c in point] for point in points])
    degrees = [max(exponents) for exponents in zip(*(e for element in basis for e in element), strict=True)]
    values = [np.polynomial.chebyshev.chebvander(table[:, k], degree) for k, degree in enumerate(degrees)]
    columns = np.zeros((len(points), len(basis)))
    for j, element in enumerate(basis):
        for exponents, coefficient in element.items():
            factor = np.full(len(points), int(coefficient.p) / int(coefficient.q))
            for table_of, exponent in zip(values, exponents, strict=True):
                factor *= table_of[:, exponent]
            columns[:, j] += factor
    return columns


def _roots(bases: Sequence[fmpq], exponent: fmpq) -> Floats:
    """The roots of the densities, flattened to a power of `_STEEPEST`, none less than `_LEAST` times the largest."""
    power = min(int(exponent.p) / int(exponent.q) / 2, _STEEPEST)
    logarithms = power * np.log([int(b.p) / int(b.q) for b in bases])
    roots: Floats = np.exp(np.maximum(logarithms - logarithms.max(), np.log(_LEAST)))
    return roots


def choose_points(model: Model, identity: Identity) -> list[Point]:
    """Sample points for an identity among the candidates that its theorem names.

    Args:
        model: the exact model.
        identity: one of its identities.

    Returns:
        As many points as the space of the identity has dimensions, proved to be unisolvent.

    Raises:
        SolverError: the candidates do not contain a unisolvent set.
    """
    candidates = model.candidates(identity)
    return among(identity.space, candidates, model.mass_density(identity, candidates))


def among(
    space: Space[Any], candidates: Sequence[Point], density: tuple[Sequence[fmpq], fmpq] | None = None
) -> list[Point]:
    """Choose `space.dimension` of the candidates, proved to be unisolvent.

    Args:
        space: in one variable or in several, of polynomials or of columns.
        candidates: at least as many distinct points as the dimension.
        density: (b, e) for the density b_i^e at the candidates, for points that are dense where it is large.

    Returns:
        The chosen points, in the order of the candidates.

    Raises:
        SolverError: the candidates do not contain a unisolvent set.

    >>> from kissalg.algebra.nodes import line_candidates
    >>> from kissalg.algebra.spaces import UnivariateSpace
    >>> len(among(UnivariateSpace(4), line_candidates(11)))
    5
    """
    dimension = space.dimension
    if len(candidates) < dimension:
        raise SolverError(f"expected at least {dimension} candidate points, found {len(candidates)}")
    chosen = list(candidates)
    if len(candidates) > dimension:
        values = _basis_values(space, candidates)
        if density is not None:
            values = np.linalg.qr(values)[0] * _roots(*density)[:, None]
        _r, order = scipy.linalg.qr(np.linalg.qr(values)[0].T, mode="r", pivoting=True)
        chosen = [candidates[i] for i in sorted(int(i) for i in order[:dimension])]
    if not space.is_unisolvent(chosen):
        raise SolverError(
            f"the {dimension} chosen sample points could not be proved unisolvent; refine the grid of candidates"
        )
    return chosen
