"""The theorem average-kissing-direct: verdicts, tampering, its polynomials and exponentials against FLINT's; the second
opinion is the oracle.
"""

from copy import deepcopy
from fractions import Fraction
from math import factorial
from pathlib import Path

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from kissalg.algebra.orthogonal import laguerre
from kissalg.audit import audit
from kissalg.exact.rational import fraction
from kissalg.kernel import Limits, Verdict, check
from kissalg.kernel.common.enclosures import exponential_above
from kissalg.kernel.common.nonpositive import Budget, bernstein_on_ray, nonpositive_on_ray
from kissalg.kernel.theorems.average_kissing_direct import laplacian_powers
from tests.families.average_kissing.test_kernel import numbers, serialise, tree, zero
from tests.kernel.samples import get, lists, put, replace_integer
from tests.vectors import vector

ONE, TWO = (vector("average-kissing-direct", f"direct-n3-{name}") for name in ("r1-d7", "r1_2-d5"))


def test_the_claims_are_those_of_the_theorem() -> None:
    assert check(ONE.read_bytes(), expect="average-kissing(3;1) <= 13.7").verified
    assert check(TWO.read_bytes(), expect="average-kissing(3;1,2) <= 17.3").verified
    for path, expect in ((ONE, "average-kissing(3;2) <= 14"), (TWO, "average-kissing(3;1) <= 18")):
        assert check(path.read_bytes(), expect=expect).path == "parameters"
    assert check(ONE.read_bytes(), expect="average-kissing(3;1) <= 12").path == "bound"


REJECTIONS = [
    ("a bound below what is proved", ONE, ("bound",), "d/1", "bound"),
    ("another dimension", ONE, ("parameters", "n"), 4, None),
    ("a larger radius", TWO, ("parameters", "radii", 1), "3/1", None),
    ("a radius between", TWO, ("parameters", "radii", 0), "3/2", None),
    ("another scale", ONE, ("witness", "scale"), "2/1", None),
    ("no squares", ONE, ("witness", "X"), None, "witness"),
    ("squares exchanged", TWO, ("witness", "X"), None, None),
]


@pytest.mark.parametrize(("name", "path", "place", "new", "where"), REJECTIONS, ids=[item[0] for item in REJECTIONS])
def test_rejected(name: str, path: Path, place: tuple[str | int, ...], new: object, where: str | None) -> None:
    changed = tree(path)
    if name == "no squares":
        new = [zero(4), zero(4)]
    if name == "squares exchanged":
        new = get(changed, place)[::-1]
    put(changed, place, new)
    report, opinion = check(serialise(changed)), audit(serialise(changed))
    assert report.verdict is Verdict.REJECTED
    assert where is None or report.path == where
    assert opinion.verdict is Verdict.REJECTED


MALFORMED = [
    ("dimension 2", ("parameters", "n"), 2),
    ("an even degree", ("parameters", "degree"), 6),
    ("degree 41", ("parameters", "degree"), 41),
    ("degree not that of the witness", ("parameters", "degree"), 5),
    ("no radii", ("parameters", "radii"), []),
    ("radius 0", ("parameters", "radii", 0), "0/1"),
    ("equal radii", ("parameters", "radii"), ["1/1", "1/1"]),
    ("too many radii", ("parameters", "radii"), [f"{k:x}/1" for k in range(1, 18)]),
    ("a radius without rows", ("parameters", "radii"), ["1/1", "2/1"]),
    ("scale 0", ("witness", "scale"), "0/1"),
    ("a negative scale", ("witness", "scale"), "-5/4"),
    ("too large a scale", ("witness", "scale"), "101/4"),
    ("one matrix", ("witness", "X"), [zero(4)]),
    (
        "a shift and a correction",
        ("witness", "X", 0),
        {**zero(4), "shift": 3, "correction": {"denominator": "1", "entries": []}},
    ),
]


@pytest.mark.parametrize(("name", "place", "new"), MALFORMED, ids=[item[0] for item in MALFORMED])
def test_malformed(name: str, place: tuple[str | int, ...], new: object) -> None:
    changed = tree(ONE)
    put(changed, place, new)
    assert check(serialise(changed)).verdict is Verdict.MALFORMED
    assert audit(serialise(changed)).verdict is Verdict.MALFORMED


def test_work_is_bounded_before_it_is_done() -> None:
    report = check(TWO.read_bytes(), limits=Limits(work=500))
    assert report.verdict is Verdict.MALFORMED
    assert "steps" in report.reason


def require_honest(changed: object, best: int) -> None:
    """A changed file may still be a proof; then the second opinion says so too, and the claim does not contradict a
    packing.
    """
    report, opinion = check(serialise(changed)), audit(serialise(changed))
    if report.verified:
        assert opinion.verified
        assert report.claim == opinion.claim
        assert report.claim is not None
        assert report.claim.bound >= best


@given(st.data(), st.sampled_from([ONE, TWO]))
def test_any_integer_replaced(data: st.DataObject, path: Path) -> None:
    changed = tree(path)
    replace_integer(data, changed, data.draw(st.sampled_from(numbers(changed))))
    # 12 neighbours in R³, 24 in R⁴; n may have become 4 or more, where the bound is above 12 as well
    require_honest(changed, 12)


@given(st.data(), st.sampled_from([ONE, TWO]))
def test_any_list_changed(data: st.DataObject, path: Path) -> None:
    changed = tree(path)
    items = get(changed, data.draw(st.sampled_from([place for place in lists(changed) if get(changed, place)])))
    i, j = (data.draw(st.integers(0, len(items) - 1)) for _ in range(2))
    if data.draw(st.booleans()):
        items[i], items[j] = items[j], items[i]
    else:
        items.insert(j, deepcopy(items[i]))
    require_honest(changed, 12)


@pytest.mark.parametrize("n", [3, 4, 7, 24])
def test_powers_of_the_laplacian_are_laguerre_polynomials(n: int) -> None:
    for k, row in enumerate(laplacian_powers(n, 11)):
        polynomial = laguerre(n, k) * factorial(k)
        assert [Fraction(value, 1 << k) for value in row] == [fraction(polynomial[i]) for i in range(12)]


@given(st.fractions(0, 256, max_denominator=1000))
def test_exponentials_are_enclosed(w: Fraction) -> None:
    above = exponential_above(w)
    with ctx.workprec(1024):
        ratio = arb(fmpq(above.numerator, above.denominator)) * arb(fmpq(-w.numerator, w.denominator)).exp()
        assert ratio > 1 or w == 0
        assert ratio < 1 + arb(2) ** -200


@pytest.mark.parametrize("w", [Fraction(-1, 10), Fraction(257)])
def test_exponentials_outside_their_range(w: Fraction) -> None:
    with pytest.raises(ValueError, match="expected 0 <= w <= 256"):
        exponential_above(w)


@given(
    st.lists(st.integers(-5, 5), min_size=1, max_size=6),
    st.fractions(-3, 3, max_denominator=4),
    st.fractions(1, 5, max_denominator=3),
    st.fractions(0, 1, max_denominator=9),
)
def test_bernstein_coefficients_on_a_ray(numerators: list[int], start: Fraction, step: Fraction, v: Fraction) -> None:
    """Σ_k b_k C(d,k) v^k (1-v)^(d-k) is a positive multiple of (1-v)^d p(start + step v/(1-v)), the same for all v."""
    d = len(numerators) - 1
    coefficients = bernstein_on_ray(numerators, start, step)

    def form(v: Fraction) -> Fraction:
        binomials = [factorial(d) // factorial(k) // factorial(d - k) for k in range(d + 1)]
        return sum((b * c * v**k * (1 - v) ** (d - k) for k, (b, c) in enumerate(zip(coefficients, binomials, strict=True))), Fraction(0))  # fmt: skip

    def value(v: Fraction) -> Fraction:
        return sum((c * (start * (1 - v) + step * v) ** k * (1 - v) ** (d - k) for k, c in enumerate(numerators)), Fraction(0))  # fmt: skip

    other = Fraction(3, 7)
    assert form(v) * value(other) == form(other) * value(v)
    assert form(v) * value(v) >= 0


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=6), st.fractions(-3, 3, max_denominator=4))
def test_what_is_proved_on_a_ray_is_true(numerators: list[int], start: Fraction) -> None:
    if nonpositive_on_ray(numerators, start, Fraction(2), Budget(100)):
        for step in (0, 1, 2, 5, 17, 1000):
            assert sum(c * (start + Fraction(step, 3)) ** k for k, c in enumerate(numerators)) <= 0
