"""Spherical codes and kissing configurations: lower bounds, by exact inner products.

For vectors x_1, …, x_N other than 0, of any norms, let c be the largest cosine of the angle between two of them. Then
the directions are a spherical code: A(r, θ) >= N with cos θ = c, where r is the rank of the vectors (they lie in a
space of that dimension). With c <= 1/2 the kissing number of dimension r is at least N. The usual form "all norms
equal" is a special case; so is the form in which balls are moved outwards: if min |x - y|² >= max |x|² > 0, then 2 x·y
<= |x|² + |y|² - max |x|² <= min(|x|², |y|²) <= |x||y|, so that every cosine is at most 1/2.

No root is ever taken: x·y <= c |x||y| holds iff (c >= 0 and x·y <= 0) or, after squaring, (x·y)² is at most (or, where
both sides are negative, at least) c² |x|²|y|². Coordinates, inner products and c are elements of one real number field,
in which signs are decided exactly.

Main definitions: `Configuration`, `point_configuration`, `gram_configuration`; `kissalg.published.configuration_text`
reads files, and `kissalg.published.configuration_bound` gives the verdict.

Source: the lemma on integer points of different norms: Novikov et al., AlphaEvolve (2025), appendix B.11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from flint import arb, ctx, fmpq, fmpq_mat, fmpz, fmpz_mat

from kissalg.errors import PublishedError
from kissalg.exact.expressions import Constants, constants, evaluate, expression_tree
from kissalg.exact.number_field import RATIONALS, FieldElement, FieldMatrix, NumberField
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.exact.rational import RationalLike
from kissalg.rounding.dual import is_semidefinite_over

__all__ = [
    "FORMAT",
    "MAX_POINTS",
    "Configuration",
    "gram_configuration",
    "point_configuration",
]

FORMAT = "configuration"
MAX_POINTS = 8192
MAX_DIMENSION = 4096
_GRAM_BITS = 1 << 34  # of all inner products together
_GRAM_WORK = 1 << 38  # rows⁴ times bits of an exact elimination: some minutes
_FIELD_WORK = 1 << 34  # the same over a number field, where an operation takes longer
_FIELD_ENTRIES = 1 << 25  # of the coefficient matrices of the inner products over a number field
_RANK_ROWS = 1500  # of a rational matrix whose rank is computed for a configuration over a number field
_BITS = 128  # of the balls that decide a pair, unless it touches

Inner = tuple[fmpz, ...]
"""An inner product, by its integer coefficients of 1, α, α², …"""


@dataclass(frozen=True, repr=False)
class Configuration:
    """Vectors other than 0, by their exact inner products.

    Attributes:
        gram: the matrix of inner products, up to a common positive factor: the integer matrices of the coefficients of
            1, α, α², …
        constants: the number field Q(α), with the square roots or cosines that are known in it.
        dimension: the rank of the vectors (if that is too large a computation: their number of coordinates, not less
            than the rank).
        source: how they were given: "points" or "Gram matrix".
    """

    gram: tuple[fmpz_mat, ...]
    constants: Constants
    dimension: int
    source: str

    def __post_init__(self) -> None:
        for index in range(self.size):
            if self._element(self._inner(index, index)).sign() <= 0:
                raise PublishedError(f"{self.source}: vector {index} is zero, and has no direction")

    @property
    def size(self) -> int:
        """N, the number of vectors."""
        return self.gram[0].nrows()

    @property
    def field(self) -> NumberField:
        """The field of the inner products."""
        return self.constants.field

    def __repr__(self) -> str:
        over = "" if self.field.degree == 1 else f", over {self.field}"
        return f"Configuration({self.size} vectors, dimension {self.dimension}, {self.source}{over})"

    def cosine(self, value: RationalLike | FieldElement) -> FieldElement:
        """A cosine as an element of the field.

        Raises:
            ExactnessError: it is no exact number of the field.
        """
        if isinstance(value, str):
            result = evaluate(expression_tree(value), value, self._with(value), {})
            assert isinstance(result, FieldElement)
            return result
        return self.field.element(value)

    def _with(self, text: str) -> Constants:
        """The constants, with the roots of a field that was given by its polynomial."""
        own = self.constants
        return own if own.roots or own.order > 1 else constants([expression_tree(text)], own.field)

    def _inner(self, i: int, j: int) -> Inner:
        return tuple(part[i, j] for part in self.gram)

    def _element(self, value: Inner) -> FieldElement:
        return FieldElement(self.field, tuple(fmpq(x) for x in value))

    @cached_property
    def _is_rational(self) -> bool:
        return not any(any(x != 0 for x in part.entries()) for part in self.gram[1:])

    def violation(self, cos: FieldElement) -> tuple[int, int] | None:
        """The exact test: two vectors whose cosine exceeds `cos`, or None if there are none."""
        if self._is_rational and cos.is_rational:
            return self._violation_rational(cos.coefficients[0])
        square = cos * cos
        with ctx.workprec(_BITS):
            powers = self._powers()
            norms = [_ball(self._inner(i, i), powers) for i in range(self.size)]
            bound = sum((arb(c) * p for c, p in zip(square.coefficients, powers, strict=True)), arb(0))
            nonnegative = cos.sign() >= 0
            decided: dict[tuple[Inner, Inner, Inner], bool] = {}
            for i in range(self.size):
                for j in range(i):
                    inner = self._inner(i, j)
                    value = _ball(inner, powers)
                    excess = value * value - bound * norms[i] * norms[j]
                    if (nonnegative and (value < 0 or excess < 0)) or (not nonnegative and value < 0 and excess > 0):
                        continue
                    key = (inner, self._inner(i, i), self._inner(j, j))
                    if key not in decided:
                        decided[key] = self._exceeds(key, square, nonnegative=nonnegative)
                    if decided[key]:
                        return i, j
        return None

    def _exceeds(self, key: tuple[Inner, Inner, Inner], square: FieldElement, *, nonnegative: bool) -> bool:
        """Whether inner products (value, |x|², |y|²) are those of a pair with too large a cosine.

        The cosine allowed is given by its square and its sign.
        """
        value, x, y = (self._element(part) for part in key)
        excess = (value * value - square * x * y).sign()
        return (value.sign() > 0 and excess > 0) if nonnegative else not (value.sign() < 0 and excess >= 0)

    def _violation_rational(self, cos: fmpq) -> tuple[int, int] | None:
        p, q = cos.p * cos.p, cos.q * cos.q
        rows = self.gram[0].tolist()
        norms = [row[i] for i, row in enumerate(rows)]
        for i, row in enumerate(rows):
            scaled = p * norms[i]
            for j in range(i):
                value = row[j]
                if (value <= 0) if cos >= 0 else (value < 0 and q * value * value >= scaled * norms[j]):
                    continue
                if cos < 0 or q * value * value > scaled * norms[j]:
                    return i, j
        return None

    def _powers(self) -> list[arb]:
        root = self.field.root(ctx.prec)
        return [root**k for k in range(self.field.degree)]

    def largest(self) -> tuple[int, int] | None:
        """The pair with the largest cosine, if that is positive."""
        if self._is_rational:
            return self._largest_rational()
        best: tuple[int, int] | None = None
        with ctx.workprec(_BITS):
            powers = self._powers()
            norms = [_ball(self._inner(i, i), powers) for i in range(self.size)]
            top, bottom = arb(0), arb(1)
            key: tuple[Inner, Inner, Inner] | None = None
            compared: dict[tuple[Inner, Inner, Inner], tuple[Inner, Inner, Inner] | None] = {}
            for i in range(self.size):
                for j in range(i):
                    inner = self._inner(i, j)
                    value = _ball(inner, powers)
                    if value <= 0 or value * value * bottom < top * norms[i] * norms[j]:
                        continue
                    mine = (inner, self._inner(i, i), self._inner(j, j))
                    if mine in compared and compared[mine] == key:
                        continue  # known to be no larger
                    if self._larger(mine, key):
                        best, key = (i, j), mine
                        top, bottom = value * value, norms[i] * norms[j]
                    compared[mine] = key
        return best

    def _larger(self, mine: tuple[Inner, Inner, Inner], other: tuple[Inner, Inner, Inner] | None) -> bool:
        """Whether a pair has a positive cosine, larger than that of another pair (which is positive)."""
        value, x, y = (self._element(part) for part in mine)
        if value.sign() <= 0:
            return False
        if other is None:
            return True
        than, u, v = (self._element(part) for part in other)
        return (value * value * u * v - than * than * x * y).sign() > 0

    def _largest_rational(self) -> tuple[int, int] | None:
        best: tuple[int, int] | None = None
        top, bottom = fmpz(0), fmpz(1)
        rows = self.gram[0].tolist()
        norms = [row[i] for i, row in enumerate(rows)]
        for i, row in enumerate(rows):
            for j in range(i):
                value = row[j]
                if value > 0 and value * value * bottom > top * norms[i] * norms[j]:
                    top, bottom = value * value, norms[i] * norms[j]
                    best = (i, j)
        return best

    def squared_cosine(self, i: int, j: int) -> FieldElement:
        """cos² of the angle between two vectors."""
        value = self._element(self._inner(i, j))
        return value * value / (self._element(self._inner(i, i)) * self._element(self._inner(j, j)))

    def exact_cosine(self, i: int, j: int) -> FieldElement | None:
        """The cosine of the angle between two vectors, where it is certain to be in the field; otherwise None.

        It is if their norms are equal, or if its square is a rational square.
        """
        value, norm = self._element(self._inner(i, j)), self._element(self._inner(i, i))
        if self._inner(i, i) == self._inner(j, j):
            return value / norm
        square = self.squared_cosine(i, j)
        root = _rational_root(square.coefficients[0]) if square.is_rational else None
        return None if root is None else self.field(root if value.sign() > 0 else -root)

    def cosine_ball(self, i: int, j: int) -> arb:
        """The cosine of the angle between two vectors, at the precision of the context."""
        powers = self._powers()
        value, x, y = (_ball(self._inner(a, b), powers) for a, b in ((i, j), (i, i), (j, j)))
        return value / (x * y).sqrt()

    @property
    def norms_differ(self) -> bool:
        """Whether the vectors have different lengths."""
        return any(self._inner(i, i) != self._inner(j, j) for i, j in pairwise(range(self.size)))


def _ball(value: Inner, powers: Sequence[arb]) -> arb:
    return sum((arb(x) * p for x, p in zip(value, powers, strict=True)), arb(0))


def point_configuration(rows: FieldMatrix | fmpq_mat, known: Constants | None = None) -> Configuration:
    """The configuration of the vectors that are the rows of a matrix, over Q or over a real number field.

    Args:
        rows: the vectors.
        known: the field, with its roots; by default just the field.

    Returns:
        The configuration; its dimension is the rank of the matrix.

    Raises:
        PublishedError: there are too many, they are too long, or one of them is zero.

    >>> point_configuration(fmpq_mat([[1, 0], [0, 1], [-1, 0]]))
    Configuration(3 vectors, dimension 2, points)
    """
    points = FieldMatrix.rational(RATIONALS, rows) if isinstance(rows, fmpq_mat) else rows
    size, width = points.shape
    _require_size(size, width)
    degree = points.field.degree
    if degree > 1 and size * size * degree > _FIELD_ENTRIES:
        raise PublishedError(
            f"expected at most {fmpz(_FIELD_ENTRIES // degree).isqrt()} points over {points.field}, found {size}"
        )
    integers = _integers(points, _GRAM_BITS // (2 * size * size * degree), "points")
    gram = _products(integers, [part.transpose() for part in integers], points.field)
    small = gram if size <= width else _products([part.transpose() for part in integers], integers, points.field)
    return Configuration(gram, known or Constants(points.field, {}), _rank(small, points.field, width), "points")


def gram_configuration(gram: FieldMatrix | fmpq_mat, known: Constants | None = None) -> Configuration:
    """The configuration with a given Gram matrix, once it is known to be positive semidefinite.

    Args:
        gram: the inner products, a symmetric matrix.
        known: the field, with its roots; by default just the field.

    Returns:
        The configuration; its dimension is the rank of the matrix.

    Raises:
        PublishedError: it is not positive semidefinite, is too large, or has a zero on the diagonal.

    >>> gram_configuration(fmpq_mat([[2, 1], [1, 2]])).dimension
    2
    """
    matrix = FieldMatrix.rational(RATIONALS, gram) if isinstance(gram, fmpq_mat) else gram
    size, degree = matrix.shape[0], matrix.field.degree
    _require_size(size, size)
    work = _GRAM_WORK if degree == 1 else _FIELD_WORK // degree**2
    integers = _integers(matrix, work // size**4, "the Gram matrix", "; give points instead")
    if not (is_positive_semidefinite(matrix.parts[0]) if degree == 1 else is_semidefinite_over(matrix)):
        raise PublishedError("the matrix of inner products is not positive semidefinite: there are no such vectors")
    return Configuration(
        integers, known or Constants(matrix.field, {}), _rank(integers, matrix.field, size), "Gram matrix"
    )


def _products(left: Sequence[fmpz_mat], right: Sequence[fmpz_mat], field: NumberField) -> tuple[fmpz_mat, ...]:
    """The product of two integer matrices over a field, by the coefficients of 1, α, α², …."""
    total: list[fmpz_mat | None] = [None] * field.degree
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            product = a * b
            for k, power in enumerate(field.powers[i + j]):
                if power != 0:
                    part = product if power == 1 else product * power
                    before = total[k]
                    total[k] = part if before is None else before + part
    return tuple(fmpz_mat(left[0].nrows(), right[0].ncols()) if part is None else part for part in total)


def _integers(matrix: FieldMatrix, most: int, what: str, hint: str = "") -> tuple[fmpz_mat, ...]:
    """The matrix times a common denominator, whose entries may have `most` bits.

    Raises:
        PublishedError: they have more.
    """
    denominator, largest = fmpz(1), 0
    for part in matrix.parts:
        for entry in part.entries():
            if (
                denominator % entry.q != 0
            ):  # one at a time: the common denominator of a hostile file is longer than memory
                denominator = denominator.lcm(entry.q)
            largest = max(largest, abs(int(entry.p)).bit_length() - int(entry.q).bit_length())
            if (bits := int(denominator).bit_length() + max(0, largest)) > most:
                raise PublishedError(
                    f"{what}: {matrix.shape[0]} rows of {matrix.shape[1]} numbers with integers of {bits} bits over a "
                    f"common denominator are too large for an exact test (at most {most} bits){hint}"
                )
    return tuple((part * denominator).numer_denom()[0] for part in matrix.parts)


def _rank(parts: Sequence[fmpz_mat], field: NumberField, width: int) -> int:
    """The rank over the field, or `width` where that is too large a computation.

    The rank over Q of the restriction of scalars is `degree` times as large.
    """
    rows, degree = parts[0].nrows(), field.degree
    if degree == 1:
        return int(parts[0].rank())
    if rows * degree > _RANK_ROWS:
        return width
    matrix = FieldMatrix(field, tuple(fmpq_mat(part) for part in parts))
    wide = fmpq_mat(rows * degree, rows * degree)
    for i in range(rows):
        for j in range(rows):
            if not (entry := matrix[i, j]).is_zero:
                block = entry.multiplication_matrix()
                for a in range(degree):
                    for b in range(degree):
                        wide[i * degree + a, j * degree + b] = block[a, b]
    return int(wide.rank()) // degree


def _require_size(points: int, width: int) -> None:
    if not 1 <= points <= MAX_POINTS or not 1 <= width <= max(MAX_DIMENSION, points):
        raise PublishedError(
            f"expected 1 to {MAX_POINTS} points with 1 to {MAX_DIMENSION} coordinates, found {points} with {width}"
        )


def _rational_root(value: fmpq) -> fmpq | None:
    p, q = value.p.isqrt(), value.q.isqrt()
    return fmpq(p, q) if p * p == value.p and q * q == value.q else None
