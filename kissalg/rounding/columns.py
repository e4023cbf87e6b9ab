"""Rounding in the interior, for models whose equations are rows of numbers (generic programs, graphs).

As in `interior`: every matrix becomes dyadic squares and a shift, every vector dyadic numbers, and the residual of each
equation is absorbed exactly, here by single entries of the variables (`EntryAbsorber`).

Main definitions: `is_columns`, `round_columns`.

Source: Peyrl and Parrilo, Computing sum of squares decompositions with rational coefficients (2008), section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flint import fmpq

from kissalg.errors import RoundingError
from kissalg.exact.number_field import RATIONALS, FieldElement
from kissalg.rounding.absorb import EntryAbsorber, Place
from kissalg.rounding.face_solution import FaceMatrix, FaceSolution
from kissalg.rounding.interior import RoundingSettings, interior_shift, require_interior
from kissalg.rounding.proved import Correction, ProvedMatrix, dyadic_cholesky
from kissalg.sdp.model import CoordinateSpace, Model, NonnegativeVariable, PsdVariable, Value
from kissalg.solvers.solution import BinaryMatrix, NumericSolution

__all__ = ["is_columns", "round_columns"]


def is_columns(model: Model) -> bool:
    """Whether all identities of a model are rows of numbers, and no variable is free."""
    return all(isinstance(v, PsdVariable | NonnegativeVariable) for v in model.variables) and all(
        isinstance(identity.space, CoordinateSpace) for identity in model.identities
    )


def round_columns(solution: NumericSolution, settings: RoundingSettings | None = None) -> FaceSolution:
    """Round a numerical solution in the interior to an exact rational solution of every equation.

    Args:
        solution: optimal, in the interior of the cone, of a model for which `is_columns` holds.
        settings: see `RoundingSettings`.

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
    shifts = {
        v.name: interior_shift(v.name, solution.values[v.name]) for v in model.variables if isinstance(v, PsdVariable)
    }
    depth: dict[Place, int] = {(name, 0, 0): shift for name, shift in shifts.items()}
    for v in model.variables:
        if isinstance(v, NonnegativeVariable):
            matrix = solution.values[v.name]
            depth |= {(v.name, i, 0): 2 - row[0].bit_length() - matrix.exponent for i, row in enumerate(matrix.entries)}
    absorber = EntryAbsorber.of(model, depth)
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
        f"rounding failed at {settings.attempts} tolerances, the last 2^-{tolerance - settings.increment}: {worst}."
        f" Solve with a larger gap (now {solution.settings.gap:g}), which leaves the solution deeper in the interior"
    )


def _dyadic(matrix: BinaryMatrix, bits: int) -> list[fmpq]:
    move = matrix.exponent + bits
    return [fmpq(max(0, row[0] << move if move >= 0 else row[0] >> -move), 1 << bits) for row in matrix.entries]


def _absorbed(
    model: Model, absorber: EntryAbsorber, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, list[fmpq]]
) -> tuple[tuple[dict[str, FaceMatrix], dict[str, list[fmpq]]] | None, str]:
    """The corrected values, or None and why they are not in the cone."""
    assignment: dict[str, Value] = {name: m.value() for name, m in psd.items()}
    assignment |= vectors
    residuals = [model.residual(identity, assignment) for identity in model.identities]
    corrections: dict[str, dict[tuple[int, int], FieldElement]] = {name: {} for name in psd}
    moved = {name: list(values) for name, values in vectors.items()}
    for (name, i, j), value in absorber.corrections(residuals).items():
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
