"""The kissing number of R^3 is 12 or 13: a configuration from below, a three-point certificate from above.

That it is 12 takes a higher degree and more: the three-point bound alone stays above 12.
"""

from itertools import combinations

import kissalg as ka


def roots(n: int) -> list[tuple[int, ...]]:
    """The roots ±e_i ± e_j of D_n.

    Their inner products are 2 (the same vector) or at most 1, so they touch at 60 degrees.
    """
    signs = [(a, b) for a in (-1, 1) for b in (-1, 1)]
    pairs = [(i, j, a, b) for i, j in combinations(range(n), 2) for a, b in signs]
    return [tuple(a if k == i else b if k == j else 0 for k in range(n)) for i, j, a, b in pairs]


def main() -> None:
    code = roots(3)
    assert all(2 * sum(a * b for a, b in zip(x, y, strict=True)) <= 2 for x, y in combinations(code, 2))

    certificate = ka.certify(ka.solve(ka.kissing(3, degree=4)))
    report = ka.verify(certificate)
    print(report)
    assert report.bound is not None
    assert len(code) == 12 <= report.bound < 14


if __name__ == "__main__":
    main()
