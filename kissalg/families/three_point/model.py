"""The three-point semidefinite programming bound for spherical codes.

A(n, θ) is the largest number of points on the sphere S^(n-1) with pairwise inner products <= c = cos θ; for c = 1/2 it
is the kissing number. Any feasible point of the problem

    minimise    1 + Σ_(k=1..K) a_k + b11 + Σ_ij (F_0)_ij T_i(x₁) T_j(x₁)
    (i)   Σ a_k P_k^n(u) + 2 b12 + b22 + 3 h(u,u,1) + <T Tᵀ, Q_0> + g(u) <T Tᵀ, Q_1> = -1          in Q[x], degree <= 2d
    (ii)  b22 + h(u,v,t) + Σ_(j=0..4) s_j Σ_(π in {trv,alt,std}) <V^π, R_j^π> = 0         in Q[m1,m2,m3], weight <= 2d
    a >= 0;   B = (b_ij) (2 x 2), F_k, Q_i, R_j^π positive semidefinite

proves A(n, θ) <= objective, where

    h = average over S3 of Σ_(k=0..d) Q_k^(n-1)(u,v,t) Σ_ij (F_k)_ij T_i(x) T_j(y),
    g(u) = (u+1)(c-u),  s_0 = 1,  s_1 = Σ g,  s_2 = Σ g g,  s_3 = g g g,  s_4 = 1 + 2uvt - u² - v² - t²,

x = (2u + 1 - c)/(1 + c) is the shifted variable (u = 1 at x₁ = (3-c)/(1+c)), (x, y, z) belong to (u, v, t), and m_k =
(x^k + y^k + z^k)/3.

Proof. Let C be a code with N points. Add two sums over C that are >= 0: Σ_(C²) Σ_k a_k P_k^n(x·y) (Schoenberg) and
Σ_(C³) h(x·y, x·z, y·z) (Bachoc and Vallentin). The diagonals give N Σ a_k and N <J, F_0>. Pairs x ≠ y give Σ a_k
P_k^n(u) + 3 h(u,u,1) (each pair makes three triples with two equal points), which is <= -1 - 2 b12 - b22 by (i),
because g >= 0 on [-1, c]. Triples of distinct points give h <= -b22 by (ii), because the s_j are >= 0 there. Hence

    0 <= Σ a_k + <J, F_0> - (N-1) - 2 b12 (N-1) - b22 (N-1)²,

and b11 + 2 b12 (N-1) + b22 (N-1)² >= 0 since B ⪰ 0; so N <= objective.

Main definitions: `ThreePointProblem`, `three_point`, `kissing`.

References: Bachoc and Vallentin, New upper bounds for kissing numbers from semidefinite programming, J. Amer. Math.
Soc. 21 (2008), Theorem 4.2; Machado and Oliveira, Improving the semidefinite programming bound for the kissing number
by exploiting polynomial symmetry, Experiment. Math. 27 (2018), problem (2) with (5) and (9), Theorem 3.2. Terms a_k up
to 2d instead of d: as in Leijenhorst and de Laat, Solving clustered low-rank semidefinite programs arising from
polynomial optimization (2024). The normalisation of the kernels and the format of a certificate:
docs/certificate-format.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly

from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.algebra.invariant_ring import COORDINATES, POWER_MEANS, to_power_means
from kissalg.algebra.nodes import line_candidates
from kissalg.algebra.orthogonal import chebyshev_matrix, gegenbauer
from kissalg.algebra.spaces import InvariantSpace, Point, UnivariateSpace
from kissalg.algebra.three_point_kernels import inner_kernel, inner_kernel_value
from kissalg.algebra.triples import triangle_candidates, triple_density
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.matrix import outer
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.sdp.model import (
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    SampledForm,
    ScaledTable,
    TablePart,
    Term,
    Value,
)
from kissalg.sdp.terms import (
    ConstantForm,
    InvariantSquares,
    LinearCombination,
    UnivariateSquares,
    chebyshev_table,
    chebyshev_values,
    matrix_value,
    squares_polynomial,
)

__all__ = [
    "KernelTerm",
    "ShiftedVariable",
    "ThreePointProblem",
    "ZerothPairTerm",
    "cosine",
    "kissing",
    "multipliers",
    "three_point",
]

THEOREM = "three-point"


@dataclass(frozen=True)
class ShiftedVariable:
    """The affine change of variable u = ((1+c) x - (1-c))/2, which maps [-1, 1] to [-1, c]."""

    cos: fmpq

    @property
    def cosine(self) -> fmpq_poly:
        """U as a polynomial in x."""
        return fmpq_poly([(self.cos - 1) / 2, (1 + self.cos) / 2])

    @property
    def one(self) -> fmpq:
        """x₁ = (3-c)/(1+c), the value of x at u = 1."""
        return (3 - self.cos) / (1 + self.cos)

    def cosine_at(self, x: fmpq) -> fmpq:
        """The value of u at x."""
        return ((1 + self.cos) * x - (1 - self.cos)) / 2

    def shifted_at(self, u: fmpq) -> fmpq:
        """The value of x at u."""
        return (2 * u + 1 - self.cos) / (1 + self.cos)

    def cosines(self) -> tuple[fmpq_mpoly, fmpq_mpoly, fmpq_mpoly]:
        """(u, v, t) as polynomials in (x, y, z)."""
        x, y, z = ((self.cos - 1) / 2 + (1 + self.cos) / 2 * gen for gen in COORDINATES.gens())
        return x, y, z


@dataclass(frozen=True, eq=False)
class KernelTerm(Term):
    """The term of F_k in (ii): the S3-average of Q_k^(n-1)(u,v,t) Σ_ij (F_k)_ij T_i(x) T_j(y)."""

    variable: PsdVariable
    n: int
    k: int
    shift: ShiftedVariable

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """The average in Q[m1, m2, m3]."""
        matrix = matrix_value(self.variable, value)
        size = self.variable.size
        change = chebyshev_matrix(size - 1)
        monomial = change.transpose() * matrix * change
        pairs = COORDINATES.from_dict({(i, j, 0): monomial[i, j] for i in range(size) for j in range(size)})
        return to_power_means(_shifted_kernel(self.n, self.k, self.shift) * pairs)

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Rank three: the vectors T(x), T(y), T(z).

        The weight of a pair of them is Q_k/6 at that pair and the third cosine.
        """
        degree = self.k + self.variable.size - 1  # that of F_0, whose table all F_k share
        bases = [chebyshev_table(coordinates, degree) for coordinates in zip(*points, strict=True)]
        tables = tuple(ScaledTable((TablePart(base, self.variable.size),)) for base in bases)
        weights = []
        zero = fmpq(0)
        for point in points:
            u, v, t = (self.shift.cosine_at(coordinate) for coordinate in point)
            uv = inner_kernel_value(self.n, self.k, u, v, t) / 6
            ut = inner_kernel_value(self.n, self.k, u, t, v) / 6
            vt = inner_kernel_value(self.n, self.k, v, t, u) / 6
            weights.append([[zero, uv, ut], [uv, zero, vt], [ut, vt, zero]])
        return SampledForm(tables, weights)


@lru_cache(maxsize=64)
def _shifted_kernel(n: int, k: int, shift: ShiftedVariable) -> fmpq_mpoly:
    """Q_k^(n-1)(u, v, t) as a polynomial in (x, y, z)."""
    return inner_kernel(n, k).compose(*shift.cosines(), ctx=COORDINATES)


@dataclass(frozen=True, eq=False)
class ZerothPairTerm(Term):
    """The term of F_0 in (i): 3 h(u,u,1) for k = 0, which is <T Tᵀ + T T₁ᵀ + T₁ Tᵀ, F_0>, with T = T(x) and T₁ = T(x₁).

    For k >= 1 the term is (1-u²)^k <T Tᵀ, F_k>, a `UnivariateSquares`: of the three pairs only (u, u; 1) has Q_k ≠ 0.
    """

    variable: PsdVariable
    shift: ShiftedVariable

    def polynomial(self, value: Value) -> fmpq_poly:
        """The polynomial in Q[x], of degree at most 2d."""
        matrix = matrix_value(self.variable, value)
        size = self.variable.size
        at_one = fmpq_mat(size, 1, self._vector_at_one())
        mixed = fmpq_poly((chebyshev_matrix(size - 1).transpose() * matrix * at_one).entries())
        return squares_polynomial(matrix) + 2 * mixed

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Rank two: the vectors T(x) and T(x₁), the weights [[1, 1], [1, 0]]."""
        weight = [[fmpq(1), fmpq(1)], [fmpq(1), fmpq(0)]]
        vectors = [chebyshev_values(x, self.variable.size - 1) for (x,) in points]
        return SampledForm((vectors, [self._vector_at_one()] * len(points)), [weight] * len(points))

    def _vector_at_one(self) -> list[fmpq]:
        return chebyshev_values(self.shift.one, self.variable.size - 1)


@dataclass(frozen=True, repr=False)
class ThreePointProblem(Model):
    """The exact model of a three-point bound, with its parameters; made by `three_point`."""

    @property
    def n(self) -> int:
        """The dimension of the space; the code lies on S^(n-1)."""
        return int(self.parameters["n"])

    @property
    def cos(self) -> fmpq:
        """C = cos θ, the largest inner product of two points of the code."""
        return fmpq(self.parameters["cos"])

    @property
    def degree(self) -> int:
        """d: the identities have degree 2d."""
        return int(self.parameters["degree"])

    @property
    def linear(self) -> int:
        """K, the number of Gegenbauer terms a_1, …, a_K."""
        return int(self.parameters["linear"])

    @property
    def trivial_value(self) -> fmpq:
        """The volume bound (1 + 2/δ)^n >= A(n, θ), with a rational δ <= √(2 - 2c), the least distance of two points.

        Balls of radius δ/2 about the points are disjoint, and lie in the ball of radius 1 + δ/2.

        >>> kissing(3, 2).trivial_value
        27
        """
        square = 2 - 2 * self.cos
        scale = 2**32
        distance = fmpq(isqrt(int(square.p * scale * scale // square.q)), scale)
        return (1 + 2 / distance) ** self.n

    @property
    def magnitudes(self) -> Mapping[str, fmpq]:
        """A dual solution distributes a mass of about N on pairs and of about N² on triples, for a code of N points.

        The square root of the volume bound is within a factor of three of all the kissing numbers up to dimension 24.

        >>> kissing(12, 2).magnitudes["i"]
        729
        """
        size = fmpq(max(1, isqrt(int(self.trivial_value.p // self.trivial_value.q))))
        pairs = ("i", "Q0", "Q1", *(f"F{k}" for k in range(1, self.degree + 1)))
        names = [i.name for i in self.identities] + [v.name for v in self.variables]
        return {name: fmpq(1) if name == "a" else size if name in pairs else size**2 for name in names}

    def candidates(self, identity: Identity) -> Sequence[Point]:
        """Chebyshev nodes for (i), four times as many as needed.

        For (ii) triples of them inside the domain of inner products.
        """
        degree = identity.space.degree
        if isinstance(identity.space, InvariantSpace):
            return triangle_candidates(self.cos, degree)
        return line_candidates(4 * degree + 3)

    def mass_density(self, identity: Identity, points: Sequence[Point]) -> tuple[list[fmpq], fmpq]:
        """The density of the inner products of independent uniform points on the sphere.

        (1 - u²)^((n-3)/2) for pairs, (1 + 2uvt - u² - v² - t²)^((n-4)/2) for triples (Bachoc and Vallentin 2008). A
        good code is not far from uniform.

        >>> problem = kissing(8, 2)
        >>> problem.mass_density(problem.identities[0], [(fmpq(1, 3),)])
        ([1], 5/2)
        """
        if isinstance(identity.space, InvariantSpace):
            return triple_density(self.n, self.cos, points)
        inner = [((1 + self.cos) * x - (1 - self.cos)) / 2 for (x,) in points]
        return [1 - u * u for u in inner], fmpq(self.n - 3, 2)

    def linear_programming_face(self) -> ThreePointProblem:
        """The face B = 0, F_k = 0, R_j = 0, on which only pairs of points are used.

        Delsarte's linear programming bound of degree 2d.

        At a degree that is too low for the dimension, the three-point problem has no interior point, its value is this
        bound, and only this face can be rounded. Certificates of the face are certificates of the same theorem.

        >>> three_point(23, "1/2", degree=4).linear_programming_face()
        three-point (n = 23, cos = 1/2, degree = 4, linear = 8): 9 equations, 3 variables
          i: 9 equations
          a: 8 scalars >= 0
          Q0: PSD 5 x 5
          Q1: PSD 4 x 4
        """
        return self.restricted([v.name for v in self.variables if v.name in ("a", "Q0", "Q1")])

    def claim(self, bound: RationalLike) -> str:
        """The statement that a feasible point with this objective value proves.

        The bound is rounded up to ten decimals.

        >>> kissing(4, 2).claim("121/5")
        'A(4, 1/2) <= 24.2'
        """
        return f"A({self.n}, {self.cos}) <= {decimal_up(rational(bound))}"


def three_point(n: int, cos: RationalLike = "1/2", degree: int = 8, linear: int | None = None) -> ThreePointProblem:
    """The three-point bound for A(n, θ), cos θ = `cos`, as an exact model.

    Args:
        n: the dimension of the Euclidean space, n >= 3.
        cos: the rational number cos θ, -1 < cos θ < 1; 1/2 (the default) for the kissing number.
        degree: d >= 1; the identities have degree 2d. A larger degree gives a better bound and a larger problem.
        linear: the number K of Gegenbauer terms, 0 <= K <= 2d; by default 2d, which is never worse. K = d is the form
            of Machado and Oliveira.

    Raises:
        ParameterError: if a parameter is out of its range, or not exact.

    >>> three_point(4, "1/2", degree=1)
    three-point (n = 4, cos = 1/2, degree = 1, linear = 2): 7 equations, 9 variables
      i: 3 equations
      ii: 4 equations
      a: 2 scalars >= 0
      B: PSD 2 x 2
      F0: PSD 2 x 2
      F1: PSD 1 x 1
      Q0: PSD 2 x 2
      Q1: PSD 1 x 1
      R0.trv: PSD 2 x 2
      R0.std: PSD 1 x 1
      R1.trv: PSD 1 x 1
    """
    degree = require_integer("degree", degree, 1)
    n = require_integer("n", n, 3)
    linear = 2 * degree if linear is None else require_integer("linear", linear, 0, 2 * degree)
    shift = ShiftedVariable(cosine(cos))
    b = PsdVariable("B", 2)
    f = [PsdVariable(f"F{k}", degree + 1 - k) for k in range(degree + 1)]
    pairs = UnivariateSpace(2 * degree)
    triples = InvariantSpace(2 * degree)
    pair_terms = _pair_terms(n, degree, linear, shift, b, f, pairs)
    triple_terms: list[Term] = [ConstantForm(b, fmpq_mat([[0, 0], [0, 1]]), triples)]
    triple_terms += [KernelTerm(variable, n, k, shift) for k, variable in enumerate(f)]
    triple_terms += _triple_squares(degree, shift)
    identities = (
        Identity("i", pairs, tuple(pair_terms), pairs.zero - 1),
        Identity("ii", triples, tuple(triple_terms), triples.zero),
    )
    variables = {term.variable for identity in identities for term in identity.terms}
    order = {name: position for position, name in enumerate(_names(degree))}
    return ThreePointProblem(
        theorem=THEOREM,
        parameters={"n": n, "cos": shift.cos, "degree": degree, "linear": linear},
        variables=tuple(sorted(variables, key=lambda variable: order[variable.name])),
        identities=identities,
        objective=_objective(degree, linear, shift),
    )


def kissing(n: int, degree: int = 8, linear: int | None = None) -> ThreePointProblem:
    """The three-point bound for the kissing number in dimension n: cos θ = 1/2.

    >>> kissing(4, degree=8).equations
    221
    """
    return three_point(n, "1/2", degree, linear)


def _pair_terms(
    n: int,
    degree: int,
    linear: int,
    shift: ShiftedVariable,
    b: PsdVariable,
    f: Sequence[PsdVariable],
    space: UnivariateSpace,
) -> list[Term]:
    """The left-hand side of (i)."""
    u = shift.cosine
    terms: list[Term] = []
    if linear:
        terms.append(
            LinearCombination(
                NonnegativeVariable("a", linear), tuple(gegenbauer(n, k)(u) for k in range(1, linear + 1)), space
            )
        )
    terms.append(ConstantForm(b, fmpq_mat([[0, 1], [1, 1]]), space))
    terms.append(ZerothPairTerm(f[0], shift))
    terms += [UnivariateSquares(variable, (1 - u * u) ** k) for k, variable in enumerate(f) if k]
    terms.append(UnivariateSquares(PsdVariable("Q0", degree + 1), fmpq_poly([1])))
    terms.append(UnivariateSquares(PsdVariable("Q1", degree), (u + 1) * (shift.cos - u)))
    return terms


def multipliers(shift: ShiftedVariable) -> tuple[fmpq_mpoly, ...]:
    """(s_0, …, s_4) in Q[m1, m2, m3].

    Invariants that are nonnegative on the inner products of triples of points of a code.
    """
    u, v, t = shift.cosines()
    a, b, c = ((w + 1) * (shift.cos - w) for w in (u, v, t))
    gram_determinant = 1 + 2 * u * v * t - u**2 - v**2 - t**2
    return (
        POWER_MEANS.constant(1),
        *(to_power_means(s) for s in (a + b + c, a * b + b * c + c * a, a * b * c, gram_determinant)),
    )


def _triple_squares(degree: int, shift: ShiftedVariable) -> list[Term]:
    """The sums of squares with multipliers in (ii); empty blocks are left out."""
    terms: list[Term] = []
    for j, (multiplier, loss) in enumerate(zip(multipliers(shift), (0, 1, 2, 3, 2), strict=True)):
        for kind in KINDS:
            basis = gram_basis(kind, degree - loss)
            if basis.size:
                terms.append(InvariantSquares(PsdVariable(f"R{j}.{kind}", basis.size), basis, multiplier))
    return terms


def _names(degree: int) -> list[str]:
    return [
        "a",
        "B",
        *(f"F{k}" for k in range(degree + 1)),
        "Q0",
        "Q1",
        *(f"R{j}.{kind}" for j in range(5) for kind in KINDS),
    ]


def _objective(degree: int, linear: int, shift: ShiftedVariable) -> Objective:
    at_one = chebyshev_values(shift.one, degree)
    coefficients: dict[str, Value] = {"B": fmpq_mat([[1, 0], [0, 0]]), "F0": outer(at_one, at_one)}
    if linear:
        coefficients["a"] = [fmpq(1)] * linear
    return Objective(fmpq(1), coefficients)


def cosine(cos: RationalLike) -> fmpq:
    """The exact number `cos`, once it is known to lie strictly between -1 and 1.

    Raises:
        ParameterError: it does not, or it is not an exact rational number.
    """
    try:
        value = rational(cos)
    except ExactnessError as error:
        raise ParameterError(f"cos: {error}") from error
    if not -1 < value < 1:
        raise ParameterError(f"cos: expected a rational number strictly between -1 and 1, found {value}")
    return value
