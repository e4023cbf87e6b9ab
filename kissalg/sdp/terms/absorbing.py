"""Terms that can absorb the residual of an identity: sums of squares without multiplier.

After rounding, an identity fails by a small polynomial r. Where every polynomial of the space is a combination of
entries of the Gram matrices of the squares without multiplier, there are matrices A with Σ <V, A> = -r: one entry for
each coefficient.

Main definitions: `AbsorbingTerm` (the protocol), `split_entries` (for squares of monomials), `splittings`.

Source: Machado and Oliveira (2016), section 6.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from flint import fmpq

from kissalg.algebra.spaces import Exponents, Space
from kissalg.sdp.model import PsdVariable, Term

__all__ = ["AbsorbingTerm", "Entries", "split_entries", "splittings"]

Entries: TypeAlias = dict[tuple[int, int], fmpq]
"""The entries (i, j), i >= j, of a symmetric matrix; the others are zero."""


class AbsorbingTerm(Term):
    """A term in a positive semidefinite matrix X that can absorb a residual of its identity.

    It does so by a change of single entries of X.

    A term that is one of these says for which spaces it can do so (`absorbs`), and how (`absorb`). Nothing else is
    asked by a rounding.
    """

    variable: PsdVariable

    @property
    def absorption_order(self) -> int:
        """Terms of one identity absorb in ascending order, one of each.

        What takes only a part comes before what takes the rest.
        """
        return 1

    @abstractmethod
    def absorbs(self, space: Space[Any]) -> bool:
        """Whether the entries of X give elements of the space without loss.

        No multiplier, and squares that reach far enough.
        """

    @abstractmethod
    def absorb(self, residual: Any) -> tuple[Entries, Any]:
        """Entries of a symmetric matrix A, and residual + polynomial(A).

        What is left for the next term, zero if nothing is.

        Args:
            residual: left-hand side minus right-hand side of the identity, an element of its space.
        """


@lru_cache(maxsize=64)
def splittings(basis: tuple[Exponents, ...]) -> Mapping[Exponents, tuple[tuple[int, int], ...]]:
    """For every exponent γ that is a sum of two of the basis, the places (i, j), i >= j, with basis[i] + basis[j] = γ.

    >>> splittings(((0, 0), (1, 0)))
    {(0, 0): ((0, 0),), (1, 0): ((1, 0),), (2, 0): ((1, 1),)}
    """
    found: dict[Exponents, list[tuple[int, int]]] = {}
    for i, alpha in enumerate(basis):
        for j, beta in enumerate(basis[: i + 1]):
            found.setdefault(tuple(a + b for a, b in zip(alpha, beta, strict=True)), []).append((i, j))
    return {gamma: tuple(places) for gamma, places in found.items()}


def split_entries(
    residual: Mapping[Exponents, fmpq], basis: tuple[Exponents, ...]
) -> tuple[Entries, dict[Exponents, fmpq]]:
    """Entries of A with Σ A_αβ m^(α+β) = -(what splits of the residual), and the rest of the residual.

    The largest coefficients come first; among the ways to split an exponent, the one with the least row sums of A so
    far is taken.

    Args:
        residual: the coefficient of every exponent.
        basis: the exponents of the monomials m.

    >>> split_entries({(1, 0): fmpq(4), (3, 0): fmpq(1)}, ((0, 0), (1, 0)))
    ({(1, 0): -2}, {(3, 0): 1})
    """
    places = splittings(basis)
    sums = [fmpq(0)] * len(basis)
    entries: Entries = {}
    rest: dict[Exponents, fmpq] = {}
    for gamma, coefficient in sorted(residual.items(), key=lambda item: (-abs(item[1]), item[0])):
        if gamma not in places:
            rest[gamma] = coefficient
            continue
        i, j = min(places[gamma], key=lambda pair: (max(sums[pair[0]], sums[pair[1]]), pair))
        value = -coefficient if i == j else -coefficient / 2
        entries[i, j] = value
        for k in {i, j}:
            sums[k] += abs(value)
    return entries, rest
