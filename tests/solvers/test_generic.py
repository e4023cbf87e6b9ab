"""Generic programs: the kinds of blocks give one Schur complement and one optimum; SDPLIB; free variables; rays."""

import importlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from flint import fmpq, fmpq_mat, fmpq_poly
from scipy.optimize import linprog

from kissalg.errors import InfeasibleError, ParameterError
from kissalg.exact.positivity import is_positive_definite
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.sdp.model import (
    CoordinateSpace,
    FreeVariable,
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    UnivariateSpace,
)
from kissalg.sdp.sdpa import read_sdpa
from kissalg.sdp.terms import LinearCombination, UnivariateSquares
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients
from kissalg.solvers import NumericSolution, Settings, Status, solve
from kissalg.solvers.multiprecision.build_problem import numeric_problem
from kissalg.solvers.multiprecision.constraint_maps import ConstraintMaps, Values
from kissalg.solvers.multiprecision.interior_point_float64 import _Newton
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.newton_system import factorise, images, schur_complement
from kissalg.solvers.multiprecision.problem import NumericProblem
from kissalg.solvers.multiprecision.problem_float64 import Float64Problem
from kissalg.solvers.multiprecision.stacked_matrices import (
    congruences,
    powers_of_two,
    stack_of_triangles,
    triangles_of_stack,
)
from kissalg.solvers.multiprecision.workers import Workers
from tests.solvers.generic import SDPLIB, random_program
from tests.solvers.models import X, theta
from tests.solvers.reference import exact, largest

setup = importlib.import_module("kissalg.solvers.multiprecision.build_problem")

KINDS = ("forms", "kronecker", "congruences")
BITS = 120


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every PSD variable becomes a block of this kind."""
    name: str = request.param
    monkeypatch.setattr(setup, "cost_of_kronecker", lambda m, n: 10**12 if name != "kronecker" else 10**3)
    monkeypatch.setattr(setup, "cost_of_congruences", lambda m, n: 10**12 if name == "forms" else 10**4)
    if name != "forms":
        monkeypatch.setattr(setup, "signed_forms", lambda samples, budget: None)
    if name == "congruences":
        monkeypatch.setattr(setup, "cost_of_kronecker", lambda m, n: 10**12)
    return name


def numeric(model: Model, bits: int = BITS) -> NumericProblem:
    points = {i.name: list(model.candidates(i)) for i in model.identities}
    with Workers(1) as pool:
        return numeric_problem(model, points, bits + 64, pool, dense_limit=0).at(bits)


def point(problem: NumericProblem, seed: int) -> Values:
    """Random positive definite matrices, positive vectors, and numbers of any sign."""
    random = np.random.default_rng(seed)
    values: Values = {}
    for b in problem.psd:
        half = random.integers(-(2**20), 2**20, (b.order, b.order))
        values[b.name] = Matrix.from_integers(
            [[int(x) for x in row] for row in half @ half.T + 2**38 * np.eye(b.order, dtype=int)], -2
        )
    for v in problem.vectors:
        values[v.name] = Matrix.from_integers([[int(x)] for x in random.integers(2**40, 2**50, v.order)], -2)
    return values


def constraint_matrices(problem: NumericProblem) -> list[dict[str, fmpq_mat]]:
    """A_i of every block, exactly as the problem holds them: A* of the unit vectors."""
    with Workers(1) as pool:
        maps = ConstraintMaps(problem, pool)
        units = [
            Matrix.from_integers([[int(k == i)] for k in range(problem.equations)]) for i in range(problem.equations)
        ]
        return [{name: exact(m) for name, m in maps.adjoint(unit).items()} for unit in units]


def test_the_kind_is_what_was_asked_for(kind: str) -> None:
    problem = numeric(random_program(1, order=6, equations=5))
    found = ["forms" if problem.forms else "congruences" if problem.dense_blocks[0].wide else "kronecker"]
    assert found == [kind]


def test_the_constraint_matrices_are_those_of_the_model(kind: str) -> None:
    """Each equation scaled by a power of two, in the basis of the model."""
    model = random_program(2, order=5, equations=6, scalars=2, free=2)
    problem = numeric(model)
    units = exact(problem.units).entries()
    found = constraint_matrices(problem)
    row = 0
    for identity in model.identities:
        for index in range(identity.space.dimension):
            for term in identity.terms:
                sample = term.sample([(fmpq(index),)])
                name = term.variable.name
                if isinstance(term, MatrixCoefficients):
                    wanted = fmpq_mat(5, 5)
                    for i, j, value in term.matrices[index]:
                        wanted[i, j] = wanted[j, i] = value
                else:
                    wanted = fmpq_mat(2, 1, sample.rows[0])  # type: ignore[union-attr]  # rows of a vector
                difference = found[row][name] - units[row] * wanted
                assert largest(difference) < fmpq(2) ** (20 - BITS)
            row += 1
    assert all(u.p == 1 or u.q == 1 for u in units)


def test_schur_complement(kind: str) -> None:
    """S_ij = Σ <A_i, X A_j Z⁻¹> and, with free variables, the border of S; by multiprecision and by float64."""
    problem = numeric(random_program(3, order=5, equations=7, scalars=2))
    x, z = point(problem, 1), point(problem, 2)
    matrices = constraint_matrices(problem)
    wanted = fmpq_mat(7, 7)
    for name, value in x.items():
        if value.shape[1] == 1:
            ratios = [a / b for a, b in zip(exact(value).entries(), exact(z[name]).entries(), strict=True)]
            columns = fmpq_mat(7, len(ratios), [e for row in matrices for e in row[name].entries()])
            scaled = fmpq_mat(7, len(ratios), [columns[i, k] * ratios[k] for i in range(7) for k in range(len(ratios))])
            wanted += scaled * columns.transpose()
            continue
        inverse = exact(z[name]).inv()
        for j in range(7):
            image = exact(value) * matrices[j][name] * inverse
            for i in range(7):
                wanted[i, j] += sum(
                    (a * b for a, b in zip(matrices[i][name].entries(), image.entries(), strict=True)), fmpq(0)
                )
    with Workers(2) as pool:
        maps = ConstraintMaps(problem, pool)
        factors = factorise(maps, x, z)
        schur = schur_complement(maps, factors, images(maps, factors, x).norms, x)
        rounded = Float64Problem.of(problem)
        newton = _Newton(
            rounded,
            pool,
            {n: m.to_float()[:, 0] if m.shape[1] == 1 else m.to_float() for n, m in x.items()},
            {n: m.to_float()[:, 0] if m.shape[1] == 1 else m.to_float() for n, m in z.items()},
            np.zeros(7),
            {},
        )
        step, _ = newton.schur()(np.arange(1.0, 8.0), np.zeros(0))
    scale = [int(e) for e in schur.scale]
    for i in range(7):
        for j in range(7):
            found = exact(schur.matrix)[i, j] * fmpq(2) ** (scale[i] + scale[j])
            assert abs(found - wanted[i, j]) <= abs(wanted[i, i] * wanted[j, j]) * fmpq(2) ** (40 - BITS)
    reference = wanted.solve(fmpq_mat(7, 1, list(range(1, 8)))).entries()
    assert step == pytest.approx([int(r.p) / int(r.q) for r in reference], rel=1e-9)


def test_images_are_those_of_the_maps(kind: str) -> None:
    problem = numeric(random_program(4, order=5, equations=6, scalars=1))
    x, z = point(problem, 3), point(problem, 4)
    with Workers(1) as pool:
        maps = ConstraintMaps(problem, pool)
        factors = factorise(maps, x, z)
        image = images(maps, factors, x)
        for found, values in ((image.x, x), (image.z, factors.z_inverse)):
            wanted = exact(maps.forward(values))
            assert largest(exact(found) - wanted) <= largest(wanted) * fmpq(2) ** (40 - BITS)


def as_float(value: fmpq) -> float:
    return int(value.p) / int(value.q)


def check_optimal(solution: NumericSolution) -> None:
    assert solution.status is Status.OPTIMAL
    model = solution.problem
    values = {}
    for v in model.variables:
        m = solution.values[v.name]
        rows, columns = m.shape
        matrix = fmpq_mat(rows, columns, [e for row in m.entries for e in row]) * fmpq(2) ** m.exponent
        values[v.name] = matrix if isinstance(v, PsdVariable) else matrix.entries()
        assert not isinstance(v, PsdVariable) or is_positive_definite(matrix)
    for identity in model.identities:
        residual = identity.coefficients(model.residual(identity, values))
        assert max(abs(c) for c in residual) < fmpq(2) ** -80
    assert abs(model.objective_value(values) - solution.primal_objective) < fmpq(2) ** -60


def test_all_kinds_have_one_optimum(kind: str) -> None:
    model = random_program(5, order=14, equations=8, scalars=2, free=2)
    solution = solve(model)
    check_optimal(solution)
    # found with the default kinds, whatever this test's kind is
    assert as_float(solution.primal_objective) == pytest.approx(OPTIMUM, rel=2e-9)
    assert as_float(solution.dual_objective) == pytest.approx(OPTIMUM, rel=2e-9)


def _optimum() -> float:
    return as_float(
        solve(
            random_program(5, order=14, equations=8, scalars=2, free=2), bits=160, settings=Settings(gap=1e-14)
        ).primal_objective
    )


OPTIMUM = _optimum()


def test_large_blocks_of_full_matrices_are_congruences() -> None:
    """Order 40, 12 matrices of full rank: the Kronecker product of order 820 is not formed."""
    model = random_program(6, order=40, equations=12, rank=40)
    assert numeric(model).dense_blocks[0].wide
    check_optimal(solve(model))


def test_theta_of_many_vertices_is_a_block_of_forms() -> None:
    """The theta number of the 21-cycle is 21 cos(π/21) / (1 + cos(π/21))."""
    n = 21
    solution = solve(theta(n, [(i, (i + 1) % n) for i in range(n)]))
    assert solution.status is Status.OPTIMAL
    c = np.cos(np.pi / n)
    assert as_float(solution.primal_objective) == pytest.approx(-n * c / (1 + c), rel=2e-9)


# -- stacks
# ----------------------------------------------------------------------------------------------------------


def test_stacks() -> None:
    """Triangles become matrices and back; congruences of all of them at once."""
    engine = Engine(BITS)
    random = np.random.default_rng(0)
    table = Matrix.from_integers([[int(x) for x in row] for row in random.integers(-(2**30), 2**30, (3, 10))], -1)
    stack = stack_of_triangles(engine, table, 4)
    assert exact(triangles_of_stack(engine, stack)) == exact(table)
    left, right = (
        Matrix.from_integers([[int(x) for x in row] for row in random.integers(-(2**20), 2**20, (4, 4))], -1)
        for _ in range(2)
    )
    found = exact(congruences(engine, stack, left, right))
    pairs = [(p, q) for p in range(4) for q in range(p, 4)]
    for i in range(3):
        a = fmpq_mat([[exact(stack)[4 * i + p, q] for q in range(4)] for p in range(4)])
        coefficients = [exact(table)[i, k] for k in range(10)]
        assert a == a.transpose()
        assert [a[p, q] * (1 if p == q else 2) for p, q in pairs] == coefficients
        wanted = exact(right).transpose() * a * exact(left)
        part = fmpq_mat([[found[4 * i + p, q] for q in range(4)] for p in range(4)])
        assert largest(part - wanted) <= largest(wanted) * fmpq(2) ** (24 - BITS)
    assert exact(powers_of_two(np.array([-50, 0, 3]))).entries() == [fmpq(2) ** e for e in (-50, 0, 3)]


# -- free variables
# ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("polynomial", [X**4 - 2 * X**2, X**4 + X - 1000])
def test_a_minimum_of_any_sign(polynomial: fmpq_poly) -> None:
    """The largest t with p - t a sum of squares, t free."""
    t, q = FreeVariable("t", 1), PsdVariable("Q", 3)
    terms = (LinearCombination(t, (fmpq_poly([1]),), UnivariateSpace(4)), UnivariateSquares(q, fmpq_poly([1])))  # type: ignore[arg-type]  # a vector like any other
    identity = Identity("line", UnivariateSpace(4), terms, polynomial)
    solution = solve(Model("minimum", {}, (t, q), (identity,), Objective(fmpq(0), {"t": [fmpq(-1)]})))
    check_optimal(solution)
    derivative = np.polynomial.Polynomial([int(polynomial[k].p) for k in range(5)])
    roots = derivative.deriv().roots()
    least = min(float(derivative(r.real)) for r in roots if abs(r.imag) < 1e-9)
    assert -as_float(solution.primal_objective) == pytest.approx(least, abs=3e-9 * max(1, abs(least)))


@pytest.mark.parametrize("seed", range(4))
def test_linear_programs_with_free_variables_agree_with_scipy(seed: int) -> None:
    """From seed 2 on the first two equations have free variables only, so that S alone is singular."""
    random = np.random.default_rng(seed)
    a, b = random.integers(-5, 6, (6, 9)), random.integers(-5, 6, (6, 3))
    if seed >= 2:
        a[:2] = 0
    right = a @ random.integers(1, 9, 9) + b @ random.integers(-9, 9, 3)
    y = random.integers(-3, 3, 6)
    cost, free_cost = a.T @ y + random.integers(1, 5, 9), b.T @ y
    space = CoordinateSpace(6)
    v, f = NonnegativeVariable("v", 9), FreeVariable("f", 3)

    def rows(table: np.ndarray) -> tuple[dict[int, fmpq], ...]:  # type: ignore[type-arg]  # integers
        return tuple({j: fmpq(int(x)) for j, x in enumerate(row)} for row in table)

    terms = (VectorCoefficients(v, space, rows(a)), VectorCoefficients(f, space, rows(b)))
    identity = Identity("rows", space, terms, fmpq_mat(6, 1, [int(x) for x in right]))
    objective = Objective(fmpq(3), {"v": [fmpq(int(c)) for c in cost], "f": [fmpq(int(c)) for c in free_cost]})
    solution = solve(Model("program", {}, (f, v), (identity,), objective))
    check_optimal(solution)
    bounds = [(0, None)] * 9 + [(None, None)] * 3
    reference = linprog(np.r_[cost, free_cost], A_eq=np.c_[a, b], b_eq=right, bounds=bounds)
    assert reference.status == 0
    assert as_float(solution.primal_objective) == pytest.approx(reference.fun + 3, rel=1e-8)


# -- statuses
# ----------------------------------------------------------------------------------------------------------


def test_infeasible_with_free_variables() -> None:
    """X_11 + f = 0, X_22 - f = -1: adding them, trace X = -1."""
    x, f, space = PsdVariable("X", 2), FreeVariable("f", 1), CoordinateSpace(2)
    matrices = (((0, 0, fmpq(1)),), ((1, 1, fmpq(1)),))
    terms = (MatrixCoefficients(x, space, matrices), VectorCoefficients(f, space, ({0: fmpq(1)}, {0: fmpq(-1)})))
    objective = Objective(fmpq(0), {"X": fmpq_mat([[1, 0], [0, 1]])})
    solution = solve(Model("free", {}, (x, f), (Identity("rows", space, terms, fmpq_mat(2, 1, [0, -1])),), objective))
    assert solution.status is Status.INFEASIBLE
    first, second = (row[0] for row in solution.multipliers.entries)
    assert second < 0
    assert abs(first - second) <= abs(second) >> 40  # Bᵀy = 0


def test_contradictory_equations() -> None:
    x, space = PsdVariable("X", 2), CoordinateSpace(2)
    terms = (MatrixCoefficients(x, space, (((0, 0, fmpq(1)),),) * 2),)
    model = Model("twice", {}, (x,), (Identity("rows", space, terms, fmpq_mat(2, 1, [1, 2])),), Objective(fmpq(0), {}))
    with pytest.raises(InfeasibleError, match="no solution"):
        solve(model)


def test_checkpoints_know_the_data() -> None:
    """Two programs that look the same from outside do not share checkpoints."""

    class Memory:
        data: bytes | None = None

        def load(self) -> bytes | None:
            return self.data

        def store(self, data: bytes) -> None:
            self.data = data

    memory = Memory()
    solve(random_program(1, order=3, equations=4), checkpoint=memory, settings=Settings(max_iterations=4))
    with pytest.raises(ParameterError, match="another problem"):
        solve(random_program(2, order=3, equations=4), checkpoint=memory)
    resumed = solve(random_program(1, order=3, equations=4), checkpoint=memory, settings=Settings(max_iterations=99))
    direct = solve(random_program(1, order=3, equations=4), settings=Settings(max_iterations=99))
    assert replace(resumed, seconds=0.0).values == direct.values


# -- SDPLIB
# ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not SDPLIB.is_dir(), reason="the published SDPLIB files are not here")
@pytest.mark.parametrize(
    ("name", "optimum", "tolerance"),
    [
        ("truss1", -8.999996, 1e-6),
        ("truss4", -9.009996, 1e-6),
        ("control1", 17.78463, 5e-6),
        ("theta1", 23.0, 5e-8),
        ("mcp100", 226.1574, 5e-5),
    ],
)
def test_sdplib(name: str, optimum: float, tolerance: float) -> None:
    """The optimal values of the library's table, to the digits that it has."""
    solution = solve(sdpa_model(read_sdpa((SDPLIB / f"{name}.dat-s").read_text())))
    check_optimal(solution)
    assert -as_float(solution.primal_objective) == pytest.approx(optimum, abs=tolerance)
    assert solution.dual_objective <= solution.primal_objective


@pytest.mark.skipif(not SDPLIB.is_dir(), reason="the published SDPLIB files are not here")
@pytest.mark.parametrize(("name", "status"), [("infp1", Status.UNBOUNDED), ("infd1", Status.INFEASIBLE)])
def test_sdplib_infeasible(name: str, status: Status) -> None:
    """Infeasible for SDPA's (P) is unbounded for the model, which is its (D)."""
    solution = solve(sdpa_model(read_sdpa((SDPLIB / f"{name}.dat-s").read_text())))
    assert solution.status is status
    assert "ray" in solution.message


def test_unbounded(kind: Callable[[], str]) -> None:
    """Minimise -X_22 with X_11 = 1: the ray is e_2 e_2ᵀ (plus anything small on the boundary)."""
    x, space = PsdVariable("X", 2), CoordinateSpace(1)
    terms = (MatrixCoefficients(x, space, (((0, 0, fmpq(1)),),)),)
    objective = Objective(fmpq(0), {"X": fmpq_mat([[0, 0], [0, -1]])})
    model = Model("unbounded", {}, (x,), (Identity("rows", space, terms, fmpq_mat(1, 1, [1])),), objective)
    assert solve(model).status is Status.UNBOUNDED
