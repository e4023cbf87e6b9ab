"""Write the vectors of this theorem: `python -m tests.families.spherical_caps.make_vectors`.

Each run of the solver rounds differently in the last digits; the tests hold for whatever this writes.
"""

import kissalg as ka
from tests.vectors import folder

FOLDER = folder("spherical-caps") / "verified"


def main() -> None:
    problems = {
        "prism-density-n3": ka.spherical_caps(3, ["cos(pi/5)", "cos(3*pi/10)"], 2),
        "octahedron-density-n3": ka.spherical_caps(3, ["sqrt(8)/3", "sqrt(2/3)"], 6),
        "rational-count-n4": ka.spherical_caps(4, ["3/5", "4/5"], 3, weights=["3/2", 1]),
        "one-density-n4": ka.spherical_caps(4, ["1/2"], 2),
    }
    for name, problem in problems.items():
        ka.certify(ka.solve(problem)).save(FOLDER / f"{name}.json")
    sharp = ka.solve(ka.spherical_caps(8, ["sqrt(3)/2"], 3, weights=[1]), settings=ka.sharp_settings())
    ka.certify(ka.round_to_face(sharp)).save(FOLDER / "e8-count-n8.json")


if __name__ == "__main__":
    main()
