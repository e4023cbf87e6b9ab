"""Write the vectors of this theorem: `python -m tests.families.rankin.make_vectors`."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import kissalg as ka
from kissalg.exact.rational import RationalLike
from tests.vectors import folder

__all__ = ["texts"]


def tree(n: int, cos: RationalLike) -> Any:
    """The certificate of Rankin's bound, without provenance."""
    return {**json.loads(ka.certify(ka.rankin(n, cos)).text), "provenance": {}}


def put(place: str, value: object) -> Callable[[Any], None]:
    """Replace the bound or a parameter."""

    def change(changed: Any) -> None:
        (changed if place in changed else changed["parameters"])[place] = value

    return change


def texts() -> dict[tuple[str, str], str]:
    """The texts of all vectors, by their verdict and name."""
    verified = {
        "simplex": tree(3, "-1/3"),
        "triangle-in-space": tree(3, "-1/2"),
        "cross-polytope": tree(3, 0),
        "no-integer": tree(5, "-2/7"),
        "simplex-of-smaller-angle": tree(4, "-1/9"),
        "almost-opposite": tree(2, "-999/1000"),
    }
    changes = {
        ("rejected", "bound-slightly-too-low"): ("simplex", put("bound", "ffffffffffffffff/4000000000000000")),
        ("rejected", "bound-rounded-down"): ("no-integer", put("bound", "4/1")),
        ("rejected", "bound-zero"): ("triangle-in-space", put("bound", "0/1")),
        ("rejected", "bound-negative"): ("triangle-in-space", put("bound", "-3/1")),
        ("rejected", "cosine-raised"): ("triangle-in-space", put("cos", "-1/3")),
        ("rejected", "cosine-zero"): ("simplex", put("cos", "0/1")),
        ("rejected", "dimension-raised"): ("cross-polytope", put("n", 4)),
        ("rejected", "dimension-raised-of-a-simplex"): ("simplex-of-smaller-angle", put("n", 5)),
        ("malformed", "cosine-positive"): ("cross-polytope", put("cos", "1/1000000")),
        ("malformed", "cosine-minus-one"): ("triangle-in-space", put("cos", "-1/1")),
        ("malformed", "cosine-below-minus-one"): ("triangle-in-space", put("cos", "-3/2")),
        ("malformed", "cosine-not-reduced"): ("triangle-in-space", put("cos", "-2/4")),
        ("malformed", "cosine-a-number"): ("cross-polytope", put("cos", 0)),
        ("malformed", "cosine-too-long"): ("triangle-in-space", put("cos", f"-1/{1 << 264:x}")),
        ("malformed", "dimension-one"): ("triangle-in-space", put("n", 1)),
        ("malformed", "dimension-too-large"): ("triangle-in-space", put("n", 10_001)),
        ("malformed", "dimension-a-string"): ("triangle-in-space", put("n", "3")),
        ("malformed", "key-missing"): ("cross-polytope", lambda t: t["parameters"].pop("cos")),
        ("malformed", "key-unknown"): ("cross-polytope", put("parameters", {"cos": "0/1", "degree": 1, "n": 3})),
        ("malformed", "witness-not-empty"): ("cross-polytope", put("witness", {"f": "1/1"})),
        ("malformed", "witness-null"): ("cross-polytope", put("witness", None)),
    }
    trees = {("verified", name): value for name, value in verified.items()}
    for key, (name, change) in changes.items():
        trees[key] = deepcopy(verified[name])
        change(trees[key])
    return {key: json.dumps(value, sort_keys=True, separators=(",", ":")) for key, value in trees.items()}


if __name__ == "__main__":
    for (verdict, name), text in texts().items():
        (folder("rankin") / verdict).mkdir(parents=True, exist_ok=True)
        (folder("rankin") / verdict / f"{name}.json").write_text(text)
