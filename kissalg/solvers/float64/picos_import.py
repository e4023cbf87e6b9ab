"""PICOS problems with rational data as exact programs: the numbers recognised, the equations eliminated exactly.

A PICOS problem holds numbers in float64. Each of them stands for the rational number p/q with q <= `denominators` that
it is the rounding of (0.1 for 1/10, 0.333… for 1/3); a number that is near no such fraction is an error, and nothing is
guessed silently: the exact program can be inspected. Variables are real (scalars, matrices, symmetric, skew-symmetric
or triangular matrices, with or without bounds), constraints are affine equations and inequalities, linear matrix
inequalities, and second order cones, which become linear matrix inequalities. Everything else is handed to PICOS first,
which reformulates what it can (norms, sums of eigenvalues, complex matrix inequalities, convex quadratic functions, …).

Main definitions: `from_picos`, `PicosProgram`.

Source: PICOS 2.6; for the cones, Alizadeh and Goldfarb, Second-order cone programming (2003), section 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat

from kissalg.errors import InfeasibleError, ParameterError
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem
from kissalg.solvers.float64.picos_export import require_picos

__all__ = ["PicosProgram", "from_picos"]

# eight units in the last place of a float: PICOS scales the entries of symmetric matrices by √2 and back
_RELATIVE = Fraction(1, 1 << 49)
_CANCELLED = Fraction(1, 1 << 50)  # of the largest number of a row: what is left of numbers that cancel
_MAX_UNKNOWNS = 500
_MAX_ROWS = 4000

Affine: TypeAlias = dict[int, fmpq]
"""Σ_k a[k] x_k + a[-1], sparse."""


@dataclass(frozen=True)
class _Unknown:
    """A variable of the PICOS problem.

    Its coordinates start at `start`; each stands for the places of the matrix, with signs.
    """

    name: str
    shape: tuple[int, int]
    start: int
    places: tuple[tuple[tuple[int, int, int], ...], ...]


@dataclass(frozen=True, repr=False)
class PicosProgram:
    """A PICOS problem as an exact program.

    The coordinates of its variables are x = point + directions · z, and its optimal value is constant ± that of (P) min
    Σ c_k z_k, Σ z_k F_k - F_0 ⪰ 0.

    Attributes:
        sdpa: the program (P) in z; what is left after the equations have been solved.
        maximise: whether the problem is a maximum; then (P) minimises minus its objective.
        constant: what (P) leaves out of the objective.
        point: one solution of the equations, a column.
        directions: a matrix with one column for each entry of z.
        unknowns: the variables.
    """

    sdpa: SdpaProblem
    maximise: bool
    constant: fmpq
    point: fmpq_mat
    directions: fmpq_mat
    unknowns: tuple[_Unknown, ...]

    def value(self, primal: fmpq) -> fmpq:
        """The objective of the problem where that of (P) is `primal`."""
        return self.constant - primal if self.maximise else self.constant + primal

    def values(self, z: Sequence[fmpq]) -> Mapping[str, fmpq_mat]:
        """The exact values of the variables at a point of (P).

        Args:
            z: the point, one number for each constraint of `sdpa`.

        Returns:
            A matrix for each variable, by name; a scalar or a vector is a matrix with one column.
        """
        x = self.point + self.directions * fmpq_mat(len(z), 1, list(z)) if z else self.point
        found = {}
        for unknown in self.unknowns:
            matrix = fmpq_mat(*unknown.shape)
            for k, places in enumerate(unknown.places):
                for i, j, sign in places:
                    matrix[i, j] = sign * x[unknown.start + k, 0]
            found[unknown.name] = matrix
        return found

    def __repr__(self) -> str:
        goal = "max" if self.maximise else "min"
        return f"PicosProgram({goal}, {', '.join(u.name for u in self.unknowns)}; {self.sdpa!r})"


def from_picos(problem: Any, *, denominators: int = 10**6) -> PicosProgram:
    """The exact program that a PICOS problem with rational data stands for.

    Args:
        problem: a `picos.Problem` with at most 500 scalar unknowns.
        denominators: the largest denominator of its numbers, at most 10^9.

    Returns:
        The exact program, with the way back to the variables of the problem.

    Raises:
        ParameterError: PICOS is not installed; a variable is an integer; a constraint is not of a kind that can be
            written as a linear matrix inequality; a number is near no fraction with such a denominator; the problem is
            too large, or its equations leave nothing to optimise.
        InfeasibleError: its equations contradict each other.

    >>> import picos
    >>> x = picos.RealVariable("x", 2)
    >>> problem = picos.Problem()
    >>> problem.minimize = x[0] + x[1] / 3
    >>> _ = problem.add_list_of_constraints([x[0] + x[1] == 0.1, x >= 0])
    >>> program = from_picos(problem)
    >>> program.sdpa, program.constant, program.values([fmpq(1, 30)])["x"].entries()
    (SdpaProblem(1 constraints, blocks (-2,), 3 entries), 1/10, [1/15, 1/30])
    """
    picos = require_picos()
    if not isinstance(problem, picos.Problem):
        raise ParameterError(f"expected a picos.Problem, found {type(problem).__name__}")
    _require_denominators(denominators)
    if not _is_plain(picos, problem):
        try:
            problem = problem.prepared(solver="cvxopt")
        except Exception as error:  # PICOS raises its own kinds for what no strategy fits
            raise ParameterError(f"PICOS cannot reformulate this problem as a semidefinite program: {error}") from error
    return _Reader(picos, problem, denominators).program()


def _require_denominators(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**9:
        raise ParameterError(f"denominators: expected an integer from 1 to 10^9, found {value!r}")


def _is_plain(picos: Any, problem: Any) -> bool:
    """Whether it can be read as it is: everything real and affine, in cones that are known here."""
    return isinstance(problem.no.function, picos.expressions.AffineExpression) and all(
        isinstance(constraint, _kinds(picos)) and not isinstance(constraint, picos.constraints.ComplexLMIConstraint)
        for constraint in problem.constraints.values()
    )


def _kinds(picos: Any) -> tuple[Any, ...]:
    kinds = picos.constraints
    return (kinds.AffineConstraint, kinds.LMIConstraint, kinds.SOCConstraint, kinds.RSOCConstraint)


class _Reader:
    """Reads one problem: all numbers pass through `_number`."""

    def __init__(self, picos: Any, problem: Any, denominators: int) -> None:
        self.picos, self.problem, self.denominators = picos, problem, denominators
        self.unknowns: list[_Unknown] = []
        self.offsets: dict[Any, int] = {}
        # of each coordinate: PICOS has √2 times the entry off the diagonal of a symmetric matrix
        self.factors: list[Fraction] = []
        for variable in problem.variables.values():
            self._add_variable(variable)
        if not 1 <= len(self.factors) <= _MAX_UNKNOWNS:
            raise ParameterError(f"expected 1 to {_MAX_UNKNOWNS} scalar unknowns, found {len(self.factors)}")

    def _add_variable(self, variable: Any) -> None:
        kinds = self.picos
        allowed = (
            kinds.RealVariable,
            kinds.SymmetricVariable,
            kinds.SkewSymmetricVariable,
            kinds.LowerTriangularVariable,
            kinds.UpperTriangularVariable,
        )
        if not isinstance(variable, allowed):
            raise ParameterError(
                f"the variable {variable.name}: expected a real, symmetric, skew-symmetric or triangular variable, "
                f"found {type(variable).__name__}"
            )
        if len(self.factors) + variable.dim > _MAX_UNKNOWNS:
            raise ParameterError(f"expected at most {_MAX_UNKNOWNS} scalar unknowns; {variable.name} makes them more")
        start = len(self.factors)
        self.offsets[variable] = start
        table, _ = variable.sparse_matrix_form({variable: 0})
        columns: list[list[tuple[int, float]]] = [[] for _ in range(variable.dim)]
        for row, column, value in zip(table.I, table.J, table.V, strict=True):
            columns[column].append((row, value))
        places = []
        for entries in columns:
            entries.sort()
            first = entries[0][1]
            self.factors.append(Fraction(first))
            height = variable.shape[0]
            places.append(
                tuple((row % height, row // height, 1 if value * first > 0 else -1) for row, value in entries)
            )
        self.unknowns.append(_Unknown(variable.name, tuple(variable.shape), start, tuple(places)))

    def program(self) -> PicosProgram:
        direction, function = self.problem.no.direction, self.problem.no.function
        maximise = direction == "max"
        (objective,) = self._rows(function, "the objective")
        equations: list[Affine] = []
        scalars: list[Affine] = []
        matrices: list[list[list[Affine]]] = []
        bounds = [variable.bound_constraint for variable in self.problem.variables.values()]
        for index, constraint in enumerate([*self.problem.constraints.values(), *(b for b in bounds if b is not None)]):
            self._read(constraint, f"constraint {index + 1} ({constraint})", equations, scalars, matrices)
        if len(scalars) + sum(len(m) for m in matrices) > _MAX_ROWS or len(equations) > _MAX_ROWS:
            raise ParameterError(f"expected at most {_MAX_ROWS} rows in all blocks together")
        if not scalars and not matrices:
            raise ParameterError("expected an inequality or a linear matrix inequality, found none")
        point, directions = _solved(equations, len(self.factors))
        sdpa, constant = _reduced(objective, scalars, matrices, point, directions, maximise=maximise)
        kept, sdpa = _independent(sdpa)
        directions = fmpq_mat(
            directions.nrows(), len(kept), [directions[i, k] for i in range(directions.nrows()) for k in kept]
        )
        return PicosProgram(sdpa, maximise, constant, point, directions, tuple(self.unknowns))

    def _read(
        self,
        constraint: Any,
        where: str,
        equations: list[Affine],
        scalars: list[Affine],
        matrices: list[list[list[Affine]]],
    ) -> None:
        kinds = self.picos.constraints
        if isinstance(constraint, kinds.AffineConstraint):
            rows = self._rows(constraint.ge0, where)
            (equations if constraint.is_equality() else scalars).extend(rows)
        elif isinstance(constraint, kinds.LMIConstraint):
            size = constraint.psd.shape[0]
            rows = self._rows(constraint.psd, where)
            half = fmpq(1, 2)
            matrix = [
                [
                    rows[i + j * size] if i == j else _sum(half, rows[i + j * size], half, rows[j + i * size])
                    for j in range(i + 1)
                ]
                for i in range(size)
            ]
            scalars.extend(matrix[0]) if size == 1 else matrices.append(matrix)
        elif isinstance(constraint, kinds.SOCConstraint):
            (bound,) = self._rows(constraint.ub, where)
            matrices.append(_arrow(bound, bound, self._rows(constraint.ne, where)))
        elif isinstance(constraint, kinds.RSOCConstraint):
            (first,), (second,) = self._rows(constraint.ub1, where), self._rows(constraint.ub2, where)
            matrices.append(_arrow(first, second, self._rows(constraint.ne, where)))
        else:
            raise ParameterError(
                f"{where}: expected an affine constraint, a linear matrix inequality or a second order cone, "
                f"found {type(constraint).__name__}"
            )

    def _rows(self, expression: Any, where: str) -> list[Affine]:
        """The entries of an affine expression, column by column."""
        rows = []
        offsets = {variable: start for variable, start in self.offsets.items() if variable in expression.mutables}
        order = sorted(offsets, key=offsets.__getitem__)
        true_column: list[int] = []
        for variable in order:
            true_column += range(offsets[variable], offsets[variable] + variable.dim)
        begins, total = {}, 0
        for variable in order:
            begins[variable] = total
            total += variable.dim
        for columns, values, constant in expression.sparse_rows(begins):
            found = {
                true_column[c]: Fraction(v) / self.factors[true_column[c]] for c, v in zip(columns, values, strict=True)
            }
            found[-1] = Fraction(constant)
            largest = max(abs(v) for v in found.values())
            row = {k: self._number(v, largest, where) for k, v in found.items()}
            rows.append({k: v for k, v in row.items() if v != 0})
        return rows

    def _number(self, value: Fraction, largest: Fraction, where: str) -> fmpq:
        """The fraction with a small denominator that a float stands for."""
        if abs(value) <= largest * _CANCELLED:
            return fmpq(0)
        found = value.limit_denominator(self.denominators)
        close = abs(found - value) <= abs(value) * _RELATIVE
        unique = 2 * abs(value) * _RELATIVE * found.denominator * self.denominators < 1
        if not close or not (unique or found == value):
            what = "close to none" if not close else "too large to be recognised"
            raise ParameterError(
                f"{where}: expected rational numbers with denominators of at most {self.denominators}, found "
                f"{value.numerator / value.denominator!r}, which is {what}. Give other denominators=…, or scale the "
                "problem"
            )
        return fmpq(found.numerator, found.denominator)


def _sum(a: fmpq, left: Affine, b: fmpq, right: Affine) -> Affine:
    total = {k: a * v for k, v in left.items()}
    for k, v in right.items():
        total[k] = total.get(k, fmpq(0)) + b * v
    return {k: v for k, v in total.items() if v != 0}


def _arrow(first: Affine, second: Affine, vector: Sequence[Affine]) -> list[list[Affine]]:
    """[[first, vᵀ], [v, second · I]] ⪰ 0: |v|² <= first · second, both of them nonnegative."""
    rows: list[list[Affine]] = [[first]]
    for i, entry in enumerate(vector):
        rows.append([entry, *({} for _ in range(i)), second])
    return rows


def _solved(equations: Sequence[Affine], unknowns: int) -> tuple[fmpq_mat, fmpq_mat]:
    """All solutions of the equations: a point, and directions as columns."""
    table = fmpq_mat(max(1, len(equations)), unknowns + 1)
    for i, row in enumerate(equations):
        for k, value in row.items():
            table[i, unknowns if k == -1 else k] = -value if k == -1 else value
    reduced, rank = table.rref()
    pivots = []
    column = 0
    for i in range(rank):
        while reduced[i, column] == 0:
            column += 1
        pivots.append(column)
    if unknowns in pivots:
        raise InfeasibleError("the equations of the problem contradict each other: there is no feasible point")
    free = [k for k in range(unknowns) if k not in set(pivots)]
    point, directions = fmpq_mat(unknowns, 1), fmpq_mat(unknowns, len(free))
    for i, pivot in enumerate(pivots):
        point[pivot, 0] = reduced[i, unknowns]
        for c, k in enumerate(free):
            directions[pivot, c] = -reduced[i, k]
    for c, k in enumerate(free):
        directions[k, c] = 1
    if not free:
        raise ParameterError("the equations of the problem determine all of its unknowns: there is nothing to optimise")
    return point, directions


def _reduced(
    objective: Affine,
    scalars: Sequence[Affine],
    matrices: Sequence[list[list[Affine]]],
    point: fmpq_mat,
    directions: fmpq_mat,
    *,
    maximise: bool,
) -> tuple[SdpaProblem, fmpq]:
    """The program in z, and the constant of the objective."""
    count = directions.ncols()

    def moved(row: Affine) -> tuple[fmpq, list[fmpq]]:
        constant = row.get(-1, fmpq(0))
        slopes = [fmpq(0)] * count
        for k, value in row.items():
            if k >= 0:
                constant += value * point[k, 0]
                for c in range(count):
                    if directions[k, c] != 0:
                        slopes[c] += value * directions[k, c]
        return constant, slopes

    def entries(block: int, i: int, j: int, row: Affine) -> Iterator[SdpaEntry]:
        constant, slopes = moved(row)
        if constant != 0:
            yield SdpaEntry(0, block, j + 1, i + 1, -constant)  # Σ z_k F_k - F_0
        yield from (SdpaEntry(k + 1, block, j + 1, i + 1, v) for k, v in enumerate(slopes) if v != 0)

    blocks: list[int] = []
    found: list[SdpaEntry] = []
    if scalars:
        blocks.append(-len(scalars))
        for i, row in enumerate(scalars):
            found += entries(1, i, i, row)
    for matrix in matrices:
        blocks.append(len(matrix))
        for i, line in enumerate(matrix):
            for j, row in enumerate(line):
                found += entries(len(blocks), i, j, row)
    constant, costs = moved(objective)
    return SdpaProblem(tuple(-c if maximise else c for c in costs), tuple(blocks), tuple(found)), constant


def _independent(problem: SdpaProblem) -> tuple[list[int], SdpaProblem]:
    """Without the unknowns that nothing depends on: if Σ v_k F_k = 0 and Σ c_k v_k = 0, moving along v changes nothing.

    Where the costs do change along such a v, the problem is left as it is: it is unbounded or infeasible.
    """
    count = len(problem.costs)
    places = {place: i for i, place in enumerate(sorted({(e.block, e.row, e.column) for e in problem.entries}))}
    table = fmpq_mat(len(places) + 1, count)
    for e in problem.entries:
        if e.k > 0:
            table[places[e.block, e.row, e.column], e.k - 1] = e.value
    forms_rank = table.rank()
    for k, cost in enumerate(problem.costs):
        table[len(places), k] = cost
    reduced, rank = table.rref()
    if rank == count or rank != forms_rank or rank == 0:
        return list(range(count)), problem
    kept: list[int] = []
    column = 0
    for i in range(rank):
        while reduced[i, column] == 0:
            column += 1
        kept.append(column)
    numbers = {k + 1: new + 1 for new, k in enumerate(kept)}
    entries = [
        SdpaEntry(numbers.get(e.k, 0), e.block, e.row, e.column, e.value)
        for e in problem.entries
        if e.k == 0 or e.k in numbers
    ]
    return kept, SdpaProblem(tuple(problem.costs[k] for k in kept), problem.blocks, tuple(entries))
