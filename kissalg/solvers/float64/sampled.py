"""Models with identities for the engines in float64: sampled in orthonormal bases, and the way back.

What an engine returns satisfies the equations up to its residuals. It is projected onto them (the residual exactly, the
correction in float64, repeatedly), since rounding to a certificate absorbs residuals that are far below the least
eigenvalues only.

Main definitions: `sampled`, `SampledModel`, `orthonormal_bases`.

References: see `kissalg.sdp.model` for sampling; Peyrl and Parrilo, Computing sum of squares decompositions with
rational coefficients (2008), for the projection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpq, fmpq_mat

from kissalg.sdp.dependence import independent_points
from kissalg.sdp.inequalities import InequalityModel, sampled_rows
from kissalg.sdp.model import CoordinateSpace, Model, Point, PsdVariable, SampledForm
from kissalg.solvers.float64.rationals import to_float64, units
from kissalg.solvers.float64.row_program import Floats, RawSolution, RowProgram, count_entries, row_program, shaped
from kissalg.solvers.multiprecision.sample_points import choose_points
from kissalg.solvers.settings import Settings
from kissalg.solvers.solution import BinaryMatrix, NumericSolution
from kissalg.solvers.status import Status

__all__ = ["SampledModel", "orthonormal_bases", "sampled"]

_BITS = 160  # unknowns are kept in units of 2^-160
_BASIS_BITS = 40  # a basis need not be orthonormal to the last digit, but short numbers are multiplied faster
_ROUNDS = 8
_LIMIT = 20_000_000  # entries of a dense matrix of the equations: larger programs are not projected


@dataclass(frozen=True, repr=False)
class SampledModel:
    """A model, its sample points, its bases, and the program given by rows that follows.

    The variable Y of the rows stands for X = M Y Mᵀ with M = bases[name]; vectors, and matrices without a basis, are
    their own.

    Attributes:
        model: the exact model.
        points: for each identity as many points as its space has dimensions.
        bases: by the names of PSD variables, square matrices.
    """

    model: Model
    points: Mapping[str, Sequence[Point]]
    bases: Mapping[str, fmpq_mat]

    @cached_property
    def rows(self) -> InequalityModel:
        """The equations at the sample points, exactly."""
        return sampled_rows(self.model, self.points, self.bases)

    def solution(self, raw: RawSolution, gap: float, margin: float, seconds: float) -> NumericSolution:
        """The result of an engine in the coordinates of the model.

        Args:
            raw: the result, of the program with the margin.
            gap: the tolerance that was asked for, for the settings of the result.
            margin: see `RowProgram.with_margin`.
            seconds: the wall time.

        Returns:
            The solution; where the engine found an optimum, it is projected onto the equations.
        """
        program = row_program(self.rows)
        unknowns = [units(float(x), _BITS) for x in raw.vector + margin * program.identity()]
        if raw.status is Status.OPTIMAL:
            unknowns = self._projected(program, unknowns)
        coordinates = {
            v.name: shaped(v, unknowns[program.start[v.name] :][: count_entries(v)], -_BITS) for v in program.variables
        }
        values = {
            name: _transformed(self.bases[name], value) if name in self.bases else value
            for name, value in coordinates.items()
        }
        multipliers = [units(float(y), _BITS) for y in raw.multipliers]
        unit = fmpq(1, 1 << _BITS)
        objective = {entry: c * unit for entry, c in self.rows.objective.items()}
        value = sum((c * _entry(coordinates[name], i, j) for (name, i, j), c in objective.items()), fmpq(0))
        bounds = (row.bound * y for row, y in zip(self.rows.rows, multipliers, strict=True))
        upper = self.model.objective.constant + value
        lower = self.model.objective.constant + sum(bounds, fmpq(0)) * unit
        size = max(1.0, abs(to_float64(upper)))
        return NumericSolution(
            problem=self.model,
            status=raw.status,
            values=values,
            points=self.points,
            multipliers=BinaryMatrix(tuple((y,) for y in multipliers), -_BITS),
            primal_objective=upper,
            dual_objective=lower,
            gap=abs(to_float64(upper - lower)) / size,
            strictly_feasible=raw.status is Status.OPTIMAL and _is_interior(program, unknowns),
            iterations=raw.iterations,
            bits=53,
            seconds=seconds,
            settings=Settings(gap=gap),
            message=f"{raw.message}, double precision",
        )

    def _projected(self, program: RowProgram, unknowns: list[int]) -> list[int]:
        """The unknowns moved onto the equations by least changes.

        This is repeated until the residuals are below 2^-140, or do not fall any more.
        """
        count = len(self.rows.rows)
        if not count or count * program.unknowns > _LIMIT:
            return unknowns
        weights = _metric(program)
        matrix = program.equations.toarray()
        left, right = np.linalg.qr((matrix * weights).T, mode="reduced")
        if np.abs(np.diag(right)).min() < 1e-12 * np.abs(np.diag(right)).max():
            return unknowns  # dependent equations
        best, size = unknowns, None
        for _ in range(_ROUNDS):
            residual = self._residual(program, best)
            largest = max(abs(r) for r in residual)
            if largest < fmpq(1, 1 << 140) or (size is not None and largest * 4 > size):
                break
            size = largest
            scale = fmpq(1 << (int(largest.q).bit_length() - int(largest.p).bit_length()) if largest < 1 else 1)
            wanted = np.array([to_float64(r * scale) for r in residual])
            change = weights * (left @ np.linalg.solve(right.T, wanted))
            shift = int(scale.p).bit_length() - 1
            best = [x + units(float(c), _BITS - shift) for x, c in zip(best, change, strict=True)]
        return best

    def _residual(self, program: RowProgram, unknowns: Sequence[int]) -> list[fmpq]:
        """Right-hand sides minus left-hand sides, exactly."""
        vectors = {v.name for v in program.variables if not isinstance(v, PsdVariable)}
        residual = []
        for row in self.rows.rows:
            total = fmpq(0)
            for (name, i, j), coefficient in zip(row.entries, row.coefficients, strict=True):
                total += coefficient * unknowns[program.start[name] + (i if name in vectors else i * (i + 1) // 2 + j)]
            residual.append(row.bound - total / (1 << _BITS))
        return residual


def sampled(model: Model) -> SampledModel:
    """The model at approximate Fekete points, in orthonormal bases.

    Args:
        model: a model with identities.

    Returns:
        The model with its points and bases.

    Raises:
        SolverError: the candidate points of an identity do not determine it.
        InfeasibleError: equations of a generic program contradict each other.

    >>> from kissalg.families.three_point.model import kissing
    >>> sampled(kissing(3, degree=2)).rows
    InequalityModel(13 variables, 16 rows)
    """
    points = {i.name: independent_points(i, choose_points(model, i)) for i in model.identities}
    return SampledModel(model, points, orthonormal_bases(model, points))


def orthonormal_bases(model: Model, points: Mapping[str, Sequence[Point]]) -> dict[str, fmpq_mat]:
    """Bases in which the vectors of the quadratic forms are orthonormal at the sample points, nearly.

    The basis of a PSD variable is the inverse of the R of a QR decomposition of its weighted vectors at the points,
    rounded to short rational numbers.

    Args:
        model: a model with identities.
        points: the sample points of each identity.

    Returns:
        M for each PSD variable that is sampled by forms, by name; none for variables of generic programs, nor where the
        points do not see the whole matrix.
    """
    bases = {}
    for variable in model.variables:
        rows: list[list[float]] = []
        for identity in model.identities:
            if isinstance(identity.space, CoordinateSpace):
                continue
            for term in identity.terms:
                if term.variable != variable or not isinstance(variable, PsdVariable):
                    continue
                sample = term.sample(points[identity.name])
                if not isinstance(sample, SampledForm):
                    continue
                for a, table in enumerate(sample.vectors):
                    for row, weight in zip(table, sample.weights, strict=True):
                        size = to_float64(sum((abs(w) for w in weight[a]), fmpq(0))) ** 0.5
                        rows.append([size * to_float64(entry) for entry in row])
        if not rows:
            continue
        triangle = np.linalg.qr(np.array(rows), mode="r")
        diagonal = np.abs(np.diag(triangle))
        if len(diagonal) < len(rows[0]) or diagonal.min() < 1e-10 * diagonal.max():
            continue  # the points do not see the whole matrix: keep its own basis
        inverse = np.linalg.inv(triangle) * len(rows) ** 0.5
        bases[variable.name] = fmpq_mat(
            [[fmpq(units(x, _BASIS_BITS), 1 << _BASIS_BITS) for x in row] for row in inverse]
        )
    return bases


def _transformed(basis: fmpq_mat, value: BinaryMatrix) -> BinaryMatrix:
    """M Y Mᵀ."""
    size = len(value.entries)
    matrix = fmpq_mat(size, size, [entry for row in value.entries for entry in row])
    scale = 1 << (2 * _BASIS_BITS)
    product = basis * matrix * basis.transpose() * scale
    exponent = value.exponent - 2 * _BASIS_BITS
    return BinaryMatrix(tuple(tuple(int(product[i, j].p) for j in range(size)) for i in range(size)), exponent)


def _entry(matrix: BinaryMatrix, i: int, j: int) -> int:
    return matrix.entries[i][j]


def _metric(program: RowProgram) -> Floats:
    """The square roots of the weights of the Frobenius norm.

    An entry off the diagonal counts twice, so that it moves by half.
    """
    weights = np.ones(program.unknowns)
    for variable in program.variables:
        if isinstance(variable, PsdVariable):
            places = [i != j for i in range(variable.size) for j in range(i + 1)]
            begin = program.start[variable.name]
            weights[begin : begin + len(places)][places] = 0.5**0.5
    return weights


def _is_interior(program: RowProgram, unknowns: Sequence[int]) -> bool:
    """Whether all matrices and vectors are positive, as far as float64 can tell; free vectors may be anything."""
    for variable in program.variables:
        part = unknowns[program.start[variable.name] :][: count_entries(variable)]
        matrix = shaped(variable, part, -_BITS)
        if isinstance(variable, PsdVariable):
            table = np.array([[to_float64(fmpq(x, 1 << _BITS)) for x in row] for row in matrix.entries])
            if np.linalg.eigvalsh(table)[0] <= 0:
                return False
        elif variable.order and min(part) <= 0:
            return False
    return True
