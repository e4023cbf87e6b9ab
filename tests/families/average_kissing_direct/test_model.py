"""Functions of positive type on R^n: the model, the polynomials computed in two ways, known values."""

from itertools import product
from math import factorial
from random import Random

import pytest
from flint import acb, arb, ctx, fmpq, fmpq_mat, fmpq_poly

from kissalg.algebra.orthogonal import laguerre
from kissalg.certificate import certify
from kissalg.errors import ParameterError, RoundingError
from kissalg.exact.rational import rational
from kissalg.families.average_kissing_direct.model import (
    DirectProblem,
    PositiveTypeTerm,
    average_kissing_direct,
    pair_polynomial,
    proved_degree,
)
from kissalg.sdp.model import PsdVariable
from kissalg.solvers import Settings, Status, solve
from kissalg.verdict import second_opinion, verify

SETTINGS = Settings(bits=144, start=100)


def proved(problem: DirectProblem) -> fmpq:
    """The bound that both checkers accept."""
    certificate = certify(solve(problem, settings=SETTINGS))
    assert verify(certificate).verified
    assert second_opinion(certificate).verified
    assert certificate.claim.startswith(f"{problem.quantity} <= ")
    return fmpq(certificate.bound.numerator, certificate.bound.denominator)


def test_one_radius() -> None:
    """13.402 in the paper; here 13.416 at degree 13 (and 13.4024 at degree 27). At least 12, the average degree of the
    best lattice.
    """
    bounds = [proved(average_kissing_direct(3, [1], degree)) for degree in (5, 13)]
    assert rational("13.402") < bounds[1] < rational("13.417")
    assert bounds[1] < bounds[0]


def test_two_radii_are_worse() -> None:
    """14.877 in the paper, which is reached at degree 21."""
    assert rational("14.877") < proved(average_kissing_direct(3, [2, "1"], 9, contact=8)) < rational("15.3")


def test_scaling_all_radii_changes_nothing() -> None:
    one, two = (average_kissing_direct(3, radii, 5) for radii in ([1, 2], ["1/3", "2/3"]))
    assert [one.scale * r * r for r in one.radii] == [two.scale * r * r for r in two.radii]
    assert two.quantity == "average-kissing(3;1/3,2/3)"


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_laguerre_polynomials_by_their_sum(n: int) -> None:
    """L_k^α(w) = Σ_i (-1)^i C(k+α, k-i) w^i / i!."""
    alpha = fmpq(n, 2) - 1
    for k in range(9):
        coefficients = []
        for i in range(k + 1):
            binomial = fmpq(1)
            for j in range(k - i):
                binomial *= (k + alpha - j) / (j + 1)
            coefficients.append((-1) ** i * binomial / factorial(i))
        assert laguerre(n, k) == fmpq_poly(coefficients)


@pytest.mark.parametrize("k", range(5))
def test_the_transform_by_integration(k: int) -> None:
    """n = 3, c = 1: s^k stands for k! L_k(w) e^(-w) = ∫ (|ξ|²/4)^k γ(ξ) e^(iξ·x) dξ, γ = e^(-|ξ|²/4) / (4π)^(3/2), as a
    radial integral in ball arithmetic.
    """
    with ctx.workprec(160):
        for x in (fmpq(3, 10), fmpq(17, 10)):

            def radial(rho: acb, _: bool, x: fmpq = x) -> acb:
                sphere = 4 * acb.pi() * rho * (rho * x).sin() / x
                return sphere * (rho * rho / 4) ** k * (-rho * rho / 4).exp() / (4 * acb.pi()) ** fmpq(3, 2)

            integral = acb.integral(radial, 0, 40).real  # the rest is below e^-390
            exact = arb((laguerre(3, k) * factorial(k))(x * x)) * arb(-x * x).exp()
            assert abs(integral - exact) < arb(10) ** -25


def test_sampling_agrees_with_the_polynomial() -> None:
    random = Random(1)
    for part, pair in product((0, 1), ((0, 0), (0, 1), (1, 1))):
        variable = PsdVariable("X", 6)
        term = PositiveTypeTerm(variable, 3, part, pair, 3, fmpq(5, 2), fmpq(1, 3), fmpq(2, 7))
        rows = [[fmpq(random.randint(-9, 9)) for _ in range(6)] for _ in range(6)]
        matrix = fmpq_mat(6, 6, [rows[max(i, j)][min(i, j)] for i in range(6) for j in range(6)])
        points = [(fmpq(k, 5),) for k in (-4, 0, 3)]
        polynomial = term.polynomial(matrix)
        assert term.sample(points).values(matrix) == [polynomial(x) for (x,) in points]


def test_the_basis_of_certificates() -> None:
    """Y in products of Laguerre polynomials and Tᵀ Y T in products of powers stand for the same polynomials."""
    problem, random = average_kissing_direct(4, [1, 3], 5), Random(2)
    h, change = problem.half, problem.powers()
    for part, pair in product((0, 1), ((0, 0), (1, 0), (1, 1))):
        factor = fmpq_mat(2 * h, 2 * h, [fmpq(random.randint(-3, 3)) for _ in range(4 * h * h)])
        y = factor * factor.transpose()
        x = [fmpq_mat(2 * h, 2 * h), fmpq_mat(2 * h, 2 * h)]
        x[part] = change.transpose() * y * change
        variable = PsdVariable("X", 2 * h)
        term = PositiveTypeTerm(variable, 4, part, pair, h, fmpq(0), fmpq(1), fmpq(1))
        assert term.polynomial(y) == pair_polynomial(4, pair, x, h)


def test_functions_of_positive_type_are_positive_on_finite_sets() -> None:
    """Σ f_i(x)i(z)(x - z) >= 0 for random points with random radii, whatever the positive semidefinite matrices are."""
    random = Random(7)
    for _ in range(5):
        h, m = 2, 2
        x = []
        for _ in range(2):
            factor = fmpq_mat(m * h, m * h, [fmpq(random.randint(-3, 3)) for _ in range((m * h) ** 2)])
            x.append(factor * factor.transpose())
        polynomials = {(i, j): pair_polynomial(3, (i, j), x, h) for i in range(m) for j in range(m)}
        points = [([fmpq(random.randint(-20, 20), 10) for _ in range(3)], random.randrange(m)) for _ in range(12)]
        total = arb(0)
        for p, i in points:
            for q, j in points:
                w = sum(((a - b) ** 2 for a, b in zip(p, q, strict=True)), fmpq(0))
                total += arb(polynomials[i, j](w)) * arb(-w).exp()
        assert total >= 0


def test_no_bound_without_negative_contacts() -> None:
    polynomials = {(0, 0): fmpq_poly([1])}
    assert proved_degree(polynomials, [fmpq(1)], fmpq(1)) is None


def test_parameters_that_make_no_sense() -> None:
    for n, degree in ((2, 5), (3, 0), (3, 41), (True, 5)):
        with pytest.raises(ParameterError, match="expected an integer from"):
            average_kissing_direct(n, [1], degree)
    with pytest.raises(ParameterError, match="odd number, found 6; take 7"):
        average_kissing_direct(3, [1], 6)
    for radii in ([], [0], ["-1", "1"], ["x"], list(range(1, 18))):
        with pytest.raises(ParameterError, match="radii"):
            average_kissing_direct(3, radii, 5)
    for contact in ("0", "-1", "257", "x"):
        with pytest.raises(ParameterError, match="contact"):
            average_kissing_direct(3, [1], 5, contact=contact)


def test_a_run_that_failed_certifies_nothing() -> None:
    solution = solve(average_kissing_direct(3, [1], 5), settings=Settings(max_iterations=2))
    assert solution.status is not Status.OPTIMAL
    with pytest.raises(RoundingError, match="only an optimal solution"):
        certify(solution)


def test_problems_that_differ_have_different_parameters() -> None:
    """A run folder tells two problems apart by them."""
    problems = [
        average_kissing_direct(3, [1], 3),
        average_kissing_direct(3, [1, 2], 3),
        average_kissing_direct(3, [1, "5/2"], 3),
        average_kissing_direct(3, [1], 3, contact="7/2"),
        average_kissing_direct(3, [1], 5),
    ]
    assert len({str(problem.parameter_texts) for problem in problems}) == len(problems)
