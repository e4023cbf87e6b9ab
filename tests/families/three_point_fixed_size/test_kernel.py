"""The theorem `three-point-fixed-size`: three ways to the same polynomial, the sums of its proof on real codes, and
files that must fail.
"""

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from itertools import permutations, product
from random import Random
from typing import Any

import pytest
from flint import fmpq, fmpq_mat

from kissalg.algebra.invariant_ring import from_power_means
from kissalg.algebra.three_point_kernels import inner_kernel_value
from kissalg.audit import audit, read_document
from kissalg.families.common.identities import values_of
from kissalg.families.three_point.model import ShiftedVariable
from kissalg.families.three_point_fixed_size.model import fixed_size
from kissalg.kernel import Verdict, check
from kissalg.kernel.check import read_certificate
from kissalg.kernel.grammar import Limits, parse
from kissalg.kernel.theorems.three_point_fixed_size import FixedSize, orbit_basis
from kissalg.published.fixed_size_witness import FixedSizeWitness, multiplier
from tests.kernel.oracle import serialise, tree_of, weights
from tests.kernel.samples import hexadecimal, random_psd, ratio
from tests.kernel.test_against_algebra import coefficients
from tests.vectors import vector

STORED = vector("three-point-fixed-size", "fixed-size-n4-cos-1_6-N11-d4").read_bytes()
TREE = tree_of(STORED)
CASES = [
    (3, Fraction(1, 2), 13, 2, 2),
    (4, Fraction(1, 6), 5, 1, 3),
    (5, Fraction(-1, 3), 4, 2, 3),
    (8, Fraction(0), 17, 3, 3),
]


def random_tree(random: Random, n: int, cos: Fraction, size: int, degree: int, squares: int) -> Any:
    """A well-formed certificate with random matrices."""

    def psd(rows: int) -> dict[str, Any]:
        return random_psd(random, rows, corrected=random.random() < 0.5)

    sizes = {
        kind: [len(f(squares - loss)) for loss in (0, 2)]
        for kind, f in {
            "trv": weights,
            "alt": lambda d: weights(d - 3),
            "std": lambda d: [*weights(d - 1), *weights(d - 2)],
        }.items()
    }
    witness = {
        "F": [psd(degree + 1 - k) for k in range(degree + 1)],
        "G": {
            kind: [psd(len(orbit_basis(squares - loss))) for _ in range(3)] for kind, loss in (("anti", 2), ("sym", 1))
        },
        "R": {kind: [psd(rows) for rows in sizes[kind]] for kind in sizes},
        "e": {"exponent": 3, "value": hexadecimal(random.randint(1, 99))},
    }
    return {
        "bound": f"{hexadecimal(size - 1)}/1",
        "format": 1,
        "parameters": {"cos": ratio(cos), "degree": degree, "n": n, "size": size, "squares": squares},
        "provenance": {},
        "theorem": "three-point-fixed-size",
        "witness": witness,
    }


def kernel_certificate(tree: Any) -> FixedSize:
    certificate = read_certificate(parse(serialise(tree), Limits()))
    assert isinstance(certificate, FixedSize)
    return certificate


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_kernel_and_the_model_have_the_same_residual(case: tuple[int, Fraction, int, int, int]) -> None:
    tree = random_tree(Random(repr(case)), *case)
    document = read_document(serialise(tree))
    p = document.parameters
    model = fixed_size(p.n, p.cos, p.size, p.degree, p.squares)
    theirs = model.residual("fixed-size", values_of(document, model, {"e": document.witness["e"].numbers()}))
    assert kernel_certificate(tree).residual().coefficients() == coefficients(theirs)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_inequality_is_the_one_of_the_definition(case: tuple[int, Fraction, int, int, int]) -> None:
    """The F part of the model against its definition in Q[u, v, t] with monomial bases, and against plain evaluation at
    points.
    """
    n, cos, size, degree, squares = case
    random = Random(repr(case))
    c = fmpq(cos.numerator, cos.denominator)
    kernels = []
    for k in range(degree + 1):
        half = fmpq_mat(degree + 1 - k, degree + 1 - k, [random.randint(-4, 4) for _ in range((degree + 1 - k) ** 2)])
        kernels.append(half * half.transpose())
    witness = FixedSizeWitness(size, degree, c, fmpq(1), tuple(kernels), None, n, True)
    model = fixed_size(n, cos, size, degree, squares)
    shifted = witness.shifted_kernels()
    zero = {v.name: fmpq_mat(v.order, v.order) for v in model.variables if v.name != "e"}
    element = model.residual("fixed-size", {**zero, **shifted, "e": [fmpq(0)]})
    shift = ShiftedVariable(c)
    for _ in range(6):
        u, v, t = (fmpq(random.randint(-30, 30), 30) for _ in range(3))
        expected = witness.inequality()(u, v, t)
        assert from_power_means(element)(*(shift.shifted_at(w) for w in (u, v, t))) == expected
        one = fmpq(1)
        assert expected == (
            (size - 2) * _average(n, kernels, u, v, t)
            + sum((_average(n, kernels, w, w, one) for w in (u, v, t)), fmpq(0))
            + _average(n, kernels, one, one, one) / (size - 1)
        )


def _average(n: int, kernels: list[fmpq_mat], *triple: fmpq) -> fmpq:
    """s(u, v, t), from the definition."""
    total = fmpq(0)
    for a, b, c in permutations(triple):
        for k, kernel in enumerate(kernels):
            rows = range(kernel.nrows())
            form = sum((kernel[i, j] * a**i * b**j for i in rows for j in rows), fmpq(0))
            total += inner_kernel_value(n, k, a, b, c) * form
    return total / 6


ROOTS = [
    tuple(sign * (i in (a, b)) if i == a else other * (i == b) for i in range(4))
    for a in range(4)
    for b in range(a)
    for sign, other in product((1, -1), repeat=2)
]  # D4: 24 vectors of norm 2
CROSS = [tuple(sign * (i == a) for i in range(3)) for a in range(3) for sign in (1, -1)]


@pytest.mark.parametrize(("code", "n", "norm"), [(ROOTS[:9], 4, 2), (CROSS, 3, 1)], ids=["D4", "octahedron"])
def test_the_sums_of_the_proof_on_real_codes(code: list[tuple[int, ...]], n: int, norm: int) -> None:
    """Step 3: the sum of E over triples of distinct points is (N-2) times the sum of h over all triples, which is >=
    0.
    """
    random = Random(n)
    size, degree = len(code), 2
    kernels = []
    for k in range(degree + 1):
        half = fmpq_mat(degree + 1 - k, 1, [random.randint(-3, 3) for _ in range(degree + 1 - k)])
        kernels.append(half * half.transpose())

    def h(*points: tuple[int, ...]) -> fmpq:
        x, y, z = points
        products = [fmpq(sum(a * b for a, b in zip(p, q, strict=True)), norm) for p, q in ((x, z), (y, z), (x, y))]
        return _average(n, kernels, *products)

    everything = sum((h(*triple) for triple in product(code, repeat=3)), fmpq(0))
    witness = FixedSizeWitness(size, degree, fmpq(1, 2), fmpq(1), tuple(kernels), None, n, True)
    inequality = witness.inequality()
    distinct = fmpq(0)
    for x, y, z in permutations(code, 3):
        u, v, t = (fmpq(sum(a * b for a, b in zip(p, q, strict=True)), norm) for p, q in ((x, z), (y, z), (x, y)))
        distinct += inequality(u, v, t)
    assert everything >= 0
    assert distinct == (size - 2) * everything


def test_multipliers_are_nonnegative_on_codes() -> None:
    for g in ("1", "1+u", "1/2-v", "(1+t)(1/2-t)", "detG"):
        polynomial = multiplier(g, fmpq(1, 2))
        for x, y, z in permutations(ROOTS[:10], 3):
            u, v, t = (fmpq(sum(a * b for a, b in zip(p, q, strict=True)), 2) for p, q in ((x, z), (y, z), (x, y)))
            assert polynomial(u, v, t) >= 0


def edited(change: Callable[[Any], None]) -> bytes:
    tree = deepcopy(TREE)
    change(tree)
    return serialise(tree)


def bump(text: str) -> str:
    first, *rest = text.split(" ")
    return " ".join([hexadecimal(int(first, 16) + 1), *rest])


REJECTED: dict[str, Callable[[Any], None]] = {
    "a bound below N - 1": lambda t: t.update(bound="9/1"),
    "e = 0": lambda t: t["witness"]["e"].update(value="0"),
    "e < 0": lambda t: t["witness"]["e"].update(value="-1"),
    "a larger e": lambda t: t["witness"]["e"].update(value="2"),
    "a smaller code": lambda t: t["parameters"].update(size=10),
    "a larger code": lambda t: t["parameters"].update(size=12),
    "another cosine": lambda t: t["parameters"].update(cos="1/5"),
    "another dimension": lambda t: t["parameters"].update(n=5),
    "a changed F": lambda t: t["witness"]["F"][1]["columns"].__setitem__(0, bump(t["witness"]["F"][1]["columns"][0])),
    "a changed G": lambda t: t["witness"]["G"]["anti"][2]["columns"].__setitem__(
        0, bump(t["witness"]["G"]["anti"][2]["columns"][0])
    ),
    "a changed R": lambda t: t["witness"]["R"]["std"][1]["columns"].__setitem__(
        0, bump(t["witness"]["R"]["std"][1]["columns"][0])
    ),
    "G exchanged": lambda t: t["witness"]["G"]["sym"].reverse(),
}
MALFORMED: dict[str, Callable[[Any], None]] = {
    "no e": lambda t: t["witness"].pop("e"),
    "a size below 3": lambda t: t["parameters"].update(size=2),
    "a gigantic size": lambda t: t["parameters"].update(size=10**9 - 1),
    "squares below the degree": lambda t: t["parameters"].update(squares=3),
    "the wrong theorem": lambda t: t.update(theorem="three-point"),
    "one G too many": lambda t: t["witness"]["G"]["sym"].append(t["witness"]["G"]["sym"][0]),
}


@pytest.mark.parametrize("name", REJECTED)
def test_rejected(name: str) -> None:
    data = edited(REJECTED[name])
    assert check(data).verdict is Verdict.REJECTED
    assert audit(data).verdict is Verdict.REJECTED


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name: str) -> None:
    data = edited(MALFORMED[name])
    assert check(data).verdict is Verdict.MALFORMED
    assert audit(data).verdict is Verdict.MALFORMED


def test_verified_and_what_it_claims() -> None:
    report = check(STORED, expect="A(4, 1/6) <= 10")
    assert report.verified
    assert report.bound == 10
    assert audit(STORED) == report
    weaker = edited(lambda t: t.update(bound="21/2"))
    assert check(weaker).verified
