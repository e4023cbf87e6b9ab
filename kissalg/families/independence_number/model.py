"""Upper bounds for the weighted independence number α(G, w) of a finite graph.

ϑ, ϑ', ϑ with Boolean-quadratic inequalities, Lasserre's las_t.

In the ring Q[x_v] / (x_v² = x_v, x_u x_v = 0 for edges) of the functions on independent sets, find the least λ with

    λ - Σ_v w_v x_v = Σ bᵀ X b + Σ_S n_S x^S + Σ_k m_k q_k,     X positive semidefinite, n_S >= 0, m_k >= 0,

b = all x^S with S independent, |S| <= t, and q_k >= 0 inequalities that hold at all independent sets. It proves Σ_(v in
I) w_v <= λ for each independent set I: evaluate at x = the characteristic vector of I.

- ϑ: t = 1, without n. The dual of max Σ w_v y_v, (1, yᵀ; y, Y) ⪰ 0, diag Y = y, Y_uv = 0 for edges.
- ϑ' = las_1: t = 1 and n_S for the pairs S.
- las_t: n_S for t < |S| <= 2t. (x^S = (x^S)² is a square for |S| <= t.) las_t(G) = α(G) for t >= α(G).
- Boolean-quadratic inequalities (`boolean_quadratic`) make each of them stronger. ϑ(G, K) of the literature, max <J,
  A>, tr A = 1, A_uv = 0 for edges, with homogeneous inequalities K, is never smaller than what they give here: from y,
  Y above, A = Y / tr Y is feasible, and <J, A> >= (Σ y)² / Σ y = Σ y, since Y ⪰ y yᵀ.

Symmetry. With a group Γ of automorphisms, both sides may be averaged over Γ: only the sum of the coefficients over each
orbit of sets counts, and the squares are those of `kissalg.algebra.invariant_squares`.

Main definitions: `IndependenceProblem`, `independence`, `Level`.

References: Lovász, On the Shannon capacity of a graph (1979); Grötschel, Lovász and Schrijver, Geometric algorithms,
chapter 9 (weights); Schrijver, A comparison of the Delsarte and Lovász bounds (1979), for ϑ'; Lasserre (2002); Laurent,
A comparison of the Sherali-Adams, Lovász-Schrijver and Lasserre relaxations (2003); de Laat and Vallentin, A
semidefinite programming hierarchy for packing problems (2015), (10) for the dual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flint import fmpq, fmpq_mat

from kissalg.algebra.automorphisms import Permutation, automorphism_generators, orbits, require_automorphism
from kissalg.algebra.graphs import Graph, independent_sets, largest_independent_set, members
from kissalg.algebra.invariant_squares import Function, act, invariant_squares
from kissalg.errors import ParameterError
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.families.independence_number.boolean_quadratic import Inequality
from kissalg.sdp.model import Identity, Model, NonnegativeVariable, Objective, PsdVariable, Term, Variable
from kissalg.sdp.samples import SparseMatrix
from kissalg.sdp.spaces import CoordinateSpace
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients

__all__ = ["LEVELS", "IndependenceProblem", "Level", "independence", "level_of"]

THEOREM = "independence-number"
MAX_SETS = 300_000
MAX_EQUATIONS = 6_000
_SEARCH_STEPS = 20_000


@dataclass(frozen=True)
class Level:
    """Which bound: squares of functions of at most `steps` vertices, products nonnegative or not."""

    steps: int
    nonnegative: bool
    name: str


LEVELS = {
    "theta": Level(1, False, "theta"),
    "theta-prime": Level(1, True, "theta-prime"),
    "las1": Level(1, True, "las1"),
    "las2": Level(2, True, "las2"),
    "las3": Level(3, True, "las3"),
}


def level_of(name: str | Level) -> Level:
    """The level with this name: theta, theta-prime (= las1), las2, las3; a level is returned as it is.

    Raises:
        ParameterError: there is no level of this name.

    Example:
        >>> level_of("las2").steps
        2
    """
    if isinstance(name, Level):
        return name
    if name not in LEVELS:
        raise ParameterError(f"level: expected one of {', '.join(LEVELS)}, found {name!r}")
    return LEVELS[name]


@dataclass(frozen=True, repr=False)
class IndependenceProblem(Model):
    """The exact model of a bound for α(G, w), with its graph; made by `independence`.

    Attributes:
        graph: G with its weights.
        level: which bound.
        generators: of the group Γ of automorphisms by which the model is reduced.
        blocks: for each matrix variable Z0, Z1, … the functions b.
        orbits: the orbits of Γ on the nonempty independent sets of at most 2t vertices, one for each equation.
        nonnegative: the first set of each orbit that has a variable n_S, in the order of the variable "n".
        inequalities: the q_k, in the order of the variable "m".
        independent: an independent set, for the lower bound.
    """

    graph: Graph
    level: Level
    generators: tuple[Permutation, ...]
    blocks: tuple[tuple[Function, ...], ...]
    orbits: tuple[tuple[int, ...], ...]
    nonnegative: tuple[int, ...]
    inequalities: tuple[Inequality, ...]
    independent: int

    @property
    def trivial_value(self) -> fmpq:
        """Σ w, because Σ w_v - Σ w_v x_v = Σ w_v (1 - x_v)²."""
        return sum(self.graph.weights, fmpq(0))

    @cached_property
    def place(self) -> dict[int, int]:
        """The number of the equation of each nonempty independent set."""
        return {vertices: k for k, orbit in enumerate(self.orbits) for vertices in orbit}

    def strengthened(self, inequalities: Sequence[Inequality]) -> IndependenceProblem:
        """The same problem with these inequalities instead of those that it has; they are checked.

        Raises:
            ParameterError: if one of them is not valid, or has products of more vertices than the level.
        """
        for inequality in inequalities:
            inequality.require_valid(self.graph)
        (identity,) = self.identities
        terms = [term for term in identity.terms if term.variable.name != "m"]
        variables = [v for v in self.variables if v.name != "m"]
        costs = {name: cost for name, cost in self.objective.coefficients.items() if name != "m"}
        if inequalities:
            table = _Table(self.graph, self.place, [len(orbit) for orbit in self.orbits])
            rows, costs["m"] = table.inequalities(inequalities)
            vector = NonnegativeVariable("m", len(inequalities))
            variables.append(vector)
            assert isinstance(identity.space, CoordinateSpace)
            terms.append(VectorCoefficients(vector, identity.space, rows))
        return replace(
            self,
            variables=tuple(variables),
            identities=(replace(identity, terms=tuple(terms)),),
            objective=Objective(fmpq(0), costs),
            inequalities=tuple(inequalities),
        )

    def averaged(self, inequality: Inequality) -> tuple[tuple[int, fmpq], ...]:
        """The sums of the coefficients over the orbits.

        Inequalities that agree in them and in the constant are the same for this problem.
        """
        sums: dict[int, fmpq] = {-1: inequality.constant}
        for vertices, value in inequality.terms.items():
            if vertices in self.place:
                k = self.place[vertices]
                sums[k] = sums.get(k, fmpq(0)) + value
        return tuple(sorted((k, c) for k, c in sums.items() if c != 0))

    def claim(self, bound: RationalLike) -> str:
        """The statement that a feasible point with this objective value proves.

        The bound is rounded up to ten decimals.

        Example:
            >>> from kissalg.algebra.graphs import kneser
            >>> independence(kneser(5, 2)).claim(4)
            'alpha(Graph(10 vertices, 15 edges)) <= 4'
        """
        return f"alpha({self.graph}) <= {decimal_up(rational(bound))}"

    def __repr__(self) -> str:
        sizes = ", ".join(str(len(block)) for block in self.blocks)
        reduced = f"{len(self.generators)} generators of automorphisms" if self.generators else "no symmetry"
        return (
            f"IndependenceProblem({self.level.name} of {self.graph}: {self.equations} equations, blocks {sizes}, "
            f"{len(self.nonnegative)} sets, {len(self.inequalities)} inequalities; {reduced})"
        )


def independence(
    graph: Graph,
    level: str | Level = "theta",
    *,
    inequalities: Sequence[Inequality] = (),
    symmetry: bool | Sequence[Sequence[int]] = True,
    independent: Sequence[int] | None = None,
) -> IndependenceProblem:
    """The problem whose optimum is ϑ, ϑ' or las_t of a graph, possibly with Boolean-quadratic inequalities.

    Args:
        graph: the graph, with weights.
        level: "theta", "theta-prime" (the same as "las1"), "las2" or "las3".
        inequalities: polynomials that are nonnegative at all independent sets; it is checked.
        symmetry: True: the automorphism group is searched; False: none; or permutations of the vertices, which are
            checked.
        independent: an independent set that goes into the certificate as a lower bound; by default one is searched.

    Raises:
        ParameterError: if a permutation is no automorphism, an inequality is not valid, or the problem is too large.

    Example:
        >>> from kissalg.algebra.graphs import cycle
        >>> independence(cycle(5))
        IndependenceProblem(theta of Graph(5 vertices, 5 edges): 2 equations, blocks 2, 2, 0 sets, 0 inequalities;
            2 generators of automorphisms)
        >>> independence(cycle(5), symmetry=False).equations
        10
    """
    chosen = level_of(level)
    if symmetry is True:
        generators = automorphism_generators(graph)
    else:
        generators = tuple(require_automorphism(graph, g) for g in symmetry or ())
    steps = chosen.steps
    family = independent_sets(graph, 2 * steps, MAX_SETS)
    classes = _orbits(family[1:], generators)
    if len(classes) > MAX_EQUATIONS:
        raise ParameterError(
            f"{chosen.name} of {graph} has {len(classes)} equations, more than {MAX_EQUATIONS}: lower the level, or"
            " give more symmetry"
        )
    place = {vertices: k for k, orbit in enumerate(classes) for vertices in orbit}
    small = [vertices for vertices in family if vertices.bit_count() <= steps]
    blocks = invariant_squares(small, generators)
    table = _Table(graph, place, [len(orbit) for orbit in classes])
    variables: list[Variable] = []
    terms: list[Term] = []
    costs: dict[str, fmpq_mat | list[fmpq]] = {}
    space = CoordinateSpace(len(classes))
    for number, block in enumerate(blocks):
        matrix = PsdVariable(f"Z{number}", len(block))
        forms, cost = table.squares(block)
        variables.append(matrix)
        terms.append(MatrixCoefficients(matrix, space, forms))
        costs[matrix.name] = cost
    larger = [k for k, orbit in enumerate(classes) if chosen.nonnegative and orbit[0].bit_count() > steps]
    if larger:
        vector = NonnegativeVariable("n", len(larger))
        variables.append(vector)
        position = {k: j for j, k in enumerate(larger)}
        rows = tuple({position[k]: fmpq(1)} if k in position else {} for k in range(len(classes)))
        terms.append(VectorCoefficients(vector, space, rows))
    right = [-graph.weights[next(members(o[0]))] if o[0].bit_count() == 1 else fmpq(0) for o in classes]
    problem = IndependenceProblem(
        theorem=THEOREM,
        parameters={"vertices": graph.n, "steps": steps},
        variables=tuple(variables),
        identities=(Identity("i", space, tuple(terms), space.from_coefficients(right)),),
        objective=Objective(fmpq(0), costs),
        graph=graph,
        level=chosen,
        generators=generators,
        blocks=blocks,
        orbits=classes,
        nonnegative=tuple(classes[k][0] for k in larger),
        inequalities=(),
        independent=_independent_set(graph, independent),
    )
    return problem.strengthened(inequalities) if inequalities else problem


def _independent_set(graph: Graph, given: Sequence[int] | None) -> int:
    if given is None:
        return largest_independent_set(graph, _SEARCH_STEPS)[0]
    if any(isinstance(v, bool) or not 0 <= v < graph.n for v in given):
        raise ParameterError(f"independent: expected vertices from 0 to {graph.n - 1}, found {list(given)}")
    vertices = sum(1 << v for v in set(given))
    for v in members(vertices):
        for u in members(graph.neighbours[v] & vertices):
            raise ParameterError(f"independent: the vertices {graph.names[v]} and {graph.names[u]} are adjacent")
    return vertices


def _orbits(family: Sequence[int], generators: Sequence[Permutation]) -> tuple[tuple[int, ...], ...]:
    if not generators:
        return tuple((vertices,) for vertices in family)
    images = [{vertices: act(g, vertices) for vertices in family} for g in generators]
    return tuple(tuple(orbit) for orbit in orbits(family, images))


@dataclass(eq=False)
class _Table:
    """Polynomials as columns.

    For each orbit of nonempty sets the mean of the coefficients, and the constant term apart.
    """

    graph: Graph
    place: dict[int, int]
    lengths: list[int]

    def squares(self, block: Sequence[Function]) -> tuple[tuple[SparseMatrix, ...], fmpq_mat]:
        """The matrices with <A_k, X> = the mean of the coefficients of bᵀ X b over orbit k.

        That of the constant term.
        """
        size = len(block)
        entries: list[list[tuple[int, int, fmpq]]] = [[] for _ in self.lengths]
        constants = fmpq_mat(size, size)
        for i in range(size):
            for j in range(i, size):
                sums: dict[int, int] = {}
                for a, x in block[i].items():
                    for b, y in block[j].items():
                        sums[a | b] = sums.get(a | b, 0) + x * y
                found: dict[int, int] = {}
                for vertices, value in sums.items():
                    if vertices == 0:
                        constants[i, j] = constants[j, i] = value
                    elif vertices in self.place:  # other unions are not independent
                        k = self.place[vertices]
                        found[k] = found.get(k, 0) + value
                for k, value in found.items():
                    if value:
                        entries[k].append((i, j, fmpq(value, self.lengths[k])))
        return tuple(tuple(e) for e in entries), constants

    def inequalities(self, inequalities: Sequence[Inequality]) -> tuple[tuple[dict[int, fmpq], ...], list[fmpq]]:
        """The same for the q_k, by rows, and their constants."""
        rows: tuple[dict[int, fmpq], ...] = tuple({} for _ in self.lengths)
        for j, inequality in enumerate(inequalities):
            for vertices, value in inequality.terms.items():
                if vertices in self.place:
                    k = self.place[vertices]
                    rows[k][j] = rows[k].get(j, fmpq(0)) + value / self.lengths[k]
                elif self.graph.is_independent(vertices):
                    raise ParameterError(
                        f"the inequality {inequality} has the product of {list(members(vertices))}, which this level"
                        " does not have: raise it"
                    )
        return rows, [inequality.constant for inequality in inequalities]
