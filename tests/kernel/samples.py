"""Certificates for the tests: the stored ones, random well-formed ones that solve nothing, and every field of a tree by
its path.
"""

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.kernel.oracle import Problem, tree_of, weights
from tests.vectors import vector

SMALL = "three-point-n4-cos-negative-d1-weak"
MEDIUM = "three-point-n3-cos-0-d2-weak"
LARGER = "three-point-n3-d3-weak"


def stored(name: str = MEDIUM, verdict: str = "verified") -> Any:
    """The tree of a stored three-point certificate."""
    return tree_of(vector("three-point", name, verdict).read_bytes())


def hexadecimal(value: int) -> str:
    """An integer in the format's notation."""
    return format(value, "x")


def ratio(value: Fraction) -> str:
    """A rational in the format's notation."""
    return f"{hexadecimal(value.numerator)}/{hexadecimal(value.denominator)}"


def random_psd(random: Random, size: int, *, corrected: bool = False) -> dict[str, Any]:
    """A random matrix in the PSD encoding; its correction is dominated by its shift."""
    columns = [" ".join(hexadecimal(random.randint(-40, 40)) for _ in range(size - j)) for j in range(size)]
    exponents = [random.randint(-3, 9) for _ in range(size)]
    if not corrected:
        return {"columns": columns, "correction": None, "exponents": exponents, "shift": None}
    shift = random.randint(-2, 5)
    positions = [(i, j) for i in range(size) for j in range(i + 1) if random.random() < 0.6]
    entries = [[i, j, hexadecimal(random.choice([-3, -1, 1, 5]))] for i, j in positions]
    denominator = hexadecimal(7 * 3**4 * size * 2 ** max(0, shift)) if entries else "1"
    if not any(entry[2] in ("1", "-1") for entry in entries) and entries:
        entries[0][2] = "1"  # so that no factor is common to all
    correction = {"denominator": denominator, "entries": entries}
    return {"columns": columns, "correction": correction, "exponents": exponents, "shift": shift}


def random_tree(random: Random, problem: Problem) -> Any:
    """A well-formed certificate for this problem, with random matrices and the bound 0."""
    d = problem.degree
    degrees = (d, d - 1, d - 2, d - 3, d - 2)
    sizes = {
        "trv": [len(weights(degree)) for degree in degrees],
        "alt": [len(weights(degree - 3)) for degree in degrees],
        "std": [len(weights(degree - 1)) + len(weights(degree - 2)) for degree in degrees],
    }

    def psd(size: int) -> dict[str, Any]:
        return random_psd(random, size, corrected=random.random() < 0.5)

    witness = {
        "a": {
            "exponent": random.randint(-2, 6),
            "values": [hexadecimal(random.randint(0, 99)) for _ in range(problem.linear)],
        },
        "B": psd(2),
        "F": [psd(d + 1 - k) for k in range(d + 1)],
        "Q": [psd(d + 1), psd(d)],
        "R": {kind: [psd(size) for size in sizes[kind]] for kind in sizes},
    }
    parameters = {"n": problem.n, "cos": ratio(problem.cos), "degree": d, "linear": problem.linear}
    return {
        "format": 1,
        "theorem": "three-point",
        "parameters": parameters,
        "bound": "0/1",
        "witness": witness,
        "provenance": {},
    }


Path_ = tuple[str | int, ...]


def leaves(tree: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The path of every value of a tree that is neither an object nor a list."""
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from leaves(value, (*path, key))
    else:
        yield path


def lists(tree: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The path of every nonempty list of a tree."""
    if isinstance(tree, list) and tree:
        yield path
    if isinstance(tree, dict | list):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from lists(value, (*path, key))


def get(tree: Any, path: Path_) -> Any:
    """The value at a path."""
    for key in path:
        tree = tree[key]
    return tree


def put(tree: Any, path: Path_, value: Any) -> None:
    """Replace the value at a path."""
    get(tree, path[:-1])[path[-1]] = value


def numbers_of(tree: Any) -> Iterator[tuple[Path_, str, int]]:
    """Every hexadecimal integer of the witness: its path, the string, its position in the string."""
    for path in leaves(tree["witness"], ("witness",)):
        text = get(tree, path)
        if isinstance(text, str):
            yield from ((path, text, index) for index in range(len(text.replace("/", " ").split(" "))))


def shifted(text: str, index: int, by: int) -> str:
    """A string of hexadecimal integers with one of them larger by `by`."""
    separator = "/" if "/" in text else " "
    tokens = text.split(separator)
    tokens[index] = hexadecimal(int(tokens[index], 16) + by)
    return separator.join(tokens)


def replace_integer(data: st.DataObject, tree: Any, path: Path_) -> None:
    """Another integer at a path, or for one integer of the string there: a bit flipped, the sign, a neighbour, zero."""
    leaf = get(tree, path)
    if isinstance(leaf, int):
        put(tree, path, leaf + data.draw(st.integers(-3, 3)))
        return
    index = data.draw(st.integers(0, len(leaf.replace("/", " ").split(" ")) - 1))
    number = int(leaf.replace("/", " ").split(" ")[index], 16)
    bit = 1 << data.draw(st.integers(0, max(1, number.bit_length())))
    new = data.draw(st.sampled_from([number ^ bit, -number, number - 1, number + 1, 0]))
    put(tree, path, shifted(leaf, index, new - number))
