"""Caps of two sizes: five of angle π/5 around the equator and two of angle 3π/10 at the poles of the sphere.

They are as dense as any packing of such caps.
"""

from fractions import Fraction

import kissalg as ka


def main() -> None:
    problem = ka.spherical_caps(3, ["cos(pi/5)", "cos(3*pi/10)"], degree=2)
    report = ka.verify(ka.certify(ka.solve(problem)))
    print(report)
    assert report.bound is not None

    # rational numbers just above the areas of the caps
    small, large = (Fraction(int(w.p), int(w.q)) for w in problem.weights)
    assert 0 <= report.bound - (5 * small + 2 * large) < Fraction(1, 10**8)
    # all other numbers of caps have a smaller density, or one above the bound: this packing is the densest
    near = [
        (a, b)
        for a in range(12)
        for b in range(6)
        if report.bound - Fraction(1, 1000) < a * small + b * large <= report.bound
    ]
    assert near == [(5, 2)]


if __name__ == "__main__":
    main()
