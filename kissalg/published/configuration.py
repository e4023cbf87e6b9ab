"""Spherical codes and kissing configurations: lower bounds, by exact inner products.

For vectors x_1, …, x_N other than 0, of any norms, let c be the largest cosine of the angle between two of them. Then the directions are a spherical code:
A(r, θ) >= N with cos θ = c, where r is the rank of the vectors (they lie in a space of that dimension). With c <= 1/2 the kissing number of dimension r is
at least N. The usual form "all norms equal" is a special case; so is the form in which balls are moved outwards: if min |x - y|² >= max |x|² > 0,
then 2 x·y <= |x|² + |y|² - max |x|² <= min(|x|², |y|²) <= |x||y|, so that every cosine is at most 1/2.

No root is ever taken: x·y <= c |x||y| holds iff (c >= 0 and x·y <= 0) or, after squaring, (x·y)² is at most (or, where both sides are negative, at
least) c² |x|²|y|².

Main definitions: `Configuration`, `read_configuration`, `check_configuration`, `gram_configuration`.

Source: the lemma on integer points of different norms: Novikov et al., AlphaEvolve (2025), appendix B.11.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat, fmpz, fmpz_mat

from kissalg.errors import PublishedError
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import matrix_of, member, number, parse_json, rows_of, shown

__all__ = [
    "Configuration",
    "biquadratic_sign",
    "check_configuration",
    "gram_configuration",
    "point_configuration",
    "read_configuration",
]

FORMAT = "configuration"
MAX_POINTS = 8192
MAX_DIMENSION = 4096
_GRAM_BITS = 1 << 34  # of all inner products together

Biquadratic = tuple[fmpq, fmpq, fmpq, fmpq]
"""a + b√2 + c√3 + d√6, as (a, b, c, d)."""


@dataclass(frozen=True, repr=False)
class Configuration:
    """Vectors other than 0, by their exact inner products.

    Attributes:
        gram: the matrix of inner products (up to a common positive factor), rational parts; integers.
        parts: for vectors over Q(√2, √3), the coefficients of √2, √3 and √6 of the inner products; empty otherwise.
        dimension: the rank of the vectors (for vectors over Q(√2, √3): their number of coordinates, not less than the rank).
        source: how they were given: "points" or "Gram matrix".
    """

    gram: fmpz_mat
    parts: tuple[fmpz_mat, ...]
    dimension: int
    source: str

    def __post_init__(self) -> None:
        for index in range(self.size):
            if self._sign(*self._entry(index, index)) <= 0:
                raise PublishedError(f"{self.source}: vector {index} is zero, and has no direction")

    @property
    def size(self) -> int:
        """N, the number of vectors."""
        return self.gram.nrows()

    def __repr__(self) -> str:
        return f"Configuration({self.size} vectors, dimension {self.dimension}, {self.source})"

    def _entry(self, i: int, j: int) -> tuple[fmpz, ...]:
        return (self.gram[i, j], *(part[i, j] for part in self.parts))

    @staticmethod
    def _sign(*value: fmpz) -> int:
        if len(value) == 1:
            return (value[0] > 0) - (value[0] < 0)
        a, b, c, d = (fmpq(x) for x in value)
        return biquadratic_sign((a, b, c, d))

    def violation(self, cos: fmpq) -> tuple[int, int] | None:
        """Two vectors whose cosine exceeds `cos`, or None if there are none: the exact test."""
        return self._violation_rational(cos) if not self.parts else self._violation_biquadratic(cos)

    def _violation_rational(self, cos: fmpq) -> tuple[int, int] | None:
        p, q = cos.p * cos.p, cos.q * cos.q
        rows = self.gram.tolist()
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

    def _violation_biquadratic(self, cos: fmpq) -> tuple[int, int] | None:
        norms = [_rationals(self._entry(i, i)) for i in range(self.size)]
        for i in range(self.size):
            for j in range(i):
                value = _rationals(self._entry(i, j))
                sign = biquadratic_sign(value)
                bound = _product(norms[i], norms[j])
                square = _product(value, value)
                # sign of (x·y)² - c² |x|² |y|²
                excess = biquadratic_sign(_combine(square, bound, -cos * cos))
                if cos >= 0 and sign > 0 and excess > 0:
                    return i, j
                if cos < 0 and not (sign < 0 and excess >= 0):
                    return i, j
        return None

    def largest_square(self) -> tuple[fmpq, int, int] | None:
        """The largest squared cosine among the pairs with a positive inner product, and such a pair (rational vectors only)."""
        if self.parts:
            return None
        best: tuple[fmpq, int, int] | None = None
        top, bottom = fmpz(0), fmpz(1)
        rows = self.gram.tolist()
        norms = [row[i] for i, row in enumerate(rows)]
        for i, row in enumerate(rows):
            for j in range(i):
                value = row[j]
                if value > 0 and value * value * bottom > top * norms[i] * norms[j]:
                    top, bottom = value * value, norms[i] * norms[j]
                    best = (fmpq(top, bottom), i, j)
        return best

    @property
    def norms_differ(self) -> bool:
        """Whether the vectors have different lengths."""
        return any(self._entry(i, i) != self._entry(j, j) for i, j in pairwise(range(self.size)))


def point_configuration(rows: fmpq_mat) -> Configuration:
    """The configuration of the rational vectors that are the rows of a matrix.

    Raises:
        PublishedError: there are too many, or one of them is zero.

    >>> point_configuration(fmpq_mat([[1, 0], [0, 1], [-1, 0]]))
    Configuration(3 vectors, dimension 2, points)
    """
    _require_size(rows.nrows(), rows.ncols())
    integers, _ = rows.numer_denom()
    bits = max((int(abs(x)).bit_length() for x in integers.entries()), default=0)
    _require_bits(rows.nrows(), bits)
    return Configuration(integers * integers.transpose(), (), int(integers.rank()), "points")


def gram_configuration(gram: fmpq_mat) -> Configuration:
    """The configuration with this Gram matrix, once it is known to be positive semidefinite; its dimension is the rank.

    Raises:
        PublishedError: it is not positive semidefinite, is too large, or has a zero on the diagonal.

    >>> gram_configuration(fmpq_mat([[2, 1], [1, 2]])).dimension
    2
    """
    _require_size(gram.nrows(), gram.ncols())
    integers, _ = gram.numer_denom()
    bits = max((int(abs(x)).bit_length() for x in integers.entries()), default=0)
    if gram.nrows() ** 4 * bits > 1 << 38:
        raise PublishedError(
            f"the Gram matrix ({gram.nrows()} rows, {bits} bits) is too large for an exact test of definiteness; give points instead"
        )
    if not is_positive_semidefinite(gram):
        raise PublishedError("the matrix of inner products is not positive semidefinite: there are no such vectors")
    return Configuration(integers, (), int(integers.rank()), "Gram matrix")


def biquadratic_configuration(rows: Sequence[Sequence[Biquadratic]]) -> Configuration:
    """The configuration of vectors over Q(√2, √3), in the space of their coordinates."""
    width = len(rows[0]) if rows else 0
    _require_size(len(rows), width)
    plain = [fmpq_mat(len(rows), width, [entry[k] for row in rows for entry in row]) for k in range(4)]
    denominator = fmpz(1)
    for part in plain:
        denominator = denominator.lcm(part.numer_denom()[1])
    a, b, c, d = ((part * denominator).numer_denom()[0] for part in plain)
    bits = max((int(abs(x)).bit_length() for part in (a, b, c, d) for x in part.entries()), default=0)
    _require_bits(len(rows), bits + 2)

    def pair(left: fmpz_mat, right: fmpz_mat) -> fmpz_mat:
        product = left * right.transpose()
        return product + product.transpose()

    def square(part: fmpz_mat) -> fmpz_mat:
        return part * part.transpose()

    constant = square(a) + 2 * square(b) + 3 * square(c) + 6 * square(d)
    parts = (pair(a, b) + 3 * pair(c, d), pair(a, c) + 2 * pair(b, d), pair(a, d) + pair(b, c))
    return Configuration(constant, parts, width, "points over Q(√2, √3)")


def biquadratic_sign(value: Biquadratic) -> int:
    """The sign of a + b√2 + c√3 + d√6, exactly: zero iff all four are zero, otherwise by ball arithmetic at growing precision.

    >>> biquadratic_sign((fmpq(-7, 5), fmpq(1), fmpq(0), fmpq(0))), biquadratic_sign((fmpq(0),) * 4)
    (1, 0)
    """
    if all(part == 0 for part in value):
        return 0
    bits = 64 + 2 * max(int(part.p).bit_length() + int(part.q).bit_length() for part in value)
    while True:  # 1, √2, √3, √6 are linearly independent over Q, so that the number is not zero
        with ctx.workprec(bits):
            a, b, c, d = (arb(part) for part in value)
            ball = a + b * arb(2).sqrt() + c * arb(3).sqrt() + d * arb(6).sqrt()
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        bits *= 2


def _rationals(value: Sequence[fmpz]) -> Biquadratic:
    a, b, c, d = (fmpq(x) for x in value)
    return a, b, c, d


def _product(left: Biquadratic, right: Biquadratic) -> Biquadratic:
    a, b, c, d = left
    e, f, g, h = right
    return (
        a * e + 2 * b * f + 3 * c * g + 6 * d * h,
        a * f + b * e + 3 * (c * h + d * g),
        a * g + c * e + 2 * (b * h + d * f),
        a * h + d * e + b * g + c * f,
    )


def _combine(left: Biquadratic, right: Biquadratic, factor: fmpq) -> Biquadratic:
    a, b, c, d = (x + factor * y for x, y in zip(left, right, strict=True))
    return a, b, c, d


def _require_size(points: int, width: int) -> None:
    if not 1 <= points <= MAX_POINTS or not 1 <= width <= max(MAX_DIMENSION, points):
        raise PublishedError(
            f"expected 1 to {MAX_POINTS} points with 1 to {MAX_DIMENSION} coordinates, found {points} with {width}"
        )


def _require_bits(points: int, bits: int) -> None:
    if points * points * 2 * bits > _GRAM_BITS:
        raise PublishedError(f"{points} points with coordinates of {bits} bits are too many for an exact Gram matrix")


def read_configuration(text: str, *, gram: bool = False) -> Configuration:
    """Vectors from a text: a JSON list of lists, a JSON object with the key `points` or `gram`, or lines of numbers.

    Numbers are integers, fractions or decimals, all read exactly; a coordinate `[a, b, c, d]` is a + b√2 + c√3 + d√6.

    Args:
        text: the content of the file.
        gram: a bare matrix holds inner products, not coordinates.

    Raises:
        PublishedError: with the place of what cannot be read.

    >>> read_configuration("1 0 0\\n0 1/2 0\\n0, 0, -0.5")
    Configuration(3 vectors, dimension 3, points)
    """
    stripped = text.lstrip()
    if not stripped.startswith(("[", "{")):
        matrix = matrix_of(_lines(text), "row", square=gram)
        return gram_configuration(matrix) if gram else point_configuration(matrix)
    tree = parse_json(text)
    if isinstance(tree, dict):
        key = next((key for key in ("points", "vectors", "centers", "sphere_centers", "gram") if key in tree), "points")
        gram, tree = gram or key == "gram", member(tree, key)
    if gram:
        return gram_configuration(matrix_of(tree, "gram"))
    rows: list[list[Any]] = rows_of(tree, "points")
    if rows and rows[0] and isinstance(rows[0][0], list) and len(rows[0][0]) == 4:
        entries = [
            [_biquadratic(entry, f"points[{i}][{j}]") for j, entry in enumerate(row)] for i, row in enumerate(rows)
        ]
        return biquadratic_configuration(entries)
    return point_configuration(matrix_of(rows, "points", square=False))


def _biquadratic(entry: Any, where: str) -> Biquadratic:
    if not isinstance(entry, list) or len(entry) != 4:
        raise PublishedError(f"{where}: expected four rational numbers [a, b, c, d], found {shown(entry)}")
    a, b, c, d = (number(part, where) for part in entry)
    return a, b, c, d


def _lines(text: str) -> list[list[str]]:
    """The rows of a plain text: numbers separated by spaces, commas or semicolons; `#` begins a comment."""
    rows = []
    for line in text.splitlines():
        words = [word for word in re.split(r"[\s,;(){}\[\]]+", line.partition("#")[0]) if word]
        if words:
            rows.append(list(words))
    if not rows:
        raise PublishedError("expected one point on each line, found no numbers")
    return rows


def check_configuration(configuration: Configuration, cos: RationalLike | None = None) -> Finding:
    """The lower bound that a configuration proves.

    Args:
        configuration: from `read_configuration`.
        cos: the cosine that no pair may exceed, 1/2 for kissing configurations; without it the largest cosine is found and stated.

    Raises:
        ExactnessError: `cos` is not an exact number.

    >>> square = read_configuration("1 0\\n0 1\\n-1 0\\n0 -1")
    >>> print(check_configuration(square, 0))
    VERIFIED  A(2, 0) >= 4
    >>> print(check_configuration(read_configuration("1 0\\n1 1"), "1/2"))
    REJECTED  A(2, 1/2) >= 2 (kissing number of dimension 2): the vectors 1 and 0 have the cosine 0.70710678..., more than 1/2
    """
    facts = [f"{configuration.size} vectors, rank {configuration.dimension}, given by {configuration.source}"]
    if configuration.norms_differ:
        facts.append("the norms differ: only the directions count")
    if cos is None:
        return _largest_cosine(configuration, facts)
    c = rational(cos)
    if not -1 < c < 1:
        raise PublishedError(f"expected a cosine strictly between -1 and 1, found {c}")
    n, size = configuration.dimension, configuration.size
    statement = f"A({n}, {c}) >= {size}" + (f" (kissing number of dimension {n})" if c * 2 == 1 and n > 1 else "")
    pair = configuration.violation(c)
    if pair is None:
        return Finding(FORMAT, Outcome.VERIFIED, statement, "", tuple(facts))
    i, j = pair
    reason = f"the vectors {i} and {j} have the cosine {_cosine_text(configuration, i, j)}, more than {c}"
    return Finding(FORMAT, Outcome.REJECTED, statement, reason, tuple(facts))


def _largest_cosine(configuration: Configuration, facts: list[str]) -> Finding:
    best = configuration.largest_square()
    n, size = configuration.dimension, configuration.size
    if best is None:
        pair = configuration.violation(fmpq(0))
        if pair is None:
            return Finding(FORMAT, Outcome.VERIFIED, f"A({n}, 0) >= {size}", "", tuple(facts))
        raise PublishedError(
            "give the cosine that no pair may exceed: it is found automatically for rational points only"
        )
    square, i, j = best
    root = _rational_root(square)
    if root is not None:
        cos = f"{root}"
    else:
        # a decimal that is not below the square root
        root = rational(decimal_up(fmpq(_ceil_root(square * 10**24), 10**12), 12))
        cos = f"{decimal_up(root, 12)}"
        facts.append(f"the largest squared cosine is exactly {square}" if int(square.q).bit_length() < 200 else "")
    if not root < 1:
        return Finding(
            FORMAT,
            Outcome.REJECTED,
            f"{size} different directions",
            f"the vectors {i} and {j} have the same direction",
            tuple(filter(None, facts)),
        )
    facts.append(f"attained by the vectors {i} and {j}")
    return Finding(FORMAT, Outcome.VERIFIED, f"A({n}, {cos}) >= {size}", "", tuple(filter(None, facts)))


def _rational_root(value: fmpq) -> fmpq | None:
    p, q = value.p.isqrt(), value.q.isqrt()
    return fmpq(p, q) if p * p == value.p and q * q == value.q else None


def _ceil_root(value: fmpq) -> fmpz:
    """The least integer whose square is not below the nonnegative `value`."""
    target = value.ceil()
    root = target.isqrt()
    return root if root * root >= target else root + 1


def _cosine_text(configuration: Configuration, i: int, j: int) -> str:
    """A few digits of the cosine, for a message."""
    with ctx.workprec(128):
        scales = [arb(1), arb(2).sqrt(), arb(3).sqrt(), arb(6).sqrt()]

        def ball(a: int, b: int) -> arb:
            entry = (configuration.gram[a, b], *(part[a, b] for part in configuration.parts))
            return sum((arb(x) * s for x, s in zip(entry, scales, strict=False)), arb(0))

        cosine = ball(i, j) / (ball(i, i) * ball(j, j)).sqrt()
        scaled = (cosine * 10**8).floor()
        digits = scaled.unique_fmpz()
    if digits is None:
        return "about " + str(cosine)
    value = int(digits)
    return f"{'-' if value < 0 else ''}{abs(value) // 10**8}.{abs(value) % 10**8:08d}..."
