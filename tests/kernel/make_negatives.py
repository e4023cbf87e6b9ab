"""Write the certificates that must fail, from a good one of the theorem three-point: `python -m
tests.kernel.make_negatives`.

Each is named after the reason. Those that are refused before the theorem is read go to tests/kernel/vectors. Two more
rejected ones come from a rounding that aimed badly on purpose, `correction-exceeds-its-shift` and
`negative-gegenbauer-coefficient`: both satisfy their identities, and nothing but the check that they are named after
stops them.
"""

import lzma
from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from math import lcm
from typing import Any

from kissalg.kernel import Verdict, check
from tests.kernel.oracle import problem_of, rational, serialise
from tests.kernel.samples import MEDIUM, hexadecimal, ratio, stored
from tests.vectors import NO_THEOREM, folder, vector

Change = Callable[[Any], Any]


def edited(change: Change) -> bytes:
    """The canonical text of the good certificate after a change in place."""
    tree = deepcopy(stored())
    change(tree)
    return serialise(tree)


def at(*path: str | int, value: Any) -> Change:
    """Set one field."""

    def change(tree: Any) -> None:
        for key in path[:-1]:
            tree = tree[key]
        tree[path[-1]] = value

    return change


def bump(*path: str | int) -> Change:
    """Add one to the first integer of a string."""

    def change(tree: Any) -> None:
        for key in path[:-1]:
            tree = tree[key]
        first, *rest = tree[path[-1]].split(" ")
        tree[path[-1]] = " ".join([hexadecimal(int(first, 16) + 1), *rest])

    return change


def zero_psd(size: int) -> dict[str, Any]:
    """The zero matrix."""
    columns = [" ".join(["0"] * (size - j)) for j in range(size)]
    return {"columns": columns, "correction": None, "exponents": [0] * size, "shift": None}


def indefinite_witness(tree: Any) -> None:
    """Solves both identities with Q_0 = -e e^T, and "proves" that there is at most one point."""
    w = tree["witness"]
    w["a"]["values"] = ["0"] * len(w["a"]["values"])
    w["B"], w["F"], w["Q"] = zero_psd(2), [zero_psd(3 - k) for k in range(3)], [zero_psd(3), zero_psd(2)]
    w["R"] = {kind: [zero_psd(len(item["columns"])) for item in items] for kind, items in w["R"].items()}
    # -1 = 2^-10 - (1 + 2^-10): the shift is far too small for the correction
    entries = [[0, 0, "-401"], [1, 1, "-1"], [2, 2, "-1"]]
    w["Q"][0] |= {"shift": 10, "correction": {"denominator": "400", "entries": entries}}
    tree["bound"] = "1/1"


def fifth_coefficient(tree: Any) -> None:
    """A Gegenbauer term of degree 2d + 1, with its coefficient."""
    tree["parameters"]["linear"] = 5
    tree["witness"]["a"]["values"].append("0")


def half_of_the_shift(tree: Any) -> None:
    """The same Q_0, with half of its shift moved into the correction: positive semidefinite still, but no longer proved
    to be.
    """
    q = tree["witness"]["Q"][0]
    scale = 2 ** (q["shift"] + 1)
    denominator = int(q["correction"]["denominator"], 16)
    numerators = {(i, j): int(value, 16) * scale for i, j, value in q["correction"]["entries"]}
    for i in range(len(q["columns"])):
        numerators[i, i] = numerators.get((i, i), 0) + denominator
    values = {key: Fraction(value, denominator * scale) for key, value in sorted(numerators.items()) if value}
    common = lcm(*(value.denominator for value in values.values()))
    q["correction"] = {
        "denominator": hexadecimal(common),
        "entries": [[i, j, hexadecimal(int(value * common))] for (i, j), value in values.items()],
    }
    q["shift"] += 1


def lowered_bound(tree: Any) -> None:
    """Less than the objective by 2^-200."""
    tree["bound"] = ratio(rational(tree["bound"]) - Fraction(1, 2**200))


def without_correction(tree: Any) -> None:
    """The correction of R_0^trv forgotten."""
    tree["witness"]["R"]["trv"][0]["correction"] = {"denominator": "1", "entries": []}


def swapped_blocks(tree: Any) -> None:
    """R_2^trv and R_4^trv, of the same size, exchanged."""
    blocks = tree["witness"]["R"]["trv"]
    blocks[2], blocks[4] = blocks[4], blocks[2]


def zeroed(tree: Any) -> None:
    """A witness of zeros."""
    indefinite_witness(tree)
    tree["witness"]["Q"][0] = zero_psd(3)


REJECTED: dict[str, Change] = {
    "bound-lowered": lowered_bound,
    "bound-negative": at("bound", value="-1/1"),
    "bound-below-the-truth": at("bound", value="5/1"),
    "wrong-dimension": at("parameters", "n", value=4),
    "wrong-cosine": at("parameters", "cos", value="1/100"),
    "indefinite-but-solves-the-identities": indefinite_witness,
    "shift-too-small-for-its-correction": half_of_the_shift,
    "correction-forgotten": without_correction,
    "blocks-swapped": swapped_blocks,
    "witness-of-zeros": zeroed,
    "linear-coefficient-off-by-one": bump("witness", "a", "values", 0),
    "b-off-by-one": bump("witness", "B", "columns", 1),
    "f-off-by-one": bump("witness", "F", 1, "columns", 1),
    "q0-off-by-one": bump("witness", "Q", 0, "columns", 0),
    "q1-off-by-one": bump("witness", "Q", 1, "columns", 1),
    "trv-off-by-one": bump("witness", "R", "trv", 0, "columns", 3),
    "std-off-by-one": bump("witness", "R", "std", 0, "columns", 2),
    "correction-off-by-one": bump("witness", "R", "trv", 0, "correction", "entries", 0, 2),
    "exponent-off-by-one": at("witness", "F", 0, "exponents", 0, value=23),
    "a-exponent-negative": at("witness", "a", "exponent", value=-65536),
}


def add_key(*path: str | int) -> Change:
    """An unknown key."""
    return at(*path, "zebra", value="1")


def drop(*path: str | int) -> Change:
    """Delete a key or an item."""

    def change(tree: Any) -> None:
        for key in path[:-1]:
            tree = tree[key]
        del tree[path[-1]]

    return change


Q0 = ("witness", "Q", 0)
CORRECTION = (*Q0, "correction")


def correction(*entries: list[Any], denominator: str = "fffffffffff") -> Change:
    """Another correction for Q_0, whose size is 3."""
    return at(*CORRECTION, value={"denominator": denominator, "entries": list(entries)})


MALFORMED: dict[str, Change] = {
    "format-2": at("format", value=2),
    "format-true": at("format", value=True),
    "theorem-unknown": at("theorem", value="four-point"),
    "theorem-not-a-string": at("theorem", value=3),
    "key-unknown-at-top": add_key(),
    "key-unknown-in-parameters": add_key("parameters"),
    "key-unknown-in-witness": add_key("witness"),
    "key-unknown-in-psd": add_key("witness", "B"),
    "key-missing-at-top": drop("provenance"),
    "key-missing-in-witness": drop("witness", "B"),
    "provenance-holds-a-number": at("provenance", "bits", value=64),
    "provenance-a-string": at("provenance", value="me"),
    "dimension-2": at("parameters", "n", value=2),
    "dimension-boolean": at("parameters", "n", value=True),
    "dimension-string": at("parameters", "n", value="3"),
    "dimension-null": at("parameters", "n", value=None),
    "dimension-huge": at("parameters", "n", value=999999999),
    "degree-0": at("parameters", "degree", value=0),
    "degree-41": at("parameters", "degree", value=41),
    "degree-not-that-of-the-witness": at("parameters", "degree", value=3),
    "linear-negative": at("parameters", "linear", value=-1),
    "linear-beyond-2d-with-its-coefficient": fifth_coefficient,
    "linear-beyond-2d": at("parameters", "linear", value=5),
    "linear-not-that-of-the-witness": at("parameters", "linear", value=3),
    "cosine-1": at("parameters", "cos", value="1/1"),
    "cosine-minus-1": at("parameters", "cos", value="-1/1"),
    "cosine-a-number": at("parameters", "cos", value=0),
    "cosine-without-denominator": at("parameters", "cos", value="0"),
    "cosine-of-1000-bits": at("parameters", "cos", value="1/1" + "0" * 250),
    "bound-not-reduced": at("bound", value="14/2"),
    "bound-negative-denominator": at("bound", value="-a/-1"),
    "bound-zero-denominator": at("bound", value="a/0"),
    "bound-two-slashes": at("bound", value="a/1/1"),
    "bound-decimal-point": at("bound", value="10.5/1"),
    "bound-of-a-million-digits": at("bound", value="1" * 10**6 + "/1"),
    "integer-minus-zero": at("witness", "a", "values", 0, value="-0"),
    "integer-upper-case": at("witness", "a", "values", 0, value="1F"),
    "integer-leading-zero": at("witness", "a", "values", 0, value="01"),
    "integer-plus": at("witness", "a", "values", 0, value="+1"),
    "integer-underscore": at("witness", "a", "values", 0, value="1_0"),
    "integer-prefixed": at("witness", "a", "values", 0, value="0x1"),
    "integer-empty": at("witness", "a", "values", 0, value=""),
    "integer-final-newline": at("witness", "a", "values", 0, value="1\n"),
    "integer-not-ascii": at("witness", "a", "values", 0, value="\u0661"),
    "integer-a-number": at("witness", "a", "values", 0, value=1),
    "integer-of-a-million-digits": at("witness", "a", "values", 0, value="f" * 10**6),
    "column-short": at(*Q0, "columns", 0, value="1 1"),
    "column-long": at(*Q0, "columns", 0, value="1 1 1 1"),
    "column-double-space": at(*Q0, "columns", 0, value="1  1"),
    "column-final-space": at(*Q0, "columns", 0, value="1 1 "),
    "column-tab": at(*Q0, "columns", 0, value="1 1\t1"),
    "column-a-list": at(*Q0, "columns", 0, value=["1", "1", "1"]),
    "columns-missing-one": drop(*Q0, "columns", 0),
    "exponents-missing-one": drop(*Q0, "exponents", 0),
    "exponent-boolean": at(*Q0, "exponents", 0, value=True),
    "exponent-out-of-range": at(*Q0, "exponents", 0, value=65537),
    "shift-out-of-range": at(*Q0, "shift", value=-65537),
    "shift-without-correction": at(*CORRECTION, value=None),
    "correction-without-shift": at(*Q0, "shift", value=None),
    "correction-a-list": at(*CORRECTION, value=[]),
    "correction-zero-denominator": correction([0, 0, "1"], denominator="0"),
    "correction-negative-denominator": correction([0, 0, "1"], denominator="-400"),
    "correction-common-factor": correction([0, 0, "2"], [1, 0, "4"], denominator="400"),
    "correction-denominator-without-entries": correction(),
    "correction-zero-entry": correction([0, 0, "1"], [1, 0, "0"]),
    "correction-out-of-order": correction([1, 0, "1"], [0, 0, "1"]),
    "correction-twice": correction([0, 0, "1"], [0, 0, "1"]),
    "correction-above-the-diagonal": correction([0, 1, "1"]),
    "correction-row-out-of-range": correction([3, 0, "1"]),
    "correction-negative-column": correction([1, -1, "1"]),
    "correction-pair": correction([0, "1"]),
    "block-missing": drop("witness", "R", "alt", 4),
    "block-of-wrong-size": at("witness", "R", "alt", 0, value=zero_psd(1)),
    "block-null": at("witness", "R", "alt", 0, value=None),
}


def malformed_text() -> dict[str, bytes]:
    """Files that are not even canonical JSON, or not sound xz."""
    good = vector("three-point", MEDIUM).read_bytes()
    text = serialise(stored())
    head = b'{"bound":'
    return {
        "empty": b"",
        "null": b"null",
        "top-level-list": b"[" + text + b"]",
        "not-json": text[:-1],
        "two-objects": text + text,
        "two-final-newlines": text + b"\n\n",
        "final-carriage-return": text + b"\r\n",
        "final-nul": text + b"\0",
        "leading-space": b" " + text,
        "byte-order-mark": b"\xef\xbb\xbf" + text,
        "space-after-colon": text.replace(b":", b": ", 1),
        "keys-not-sorted": text.replace(b'"n":3', b'"m":3').replace(b'"degree"', b'"n"', 1),
        "key-twice": text.replace(head, b'{"bound":"1/1","bound":', 1),
        "key-twice-in-psd": text.replace(b'"shift":', b'"shift":null,"shift":', 1),
        "escaped-letter": text.replace(b'"three-point"', b'"\\u0074hree-point"'),
        "non-ascii-provenance": text.replace(b"a weak", "ä weak".encode()),
        "float-dimension": text.replace(b'"n":3', b'"n":3.0'),
        "exponential-dimension": text.replace(b'"n":3', b'"n":3e0'),
        "nan": text.replace(b'"n":3', b'"n":NaN'),
        "infinity": text.replace(b'"n":3', b'"n":-Infinity'),
        "minus-zero-number": text.replace(b'"linear":4', b'"linear":-0'),
        "leading-zero-number": text.replace(b'"n":3', b'"n":03'),
        "number-of-a-million-digits": text.replace(b'"n":3', b'"n":3' + b"0" * 10**6),
        "nested-deeply": b'{"bound":' * 10**5,
        "nested-lists": b"[" * 10**6,
        "nested-slightly-too-deeply": b"[" * 9 + b"]" * 9,
        "many-unfinished-strings": b'"\\' * 10**5,
        "many-lists-within-the-limit": b"[" + b"[]," * 10**5 + b"[]]",
        "many-empty-lists": b"[" + b"[]," * 3 * 10**6 + b"[]]",
        "xz-truncated": good[:-20],
        "xz-magic-only": good[:6],
        "xz-trailing-byte": good + b"\0",
        "xz-trailing-padding": good + b"\0" * 4,
        "xz-two-streams": lzma.compress(text[:99]) + lzma.compress(text[99:]),
        "xz-then-empty-stream": good + lzma.compress(b""),
        "xz-damaged": good[:200] + bytes([good[200] ^ 1]) + good[201:],
        "xz-of-xz": lzma.compress(good),
        "xz-of-nothing": lzma.compress(b""),
        "xz-bomb": lzma.compress(b"[" * (300 << 20), preset=1),
        "lzma-alone": lzma.compress(text, format=lzma.FORMAT_ALONE),
        "gzip": bytes.fromhex("1f8b0800000000000003030000000000000000"),
    }


def is_read(data: bytes) -> bool:
    """Whether the file comes as far as the theorem's own reader."""
    report = check(data)
    return report.verdict is not Verdict.MALFORMED or report.path.startswith(("bound", "parameters", "witness"))


def main() -> None:
    """Write all the files; the large ones compressed."""
    assert problem_of(stored()).degree == 2
    files = {("rejected", name): edited(change) for name, change in REJECTED.items()}
    files |= {("malformed", name): edited(change) for name, change in MALFORMED.items()}
    files |= {("malformed", name): data for name, data in malformed_text().items()}
    for (verdict, name), data in files.items():
        packed = data if len(data) < 10**4 else lzma.compress(data)
        xz = data.startswith(b"\xfd") or packed is not data
        theorem = "three-point" if is_read(data) else NO_THEOREM
        target = folder(theorem) / verdict / f"{name}.json{'.xz' if xz else ''}"
        target.write_bytes(data if data.startswith(b"\xfd") else packed)


if __name__ == "__main__":
    main()
