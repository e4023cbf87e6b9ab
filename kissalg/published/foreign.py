"""Files of others: bounded reading, JSON without surprises, exact numbers.

Whatever the format, a file is data: nothing in it is executed, unpickled or extracted to a disk. Sizes are bounded
before anything is computed from them, numbers are read exactly (a decimal is the rational number that it denotes), and
every complaint names the place.

Main definitions: `ForeignLimits`, `read_bytes`, `read_text`, `parse_json`, `number`, `integer`, `matrix_of`, `member`.
"""

from __future__ import annotations

import gzip
import json
import lzma
import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flint import fmpq, fmpq_mat, fmpz

from kissalg.errors import PublishedError

__all__ = [
    "ForeignLimits",
    "cosine",
    "integer",
    "matrix_of",
    "member",
    "number",
    "numbers",
    "parse_json",
    "read_bytes",
    "read_text",
    "rows_of",
    "shown",
]


@dataclass(frozen=True)
class ForeignLimits:
    """The limits of the readers; anything larger is refused. Sizes are in bytes, numbers in digits."""

    file: int = 64 << 20
    text: int = 128 << 20
    xz_memory: int = 128 << 20
    tokens: int = 1 << 23
    depth: int = 12
    digits: int = 10_000
    exponent: int = 400  # of a decimal number; that of a double is at most 324
    entries: int = 1 << 22  # of all matrices or points together


LIMITS = ForeignLimits()

_GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\x00"
_REFUSED = (
    (b"PK\x03\x04", "a zip archive (or an .npz file)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x80\x02", "a pickle"),
    (b"\x80\x03", "a pickle"),
    (b"\x80\x04", "a pickle"),
    (b"\x80\x05", "a pickle"),
    (b"\x93NUMPY", "a numpy array"),
    (b"\x89HDF", "an HDF5 file"),
    (b"MATLAB 5.0", "a MATLAB file"),
    (b"BZh", "bzip2 data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\x7fELF", "a program"),
    (b"%PDF-", "a PDF file"),
)
_TAR_MAGIC = slice(257, 262)
# protocols 0 and 1 have no mark: calls of a global, and the first bytes of containers, numbers and texts
_TEXT_PICKLE = re.compile(
    rb"\A(?:\(?c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n|\([dlt]p|\(i[A-Za-z_]|[\]})]q[\x00-\xff]|[\]})][(.]"
    rb"|[IFLSV][^\n]{0,4096}\n(?:p[0-9]+\n)?\.\Z)"
)


def read_bytes(path: Path, limits: ForeignLimits = LIMITS) -> bytes:
    """The content of a file; gzip and xz are undone, to a bounded size. Nothing is ever unpacked to the disk.

    Args:
        path: the file.
        limits: the largest sizes, before and after decompression.

    Raises:
        PublishedError: the file cannot be read, is too large, or is an archive or a pickle.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(limits.file + 1)
    except OSError as error:
        raise PublishedError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > limits.file:
        raise PublishedError(f"{path}: expected at most {limits.file} bytes, found more.")
    return undo_compression(data, limits)


def undo_compression(data: bytes, limits: ForeignLimits = LIMITS) -> bytes:
    """The bytes, decompressed if they are gzip or xz.

    Args:
        data: the content of a file.
        limits: the largest size after decompression.

    Raises:
        PublishedError: they are an archive or a pickle, are damaged, or would become larger than the limit.
    """
    if data.startswith(_GZIP):
        data = _bounded_gzip(data, limits)
    elif data.startswith(_XZ):
        data = _bounded_xz(data, limits)
    for magic, name in _REFUSED:
        if data.startswith(magic):
            raise PublishedError(f"expected text, found {name}, which is not opened. Extract the text and give that.")
    if data[_TAR_MAGIC] == b"ustar":
        raise PublishedError("expected text, found a tar archive, which is not opened. Extract the text and give that.")
    if _TEXT_PICKLE.match(data):
        raise PublishedError("expected text, found a pickle: it is a program, and is not run. Ask for a text format.")
    return data


def _bounded_gzip(data: bytes, limits: ForeignLimits) -> bytes:
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as stream:
            plain = stream.read(limits.text + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise PublishedError(f"damaged gzip data: {error}") from None
    if len(plain) > limits.text:
        raise PublishedError(f"expected at most {limits.text} bytes of text, found more (gzip)")
    return plain


def _bounded_xz(data: bytes, limits: ForeignLimits) -> bytes:
    decoder = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=limits.xz_memory)
    try:
        plain = decoder.decompress(data, max_length=limits.text + 1)
    except lzma.LZMAError as error:
        raise PublishedError(f"damaged xz data: {error}") from None
    if len(plain) > limits.text or not decoder.eof:
        raise PublishedError(f"expected at most {limits.text} bytes of text in one whole xz stream")
    return plain


def read_text(data: bytes) -> str:
    """The bytes as UTF-8 text.

    Raises:
        PublishedError: they are no UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PublishedError(f"expected UTF-8 text, found the byte {data[error.start]:#04x} at {error.start}") from None


class Decimal(str):
    """A number of a JSON text that is not an integer, as it is written."""

    __slots__ = ()


def parse_json(text: str, limits: ForeignLimits = LIMITS) -> Any:
    """The JSON value, with numbers as exact as they are written: integers as int or fmpz, others as `Decimal` strings.

    Duplicate keys, NaN and infinities are refused; depth and number of values are bounded before parsing.

    Args:
        text: the JSON text.
        limits: the largest depth, number of values, and length of numbers.

    Raises:
        PublishedError: with the reason.

    >>> parse_json('{"n": 11, "bound": 868.5}')
    {'n': 11, 'bound': '868.5'}
    >>> parse_json("[" * 100)
    Traceback (most recent call last):
    kissalg.errors.PublishedError: JSON nested deeper than 12
    """
    _require_shallow(text, limits)
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_int=lambda token: _long_integer(token, limits),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise PublishedError(f"not JSON: {str(error)[:100]}") from None


_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?+(?:"|\Z)|[\[\]{}]', re.DOTALL)


def _require_shallow(text: str, limits: ForeignLimits) -> None:
    if sum(map(text.count, '",[{')) > limits.tokens:
        raise PublishedError(f"expected at most {limits.tokens} quotes, commas and brackets, found more")
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        depth += (first in "[{") - (first in "]}")
        if depth > limits.depth:
            raise PublishedError(f"JSON nested deeper than {limits.depth}")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise PublishedError(f"the key {key[:40]!a} occurs twice in one JSON object")
        result[key] = value
    return result


def _long_integer(token: str, limits: ForeignLimits) -> int:
    if len(token) > limits.digits:
        raise PublishedError(f"expected integers of at most {limits.digits} digits, found one of {len(token)}")
    return int(token) if len(token) < 4000 else int(fmpz(token))  # Python's own conversion stops at 4300 digits


def _refuse_constant(token: str) -> Any:
    raise PublishedError(f"expected numbers, found {token}")


_RATIONAL = re.compile(r"\s*([+-]?)([0-9]+)\s*(?:(?:/|//)\s*([0-9]+))?\s*", re.ASCII)
_DECIMAL = re.compile(r"\s*([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,7}))?\s*", re.ASCII)


def shown(value: object) -> str:
    """A short ASCII picture of foreign data, or of a number that was computed from them.

    >>> shown([1, 2]), shown(fmpq(1, 3)), shown(10**9999)
    ('a list of length 2', '1/3', 'an integer of 33216 bits')
    """
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of length {len(value)}"
    if isinstance(value, str):
        return ascii(value if len(value) <= 40 else value[:40] + "…")
    if isinstance(value, fmpq):
        return str(value) if int(value.height_bits()) <= 256 else f"a fraction of {value.height_bits()} bits"
    if isinstance(value, int) and abs(value) >= 10**40:  # Python refuses to print more than 4300 digits
        return f"an integer of {value.bit_length()} bits"
    return "null" if value is None else ascii(value)[:60]


def number(value: object, where: str, limits: ForeignLimits = LIMITS) -> fmpq:
    """The exact rational number that a JSON value stands for.

    Args:
        value: a JSON integer or decimal, `"p/q"`, `"p//q"` (Julia), a decimal in a string, or a pair `[p, q]`.
        where: the place in the file, for messages.
        limits: the largest number of digits.

    Raises:
        PublishedError: for anything else, with the place.

    >>> number("-3//4", "F"), number("1.5e-1", "F"), number([2, 4], "F")
    (-3/4, 3/20, 1/2)
    """
    if isinstance(value, bool):
        raise PublishedError(f"{where}: expected a number, found {value}")
    if isinstance(value, int):
        return fmpq(value)
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(part, list) for part in value):
        top, bottom = (number(part, where, limits) for part in value)
        if bottom == 0:
            raise PublishedError(f"{where}: the denominator is zero")
        return top / bottom
    if not isinstance(value, str) or len(value) > 2 * limits.digits + 3:
        raise PublishedError(f"{where}: expected a rational number, found {shown(value)}")
    match = _RATIONAL.fullmatch(value)
    if match is not None:
        if max(len(match[2]), len(match[3] or "")) > limits.digits:
            raise PublishedError(f"{where}: expected numbers of at most {limits.digits} digits")
        bottom = fmpq(fmpz(match[3] or "1"))
        if bottom == 0:
            raise PublishedError(f"{where}: the denominator is zero")
        result = fmpq(fmpz(match[2])) / bottom
        return -result if match[1] == "-" else result
    return _decimal(value, where, limits)


def _decimal(value: str, where: str, limits: ForeignLimits) -> fmpq:
    match = _DECIMAL.fullmatch(value)
    if match is None or not (match[2] or match[3]):
        raise PublishedError(f"{where}: expected a number, found {shown(value)}")
    decimals = match[3] or ""
    exponent = int(match[4] or 0)
    if len(match[2]) + len(decimals) > limits.digits or abs(exponent) > limits.exponent:
        raise PublishedError(
            f"{where}: expected at most {limits.digits} digits and an exponent up to {limits.exponent}"
        )
    exponent -= len(decimals)
    power = fmpq(fmpz(10) ** exponent) if exponent >= 0 else fmpq(1, fmpz(10) ** -exponent)
    result = fmpq(fmpz(match[2] + decimals)) * power
    return -result if match[1] == "-" else result


def cosine(value: object, where: str, *, closed: bool = False) -> fmpq:
    """A rational number strictly between -1 and 1 (with `closed`, -1 too), of at most 1024 bits.

    Raises:
        PublishedError: it is not, with the place.
    """
    result = number(value, where)
    if not -1 <= result < 1 or (result == -1 and not closed) or int(result.height_bits()) > 1024:
        interval = "in [-1, 1)" if closed else "strictly between -1 and 1"
        raise PublishedError(f"{where}: expected a number {interval} of at most 1024 bits, found {shown(result)}")
    return result


def integer(value: object, where: str, low: int, high: int) -> int:
    """A JSON integer in [low, high].

    Raises:
        PublishedError: it is not, with the place.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise PublishedError(f"{where}: expected an integer from {low} to {high}, found {shown(value)}")
    return value


def member(tree: Any, key: str, where: str = "") -> Any:
    """The value of a key of an object.

    Raises:
        PublishedError: it is no object, or has no such key.
    """
    if not isinstance(tree, dict) or key not in tree:
        found = ", ".join(key[:40] for key in sorted(tree)[:12]) if isinstance(tree, dict) else shown(tree)
        raise PublishedError(f"{where or 'the file'}: expected the key {key!r}, found {found or 'none'}")
    return tree[key]


def rows_of(tree: Any, where: str) -> list[list[Any]]:
    """A list of lists of one length.

    Raises:
        PublishedError: it is not, with the place.
    """
    if not isinstance(tree, list) or not all(isinstance(row, list) for row in tree):
        raise PublishedError(f"{where}: expected a list of rows, found {shown(tree)}")
    widths = {len(row) for row in tree}
    if len(widths) > 1:
        raise PublishedError(f"{where}: expected rows of one length, found the lengths {sorted(widths)[:5]}")
    return tree


def numbers(tree: Any, where: str) -> list[fmpq]:
    """A list of exact numbers.

    Raises:
        PublishedError: it is not, with the place.
    """
    if not isinstance(tree, list):
        raise PublishedError(f"{where}: expected a list, found {shown(tree)}")
    return [number(entry, f"{where}[{index}]") for index, entry in enumerate(tree)]


def matrix_of(tree: Any, where: str, *, square: bool = True, limits: ForeignLimits = LIMITS) -> fmpq_mat:
    """A rational matrix, by rows; with `square` it has to be symmetric, too.

    Raises:
        PublishedError: it is not, with the place, or it is larger than the limits.
    """
    rows = rows_of(tree, where)
    height, width = len(rows), len(rows[0]) if rows else 0
    if square and height != width:
        raise PublishedError(f"{where}: expected a square matrix, found {height} x {width}")
    if height * width > limits.entries:
        raise PublishedError(f"{where}: expected at most {limits.entries} entries, found {height} x {width}")
    entries = [number(x, f"{where}[{i}][{j}]") for i, row in enumerate(rows) for j, x in enumerate(row)]
    result = fmpq_mat(height, width, entries)
    if square and result != result.transpose():
        i, j = next((i, j) for i in range(height) for j in range(i) if result[i, j] != result[j, i])
        raise PublishedError(f"{where}: expected a symmetric matrix, but the entries ({i}, {j}) and ({j}, {i}) differ")
    return result
