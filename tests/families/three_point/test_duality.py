"""Weak duality of the three-point problem in exact numbers, on real codes: the proof of the theorem, step by step."""

from functools import cache
from itertools import product
from typing import Any

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from kissalg.exact.matrix import frobenius, rank_modulo
from kissalg.families.three_point.model import ShiftedVariable, three_point
from kissalg.sdp.model import PsdVariable, SampledForm, SampledLinear
from kissalg.testing.strategies import values_of


def d4_roots() -> list[list[fmpq]]:
    """Inner products of the 24 minimal vectors of D4, normalised: the kissing configuration in four dimensions."""
    roots = [v for v in product((-1, 0, 1), repeat=4) if sum(abs(x) for x in v) == 2]
    return [[fmpq(sum(a * b for a, b in zip(x, y, strict=True)), 2) for y in roots] for x in roots]


def cross_polytope(n: int) -> list[list[fmpq]]:
    """Inner products of ±e_i."""
    return [[fmpq(0 if i // 2 != j // 2 else 1 if i == j else -1) for j in range(2 * n)] for i in range(2 * n)]


def petersen_code() -> list[list[fmpq]]:
    """Inner products of the (4, 10, 1/6) code: -2/3 for adjacent vertices of the Petersen graph, 1/6 for the others."""
    pairs = [(i, j) for i in range(5) for j in range(i)]
    return [[fmpq(1) if x == y else fmpq(1, 6) if set(x) & set(y) else fmpq(-2, 3) for y in pairs] for x in pairs]


CODES = {"D4": (4, "1/2", 24), "cross": (3, "0", 6), "petersen": (4, "1/6", 10)}


@cache
def code(name: str) -> list[list[fmpq]]:
    return {"D4": d4_roots, "cross": lambda: cross_polytope(3), "petersen": petersen_code}[name]()


@cache
def orbits(name: str) -> tuple[dict[fmpq, int], dict[tuple[fmpq, ...], int]]:
    """How often each inner product and each ordered triple of inner products (all distinct points) occurs."""
    gram = code(name)
    pairs: dict[fmpq, int] = {}
    triples: dict[tuple[fmpq, ...], int] = {}
    indices = range(len(gram))
    for i, j in product(indices, repeat=2):
        if i != j:
            pairs[gram[i][j]] = pairs.get(gram[i][j], 0) + 1
            for k in indices:
                if k not in (i, j):
                    key = (gram[i][j], gram[i][k], gram[j][k])
                    triples[key] = triples.get(key, 0) + 1
    return pairs, triples


@pytest.mark.parametrize("name", CODES)
def test_the_codes_are_what_they_claim(name: str) -> None:
    n, cos, size = CODES[name]
    gram = code(name)
    assert len(gram) == size
    assert rank_modulo(gram, 2**61 - 1) == n == fmpq_mat(gram).rank()
    limit = ShiftedVariable(three_point(n, cos, 1).cos).cos
    assert all(gram[i][j] <= limit for i in range(size) for j in range(size) if i != j)


@pytest.mark.parametrize("name", CODES)
@settings(max_examples=5)
@given(data=st.data())
def test_weak_duality_chain(name: str, data: st.DataObject) -> None:
    """Every step of the proof in exact numbers, for random nonnegative a and PSD B, F, Q, R and a real code with N
    points.

    N (objective - N) = Σ_(C²) Σ a_k P_k + Σ_(C³) h + N <(1, N-1)(1, N-1)ᵀ, B> + Σ_pairs (squares - residual (i)) +
    Σ_triples (squares - residual (ii)), every sum except those of the residuals is >= 0, and so is the left-hand side
    once the residuals are zero.
    """
    n, cos, size = CODES[name]
    problem = three_point(n, cos, 2)
    shift = ShiftedVariable(problem.cos)
    values = {variable.name: data.draw(values_of(variable)) for variable in problem.variables}
    pairs, triples = orbits(name)
    one, two = problem.identities

    pair_points = [(shift.shifted_at(u),) for u in pairs]
    triple_points = [tuple(shift.shifted_at(w) for w in key) for key in triples]

    def total(identity: Any, sample: list[Any], counts: Any, wanted: Any) -> fmpq:
        result = fmpq(0)
        for term in identity.terms:
            if wanted(term.variable.name):
                sampled: SampledForm | SampledLinear = term.sample(sample)
                numbers = sampled.values(values[term.variable.name])
                result += sum((c * x for c, x in zip(counts, numbers, strict=True)), fmpq(0))
        return result

    squares_one = total(one, pair_points, pairs.values(), lambda name: name[0] == "Q")
    squares_two = total(two, triple_points, triples.values(), lambda name: name[0] == "R")
    linear = total(one, pair_points, pairs.values(), lambda name: name == "a") + size * sum(values["a"], fmpq(0))
    at_one = problem.objective.coefficients["F0"]
    assert isinstance(at_one, fmpq_mat)
    kernel = (
        size * frobenius(at_one, values["F0"])
        + total(one, pair_points, pairs.values(), lambda name: name[0] == "F")
        + total(two, triple_points, triples.values(), lambda name: name[0] == "F")
    )
    b = values["B"]
    quadratic = b[0, 0] + 2 * b[0, 1] * (size - 1) + b[1, 1] * (size - 1) ** 2
    residual_one: Any = problem.residual(one, values)
    residual_two: Any = problem.residual(two, values)
    residuals = sum((c * residual_one(x) for c, (x,) in zip(pairs.values(), pair_points, strict=True)), fmpq(0))
    residuals += sum(
        (c * two.space.evaluate(residual_two, x) for c, x in zip(triples.values(), triple_points, strict=True)), fmpq(0)
    )

    assert squares_one >= 0
    assert squares_two >= 0
    assert linear >= 0
    assert kernel >= 0
    assert quadratic >= 0
    objective = problem.objective_value(values)
    assert size * (objective - size) == linear + kernel + size * quadratic + squares_one + squares_two - residuals


@pytest.mark.parametrize("name", CODES)
@given(data=st.data())
def test_kernel_sum_over_all_triples_directly(name: str, data: st.DataObject) -> None:
    """Σ_(C³) h >= 0 with h from the definition (not from sampling), all triples with repetitions, one F_k at a time."""
    n, cos, size = CODES[name]
    degree = 2
    problem = three_point(n, cos, degree)
    shift = ShiftedVariable(problem.cos)
    k = data.draw(st.integers(0, degree))
    variable = problem.variable(f"F{k}")
    assert isinstance(variable, PsdVariable)
    f = data.draw(values_of(variable))
    term = next(t for t in problem.identity("ii").terms if t.variable is variable)
    polynomial: Any = term.polynomial(f)
    space: Any = problem.identity("ii").space
    pairs, triples = orbits(name)
    everything = dict(triples)
    one = fmpq(1)
    everything[(one, one, one)] = size
    for u, count in pairs.items():
        everything[(u, u, one)] = everything.get((u, u, one), 0) + 3 * count
    assert sum(everything.values()) == size**3
    value = sum(
        (c * space.evaluate(polynomial, tuple(shift.shifted_at(w) for w in key)) for key, c in everything.items()),
        fmpq(0),
    )
    assert value >= 0
