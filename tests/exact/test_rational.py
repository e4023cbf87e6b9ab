"""Rational numbers at the gate."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import ExactnessError, KissalgError
from kissalg.exact.rational import decimal_down, decimal_up, fraction, rational


@given(st.fractions())
def test_round_trip(value: Fraction) -> None:
    assert fraction(rational(value)) == value
    assert fraction(rational(str(value))) == value
    assert fraction(rational(rational(value))) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-1000, max_value=1000))
def test_decimal_strings_are_exact(value: object) -> None:
    assert fraction(rational(f"{value:f}")) == Fraction(f"{value:f}")


def test_integers() -> None:
    assert rational(-7) == rational(fmpz(-7)) == rational("-7") == rational("-14/2") == fmpq(-7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1/-2",
        "1/0",
        "0x10",
        "1e3",
        "1_000",
        "½",
        "١",
        "nan",
        "inf",
        "1/2/3",
        "1.",
        ".5",
        "--1",
        "9" * 4001,
    ],
)
def test_foreign_text_is_refused(text: str) -> None:
    with pytest.raises(ExactnessError, match=r"expected a rational number|is zero"):
        rational(text)


@pytest.mark.parametrize("value", [0.5, 1.0, float("nan"), True, None, 1j, [1]])
def test_inexact_values_are_refused(value: object) -> None:
    with pytest.raises(ExactnessError, match="expected a rational number"):
        rational(value)  # type: ignore[arg-type]  # the wrong type is the point of the test


def test_float_error_gives_advice() -> None:
    with pytest.raises(KissalgError, match='"1/2"'):
        rational(0.5)  # type: ignore[arg-type]  # the wrong type is the point of the test


@given(st.fractions(), st.integers(0, 12))
def test_decimal_up_is_the_least_upper_decimal(value: Fraction, places: int) -> None:
    printed = Fraction(decimal_up(rational(value), places))
    assert 0 <= printed - value < Fraction(1, 10**places)
    assert (printed * 10**places).denominator == 1


NEAR_ZERO = [Fraction(sign, divisor) for sign in (-1, 1) for divisor in (3, 10**9, 10**10, 10**13, 10**40)]


@given(st.fractions() | st.sampled_from([Fraction(0), *NEAR_ZERO]), st.integers(0, 12))
def test_decimal_down_is_the_greatest_lower_decimal(value: Fraction, places: int) -> None:
    text = decimal_down(rational(value), places)
    printed = Fraction(text)
    assert 0 <= value - printed < Fraction(1, 10**places)
    assert (printed * 10**places).denominator == 1
    assert text == "0" or text.startswith("-") == (printed < 0)
    assert text == "0" or printed != 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        (Fraction(1, 10**13), "0"),
        (Fraction(-1, 10**13), "-0.0000000001"),
        (Fraction(1, 3), "0.3333333333"),
        (Fraction(-1, 3), "-0.3333333334"),
        (Fraction(-1, 10**40), "-0.0000000001"),
        (10**30, "1" + "0" * 30),
        (-(10**30) - Fraction(1, 2), "-1" + "0" * 30 + ".5"),
    ],
)
def test_decimal_down_at_zero_and_far_from_it(value: Fraction | str | int, text: str) -> None:
    assert decimal_down(rational(value)) == text


@given(st.integers(1100, 5000), st.sampled_from([-1, 1]))
def test_long_numbers_are_powers_of_two_on_the_right_side(bits: int, sign: int) -> None:
    value = rational(sign * 3 * 2**bits)

    def power(text: str) -> int:
        return int(text.removeprefix("-").removeprefix("2^"))

    below, above = decimal_down(value), decimal_up(value)
    for text in (below, above):
        assert text.startswith("-2^" if sign < 0 else "2^")
    low, high = (sign * 2 ** power(text) for text in (below, above))
    assert low < value < high
    assert abs(low) * 8 >= abs(value)


@pytest.mark.parametrize("rounded", [decimal_up, decimal_down])
def test_a_negative_number_of_places_is_refused(rounded: Callable[[fmpq, int], str]) -> None:
    with pytest.raises(ExactnessError, match="decimal places >= 0, found -1"):
        rounded(fmpq(1), -1)
