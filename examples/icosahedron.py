"""The icosahedron is optimal: at most 12 points on S² have inner products of at most 1/√5.

By Delsarte's bound over Q(√5).
"""

from itertools import product

import kissalg as ka


def main() -> None:
    root5 = ka.quadratic_field(5)
    golden = root5("1/2", "1/2")
    # (0, ±1, ±φ) and its cyclic images; all have the square 1 + φ²
    signs = list(product((1, -1), repeat=2))
    points = [
        tuple([root5(0), root5(a), golden * b][(i - s) % 3] for i in range(3)) for s in range(3) for a, b in signs
    ]
    square = 1 + golden * golden
    inner = [
        sum((p * q for p, q in zip(x, y, strict=True)), root5(0)) / square for x in points for y in points if x != y
    ]
    assert all((root5(0, "1/5") - value).sign() >= 0 for value in inner)

    run = ka.solve(ka.delsarte(3, root5(0, "1/5"), degree=2), settings=ka.sharp_settings())
    report = ka.verify(ka.certify(ka.round_to_face(run)))
    print(report)
    assert len(set(points)) == 12 == report.bound


if __name__ == "__main__":
    main()
