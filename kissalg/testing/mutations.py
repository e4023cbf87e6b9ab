"""Mutated certificates: every kind of small damage, and every kind of lie, to a file that is a proof.

A mutation may leave a proof a proof (a raised bound, a column times -1, another provenance). What must never happen is that a file is VERIFIED and the claim
is not proved by it; `judge` compares the kernel with the second opinion, which shares nothing with it but the form of a report.

Main definitions: `KINDS`, `mutate`, `Judgement`, `judge`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum
from math import gcd
from random import Random
from typing import Any

from kissalg.audit import audit
from kissalg.kernel import Report, Verdict, check

__all__ = ["KINDS", "Judged", "Judgement", "judge", "mutate"]

_BYTES = b'0123456789abcdef-/ ,"[]{}n:\n\x00\xff'
Path = tuple[str | int, ...]


def _plain(data: bytes) -> bytes:
    return lzma.decompress(data) if data.startswith(b"\xfd7zXZ") else data


def _serialised(tree: Any) -> bytes:
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _paths(tree: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value of a tree, the whole tree included."""
    yield path
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _paths(value, (*path, key))


def _get(tree: Any, path: Path) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _put(tree: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    _get(tree, path[:-1])[path[-1]] = value
    return tree


def _byte(data: bytes, random: Random) -> bytes:
    """One byte replaced, deleted, inserted or cut off."""
    content = bytearray(data)
    position = random.randrange(len(content))
    kind = random.randrange(4)
    if kind == 0:
        content[position] = random.choice(_BYTES) if random.random() * 5 < 4 else random.randrange(256)
    elif kind == 1:
        del content[position]
    elif kind == 2:
        content.insert(position, random.choice(_BYTES))
    else:
        del content[position:]
    return bytes(content)


def _text_byte(data: bytes, random: Random) -> bytes:
    return _byte(_plain(data), random)


def _compressed_byte(data: bytes, random: Random) -> bytes:
    return _byte(data if data.startswith(b"\xfd7zXZ") else lzma.compress(data), random)


def _with_tree(change: Callable[[Any, Random], Any]) -> Callable[[bytes, Random], bytes]:
    return lambda data, random: _serialised(change(json.loads(_plain(data)), random))


def _other_integer(value: int, random: Random) -> int:
    bit = 1 << random.randrange(max(1, value.bit_length()) + 1)
    choices = [
        value + 1,
        value - 1,
        -value,
        0,
        value ^ bit,
        value * 2,
        value << 64,
        value >> 1,
        random.randint(-99, 99),
    ]
    return random.choice(choices)


def _integer(tree: Any, random: Random) -> Any:
    """One hexadecimal integer of the bound or the witness replaced."""
    leaves = [
        path
        for path in _paths(tree)
        if path and path[0] in ("bound", "witness", "parameters") and isinstance(_get(tree, path), str)
    ]
    path = random.choice(leaves)
    leaf = _get(tree, path)
    separator = "/" if "/" in leaf else " "
    tokens = leaf.split(separator)
    index = random.randrange(len(tokens))
    tokens[index] = f"{_other_integer(int(tokens[index], 16), random):x}"
    return _put(tree, path, separator.join(tokens))


def _small_number(tree: Any, random: Random) -> Any:
    """One JSON integer replaced: an exponent, a shift, a position, a parameter."""
    path = random.choice([path for path in _paths(tree) if type(_get(tree, path)) is int])
    value = _get(tree, path)
    return _put(
        tree, path, random.choice([value + 1, value - 1, -value, 0, 10**8, True, random.randint(-70000, 70000)])
    )


def _leaf(tree: Any, random: Random) -> Any:
    """One value of another type."""
    path = random.choice([path for path in _paths(tree) if path and not isinstance(_get(tree, path), dict | list)])
    value: Any = random.choice([None, True, False, 0, 1, -1, "", "0", "1/2", "1/1", "-0", "00", [], {}, "f" * 40])
    return _put(tree, path, value)


def _list(tree: Any, random: Random) -> Any:
    """An item deleted, repeated, or exchanged with another one."""
    path = random.choice([path for path in _paths(tree) if isinstance(_get(tree, path), list) and _get(tree, path)])
    items = _get(tree, path)
    i, j = random.randrange(len(items)), random.randrange(len(items))
    kind = random.randrange(3)
    if kind == 0:
        del items[i]
    elif kind == 1:
        items.insert(j, deepcopy(items[i]))
    else:
        items[i], items[j] = items[j], items[i]
    return tree


def _subtree(tree: Any, random: Random) -> Any:
    """A subtree replaced by a copy of another one."""
    paths = [path for path in _paths(tree) if path]
    target, origin = random.choice(paths), random.choice(paths)
    return _put(tree, target, deepcopy(_get(tree, origin)))


def _key(tree: Any, random: Random) -> Any:
    """A key of an object removed, renamed or added."""
    path = random.choice([path for path in _paths(tree) if isinstance(_get(tree, path), dict) and _get(tree, path)])
    table = _get(tree, path)
    key = random.choice(sorted(table))
    kind = random.randrange(3)
    if kind == 0:
        del table[key]
    elif kind == 1:
        table[key + "x"] = table.pop(key)
    else:
        table["extra"] = "1"
    return tree


def _claim(tree: Any, random: Random) -> Any:
    """The claim changed: another bound, dimension, cosine or degree, the witness left as it is."""
    parameters = tree["parameters"]
    kind = random.randrange(4)
    if kind == 0:
        p, q = (int(part, 16) for part in tree["bound"].split("/"))
        scale = 1 << random.randrange(1, 60)
        p, q = p * scale + random.choice([-1, 1]) * random.randrange(1, 9) * q, q * scale
        tree["bound"] = f"{p:x}/{q:x}" if random.random() * 5 < 1 else _reduced(p, q)
    elif kind == 1:
        parameters["n"] += random.choice([-2, -1, 1, 2, 20])
    elif kind == 2:
        p, q = (int(part, 16) for part in parameters["cos"].split("/"))
        parameters["cos"] = _reduced(p * 64 + random.choice([-1, 1]) * random.randrange(1, 9) * q, q * 64)
    else:
        name = random.choice(sorted(set(parameters) - {"n", "cos"}))
        parameters[name] += random.choice([-1, 1])
    return tree


def _reduced(p: int, q: int) -> str:
    common = gcd(p, q)
    return f"{p // common:x}/{q // common:x}"


KINDS: dict[str, Callable[[bytes, Random], bytes]] = {
    "byte of the text": _text_byte,
    "byte of the xz stream": _compressed_byte,
    "integer": _with_tree(_integer),
    "small number": _with_tree(_small_number),
    "value of another type": _with_tree(_leaf),
    "list": _with_tree(_list),
    "subtree": _with_tree(_subtree),
    "key": _with_tree(_key),
    "claim": _with_tree(_claim),
}
"""What can be done to a certificate, by name."""


def mutate(data: bytes, kind: str, random: Random) -> bytes:
    """A mutated certificate.

    Arguments:
        data: the bytes of a certificate, plain or xz.
        kind: a key of `KINDS`.
        random: the source of randomness; the same state gives the same bytes.
    """
    return KINDS[kind](data, random)


class Judgement(Enum):
    """What the checkers make of a mutated certificate."""

    MALFORMED = "malformed"
    REJECTED = "rejected"
    STILL_PROVED = "still proved"
    WRONGLY_VERIFIED = "wrongly verified"
    DISAGREEMENT = "the second opinion is stricter or laxer"


@dataclass(frozen=True)
class Judged:
    """The judgement, with the kernel's report."""

    judgement: Judgement
    report: Report


def judge(data: bytes, *, always: bool = False) -> Judged:
    """The kernel's verdict on some bytes, held against the second opinion: always if asked for, and whenever the verdict is VERIFIED.

    >>> judge(b"{}").judgement
    <Judgement.MALFORMED: 'malformed'>
    """
    report = check(data)
    if not report.verified:
        judgement = Judgement.MALFORMED if report.verdict is Verdict.MALFORMED else Judgement.REJECTED
        if always and audit(data).verdict is not report.verdict:
            judgement = Judgement.DISAGREEMENT
        return Judged(judgement, report)
    opinion = audit(data)
    proved = opinion.verified and opinion.claim == report.claim
    return Judged(Judgement.STILL_PROVED if proved else Judgement.WRONGLY_VERIFIED, report)
