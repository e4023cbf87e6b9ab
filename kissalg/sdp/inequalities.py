"""Exact semidefinite programs given by rows: linear equations and inequalities on single entries of the variables.

    minimise  objective   over positive semidefinite matrices and nonnegative vectors,   Σ coefficients · entries = or >= bound  in each row.

For bounds that relate single entries of many matrices in many ways. Such a program is a help to find a certificate, never a part of its proof:
what holds at samples, and with a margin, is proved on intervals afterwards. Its data are exact all the same, and only a solver turns them into
floating point.

Main definitions: `Entry`, `Row`, `InequalityModel`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flint import fmpq

from kissalg.errors import ExactnessError
from kissalg.sdp.model import NonnegativeVariable, PsdVariable

__all__ = ["Entry", "InequalityModel", "Row"]

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

    variables: tuple[PsdVariable | NonnegativeVariable, ...]
    rows: Sequence[Row]
    objective: Mapping[Entry, fmpq]

    def __post_init__(self) -> None:
        orders = {variable.name: variable for variable in self.variables}
        for entries in {id(row.entries): row.entries for row in self.rows}.values():
            for name, i, j in entries:
                variable = orders.get(name)
                inside = variable is not None and 0 <= j <= i < variable.order
                if not inside or (isinstance(variable, NonnegativeVariable) and j):
                    raise ExactnessError(
                        f"there is no entry ({i}, {j}) of a variable {name!r}, on or below the diagonal"
                    )

    def __repr__(self) -> str:
        return f"InequalityModel({len(self.variables)} variables, {len(self.rows)} rows)"
