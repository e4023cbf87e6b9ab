"""The theorem rankin: sharp for exact configurations, against Delsarte's bound of degree 1, and damaged certificates."""

from fractions import Fraction
from math import floor
from pathlib import Path
from random import Random

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

import kissalg as ka
from kissalg.audit import audit
from kissalg.errors import ParameterError
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.exact.rational import RationalLike
from kissalg.kernel import check
from kissalg.ledger import examine
from kissalg.tables.listings import listing_table
from kissalg.testing.mutations import KINDS, judge, mutate
from kissalg.testing.strategies import spherical_codes
from tests.families.rankin.make_vectors import texts
from tests.vectors import folder, identifier, vectors

COSINES = st.builds(Fraction, st.integers(-999, -1), st.just(1000))


def data(n: int, cos: RationalLike) -> bytes:
    return ka.certify(ka.rankin(n, cos)).to_bytes()


def require_sharp(n: int, cos: fmpq, gram: fmpq_mat) -> None:
    """A code with these inner products exists in R^n, they are at most `cos`, and both checkers prove that no code is larger."""
    size = gram.nrows()
    assert is_positive_semidefinite(gram)
    assert gram.rank() <= n
    assert all(gram[i, i] == 1 and gram[i, j] <= cos for i in range(size) for j in range(i))
    certificate = data(n, cos)
    for checker in (check, audit):
        report = checker(certificate)
        assert report.bound is not None
        assert floor(report.bound) == size
        assert checker(certificate, expect=f"A({n},{cos}) <= {report.bound}").verified
        assert not checker(certificate, expect=f"A({n},{cos}) <= {report.bound - Fraction(1, 10**30)}").verified


def simplex(k: int) -> fmpq_mat:
    """The inner products of k + 1 unit vectors with the sum 0."""
    return fmpq_mat([[fmpq(1) if i == j else fmpq(-1, k) for j in range(k + 1)] for i in range(k + 1)])


@pytest.mark.parametrize(("n", "k"), [(n, k) for n in (2, 3, 4, 8) for k in range(2, n + 1)])
def test_regular_simplices_in_their_own_dimension_and_in_larger_ones(n: int, k: int) -> None:
    require_sharp(n, fmpq(-1, k), simplex(k))
    assert ka.rankin(n, fmpq(-1, k)).bound == k + 1


@pytest.mark.parametrize("n", [2, 3, 4, 8])
def test_cross_polytopes(n: int) -> None:
    points = [[sign * (i == k) for i in range(n)] for k in range(n) for sign in (1, -1)]
    gram = [[fmpq(sum(a * b for a, b in zip(x, y, strict=True))) for y in points] for x in points]
    require_sharp(n, fmpq(0), fmpq_mat(gram))


@given(st.integers(2, 12), COSINES)
def test_every_bound_is_sharp_after_rounding_down(n: int, cos: Fraction) -> None:
    k = min(floor(-1 / cos), n)
    require_sharp(n, fmpq(cos.numerator, cos.denominator), simplex(k) if k > 1 else fmpq_mat([[1, -1], [-1, 1]]))


@given(data=st.data(), n=st.integers(2, 5), cos=st.sampled_from(["-2/3", "-1/2", "-1/3", "-1/5", "-1/50", "0"]))
def test_no_code_is_larger(data: st.DataObject, n: int, cos: str) -> None:
    assert len(data.draw(spherical_codes(n, cos, 40))) <= ka.rankin(n, cos).bound


@given(st.integers(2, 12), COSINES)
def test_against_delsartes_bound_of_degree_1(n: int, cos: Fraction) -> None:
    """f = 1 - u/c vanishes at c, and f(1)/f_0 = 1 - 1/c."""
    delsarte = ka.delsarte_polynomial(n, cos, [1, -1 / cos])
    assert min(delsarte.value.coefficients[0], fmpq(n + 1)) == ka.rankin(n, cos).bound


@pytest.mark.parametrize("n", range(2, 10))
def test_against_delsartes_bound_of_degree_2_for_right_angles(n: int) -> None:
    assert ka.delsarte_polynomial(n, 0, "t*(t+1)").bound == 2 * n == ka.rankin(n, 0).bound


def test_the_vectors_are_those_of_the_script() -> None:
    found = {(path.parent.name, path.name.removesuffix(".json")): path.read_text() for path in vectors("rankin")}
    assert found == texts()


@pytest.mark.parametrize("path", vectors("rankin", "rejected"), ids=identifier)
def test_what_is_rejected_is_the_bound(path: Path) -> None:
    assert ka.verify(path).path == ka.second_opinion(path).path == "bound"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", vectors("rankin", "verified"), ids=identifier)
def test_no_change_proves_more(path: Path, kind: str) -> None:
    for seed in range(20):
        assert not judge(mutate(path.read_bytes(), kind, Random(seed)), always=True).judgement.alarming


@pytest.mark.parametrize(
    ("n", "cos", "message"),
    [
        (1, 0, "n: expected an integer from 2 to 10000, found 1"),
        (10_001, 0, "n: expected an integer from 2 to 10000"),
        (True, 0, "n: expected an integer"),
        (3, -1, "cos: expected -1 < cos <= 0, found -1"),
        (3, "1/1000", "cos: expected -1 < cos <= 0, found 1/1000"),
        (3, -0.5, "cos: expected a rational number, found the float -0.5"),
        (3, "-1/sqrt(5)", "cos: "),
    ],
)
def test_parameters_out_of_range(n: int, cos: RationalLike, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        ka.rankin(n, cos)


def test_the_problem_says_what_it_bounds() -> None:
    problem = ka.rankin(5, "-2/7")
    assert problem.quantity == "A(5, -2/7)"
    assert repr(problem) == "rankin (n = 5, cos = -2/7): A(5, -2/7) <= 9/2"
    assert ka.certify(problem).claim == "A(5, -2/7) <= 4.5"


def test_tables_and_the_ledger_list_it() -> None:
    files = folder("rankin") / "verified"
    table = listing_table("codes", [files / "simplex.json", files / "no-integer.json"])
    rows = {str(row[0]): [str(cell) for cell in row[1:6]] for row in table.rows}
    assert rows == {"A(3,-1/3)": ["4", "4", "4", "4", "0"], "A(5,-2/7)": ["None", "None", "4.5", "4", "None"]}
    entry = examine(files / "no-integer.json", files)
    assert (entry.claim, entry.degree, entry.terms) == ("A(5,-2/7) <= 4.5", 0, 0)
