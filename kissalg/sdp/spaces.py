"""The spaces in which the two sides of an identity live.

Polynomials (`kissalg.algebra.spaces`), and columns of numbers.

A `CoordinateSpace` makes a list of scalar equations an identity: its "points" are the coordinates, and evaluation at
one of them reads it off. So a generic semidefinite program, <A_k, X> = b_k, is a model like any other.

Main definitions: `CoordinateSpace`, `Element`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly

from kissalg.algebra.spaces import Point, Space, coordinate_number
from kissalg.errors import ExactnessError

__all__ = ["CoordinateSpace", "Element"]

Element: TypeAlias = fmpq_poly | fmpq_mpoly | fmpq_mat


@dataclass(frozen=True)
class CoordinateSpace(Space[fmpq_mat]):
    """Q^length, the space of columns of numbers.

    Elements are `fmpq_mat` columns; the points are the numbers of coordinates (0,), (1,), …, (length - 1,).

    >>> space = CoordinateSpace(2)
    >>> space.evaluate(fmpq_mat(2, 1, [5, 7]), (fmpq(1),))
    7
    """

    length: int

    degree: int = field(default=0, init=False)  # reading coordinates off costs no digits

    def __post_init__(self) -> None:
        if self.length < 1:
            raise ExactnessError(f"expected a dimension >= 1, found {self.length}")

    @property
    def dimension(self) -> int:
        """The length of the columns."""
        return self.length

    @property
    def coordinates(self) -> int:
        """1: a point is the number of a coordinate."""
        return 1

    @property
    def exponents(self) -> tuple[tuple[int, ...], ...]:
        """(0,), (1,), …, (dimension - 1,): the numbers of the coordinates."""
        return tuple((k,) for k in range(self.dimension))

    @property
    def candidates(self) -> list[Point]:
        """All coordinates, in order."""
        return [(fmpq(k),) for k in range(self.dimension)]

    @property
    def zero(self) -> fmpq_mat:
        """The zero column."""
        return fmpq_mat(self.dimension, 1)

    def evaluate(self, element: fmpq_mat, point: Point) -> fmpq:
        """The coordinate of `element` that the point names."""
        self._require(element)
        return element[self.index(point), 0]

    def index(self, point: Point) -> int:
        """The coordinate that a point names."""
        return coordinate_number(point, self.dimension)

    def coefficients(self, element: fmpq_mat) -> list[fmpq]:
        """The coordinates."""
        self._require(element)
        return list(element.entries())

    def from_coefficients(self, coefficients: Sequence[fmpq]) -> fmpq_mat:
        """The column with these coordinates."""
        if len(coefficients) != self.dimension:
            raise ExactnessError(f"expected {self.dimension} coordinates, found {len(coefficients)}")
        return fmpq_mat(self.dimension, 1, list(coefficients))

    def evaluation_rows(self, points: Sequence[Point]) -> list[list[fmpq]]:
        """Unit rows."""
        indices = [self.index(point) for point in points]
        return [[fmpq(int(k == index)) for k in range(self.dimension)] for index in indices]

    def is_unisolvent(self, points: Sequence[Point]) -> bool:
        """Whether the points are all the coordinates."""
        if len(points) != self.dimension:
            raise ExactnessError(f"expected {self.dimension} points for a space of that dimension, found {len(points)}")
        return len({self.index(point) for point in points}) == self.dimension

    def _require(self, element: object) -> None:
        if not isinstance(element, fmpq_mat) or (element.nrows(), element.ncols()) != (self.dimension, 1):
            raise ExactnessError(f"expected a column of {self.dimension} rational numbers, found {element!r:.80}")
