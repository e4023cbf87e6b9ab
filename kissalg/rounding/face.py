"""Rounding to a face: exact optimal solutions of sharp semidefinite programs, over Q or a real number field.

At the optimum the matrices of a sharp problem are singular, and rounding has to keep their kernels. Given a numerical
solution X of high precision, near the relative interior of the optimal face:

1. *rank*: the pivots of an elimination of each X_v fall into large and tiny ones; P = the rows of the large ones;
2. *range*: X = B Y Bᵀ with B = X[:,P] X[P,P]⁻¹ and Y = X[P,P]. The columns of B span the range of X: the numbers in B
   are algebraic, and recognised by lattice reduction. (B is the identity on P, so this is the column echelon form of
   the range, and every entry lies in the field.)
3. *face*: in the equations, X_v = B_v Y_v B_vᵀ, exactly. Now the Y_v are positive definite.
4. *projection*: Y is rounded to dyadic squares and a shift; the residual is solved for exactly, by a correction in as
   many entries as there are independent equations. If the correction is below the shift (Gershgorin), Y is positive
   definite, and the solution is exact and lies on the face.

Where nothing is singular the face is the whole cone, and this is a rounding in the interior.

Main definition: `round_to_face`; its settings are in `face_settings`, its result in `face_solution`.

References: Dostert, de Laat and Moustrou, Exact semidefinite programming bounds for packing problems (2021); Cohn, de
Laat and Leijenhorst, Optimality of spherical codes via exact semidefinite programming bounds (2024), section 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from flint import fmpq, fmpq_mat, fmpz

from kissalg.errors import ParameterError, RoundingError
from kissalg.exact.linear_independence import independent_columns
from kissalg.exact.number_field import FieldElement, FieldMatrix, NumberField
from kissalg.exact.rational import decimal_up
from kissalg.rounding.face_settings import FaceSettings
from kissalg.rounding.face_solution import FaceMatrix, FaceSolution
from kissalg.rounding.proved import Correction, ProvedMatrix, dyadic_cholesky, largest_shift
from kissalg.rounding.recognition import find_field, recognise
from kissalg.rounding.subspace import NumericFace, numeric_face
from kissalg.sdp.equations import LinearSystem, linear_system
from kissalg.sdp.model import FreeVariable, Model, NonnegativeVariable, PsdVariable, Variable
from kissalg.solvers.solution import NumericSolution
from kissalg.solvers.status import Status

__all__ = ["round_to_face"]


def round_to_face(
    solution: NumericSolution, number_field: NumberField | None = None, settings: FaceSettings | None = None
) -> FaceSolution:
    """Round a numerical solution of high precision to an exact solution on the smallest face that contains it.

    Args:
        solution: an optimal solution with a small gap: `solve(problem, settings=sharp_settings())`.
        number_field: the field of the solution; by default that of the problem, or one that is found from the digits.
        settings: see `FaceSettings`.

    Raises:
        RoundingError: naming the step that failed (rank, recognition, projection, positivity) and the setting to
            change.
        ParameterError: an argument of another type.

    >>> from kissalg.families.three_point.model import three_point
    >>> from kissalg.rounding.face_settings import sharp_settings
    >>> from kissalg.solvers import solve
    >>> problem = three_point(8, "1/2", degree=3).linear_programming_face()
    >>> round_to_face(solve(problem, settings=sharp_settings(40))).objective
    240
    """
    _require_type("solution", solution, NumericSolution)
    if number_field is not None:
        _require_type("number_field", number_field, NumberField)
    if settings is not None:
        _require_type("settings", settings, FaceSettings)
    settings = settings or FaceSettings()
    if solution.status is not Status.OPTIMAL:
        hint = (
            ". If more bits do not help, the problem is not strictly feasible (it has no interior point, or its dual"
            " has none): reduce it, by a group or a smaller degree, or solve with a larger gap"
            if solution.status in (Status.STALLED, Status.PRECISION_EXHAUSTED)
            else ""
        )
        raise RoundingError(
            f"only an optimal solution can be rounded; this run ended as {solution.status.value}:"
            f" {solution.message}{hint}"
        )
    precision = max(8, int(-log2(solution.gap))) if solution.gap > 0 else solution.bits
    system = linear_system(solution.problem)
    wanted = number_field or (system.field if system.field.degree > 1 else None)
    first: RoundingError | None = None
    for rank_bits, trusted in settings.trials(precision):
        try:
            faces = {
                v.name: numeric_face(v, solution.values[v.name], rank_bits, trusted, settings.separation)
                for v in system.variables
            }
            found, bases = _recognised(faces, wanted or system.field, trusted, settings, fixed=wanted is not None)
            exact = _Projection(solution, system.over(found), faces, bases, settings).run()
        except RoundingError as error:
            first = first or error
            continue
        if settings.rank_bits is not None or _is_optimal(exact, precision):
            return exact
        first = first or RoundingError(
            f"rank: the exact value {decimal_up(exact.objective.upper(), 12)} on the face that was recognised is not"
            f" the numerical optimum {decimal_up(solution.primal_objective, 12)}: the face is too large. Solve with a"
            " smaller gap, or set FaceSettings.rank_bits"
        )
    assert first is not None
    raise first


def _require_type(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise ParameterError(f"{name}: expected a {kind.__name__}, found {value!r} of the type {type(value).__name__}")


def _is_optimal(exact: FaceSolution, precision: int) -> bool:
    """Whether the exact objective is the numerical one, to most of its digits.

    A face found with few digits, or with too many pivots, has other points.
    """
    optimum = exact.solution.primal_objective
    distance = exact.objective.approximation(2 * precision) - optimum
    return bool(abs(distance) * (1 << precision * 3 // 4) < 1 + abs(optimum))


def _recognised(
    faces: Mapping[str, NumericFace], number_field: NumberField, bits: int, settings: FaceSettings, *, fixed: bool
) -> tuple[NumberField, dict[str, FieldMatrix | None]]:
    """The exact bases, over the field given or over one that the first irrational entry generates."""
    bases: dict[str, FieldMatrix | None] = {}
    for name, face in faces.items():
        if face.is_everything or face.is_vector:
            bases[name] = None
            continue
        rows: list[list[FieldElement]] = []
        for i, row in enumerate(face.basis):
            rows.append([])
            for j, value in enumerate(row):
                entry = recognise(value, number_field, bits)
                if entry is None:
                    larger = None if fixed else find_field(value, bits, settings.max_degree)
                    if larger is not None:
                        return _recognised(faces, larger, bits, settings, fixed=True)
                    raise RoundingError(
                        f"recognition: entry ({i}, {j}) of the range of {name}, about {decimal_up(value, 12)}, is not a"
                        " small element of"
                        f" {number_field}{'' if fixed else f', nor of a field of degree <= {settings.max_degree}'} to"
                        f" {bits} bits. Solve with a smaller gap; if that does not help, give the number field of the"
                        " solution, or raise FaceSettings.max_degree"
                    )
                rows[-1].append(entry)
        bases[name] = FieldMatrix.of(number_field, rows, len(face.pivots))
    return number_field, bases


@dataclass(eq=False)
class _Projection:
    """Steps 3 and 4: the equations on the face, and the exact correction."""

    solution: NumericSolution
    system: LinearSystem
    faces: Mapping[str, NumericFace]
    bases: Mapping[str, FieldMatrix | None]
    settings: FaceSettings

    def run(self) -> FaceSolution:
        model, number_field = self.solution.problem, self.system.field
        live = [v for v in self.system.variables if self.faces[v.name].pivots]
        shifts = {v.name: self._shift(v) for v in live}
        # entries in which the correction may be made: free ones first, then those far inside the cone
        order = sorted(live, key=lambda v: (not isinstance(v, FreeVariable), shifts[v.name]))
        unknowns = [u for v in order for u in _unknowns(v, self.faces[v.name])]
        columns = self._columns(live, unknowns)
        pivots, rows = independent_columns(columns, self.system.equations, number_field)
        chosen = [unknowns[k] for k in pivots]
        matrix = FieldMatrix.of(number_field, [[columns[k][i] for k in pivots] for i in rows], len(pivots))
        tolerance = max(shifts.values(), default=0) + self.settings.margin
        worst = "no attempt was made"
        for _ in range(self.settings.attempts):
            try:
                psd, vectors = self._rounded(live, shifts, tolerance)
            except RoundingError as error:
                worst = str(error)
            else:
                residual = self._residual(psd, vectors)
                right = FieldMatrix.of(number_field, [[residual[i]] for i in rows], 1)
                step = matrix.solve(right) if rows else right
                psd, vectors = _corrected(psd, vectors, chosen, step, self.faces)
                if any(not entry.is_zero for entry in self._residual(psd, vectors)):
                    raise RoundingError(
                        "projection: the equations have no solution on the face that was recognised, so a kernel is"
                        " wrong. Solve with a smaller gap, or change FaceSettings.rank_bits"
                    )
                signed = {v.name: vectors[v.name] for v in self.system.variables if isinstance(v, NonnegativeVariable)}
                wrong = _not_proved(psd, signed)
                if wrong is None:
                    return self._result(model, psd, vectors, tolerance)
                worst = wrong
            tolerance += self.settings.increment
        raise RoundingError(
            f"positivity: {worst}, at each of {self.settings.attempts} tolerances, the last"
            f" 2^-{tolerance - self.settings.increment}. Solve with a smaller gap and more bits, or raise"
            " FaceSettings.attempts"
        )

    def _shift(self, variable: Variable) -> int:
        middle = self.faces[variable.name].middle
        if isinstance(variable, FreeVariable):
            return 0
        try:
            if isinstance(variable, NonnegativeVariable):
                return max(-(row[0].bit_length() + middle.exponent) for row in middle.entries) + 2
            return largest_shift(middle) + 1
        except RoundingError as error:
            raise RoundingError(f"positivity: {variable.name}: {error}") from error

    def _columns(self, live: Sequence[Variable], unknowns: Sequence[_Unknown]) -> list[list[FieldElement]]:
        """For each unknown its coefficient in every equation."""
        reduced = {v.name: [self._reduced(v.name, form) for form in self.system.forms[v.name]] for v in live}
        columns = []
        for name, i, j in unknowns:
            double = i != j and not self.faces[name].is_vector
            columns.append([form[i, j] * 2 if double else form[i, j] for form in reduced[name]])
        return columns

    def _reduced(self, name: str, form: FieldMatrix) -> FieldMatrix:
        """The form in the coordinates of the face: Bᵀ A B; for a vector, its entries that are not zero, as a column."""
        face, basis = self.faces[name], self.bases[name]
        if face.is_vector:
            return FieldMatrix(
                form.field,
                tuple(fmpq_mat(len(face.pivots), 1, [part[0, p] for p in face.pivots]) for part in form.parts),
            )
        return form if basis is None else basis.transpose() * form * basis

    def _rounded(
        self, live: Sequence[Variable], shifts: Mapping[str, int], tolerance: int
    ) -> tuple[dict[str, FaceMatrix], dict[str, list[FieldElement]]]:
        number_field = self.system.field
        psd: dict[str, FaceMatrix] = {}
        vectors: dict[str, list[FieldElement]] = {}
        for variable in self.system.variables:
            name, face = variable.name, self.faces[variable.name]
            if not isinstance(variable, PsdVariable):
                values = [number_field(0)] * variable.length
                for p, row in zip(face.pivots, face.middle.entries, strict=True):
                    values[p] = number_field(_nearest(row[0], face.middle.exponent, tolerance))
                vectors[name] = values
            elif variable not in live:
                psd[name] = FaceMatrix(variable.size, self.bases[name], ProvedMatrix((), (), 0, Correction(1, ())))
            else:
                squares = dyadic_cholesky(face.middle, tolerance, shifts[name])
                psd[name] = FaceMatrix(
                    variable.size, self.bases[name], squares.corrected(shifts[name], Correction(1, ()))
                )
        return psd, vectors

    def _residual(
        self, psd: Mapping[str, FaceMatrix], vectors: Mapping[str, Sequence[FieldElement]]
    ) -> list[FieldElement]:
        """Right-hand side minus left-hand side, for each equation, in the original coordinates."""
        number_field = self.system.field
        total = self.system.right
        for v in self.system.variables:
            value = _value(v.name, psd, vectors, number_field)
            if value.is_zero:
                continue
            total -= FieldMatrix.of(number_field, [[_pair(form, value)] for form in self.system.forms[v.name]])
        return [total[i, 0] for i in range(self.system.equations)]

    def _result(
        self, model: Model, psd: Mapping[str, FaceMatrix], vectors: Mapping[str, Sequence[FieldElement]], tolerance: int
    ) -> FaceSolution:
        number_field = self.system.field
        objective = self.system.constant
        for name, cost in self.system.cost.items():
            objective += _pair(cost, _value(name, psd, vectors, number_field))
        bits = max((d.bit_length() for d in _denominators(psd, vectors)), default=1)
        if bits > self.settings.max_denominator_bits:
            raise RoundingError(
                f"projection: denominators of {bits} bits, more than FaceSettings.max_denominator_bits ="
                f" {self.settings.max_denominator_bits}"
            )
        frozen = {name: tuple(values) for name, values in vectors.items()}
        return FaceSolution(model, number_field, psd, frozen, objective, tolerance, bits, self.solution)


_Unknown = tuple[str, int, int]


def _unknowns(variable: Variable, face: NumericFace) -> Iterator[_Unknown]:
    """(name, i, j): the entry of Y, or the i-th entry of a vector among those that are not zero."""
    for i in range(len(face.pivots)):
        for j in range(i + 1 if isinstance(variable, PsdVariable) else 1):
            yield variable.name, i, j


def _nearest(mantissa: int, exponent: int, tolerance: int) -> fmpq:
    """Mantissa · 2^exponent rounded to a multiple of 2^-tolerance."""
    move = exponent + tolerance
    scaled = mantissa << move if move >= 0 else (mantissa + (1 << -move - 1)) >> -move
    return fmpq(scaled, fmpz(1) << tolerance) if tolerance >= 0 else fmpq(scaled << -tolerance)


def _value(
    name: str, psd: Mapping[str, FaceMatrix], vectors: Mapping[str, Sequence[FieldElement]], number_field: NumberField
) -> FieldMatrix:
    if name in vectors:
        return FieldMatrix.of(number_field, [vectors[name]])
    matrix = psd[name]
    if matrix.rank == 0:
        return FieldMatrix.rational(number_field, fmpq_mat(matrix.size, matrix.size))
    return matrix.value(number_field)


def _pair(form: FieldMatrix, value: FieldMatrix) -> FieldElement:
    """Σ form_ij value_ij."""
    number_field = form.field
    total = [fmpq(0)] * number_field.degree
    for i, a in enumerate(form.parts):
        nonzero = [(k, x) for k, x in enumerate(a.entries()) if x != 0]
        if not nonzero:
            continue
        for j, b in enumerate(value.parts):
            entries = b.entries()
            product = sum((x * entries[k] for k, x in nonzero), fmpq(0))
            for k, power in enumerate(number_field.powers[i + j]):
                total[k] += product * power
    return FieldElement(number_field, tuple(total))


def _corrected(
    psd: Mapping[str, FaceMatrix],
    vectors: Mapping[str, list[FieldElement]],
    chosen: Sequence[_Unknown],
    step: FieldMatrix,
    faces: Mapping[str, NumericFace],
) -> tuple[dict[str, FaceMatrix], dict[str, list[FieldElement]]]:
    """Add the correction."""
    corrections: dict[str, dict[tuple[int, int], FieldElement]] = {name: {} for name in psd}
    moved = {name: list(values) for name, values in vectors.items()}
    for index, (name, i, j) in enumerate(chosen):
        value = step[index, 0]
        if name in moved:
            moved[name][faces[name].pivots[i]] += value
        elif not value.is_zero:
            corrections[name][i, j] = value
    fixed = {
        name: FaceMatrix(matrix.size, matrix.basis, matrix.squares, corrections[name]) for name, matrix in psd.items()
    }
    return fixed, moved


def _not_proved(psd: Mapping[str, FaceMatrix], vectors: Mapping[str, Sequence[FieldElement]]) -> str | None:
    for name, matrix in psd.items():
        if not matrix.is_proved():
            return f"the correction of {name} exceeds its shift 2^-{matrix.squares.shift}"
    for name, values in vectors.items():
        for index, value in enumerate(values):
            if value.sign() < 0:
                return f"entry {index} of {name} is negative after the correction"
    return None


def _denominators(psd: Mapping[str, FaceMatrix], vectors: Mapping[str, Sequence[FieldElement]]) -> Iterator[int]:
    for matrix in psd.values():
        if matrix.basis is not None:
            yield matrix.basis.denominator()
        entries = list(matrix.correction.values())
        if entries:
            yield FieldMatrix.of(entries[0].field, [entries]).denominator()
    for values in vectors.values():
        if values:
            yield FieldMatrix.of(values[0].field, [list(values)]).denominator()
