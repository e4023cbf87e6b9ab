"""Hypothesis strategies: rationals, polynomials, points, matrices, rational points on spheres. They shrink towards zero and simple fractions.

Main definitions: `rationals`, `univariate_polynomials`, `trivariate_polynomials`, `invariant_elements`, `points`, `sphere_points`, `symmetric_matrices`,
`psd_matrices`, `values_of`.
"""

from __future__ import annotations

from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly
from hypothesis import strategies as st

from kissalg.algebra.invariant_ring import COORDINATES, POWER_MEANS, exponents
from kissalg.sdp.model import FreeVariable, NonnegativeVariable, Variable

__all__ = [
    "invariant_elements",
    "points",
    "psd_matrices",
    "rationals",
    "sphere_points",
    "symmetric_matrices",
    "trivariate_polynomials",
    "univariate_polynomials",
    "values_of",
]


def rationals(size: int = 20, denominators: int = 12) -> st.SearchStrategy[fmpq]:
    """Rational numbers p/q with |p| <= size and 1 <= q <= denominators.

    >>> from hypothesis import find
    >>> find(rationals(), lambda q: q > 1)
    2
    """
    return st.builds(fmpq, st.integers(-size, size), st.integers(1, denominators))


def univariate_polynomials(degree: int) -> st.SearchStrategy[fmpq_poly]:
    """Polynomials in Q[x] of degree <= `degree`.

    >>> from hypothesis import find
    >>> find(univariate_polynomials(3), lambda f: f.degree() == 2)
    x^2
    """
    return st.builds(fmpq_poly, st.lists(rationals(), max_size=degree + 1))


def trivariate_polynomials(
    degree: int, ring: fmpq_mpoly_ctx = COORDINATES, terms: int = 6
) -> st.SearchStrategy[fmpq_mpoly]:
    """Polynomials in three variables of total degree <= `degree` with at most `terms` terms."""
    triples: list[tuple[int, ...]] = [
        (a, b, c) for a in range(degree + 1) for b in range(degree + 1 - a) for c in range(degree + 1 - a - b)
    ]
    return st.dictionaries(st.sampled_from(triples), rationals(), max_size=terms).map(
        lambda chosen: ring.from_dict(dict(chosen))
    )


def invariant_elements(
    degree: int, ring: fmpq_mpoly_ctx = POWER_MEANS, terms: int = 6
) -> st.SearchStrategy[fmpq_mpoly]:
    """Elements of Q[m1, m2, m3] (or of another ring with weights 1, 2, 3) of weight <= `degree` with at most `terms` terms."""
    monomials: list[tuple[int, ...]] = list(exponents(degree))
    return st.dictionaries(st.sampled_from(monomials), rationals(), max_size=terms).map(
        lambda chosen: ring.from_dict(dict(chosen))
    )


def points(coordinates: int) -> st.SearchStrategy[tuple[fmpq, ...]]:
    """Rational points with this many coordinates."""
    return st.tuples(*[rationals()] * coordinates)


def sphere_points(dimension: int) -> st.SearchStrategy[tuple[fmpq, ...]]:
    """Rational points of the unit sphere in `dimension` coordinates, by inverse stereographic projection.

    >>> from hypothesis import find
    >>> find(sphere_points(3), lambda p: True)
    (0, 0, -1)
    """

    def lift(plane: tuple[fmpq, ...]) -> tuple[fmpq, ...]:
        norm = sum((x * x for x in plane), fmpq(0))
        return (*(2 * x / (norm + 1) for x in plane), (norm - 1) / (norm + 1))

    return points(dimension - 1).map(lift)


def symmetric_matrices(size: int) -> st.SearchStrategy[fmpq_mat]:
    """Symmetric rational matrices."""

    def build(entries: list[fmpq]) -> fmpq_mat:
        half = fmpq_mat(size, size, entries)
        return half + half.transpose()

    return st.lists(rationals(), min_size=size * size, max_size=size * size).map(build)


def psd_matrices(size: int) -> st.SearchStrategy[fmpq_mat]:
    """Positive semidefinite rational matrices of every rank, as products A Aᵀ."""

    def build(entries: tuple[int, list[fmpq]]) -> fmpq_mat:
        rank, numbers = entries
        factor = fmpq_mat(size, rank, numbers[: size * rank])
        return factor * factor.transpose() if rank else fmpq_mat(size, size)

    return st.tuples(st.integers(0, size), st.lists(rationals(), min_size=size * size, max_size=size * size)).map(build)


def values_of(variable: Variable, feasible: bool = True) -> st.SearchStrategy[Any]:
    """Exact values of a variable of a model: PSD or nonnegative ones, or (`feasible=False`) any of the right shape."""
    if isinstance(variable, NonnegativeVariable):
        entries = rationals().map(abs) if feasible else rationals()
        return st.lists(entries, min_size=variable.length, max_size=variable.length)
    if isinstance(variable, FreeVariable):
        return st.lists(rationals(), min_size=variable.length, max_size=variable.length)
    return psd_matrices(variable.size) if feasible else symmetric_matrices(variable.size)
