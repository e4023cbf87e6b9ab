"""No change of one field or of one byte of a certificate ever gives VERIFIED for a claim that it does not prove.

A changed file may still be a proof: a raised bound, another provenance, a column multiplied by -1. The oracle, which
shares nothing with the kernel, decides those cases.
"""

import lzma
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.kernel import Report, Verdict, check
from tests.kernel import oracle
from tests.kernel.samples import MEDIUM, SMALL, get, hexadecimal, leaves, lists, put, stored
from tests.vectors import vector

NAMES = [SMALL, MEDIUM]
TREES = {name: stored(name) for name in NAMES}
ORIGINAL = {name: check(vector("three-point", name).read_bytes()) for name in NAMES}
INTEGERS = st.integers(-(1 << 40), 1 << 40) | st.integers(-2, 2)


def require_honest(name: str, report: Report, tree: Any) -> None:
    """If a changed file is VERIFIED, then it still proves its claim, which is the original one or a weaker one."""
    if report.verified:
        original = ORIGINAL[name]
        assert report.claim is not None
        assert original.claim is not None
        assert report.claim.quantity == original.claim.quantity
        assert report.claim.bound >= original.claim.bound
        assert oracle.violations(tree) == 0
    elif report.verdict is Verdict.REJECTED and report.reason.startswith(("identity", "the witness proves", "a_")):
        assert oracle.violations(tree) > 0


def integers_in(tree: Any, path: tuple[str | int, ...]) -> int:
    """How many integers a leaf holds."""
    leaf = get(tree, path)
    return leaf.count(" ") + leaf.count("/") + 1 if isinstance(leaf, str) else 1


def with_integer(leaf: str, index: int, value: int) -> str:
    """The leaf with one of its integers replaced."""
    separator = "/" if "/" in leaf else " "
    tokens = leaf.split(separator)
    tokens[index] = hexadecimal(value)
    return separator.join(tokens)


def integer_at(leaf: str, index: int) -> int:
    """One of the integers of a leaf."""
    return int(leaf.replace("/", " ").split(" ")[index], 16)


def numeric_leaves(tree: Any) -> list[tuple[str | int, ...]]:
    """Every leaf that holds integers in hexadecimal."""
    fixed = ("provenance", "theorem")
    return [path for path in leaves(tree) if path[0] not in fixed and isinstance(get(tree, path), str)]


@pytest.mark.parametrize("name", NAMES)
def test_every_single_integer_off_by_one(name: str) -> None:
    """All of them, not a sample; where the kernel accepts the change, so does the oracle."""
    tree = TREES[name]
    accepted = 0
    for path in numeric_leaves(tree):
        for index in range(integers_in(tree, path)):
            leaf = get(tree, path)
            value = integer_at(leaf, index)
            for other in (value + 1, -value):
                changed = deepcopy(tree)
                put(changed, path, with_integer(leaf, index, other))
                report = check(oracle.serialise(changed))
                accepted += report.verified
                if report.verified:
                    require_honest(name, report, changed)
                if other == value + 1 and path[0] == "witness":
                    assert not report.verified, path
    assert accepted <= 60  # the last columns of the factors times -1, zeros times -1, and the bound


@given(st.data(), st.sampled_from(NAMES))
def test_any_integer_replaced(data: st.DataObject, name: str) -> None:
    changed = deepcopy(TREES[name])
    path = data.draw(st.sampled_from(numeric_leaves(changed)))
    leaf = get(changed, path)
    index = data.draw(st.integers(0, integers_in(changed, path) - 1))
    value = integer_at(leaf, index)
    bit = 1 << data.draw(st.integers(0, max(1, value.bit_length())))
    other = data.draw(st.sampled_from([value ^ bit, -value, value - 1, 0, value * 2, value << 64]) | INTEGERS)
    put(changed, path, with_integer(leaf, index, other))
    require_honest(name, check(oracle.serialise(changed)), changed)


@given(st.data(), st.sampled_from(NAMES))
def test_any_leaf_replaced(data: st.DataObject, name: str) -> None:
    changed = deepcopy(TREES[name])
    path = data.draw(st.sampled_from(list(leaves(changed))))
    put(
        changed,
        path,
        data.draw(st.none() | st.booleans() | st.integers(-99, 99) | st.just("1/2") | st.just("1") | st.just([])),
    )
    require_honest(name, check(oracle.serialise(changed)), changed)


@given(st.data(), st.sampled_from(NAMES))
def test_any_list_changed(data: st.DataObject, name: str) -> None:
    """An item deleted, repeated, or exchanged with another one."""
    changed = deepcopy(TREES[name])
    items = get(changed, data.draw(st.sampled_from(list(lists(changed)))))
    i, j = (data.draw(st.integers(0, len(items) - 1)) for _ in range(2))
    kind = data.draw(st.sampled_from(["delete", "repeat", "exchange"]))
    if kind == "delete":
        del items[i]
    elif kind == "repeat":
        items.insert(j, items[i])
    else:
        items[i], items[j] = items[j], items[i]
    require_honest(name, check(oracle.serialise(changed)), changed)


@given(st.data(), st.sampled_from(NAMES))
def test_any_subtree_replaced_by_another(data: st.DataObject, name: str) -> None:
    changed = deepcopy(TREES[name])
    everything = sorted({path[:cut] for path in leaves(changed) for cut in range(1, len(path) + 1)}, key=str)
    target, origin = (data.draw(st.sampled_from(everything)) for _ in range(2))
    put(changed, target, deepcopy(get(changed, origin)))
    require_honest(name, check(oracle.serialise(changed)), changed)


@given(st.data(), st.sampled_from(NAMES), st.booleans())
def test_any_byte_changed(data: st.DataObject, name: str, compressed: bool) -> None:
    """Replaced, deleted, inserted, or everything after it cut off."""
    plain = oracle.serialise(TREES[name])
    content = bytearray(lzma.compress(plain) if compressed else plain)
    position = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255) if compressed else st.sampled_from(b'0123456789abcdef-/ ,"[]{}n:\n\x00\xff'))
    kind = data.draw(st.sampled_from(["replace", "delete", "insert", "cut"]))
    if kind == "replace":
        content[position] = byte
    elif kind == "delete":
        del content[position]
    elif kind == "insert":
        content.insert(position, byte)
    else:
        del content[position:]
    report = check(bytes(content))
    if report.verified:
        require_honest(name, report, oracle.tree_of(bytes(content)))


REAL = stored("three-point-n4-d4")
REAL_VALUES = oracle.values_of(REAL)
REAL_OBJECTIVE = 1 + oracle.apply(oracle.objective_at(oracle.problem_of(REAL)), REAL_VALUES)


@given(st.data())
def test_any_integer_of_a_certificate_from_the_solver(data: st.DataObject) -> None:
    """If the change is VERIFIED, then every matrix is the same as before, and the bound is still not below the
    objective.
    """
    changed = deepcopy(REAL)
    path = data.draw(st.sampled_from(numeric_leaves(changed)))
    leaf = get(changed, path)
    index = data.draw(st.integers(0, integers_in(changed, path) - 1))
    value = integer_at(leaf, index)
    put(changed, path, with_integer(leaf, index, data.draw(st.sampled_from([value + 1, value - 1, -value]) | INTEGERS)))
    report = check(oracle.serialise(changed))
    if report.verified:
        assert oracle.problem_of(changed) == oracle.problem_of(REAL)
        assert oracle.values_of(changed) == REAL_VALUES
        assert report.bound is not None
        assert report.bound >= REAL_OBJECTIVE
