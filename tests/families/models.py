"""One small exact model of every theorem that is proved from one, and of every shape that the terms of a theorem can
have.
"""

from collections.abc import Callable
from typing import TypeAlias

from flint import fmpq

from kissalg.algebra.graphs import cycle, kneser
from kissalg.exact.field_polynomial import FieldPolynomial
from kissalg.exact.number_field import RATIONALS, quadratic_field
from kissalg.families.average_kissing.model import average_kissing
from kissalg.families.average_kissing_direct.model import average_kissing_direct
from kissalg.families.average_kissing_polynomial.model import average_kissing_polynomial
from kissalg.families.average_kissing_radii.model import average_kissing_radii
from kissalg.families.balls.mesh import linear_mesh, step_mesh
from kissalg.families.delsarte.interval import positive_on_interval
from kissalg.families.delsarte.model import delsarte
from kissalg.families.independence_number.model import independence
from kissalg.families.nonnegative.model import statement
from kissalg.families.semidefinite_program.model import sdpa_model
from kissalg.families.spherical_caps.model import spherical_caps
from kissalg.families.three_point.model import three_point
from kissalg.families.three_point_fixed_size.model import fixed_size, search
from kissalg.sdp.inequalities import InequalityModel
from kissalg.sdp.model import Model
from kissalg.sdp.sdpa import read_sdpa
from tests.solvers.generic import random_program

__all__ = ["MODELS", "ROWS", "TRIANGLE"]

TRIANGLE = "2\n2\n2 -2\n1 1\n0 1 1 2 1\n0 2 1 1 -3\n1 1 1 1 1\n1 2 1 1 -1\n2 1 2 2 1\n2 2 2 2 1\n"
QUARTIC = FieldPolynomial.of(RATIONALS, [1, 0, -1, 0, 1])  # u^4 - u^2 + 1 >= 3/4
Make: TypeAlias = Callable[[], Model]

MODELS: dict[str, tuple[Make, fmpq | None]] = {
    "three-point": (lambda: three_point(4, "0", 2), fmpq(8)),
    "three-point, another angle": (lambda: three_point(3, "1/3", 2), fmpq(48, 5)),
    "fixed size": (lambda: search(fixed_size(3, "1/10", 8, 2)), None),
    "delsarte": (lambda: delsarte(8, "1/2", 3), fmpq(240)),
    "delsarte over a field": (lambda: delsarte(3, quadratic_field(5)(0, "1/5"), 3), fmpq(12)),
    "positive on an interval": (lambda: positive_on_interval(QUARTIC, RATIONALS("1/2"), 4), fmpq(0)),
    "spherical caps": (lambda: spherical_caps(3, ["4/5", "3/5"], 2, weights=["1", "2"]), None),
    "sum of squares, margin": (lambda: statement("x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2").margin(fmpq(0), fmpq(4)), None),
    "sum of squares, bound": (lambda: statement("x^4 - 3*x^2 + 1").bound(fmpq(16)), fmpq(5, 4)),
    "sum of squares on a set": (lambda: statement("x^2+y^2+x*y-x", on=["1-x^2", "y"]).bound(fmpq(16)), fmpq(1, 4)),
    "average kissing, polynomials": (lambda: average_kissing_polynomial(3, 6, 2, "9/20"), None),
    "positive type on R^n": (lambda: average_kissing_direct(3, ["1"], 5), None),
    "graph": (lambda: independence(kneser(5, 2)), fmpq(4)),
    "graph, las_2": (lambda: independence(cycle(5), "las2"), fmpq(2)),
    "SDPA": (lambda: sdpa_model(read_sdpa(TRIANGLE)), None),
    "generic, with free variables": (lambda: random_program(5, order=5, equations=6, scalars=2, free=2), None),
}
"""Models with identities, and the value that is known where one is."""

ROWS: tuple[InequalityModel, ...] = (
    average_kissing(4, 6, step_mesh("3/8", 1)),
    average_kissing(3, 6, linear_mesh("9/20", 1)),
    average_kissing_radii(3, 6, [1, 2]),
)
"""Models with rows instead, of theorems whose inequalities are proved on intervals."""
