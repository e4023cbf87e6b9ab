"""Delsarte polynomials, Cohn-Elkies functions, graph duals, Boolean quadratic facets, factored matrices: known results
pass, one changed number fails.
"""

import json
from copy import deepcopy
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq, fmpq_poly
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.orthogonal import gegenbauer
from kissalg.errors import PublishedError
from kissalg.published import Outcome, check_file
from kissalg.published.facets import check_facets
from kissalg.published.gram_matrices import check_gram_matrices
from kissalg.published.graph_dual import check_graph_dual
from kissalg.published.linear_programming import check_cohn_elkies, check_delsarte, nonpositive_on
from kissalg.testing.strategies import graphs, univariate_polynomials


def expansion(n: int, polynomial: fmpq_poly) -> list[str]:
    """The Gegenbauer coefficients."""
    rest, result = polynomial, []
    for k in range(polynomial.degree(), -1, -1):
        p = gegenbauer(n, k)
        result.append(rest[k] / p[k])
        rest -= p * result[-1]
    return [str(c) for c in reversed(result)]


U = fmpq_poly([0, 1])
E8 = (U + 1) * (U + fmpq(1, 2)) ** 2 * U**2 * (U - fmpq(1, 2))
LEECH = (U + 1) * (U + fmpq(1, 2)) ** 2 * (U + fmpq(1, 4)) ** 2 * U**2 * (U - fmpq(1, 4)) ** 2 * (U - fmpq(1, 2))


@pytest.mark.parametrize(("n", "polynomial", "bound"), [(8, E8, 240), (24, LEECH, 196560)])
def test_the_sharp_kissing_numbers(n: int, polynomial: fmpq_poly, bound: int) -> None:
    tree = {
        "dimension": n,
        "cos": "1/2",
        "bound": bound,
        "gegenbauer": expansion(n, polynomial),
        "coefficients": [str(c) for c in polynomial.coeffs()],
        "factors": [{"coefficients": [str(c) for c in f.coeffs()], "power": p} for f, p in polynomial.factor()[1]]
        + [{"coefficients": [str(polynomial.factor()[0])]}],
    }
    finding = check_delsarte(tree)
    assert finding.outcome is Outcome.VERIFIED, finding.reason
    assert finding.statement == f"A({n}, 1/2) <= {bound}"
    assert check_delsarte({**tree, "bound": bound - 1}).outcome is Outcome.REJECTED
    assert "positive somewhere" in check_delsarte({**tree, "cos": "51/100"}).reason
    assert "different polynomials" in check_delsarte({**tree, "coefficients": ["1", "1"]}).reason
    assert "different polynomials" in check_delsarte({**tree, "factors": tree["factors"][:-1]}).reason
    changed = list(tree["gegenbauer"])
    changed[2] = "-1/100"
    assert check_delsarte({"dimension": n, "gegenbauer": changed}).outcome is Outcome.REJECTED
    assert "c_0" in check_delsarte({"dimension": n, "gegenbauer": ["0", "1"]}).reason


@given(univariate_polynomials(5), st.fractions(-2, 2, max_denominator=9), st.fractions(-2, 2, max_denominator=9))
def test_nonpositive_on_an_interval(polynomial: fmpq_poly, a: Any, b: Any) -> None:
    low, high = (fmpq(x.numerator, x.denominator) for x in sorted((a, b)))
    sampled = all(polynomial(low + (high - low) * fmpq(i, 64)) <= 0 for i in range(65))
    if nonpositive_on(polynomial, low, high):
        assert sampled
    square = -(polynomial**2)
    assert nonpositive_on(square, low, high)
    if not sampled:
        assert not nonpositive_on(polynomial, low, high)


def test_cohn_elkies() -> None:
    """f = n + 1·L_1 in dimension n: f <= 0 for w >= 3n/2, f^ = n/2 + w."""
    n = 8
    tree = {
        "n": n,
        "threshold": [3 * n, 2],
        "coefficients": [[n, 1], [1, 1]],
        "transform_nonnegative": {
            "sigma0": [{"weight": [n, 2], "poly": [[1, 1]]}],
            "sigma1": [{"weight": [1, 1], "poly": [[1, 1]]}],
        },
        "tail_nonpositive": {"sigma0": [], "sigma1": [{"weight": [1, 1], "poly": [[1, 1]]}]},
    }
    finding = check_cohn_elkies(tree)
    assert finding.facts == (
        "degree 1",
        "that is at most 0.15591460549301834069",
    )  # 3 (3/(2π))^4 = 0.1559146054930183406852…
    assert finding.outcome is Outcome.VERIFIED
    assert finding.statement == "the centre density in dimension 8 is at most (12/(2π))^(8/2) 2^-8 3"
    for path, value in (
        (("threshold",), [11, 1]),
        (("coefficients", 0), [9, 1]),
        (("transform_nonnegative", "sigma0", 0, "weight"), [-4, 1]),
        (("tail_nonpositive", "sigma1", 0, "poly"), [[2, 1]]),
    ):
        changed: Any = deepcopy(tree)
        node = changed
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value
        assert check_cohn_elkies(changed).outcome is Outcome.REJECTED


PETERSEN_EDGES = [
    [a, b]
    for a, b in combinations(range(10), 2)
    if not {*list(combinations(range(5), 2))[a]} & {*list(combinations(range(5), 2))[b]}
]


def test_graph_duals() -> None:
    cover = {
        "vertices": 10,
        "edges": PETERSEN_EDGES,
        "weights": [{"clique": e, "weight": "1/3"} for e in PETERSEN_EDGES],
    }
    assert check_graph_dual(cover).statement == "independence number <= 5"
    assert check_graph_dual({**cover, "bound": 4}).outcome is Outcome.REJECTED
    light = {**cover, "weights": [{"clique": e, "weight": "1/4"} for e in PETERSEN_EDGES]}
    assert "covered with the weight 3/4" in check_graph_dual(light).reason
    wrong = {**cover, "weights": [*cover["weights"], {"clique": [0, 1], "weight": "1"}]}
    assert "not adjacent" in check_graph_dual(wrong).reason
    stars = [[i for i, pair in enumerate(combinations(range(5), 2)) if k in pair] for k in range(5)]
    finding = check_graph_dual({**cover, "weights": [{"independent": s, "weight": "1/2"} for s in stars]})
    assert finding.statement == "fractional chromatic number <= 5/2"
    assert "at least 4" in finding.facts[1]


@given(graphs(6))
def test_graph_duals_are_never_below_the_truth(graph: tuple[int, tuple[tuple[int, int], ...]]) -> None:
    count, edges = graph
    pairs = {*edges}
    independent = max(
        size
        for size in range(count + 1)
        for chosen in combinations(range(count), size)
        if not any(pair in pairs for pair in combinations(chosen, 2))
    )
    greedy: list[list[int]] = []
    for vertex in range(count):
        for clique in greedy:
            if all((other, vertex) in pairs for other in clique):
                clique.append(vertex)
                break
        else:
            greedy.append([vertex])
    tree = {
        "vertices": count,
        "edges": [list(e) for e in edges],
        "weights": [{"clique": c, "weight": 1} for c in greedy],
    }
    assert check_graph_dual(tree).outcome is Outcome.VERIFIED
    lie = {**tree, "bound": independent - 1}
    assert check_graph_dual(lie).outcome is Outcome.REJECTED


def test_boolean_quadratic_facets() -> None:
    triangle = {"linear": [1, 1, 1], "quadratic": [[0, 1, -1], [0, 2, -1], [1, 2, -1]], "rhs": 1}
    nonnegative = {"linear": [0, 0, 0], "quadratic": [[0, 1, -1]], "rhs": 0}
    weak = {"linear": [1, 0, 0], "quadratic": [], "rhs": 1}
    assert check_facets({"n": 3, "facets": [triangle, nonnegative]}).statement.endswith("2 of them are facets")
    finding = check_facets({"n": 3, "facets": [triangle, weak]})
    assert finding.statement.endswith("1 of them are facets")
    assert check_facets({"n": 3, "facets": [weak], "all_facets": True}).outcome is Outcome.REJECTED
    assert check_facets({"n": 3, "facets": [{**triangle, "rhs": "1/2"}]}).outcome is Outcome.REJECTED
    with pytest.raises(PublishedError, match="from 1 to 14"):
        check_facets({"n": 40, "facets": []})


def test_factored_matrices() -> None:
    matrices = [
        {"name": "A", "matrix": [["2", "1"], ["1", "2"]], "L": [[1, 1], [1, -1]]},
        {"name": "B", "R": [[1], ["1//2"]], "Q": [["4"]], "matrix": [[4, 2], [2, 1]]},
        {"name": "C", "matrix": [[1, 1], [1, 1]]},
    ]
    identity = {
        "terms": [{"matrix": "B", "coefficients": [[1, 0], [0, 1]]}, {"matrix": "C", "coefficients": [[0, 1], [1, 0]]}],
        "rhs": 7,
    }
    wrong = check_gram_matrices({"matrices": matrices, "identities": [identity]})
    assert "disagree" in wrong.reason
    matrices[0]["matrix"] = [["2", "0"], ["0", "2"]]
    assert check_gram_matrices({"matrices": matrices, "identities": [identity]}).outcome is Outcome.VERIFIED
    assert check_gram_matrices({"matrices": matrices}).outcome is Outcome.INCOMPLETE
    assert (
        check_gram_matrices({"matrices": matrices, "identities": [{**identity, "rhs": 8}]}).outcome is Outcome.REJECTED
    )
    assert check_gram_matrices(
        {"matrices": matrices, "identities": [{**identity, "rhs": 8, "relation": "<="}]}
    ).verified
    bad = [{"name": "Q", "R": [[1]], "Q": [[-1]]}]
    assert check_gram_matrices({"matrices": bad, "identities": []}).outcome is Outcome.REJECTED
    flagmatic = {"bound": "2/9", "qdash_matrices": [[["1/3", "1/9"], ["1/3"]]]}
    assert check_gram_matrices(flagmatic).outcome is Outcome.INCOMPLETE
    assert check_gram_matrices({"qdash_matrices": [[["1/3", "1"], ["1/3"]]]}).outcome is Outcome.REJECTED


def test_a_rational_with_4200_digits(tmp_path: Path) -> None:
    big = "7" * 4400
    text = json.dumps(
        {
            "matrices": [{"name": "X", "matrix": [[f"{big}/3"]]}],
            "identities": [{"terms": [{"matrix": "X", "coefficients": [[3]]}], "rhs": big}],
        }
    )
    path = tmp_path / "big.json"
    path.write_text(text)
    assert check_file(path).outcome is Outcome.VERIFIED
