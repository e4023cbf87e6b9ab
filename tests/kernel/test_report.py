"""Printed bounds are never below the truth; expected claims are compared exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.kernel import Claim, Report, Sense, Verdict, check, parse_expectation
from kissalg.kernel.report import decimal_down, decimal_up, magnitude
from tests.kernel.samples import LARGER, MEDIUM
from tests.vectors import vector

GOOD = vector("three-point", MEDIUM).read_bytes()  # A(3,0) <= 42948594839/4294967296 = 9.99974898039363…


@given(st.fractions(), st.integers(0, 15))
def test_decimals_are_rounded_up(value: Fraction, digits: int) -> None:
    printed = Fraction(decimal_up(value, digits))
    assert value <= printed < value + Fraction(1, 10**digits)


@given(st.fractions(), st.integers(0, 15))
def test_decimals_are_rounded_down(value: Fraction, digits: int) -> None:
    printed = Fraction(decimal_down(value, digits))
    assert value - Fraction(1, 10**digits) < printed <= value


@given(st.integers(-20, 20), st.integers(10, 16), st.integers(0, 15))
def test_zero_has_no_sign(numerator: int, exponent: int, digits: int) -> None:
    """Near zero and at zero, up and down: what is printed is the canonical decimal."""
    value = Fraction(numerator, 10**exponent)
    for text in (decimal_up(value, digits), decimal_down(value, digits)):
        assert text != "-0"
        assert not text.endswith(".")
        assert text == "0" or Fraction(text) != 0


@pytest.mark.parametrize(
    ("bound", "lower", "upper"),
    [
        (Fraction(0), "0", "0"),
        (Fraction(1, 10**13), "0", "0.000000000001"),
        (Fraction(-1, 10**13), "-0.000000000001", "0"),
        (Fraction(-2), "-2", "-2"),
        (Fraction(10) ** 20, "100000000000000000000", "100000000000000000000"),
        (Fraction(2) ** 5000, "2^4999", "2^5001"),
        (-(Fraction(2) ** 5000), "-2^5001", "-2^4999"),
    ],
)
def test_bounds_are_rounded_by_their_sense(bound: Fraction, lower: str, upper: str) -> None:
    assert str(Claim("x1^2", bound, sense=Sense.LOWER)) == f"x1^2 >= {lower}"
    assert str(Claim("x1^2 where x1 >= 0", bound, sense=Sense.LOWER)) == f"x1^2 >= {lower} where x1 >= 0"
    assert str(Claim("A(3,1/2)", bound)) == f"A(3,1/2) <= {upper}"


def test_conditions_stand_at_the_end_and_fields_among_the_arguments() -> None:
    over = "A(3,1*a^1 where -1 + 2*a^2 = 0, 0 <= a <= 1)"
    assert str(Claim(over, Fraction(7))) == f"{over} <= 7"
    assert parse_expectation(f"{over} <= 7") == Claim(over, Fraction(7))


@given(st.fractions(max_denominator=99), st.fractions(max_denominator=99))
def test_bounds_imply_worse_ones_of_the_same_sense(first: Fraction, second: Fraction) -> None:
    upper, lower = (Claim("A(3,1/2)", first, sense=sense) for sense in (Sense.UPPER, Sense.LOWER))
    assert upper.implies(Claim("A(3,1/2)", second)) == (first <= second)
    assert lower.implies(Claim("A(3,1/2)", second, sense=Sense.LOWER)) == (first >= second)
    assert not upper.implies(lower)
    assert not lower.implies(upper)


@given(st.integers(1, 9), st.integers(4090, 40000), st.booleans())
def test_numbers_too_long_for_decimals(factor: int, exponent: int, negative: bool) -> None:
    value = Fraction(-factor if negative else factor) * Fraction(2) ** exponent
    printed = decimal_up(value)
    if "^" in printed:
        sign, power = printed.split("2^")
        assert value <= Fraction(int(f"{sign}1")) * Fraction(2) ** int(power) <= max(4 * value, value / 4)
    else:
        assert Fraction(printed) == value


@given(st.fractions().filter(bool))
def test_magnitudes(value: Fraction) -> None:
    sign, power = magnitude(value).split("2^")
    assert Fraction(1, 2) <= abs(value) / Fraction(2) ** int(power) <= 2
    assert (sign == "-") == (value < 0)


@given(st.integers(3, 99), st.fractions(-1, 1, max_denominator=99), st.fractions(0, 99, max_denominator=99))
def test_expectations_are_read_with_any_spacing(n: int, cos: Fraction, bound: Fraction) -> None:
    for text in (f"A({n},{cos})<={bound}", f"  A( {n} , {cos} )  <=  {bound} "):
        assert parse_expectation(text) == Claim(f"A({n},{cos})", bound)


@pytest.mark.parametrize(
    ("text", "quantity", "bound"),
    [
        ("A(4,1/2) <= 24", "A(4,1/2)", Fraction(24)),
        ("A(4,0.5) <= 24.10", "A(4,1/2)", Fraction(241, 10)),
        ("A(4,2/4) <= 241 / 10", "A(4,1/2)", Fraction(241, 10)),
        ("A(10,-1/3) <= 3", "A(10,-1/3)", Fraction(3)),
    ],
)
def test_expectations(text: str, quantity: str, bound: Fraction) -> None:
    assert parse_expectation(text) == Claim(quantity, bound)


@pytest.mark.parametrize(
    "text",
    ["", "24", "A(4,1/2)", "A(4,1/2) < 24", "A(4,1/2) >= 24", "A(4,1/2) <= 24 or so", "B(4,1/2) <= 24", "A(4) <= 24",
     "A(4,1/0) <= 24", "A(4,1/2) <= 1/0", "A(4,1/2) <= nan", "A(4,1/2) <= 2e1", "A(4,1/2) <= 24.", "A(-4,1/2) <= 24",
     "A(4,1/2) <= 1.5/2", "A(4,1/2) <= " + "9" * 41, "A(\u0664,1/2) <= 24", "A(4,1/2) <= 24\nA(4,1/2) <= 1"],
)  # fmt: skip
def test_what_is_not_an_expectation(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a claim|denominator is zero"):
        parse_expectation(text)
    with pytest.raises(ValueError, match=r"expected a claim|denominator is zero"):
        check(GOOD, expect=text)


@pytest.mark.parametrize(
    "expect", ["A(3,0) <= 10", "A(3,0) <= 42948594839/4294967296", "A(3, 0.0) <= 9.99974898039364"]
)
def test_an_expectation_that_is_met(expect: str) -> None:
    assert check(GOOD, expect=expect).verified


@pytest.mark.parametrize(
    ("expect", "path"),
    [
        ("A(3,0) <= 9", "bound"),
        ("A(3,0) <= 42948594838/4294967296", "bound"),
        ("A(3,0) <= 9.99974898039363", "bound"),
        ("A(4,0) <= 10", "parameters"),
        ("A(3,1/100) <= 10", "parameters"),
    ],
)
def test_an_expectation_that_is_not_met(expect: str, path: str) -> None:
    report = check(GOOD, expect=expect)
    assert report.verdict is Verdict.REJECTED
    assert report.path == path
    assert report.bound is None
    assert expect.split("<=")[0] in report.reason
    assert "A(3,0) <= 9.999748980394" in report.reason


def test_reports_print() -> None:
    good = check(vector("three-point", LARGER).read_bytes())
    assert str(good) == "VERIFIED  A(3,1/2) <= 60.001172911184"
    assert "exactly 93932770974251/1565515579392" in good.detail
    assert good.bound == Fraction(93932770974251, 1565515579392)
    bad = check(vector("three-point", "negative-gegenbauer-coefficient", "rejected").read_bytes())
    assert str(bad) == "REJECTED  a_4 is negative  at witness.a.values[3]"
    assert "claimed, and not proved" in bad.detail
    assert Report(Verdict.MALFORMED, reason="no").detail == "MALFORMED  no"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A(3, 0.2*sqrt(5)) <= 12", "A(3,1/5*sqrt(5)) <= 12"),
        ("A(4, 1/4 + 2/8 * sqrt( 5 ) ) <= 120", "A(4,1/4 + 1/4*sqrt(5)) <= 120"),
        ("A(4,-sqrt(2)) <= 3", "A(4,-sqrt(2)) <= 3"),
        ("x1^4+x1>=-0.4724703938", "x1^4 + x1 >= -0.4724703938"),
        ("x1*2 - x2^2 - 1/2 >= -1 where x1 >= 0, x2 = 0", None),
        ("-2*x1 + 3 - x1 >= 1/4 where x1 >= 0, 1 - x1 >= 0, x1^2 - x1 = 0", "-3*x1 + 3 >= 0.25 where x1 >= 0, -x1 + 1 >= 0, x1^2 - x1 = 0"),
        ("x1*x1 >= 0", "x1^2 >= 0"),
    ],
)  # fmt: skip
def test_expectations_over_fields_and_of_polynomials(text: str, shown: str | None) -> None:
    if shown is None:
        with pytest.raises(ValueError, match="expected a claim"):
            parse_expectation(text)
    else:
        assert str(parse_expectation(text)) == shown
        assert parse_expectation(shown) == parse_expectation(text)


@pytest.mark.parametrize(
    "text",
    ["A(4,()) <= 3", "A(4,1 2) <= 3", "A(4,1/2sqrt(2)) <= 3", "A(4,1+-sqrt(2)) <= 3", "x17 >= 0", "x1 >= 0 where x1 > 3", "x1 + >= 1", "2x1 >= 0",
     "x1 >= 0 where ", "x1 >= 1/0", "x1 >= 0 where x1 = 1", "y >= 0", " >= 0", "x1^1000 >= 0"],
)  # fmt: skip
def test_what_is_no_claim_over_a_field_or_of_a_polynomial(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|denominator is zero"):
        parse_expectation(text)


def test_a_lower_bound_implies_lower_ones_and_no_upper_bound() -> None:
    better, worse = parse_expectation("x1^2 >= 1"), parse_expectation("x1^2 >= 0.5")
    assert better.implies(worse)
    assert not worse.implies(better)
    assert not better.implies(Claim("x1^2", Fraction(9)))
    assert not Claim("x1^2", Fraction(0)).implies(worse)
    assert not better.implies(parse_expectation("x1^2 >= 0 where x1 >= 0"))
