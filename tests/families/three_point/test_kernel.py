"""The two identities and the objective, against the oracle: on random witnesses, which solve nothing, the residuals
must agree too.
"""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.kernel.check import check, read_certificate
from kissalg.kernel.common.invariants import M1, M2, M3, symmetrise
from kissalg.kernel.common.orthogonal import chebyshev, gegenbauer
from kissalg.kernel.common.triples import Triples, gram_basis
from kissalg.kernel.grammar import Limits, parse
from kissalg.kernel.polynomial import Polynomial, X, unpack
from kissalg.kernel.report import Rejected, Verdict
from kissalg.kernel.theorems.three_point import ThreePoint
from tests.kernel import oracle
from tests.kernel.oracle import Problem
from tests.kernel.samples import LARGER, MEDIUM, random_tree, stored
from tests.vectors import vector

COSINES = st.fractions(min_value=Fraction(-9, 10), max_value=Fraction(9, 10), max_denominator=12)


@st.composite
def problems(draw: st.DrawFn, largest: int = 3) -> Problem:
    """Small parameters of every kind."""
    degree = draw(st.integers(1, largest))
    return Problem(draw(st.integers(3, 9)), draw(COSINES), degree, draw(st.integers(0, 2 * degree)))


def read(tree: Any) -> ThreePoint:
    """The kernel's view of a tree."""
    certificate = read_certificate(parse(oracle.serialise(tree), Limits()))
    assert isinstance(certificate, ThreePoint)
    return certificate


def value(polynomial: Polynomial, *point: Fraction) -> Fraction:
    """The value of a polynomial at a point."""
    total = Fraction(0)
    for exponents, coefficient in polynomial.coefficients().items():
        for base, exponent in zip((*point, Fraction(0), Fraction(0)), exponents, strict=False):
            coefficient *= base**exponent
        total += coefficient
    return total


def multipliers_of(n: int, cos: Fraction) -> list[Polynomial]:
    """s_0, …, s_4."""
    return read(random_tree(Random(0), Problem(n, cos, 1, 0))).multipliers()


@given(problems(), st.integers(0, 10**6))
def test_residuals_and_objective_are_those_of_the_oracle(problem: Problem, seed: int) -> None:
    tree = random_tree(Random(seed), problem)
    certificate, values = read(tree), oracle.values_of(tree)
    forms = certificate.forms()
    first, second = certificate.first_residual(forms), certificate.second_residual(forms)
    for i in range(3):
        x = Fraction(2 * i - 3, 7)
        assert value(first, x) == oracle.apply(oracle.equation_one(problem, x), values) + 1
    for point in oracle.points_two(problem, seed)[:2]:
        means = (sum((w**k for w in point), Fraction(0)) / 3 for k in (1, 2, 3))
        assert value(second, *means) == oracle.apply(oracle.equation_two(problem, point), values)
    assert certificate.objective(forms) == 1 + oracle.apply(oracle.objective_at(problem), values)


@given(problems(), st.integers(0, 10**6))
def test_a_random_witness_proves_nothing(problem: Problem, seed: int) -> None:
    tree = random_tree(Random(seed), problem)
    tree["bound"] = "1000000/1"
    with pytest.raises(Rejected, match="identity"):
        read(tree).prove()


@given(problems(4), st.integers(0, 10**6))
def test_pairs_are_triples_with_two_equal_points(problem: Problem, seed: int) -> None:
    """3 h(u,u,1) in identity (i) is three times h of identity (ii) at (x, x, x1): m_k becomes (2x^k + x1^k)/3."""
    certificate = read(random_tree(Random(seed), problem))
    forms = certificate.forms()
    h, end = certificate.triples.triple_average(forms), certificate.triples.end
    images = [(2 * X**k + end**k) * Fraction(1, 3) for k in (1, 2, 3)]
    restricted = Polynomial.combination(
        (1, images[0] ** a * images[1] ** b * images[2] ** c * factor) for (a, b, c), factor in h.coefficients().items()
    )
    zero = [Polynomial({})] * len(forms)
    assert 3 * restricted == certificate.first_residual(forms) - certificate.first_residual(zero)


@pytest.mark.parametrize("name", [MEDIUM, LARGER])
def test_a_real_witness_solves_the_identities(name: str) -> None:
    certificate = read(stored(name))
    forms = certificate.forms()
    assert certificate.first_residual(forms) == certificate.second_residual(forms) == Polynomial({})
    assert certificate.objective(forms) == certificate.bound
    certificate.prove()


@given(st.integers(3, 12), COSINES)
def test_gegenbauer_by_the_explicit_sum(n: int, cos: Fraction) -> None:
    triples = Triples(n, cos, 4)
    u = triples.inner_products[0]
    for k, polynomial in enumerate(gegenbauer(n, 8, u)):
        explicit = oracle.gegenbauer(n, k)
        assert polynomial == Polynomial.combination(
            (c.numerator, u**i * Fraction(1, c.denominator)) for i, c in enumerate(explicit)
        )
        assert value(polynomial, triples.end) == 1


@given(st.integers(3, 7), COSINES, st.lists(st.fractions(-2, 2, max_denominator=9), min_size=3, max_size=3))
def test_lifted_gegenbauer_by_the_explicit_sum(n: int, cos: Fraction, point: list[Fraction]) -> None:
    u, v, t = (((1 + cos) * w - (1 - cos)) / 2 for w in point)
    for k, polynomial in enumerate(Triples(n, cos, 4).lifted_gegenbauer()):
        assert value(polynomial, *point) == oracle.lifted(n, k, u, v, t)


@given(COSINES, st.lists(st.fractions(-2, 2, max_denominator=9), min_size=3, max_size=3))
def test_multipliers_are_those_of_the_definition(cos: Fraction, point: list[Fraction]) -> None:
    u, v, t = (((1 + cos) * w - (1 - cos)) / 2 for w in point)
    g = [(w + 1) * (cos - w) for w in (u, v, t)]
    means = [sum((w**k for w in point), Fraction(0)) / 3 for k in (1, 2, 3)]
    expected = [1, sum(g), g[0] * g[1] + g[0] * g[2] + g[1] * g[2], g[0] * g[1] * g[2]]
    gram_determinant = (
        u * (t * v - u) + v * (u * t - v) + 1 - t * t
    )  # of ((1, u, v), (u, 1, t), (v, t, 1)), by its first row
    for multiplier, other in zip(multipliers_of(4, cos), [*expected, gram_determinant], strict=True):
        assert value(multiplier, *means) == other


def test_gram_bases_have_the_documented_sizes() -> None:
    """The table of block sizes: trv, alt and std of degree d, with trv + alt + 2 std = C(d+3, 3)."""
    table = {8: (41, 16, 54), 12: (102, 53, 150), 14: (147, 83, 225), 16: (204, 123, 321), 20: (358, 237, 588)}
    for degree, sizes in table.items():
        assert tuple(len(gram_basis(kind, degree)) for kind in ("trv", "alt", "std")) == sizes
    assert [len(gram_basis(kind, -2)) for kind in ("trv", "alt", "std")] == [0, 0, 0]


def test_gram_bases_are_ordered_as_documented() -> None:
    assert [unpack(code) for code in gram_basis("trv", 6)] == oracle.weights(6)
    assert symmetrise(X) == M1
    assert symmetrise(X * X) == M2
    assert symmetrise(X**3) == M3


def test_chebyshev_polynomials_are_cosines_of_multiples() -> None:
    x = Fraction(3, 5)
    for i, row in enumerate(chebyshev(9)):
        assert sum(c * x**p for p, c in enumerate(row)) == oracle.chebyshev(9, x)[i]
    assert chebyshev(1) == [[1]]
    assert chebyshev(0) == []


def test_work_is_bounded_before_it_is_done() -> None:
    """Both kinds of work: multiplying a factor out (rows³ steps), and the kernel polynomials (degree⁵ steps of the size
    of cos).
    """
    data = vector("three-point", "three-point-n4-d6").read_bytes()
    assert check(data).verified
    report = check(data, limits=Limits(work=27**3 - 1))
    assert report.verdict is Verdict.MALFORMED
    assert report.path.startswith("witness.R.")
    tree = stored()
    tree["parameters"]["cos"] = f"{3**40:x}/{4**40:x}"
    text = oracle.serialise(tree)
    degree, bits = tree["parameters"]["degree"], (3**40 * 4**40).bit_length()
    steps = degree**5 * (1 + 4 * degree * bits // 64)
    assert check(text, limits=Limits(work=2 * steps)).verdict is Verdict.REJECTED
    report = check(text, limits=Limits(work=steps - 1))
    assert report.verdict is Verdict.MALFORMED
    assert report.path == "parameters"
