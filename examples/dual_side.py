"""Both sides of a sharp bound: Delsarte's polynomials of degree 6 in dimension 8, of degree 4 for the icosahedron.

They give no less than 240, and no less than 12.

`round_to_face` proves the bound; `round_dual` solves complementary slackness over the same field, and its multipliers
prove that the bound is the optimum of Delsarte's linear program: weak duality with equal objectives (Dostert, de Laat
and Moustrou, 2021, section 4).
"""

import kissalg as ka


def main() -> None:
    for n, cos, degree, size in ((8, "1/2", 3, 240), (3, "1/sqrt(5)", 2, 12)):
        exact = ka.round_to_face(ka.solve(ka.delsarte(n, cos, degree), settings=ka.sharp_settings(40)))
        report = ka.verify(ka.certify(exact))
        print(report)
        assert report.bound == size
        dual = ka.round_dual(exact)
        print(dual)
        assert dual.objective == exact.objective == exact.field(size)
        assert dual.denominator_bits < 200
        assert len(dual.multipliers) == exact.problem.equations


if __name__ == "__main__":
    main()
