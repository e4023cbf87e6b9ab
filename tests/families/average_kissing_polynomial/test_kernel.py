"""The theorem average-kissing-polynomial: verdicts and tampering; the second opinion is the oracle."""

from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from kissalg.audit import audit, read_document
from kissalg.families.average_kissing_polynomial.audit import problem_of
from kissalg.families.balls.local import dyadic_gegenbauer
from kissalg.kernel import Limits, Verdict, check
from tests.families.average_kissing.test_kernel import numbers, serialise, tree, zero
from tests.kernel.samples import get, lists, put, replace_integer
from tests.vectors import vector

PLAIN, CAPS = (vector("average-kissing-polynomial", f"polynomial-n3-d6{name}") for name in ("", "-caps"))


def test_the_claims_are_those_of_the_theorem() -> None:
    for path in (PLAIN, CAPS):
        assert check(path.read_bytes(), expect="average-kissing(3) <= 25").verified
        assert check(path.read_bytes(), expect="average-kissing(4) <= 40").path == "parameters"
        assert check(path.read_bytes(), expect="average-kissing(3) <= 12").path == "bound"


REJECTIONS = [
    ("a bound below t_0", PLAIN, ("bound",), "c/1", "bound"),
    ("another dimension", PLAIN, ("parameters", "n"), 4, "witness"),
    ("smaller neighbours", PLAIN, ("parameters", "first"), "3/a", "witness"),
    ("the other coordinate", CAPS, ("parameters", "power"), 1, None),
    ("a negative f", CAPS, ("witness", "f", 0), "-1/1", "witness"),
    ("a smaller f", CAPS, ("witness", "f", 2), "-1/4", "witness"),
    ("no kernel", PLAIN, ("witness", "F", 1), zero(3), "witness"),
    ("a large kernel", PLAIN, ("witness", "F", 3, "exponents", 0), -3, "witness"),
    ("no squares", PLAIN, ("witness", "Q", "trv", 4), None, "witness"),
    ("a smaller shift", PLAIN, ("witness", "Q", "trv", 0, "shift"), 60, "witness.Q.trv[0].correction"),
]


@pytest.mark.parametrize(("name", "path", "place", "new", "where"), REJECTIONS, ids=[item[0] for item in REJECTIONS])
def test_rejected(name: str, path: Path, place: tuple[str | int, ...], new: object, where: str | None) -> None:
    changed = tree(path)
    if name == "no squares":
        new = zero(len(get(changed, place)["exponents"]))
    put(changed, place, new)
    report, opinion = check(serialise(changed)), audit(serialise(changed))
    assert report.verdict is Verdict.REJECTED
    assert where is None or report.path == where
    assert opinion.verdict is Verdict.REJECTED


MALFORMED = [
    ("dimension 2", ("parameters", "n"), 2),
    ("an odd degree", ("parameters", "degree"), 5),
    ("degree 42", ("parameters", "degree"), 42),
    ("degree not that of the witness", ("parameters", "degree"), 4),
    ("an odd order", ("parameters", "order"), 3),
    ("order not that of the witness", ("parameters", "order"), 4),
    ("power 3", ("parameters", "power"), 3),
    ("size 0", ("parameters", "first"), "0/1"),
    ("size 1/2", ("parameters", "first"), "1/2"),
    ("f without coefficients", ("witness", "f"), []),
    ("f zero", ("witness", "f"), ["0/1", "0/1", "0/1"]),
    ("squares missing", ("witness", "Q", "alt"), []),
]


@pytest.mark.parametrize(("name", "place", "new"), MALFORMED, ids=[item[0] for item in MALFORMED])
def test_malformed(name: str, place: tuple[str | int, ...], new: object) -> None:
    changed = tree(PLAIN)
    put(changed, place, new)
    assert check(serialise(changed)).verdict is Verdict.MALFORMED
    assert audit(serialise(changed)).verdict is Verdict.MALFORMED


def test_work_is_bounded_before_it_is_done() -> None:
    report = check(PLAIN.read_bytes(), limits=Limits(work=10_000))
    assert report.verdict is Verdict.MALFORMED
    assert "steps" in report.reason


def require_honest(changed: object) -> None:
    report, opinion = check(serialise(changed)), audit(serialise(changed))
    assert report.verdict is opinion.verdict
    if report.verified:
        assert report.claim == opinion.claim
        assert report.claim is not None
        assert report.claim.bound >= Fraction(666, 53)


@settings(max_examples=40)
@given(st.data(), st.sampled_from([PLAIN, CAPS]))
def test_any_integer_replaced(data: st.DataObject, path: Path) -> None:
    changed = tree(path)
    replace_integer(data, changed, data.draw(st.sampled_from(numbers(changed))))
    require_honest(changed)


@settings(max_examples=40)
@given(st.data(), st.sampled_from([PLAIN, CAPS]))
def test_any_list_changed(data: st.DataObject, path: Path) -> None:
    changed = tree(path)
    items = get(changed, data.draw(st.sampled_from([place for place in lists(changed) if get(changed, place)])))
    i, j = (data.draw(st.integers(0, len(items) - 1)) for _ in range(2))
    if data.draw(st.booleans()):
        items[i], items[j] = items[j], items[i]
    else:
        items.insert(j, deepcopy(items[i]))
    require_honest(changed)


@pytest.mark.parametrize("path", [PLAIN, CAPS], ids=lambda path: path.name)
def test_the_inequalities_at_random_points(path: Path) -> None:
    """F <= 0 where neighbours can be, f F(1,x,x) <= g, and weights that add up to 2: what the identity and Bernstein's
    coefficients are for.
    """
    document, random = read_document(path.read_bytes()), Random(9)
    problem = problem_of(document)
    size, f = problem.order + 1, problem.root
    matrices = [document.matrices[f"F{k}"].matrix() for k in range(problem.degree + 1)]

    def kernel(t: fmpq, x: fmpq, y: fmpq) -> fmpq:
        total = fmpq(0)
        for k, matrix in enumerate(matrices):
            o = int(k == 0)
            form = sum((matrix[i + o, j + o] * x**i * y**j for i in range(size) for j in range(size)), fmpq(0))
            total += form * dyadic_gegenbauer(problem.n, k)(t)
        return total

    def weight(x: fmpq) -> fmpq:
        return f(x) * sum((matrices[0][i + 1, 0] * x**i for i in range(size)), fmpq(0))

    def at(x: fmpq) -> fmpq:
        return problem.sizes.first + (1 - 2 * problem.sizes.first) * ((1 + x) / 2) ** problem.sizes.power

    for _ in range(300):
        x, y = (fmpq(random.randint(-100, 100), 100) for _ in range(2))
        end = 1 - 2 * at(x) * at(y)
        t = end if random.random() < 0.5 else -1 + (end + 1) * fmpq(random.randint(0, 100), 100)
        assert kernel(t, x, y) <= 0
        assert f(x) * f(x) * kernel(fmpq(1), x, x) <= weight(x)
    for k in range(41):
        one, two, common = (c(fmpq(k, 20) - 1) for c in problem.sizes.opposite())
        assert weight(one / common) + weight(two / common) >= 2
    assert weight(fmpq(1)) >= 2
