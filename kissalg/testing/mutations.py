"""Mutated certificates: every kind of small damage, and every kind of lie, to a file that is a proof.

A mutation may leave a proof a proof (a raised bound, a column times -1, another provenance). What must never happen is
that a file is VERIFIED and the claim is not proved by it; `judge` compares the kernel with the second opinion, which
shares nothing with it but the form of a report.

Main definitions: `KINDS`, `mutate`, `Judgement`, `judge`.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import gcd
from random import Random
from typing import Any

from kissalg.audit import NoOpinion, audit
from kissalg.kernel import Report, Verdict, check
from kissalg.testing.trees import at, is_hexadecimal, places, replaced, text_of

__all__ = ["KINDS", "Judged", "Judgement", "judge", "mutate"]

_BYTES = b'0123456789abcdef-/ ,"[]{}n:\n\x00\xff'


class _Original:
    """A certificate that is going to be mutated many times: its two forms, and the places of its tree by kind.

    Provenance is strings that no checker reads; of its places only those of single values are kept.
    """

    def __init__(self, data: bytes) -> None:
        packed = data.startswith(b"\xfd7zXZ")
        self.plain = lzma.decompress(data) if packed else data
        self.packed = data if packed else lzma.compress(data)
        tree = json.loads(self.plain)
        values = {path: at(tree, path) for path in places(tree)}
        self.leaves = [path for path, value in values.items() if path and not isinstance(value, dict | list)]
        values = {path: value for path, value in values.items() if path[:1] != ("provenance",)}
        self.places = [path for path in values if path]
        self.lists = [path for path, value in values.items() if isinstance(value, list) and value]
        self.tables = [path for path, value in values.items() if isinstance(value, dict) and value]
        self.small = [path for path, value in values.items() if type(value) is int]
        self.integers = [p for p, value in values.items() if is_hexadecimal(value)]
        claimed = ("bound", "parameters")
        self.claims = [
            path for path, value in values.items() if path[:1] and path[0] in claimed and isinstance(value, str | int)
        ]

    def tree(self) -> Any:
        """A fresh copy of the tree."""
        return json.loads(self.plain)


_original = lru_cache(maxsize=32)(_Original)


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


def _text_byte(original: _Original, random: Random) -> bytes:
    return _byte(original.plain, random)


def _compressed_byte(original: _Original, random: Random) -> bytes:
    return _byte(original.packed, random)


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


def _integer(original: _Original, random: Random) -> bytes:
    """One hexadecimal integer of the bound, the parameters or the witness replaced."""
    tree = original.tree()
    path = random.choice(original.integers)
    parts = re.split(r"([ /])", at(tree, path))
    index = 2 * random.randrange((len(parts) + 1) // 2)
    parts[index] = f"{_other_integer(int(parts[index], 16), random):x}"
    return text_of(replaced(tree, path, "".join(parts)))


def _small_number(original: _Original, random: Random) -> bytes:
    """One JSON integer replaced: an exponent, a shift, a position, a parameter."""
    tree = original.tree()
    path = random.choice(original.small)
    value = at(tree, path)
    choices = [value + 1, value - 1, -value, 0, 10**8, True, random.randint(-70000, 70000)]
    return text_of(replaced(tree, path, random.choice(choices)))


def _leaf(original: _Original, random: Random) -> bytes:
    """One value of another type."""
    value: Any = random.choice([None, True, False, 0, 1, -1, "", "0", "1/2", "1/1", "-0", "00", [], {}, "f" * 40])
    return text_of(replaced(original.tree(), random.choice(original.leaves), value))


def _list(original: _Original, random: Random) -> bytes:
    """An item deleted, repeated, or exchanged with another one."""
    tree = original.tree()
    items = at(tree, random.choice(original.lists))
    i, j = random.randrange(len(items)), random.randrange(len(items))
    kind = random.randrange(3)
    if kind == 0:
        del items[i]
    elif kind == 1:
        items.insert(j, deepcopy(items[i]))
    else:
        items[i], items[j] = items[j], items[i]
    return text_of(tree)


def _subtree(original: _Original, random: Random) -> bytes:
    """A subtree replaced by a copy of another one."""
    tree = original.tree()
    target, origin = random.choice(original.places), random.choice(original.places)
    return text_of(replaced(tree, target, deepcopy(at(tree, origin))))


def _key(original: _Original, random: Random) -> bytes:
    """A key of an object removed, renamed, added, or its value exchanged with that of another key."""
    tree = original.tree()
    table = at(tree, random.choice(original.tables))
    key, other = random.choice(sorted(table)), random.choice(sorted(table))
    kind = random.randrange(4)
    if kind == 0:
        del table[key]
    elif kind == 1:
        table[key + "x"] = table.pop(key)
    elif kind == 2:
        table[random.choice(["extra", "basis", "shift", "0"])] = "1"
    else:
        table[key], table[other] = table[other], table[key]
    return text_of(tree)


def _claim(original: _Original, random: Random) -> bytes:
    """The claim changed, its bound or one of its parameters, by a little; the witness is left as it is."""
    tree = original.tree()
    path = ("bound",) if random.random() * 4 < 1 else random.choice(original.claims)
    value = at(tree, path)
    if isinstance(value, int):
        return text_of(replaced(tree, path, value + random.choice([-2, -1, 1, 2, 20])))
    if re.fullmatch(r"-?[0-9a-f]+/[0-9a-f]+", value):
        p, q = (int(part, 16) for part in value.split("/"))
        scale = 1 << random.randrange(1, 60)
        p, q = p * scale + random.choice([-1, 1]) * random.randrange(1, 9) * q, q * scale
        return text_of(replaced(tree, path, _reduced(p, q)))
    if is_hexadecimal(value):
        words = value.split(" ")
        index = random.randrange(len(words))
        words[index] = f"{int(words[index], 16) + random.choice([-1, 1]):x}"
        return text_of(replaced(tree, path, " ".join(words)))
    index = random.randrange(max(1, len(value)))  # a word, such as the letters of the pieces of a mesh
    letter = random.choice(value or "x")
    return text_of(replaced(tree, path, value[:index] + letter + value[index + 1 :]))


def _reduced(p: int, q: int) -> str:
    common = gcd(p, q)
    return f"{p // common:x}/{q // common:x}"


KINDS: dict[str, Callable[[_Original, Random], bytes]] = {
    "byte of the text": _text_byte,
    "byte of the xz stream": _compressed_byte,
    "integer": _integer,
    "small number": _small_number,
    "value of another type": _leaf,
    "list": _list,
    "subtree": _subtree,
    "key": _key,
    "claim": _claim,
}
"""What can be done to a certificate, by name."""


def mutate(data: bytes, kind: str, random: Random) -> bytes:
    """A mutated certificate.

    Args:
        data: the bytes of a certificate, plain or xz.
        kind: a key of `KINDS`; where the certificate has nothing of the kind (a list, say), a byte of its text is
            changed.
        random: the source of randomness; the same state gives the same bytes.

    Returns:
        The bytes of the mutant.
    """
    original = _original(data)
    if not _places(original, kind):
        kind = "byte of the text"
    return KINDS[kind](original, random)


def _places(original: _Original, kind: str) -> bool:
    """Whether there is anything of the kind to change."""
    needed = {
        "integer": original.integers,
        "small number": original.small,
        "list": original.lists,
        "claim": original.claims,
    }
    return kind not in needed or bool(needed[kind])


class Judgement(Enum):
    """What the checkers make of a mutated certificate."""

    MALFORMED = "malformed"
    REJECTED = "rejected"
    STILL_PROVED = "still proved"
    UNDECIDED = "verified, no second opinion"
    WRONGLY_VERIFIED = "wrongly verified"
    DISAGREEMENT = "the second opinion is stricter or laxer"

    @property
    def alarming(self) -> bool:
        """Whether a person has to look at the mutant."""
        return self in (Judgement.UNDECIDED, Judgement.WRONGLY_VERIFIED, Judgement.DISAGREEMENT)


@dataclass(frozen=True)
class Judged:
    """The judgement, with the kernel's report."""

    judgement: Judgement
    report: Report


def judge(data: bytes, *, always: bool = False) -> Judged:
    """The kernel's verdict on some bytes, compared with the second opinion.

    Args:
        data: the bytes.
        always: ask for the second opinion even where the verdict is not VERIFIED.

    >>> judge(b"{}").judgement
    <Judgement.MALFORMED: 'malformed'>
    """
    report = check(data)
    if not (report.verified or always):
        return Judged(_REFUSALS[report.verdict], report)
    opinion = audit(data)
    if report.verified:
        proved = opinion.verified and opinion.claim == report.claim
        unknown = Judgement.UNDECIDED if isinstance(opinion, NoOpinion) else Judgement.WRONGLY_VERIFIED
        return Judged(Judgement.STILL_PROVED if proved else unknown, report)
    agreed = isinstance(opinion, NoOpinion) or opinion.verdict is report.verdict
    return Judged(_REFUSALS[report.verdict] if agreed else Judgement.DISAGREEMENT, report)


_REFUSALS = {Verdict.MALFORMED: Judgement.MALFORMED, Verdict.REJECTED: Judgement.REJECTED}
