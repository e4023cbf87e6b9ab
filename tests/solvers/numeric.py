"""Sampled problems and random points of their cones, for the tests of maps, Schur complement and iterations."""

from random import Random

import numpy as np
from flint import fmpq, fmpq_mat

from kissalg.exact.positivity import is_positive_definite
from kissalg.sdp.model import Model, Point
from kissalg.solvers.multiprecision.build_problem import numeric_problem
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values
from kissalg.solvers.multiprecision.interior_point import State, initial_state
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.problem import NumericProblem, VectorBlock
from kissalg.solvers.multiprecision.sample_points import choose_points
from kissalg.solvers.multiprecision.scalar import Scalar
from kissalg.solvers.multiprecision.workers import Workers
from tests.solvers.reference import Rows, exact, matrix

UNIT = 40
"""Random entries are multiples of 2^-40 (times 2^-8: of a limb)."""


def sample_points(model: Model) -> dict[str, list[Point]]:
    """The points that the solver chooses."""
    return {i.name: choose_points(model, i) for i in model.identities}


def sampled(model: Model, bits: int = 120, **options: int) -> NumericProblem:
    """A model at the solver's points, ready for iterations at a working precision."""
    return master(model, bits + 64, **options).at(bits)


def master(model: Model, bits: int, **options: int) -> NumericProblem:
    """A model at the solver's points, at the highest precision that it will be used at."""
    with Workers(1) as pool:
        return numeric_problem(model, sample_points(model), bits, pool, **options)


def _positive(random: Random, order: int) -> Rows:
    """R Rᵀ + 1 for random R: positive definite, in units of 2^-48."""
    root = [[random.randint(-(1 << 20), 1 << 20) for _ in range(order)] for _ in range(order)]
    return [[sum(a * b for a, b in zip(left, right, strict=True)) << 8 for right in root] for left in root]


def interior_values(problem: NumericProblem, seed: int) -> Values:
    """Random positive definite matrices and positive vectors."""
    random = Random(seed)
    values: Values = {}
    for block in problem.blocks:
        if isinstance(block, VectorBlock):
            values[block.name] = Matrix.from_integers(
                [[random.randint(1 << 40, 1 << 50)] for _ in range(block.order)], -2
            )
            continue
        rows = _positive(random, block.order)
        for i in range(block.order):
            rows[i][i] += 1 << 46
        values[block.name] = Matrix.from_integers(rows, -2)
    return values


def symmetric_values(problem: NumericProblem, seed: int) -> Values:
    """Random symmetric matrices and vectors of any sign."""
    engine = Engine(240)
    first, second = interior_values(problem, seed), interior_values(problem, seed + 10**6)
    return {name: engine.subtract(first[name], second[name]) for name in first}


def random_column(length: int, seed: int) -> Matrix:
    random = Random(seed)
    return Matrix.from_integers([[random.randint(-(1 << 60), 1 << 60)] for _ in range(length)], -2)


def random_state(problem: NumericProblem, seed: int) -> State:
    """A strictly interior, infeasible point with its true dual residual."""
    state = initial_state(problem, 1.0, 1.0)
    state.x, state.z = interior_values(problem, seed), interior_values(problem, seed + 1)
    state.y = random_column(problem.equations, seed)
    return state


def naive_schur(problem: NumericProblem, x: Values, z: Values) -> np.ndarray:
    """S_ij = Σ <A_i, X A_j Z⁻¹> in float64, with the constraint matrices A_i = A*(e_i)."""
    m = problem.equations
    total = np.zeros((m, m))
    with Workers(1) as pool:
        maps = ConstraintMaps(problem, pool)
        units = [maps.adjoint(matrix([[int(i == j)] for j in range(m)])) for i in range(m)]
    for block in problem.blocks:
        a = [unit[block.name].to_float() for unit in units]
        point, slack = x[block.name].to_float(), z[block.name].to_float()
        if isinstance(block, VectorBlock):
            images = [point * c / slack for c in a]
        else:
            inverse = np.linalg.inv(slack)
            images = [point @ c @ inverse for c in a]
        total += np.array([[(left * right).sum() for right in images] for left in a])
    return total


def in_the_cone(problem: NumericProblem, values: Values) -> bool:
    """Whether all blocks are positive definite, exactly."""
    for block in problem.blocks:
        m = exact(values[block.name])
        if isinstance(block, VectorBlock):
            if min(m.entries()) <= 0:
                return False
        elif not is_positive_definite(m):
            return False
    return True


def inner(left: Values, right: Values) -> object:
    """Σ <left, right>, exactly."""
    total = 0
    for name, m in left.items():
        a, b = exact(m), exact(right[name])
        total += sum(x * y for x, y in zip(a.entries(), b.entries(), strict=True))
    return total


def number(scalar: Scalar) -> fmpq:
    """The rational number that a `Scalar` stands for."""
    return fmpq(scalar.mantissa) * fmpq(2) ** (24 * scalar.exponent)


def model_values(problem: NumericProblem, values: Values) -> dict[str, fmpq_mat | list[object]]:
    """The values in the model's own bases: unit · x and backᵀ X back, exactly."""
    result: dict[str, fmpq_mat | list[object]] = {}
    for block in problem.blocks:
        if isinstance(block, VectorBlock):
            result[block.name] = list((exact(values[block.name]) * number(block.unit)).entries())
        else:
            back = exact(block.back)
            result[block.name] = back.transpose() * exact(values[block.name]) * back
    return result
