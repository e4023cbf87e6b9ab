"""The theorems average-kissing and average-kissing-radii: verdicts, tampering, and the inequalities tested on packings.

The second opinion, which shares nothing with the kernel, is the oracle.
"""

import json
from copy import deepcopy
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from kissalg.audit import audit, read_document
from kissalg.exact.rational import fraction
from kissalg.families.balls.local import dyadic_gegenbauer
from kissalg.families.balls.mesh import Mesh
from kissalg.kernel import Limits, Verdict, check, parse_expectation
from kissalg.kernel.common.orthogonal import dyadic_gegenbauer as kernel_gegenbauer
from kissalg.kernel.report import Claim, Rejected
from kissalg.kernel.theorems.average_kissing import Piece, require_cover
from tests.kernel.oracle import tree_of
from tests.kernel.samples import get, leaves, lists, put, replace_integer
from tests.vectors import vector

LINEAR, STEP, EIGHT = (vector("average-kissing", name) for name in ("linear-n3-d6", "step-n3-d5", "linear-n8-d8"))
RADII, ONE = (vector("average-kissing-radii", name) for name in ("radii-n3-d6", "radii-n4-d9"))


def serialise(tree: Any) -> bytes:
    return json.dumps(tree, sort_keys=True, separators=(",", ":")).encode()


def tree(path: Path) -> Any:
    return tree_of(path.read_bytes())


def test_the_claims_are_those_of_the_theorems() -> None:
    assert str(check(STEP.read_bytes(), expect="average-kissing(3) <= 18.2")).startswith("VERIFIED  average-kissing(3)")
    assert check(RADII.read_bytes(), expect="average-kissing( 3; 1.0, 2 ) <= 13.4").verified
    for expect in ("average-kissing(3; 1, 3) <= 13.4", "average-kissing(3) <= 13.4", "A(3,1/2) <= 13.4"):
        assert check(RADII.read_bytes(), expect=expect).path == "parameters"
    assert check(STEP.read_bytes(), expect="average-kissing(3) <= 12").path == "bound"


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("average-kissing(3) <= 14", "average-kissing(3)"),
        (" average-kissing ( 3 ; 2/4 , 1.50 ) <= 14 ", "average-kissing(3;1/2,3/2)"),
    ],
)
def test_expectations(text: str, quantity: str) -> None:
    assert parse_expectation(text) == Claim(quantity, Fraction(14))


@pytest.mark.parametrize(
    "text",
    ["average-kissing() <= 14", "average-kissing(3,1) <= 14", "average-kissing(3;) <= 14", "average-kissing(3;1,) <= 14",
     "average-kissing(-3) <= 14", "average-kissing(3;1/0) <= 14", "average-kissing(3) <= 14;"],
)  # fmt: skip
def test_what_is_not_an_expectation(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a claim|denominator is zero"):
        parse_expectation(text)


def zero(size: int) -> dict[str, Any]:
    columns = [" ".join("0" * (size - j)) for j in range(size)]
    return {"columns": columns, "correction": None, "exponents": [0] * size, "shift": None}


REJECTIONS: list[tuple[str, Path, tuple[str | int, ...], Any, str]] = [
    ("a bound below t", STEP, ("bound",), "11/1", "bound"),
    ("a lower bound below t", LINEAR, ("bound",), "c/1", "bound"),
    ("a smaller first size", STEP, ("parameters", "nodes", 0), "1/3", "witness"),
    ("a larger last size", STEP, ("parameters", "nodes", 2), "a/b", "witness.F[0]"),
    ("slopes of zero", LINEAR, ("witness", "slopes", "values"), None, "witness"),
    ("no kernels", LINEAR, ("witness", "F", 1), zero(4), "witness"),
    ("a large kernel", STEP, ("witness", "F", 3, "exponents", 0), -3, "witness"),
    ("constant instead of linear pieces", LINEAR, ("parameters", "pieces"), None, "witness.F[0]"),
    ("another dimension", STEP, ("parameters", "n"), 8, "witness"),
    ("other radii", RADII, ("parameters", "radii", 1), "5/1", "witness.centres[1]"),
    ("weights of zero", RADII, ("witness", "centres", 1, "F", 0, "columns", 0), None, "witness.centres[1]"),
]


@pytest.mark.parametrize(("name", "path", "place", "new", "where"), REJECTIONS, ids=[item[0] for item in REJECTIONS])
def test_rejected(name: str, path: Path, place: tuple[str | int, ...], new: Any, where: str) -> None:
    changed = tree(path)
    if name == "slopes of zero":
        new = ["0"] * len(get(changed, place))
    if name == "constant instead of linear pieces":
        new = "c" * 4
        put(changed, ("witness", "slopes", "values"), [])
    if name == "weights of zero":
        first = get(changed, place).split(" ")
        new = " ".join([first[0], *("0" for _ in first[1:])])
    put(changed, place, new)
    report, opinion = check(serialise(changed)), audit(serialise(changed))
    assert report.verdict is Verdict.REJECTED
    assert report.path == where
    assert opinion.verdict is Verdict.REJECTED


SHIFTED = {**zero(3), "shift": 3, "correction": {"denominator": "1", "entries": []}}
MALFORMED: list[tuple[str, Path, tuple[str | int, ...], Any]] = [
    ("dimension 2", STEP, ("parameters", "n"), 2),
    ("degree 41", STEP, ("parameters", "degree"), 41),
    ("degree not that of the witness", STEP, ("parameters", "degree"), 4),
    ("size 0", STEP, ("parameters", "nodes", 0), "0/1"),
    ("size 1", STEP, ("parameters", "nodes", 2), "1/1"),
    ("sizes that decrease", STEP, ("parameters", "nodes", 0), "2/3"),
    ("no sizes", STEP, ("parameters", "nodes"), []),
    ("a linear piece at the end", STEP, ("parameters", "pieces"), "ccl"),
    ("an unknown piece", STEP, ("parameters", "pieces"), "cxc"),
    ("a linear piece of length zero", LINEAR, ("parameters", "pieces"), "lllc"),
    ("too few pieces", STEP, ("parameters", "pieces"), "cc"),
    ("a slope too many", STEP, ("witness", "slopes", "values"), ["1"]),
    ("a negative slope", LINEAR, ("witness", "slopes", "values", 0), "-1"),
    ("a negative exponent", LINEAR, ("witness", "slopes", "exponent"), -1),
    ("a shift and a correction", STEP, ("witness", "F", 1), SHIFTED),
    ("radius 0", RADII, ("parameters", "radii", 0), "0/1"),
    ("equal radii", RADII, ("parameters", "radii", 0), "2/1"),
    ("a radius without a centre", RADII, ("parameters", "radii"), ["1/1", "2/1", "3/1"]),
    ("too many sizes", STEP, ("parameters", "nodes"), [f"{k:x}/{1000:x}" for k in range(1, 131)]),
]


@pytest.mark.parametrize(("name", "path", "place", "new"), MALFORMED, ids=[item[0] for item in MALFORMED])
def test_malformed(name: str, path: Path, place: tuple[str | int, ...], new: Any) -> None:
    changed = tree(path)
    put(changed, place, new)
    assert check(serialise(changed)).verdict is Verdict.MALFORMED
    assert audit(serialise(changed)).verdict is Verdict.MALFORMED


def test_work_is_bounded_before_it_is_done() -> None:
    report = check(LINEAR.read_bytes(), limits=Limits(work=1000))
    assert report.verdict is Verdict.MALFORMED
    assert "steps" in report.reason


def numbers(data: Any) -> list[tuple[str | int, ...]]:
    return [
        p for p in leaves(data) if p[0] in ("witness", "parameters", "bound") and isinstance(get(data, p), str | int)
    ]


def require_honest(path: Path, changed: Any) -> None:
    """A changed file may still be a proof; then the second opinion says so too, and the claim is no better than t."""
    report, opinion = check(serialise(changed)), audit(serialise(changed))
    if report.verified:
        assert opinion.verified
        assert report.claim == opinion.claim
        original = check(path.read_bytes()).claim
        assert original is not None
        assert report.claim is not None
        best = {STEP: 12, LINEAR: 12, EIGHT: 240, RADII: 12, ONE: 24}[path]
        assert report.claim.bound >= best


@given(st.data(), st.sampled_from([LINEAR, STEP, RADII]))
def test_any_integer_replaced(data: st.DataObject, path: Path) -> None:
    changed = tree(path)
    place = data.draw(st.sampled_from(numbers(changed)))
    leaf = get(changed, place)
    if place[-1] == "pieces":
        put(changed, place, "".join(data.draw(st.lists(st.sampled_from("lc"), min_size=len(leaf), max_size=len(leaf)))))
    else:
        replace_integer(data, changed, place)
    require_honest(path, changed)


@given(st.data(), st.sampled_from([LINEAR, STEP, RADII]))
def test_any_list_changed(data: st.DataObject, path: Path) -> None:
    changed = tree(path)
    items = get(changed, data.draw(st.sampled_from([place for place in lists(changed) if get(changed, place)])))
    i, j = (data.draw(st.integers(0, len(items) - 1)) for _ in range(2))
    if data.draw(st.booleans()):
        items[i], items[j] = items[j], items[i]
    else:
        items.insert(j, deepcopy(items[i]))
    require_honest(path, changed)


@pytest.mark.parametrize("n", [3, 4, 5, 8, 11, 24])
def test_the_two_gegenbauer_polynomials(n: int) -> None:
    for k, row in enumerate(kernel_gegenbauer(n, 12)):
        assert row == [fraction(c) for c in dyadic_gegenbauer(n, k).coeffs()] + [0] * (
            k - dyadic_gegenbauer(n, k).degree()
        )
        assert Fraction(1, 2) < sum(row) <= 1
        assert all(c.denominator & (c.denominator - 1) == 0 for c in row)


PIECES = st.lists(
    st.tuples(st.integers(1, 15), st.fractions(0, 3, max_denominator=4), st.fractions(0, 3, max_denominator=4)),
    min_size=1, max_size=5, unique_by=lambda item: item[0],
)  # fmt: skip


@given(PIECES)
def test_the_condition_on_the_weights_is_checked_everywhere(items: list[tuple[int, Fraction, Fraction]]) -> None:
    """Against the weights at many sizes, ends of pieces included."""
    items.sort()
    ends = [Fraction(0), *(Fraction(i, 16) for i, _, _ in items), Fraction(1)]
    values = [(Fraction(0), Fraction(0)), *((2 - a / 4, 2 - b / 4) for _, a, b in items)]
    pieces = [Piece(low, high, *value) for low, high, value in zip(ends, ends[1:], values, strict=False)]

    def weight(a: Fraction) -> Fraction:
        return next(piece.at(a) for piece in pieces if piece.low <= a < piece.high)

    sizes = [Fraction(i, 4096) for i in range(1, 4096)]
    least = min(weight(a) + weight(1 - a) for a in sizes)
    try:
        require_cover(pieces)
    except Rejected:
        assert least < 2 + Fraction(1, 100)  # a limit at the end of a piece may not be reached
    else:
        assert least >= 2


def test_the_weights_of_a_mesh_are_those_of_the_kernel() -> None:
    mesh = Mesh((fmpq(1, 4), fmpq(3, 8), fmpq(1, 2), fmpq(5, 8), fmpq(3, 4), fmpq(3, 4)), "lclccc")
    random = Random(4)
    for _ in range(200):
        w = [Fraction(random.randint(0, 12), 4) for _ in mesh.nodes]
        ends = [fraction(node) for node in mesh.nodes] + [Fraction(1)]
        pieces = [Piece(Fraction(0), ends[0], Fraction(0), Fraction(0))]
        pieces += [
            Piece(ends[p], ends[p + 1], w[p], w[p + (letter == "l")])
            for p, letter in enumerate(mesh.pieces)
            if ends[p] < ends[p + 1]
        ]
        sums = [sum(fraction(c) * w[p] for p, c in total.items()) for total in mesh.weights()]
        try:
            require_cover(pieces)
        except Rejected:
            assert min(sums) < 2
        else:
            assert min(sums) >= 2


class Local:
    """The functions ω and F of a certificate, at any sizes."""

    def __init__(self, path: Path) -> None:
        document = read_document(path.read_bytes())
        self.mesh, self.n = document.parameters.mesh, document.parameters.n
        self.matrices = [document.matrices[f"F{k}"].matrix() for k in range(document.parameters.degree + 1)]

    def hats(self, a: fmpq) -> list[tuple[int, fmpq]]:
        """φ(a), zero below the first node."""
        nodes = self.mesh.nodes
        if a < nodes[0]:
            return []
        p = max(i for i, node in enumerate(nodes) if node <= a)
        if self.mesh.pieces[p] == "c":
            return [(p, fmpq(1))]
        part = (a - nodes[p]) / (nodes[p + 1] - nodes[p])
        return [(p, 1 - part), (p + 1, part)]

    def weight(self, a: fmpq) -> fmpq:
        return sum((c * self.matrices[0][p + 1, 0] for p, c in self.hats(a)), fmpq(0))

    def value(self, u: fmpq, a: fmpq, b: fmpq) -> fmpq:
        total = fmpq(0)
        for (p, c), (q, e) in product(self.hats(a), self.hats(b)):
            entries = [self.matrices[0][p + 1, q + 1], *(m[p, q] for m in self.matrices[1:])]
            total += c * e * sum((x * dyadic_gegenbauer(self.n, k)(u) for k, x in enumerate(entries)), fmpq(0))
        return total


@pytest.mark.parametrize("path", [LINEAR, STEP, EIGHT], ids=lambda path: path.name)
def test_the_function_is_negative_where_neighbours_can_be(path: Path) -> None:
    """The statement that (ii) and (iii) are for, at random sizes and inner products, those on the boundary included."""
    local, random = Local(path), Random(8)
    for _ in range(1500):
        a, b = (fmpq(random.randint(1, 999), 1000) for _ in range(2))
        end = 1 - 2 * a * b
        u = end if random.random() < 0.5 else -1 + (end + 1) * fmpq(random.randint(0, 1000), 1000)
        assert local.value(u, a, b) <= 0
        assert local.value(fmpq(1), a, a) <= local.weight(a)
        assert local.weight(a) + local.weight(1 - a) >= 2


def test_the_neighbours_in_the_root_lattice_e8() -> None:
    """240 balls of equal size: the sum of F over all pairs lies between the squared weight over t and the weight."""
    local = Local(EIGHT)
    half, total = fmpq(1, 2), fmpq(0)
    # from one root of E8: the inner products 1, 1/2, 0, -1/2, -1 occur 1, 56, 126, 56, 1 times
    for u, count in ((fmpq(1), 1), (half, 56), (fmpq(0), 126), (-half, 56), (fmpq(-1), 1)):
        total += 240 * count * local.value(u, half, half)
    weight = 240 * local.weight(half)
    t = local.matrices[0][0, 0]
    assert weight * weight / t <= total <= weight <= t


def test_mixed_neighbours_in_three_dimensions() -> None:
    """Greedy random packings of balls of several sizes around one: no sum of weights exceeds t."""
    local, random = Local(LINEAR), Random(3)
    t = local.matrices[0][0, 0]
    sizes = [fmpq(k, 20) for k in (8, 9, 10, 11, 12)]
    largest = fmpq(0)
    for _ in range(30):
        chosen: list[tuple[tuple[fmpq, fmpq, fmpq], fmpq]] = []
        for _ in range(60):
            # a rational point of the sphere, by stereographic projection
            x, y = (fmpq(random.randint(-3000, 3000), 1000) for _ in range(2))
            s = x * x + y * y + 1
            point, a = (2 * x / s, 2 * y / s, (s - 2) / s), random.choice(sizes)
            if all(sum(p * q for p, q in zip(point, other, strict=True)) <= 1 - 2 * a * b for other, b in chosen):
                chosen.append((point, a))
        weight = sum((local.weight(a) for _, a in chosen), fmpq(0))
        pairs = sum(
            (
                local.value(sum((p * q for p, q in zip(x, y, strict=True)), fmpq(0)), a, b)
                for (x, a), (y, b) in combinations(chosen, 2)
            ),
            fmpq(0),
        )
        diagonal = sum((local.value(fmpq(1), a, a) for _, a in chosen), fmpq(0))
        assert weight * weight <= t * (2 * pairs + diagonal)
        assert diagonal <= weight <= t
        largest = max(largest, weight)
    assert largest > 6, "the packings are no test"


def test_known_configurations_do_not_contradict_the_certificates() -> None:
    """666/53 in R³ (Kuperberg and Schramm), and equal balls that all have as many neighbours as a ball can have in R³,
    R⁴ and R⁸.
    """
    for path, least in ((LINEAR, Fraction(666, 53)), (STEP, Fraction(666, 53)), (EIGHT, 240), (ONE, 24), (RADII, 12)):
        bound = check(path.read_bytes()).bound
        assert bound is not None
        assert bound >= least
