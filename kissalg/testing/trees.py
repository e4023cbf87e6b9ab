"""Certificates as trees of JSON: places in them, what stands there, and the canonical text of a changed tree.

Main definitions: `tree_of`, `text_of`, `places`, `at`, `replaced`, and `numbers`: every integer of the bound, the
parameters and the witness.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from typing import Any, TypeAlias

__all__ = ["Number", "Place", "at", "is_hexadecimal", "numbers", "places", "replaced", "text_of", "tree_of"]

Place: TypeAlias = tuple[str | int, ...]
"""Keys and indices, from the top of a tree to a value."""

_HEXADECIMAL = re.compile(r"-?[0-9a-f]+(?:[ /]-?[0-9a-f]+)*")
_RATIO = re.compile(r"-?[0-9a-f]+/-?[0-9a-f]+")


def tree_of(data: bytes) -> Any:
    """The tree of a certificate file, xz or plain.

    Example:
        >>> tree_of(b'{"bound":"18/1"}')
        {'bound': '18/1'}
    """
    return json.loads(lzma.decompress(data) if data[:6] == b"\xfd7zXZ\0" else data)


def text_of(tree: Any) -> bytes:
    """The canonical text of a tree.

    Example:
        >>> text_of({"b": [1, "a"], "a": None})
        b'{"a":null,"b":[1,"a"]}'
    """
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def places(tree: Any, place: Place = ()) -> Iterator[Place]:
    """The place of every value, the whole tree first, and every object and list before what it holds.

    Example:
        >>> list(places({"F": ["1", "2"]}))
        [(), ('F',), ('F', 0), ('F', 1)]
    """
    yield place
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from places(value, (*place, key))


def at(tree: Any, place: Place) -> Any:
    """The value at a place."""
    for key in place:
        tree = tree[key]
    return tree


def replaced(tree: Any, place: Place, value: Any) -> Any:
    """A tree with another value at a place; the rest of it is shared with the given one, which stays as it is.

    Example:
        >>> replaced({"a": [1, 2]}, ("a", 0), None)
        {'a': [None, 2]}
    """
    if not place:
        return value
    key, *rest = place
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[key] = replaced(tree[key], tuple(rest), value)
    return copy


def is_hexadecimal(value: object) -> bool:
    """Whether a value is a string of integers in the format's notation, separated by spaces or by slashes."""
    return isinstance(value, str) and _HEXADECIMAL.fullmatch(value) is not None


@dataclass(frozen=True)
class Number:
    """One integer of a certificate.

    Attributes:
        place: of the value that holds it.
        index: its position in that value, if that is a string of several integers; the numerator of a fraction is 0,
            its denominator 1.
    """

    place: Place
    index: int = 0

    def of(self, tree: Any) -> int:
        """The integer."""
        value = at(tree, self.place)
        return value if isinstance(value, int) else int(_words(value)[self.index], 16)

    def put(self, tree: Any, value: int) -> Any:
        """The tree with another integer there; a fraction is reduced to lowest terms, so that it stays canonical.

        Example:
            >>> Number(("cos",), 0).put({"cos": "1/2"}, 4)
            {'cos': '2/1'}
        """
        old = at(tree, self.place)
        if isinstance(old, int):
            return replaced(tree, self.place, value)
        words = _words(old)
        words[self.index] = f"{value:x}"
        if _RATIO.fullmatch(old):
            p, q = (int(word, 16) for word in words)
            common = (gcd(p, q) or 1) * (-1 if q < 0 else 1)
            words = [f"{p // common:x}", f"{q // common:x}"]
        return replaced(tree, self.place, ("/" if "/" in old else " ").join(words))

    def __str__(self) -> str:
        text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.place).removeprefix(".")
        return f"{text} (integer {self.index})" if self.index else text


def numbers(tree: Any, top: str) -> Iterator[Number]:
    """Every integer below one of the top fields of a certificate; a word that reads like an integer counts as one.

    Example:
        >>> [str(number) for number in numbers({"bound": "18/1"}, "bound")]
        ['bound', 'bound (integer 1)']
    """
    for place in places(tree[top], (top,)):
        value = at(tree, place)
        if type(value) is int:
            yield Number(place)
        elif is_hexadecimal(value):
            yield from (Number(place, index) for index in range(len(_words(value))))


def _words(text: str) -> list[str]:
    return text.replace("/", " ").split(" ")
