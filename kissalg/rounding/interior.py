"""From a numerical solution in the interior to an exact solution of the identities.

1. Every PSD variable is rounded to squares with dyadic entries (`proved.dyadic_cholesky`). The designated variables of
   each identity, the squares without multiplier, are rounded after a shift: X - 2^(-s) I, with 2^-s at most half the
   least eigenvalue.
2. The residual of each identity is computed exactly and absorbed in the designated variables as a sparse correction A.
3. If |A| is within 2^-s by row sums, X = squares + 2^(-s) I + A is positive semidefinite and the identities hold
   exactly. If not, the tolerance is lowered and the rounding repeated.

The objective changes by the rounding of the variables that it contains: by about the tolerance.

Where the equations lie in a number field (`AlgebraicModel`), they are solved by the projection of `face` instead, with
no matrix taken for singular.

Main definitions: `RoundingSettings`, `ExactSolution`, `round_interior`, `round_regular`.

Sources: Machado and Oliveira (2016), section 6; Dostert, Guzmán, Oliveira and Vallentin (2017), section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flint import fmpq

from kissalg.errors import RoundingError
from kissalg.rounding.absorb import TermAbsorber
from kissalg.rounding.face import round_to_face
from kissalg.rounding.face_settings import FaceSettings
from kissalg.rounding.face_solution import FaceSolution
from kissalg.rounding.proved import Correction, ProvedMatrix, dyadic_cholesky, largest_shift
from kissalg.sdp.model import Model, NonnegativeVariable, Value
from kissalg.solvers.solution import BinaryMatrix, NumericSolution
from kissalg.solvers.status import Status

__all__ = [
    "DyadicVector",
    "ExactSolution",
    "RoundingSettings",
    "interior_shift",
    "require_interior",
    "round_interior",
    "round_regular",
]


@dataclass(frozen=True)
class RoundingSettings:
    """Settings of the rounding; all in bits."""

    margin: int = 20
    """The first tolerance is the smallest shift 2^-s times 2^-margin."""
    increment: int = 8
    """By how much the tolerance is lowered when the residual is too large."""
    attempts: int = 12
    """Give up after this many tolerances."""
    dense_surplus: int = 2
    """Extra bits for each degree of the model, for the variables that share identities.

    Their polynomials have large coefficients, and they are small.
    """


@dataclass(frozen=True)
class DyadicVector:
    """The nonnegative numbers values[k] · 2^-exponent."""

    values: tuple[int, ...]
    exponent: int

    def value(self) -> list[fmpq]:
        """The exact vector."""
        return [fmpq(v, 1 << self.exponent) for v in self.values]


@dataclass(frozen=True, repr=False)
class ExactSolution:
    """An exact feasible point of a model.

    `psd[name]` carries its proof, `vectors[name]` its signs, and every identity holds coefficient by coefficient.
    """

    problem: Model
    psd: Mapping[str, ProvedMatrix]
    vectors: Mapping[str, DyadicVector]
    objective: fmpq
    tolerance: int
    shifts: Mapping[str, int]
    solution: NumericSolution

    def __repr__(self) -> str:
        return f"ExactSolution({self.problem.theorem}, tolerance 2^-{self.tolerance}, {len(self.psd)} matrices)"


def require_interior(solution: NumericSolution) -> None:
    """Return if a solution is optimal and in the interior of the cone, as far as numbers can say.

    Raises:
        RoundingError: if it is not, with what to do.
    """
    if solution.status is not Status.OPTIMAL:
        raise RoundingError(
            f"only an optimal solution can be rounded; this run ended as {solution.status.value}: {solution.message}"
        )
    if not solution.strictly_feasible:
        raise RoundingError(
            "the equations were never solved by a full step, so the problem most likely has no interior point: raise"
            " the degree, or solve a face of the problem (for a three-point problem: problem.linear_programming_face())"
        )


def round_interior(solution: NumericSolution, settings: RoundingSettings | None = None) -> ExactSolution:
    """Round a numerical solution in the interior of the cone to an exact solution of every identity.

    Args:
        solution: optimal, in the interior of the cone.
        settings: see `RoundingSettings`.

    Raises:
        RoundingError: naming the step that failed and the setting to change.
    """
    settings = settings or RoundingSettings()
    require_interior(solution)
    model = solution.problem.core
    absorber = TermAbsorber.of(model)
    shifts = {name: interior_shift(name, solution.values[name]) for name in absorber.names}
    tolerance = max(shifts.values()) + settings.margin
    worst = "no attempt was made"
    for _ in range(settings.attempts):
        try:
            squares, vectors = _rounded(solution, shifts, tolerance, settings)
        except RoundingError as error:
            worst = str(error)
        else:
            psd, worst = _absorbed(model, absorber, squares, vectors, shifts)
            if psd is not None:
                assignment = _assignment(psd, vectors)
                return ExactSolution(
                    model, psd, vectors, model.objective_value(assignment), tolerance, shifts, solution
                )
        tolerance += settings.increment
    raise RoundingError(
        f"rounding failed at {settings.attempts} tolerances, the last 2^-{tolerance - settings.increment}: {worst}."
        f" Solve with more bits, or with a larger gap (now {solution.settings.gap:g}), which leaves the solution deeper"
        " in the interior; a problem without interior points needs a higher degree"
    )


def round_regular(solution: NumericSolution) -> FaceSolution:
    """Round a numerical solution in the interior over the number field of its problem.

    Every matrix is regular, every number of a vector positive.

    Raises:
        RoundingError: see `round_to_face`.

    >>> from kissalg.families.delsarte.model import delsarte
    >>> from kissalg.solvers import solve
    >>> round_regular(solve(delsarte(3, "1/sqrt(5)", 2))).ranks
    {'Q0': (3, 3), 'Q1': (2, 2)}
    """
    if solution.status is Status.OPTIMAL and not solution.strictly_feasible:
        raise RoundingError("the equations were never solved by a full step: raise the degree, or solve with more bits")
    return round_to_face(solution, settings=FaceSettings(rank_bits=4 * solution.bits))


def interior_shift(name: str, matrix: BinaryMatrix) -> int:
    """The s of the shift 2^-s that leaves room for a correction.

    X - 2^(-s) I is positive definite, and so is X - 2 · 2^(-s) I.

    Args:
        name: of the variable, for the message.
        matrix: its numerical value X.

    Raises:
        RoundingError: if the matrix of the variable `name` is not in the interior of the cone, with what to do.
    """
    try:
        return largest_shift(matrix) + 1
    except RoundingError as error:
        raise RoundingError(
            f"{name}: {error}. Solve with a larger gap; if there is a degree, with a higher one"
        ) from error


def _rounded(
    solution: NumericSolution, shifts: Mapping[str, int], tolerance: int, settings: RoundingSettings
) -> tuple[dict[str, ProvedMatrix], dict[str, DyadicVector]]:
    """Squares and vectors at a tolerance.

    The designated variables are shifted first (the shift itself is added back later).
    """
    model = solution.problem.core
    uses = {v.name: sum(term.variable == v for i in model.identities for term in i.terms) for v in model.variables}
    finer = tolerance + settings.dense_surplus * max(i.space.degree for i in model.identities)
    squares: dict[str, ProvedMatrix] = {}
    vectors: dict[str, DyadicVector] = {}
    for variable in model.variables:
        matrix = solution.values[variable.name]
        if isinstance(variable, NonnegativeVariable):
            vectors[variable.name] = _vector(matrix, finer)
            continue
        bits = finer if uses[variable.name] > 1 else tolerance
        try:
            squares[variable.name] = dyadic_cholesky(matrix, bits, shifts.get(variable.name))
        except RoundingError as error:
            raise RoundingError(f"{variable.name}: {error} at the tolerance 2^-{bits}") from error
    return squares, vectors


def _vector(matrix: BinaryMatrix, bits: int) -> DyadicVector:
    move = matrix.exponent + bits
    return DyadicVector(tuple(max(0, row[0] << move if move >= 0 else row[0] >> -move) for row in matrix.entries), bits)


def _assignment(psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]) -> dict[str, Value]:
    values: dict[str, Value] = {name: m.value() for name, m in psd.items()}
    values.update({name: v.value() for name, v in vectors.items()})
    return values


def _absorbed(
    model: Model,
    absorber: TermAbsorber,
    squares: Mapping[str, ProvedMatrix],
    vectors: Mapping[str, DyadicVector],
    shifts: Mapping[str, int],
) -> tuple[dict[str, ProvedMatrix] | None, str]:
    """The variables with their corrections, or None and the reason why a correction is too large."""
    nothing = Correction(1, ())
    psd = {name: m.corrected(shifts[name], nothing) if name in shifts else m for name, m in squares.items()}
    assignment = _assignment(psd, vectors)
    residuals = [model.residual(identity, assignment) for identity in model.identities]
    entries: dict[str, dict[tuple[int, int], fmpq]] = {}
    for (name, i, j), value in absorber.corrections(residuals).items():
        entries.setdefault(name, {})[i, j] = value
    for name, values in entries.items():
        correction = Correction.of(values)
        psd[name] = psd[name].corrected(shifts[name], correction)
        if not psd[name].is_proved():
            excess = correction.largest_row_sum() * fmpq(2) ** shifts[name]
            size = int(excess.p // excess.q).bit_length()
            return (
                None,
                (
                    f"{name}: the residual that it absorbs exceeds the shift 2^-{shifts[name]} by a factor of about"
                    f" 2^{size}"
                ),
            )
    return psd, ""
