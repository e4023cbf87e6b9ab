"""Configurations: exact cosines, whatever the norms and the field; what is not a configuration says why."""

import json
from fractions import Fraction
from itertools import combinations, permutations, product
from pathlib import Path

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given

from kissalg.errors import PublishedError
from kissalg.exact.number_field import RATIONALS
from kissalg.published import Outcome, check_file
from kissalg.published.configuration import gram_configuration, point_configuration
from kissalg.published.configuration_bound import check_configuration
from kissalg.published.configuration_text import read_configuration
from kissalg.published.recognise import CheckOptions
from kissalg.testing.strategies import spherical_codes
from tests.limits import capped

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
        assert (configuration.violation(RATIONALS(cos)) is None) == expected


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
    """Lists of four numbers: a hexagon."""
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


ICOSAHEDRON = [
    [entry if k != (place + 1) % 3 else "0" for k, entry in enumerate(point)]
    for place in range(3)
    for a, b in product(("1", "-1"), ("(1+sqrt(5))/2", "-(1+sqrt(5))/2"))
    for point in [[{place: a, (place + 2) % 3: b}.get(k, "0") for k in range(3)]]
]


def test_algebraic_points_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "icosahedron.json"
    path.write_text(json.dumps(ICOSAHEDRON))
    assert str(check_file(path, None, CheckOptions(cos="1/sqrt(5)"))) == "VERIFIED  A(3, 1/5*sqrt(5)) >= 12"
    assert (
        check_file(path, None, CheckOptions(cos="1/2")).statement == "A(3, 1/2) >= 12 (kissing number of dimension 3)"
    )
    with pytest.raises(PublishedError, match="at most 2896 points"):
        read_configuration(json.dumps([["sqrt(2)+sqrt(3)", k] for k in range(2900)]))


def test_points_with_square_roots_and_cosines() -> None:
    """The icosahedron is a code for arctan 2 exactly, and for nothing more; so it is by its Gram matrix, with scaled
    points, and in a field that is given.
    """
    text = json.dumps(ICOSAHEDRON)
    for cos in ("1/sqrt(5)", "1/2"):
        assert check_configuration(read_configuration(text, cos=cos), cos).verified
    finding = check_configuration(read_configuration(text))
    assert finding.statement == "A(3, 1/5*sqrt(5)) >= 12"
    below = "1/sqrt(5) - 1/1000000000000000000000000000000000000000000000"
    refused = check_configuration(read_configuration(text, cos=below), below)
    assert refused.outcome is Outcome.REJECTED
    assert "0.447213595499957939281834733746255247088123671922" in refused.reason
    values = {"0": [0, 0], "1": [1, 0], "-1": [-1, 0], "(1+sqrt(5))/2": [0, 1], "-(1+sqrt(5))/2": [0, -1]}
    golden = {
        "field": {"polynomial": [-1, -1, 1], "interval": [1, 2]},
        "points": [[values[entry] for entry in point] for point in ICOSAHEDRON],
    }
    given_field = read_configuration(json.dumps(golden))
    assert check_configuration(given_field, "1/2").verified
    assert check_configuration(given_field, given_field.field("-1/5", "2/5")).verified  # 1/√5 = (2φ - 1)/5
    assert not check_configuration(given_field, "447/1000").verified
    half = [point for k, point in enumerate(ICOSAHEDRON) if k % 4 in (0, 1)]  # one of each antipodal pair
    signs = [[_golden_dot(x, y) for y in half] for x in half]
    gram = read_configuration(json.dumps({"gram": signs}))
    assert gram.dimension == 3
    assert check_configuration(gram).statement == "A(3, 1/5*sqrt(5)) >= 6"
    with pytest.raises(PublishedError, match="positive semidefinite"):
        read_configuration('{"gram": [[1, "sqrt(2)"], ["sqrt(2)", 1]]}')


def _golden_dot(x: list[str], y: list[str]) -> str:
    """The inner product of two vertices: φ² = φ + 1."""
    phi = "(1+sqrt(5))/2"
    one = many = 0
    for a, b in zip(x, y, strict=True):
        sign = (-1 if a.startswith("-") else 1) * (-1 if b.startswith("-") else 1)
        number = [entry.removeprefix("-") for entry in (a, b)]
        if "0" not in number:
            one += sign * (number == ["1", "1"] or number == [phi, phi])
            many += sign * (phi in number)
    return f"{one} + {many}*(1+sqrt(5))/2"


def test_the_600_cell_and_the_heptagon() -> None:
    """Their largest cosines generate the fields Q(√5) and Q(2 cos(2π/7)); compared with floating point on all pairs."""
    phi, inverse = (1 + 5**0.5) / 2, (5**0.5 - 1) / 2
    texts = {phi: "1/2 + sqrt(5)/2", inverse: "sqrt(5)/2 - 1/2", 2: "2", 1: "1", 0: "0"}
    even = [p for p in permutations(range(4)) if sum(a > b for a, b in combinations(p, 2)) % 2 == 0]
    points = {tuple(2.0 * s * (k == i) for k in range(4)) for i in range(4) for s in (1, -1)}
    points |= {tuple(map(float, signs)) for signs in product((1, -1), repeat=4)}
    for p, (a, b, c) in product(even, product((1, -1), repeat=3)):
        vector = (a * phi, b * 1.0, c * inverse, 0.0)
        points.add(tuple(vector[p[k]] for k in range(4)))
    assert len(points) == 120

    def text(x: float) -> str:
        return ("-" if x < 0 else "") + (texts[abs(x)] if x in (2, -2, 1, -1, 0) else f"({texts[abs(x)]})")

    configuration = read_configuration(json.dumps([[text(x) for x in point] for point in sorted(points)]))
    assert configuration.dimension == 4
    assert check_configuration(configuration).statement == "A(4, 1/4 + 1/4*sqrt(5)) >= 120"
    pair = configuration.violation(configuration.field("1/2"))
    assert pair is not None
    x, y = (sorted(points)[k] for k in pair)
    assert sum(a * b for a, b in zip(x, y, strict=True)) / 4 > 0.8
    heptagon = [[f"cos({2 * k}*pi/7)", f"sin({2 * k}*pi/7)"] for k in range(7)]
    with pytest.raises(PublishedError, match="degree at most 8"):
        read_configuration(json.dumps([[f"cos({k}*pi/61)", 0] for k in range(3)]))
    found = check_configuration(read_configuration(json.dumps(heptagon)))
    assert found.statement.startswith("A(2, 0.623489801859) >= 7")
    cosine = "cos(2*pi/7)"
    assert check_configuration(read_configuration(json.dumps(heptagon), cos=cosine), cosine).verified
    mixed = [["1", "0"], ["-3/2", "3*sqrt(3)/2"], ["-sqrt(2)", "-sqrt(6)"]]  # norms 1, 3, √8
    assert check_configuration(read_configuration(json.dumps(mixed)), "-1/2").statement == "A(2, -1/2) >= 3"
    assert not check_configuration(read_configuration(json.dumps(mixed)), "-500001/1000000").verified


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[["sqrt(2)^2", 1]]', "such as"),
        ('[["((2*sqrt(2))**256)**256", 1]]', "such as"),
        ("[[\"__import__('os').sqrt\", 1]]", "such as"),
        ('[["' + "-" * 250 + 'sqrt(2)", 1]]', "at most 200 characters"),
        ('[["' + "(" * 190 + 'sqrt(2)", 1]]', "expression"),
        ('[["sqrt(2)(3)", 1]]', "expected"),
        ('[["sqrt(-2)", 1]]', ">= 0"),
        ('[["sqrt(2)/0", 1]]', "zero"),
        ('[["sqrt(sqrt(2))", 1]]', "expected"),
        ('[["sqrt(2)", "cos(pi/7)"]]', "found both"),
        ('[["cos(pi/1000000007)", 1]]', "degree at most 8"),
        ('[["sqrt(' + "7" * 100 + ')", 1]]', "12 digits"),
        ('[["sqrt(2)*pi", 1]]', "expected"),
        ("[[[1, 2, 3], 1]]", "expected a rational number"),
        ('{"field": {"polynomial": [-4, 0, 1], "interval": [1, 3]}, "points": [[1]]}', "irreducible"),
        ('{"field": {"polynomial": [-2, 0, 2], "interval": [1, 3]}, "points": [[1]]}', "monic"),
        ('{"field": {"polynomial": [-2, 0, 1], "interval": [-3, 3]}, "points": [[1]]}', "exactly one root"),
        ('{"field": {"polynomial": [-2, 0, 1], "interval": [3, 1]}, "points": [[1]]}', "low < high"),
        ('{"field": {"polynomial": [1000000000000, 0, 1], "interval": [3, 1]}, "points": [[1]]}', "an integer from"),
        ('{"field": {"polynomial": [-2, 0, 1], "interval": [1, 2]}, "points": [[[1, 2, 3]]]}', "2 coefficients"),
        ('{"field": 5, "points": [[[1, 2, 3]]]}', "'polynomial'"),
    ],
)
def test_what_is_no_algebraic_configuration(text: str, message: str) -> None:
    with capped(5), pytest.raises(PublishedError, match=message):
        read_configuration(text)


def test_denominators_without_a_common_one_of_bounded_size() -> None:
    """Small fractions whose common denominator would be longer than memory are refused while it is built."""
    rows = [[f"1/{10**900 + 2 * k + 1}"] for k in range(2000)]
    with capped(10, 256), pytest.raises(PublishedError, match="common denominator"):
        read_configuration(json.dumps(rows))


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
