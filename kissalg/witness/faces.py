"""Number fields and matrices on a face as they stand in a file.

Typed data, their text, and their exact values by python-flint.

Main definitions: `WrittenField`, `FaceGram`, `WrittenVector`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpz_poly

from kissalg.errors import ExactnessError
from kissalg.exact.number_field import RATIONALS, FieldElement, FieldMatrix, NumberField
from kissalg.kernel.report import Verdict
from kissalg.witness.gram import Gram, hexadecimal, ratio
from kissalg.witness.parsing import Finding, NotCovered

__all__ = ["FaceGram", "WrittenField", "WrittenVector", "number"]

Numerators = tuple[int, ...]  # of the coefficients of 1, α, …


def number(value: Fraction) -> fmpq:
    """A fraction as python-flint has it."""
    return fmpq(value.numerator, value.denominator)


@dataclass(frozen=True)
class WrittenField:
    """Q(α), α the root of `polynomial` in [low, high]; Q for the polynomial a.

    Example:
        >>> golden = WrittenField((-1, -1, 1), Fraction(1), Fraction(2))
        >>> golden.text((Fraction(1), Fraction(-2)))
        '1 + -2*a^1 where -1 + -1*a^1 + 1*a^2 = 0, 1 <= a <= 2'
        >>> golden.number_field("").degree
        2
    """

    polynomial: tuple[int, ...] = (0, 1)
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)

    @property
    def degree(self) -> int:
        """The number of coefficients of an element."""
        return len(self.polynomial) - 1

    def number_field(self, path: str) -> NumberField:
        """The field of python-flint's signs.

        Raises:
            Finding: the interval does not isolate a root, by the rule of the format.
            NotCovered: the polynomial is reducible.
        """
        if self.degree == 1:
            return RATIONALS
        if not self._is_isolated():
            raise Finding(Verdict.REJECTED, "the interval does not isolate a root", path)
        factors = fmpz_poly(list(self.polynomial)).factor()[1]
        if len(factors) != 1 or factors[0][1] != 1:
            raise NotCovered("number fields given by a reducible polynomial", path)
        try:
            return NumberField(self.polynomial, number(self.low), number(self.high))
        except ExactnessError as error:
            raise Finding(Verdict.REJECTED, str(error), path) from None

    def _is_isolated(self) -> bool:
        """Opposite signs at the ends, and a derivative whose enclosure by Horner's rule there does not contain 0."""
        p = fmpz_poly(list(self.polynomial))
        if p(number(self.low)) * p(number(self.high)) >= 0:
            return False
        ends = (self.low, self.high)
        slope = (Fraction(0), Fraction(0))
        for c in reversed([int(c) for c in p.derivative().coeffs()]):
            products = [a * b for a in slope for b in ends]
            slope = (min(products) + c, max(products) + c)
        return slope[0] > 0 or slope[1] < 0

    def text(self, element: tuple[Fraction, ...]) -> str:
        """An element as a claim has it."""
        if not any(element[1:]):
            return str(element[0])
        if self.degree == 2 and self.polynomial[1] == 0 and self.low >= 0:
            first, second = element
            root = f"sqrt({-self.polynomial[0]})" if abs(second) == 1 else f"{abs(second)}*sqrt({-self.polynomial[0]})"
            if first == 0:
                return root if second > 0 else f"-{root}"
            return f"{first} {'+' if second > 0 else '-'} {root}"
        return f"{_sum(element)} where {_sum(self.polynomial)} = 0, {self.low} <= a <= {self.high}"

    def to_json(self) -> object:
        """The object of the file."""
        if self.degree == 1:
            return None
        return {"interval": [ratio(self.low), ratio(self.high)], "polynomial": list(map(hexadecimal, self.polynomial))}


def _sum(coefficients: Iterable[Fraction | int]) -> str:
    return " + ".join(f"{c}*a^{k}" if k else f"{c}" for k, c in enumerate(coefficients) if c)


@dataclass(frozen=True)
class WrittenVector:
    """Elements of a field with one common denominator."""

    denominator: int
    values: tuple[Numerators, ...]

    def numbers(self) -> list[fmpq]:
        """The numbers of a vector over Q."""
        return [fmpq(value, self.denominator) for (value,) in self.values]

    def elements(self, over: NumberField) -> list[FieldElement]:
        """The numbers."""
        return [over(*[fmpq(c, self.denominator) for c in value]) for value in self.values]

    def to_json(self) -> dict[str, object]:
        """The object of the file."""
        return {"denominator": hexadecimal(self.denominator), "values": [_joined(value) for value in self.values]}


@dataclass(frozen=True)
class FaceGram:
    """X = B (Σ_j 2^(-exponents[j]) c_j c_jᵀ + 2^(-shift) I + A) Bᵀ over Q(α), as it stands in the file.

    Attributes:
        size: the order of X; of a matrix of rank 0 the file does not say it.
        basis: the rows of B, each with the numerators of its elements one after the other, and their denominator; None
            for the identity.
        squares: the c_j with their exponents and the shift, as a matrix of the other kind without a correction.
        denominator, entries: of A on and below the diagonal, (row, column, numerators).
        name: of the variable of the model.
        path: where it stands in the file.
    """

    size: int
    basis: tuple[tuple[Numerators, ...], int] | None
    squares: Gram
    denominator: int
    entries: tuple[tuple[int, int, Numerators], ...]
    name: str = field(default="", compare=False)
    path: str = field(default="", compare=False)

    @property
    def rank(self) -> int:
        """The order of the matrix in the middle."""
        return self.squares.size

    @property
    def bits(self) -> int:
        """The length of the longest integer, in bits."""
        numbers = [c for _, _, entry in self.entries for c in entry] + [self.denominator]
        if self.basis is not None:
            numbers += [c for row in self.basis[0] for c in row] + [self.basis[1]]
        return max(self.squares.bits, *(c.bit_length() for c in numbers))

    def correction(self, over: NumberField) -> dict[tuple[int, int], FieldElement]:
        """The entries of A on and below the diagonal."""
        return {(i, j): over(*[fmpq(c, self.denominator) for c in entry]) for i, j, entry in self.entries}

    def middle(self, over: NumberField) -> FieldMatrix:
        """The matrix between B and Bᵀ."""
        rank, low = self.rank, self.correction(over)
        total = FieldMatrix.rational(over, self.squares.matrix())
        for k, part in enumerate(total.parts):
            for (i, j), entry in low.items():
                part[i, j] += entry.coefficients[k]
                if i != j:
                    part[j, i] += entry.coefficients[k]
        assert total.shape == (rank, rank)
        return total

    def value(self, over: NumberField) -> FieldMatrix:
        """X."""
        if self.rank == 0:
            return FieldMatrix.rational(over, fmpq_mat(self.size, self.size))
        if self.basis is None:
            return self.middle(over)
        rows, denominator = self.basis
        m = over.degree
        parts = tuple(
            fmpq_mat(
                self.size, self.rank, [fmpq(row[j * m + k], denominator) for row in rows for j in range(self.rank)]
            )
            for k in range(m)
        )
        b = FieldMatrix(over, parts)
        return b * self.middle(over) * b.transpose()

    def matrix(self) -> fmpq_mat:
        """X over Q."""
        return self.value(RATIONALS).parts[0]

    def excess(self, over: NumberField) -> int | None:
        """A row of A whose absolute sum exceeds 2^-shift; None if there is none."""
        assert self.squares.shift is not None
        tiny = fmpq(2) ** -self.squares.shift
        sums = [over(0)] * self.rank
        for (i, j), entry in self.correction(over).items():
            size = -entry if entry.sign() < 0 else entry
            for index in {i, j}:
                sums[index] += size
        return next((i for i, total in enumerate(sums) if (total - over(tiny)).sign() > 0), None)

    def to_json(self) -> dict[str, object]:
        """The object of the file."""
        basis = None
        if self.basis is not None:
            rows, denominator = self.basis
            basis = {"denominator": hexadecimal(denominator), "rows": [_joined(row) for row in rows]}
        return {
            "basis": basis,
            "columns": [_joined(column) for column in self.squares.columns],
            "correction": {
                "denominator": hexadecimal(self.denominator),
                "entries": [[i, j, _joined(entry)] for i, j, entry in self.entries],
            },
            "exponents": list(self.squares.exponents),
            "rank": self.rank,
            "shift": self.squares.shift,
        }


def _joined(numbers: Iterable[int]) -> str:
    return " ".join(map(hexadecimal, numbers))
