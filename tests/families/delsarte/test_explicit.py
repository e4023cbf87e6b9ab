"""From a polynomial to a certificate: every way in which it can be taken apart, Levenshtein's polynomials, and refusals
that say why.
"""

import json
import re
import runpy
from copy import deepcopy
from math import comb
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

import kissalg as ka
from kissalg.algebra.orthogonal import gegenbauer
from kissalg.errors import ParameterError
from kissalg.exact.expressions import constants, evaluate, expression_tree, real_number
from kissalg.exact.field_polynomial import FieldPolynomial
from kissalg.exact.number_field import RATIONALS, FieldElement
from kissalg.families.delsarte.levenshtein_polynomials import gegenbauer_coefficients, levenshtein_polynomial
from tests.kernel.oracle import serialise
from tests.kernel.samples import get, hexadecimal, leaves, put

FACTOR = re.compile(r"\(([^)]*)\)(?:\^(\d+))?")
T = FieldPolynomial.of(RATIONALS, [0, 1])
EXAMPLE = Path(__file__).parents[3] / "examples" / "odlyzko_sloane.py"


def given(*arguments: Any, **options: Any) -> ka.Certificate:
    """The certificate of a polynomial."""
    return ka.certify(ka.delsarte_polynomial(*arguments, **options))


@pytest.mark.parametrize(
    ("n", "cos", "f", "bound"),
    [
        (8, "1/2", "(t+1) * (t+1/2)^2 * t^2 * (t-1/2)", 240),  # a = b = 1, G constant
        (24, "1/2", "(t+1)*(t+1/2)^2*(t+1/4)^2*t^2*(t-1/4)^2*(t-1/2)", 196560),
        (3, "1/sqrt(5)", "(t+1)*(t+1/sqrt(5))^2*(t-1/sqrt(5))", 12),  # the icosahedron, over Q(√5)
        (5, "1/5", "(x+3/5)^2*(x-1/5)*2", 16),  # b = 1: G constant, beside c - u
        (3, "0", "u*(u+1)", 6),
        (2, "cos(2*pi/5)", "(t-cos(2*pi/5))*(t-cos(4*pi/5))^2", 5),
        (3, "-1/3", "3*t+1", 4),
    ],
)
def test_sharp_polynomials(n: int, cos: str, f: str, bound: int) -> None:
    certificate = given(n, cos, f)
    assert ka.verify(certificate).bound == bound
    assert ka.second_opinion(certificate).bound == bound
    assert certificate.bound == bound


@pytest.mark.parametrize(
    ("f", "a", "b"),
    [
        ("(t^2 + 3*t + 3)*(t + 1/3)*(t + 2)", 0, 0),
        ("(t + 2/5)*(t + 2)*(t + 3/4)^2*(t^2 + 2)*(t + 5/4)", 0, 0),
        ("(t + 1/2)*(t^2 + 2*t + 2)*(t + 2)", 0, 1),
        ("(t + 1/2)*(t + 3)*(t + 3/4)^2", 0, 1),
        ("(t + 1)*(t + 2/5)*(t^2 + 3*t + 4)", 1, 0),
        ("(t + 1)*(t + 2/5)*(t + 3/4)^2*(t^2 + 2)", 1, 0),
        ("(t + 1)*(t + 1/2)*(t^2 + 3*t + 4)", 1, 1),
        ("(t + 1)*(t + 1/2)*(t + 3)", 1, 1),
    ],
)
def test_every_form(f: str, a: int, b: int) -> None:
    """Simple roots at -1 (a) or at c = -1/2 (b), or not; what is left is linear, or needs a semidefinite program."""
    polynomial = FieldPolynomial.of(RATIONALS, [1])
    for factor, power in FACTOR.findall(f):
        tree = expression_tree(factor)
        polynomial *= evaluate(tree, factor, constants([tree]), {"t": T}) ** int(power or 1)
    assert polynomial(RATIONALS(-1)).is_zero == bool(a)
    assert polynomial(RATIONALS("-1/2")).is_zero == bool(b)
    certificate = given(4, "-1/2", f)
    exact = (polynomial(RATIONALS(1)) / gegenbauer_coefficients(4, polynomial)[0]).coefficients[0]
    assert ka.verify(certificate).verified
    assert ka.second_opinion(certificate).verified
    assert fmpq(certificate.bound.numerator, certificate.bound.denominator) == exact


def closed_form(n: int, degree: int, s: FieldElement) -> FieldElement:
    """Levenshtein (1998), (5.36): the bound by values of Gegenbauer's polynomials."""

    def p(k: int) -> FieldElement:
        return FieldPolynomial.rational(s.field, gegenbauer(n, k))(s)

    if degree % 2:
        k = (degree + 1) // 2
        return (fmpq(2 * k + n - 3, n - 1) - (p(k - 1) - p(k)) / ((1 - s) * p(k))) * comb(k + n - 3, k - 1)
    k = degree // 2
    inner = (1 + s) * (p(k) - p(k + 1)) / ((1 - s) * (p(k) + p(k + 1)))
    return (fmpq(2 * k + n - 1, n - 1) - inner) * comb(k + n - 2, k)


@pytest.mark.parametrize("n", [3, 4, 5, 8, 16, 24])
@pytest.mark.parametrize("cos", ["1/2", "1/10", "-2/3", "7/10", "1/sqrt(3)", "cos(2*pi/7)"])
def test_levenshteins_bound_is_the_published_formula(n: int, cos: str) -> None:
    s = real_number(cos)
    polynomial = levenshtein_polynomial(n, cos)
    values = gegenbauer_coefficients(n, polynomial)
    assert all(value.sign() >= 0 for value in values)
    bound = polynomial(s.field(1)) / values[0]
    assert (bound - closed_form(n, polynomial.degree, s)).is_zero


@pytest.mark.parametrize(
    ("n", "cos", "bound"),
    [  # Cohn and Kumar (2007), Table 1: the sharp codes, all of which meet Levenshtein's bound; a square; a tetrahedron
        (3, "1/sqrt(5)", 12),
        (5, "1/5", 16),
        (6, "1/4", 27),
        (7, "1/3", 56),
        (8, "1/2", 240),
        (21, "1/9", 112),
        (21, "1/7", 162),
        (22, "1/11", 100),
        (22, "1/6", 275),
        (22, "1/4", 891),
        (23, "1/5", 552),
        (23, "1/3", 4600),
        (24, "1/2", 196560),
        (2, "0", 4),
        (3, "-1/3", 4),
    ],
)
def test_levenshteins_bound_where_it_is_sharp(n: int, cos: str, bound: int) -> None:
    assert ka.verify(ka.certify(ka.levenshtein(n, cos))).bound == bound


def test_levenshteins_bound_is_never_better_than_the_linear_program() -> None:
    lp = ka.solve(ka.delsarte(4, "1/2", 5)).primal_objective
    certificate = ka.certify(ka.levenshtein(4, "1/2"))
    assert certificate.bound == 26
    assert lp < 26
    irrational = ka.certify(ka.levenshtein(4, "(1+sqrt(5))/4"))  # the 600-cell has 120 points
    assert ka.verify(irrational).verified
    assert 120 < irrational.bound < 122


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, "1/2", "t"), "n: expected an integer >= 2"),
        ((3, "1", "t"), "strictly between -1 and 1"),
        ((3, "1/2", "t"), "positive Gegenbauer coefficient f_0, found 0"),
        ((3, "1/2", "0"), "positive Gegenbauer coefficient f_0, found 0"),
        ((3, "1/2", "t + 1 - 2*t^2"), "found f_2 = -4/3"),
        ((3, "1/2", "t + 1"), r"found f\(1/2\) > 0"),
        ((3, "1/2", "(t+1/4)^2*t^2 + 1"), r"found f\(-1\) > 0"),
        ((3, "-1/3", "(t+1/3)*(t+1/2)*(t+2)*(t+3/4)*(t+1)"), "a change of sign at -0.75"),
        ((3, "-1/3", "(t+1)*(t+1/3)*(t+sqrt(3)/2)*(t+3/4)"), "a change of sign at -0.8"),
        ((3, "1/2", "t^81 + 1"), "at most 80"),
        ((3, "1/2", "t + s"), "found 's'"),
        ((3, "1/2", "1/t"), "division by a variable"),
        ((3, "1/2", [1, 0.5]), "float"),
        ((3, "1/sqrt(2)", "t - cos(pi/5)"), "found both"),
    ],
)
def test_refusals(arguments: tuple[int, str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        given(*arguments)


def test_ways_to_give_a_polynomial() -> None:
    monomials = given(3, 0, [0, 1, 1])
    assert monomials.bound == 6
    assert given(3, 0, ["1/3", 1, "2/3"], basis="gegenbauer").text == monomials.text
    assert given(3, 0, T * T + T).text == monomials.text
    assert given(3, real_number("0"), "t^2 + t").text == monomials.text
    with pytest.raises(ParameterError, match="monomial or gegenbauer"):
        given(3, 0, [0, 1, 1], basis="chebyshev")  # type: ignore[arg-type]  # what a user may try


def test_a_certificate_of_a_given_polynomial_cannot_be_changed() -> None:
    """Each number of the witness, off by one: with Gram matrices that were rounded in the interior of a face."""
    tree = json.loads(given(4, "-1/2", "(t + 1)*(t + 2/5)*(t^2 + 3*t + 4)").text)
    changes = 0
    for path in leaves(tree["witness"], ("witness",)):
        text = get(tree, path)
        if isinstance(text, str) and text:
            words = text.split(" ")
            for index, word in enumerate(words):
                other = deepcopy(tree)
                put(other, path, " ".join([*words[:index], hexadecimal(int(word, 16) + 1), *words[index + 1 :]]))
                assert not ka.verify(serialise(other)).verified, (path, index)
                changes += 1
    assert changes > 20


def test_interior_certificates_over_a_field_cannot_be_changed() -> None:
    tree = json.loads(ka.certify(ka.solve(ka.delsarte(3, "1/sqrt(5)", 2))).text)
    paths = [path for path in leaves(tree["witness"], ("witness",)) if isinstance(get(tree, path), str)]
    for path in paths:
        words = get(tree, path).split(" ")
        other = deepcopy(tree)
        put(other, path, " ".join([hexadecimal(int(words[0], 16) + 1), *words[1:]]))
        assert not ka.verify(serialise(other)).verified, path
    assert len(paths) > 10


@pytest.mark.slow
def test_the_polynomials_of_all_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLE))["main"](tuple(range(3, 25)))
    assert capsys.readouterr().out.count("VERIFIED") == 22
