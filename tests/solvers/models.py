"""Small exact models whose optimum is known by hand, and solved three-point problems that several test files share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from flint import fmpq, fmpq_mat, fmpq_poly

from kissalg.families.three_point.model import kissing
from kissalg.sdp.model import Identity, Model, NonnegativeVariable, Objective, PsdVariable, UnivariateSpace
from kissalg.sdp.terms import ConstantForm, LinearCombination, UnivariateSquares
from kissalg.solvers import NumericSolution, solve

X = fmpq_poly([0, 1])
ONE = fmpq_poly([1])


def linear_program(
    columns: Sequence[Sequence[int]], right: Sequence[int], cost: Sequence[int], constant: int = 0
) -> Model:
    """Minimise costᵀa over a >= 0 with Σ a_k f_k = g, where the columns and the right-hand side are coefficients of
    polynomials.
    """
    a = NonnegativeVariable("a", len(columns))
    space = UnivariateSpace(len(right) - 1)
    terms = (LinearCombination(a, tuple(fmpq_poly(list(column)) for column in columns), space),)
    identity = Identity("line", space, terms, fmpq_poly(list(right)))
    objective = Objective(fmpq(constant), {"a": [fmpq(c) for c in cost]})
    return Model("linear program", {}, (a,), (identity,), objective)


def bernstein() -> Model:
    """The largest t with 3 + x = t + a_1 (1 - x) + a_2 (1 + x): the minimum of 3 + x on [-1, 1], which is 2. The
    optimum is -t.
    """
    return linear_program([[1, 0], [1, -1], [1, 1]], [3, 1], [-1, 0, 0])


def least_value(polynomial: fmpq_poly, interval: bool = False) -> Model:
    """Minimise -t for polynomial = t + squares (+ (1 - x²) squares): minus the minimum of a positive polynomial on the
    line (on [-1, 1]).
    """
    size = (polynomial.degree() + 1) // 2 + 1
    t, q, space = NonnegativeVariable("t", 1), PsdVariable("Q", size), UnivariateSpace(2 * size - 2)
    terms: list[LinearCombination | UnivariateSquares] = [
        LinearCombination(t, (ONE,), space),
        UnivariateSquares(q, ONE),
    ]
    variables: tuple[NonnegativeVariable | PsdVariable, ...] = (t, q)
    if interval:
        r = PsdVariable("R", size - 1)
        terms.append(UnivariateSquares(r, 1 - X**2))
        variables = (t, q, r)
    identity = Identity("line", space, tuple(terms), polynomial)
    return Model("minimum", {}, variables, (identity,), Objective(fmpq(0), {"t": [fmpq(-1)]}))


def theta(order: int, edges: Sequence[tuple[int, int]]) -> Model:
    """Lovász: minimise -<J, X> with trace X = 1 and X_ij = 0 on the edges. One identity, of degree 0, for each
    equation.
    """
    x = PsdVariable("X", order)
    point = UnivariateSpace(0)

    def equation(name: str, pairs: Sequence[tuple[int, int]], right: int) -> Identity:
        form = fmpq_mat(order, order)
        for i, j in pairs:
            form[i, j] = form[j, i] = fmpq(1)
        return Identity(name, point, (ConstantForm(x, form, point),), fmpq_poly([right]))

    identities = [equation("trace", [(i, i) for i in range(order)], 1)]
    identities += [equation(f"edge {i} {j}", [(i, j)], 0) for i, j in edges]
    objective = Objective(fmpq(0), {"X": fmpq_mat(order, order, [-1] * order**2)})
    return Model("theta", {}, (x,), tuple(identities), objective)


def pentagon() -> Model:
    """The theta number of the 5-cycle is √5."""
    return theta(5, [(i, (i + 1) % 5) for i in range(5)])


def contradiction() -> Model:
    """-1 as a sum of squares: infeasible."""
    q = PsdVariable("Q", 2)
    identity = Identity("line", UnivariateSpace(2), (UnivariateSquares(q, ONE),), fmpq_poly([-1]))
    return Model("contradiction", {}, (q,), (identity,), Objective(fmpq(0), {"Q": fmpq_mat([[1, 0], [0, 1]])}))


@dataclass(frozen=True, repr=False)
class Scaled(Model):
    """A model that knows orders of magnitude of its dual solutions, right or wrong."""

    scales: Mapping[str, fmpq] = field(default_factory=dict)

    @property
    def magnitudes(self) -> Mapping[str, fmpq]:
        return self.scales


def scaled(model: Model, scales: Mapping[str, fmpq]) -> Scaled:
    """The model with magnitudes; 1 where none is named."""
    names = [i.name for i in model.identities] + [v.name for v in model.variables]
    assert set(scales) <= set(names)
    full = {name: scales.get(name, fmpq(1)) for name in names}
    return Scaled(model.theorem, model.parameters, model.variables, model.identities, model.objective, full)


def solved(n: int, degree: int, linear: int | None = None) -> NumericSolution:
    """A solved kissing problem; once in a session."""
    return _solved(n, degree, linear)


@cache
def _solved(n: int, degree: int, linear: int | None) -> NumericSolution:
    return solve(kissing(n, degree, linear))
