"""Independent rows and columns of a matrix over a number field, by reduction modulo a prime.

A prime with a root of the minimal polynomial gives a ring homomorphism to a finite field. A minor that is not zero
there is not zero over the number field; a rank that drops by accident is noticed by whoever solves with the rows and
columns chosen.

Main definition: `independent_columns`.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz, fmpz_poly, nmod_mat, nmod_poly

from kissalg.exact.matrix import pivot_columns
from kissalg.exact.number_field import FieldElement, NumberField

__all__ = ["independent_columns"]


def independent_columns(
    columns: Sequence[Sequence[FieldElement]], equations: int, number_field: NumberField
) -> tuple[list[int], list[int]]:
    """The first independent columns, and as many independent rows.

    The rank is taken modulo a prime with a root of the minimal polynomial.

    Args:
        columns: elements of the field, `equations` in each.
        equations: the number of rows.
        number_field: the field of the entries.

    Returns:
        The numbers of the columns that are chosen, and those of the rows on which they are independent; both ascending.

    >>> from kissalg.exact.number_field import RATIONALS
    >>> independent_columns(
    ...     [[RATIONALS(1), RATIONALS(2)], [RATIONALS(2), RATIONALS(4)], [RATIONALS(0), RATIONALS(1)]], 2, RATIONALS
    ... )
    ([0, 2], [0, 1])
    """
    polynomial = fmpz_poly(list(number_field.polynomial))
    prime = fmpz(2**62)
    while True:
        prime = _next_prime(prime)
        roots = nmod_poly([int(c) % int(prime) for c in polynomial.coeffs()], int(prime)).roots()
        if not roots:
            continue
        table = _modulo(columns, int(roots[0][0]), int(prime))
        if table is None:
            continue
        width = len(columns)
        if not width or not equations:
            return [], []
        by_rows = nmod_mat(equations, width, [column[i] for i in range(equations) for column in table], int(prime))
        pivots = pivot_columns(*by_rows.rref())
        picked = [table[k] for k in pivots]
        transposed = nmod_mat(len(picked), equations, [x for column in picked for x in column], int(prime))
        return pivots, pivot_columns(*transposed.rref())


def _next_prime(start: fmpz) -> fmpz:
    candidate = start + 1
    while not candidate.is_prime():
        candidate += 1
    return candidate


def _modulo(columns: Sequence[Sequence[FieldElement]], root: int, prime: int) -> list[list[int]] | None:
    """The columns under the homomorphism α -> root; None if the prime divides a denominator."""
    table = []
    for column in columns:
        images = []
        for entry in column:
            image = 0
            for c in reversed(entry.coefficients):
                bottom = int(c.q % prime)
                if bottom == 0:
                    return None
                image = (image * root + int(c.p % prime) * (1 if bottom == 1 else pow(bottom, -1, prime))) % prime
            images.append(image)
        table.append(images)
    return table
