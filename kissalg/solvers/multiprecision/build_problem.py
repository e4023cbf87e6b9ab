"""From an exact model to a numerical problem: sampling, orthonormal bases.

A table V of monomials at the sample points is badly conditioned. With VᵀV = L Lᵀ computed in multiprecision, the
columns of V L⁻ᵀ are orthonormal, whatever the basis was. A factor σ, a power of two near √N, makes the entries of the
rows about 1. `back` = σ L⁻¹ is kept at the precision of the set-up, because X_model = backᵀ X back maps the solution to
the model's basis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log2
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from kissalg.errors import SolverError
from kissalg.sdp.model import (
    CoordinateSpace,
    FreeVariable,
    Model,
    NonnegativeVariable,
    Point,
    PsdVariable,
    SampledForm,
    SampledLinear,
    SampledMatrices,
    ScaledTable,
    Variable,
)
from kissalg.solvers.multiprecision.cholesky import NotPositiveDefiniteError, cholesky
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, magnitude, paste
from kissalg.solvers.multiprecision.problem import (
    Block,
    DenseBlock,
    FreeBlock,
    LowRankBlock,
    NumericProblem,
    SignedFormsBlock,
    VectorBlock,
)
from kissalg.solvers.multiprecision.rationals import column_of, matrix_of, roots_of
from kissalg.solvers.multiprecision.residues import BASE_BITS
from kissalg.solvers.multiprecision.scalar import HALF, Scalar
from kissalg.solvers.multiprecision.signed_quadratic_forms import (
    Signed,
    SignedFormsTable,
    cost_of_congruences,
    cost_of_kronecker,
    signed_forms,
)
from kissalg.solvers.multiprecision.stacked_matrices import (
    Indices,
    powers_of_two,
    stacked,
    triangle_indices,
)
from kissalg.solvers.multiprecision.workers import Workers

__all__ = ["numeric_problem", "setup_bits"]

_POINT = 10 * BASE_BITS  # magnitudes are between 2^-240 and 2^240
_DENSE_LIMIT = 12

PsdSample = SampledForm | SampledMatrices


def setup_bits(model: Model, bits: int) -> int:
    """The precision, in bits, of the arithmetic that sets up a problem for use at up to `bits`.

    The bases of the three-point bound were found to have a condition of 2^(1.1 · degree), which may be lost twice.
    """
    return (bits + 64 + 3 * max(i.space.degree for i in model.identities)) // BASE_BITS * BASE_BITS


class _Builder:
    """Builds a `NumericProblem`; all set-up arithmetic has `wide` bits."""

    def __init__(
        self, model: Model, points: Mapping[str, Sequence[Point]], bits: int, pool: Workers, dense_limit: int
    ) -> None:
        self.pool = pool
        self.dense_limit = dense_limit
        self.model = model
        self.points = points
        self.engine = Engine(bits)
        self.wide = setup_bits(model, bits)
        self.setup = Engine(self.wide)
        self.bases: dict[int, tuple[object, Matrix]] = {}  # by identity; the first entry keeps the identity alive
        self.offsets: dict[str, int] = {}
        total = 0
        for identity in model.identities:
            self.offsets[identity.name] = total
            total += len(points[identity.name])
        self.equations = total
        self.magnitudes = model.magnitudes
        self.exponents = self._equation_exponents()

    def _bits(self, name: str) -> int:
        """log2 of the magnitude that the theorem expects for an identity or a variable, rounded to an even integer."""
        value = self.magnitudes[name] if self.magnitudes is not None else fmpq(1)
        size = int(value.p).bit_length() - int(value.q).bit_length()
        if value <= 0 or abs(size) > _POINT:
            raise SolverError(
                f"{name}: expected an order of magnitude between 2^-{_POINT} and 2^{_POINT}, found {value}"
            )
        return 2 * round(size / 2)

    def _equation_exponents(self) -> Indices:
        """Even e_i: equation i is multiplied by 2^e_i.

        They stand for the magnitude of the identity, or, for generic programs, 1 over the size of the coefficients.
        """
        result = np.zeros(self.equations, dtype=np.int64)
        for identity in self.model.identities:
            points = self.points[identity.name]
            rows = self._equations(identity.name)
            if not isinstance(identity.space, CoordinateSpace):
                result[rows] = self._bits(identity.name)
                continue
            largest = [fmpq(0)] * len(points)
            for term in identity.terms:
                for i, size in enumerate(_sizes(term.sample(points))):
                    largest[i] = max(largest[i], size)
            result[rows] = [-2 * round((_log2(value) if value != 0 else 0) / 2) for value in largest]
        return result

    def _equations(self, identity: str) -> slice:
        """The equations of an identity."""
        return slice(self.offsets[identity], self.offsets[identity] + len(self.points[identity]))

    def _by_equation(self, identity: str, table: Matrix) -> Matrix:
        """A table with a row for each equation of an identity, scaled like these equations."""
        exponents = self.exponents[self._equations(identity)]
        if (exponents == exponents[0]).all():
            return self._power(int(exponents[0]), table)
        return self.setup.scale_rows(table, powers_of_two(exponents))

    def _power(self, exponent: int, a: Matrix) -> Matrix:
        """2^exponent A."""
        return self.setup.combine((Scalar.power(exponent), a)) if exponent else a

    def _samples(self, variable: PsdVariable) -> list[tuple[str, PsdSample]]:
        found = []
        for identity in self.model.identities:
            for term in identity.terms:
                if term.variable == variable:
                    sample = term.sample(self.points[identity.name])
                    if isinstance(sample, SampledLinear):
                        raise SolverError(f"{variable.name}: expected quadratic forms or matrices for a PSD variable")
                    found.append((identity.name, sample))
        if not found:
            raise SolverError(
                f"{variable.name} occurs in no identity: the problem is unbounded or the variable is superfluous"
            )
        return found

    def _orthonormal(self, name: str, rows: Matrix, count: int) -> tuple[Matrix, Matrix]:
        """(2^k L⁻¹, its transpose) for rowsᵀ rows = L Lᵀ, with 4^k near count / magnitude."""
        dependent = f"{name}: the basis is linearly dependent on the sample points; raise bits or change the points"
        try:
            inverse = cholesky(self.setup, self.setup.gram(rows.transpose())).inverse
        except NotPositiveDefiniteError:
            raise SolverError(dependent) from None
        if magnitude(inverse) + magnitude(rows) > self.wide / 2 - 2 * BASE_BITS:  # pivots that are rounding errors
            raise SolverError(dependent)
        back = self._power(round(log2(max(count, 1)) / 2) - self._bits(name) // 2, inverse)
        return back, back.transpose()

    def _cost(self, name: str, back: Matrix) -> Matrix | None:
        coefficient = self.model.objective.coefficients.get(name)
        if coefficient is None:
            return None
        if not isinstance(coefficient, fmpq_mat):
            raise SolverError(f"{name}: expected a matrix as the coefficient of a PSD variable")
        c = matrix_of(coefficient.tolist(), self.wide, coefficient.ncols())
        return self.engine.round(
            self.setup.symmetrised(self.setup.matmul(self.setup.matmul(back, c), back.transpose()))
        )

    def _table(self, table: Sequence[Sequence[fmpq]], columns: int) -> Matrix:
        """A table of vectors; the bases that tables share are converted once."""
        if not isinstance(table, ScaledTable):
            return matrix_of(table, self.wide, columns)
        pieces = []
        start = 0
        for part in table.parts:
            known = self.bases.get(id(part.base))
            if known is None:
                known = self.bases[id(part.base)] = (part.base, matrix_of(part.base, self.wide, len(part.base[0])))
            piece = known[1].columns(0, part.width)
            if part.factors is not None:
                piece = self.setup.scale_rows(piece, column_of(part.factors, self.wide))
            pieces.append((0, start, piece))
            start += part.width
        return paste((len(table), columns), pieces)

    def low_rank(self, variable: PsdVariable, identity: str, sample: SampledForm) -> LowRankBlock:
        """A block of squares: the square roots of the weights are absorbed into the rows."""
        count = len(sample.weights)
        parts = []
        for r, table in enumerate(sample.vectors):
            roots = roots_of([w[r][r] for w in sample.weights], self.wide)
            parts.append(self.setup.scale_rows(self._table(table, variable.size), roots))
        rows = stacked(parts)
        back, right = self._orthonormal(variable.name, rows, count)
        rows = self.engine.round(self._power(self._bits(identity) // 2, self.setup.matmul(rows, right)))
        return LowRankBlock(
            variable.name,
            variable.size,
            self.offsets[identity],
            count,
            sample.rank,
            rows,
            self.engine.residues(Matrix.zeros(0, rows.shape[1]), 1),  # made by `NumericProblem.at`
            back,
            self._cost(variable.name, back),
        )

    def _basis(self, variable: PsdVariable, samples: Sequence[tuple[str, PsdSample]]) -> tuple[Matrix, Matrix] | None:
        """The pair (back, backᵀ) for the basis that is orthonormal over the weighted vectors of all samples.

        None for the model's own basis, when the variable occurs by matrices: then the basis is no polynomial one, and
        the units are vectors that occur.
        """
        if any(isinstance(sample, SampledMatrices) for _, sample in samples):
            return None
        scaled = []
        for _, sample in samples:
            assert isinstance(sample, SampledForm)
            for a, table in enumerate(sample.vectors):
                roots = roots_of([sum((abs(x) for x in w[a]), fmpq(0)) for w in sample.weights], self.wide)
                scaled.append(self.setup.scale_rows(self._table(table, variable.size), roots))
        rows = stacked(scaled)
        return self._orthonormal(variable.name, rows, rows.shape[0])

    def _back(self, variable: PsdVariable, basis: tuple[Matrix, Matrix] | None) -> Matrix:
        """X_model = backᵀ X back."""
        if basis is not None:
            return basis[0]
        return self._power(-(self._bits(variable.name) // 2), Matrix.identity(variable.size))

    def dense(self, variable: PsdVariable, samples: Sequence[tuple[str, PsdSample]]) -> tuple[DenseBlock, Matrix]:
        """A block by upper triangles, and its columns of D."""
        basis = self._basis(variable, samples)
        back = self._back(variable, basis)
        columns = Matrix.zeros(self.equations, variable.size * (variable.size + 1) // 2)
        for identity, sample in samples:
            if isinstance(sample, SampledForm):
                part = self._upper_triangles(sample, back.transpose())
            else:
                part = self._power(-self._bits(variable.name), self._sparse_triangles(sample))
            part = self._by_equation(identity, part)
            columns = self.setup.add(columns, paste(columns.shape, [(self.offsets[identity], 0, part)]))
        sizes = (self.equations, variable.size)
        wide = cost_of_congruences(*sizes) < cost_of_kronecker(*sizes)
        return DenseBlock(variable.name, variable.size, 0, wide, back, self._cost(variable.name, back)), columns

    def _sparse_triangles(self, sample: SampledMatrices) -> Matrix:
        """Row i: the coefficients of X_pq, p <= q, in <A_i, X>."""
        size = sample.size
        places, values = [], []
        for k, entries in enumerate(sample.matrices):
            for i, j, value in entries:
                places.append((k, i * size - i * (i - 1) // 2 + j - i))
                values.append(value if i == j else 2 * value)
        column = column_of(values, self.wide)
        limbs = np.zeros((column.length, len(sample.matrices), size * (size + 1) // 2), dtype=np.int32)
        if places:
            limbs[:, [k for k, _ in places], [c for _, c in places]] = column.limbs[:, :, 0]
        return Matrix(limbs, column.exponent)

    def forms(
        self, variable: PsdVariable, samples: Sequence[tuple[str, PsdSample]], signed: Sequence[Signed]
    ) -> SignedFormsBlock:
        """A block of signed quadratic forms; `signed` are those of the samples."""
        basis = self._basis(variable, samples)
        back = self._back(variable, basis)
        tables = []
        for (identity, sample), squares in zip(samples, signed, strict=True):
            vectors = (
                [self._table(t, variable.size) for t in sample.vectors] if isinstance(sample, SampledForm) else None
            )
            tables.append(SignedFormsTable.of(self.setup, squares, self.offsets[identity], variable.size, vectors))
        equations = np.concatenate([t.equations for t in tables])
        order = np.argsort(equations, kind="stable")
        rows = stacked([self.setup.scale_rows(t.rows, powers_of_two(self.exponents[t.equations] // 2)) for t in tables])
        rows = self.setup.matmul(Matrix(np.ascontiguousarray(rows.limbs[:, order]), rows.exponent), back.transpose())
        return SignedFormsBlock(
            variable.name,
            variable.size,
            equations[order],
            np.concatenate([t.signs for t in tables])[order],
            self.engine.round(rows),
            self.engine.residues(Matrix.zeros(0, rows.shape[1]), 1),  # made by `NumericProblem.at`
            back,
            self._cost(variable.name, back),
        )

    def _upper_triangles(self, sample: SampledForm, right: Matrix) -> Matrix:
        """Row i: the coefficients of X_pq, p <= q, in the i-th quadratic form, for vectors times `right`."""
        setup = self.setup
        p, q = triangle_indices(right.shape[0])
        total = Matrix.zeros(len(sample.weights), len(p))
        tables = [setup.matmul(self._table(t, right.shape[0]), right) for t in sample.vectors]
        for a, left in enumerate(tables):
            for b, other in enumerate(tables):
                weights = [w[a][b] for w in sample.weights]
                if any(weights):
                    weighted = setup.scale_rows(left, column_of(weights, self.wide))
                    for first, second in (
                        (p, q),
                        (q, p),
                    ):  # both orders; the diagonal, which they count twice, is halved below
                        total = setup.add(total, setup.hadamard(_picked(weighted, first), _picked(other, second)))
        diagonal = (p == q).astype(np.int32)
        return setup.combine(
            (HALF, Matrix(total.limbs * diagonal, total.exponent)),
            (1, Matrix(total.limbs * (1 - diagonal), total.exponent)),
        )

    def vector(self, variable: NonnegativeVariable | FreeVariable) -> tuple[VectorBlock | FreeBlock, Matrix]:
        """A vector, and its columns of D."""
        columns = Matrix.zeros(self.equations, variable.length)
        for identity in self.model.identities:
            for term in identity.terms:
                if term.variable == variable:
                    sample = term.sample(self.points[identity.name])
                    if not isinstance(sample, SampledLinear):
                        raise SolverError(f"{variable.name}: expected a sampled linear form for a vector")
                    part = matrix_of(sample.rows, self.wide, variable.length)
                    part = self._power(-self._bits(variable.name), self._by_equation(identity.name, part))
                    columns = self.setup.add(columns, paste(columns.shape, [(self.offsets[identity.name], 0, part)]))
        coefficient = self.model.objective.coefficients.get(variable.name, [fmpq(0)] * variable.length)
        if isinstance(coefficient, fmpq_mat):
            raise SolverError(f"{variable.name}: expected a vector as the coefficient of a vector")
        unit = Scalar.power(-self._bits(variable.name))
        cost = self.engine.combine((unit, column_of(coefficient, self.wide)))
        if isinstance(variable, FreeVariable):
            return FreeBlock(variable.name, variable.length, 0, unit, cost), columns
        return VectorBlock(variable.name, variable.length, 0, unit, cost), columns

    def build(self) -> NumericProblem:
        """All blocks."""
        # free variables last: their columns are the end of D
        variables = sorted(self.model.variables, key=lambda v: isinstance(v, FreeVariable))
        blocks: list[Block] = []
        pieces: list[tuple[int, int, Matrix]] = []
        start = 0
        for block, table in self.pool.map(self._part, variables):
            blocks.append(block if isinstance(block, LowRankBlock | SignedFormsBlock) else replace(block, start=start))
            if table is not None:
                pieces.append((0, start, self.engine.round(table)))
                start += table.shape[1]
        dense = self.engine.round(paste((self.equations, start), pieces))
        right = [_value(i.space, i.right_hand_side, p) for i in self.model.identities for p in self.points[i.name]]
        scale = powers_of_two(self.exponents)
        low_rank = [b for b in blocks if isinstance(b, LowRankBlock)]
        return NumericProblem(
            self.engine,
            self.equations,
            tuple(sorted(low_rank, key=lambda b: -b.order * b.rank)),
            tuple(b for b in blocks if isinstance(b, SignedFormsBlock)),
            tuple(b for b in blocks if isinstance(b, DenseBlock)),
            tuple(b for b in blocks if isinstance(b, VectorBlock)),
            tuple(b for b in blocks if isinstance(b, FreeBlock)),
            dense,
            dense.transpose(),
            self.engine.hadamard(column_of(right, self.wide), scale),
            scale,
            self.magnitudes is not None,
            self.model.objective.constant,
        )

    def _part(self, variable: Variable) -> tuple[Block, Matrix | None]:
        """A block and its columns of D, None for a block with a table of its own; where they start is not yet known."""
        if not isinstance(variable, PsdVariable):
            return self.vector(variable)
        samples = self._samples(variable)
        identity, sample = samples[0]
        if variable.size <= self.dense_limit:
            return self.dense(variable, samples)
        if len(samples) == 1 and isinstance(sample, SampledForm) and _is_squares(sample):
            return self.low_rank(variable, identity, sample), None
        sizes = (self.equations, variable.size)
        budget = min(cost_of_congruences(*sizes), cost_of_kronecker(*sizes))
        signed = signed_forms([sample for _, sample in samples], budget)
        if signed is None or not any(squares for points in signed for squares in points):
            return self.dense(variable, samples)
        return self.forms(variable, samples, signed), None


def _log2(value: fmpq) -> int:
    """log2 of a positive rational number, up to one."""
    return int(value.p).bit_length() - int(value.q).bit_length()


def _sizes(sample: SampledForm | SampledMatrices | SampledLinear) -> list[fmpq]:
    """For each point the largest coefficient, in absolute value."""
    zero = fmpq(0)
    if isinstance(sample, SampledMatrices):
        return [max((abs(value) for _, _, value in entries), default=zero) for entries in sample.matrices]
    if isinstance(sample, SampledLinear):
        return [max((abs(value) for value in row if value != 0), default=zero) for row in sample.rows]
    return [fmpq(1)] * len(sample.weights)


def _value(space: Any, element: Any, point: Point) -> fmpq:
    # Any: a space and one of its own elements, a pairing that the space checks at run time
    value: fmpq = space.evaluate(element, point)
    return value


def _picked(a: Matrix, columns: Any) -> Matrix:
    return Matrix(np.ascontiguousarray(a.limbs[:, :, columns]), a.exponent)


def _is_squares(sample: SampledForm) -> bool:
    """Whether the weights are diagonal and nonnegative: then they can be absorbed into the vectors."""
    return all(
        w[a][b] == 0 if a != b else w[a][b] >= 0
        for w in sample.weights
        for a in range(sample.rank)
        for b in range(sample.rank)
    )


def numeric_problem(
    model: Model, points: Mapping[str, Sequence[Point]], bits: int, pool: Workers, *, dense_limit: int = _DENSE_LIMIT
) -> NumericProblem:
    """Sample an exact model at points and orthonormalise its bases.

    Args:
        model: the exact model.
        points: unisolvent points for each identity, by name (see `sample_points.py`).
        bits: the highest precision at which the result is to be used, by way of `NumericProblem.at`.
        pool: the threads that share the variables.
        dense_limit: PSD variables up to this size are treated by their upper triangles.

    Returns:
        The numerical problem at its highest precision.

    Raises:
        SolverError: a basis is dependent on the sample points, a variable occurs in no identity, or a sample is not of
            the kind that its variable calls for.
    """
    return _Builder(model, points, bits, pool, dense_limit).build()
