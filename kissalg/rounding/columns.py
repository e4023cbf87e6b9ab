"""Rounding in the interior, for models whose equations are rows of numbers (generic programs, graphs).

As in `interior`: every matrix becomes dyadic squares and a shift, every vector dyadic numbers, and the residual of each equation is absorbed exactly. Most
equations have an entry of a variable that occurs in no other equation, a *unit*: it absorbs the residual by itself. The equations without a unit are solved
together, by as many independent entries; what these do to the other equations is absorbed after them.

Main definitions: `is_columns`, `round_columns`.

Source: Peyrl and Parrilo, Computing sum of squares decompositions with rational coefficients (2008), section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from kissalg.errors import RoundingError
from kissalg.exact.linear_independence import independent
from kissalg.exact.number_field import RATIONALS, FieldElement
from kissalg.rounding.face import FaceMatrix, FaceSolution
from kissalg.rounding.interior import RoundingSettings, require_interior
from kissalg.rounding.proved import Correction, ProvedMatrix, dyadic_cholesky, largest_shift
from kissalg.sdp.linear import MatrixCoefficients, VectorCoefficients
from kissalg.sdp.model import Model, NonnegativeVariable, PsdVariable, Value
from kissalg.solvers.solution import BinaryMatrix, NumericSolution

__all__ = ["is_columns", "round_columns"]

_Place = tuple[str, int, int]
"""(variable, i, j): the entry (i, j), i >= j, of a matrix, or with j = 0 the component i of a vector."""


def is_columns(model: Model) -> bool:
    """Whether all terms of a model are given by numbers, and no variable is free."""
    terms = [term for identity in model.identities for term in identity.terms]
    return all(isinstance(v, PsdVariable | NonnegativeVariable) for v in model.variables) and all(
        isinstance(term, MatrixCoefficients | VectorCoefficients) for term in terms
    )


@dataclass(frozen=True)
class _Column:
    """The coefficients of one entry in the equations."""

    place: _Place
    rows: Mapping[int, fmpq]


def _columns(model: Model, depth: Mapping[_Place, int]) -> list[_Column]:
    """One column for each entry that occurs, those far inside the cone first, and on the diagonal first."""
    found: dict[_Place, dict[int, fmpq]] = {}
    offset = 0
    for identity in model.identities:
        for term in identity.terms:
            if isinstance(term, MatrixCoefficients):
                for k, entries in enumerate(term.matrices):
                    for i, j, value in entries:
                        rows = found.setdefault((term.variable.name, max(i, j), min(i, j)), {})
                        rows[offset + k] = rows.get(offset + k, fmpq(0)) + (value if i == j else 2 * value)
            elif isinstance(term, VectorCoefficients):
                for k, row in enumerate(term.rows):
                    for j, value in row.items():
                        rows = found.setdefault((term.variable.name, j, 0), {})
                        rows[offset + k] = rows.get(offset + k, fmpq(0)) + value
        offset += identity.space.dimension
    vectors = {v.name for v in model.variables if isinstance(v, NonnegativeVariable)}
    order = sorted(
        found, key=lambda p: (depth[p] if p in depth else depth[p[0], 0, 0], p[0] not in vectors and p[1] != p[2], p)
    )
    return [_Column(p, {k: c for k, c in found[p].items() if c != 0}) for p in order]


def round_columns(solution: NumericSolution, settings: RoundingSettings | None = None) -> FaceSolution:
    """Round a numerical solution in the interior to an exact rational solution of every equation.

    Raises:
        RoundingError: naming the step that failed and what to change.

    >>> from kissalg.algebra.graphs import kneser
    >>> from kissalg.families.independence_number.model import independence
    >>> from kissalg.solvers import solve
    >>> exact = round_columns(solve(independence(kneser(5, 2))))
    >>> 4 <= exact.objective.coefficients[0] < 4 + fmpq(1, 10**6)
    True
    """
    settings = settings or RoundingSettings()
    model = solution.problem
    if not is_columns(model):
        raise RoundingError(f"expected a model whose equations are rows of numbers, found {model.theorem!r}")
    require_interior(solution)
    shifts = {v.name: _shift(v.name, solution.values[v.name]) for v in model.variables if isinstance(v, PsdVariable)}
    depth: dict[_Place, int] = {(name, 0, 0): shift for name, shift in shifts.items()}
    for v in model.variables:
        if isinstance(v, NonnegativeVariable):
            matrix = solution.values[v.name]
            depth |= {(v.name, i, 0): 2 - row[0].bit_length() - matrix.exponent for i, row in enumerate(matrix.entries)}
    absorber = _Absorber.of(model, _columns(model, depth))
    tolerance = max(shifts.values(), default=0) + settings.margin
    worst = "no attempt was made"
    for _ in range(settings.attempts):
        try:
            squares = {name: dyadic_cholesky(solution.values[name], tolerance, shift) for name, shift in shifts.items()}
        except RoundingError as error:
            worst = str(error)
        else:
            psd = {name: s.corrected(shifts[name], Correction(1, ())) for name, s in squares.items()}
            vectors = {
                v.name: _dyadic(solution.values[v.name], tolerance) for v in model.variables if v.name not in shifts
            }
            exact, worst = _absorbed(model, absorber, psd, vectors)
            if exact is not None:
                matrices, lists = exact
                values = {name: m.value(RATIONALS).parts[0] for name, m in matrices.items()}
                objective = model.objective_value({**values, **lists})
                elements = {name: tuple(map(RATIONALS, values)) for name, values in lists.items()}
                bits = _denominator_bits(matrices, lists)
                return FaceSolution(
                    model, RATIONALS, matrices, elements, RATIONALS(objective), tolerance, bits, solution
                )
        tolerance += settings.increment
    raise RoundingError(
        f"rounding failed at {settings.attempts} tolerances, the last 2^-{tolerance - settings.increment}: {worst}. Solve with a larger gap "
        f"(now {solution.settings.gap:g}), which leaves the solution deeper in the interior"
    )


def _shift(name: str, matrix: BinaryMatrix) -> int:
    try:
        return largest_shift(matrix) + 1
    except RoundingError as error:
        raise RoundingError(f"{name}: {error}. Solve with a larger gap") from error


def _dyadic(matrix: BinaryMatrix, bits: int) -> list[fmpq]:
    move = matrix.exponent + bits
    return [fmpq(max(0, row[0] << move if move >= 0 else row[0] >> -move), 1 << bits) for row in matrix.entries]


@dataclass(frozen=True)
class _Absorber:
    """Which entries absorb a residual: `units` one equation each; `others` together the equations `rows`."""

    units: Mapping[int, _Column]
    rows: tuple[int, ...]
    others: tuple[_Column, ...]
    matrix: fmpq_mat

    @staticmethod
    def of(model: Model, columns: Sequence[_Column]) -> _Absorber:
        """The first entries that will do, in the order of the columns."""
        units: dict[int, _Column] = {}
        for column in columns:
            if len(column.rows) == 1:
                units.setdefault(next(iter(column.rows)), column)
        rows = [k for k in range(model.equations) if k not in units]
        candidates = [column for column in columns if any(k not in units for k in column.rows)]
        zero = fmpq(0)
        table = [[RATIONALS(column.rows.get(k, zero)) for k in rows] for column in candidates]
        pivots, found = independent(table, len(rows), RATIONALS)
        if len(found) < len(rows):
            raise RoundingError("the equations are dependent: leave out those that follow from others")
        others = tuple(candidates[p] for p in pivots)
        matrix = fmpq_mat(len(rows), len(rows), [column.rows.get(k, zero) for k in rows for column in others])
        return _Absorber(units, tuple(rows), others, matrix)

    def corrections(self, residual: Sequence[fmpq]) -> dict[_Place, fmpq]:
        """By how much to change the entries, so that the residual (right-hand side minus left-hand side) vanishes."""
        rest = list(residual)
        result: dict[_Place, fmpq] = {}
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


def _absorbed(
    model: Model, absorber: _Absorber, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, list[fmpq]]
) -> tuple[tuple[dict[str, FaceMatrix], dict[str, list[fmpq]]] | None, str]:
    """The corrected values, or None and why they are not in the cone."""
    assignment: dict[str, Value] = {name: m.value() for name, m in psd.items()}
    assignment |= vectors
    residual = [-c for i in model.identities for c in i.coefficients(model.residual(i, assignment))]
    corrections: dict[str, dict[tuple[int, int], FieldElement]] = {name: {} for name in psd}
    moved = {name: list(values) for name, values in vectors.items()}
    for (name, i, j), value in absorber.corrections(residual).items():
        if name in moved:
            moved[name][i] += value
            if moved[name][i] < 0:
                return None, f"entry {i} of {name} is negative after the correction"
        elif value != 0:
            corrections[name][i, j] = RATIONALS(value)
    matrices = {name: FaceMatrix(m.size, None, m, corrections[name]) for name, m in psd.items()}
    for name, matrix in matrices.items():
        if not matrix.is_proved():
            return None, f"the correction of {name} exceeds its shift 2^-{matrix.squares.shift}"
    return (matrices, moved), ""


def _denominator_bits(matrices: Mapping[str, FaceMatrix], vectors: Mapping[str, Sequence[fmpq]]) -> int:
    numbers = [c.coefficients[0] for m in matrices.values() for c in m.correction.values()]
    numbers += [c for values in vectors.values() for c in values]
    return max((int(c.q).bit_length() for c in numbers), default=1)
