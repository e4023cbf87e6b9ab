"""Write the certificates of sharp bounds and of sums of squares in `sharp/`: `python -m tests.certificates.make_sharp`.

Each run of the solver rounds differently in the last digits; the tests hold for whatever this writes.
"""

from pathlib import Path

import kissalg as ka
from kissalg.algebra.groups import hyperoctahedral_group
from kissalg.certificate import Certificate
from kissalg.sdp.model import Model

FOLDER = Path(__file__).parent / "sharp"
ROOT5 = ka.quadratic_field(5)


def sharp(problem: Model) -> Certificate:
    """The certificate of the exact optimum."""
    return ka.certify(ka.round_to_face(ka.solve(problem, settings=ka.sharp_settings())))


def main() -> None:
    motzkin = "x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2"
    made = {
        "petersen": sharp(ka.three_point(4, "1/6", degree=4)),
        "e8": sharp(ka.delsarte(8, "1/2", 3)),
        "icosahedron": sharp(ka.delsarte(3, ROOT5(0, "1/5"), 2)),
        "600-cell": sharp(ka.delsarte(4, ROOT5("1/4", "1/4"), 9)),
        "motzkin": ka.certify_nonnegative(motzkin, multiplier=(1, 1), group=hyperoctahedral_group(2)),
        "cubic-minimum": ka.minimize("x^4 + x"),
        "sphere": ka.minimize("x*y*z", equal=["x^2 + y^2 + z^2 - 1"], degree=4),
        "simplex": ka.minimize("x^2 + y^2 + z^2", on=["x", "y", "z"], equal=["x + y + z - 1"]),
    }
    for name, certificate in made.items():
        certificate.save(FOLDER / f"{name}.json")


if __name__ == "__main__":
    main()
