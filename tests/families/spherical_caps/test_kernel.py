"""Packings of spherical caps: the certificates are verified as they are, and each hypothesis of the theorem is
checked.
"""

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from kissalg.algebra.spherical_cap import cap_area
from kissalg.audit import audit
from kissalg.kernel import Limits, Verdict, check, parse_expectation
from kissalg.kernel.common.cap_area import angle, area_above
from kissalg.kernel.common.number_field import RealField
from kissalg.kernel.theorems.spherical_caps import SphericalCaps
from tests.kernel.oracle import serialise
from tests.kernel.samples import put
from tests.vectors import vector

CLAIMS = {
    "e8-count-n8": "caps(8;1/2*sqrt(3);1) <= 240",
    "one-density-n4": "cap-density(4;1/2) <= 0.5865",  # three caps of 60°
    "octahedron-density-n3": "cap-density(3;-1*a^1 + 1/12*a^3,5/6*a^1 + -1/24*a^3 where 16 + -16*a^2 + 1*a^4 = 0, ",
    "prism-density-n3": "cap-density(3;-1 + 1/2*a^2,-3/2*a^1 + 1/2*a^3 where 5 + -5*a^2 + 1*a^4 = 0, ",
    "rational-count-n4": "caps(4;3/5,4/5;3/2,1) <= 14.167",
}


def tree_of(name: str) -> Any:
    return json.loads(vector("spherical-caps", name).read_bytes())


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claim_is_proved(name: str) -> None:
    report = check(vector("spherical-caps", name).read_bytes())
    assert report.verified, report
    assert str(report.claim).startswith(CLAIMS[name])


def test_densities_are_those_of_known_packings() -> None:
    """Five caps of π/5 around the equator and two of 3π/10 at the poles; six and eight caps of a truncated octahedron;
    never below them.
    """

    def sigma(cos: float) -> float:
        return (1 - cos) / 2

    prism = check(vector("spherical-caps", "prism-density-n3").read_bytes()).bound
    assert prism is not None
    assert 0 < float(prism) - (5 * sigma((1 + 5**0.5) / 4) + 2 * sigma((10 - 2 * 5**0.5) ** 0.5 / 4)) < 1e-8
    octahedron = check(vector("spherical-caps", "octahedron-density-n3").read_bytes()).bound
    assert octahedron is not None
    assert 6 * sigma(8**0.5 / 3) + 8 * sigma((2 / 3) ** 0.5) < float(octahedron) < 0.9081


Change = Callable[[Any], None]


def at(*path: str | int, value: Any) -> Change:
    return lambda tree: put(tree, path, value)


def excess(tree: Any) -> None:
    """A correction that is no longer dominated by its shift."""
    tree["witness"]["Q"][0][0]["shift"] += 40


REJECTED: list[tuple[str, str, Change, str]] = [
    ("a bound below the packing", "e8-count-n8", at("bound", value="ef/1"), "bound"),
    ("a bound a little lower", "one-density-n4", at("bound", value="1/2"), "bound"),
    ("smaller caps", "rational-count-n4", at("parameters", "caps", 0, value=["4/5"]), "witness.ends[0]"),
    ("smaller second caps", "rational-count-n4", at("parameters", "caps", 1, value=["5/6"]), "witness.ends[1]"),
    (
        "smaller caps, of areas that are known",
        "one-density-n4",
        at("parameters", "caps", 0, value=["3/5"]),
        "witness.ends[0]",
    ),
    ("larger caps in a density", "one-density-n4", at("parameters", "caps", 0, value=["1/3"]), "witness.weights[0]"),
    ("another dimension of a density", "one-density-n4", at("parameters", "n", value=3), "witness.weights[0]"),
    ("another dimension", "rational-count-n4", at("parameters", "n", value=5), "witness"),
    ("larger weights", "rational-count-n4", at("parameters", "weights", 0, value="2/1"), "witness"),
    ("smaller weights", "rational-count-n4", at("parameters", "weights", 0, value="1/1"), "bound"),
    ("an end that is too small", "one-density-n4", at("witness", "ends", 0, value="-3/5"), "witness.ends[0]"),
    ("an end that is too large", "one-density-n4", at("witness", "ends", 0, value="-2/5"), "witness"),
    ("the cosine 1", "rational-count-n4", at("parameters", "caps", 0, value=["1/1"]), "parameters.caps[0]"),
    ("the cosine -1", "rational-count-n4", at("parameters", "caps", 1, value=["-1/1"]), "parameters.caps[1]"),
    ("a cosine above 1", "e8-count-n8", at("parameters", "caps", 0, value=["0/1", "1/1"]), "parameters.caps[0]"),
    ("no root", "e8-count-n8", at("parameters", "field", "interval", value=["2/1", "3/1"]), "parameters.field"),
    ("a correction that is too large", "one-density-n4", excess, "witness.Q[0][0].correction"),
]


@pytest.mark.parametrize(
    ("name", "change", "path"), [item[1:] for item in REJECTED], ids=[item[0] for item in REJECTED]
)
def test_rejected(name: str, change: Change, path: str) -> None:
    tree = tree_of(name)
    change(tree)
    report = check(serialise(tree))
    assert report.verdict is Verdict.REJECTED, report
    assert report.path == path, report
    opinion = audit(serialise(tree))
    assert opinion.verdict is Verdict.REJECTED, opinion
    assert opinion.path == path, opinion


MALFORMED: list[tuple[str, str, Change]] = [
    ("dimension 1", "one-density-n4", at("parameters", "n", value=1)),
    ("a density in dimension 65", "one-density-n4", at("parameters", "n", value=65)),
    ("degree 41", "one-density-n4", at("parameters", "degree", value=41)),
    ("another degree", "one-density-n4", at("parameters", "degree", value=3)),
    ("no sizes", "one-density-n4", at("parameters", "caps", value=[])),
    ("too many sizes", "one-density-n4", at("parameters", "caps", value=[["1/2"]] * 17)),
    ("two sizes for one", "one-density-n4", at("parameters", "caps", value=[["1/2"]] * 2)),
    ("weights twice", "rational-count-n4", at("witness", "weights", value=["3/2", "1/1"])),
    ("no weights", "rational-count-n4", at("parameters", "weights", value=None)),
    ("a weight of zero", "rational-count-n4", at("parameters", "weights", 0, value="0/1")),
    ("a negative weight", "one-density-n4", at("witness", "weights", 0, value="-1/2")),
    ("a missing end", "rational-count-n4", at("witness", "ends", value=["-7/19", "0/1"])),
    ("an element that is too long", "one-density-n4", at("parameters", "caps", 0, value=["1/2", "0/1"])),
    ("a missing kernel", "one-density-n4", lambda tree: tree["witness"]["F"].pop()),
    ("a missing sum of squares", "one-density-n4", lambda tree: tree["witness"]["Q"][0].pop()),
]


@pytest.mark.parametrize(("name", "change"), [item[1:] for item in MALFORMED], ids=[item[0] for item in MALFORMED])
def test_malformed(name: str, change: Change) -> None:
    tree = tree_of(name)
    change(tree)
    report = check(serialise(tree))
    assert report.verdict is Verdict.MALFORMED, report
    assert audit(serialise(tree)).verdict is Verdict.MALFORMED


def test_larger_caps_and_larger_bounds_are_proved_too() -> None:
    """Caps that are larger overlap more: a bound for their number follows."""
    tree = tree_of("rational-count-n4")
    tree["parameters"]["caps"] = [["1/2"], ["3/4"]]
    assert check(serialise(tree)).verified
    assert audit(serialise(tree)).verified
    tree["bound"] = "64/1"
    assert check(serialise(tree)).verified


def test_work_is_bounded() -> None:
    report = check(vector("spherical-caps", "prism-density-n3").read_bytes(), limits=Limits(work=100))
    assert report.verdict is Verdict.MALFORMED


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 64), st.fractions(-1, 1, max_denominator=1000).filter(lambda c: -1 < c < 1))
def test_areas_agree_with_ball_arithmetic(n: int, cos: Fraction) -> None:
    with ctx.workprec(512):
        exact = cap_area(n, arb(fmpq(cos.numerator, cos.denominator)))
        above = area_above(n, cos)
        difference = arb(fmpq(above.numerator, above.denominator)) - exact
        assert difference > -(arb(2) ** -400)
        assert difference < arb(2) ** -100


@settings(max_examples=30, deadline=None)
@given(st.fractions(-1, 1, max_denominator=10**6))
def test_angles_are_enclosed(cos: Fraction) -> None:
    low, high = angle(cos)
    with ctx.workprec(512):
        exact = arb(fmpq(cos.numerator, cos.denominator)).acos()
        assert arb(fmpq(low.numerator, low.denominator)) - exact < arb(2) ** -400
        assert exact - arb(fmpq(high.numerator, high.denominator)) < arb(2) ** -400
    assert high - low < Fraction(1, 2**90)


ROOT3 = RealField((-3, 0, 1), Fraction(1), Fraction(2))
small = st.fractions(-1, 1, max_denominator=20)


@settings(max_examples=60, deadline=None)
@given(small, small, small)
def test_ends_are_judged_exactly(a: Fraction, b: Fraction, end: Fraction) -> None:
    """u >= cos(α + β), compared with ball arithmetic; on the circle 3/5, 4/5 equality occurs."""
    caps = SphericalCaps(3, 1, RealField((0, 1), Fraction(0), Fraction(0)), (), (), False, Fraction(1), (), (), ())
    found = caps.separates((a,), (b,), end)
    with ctx.workprec(256):
        x, y, u = (arb(fmpq(v.numerator, v.denominator)) for v in (a, b, end))
        difference = u - (x * y - ((1 - x * x) * (1 - y * y)).nonnegative_part().sqrt())
        if not difference.contains(0):
            assert found == (difference > 0)


@pytest.mark.parametrize(
    ("a", "b", "end", "proved"),
    [
        ((Fraction(0), Fraction(1, 2)), (Fraction(0), Fraction(1, 2)), Fraction(1, 2), True),  # 30° and 30°
        ((Fraction(0), Fraction(1, 2)), (Fraction(0), Fraction(1, 2)), Fraction(499, 1000), False),
        ((Fraction(0), Fraction(1, 2)), (Fraction(1, 2), Fraction(0)), Fraction(0), True),  # 30° and 60°
        ((Fraction(0), Fraction(1, 2)), (Fraction(1, 2), Fraction(0)), Fraction(-1, 1000), False),
    ],
)
def test_equality_of_angles_in_a_field(a: Any, b: Any, end: Fraction, proved: bool) -> None:
    caps = SphericalCaps(3, 1, ROOT3, (), (), False, Fraction(1), (), (), ())
    assert caps.separates(a, b, end) == proved


def test_expectations() -> None:
    claim = parse_expectation("caps( 8 ; 1/2*sqrt(3), 0.5 ; 1 , 2/4 ) <= 241")
    assert claim.quantity == "caps(8;1/2*sqrt(3),1/2;1,1/2)"
    assert check(vector("spherical-caps", "e8-count-n8").read_bytes(), expect="caps(8; 1/2*sqrt(3); 1) <= 240").verified
    assert not check(
        vector("spherical-caps", "e8-count-n8").read_bytes(), expect="caps(8; 1/2*sqrt(3); 2) <= 240"
    ).verified
    assert check(vector("spherical-caps", "one-density-n4").read_bytes(), expect="cap-density(4; 0.5) <= 0.59").verified
    data = vector("spherical-caps", "prism-density-n3").read_bytes()
    printed = str(check(data).claim).rsplit(" <= ", 1)[0]
    assert check(data, expect=f"{printed} <= 0.8897").verified
    assert check(data, expect=f"{printed} <= 0.8896").verdict is Verdict.REJECTED
    with pytest.raises(ValueError, match="expected a claim"):
        parse_expectation("caps(4; 1/2) <= 3")
