"""Number fields against sympy-free identities: ring axioms by the matrices of multiplication, signs by rational
bisection.
"""

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import ExactnessError
from kissalg.exact.number_field import RATIONALS, FieldElement, FieldMatrix, NumberField, quadratic_field
from kissalg.kernel.common.number_field import RealField

FIELDS = [
    RATIONALS,
    quadratic_field(5),
    NumberField((-2, 0, 0, 1), fmpq(1), fmpq(2)),
    NumberField((1, 0, -10, 0, 1), fmpq(3), fmpq(4)),  # √2 + √3
]
RATIOS = st.fractions(min_value=-50, max_value=50, max_denominator=40)


@st.composite
def elements(draw: st.DrawFn, field: NumberField | None = None) -> FieldElement:
    field = field or draw(st.sampled_from(FIELDS))
    return field(*[draw(RATIOS) for _ in range(field.degree)])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[FieldElement, FieldElement]:
    first = draw(elements())
    return first, draw(elements(first.field))


def value(element: FieldElement, steps: int = 200) -> tuple[Fraction, Fraction]:
    """Bounds of the real number, by bisection and interval arithmetic over Fraction."""
    field = element.field
    if field.degree == 1:
        exact = Fraction(int(element.coefficients[0].p), int(element.coefficients[0].q))
        return exact, exact
    low, high = (Fraction(int(x.p), int(x.q)) for x in (field.low, field.high))

    def at(x: Fraction) -> Fraction:
        return sum((c * x**k for k, c in enumerate(field.polynomial)), Fraction(0))

    rising = at(high) > 0
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (low, middle) if (at(middle) > 0) == rising else (middle, high)
    bounds = [Fraction(0), Fraction(0)]
    for k, c in enumerate(element.coefficients):
        factor = Fraction(int(c.p), int(c.q))
        corners = sorted((factor * low**k, factor * high**k))
        bounds = [bounds[0] + corners[0], bounds[1] + corners[1]]
    return bounds[0], bounds[1]


@given(pairs())
def test_products_and_sums_are_those_of_real_numbers(pair: tuple[FieldElement, FieldElement]) -> None:
    a, b = pair
    for result, combine in ((a + b, lambda x, y: x + y), (a * b, lambda x, y: x * y), (a - b, lambda x, y: x - y)):
        low, high = value(result)
        corners = [combine(x, y) for x in value(a) for y in value(b)]
        assert min(corners) <= high
        assert low <= max(corners)


@given(elements())
def test_inverses(a: FieldElement) -> None:
    if a.is_zero:
        with pytest.raises(ExactnessError, match="not zero"):
            a.inverse()
    else:
        assert (a * a.inverse() - 1).is_zero
        assert ((1 / a) * a - 1).is_zero


@given(elements())
def test_signs_and_roundings(a: FieldElement) -> None:
    low, _ = value(a)
    assert a.sign() == (0 if a.is_zero else 1 if low > 0 else -1)
    upper, near = a.upper(40), a.approximation(40)
    assert Fraction(int(upper.p), int(upper.q)) >= low
    assert abs(Fraction(int(near.p), int(near.q)) - low) <= Fraction(1, 2**39)


@given(elements())
def test_the_kernel_finds_the_same_sign(a: FieldElement) -> None:
    field = a.field
    ends = [Fraction(int(x.p), int(x.q)) for x in (field.low, field.high)]
    kernel = RealField(field.polynomial, *ends)
    common = 1
    for c in a.coefficients:
        common *= int(c.q)
    numbers = tuple(int((c * common).p) for c in a.coefficients)
    assert kernel.is_nonnegative(numbers) == (a.sign() >= 0)
    low, high = kernel.bounds(numbers, 128)
    assert Fraction(low, 2**128) <= value(a)[1] * common
    assert value(a)[0] * common <= Fraction(high, 2**128)


def test_a_field_over_which_equations_are_solved() -> None:
    field = FIELDS[2]
    a = field.generator
    matrix = FieldMatrix.of(field, [[1, a], [a, 3]])
    right = FieldMatrix.of(field, [[a * a], [field(1, 1, 1)]])
    assert (matrix * matrix.solve(right) - right).is_zero


def test_a_rational_matrix_can_be_changed() -> None:
    """The parts of a matrix over a cubic field are distinct objects."""
    matrix = FieldMatrix.rational(FIELDS[2], fmpq_mat(1, 1))
    matrix.parts[1][0, 0] += 1
    assert matrix[0, 0] == FIELDS[2](0, 1)


@pytest.mark.parametrize(
    ("polynomial", "low", "high", "message"),
    [
        ((-4, 0, 1), 1, 3, "irreducible"),
        ((-2, 0, 2), 1, 2, "monic"),
        ((-2, 0, 1), -2, 2, "exactly one root"),
        ((1, 0, 1), 0, 1, "exactly one root"),
    ],
)
def test_bad_fields(polynomial: tuple[int, ...], low: int, high: int, message: str) -> None:
    with pytest.raises(ExactnessError, match=message):
        NumberField(polynomial, fmpq(low), fmpq(high))


@pytest.mark.parametrize("d", [0, 1, 4, -3])
def test_not_a_real_quadratic_field(d: int) -> None:
    with pytest.raises(ExactnessError, match="not a square"):
        quadratic_field(d)


def test_elements_of_two_fields_do_not_mix() -> None:
    with pytest.raises(ExactnessError, match="expected an element of"):
        quadratic_field(5).generator + quadratic_field(2).generator
