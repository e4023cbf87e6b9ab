"""Rigorous bounds of semidefinite programs: they enclose optima that are known exactly, and never more is claimed than
is proved.
"""

from pathlib import Path

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings

from kissalg.errors import PublishedError
from kissalg.exact.matrix import frobenius
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.exact.rational import rational
from kissalg.published import Outcome, check_file
from kissalg.published.recognise import CheckOptions
from kissalg.published.sdpa_bounds import SdpaBounds, bound_sdpa, check_sdpa
from kissalg.published.sdpa_faces import bounds_on_a_face
from kissalg.published.sdpa_repair import dual_bound, primal_bound
from kissalg.published.sdpa_solution import read_solution
from kissalg.sdp.sdpa import SdpaEntry, SdpaProblem, read_sdpa
from kissalg.solvers.float64.sdpa import solve_sdpa
from kissalg.testing.strategies import SolvedSdp, solved_sdps

PUBLISHED = Path(__file__).parents[3] / "shared" / "published" / "sdplib"
published = pytest.mark.skipif(not PUBLISHED.exists(), reason="the data published by others are not here")
EIGENVALUE = "1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n"  # the largest eigenvalue of [[0, 1], [1, 0]]


def require_proved(problem: SdpaProblem, bounds: SdpaBounds) -> None:
    """Every statement once more, from its point or ray, with dense matrices."""

    def dense(k: int) -> list[fmpq_mat]:
        blocks = [fmpq_mat(abs(size), abs(size)) for size in problem.blocks]
        for e in problem.entries:
            if e.k == k:
                blocks[e.block - 1][e.row - 1, e.column - 1] = blocks[e.block - 1][e.column - 1, e.row - 1] = e.value
        return blocks

    matrices = [dense(k) for k in range(len(problem.costs) + 1)]
    if bounds.x is not None:
        constant = 0 if bounds.dual_infeasible else -1
        for b in range(len(problem.blocks)):
            z = matrices[0][b] * constant
            for value, part in zip(bounds.x, matrices[1:], strict=True):
                z += part[b] * value
            assert is_positive_semidefinite(z)
        value = sum((c * x for c, x in zip(problem.costs, bounds.x, strict=True)), fmpq(0))
        assert value < 0 if bounds.dual_infeasible else value == bounds.upper
    if bounds.y is not None:
        assert all(is_positive_semidefinite(block) for block in bounds.y)
        pairings = [sum((frobenius(a, b) for a, b in zip(m, bounds.y, strict=True)), fmpq(0)) for m in matrices]
        assert pairings[1:] == ([fmpq(0)] * len(problem.costs) if bounds.primal_infeasible else list(problem.costs))
        assert pairings[0] > 0 if bounds.primal_infeasible else pairings[0] == bounds.lower


@settings(max_examples=8)
@given(solved_sdps(3, 2))
def test_bounds_enclose_the_optimum(sdp: SolvedSdp) -> None:
    bounds = bound_sdpa(sdp.problem)
    assert not bounds.primal_infeasible
    assert not bounds.dual_infeasible
    assert bounds.upper is None or bounds.upper >= sdp.optimum
    assert bounds.lower is None or bounds.lower <= sdp.optimum
    require_proved(sdp.problem, bounds)


@given(solved_sdps(3, 2))
def test_exact_optimal_points_prove_the_optimum(sdp: SolvedSdp) -> None:
    """From the known optimal points themselves, if rounding leaves them alone."""
    assert all(int(x.q).bit_length() <= 64 for x in sdp.x)
    if all(int(x.q).bit_count() == 1 for x in sdp.x):
        found = primal_bound(sdp.problem, sdp.x)
        assert found is not None
        assert found[0] == sdp.optimum
    if all(int(entry.q).bit_count() == 1 for entry in sdp.y.entries()):
        other = dual_bound(sdp.problem, [sdp.y])
        assert other is not None
        assert other[0] == sdp.optimum


def test_infeasible_programs() -> None:
    # (P): x >= 1 and -x >= 0
    primal = read_sdpa("1\n1\n-2\n1\n0 1 1 1 1\n1 1 1 1 1\n1 1 2 2 -1\n")
    bounds = bound_sdpa(primal)
    assert bounds.primal_infeasible
    require_proved(primal, bounds)
    # (D): <I, Y> = -1
    dual = read_sdpa("1\n1\n2\n-1\n0 1 1 1 1\n1 1 1 1 1\n1 1 2 2 1\n")
    bounds = bound_sdpa(dual)
    assert bounds.dual_infeasible
    require_proved(dual, bounds)


def test_wrong_solutions_prove_nothing_false() -> None:
    problem = read_sdpa(EIGENVALUE)
    assert primal_bound(problem, [fmpq(1, 2)]) is None
    assert dual_bound(problem, [fmpq_mat([[1, 1], [1, 1]]) * 0 + fmpq_mat([[0, 5], [5, 0]])]) is None
    start = read_solution("0.5\n2 1 1 2 9.0\n", problem)
    bounds = bound_sdpa(problem, start)
    assert bounds.upper is not None
    assert bounds.lower is not None
    assert bounds.lower <= 1 <= bounds.upper
    require_proved(problem, bounds)


SDPA_FILE = """phase.value  = pdOPT
   Iteration = 9
xVec =
{+1.0000000000000000e+00}
xMat =
{
{ {+1.0e+00,-1.0e+00}, {-1.0e+00,+1.0e+00} }
}
yMat =
{
{ {+5.0e-01,+5.0e-01}, {+5.0e-01,+5.0e-01} }
}
    main loop time = 0.01
"""


@pytest.mark.parametrize(
    "text", [SDPA_FILE, "1.0\n1 1 1 1 1.0\n2 1 1 1 0.5\n2 1 1 2 0.5\n2 1 2 2 0.5\n"], ids=["SDPA", "CSDP"]
)
def test_solution_files(text: str, tmp_path: Path) -> None:
    problem = read_sdpa(EIGENVALUE)
    bounds = bound_sdpa(problem, read_solution(text, problem))
    assert (bounds.lower, bounds.upper) == (1, 1)
    path, solution = tmp_path / "p.dat-s", tmp_path / "p.out"
    path.write_text(EIGENVALUE)
    solution.write_text(text)
    finding = check_file(path, None, CheckOptions(solution=solution))
    assert finding.outcome is Outcome.VERIFIED
    assert finding.statement == "1 <= d* <= p* <= 1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("1 2 3\n", "found 3"),
        ("1\n3 1 1 1 1\n", "matrix 1 or 2"),
        ("1\n2 1 1 3 1\n", "no entry"),
        ("1\n2 1 1 1\n", "line 2"),
        (SDPA_FILE.replace("+5.0e-01}, {", "}, {"), "expected 4 numbers"),
        (SDPA_FILE.replace("{+1.0000000000000000e+00}", "{1,2}"), "xVec: expected 1"),
        (SDPA_FILE.replace("+5.0e-01}, {", "nan}, {"), "expected a number"),
    ],
)
def test_damaged_solution_files(text: str, message: str) -> None:
    with pytest.raises(PublishedError, match=message):
        read_solution(text, read_sdpa(EIGENVALUE))


def test_gigantic_programs_are_refused() -> None:
    for problem in (
        SdpaProblem((fmpq(1),), (10**9,), (SdpaEntry(1, 1, 1, 1, fmpq(1)),)),
        SdpaProblem((fmpq(1),) * 3000, (2,), ()),
        SdpaProblem((fmpq(1),), (0,), ()),
    ):
        with pytest.raises(PublishedError, match="at most"):
            bound_sdpa(problem)


# optimal values of SDPLIB's own table, rounded outwards by one unit of their last digit
SDPLIB = {
    "control1": ("17.78462", "17.78464"),
    "mcp100": ("226.1573", "226.1575"),
    "theta1": ("22.99999", "23.00001"),
    "truss1": ("-8.999997", "-8.999995"),
    "truss4": ("-9.009997", "-9.009995"),
}


@published
@pytest.mark.parametrize("name", SDPLIB)
def test_sdplib(name: str) -> None:
    path = PUBLISHED / f"{name}.dat-s"
    low, high = (rational(value) for value in SDPLIB[name])
    problem = read_sdpa(path.read_text())
    bounds = bound_sdpa(problem)
    assert bounds.upper is not None
    assert bounds.lower is not None
    assert low <= bounds.upper
    assert bounds.lower <= high
    assert bounds.upper - bounds.lower < fmpq(1, 10**5)
    if name != "theta1":
        require_proved(problem, bounds)


@published
def test_sdplib_ill_posed() -> None:
    """hinf1: SDPLIB's table says 2.0326; for the very decimals of the file every dual feasible matrix is diagonal, and
    the optimum is 0.
    """
    problem = read_sdpa((PUBLISHED / "hinf1.dat-s").read_text())
    bounds = bound_sdpa(problem)
    assert bounds.lower == 0
    assert bounds.upper is not None
    assert bounds.upper < fmpq(1, 10**6)
    assert any("outside the rows block 1: 4; block 2: 4; block 3: none" in note for note in bounds.notes)
    require_proved(problem, bounds)


def test_a_dual_side_without_interior() -> None:
    """Y_11 = 1, Y_22 = 0, hence Y_12 = 0: any small change of the last equation changes the optimum by its root."""
    text = "2\n1\n2\n1 {}\n0 1 1 2 1\n1 1 1 1 1\n2 1 2 2 1\n"
    problem = read_sdpa(text.format(0))
    found = bounds_on_a_face(problem)
    assert found is not None
    assert found.kept == ((0,),)
    require_proved(problem, SdpaBounds(lower=found.lower[0], y=found.lower[1]))
    assert found.upper is not None
    require_proved(problem, SdpaBounds(upper=found.upper[0], x=found.upper[1]))
    assert bounds_on_a_face(read_sdpa(text.format("1e-4"))) is None
    assert bounds_on_a_face(read_sdpa(text.format(-1))) is None
    # Y_22 = 0, and Y_12 = 1 all the same: there is no feasible Y, and no bound
    assert bounds_on_a_face(read_sdpa("2\n1\n2\n1 0\n1 1 1 2 1\n2 1 2 2 1\n")) is None


@published
@pytest.mark.parametrize(("name", "statement"), [("infp1", "(P) is infeasible"), ("infd1", "(D) is infeasible")])
def test_sdplib_infeasible(name: str, statement: str) -> None:
    path = PUBLISHED / f"{name}.dat-s"
    problem = read_sdpa(path.read_text())
    finding = check_sdpa(problem)
    assert (finding.outcome, finding.statement) == (Outcome.VERIFIED, statement)
    require_proved(problem, bound_sdpa(problem, solve_sdpa(problem)))
