"""Hostile bytes: every limit is enforced before the work that it limits, and nothing escapes the three verdicts."""

import json
import lzma
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.kernel import Limits, Verdict, check
from kissalg.kernel.grammar import Node, parse
from kissalg.kernel.report import Malformed
from tests.kernel.oracle import serialise
from tests.kernel.samples import MEDIUM, hexadecimal, ratio, stored

LIMITS = Limits()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def depth(tree: Any) -> int:
    """How deeply a tree is nested."""
    children = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else None
    return 0 if children is None else 1 + max(map(depth, children), default=0)


@given(JSON)
def test_canonical_json_is_read_back(tree: Any) -> None:
    text = serialise(tree)
    if depth(tree) <= 8:
        assert parse(text, LIMITS).value == parse(lzma.compress(text), LIMITS).value == tree
    else:
        with pytest.raises(Malformed, match="nested deeper"):
            parse(text, LIMITS)


@given(JSON, st.booleans(), st.booleans(), st.integers(0, 3))
def test_no_other_spelling_is_read(tree: Any, ascii_only: bool, sort: bool, indent: int) -> None:
    other = json.dumps(tree, ensure_ascii=ascii_only, sort_keys=sort, indent=indent or None).encode(
        "utf-8", "surrogatepass"
    )
    if other != serialise(tree):
        assert check(other).verdict is Verdict.MALFORMED


@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    for prefix in (b"", b"{", b'{"bound":', b"\xfd7zXZ\x00", lzma.compress(b"{}")[:-12]):
        assert check(prefix + data).verdict is Verdict.MALFORMED


@given(st.text(alphabet='"\\[]{},:0-1eE.aN \n', max_size=60))
def test_any_json_like_text_gets_a_verdict(text: str) -> None:
    assert check(text.encode()).verdict is Verdict.MALFORMED


@given(st.integers(-(1 << 80), 1 << 80))
def test_integers(value: int) -> None:
    assert Node(hexadecimal(value), "", LIMITS).integer() == value
    with pytest.raises(Malformed, match="hexadecimal"):
        Node(f"0{hexadecimal(value)}", "", LIMITS).integer()


@given(st.text(alphabet="-0123456789abcdefABF+_x /\n\u0661", max_size=6))
def test_integers_have_one_spelling(text: str) -> None:
    try:
        value = Node(text, "", LIMITS).integer()
    except Malformed:
        return
    assert hexadecimal(value) == text


@given(st.fractions())
def test_rationals(value: Fraction) -> None:
    assert Node(ratio(value), "", LIMITS).rational(999) == value
    doubled = f"{hexadecimal(2 * value.numerator)}/{hexadecimal(2 * value.denominator)}"
    with pytest.raises(Malformed, match="lowest terms"):
        Node(doubled, "", LIMITS).rational(999)


@given(st.lists(st.integers(-99, 99), min_size=1, max_size=5), st.integers(1, 6))
def test_columns(values: list[int], count: int) -> None:
    node = Node(" ".join(map(hexadecimal, values)), "p", LIMITS)
    if count == len(values):
        assert node.integers(count) == tuple(values)
    else:
        with pytest.raises(Malformed, match="spaces"):
            node.integers(count)


def test_the_limits_on_integers_are_exact_to_a_digit() -> None:
    assert Node("f" * 4096, "", LIMITS).integer() == 16**4096 - 1
    with pytest.raises(Malformed, match="at most 16384 bits"):
        Node("f" * 4098, "", LIMITS).integer()


@pytest.mark.parametrize(
    ("name", "limits", "reason"),
    [
        ("compressed", replace(LIMITS, compressed=100), "the limit is 100"),
        ("decompressed", replace(LIMITS, decompressed=2000), "more than 2000 bytes"),
        ("xz_memory", replace(LIMITS, xz_memory=1000), "damaged xz data: Memory usage limit"),
        ("tokens", replace(LIMITS, tokens=50), "more than 50"),
        ("degree", replace(LIMITS, degree=1), "in [1, 1]"),
        ("dimension", replace(LIMITS, dimension=2), "in [3, 2]"),
        ("parameter_bits", replace(LIMITS, parameter_bits=-4), "at most -4 bits"),
        ("bound_bits", replace(LIMITS, bound_bits=8), "at most 8 bits"),
        ("integer_bits", replace(LIMITS, integer_bits=8), "at most 8 bits"),
        ("matrix_bits", replace(LIMITS, matrix_bits=100), "the limit is 100"),
    ],
)
def test_every_limit_bites(name: str, limits: Limits, reason: str) -> None:
    data = lzma.compress(serialise(stored(MEDIUM)))
    assert check(data).verified
    report = check(data, limits=limits)
    assert report.verdict is Verdict.MALFORMED
    assert reason in report.reason
    assert hasattr(limits, name)


def test_a_widely_spread_factor_is_refused_before_it_is_scaled() -> None:
    tree = stored(MEDIUM)
    tree["witness"]["R"]["trv"][0]["exponents"] = [65536, -65536, 0, 0]
    assert check(serialise(tree)).verdict is Verdict.REJECTED
    report = check(serialise(tree), limits=replace(LIMITS, matrix_bits=1 << 20))
    assert report.verdict is Verdict.MALFORMED
    assert report.path == "witness.R.trv[0]"


@pytest.mark.parametrize("degree", [0, 4097])
def test_limits_keep_the_exponents_in_their_sixteen_bits(degree: int) -> None:
    with pytest.raises(ValueError, match="on the degree"):
        Limits(degree=degree)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_exhausted_machines_give_a_verdict(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("kissalg.kernel.grammar.json.loads", exhausted)
    assert check(b"{}").verdict is Verdict.MALFORMED


def test_paths_name_the_field() -> None:
    tree = stored(MEDIUM)
    tree["witness"]["F"][2]["columns"][0] = "G"
    report = check(serialise(tree))
    assert report.path == "witness.F[2].columns[0]"
    assert "'G'" in report.reason
