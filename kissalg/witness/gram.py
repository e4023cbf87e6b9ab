"""A symmetric matrix with its proof as it stands in a file, and the text of numbers.

Main definitions: `Gram`, `DyadicNumbers`, `hexadecimal`, `ratio`, `power_of_two`.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpz_mat

__all__ = ["DyadicNumbers", "Gram", "hexadecimal", "power_of_two", "ratio"]


@dataclass(frozen=True)
class Gram:
    """A symmetric matrix X = Σ_j 2^(-exponents[j]) c_j c_jᵀ + 2^(-shift) I + A, as it stands in the file.

    Attributes:
        columns: c_0, …, c_{n-1}; column j holds its n-j entries on and below the diagonal.
        exponents: n integers.
        shift: None if there is no correction.
        denominator: of the correction A; None if there is none.
        entries: of the correction A on and below the diagonal, as (row, column, numerator).
        name: of the variable of the model.
        path: where it stands in the file.

    Example:
        >>> Gram(((2, 1), (3,)), (1, 0), None, None, ()).matrix()
        [2, 1]
        [1, 19/2]
    """

    columns: tuple[tuple[int, ...], ...]
    exponents: tuple[int, ...]
    shift: int | None
    denominator: int | None
    entries: tuple[tuple[int, int, int], ...]
    name: str = field(default="", compare=False)
    path: str = field(default="", compare=False)

    def __repr__(self) -> str:
        corrected = f", correction of {len(self.entries)} entries" if self.denominator is not None else ""
        return f"Gram(size={self.size}, bits={self.bits}{corrected})"

    @property
    def size(self) -> int:
        """The order n of the matrix."""
        return len(self.columns)

    @cached_property
    def bits(self) -> int:
        """The length of the longest integer, in bits."""
        numbers = [entry for column in self.columns for entry in column] + [entry for _, _, entry in self.entries]
        return max((number.bit_length() for number in (*numbers, self.denominator or 0)), default=0)

    def matrix(self) -> fmpq_mat:
        """X, exactly: one integer matrix product, then the shift and the correction."""
        n = self.size
        high = max(self.exponents, default=0)
        # 2^(-e_j) = 2^(high - e_j) / 2^high: the scaled columns are integers.
        factor = fmpz_mat(n, n, [self.columns[j][i - j] if i >= j else 0 for i in range(n) for j in range(n)])
        scaled = fmpz_mat(
            n,
            n,
            [self.columns[j][i - j] << (high - self.exponents[j]) if i >= j else 0 for i in range(n) for j in range(n)],
        )
        result = fmpq_mat(scaled * factor.transpose()) * power_of_two(-high)
        if self.shift is not None:
            tiny = power_of_two(-self.shift)
            for i in range(n):
                result[i, i] += tiny
        for i, j, numerator in self.entries:
            assert self.denominator is not None
            value = fmpq(numerator, self.denominator)
            result[i, j] += value
            if i != j:
                result[j, i] += value
        return result

    def to_json(self) -> dict[str, object]:
        """The object of the file."""
        correction = None
        if self.denominator is not None:
            correction = {
                "denominator": hexadecimal(self.denominator),
                "entries": [[i, j, hexadecimal(numerator)] for i, j, numerator in self.entries],
            }
        return {
            "columns": [" ".join(map(hexadecimal, column)) for column in self.columns],
            "correction": correction,
            "exponents": list(self.exponents),
            "shift": self.shift,
        }


@dataclass(frozen=True)
class DyadicNumbers:
    """Numbers value · 2^-exponent with one exponent, as they stand in a file.

    Example:
        >>> DyadicNumbers(1, (3, 4)).numbers()
        [3/2, 2]
    """

    exponent: int
    values: tuple[int, ...]

    def numbers(self) -> list[fmpq]:
        """The numbers, exactly."""
        scale = power_of_two(-self.exponent)
        return [value * scale for value in self.values]


def hexadecimal(value: int) -> str:
    """An integer as it stands in a file."""
    return f"{value:x}"


def ratio(value: Fraction) -> str:
    """A rational number as it stands in a file."""
    return f"{value.numerator:x}/{value.denominator:x}"


def power_of_two(exponent: int) -> fmpq:
    """2^exponent."""
    return fmpq(1 << exponent) if exponent >= 0 else fmpq(1, 1 << -exponent)
