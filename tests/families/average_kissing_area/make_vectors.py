"""Write the verified vectors of this theorem: `python -m tests.families.average_kissing_area.make_vectors`."""

import kissalg as ka
from tests.vectors import folder


def main() -> None:
    target = folder("average-kissing-area") / "verified"
    target.mkdir(parents=True, exist_ok=True)
    for n in (3, 4):
        ka.average_kissing_area(n, 3).save(target / f"n{n}-radius-sqrt-3.json")


if __name__ == "__main__":
    main()
