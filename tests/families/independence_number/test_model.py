"""Bounds for independence numbers: known values, exact optima, reduced against unreduced, and the standard formulation
by PICOS.
"""

from fractions import Fraction
from math import comb, cos, pi, sqrt

import networkx as nx
import picos
import pytest
from flint import fmpq

import kissalg as ka
from kissalg.algebra.graphs import Graph, cycle, hamming, kneser, largest_independent_set, members, paley
from kissalg.errors import ParameterError, RoundingError
from kissalg.families.independence_number.boolean_quadratic import (
    Facet,
    Inequality,
    hypermetric,
    hypermetric_inequalities,
    odd_cycle_inequalities,
    triangle_inequalities,
)
from kissalg.families.independence_number.model import LEVELS, independence
from kissalg.families.independence_number.rounds import bound_independence, moments_of
from kissalg.rounding import round_columns, round_to_face, sharp_settings
from kissalg.sdp.equations import linear_system
from kissalg.solvers import solve

RANDOM = [
    Graph.of(n, nx.gnp_random_graph(n, p, seed).edges)
    for n, p, seed in ((7, 0.4, 1), (9, 0.3, 2), (9, 0.5, 3), (11, 0.4, 5))
]


def slow(*arguments: object) -> object:
    return pytest.param(*arguments, marks=pytest.mark.slow)


def number(value: fmpq) -> float:
    return int(value.p) / int(value.q)


def optimum(graph: Graph, level: str, **options: object) -> float:
    solution = solve(independence(graph, level, **options))
    assert solution.status.value == "optimal"
    assert solution.strictly_feasible
    return number(solution.primal_objective)


@pytest.mark.parametrize("n", [9, slow(5), slow(7), slow(12)])
def test_theta_of_cycles(n: int) -> None:
    exact = n * cos(pi / n) / (1 + cos(pi / n)) if n % 2 else n / 2
    assert optimum(cycle(n), "theta") == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize(("n", "k"), [(6, 2), slow(7, 3)])
def test_theta_of_kneser_graphs(n: int, k: int) -> None:
    """Erdős, Ko and Rado's number (Lovász 1979, Theorem 13)."""
    assert optimum(kneser(n, k), "theta") == pytest.approx(comb(n - 1, k - 1), rel=1e-8)


@pytest.mark.parametrize("q", [13, slow(17), slow(29)])
def test_theta_of_paley_graphs(q: int) -> None:
    assert optimum(paley(q), "theta") == pytest.approx(sqrt(q), rel=1e-8)


def test_schrijvers_example() -> None:
    """Words of length 6, joined at the distances 1, 2, 3: ϑ = 16/3, ϑ' = 4 (Schrijver 1979)."""
    assert optimum(hamming(6, [1, 2, 3]), "theta") == pytest.approx(16 / 3, rel=1e-8)
    assert optimum(hamming(6, [1, 2, 3]), "theta-prime") == pytest.approx(4, rel=1e-8)


@pytest.mark.parametrize(("n", "d", "value"), [(5, 3, 4), slow(6, 3, 8), slow(7, 3, 16), slow(6, 4, 4)])
def test_theta_prime_of_hamming_graphs_is_delsartes_bound(n: int, d: int, value: int) -> None:
    """The linear programming bound for binary codes of length n and distance d, by its own program in double
    precision.
    """
    assert optimum(hamming(n, range(1, d)), "theta-prime") == pytest.approx(value, rel=1e-7)


def standard_theta(graph: Graph, *, nonnegative: bool) -> float:
    """max <J, A>, tr A = 1, A_uv = 0 for edges, A >= 0 for theta prime, by PICOS and CVXOPT; weighted: √w_u √w_v
    instead of 1.
    """
    problem = picos.Problem()
    a = picos.SymmetricVariable("A", graph.n)
    roots = [sqrt(number(w)) for w in graph.weights]
    weights = picos.Constant([[x * y for x in roots] for y in roots])
    problem.set_objective("max", picos.sum(a ^ weights) if graph.n > 1 else a[0, 0] * roots[0] ** 2)
    problem.add_constraint(picos.trace(a) == 1)
    problem.add_list_of_constraints([a[i, j] == 0 for i, j in graph.edges])
    if nonnegative:
        problem.add_list_of_constraints([a[i, j] >= 0 for i in range(graph.n) for j in range(i)])
    problem.add_constraint(a >> 0)
    problem.solve(solver="cvxopt")
    return float(problem.value)


@pytest.mark.parametrize(
    ("graph", "level"), [(RANDOM[0], "theta"), (RANDOM[1], "theta-prime"), slow(RANDOM[2], "theta")]
)
def test_the_formulation_with_trace_one(graph: Graph, level: str) -> None:
    weighted = graph.weighted([fmpq(v % 3 + 1, 2) for v in range(graph.n)])
    for g in (graph, weighted):
        assert optimum(g, level) == pytest.approx(standard_theta(g, nonnegative=level != "theta"), rel=1e-5)


@pytest.mark.parametrize(
    ("graph", "level"),
    [
        (cycle(9), "theta"),
        (cycle(7), "las2"),
        slow(kneser(5, 2), "las2"),
        slow(cycle(7), "las3"),
        slow(paley(13), "las1"),
    ],
)
def test_the_reduction_by_symmetry_changes_nothing(graph: Graph, level: str) -> None:
    assert optimum(graph, level) == pytest.approx(optimum(graph, level, symmetry=False), rel=1e-7)


def test_symmetry_that_is_given() -> None:
    rotation = [*range(1, 9), 0]
    assert optimum(cycle(9), "las2", symmetry=[rotation]) == pytest.approx(4, rel=1e-7)
    with pytest.raises(ParameterError, match="no automorphism"):
        independence(cycle(9), symmetry=[[1, 0, *range(2, 9)]])


@pytest.mark.parametrize("graph", [cycle(7), paley(13), RANDOM[0], slow(kneser(5, 2)), slow(RANDOM[1])])
def test_the_second_level_is_sharp_here(graph: Graph) -> None:
    found, proved = largest_independent_set(graph)
    assert proved
    assert optimum(graph, "las2") == pytest.approx(found.bit_count(), rel=1e-7)


@pytest.mark.slow
def test_levels_are_ordered_and_bound_alpha() -> None:
    for graph in RANDOM:
        values = [optimum(graph, level) for level in ("theta", "theta-prime", "las2")]
        alpha = largest_independent_set(graph)[0].bit_count()
        assert values[0] + 1e-7 >= values[1] >= values[2] - 1e-7 >= alpha - 1e-6
    assert LEVELS["las1"].steps == LEVELS["theta-prime"].steps


SHARP = [
    (cycle(5), "theta", "a", (-5, 0, 1)),
    (kneser(5, 2), "theta", "4", (0, 1)),
    (hamming(6, [1, 2, 3]), "theta", "16/3", (0, 1)),
    slow(paley(13), "theta", "a", (-13, 0, 1)),
    slow(hamming(6, [1, 2, 3]), "theta-prime", "4", (0, 1)),
    slow(cycle(5), "las2", "2", (0, 1)),
]


@pytest.mark.parametrize(("graph", "level", "value", "polynomial"), SHARP)
def test_exact_optima(graph: Graph, level: str, value: str, polynomial: tuple[int, ...]) -> None:
    exact = round_to_face(solve(independence(graph, level), settings=sharp_settings(40)))
    assert str(exact.objective) == value
    assert exact.field.polynomial == polynomial


def test_rounding_in_the_interior_solves_every_equation() -> None:
    graph = RANDOM[3].weighted([fmpq(v + 1, 3) for v in range(11)])
    for problem in (independence(graph, "las2"), independence(cycle(9), "las2")):
        solution = solve(problem)
        exact = round_columns(solution)
        system = linear_system(problem)
        total = system.right.parts[0]
        for variable in system.variables:
            name = variable.name
            if name in exact.psd:
                assert exact.psd[name].is_proved()
                value = exact.psd[name].value(exact.field).parts[0]
            else:
                assert all(entry.sign() >= 0 for entry in exact.vectors[name])
            for k, form in enumerate(system.forms[name]):
                part = form.parts[0]
                if name in exact.psd:
                    total[k, 0] -= sum((a * b for a, b in zip(part.entries(), value.entries(), strict=True)), fmpq(0))
                else:
                    total[k, 0] -= sum(
                        (part[0, j] * x.coefficients[0] for j, x in enumerate(exact.vectors[name])), fmpq(0)
                    )
        assert not any(total.entries())
        objective = exact.objective.coefficients[0]
        assert solution.dual_objective - fmpq(1, 10**9) < objective < solution.primal_objective + fmpq(1, 10**5)


def test_only_rows_are_rounded_by_rows() -> None:
    with pytest.raises(RoundingError, match="rows of numbers"):
        round_columns(solve(ka.delsarte(3, "1/2", 2)))


def test_moments_are_means_of_a_measure_on_independent_sets() -> None:
    """las_2 of the pentagon is sharp: the moments are those of its five largest independent sets."""
    problem = independence(cycle(5), "las2")
    moments = moments_of(problem, solve(problem))
    assert number(moments(0b1)) == pytest.approx(2 / 5, abs=1e-6)
    assert number(moments(0b101)) == pytest.approx(1 / 5, abs=1e-6)
    assert moments(0b11) == 0


def test_inequalities() -> None:
    """Valid at all 0/1 points, and tight where they should be."""
    free = Graph.of(6, [])
    for signs in ({0: 1, 1: 1}, {0: -1, 1: 1, 2: 1}, {0: 1, 1: 1, 2: 1, 3: -1}, {0: -1, 2: -1, 3: 1, 4: 1, 5: 1}):
        for a in range(-3, 4):
            q = hypermetric(signs, a)
            q.require_valid(free)
            sums = {sum(b for v, b in signs.items() if s >> v & 1) for s in range(64)}
            assert (q.least(free) == 0) == bool({a, a + 1} & sums)
    wrong = Inequality("too much", fmpq(1), {1: fmpq(-1), 2: fmpq(-1)})
    wrong.require_valid(Graph.of(2, [(0, 1)]))
    with pytest.raises(ParameterError, match="not valid"):
        wrong.require_valid(Graph.of(2, []))
    with pytest.raises(ParameterError, match="not valid"):
        independence(Graph.of(3, [(1, 2)]), inequalities=[wrong])
    wide = Inequality("wide", fmpq(17), {1 << v: fmpq(-1) for v in range(17)})
    with pytest.raises(ParameterError, match="at most 16 vertices"):
        wide.require_valid(Graph.of(17, []))
    triple = Inequality("triple", fmpq(0), {0b111: fmpq(1)})
    with pytest.raises(ParameterError, match="raise it"):
        independence(Graph.of(3, []), inequalities=[triple])
    independence(Graph.of(3, []), "las2", inequalities=[triple])


def test_the_searches_find_what_is_violated() -> None:
    graph = cycle(5)
    third = {0: fmpq(1)} | {1 << v: fmpq(1, 2) for v in range(5)}

    def moments(vertices: int) -> fmpq:
        return third.get(vertices, fmpq(0))

    (found,) = odd_cycle_inequalities(graph, [0], moments)
    assert found.constant == 2
    assert found.support == [0, 1, 2, 3, 4]
    assert found.value(moments) == fmpq(-1, 2)
    for search in (triangle_inequalities, hypermetric_inequalities):
        listed = list(search(graph, [0], moments))
        assert listed
        for q in listed:
            assert q.value(moments) < 0
            q.require_valid(Graph.of(5, []))


@pytest.mark.parametrize(
    ("graph", "cuts", "value"),
    [
        (cycle(5), ["triangle"], 2),
        (cycle(7), ["odd-cycle"], 3),
        (paley(13), ["hypermetric"], 3),
    ],
)
def test_bounds_with_inequalities(graph: Graph, cuts: list[str], value: int) -> None:
    result = bound_independence(graph, cuts=cuts)
    assert value <= result.certificate.bound < value + Fraction(1, 10**6)
    assert all(a >= b for a, b in zip(result.history, result.history[1:], strict=False))
    assert ka.verify(result.certificate).verified
    assert ka.second_opinion(result.certificate).verified


def test_facets_of_a_list() -> None:
    """x_1 + x_2 + x_3 - x_12 - x_13 - x_23 <= 1 on all triples; on the pentagon it implies the odd cycle inequality."""
    ones = {(0, 1): fmpq(-1), (0, 2): fmpq(-1), (1, 2): fmpq(-1)}
    facet = Facet((fmpq(1),) * 3, ones, fmpq(1))
    homogeneous = Facet((fmpq(-1), fmpq(0), fmpq(0)), {(0, 1): fmpq(1), (0, 2): fmpq(1), (1, 2): fmpq(-1)}, fmpq(0))
    result = bound_independence(cycle(5), facets=[facet, homogeneous])
    assert result.certificate.bound < 2 + Fraction(1, 10**6)


def test_wrong_parameters() -> None:
    with pytest.raises(ParameterError, match="level"):
        independence(cycle(5), "las9")
    with pytest.raises(ParameterError, match="cuts"):
        bound_independence(cycle(5), cuts=["squares"])
    with pytest.raises(ParameterError, match="adjacent"):
        independence(cycle(5), independent=[0, 1])
    with pytest.raises(ParameterError, match="vertices from 0 to 4"):
        independence(cycle(5), independent=[7])
    with pytest.raises(ParameterError, match="equations"):
        independence(Graph.of(120, []), symmetry=False)


def test_an_independent_set_of_ones_own() -> None:
    problem = independence(cycle(7), independent=[0, 3])
    assert list(members(problem.independent)) == [0, 3]
    claim = ka.verify(ka.certify(solve(problem))).claim
    assert str(claim).endswith(", and >= 2")
