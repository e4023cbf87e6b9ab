"""Sample points in several variables: chosen among candidates, proved unisolvent, and good enough to solve and to
certify with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import pytest
from flint import fmpq, fmpq_mat

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.polynomials import monomials, polynomial_ring
from kissalg.algebra.quotients import PolynomialSpace, polynomial_space
from kissalg.algebra.spaces import InvariantSpace, Point, Space
from kissalg.errors import SolverError
from kissalg.families.nonnegative.model import SquaresTerm
from kissalg.families.nonnegative.squares import Block, WeightedCopy
from kissalg.sdp.model import Identity, Model, NonnegativeVariable, Objective, PsdVariable
from kissalg.sdp.terms import LinearCombination
from kissalg.solvers import solve
from kissalg.solvers.float64 import solve_float64
from kissalg.solvers.multiprecision.sample_points import among
from kissalg.solvers.status import Status

RING = polynomial_ring(("x", "y"))
X, Y = RING.gens()
PLANE = polynomial_space(RING, 4, nodes=chebyshev_nodes(5))
CIRCLE = polynomial_space(RING, 4, [X**2 + Y**2 - 1])
GRID = list(product(chebyshev_nodes(7), repeat=2))


def determinant(space: Space, points: Sequence[Point]) -> fmpq:
    value: fmpq = fmpq_mat(space.evaluation_rows(points)).det()
    return value


def test_fifteen_points_of_a_grid_in_the_plane() -> None:
    """Determined over Q, by a determinant that is not zero: larger than that of a principal lattice, which is
    unisolvent, too.
    """
    chosen = among(PLANE, GRID)
    assert len(chosen) == PLANE.dimension == 15
    assert set(chosen) <= set(GRID)
    assert determinant(PLANE, chosen) != 0
    assert abs(determinant(PLANE, chosen)) > abs(determinant(PLANE, PLANE.candidates))


def test_candidates_outside_of_the_unit_square() -> None:
    """Where Chebyshev polynomials are large; the choice does not fold the points onto the square."""
    far = [(3 * x + 5, 2 * y - 9) for x, y in GRID]
    assert determinant(PLANE, among(PLANE, far)) != 0


def test_a_subspace_and_a_symmetric_space() -> None:
    even = PLANE.restricted([X**4, X**2 * Y**2 + Y**4, 1 + X**2])
    for space, candidates in ((even, GRID), (InvariantSpace(6), InvariantSpace(6).candidates)):
        chosen = among(space, candidates)
        assert len(chosen) == space.dimension
        assert determinant(space, chosen) != 0


def test_modulo_equations_the_points_are_the_coordinates() -> None:
    chosen = among(CIRCLE, CIRCLE.candidates)
    assert chosen == [(fmpq(k),) for k in range(9)]
    assert determinant(CIRCLE, chosen) == 1


def test_candidates_that_do_not_determine_the_polynomials() -> None:
    """20 points of a line; 15 points of an ellipse: polynomials of degree four vanish on them."""
    with pytest.raises(SolverError, match="15 chosen sample points could not be proved unisolvent"):
        among(PLANE, [(fmpq(k, 10), fmpq(k, 5)) for k in range(20)])
    with pytest.raises(SolverError, match="at least 15 candidate points, found 14"):
        among(PLANE, GRID[:14])


@dataclass(frozen=True, repr=False)
class OnGrid(Model):
    """A model that names more candidates than are needed."""

    def candidates(self, identity: Identity) -> Sequence[Point]:
        """The grid."""
        return GRID


def least_value(space: PolynomialSpace, kind: type[Model]) -> Model:
    """Minimise -t for 3 + x y - x + x⁴ + y⁴ = t + squares, on the plane or on the circle."""
    t, q = NonnegativeVariable("t", 1), PsdVariable("Q", len(space_basis(space)))
    block = Block("Q", (WeightedCopy((), fmpq(1), space_basis(space)),))
    terms = (LinearCombination(t, (RING.constant(1),), space), SquaresTerm(q, block, (), space))
    identity = Identity("i", space, terms, 3 + X * Y - X + X**4 + Y**4)
    return kind("least value", {}, (t, q), (identity,), Objective(fmpq(0), {"t": [fmpq(-1)]}))


def space_basis(space: PolynomialSpace) -> tuple:
    """The monomials of degree at most two, without the leading ones of the equations."""
    return tuple(RING.term(coeff=fmpq(1), exp_vec=e) for e in monomials(2, 2) if e not in space.reductions)


@pytest.mark.parametrize(("space", "kind"), [(PLANE, Model), (PLANE, OnGrid), (CIRCLE, Model)], ids=repr)
def test_a_problem_in_several_variables_is_solved(space: PolynomialSpace, kind: type[Model]) -> None:
    """The minimum, from below by sums of squares; from above at the points of a grid, or of the circle."""
    model = least_value(space, kind)
    value = 3 + X * Y - X + X**4 + Y**4
    if space is CIRCLE:
        steps = [fmpq(k, 300) for k in range(-600, 601)]
        points = [((1 - s * s) / (1 + s * s), 2 * s / (1 + s * s)) for s in steps]
    else:
        points = [(fmpq(i, 100), fmpq(j, 100)) for i in range(40, 120) for j in range(-90, -20)]
    least = min(value(*point) for point in points)
    solution = solve(model)
    assert solution.status is Status.OPTIMAL
    assert solution.points["i"] != PLANE.candidates or kind is Model
    assert least - fmpq(1, 1000) < -solution.primal_objective <= least
    assert abs(solve_float64(model).primal_objective - solution.primal_objective) < fmpq(1, 10**4)
