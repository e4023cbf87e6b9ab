"""Small files of every published format, and the ways in which strangers get them wrong.

`SAMPLES` has a file of each format that `kissalg check` reads. `damaged` changes characters; `restructured` keeps JSON
intact and changes its values: wrong types under right keys, gigantic and tiny numbers, missing, renamed and nested
parts. A reader has to answer each of them with a finding or a `kissalg.errors.KissalgError`, soon, and without running
anything.

Main definitions: `SAMPLES`, `damaged`, `restructured`, `foreign_files`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from random import Random
from typing import Any

from flint import fmpq_mat
from hypothesis import strategies as st

from kissalg.families.three_point.model import three_point
from kissalg.published.knwit import block_names
from kissalg.published.knwit_container import write_container
from kissalg.sdp.model import NonnegativeVariable

__all__ = ["SAMPLES", "damaged", "foreign_files", "restructured"]


def _zero_values() -> dict[str, Any]:
    """A solution of the smallest three-point bound in which every value is 0: the right shape, and no solution."""
    blocks: dict[str, Any] = {}
    for variable in three_point(3, "1/2", 1).variables:
        order = variable.order
        blocks[variable.name] = [0] * order if isinstance(variable, NonnegativeVariable) else [[0] * order] * order
    return {"n": 3, "degree": 1, "basis": "kissalg", "cos": "1/2", "blocks": blocks}


def _json(tree: Any) -> bytes:
    return json.dumps(tree).encode()


_SQUARE = {"weight": [1, 1], "poly": [[1, 1]]}

SAMPLES: Mapping[str, bytes] = {
    "certificate": _json(
        {"bound": "2/1", "format": 1, "parameters": {}, "provenance": {}, "theorem": "three-point", "witness": {}}
    ),
    "configuration": _json({"points": [[1, 0, 0], [0, 1, 0], [0, 0, "-1/2"], [[1, 2], "0.5", "1e-1"]]}),
    "three-point-fixed-n": _json(
        {
            "claim": "dimension 3",
            "n": 13,
            "D": 2,
            "cut": "1/2",
            "e": "1/32",
            "F": [[["1", "0"], ["0", "1"]], [["1"]]],
            "SOS": [{"g": "(1+u)(1/2-u)", "deg": 1, "basis": [[0, 0, 0], [1, 0, 0]], "B": [["1", "0"], ["0", "2"]]}],
        }
    ),
    "three-point-values": _json(_zero_values()),
    "knwit": write_container([fmpq_mat(size, size) for size in block_names(1).values()]),
    "sdpa": b'"a comment"\n1 = mDim\n1\n2\n1\n0 1 1 2 1\n1 1 1 1 1\n1 1 2 2 1\n',
    "delsarte": _json(
        {
            "dimension": 3,
            "cos": "-1/3",
            "bound": 4,
            "gegenbauer": ["1/3", "1"],
            "coefficients": ["1/3", 1],
            "factors": [{"coefficients": ["1/3", "1"], "power": 1}],
        }
    ),
    "cohn-elkies": _json(
        {
            "n": 2,
            "threshold": [3, 1],
            "coefficients": [[2, 1], [1, 1]],
            "transform_nonnegative": {"sigma0": [_SQUARE], "sigma1": [_SQUARE]},
            "tail_nonpositive": {"sigma0": [], "sigma1": [_SQUARE]},
        }
    ),
    "graph-dual": _json({"vertices": 2, "edges": [[0, 1]], "weights": [{"clique": [0, 1], "weight": "1"}], "bound": 1}),
    "facets": _json({"n": 2, "facets": [{"linear": [-1, 0], "quadratic": [[0, 1, 1]], "rhs": 0}], "all_facets": True}),
    "gram-matrices": _json(
        {
            "matrices": [
                {"name": "X", "L": [[1, 0], [2, 1]]},
                {"name": "Y", "R": [[1], [2]], "Q": [["3/4"]]},
                {"name": "Z", "matrix": [[1, 1], [1, 1]]},
            ],
            "identities": [{"terms": [{"matrix": "Z", "coefficients": [[1, 0], [0, 1]]}], "rhs": 2, "relation": "="}],
        }
    ),
}
"""A file of each format of `kissalg.published.FORMATS`: readable, and small."""

_PIECES = ("", "9" * 30, "-", "null", "[", "]", "{}", '"', "1e300", "1/0", "0", " ", "\n", "true", ",")


def damaged(data: bytes, random: Random) -> bytes:
    """Up to three small changes of characters: replaced, removed, numbers made gigantic."""
    for _ in range(random.randint(1, 3)):
        position = random.randrange(len(data) + 1)
        data = data[:position] + random.choice(_PIECES).encode() + data[position + random.randint(0, 3) :]
    return data


def _deep(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


_LONG = re.compile(r'"@([0-9]{4,5})"')  # stands for an integer of so many digits, more than Python prints


def _values() -> list[Any]:
    """What a stranger may put in the place of a value."""
    return [
        *(None, True, False, 0, 1, -1, 2, 41, 10**9, -(10**40), *json.loads("[0.5, 1e308, -0.0]")),
        *(
            "",
            " ",
            "x",
            "1",
            "-1",
            "1/2",
            "2/4",
            "1/0",
            "0/1",
            "-3//4",
            "1e999",
            "1e-1000",
            "9" * 9000,
            "9" * 20000,
            "١",
            "\x00",
        ),
        *([], [[]], [1], [1, 2], [1, 2, 3], [[1, 2], [3]], [[1, 0], [0, 1]], [[-1]], [[0, 0], [0, 0]], ["1/2"] * 40),
        *({}, {"a": 1}, {"": None}, {"matrix": [[1]]}, _deep(9), _deep(40), [0] * 5000),
    ]


def _places(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _places(value, (*path, key))


def restructured(data: bytes, random: Random) -> bytes:
    """A JSON file whose values are changed, one or two of them; still JSON. A file that is not JSON is `damaged`.

    >>> restructured(b'{"n": 3}', Random(1)) != b'{"n": 3}'
    True
    """
    try:
        tree = json.loads(data)
    except ValueError:
        return damaged(data, random)
    for _ in range(random.randint(1, 2)):
        places = list(_places(tree))
        if not places:
            break
        *above, last = random.choice(places)
        parent = tree
        for key in above:
            parent = parent[key]
        kind = random.randrange(6)
        if kind == 0:
            del parent[last]
        elif kind == 1 and isinstance(parent, dict):
            parent[str(last) + random.choice(["x", " ", "_"])] = parent.pop(last)
        elif kind == 2:
            parent[last] = [deepcopy(parent[last])] * random.randint(1, 3)
        elif kind == 3:
            origin = tree
            for key in random.choice(places):
                origin = origin[key]
            parent[last] = deepcopy(origin)
        else:
            parent[last] = random.choice(_values())
    return _LONG.sub(lambda match: "9" * int(match[1]), json.dumps(tree)).encode()


def foreign_files() -> st.SearchStrategy[tuple[str, bytes]]:
    """(format, file): the samples, damaged or restructured.

    >>> from hypothesis import find
    >>> find(foreign_files(), lambda drawn: drawn[0] == "sdpa")[0]
    'sdpa'
    """

    def build(drawn: tuple[str, bool, int]) -> tuple[str, bytes]:
        name, structured, seed = drawn
        return name, (restructured if structured else damaged)(SAMPLES[name], Random(seed))

    return st.tuples(st.sampled_from(list(SAMPLES)), st.booleans(), st.integers(0, 2**32)).map(build)
