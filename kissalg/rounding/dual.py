"""The dual side of a sharp problem.

Exact multipliers, which prove that a bound is the optimum of its semidefinite program.

Weak duality: if Z_v = C_v - Σ_k y_k A_kv is positive semidefinite for every variable v, then every feasible point has
an objective >= constant + Σ_k y_k b_k.

At an optimum with the exact primal solution X_v = B_v Y_v B_vᵀ, complementary slackness says Z_v B_v = 0: linear
equations for y over the number field.

Main definitions: `round_dual`, `DualSolution`.

Reference: Dostert, de Laat and Moustrou (2021), section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from kissalg.errors import ParameterError, RoundingError
from kissalg.exact.linear_independence import independent_columns
from kissalg.exact.number_field import FieldElement, FieldMatrix
from kissalg.rounding.face_solution import FaceSolution
from kissalg.sdp.equations import linear_system
from kissalg.sdp.model import FreeVariable
from kissalg.solvers.solution import NumericSolution

__all__ = ["DualSolution", "is_semidefinite_over", "round_dual"]

_TOLERANCE = 96  # bits after the point of the multipliers that are free


@dataclass(frozen=True, repr=False)
class DualSolution:
    """Exact multipliers y, one for each equation, and the lower value of the problem.

    The slack matrices Z_v are all positive semidefinite.
    """

    multipliers: tuple[FieldElement, ...]
    slacks: Mapping[str, FieldMatrix]
    objective: FieldElement

    @property
    def denominator_bits(self) -> int:
        """The size of the common denominator of the multipliers."""
        return FieldMatrix.of(self.objective.field, [list(self.multipliers)]).denominator().bit_length()

    def __repr__(self) -> str:
        return (
            f"DualSolution({len(self.multipliers)} multipliers, objective {self.objective}, a denominator of"
            f" {self.denominator_bits} bits)"
        )


def round_dual(exact: FaceSolution, max_denominator_bits: int = 1 << 14) -> DualSolution:
    """The exact dual solution that belongs to an exact primal one; both objectives are equal, so both are optimal.

    Args:
        exact: the result of `round_to_face`.
        max_denominator_bits: the largest common denominator of the multipliers that is accepted.

    Raises:
        RoundingError: naming the step: no multipliers are complementary, a slack is not positive semidefinite, or the
            denominator is larger than allowed.
        ParameterError: `exact` is not the result of `round_to_face`.

    >>> from kissalg.families.delsarte.model import delsarte
    >>> from kissalg.rounding import round_to_face, sharp_settings
    >>> from kissalg.solvers import solve
    >>> round_dual(round_to_face(solve(delsarte(3, 0, 1), settings=sharp_settings(40)))).objective
    6
    """
    if not isinstance(exact, FaceSolution):
        raise ParameterError(
            f"exact: expected the result of round_to_face, found {exact!r} of the type {type(exact).__name__}"
        )
    system, field = linear_system(exact.problem).over(exact.field), exact.field
    rows: list[list[FieldElement]] = []  # the coefficients of y
    right: list[FieldElement] = []
    for variable in system.variables:
        name = variable.name
        forms, cost = system.forms[name], system.cost[name]
        if name in exact.vectors:
            free = isinstance(variable, FreeVariable)  # its slack is zero
            used = [j for j, value in enumerate(exact.vectors[name]) if free or not value.is_zero]
            rows += [[form[0, j] for form in forms] for j in used]
            right += [cost[0, j] for j in used]
            continue
        matrix = exact.psd[name]
        if matrix.rank:
            moved = [form if matrix.basis is None else form * matrix.basis for form in (*forms, cost)]
            for i in range(matrix.size):
                for j in range(matrix.rank):
                    rows.append([form[i, j] for form in moved[:-1]])
                    right.append(moved[-1][i, j])
    start = [field(c) for c in _coefficients(exact.solution)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    pivots, kept = independent_columns(columns, len(rows), field)
    residual = [right[i] - _combination(rows[i], start) for i in kept]
    table = FieldMatrix.of(field, [[rows[i][k] for k in pivots] for i in kept], len(pivots))
    step = table.solve(FieldMatrix.of(field, [[r] for r in residual], 1))
    y = list(start)
    for index, k in enumerate(pivots):
        y[k] += step[index, 0]
    if any(not (_combination(row, y) - wanted).is_zero for row, wanted in zip(rows, right, strict=True)):
        raise RoundingError("projection: no multipliers are complementary to this primal solution: it is not optimal")
    slacks = {}
    for variable in system.variables:
        slack = system.cost[variable.name]
        for value, form in zip(y, system.forms[variable.name], strict=True):
            slack -= form.scaled(value)
        entries = [slack[0, j] for j in range(slack.shape[1])]
        good = all(e.sign() >= 0 for e in entries) if variable.name in exact.vectors else is_semidefinite_over(slack)
        if not good:
            raise RoundingError(
                f"positivity: the slack of {variable.name} is not positive semidefinite. Solve with a smaller gap"
            )
        slacks[variable.name] = slack
    objective = system.constant + _combination([system.right[k, 0] for k in range(system.equations)], y)
    if not (objective - exact.objective).is_zero:
        raise RoundingError(f"the dual value {objective} differs from the primal value {exact.objective}")
    dual = DualSolution(tuple(y), slacks, objective)
    if dual.denominator_bits > max_denominator_bits:
        raise RoundingError(
            f"projection: a denominator of {dual.denominator_bits} bits, more than max_denominator_bits ="
            f" {max_denominator_bits}"
        )
    return dual


def _combination(row: Sequence[FieldElement], y: Sequence[FieldElement]) -> FieldElement:
    total = row[0] * 0
    for a, b in zip(row, y, strict=True):
        if not a.is_zero and not b.is_zero:
            total += a * b
    return total


def _coefficients(solution: NumericSolution) -> list[fmpq]:
    """The multipliers of the coefficients, rounded.

    Those of the samples are functionals, evaluated at the basis of the space.
    """
    y = [fmpq(row[0]) * fmpq(2) ** solution.multipliers.exponent for row in solution.multipliers.entries]
    result: list[fmpq] = []
    position = 0
    for identity in solution.problem.identities:
        points = solution.points[identity.name]
        values = y[position : position + len(points)]
        position += len(points)
        for column in zip(*identity.space.evaluation_rows(points), strict=True):
            total = sum((v * b for v, b in zip(values, column, strict=True)), fmpq(0))
            result.append(fmpq((total * (1 << _TOLERANCE)).floor(), fmpz(1) << _TOLERANCE))
    return result


def is_semidefinite_over(matrix: FieldMatrix) -> bool:
    """Whether a symmetric matrix over a real number field is positive semidefinite, decided exactly by elimination.

    >>> from kissalg.exact.number_field import quadratic_field
    >>> root = quadratic_field(2).generator
    >>> is_semidefinite_over(FieldMatrix.of(root.field, [[1, root], [root, 2]]))
    True
    >>> is_semidefinite_over(FieldMatrix.of(root.field, [[1, root], [root, "19/10"]]))
    False
    """
    size = matrix.shape[0]
    rest = [[matrix[i, j] for j in range(size)] for i in range(size)]
    for k in range(size):
        pivot = rest[k][k]
        sign = pivot.sign()
        if sign < 0 or (sign == 0 and any(not rest[i][k].is_zero for i in range(k, size))):
            return False
        if sign > 0:
            inverse = pivot.inverse()
            for i in range(k + 1, size):
                factor = rest[i][k] * inverse
                if not factor.is_zero:
                    for j in range(k + 1, i + 1):
                        rest[i][j] = rest[j][i] = rest[i][j] - factor * rest[j][k]
    return True
