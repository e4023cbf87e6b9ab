"""Write the smallest verified vector of this theorem: `python -m tests.families.three_point_fixed_size.make_vectors`.

Each run of the solver rounds differently in the last digits; the tests hold for whatever this writes.
"""

import kissalg as ka
from kissalg.families.three_point_fixed_size.model import fixed_size, search
from tests.vectors import folder


def main() -> None:
    certificate = ka.certify(ka.solve(search(fixed_size(3, 0, 7, 2))))
    certificate.save(folder("three-point-fixed-size") / "verified" / "fixed-size-n3-cos-0-N7-d2.json")


if __name__ == "__main__":
    main()
