"""Write the vectors of this theorem: `python -m tests.families.independence_number.make_vectors`.

Each run of the solver rounds differently in the last digits; the tests hold for whatever this writes.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from kissalg.algebra.graphs import Graph, cycle, kneser, paley
from kissalg.families.independence_number.rounds import bound_independence
from tests.vectors import folder

FOLDER = folder("independence-number")
Change = Callable[[Any], None]


def serialise(tree: Any) -> str:
    return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def verified() -> dict[str, str]:
    """The texts of the good ones."""
    house = Graph.of(5, [(0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (1, 4)], [2, "1/2", 1, 3, 2])
    runs = {
        "c5-theta-sharp": bound_independence(cycle(5), sharp=True),
        "c5-theta": bound_independence(cycle(5), symmetry=False),
        "c5-triangles": bound_independence(cycle(5), cuts=["triangle"]),
        "c7-odd-cycle": bound_independence(cycle(7), cuts=["odd-cycle"]),
        "petersen-las2-sharp": bound_independence(kneser(5, 2), "las2", sharp=True),
        "paley-13-las2": bound_independence(paley(13), "las2"),
        "house-weighted": bound_independence(house, "theta-prime"),
    }
    return {name: run.certificate.text for name, run in runs.items()}


def put(*path: Any) -> Callable[[Any], Change]:
    """Replace what stands at a path."""

    def to(value: Any) -> Change:
        def change(tree: Any) -> None:
            for key in path[:-1]:
                tree = tree[key]
            tree[path[-1]] = value(tree[path[-1]]) if callable(value) else value

        return change

    return to


def negated(text: str) -> str:
    return text[1:] if text.startswith("-") else f"-{text}"


def last_off(text: str, by: int) -> str:
    *first, last = text.split(" ")
    return " ".join([*first, format(int(last, 16) + by, "x")])


def last_off_by_one(text: str) -> str:
    return last_off(text, 1)


W = "witness"
REJECTED: dict[str, tuple[str, Change]] = {
    "bound-too-low": ("c5-theta", put("bound")("11/8")),
    "value-too-low": ("c5-theta", put(W, "value", 0)("11/8")),
    "field-of-another-number": ("c5-theta-sharp", put(W, "field", "polynomial", 0)("-6")),
    "not-an-automorphism": ("c5-theta-sharp", put(W, "generators", 0)("1 0 2 3 4")),
    "generators-forgotten": ("c5-theta-sharp", put(W, "generators")([])),
    "edge-removed": ("c5-theta", put("parameters", "graph")("Dh_")),
    "weight-raised": ("house-weighted", put("parameters", "weights", 0)("3/1")),
    "independent-set-with-an-edge": ("c5-theta", put(W, "independent")([0, 1])),
    "function-off-by-one": ("petersen-las2-sharp", put(W, "squares", 0, "basis", 1, 1)(last_off_by_one)),
    "matrix-off-by-one": ("c5-theta", put(W, "squares", 0, "matrix", "columns", 0)(last_off_by_one)),
    "correction-exceeds-its-shift": ("c5-theta", put(W, "squares", 0, "matrix", "shift")(lambda shift: shift + 60)),
    "set-with-a-negative-multiple": ("paley-13-las2", put(W, "sets", "values", "values", 0)(negated)),
    "set-multiple-off-by-two": ("paley-13-las2", put(W, "sets", "values", "values", 0)(lambda text: last_off(text, 2))),
    "square-forgotten": ("petersen-las2-sharp", lambda tree: tree[W]["squares"].pop()),
    "inequality-with-a-negative-multiplier": ("c7-odd-cycle", put(W, "inequalities", 0, "multiplier", 0)(negated)),
    "inequality-not-valid": ("c7-odd-cycle", put(W, "inequalities", 0, "function", 1)("2")),
    "inequality-forgotten": ("c7-odd-cycle", put(W, "inequalities")([])),
}
MALFORMED: dict[str, tuple[str, Change]] = {
    "graph-with-a-space": ("c5-theta", put("parameters", "graph")("Dh ")),
    "graph-too-short": ("c5-theta", put("parameters", "graph")("Dh")),
    "graph-padded-with-ones": ("c5-theta", put("parameters", "graph")("Dhd")),
    "graph-of-no-vertices": ("c5-theta", put("parameters", "graph")("?")),
    "graph-size-not-shortest": ("c5-theta", put("parameters", "graph")("~??Dhc")),
    "graph-too-large": ("c5-theta", put("parameters", "graph")("~~?????D")),
    "weights-too-few": ("house-weighted", lambda tree: tree["parameters"]["weights"].pop()),
    "generator-not-a-permutation": ("c5-theta-sharp", put(W, "generators", 0)("0 0 2 3 4")),
    "generator-too-short": ("c5-theta-sharp", put(W, "generators", 0)("0 1 2 3")),
    "independent-set-not-in-order": ("c5-theta", put(W, "independent")([2, 0])),
    "independent-set-twice-a-vertex": ("c5-theta", put(W, "independent")([0, 0])),
    "function-with-a-set-twice": ("c5-theta", put(W, "squares", 0, "basis", 0)(["1", "1", "2"])),
    "function-with-a-zero": ("c5-theta", put(W, "squares", 0, "basis", 0)(["1", "0"])),
    "function-without-denominator": ("c5-theta", put(W, "squares", 0, "basis", 0)([])),
    "function-of-vertices-not-in-order": ("c5-theta", put(W, "squares", 0, "basis", 0)(["1", "2 0 1"])),
    "function-of-a-vertex-too-many": ("c5-theta", put(W, "squares", 0, "basis", 0)(["1", "5 1"])),
    "size-not-that-of-the-basis": ("c5-theta", put(W, "squares", 0, "size")(5)),
    "sets-and-values-of-different-length": ("paley-13-las2", lambda tree: tree[W]["sets"]["sets"].pop()),
    "set-not-in-order": ("paley-13-las2", put(W, "sets", "sets", 0)("3 1")),
    "matrix-in-the-interior": (
        "c5-theta",
        put(W, "squares", 0, "matrix")(lambda m: {k: m[k] for k in ("columns", "correction", "exponents", "shift")}),
    ),
    "key-unknown": ("c5-theta", put(W, "more")("")),
    "key-missing": ("c5-theta", lambda tree: tree[W].pop("sets")),
}


def main() -> None:
    good = verified()
    for verdict, changes in (("rejected", REJECTED), ("malformed", MALFORMED)):
        (FOLDER / verdict).mkdir(parents=True, exist_ok=True)
        for name, (source, change) in changes.items():
            tree = deepcopy(json.loads(good[source]))
            change(tree)
            (FOLDER / verdict / f"{name}.json").write_text(serialise(tree))
    for name, text in good.items():
        (FOLDER / "verified").mkdir(parents=True, exist_ok=True)
        (FOLDER / "verified" / f"{name}.json").write_text(text)


if __name__ == "__main__":
    main()
