"""The theorem average-kissing-area: verdicts, tampering, and the enclosures of the kernel against FLINT's balls and
against the definition.
"""

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import kissalg as ka
from kissalg.algebra.spherical_cap import contact_cap_area
from kissalg.audit import audit, read_document
from kissalg.errors import ParameterError
from kissalg.exact.rational import RationalLike
from kissalg.kernel import Verdict, check
from kissalg.kernel.common.cap_area import square_root
from kissalg.kernel.theorems.average_kissing_area import area_below

SQUARES = st.fractions(Fraction(11, 10), Fraction(89, 10), max_denominator=1000)


def certificate(n: int, square: RationalLike = 3) -> ka.Certificate:
    return ka.certify(ka.average_kissing_area(n, square))


def tree(n: int = 4) -> Any:
    return json.loads(certificate(n).text)


def serialised(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(("n", "published"), [(3, "14.929"), (4, "34.681"), (5, "77.757")])
def test_the_published_bounds(n: int, published: str) -> None:
    data = certificate(n).to_bytes()
    for report in (check(data, expect=f"average-kissing({n}) <= {published}"), audit(data)):
        assert report.verified, report
    assert not check(data, expect=f"average-kissing({n}) <= {float(published) - 0.002:.3f}").verified
    assert read_document(data).encode() == certificate(n).text


def test_kuperberg_and_schramm_exactly() -> None:
    """1/α = 8 + 4√3 for n = 3: a bound below it is rejected, by however little."""
    low, high = (8 + 4 * r for r in square_root(Fraction(3)))
    for bound, verdict in ((high + Fraction(1, 2**80), Verdict.VERIFIED), (low - Fraction(1, 2**80), Verdict.REJECTED)):
        changed = tree(3)
        changed["bound"] = f"{bound.numerator:x}/{bound.denominator:x}"
        assert check(serialised(changed)).verdict is verdict
        assert audit(serialised(changed)).verdict is verdict


@given(st.integers(3, 40), SQUARES)
def test_the_area_is_enclosed(n: int, square: Fraction) -> None:
    below = area_below(n, square)
    with ctx.workprec(400):
        exact = contact_cap_area(n, fmpq(square.numerator, square.denominator), fmpq(1, 2))
        assert exact - arb(fmpq(below.numerator, below.denominator)) > -(arb(2) ** -300)
        assert exact - arb(fmpq(below.numerator, below.denominator)) < arb(2) ** -99


@given(st.fractions(0, 100, max_denominator=10**6))
def test_square_roots_are_enclosed(value: Fraction) -> None:
    low, high = square_root(value)
    assert low * low <= value < high * high
    assert low == high - Fraction(1, 2**192) >= 0
    with ctx.workprec(300):
        root = arb(fmpq(value.numerator, value.denominator)).sqrt()
        assert arb(fmpq(low.numerator, low.denominator)) <= root or value == low * low


def test_an_area_by_the_definition() -> None:
    """n = 5: c_5 ∫_c^1 (1-u²) du with c_5 = 3/4, by lower Riemann sums, c = (q+3)/(4√q) for q = 4."""
    c, steps = Fraction(7, 8), 2000
    width = (1 - c) / steps
    total = sum((1 - (c + (i + 1) * width) ** 2) * width for i in range(steps)) * Fraction(3, 4)
    assert 0 < area_below(5, Fraction(4)) - total < Fraction(1, 10**4)


def bound(value: Any) -> None:
    value["bound"] = "22/1"  # 34


def dimension(value: Any) -> None:
    value["parameters"]["n"] = 5


def sphere(value: Any) -> None:
    value["parameters"]["rho_squared"] = "7/2"


@pytest.mark.parametrize("damage", [bound, dimension, sphere])
def test_rejected(damage: Callable[[Any], None]) -> None:
    changed = tree()
    damage(changed)
    report = check(serialised(changed))
    assert (report.verdict, report.path) == (Verdict.REJECTED, "bound")
    assert audit(serialised(changed)).verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("place", "value"),
    [("n", 2), ("n", 65), ("rho_squared", "9/1"), ("rho_squared", "1/1"), ("rho_squared", "a/1"), ("rho_squared", 3)],
)
def test_malformed(place: str, value: object) -> None:
    changed = tree()
    changed["parameters"][place] = value
    assert check(serialised(changed)).verdict is Verdict.MALFORMED
    assert audit(serialised(changed)).verdict is Verdict.MALFORMED


def test_a_witness_is_not_wanted() -> None:
    changed = tree()
    changed["witness"] = {"F": []}
    assert check(serialised(changed)).verdict is Verdict.MALFORMED
    assert audit(serialised(changed)).verdict is Verdict.MALFORMED


@given(st.integers(3, 12), SQUARES)
@settings(max_examples=25)
def test_what_is_made_is_accepted(n: int, square: Fraction) -> None:
    text = certificate(n, square).text.encode()
    assert check(text).verified
    assert audit(text).verified


def test_the_problem_says_what_it_bounds() -> None:
    problem = ka.average_kissing_area(4, "7/2")
    assert problem.quantity == "average-kissing(4)"
    assert problem.claim("34.7") == "average-kissing(4) <= 34.7"
    assert repr(problem) == "average-kissing-area (n = 4, rho² = 7/2)"


def test_parameters() -> None:
    for n, square, message in (
        (2, 3, "n: expected an integer from 3 to 64"),
        (65, 3, "n: expected an integer from 3 to 64"),
        (3, 1, "expected a radius with 1 < rho² <= 9"),
        (3, 10, "expected a radius with 1 < rho² <= 9"),
        (3, "x", "rho_squared: expected a rational number"),
        (3, 9 - fmpq(1, 10**30), "expected a number not as near to 1 or 9"),
    ):
        with pytest.raises(ParameterError, match=message):
            ka.average_kissing_area(n, square)
