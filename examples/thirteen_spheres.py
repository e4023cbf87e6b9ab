"""A(3, 60°) = 12: no thirteen unit spheres touch one (Schütte and van der Waerden, 1953).

The certificate shows that there is no code of 13 points.

The twelve points of the cuboctahedron show that twelve do.
"""

from itertools import combinations, product

import kissalg as ka
from kissalg.families.three_point_fixed_size.model import fixed_size, search


def main() -> None:
    cuboctahedron = [point for point in product((-1, 0, 1), repeat=3) if point.count(0) == 1]  # all of norm 2
    assert len(cuboctahedron) == 12
    assert all(2 * sum(a * b for a, b in zip(x, y, strict=True)) <= 2 for x, y in combinations(cuboctahedron, 2))

    certificate = ka.certify(ka.solve(search(fixed_size(3, "1/2", 13, degree=5))))
    report = ka.verify(certificate)
    print(report)
    assert report.bound == 12


if __name__ == "__main__":
    main()
