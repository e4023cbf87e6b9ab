"""Certificates of semidefinite programs: the folder is the verdict of both checkers, and no change of a number is
accepted.
"""

from fractions import Fraction

import picos

import kissalg as ka
from kissalg.audit import audit
from kissalg.kernel import Verdict, check
from tests.vectors import vector, vectors

VERIFIED = vectors("semidefinite-program", "verified")


def test_claims() -> None:
    two, pentagon = (check(vector("semidefinite-program", n).read_bytes()) for n in ("two-blocks", "pentagon-sharp"))
    assert two.bound is not None
    assert pentagon.bound is not None
    # max 2 Y_12 with Y_11 + (something nonnegative) = 1, Y_22 = 2: 2 √2; the pentagon has √5
    assert 0 < 8 - two.bound**2 < Fraction(1, 10**6)
    assert 0 < 5 - pentagon.bound**2 < Fraction(1, 10**8)
    data = VERIFIED[0].read_bytes()
    name = str(check(data).claim).partition(" >= ")[0]
    assert check(data, expect=f"{name} >= 2.2").verified
    assert audit(data, expect=f"{name} >= 2.2").verified
    assert check(data, expect=f"{name} >= 2.3").verdict is Verdict.REJECTED
    assert check(data, expect=f"sdp(sha256:{'0' * 64}) >= 2").verdict is Verdict.REJECTED


def test_a_picos_problem_is_certified() -> None:
    """Imported, solved by our engine, rounded and proved by both checkers: the minimum of x with [[1, x], [x, 2]]
    positive semidefinite is -√2.
    """
    x = picos.RealVariable("x")
    problem = picos.Problem()
    problem.minimize = x
    problem.add_constraint((1 & x) // (x & 2) >> 0)
    bounds = ka.bound_picos(problem)
    certificate = ka.certify(bounds.run)
    report = ka.verify(certificate)
    assert report.verified
    assert ka.second_opinion(certificate).verified
    assert report.bound is not None
    assert 0 <= report.bound**2 - 2 < Fraction(1, 10**8)
    assert report.bound < 0
    assert "sdp(" in certificate.claim
