"""The three-point problem: shapes, validation, and sampling against expansion."""

from math import comb
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.gram import KINDS
from kissalg.algebra.invariant_ring import dimension
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.matrix import rank_modulo
from kissalg.families.three_point.model import ShiftedVariable, ThreePointProblem, kissing, three_point
from kissalg.sdp.model import SampledLinear
from kissalg.testing.strategies import points, values_of


@pytest.mark.parametrize(
    ("degree", "triples", "total"), [(8, 204, 221), (12, 575, 600), (14, 865, 894), (16, 1239, 1272), (20, 2282, 2323)]
)
def test_numbers_of_equations(degree: int, triples: int, total: int) -> None:
    problem = kissing(4, degree)
    assert problem.identity("ii").space.dimension == triples
    assert problem.equations == total


@pytest.mark.parametrize("degree", range(1, 7))
def test_variables_are_those_of_the_format(degree: int) -> None:
    problem = three_point(5, "1/3", degree)
    orders = {variable.name: variable.order for variable in problem.variables}
    expected = {"a": 2 * degree, "B": 2, "Q0": degree + 1, "Q1": degree} | {
        f"F{k}": degree + 1 - k for k in range(degree + 1)
    }
    for j, loss in enumerate((0, 1, 2, 3, 2)):
        d = degree - loss
        sizes = {"trv": dimension(d), "alt": dimension(d - 3), "std": dimension(d - 1) + dimension(d - 2)}
        assert sizes["trv"] + sizes["alt"] + 2 * sizes["std"] == (comb(d + 3, 3) if d >= 0 else 0)
        expected |= {f"R{j}.{kind}": sizes[kind] for kind in KINDS if sizes[kind]}
    assert orders == expected
    names = [variable.name for variable in problem.variables]
    assert names[:3] == ["a", "B", "F0"]
    assert {term.variable.name for identity in problem.identities for term in identity.terms} == set(names)


def test_parameters_are_kept() -> None:
    problem = three_point(4, "1/6", 3, linear=2)
    assert (problem.n, problem.cos, problem.degree, problem.linear) == (4, fmpq(1, 6), 3, 2)
    assert (problem.theorem, dict(problem.parameters)) == (
        "three-point",
        {"n": 4, "cos": fmpq(1, 6), "degree": 3, "linear": 2},
    )
    assert kissing(4, 3).cos == fmpq(1, 2)
    assert kissing(4, 3).linear == 6
    assert "a" not in {variable.name for variable in kissing(4, 3, linear=0).variables}


def test_claim_rounds_up() -> None:
    assert three_point(4, "1/6", 2).claim("31/3") == "A(4, 1/6) <= 10.3333333334"
    assert three_point(4, "-1/6", 2).claim(10) == "A(4, -1/6) <= 10"


@pytest.mark.parametrize("n", [2, 0, -3, True, 4.0, "4", None])
def test_dimension_is_checked(n: Any) -> None:
    with pytest.raises(ParameterError, match="n: expected an integer >= 3"):
        kissing(n, 2)


@pytest.mark.parametrize("degree", [0, -1, 2.0, False, "8"])
def test_degree_is_checked(degree: Any) -> None:
    with pytest.raises(ParameterError, match="degree: expected an integer >= 1"):
        kissing(4, degree)


@pytest.mark.parametrize("linear", [-1, 5, 1.0, True])
def test_linear_is_checked(linear: Any) -> None:
    with pytest.raises(ParameterError, match="linear: expected an integer from 0 to 4"):
        kissing(4, 2, linear)


@pytest.mark.parametrize("cos", ["1", "-1", "3/2", 1, -2, "1/0", "x", "", True, None])
def test_cosine_is_checked(cos: Any) -> None:
    with pytest.raises(ParameterError, match="cos: "):
        three_point(4, cos, 2)


def test_float_cosine_is_refused_with_advice() -> None:
    with pytest.raises(ParameterError, match='"1/2"'):
        three_point(4, 0.5, 2)  # type: ignore[arg-type]  # the wrong type is the point of the test


def test_shifted_variable() -> None:
    for cos in (fmpq(1, 2), fmpq(-1, 3), fmpq(0)):
        shift = ShiftedVariable(cos)
        assert (shift.cosine_at(fmpq(-1)), shift.cosine_at(fmpq(1)), shift.cosine_at(shift.one)) == (
            fmpq(-1),
            cos,
            fmpq(1),
        )
        assert shift.shifted_at(cos) == 1
        assert shift.cosine(fmpq(1, 7)) == shift.cosine_at(fmpq(1, 7))
        assert shift.cosines()[1](fmpq(0), fmpq(1, 7), fmpq(0)) == shift.cosine_at(fmpq(1, 7))


small = st.builds(
    three_point, st.integers(3, 8), st.sampled_from(["1/2", "1/6", "0", "-1/5", "4/5"]), st.integers(1, 4), st.none()
)


@given(small, st.data())
def test_every_term_samples_its_polynomial(problem: ThreePointProblem, data: st.DataObject) -> None:
    for identity in problem.identities:
        sample = data.draw(st.lists(points(identity.space.coordinates), min_size=1, max_size=2))
        for term in identity.terms:
            value = data.draw(values_of(term.variable, feasible=False))
            polynomial: Any = term.polynomial(value)
            identity.coefficients(polynomial)  # an error if the degree is too large
            sampled: Any = term.sample(sample)
            assert sampled.values(value) == [identity.space.evaluate(polynomial, point) for point in sample]


@given(small, st.data())
def test_shapes_and_signs_of_samples(problem: ThreePointProblem, data: st.DataObject) -> None:
    """Ranks and diagonal nonnegative weights are what a solver relies on."""
    inside = st.builds(fmpq, st.integers(-64, 64), st.just(64))
    for identity in problem.identities:
        sample = data.draw(st.lists(st.tuples(*[inside] * identity.space.coordinates), min_size=2, max_size=2))
        for term in identity.terms:
            form = term.sample(sample)
            if isinstance(form, SampledLinear):
                assert [len(row) for row in form.rows] == [term.variable.order] * 2
                continue
            assert all(len(vector) == term.variable.order for table in form.vectors for vector in table)
            name = term.variable.name
            if name[0] in "QR":
                assert form.rank == (2 if name.endswith("std") else 1)
                assert all(
                    w[a][b] == 0 for w in form.weights for a in range(form.rank) for b in range(form.rank) if a != b
                )
                if not name.startswith("R4"):  # s_4 >= 0 only where a triple of points exists
                    assert all(w[a][a] >= 0 for w in form.weights for a in range(form.rank))
            assert all(w[a][b] == w[b][a] for w in form.weights for a in range(form.rank) for b in range(form.rank))


@pytest.mark.parametrize(("n", "cos", "degree"), [(4, "1/2", 5), (3, "-1/5", 3), (8, "4/5", 4), (4, "1/6", 1)])
def test_candidates_lie_in_the_domain_and_determine_the_identity(n: int, cos: str, degree: int) -> None:
    """At every candidate point the weights of the squares are nonnegative, s_4 included; the points have full rank."""
    problem = three_point(n, cos, degree)
    for identity in problem.identities:
        candidates = problem.candidates(identity)
        assert rank_modulo(identity.space.evaluation_rows(candidates), 2**61 - 1) == identity.space.dimension
        for term in identity.terms:
            if term.variable.name[0] in "QR":
                form: Any = term.sample(candidates)
                assert all(w[a][a] >= 0 for w in form.weights for a in range(form.rank))


def test_the_linear_programming_face_is_delsartes_bound() -> None:
    """At n = 8 the degree-6 polynomial of Odlyzko and Sloane is sharp: the face alone gives 240; it leaves out identity
    (ii).
    """
    problem = kissing(8, degree=6)
    face = problem.linear_programming_face()
    assert {v.name for v in face.variables} == {"a", "Q0", "Q1"}
    assert [identity.name for identity in face.identities] == ["i"]
    assert face.parameters == problem.parameters
    assert face.claim(240) == problem.claim(240)


def test_a_restriction_refuses_an_identity_that_cannot_hold() -> None:
    problem = kissing(4, degree=2)
    with pytest.raises(ExactnessError, match="'i' cannot hold"):
        problem.restricted([v.name for v in problem.variables if v.name.startswith("R")])
