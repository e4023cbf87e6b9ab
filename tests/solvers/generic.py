"""Generic programs with strictly feasible points on both sides, for the tests of the solver."""

from pathlib import Path
from random import Random

from flint import fmpq, fmpq_mat

from kissalg.exact.matrix import frobenius
from kissalg.sdp.model import (
    CoordinateSpace,
    FreeVariable,
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    Value,
)
from kissalg.sdp.samples import SparseMatrix
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients

SDPLIB = Path(__file__).parents[3] / "shared" / "published" / "sdplib"


def _sparse(matrix: fmpq_mat) -> SparseMatrix:
    n = matrix.nrows()
    return tuple((i, j, matrix[i, j]) for i in range(n) for j in range(i, n) if matrix[i, j] != 0)


def random_program(seed: int, *, order: int, equations: int, scalars: int = 0, free: int = 0, rank: int = 2) -> Model:
    """Constraint matrices of the given rank and mixed signs; X = I, scalars 1 and Z = I are feasible, two identities
    share all variables.
    """
    random = Random(seed)

    def numbers(count: int) -> list[fmpq]:
        return [fmpq(random.randint(-6, 6), random.randint(1, 3)) for _ in range(count)]

    def form() -> fmpq_mat:
        total = fmpq_mat(order, order)
        for _ in range(rank):
            v = fmpq_mat(order, 1, numbers(order))
            total += random.choice((-1, 1)) * v * v.transpose()
        return total

    x, v, f = PsdVariable("X", order), NonnegativeVariable("v", max(1, scalars)), FreeVariable("f", max(1, free))
    matrices = [form() for _ in range(equations)]
    rows, columns = [numbers(v.length) for _ in matrices], [numbers(f.length) for _ in matrices]
    inside, y = numbers(f.length), numbers(equations)
    unit = fmpq_mat(order, order, [int(i == j) for i in range(order) for j in range(order)])
    right = [
        frobenius(a, unit)
        + (sum(row, fmpq(0)) if scalars else 0)
        + (sum((p * q for p, q in zip(column, inside, strict=True)), fmpq(0)) if free else 0)
        for a, row, column in zip(matrices, rows, columns, strict=True)
    ]
    cost: dict[str, Value] = {"X": sum((a * c for a, c in zip(matrices, y, strict=True)), unit)}
    if scalars:
        cost["v"] = [1 + sum((row[k] * c for row, c in zip(rows, y, strict=True)), fmpq(0)) for k in range(scalars)]
    if free:
        cost["f"] = [sum((row[k] * c for row, c in zip(columns, y, strict=True)), fmpq(0)) for k in range(free)]
    identities = []
    for name, part in (("first", range(equations // 2)), ("second", range(equations // 2, equations))):
        space = CoordinateSpace(len(part))
        terms: list[MatrixCoefficients | VectorCoefficients] = [
            MatrixCoefficients(x, space, tuple(_sparse(matrices[k]) for k in part))
        ]
        if scalars:
            terms.append(VectorCoefficients(v, space, tuple(dict(enumerate(rows[k])) for k in part)))
        if free:
            terms.append(VectorCoefficients(f, space, tuple(dict(enumerate(columns[k])) for k in part)))
        identities.append(Identity(name, space, tuple(terms), space.from_coefficients([right[k] for k in part])))
    variables = (x, *((v,) if scalars else ()), *((f,) if free else ()))
    return Model("random", {}, variables, tuple(identities), Objective(fmpq(1, 3), cost))
