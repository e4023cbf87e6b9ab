"""Average kissing numbers: the program, its solution, and values that are known."""

from itertools import pairwise

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from kissalg.certificate import certify
from kissalg.errors import ParameterError, RoundingError
from kissalg.exact.rational import rational
from kissalg.families.average_kissing.model import average_kissing
from kissalg.families.average_kissing_radii.model import average_kissing_radii
from kissalg.families.balls.areas import area_weights
from kissalg.families.balls.local import WeightsProblem, dyadic_gegenbauer
from kissalg.families.balls.mesh import Mesh, linear_mesh, step_mesh
from kissalg.solvers import Status
from kissalg.solvers.float64 import solve_float64
from kissalg.verdict import second_opinion, verify


def proved(problem: WeightsProblem) -> fmpq:
    """The bound that both checkers accept."""
    certificate = certify(solve_float64(problem))
    report = verify(certificate)
    assert report.verified
    assert second_opinion(certificate).verified
    assert report.claim is not None
    assert report.claim.quantity == problem.quantity
    return fmpq(certificate.bound.numerator, certificate.bound.denominator)


@pytest.mark.parametrize(
    ("n", "degree", "delsarte"),
    # the linear programming bounds of kissing numbers; those of R³ and R⁴ from Odlyzko and Sloane (1979), the others
    # are attained
    [(3, 12, "13.158"), (4, 9, "25.558"), (8, 6, "240"), (24, 10, "196560")],
)
def test_equal_balls_give_the_linear_programming_bound(n: int, degree: int, delsarte: str) -> None:
    bound = proved(average_kissing_radii(n, degree, [1], margin="1/100000"))
    assert rational(delsarte) <= bound <= rational(delsarte) * (1 + fmpq(1, 10_000))


def test_two_radii() -> None:
    """Below the 13.219 of the paper, where the weights are areas of caps, and not below the bound for equal balls."""
    assert rational("13.158") <= proved(average_kissing_radii(3, 12, [2, "1"])) <= rational("13.219")


def test_scaling_all_radii_changes_nothing() -> None:
    one, two = (average_kissing_radii(3, 6, radii) for radii in ([1, 2], ["1/3", "2/3"]))
    assert [local.mesh for local in one.programs] == [local.mesh for local in two.programs]
    assert one.quantity == "average-kissing(3;1,2)"
    assert two.quantity == "average-kissing(3;1/3,2/3)"


@pytest.mark.parametrize(("n", "paper"), [(5, "64.022"), (6, "121.105"), (7, "223.144"), (8, "408.386")])
def test_few_pieces_beat_the_published_bounds(n: int, paper: str) -> None:
    """Dostert, Kolpakov and Oliveira (2020), Table 1."""
    least = {5: 40, 6: 72, 7: 126, 8: 240}[n]
    assert least <= proved(average_kissing(n, 10, linear_mesh("2/5", 3, 5), margin="1/2000")) < rational(paper)


def test_weights_from_caps_give_a_weaker_bound_than_free_ones() -> None:
    mesh = step_mesh("1/4", 3)
    areas = area_weights(3, "3", mesh)
    assert all(a <= b for a, b in pairwise(areas))
    fixed = proved(average_kissing(3, 10, mesh, weights=areas, margin="1/20000"))
    free = proved(average_kissing(3, 10, mesh, margin="1/20000"))
    assert rational("666/53") <= free < fixed


@given(st.integers(1, 20), st.integers(1, 8), st.booleans())
def test_meshes_are_symmetric(intervals: int, grading: int, linear: bool) -> None:
    mesh = (linear_mesh if linear else step_mesh)("3/10", intervals, grading)
    nodes = mesh.nodes[:-1] if linear else mesh.nodes
    assert [1 - node for node in reversed(nodes)] == list(nodes)
    assert all(low < high for low, high in pairwise(nodes))
    assert nodes[intervals] == fmpq(1, 2)
    assert all(total for total in mesh.weights())


def test_the_weights_of_a_step_mesh() -> None:
    """ω(ξ) + ω(1-ξ) for ξ in each piece, its left end included, by hand."""
    found = {tuple(sorted(total.items())) for total in step_mesh("1/4", 1).weights()}
    one = fmpq(1)
    assert found == {((2, one),), ((0, one), (1, one)), ((0, one), (2, one)), ((1, 2 * one),)}


@pytest.mark.parametrize(
    ("nodes", "pieces", "message"),
    [
        ([], "", "between 1 and 128 nodes"),
        (["1/2"] * 129, "c" * 129, "between 1 and 128 nodes"),
        (["1/2"], "l", "letters c or l"),
        (["1/2", "3/4"], "c", "letters c or l"),
        (["0", "3/4"], "cc", r"sizes in \(0,1\)"),
        (["1/2", "1"], "cc", r"sizes in \(0,1\)"),
        (["3/4", "1/2"], "cc", "increasing nodes"),
        (["1/2", "1/2"], "lc", "increasing nodes"),
    ],
)
def test_meshes_that_make_no_sense(nodes: list[str], pieces: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Mesh(tuple(map(rational, nodes)), pieces)


def test_parameters_that_make_no_sense() -> None:
    mesh = step_mesh("1/4", 1)
    for n, degree in ((2, 4), (3, 0), (3, 41), (True, 4)):
        with pytest.raises(ParameterError, match="expected an integer from"):
            average_kissing(n, degree, mesh)
    for margin in ("0", "-1", "1", "a"):
        with pytest.raises(ParameterError, match="margin"):
            average_kissing(3, 4, mesh, margin=margin)
    with pytest.raises(ParameterError, match="one for each node"):
        average_kissing(3, 4, mesh, weights=[fmpq(1)])
    for first in ("0", "1/2", "0.6", "x"):
        with pytest.raises(ParameterError, match="first"):
            linear_mesh(first, 3)
    for grading in (0, 9):
        with pytest.raises(ParameterError, match="grading"):
            linear_mesh("1/4", 3, grading)
    for intervals in (0, 64):
        with pytest.raises(ParameterError, match="intervals"):
            linear_mesh("1/4", intervals)
    for radii in ([], [0], ["-1", "1"], ["x"]):
        with pytest.raises(ParameterError, match="radii"):
            average_kissing_radii(3, 4, radii)
    for rho_squared in ("1", "10"):
        with pytest.raises(ParameterError, match="rho"):
            area_weights(3, rho_squared, mesh)


def test_too_low_a_degree_is_infeasible_and_certifies_nothing() -> None:
    solution = solve_float64(average_kissing(8, 3, linear_mesh("2/5", 2)))
    assert solution.status is Status.INFEASIBLE
    with pytest.raises(RoundingError, match="only an optimal solution"):
        certify(solution)


def test_a_margin_that_is_too_small_is_said_to_be_so() -> None:
    with pytest.raises(RoundingError, match="larger margin"):
        certify(solve_float64(average_kissing(8, 10, linear_mesh("2/5", 2, 6), margin="1/1000000000")))


def test_gegenbauer_polynomials_are_scaled_by_positive_numbers() -> None:
    for n in (3, 4, 7):
        for k in range(9):
            assert fmpq(1, 2) < dyadic_gegenbauer(n, k)(1) <= 1
