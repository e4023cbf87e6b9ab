"""The sampled problem and its linear maps against the exact model: A, its adjoint, costs, bases."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mat, fmpq_poly

from kissalg.errors import SolverError
from kissalg.families.three_point.model import kissing
from kissalg.sdp.model import Identity, Model, Objective, PsdVariable, UnivariateSpace
from kissalg.sdp.terms import LinearCombination, UnivariateSquares
from kissalg.solvers.multiprecision.build_problem import numeric_problem
from kissalg.solvers.multiprecision.constraint_maps import (
    ConstraintMaps,
    from_upper_triangle,
    inner_product,
    to_float64,
    upper_triangle,
)
from kissalg.solvers.multiprecision.matrix import Engine, Matrix
from kissalg.solvers.multiprecision.problem import LowRankBlock, NumericProblem
from kissalg.solvers.multiprecision.sample_points import among
from kissalg.solvers.multiprecision.workers import Workers
from tests.solvers.models import ONE, X, bernstein, least_value, pentagon, scaled
from tests.solvers.numeric import (
    inner,
    master,
    model_values,
    random_column,
    sample_points,
    sampled,
    symmetric_values,
)
from tests.solvers.reference import exact, largest, matrix

BITS = 120
LOST = fmpq(2) ** (24 - BITS)
"""What a chain of products, dot products and sums may lose, relative to its largest terms."""
MODELS = {
    "vector": bernstein(),
    "dense": pentagon(),
    "squares": least_value(X**4 - 2 * X**2 + 3),
    "interval": least_value(X**3 - X + 2, interval=True),
    "three-point": kissing(4, 3),
    "scaled": scaled(
        least_value(X**3 - X + 2, interval=True),
        {"line": fmpq(1000), "t": fmpq(1, 70), "Q": fmpq(3), "R": fmpq(10**9)},
    ),
}


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    return MODELS[request.param]


@pytest.fixture(params=[24, 1], ids=["dense", "low rank"])
def problem(request: pytest.FixtureRequest, model: Model) -> NumericProblem:
    """The sampled model, with squares treated by triangles, and (where they are squares) as low-rank blocks."""
    return sampled(model, BITS, dense_limit=request.param)


def test_both_kinds_of_blocks_occur() -> None:
    model = kissing(4, 3)
    assert not sampled(model).low_rank
    problem = sampled(model, dense_limit=1)
    assert {block.rank for block in problem.low_rank} == {1, 2}
    assert {"Q0", "R0.trv", "R0.std"} <= {block.name for block in problem.low_rank}
    assert {"B", "F0", "F1"} <= {block.name for block in problem.dense_blocks}  # in both identities: never low rank


def test_the_maps_are_those_of_the_model(model: Model, problem: NumericProblem) -> None:
    """A(X) is the left-hand side of every identity at its sample points, times its unit; X goes back to the model's
    basis exactly.
    """
    points = sample_points(model)
    values = symmetric_values(problem, 1)
    with Workers(1) as pool:
        found = exact(ConstraintMaps(problem, pool).forward(values)).entries()
    assignment = model_values(problem, values)
    units = exact(problem.units).entries()
    assert len(units) == problem.equations
    expected = []
    for identity in model.identities:
        for i, point in enumerate(points[identity.name]):
            total = fmpq(0)
            for term in identity.terms:
                total += term.sample([point]).values(assignment[term.variable.name])[0]  # type: ignore[arg-type]  # a value of the variable's kind
            unit = units[len(expected)]
            expected.append(unit * total)
            right = exact(problem.right)[len(expected) - 1, 0]
            wanted = unit * identity.space.evaluate(identity.right_hand_side, points[identity.name][i])  # type: ignore[arg-type]  # a space and its element
            assert abs(right - wanted) <= unit * fmpq(2) ** -BITS
    scale = max(1, *(abs(e) for e in expected))
    assert max(abs(f - e) for f, e in zip(found, expected, strict=True)) <= scale * LOST


def test_the_objective_is_that_of_the_model(model: Model, problem: NumericProblem) -> None:
    values = symmetric_values(problem, 2)
    y = random_column(problem.equations, 3)
    expected = model.objective_value(model_values(problem, values))  # type: ignore[arg-type]  # values of the variables' kinds
    with Workers(1) as pool:
        primal, dual = ConstraintMaps(problem, pool).objective(values, y)
    assert primal == pytest.approx(float(expected.p) / float(expected.q), rel=1e-12)
    total = model.objective.constant + (exact(problem.right).transpose() * exact(y))[0, 0]
    assert dual == pytest.approx(float(total.p) / float(total.q), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_adjoint(problem: NumericProblem, seed: int) -> None:
    """<A(X), y> = <X, A*(y)>."""
    values, y = symmetric_values(problem, seed), random_column(problem.equations, seed)
    with Workers(2) as pool:
        maps = ConstraintMaps(problem, pool)
        image, back = maps.forward(values), maps.adjoint(y)
    left = (exact(image).transpose() * exact(y))[0, 0]
    right = inner(values, back)
    size = max(largest(exact(v)) for v in values.values()) * largest(exact(y)) * problem.equations * problem.order
    assert abs(left - right) <= size * LOST
    for name, m in back.items():
        entries = m.to_integers()
        assert m.shape == values[name].shape
        assert m.shape[1] == 1 or entries == [list(row) for row in zip(*entries, strict=True)]


def test_unsymmetric_arguments_count_by_their_symmetric_part() -> None:
    problem = sampled(kissing(4, 3), BITS, dense_limit=1)
    engine = Engine(240)
    values = symmetric_values(problem, 5)
    tilted = dict(values)
    for block in problem.low_rank:
        n = block.order
        skew = [[(i - j) * (i + 2 * j + 1) if i > j else 0 for j in range(n)] for i in range(n)]
        skew = [[skew[i][j] - skew[j][i] for j in range(n)] for i in range(n)]
        tilted[block.name] = engine.add(values[block.name], matrix(skew))
    with Workers(1) as pool:
        maps = ConstraintMaps(problem, pool)
        difference = largest(exact(maps.forward(values)) - exact(maps.forward(tilted)))
    assert difference <= fmpq(2) ** (64 - BITS)


@pytest.mark.parametrize("balanced", [False, True])
def test_rows_are_orthogonal(monkeypatch: pytest.MonkeyPatch, balanced: bool) -> None:
    """VᵀV = σ² I with σ² a power of four: near the number of points, so that the entries of V are about 1, times the
    magnitude of the multipliers over that of the slack, so that Z is about the identity."""
    model = kissing(4, 3)
    if not balanced:
        monkeypatch.setattr(type(model), "magnitudes", None)
    problem = sampled(model, BITS, dense_limit=1)
    assert problem.balanced is balanced
    assert problem.low_rank
    starts = [sum(i.space.dimension for i in model.identities[:k]) for k in range(len(model.identities))]
    for block in problem.low_rank:
        gram = exact(Engine(240).gram(block.rows.transpose()))
        unit = gram[0, 0].p
        scale = 4 ** round((int(unit).bit_length() - int(gram[0, 0].q).bit_length()) / 2)
        assert largest(
            gram / scale
            - fmpq_mat(block.order, block.order, [int(i == j) for i in range(block.order) for j in range(block.order)])
        ) < fmpq(2) ** (24 - BITS)
        identity = model.identities[starts.index(block.first)]
        expected = block.points * (model.magnitudes[identity.name] / model.magnitudes[block.name] if balanced else 1)
        # σ² is rounded to a power of four, each magnitude to one as well
        assert expected / (64 if balanced else 4) <= scale <= (64 if balanced else 4) * expected


def test_lower_precisions_are_the_same_problem() -> None:
    """`at` rounds; nothing else changes."""
    model = kissing(4, 3)
    full = master(model, 300)
    low = full.at(60)
    assert low.engine.bits == 60
    assert [b.name for b in low.blocks] == [b.name for b in full.blocks]
    assert largest(exact(low.dense) - exact(full.dense)) <= largest(exact(full.dense)) * fmpq(2) ** -60
    assert largest(exact(low.right) - exact(full.right)) <= largest(exact(full.right)) * fmpq(2) ** -60
    assert exact(low.units) == exact(full.units)
    again = low.at(60)
    assert np.array_equal(again.dense.limbs, low.dense.limbs)


def test_triangles_are_dual_to_each_other() -> None:
    """<G, X> = Σ column · upper triangle, for the symmetric G of the column."""
    engine = Engine(120)
    x = matrix([[1, -2, 3], [-2, 5, 7], [3, 7, -11]])
    column = matrix([[2], [3], [5], [7], [11], [13]])
    g = exact(from_upper_triangle(engine, column, 3))
    assert g == g.transpose()
    assert (exact(upper_triangle(x)).transpose() * exact(column))[0, 0] == sum(
        a * b for a, b in zip(g.entries(), exact(x).entries(), strict=True)
    )


def test_inner_products_are_rounded_once() -> None:
    engine = Engine(120)
    big = matrix([[1 << 100, 1]])
    assert inner_product(engine, {"a": big}, {"a": matrix([[1, 3]])}) == float((1 << 100) + 3)
    assert to_float64(3, -1) == 3 / 2**24
    assert to_float64(3, 2) == 3.0 * 2**48
    assert to_float64(-(3**300), -30) == pytest.approx(-(3.0**300) / 2.0**720)


# -- errors
# ----------------------------------------------------------------------------------------------------------


def model_of(*terms: LinearCombination | UnivariateSquares, degree: int = 2) -> Model:
    variables = tuple({term.variable for term in terms})
    identity = Identity("line", UnivariateSpace(degree), terms, fmpq_poly([1]))
    return Model("toy", {}, variables, (identity,), Objective(fmpq(0), {}))


def test_dependent_bases_are_refused() -> None:
    """Four monomials at three points. The last pivot is what rounding leaves of zero: at this precision it is told from
    a positive one.
    """
    model = model_of(UnivariateSquares(PsdVariable("Q", 4), fmpq_poly([1])), degree=2)
    with Workers(1) as pool, pytest.raises(SolverError, match="Q: the basis is linearly dependent"):
        numeric_problem(model, {"line": [(fmpq(k, 3),) for k in range(3)]}, 240, pool)


def test_variables_without_an_identity_are_refused() -> None:
    q = PsdVariable("Q", 2)
    identity = Identity("line", UnivariateSpace(2), (UnivariateSquares(q, ONE),), fmpq_poly([1]))
    model = Model("toy", {}, (q, PsdVariable("R", 1)), (identity,), Objective(fmpq(0), {}))
    with pytest.raises(SolverError, match="R occurs in no identity"):
        sampled(model)


def test_points_are_chosen_among_candidates_and_proved() -> None:
    space = UnivariateSpace(6)
    candidates = [(fmpq(k, 50),) for k in range(-50, 51)]
    chosen = among(space, candidates)
    assert len(chosen) == 7
    assert set(chosen) <= set(candidates)
    # approximate Fekete points of an interval include its ends
    assert (fmpq(-1),) in chosen
    assert (fmpq(1),) in chosen
    with pytest.raises(SolverError, match="at least 7 candidate points, found 6"):
        among(space, candidates[:6])
    with pytest.raises(SolverError, match="unisolvent"):
        among(space, [(fmpq(1, 2),)] * 7)


def test_low_rank_blocks_keep_their_residues() -> None:
    for block in sampled(kissing(4, 3), 96, dense_limit=1).low_rank:
        assert isinstance(block, LowRankBlock)
        product = Engine(96).multiply(block.residues, Engine(96).residues(Matrix.identity(block.order), 300))
        assert largest(exact(product) - exact(block.rows)) == 0
