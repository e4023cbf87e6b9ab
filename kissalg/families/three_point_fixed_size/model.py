"""Three-point certificates that a spherical code of a given size does not exist.

Let N >= 3 and let s(u,v,t) be the S3-average of Σ_(k=0..d) Q_k^(n-1)(u,v,t) Σ_ij (F_k)_ij T_i(x) T_j(y) with F_k
positive semidefinite. If, for some e > 0,

    R(u,v,t) = (N-2) s(u,v,t) + s(u,u,1) + s(v,v,1) + s(t,t,1) + s(1,1,1)/(N-1) <= -e

for the inner products u, v, t of any three distinct points of a code with inner products <= c, then there is no such
code with N points: A(n, θ) <= N - 1.

Proof. Let C be such a code. Σ_(C³) s >= 0 (Bachoc and Vallentin). Sum R over the N(N-1)(N-2) ordered triples of
distinct points: Σ s over these, the pairs (each ordered pair in 3(N-2) places) and the constant make (N-2) times
[Σ_distinct s + 3 Σ_(x≠y) s(x·y,x·y,1) + N s(1,1,1)] = (N-2) Σ_(C³) s >= 0, and at most -e N(N-1)(N-2) < 0. The
inequality is proved by sums of squares of degree at most D in the shifted coordinates,

    R + e + Σ_(j=0,1) s_j Σ_(π in {trv,alt,std}) <V^π, R_j^π>
          + Σ_(j=0,1,2) Σ_(w in {x,y,z}) p_j(w) Σ_(τ in {sym,anti}) <W^τ(w), G_j^τ> = 0

in Q[m1,m2,m3], weight <= 2D, with s_0 = 1, s_1 = 1 + 2uvt - u² - v² - t², p_0 = 1 + x, p_1 = 1 - x, p_2 = 1 - x²: the
multipliers of the published witnesses, averaged over S3. (With the invariant multipliers of the three-point bound
instead of the p_j, the published F blocks for n = 3, N = 13 need D = 10 instead of 5.)

All of it is homogeneous. `completion` takes F as given and maximises e; `search` sets e = 1 and minimises the sum of
the traces of the F_k.

Main definitions: `FixedSizeProblem`, `fixed_size`, `completion`, `search`.

References: Bachoc and Vallentin (2008), section 3, for the kernels; the form with a fixed N is that of the published
witnesses with the keys claim, n, D, cut, e, F, SOS (docs/formats.md). The coordinates and the Gram bases are those of
`kissalg.families.three_point.model`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly

from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.algebra.invariant_ring import POWER_MEANS, power_mean
from kissalg.algebra.spaces import InvariantSpace, Point
from kissalg.algebra.triples import triangle_candidates, triple_density
from kissalg.errors import ExactnessError
from kissalg.exact.matrix import frobenius, identity_matrix, outer
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike
from kissalg.families.three_point.model import KernelTerm, ShiftedVariable, ZerothPairTerm, cosine, multipliers
from kissalg.sdp.model import (
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    SampledForm,
    Term,
    Value,
)
from kissalg.sdp.terms import (
    InvariantSquares,
    LinearCombination,
    OrbitSquares,
    chebyshev_values,
    matrix_value,
    orbit_exponents,
    squares_polynomial,
)

__all__ = ["THEOREM", "FixedSizeProblem", "completion", "fixed_size", "search"]

THEOREM = "three-point-fixed-size"


@dataclass(frozen=True, eq=False)
class FixedSizeTerm(Term):
    """The part of R that is linear in one F_k."""

    variable: PsdVariable
    n: int
    k: int
    size: int
    shift: ShiftedVariable

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """(N-2) s + Σ s(w,w,1) + s(1,1,1)/(N-1) for this F_k alone, in Q[m1, m2, m3]."""
        matrix = matrix_value(self.variable, value)
        total = (self.size - 2) * KernelTerm(self.variable, self.n, self.k, self.shift).polynomial(matrix)
        if self.k == 0:
            pair = ZerothPairTerm(self.variable, self.shift).polynomial(matrix)
            at_one = self._vector_at_one()
            total += frobenius(outer(at_one, at_one), matrix) / (self.size - 1)
        else:
            u = self.shift.cosine
            pair = (1 - u * u) ** self.k * squares_polynomial(matrix)
        for power, coefficient in enumerate(
            pair.coeffs()
        ):  # pair is 3 s(w,w,1); Σ over the three w makes 3 power means
            total += coefficient * power_mean(power)
        return total

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Rank three, or four for F_0: the vectors T(x), T(y), T(z) and T(x₁)."""
        kernel = KernelTerm(self.variable, self.n, self.k, self.shift).sample(points)
        weights = []
        third = fmpq(1, 3)
        for point, cross in zip(points, kernel.weights, strict=True):
            rows = [[(self.size - 2) * w for w in row] for row in cross]
            for index, coordinate in enumerate(point):
                u = self.shift.cosine_at(coordinate)
                rows[index][index] += third * (1 - u * u) ** self.k
            if self.k == 0:
                rows = [[*row, third] for row in rows] + [[third, third, third, fmpq(1, self.size - 1)]]
            weights.append(rows)
        if self.k:
            return SampledForm(kernel.vectors, weights)
        return SampledForm((*kernel.vectors, [self._vector_at_one()] * len(points)), weights)

    def _vector_at_one(self) -> list[fmpq]:
        return chebyshev_values(self.shift.one, self.variable.size - 1)


@dataclass(frozen=True, repr=False)
class FixedSizeProblem(Model):
    """The exact model, with its parameters; made by `fixed_size` and `completion`.

    Attributes:
        kernels: the values of F0, …, Fd if they are given (`completion`); empty if they are variables.
    """

    kernels: Mapping[str, fmpq_mat] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """The dimension of the space."""
        return int(self.parameters["n"])

    @property
    def cos(self) -> fmpq:
        """C = cos θ."""
        return fmpq(self.parameters["cos"])

    @property
    def degree(self) -> int:
        """d, the degree of the kernels."""
        return int(self.parameters["degree"])

    @property
    def squares(self) -> int:
        """D, the degree of the sums of squares: the identity has degree 2D."""
        return int(self.parameters["squares"])

    @property
    def size(self) -> int:
        """N, the size of the code that does not exist."""
        return int(self.parameters["size"])

    def candidates(self, identity: Identity) -> Sequence[Point]:
        """Triples of Chebyshev nodes inside the domain of inner products."""
        return triangle_candidates(self.cos, identity.space.degree)

    def mass_density(self, identity: Identity, points: Sequence[Point]) -> tuple[list[fmpq], fmpq]:
        """The density of inner products of three uniform points on the sphere; see `ThreePointProblem.mass_density`."""
        return triple_density(self.n, self.cos, points)


def fixed_size(n: int, cos: RationalLike, size: int, degree: int, squares: int | None = None) -> FixedSizeProblem:
    """The conditions under which no spherical code in dimension n has `size` points with inner products <= cos.

    Args:
        n: the dimension, n >= 3.
        cos: the rational number cos θ, -1 < cos θ < 1.
        size: N >= 3.
        degree: d >= 1, the degree of the kernels F_0, …, F_d.
        squares: D >= d, the degree of the sums of squares; by default d.

    Raises:
        ParameterError: if a parameter is out of its range, or not exact.

    Example:
        >>> fixed_size(3, "1/2", 13, degree=1)
        three-point-fixed-size (n = 3, cos = 1/2, size = 13, degree = 1, squares = 1): 4 equations, 8 variables
          fixed-size: 4 equations
          e: 1 scalars >= 0
          F0: PSD 2 x 2
          F1: PSD 1 x 1
          R0.trv: PSD 2 x 2
          R0.std: PSD 1 x 1
          G0.sym: PSD 1 x 1
          G1.sym: PSD 1 x 1
          G2.sym: PSD 1 x 1
    """
    degree = require_integer("degree", degree, 1)
    squares = degree if squares is None else require_integer("squares", squares, degree)
    n, size = require_integer("n", n, 3), require_integer("size", size, 3)
    shift = ShiftedVariable(cosine(cos))
    space = InvariantSpace(2 * squares)
    slack = NonnegativeVariable("e", 1)
    kernels = [FixedSizeTerm(PsdVariable(f"F{k}", degree + 1 - k), n, k, size, shift) for k in range(degree + 1)]
    terms: list[Term] = [
        LinearCombination(slack, (POWER_MEANS.constant(1),), space),
        *kernels,
        *_squares(squares, shift),
    ]
    return FixedSizeProblem(
        theorem=THEOREM,
        parameters={"n": n, "cos": shift.cos, "size": size, "degree": degree, "squares": squares},
        variables=tuple(term.variable for term in terms),
        identities=(Identity("fixed-size", space, tuple(terms), space.zero),),
        objective=Objective(fmpq(0), {"e": [fmpq(-1)]}),
    )


def _squares(degree: int, shift: ShiftedVariable) -> list[Term]:
    """The sums of squares with multipliers; empty blocks are left out."""
    everywhere = multipliers(shift)
    terms: list[Term] = []
    for j, (multiplier, loss) in enumerate(((everywhere[0], 0), (everywhere[4], 2))):
        bases = [gram_basis(kind, degree - loss) for kind in KINDS]
        terms += [
            InvariantSquares(PsdVariable(f"R{j}.{basis.kind}", basis.size), basis, multiplier)
            for basis in bases
            if basis.size
        ]
    for j, interval in enumerate((fmpq_poly([1, 1]), fmpq_poly([1, -1]), fmpq_poly([1, 0, -1]))):
        for kind, loss in (("sym", 1), ("anti", 2)):
            if size := len(orbit_exponents(degree - loss)):
                variable = PsdVariable(f"G{j}.{kind}", size)
                terms.append(OrbitSquares(variable, degree - loss, kind == "anti", interval))
    return terms


def completion(problem: FixedSizeProblem, kernels: Mapping[str, fmpq_mat]) -> FixedSizeProblem:
    """The same problem with F_0, …, F_d given: what is left to find is e and the sums of squares.

    Args:
        problem: from `fixed_size`.
        kernels: exact values of F0, …, Fd in the basis T_i(x).

    Raises:
        ExactnessError: a matrix is missing or has a wrong shape. Positivity is not checked here.
    """
    (identity,) = problem.identities
    known: Any = POWER_MEANS.constant(0)  # Any: the type checker cannot know the ring of a term
    for term in identity.terms:
        if isinstance(term, FixedSizeTerm):
            name = term.variable.name
            if name not in kernels:
                raise ExactnessError(f"expected a value of {name}, found {', '.join(kernels) or 'none'}")
            known += term.polynomial(problem.check_value(name, kernels[name]))
    terms = tuple(term for term in identity.terms if not isinstance(term, FixedSizeTerm))
    return replace(
        problem,
        variables=tuple(term.variable for term in terms),
        identities=(replace(identity, terms=terms, right_hand_side=-known),),
        kernels=dict(kernels),
    )


def search(problem: FixedSizeProblem) -> FixedSizeProblem:
    """The same problem with e = 1, and F to be found.

    Its feasible points are proofs that there is no code of this size.

    Example:
        >>> [variable.name for variable in search(fixed_size(3, "1/2", 14, degree=1)).variables]
        ['F0', 'F1', 'R0.trv', 'R0.std', 'G0.sym', 'G1.sym', 'G2.sym']
    """
    (identity,) = problem.identities
    terms = tuple(term for term in identity.terms if not isinstance(term, LinearCombination))
    kernels = [term.variable for term in terms if isinstance(term, FixedSizeTerm)]
    return replace(
        problem,
        variables=tuple(term.variable for term in terms),
        identities=(replace(identity, terms=terms, right_hand_side=POWER_MEANS.constant(-1)),),
        objective=Objective(fmpq(0), {variable.name: identity_matrix(variable.size) for variable in kernels}),
    )
