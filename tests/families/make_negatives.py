"""Write rejected and malformed vectors, each a good one with one change: `python -m tests.families.make_negatives`.

Every family has some, named after the reason. The families three-point, independence-number and semidefinite-program
have more, from scripts of their own.
"""

import lzma
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kissalg.kernel import check
from kissalg.testing.trees import Place, at, replaced, text_of, tree_of
from kissalg.witness.gram import ratio
from tests.vectors import folder, vector

TEXT_LIMIT = 10**4  # bytes: what is longer is compressed


@dataclass(frozen=True)
class Change:
    """What a negative vector is made of.

    Attributes:
        theorem, source: the good vector.
        verdict, name: of the new one.
        place, value: what is replaced, by what; a function gets the old value.
    """

    theorem: str
    source: str
    verdict: str
    name: str
    place: Place
    value: Any


def bumped(text: str) -> str:
    """The first integer of a string, larger by one."""
    first, separator, rest = text.partition(" ")
    return f"{int(first, 16) + 1:x}{separator}{rest}"


def lowered(text: str) -> str:
    """A bound that is smaller by a thousandth of itself, or of one."""
    return _moved(text, -1)


def raised(text: str) -> str:
    """A bound that is larger by a thousandth of itself, or of one."""
    return _moved(text, 1)


def _moved(text: str, direction: int) -> str:
    numerator, denominator = (int(part, 16) for part in text.split("/"))
    bound = Fraction(numerator, denominator)
    bound += direction * max(Fraction(1), abs(bound)) / 1000
    return ratio(bound)


def without(key: str) -> Callable[[Any], Any]:
    """An object without one of its keys."""
    return lambda old: {name: value for name, value in old.items() if name != key}


def family(theorem: str, source: str, *changes: tuple[str, str, Place, Any]) -> list[Change]:
    """Changes of one good vector."""
    return [Change(theorem, source, *change) for change in changes]


R, M, P, W = "rejected", "malformed", "parameters", "witness"
CHANGES = [
    *family(
        "three-point-fixed-size", "fixed-size-n3-cos-0-N7-d2",
        (R, "bound-below-the-size", ("bound",), "5/1"),
        (R, "cosine-larger", (P, "cos"), "1/5"),
        (R, "matrix-off-by-one", (W, "F", 1, "columns", 0), bumped),
        (R, "multiplier-zero", (W, "e", "value"), "0"),
        (R, "size-smaller", (P, "size"), 6),
        (M, "key-missing", (W,), without("e")),
        (M, "size-2", (P, "size"), 2),
        (M, "squares-below-the-degree", (P, "squares"), 1),
    ),
    *family(
        "average-kissing", "step-n3-d5",
        (R, "bound-lowered", ("bound",), lowered),
        (R, "dimension-8", (P, "n"), 8),
        (R, "first-size-smaller", (P, "nodes", 0), "1/3"),
        (M, "key-missing", (W,), without("slopes")),
        (M, "piece-linear-at-the-end", (P, "pieces"), "ccl"),
        (M, "piece-unknown", (P, "pieces"), "cxc"),
        (M, "sizes-that-decrease", (P, "nodes", 0), "2/3"),
    ),
    *family(
        "average-kissing-radii", "radii-n3-d6",
        (R, "bound-lowered", ("bound",), lowered),
        (R, "radius-larger", (P, "radii", 1), "5/1"),
        (M, "key-missing", (W,), without("centres")),
        (M, "radii-equal", (P, "radii", 0), "2/1"),
        (M, "radius-0", (P, "radii", 0), "0/1"),
        (M, "radius-without-a-centre", (P, "radii"), ["1/1", "2/1", "3/1"]),
    ),
    *family(
        "average-kissing-area", "n4-radius-sqrt-3",
        (R, "bound-lowered", ("bound",), lowered),
        (R, "dimension-5", (P, "n"), 5),
        (R, "radius-sqrt-5", (P, "rho_squared"), "5/1"),
        (M, "dimension-2", (P, "n"), 2),
        (M, "radius-1", (P, "rho_squared"), "1/1"),
        (M, "radius-3", (P, "rho_squared"), "9/1"),
        (M, "witness-not-empty", (W,), {"F": []}),
    ),
    *family(
        "average-kissing-direct", "direct-n3-r1-d7",
        (R, "bound-lowered", ("bound",), lowered),
        (R, "dimension-4", (P, "n"), 4),
        (R, "scale-2", (W, "scale"), "2/1"),
        (M, "degree-even", (P, "degree"), 6),
        (M, "key-missing", (W,), without("scale")),
        (M, "radii-none", (P, "radii"), []),
        (M, "scale-0", (W, "scale"), "0/1"),
    ),
    *family(
        "average-kissing-polynomial", "polynomial-n3-d6",
        (R, "bound-lowered", ("bound",), lowered),
        (R, "dimension-4", (P, "n"), 4),
        (R, "matrix-off-by-one", (W, "Q", "trv", 0, "columns", 0), bumped),
        (M, "degree-odd", (P, "degree"), 5),
        (M, "key-missing", (W,), without("f")),
        (M, "size-one-half", (P, "first"), "1/2"),
    ),
    *family(
        "delsarte", "e8",
        (R, "bound-lowered", ("bound",), lowered),
        (R, "coefficient-off-by-one", (W, "f", "values", 0), bumped),
        (R, "dimension-9", (P, "n"), 9),
        (M, "rank-without-a-basis", (W, "Q", 0, "rank"), 1),
        (M, "degree-not-that-of-the-witness", (P, "degree"), 2),
        (M, "dimension-1", (P, "n"), 1),
        (M, "key-missing", (W,), without("f")),
    ),
    *family(
        "delsarte", "icosahedron",
        (R, "cosine-above-1", (P, "cos"), ["0/1", "1/1"]),
        (R, "field-of-another-number", (P, "field", "polynomial"), ["-7", "0", "1"]),
        (R, "root-not-in-the-interval", (P, "field", "interval"), ["3/1", "4/1"]),
        (M, "interval-out-of-order", (P, "field", "interval"), ["3/1", "2/1"]),
        (M, "polynomial-not-monic", (P, "field", "polynomial"), ["-5", "0", "2"]),
    ),
    *family(
        "spherical-caps", "one-density-n4",
        (R, "bound-lowered", ("bound",), lowered),
        (R, "caps-larger", (P, "caps", 0), ["1/3"]),
        (R, "caps-smaller", (P, "caps", 0), ["3/5"]),
        (R, "dimension-3", (P, "n"), 3),
        (R, "end-too-small", (W, "ends", 0), "-3/5"),
        (M, "caps-none", (P, "caps"), []),
        (M, "dimension-1", (P, "n"), 1),
        (M, "key-missing", (W,), without("ends")),
    ),
    *family(
        "nonnegative", "simplex",
        (R, "bound-raised", ("bound",), raised),
        (R, "coefficient-off-by-one", (P, "polynomial", 1), "0 0 2 2"),
        (M, "exponents-out-of-order", (P, "polynomial"), ["1", "2 0 0 1", "0 2 0 1"]),
        (M, "key-missing", (W,), without("multiplier")),
        (M, "weight-negative", (W, "squares", 0, "copies", 0, "weight"), "-1/1"),
    ),
    *family(
        "nonnegative", "motzkin",
        (R, "multiplier-forgotten", (W, "multiplier"), {"constant": 0, "power": 0}),
        (R, "squares-forgotten", (W, "squares"), []),
        (M, "power-17", (W, "multiplier", "power"), 17),
    ),
    *family(
        "nonnegative", "sphere",
        (R, "multiplier-that-vanishes", (W, "multiplier"), {"constant": 0, "power": 1}),
        (M, "equation-without-its-multiplier", (P, "equalities"), []),
    ),
]  # fmt: skip


def main() -> None:
    for change in CHANGES:
        tree = tree_of(vector(change.theorem, change.source).read_bytes())
        value = change.value(at(tree, change.place)) if callable(change.value) else change.value
        data = text_of(replaced(tree, change.place, value))
        report = check(data)
        if report.verdict.name.lower() != change.verdict:
            raise SystemExit(f"{change.theorem}: expected that {change.name} is {change.verdict}, found {report}")
        packed = len(data) > TEXT_LIMIT
        target = folder(change.theorem) / change.verdict / f"{change.name}.json{'.xz' if packed else ''}"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(lzma.compress(data) if packed else data)


if __name__ == "__main__":
    main()
