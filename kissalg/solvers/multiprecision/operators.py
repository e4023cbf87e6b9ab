"""The numerical problem: blocks with orthonormalised bases, and the linear maps between blocks and equations.

    minimise c0 + Σ <C, X>   subject to   Σ A(X) = b,   X ⪰ 0          (primal: the variables of the exact model, in new bases)
    maximise c0 + bᵀy        subject to   C - A*(y) = Z ⪰ 0            (dual: one y for each sample point)

Three kinds of blocks. A `LowRankBlock` has constraint matrices Σ_r v_r v_rᵀ with weights absorbed in the rows v (sums of squares times a multiplier): all it needs
is the table V. `DenseBlock`s (few rows, any symmetric constraint matrices) and the nonnegative vector are columns of one table D, by upper triangles.

Bases. A table V over monomials is badly conditioned. With K = VᵀV = L Lᵀ computed in multiprecision, V L⁻ᵀ has orthonormal columns, whatever the basis was; L⁻¹ is kept and
maps the solution back, at the precision of the set-up: X_model = σ² L⁻ᵀ X L⁻¹, where σ (a power of two near √N) makes the entries of the rows about 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isqrt, log2

import numpy as np
from flint import fmpq, fmpq_mat

from kissalg.errors import SolverError
from kissalg.sdp.model import Model, NonnegativeVariable, Point, PsdVariable, SampledForm, SampledLinear
from kissalg.solvers.multiprecision.cholesky import NotPositiveDefiniteError, cholesky
from kissalg.solvers.multiprecision.matrix import Engine, Matrix, Residues, Scalar
from kissalg.solvers.multiprecision.residues import BASE_BITS

__all__ = ["DenseBlock", "LowRankBlock", "NumericProblem", "VectorBlock", "numeric_problem"]

DENSE_LIMIT = 24  # PSD variables up to this size are treated by their upper triangles


@dataclass(eq=False)
class LowRankBlock:
    """A PSD variable in one identity, with constraint matrices Σ_r v_(r,i) v_(r,i)ᵀ, i = first … first+points-1.

    `rows` stacks the rank components: row r · points + i is v_(r,i), in the orthonormal basis. `back` is σ L⁻¹.
    """

    name: str
    order: int
    first: int
    points: int
    rank: int
    rows: Matrix
    back: Matrix
    cost: Matrix | None
    residues: Residues = field(init=False)
    residues_transposed: Residues = field(init=False)


@dataclass(eq=False)
class DenseBlock:
    """A PSD variable whose constraint matrices are columns `start … start + order (order+1)/2 - 1` of the dense table D.

    The column of (p, q), p <= q, holds the coefficient of X_pq in each equation.
    """

    name: str
    order: int
    start: int
    back: Matrix
    cost: Matrix | None

    @property
    def width(self) -> int:
        return self.order * (self.order + 1) // 2


@dataclass(eq=False)
class VectorBlock:
    """A nonnegative vector: columns `start … start + order - 1` of the dense table D."""

    name: str
    order: int
    start: int
    cost: Matrix

    @property
    def width(self) -> int:
        return self.order


@dataclass(eq=False)
class NumericProblem:
    """Everything the interior-point method sees. `dense` is D (equations × columns), `right` the column b, `constant` c0."""

    engine: Engine
    equations: int
    low_rank: list[LowRankBlock]
    dense_blocks: list[DenseBlock]
    vectors: list[VectorBlock]
    dense: Matrix
    dense_transposed: Matrix
    right: Matrix
    constant: fmpq

    @property
    def order(self) -> int:
        """ν, the order of the barrier."""
        return sum(b.order for b in (*self.low_rank, *self.dense_blocks, *self.vectors))


# -- from exact rationals to limbs ------------------------------------------------------------------------------------------------------------


def _fixed(value: fmpq, bits: int) -> int:
    return (int(value.p) << bits) // int(value.q)


def _root(value: fmpq, bits: int) -> int:
    if value < 0:
        raise SolverError(f"expected a sample point in the domain, found the negative multiplier {value}")
    return isqrt((int(value.p) << (2 * bits)) // int(value.q))


def _matrix(table: Sequence[Sequence[fmpq]], bits: int, columns: int) -> Matrix:
    return Matrix.from_integers([[_fixed(x, bits) for x in row] for row in table], -bits // BASE_BITS, columns)


def _column(values: Sequence[fmpq], bits: int) -> Matrix:
    return _matrix([[v] for v in values], bits, 1)


def _stack(parts: Sequence[Matrix], axis: int) -> Matrix:
    """Concatenate by rows (axis 0) or columns (axis 1), with one common exponent, exactly."""
    low = min(p.exponent for p in parts)
    top = max(p.top for p in parts)
    planes = []
    for p in parts:
        limbs = np.zeros((top - low, *p.shape), dtype=np.int32)
        limbs[p.exponent - low : p.exponent - low + p.length] = p.limbs
        planes.append(limbs)
    return Matrix(np.concatenate(planes, axis=axis + 1), low)


# -- construction -----------------------------------------------------------------------------------------------------------------------------


class _Builder:
    """Builds a `NumericProblem`. All set-up arithmetic has `wide` bits: the precision of the solve plus twice the bits that conditioning may cost."""

    def __init__(self, model: Model, points: dict[str, list[Point]], bits: int) -> None:
        self.model = model
        self.points = points
        self.engine = Engine(bits)
        self.wide = (bits + 64 + 8 * max(i.space.degree for i in model.identities)) // BASE_BITS * BASE_BITS
        self.setup = Engine(self.wide)
        self.offsets: dict[str, int] = {}
        total = 0
        for identity in model.identities:
            self.offsets[identity.name] = total
            total += identity.space.dimension
        self.equations = total

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
        """(2^k L⁻¹, its transpose) for rowsᵀ rows = L Lᵀ, with 2^k near √count."""
        try:
            inverse = cholesky(self.setup, self.setup.gram(rows.transpose())).inverse
        except NotPositiveDefiniteError as error:
            raise SolverError(
                f"{name}: the basis is linearly dependent on the sample points (pivot {error.index}); raise bits or change the points"
            ) from None
        exponent = round(log2(max(count, 1)) / 2)
        back = self.setup.combine((Scalar(1 << exponent), inverse))
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

    def low_rank(self, variable: PsdVariable, identity: str, sample: SampledForm) -> LowRankBlock:
        count = len(sample.weights)
        parts = []
        for r, table in enumerate(sample.vectors):
            roots = Matrix.from_integers([[_root(w[r][r], self.wide)] for w in sample.weights], -self.wide // BASE_BITS)
            parts.append(self.setup.scale_rows(_matrix(table, self.wide, variable.size), roots))
        rows = _stack(parts, 0)
        back, right = self._orthonormal(variable.name, rows, count)
        rows = self.engine.round(self.setup.matmul(rows, right))
        return LowRankBlock(
            variable.name,
            variable.size,
            self.offsets[identity],
            count,
            sample.rank,
            rows,
            back,
            self._cost(variable.name, back),
        )

    def dense(
        self, variable: PsdVariable, samples: list[tuple[str, SampledForm]], start: int
    ) -> tuple[DenseBlock, Matrix]:
        scaled = []
        for _, sample in samples:
            for a, table in enumerate(sample.vectors):
                weights = [_root(sum((abs(x) for x in w[a]), fmpq(0)), self.wide) for w in sample.weights]
                roots = Matrix.from_integers([[w] for w in weights], -self.wide // BASE_BITS)
                scaled.append(self.setup.scale_rows(_matrix(table, self.wide, variable.size), roots))
        rows = _stack(scaled, 0)
        back, right = self._orthonormal(variable.name, rows, rows.shape[0])
        upper = np.triu_indices(variable.size)
        diagonal = np.where(upper[0] == upper[1], 0, 1)
        columns = Matrix.zeros(self.equations, len(upper[0]))
        for identity, sample in samples:
            count = len(sample.weights)
            total = Matrix.zeros(count, len(upper[0]))
            tables = [self.setup.matmul(_matrix(t, self.wide, variable.size), right) for t in sample.vectors]
            for a, left in enumerate(tables):
                for b, other in enumerate(tables):
                    weights = [w[a][b] for w in sample.weights]
                    if any(weights):
                        weighted = self.setup.scale_rows(left, _column(weights, self.wide))
                        for p, q in ((0, 1), (1, 0)):  # the symmetric part: each order once, the diagonal halved below
                            product = self.setup.hadamard(
                                Matrix(np.ascontiguousarray(weighted.limbs[:, :, upper[p]]), weighted.exponent),
                                Matrix(np.ascontiguousarray(other.limbs[:, :, upper[q]]), other.exponent),
                            )
                            total = self.setup.add(total, product)
            half = Scalar(1 << (BASE_BITS - 1), -1)
            on_diagonal = Matrix(np.ascontiguousarray(total.limbs * (1 - diagonal).astype(np.int32)), total.exponent)
            off_diagonal = Matrix(np.ascontiguousarray(total.limbs * diagonal.astype(np.int32)), total.exponent)
            total = self.setup.combine((half, on_diagonal), (1, off_diagonal))
            padded = np.zeros((total.length, self.equations, total.shape[1]), dtype=np.int32)
            padded[:, self.offsets[identity] : self.offsets[identity] + count] = total.limbs
            columns = self.setup.add(columns, Matrix(padded, total.exponent))
        block = DenseBlock(
            variable.name, variable.size, start, back, self._cost(variable.name, back)
        )
        return block, columns

    def vector(self, variable: NonnegativeVariable, start: int) -> tuple[VectorBlock, Matrix]:
        planes = Matrix.zeros(self.equations, variable.length)
        for identity in self.model.identities:
            for term in identity.terms:
                if term.variable == variable:
                    sample = term.sample(self.points[identity.name])
                    if not isinstance(sample, SampledLinear):
                        raise SolverError(f"{variable.name}: expected a sampled linear form for a nonnegative variable")
                    rows = _matrix(sample.rows, self.wide, variable.length)
                    padded = np.zeros((rows.length, self.equations, variable.length), dtype=np.int32)
                    first = self.offsets[identity.name]
                    padded[:, first : first + rows.shape[0]] = rows.limbs
                    planes = self.setup.add(planes, Matrix(padded, rows.exponent))
        coefficient = self.model.objective.coefficients.get(variable.name, [fmpq(0)] * variable.length)
        if isinstance(coefficient, fmpq_mat):
            raise SolverError(f"{variable.name}: expected a vector as the coefficient of a nonnegative variable")
        return VectorBlock(
            variable.name, variable.length, start, self.engine.round(_column(coefficient, self.wide))
        ), planes

    def build(self) -> NumericProblem:
        low_rank: list[LowRankBlock] = []
        dense_blocks: list[DenseBlock] = []
        vectors: list[VectorBlock] = []
        columns: list[Matrix] = [Matrix.zeros(self.equations, 0)]
        start = 0
        for variable in self.model.variables:
            if isinstance(variable, NonnegativeVariable):
                vector, table = self.vector(variable, start)
                vectors.append(vector)
            else:
                samples = self._samples(variable)
                identity, sample = samples[0]
                if variable.size > DENSE_LIMIT and len(samples) == 1 and _is_squares(sample):
                    low_rank.append(self.low_rank(variable, identity, sample))
                    continue
                block, table = self.dense(variable, samples, start)
                dense_blocks.append(block)
            columns.append(self.engine.round(table))
            start += table.shape[1]
        table = self.engine.round(_stack(columns, 1)) if start else columns[0]
        right = []
        for identity in self.model.identities:
            for point in self.points[identity.name]:
                right.append(_evaluate(identity.space, identity.right_hand_side, point))
        problem = NumericProblem(
            self.engine,
            self.equations,
            sorted(low_rank, key=lambda b: -b.order * b.rank),
            dense_blocks,
            vectors,
            table,
            table.transpose(),
            self.engine.round(_column(right, self.wide)),
            self.model.objective.constant,
        )
        for b in problem.low_rank:
            # the partner of V in a product has at most `length` limbs; its inner dimension is the order or the number of rows
            bits = 2 * BASE_BITS * self.engine.length + max(b.order, b.rank * b.points).bit_length() + 2
            b.residues = self.engine.residues(b.rows, bits)
            b.residues_transposed = b.residues.transpose()
        return problem


def _evaluate(space: object, element: object, point: Point) -> fmpq:
    value: fmpq = space.evaluate(element, point)  # type: ignore[attr-defined]  # a space and its own element; the pairing is checked by the space
    return value


def _is_squares(sample: SampledForm) -> bool:
    """Whether the weights are diagonal and nonnegative: then they can be absorbed into the vectors."""
    return all(
        w[a][b] == 0 if a != b else w[a][b] >= 0
        for w in sample.weights
        for a in range(sample.rank)
        for b in range(sample.rank)
    )


def numeric_problem(model: Model, points: dict[str, list[Point]], bits: int) -> NumericProblem:
    """Sample an exact model at points (`kissalg.solvers.multiprecision.points`) and orthonormalise its bases.

    Arguments: `points[name]`, unisolvent points for each identity; `bits`, the working precision.
    """
    return _Builder(model, points, bits).build()


def upper_triangle(a: Matrix) -> Matrix:
    """The column of entries (p, q), p <= q, of a square matrix."""
    upper = np.triu_indices(a.shape[0])
    return Matrix(np.ascontiguousarray(a.limbs[:, upper[0], upper[1]][:, :, None]), a.exponent)


def symmetric_from_gradient(engine: Engine, column: Matrix, order: int) -> Matrix:
    """The symmetric matrix G with <G, X> = Σ_(p<=q) column_pq X_pq: off-diagonal entries are halved."""
    upper = np.triu_indices(order)
    full = np.zeros((column.length, order, order), dtype=np.int32)
    full[:, upper[0], upper[1]] = column.limbs[:, :, 0]
    a = Matrix(full, column.exponent)
    half = Scalar(1 << (BASE_BITS - 1), -1)
    return engine.combine((half, a), (half, a.transpose()))

