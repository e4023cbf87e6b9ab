"""Rounding to a face: sharp bounds come out exactly, and failures say which step failed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from flint import fmpq, fmpq_mat

import kissalg as ka
from kissalg.errors import ExactnessError, ParameterError, RoundingError
from kissalg.exact.number_field import RATIONALS, FieldElement, FieldMatrix, quadratic_field
from kissalg.families.delsarte.model import delsarte
from kissalg.families.nonnegative.facial_reduction import without_zeros
from kissalg.families.nonnegative.model import statement
from kissalg.families.three_point.model import three_point
from kissalg.rounding import FaceSettings, FaceSolution, round_dual, round_to_face, sharp_settings
from kissalg.rounding.dual import is_semidefinite_over
from kissalg.rounding.recognition import find_field, recognise
from kissalg.rounding.subspace import numeric_face
from kissalg.sdp.equations import affine_system, linear_system
from kissalg.sdp.model import CoordinateSpace, FreeVariable, Identity, Model, Objective, PsdVariable
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients
from kissalg.solvers import NumericSolution, solve
from kissalg.solvers.solution import BinaryMatrix
from kissalg.solvers.status import Status

ROOT5 = quadratic_field(5)
SHARP = [  # Cohn and Kumar, Table 1: n, cos, degree d, N
    (2, ROOT5("-1/4", "1/4"), 2, 5),  # the pentagon
    (3, fmpq(0), 1, 6),  # the octahedron
    (3, ROOT5(0, "1/5"), 2, 12),  # the icosahedron
    (4, ROOT5("1/4", "1/4"), 9, 120),  # the 600-cell
    (5, fmpq(1, 5), 2, 16),  # Clebsch
    (6, fmpq(1, 4), 2, 27),  # Schläfli
    (7, fmpq(1, 3), 2, 56),
    (8, fmpq(1, 2), 3, 240),  # E8
    (22, fmpq(1, 6), 2, 275),  # McLaughlin
    (23, fmpq(1, 3), 3, 4600),
    (24, fmpq(1, 2), 5, 196560),  # Leech
]


def run_of(n: int, cos: fmpq | FieldElement, degree: int, digits: int = 60) -> NumericSolution:
    return solve(delsarte(n, cos, degree), settings=sharp_settings(digits))


def require_exact(exact: FaceSolution) -> None:
    """Every equation, once more, in coefficients of the polynomials of the model at hand; and the signs."""
    field = exact.field
    system = linear_system(exact.problem).over(field)
    total = system.right
    for variable in system.variables:
        name = variable.name
        value = exact.psd[name].value(field) if name in exact.psd else FieldMatrix.of(field, [exact.vectors[name]])
        if name in exact.psd:
            assert exact.psd[name].is_proved()
        else:
            assert all(entry.sign() >= 0 for entry in exact.vectors[name])
        for k, form in enumerate(system.forms[name]):
            product = form.transpose() * value
            trace = sum((product[i, i] for i in range(product.shape[0])), field(0))
            for part, c in zip(total.parts, trace.coefficients, strict=True):
                part[k, 0] -= c
    assert total.is_zero


QUICK = (5, 12, 240, 196560)


@pytest.mark.parametrize(
    ("n", "cos", "degree", "size"),
    [pytest.param(*case, marks=() if case[-1] in QUICK else pytest.mark.slow, id=str(case[-1])) for case in SHARP],
)
def test_universally_optimal_codes(n: int, cos: fmpq | FieldElement, degree: int, size: int) -> None:
    exact = round_to_face(run_of(n, cos, degree))
    assert exact.objective == exact.field(size)
    assert exact.denominator_bits < 200
    report = ka.verify(ka.certify(exact))
    assert report.verified, report
    assert report.bound == size
    require_exact(exact)


def test_the_dual_side_is_rounded_too() -> None:
    """Over Q(√5): the exact multipliers prove that 12 is the optimum of the linear program, and not only a bound."""
    exact = round_to_face(run_of(3, ROOT5(0, "1/5"), 2))
    dual = round_dual(exact)
    assert (dual.objective - 12).is_zero
    for name, slack in dual.slacks.items():
        value = exact.psd[name].value(exact.field) if name in exact.psd else None
        if value is not None:
            assert (slack * value).is_zero  # complementary
            assert is_semidefinite_over(slack)


def test_the_dual_side_of_a_minimum_over_a_cubic_field() -> None:
    """x⁴ + x on the line: the exact moments of the point where the minimum is attained."""
    stated = without_zeros(statement("x^4 + x"), None)
    exact = round_to_face(solve(stated.bound(fmpq(8)), settings=sharp_settings()))
    dual = round_dual(exact)
    assert exact.field.degree == 3
    assert (dual.objective - exact.objective).is_zero
    assert f"a denominator of {dual.denominator_bits} bits" in repr(dual)
    with pytest.raises(
        RoundingError, match=r"^projection: a denominator of \d+ bits, more than max_denominator_bits = 1$"
    ):
        round_dual(exact, max_denominator_bits=1)


@pytest.mark.slow
def test_the_dual_side_of_the_petersen_code() -> None:
    """Exact multipliers prove that 10 is the optimum of the three-point problem."""
    exact = round_to_face(solve(three_point(4, "1/6", degree=4), settings=sharp_settings()))
    assert round_dual(exact).objective == RATIONALS(10)


def test_a_point_that_is_not_optimal_has_no_complementary_multipliers() -> None:
    run = run_of(3, fmpq(1, 2), 3, digits=12)
    inside = round_to_face(run, settings=FaceSettings(rank_bits=200, recognition_bits=200))
    with pytest.raises(RoundingError, match="not optimal"):
        round_dual(inside)


@pytest.mark.slow
def test_the_petersen_code_by_three_points() -> None:
    run = solve(three_point(4, "1/6", degree=4), settings=sharp_settings())
    exact = round_to_face(run)
    assert exact.objective == RATIONALS(10)
    assert exact.ranks["R0.trv"] == (11, 8)
    report = ka.verify(ka.certify(exact), expect="A(4, 1/6) <= 10")
    assert report.verified
    require_exact(exact)


def test_the_system_of_a_model_is_the_model() -> None:
    model = three_point(4, "1/6", degree=2)
    system = linear_system(model)
    values = {
        v.name: fmpq_mat(v.size, v.size, [fmpq(1, 1 + i + j) for i in range(v.size) for j in range(v.size)])
        if isinstance(v, PsdVariable)
        else [fmpq(k, 3) for k in range(v.length)]
        for v in model.variables
    }
    residuals = [c for i in model.identities for c in i.coefficients(model.residual(i, values))]
    for k, residual in enumerate(residuals):
        total = -system.right[k, 0].coefficients[0]
        for v in model.variables:
            form, value = system.forms[v.name][k].parts[0], values[v.name]
            entries = value.entries() if isinstance(value, fmpq_mat) else value
            total += sum((a * b for a, b in zip(form.entries(), entries, strict=True)), fmpq(0))
        assert total == residual


def test_interpolation_at_a_rational_point_is_the_model_there() -> None:
    problem = delsarte(5, fmpq(1, 5), 3)
    interpolation, direct = problem.exact_system(), linear_system(problem)
    assert interpolation.forms == direct.forms
    for name, forms in interpolation.forms.items():
        assert all((a - b).is_zero for a, b in zip(forms, direct.forms[name], strict=True))


def test_free_variables_and_equations_in_columns() -> None:
    """The least eigenvalue of [[0, 1], [1, 1]]: the largest t with X + t I = [[0, 1], [1, 1]], X positive semidefinite;
    (1 - √5)/2.
    """
    x, t, space = PsdVariable("X", 2), FreeVariable("t", 1), CoordinateSpace(3)
    one, half = fmpq(1), fmpq(1, 2)
    terms = (
        MatrixCoefficients(x, space, (((0, 0, one),), ((0, 1, half),), ((1, 1, one),))),
        VectorCoefficients(t, space, ({0: one}, {}, {0: one})),
    )
    identity = Identity("equations", space, terms, fmpq_mat(3, 1, [0, 1, 1]))
    model = Model("generic", {}, (x, t), (identity,), Objective(fmpq(0), {"t": [fmpq(-1)]}))
    exact = round_to_face(solve(model, settings=sharp_settings(40)))
    root = exact.vectors["t"][0]
    assert root * root - root == exact.field(1)
    assert root.sign() < 0
    assert exact.objective == -root
    assert exact.ranks == {"X": (2, 1)}
    assert all(entry.is_zero for entry in residual_of(exact))
    dual = round_dual(exact)
    assert dual.objective == exact.objective
    assert dual.slacks["t"].is_zero


def residual_of(exact: FaceSolution) -> list[FieldElement]:
    """X + t I - [[0, 1], [1, 1]], by hand."""
    value, t = exact.psd["X"].value(exact.field), exact.vectors["t"][0]
    return [value[0, 0] + t, value[0, 1] - 1, value[1, 1] + t - 1]


def test_data_that_are_not_affine_are_noticed() -> None:
    def family(p: Sequence[fmpq]) -> Model:
        return three_point(4, p[0], degree=1)

    with pytest.raises(ExactnessError, match="affinely"):
        affine_system(family, [ROOT5(0, "1/5")])


def test_low_precision_is_diagnosed() -> None:
    """A gap of 1e-6 does not separate the zero pivots from the others, or does not give enough digits for a quadratic
    field.
    """
    with pytest.raises(RoundingError, match=r"^(rank|recognition): .*smaller gap"):
        round_to_face(run_of(4, ROOT5("1/4", "1/4"), 9, digits=6))


def test_a_field_that_is_too_small_is_diagnosed() -> None:
    run = run_of(3, ROOT5(0, "1/5"), 2, digits=40)
    with pytest.raises(
        RoundingError, match=r"^recognition: .* about 2.2360679775, is not a small element of Q\(a\), a\^2 \+ \(-2\)"
    ):
        round_to_face(run, quadratic_field(2))
    matrix = BinaryMatrix(((1 << 300, 0), (0, 1)), -300)
    face = numeric_face(PsdVariable("X", 2), matrix, 100, 150, 24)
    assert face.pivots == (0,)
    assert recognise(ROOT5.generator.approximation(160), quadratic_field(2), 150) is None
    assert find_field(fmpq(355, 113), 100, 4) is None


def test_an_unrecognised_range_names_the_entry() -> None:
    """X with the kernel (π, -1): no small algebraic number."""
    run = run_of(8, fmpq(1, 2), 3, digits=40)
    pi = 0x3243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89
    one = 1 << 256
    broken = BinaryMatrix(
        tuple(tuple(v << 0 for v in row) for row in ((one, pi >> 0, 0), (pi, pi * pi // one, 0), (0, 0, 0))), -256
    )
    with pytest.raises(RoundingError, match=r"^recognition: entry \(1, 0\) of the range of Q1, about 3.14"):
        round_to_face(replace(run, values={**run.values, "Q1": broken}))


def test_a_wrong_kernel_is_noticed_by_the_projection() -> None:
    run = run_of(8, fmpq(1, 2), 3, digits=40)
    one = 1 << 256
    wrong = BinaryMatrix(((one, one, one), (one, one, one), (one, one, one + one)), -256)  # rank 2, kernel (1, -1, 0)
    with pytest.raises(RoundingError, match=r"^(projection|positivity): "):
        round_to_face(replace(run, values={**run.values, "Q1": wrong}))


def test_few_correct_digits_are_diagnosed_as_positivity() -> None:
    """A tolerance that is not below the least eigenvalue: the correction may be larger than what it is added to."""
    run = run_of(8, fmpq(1, 2), 3, digits=40)
    coarse = FaceSettings(margin=-4, attempts=2, increment=1)
    with pytest.raises(
        RoundingError, match=r"^positivity: .*, at each of 2 tolerances, the last 2\^-+\d+\. .*FaceSettings.attempts"
    ):
        round_to_face(run, settings=coarse)
    assert round_to_face(run).objective == RATIONALS(240)


def test_a_matrix_that_is_not_positive_is_diagnosed_as_positivity() -> None:
    run = run_of(8, fmpq(1, 2), 3, digits=40)
    negative = BinaryMatrix(
        tuple(tuple(-v for v in row) for row in run.values["Q1"].entries), run.values["Q1"].exponent
    )
    with pytest.raises(RoundingError, match=r"^(positivity|projection): "):
        round_to_face(replace(run, values={**run.values, "Q1": negative}))


def test_the_size_of_denominators_is_bounded_and_reported() -> None:
    run = run_of(8, fmpq(1, 2), 3, digits=40)
    exact = round_to_face(run)
    assert exact.denominator_bits > 10
    assert f"denominators of at most {exact.denominator_bits} bits" in repr(exact)
    provenance = ka.certify(exact).document["provenance"]
    assert provenance["face"] == f"denominators of at most {exact.denominator_bits} bits, over Q"
    with pytest.raises(
        RoundingError, match=r"^projection: denominators of \d+ bits, more than .*max_denominator_bits = 10"
    ):
        round_to_face(run, settings=FaceSettings(max_denominator_bits=10))


def eigenvalue_model(cost: fmpq_mat) -> Model:
    """min <C, X> where X_00 = 0, X_11 = 1: no feasible X is positive definite."""
    x, space, one = PsdVariable("X", 2), CoordinateSpace(2), fmpq(1)
    term = MatrixCoefficients(x, space, (((0, 0, one),), ((1, 1, one),)))
    identity = Identity("equations", space, (term,), fmpq_mat(2, 1, [0, 1]))
    return Model("generic", {}, (x,), (identity,), Objective(fmpq(0), {"X": cost}))


def test_a_problem_that_is_not_strictly_feasible() -> None:
    """Where the dual optimum is attained the face is found; where it is not, the message names the reason."""
    attained = round_to_face(solve(eigenvalue_model(fmpq_mat([[0, 0], [0, 1]])), settings=sharp_settings(40)))
    assert attained.objective == RATIONALS(1)
    assert attained.ranks == {"X": (2, 1)}
    run = solve(eigenvalue_model(fmpq_mat([[0, 1], [1, 1]])), settings=replace(sharp_settings(20), max_bits=192))
    assert run.status is not Status.OPTIMAL
    with pytest.raises(RoundingError, match=r"not strictly feasible.*: reduce it"):
        round_to_face(run)


def test_without_strict_complementarity_fewer_digits_are_trusted() -> None:
    """A form without zeros but at the origin: the constant term of its Gram matrix tends to zero only like the root of
    the gap.
    """
    stated = without_zeros(statement("2*x^4 + 2*x^3*y - x^2*y^2 + 5*y^4"), None)
    run = solve(stated.bound(fmpq(16)), settings=sharp_settings())
    with pytest.raises(RoundingError, match=r"^recognition: "):
        round_to_face(run, settings=FaceSettings(rank_bits=99, recognition_bits=149))
    assert round_to_face(run).objective == RATIONALS(0)


def test_a_face_that_is_too_large_does_not_pass_for_an_optimum() -> None:
    """The optimum of a shifted problem in place of the own one: an exact solution exists, and is not what was asked
    for.
    """
    run = run_of(8, fmpq(1, 2), 3, digits=40)
    with pytest.raises(
        RoundingError,
        match=r"^rank: the exact value 240 on the face that was recognised is not the numerical optimum 239\.5: ",
    ):
        round_to_face(replace(run, primal_objective=fmpq(479, 2)))


def test_arguments_of_other_types_are_named() -> None:
    run = run_of(3, fmpq(0), 1, digits=20)
    for arguments, message in (
        ((run.problem,), "solution: expected a NumericSolution, found delsarte"),
        ((run, 5), "number_field: expected a NumberField, found 5 of the type int"),
        ((run, None, 5), "settings: expected a FaceSettings, found 5"),
    ):
        with pytest.raises(ParameterError, match=message):
            round_to_face(*arguments)
    with pytest.raises(ParameterError, match="exact: expected the result of round_to_face, found NumericSolution"):
        round_dual(run)
    with pytest.raises(ParameterError, match="digits: expected an integer, found '60'"):
        sharp_settings("60")


def test_only_optimal_runs() -> None:
    run = run_of(3, fmpq(0), 1, digits=20)
    with pytest.raises(RoundingError, match="only an optimal solution"):
        round_to_face(replace(run, status=Status.STALLED))


def test_without_a_kernel_it_is_a_rounding_in_the_interior() -> None:
    run = run_of(3, fmpq(1, 2), 4, digits=12)
    exact = round_to_face(run, settings=FaceSettings(rank_bits=200, recognition_bits=200))
    assert all(size == rank for size, rank in exact.ranks.values())
    assert fmpq(13) < exact.objective.coefficients[0] < fmpq(14)
    require_exact(exact)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ((1, "1/2", 3), "n: expected an integer >= 2"),
        ((3, "1/2", 0), "degree: expected an integer >= 1"),
        ((3, "1", 3), "strictly between"),
        ((3, ROOT5(0, 1), 3), "strictly between"),
        ((3, 0.5, 3), "cos"),
    ],
)
def test_parameters_of_delsarte(parameters: tuple[int, str, int], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        delsarte(*parameters)


def test_settings() -> None:
    with pytest.raises(ParameterError, match="max_degree"):
        FaceSettings(max_degree=0)
