"""The average kissing number of R^8: at least 240 (the lattice E8), and by a small certificate not much more.

The published bound is 408.386; twice the kissing number is 480.
"""

import kissalg as ka


def main() -> None:
    problem = ka.average_kissing(8, 10, ka.linear_mesh("11/25", 4, 6), margin="1/5000")
    certificate = ka.certify(ka.solve_float64(problem))
    report = ka.verify(certificate)
    print(report)
    assert report.bound is not None
    assert 240 <= report.bound < 250


if __name__ == "__main__":
    main()
