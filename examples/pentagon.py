"""The least value of vw + wx + xy + yz + zv on the unit sphere is -(1 + √5)/4, by sums of squares over Q(√5).

The dihedral group of the pentagon acts on the five variables. Its symmetry-adapted basis is rational; over Q(√5) the
part of dimension 4 splits into the two real representations of dimension 2 (Theorem 3.2 of Machado and Oliveira: Σ n_i
h_i is the dimension of the space).
"""

from math import comb

import kissalg as ka
from kissalg.families.nonnegative.model import statement


def main() -> None:
    pentagon = ka.FiniteGroup.from_permutations([(1, 2, 3, 4, 0), (0, 4, 3, 2, 1)], "D5")
    p, sphere = "v*w + w*x + x*y + y*z + z*v", ["v^2 + w^2 + x^2 + y^2 + z^2 - 1"]
    certificate = ka.minimize(p, equal=sphere, group=pentagon, variables=("v", "w", "x", "y", "z"))
    print(ka.verify(certificate))
    golden = ka.quadratic_field(5)
    assert certificate.exact_bound == golden("-1/4", "-1/4")
    exactly = (
        "x1*x2 + x2*x3 + x3*x4 + x4*x5 + x5*x1 >= -1/4 - 1/4*sqrt(5) where x1^2 + x2^2 + x3^2 + x4^2 + x5^2 - 1 = 0"
    )
    assert ka.verify(certificate, expect=exactly).verified
    assert not ka.verify(certificate, expect=exactly.replace("-1/4 - 1/4", "-1/4 - 1/5")).verified

    basis = ka.symmetric_basis(pentagon, 2)
    blocks = ka.real_blocks(basis)
    assert basis.sizes == (5, 8)
    assert [block.size for block in blocks] == [5, 4, 4]
    assert sum(block.dimension * block.multiplicity for block in blocks) == comb(7, 2)
    reduced = statement(p, equal=sphere, group=pentagon).blocks
    assert max(block.size for block in reduced) < statement(p, equal=sphere).blocks[0].size


if __name__ == "__main__":
    main()
