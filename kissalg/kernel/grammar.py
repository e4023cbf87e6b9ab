"""From foreign bytes to a strictly typed tree: xz, canonical JSON, hexadecimal integers, reduced rationals.

Every size is bounded before anything is computed from it. See docs/certificate-format.md, "Bytes".
"""

import json
import lzma
import re
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import NoReturn

from .report import Malformed

__all__ = ["Limits", "Node", "parse"]

_XZ_MAGIC = b"\xfd7zXZ\x00"
_INTEGER = re.compile(r"0|-?[1-9a-f][0-9a-f]*")
# A string, finished or not (then to the end), or a bracket; possessive, so that the scan is linear on every input.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_JSON_INT_DIGITS = 9


@dataclass(frozen=True)
class Limits:
    """What this checker is ready to look at; anything larger is MALFORMED. Sizes are in bytes, numbers in bits."""

    compressed: int = 64 << 20
    decompressed: int = 256 << 20
    xz_memory: int = 128 << 20  # the decoder's dictionary; the largest preset of xz needs 65 MiB
    tokens: int = 1 << 22  # quotes, commas and opening brackets in the text
    degree: int = 40
    dimension: int = 10_000
    parameter_bits: int = 256  # numerator and denominator of cos
    bound_bits: int = 4096  # numerator and denominator of the claimed bound
    integer_bits: int = 1 << 14  # every integer of the witness
    matrix_bits: int = 1 << 32  # entries x bits of one factor, brought to a common exponent
    work: int = 1 << 33  # steps of 64 bits: rows³ for each matrix, degree⁵ for sums over triples; some minutes each

    def __post_init__(self) -> None:
        if not 1 <= self.degree <= 4096:  # the exponents in `polynomial` have 16 bits, and go up to twice the degree
            raise ValueError(f"expected a limit between 1 and 4096 on the degree, found {self.degree}")


def parse(data: bytes, limits: Limits) -> "Node":
    """The tree of a certificate file. Raises Malformed."""
    if len(data) > limits.compressed:
        raise Malformed(f"the file has {len(data)} bytes, the limit is {limits.compressed}")
    raw = _decompress(data, limits) if data.startswith(_XZ_MAGIC) else data
    if not raw.isascii():
        raise Malformed("the text is neither xz nor ASCII")
    text = raw.decode("ascii")
    _require_shallow(text, limits)
    try:
        tree = json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_int=_small_integer,
            parse_float=lambda token: _refuse_number(token),
            parse_constant=lambda token: _refuse_number(token),
        )
    except json.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error.msg} at byte {error.pos}") from None
    canonical = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if text != canonical and text != canonical + "\n":
        raise Malformed("the JSON is not canonical (sorted keys, no spaces, ASCII escapes, at most one final newline)")
    return Node(tree, "", limits)


def _decompress(data: bytes, limits: Limits) -> bytes:
    decoder = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=limits.xz_memory)
    try:
        raw = decoder.decompress(data, max_length=limits.decompressed + 1)
    except lzma.LZMAError as error:
        raise Malformed(f"damaged xz data: {error}") from None
    if len(raw) > limits.decompressed:
        raise Malformed(f"the decompressed text has more than {limits.decompressed} bytes")
    if not decoder.eof:
        raise Malformed("the xz stream is truncated")
    if decoder.unused_data:
        raise Malformed(f"{len(decoder.unused_data)} bytes after the end of the xz stream")
    return raw


def _require_shallow(text: str, limits: Limits, depth_limit: int = 8) -> None:
    """Bound the number of JSON values and their nesting, before the recursive parser sees them."""
    if sum(map(text.count, '",[{')) > limits.tokens:
        raise Malformed(f"more than {limits.tokens} quotes, commas and brackets in the text")
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        depth += (first in "[{") - (first in "]}")
        if depth > depth_limit:
            raise Malformed(f"nested deeper than {depth_limit} at byte {token.start()}")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Malformed(f"duplicate key {_shown(twice)}")
    return result


def _small_integer(token: str) -> int:
    if len(token) > _JSON_INT_DIGITS:
        raise Malformed(f"a JSON integer of {len(token)} characters; at most {_JSON_INT_DIGITS} are allowed")
    return int(token)


def _refuse_number(token: str) -> NoReturn:
    raise Malformed(f"a number that is not an integer: {_shown(token)}")


def _shown(value: object) -> str:
    """A short ASCII picture of foreign data."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of length {len(value)}"
    if isinstance(value, str) and len(value) > 40:
        return f"a string of length {len(value)} that begins {value[:40]!a}"
    return "null" if value is None else ascii(value)


@dataclass(frozen=True)
class Node:
    """A JSON value with its path. Each reader states what it expects there, and raises Malformed for anything else."""

    value: object
    path: str
    limits: Limits

    def refuse(self, expected: str, found: str | None = None) -> NoReturn:
        """Raise Malformed: `expected` something else here."""
        raise Malformed(f"expected {expected}, found {_shown(self.value) if found is None else found}", self.path)

    @property
    def null(self) -> bool:
        """Whether this is JSON's null."""
        return self.value is None

    def record(self, *keys: str) -> dict[str, "Node"]:
        """An object with exactly these keys."""
        if not isinstance(self.value, dict):
            self.refuse(f"an object with the keys {', '.join(keys)}")
        if sorted(self.value) != sorted(keys):
            found = ", ".join(_shown(key)[1:-1] for key in sorted(self.value)[:10]) or "none"
            self.refuse(f"the keys {', '.join(keys)}", found)
        prefix = f"{self.path}." if self.path else ""
        return {key: Node(self.value[key], prefix + key, self.limits) for key in keys}

    def items(self, count: int | None = None) -> list["Node"]:
        """A list, of exactly `count` items if that is given."""
        if not isinstance(self.value, list):
            self.refuse("a list")
        if count is not None and len(self.value) != count:
            self.refuse(f"a list of length {count}")
        return [Node(value, f"{self.path}[{index}]", self.limits) for index, value in enumerate(self.value)]

    def small(self, low: int, high: int) -> int:
        """A JSON integer in [low, high]. Python's True is not one."""
        if type(self.value) is not int or not low <= self.value <= high:
            self.refuse(f"an integer in [{low}, {high}]")
        return self.value

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            self.refuse("a string")
        return self.value

    def integer(self, bits: int | None = None) -> int:
        """A hexadecimal integer of at most `bits` bits (by default the limit for the witness)."""
        return self._integer(self.text(), self.limits.integer_bits if bits is None else bits)

    def integers(self, count: int) -> tuple[int, ...]:
        """`count` hexadecimal integers, separated by single spaces, in one string."""
        text, bits = self.text(), self.limits.integer_bits
        if text.count(" ") != count - 1:
            self.refuse(f"{count} integers separated by single spaces", f"{text.count(' ')} spaces")
        return tuple(self._integer(token, bits) for token in text.split(" "))

    def rational(self, bits: int) -> Fraction:
        """A reduced fraction, numerator and denominator of at most `bits` bits."""
        parts = self.text().split("/", 2)
        if len(parts) != 2:
            self.refuse("a rational INTEGER/INTEGER")
        numerator, denominator = (self._integer(part, bits) for part in parts)
        if denominator <= 0 or gcd(numerator, denominator) != 1:
            self.refuse("a rational in lowest terms with a positive denominator")
        return Fraction(numerator, denominator)

    def _integer(self, token: str, bits: int) -> int:
        if len(token) > bits // 4 + 1:
            self.refuse(f"integers of at most {bits} bits", f"one of {len(token)} characters")
        if not _INTEGER.fullmatch(token):
            self.refuse("lower-case hexadecimal integers without leading zeros", _shown(token))
        return int(token, 16)
