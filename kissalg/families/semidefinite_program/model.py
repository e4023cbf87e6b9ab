"""Generic semidefinite programs in SDPA form as exact models.

Lower bounds of the value of (P), by feasible points of (D).

    (P)  min Σ c_k x_k,  Σ x_k F_k - F_0 ⪰ 0;        (D)  max <F_0, Y>,  <F_k, Y> = c_k,  Y ⪰ 0.

Every feasible Y proves that the value of (P) is at least <F_0, Y> (weak duality). The form of the data is that of
`kissalg.sdp.sdpa`.

Main definitions: `SdpaModel`, `sdpa_model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from flint import fmpq, fmpq_mat

from kissalg.errors import ExactnessError
from kissalg.sdp.model import Identity, Model, NonnegativeVariable, Objective, PsdVariable, Sense, Term, Value
from kissalg.sdp.sdpa import SdpaProblem
from kissalg.sdp.spaces import CoordinateSpace
from kissalg.sdp.terms import MatrixCoefficients, VectorCoefficients

__all__ = ["THEOREM", "SdpaModel", "sdpa_model"]

THEOREM = "semidefinite-program"
_MAX_ORDER = 4000
_MAX_CELLS = 4_000_000


@dataclass(frozen=True, repr=False)
class SdpaModel(Model):
    """The program (D) of a problem in SDPA form; made by `sdpa_model`.

    Its values prove lower bounds for the program (P).

    Attributes:
        program: the problem.
    """

    sense: ClassVar[Sense] = "lower"

    program: SdpaProblem


def sdpa_model(problem: SdpaProblem) -> SdpaModel:
    r"""The program (D) as an exact model: minimise -<F_0, Y> subject to <F_k, Y> = c_k.

    Its optimal value is minus that of the file.

    The variable "X1" is the first block, and so on; the constraints are one identity.

    Raises:
        ExactnessError: if there is no constraint, a block has size zero, an entry is given twice, or the program is far
            too large.

    Example:
        >>> from kissalg.sdp.sdpa import read_sdpa
        >>> model = sdpa_model(read_sdpa("1\n2\n2 -1\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n1 2 1 1 1\n"))
        >>> model
        semidefinite-program (): 1 equations, 2 variables
          constraints: 1 equations
          X1: PSD 2 x 2
          X2: 1 scalars >= 0
    """
    largest = max((abs(size) for size in problem.blocks), default=0)
    if len(problem.costs) * max(1, len(problem.blocks)) > _MAX_CELLS or largest > _MAX_ORDER:
        raise ExactnessError(
            f"expected blocks of order at most {_MAX_ORDER}, and at most {_MAX_CELLS} pairs of a constraint and a"
            f" block, found {problem!r:.200}"
        )
    space = CoordinateSpace(len(problem.costs))
    variables: list[PsdVariable | NonnegativeVariable] = [
        NonnegativeVariable(f"X{b}", -size) if size < 0 else PsdVariable(f"X{b}", size)
        for b, size in enumerate(problem.blocks, 1)
    ]
    table: list[list[dict[tuple[int, int], fmpq]]] = [
        [{} for _ in problem.blocks] for _ in range(len(problem.costs) + 1)
    ]
    for entry in problem.entries:
        cell = table[entry.k][entry.block - 1]
        if (entry.row, entry.column) in cell:
            raise ExactnessError(f"expected every entry once, found {entry} again")
        cell[entry.row, entry.column] = entry.value
    coefficients: dict[str, Value] = {}
    terms: list[Term] = []
    for b, variable in enumerate(variables):
        cost, columns = table[0][b], [row[b] for row in table[1:]]
        if isinstance(variable, PsdVariable):
            if cost:
                coefficients[variable.name] = _minus(cost, variable.size)
            matrices = [tuple((i - 1, j - 1, c) for (i, j), c in sorted(cell.items())) for cell in columns]
            terms.append(MatrixCoefficients(variable, space, tuple(matrices)))
        else:
            if cost:
                zero = fmpq(0)
                coefficients[variable.name] = [-cost.get((j, j), zero) for j in range(1, variable.length + 1)]
            rows = [{i - 1: c for (i, _), c in cell.items()} for cell in columns]
            terms.append(VectorCoefficients(variable, space, tuple(rows)))
    identity = Identity("constraints", space, tuple(terms), space.from_coefficients(problem.costs))
    return SdpaModel(THEOREM, {}, tuple(variables), (identity,), Objective(fmpq(0), coefficients), problem)


def _minus(entries: Mapping[tuple[int, int], fmpq], size: int) -> fmpq_mat:
    matrix = fmpq_mat(size, size)
    for (i, j), value in entries.items():
        matrix[i - 1, j - 1] = matrix[j - 1, i - 1] = -value
    return matrix
