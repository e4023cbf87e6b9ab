"""Reading foreign JSON: a reader takes a value and its path, and returns what it expects there or raises a `Finding`.

Sizes are bounded before use.

Main definitions: `Finding`, `NotCovered`; `text_of` (bytes -> text), `member`, `items`, `small`, `integer`, `rational`,
`string`, `strings`, `integers`.
"""

import lzma
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from kissalg.kernel.report import Verdict

__all__ = [
    "MAX_BITS",
    "MAX_BOUND_BITS",
    "MAX_DEGREE",
    "MAX_DIMENSION",
    "MAX_EXPONENT",
    "MAX_MATRIX_BITS",
    "MAX_PARAMETER_BITS",
    "MAX_ROWS",
    "MAX_TEXT",
    "Finding",
    "NotCovered",
    "anything",
    "exponent",
    "integer",
    "integers",
    "items",
    "malformed",
    "member",
    "rational",
    "small",
    "string",
    "strings",
    "text_of",
]

MAX_FILE = 64 << 20
MAX_TEXT = 256 << 20
MAX_XZ_MEMORY = 128 << 20
MAX_DEGREE = 40
MAX_DIMENSION = 10_000
MAX_BITS = 1 << 14
MAX_ROWS = 1 << 13  # of a matrix; at degree 40 the largest has 4109
MAX_PARAMETER_BITS = 256
MAX_BOUND_BITS = 4096
MAX_EXPONENT = 1 << 16
MAX_MATRIX_BITS = 1 << 32  # of a factor whose columns are brought to a common exponent

T = TypeVar("T")


class Finding(Exception):
    """Why a certificate is not accepted: a verdict, a reason, and the path of the field that it concerns."""

    def __init__(self, verdict: Verdict, reason: str, path: str = "") -> None:
        super().__init__(reason, path)
        self.verdict = verdict
        self.reason = reason
        self.path = path


class NotCovered(Finding):  # a finding, like its parent
    """The certificate is of a kind that the second opinion does not read: it is the kernel's alone."""

    def __init__(self, what: str, path: str) -> None:
        super().__init__(
            Verdict.MALFORMED,
            f"the second opinion does not cover {what}: only the kernel checks this certificate",
            path,
        )


def malformed(reason: str, path: str = "") -> Finding:
    """The finding that a file is not a certificate, for the caller to raise.

    Args:
        reason: what was expected, and what was found instead.
        path: of the field, such as ``witness.F[2].columns``; empty for the file as a whole.

    Example:
        >>> malformed("expected a string", "theorem").verdict.name
        'MALFORMED'
    """
    return Finding(Verdict.MALFORMED, reason, path)


def text_of(data: bytes) -> str:
    """The text of a file, plain or compressed with xz.

    Args:
        data: the bytes of the file, at most 64 MiB; its text has at most 256 MiB.

    Raises:
        Finding: one of them is larger, it is not one whole xz stream, or the text is not ASCII.

    Example:
        >>> text_of(b"{}")
        '{}'
    """
    if len(data) > MAX_FILE:
        raise malformed(f"expected a file of at most {MAX_FILE} bytes, found {len(data)}")
    if data[:1] == b"\xfd":
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_XZ_MEMORY)
        try:
            data = decoder.decompress(data, max_length=MAX_TEXT + 1)
        except lzma.LZMAError as error:
            raise malformed(f"xz: {error}") from None
        if len(data) > MAX_TEXT:
            raise malformed(f"expected at most {MAX_TEXT} bytes of text, found more")
        if not decoder.eof or decoder.unused_data:
            raise malformed("expected one whole xz stream and nothing after it")
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        raise malformed("expected ASCII text, or xz") from None


def member(tree: Any, path: str, key: str, read: Callable[[Any, str], T]) -> T:
    """Read one field of an object.

    Args:
        tree: the object, a value of JSON.
        path: of the object; empty for the whole file.
        key: the name of the field.
        read: the reader of its value.

    Raises:
        Finding: `tree` is not an object or has no such field, or `read` does not accept the value.

    Example:
        >>> member({"size": "1f"}, "witness", "size", integer)
        31
    """
    if not isinstance(tree, dict) or key not in tree:
        raise malformed(f'expected the field "{key}"', path)
    return read(tree[key], f"{path}.{key}" if path else key)


def items(read: Callable[[Any, str], T], count: int | None = None) -> Callable[[Any, str], tuple[T, ...]]:
    """The reader of a list.

    Args:
        read: the reader of each item.
        count: how many items there have to be; any number if None.

    Returns:
        A reader that gives a tuple. It raises a `Finding` if the value is not a list, or not of this length.

    Example:
        >>> items(integer, 2)(["a", "-b"], "values")
        (10, -11)
    """

    def items(tree: Any, path: str) -> tuple[T, ...]:
        if not isinstance(tree, list) or (count is not None and len(tree) != count):
            raise malformed(f"expected a list{'' if count is None else f' of {count} items'}", path)
        return tuple(read(item, f"{path}[{index}]") for index, item in enumerate(tree))

    return items


def small(low: int, high: int) -> Callable[[Any, str], int]:
    """The reader of a JSON integer from `low` to `high`, both included.

    Args:
        low: the least integer that is accepted.
        high: the largest.

    Returns:
        A reader that raises a `Finding` for anything else.

    Example:
        >>> small(0, 9)(7, "degree")
        7
    """

    def small(tree: Any, path: str) -> int:
        if not isinstance(tree, int) or not low <= tree <= high:
            raise malformed(f"expected an integer from {low} to {high}", path)
        return int(tree)  # True becomes 1, and fails in the comparison of the texts

    return small


def integer(tree: Any, path: str) -> int:
    """A hexadecimal integer.

    Args:
        tree: the string.
        path: of the value.

    Raises:
        Finding: it is not a string of hexadecimal digits, or it is longer than MAX_BITS bits.

    Example:
        >>> integer("-ff", "value")
        -255
    """
    if not isinstance(tree, str) or len(tree) > MAX_BITS // 4 + 1:
        raise malformed(f"expected a hexadecimal integer of at most {MAX_BITS} bits", path)
    try:
        return int(tree, 16)
    except ValueError:
        raise malformed(f"expected a hexadecimal integer, found {tree[:20]!a}", path) from None


def rational(bits: int) -> Callable[[Any, str], Fraction]:
    """The reader of a fraction p/q in hexadecimal.

    Args:
        bits: the length of p and of q is at most this, rounded up to whole digits.

    Returns:
        A reader that raises a `Finding` for anything else. That the fraction is in lowest terms is seen when the text
        of the whole certificate is compared with the one that is allowed.

    Example:
        >>> rational(64)("1/a", "bound")
        Fraction(1, 10)
    """

    def rational(tree: Any, path: str) -> Fraction:
        numerator, slash, denominator = tree.partition("/") if isinstance(tree, str) else ("", "", "")
        if not slash or integer(denominator, path) <= 0:
            raise malformed("expected a rational number p/q in hexadecimal", path)
        if max(len(numerator), len(denominator)) > bits // 4 + 1:
            raise malformed(f"expected numbers of at most {bits} bits", path)
        return Fraction(integer(numerator, path), integer(denominator, path))

    return rational


def string(tree: Any, path: str) -> str:
    """A string.

    Args:
        tree: the value.
        path: of the value.

    Raises:
        Finding: it is not a string.
    """
    if not isinstance(tree, str):
        raise malformed("expected a string", path)
    return tree


def strings(tree: Any, path: str) -> Mapping[str, str]:
    """An object of strings.

    Args:
        tree: the value.
        path: of the value.

    Raises:
        Finding: it is not an object, or one of its values is not a string.

    Example:
        >>> strings({"solver": "clarabel"}, "provenance")
        {'solver': 'clarabel'}
    """
    if not isinstance(tree, dict):
        raise malformed("expected an object of strings", path)
    return {key: string(value, f"{path}.{key}") for key, value in tree.items()}


def integers(tree: Any, path: str) -> tuple[int, ...]:
    """Hexadecimal integers, separated by single spaces.

    Args:
        tree: the string.
        path: of the value.

    Raises:
        Finding: it is not a string of such integers, or there are more than MAX_ROWS.

    Example:
        >>> integers("1 -a f", "columns[0]")
        (1, -10, 15)
    """
    text = string(tree, path)
    if text.count(" ") >= MAX_ROWS:
        raise malformed(f"expected at most {MAX_ROWS} integers", path)
    return tuple(integer(token, path) for token in text.split(" "))


def anything(tree: Any, path: str) -> Any:
    """Whatever stands there."""
    return tree


exponent = small(-MAX_EXPONENT, MAX_EXPONENT)
