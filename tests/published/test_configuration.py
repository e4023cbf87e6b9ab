"""Configurations: exact cosines, whatever the norms and the field; what is not a configuration says why."""

import json
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from kissalg.errors import PublishedError
from kissalg.published import Outcome, check_file
from kissalg.published.configuration import (
    biquadratic_sign,
    check_configuration,
    gram_configuration,
    point_configuration,
    read_configuration,
)
from kissalg.published.recognise import CheckOptions
from kissalg.testing.strategies import spherical_codes

PUBLISHED = Path(__file__).parents[3] / "shared" / "published"
published = pytest.mark.skipif(not PUBLISHED.exists(), reason="the data published by others are not here")
D4 = [
    [s if i == a else t if i == b else 0 for i in range(4)]
    for a, b in combinations(range(4), 2)
    for s, t in product((1, -1), repeat=2)
]


def test_root_systems_are_kissing_configurations() -> None:
    finding = check_configuration(read_configuration(json.dumps(D4)), "1/2")
    assert finding.outcome is Outcome.VERIFIED
    assert finding.statement.startswith("A(4, 1/2) >= 24")
    # A_3 in four coordinates lies in a space of dimension 3
    a3 = [[(i == a) - (i == b) for i in range(4)] for a in range(4) for b in range(4) if a != b]
    assert check_configuration(read_configuration(json.dumps(a3, default=int)), "1/2").statement.startswith(
        "A(3, 1/2) >= 12"
    )


def test_norms_may_differ() -> None:
    scaled = [[(k + 1) * x for x in point] for k, point in enumerate(D4)]
    finding = check_configuration(read_configuration(json.dumps(scaled)), "1/2")
    assert finding.verified
    assert any("norms differ" in fact for fact in finding.facts)


def test_a_pair_that_is_too_close_is_named() -> None:
    finding = check_configuration(read_configuration(json.dumps([*D4, [5, 4, 0, 0]])), "1/2")
    assert finding.outcome is Outcome.REJECTED
    assert "24 and" in finding.reason
    assert "0.99388373" in finding.reason


def test_the_same_direction_twice_is_never_a_code() -> None:
    for cos in ("1/2", "999999/1000000", None):
        assert check_configuration(read_configuration("[[1, 2], [2, 4]]"), cos).outcome is Outcome.REJECTED


@pytest.mark.parametrize("cos", [Fraction(1, 2), Fraction(0), Fraction(-1, 3), Fraction(-1, 5), Fraction(4, 5)])
def test_the_squared_comparison_is_the_comparison(cos: Fraction) -> None:
    """Against cosines of Pythagorean points, where no root is needed."""
    directions = [(3, 4, 5), (4, 3, 5), (-3, 4, 5), (5, 12, 13), (-12, 5, 13), (-1, 0, 1), (1, 0, 1), (0, -1, 1)]
    for (a, b, r), (c, d, s) in combinations(directions, 2):
        configuration = point_configuration(fmpq_mat([[7 * a, 7 * b], [c, d]]))
        expected = Fraction(a * c + b * d, r * s) <= cos
        assert (configuration.violation(fmpq(cos.numerator, cos.denominator)) is None) == expected


@given(spherical_codes(3, "1/3"))
def test_codes_are_verified_at_their_cosine(code: list[tuple[fmpq, ...]]) -> None:
    if code:
        configuration = point_configuration(fmpq_mat([list(point) for point in code]))
        assert check_configuration(configuration, "1/3").verified
        found = check_configuration(configuration)
        assert found.verified


def test_gram_matrices() -> None:
    simplex = [[3 if i == j else -1 for j in range(4)] for i in range(4)]
    configuration = read_configuration(json.dumps({"gram": simplex}))
    assert configuration.dimension == 3
    assert check_configuration(configuration, "-1/3").statement == "A(3, -1/3) >= 4"
    assert not check_configuration(configuration, "-2/5").verified
    with pytest.raises(PublishedError, match="positive semidefinite"):
        gram_configuration(fmpq_mat([[1, 2], [2, 1]]))


def test_points_over_quadratic_fields() -> None:
    """The icosahedron does not fit Q(√2, √3), but a hexagon and a regular octagon do."""
    zero, one, half = ["0", "0", "0", "0"], ["1", "0", "0", "0"], ["1/2", "0", "0", "0"]
    root3 = ["0", "0", "1/2", "0"]

    def minus(x: list[str]) -> list[str]:
        return [f"-{p}" if p != "0" else p for p in x]

    hexagon = [
        [one, zero],
        [half, root3],
        [minus(half), root3],
        [minus(one), zero],
        [minus(half), minus(root3)],
        [half, minus(root3)],
    ]
    configuration = read_configuration(json.dumps(hexagon))
    assert check_configuration(configuration, "1/2").statement.startswith("A(2, 1/2) >= 6")
    assert not check_configuration(configuration, "499/1000").verified
    assert check_configuration(read_configuration(json.dumps([hexagon[0], hexagon[2], hexagon[4]])), "-1/2").verified
    assert not check_configuration(
        read_configuration(json.dumps([hexagon[0], hexagon[2], hexagon[4]])), "-501/1000"
    ).verified


@given(st.tuples(*[st.fractions(-3, 3, max_denominator=50)] * 4))
def test_signs_of_biquadratic_numbers(parts: tuple[Fraction, ...]) -> None:
    a, b, c, d = parts
    value = float(a) + float(b) * 2**0.5 + float(c) * 3**0.5 + float(d) * 6**0.5
    if abs(value) > 1e-9:
        p, q, r, s = (fmpq(x.numerator, x.denominator) for x in parts)
        assert biquadratic_sign((p, q, r, s)) == (1 if value > 0 else -1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[1, 0], [0]]", "one length"),
        ("[[0, 0], [1, 0]]", "is zero"),
        ("[[1, true]]", "expected a number"),
        ("[[1, NaN]]", "NaN"),
        ("[[1e999999, 1]]", "exponent"),
        ('[["1/0", 1]]', "denominator"),
        ("1 2 x", "expected a number"),
        ("", "one point on each line"),
        ("[" * 500, "nested deeper"),
        ('{"points": 3}', "list of rows"),
        ('{"a": 1}', "'points'"),
        ('{"points": [[1]], "points": [[2]]}', "twice"),
        ("[[" + "1" * 20000 + "]]", "digits"),
    ],
)
def test_what_is_not_a_configuration(text: str, message: str) -> None:
    with pytest.raises(PublishedError, match=message):
        read_configuration(text)


@published
def test_the_published_configuration_in_dimension_eleven() -> None:
    path = PUBLISHED / "alphaevolve-kissing-11" / "kissing_11_593.json"
    finding = check_file(path, None, CheckOptions(cos="1/2"))
    assert finding.verified
    assert finding.statement.startswith("A(11, 1/2) >= 593")
    assert not check_file(path, "configuration", CheckOptions(cos="4999/10000")).verified
