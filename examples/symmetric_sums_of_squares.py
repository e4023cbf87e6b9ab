"""The least value of a symmetric polynomial on the simplex, with and without its symmetry.

It is the same exact number, from smaller blocks.
"""

import kissalg as ka
from kissalg.families.nonnegative.model import statement


def main() -> None:
    p, on, equal = "x^3 + y^3 + z^3 - x*y*z", ["x", "y", "z"], ["x + y + z - 1"]
    s3 = ka.FiniteGroup.from_permutations([(1, 2, 0), (1, 0, 2)], "S3")
    bounds = []
    for group in (s3, None):
        certificate = ka.minimize(p, on, equal, group=group, degree=4)
        report = ka.verify(certificate)
        print(report)
        bounds.append(report.bound)
    reduced, unreduced = (statement(p, on, equal, group=group, degree=4).blocks for group in (s3, None))
    assert max(block.size for block in reduced) < max(block.size for block in unreduced)
    assert bounds[0] == bounds[1]
    assert str(bounds[0]) == "2/27", "the value at (1/3, 1/3, 1/3)"


if __name__ == "__main__":
    main()
