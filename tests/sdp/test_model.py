"""The exact model: validation, residuals, objective, sampled forms, on a small problem that can be done by hand."""

from typing import Any

import pytest
from flint import fmpq, fmpq_mat, fmpq_poly
from hypothesis import given

from kissalg.errors import ExactnessError
from kissalg.families.nonnegative.model import statement
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.sdp.model import (
    Assignment,
    Identity,
    InvariantSpace,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    SampledForm,
    SampledLinear,
    UnivariateSpace,
)
from kissalg.sdp.sdpa import read_sdpa
from kissalg.sdp.terms import ConstantForm, LinearCombination, UnivariateSquares
from kissalg.testing.strategies import points, symmetric_matrices, univariate_polynomials

LINE = UnivariateSpace(2)
Q = PsdVariable("Q", 2)
A = NonnegativeVariable("a", 2)
X = fmpq_poly([0, 1])


def line_model() -> Model:
    """Minimise a_1 subject to  a_1 - a_2 x - <TTᵀ, Q> = 2x² - 1: the least upper bound of 2x² - 1 up to a line and a
    square.
    """
    terms = (LinearCombination(A, (fmpq_poly([1]), -X), LINE), UnivariateSquares(Q, fmpq_poly([-1])))
    identity = Identity("line", LINE, terms, 2 * X * X - 1)
    return Model(
        "toy", {"degree": 2}, (A, Q), (identity,), Objective(fmpq(3), {"a": [fmpq(1), fmpq(0)], "Q": fmpq_mat(2, 2)})
    )


def test_residual_and_objective_by_hand() -> None:
    model = line_model()
    assignment: Assignment = {"a": [fmpq(5), fmpq(1)], "Q": fmpq_mat([[1, 2], [2, 3]])}
    # 5 - x - (1 + 4x + 3x²) - (2x² - 1) = 5 - 5x - 5x²
    assert model.residual("line", assignment) == fmpq_poly([5, -5, -5])
    assert model.residual(model.identity("line"), assignment) == fmpq_poly([5, -5, -5])
    assert model.objective_value(assignment) == 8
    assert model.equations == 3


def test_repr_shows_the_problem() -> None:
    text = repr(line_model())
    assert text.splitlines() == [
        "toy (degree = 2): 3 equations, 2 variables",
        "  line: 3 equations",
        "  a: 2 scalars >= 0",
        "  Q: PSD 2 x 2",
    ]
    assert repr(line_model().identities[0]) == "Identity('line', 3 equations, 2 terms)"
    assert "<C, a>" in repr(line_model().objective)
    sampled = UnivariateSquares(Q, fmpq_poly([1])).sample([(fmpq(1),)])
    assert repr(sampled) == "SampledForm(points=1, size=2, rank=1)"
    assert repr(LinearCombination(A, (X, X), LINE).sample([(fmpq(1),)])) == "SampledLinear(points=1, length=2)"


def test_variables_and_orders() -> None:
    model = line_model()
    assert model.variable("Q") is Q
    assert (Q.order, A.order) == (2, 2)
    with pytest.raises(ExactnessError, match="no variable 'R'; the variables are a, Q"):
        model.variable("R")
    with pytest.raises(ExactnessError, match="no identity 'R'"):
        model.identity("R")


def test_models_are_frozen() -> None:
    model = line_model()
    with pytest.raises(AttributeError, match="theorem"):
        model.theorem = "other"  # type: ignore[misc]  # assignment to a frozen field is the point of the test
    with pytest.raises(TypeError, match="item assignment"):
        model.parameters["degree"] = 3  # type: ignore[index]  # the same for its mapping


def test_names_and_shapes_are_checked() -> None:
    model = line_model()
    with pytest.raises(ExactnessError, match="variable 'Q' more than once"):
        Model("toy", {}, (Q, PsdVariable("Q", 3)), (), Objective(fmpq(0), {}))
    with pytest.raises(ExactnessError, match="identity 'line' more than once"):
        Model("toy", {}, (A, Q), model.identities * 2, Objective(fmpq(0), {}))
    with pytest.raises(ExactnessError, match="not a variable of the model"):
        Model("toy", {}, (A, PsdVariable("Q", 3)), model.identities, Objective(fmpq(0), {}))
    with pytest.raises(ExactnessError, match="no variable 'C'"):
        Model("toy", {}, (A, Q), (), Objective(fmpq(0), {"C": fmpq_mat(1, 1)}))
    with pytest.raises(ExactnessError, match="Q: expected a matrix of size 2 x 2"):
        Model("toy", {}, (A, Q), (), Objective(fmpq(0), {"Q": fmpq_mat(3, 3)}))
    with pytest.raises(ExactnessError, match="degree <= 2"):
        Identity("line", LINE, (), X**3)
    for order in (0, -1, True):
        with pytest.raises(ExactnessError, match="order >= 1"):
            PsdVariable("Q", order)
        with pytest.raises(ExactnessError, match="order >= 1"):
            NonnegativeVariable("a", order)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("Q", fmpq_mat([[1, 2], [3, 4]]), "symmetric"),
        ("Q", fmpq_mat(3, 3), "2 x 2"),
        ("Q", [fmpq(1)], "fmpq_mat"),
        ("a", [fmpq(1)], "list of 2"),
        ("a", fmpq_mat(2, 2), "list of 2"),
    ],
)
def test_values_are_checked(name: str, value: object, message: str) -> None:
    assignment: Any = {"a": [fmpq(1), fmpq(0)], "Q": fmpq_mat(2, 2), name: value}
    model = line_model()
    for use in (model.objective_value, lambda values: model.residual("line", values)):
        with pytest.raises(ExactnessError, match=message):
            use(assignment)


def test_missing_values_are_named() -> None:
    with pytest.raises(ExactnessError, match="no value for the variable 'Q'"):
        line_model().residual("line", {"a": [fmpq(1), fmpq(0)]})


@given(symmetric_matrices(2), points(1), univariate_polynomials(2))
def test_sampling_commutes_with_expanding(matrix: fmpq_mat, point: tuple[fmpq, ...], multiplier: fmpq_poly) -> None:
    term = UnivariateSquares(Q, multiplier)
    assert term.sample([point]).values(matrix) == [term.polynomial(matrix)(point[0])]


@given(symmetric_matrices(2), points(3))
def test_constant_forms(matrix: fmpq_mat, point: tuple[fmpq, ...]) -> None:
    space = InvariantSpace(2)
    for pattern in ([[0, 1], [1, 1]], [[0, 0], [0, 1]], [[1, 0], [0, 0]], [[2, -1], [-1, 3]]):
        term = ConstantForm(Q, fmpq_mat(pattern), space)
        value = sum((matrix[i, j] * pattern[i][j] for i in range(2) for j in range(2)), fmpq(0))
        constant: Any = term.polynomial(matrix)
        assert space.coefficients(constant) == [value, 0, 0, 0]
        assert term.sample([point, point]).values(matrix) == [value, value]


def test_terms_check_their_values() -> None:
    with pytest.raises(ExactnessError, match=r"Q: expected a flint\.fmpq_mat"):
        UnivariateSquares(Q, X).polynomial([fmpq(1)])
    with pytest.raises(ExactnessError, match="a: expected a list of 2"):
        LinearCombination(A, (X, X), LINE).polynomial([fmpq(1)])


def test_sampled_values_by_hand() -> None:
    """w11 v1ᵀXv1 + 2 w12 v1ᵀXv2 with v1 = e1, v2 = e2."""
    one, zero = fmpq(1), fmpq(0)
    form = SampledForm(([[one, zero]], [[zero, one]]), [[[fmpq(7), fmpq(1, 2)], [fmpq(1, 2), zero]]])
    assert form.rank == 2
    assert form.values(fmpq_mat([[10, 3], [3, 100]])) == [73]
    assert SampledLinear([[one, fmpq(2)]]).values([fmpq(3), fmpq(4)]) == [11]


def test_candidates_by_default() -> None:
    model = line_model()
    nodes = [x for (x,) in model.candidates(model.identities[0])]
    assert len(set(nodes)) == LINE.dimension
    assert all(-1 < x < 1 for x in nodes)
    triples = InvariantSpace(2)
    assert model.candidates(Identity("triples", triples, (), triples.zero)) == triples.candidates


def test_parameters_of_every_kind_are_kept_and_shown() -> None:
    parameters = {
        "n": 3,
        "cos": fmpq(-1, 2),
        "field": "sqrt(5)",
        "radii": (fmpq(1), fmpq(1, 2)),
        "empty": (),
        "caps": (("a", 1),),
    }
    model = Model("toy", parameters, (), (), Objective(fmpq(0), {}))
    assert dict(model.parameters) == parameters
    texts = {"n": "3", "cos": "-1/2", "field": "sqrt(5)", "radii": "(1, 1/2)", "empty": "()", "caps": "((a, 1))"}
    assert model.parameter_texts == texts
    assert repr(model).startswith(
        "toy (n = 3, cos = -1/2, field = sqrt(5), radii = (1, 1/2), empty = (), caps = ((a, 1))):"
    )


@pytest.mark.parametrize("value", [True, 0.5, None, [fmpq(1)], (fmpq(1), 0.5), {"a": 1}])
def test_other_parameters_are_refused(value: object) -> None:
    with pytest.raises(
        ExactnessError, match="parameter 'radii': expected an integer, a rational number, a text or a tuple"
    ):
        Model("toy", {"radii": value}, (), (), Objective(fmpq(0), {}))


def test_what_the_objective_bounds() -> None:
    assert line_model().sense == "upper"
    assert statement("x^2 + 1").bound(fmpq(0)).sense == "lower"
    assert sdpa_model(read_sdpa("1\n1\n1\n1\n0 1 1 1 1\n1 1 1 1 1\n")).sense == "lower"
