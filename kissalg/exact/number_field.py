"""Real number fields Q(α), exactly: elements, matrices, signs.

A field is given by the minimal polynomial of α, monic with integer coefficients, and an interval that holds α and no
other real root. Elements are vectors of rational coefficients of 1, α, …, α^(m-1). Arithmetic never looks at the
interval; signs and comparisons evaluate at α in ball arithmetic, and an element is zero only if its coefficients are.

Main definitions: `NumberField`, `FieldElement`, `FieldMatrix`, `RATIONALS` (the field Q), `quadratic_field`.

References: Cohen, A Course in Computational Algebraic Number Theory, section 4.2; Cohn, de Laat and Leijenhorst,
Optimality of spherical codes via exact semidefinite programming bounds (2024), section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import gcd
from typing import Any, TypeAlias

from flint import arb, ctx, fmpq, fmpq_mat, fmpz, fmpz_poly

from kissalg.errors import ExactnessError
from kissalg.exact.rational import RationalLike, rational

__all__ = ["RATIONALS", "FieldElement", "FieldLike", "FieldMatrix", "NumberField", "quadratic_field"]


@dataclass(frozen=True)
class NumberField:
    """Q(α), α the only root of a monic irreducible integer polynomial in the open interval (low, high).

    Args:
        polynomial: the integer coefficients of the minimal polynomial, from the constant one up; the last is 1.
        low, high: rational numbers that isolate α.

    Raises:
        ExactnessError: if the polynomial is not monic, not irreducible, or does not have exactly one root in the
            interval.

    >>> field = NumberField((-2, 0, 0, 1), fmpq(1), fmpq(2))
    >>> field
    Q(a), a^3 + (-2) = 0, 1 < a < 2
    >>> a = field.generator
    >>> a**3, (a - "5/4").sign(), 1 / (1 - a)
    (2, 1, -1 - a - a^2)
    """

    polynomial: tuple[int, ...]
    low: fmpq
    high: fmpq

    def __post_init__(self) -> None:
        p = fmpz_poly(list(self.polynomial))
        if len(self.polynomial) < 2 or self.polynomial[-1] != 1:
            raise ExactnessError(
                f"expected a monic integer polynomial of degree >= 1, found the coefficients {self.polynomial}"
            )
        factors = p.factor()[1]
        if len(factors) != 1 or factors[0][1] != 1:
            raise ExactnessError(
                f"expected an irreducible polynomial, found {p} = {' * '.join(str(f) for f, _ in factors)}"
            )
        if self.degree == 1:
            return
        inside = self._roots_inside(64)
        if len(inside) != 1 or p(self.low) * p(self.high) >= 0:
            raise ExactnessError(f"expected exactly one root of {p} in ({self.low}, {self.high}), found {len(inside)}")

    def _real_roots(self, bits: int) -> list[arb]:
        with ctx.workprec(bits):
            roots: list[Any] = fmpz_poly(list(self.polynomial)).complex_roots()  # pairs (root, multiplicity)
        return [root.real for root, _ in roots if root.imag == 0]

    def _roots_inside(self, bits: int) -> list[arb]:
        """The real roots in the interval, as balls.

        Of the given precision, and of as much more as the interval needs.
        """
        work = bits + max(abs(int(part)).bit_length() for end in (self.low, self.high) for part in (end.p, end.q)) + 16
        with ctx.workprec(work):
            low, high = arb(self.low), arb(self.high)
            return [root for root in self._real_roots(work) if root > low and root < high]

    @property
    def degree(self) -> int:
        """[Q(α) : Q]; 1 for the rational numbers."""
        return len(self.polynomial) - 1

    @cached_property
    def powers(self) -> tuple[tuple[fmpz, ...], ...]:
        """α^k in the basis 1, α, …, α^(m-1), k = 0 … 2m - 2."""
        m = self.degree
        rows = [tuple(fmpz(int(i == k)) for i in range(m)) for k in range(m)]
        for _ in range(m - 1):
            *lower, top = rows[-1]
            shifted = [fmpz(0), *lower]
            rows.append(tuple(s - top * c for s, c in zip(shifted, self.polynomial, strict=False)))
        return tuple(rows)

    def root(self, bits: int) -> arb:
        """A ball that contains α, of about this precision.

        >>> arb("2.236067977") < quadratic_field(5).root(64) < arb("2.236067978")
        True
        """
        if self.degree == 1:
            return arb(-self.polynomial[0])
        (root,) = self._roots_inside(bits)
        return root

    def monotone_interval(self) -> tuple[fmpq, fmpq]:
        """An interval around α in which the polynomial is monotone: the given one or a part of it.

        That it is monotone is shown by interval arithmetic (Horner's rule).

        >>> NumberField((1, 2, 1, 1), fmpq(-1), fmpq(0)).monotone_interval()
        (-1, -1/2)
        """
        p = fmpz_poly(list(self.polynomial))
        low, high = self.low, self.high
        rising = p(high) > 0
        while True:
            slope = (fmpq(0), fmpq(0))
            for c in reversed(p.derivative().coeffs()):
                products = [a * b for a in slope for b in (low, high)]
                slope = (min(products) + c, max(products) + c)
            if slope[0] > 0 or slope[1] < 0:
                return low, high
            middle = (low + high) / 2
            if (p(middle) > 0) == rising:
                high = middle
            else:
                low = middle

    @property
    def generator(self) -> FieldElement:
        """α."""
        return self(*([-self.polynomial[0]] if self.degree == 1 else [0, 1]))

    def __call__(self, *coefficients: RationalLike) -> FieldElement:
        """The element with these coefficients of 1, α, α², …; missing ones are zero.

        >>> quadratic_field(5)("1/4", "1/4")
        1/4 + 1/4*a
        """
        if len(coefficients) > self.degree:
            raise ExactnessError(f"expected at most {self.degree} coefficients, found {len(coefficients)}")
        values = [rational(c) for c in coefficients]
        return FieldElement(self, tuple(values + [fmpq(0)] * (self.degree - len(values))))

    def element(self, value: FieldLike) -> FieldElement:
        """`value` as an element of this field: a rational number, or an element of the field itself."""
        if isinstance(value, FieldElement):
            if value.field == self:
                return value
            if value.is_rational:
                return self(value.coefficients[0])
            raise ExactnessError(f"expected an element of {self}, found {value} in {value.field}")
        return self(value)

    def __repr__(self) -> str:
        if self.degree == 1:
            return "Q"
        return f"Q(a), {str(fmpz_poly(list(self.polynomial))).replace('x', 'a')} = 0, {self.low} < a < {self.high}"


RATIONALS = NumberField((0, 1), fmpq(-1), fmpq(1))


@lru_cache(maxsize=64)
def quadratic_field(d: int) -> NumberField:
    """Q(√d), α = √d > 0, for an integer d > 1 that is not a square.

    >>> quadratic_field(5).generator ** 2
    5
    """
    root = int(fmpz(d).isqrt()) if d > 0 else 0
    if d < 2 or root * root == d:
        raise ExactnessError(f"expected an integer > 1 that is not a square, found {d}")
    return NumberField((-d, 0, 1), fmpq(root), fmpq(root + 1))


@dataclass(frozen=True, repr=False)
class FieldElement:
    """Σ coefficients[k] α^k."""

    field: NumberField
    coefficients: tuple[fmpq, ...]

    @property
    def is_zero(self) -> bool:
        """Whether all coefficients vanish."""
        return all(c == 0 for c in self.coefficients)

    @property
    def is_rational(self) -> bool:
        """Whether all coefficients but the first vanish."""
        return all(c == 0 for c in self.coefficients[1:])

    def enclosure(self, bits: int) -> arb:
        """A ball that contains the real number."""
        with ctx.workprec(bits + 8):
            root, total = self.field.root(bits + 8), arb(0)
            for coefficient in reversed(self.coefficients):
                total = total * root + arb(coefficient)
            return total

    def sign(self) -> int:
        """-1, 0 or 1; always decided, because the minimal polynomial is irreducible."""
        if self.is_zero:
            return 0
        bits = 64
        while True:
            ball = self.enclosure(bits)
            if ball > 0:
                return 1
            if ball < 0:
                return -1
            bits *= 2

    def upper(self, bits: int = 64) -> fmpq:
        """A rational number >= this one, the number itself if it is rational; `bits` after the point."""
        return self.coefficients[0] if self.is_rational else self._rounded(bits) + fmpq(1, 1 << bits)

    def approximation(self, bits: int) -> fmpq:
        """A rational number within 2^-bits, the number itself if it is rational."""
        return self.coefficients[0] if self.is_rational else self._rounded(bits + 1)

    def _rounded(self, bits: int) -> fmpq:
        """A multiple of 2^-bits, at most 2^-bits away."""
        work = bits + 32
        while True:
            ball = self.enclosure(work)
            with ctx.workprec(work):
                low = (ball * arb(2) ** bits).floor()
                middle = low.unique_fmpz()
                if middle is None:
                    middle = (ball * arb(2) ** bits + arb("0.5")).floor().unique_fmpz()
            if middle is not None:
                return fmpq(middle, fmpz(1) << bits)
            work *= 2

    def __add__(self, other: FieldLike) -> FieldElement:
        other = self.field.element(other)
        return FieldElement(
            self.field, tuple(a + b for a, b in zip(self.coefficients, other.coefficients, strict=True))
        )

    def __neg__(self) -> FieldElement:
        return FieldElement(self.field, tuple(-a for a in self.coefficients))

    def __sub__(self, other: FieldLike) -> FieldElement:
        return self + -self.field.element(other)

    def __rsub__(self, other: FieldLike) -> FieldElement:
        return self.field.element(other) - self

    def __mul__(self, other: FieldLike) -> FieldElement:
        other = self.field.element(other)
        total = [fmpq(0)] * self.field.degree
        for i, a in enumerate(self.coefficients):
            for j, b in enumerate(other.coefficients):
                if a != 0 and b != 0:
                    for k, power in enumerate(self.field.powers[i + j]):
                        total[k] += a * b * power
        return FieldElement(self.field, tuple(total))

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> FieldElement:
        result = self.field(1)
        for _ in range(exponent):
            result *= self
        return result

    def inverse(self) -> FieldElement:
        """1 divided by the element."""
        if self.is_zero:
            raise ExactnessError("expected a number that is not zero")
        one = fmpq_mat(self.field.degree, 1, [int(k == 0) for k in range(self.field.degree)])
        return FieldElement(self.field, tuple(self.multiplication_matrix().solve(one).entries()))

    def __truediv__(self, other: FieldLike) -> FieldElement:
        return self * self.field.element(other).inverse()

    def __rtruediv__(self, other: FieldLike) -> FieldElement:
        return self.field.element(other) * self.inverse()

    def multiplication_matrix(self) -> fmpq_mat:
        """The matrix of y -> self · y in the basis 1, α, …: column k holds the coefficients of self · α^k."""
        m = self.field.degree
        columns = [(self * self.field(*[int(i == k) for i in range(m)])).coefficients for k in range(m)]
        return fmpq_mat(m, m, [columns[k][i] for i in range(m) for k in range(m)])

    def __repr__(self) -> str:
        if self.is_zero:
            return "0"
        text = ""
        for power, c in enumerate(self.coefficients):
            if c == 0:
                continue
            symbol = "" if power == 0 else "a" if power == 1 else f"a^{power}"
            size = str(abs(c)) if not symbol else symbol if abs(c) == 1 else f"{abs(c)}*{symbol}"
            sign = ("-" if c < 0 else "") if not text else (" - " if c < 0 else " + ")
            text += sign + size
        return text


FieldLike: TypeAlias = FieldElement | RationalLike


@dataclass(frozen=True, repr=False)
class FieldMatrix:
    """A matrix over Q(α): Σ_k parts[k] α^k, the parts rational matrices of one shape.

    >>> field = quadratic_field(2)
    >>> m = FieldMatrix.of(field, [[1, field.generator], [field.generator, 2]])
    >>> (m * m)[0, 0], (m * m)[0, 1]
    (3, 3*a)
    """

    field: NumberField
    parts: tuple[fmpq_mat, ...]

    @staticmethod
    def of(field: NumberField, rows: Sequence[Sequence[FieldLike]], columns: int | None = None) -> FieldMatrix:
        """The matrix with these rows; `columns` says how many there are when there are no rows."""
        elements = [[field.element(entry) for entry in row] for row in rows]
        width = columns if columns is not None else len(elements[0]) if elements else 0
        parts = tuple(
            fmpq_mat(len(elements), width, [entry.coefficients[k] for row in elements for entry in row])
            for k in range(field.degree)
        )
        return FieldMatrix(field, parts)

    @staticmethod
    def rational(field: NumberField, matrix: fmpq_mat) -> FieldMatrix:
        """A rational matrix, read in the field."""
        zeros = (
            fmpq_mat(matrix.nrows(), matrix.ncols()) for _ in range(field.degree - 1)
        )  # distinct: matrices can be changed
        return FieldMatrix(field, (fmpq_mat(matrix), *zeros))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.parts[0].nrows(), self.parts[0].ncols()

    def __getitem__(self, index: tuple[int, int]) -> FieldElement:
        return FieldElement(self.field, tuple(part[index] for part in self.parts))

    def __add__(self, other: FieldMatrix) -> FieldMatrix:
        return FieldMatrix(self.field, tuple(a + b for a, b in zip(self.parts, other.parts, strict=True)))

    def __sub__(self, other: FieldMatrix) -> FieldMatrix:
        return FieldMatrix(self.field, tuple(a - b for a, b in zip(self.parts, other.parts, strict=True)))

    def __mul__(self, other: FieldMatrix) -> FieldMatrix:
        rows, columns = self.shape[0], other.shape[1]
        total = [fmpq_mat(rows, columns) for _ in self.parts]
        left = [(i, a) for i, a in enumerate(self.parts) if _nonzero(a) or i == 0]
        right = [(j, b) for j, b in enumerate(other.parts) if _nonzero(b) or j == 0]
        for i, a in left:
            for j, b in right:
                product = a * b
                for k, power in enumerate(self.field.powers[i + j]):
                    if power != 0:
                        total[k] += product * power
        return FieldMatrix(self.field, tuple(total))

    def scaled(self, factor: FieldElement) -> FieldMatrix:
        """Factor times the matrix."""
        total = [fmpq_mat(*self.shape) for _ in self.parts]
        for i, a in enumerate(self.parts):
            for j, c in enumerate(factor.coefficients):
                if c != 0:
                    for k, power in enumerate(self.field.powers[i + j]):
                        total[k] += a * (c * power)
        return FieldMatrix(self.field, tuple(total))

    def transpose(self) -> FieldMatrix:
        """The transposed matrix."""
        return FieldMatrix(self.field, tuple(part.transpose() for part in self.parts))

    @property
    def is_zero(self) -> bool:
        """Whether every entry is zero."""
        return not any(_nonzero(part) for part in self.parts)

    def solve(self, right: FieldMatrix) -> FieldMatrix:
        """The matrix Z with self · Z = right, for an invertible square matrix, by restriction of scalars to Q.

        Raises:
            ZeroDivisionError: if the matrix is singular.
        """
        size, m = self.shape[0], self.field.degree
        if m == 1:
            return FieldMatrix(self.field, (self.parts[0].solve(right.parts[0]),))
        wide = fmpq_mat(size * m, size * m)
        for i in range(size):
            for j in range(size):
                entry = self[i, j]
                if not entry.is_zero:
                    block = entry.multiplication_matrix()
                    for a in range(m):
                        for b in range(m):
                            wide[i * m + a, j * m + b] = block[a, b]
        columns = right.shape[1]
        tall = fmpq_mat(
            size * m, columns, [part[i, c] for i in range(size) for part in right.parts for c in range(columns)]
        )
        solved = wide.solve(tall)
        parts = [
            fmpq_mat(size, columns, [solved[i * m + k, c] for i in range(size) for c in range(columns)])
            for k in range(m)
        ]
        return FieldMatrix(self.field, tuple(parts))

    def denominator(self) -> int:
        """The least common denominator of all coefficients."""
        result = 1
        for part in self.parts:
            d = int(part.numer_denom()[1])
            result = result * d // gcd(result, d)
        return result

    def __repr__(self) -> str:
        return f"FieldMatrix({self.shape[0]} x {self.shape[1]} over {self.field})"


def _nonzero(matrix: fmpq_mat) -> bool:
    return any(entry != 0 for entry in _entries(matrix))


def _entries(matrix: fmpq_mat) -> Iterable[fmpq]:
    entries: Iterable[fmpq] = matrix.entries()
    return entries
