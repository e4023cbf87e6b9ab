"""Bounds for packings of spherical caps: the model against its definition, against Delsarte's bound, and against
published values.
"""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly

import kissalg as ka
from kissalg.algebra.orthogonal import gegenbauer
from kissalg.algebra.spherical_cap import cap_area
from kissalg.errors import CertificateError, ParameterError
from kissalg.families.spherical_caps.model import EntryTerm, SphericalCapsProblem, spherical_caps
from kissalg.sdp.model import PsdVariable
from kissalg.solvers import NumericSolution, solve


def number(value: fmpq) -> float:
    return int(value.p) / int(value.q)


def symmetric(random: Random, size: int) -> fmpq_mat:
    entries = [[fmpq(random.randint(-9, 9), random.randint(1, 9)) for _ in range(size)] for _ in range(size)]
    return fmpq_mat([[entries[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)])


def test_entries_are_sampled_as_they_are_expanded() -> None:
    random = Random(1)
    value, points = symmetric(random, 3), [(fmpq(k, 7),) for k in range(-7, 8)]
    for row, column in ((0, 0), (2, 1), (1, 2)):
        term = EntryTerm(PsdVariable("X", 3), row, column, fmpq_poly([1, -2, 3]))
        assert term.sample(points).values(value) == [term.polynomial(value)(u) for (u,) in points]


def test_the_identities_are_those_of_the_theorem() -> None:
    problem = spherical_caps(5, ["1/2", "3/5"], 2, weights=["1/3", 2])
    random = Random(2)
    values = {v.name: symmetric(random, v.size) for v in problem.variables if isinstance(v, PsdVariable)}
    u, chebyshev = fmpq_poly([0, 1]), [fmpq_poly([1]), fmpq_poly([0, 1]), fmpq_poly([-1, 0, 2])]
    for (i, j), end in zip(problem.pairs, problem.ends, strict=True):
        total = fmpq_poly([problem.weights[i] * problem.weights[j]])
        for k in range(5):
            total += gegenbauer(5, k) * values[f"F{k}"][i, j]
        for name, factor, size in ((f"S{i}.{j}", fmpq_poly([1]), 3), (f"T{i}.{j}", (u + 1) * (end - u), 2)):
            for a in range(size):
                for b in range(size):
                    total += factor * chebyshev[a] * chebyshev[b] * values[name][a, b]
        assert problem.residual(f"ii.{i}.{j}", values) == total
    slack, m = [fmpq(1, 2), fmpq(5)], fmpq(7)
    kernels = [values[f"F{k}"] for k in range(5)]
    column = problem.residual("iii", {**values, "slack": slack, "M": [m]})
    assert isinstance(column, fmpq_mat)
    for i, w in enumerate(problem.weights):
        assert column[i, 0] == w * w + sum((f[i, i] for f in kernels), fmpq(0)) + slack[i] - m * w
    least = problem.least_bound(kernels)
    excess = [w * w + sum((f[i, i] for f in kernels), fmpq(0)) - least * w for i, w in enumerate(problem.weights)]
    assert max(excess) == 0


@pytest.mark.parametrize(
    ("caps", "ends"),
    [
        (["sqrt(3)/2"], ["1/2"]),
        (["cos(pi/5)", "cos(3*pi/10)"], [None, "0", None]),
        (["3/5", "4/5"], ["-7/25", "0", "7/25"]),
        (["sqrt(8)/3", "sqrt(2/3)"], ["7/9", None, "1/3"]),
    ],
)
def test_ends(caps: list[str], ends: list[str | None]) -> None:
    problem = spherical_caps(3, caps, 1)
    with ctx.workprec(256):
        angles = [c.enclosure(256).acos() for c in problem.cosines]
        for (i, j), end, expected in zip(problem.pairs, problem.ends, ends, strict=True):
            difference = arb(end) - (angles[i] + angles[j]).cos()
            if expected is not None:
                assert end == fmpq(*map(int, (expected + "/1").split("/")[:2]))
                assert difference.contains(0)
            else:
                assert 0 < difference < arb(2) ** -90


@pytest.mark.parametrize("n", [2, 3, 4, 7])
def test_areas_are_rounded_up(n: int) -> None:
    problem = spherical_caps(n, ["1/3", "-1/2"], 1)
    with ctx.workprec(256):
        for c, w in zip(problem.cosines, problem.weights, strict=True):
            assert 0 < arb(w) - cap_area(n, c.enclosure(256)) < arb(2) ** -77


def run(problem: SphericalCapsProblem) -> NumericSolution:
    return solve(problem)


def test_one_size_is_delsartes_bound() -> None:
    """Caps of 30° are the kissing problem."""
    count = number(run(spherical_caps(3, ["sqrt(3)/2"], 4, weights=[1])).primal_objective)
    assert abs(count - number(solve(ka.delsarte(3, "1/2", 4)).primal_objective)) < 1e-6
    density = number(run(spherical_caps(3, ["sqrt(3)/2"], 4)).primal_objective)
    assert abs(density - count * (1 - 3**0.5 / 2) / 2) < 1e-6


def test_the_same_size_twice_is_one_size() -> None:
    """Labels of equal caps do not change what fits."""
    once = number(run(spherical_caps(3, ["4/5"], 2, weights=[1])).primal_objective)
    twice = number(run(spherical_caps(3, ["4/5", "4/5"], 2, weights=[1, 1])).primal_objective)
    assert abs(once - twice) < 1e-6


def test_three_sizes() -> None:
    """Six caps of 45° fit, their centres on the axes: the density 6 (1 - 1/√2)/2 is not above the bound."""
    problem = spherical_caps(3, ["sqrt(2)/2", "4/5", "9/10"], 3)
    certificate = ka.certify(run(problem))
    assert ka.verify(certificate).verified
    assert ka.second_opinion(certificate).verified
    assert 6 * (1 - Fraction(70711, 100000)) / 2 < certificate.bound < 1


def test_weights_scale_the_bound() -> None:
    one = number(run(spherical_caps(4, ["3/5", "4/5"], 2, weights=[1, 2])).primal_objective)
    ten = number(run(spherical_caps(4, ["3/5", "4/5"], 2, weights=[10, 20])).primal_objective)
    assert abs(ten / one - 10) < 1e-6


def test_more_sizes_and_smaller_caps_are_never_better() -> None:
    single = number(run(spherical_caps(3, ["4/5"], 3, weights=[1])).primal_objective)
    both = number(run(spherical_caps(3, ["4/5", "3/5"], 3, weights=[1, 1])).primal_objective)
    assert both > single - 1e-6
    assert number(run(spherical_caps(3, ["5/6"], 3, weights=[1])).primal_objective) > single


@pytest.mark.parametrize(
    ("caps", "degree", "low", "high"),
    [
        # de Laat, Oliveira and Vallentin, section 5: the five-prism, sharp at degree 4; the truncated octahedron,
        # 0.9079
        (["cos(pi/5)", "cos(3*pi/10)"], 2, 0.8896722617, 0.8896722627),
        (["sqrt(8)/3", "sqrt(2/3)"], 9, 0.9056, 0.90796),
    ],
)
def test_published_densities(caps: list[str], degree: int, low: float, high: float) -> None:
    certificate = ka.certify(run(spherical_caps(3, caps, degree)))
    report = ka.verify(certificate)
    assert report.verified, report
    assert report.bound is not None
    assert low < float(report.bound) < high
    assert certificate.claim.startswith("cap-density(3; ")


def test_the_bound_of_a_certificate_is_rounded_up() -> None:
    certificate = ka.certify(run(spherical_caps(4, ["1/2"], 2, weights=["7/3"])))
    assert ka.verify(certificate, expect="caps(4; 1/2; 7/3) <= 7.001").verified
    assert isinstance(certificate.bound, Fraction)
    assert 10**10 % certificate.bound.denominator == 0
    assert 7 <= certificate.bound < Fraction(7001, 1000)  # three caps of 60° on a great circle


def test_small_densities_have_ten_digits() -> None:
    """The Leech lattice's caps: 196560 of an area of about 10^-8."""
    problem = spherical_caps(24, ["sqrt(3)/2"], 5)
    certificate = ka.certify(ka.solve(problem, settings=ka.Settings(gap=1e-13)))
    assert ka.verify(certificate).verified
    assert 0 < float(certificate.bound) / number(problem.weights[0]) / 196560 - 1 < 1e-9
    assert "0.00219774749" in certificate.claim


def test_a_sharp_bound() -> None:
    """Three arcs of 120° are certified exactly; the format of this theorem is rational, and an irrational solution is
    refused.
    """
    sharp = ka.round_to_face(solve(spherical_caps(2, ["1/2"], 1, weights=[1]), settings=ka.sharp_settings(30)))
    assert ka.verify(ka.certify(sharp)).bound == 3
    with pytest.raises(CertificateError, match="is rational, and this solution lies in"):
        ka.certify(replace(sharp, field=ka.quadratic_field(5)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, ["1/2"], 2), "n: expected an integer >= 2"),
        ((65, ["1/2"], 2), "at most 64 for a density"),
        ((3, ["1/2"], 0), "degree: expected an integer >= 1"),
        ((3, [], 2), "1 to 16 sizes, found 0"),
        ((3, ["1/2"] * 17, 2), "1 to 16 sizes"),
        ((3, ["1"], 2), "strictly between -1 and 1"),
        ((3, ["1/2", "sqrt(2)"], 2), "strictly between -1 and 1"),
        ((3, ["half"], 2), "expected a rational number"),
        ((3, [0.5], 2), "float"),
    ],
)
def test_parameters(arguments: tuple[int, list[str], int], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        spherical_caps(*arguments)


@pytest.mark.parametrize("weights", [[1], [1, 0], [1, -1], [1, "x"], [1, 0.5]])
def test_weights_are_checked(weights: list[object]) -> None:
    with pytest.raises(ParameterError, match="weights"):
        spherical_caps(3, ["1/2", "3/5"], 2, weights=weights)  # type: ignore[arg-type]  # what a careless caller gives


def test_problems_that_differ_have_different_parameters() -> None:
    """A run folder tells two problems apart by them."""
    problems = [
        spherical_caps(3, ["sqrt(3)/2"], 2),
        spherical_caps(3, ["1/2"], 2),
        spherical_caps(3, ["1/2"], 2, weights=[1]),
        spherical_caps(3, ["1/2"], 2, weights=[2]),
        spherical_caps(3, ["1/2", "1/2"], 2, weights=[1, 2]),
    ]
    assert len({str(problem.parameter_texts) for problem in problems}) == len(problems)
