"""Whole runs: known optima, statuses, precision, checkpoints."""

import io
import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kissalg.errors import KissalgError, ParameterError, RunError, SolverError
from kissalg.exact.positivity import is_positive_definite
from kissalg.families.three_point.model import kissing
from kissalg.sdp.model import Model, NonnegativeVariable, SampledLinear
from kissalg.solvers import BinaryMatrix, Iteration, NumericSolution, Settings, Status, solve
from tests.solvers.models import (
    X,
    bernstein,
    contradiction,
    least_value,
    linear_program,
    pentagon,
    scaled,
    solved,
    theta,
)


class Memory:
    """A checkpoint that lives in memory."""

    def __init__(self, data: bytes | None = None) -> None:
        self.data = data

    def load(self) -> bytes | None:
        return self.data

    def store(self, data: bytes) -> None:
        self.data = data


def as_float(value: fmpq) -> float:
    return int(value.p) / int(value.q)


def value(matrix: BinaryMatrix) -> fmpq_mat:
    rows, columns = matrix.shape
    return fmpq_mat(rows, columns, [x for row in matrix.entries for x in row]) * fmpq(2) ** matrix.exponent


def check_feasible(solution: NumericSolution) -> None:
    """In the interior of the cone, and (after the projection) nearly exact in coefficients; primal above dual."""
    assert solution.status is Status.OPTIMAL
    model = solution.problem
    assignment = {}
    for variable in model.variables:
        m = value(solution.values[variable.name])
        if isinstance(variable, NonnegativeVariable):
            assignment[variable.name] = m.entries()
            assert min(m.entries()) > 0
        else:
            assignment[variable.name] = m
            assert is_positive_definite(m)
    for identity in model.identities:
        residual = identity.coefficients(model.residual(identity, assignment))
        assert max(abs(c) for c in residual) < fmpq(2) ** -100
    objective = model.objective_value(assignment)
    assert abs(objective - solution.primal_objective) < fmpq(2) ** -60
    assert solution.dual_objective <= solution.primal_objective
    scale = max(1.0, abs(as_float(objective)))
    assert as_float(solution.primal_objective - solution.dual_objective) <= 1.1 * solution.settings.gap * scale
    assert solution.gap <= solution.settings.gap


def dual_images(solution: NumericSolution) -> tuple[fmpq, dict[str, fmpq_mat]]:
    """(bᵀy, A*(y)) for the multipliers y, exactly, from the model's own terms at the sample points and in its own
    bases.
    """
    model = solution.problem
    y = iter(value(solution.multipliers).entries())
    total = fmpq(0)
    images = {
        v.name: fmpq_mat(v.length, 1) if isinstance(v, NonnegativeVariable) else fmpq_mat(v.size, v.size)
        for v in model.variables
    }
    for identity in model.identities:
        for point in solution.points[identity.name]:
            factor = next(y)
            total += factor * identity.space.evaluate(identity.right_hand_side, point)  # type: ignore[arg-type]  # a space and its element
            for term in identity.terms:
                form = term.sample([point])
                name = term.variable.name
                if isinstance(form, SampledLinear):
                    images[name] += fmpq_mat(len(form.rows[0]), 1, form.rows[0]) * factor
                    continue
                vectors = [fmpq_mat(1, len(table[0]), table[0]) for table in form.vectors]
                for a, left in enumerate(vectors):
                    for b, right in enumerate(vectors):
                        images[name] += left.transpose() * right * (factor * form.weights[0][a][b])
    assert next(y, None) is None
    return total, images


def cost(model: Model, name: str, like: fmpq_mat) -> fmpq_mat:
    coefficient = model.objective.coefficients.get(name)
    if coefficient is None:
        return fmpq_mat(like.nrows(), like.ncols())
    return coefficient if isinstance(coefficient, fmpq_mat) else fmpq_mat(len(coefficient), 1, list(coefficient))


def check_dual(solution: NumericSolution) -> None:
    """C - A*(y) is in the cone but for rounding; the dual value is c0 + bᵀy; <X, C - A*(y)> is the gap."""
    model = solution.problem
    total, images = dual_images(solution)
    assert abs(model.objective.constant + total - solution.dual_objective) < fmpq(2) ** -48
    product = fmpq(0)
    for variable in model.variables:
        slack = cost(model, variable.name, images[variable.name]) - images[variable.name]
        x = value(solution.values[variable.name])
        product += sum((p * q for p, q in zip(slack.entries(), x.entries(), strict=True)), fmpq(0))
        tiny = fmpq(2) ** -48
        if isinstance(variable, NonnegativeVariable):
            assert min(slack.entries()) > -tiny
        else:
            n = variable.size
            unit = fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
            assert is_positive_definite((slack + slack.transpose()) / 2 + unit * tiny)
    gap = solution.primal_objective - solution.dual_objective
    assert 0 < product < abs(solution.primal_objective) * fmpq(1, 10**8)
    assert abs(product - gap) < fmpq(2) ** -48


KNOWN: dict[str, tuple[Callable[[], Model], float]] = {
    "the minimum of a line": (bernstein, -2.0),
    "the minimum of a quartic": (lambda: least_value(X**4 - 2 * X**2 + 3), -2.0),
    "the minimum on an interval": (lambda: least_value(X**3 - X + 2, interval=True), 2 / 3**1.5 - 2),
    "theta of the pentagon": (pentagon, -(5**0.5)),
    "theta of the Petersen graph": (
        lambda: theta(
            10,
            [(i, (i + 1) % 5) for i in range(5)]
            + [(i, i + 5) for i in range(5)]
            + [(i + 5, (i + 2) % 5 + 5) for i in range(5)],
        ),
        -4.0,
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_optima(name: str) -> None:
    build, optimum = KNOWN[name]
    solution = solve(build())
    check_feasible(solution)
    check_dual(solution)
    assert as_float(solution.primal_objective) == pytest.approx(optimum, rel=2e-9)
    # weak duality: the optimum lies between the two
    assert as_float(solution.dual_objective) <= optimum + 1e-12
    assert as_float(solution.primal_objective) >= optimum - 1e-12


def test_many_squares_make_a_low_rank_block() -> None:
    """The minimum of 2 + T_50 on [-1, 1] is 1; the squares have order 26, beyond the limit of dense blocks."""
    a, b = 1 + 0 * X, X
    for _ in range(49):
        a, b = b, 2 * X * b - a
    solution = solve(least_value(2 + b, interval=True), settings=Settings(gap=1e-7))
    check_feasible(solution)
    assert as_float(solution.primal_objective) == pytest.approx(-1.0, rel=2e-7)


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[list[int]], list[int], list[int]]:
    """Linear programs with strictly feasible points on both sides: columns, right-hand side, cost."""
    rows = draw(st.integers(1, 3))
    count = draw(st.integers(rows, 6))
    entry = st.integers(-5, 5)
    columns = draw(st.lists(st.lists(entry, min_size=rows, max_size=rows), min_size=count, max_size=count))
    for k in range(rows):  # independent equations
        columns[k][k] += 12
    inside = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    slack = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    y = draw(st.lists(entry, min_size=rows, max_size=rows))
    right = [sum(columns[k][i] * inside[k] for k in range(count)) for i in range(rows)]
    cost = [sum(a * b for a, b in zip(columns[k], y, strict=True)) + slack[k] for k in range(count)]
    return columns, right, cost


@settings(max_examples=10)
@given(programs())
def test_linear_programs_agree_with_scipy(program: tuple[list[list[int]], list[int], list[int]]) -> None:
    columns, right, cost = program
    solution = solve(linear_program(columns, right, cost, constant=7))
    check_feasible(solution)
    reference = linprog(cost, A_eq=np.array(columns).T, b_eq=right, bounds=(0, None))
    assert reference.status == 0
    assert as_float(solution.primal_objective) == pytest.approx(reference.fun + 7, rel=1e-7, abs=1e-6)


# -- the three-point bound
# ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "degree", "linear", "optimum"),
    [
        (3, 3, None, 93 / 7),
        (4, 4, 4, 30.724357970595),
        pytest.param(4, 5, 5, 25.902505048303, marks=pytest.mark.slow),
        (4, 5, None, 25.558429097570),
        pytest.param(4, 6, None, 25.221834836252, marks=pytest.mark.slow),
        pytest.param(12, 6, None, 1416.0902768559, marks=pytest.mark.slow),
    ],
)
def test_three_point_bounds(n: int, degree: int, linear: int | None, optimum: float) -> None:
    solution = solved(n, degree, linear)
    check_feasible(solution)
    check_dual(solution)
    assert 0 <= as_float(solution.primal_objective) - optimum + 1e-9 <= 2e-9 * optimum
    assert as_float(solution.dual_objective) <= optimum + 1e-9


@pytest.mark.parametrize("bits", [53, 72])
def test_a_degree_too_low_is_infeasible(bits: int) -> None:
    """n = 12, a_k for k <= d = 4: no multipliers give anything better than the trivial bound."""
    solution = solve(kissing(12, 4, 4), bits=bits)
    assert solution.status is Status.INFEASIBLE
    assert "dual" in solution.message


# -- statuses
# ----------------------------------------------------------------------------------------------------------


def test_a_contradiction_is_infeasible() -> None:
    """The multipliers are a proof, in exact arithmetic: bᵀy > 0 and -A*(y) ⪰ 0, so that no X ⪰ 0 has A(X) = b."""
    solution = solve(contradiction())
    assert solution.status is Status.INFEASIBLE
    assert "ray" in solution.message
    total, images = dual_images(solution)
    assert total > 0
    assert is_positive_definite(-images["Q"])


def unbounded() -> Model:
    """Minimise -a_1 with a_1 = a_2: no dual point exists."""
    return linear_program([[1], [-1]], [0], [-1, 0])


def test_an_unbounded_problem_is_not_optimal() -> None:
    assert solve(unbounded(), settings=Settings(max_iterations=12)).status is not Status.OPTIMAL


def test_an_unbounded_problem_is_said_to_be_unbounded() -> None:
    solution = solve(unbounded())
    assert solution.status is Status.UNBOUNDED
    assert "unbounded" in solution.message


def test_the_iteration_limit() -> None:
    solution = solve(pentagon(), settings=Settings(max_iterations=3))
    assert solution.status is Status.ITERATION_LIMIT
    assert solution.iterations == 3
    assert "max_iterations = 3" in solution.message
    assert set(solution.values) == {"X"}


FINE = Settings(bits=48, gap=1e-15, primal_tolerance=1e-40, dual_tolerance=1e-40)


def test_precision_is_raised_until_it_suffices() -> None:
    """From float64 (48 bits are asked for), and the same optimum as from 400 bits."""
    seen: list[int] = []
    fine = replace(FINE, gap=1e-24)
    low = solve(pentagon(), settings=fine, progress=lambda i: seen.append(i.bits))
    assert low.status is Status.OPTIMAL
    assert seen[0] == 53
    assert seen == sorted(seen)
    assert low.bits == seen[-1] > 72
    high = solve(pentagon(), bits=400, settings=fine)
    assert high.status is Status.OPTIMAL
    assert high.bits == 400
    for solution in (low, high):
        assert abs(solution.primal_objective**2 - 5) < fmpq(1, 10**22)


def test_gaps_below_double_precision() -> None:
    solution = solve(pentagon(), settings=replace(FINE, gap=1e-30))
    assert solution.status is Status.OPTIMAL
    assert 0 < solution.primal_objective - solution.dual_objective < fmpq(1, 10**29)
    assert abs(solution.primal_objective**2 - 5) < fmpq(1, 10**28)


def test_exhausted_precision_is_said() -> None:
    solution = solve(pentagon(), settings=Settings(bits=48, max_bits=48, gap=1e-30))
    assert solution.status is Status.PRECISION_EXHAUSTED
    assert "max_bits = 48" in solution.message
    assert solution.bits == 53  # what float64 has


def test_bits_override_the_settings() -> None:
    solution = solve(bernstein(), bits=2000)
    assert solution.status is Status.OPTIMAL
    assert solution.settings.bits == solution.settings.max_bits == 2000
    assert solution.bits == 2000


@pytest.mark.parametrize(
    "change",
    [
        {"bits": 47},
        {"bits": 200, "max_bits": 100},
        {"max_bits": 5000},
        {"gap": 0.0},
        {"gap": 1.0},
        {"gap": -1.0},
        {"gap": float("nan")},
        {"step_factor": 0.0},
        {"step_factor": 1.0},
        {"max_iterations": 0},
        {"threads": 0},
        {"start": 0.0},
    ],
)
def test_settings_are_validated(change: dict[str, float]) -> None:
    with pytest.raises(ParameterError, match="expected"):
        Settings(**change)  # type: ignore[arg-type]  # one field, of its own type


def test_solutions_show_themselves() -> None:
    solution = solve(pentagon(), settings=Settings(max_iterations=2))
    assert repr(solution).startswith("NumericSolution(iteration limit, objective ")
    assert "2 iterations" in repr(solution)
    assert repr(solution.values["X"]).startswith("BinaryMatrix(5 x 5, exponent -")


def test_progress_tells_of_each_iteration() -> None:
    lines: list[Iteration] = []
    solution = solve(pentagon(), progress=lines.append)
    assert [line.index for line in lines] == [*range(1, solution.iterations + 1), solution.iterations]
    assert lines[-1].gap == solution.gap
    assert all(line.seconds > 0 for line in lines)
    assert lines[-1].mu < lines[0].mu


@pytest.mark.parametrize("build", [pentagon, lambda: kissing(3, 2)])
def test_threads_do_not_change_a_bit(build: Callable[[], Model]) -> None:
    first, second = (solve(build(), settings=Settings(threads=threads, max_iterations=12)) for threads in (1, 2))
    assert first.values == second.values
    assert (first.primal_objective, first.dual_objective) == (second.primal_objective, second.dual_objective)


# -- float64 first
# ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "build", [bernstein, pentagon, lambda: least_value(X**3 - X + 2, interval=True), lambda: kissing(3, 3)]
)
def test_float64_and_multiprecision_reach_the_same_optimum(build: Callable[[], Model]) -> None:
    """Each solution proves the other's to be optimal up to the gap: both sides are feasible."""
    lines: list[Iteration] = []
    first = solve(build(), progress=lines.append)
    second = solve(build(), bits=72)
    assert lines[0].bits == 53
    assert lines[-1].bits >= 72  # float64 has the last word in nothing
    assert [line.bits for line in lines] == sorted(line.bits for line in lines)
    assert sum(line.bits == 53 for line in lines) > len(lines) / 2
    for solution in (first, second):
        check_feasible(solution)
        check_dual(solution)
    slack = 1e-14 * max(1.0, abs(as_float(first.primal_objective)))
    assert as_float(first.dual_objective - second.primal_objective) <= slack
    assert as_float(second.dual_objective - first.primal_objective) <= slack
    assert as_float(first.primal_objective) == pytest.approx(as_float(second.primal_objective), rel=2.5e-9)


def test_a_problem_with_a_single_point_ends() -> None:
    """x = (1, 1) is the only feasible point, and the slack of an optimal dual point is zero: the dual residual of
    float64 is never below it.
    """
    solution = solve(linear_program([[12, 0], [-4, 12]], [8, 12], [61, 5], constant=7))
    check_feasible(solution)
    assert solution.primal_objective == 73


# -- scales
# ----------------------------------------------------------------------------------------------------------


def scales() -> dict[str, fmpq]:
    return {"line": fmpq(1000), "t": fmpq(1, 70), "Q": fmpq(3), "R": fmpq(10**6)}


def test_a_problem_without_interior_points_ends_near_its_gap() -> None:
    """Its residual only shrinks with the gap: iterations far beyond the gap, at ever more bits, would change
    nothing.
    """
    solution = solve(kissing(5, 3))
    assert solution.status is Status.OPTIMAL
    assert not solution.strictly_feasible
    assert solution.iterations <= 45
    assert solution.bits <= 144
    assert abs(solution.dual_objective - 48) < fmpq(1, 10**6)


def test_magnitudes_do_not_change_the_solution() -> None:
    """Values and multipliers are those of the model, whatever the scaling; a wrong guess costs iterations at most."""
    model = least_value(X**3 - X + 2, interval=True)
    solution = solve(scaled(model, scales()))
    check_feasible(solution)
    check_dual(solution)
    assert as_float(solution.primal_objective) == pytest.approx(2 / 3**1.5 - 2, rel=2e-9)
    plain = solve(model)
    total, _ = dual_images(solution)
    other, _ = dual_images(plain)
    assert as_float(total) == pytest.approx(as_float(other), rel=2e-9)


def test_multipliers_are_those_of_the_model() -> None:
    """For a scale that depends on the identity: two identities, one thousand times the other."""
    model = theta(3, [(0, 1)])
    names = [identity.name for identity in model.identities]
    solution = solve(scaled(model, {names[0]: fmpq(10**6), names[1]: fmpq(1, 1000)}))
    check_feasible(solution)
    check_dual(solution)
    assert as_float(solution.primal_objective) == pytest.approx(
        -2.0, rel=2e-9
    )  # the path of length two has independence number 2
    y = value(solution.multipliers).entries()
    assert as_float(y[0]) == pytest.approx(-2.0, rel=1e-8)  # b = (1, 0): the dual value is y_0


@pytest.mark.parametrize("bad", [fmpq(0), fmpq(-2)])
def test_magnitudes_must_be_positive(bad: fmpq) -> None:
    with pytest.raises(SolverError, match="Q: expected an order of magnitude between"):
        solve(scaled(least_value(X**4 - 2 * X**2 + 3), {"Q": bad}))


def test_models_know_no_magnitudes_unless_their_theorem_does() -> None:
    assert pentagon().magnitudes is None
    for model in (kissing(4, 3), kissing(4, 3).linear_programming_face(), kissing(8, 2, 0)):
        assert set(model.magnitudes) == {i.name for i in model.identities} | {v.name for v in model.variables}
        assert all(size > 0 for size in model.magnitudes.values())


@pytest.mark.parametrize(("n", "degree", "linear"), [(3, 3, None), (4, 4, 4)])
def test_magnitudes_of_the_three_point_bound(n: int, degree: int, linear: int | None) -> None:
    """The multipliers of an identity add up to its magnitude, but for a small factor."""
    solution = solved(n, degree, linear)
    y = iter(value(solution.multipliers).entries())
    for identity in solution.problem.identities:
        total = sum((next(y) for _ in range(identity.space.dimension)), fmpq(0))
        magnitude = solution.problem.magnitudes[identity.name]
        assert magnitude / 16 <= abs(total) <= 16 * magnitude


# -- checkpoints
# ----------------------------------------------------------------------------------------------------------


class Interrupted(Exception):
    """Raised in the progress callback, like Ctrl-C."""


def interrupted(model: Model, at: int, settings: Settings) -> Memory:
    """The checkpoint of a run that is stopped at its report number `at`."""
    memory = Memory()
    reports: list[Iteration] = []

    def progress(iteration: Iteration) -> None:
        reports.append(iteration)
        if len(reports) == at:
            raise Interrupted("stopped on purpose")

    with pytest.raises(Interrupted, match="on purpose"):
        solve(model, settings=settings, checkpoint=memory, progress=progress)
    assert memory.data is not None
    return memory


@pytest.mark.parametrize("at", [2, 9, 17])
@pytest.mark.parametrize("name", ["pentagon", "interval"])
def test_an_interrupted_run_continues_bit_by_bit(name: str, at: int) -> None:
    model = {"pentagon": pentagon(), "interval": least_value(X**3 - X + 2, interval=True)}[name]
    options = Settings(bits=48)
    whole = solve(model, settings=options)
    resumed = solve(model, checkpoint=interrupted(model, at, options))
    assert whole.status is resumed.status is Status.OPTIMAL
    assert whole.values == resumed.values
    assert (whole.primal_objective, whole.dual_objective) == (resumed.primal_objective, resumed.dual_objective)
    assert (whole.iterations, whole.bits, whole.settings) == (resumed.iterations, resumed.bits, resumed.settings)


def test_a_run_resumed_after_its_precision_was_raised_continues_bit_by_bit() -> None:
    """The precision passes 144 bits, above which the precision of the final projection depends on it."""
    model = least_value(X**3 - X + 2, interval=True)
    options = replace(FINE, gap=1e-40)
    reports: list[Iteration] = []
    whole = solve(model, settings=options, progress=reports.append)
    assert whole.bits > 144
    resumed = solve(model, checkpoint=interrupted(model, len(reports), options))
    assert whole.values == resumed.values


def test_an_interrupted_three_point_run_continues_bit_by_bit() -> None:
    whole = solved(3, 3)
    resumed = solve(kissing(3, 3), checkpoint=interrupted(kissing(3, 3), 11, Settings()))
    assert whole.values == resumed.values
    assert whole.primal_objective == resumed.primal_objective


@pytest.mark.parametrize(("bits", "at"), [(53, 3), (53, 20), (72, 3)])
def test_a_run_resumed_with_other_threads_continues_bit_by_bit(bits: int, at: int) -> None:
    """Interrupted early in float64, at its end, and in multiprecision from the first iteration; one thread before,
    three after.
    """
    model = kissing(3, 3)
    whole = solve(model, settings=Settings(bits=bits))
    memory = interrupted(model, at, Settings(bits=bits, threads=1))
    resumed = solve(model, settings=Settings(bits=bits, threads=3), checkpoint=memory)
    assert resumed.settings.threads == 3
    assert whole.status is resumed.status is Status.OPTIMAL
    assert whole.values == resumed.values
    assert whole.multipliers == resumed.multipliers
    assert (whole.iterations, whole.bits) == (resumed.iterations, resumed.bits)


@pytest.mark.parametrize("limit", [1, 9])
def test_a_run_at_its_limit_is_resumed_with_more_iterations(limit: int) -> None:
    memory = Memory()
    first = solve(pentagon(), settings=Settings(max_iterations=limit), checkpoint=memory)
    assert first.status is Status.ITERATION_LIMIT
    second = solve(pentagon(), settings=Settings(), checkpoint=memory)
    assert second.values == solve(pentagon()).values


def test_a_resumed_run_may_ask_for_a_smaller_gap() -> None:
    memory = Memory()
    solve(pentagon(), checkpoint=memory)
    finer = solve(pentagon(), settings=Settings(gap=1e-12), checkpoint=memory)
    assert finer.status is Status.OPTIMAL
    assert finer.gap <= 1e-12


@pytest.mark.parametrize("bits", [200, 1000, 2000])
def test_a_resumed_run_may_ask_for_more_bits(bits: int) -> None:
    memory = interrupted(pentagon(), 5, Settings())
    solution = solve(pentagon(), bits=bits, checkpoint=memory)
    assert solution.status is Status.OPTIMAL
    assert solution.bits >= bits


def test_a_checkpoint_of_the_same_sizes_but_another_dimension_is_refused() -> None:
    memory = interrupted(kissing(4, 1), 2, Settings())
    with pytest.raises(KissalgError, match="another problem"):
        solve(kissing(5, 1), checkpoint=memory)


def test_a_checkpoint_of_another_problem_is_refused() -> None:
    memory = interrupted(pentagon(), 3, Settings())
    with pytest.raises(KissalgError, match="another problem"):
        solve(bernstein(), checkpoint=memory)
    with pytest.raises(KissalgError, match="another problem"):  # the same names, other sizes
        solve(theta(6, [(0, 1)]), checkpoint=memory)


def damaged(data: bytes) -> dict[str, bytes]:
    """Ways in which a file may be wrong."""
    archive = io.BytesIO()
    np.savez(archive, other=np.zeros(3))
    version = io.BytesIO()
    with np.load(io.BytesIO(data), allow_pickle=False) as old:
        arrays = {name: old[name] for name in old.files}
    meta = json.loads(arrays["meta"].tobytes())
    arrays["meta"] = np.frombuffer(json.dumps({**meta, "version": 999}).encode(), dtype=np.uint8)
    np.savez(version, **arrays)
    return {
        "empty": b"",
        "garbage": b"not a checkpoint",
        "truncated": data[: len(data) // 2],
        "the end cut off": data[:-1],
        "a flipped byte": data[:600] + bytes([data[600] ^ 255]) + data[601:],
        "another archive": archive.getvalue(),
        "pickle": b"\x80\x04N.",
        "another version": version.getvalue(),
    }


KINDS = ["garbage", "truncated", "the end cut off", "a flipped byte", "another archive", "pickle", "another version"]


@pytest.mark.parametrize("kind", [*KINDS, "empty"])
def test_damaged_checkpoints_are_refused(kind: str) -> None:
    data = damaged(interrupted(pentagon(), 3, Settings()).data or b"")[kind]
    with pytest.raises(RunError, match="start the run anew"):
        solve(pentagon(), checkpoint=Memory(data))


def test_a_resumed_run_may_have_more_bits_and_more_iterations() -> None:
    memory = interrupted(pentagon(), 4, Settings(max_iterations=9))
    stopped = solve(pentagon(), checkpoint=memory)
    assert (stopped.status, stopped.iterations) == (Status.ITERATION_LIMIT, 9)
    continued = solve(pentagon(), bits=200, settings=Settings(max_iterations=100), checkpoint=memory)
    assert continued.status is Status.OPTIMAL
    assert continued.bits >= 200
    assert continued.settings.bits == stopped.settings.bits
