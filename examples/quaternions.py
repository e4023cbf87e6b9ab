"""A group of quaternionic type: the quaternions ±1, ±i, ±j, ±k act on R^4, and reduce a form on the sphere.

The form is Σ x_i⁴ + x_1 x_2 x_3 x_4; its minimum on the unit sphere is 3/16.

Over R the four coordinates are one irreducible representation, with the quaternions as commutant; so the block of its
isotypic part is four times as large as its multiplicity, and stands for four equal copies. The invariants of each
degree are counted by Molien's series, and their number is the size of the block of the trivial part.
"""

from fractions import Fraction

from flint import fmpq

import kissalg as ka
from kissalg.algebra.polynomials import polynomials

QUATERNIONS = ka.FiniteGroup.from_signed_permutations([(2, -1, 4, -3), (3, -4, -1, 2)], "Q8")


def main() -> None:
    p, sphere = "x1^4 + x2^4 + x3^4 + x4^4 + x1*x2*x3*x4", ["x1^2 + x2^2 + x3^2 + x4^2 - 1"]
    certificate = ka.minimize(p, equal=sphere, group=QUATERNIONS)
    report = ka.verify(certificate)
    print(report)
    half = fmpq(1, 2)
    (quartic,) = polynomials([p])
    assert quartic(half, half, half, -half) == fmpq(3, 16), "the bound is attained on the sphere"
    assert report.bound == Fraction(3, 16)

    series = ka.molien_series(QUATERNIONS, 4)
    print("invariants of degree 0, 1, 2, 3, 4:", series)
    assert series == [1, 0, 1, 0, 11]
    basis = ka.symmetric_basis(QUATERNIONS, 4)
    assert basis.parts[0].size == sum(series)
    assert [part.kind for part in ka.symmetric_basis(QUATERNIONS, 1).parts] == ["real", "quaternionic"]


if __name__ == "__main__":
    main()
