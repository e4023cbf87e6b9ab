"""A(4, θ) = 10 for cos θ = 1/6: the Petersen code is optimal, by the exact optimum of the three-point bound.

Bachoc and Vallentin (2009).

Its ten points are the two-element subsets of {1, …, 5}; the inner product is 1/6 if two of them meet, and -2/3 if they
are disjoint.
"""

from itertools import combinations

from flint import fmpq, fmpq_mat

import kissalg as ka
from kissalg.exact.positivity import ldl


def gram_matrix() -> fmpq_mat:
    """The inner products of the ten points."""
    subsets = [set(pair) for pair in combinations(range(5), 2)]
    values = {2: fmpq(1), 1: fmpq(1, 6), 0: fmpq(-2, 3)}
    return fmpq_mat([[values[len(x & y)] for y in subsets] for x in subsets])


def main() -> None:
    gram = gram_matrix()
    proof = ldl(gram)
    assert proof is not None
    assert proof.rank == 4, "ten unit vectors of R^4"

    run = ka.solve(
        ka.three_point(4, "1/6", degree=4), settings=ka.sharp_settings(32)
    )  # 32 digits are enough here: half the time of 60
    report = ka.verify(ka.certify(ka.round_to_face(run)))
    print(report)
    assert gram.nrows() == 10 == report.bound


if __name__ == "__main__":
    main()
