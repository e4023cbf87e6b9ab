"""From an exact model to a numerical problem: sampling, orthonormal bases.

A table V of monomials at the sample points is badly conditioned. With VᵀV = L Lᵀ computed in multiprecision, the columns
of V L⁻ᵀ are orthonormal, whatever the basis was. A factor σ, a power of two near √N, makes the entries of the rows about 1.
`back` = σ L⁻¹ is kept at the precision of the set-up, because X_model = backᵀ X back maps the solution to the model's basis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from math import isqrt, log2
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from kissalg.errors import SolverError
from kissalg.sdp.model import (
    Model,
    NonnegativeVariable,
    Point,
    PsdVariable,
    SampledForm,
    SampledLinear,
    ScaledTable,
    Variable,
)
from kissalg.solvers.multiprecision.cholesky import NotPositiveDefiniteError, cholesky
from kissalg.solvers.multiprecision.matrix import HALF, Engine, Matrix, Scalar, magnitude, paste
from kissalg.solvers.multiprecision.problem import Block, DenseBlock, LowRankBlock, NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.residues import BASE_BITS

__all__ = ["numeric_problem"]

_POINT = 10 * BASE_BITS  # magnitudes are between 2^-240 and 2^240
DENSE_LIMIT = 12  # PSD variables up to this size are treated by their upper triangles


# -- from exact rationals to limbs ------------------------------------------------------------------------------------------------------------


def _fixed(value: fmpq, bits: int) -> int:
    return int((value.p << bits) // value.q)


def _root(value: fmpq, bits: int) -> int:
    if value < 0:
        raise SolverError(f"expected a sample point in the domain, found the negative multiplier {value}")
    return isqrt((int(value.p) << (2 * bits)) // int(value.q))


def _matrix(table: Sequence[Sequence[fmpq]], bits: int, columns: int) -> Matrix:
    return Matrix.from_integers([[_fixed(x, bits) for x in row] for row in table], -bits // BASE_BITS, columns)


def _column(values: Sequence[fmpq], bits: int) -> Matrix:
    return _matrix([[v] for v in values], bits, 1)


def _stacked(parts: Sequence[Matrix]) -> Matrix:
    """One below the other, exactly."""
    starts = [sum(p.shape[0] for p in parts[:k]) for k in range(len(parts) + 1)]
    return paste((starts[-1], parts[0].shape[1]), [(start, 0, p) for start, p in zip(starts, parts, strict=False)])


# -- construction -----------------------------------------------------------------------------------------------------------------------------


class _Builder:
    """Builds a `NumericProblem`. All set-up arithmetic has `wide` bits: the precision of the solve plus twice the bits that conditioning
    may cost (the bases of the three-point bound were found to have a condition of 2^(1.1 · degree))."""

    def __init__(self, model: Model, points: Mapping[str, Sequence[Point]], bits: int, pool: Executor) -> None:
        self.pool = pool
        self.model = model
        self.points = points
        self.engine = Engine(bits)
        self.wide = (bits + 64 + 3 * max(i.space.degree for i in model.identities)) // BASE_BITS * BASE_BITS
        self.setup = Engine(self.wide)
        self.bases: dict[int, tuple[object, Matrix]] = {}  # by identity; the first entry keeps the identity alive
        self.offsets: dict[str, int] = {}
        total = 0
        for identity in model.identities:
            self.offsets[identity.name] = total
            total += identity.space.dimension
        self.equations = total
        self.magnitudes = model.magnitudes

    def _bits(self, name: str) -> int:
        """log2 of the magnitude that the theorem expects for an identity or a variable, rounded to an even integer."""
        value = self.magnitudes[name] if self.magnitudes is not None else fmpq(1)
        size = int(value.p).bit_length() - int(value.q).bit_length()
        if value <= 0 or abs(size) > _POINT:
            raise SolverError(
                f"{name}: expected an order of magnitude between 2^-{_POINT} and 2^{_POINT}, found {value}"
            )
        return 2 * round(size / 2)

    def _power(self, exponent: int, a: Matrix) -> Matrix:
        """2^exponent A."""
        return self.setup.combine((Scalar.power(exponent), a)) if exponent else a

    def _samples(self, variable: PsdVariable) -> list[tuple[str, SampledForm]]:
        found = []
        for identity in self.model.identities:
            for term in identity.terms:
                if term.variable == variable:
                    sample = term.sample(self.points[identity.name])
                    if not isinstance(sample, SampledForm):
                        raise SolverError(f"{variable.name}: expected a sampled form for a PSD variable")
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
        c = _matrix(coefficient.tolist(), self.wide, coefficient.ncols())
        return self.engine.round(
            self.setup.symmetrised(self.setup.matmul(self.setup.matmul(back, c), back.transpose()))
        )

    def _table(self, table: Sequence[Sequence[fmpq]], columns: int) -> Matrix:
        """A table of vectors; the bases that tables share are converted once."""
        if not isinstance(table, ScaledTable):
            return _matrix(table, self.wide, columns)
        pieces = []
        start = 0
        for part in table.parts:
            known = self.bases.get(id(part.base))
            if known is None:
                known = self.bases[id(part.base)] = (part.base, _matrix(part.base, self.wide, len(part.base[0])))
            piece = known[1].columns(0, part.width)
            if part.factors is not None:
                piece = self.setup.scale_rows(piece, _column(part.factors, self.wide))
            pieces.append((0, start, piece))
            start += part.width
        return paste((len(table), columns), pieces)

    def _roots(self, weights: Sequence[fmpq]) -> Matrix:
        return Matrix.from_integers([[_root(w, self.wide)] for w in weights], -self.wide // BASE_BITS)

    def low_rank(self, variable: PsdVariable, identity: str, sample: SampledForm) -> LowRankBlock:
        """A block of squares: the square roots of the weights are absorbed into the rows."""
        count = len(sample.weights)
        parts = []
        for r, table in enumerate(sample.vectors):
            roots = self._roots([w[r][r] for w in sample.weights])
            parts.append(self.setup.scale_rows(self._table(table, variable.size), roots))
        rows = _stacked(parts)
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

    def dense(self, variable: PsdVariable, samples: Sequence[tuple[str, SampledForm]]) -> tuple[DenseBlock, Matrix]:
        """A small block, and its columns of D. The basis is orthonormalised over all vectors of all samples, weighted as they occur."""
        scaled = []
        for _, sample in samples:
            for a, table in enumerate(sample.vectors):
                roots = self._roots([sum((abs(x) for x in w[a]), fmpq(0)) for w in sample.weights])
                scaled.append(self.setup.scale_rows(self._table(table, variable.size), roots))
        rows = _stacked(scaled)
        back, right = self._orthonormal(variable.name, rows, rows.shape[0])
        columns = Matrix.zeros(self.equations, variable.size * (variable.size + 1) // 2)
        for identity, sample in samples:
            part = self._power(self._bits(identity), self._upper_triangles(sample, right))
            columns = self.setup.add(columns, paste(columns.shape, [(self.offsets[identity], 0, part)]))
        return DenseBlock(variable.name, variable.size, 0, back, self._cost(variable.name, back)), columns

    def _upper_triangles(self, sample: SampledForm, right: Matrix) -> Matrix:
        """Row i: the coefficients of X_pq, p <= q, in the i-th quadratic form, for vectors times `right`."""
        setup = self.setup
        p, q = np.triu_indices(right.shape[0])
        total = Matrix.zeros(len(sample.weights), len(p))
        tables = [setup.matmul(self._table(t, right.shape[0]), right) for t in sample.vectors]
        for a, left in enumerate(tables):
            for b, other in enumerate(tables):
                weights = [w[a][b] for w in sample.weights]
                if any(weights):
                    weighted = setup.scale_rows(left, _column(weights, self.wide))
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

    def vector(self, variable: NonnegativeVariable) -> tuple[VectorBlock, Matrix]:
        """A nonnegative vector, and its columns of D."""
        columns = Matrix.zeros(self.equations, variable.length)
        for identity in self.model.identities:
            for term in identity.terms:
                if term.variable == variable:
                    sample = term.sample(self.points[identity.name])
                    if not isinstance(sample, SampledLinear):
                        raise SolverError(f"{variable.name}: expected a sampled linear form for a nonnegative variable")
                    part = _matrix(sample.rows, self.wide, variable.length)
                    part = self._power(self._bits(identity.name) - self._bits(variable.name), part)
                    columns = self.setup.add(columns, paste(columns.shape, [(self.offsets[identity.name], 0, part)]))
        coefficient = self.model.objective.coefficients.get(variable.name, [fmpq(0)] * variable.length)
        if isinstance(coefficient, fmpq_mat):
            raise SolverError(f"{variable.name}: expected a vector as the coefficient of a nonnegative variable")
        unit = Scalar.power(-self._bits(variable.name))
        cost = self.engine.combine((unit, _column(coefficient, self.wide)))
        return VectorBlock(variable.name, variable.length, 0, unit, cost), columns

    def build(self) -> NumericProblem:
        """All blocks."""
        parts = list(self.pool.map(self._part, self.model.variables))
        low_rank: list[LowRankBlock] = []
        dense_blocks: list[DenseBlock] = []
        vectors: list[VectorBlock] = []
        pieces: list[tuple[int, int, Matrix]] = []
        start = 0
        for block, table in parts:
            if isinstance(block, LowRankBlock):
                low_rank.append(block)
                continue
            if isinstance(block, DenseBlock):
                dense_blocks.append(replace(block, start=start))
            else:
                vectors.append(replace(block, start=start))
            pieces.append((0, start, self.engine.round(table)))
            start += table.shape[1]
        dense = self.engine.round(paste((self.equations, start), pieces))
        right = [_value(i.space, i.right_hand_side, p) for i in self.model.identities for p in self.points[i.name]]
        scale = Matrix.from_integers(
            [[1 << (self._bits(i.name) + _POINT)] for i in self.model.identities for _ in range(i.space.dimension)],
            -_POINT // BASE_BITS,
        )
        return NumericProblem(
            self.engine,
            self.equations,
            tuple(sorted(low_rank, key=lambda b: -b.order * b.rank)),
            tuple(dense_blocks),
            tuple(vectors),
            dense,
            dense.transpose(),
            self.engine.hadamard(_column(right, self.wide), scale),
            scale,
            self.magnitudes is not None,
            self.model.objective.constant,
        )

    def _part(self, variable: Variable) -> tuple[Block, Matrix]:
        """A block and its columns of D (none for a low-rank block); where they start is not yet known."""
        if isinstance(variable, NonnegativeVariable):
            return self.vector(variable)
        samples = self._samples(variable)
        identity, sample = samples[0]
        if variable.size > DENSE_LIMIT and len(samples) == 1 and _is_squares(sample):
            return self.low_rank(variable, identity, sample), Matrix.zeros(self.equations, 0)
        return self.dense(variable, samples)


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


def numeric_problem(model: Model, points: Mapping[str, Sequence[Point]], bits: int, pool: Executor) -> NumericProblem:
    """Sample an exact model at points (see `points.py`) and orthonormalise its bases.

    Arguments: `points[name]`, unisolvent points for each identity; `bits`, the highest precision at which the result is
    to be used: by way of `NumericProblem.at`.
    """
    return _Builder(model, points, bits, pool).build()
