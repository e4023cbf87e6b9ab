"""A program given by rows, in float64: what the engines Clarabel and PICOS are given, and what they return.

    minimise  objective · x   subject to   equations · x = equation_right,   inequalities · x >= inequality_right,

x being the entries of the variables: of a PSD matrix its lower triangle by rows, an entry off the diagonal once.

Main definitions: `RowProgram`, `row_program` (of an exact program given by rows), `sdpa_program` (of one in SDPA form),
`RawSolution`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kissalg.sdp.inequalities import Entry, InequalityModel, Row
from kissalg.sdp.model import NonnegativeVariable, PsdVariable, Variable
from kissalg.sdp.sdpa import SdpaProblem
from kissalg.solvers.float64.rationals import UNIT_BITS, to_float64, units
from kissalg.solvers.solution import BinaryMatrix
from kissalg.solvers.status import Status

__all__ = [
    "Floats",
    "RawSolution",
    "RowProgram",
    "Sparse",
    "count_entries",
    "row_program",
    "sdpa_places",
    "sdpa_program",
    "shaped",
]

Floats: TypeAlias = NDArray[np.float64]
Sparse: TypeAlias = Any  # a scipy.sparse matrix: scipy has no types


def count_entries(variable: Variable) -> int:
    """The number of unknowns of a variable: n (n + 1)/2 for a matrix of order n, its length for a vector."""
    return variable.size * (variable.size + 1) // 2 if isinstance(variable, PsdVariable) else variable.length


@dataclass(frozen=True, repr=False)
class RowProgram:
    """The arrays of a program with n unknowns.

    Attributes:
        variables: in the order of the unknowns.
        start: the place of the first unknown of each variable, by name.
        objective: n numbers.
        equations: a sparse matrix (CSR) with n columns.
        equation_right: the right-hand sides of the equations.
        inequalities: a sparse matrix (CSR) with n columns.
        inequality_right: the lower bounds of the inequalities.
        places: for each row of the model its position among the equations, or among the inequalities after all
            equations.
    """

    variables: tuple[Variable, ...]
    start: Mapping[str, int]
    objective: Floats
    equations: Sparse
    equation_right: Floats
    inequalities: Sparse
    inequality_right: Floats
    places: tuple[int, ...]

    @property
    def unknowns(self) -> int:
        """The length of x."""
        return len(self.objective)

    def identity(self) -> Floats:
        """The point of identity matrices, nonnegative vectors of ones, and free vectors of zeros."""
        point = np.zeros(self.unknowns)
        for variable in self.variables:
            begin = self.start[variable.name]
            if isinstance(variable, PsdVariable):
                point[[begin + i * (i + 3) // 2 for i in range(variable.size)]] = 1.0
            elif isinstance(variable, NonnegativeVariable):
                point[begin : begin + variable.length] = 1.0
        return point

    def with_margin(self, margin: float) -> RowProgram:
        """The program in x' = x - margin · identity: where x' is in the cone, x is inside it by the margin."""
        if not margin:
            return self
        moved = margin * self.identity()
        return replace(
            self,
            equation_right=self.equation_right - self.equations @ moved,
            inequality_right=self.inequality_right - self.inequalities @ moved,
        )

    def values(self, vector: Floats) -> dict[str, BinaryMatrix]:
        """The matrices and columns of a vector of unknowns, by the names of the variables.

        Args:
            vector: n floats.

        Returns:
            Integers in units of 2^-100: exact, but for digits of tiny floats below that.
        """
        found = {}
        for variable in self.variables:
            begin = self.start[variable.name]
            integers = [units(float(x)) for x in vector[begin : begin + count_entries(variable)]]
            found[variable.name] = shaped(variable, integers, -UNIT_BITS)
        return found


def shaped(variable: Variable, integers: Sequence[int], exponent: int) -> BinaryMatrix:
    """The unknowns of one variable as a symmetric matrix or a column.

    Args:
        variable: the variable.
        integers: `count_entries(variable)` integers; of a matrix the lower triangle by rows.
        exponent: the integers are in units of 2^exponent.

    Returns:
        The value of the variable.
    """
    if not isinstance(variable, PsdVariable):
        return BinaryMatrix(tuple((value,) for value in integers), exponent)
    rows = range(variable.size)
    full = tuple(tuple(integers[max(i, j) * (max(i, j) + 1) // 2 + min(i, j)] for j in rows) for i in rows)
    return BinaryMatrix(full, exponent)


@dataclass(frozen=True, repr=False)
class RawSolution:
    """What an engine returns.

    Attributes:
        status: as in `Float64Solution`.
        vector: x; zero if there is none.
        multipliers: y, one for each row of the model, nonnegative for inequalities: objective - Σ y_i row_i is
            nonnegative on the cone, and Σ y_i bound_i the dual objective; zero if there are none.
        iterations: the number of iterations.
        message: one sentence for the user.
    """

    status: Status
    vector: Floats
    multipliers: Floats
    iterations: int
    message: str


def row_program(model: InequalityModel) -> RowProgram:
    """The arrays of an exact program given by rows, each number rounded correctly.

    Args:
        model: the exact program.

    Returns:
        Its arrays.

    Raises:
        ExactnessError: a number is 2^1024 or more, which no float holds.
    """
    start: dict[str, int] = {}
    total = 0
    for variable in model.variables:
        start[variable.name] = total
        total += count_entries(variable)
    vectors = {variable.name for variable in model.variables if not isinstance(variable, PsdVariable)}

    def column(entry: Entry) -> int:
        name, i, j = entry
        return start[name] + (i if name in vectors else i * (i + 1) // 2 + j)

    objective = np.zeros(total)
    for entry, coefficient in model.objective.items():
        objective[column(entry)] = to_float64(coefficient)
    known: dict[int, list[int]] = {}  # rows often share their list of entries

    def arrays(rows: Sequence[Row]) -> tuple[Sparse, Floats]:
        columns: list[int] = []
        data: list[float] = []
        counts: list[int] = []
        for row in rows:
            if id(row.entries) not in known:
                known[id(row.entries)] = [column(entry) for entry in row.entries]
            columns += known[id(row.entries)]
            data += [to_float64(coefficient) for coefficient in row.coefficients]
            counts.append(len(row.entries))
        pointers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        matrix = sparse.csr_matrix((np.array(data, dtype=np.float64), columns, pointers), shape=(len(rows), total))
        return matrix, np.array([to_float64(row.bound) for row in rows])

    equations = [row for row in model.rows if row.equality]
    inequalities = [row for row in model.rows if not row.equality]
    next_equation, next_inequality = 0, len(equations)
    places = []
    for row in model.rows:
        places.append(next_equation if row.equality else next_inequality)
        next_equation, next_inequality = next_equation + row.equality, next_inequality + (not row.equality)
    return RowProgram(
        model.variables, start, objective, *arrays(equations), *arrays(inequalities), places=tuple(places)
    )


def sdpa_places(size: int) -> Iterator[tuple[int, int]]:
    """The places (i, j) of a block in the order of the unknowns; -s is the size of a diagonal block.

    >>> list(sdpa_places(2)), list(sdpa_places(-2))
    ([(0, 0), (1, 0), (1, 1)], [(0, 0), (1, 1)])
    """
    if size < 0:
        return ((i, i) for i in range(-size))
    return ((i, j) for i in range(size) for j in range(i + 1))


def sdpa_program(problem: SdpaProblem) -> RowProgram:
    """The arrays of (D) min <-F_0, Y>, <F_k, Y> = c_k, Y ⪰ 0, as a minimum.

    Args:
        problem: the program. Its first block becomes the variable X1, and so on; entries given twice are added.

    Returns:
        The arrays: one equation for each of the m constraints, and no inequality.

    Raises:
        ExactnessError: a number is 2^1024 or more, which no float holds.
    """
    variables: list[Variable] = [
        NonnegativeVariable(f"X{b}", -size) if size < 0 else PsdVariable(f"X{b}", size)
        for b, size in enumerate(problem.blocks, 1)
    ]
    start: dict[str, int] = {}
    total = 0
    for variable in variables:
        start[variable.name] = total
        total += count_entries(variable)
    objective = np.zeros(total)
    rows: list[int] = []
    columns: list[int] = []
    data: list[float] = []
    for entry in problem.entries:
        variable, i, j = variables[entry.block - 1], entry.column - 1, entry.row - 1
        place = start[variable.name] + (i * (i + 1) // 2 + j if isinstance(variable, PsdVariable) else i)
        value = to_float64(entry.value) * (1.0 if i == j else 2.0)
        if entry.k == 0:
            objective[place] -= value
        else:
            rows.append(entry.k - 1)
            columns.append(place)
            data.append(value)
    count = len(problem.costs)
    equations = sparse.csr_matrix((np.array(data, dtype=np.float64), (rows, columns)), shape=(count, total))
    right = np.array([to_float64(cost) for cost in problem.costs])
    nothing = sparse.csr_matrix((0, total))
    return RowProgram(
        tuple(variables), start, objective, equations, right, nothing, np.zeros(0), places=tuple(range(count))
    )
