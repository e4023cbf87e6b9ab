"""Algebraic numbers in words: what is read is the number that ball arithmetic finds, and nothing else is read."""

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from kissalg.errors import ExactnessError
from kissalg.exact.expressions import real_number, real_numbers, surd
from kissalg.exact.number_field import RATIONALS, quadratic_field

ROOT5 = quadratic_field(5)


def root(d: int) -> arb:
    return arb(d).sqrt()


def cosine(p: int, q: int) -> arb:
    return arb(fmpq(p, q)).cos_pi()


@pytest.mark.parametrize(
    ("texts", "degree", "balls"),
    [
        (["1/sqrt(5)", "(1+sqrt(5))/4", "sqrt(20)"], 2, lambda: [1 / root(5), (1 + root(5)) / 4, root(20)]),
        (["sqrt(8)/3", "sqrt(2/3)", "-1.5"], 4, lambda: [root(8) / 3, root(6) / 3, arb(-3) / 2]),
        (["sqrt(2) - sqrt(3)", "sqrt(30)*2"], 8, lambda: [root(2) - root(3), 2 * root(30)]),
        (["cos(pi/5)", "cos(3*pi/10)", "sin(pi/5)"], 4, lambda: [cosine(1, 5), cosine(3, 10), cosine(3, 10)]),
        (["cos(2*pi/7)^3", "cos(-16*pi/7)"], 3, lambda: [cosine(2, 7) ** 3, cosine(2, 7)]),
        (["cos(pi/3)*sqrt(2)", "cos(7*pi/2)"], 2, lambda: [root(2) / 2, arb(0)]),
        (["sqrt(9/4) + 1/3"], 1, lambda: [arb(11) / 6]),
    ],
)
def test_numbers(texts: list[str], degree: int, balls: object) -> None:
    with ctx.workprec(400):
        expected = balls()  # type: ignore[operator]  # a list of balls, at this precision
        numbers = real_numbers(texts)
        assert {number.field.degree for number in numbers} == {degree}
        for number, ball in zip(numbers, expected, strict=True):
            difference = number.enclosure(400) - ball
            assert difference.contains(0)
            assert abs(difference) < arb(2) ** -300


@settings(max_examples=40)
@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 9), st.integers(2, 60))
def test_square_roots(a: int, b: int, c: int, d: int) -> None:
    number = real_number(f"({a} + {b}*sqrt({d}))/{c}")
    difference = number * c - a  # b √d
    assert (difference * difference - b * b * d).is_zero
    assert difference.sign() == (b > 0) - (b < 0)
    text = surd(number)
    assert text is not None
    assert (number - real_number(text)).is_zero


def test_elements_and_texts_together() -> None:
    numbers = real_numbers([ROOT5(0, "1/5"), "1/3", 2, "sqrt(5)", "sqrt(1/5)"])
    assert [str(number) for number in numbers] == ["1/5*a", "1/3", "2", "a", "1/5*a"]
    assert {number.field for number in numbers} == {ROOT5}
    assert real_number(fmpq(1, 2)) == RATIONALS("1/2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("half", "found 'half'"),
        ("", "expected a rational number"),
        ("1e3", "1e3"),
        ("True", "True"),
        ("__import__('os')", "expected a rational number"),
        ("sqrt(-1)", "square root of a number >= 0"),
        ("sqrt(sqrt(2))", "square roots of rational numbers only"),
        ("sqrt(10000000000000)", "12 digits"),
        ("sqrt(2)+sqrt(3)+sqrt(5)+sqrt(7)", "three independent square roots"),
        ("cos(1)", "rational multiple of pi"),
        ("cos(pi*pi)", "rational multiple of pi"),
        ("cos(2*pi/37)", "degree at most 8"),
        ("sqrt(2)*cos(pi/5)", "found both"),
        ("1/0", "is zero"),
        ("2**sqrt(3)", "square roots of rational numbers only"),
        ("2^-1", "exponent from 0"),
        ("1" * 20_000, "characters"),
    ],
)
def test_everything_else_is_refused(text: str, message: str) -> None:
    with pytest.raises(ExactnessError, match=message):
        real_number(text)


def test_floats_and_foreign_fields_are_refused() -> None:
    with pytest.raises(ExactnessError, match="float"):
        real_number(0.5)  # type: ignore[arg-type]  # what a careless caller does
    with pytest.raises(ExactnessError, match="one field"):
        real_numbers([ROOT5.generator, quadratic_field(2).generator])
    with pytest.raises(ExactnessError, match="not recognised"):
        real_numbers([ROOT5.generator, "sqrt(2)"])
