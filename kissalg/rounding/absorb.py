"""Absorbing the residuals of identities.

Which entries of the variables to change, and by how much, so that every identity holds exactly.

Main definitions: `Absorber`, and the two ways to be one: `TermAbsorber` (identities of polynomials, by their squares
without multiplier: the terms know how) and `EntryAbsorber` (rows of numbers, by single entries).

Sources: Machado and Oliveira (2016), section 6; Peyrl and Parrilo, Computing sum of squares decompositions with
rational coefficients (2008), section 3.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat

from kissalg.errors import RoundingError
from kissalg.exact.linear_independence import independent_columns
from kissalg.exact.number_field import RATIONALS
from kissalg.sdp.model import Element, Identity, Model, NonnegativeVariable
from kissalg.sdp.terms import AbsorbingTerm

__all__ = ["Absorber", "EntryAbsorber", "Place", "TermAbsorber"]

Place: TypeAlias = tuple[str, int, int]
"""(variable, i, j): the entry (i, j), i >= j, of a matrix, or with j = 0 the component i of a vector."""


class Absorber(ABC):
    """How the residuals of the identities of one model are absorbed."""

    @abstractmethod
    def corrections(self, residuals: Sequence[Element]) -> dict[Place, fmpq]:
        """What to add to which entries, so that all residuals vanish; (i, j) stands for (j, i), too.

        Args:
            residuals: left-hand side minus right-hand side of every identity of the model, in order.

        Raises:
            RoundingError: if there is no such correction in the entries that were chosen.
        """


@dataclass(frozen=True)
class TermAbsorber(Absorber):
    """The absorber of a model whose identities have squares without multiplier.

    Attributes:
        identities: with the terms of each that absorb its residual, in their order.
    """

    identities: tuple[tuple[Identity, tuple[AbsorbingTerm, ...]], ...]

    @staticmethod
    def of(model: Model) -> TermAbsorber:
        """For each identity the first terms that can absorb its residual.

        Their variables occur in no other term, so that no other identity is changed.

        Raises:
            RoundingError: if an identity has none.
        """
        uses = Counter(term.variable.name for identity in model.identities for term in identity.terms)
        found = []
        for identity in model.identities:
            terms: dict[int, AbsorbingTerm] = {}
            for term in identity.terms:
                if uses[term.variable.name] > 1 or not isinstance(term, AbsorbingTerm):
                    continue
                if term.absorbs(identity.space):
                    terms.setdefault(term.absorption_order, term)
            if not terms:
                raise RoundingError(
                    f"identity {identity.name!r} has no sum of squares without multiplier that could absorb its"
                    " residual"
                )
            found.append((identity, tuple(terms[order] for order in sorted(terms))))
        return TermAbsorber(tuple(found))

    @property
    def names(self) -> list[str]:
        """The variables that are changed."""
        return [term.variable.name for _, terms in self.identities for term in terms]

    def corrections(self, residuals: Sequence[Element]) -> dict[Place, fmpq]:
        """Term after term takes what it can of the residual of its identity."""
        result: dict[Place, fmpq] = {}
        for (identity, terms), residual in zip(self.identities, residuals, strict=True):
            rest: Any = residual
            for term in terms:
                entries, rest = term.absorb(rest)
                result |= {(term.variable.name, i, j): value for (i, j), value in entries.items()}
            if any(identity.coefficients(rest)):
                raise RoundingError(
                    f"identity {identity.name!r}: its squares without multiplier cannot absorb {str(rest)[:80]}"
                )
        return result


@dataclass(frozen=True)
class _Column:
    """The coefficients of one entry in the equations."""

    place: Place
    rows: Mapping[int, fmpq]


def _columns(model: Model, depth: Mapping[Place, int]) -> list[_Column]:
    """One column for each entry that occurs, those far inside the cone first, and on the diagonal first."""
    found: dict[Place, dict[int, fmpq]] = {}
    offset = 0
    for identity in model.identities:
        for term in identity.terms:
            for k, i, j, value in term.entries(identity.space):
                rows = found.setdefault((term.variable.name, i, j), {})
                rows[offset + k] = rows.get(offset + k, fmpq(0)) + value
        offset += identity.space.dimension
    vectors = {v.name for v in model.variables if isinstance(v, NonnegativeVariable)}
    order = sorted(
        found, key=lambda p: (depth[p] if p in depth else depth[p[0], 0, 0], p[0] not in vectors and p[1] != p[2], p)
    )
    return [_Column(p, {k: c for k, c in found[p].items() if c != 0}) for p in order]


@dataclass(frozen=True)
class EntryAbsorber(Absorber):
    """The absorber of a model whose equations are rows of numbers.

    Most equations have an entry of a variable that occurs in no other equation, a *unit*: it absorbs the residual by
    itself. The equations without a unit are solved together, by as many independent entries; what these do to the other
    equations is absorbed after them.

    Attributes:
        model: the model.
        units: for each equation that has one, its unit.
        rows: the equations without a unit.
        others: the entries that solve them.
        matrix: the coefficients of `others` in `rows`.
    """

    model: Model

    units: Mapping[int, _Column]
    rows: tuple[int, ...]
    others: tuple[_Column, ...]
    matrix: fmpq_mat

    @staticmethod
    def of(model: Model, depth: Mapping[Place, int]) -> EntryAbsorber:
        """The first entries that will do.

        Args:
            model: the model.
            depth: how far inside the cone every component of a vector, and as entry (0, 0) every matrix, is: 2^-depth.
                Those far inside come first.

        Raises:
            RoundingError: the equations are dependent.
        """
        columns = _columns(model, depth)
        units: dict[int, _Column] = {}
        for column in columns:
            if len(column.rows) == 1:
                units.setdefault(next(iter(column.rows)), column)
        rows = [k for k in range(model.equations) if k not in units]
        candidates = [column for column in columns if any(k not in units for k in column.rows)]
        zero = fmpq(0)
        table = [[RATIONALS(column.rows.get(k, zero)) for k in rows] for column in candidates]
        pivots, found = independent_columns(table, len(rows), RATIONALS)
        if len(found) < len(rows):
            raise RoundingError("the equations are dependent: leave out those that follow from others")
        others = tuple(candidates[p] for p in pivots)
        matrix = fmpq_mat(len(rows), len(rows), [column.rows.get(k, zero) for k in rows for column in others])
        return EntryAbsorber(model, units, tuple(rows), others, matrix)

    def corrections(self, residuals: Sequence[Element]) -> dict[Place, fmpq]:
        """By how much to change single entries."""
        pairs = zip(self.model.identities, residuals, strict=True)
        rest = [-c for identity, residual in pairs for c in identity.coefficients(residual)]
        result: dict[Place, fmpq] = {}
        if self.rows:
            step = self.matrix.solve(fmpq_mat(len(self.rows), 1, [rest[k] for k in self.rows]))
            for index, column in enumerate(self.others):
                result[column.place] = step[index, 0]
                for k, c in column.rows.items():
                    rest[k] -= c * step[index, 0]
        for k, column in self.units.items():
            if rest[k] != 0:
                result[column.place] = result.get(column.place, fmpq(0)) + rest[k] / column.rows[k]
        return result
