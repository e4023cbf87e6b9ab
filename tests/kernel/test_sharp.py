"""Certificates of sharp bounds and of sums of squares: verified as they are, and never after a change of one number."""

import json
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kissalg.audit import audit
from kissalg.kernel import Sense, Verdict, check, parse_expectation
from kissalg.kernel.common.number_field import RealField
from kissalg.kernel.report import Rejected
from tests.kernel.oracle import serialise
from tests.kernel.samples import get, leaves, put
from tests.vectors import vector, vectors

CLAIMS = {
    "petersen": "A(4,1/6) <= 10",
    "e8": "A(8,1/2) <= 240",
    "icosahedron": "A(3,1/5*sqrt(5)) <= 12",
    "600-cell": "A(4,1/4 + 1/4*sqrt(5)) <= 120",
    "motzkin": "x1^2*x2^4 + x1^4*x2^2 - 3*x1^2*x2^2 + 1 >= 0",
    "cubic-minimum": "x1^4 + x1 >= (3/16*a^1 where 16 + 1*a^3 = 0, -3 <= a <= -2) >= -0.4724703938",
    "sphere": "x1*x2*x3 >= -1/9*sqrt(3) >= -0.1924500898 where x3^2 + x2^2 + x1^2 - 1 = 0",
    "simplex": "x3^2 + x2^2 + x1^2 >= 1/3 >= 0.333333333333 where x1 >= 0, x2 >= 0, x3 >= 0, x3 + x2 + x1 - 1 = 0",
}
FILES = {
    path.stem: path
    for path in [
        *vectors("delsarte", "verified"),
        *vectors("nonnegative", "verified"),
        vector("three-point", "petersen"),
    ]
}


def tree_of(name: str) -> Any:
    return json.loads(FILES[name].read_bytes())


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claim_is_proved(name: str) -> None:
    report = check(FILES[name].read_bytes())
    assert report.verified, report
    assert str(report.claim) == CLAIMS[name]


COMMITTED = sorted((Path(__file__).parents[2] / "certificates" / "sharp").glob("*.json.xz"))


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.name.removesuffix(".json.xz"))
def test_committed_bounds_are_the_sizes_of_the_codes(path: Path) -> None:
    """The names are theorem-n-N: a bound below N would contradict a code that exists."""
    *_, n, size = path.name.removesuffix(".json.xz").split("-")
    report = check(path.read_bytes())
    assert report.bound == int(size)
    assert report.claim is not None
    assert report.claim.quantity.startswith(f"A({n},")


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claim_is_what_may_be_expected(name: str) -> None:
    data = FILES[name].read_bytes()
    claim = check(data, expect=CLAIMS[name]).claim
    assert claim is not None
    lower = claim.sense is Sense.LOWER
    quantity, where, conditions = claim.quantity.partition(" where ") if lower else (claim.quantity, "", "")
    wrong = claim.bound + Fraction(1, 10**6) * (1 if lower else -1)
    report = check(data, expect=f"{quantity} {'>=' if lower else '<='} {wrong}{where}{conditions}")
    assert (report.verdict, report.path) == (Verdict.REJECTED, "bound")


SPHERE = " where x1^2 + x2^2 + x3^2 - 1 = 0"
EXACT_BOUNDS = [
    ("sphere", f"x1*x2*x3 >= -1/9*sqrt(3){SPHERE}", True),
    ("sphere", f"x1*x2*x3 >= 0 - 1/27*sqrt(27){SPHERE}", True),  # the same number
    ("sphere", f"x1*x2*x3 >= -0.19245008973{SPHERE}", True),  # between the printed decimal and the exact bound
    ("sphere", f"x1*x2*x3 >= -0.19245008972{SPHERE}", False),
    ("sphere", f"x1*x2*x3 >= -1/9*sqrt(2){SPHERE}", False),
    ("sphere", f"x1*x2*x3 >= 1/9*sqrt(3){SPHERE}", False),  # the conjugate
    ("sphere", f"x1*x2*x3 >= (-1/9*a^1 where -3 + 1*a^2 = 0, 1 <= a <= 5){SPHERE}", True),
    ("sphere", f"x1*x2*x3 >= (-1/9*a^1 where -3 + 1*a^2 = 0, -2 <= a <= -1){SPHERE}", False),
    ("cubic-minimum", "x1^4 + x1 >= (3/16*a where a^3 + 16 = 0, -4 <= a <= -1)", True),
    ("cubic-minimum", "x1^4 + x1 >= (3/8*a where a^3 + 2 = 0, -2 <= a <= -1)", True),  # another generator of the field
    ("cubic-minimum", "x1^4 + x1 >= (3/8*a where a^3 + 2 = 0, -2 <= a <= -1) >= -0.5", True),
    ("cubic-minimum", "x1^4 + x1 >= -1/3*sqrt(2)", False),  # -0.47140
    ("cubic-minimum", "x1^4 + x1 >= -1/3 - 1/10*sqrt(2)", True),  # -0.47475
]


@pytest.mark.parametrize(("name", "expect", "implied"), EXACT_BOUNDS)
def test_exact_bounds_are_compared_exactly(name: str, expect: str, implied: bool) -> None:
    data = FILES[name].read_bytes()
    for report in (check(data, expect=expect), audit(data, expect=expect)):
        assert report.verified == implied
        assert report.path == ("" if implied else "bound")


@pytest.mark.parametrize(
    ("bound", "reason"),
    [
        ("sqrt(2) <= 1.4", "wrong side"),
        ("(a where a^2 - 2 = 0, -2 <= a <= 2)", "does not change its sign"),
        ("(a where a^3 - a = 0, -2 <= a <= 2)", "does not isolate"),
        ("(a^2 where a^2 - 2 = 0, 1 <= a <= 2)", "powers of a below 2"),
        ("(a where 2*a^2 - 3 = 0, 1 <= a <= 2)", "monic"),
        ("(a where 1/2 + a^2 = 0, 1 <= a <= 2)", "monic"),
        ("(a where a - 1 = 0, 0 <= a <= 2)", "monic"),
        ("(a + where a^2 - 2 = 0, 1 <= a <= 2)", "sum of powers"),
        ("(2a where a^2 - 2 = 0, 1 <= a <= 2)", "sum of powers"),
        ("sqrt(2) + 1", "expected a claim"),
    ],
)
def test_what_is_no_exact_bound(bound: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_expectation(f"A(3,0) <= {bound}")


@pytest.mark.parametrize("name", CLAIMS)
def test_small_integers_and_missing_fields(name: str) -> None:
    tree = tree_of(name)
    for path in leaves(tree["witness"], ("witness",)):
        value = get(tree, path)
        if type(value) is int and (name != "petersen" or path[2] in ("trv", 2)):
            for by in (1, -1, 100_000):
                other = deepcopy(tree)
                put(other, path, value + by)
                report = check(serialise(other))
                # an exponent of a column that is zero does not matter, nor a shift of an empty matrix
                if report.verified:
                    assert path[-1] == "shift" or path[-2] == "exponents", path
                    assert str(report.claim) == CLAIMS[name]
    for key in tree["witness"]:
        other = deepcopy(tree)
        del other["witness"][key]
        assert check(serialise(other)).verdict is Verdict.MALFORMED


def edit(name: str, *path: str | int, value: Any) -> Any:
    tree = tree_of(name)
    put(tree, path, value)
    return check(serialise(tree))


@pytest.mark.parametrize(
    ("report", "verdict", "words"),
    [
        (edit("icosahedron", "parameters", "field", "interval", value=["3/1", "4/1"]), Verdict.REJECTED, "sign"),
        (edit("icosahedron", "parameters", "field", "interval", value=["-3/1", "3/1"]), Verdict.REJECTED, "sign"),
        (edit("icosahedron", "parameters", "field", "interval", value=["3/1", "2/1"]), Verdict.MALFORMED, "order"),
        (edit("icosahedron", "parameters", "field", "polynomial", value=["-5", "0", "2"]), Verdict.MALFORMED, "monic"),
        (
            edit("icosahedron", "parameters", "field", "polynomial", value=["-5", "1"]),
            Verdict.MALFORMED,
            "coefficients",
        ),
        # √7 instead of √5: the identity does not hold there
        (
            edit("icosahedron", "parameters", "field", "polynomial", value=["-7", "0", "1"]),
            Verdict.REJECTED,
            "identity",
        ),
        (edit("icosahedron", "parameters", "cos", value=["0/1", "1/1"]), Verdict.REJECTED, "between"),
        (edit("e8", "parameters", "n", value=1), Verdict.MALFORMED, "integer"),
        (edit("e8", "parameters", "n", value=9), Verdict.REJECTED, "identity"),
        (edit("motzkin", "witness", "multiplier", value={"constant": 0, "power": 0}), Verdict.REJECTED, "identity"),
        (edit("motzkin", "witness", "multiplier", "power", value=17), Verdict.MALFORMED, "integer"),
        (edit("motzkin", "witness", "squares", value=[]), Verdict.REJECTED, "identity"),
        (edit("sphere", "witness", "multiplier", value={"constant": 0, "power": 1}), Verdict.REJECTED, "zero"),
        (edit("sphere", "parameters", "equalities", value=[]), Verdict.MALFORMED, "length 0"),
        (edit("simplex", "witness", "squares", 0, "copies", 0, "weight", value="-1/1"), Verdict.MALFORMED, "positive"),
        (edit("simplex", "witness", "squares", 0, "copies", 0, "factors", value=[3]), Verdict.MALFORMED, "integer"),
        (edit("simplex", "parameters", "variables", value=17), Verdict.MALFORMED, "integer"),
        (
            edit("simplex", "parameters", "polynomial", value=["1", "2 0 0 1", "0 2 0 1"]),
            Verdict.MALFORMED,
            "increasing",
        ),
        (edit("simplex", "parameters", "polynomial", value=[]), Verdict.MALFORMED, "string"),
        (edit("simplex", "parameters", "polynomial", value=["0", "2 0 0 1"]), Verdict.MALFORMED, "positive"),
        (edit("simplex", "parameters", "polynomial", value=["1", "fff 0 0 1"]), Verdict.MALFORMED, "exponents"),
    ],
    ids=str,
)
def test_faults_are_named(report: Any, verdict: Verdict, words: str) -> None:
    assert report.verdict is verdict, report
    assert words in report.reason


def test_a_sign_is_refused_when_the_enclosure_would_be_too_long() -> None:
    field = RealField((-2, 0, 1), Fraction(1), Fraction(2))
    with pytest.raises(Rejected, match="enclosure"):
        field.bounds((1, 1), 1 << 17)


def test_an_element_that_vanishes_over_a_reducible_polynomial_has_no_sign() -> None:
    """x² - 2x, with the root 2 in [3/2, 3]: α - 2 is 0 but does not look it. Nothing false is accepted."""
    field = RealField((0, -2, 1), Fraction(3, 2), Fraction(3))
    field.require_isolated()
    assert not field.is_nonnegative((-3, 1))
    assert field.is_nonnegative((-1, 1))
    assert not field.is_nonnegative((-2, 1)) or not field.is_nonnegative((2, -1))


def test_a_double_root_is_not_isolated() -> None:
    with pytest.raises(Rejected, match="change its sign"):
        RealField((4, -4, 1), Fraction(1), Fraction(3)).require_isolated()
    with pytest.raises(Rejected, match="isolate"):
        RealField((0, -1, 0, 1), Fraction(-2), Fraction(2)).require_isolated()  # three roots


def test_two_roots_close_to_the_end_of_the_isolating_interval() -> None:
    """The sign of M is taken at the exact end of the interval: rounded outward there may be a second root in
    between.
    """
    a = 3**102
    polynomial = (-(2**500), 2**501 * a, -(2**500) * a * a, 0, 0, 0, 0, 0, 1)  # x^8 - 2^500 (a x - 1)^2
    field = RealField(polynomial, Fraction(1, 2**900), Fraction(1, a))
    field.require_isolated()
    low, high = field.enclose_root(1024)
    assert low <= 2**1024 // a <= high


def test_products_that_come_to_nothing_are_work_too() -> None:
    """A power of (1 + |x|^2) times a zero polynomial, and factors times a zero basis, are bounded before they are
    expanded.
    """
    tree = tree_of("motzkin")
    tree["parameters"] |= {"polynomial": ["1"], "variables": 16}
    tree["witness"] |= {"multiplier": {"constant": 1, "power": 16}, "squares": []}
    report = check(serialise(tree))
    assert report.verdict is Verdict.MALFORMED
    assert "steps" in str(report)
