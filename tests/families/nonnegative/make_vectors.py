"""Write the verified vectors of this theorem: `python -m tests.families.nonnegative.make_vectors`.

Each run of the solver rounds differently in the last digits; the tests hold for whatever this writes.
"""

import kissalg as ka
from kissalg.algebra.groups import hyperoctahedral_group
from tests.vectors import folder


def main() -> None:
    motzkin = "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2"
    made = {
        "motzkin": ka.certify_nonnegative(motzkin, multiplier=(1, 1), group=hyperoctahedral_group(2)),
        "cubic-minimum": ka.minimize("x^4 + x"),
        "sphere": ka.minimize("x*y*z", equal=["x^2 + y^2 + z^2 - 1"], degree=4),
        "simplex": ka.minimize("x^2 + y^2 + z^2", on=["x", "y", "z"], equal=["x + y + z - 1"]),
    }
    for name, certificate in made.items():
        certificate.save(folder("nonnegative") / "verified" / f"{name}.json")


if __name__ == "__main__":
    main()
