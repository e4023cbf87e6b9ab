"""The audit's reader: what it reads it can write, byte for byte; everything else is refused with a path."""

import json
import lzma
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kissalg.audit import read_document
from kissalg.families.three_point.witness import FORM, ThreePointParameters
from kissalg.kernel.report import Verdict
from kissalg.witness.document import CertificateDocument
from kissalg.witness.encoding import Parts
from kissalg.witness.gram import DyadicNumbers, Gram
from kissalg.witness.parsing import MAX_TEXT, Finding


def document(numbers: tuple[int, ...] = (3, -1, 2)) -> CertificateDocument:
    """A certificate of degree 1 with the right shape and the wrong numbers."""
    a, b, c = numbers
    two = Gram(((a, b), (c,)), (5, -3), 7, 9, ((1, 0, -2), (1, 1, 5)))
    one = Gram(((b,),), (0,), None, None, ())
    values = {"B": two, "F0": two, "F1": one, "Q0": two, "Q1": one, "R0.trv": two, "R0.std": one, "R1.trv": one}
    parameters = ThreePointParameters(4, Fraction(1, 2), 1, 2)
    parts = Parts(Fraction(241, 10), parameters, {**values, "a": DyadicNumbers(3, (0, 17))})
    return FORM.write(parts, {"solver": "by hand"})


@given(st.tuples(*[st.integers(-(2**200), 2**200)] * 3))
def test_round_trip(numbers: tuple[int, ...]) -> None:
    original = document(numbers)
    text = original.encode()
    assert read_document(text.encode()) == original
    assert read_document(text.encode() + b"\n") == original
    assert read_document(lzma.compress(text.encode())) == original


@given(
    columns=st.lists(st.integers(-(2**70), 2**70), min_size=6, max_size=6),
    exponents=st.lists(st.integers(-40, 40), min_size=3, max_size=3),
    correction=st.none()
    | st.tuples(st.integers(-9, 9), st.integers(1, 50), st.lists(st.integers(-9, 9), min_size=6, max_size=6)),
)
def test_matrix_is_the_sum_in_the_format(
    columns: list[int], exponents: list[int], correction: tuple[int, int, list[int]] | None
) -> None:
    """The fast product against the defining sum, entry by entry in Fractions."""
    shift, denominator, numerators = correction or (None, None, [])
    positions = [(i, j) for i in range(3) for j in range(i + 1)]
    entries = tuple((i, j, number) for (i, j), number in zip(positions, numerators, strict=False))
    gram = Gram(
        (tuple(columns[:3]), tuple(columns[3:5]), tuple(columns[5:])), tuple(exponents), shift, denominator, entries
    )
    vectors = [[0] * j + list(column) for j, column in enumerate(gram.columns)]
    for i in range(3):
        for j in range(3):
            value = sum(Fraction(2) ** -e * v[i] * v[j] for v, e in zip(vectors, exponents, strict=True))
            if shift is not None and denominator is not None:
                value += (i == j) * Fraction(2) ** -shift
                value += sum(
                    Fraction(number, denominator) for r, s, number in entries if (r, s) == (max(i, j), min(i, j))
                )
            entry = gram.matrix()[i, j]
            assert Fraction(int(entry.p), int(entry.q)) == value


def test_coefficients() -> None:
    assert [str(value) for value in document().witness["a"].numbers()] == ["0", "17/8"]


def refused(data: bytes, reason: str) -> Finding:
    """What is found, by the beginning of its reason."""
    with pytest.raises(Finding, match=re.escape(reason)) as caught:
        read_document(data)
    assert caught.value.verdict is Verdict.MALFORMED
    assert caught.value.reason.startswith(reason)
    return caught.value


def edited(edit: Callable[[Any], object]) -> bytes:
    """The text of a certificate after a change of its tree, canonical again."""
    tree = json.loads(document().encode())
    edit(tree)
    return json.dumps(tree, sort_keys=True, separators=(",", ":")).encode()


def put(*path: Any) -> Callable[[Any], object]:
    """Replace the value at a path (the last item of the arguments)."""
    *keys, last, value = path

    def edit(tree: Any) -> None:
        for key in keys:
            tree = tree[key]
        tree[last] = value

    return edit


F0 = ("witness", "F", 0)
CANONICAL = "not the canonical text of its content: they differ at byte"
EDITS = {
    "format": (put("format", 2), "format", "expected format 1"),
    "theorem": (put("theorem", "two-point"), "theorem", "expected one of the theorems three-point, "),
    "n too small": (put("parameters", "n", 2), "parameters.n", "expected an integer from 3 to 10000"),
    "degree a truth value": (put("parameters", "degree", True), "", CANONICAL),
    "n a float": (put("parameters", "n", 4.0), "parameters.n", "expected an integer from 3 to 10000"),
    "cos out of range": (put("parameters", "cos", "1/1"), "parameters.cos", "expected -1 < cos < 1"),
    "cos not reduced": (put("parameters", "cos", "2/4"), "", CANONICAL),
    "cos decimal": (put("parameters", "cos", "0.5"), "parameters.cos", "expected a rational number p/q in hexadecimal"),
    "cos over zero": (
        put("parameters", "cos", "1/0"),
        "parameters.cos",
        "expected a rational number p/q in hexadecimal",
    ),
    "degree zero": (put("parameters", "degree", 0), "parameters.degree", "expected an integer from 1 to 40"),
    "degree huge": (put("parameters", "degree", 10**9), "parameters.degree", "expected an integer from 1 to 40"),
    "linear too large": (put("parameters", "linear", 3), "parameters.linear", "expected an integer from 0 to 2"),
    "unknown parameter": (put("parameters", "m", 1), "", CANONICAL),
    "unknown key": (put("extra", 1), "", CANONICAL),
    "bound a number": (put("bound", 24), "bound", "expected a rational number p/q in hexadecimal"),
    "provenance a number": (put("provenance", "time", 3), "provenance.time", "expected a string"),
    "too few coefficients": (put("witness", "a", "values", ["0"]), "witness.a.values", "expected a list of 2 items"),
    "upper case": (put("witness", "a", "values", ["0", "1F"]), "", CANONICAL),
    "leading zero": (put("witness", "a", "values", ["0", "01"]), "", CANONICAL),
    "minus zero": (put("witness", "a", "values", ["0", "-0"]), "", CANONICAL),
    "prefix": (put("witness", "a", "values", ["0", "0x1"]), "", CANONICAL),
    "underscore": (put("witness", "a", "values", ["0", "1_1"]), "", CANONICAL),
    "not hexadecimal": (
        put("witness", "a", "values", ["0", "g"]),
        "witness.a.values[1]",
        "expected a hexadecimal integer, found 'g'",
    ),
    "too long": (
        put("witness", "a", "values", ["0", "1" * 5000]),
        "witness.a.values[1]",
        "expected a hexadecimal integer of at most 16384 bits",
    ),
    "exponent out of range": (
        put("witness", "a", "exponent", 1 << 17),
        "witness.a.exponent",
        "expected an integer from -65536 to 65536",
    ),
    "column too short": (put(*F0, "columns", ["3", "2"]), "witness.F[0].columns[0]", "expected 2 integers, found 1"),
    "double space": (
        put(*F0, "columns", ["3  1", "2"]),
        "witness.F[0].columns[0]",
        "expected a hexadecimal integer, found ''",
    ),
    "exponents too short": (put(*F0, "exponents", [1]), "witness.F[0].exponents", "expected a list of 2 items"),
    "shift alone": (put(*F0, "correction", None), "witness.F[0]", "expected shift and correction to be given together"),
    "denominator zero": (
        put(*F0, "correction", "denominator", "0"),
        "witness.F[0].correction",
        "expected a positive denominator",
    ),
    "denominator negative": (
        put(*F0, "correction", "denominator", "-9"),
        "witness.F[0].correction",
        "expected a positive denominator",
    ),
    "common factor": (
        put(*F0, "correction", {"denominator": "4", "entries": [[0, 0, "6"]]}),
        "witness.F[0].correction",
        "expected no factor common to the denominator and all entries, found 2",
    ),
    "entry zero": (put(*F0, "correction", "entries", 0, 2, "0"), "witness.F[0].correction", "expected nonzero entries"),
    "entry above the diagonal": (
        put(*F0, "correction", "entries", 0, [0, 1, "1"]),
        "witness.F[0].correction",
        "expected entries on or below the diagonal of size 2, in strictly increasing order",
    ),
    "entries out of order": (
        put(*F0, "correction", "entries", 0, [1, 1, "1"]),
        "witness.F[0].correction",
        "expected entries on or below the diagonal of size 2, in strictly increasing order",
    ),
    "entry out of range": (
        put(*F0, "correction", "entries", 1, [2, 0, "1"]),
        "witness.F[0].correction",
        "expected entries on or below the diagonal of size 2, in strictly increasing order",
    ),
    "block missing": (put("witness", "F", []), "witness.F", "expected a list of 2 items"),
    "list for object": (put("witness", []), "witness", 'expected the field "B"'),
}


@pytest.mark.parametrize("name", EDITS)
def test_malformed_trees(name: str) -> None:
    edit, path, reason = EDITS[name]
    assert refused(edited(edit), reason).path == path


TEXT = document().encode().encode()
BYTES = {
    "empty": (b"", "not JSON: Expecting value"),
    "not ASCII": (TEXT.replace(b"by hand", "né".encode()), "expected ASCII text, or xz"),
    "two newlines": (TEXT + b"\n\n", CANONICAL),
    "trailing space": (TEXT + b" ", CANONICAL),
    "a space": (TEXT.replace(b",", b", ", 1), CANONICAL),
    "duplicate key": (TEXT.replace(b'"format":1', b'"format":1,"format":1'), CANONICAL),
    "keys out of order": (TEXT.replace(b'"degree":1,"linear":2', b'"linear":2,"degree":1'), CANONICAL),
    "escape": (TEXT.replace(b"by hand", b"\\u0062y hand"), CANONICAL),
    "NaN": (TEXT.replace(b'"format":1', b'"format":NaN'), "expected format 1"),
    "infinity": (TEXT.replace(b'"exponent":3', b'"exponent":Infinity'), "expected an integer from -65536 to 65536"),
    "huge JSON integer": (TEXT.replace(b'"n":4', b'"n":' + b"4" * 10**6), "not JSON: Exceeds the limit"),
    "deep nesting": (b"[" * 10**6, "not JSON: maximum recursion depth exceeded"),
    "truncated xz": (lzma.compress(TEXT)[:-10], "expected one whole xz stream and nothing after it"),
    "two xz streams": (lzma.compress(TEXT) * 2, "expected one whole xz stream and nothing after it"),
    "bytes after xz": (lzma.compress(TEXT) + b"\n", "expected one whole xz stream and nothing after it"),
    "damaged xz": (lzma.compress(TEXT)[:20] + bytes(4) + lzma.compress(TEXT)[24:], "xz: Corrupt input data"),
    "old lzma format": (lzma.compress(TEXT, format=lzma.FORMAT_ALONE), "expected ASCII text, or xz"),
}


@pytest.mark.parametrize("name", BYTES)
def test_malformed_bytes(name: str) -> None:
    refused(*BYTES[name])


def test_decompression_bomb() -> None:
    compressor = lzma.LZMACompressor(preset=0)
    zeros = bytes(1 << 24)
    bomb = b"".join(compressor.compress(zeros) for _ in range(MAX_TEXT // len(zeros) + 2)) + compressor.flush()
    refused(bomb, "expected at most")


def test_distant_exponents_are_refused_before_anything_is_computed() -> None:
    size = 600
    columns = tuple((0,) * (size - j) for j in range(size))
    huge = Gram(columns, (65536,) + (-65536,) * (size - 1), None, None, ())
    changed = replace(document(), witness={**document().witness, "F": (huge, document().witness["F"][1])})
    refused(changed.encode().encode(), "expected a smaller factor, found 0 bits and exponents that spread over 131072")


@given(st.binary(max_size=200))
def test_arbitrary_bytes(data: bytes) -> None:
    with pytest.raises(
        Finding, match=r"expected (ASCII text, or xz|one whole xz stream|the field)|not JSON: |xz: "
    ) as caught:
        read_document(data)
    assert caught.value.verdict is Verdict.MALFORMED
