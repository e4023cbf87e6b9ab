"""Exact semidefinite programs given by rows: linear equations and inequalities on single entries of the variables.

    minimise  objective   over positive semidefinite matrices, nonnegative and free vectors,   Σ coefficients · entries
    = or >= bound  in each row.

For bounds that relate single entries of many matrices in many ways. Such a program is a help to find a certificate,
never a part of its proof: what holds at samples, and with a margin, is proved on intervals afterwards. Its data are
exact all the same, and only a solver turns them into floating point. A `Model`, sampled at points, is such a program
too: the form in which it is handed to solvers in double precision.

Main definitions: `Entry`, `Row`, `InequalityModel`, `sampled_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq, fmpq_mat

from kissalg.errors import ExactnessError
from kissalg.sdp.model import Model, Point, PsdVariable, Value, Variable
from kissalg.sdp.samples import Coefficients, matrix_coefficients

__all__ = ["Entry", "InequalityModel", "Row", "sampled_rows"]

Entry: TypeAlias = tuple[str, int, int]
"""(variable, i, j): the entry X_ij, i >= j, of a matrix, or with j = 0 the component i of a vector."""


@dataclass(frozen=True, repr=False)
class Row:
    """Σ coefficients[k] · entries[k] >= bound, or = bound; an entry off the diagonal counts once."""

    entries: Sequence[Entry]
    coefficients: Sequence[fmpq]
    bound: fmpq
    equality: bool = False


@dataclass(frozen=True, repr=False)
class InequalityModel:
    """Minimise Σ objective[entry] · entry subject to the rows.

    Raises:
        ExactnessError: if a row or the objective names an entry that does not exist.

    >>> x = PsdVariable("X", 2)
    >>> model = InequalityModel((x,), (Row([("X", 1, 0)], [fmpq(1)], fmpq(1)),), {("X", 0, 0): fmpq(1)})
    >>> model
    InequalityModel(1 variables, 1 rows)
    """

    variables: tuple[Variable, ...]
    rows: Sequence[Row]
    objective: Mapping[Entry, fmpq]

    def __post_init__(self) -> None:
        orders = {variable.name: variable for variable in self.variables}
        for entries in {id(row.entries): row.entries for row in self.rows}.values():
            for name, i, j in entries:
                variable = orders.get(name)
                if variable is None or not _has_entry(variable, i, j):
                    raise ExactnessError(
                        f"there is no entry ({i}, {j}) of a variable {name!r}, on or below the diagonal"
                    )

    def __repr__(self) -> str:
        return f"InequalityModel({len(self.variables)} variables, {len(self.rows)} rows)"


def _has_entry(variable: Variable, i: int, j: int) -> bool:
    if isinstance(variable, PsdVariable):
        return 0 <= j <= i < variable.size
    return 0 <= i < variable.length and j == 0


def sampled_rows(
    model: Model, points: Mapping[str, Sequence[Point]], bases: Mapping[str, fmpq_mat] | None = None
) -> InequalityModel:
    """The exact model with every identity replaced by its values at points.

    One equation for each point, identity after identity.

    Equivalent to the model if the points of each identity are unisolvent for its space (`Space.is_unisolvent`); the
    constant of the objective is left out.

    Args:
        model: the exact model.
        points: for each identity, by name, its sample points.
        bases: for each PSD variable X, by name, an invertible matrix M: the variable of the result is Y with X = M Y
            Mᵀ. The identity if there is none. A good basis (orthonormal at the points) matters to a solver of limited
            precision.

    >>> from kissalg.families.delsarte.model import delsarte
    >>> line = [(fmpq(i, 2),) for i in (-1, 0, 1)]
    >>> rows = sampled_rows(delsarte(3, "1/2", degree=1), {"i": line})
    >>> rows, rows.rows[1].entries, rows.rows[1].coefficients, rows.rows[1].bound
    (InequalityModel(3 variables, 3 rows), [('f', 1, 0), ('Q0', 0, 0), ('Q1', 0, 0)], [-1/2, 1, 1/2], -1)
    """
    bases = bases or {}
    objective: dict[Entry, fmpq] = {}
    for name, value in model.objective.coefficients.items():
        objective.update((((name, i, j), c) for i, j, c in _value_entries(value, bases.get(name))))
    rows: list[Row] = []
    for identity in model.identities:
        chosen = points[identity.name]
        columns = [
            (t.variable.name, list(t.sample(chosen).entries(bases.get(t.variable.name)))) for t in identity.terms
        ]
        for position, point in enumerate(chosen):
            total: dict[Entry, fmpq] = {}
            for name, table in columns:
                for i, j, c in table[position]:
                    total[name, i, j] = total.get((name, i, j), fmpq(0)) + c
            right = identity.space.evaluate(identity.right_hand_side, point)
            rows.append(Row(list(total), list(total.values()), right, equality=True))
    return InequalityModel(model.variables, rows, objective)


def _value_entries(value: Value, basis: fmpq_mat | None) -> Coefficients:
    """<C, X> by the entries of X, or of Y with X = M Y Mᵀ."""
    if not isinstance(value, fmpq_mat):
        return [(k, 0, c) for k, c in enumerate(value) if c != 0]
    return matrix_coefficients(value if basis is None else basis.transpose() * value * basis)
