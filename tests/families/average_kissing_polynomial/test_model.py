"""Polynomial weights: the terms computed in two ways, the geometry of the coordinate of sizes, the roots of areas of
caps.
"""

from random import Random

import pytest
from flint import arb, fmpq, fmpq_mat, fmpq_poly

from kissalg.algebra.spherical_cap import contact_cap_area
from kissalg.certificate import certify
from kissalg.errors import InfeasibleError, ParameterError
from kissalg.exact.rational import rational
from kissalg.families.average_kissing_polynomial.cap_root import cap_root, is_cap_root
from kissalg.families.average_kissing_polynomial.model import (
    RING,
    KernelTerm,
    Sizes,
    average_kissing_polynomial,
    multipliers,
    swap_exponents,
)
from kissalg.families.balls.local import dyadic_gegenbauer
from kissalg.sdp.terms import MonomialSquares
from kissalg.solvers import Settings, Status, solve
from kissalg.verdict import second_opinion, verify

X = fmpq_poly([0, 1])


def number(random: Random) -> fmpq:
    return fmpq(random.randint(-100, 100), 100)


def symmetric(size: int, random: Random) -> fmpq_mat:
    rows = [[fmpq(random.randint(-9, 9)) for _ in range(size)] for _ in range(size)]
    return fmpq_mat(size, size, [rows[max(i, j)][min(i, j)] for i in range(size) for j in range(size)])


@pytest.mark.slow
def test_better_than_the_published_bound_and_than_linear_pieces() -> None:
    """13.606 in the paper; 13.555 with 26 nodes of linear pieces."""
    problem = average_kissing_polynomial(3, 8, 4, "3/10")
    certificate = certify(solve(problem, settings=Settings(bits=144, start=100, gap=1e-7)))
    assert verify(certificate).verified
    assert second_opinion(certificate).verified
    assert rational("13.158") < fmpq(certificate.bound.numerator, certificate.bound.denominator) < rational("13.49")


@pytest.mark.parametrize("power", [1, 2])
def test_the_geometry_of_sizes(power: int) -> None:
    """ξ(x) ξ(y) in Q[p, q], the pairs with ξ(x) + ξ(y) = 1, the multipliers on the domain and outside."""
    sizes, random = Sizes(fmpq(3, 10), power), Random(power)
    xi = sizes.polynomial(X)
    assert (xi(-1), xi(1)) == (fmpq(3, 10), fmpq(7, 10))
    _, p, q = RING.gens()
    for _ in range(20):
        x, y = number(random), number(random)
        assert sizes.product(p, q)(0, x + y, x * y) == xi(x) * xi(y)
        t = -1 + (2 - 2 * xi(x) * xi(y)) * fmpq(random.randint(0, 100), 100)
        assert all(s(t, x + y, x * y) >= 0 for s in multipliers(sizes))
        one, two, common = (c(number(random)) for c in sizes.opposite())
    for k in range(21):
        one, two, common = (c(fmpq(k, 10) - 1) for c in sizes.opposite())
        assert common > 0
        assert -1 <= one / common <= 1
        assert xi(one / common) + xi(two / common) == 1


def test_kernels_in_symmetric_coordinates() -> None:
    """b(x)ᵀ F b(y) E_k(t), directly and as an element of Q[t, p, q]; samples agree."""
    problem, random = average_kissing_polynomial(4, 4, 4, "2/5"), Random(3)
    identity = problem.identity("P")
    for k, offset in ((0, 1), (3, 0)):
        term = next(t for t in identity.terms if isinstance(t, KernelTerm) and t.k == k)
        matrix = symmetric(5 + offset, random)
        element = term.polynomial(matrix)
        for _ in range(5):
            t, x, y = number(random), number(random), number(random)
            direct = sum(
                (matrix[i + offset, j + offset] * x**i * y**j for i in range(5) for j in range(5)), fmpq(0)
            ) * dyadic_gegenbauer(4, k)(t)
            assert element(t, x + y, x * y) == direct
        points = identity.space.candidates[3:60:7]
        assert term.sample(points).values(matrix) == [element(*point) for point in points]


def test_squares_in_symmetric_coordinates() -> None:
    problem, random = average_kissing_polynomial(3, 4, 4, "2/5"), Random(5)
    identity = problem.identity("P")
    assert identity.space.is_unisolvent(problem.candidates(identity))
    for term in identity.terms:
        if isinstance(term, MonomialSquares):
            matrix = symmetric(term.variable.size, random)
            element = term.polynomial(matrix)
            points = identity.space.candidates[:40:9]
            assert term.sample(points).values(matrix) == [element(*point) for point in points]


def test_the_antisymmetric_part_is_a_square() -> None:
    """Every symmetric sum of squares (a(s) + (x-y) b(s))² + its mirror image is <V, A> + (p² - 4q) <V, B>."""
    random = Random(8)
    monomials = swap_exponents(1, 2)
    a, b = ([fmpq(random.randint(-3, 3)) for _ in monomials] for _ in range(2))
    t, x, y = number(random), number(random), number(random)
    p, q = x + y, x * y
    value = [sum((c * t**i * p**j * q**k for c, (i, j, k) in zip(v, monomials, strict=True)), fmpq(0)) for v in (a, b)]
    both = (value[0] + (x - y) * value[1]) ** 2 + (value[0] - (x - y) * value[1]) ** 2
    assert both == 2 * value[0] ** 2 + (p * p - 4 * q) * 2 * value[1] ** 2


@pytest.mark.parametrize(("n", "power", "order"), [(3, 2, 4), (3, 1, 6), (4, 2, 5), (8, 2, 6)])
def test_roots_of_areas_of_caps(n: int, power: int, order: int) -> None:
    sizes = Sizes(fmpq(1, 4), power)
    f = cap_root(n, 3, sizes, order)
    xi = sizes.polynomial(X)
    half = contact_cap_area(n, fmpq(3), fmpq(1, 2))
    for k in range(41):
        x = fmpq(k, 20) - 1
        assert arb(f(x)) ** 2 * half > contact_cap_area(n, fmpq(3), xi(x))
    assert arb(f(1)) ** 2 * half > contact_cap_area(n, fmpq(3), fmpq(1))
    # Lemma 2.1: such weights suffice
    for k in range(21):
        one, two, common = (c(fmpq(k, 10) - 1) for c in sizes.opposite())
        assert f(one / common) ** 2 + f(two / common) ** 2 >= 2
    assert not is_cap_root(f * fmpq(9, 10), n, fmpq(3), sizes)
    assert not is_cap_root(-f, n, fmpq(3), sizes)


def test_parameters_that_make_no_sense() -> None:
    for n, degree, order in ((2, 4, 2), (3, 1, 2), (3, 42, 2), (3, 4, 22), (True, 4, 2)):
        with pytest.raises(ParameterError, match="expected an integer from"):
            average_kissing_polynomial(n, degree, order, "2/5")
    for degree, order in ((5, 2), (4, 3)):
        with pytest.raises(ParameterError, match=r"expected an even number, found .; take"):
            average_kissing_polynomial(3, degree, order, "2/5")
    for first in ("0", "1/2", "x"):
        with pytest.raises(ParameterError, match="first"):
            average_kissing_polynomial(3, 4, 2, first)
    for root in ((0,), (0, 0, 0, 1), ("x",)):
        with pytest.raises(ParameterError, match="root"):
            average_kissing_polynomial(3, 4, 2, "2/5", root=root)
    with pytest.raises(ParameterError, match="power"):
        average_kissing_polynomial(3, 4, 2, "2/5", power=3)
    for rho_squared in ("1", "10"):
        with pytest.raises(ParameterError, match="rho"):
            cap_root(3, rho_squared, Sizes(fmpq(1, 4), 2), 4)
    with pytest.raises(InfeasibleError, match="smaller radius"):
        cap_root(3, "9", Sizes(fmpq(1, 4), 2), 4)
    with pytest.raises(ParameterError, match="order"):
        cap_root(3, 3, Sizes(fmpq(1, 4), 2), 0)


def test_a_degree_too_low_is_found_infeasible() -> None:
    """The dual value passes twice the volume bound."""
    solution = solve(average_kissing_polynomial(3, 2, 2, "7/25"))
    assert solution.status is Status.INFEASIBLE
    assert solution.iterations < 100


def test_problems_that_differ_have_different_parameters() -> None:
    """A run folder tells two problems apart by them."""
    problems = [
        average_kissing_polynomial(3, 4, 2, "2/5"),
        average_kissing_polynomial(3, 4, 2, "1/4"),
        average_kissing_polynomial(3, 4, 2, "1/4", power=2),
        average_kissing_polynomial(3, 4, 2, "1/4", root=(1, "1/2")),
    ]
    assert len({str(problem.parameter_texts) for problem in problems}) == len(problems)
