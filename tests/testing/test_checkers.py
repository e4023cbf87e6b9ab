"""The assertions for users' own tests: what is true passes, what is false fails with the smallest counterexample."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from flint import fmpq, fmpq_mat, fmpq_poly
from hypothesis import find, given
from hypothesis import strategies as st

from kissalg.algebra.invariant_ring import COORDINATES
from kissalg.algebra.orthogonal import gegenbauer
from kissalg.algebra.three_point_kernels import average_over_permutations
from kissalg.exact.matrix import frobenius
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.kernel import Report, Verdict
from kissalg.testing import assert_identity, assert_invariant, assert_psd_kernel, assert_reynolds, mutations
from kissalg.testing.checkers import generated_group
from kissalg.testing.mutations import KINDS, Judgement, judge, mutate
from kissalg.testing.strategies import (
    SolvedSdp,
    certificates,
    graphs,
    invariant_polynomials,
    mutated_certificates,
    polynomials,
    psd_matrices_of_rank,
    solved_sdps,
    sphere_points,
    spherical_codes,
    symmetric_polynomials,
    univariate_polynomials,
)
from tests.vectors import folder

S3 = [(1, 0, 2), (1, 2, 0)]
ROOT = Path(__file__).parents[2]
FOLDER = folder("three-point") / "verified"


@given(univariate_polynomials(4), univariate_polynomials(4))
def test_identities_are_decided(f: fmpq_poly, g: fmpq_poly) -> None:
    if f == g:
        assert_identity(f, g, degree=4, variables=1)
    else:
        with pytest.raises(AssertionError, match="the sides differ"):
            assert_identity(f, g, degree=4, variables=1)


@given(polynomials(COORDINATES, 3))
def test_a_polynomial_that_vanishes_on_the_lattice_is_zero(f: Any) -> None:
    product = f * 0
    assert_identity(lambda *x: f(*x), lambda *x: f(*x) + product(*x), degree=3, variables=3)
    if f.to_dict():
        with pytest.raises(AssertionError, match="the sides differ at"):
            assert_identity(lambda *x: f(*x), lambda *x: fmpq(0), degree=3, variables=3)


def test_the_smallest_counterexample_and_no_false_normalisation() -> None:
    with pytest.raises(AssertionError, match=r"differ at \(0, 0\): 1 and 0") as caught:
        assert_identity(lambda u, v: u * v + 1, lambda u, v: u * v, degree=2, variables=2)
    assert "normalisation" not in str(caught.value)
    with pytest.raises(AssertionError, match=r"\(2\)"):  # agrees at 0 and 1
        assert_identity(lambda u: u * u, lambda u: u, degree=2, variables=1)
    with pytest.raises(AssertionError, match="1/3 times"):
        assert_identity(lambda u, v: [u / 3, v / 3], lambda u, v: [u, v], degree=(1, 1))
    for degree, variables in ((-1, 1), ((1, 2), 3), ((1, -2), 2)):
        with pytest.raises(ValueError, match="expected"):
            assert_identity(abs, abs, degree=degree, variables=variables)
    with pytest.raises(TypeError, match="float"):
        assert_identity(lambda u: 0.5, lambda u: 0.5, degree=0, variables=1)


def test_a_degree_that_is_too_small_is_noticed() -> None:
    """u (u-1) (u-2) vanishes at the three points of degree 2, and not at those beyond."""
    cubic = lambda u: u * (u - 1) * (u - 2)  # noqa: E731  # a formula, used twice
    with pytest.raises(AssertionError, match="no polynomials of that degree"):
        assert_identity(cubic, lambda u: fmpq(0), degree=2)
    with pytest.raises(AssertionError, match=r"the sides differ at \(3\)"):
        assert_identity(cubic, lambda u: fmpq(0), degree=3)
    with pytest.raises(AssertionError, match="no polynomials"):
        assert_identity(lambda u, v: u**4 * v, lambda u, v: u * v, degree=(1, 1))


def test_variables_are_counted_and_shapes_compared() -> None:
    assert_identity(lambda u, v: (u + v) ** 2, lambda *x: x[0] ** 2 + 2 * x[0] * x[1] + x[1] ** 2, degree=2)
    assert_identity(lambda *x: x[0] * x[1], lambda u, v: u * v, degree=2)
    assert_identity(lambda: fmpq(1), lambda: fmpq(1), degree=0)
    with pytest.raises(ValueError, match="number of variables"):
        assert_identity(lambda *x: x[0], lambda *x: x[0], degree=1)
    with pytest.raises(ValueError, match="one for each"):
        assert_identity(abs, abs, degree=2.5)  # type: ignore[arg-type]  # the mistake
    row, column = fmpq_mat([[1, 2]]), fmpq_mat([[1], [2]])
    for left, right in ((row, column), ([[1, 2], [3]], [[1], [2, 3]]), ([1], [1, 1]), (row, [1, 2])):
        with pytest.raises(AssertionError, match="of different shapes"):
            assert_identity(lambda u, left=left: left, lambda u, right=right: right, degree=0, variables=1)
    large = fmpq_mat(40, 40, list(range(1600)))
    other = fmpq_mat(large)
    other[20, 3] = 0
    with pytest.raises(AssertionError, match=r"the entries \(20, 3\) are 803 and 0"):
        assert_identity(lambda u: large, lambda u: other, degree=0)


@given(st.lists(sphere_points(4), max_size=5), st.integers(0, 4))
def test_gegenbauer_kernels_are_positive(points: list[tuple[fmpq, ...]], k: int) -> None:
    polynomial = gegenbauer(4, k)

    def dot(x: tuple[fmpq, ...], y: tuple[fmpq, ...]) -> fmpq:
        return sum((a * b for a, b in zip(x, y, strict=True)), fmpq(0))

    assert_psd_kernel(lambda x, y: polynomial(dot(x, y)), points)
    if points:
        with pytest.raises(AssertionError, match="on the 1 points"):
            assert_psd_kernel(lambda x, y: -polynomial(dot(x, y)) - 2, points)


def test_kernels_that_are_not_symmetric_or_have_matrix_values() -> None:
    with pytest.raises(AssertionError, match="not symmetric"):
        assert_psd_kernel(lambda x, y: x - y, [fmpq(0), fmpq(1)])
    assert_psd_kernel(lambda x, y: fmpq_mat([[1, x], [x, x * x]]) if x == y else fmpq_mat(2, 2), [fmpq(1), fmpq(2)])


def test_invariance() -> None:
    x, y, z = COORDINATES.gens()
    assert_invariant(
        x**2 + y**2 + z**2, [fmpq_mat([[fmpq(3, 5), fmpq(4, 5), 0], [fmpq(-4, 5), fmpq(3, 5), 0], [0, 0, 1]])]
    )
    assert_invariant(lambda a, b, c: a * b * c, S3, degree=3)
    with pytest.raises(AssertionError, match=r"under \(1, 0, 2\).*differ"):
        assert_invariant(lambda a, b, c: a - b, S3, degree=1)
    with pytest.raises(ValueError, match="degree"):
        assert_invariant(lambda a: a, [(0,)])
    with pytest.raises(ValueError, match="permutation"):
        assert_invariant(x, [(0, 0, 1)])
    with pytest.raises(ValueError, match="at least one"):
        assert_invariant(x, [])
    with pytest.raises(ValueError, match="act on 3 variables"):
        assert_invariant(x, [(1, 0)])
    with pytest.raises(ValueError, match="square"):
        assert_invariant(x, [fmpq_mat(2, 3)])
    with pytest.raises(ValueError, match="act on 3 variables"):
        assert_reynolds(average_over_permutations, [(1, 0)], COORDINATES, degree=1)
    with pytest.raises(TypeError, match="in the ring"):
        assert_reynolds(lambda p: 5, S3, COORDINATES, degree=1)  # type: ignore[arg-type]  # the mistake
    with pytest.raises(ValueError, match="degree"):
        assert_reynolds(average_over_permutations, S3, COORDINATES, degree=-1)


def test_reynolds_operators() -> None:
    assert_reynolds(average_over_permutations, S3, COORDINATES, degree=3)
    with pytest.raises(AssertionError, match="6 times too large"):
        assert_reynolds(lambda p: 6 * average_over_permutations(p), S3, COORDINATES, degree=2)
    with pytest.raises(AssertionError, match="the average is"):
        assert_reynolds(lambda p: p, S3, COORDINATES, degree=1)
    with pytest.raises(AssertionError, match="not linear"):
        assert_reynolds(
            lambda p: average_over_permutations(p) if len(p.to_dict()) < 2 else p * 0, S3, COORDINATES, degree=1
        )


def test_groups() -> None:
    assert len(generated_group(S3)) == 6
    with pytest.raises(ValueError, match="more than"):
        generated_group([fmpq_mat([[1, 1], [0, 1]])], limit=50)
    with pytest.raises(ValueError, match="at least one"):
        generated_group([])


@given(invariant_polynomials(COORDINATES, S3, 3))
def test_invariant_polynomials_are(p: Any) -> None:
    assert_invariant(p, S3)


@given(symmetric_polynomials(COORDINATES, 4))
def test_symmetric_polynomials_are(p: Any) -> None:
    assert_invariant(p, S3)
    assert p.total_degree() <= 4


@given(st.integers(1, 4).flatmap(lambda r: st.tuples(st.just(r), psd_matrices_of_rank(4, r))))
def test_ranks(drawn: tuple[int, fmpq_mat]) -> None:
    rank, matrix = drawn
    assert matrix.rank() == rank
    assert is_positive_semidefinite(matrix)


def test_matrices_of_every_shape_of_a_rank_are_drawn() -> None:
    """Also those whose first row vanishes, and none of another rank."""
    assert find(psd_matrices_of_rank(3, 1), lambda m: m[0, 0] == 0).tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert find(psd_matrices_of_rank(2, 0), lambda m: True) == fmpq_mat(2, 2)
    with pytest.raises(ValueError, match="from 0 to 2"):
        psd_matrices_of_rank(2, 3)


@given(sphere_points(3, "5/2"))
def test_points_of_other_spheres(point: tuple[fmpq, ...]) -> None:
    assert sum((x * x for x in point), fmpq(0)) == fmpq(25, 4)


def test_both_poles_are_points() -> None:
    assert find(sphere_points(1), lambda p: p[0] > 0) == (1,)
    assert find(sphere_points(2), lambda p: p[1] == 1) == (0, 1)
    with pytest.raises(ValueError, match="at least one"):
        sphere_points(0)


@given(solved_sdps(3, 2))
def test_solved_programs_are_complementary(sdp: SolvedSdp) -> None:
    matrices = [fmpq_mat(3, 3) for _ in range(3)]
    for e in sdp.problem.entries:
        matrices[e.k][e.row - 1, e.column - 1] = matrices[e.k][e.column - 1, e.row - 1] = e.value
    z = sdp.x[0] * matrices[1] + sdp.x[1] * matrices[2] - matrices[0]
    assert is_positive_semidefinite(z)
    assert is_positive_semidefinite(sdp.y)
    assert [frobenius(m, sdp.y) for m in matrices[1:]] == list(sdp.problem.costs)
    assert frobenius(z, sdp.y) == 0
    assert sum((c * x for c, x in zip(sdp.problem.costs, sdp.x, strict=True)), fmpq(0)) == sdp.optimum


@given(spherical_codes(3, "1/2"), graphs(5))
def test_codes_and_graphs(code: list[tuple[fmpq, ...]], graph: tuple[int, tuple[tuple[int, int], ...]]) -> None:
    for index, x in enumerate(code):
        assert sum((a * a for a in x), fmpq(0)) == 1
        assert all(2 * sum((a * b for a, b in zip(x, y, strict=True)), fmpq(0)) <= 1 for y in code[:index])
    count, edges = graph
    assert all(0 <= i < j < count for i, j in edges)
    assert len({*edges}) == len(edges)


@given(mutated_certificates(certificates(FOLDER)))
def test_mutants_differ_in_a_reproducible_way(drawn: tuple[bytes, bytes, str]) -> None:
    original, mutant, kind = drawn
    assert kind in KINDS
    assert isinstance(mutant, bytes)
    assert mutate(original, kind, Random(5)) == mutate(original, kind, Random(5))


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_without_lists_can_be_mutated(kind: str) -> None:
    data = (ROOT / "certificates" / "average-kissing" / "average-kissing-3-trivial.json.xz").read_bytes()
    for seed in range(5):
        assert not judge(mutate(data, kind, Random(seed)), always=True).judgement.alarming


def test_the_judge_notices_a_broken_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that says VERIFIED to everything, and one that refuses everything."""
    good = min(FOLDER.iterdir(), key=lambda path: path.stat().st_size).read_bytes()
    assert judge(good).judgement is Judgement.STILL_PROVED
    monkeypatch.setattr(mutations, "check", lambda data: Report(Verdict.VERIFIED, None))
    assert judge(b"{}").judgement is Judgement.WRONGLY_VERIFIED
    monkeypatch.setattr(mutations, "check", lambda data: Report(Verdict.REJECTED, None))
    assert judge(good, always=True).judgement is Judgement.DISAGREEMENT
