"""A digest tells two problems apart, whatever their parameters say, and is the same in every process."""

import subprocess
import sys
from itertools import combinations

from flint import fmpq

from kissalg.algebra.graphs import cycle
from kissalg.families.average_kissing.model import average_kissing
from kissalg.families.average_kissing_direct.model import average_kissing_direct
from kissalg.families.average_kissing_polynomial.model import average_kissing_polynomial
from kissalg.families.average_kissing_radii.model import average_kissing_radii
from kissalg.families.balls.mesh import step_mesh
from kissalg.families.delsarte.model import delsarte
from kissalg.families.independence_number.model import independence
from kissalg.families.nonnegative.model import statement
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.families.spherical_caps.model import spherical_caps
from kissalg.families.three_point.model import kissing, three_point
from kissalg.sdp.digest import problem_digest, problem_name
from kissalg.sdp.sdpa import read_sdpa

SDPA = "1\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n"
PROBLEMS = [
    delsarte(3, "1/2", 2),
    delsarte(3, "1/2", 3),
    delsarte(3, "1/sqrt(5)", 2),
    kissing(3, 2),
    three_point(3, "1/2", 2, 2),
    kissing(3, 2).linear_programming_face(),
    spherical_caps(3, ["1/2", "1/3"], 2),
    spherical_caps(3, ["1/2", "1/4"], 2),
    spherical_caps(3, ["1/2", "1/3"], 2, weights=[1, 2]),
    spherical_caps(3, ["1/2", "1/3"], 2, weights=[1, 3]),
    average_kissing_direct(3, [1, 2], 5),
    average_kissing_direct(3, [1, 3], 5),
    average_kissing_direct(3, [1, 2], 5, contact="7"),
    average_kissing_polynomial(3, 4, 2, "1/3"),
    average_kissing_polynomial(3, 4, 2, "2/5"),
    average_kissing(3, 4, step_mesh("1/4", 1)),
    average_kissing(3, 4, step_mesh("1/3", 1)),
    average_kissing(3, 4, step_mesh("1/4", 1), margin="1/1000"),
    average_kissing_radii(3, 4, [1, 2]),
    average_kissing_radii(3, 4, [1, 3]),
    independence(cycle(5), "theta"),
    independence(cycle(5), "theta", symmetry=False),
    independence(cycle(5), "theta-prime"),
    independence(cycle(5), "theta", independent=[0, 2]).strengthened([]),
    statement("x^2 - x").bound(fmpq(4)),
    statement("x^2 - x").bound(fmpq(8)),
    statement("x^2 - x").margin(fmpq(0), fmpq(4)),
    statement("x^2 - x", on=["x"]).bound(fmpq(4)),
    statement("x^2 - 2*x").bound(fmpq(4)),
    sdpa_model(read_sdpa(SDPA)),
    sdpa_model(read_sdpa(SDPA.replace("1 2 1", "1 2 2"))),
]
EQUAL = {(20, 23)}  # the same program: an independent set is no part of it


def test_different_problems_have_different_digests() -> None:
    digests = [problem_digest(problem) for problem in PROBLEMS]
    equal = {(i, j) for (i, a), (j, b) in combinations(enumerate(digests), 2) if a == b}
    assert equal == EQUAL, [tuple(problem_name(PROBLEMS[k]) for k in pair) for pair in equal ^ EQUAL]


def test_a_digest_does_not_depend_on_the_process() -> None:
    """Nor on the order of sets, which changes with the seed of the hash."""
    code = (
        "from kissalg.algebra.graphs import cycle\nfrom kissalg.families.independence_number.model import"
        " independence\nfrom kissalg.families.nonnegative.model import statement\nfrom kissalg.sdp.digest import"
        " problem_digest\nfrom flint import fmpq\nfor problem in (independence(cycle(5), 'theta-prime'), statement('x^2"
        " + y^2 - x', on=['x', 'y']).bound(fmpq(4))):\n    print(problem_digest(problem))\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert len(found.pop().split()) == 2


def test_names() -> None:
    assert problem_name(kissing(3, 2)) == "three-point (n = 3, cos = 1/2, degree = 2, linear = 4)"
    assert problem_name(average_kissing_radii(3, 4, [1, 2])).startswith("average-kissing")
