"""S3 by the general route (`symmetric_basis`) and by the module generators of `gram_basis`: the same optimal values of
random symmetric problems.

tests/algebra/test_symmetry.py has the exact change of basis between the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest
from flint import fmpq, fmpq_mpoly

from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.algebra.groups import symmetric_group
from kissalg.algebra.invariant_ring import COORDINATES, POWER_MEANS, to_power_means
from kissalg.algebra.polynomials import monomials
from kissalg.algebra.spaces import InvariantSpace, Point
from kissalg.algebra.triples import triangle_candidates
from kissalg.families.nonnegative.model import statement
from kissalg.rounding import sharp_settings
from kissalg.sdp.model import (
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    SampledLinear,
    Term,
    Value,
)
from kissalg.sdp.terms import InvariantSquares
from kissalg.solvers import solve
from kissalg.solvers.status import Status

START = fmpq(1 << 10)  # both problems have λ = ν - START, ν >= 0


def random_symmetric(random: Random, degree: int) -> fmpq_mpoly:
    """An S3-invariant polynomial of even degree with a positive definite leading form and small lower terms."""
    x, y, z = COORDINATES.gens()
    total = (x**2 + y**2 + z**2) ** (degree // 2) + x**degree + y**degree + z**degree
    group = symmetric_group(3)
    for exponent in monomials(3, degree - 1):
        if random.random() < 0.3:
            total += group.reynolds(COORDINATES.term(coeff=fmpq(random.randint(-5, 5), 3), exp_vec=exponent))
    return total


@dataclass(frozen=True, eq=False)
class Constant(Term):
    """ν times 1."""

    variable: NonnegativeVariable

    def polynomial(self, value: Value) -> fmpq_mpoly:
        return POWER_MEANS.constant(value[0])

    def sample(self, points: Sequence[Point]) -> SampledLinear:
        return SampledLinear([[fmpq(1)] for _ in points])


@dataclass(frozen=True, repr=False)
class ModuleProblem(Model):
    """The largest λ with p - λ = <V^trv, X> + <V^alt, Y> + <V^std, Z>, in Q[m1, m2, m3]."""

    def candidates(self, identity: Identity) -> Sequence[Point]:
        return triangle_candidates(fmpq(1), identity.space.degree)  # type: ignore[union-attr]  # an invariant space


def by_module_generators(p: fmpq_mpoly, degree: int) -> ModuleProblem:
    nu = NonnegativeVariable("nu", 1)
    bases = [basis for kind in KINDS if (basis := gram_basis(kind, degree)).size]
    squares = [InvariantSquares(PsdVariable(b.kind, b.size), b, POWER_MEANS.constant(1)) for b in bases]
    identity = Identity("i", InvariantSpace(2 * degree), (Constant(nu), *squares), to_power_means(p + START))
    variables = (nu, *(term.variable for term in squares))
    return ModuleProblem("module", {}, variables, (identity,), Objective(START, {"nu": [fmpq(-1)]}))


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("degree", "seed"),
    [(1, 1), (2, 2), pytest.param(2, 3, marks=SLOW), (3, 4), *[pytest.param(d, d, marks=SLOW) for d in (3, 4, 5, 6)]],
)
def test_the_two_routes_have_the_same_optimum(degree: int, seed: int) -> None:
    p = random_symmetric(Random(seed), 2 * degree)
    general = statement(p, group=symmetric_group(3), variables=("x", "y", "z"))
    module = by_module_generators(p, degree)
    assert sorted(b.size for b in general.blocks) == sorted(v.order for v in module.variables[1:])
    values = []
    for problem in (general.bound(START), module):
        run = solve(problem, settings=sharp_settings(20))
        assert run.status is Status.OPTIMAL, run.message
        values.append(run.primal_objective)
    assert abs(values[0] - values[1]) < fmpq(1, 10**15)
