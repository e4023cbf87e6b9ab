"""Write the verified vectors of this theorem: `python -m tests.families.delsarte.make_vectors`.

Each run of the solver rounds differently in the last digits; the tests hold for whatever this writes.
"""

import kissalg as ka
from tests.vectors import folder

ROOT5 = ka.quadratic_field(5)


def main() -> None:
    problems = {
        "e8": ka.delsarte(8, "1/2", 3),
        "icosahedron": ka.delsarte(3, ROOT5(0, "1/5"), 2),
        "600-cell": ka.delsarte(4, ROOT5("1/4", "1/4"), 9),
    }
    for name, problem in problems.items():
        certificate = ka.certify(ka.round_to_face(ka.solve(problem, settings=ka.sharp_settings())))
        certificate.save(folder("delsarte") / "verified" / f"{name}.json")


if __name__ == "__main__":
    main()
