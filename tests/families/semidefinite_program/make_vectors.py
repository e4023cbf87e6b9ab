"""Write the vectors of this theorem: `python -m tests.families.semidefinite_program.make_vectors`."""

import json
from copy import deepcopy
from typing import Any

import kissalg as ka
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.sdp.sdpa import read_sdpa
from tests.vectors import folder

FOLDER = folder("semidefinite-program")
TWO_BLOCKS = "3\n2\n2 -2\n1 2 3\n0 1 1 2 1\n1 1 1 1 1\n2 1 2 2 1\n3 2 1 1 1\n1 2 2 2 1\n"
# the theta number of the pentagon: the largest sum of the entries of a matrix with trace 1 that vanishes on the edges
PENTAGON = "6\n1\n5\n1 0 0 0 0 0\n" + "".join(
    [f"0 1 {i} {j} 1\n" for i in range(1, 6) for j in range(i, 6)]
    + [f"1 1 {i} {i} 1\n" for i in range(1, 6)]
    + [f"{k} 1 {i} {j} 1\n" for k, (i, j) in enumerate([(1, 2), (2, 3), (3, 4), (4, 5), (1, 5)], 2)]
)


def write(verdict: str, name: str, tree: Any) -> None:
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"))
    (FOLDER / verdict / f"{name}.json").write_text(text)


def main() -> None:
    two = json.loads(ka.certify(ka.solve(sdpa_model(read_sdpa(TWO_BLOCKS)))).text)
    run = ka.solve(sdpa_model(read_sdpa(PENTAGON)), settings=ka.sharp_settings())
    sharp = json.loads(ka.certify(ka.round_to_face(run)).text)
    write("verified", "two-blocks", two)
    write("verified", "pentagon-sharp", sharp)
    changes: dict[str, tuple[str, Any, Any]] = {
        "bound": ("rejected", two, lambda t: t.update(bound="3/1")),
        "cost": ("rejected", two, lambda t: t["parameters"]["costs"].__setitem__(0, "2/1")),
        "an-entry-missing": ("rejected", two, lambda t: t["parameters"]["entries"].pop(1)),
        "negative-diagonal": ("rejected", two, lambda t: t["witness"]["blocks"][1]["values"].__setitem__(1, "-1")),
        "other-root": ("rejected", sharp, lambda t: t["witness"]["field"].update(interval=["-3/1", "-2/1"])),
        "order": ("malformed", two, lambda t: t["parameters"]["entries"].reverse()),
        "zero-entry": ("malformed", two, lambda t: t["parameters"]["entries"][0].__setitem__(1, "0/1")),
        "below-the-diagonal": ("malformed", two, lambda t: t["parameters"]["entries"][0].__setitem__(0, "0 0 1 0")),
        "off-a-diagonal-block": ("malformed", two, lambda t: t["parameters"]["entries"][-1].__setitem__(0, "3 1 0 1")),
        "no-such-matrix": ("malformed", two, lambda t: t["parameters"]["entries"][-1].__setitem__(0, "4 1 0 0")),
        "no-such-block": ("malformed", two, lambda t: t["parameters"]["entries"][-1].__setitem__(0, "3 2 0 0")),
        "negative-index": ("malformed", two, lambda t: t["parameters"]["entries"][0].__setitem__(0, "0 0 -1 0")),
        "no-block": ("malformed", two, lambda t: (t["parameters"].update(blocks=[]), t["witness"].update(blocks=[]))),
        "empty-block": ("malformed", two, lambda t: t["parameters"]["blocks"].__setitem__(1, 0)),
        "huge-block": ("malformed", two, lambda t: t["parameters"]["blocks"].__setitem__(0, 1 << 20)),
        "block-missing": ("malformed", two, lambda t: t["witness"]["blocks"].pop()),
        "too-short-a-diagonal": ("malformed", two, lambda t: t["witness"]["blocks"][1]["values"].pop()),
    }
    for name, (verdict, source, change) in changes.items():
        tree = deepcopy(source)
        change(tree)
        write(verdict, name, tree)


if __name__ == "__main__":
    main()
