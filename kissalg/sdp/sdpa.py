"""Semidefinite programs as text in the sparse SDPA format, in and out, with exact rational numbers inside.

The format (files named ``*.dat-s``) states the pair

    (P)  min Σ_k c_k x_k   subject to   Σ_k F_k x_k - F_0 ⪰ 0,
    (D)  max <F_0, Y>      subject to   <F_k, Y> = c_k,  Y ⪰ 0,

with block-diagonal F_k; a block of size -s is diagonal. An exact model, sampled at points, is (D): Y holds its
variables, F_0 = -C. So the optimal value of the model is its constant minus the value of the file.

Main definitions: `SdpaProblem`, `sampled_sdpa`, `write_sdpa`, `read_sdpa`.

Source: Fujisawa, Kojima, Nakata, Yamashita, SDPA user's manual, section 3; Borchers, SDPLIB 1.2 (1999).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flint import fmpq, fmpq_mat, fmpz

from kissalg.errors import ExactnessError
from kissalg.sdp.inequalities import Entry, sampled_rows
from kissalg.sdp.model import (
    FreeVariable,
    Model,
    NonnegativeVariable,
    Point,
    PsdVariable,
    Variable,
)

__all__ = ["SdpaEntry", "SdpaProblem", "read_sdpa", "sampled_sdpa", "write_sdpa"]


@dataclass(frozen=True, slots=True)
class SdpaEntry:
    """The entry (row, column), row <= column, of one block of F_k; all indices but k = 0 (the objective) start at 1."""

    k: int
    block: int
    row: int
    column: int
    value: fmpq


@dataclass(frozen=True, repr=False)
class SdpaProblem:
    """A semidefinite program in the form of the file format.

    Attributes:
        costs: c_1, …, c_m.
        blocks: the sizes; -s stands for a diagonal block of size s.
        entries: the nonzero entries of F_0, …, F_m on and above the diagonal.

    Raises:
        ExactnessError: an index is out of range, below the diagonal, or off the diagonal of a diagonal block.
    """

    costs: tuple[fmpq, ...]
    blocks: tuple[int, ...]
    entries: tuple[SdpaEntry, ...]

    def __post_init__(self) -> None:
        for entry in self.entries:
            if not 0 <= entry.k <= len(self.costs) or not 1 <= entry.block <= len(self.blocks):
                raise ExactnessError(
                    f"expected k <= {len(self.costs)} and a block from 1 to {len(self.blocks)}, found {entry}"
                )
            size = self.blocks[entry.block - 1]
            if not 1 <= entry.row <= entry.column <= abs(size) or (size < 0 and entry.row != entry.column):
                raise ExactnessError(
                    f"expected a position on or above the diagonal of a block of size {size}, found {entry}"
                )

    def __repr__(self) -> str:
        return f"SdpaProblem({len(self.costs)} constraints, blocks {self.blocks}, {len(self.entries)} entries)"


def sampled_sdpa(
    model: Model, points: Mapping[str, Sequence[Point]], bases: Mapping[str, fmpq_mat] | None = None
) -> SdpaProblem:
    """The exact model with every identity replaced by its values at points.

    Blocks are in the order of `model.variables`.

    Equivalent to the model if the points of each identity are unisolvent for its space (`Space.is_unisolvent`).

    Args:
        model: the exact model.
        points: for each identity, by name, its sample points.
        bases: for each PSD variable X, by name, an invertible matrix M: the block of the result is Y with X = M Y Mᵀ.
            The identity if there is none. A good basis (orthonormal at the points) matters to a solver of limited
            precision.

    Each constraint is divided by the power of two near its largest entry. The format has no free scalars: a free vector
    becomes the difference of the halves of a diagonal block.

    Example:
        >>> from kissalg.families.three_point.model import kissing
        >>> model = kissing(3, degree=1)
        >>> line = [(fmpq(i, 2),) for i in (-1, 0, 1)]
        >>> triples = [
        ...     (fmpq(0),) * 3,
        ...     (fmpq(0), fmpq(0), fmpq(1, 2)),
        ...     (fmpq(1, 2),) * 3,
        ...     (fmpq(0), fmpq(1, 2), fmpq(-1, 2)),
        ... ]
        >>> sampled_sdpa(model, {"i": line, "ii": triples})
        SdpaProblem(7 constraints, blocks (-2, 2, 2, 1, 2, 1, 2, 1, 1), 69 entries)
    """
    sampled = sampled_rows(model, points, bases)
    numbers = {variable.name: index + 1 for index, variable in enumerate(model.variables)}
    blocks = tuple(_block_size(v) for v in model.variables)
    free = {variable.name: variable.length for variable in model.variables if isinstance(variable, FreeVariable)}
    vectors = {variable.name for variable in model.variables if not isinstance(variable, PsdVariable)}

    def entries(k: int, coefficients: Iterable[tuple[Entry, fmpq]]) -> Iterator[SdpaEntry]:
        for (name, i, j), value in coefficients:
            block = numbers[name]
            if name in vectors:
                yield SdpaEntry(k, block, i + 1, i + 1, value)
                if name in free:  # the difference of two nonnegative vectors
                    yield SdpaEntry(k, block, free[name] + i + 1, free[name] + i + 1, -value)
            else:
                yield SdpaEntry(k, block, j + 1, i + 1, value if i == j else value / 2)

    result = list(entries(0, ((entry, -c) for entry, c in sampled.objective.items())))
    costs: list[fmpq] = []
    for row in sampled.rows:
        found = list(entries(len(costs) + 1, zip(row.entries, row.coefficients, strict=True)))
        scale = _power_of_two(max((abs(entry.value) for entry in found), default=fmpq(1)))
        costs.append(row.bound / scale)
        result += [replace(entry, value=entry.value / scale) for entry in found]
    return SdpaProblem(tuple(costs), blocks, tuple(result))


def _block_size(variable: Variable) -> int:
    if isinstance(variable, PsdVariable):
        return variable.size
    return -variable.length if isinstance(variable, NonnegativeVariable) else -2 * variable.length


def _power_of_two(value: fmpq) -> fmpq:
    """The power of two at or just below a positive number, up to a factor of two."""
    exponent = int(value.p).bit_length() - int(value.q).bit_length()
    return fmpq(1 << exponent) if exponent >= 0 else fmpq(1, 1 << -exponent)


def write_sdpa(problem: SdpaProblem, *, digits: int = 60, comment: str = "") -> Iterator[str]:
    r"""The lines of a ``.dat-s`` file; numbers are decimals, correctly rounded to so many significant digits.

    Args:
        problem: the program.
        digits: significant digits of the decimals, >= 1.
        comment: written before the program, one line for each of its lines.

    Example:
        >>> problem = SdpaProblem(
        ...     (fmpq(1),), (2,), (SdpaEntry(0, 1, 1, 2, fmpq(1, 3)), SdpaEntry(1, 1, 1, 1, fmpq(5, 2)))
        ... )
        >>> print("\n".join(write_sdpa(problem, digits=6, comment="two by two")))
        * two by two
        1
        1
        2
        1
        0 1 1 2 0.333333
        1 1 1 1 2.5
    """
    if digits < 1:
        raise ExactnessError(f"expected a positive number of digits, found {digits}")
    yield from (f"* {line}" for line in comment.splitlines())
    yield str(len(problem.costs))
    yield str(len(problem.blocks))
    yield " ".join(map(str, problem.blocks))
    yield " ".join(_decimal(cost, digits) for cost in problem.costs)
    for entry in problem.entries:
        yield f"{entry.k} {entry.block} {entry.row} {entry.column} {_decimal(entry.value, digits)}"


def _decimal(value: fmpq, digits: int) -> str:
    """The decimal with so many significant digits nearest to `value`, in scientific notation where that is shorter."""
    if value == 0:
        return "0"
    magnitude = abs(value)
    exponent = len(str(magnitude.p)) - len(str(magnitude.q))  # 10^exponent <= |value| < 10^(exponent+1), or one less
    if magnitude < _power_of_ten(exponent):
        exponent -= 1
    scaled = magnitude * _power_of_ten(digits - 1 - exponent)
    number = int((scaled + fmpq(1, 2)).floor())
    if number == 10**digits:
        number, exponent = number // 10, exponent + 1
    figures = str(number).rstrip("0")
    sign = "-" if value < 0 else ""
    if 0 <= exponent < digits and exponent <= 20:
        figures = figures.ljust(exponent + 1, "0")
        return sign + figures[: exponent + 1] + ("." + figures[exponent + 1 :] if len(figures) > exponent + 1 else "")
    if -5 <= exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{figures}"
    return f"{sign}{figures[0]}{'.' + figures[1:] if len(figures) > 1 else ''}e{exponent}"


def _power_of_ten(exponent: int) -> fmpq:
    return fmpq(fmpz(10) ** exponent) if exponent >= 0 else fmpq(1, fmpz(10) ** -exponent)


_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eEdD]([+-]?[0-9]{1,4}))?", re.ASCII)  # Fortran writes D
_MAX_CHARACTERS = 4000  # of a number: Python's own decimal conversion stops at 4300 digits
_MAX_EXPONENT = 1000
_MAX_BITS = 1 << 31  # of all numbers together: 1e1000 is short in a file, and long in memory
_SEPARATORS = re.compile(r"[\s,(){}]+")


def read_sdpa(text: str) -> SdpaProblem:
    r"""The program in a ``.dat-s`` text; decimals are read exactly.

    Comment lines begin with ``*`` or ``"``; words may follow the numbers of the first lines; commas, parentheses and
    braces separate like spaces; the costs may take several lines; an entry below the diagonal stands for its mirror
    image (where both are given they have to agree).

    Raises:
        ExactnessError: the text does not follow the format, gives an entry twice, or holds far too long numbers; the
            message names the line.

    Example:
        >>> read_sdpa("1 = mDIM\n1 = nBLOCK\n{2}\n{1.5}\n0 1 1 2 1e-1\n1 1 1 1 1.0\n").entries[0].value
        1/10
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    lines = [(number, line) for number, line in lines if not line.lstrip().startswith(("*", '"'))]
    if len(lines) < 4:
        raise ExactnessError(f"expected at least four lines that are not comments, found {len(lines)}")
    constraints, count = (_count(*line) for line in lines[:2])
    blocks = tuple(_integer(word, lines[2][0]) for word in _words(lines[2][1])[:count])
    costs: list[fmpq] = []
    rest = iter(lines[3:])
    last = lines[2][0]
    while len(costs) < constraints and (following := next(rest, None)) is not None:
        last, line = following
        words = _words(line)
        if costs and (len(words) == 5 or len(words) > constraints - len(costs)):
            break  # this is an entry: a cost is missing
        costs += [_number(word, last) for word in words[: constraints - len(costs)]]
    if (len(costs), len(blocks)) != (constraints, count):
        raise ExactnessError(
            f"expected {count} block sizes and {constraints} costs, found {len(blocks)} and {len(costs)} "
            f"in lines {lines[2][0]} to {last}"
        )
    if count < 1:
        raise ExactnessError(f"line {lines[1][0]}: expected at least one block, found {count}")
    entries: dict[tuple[int, int, int, int], fmpq] = {}
    bits = 0
    for number, line in rest:
        words = _words(line)
        if len(words) != 5:
            raise ExactnessError(f"line {number}: expected four indices and a value, found {line.strip()[:60]!r}")
        k, block, i, j = (_integer(word, number) for word in words[:4])
        value = _number(words[4], number)
        bits += int(value.height_bits())
        if bits > _MAX_BITS:
            raise ExactnessError(f"line {number}: expected numbers of at most {_MAX_BITS} bits together, found more")
        place = (k, block, min(i, j), max(i, j))
        if entries.setdefault(place, value) != value:
            raise ExactnessError(f"line {number}: the entry {' '.join(words[:4])} has two different values")
    nonzero = tuple(SdpaEntry(*place, value) for place, value in entries.items() if value != 0)
    return SdpaProblem(tuple(costs), blocks, nonzero)


def _words(line: str) -> list[str]:
    return [word for word in _SEPARATORS.split(line) if word]


def _count(number: int, line: str) -> int:
    return _integer((_words(line) or [""])[0], number)


def _integer(word: str, line: int) -> int:
    value = _number(word, line)
    if value.q != 1:
        raise ExactnessError(f"line {line}: expected an integer, found {word[:40]!r}")
    return int(value)


def _number(word: str, line: int) -> fmpq:
    match = _NUMBER.fullmatch(word) if len(word) <= _MAX_CHARACTERS else None
    if match is None or not (match[2] or match[3]):
        raise ExactnessError(f"line {line}: expected a number, found {word[:40]!r}")
    if abs(int(match[4] or 0)) > _MAX_EXPONENT:
        raise ExactnessError(f"line {line}: expected an exponent up to {_MAX_EXPONENT}, found {word[:40]!r}")
    decimals = match[3] or ""
    value = fmpq(int(match[2] + decimals)) * _power_of_ten(int(match[4] or 0) - len(decimals))
    return -value if match[1] == "-" else value
