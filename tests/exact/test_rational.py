"""Rational numbers at the gate."""

from fractions import Fraction

import pytest
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import ExactnessError, KissalgError
from kissalg.exact.rational import decimal_up, fraction, rational


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
    with pytest.raises(ExactnessError):
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


def test_decimal_up_refuses_negative_places() -> None:
    with pytest.raises(ExactnessError):
        decimal_up(fmpq(1), -1)
