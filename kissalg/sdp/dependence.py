"""Linearly dependent equations of a generic program: found modulo a prime, confirmed over Q, and left out.

A Schur complement is singular when its equations are dependent. An equation that is a linear combination of others adds
nothing if its right-hand side is the same combination, and contradicts them if it is not.

Main definition: `independent_points`.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat, nmod_mat

from kissalg.errors import ExactnessError, InfeasibleError
from kissalg.exact.matrix import pivot_columns
from kissalg.sdp.model import Identity, Point
from kissalg.sdp.spaces import CoordinateSpace

__all__ = ["independent_points"]

_PRIME = 2**62 - 57
_LIMIT = 20_000_000  # entries of a matrix that is eliminated

Row = dict[tuple[int, int, int], fmpq]


def independent_points(identity: Identity, points: Sequence[Point]) -> list[Point]:
    r"""The coordinates whose equations are not linear combinations of earlier ones.

    All of them for identities of polynomials.

    Programs so large that the elimination would take long are taken to be independent.

    Args:
        identity: of a generic program, or of polynomials.
        points: numbers of coordinates, or sample points.

    Raises:
        InfeasibleError: if an equation is a combination of others, but for its right-hand side.
        ExactnessError: if all left-hand sides are zero.

    >>> from kissalg.families.semidefinite_program.model import sdpa_model
    >>> from kissalg.sdp.sdpa import read_sdpa
    >>> model = sdpa_model(read_sdpa("2\n1\n2\n1 2\n1 1 1 1 1\n1 1 2 2 1\n2 1 1 1 2\n2 1 2 2 2\n"))
    >>> independent_points(model.identities[0], model.identities[0].space.candidates)
    [(0,)]
    """
    if not isinstance(identity.space, CoordinateSpace):
        return list(points)
    rows: list[Row] = [{} for _ in points]
    for number, term in enumerate(identity.terms):
        for row, entries in zip(rows, term.sample(points).entries(), strict=True):
            row.update({(number, i, j): value for i, j, value in entries})
    unknowns = {key: k for k, key in enumerate(sorted({key for row in rows for key in row}))}
    if len(unknowns) * len(rows) > _LIMIT or any(int(v.q) % _PRIME == 0 for row in rows for v in row.values()):
        return list(points)
    if not unknowns:
        raise ExactnessError(f"identity {identity.name!r}: expected an equation with a left-hand side, found none")
    kept, pivots = _profile(rows, unknowns)
    if len(kept) == len(rows):
        return list(points)
    extra = sorted(set(range(len(rows))) - set(kept))
    dependent = _combinations(identity, points, rows, kept, extra, pivots)
    return [point for i, point in enumerate(points) if i not in dependent]


def _profile(
    rows: Sequence[Row], unknowns: dict[tuple[int, int, int], int]
) -> tuple[list[int], list[tuple[int, int, int]]]:
    """The rows that are not combinations of earlier ones modulo the prime.

    And as many columns, on which they are independent.
    """
    transposed = nmod_mat(len(unknowns), len(rows), _PRIME)
    for i, row in enumerate(rows):
        for key, value in row.items():
            transposed[unknowns[key], i] = int(value.p) * pow(int(value.q), -1, _PRIME) % _PRIME
    kept = pivot_columns(*transposed.rref())
    keys = list(unknowns)
    reduced = nmod_mat(len(kept), len(keys), _PRIME)
    for position, i in enumerate(kept):
        for k in range(len(keys)):
            reduced[position, k] = transposed[k, i]
    return kept, [keys[k] for k in pivot_columns(*reduced.rref())]


def _combinations(
    identity: Identity,
    points: Sequence[Point],
    rows: Sequence[Row],
    kept: Sequence[int],
    extra: Sequence[int],
    pivots: Sequence[tuple[int, int, int]],
) -> set[int]:
    """Those of the extra rows that are combinations of the kept ones over Q.

    An error if the right-hand side of one is not.
    """
    zero = fmpq(0)
    square = fmpq_mat([[rows[i].get(key, zero) for i in kept] for key in pivots])
    wanted = fmpq_mat([[rows[i].get(key, zero) for i in extra] for key in pivots])
    factors = square.solve(wanted)
    right = [identity.space.evaluate(identity.right_hand_side, point) for point in points]
    found = set()
    for position, i in enumerate(extra):
        combination: Row = {}
        for j, k in enumerate(kept):
            factor = factors[j, position]
            if factor != 0:
                for key, value in rows[k].items():
                    combination[key] = combination.get(key, zero) + factor * value
        if {key: value for key, value in combination.items() if value != 0} != rows[i]:
            continue  # independent over Q after all
        if sum((factors[j, position] * right[k] for j, k in enumerate(kept)), zero) != right[i]:
            raise InfeasibleError(
                f"equation {i} of identity {identity.name!r} has a left-hand side that is a linear combination of other"
                " equations, and another right-hand side: there is no solution"
            )
        found.add(i)
    return found
