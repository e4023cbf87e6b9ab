"""Packings of spherical caps of several sizes: upper bounds for weighted counts and for densities.

Caps of angles α_1, …, α_N lie on S^(n-1) without common interior points; a cap of size i has the weight w_i > 0. If
there are positive semidefinite N x N matrices F_0, …, F_2d and numbers M, slack_i >= 0 with

    (ii)   w_i w_j + Σ_k (F_k)_ij P_k^n(u) + <T Tᵀ, S_ij> + (u+1)(u_ij-u) <T Tᵀ, T_ij> = 0 in Q[u], degree <= 2d, i >= j
    (iii)  w_i² + Σ_k (F_k)_ii + slack_i = M w_i                                              for all i

where u_ij >= cos(α_i + α_j) and S_ij, T_ij are positive semidefinite, then the weights of the caps of a packing add up
to at most M. Weights that are the normalised areas of the caps give the density. (ii) says that w_i w_j + Σ_k (F_k)_ij
P_k^n <= 0 on [-1, u_ij], by Lukács' theorem.

This is Theorem 1.2 of de Laat, Oliveira and Vallentin with sqrt(w_i w_j) f_ij in the place of f_ij, which makes
everything rational. One size is Delsarte's bound, for cos θ = cos 2α. The proof is in
`kissalg.kernel.theorems.spherical_caps`.

Main definitions: `SphericalCapsProblem`, `spherical_caps`.

References: de Laat, Oliveira and Vallentin, Upper bounds for packings of spheres of several radii (2014), Theorem 1.2
and section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import ctx, fmpq, fmpq_mat, fmpq_poly, fmpz

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.orthogonal import gegenbauer
from kissalg.algebra.spaces import Point, UnivariateSpace
from kissalg.algebra.spherical_cap import cap_area
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.expressions import real_numbers, surd
from kissalg.exact.number_field import FieldElement
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.sdp.model import (
    CoordinateSpace,
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    PsdVariable,
    SampledForm,
    Term,
    Value,
)
from kissalg.sdp.terms import UnivariateSquares, matrix_value
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients

__all__ = ["EntryTerm", "SphericalCapsProblem", "caps_model", "pairs_of", "spherical_caps"]

THEOREM = "spherical-caps"
_MAX_SIZES = 16  # what the kernel reads
_DENSITY_DIMENSION = 64
_END_BITS = 96  # of u_ij, where it is irrational
_WEIGHT_BITS = 80  # of an area; the kernel's own upper bound is much closer than that
_SMALL_DENOMINATOR = 10**6


@dataclass(frozen=True, eq=False)
class EntryTerm(Term):
    """X_ij p(u) for a PSD variable X.

    Example:
        >>> EntryTerm(PsdVariable("X", 2), 1, 0, fmpq_poly([0, 1])).polynomial(fmpq_mat([[1, 3], [3, 2]]))
        3*x
    """

    variable: PsdVariable
    row: int
    column: int
    factor: fmpq_poly

    def polynomial(self, value: Value) -> fmpq_poly:
        """The polynomial in Q[u]."""
        return self.factor * matrix_value(self.variable, value)[self.row, self.column]

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Unit vectors: one, or two with the weights p(u)/2 off the diagonal."""
        size, zero = self.variable.size, fmpq(0)
        used = sorted({self.row, self.column})
        units = [[fmpq(int(i == j)) for j in range(size)] for i in used]
        vectors = tuple([unit] * len(points) for unit in units)
        values = [self.factor(u) for (u,) in points]
        if len(used) == 1:
            return SampledForm(vectors, [[[value]] for value in values])
        return SampledForm(vectors, [[[zero, value / 2], [value / 2, zero]] for value in values])


@dataclass(frozen=True, repr=False)
class SphericalCapsProblem(Model):
    """The exact model of a bound for packings of caps, with its parameters; made by `spherical_caps`.

    Attributes:
        cosines: cos α_i, elements of one number field.
        weights: w_i; upper bounds of the normalised areas, if the bound is one for the density.
        density: whether it is.
        ends: u_ij for the pairs (i, j), i >= j, row by row.
    """

    cosines: tuple[FieldElement, ...]
    weights: tuple[fmpq, ...]
    density: bool
    ends: tuple[fmpq, ...]

    @property
    def n(self) -> int:
        """The dimension of the space; the caps lie on S^(n-1)."""
        return int(self.parameters["n"])

    @property
    def degree(self) -> int:
        """d: the kernels have degree 2d."""
        return int(self.parameters["degree"])

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(0, 0), (1, 0), (1, 1), …: the order of `ends`."""
        return pairs_of(len(self.cosines))

    @property
    def quantity(self) -> str:
        """What is bounded, in the notation of claims.

        Example:
            >>> spherical_caps(3, ["sqrt(3)/2"], 2, weights=[1]).quantity
            'caps(3; 1/2*sqrt(3); 1)'
        """
        texts = [surd(c) for c in self.cosines]
        known = [text for text in texts if text is not None]
        where = "" if len(known) == len(texts) else f" in {self.cosines[0].field}"
        shown = ", ".join(known if not where else map(str, self.cosines))
        if self.density:
            return f"cap-density({self.n}; {shown}){where}"
        return f"caps({self.n}; {shown}; {', '.join(map(str, self.weights))}){where}"

    def claim(self, bound: RationalLike) -> str:
        """The statement that a feasible point with this objective value proves.

        The bound is rounded up to ten decimals.
        """
        return f"{self.quantity} <= {decimal_up(rational(bound))}"

    @property
    def core(self) -> Model:
        """The model without (iii) and its variables; M is computed afterwards, see `least_bound`."""
        kept = tuple(v for v in self.variables if v.name not in ("M", "slack"))
        identities = tuple(i for i in self.identities if i.name != "iii")
        objective = Objective(fmpq(0), {})
        return Model(self.theorem, self.parameters, kept, identities, objective)

    def least_bound(self, kernels: Sequence[fmpq_mat]) -> fmpq:
        """The least M with (iii), from the matrices F_0, …, F_2d."""
        return max(w + sum((f[i, i] for f in kernels), fmpq(0)) / w for i, w in enumerate(self.weights))

    def candidates(self, identity: Identity) -> Sequence[Point]:
        """Chebyshev nodes of [-1, u_ij], where the multiplier is nonnegative; the rows of (iii)."""
        if isinstance(identity.space, CoordinateSpace):
            return identity.space.candidates
        c = self.ends[[i.name for i in self.identities].index(identity.name)]
        return [(((1 + c) * x - (1 - c)) / 2,) for x in chebyshev_nodes(identity.space.degree + 1)]


def spherical_caps(
    n: int,
    caps: Sequence[RationalLike | FieldElement],
    degree: int = 8,
    *,
    weights: Sequence[RationalLike] | None = None,
) -> SphericalCapsProblem:
    """An upper bound for packings of caps of the angles α_i on S^(n-1): for Σ w_i over all caps, or for the density.

    Args:
        n: the dimension of the Euclidean space, n >= 2 (at most 64 for a density).
        caps: the numbers cos α_i, rational or algebraic, at most 16: such as ["cos(pi/5)", "cos(3*pi/10)"], or
            ["sqrt(8)/3", "sqrt(2/3)"].
        degree: d; the kernels have degree 2d.
        weights: the w_i > 0, rational; by default the normalised areas (rational numbers just above them), so that the
            bound is one for the density.

    Raises:
        ParameterError: if a parameter is out of its range, or not exact.

    Example:
        >>> spherical_caps(3, ["cos(pi/5)", "cos(3*pi/10)"], 2)
        spherical-caps (n = 3, caps = (...), weights = areas, degree = 2): 17 equations, 13 variables
          ii.0.0: 5 equations
          ii.1.0: 5 equations
          ii.1.1: 5 equations
          iii: 2 equations
          F0: PSD 2 x 2
          ...
    """
    require_integer("n", n, 2)
    require_integer("degree", degree, 1)
    if not 1 <= len(caps) <= _MAX_SIZES:
        raise ParameterError(f"caps: expected 1 to {_MAX_SIZES} sizes, found {len(caps)}")
    try:
        cosines = tuple(real_numbers(caps))
        given = None if weights is None else [rational(w) for w in weights]
    except ExactnessError as error:
        raise ParameterError(f"caps or weights: {error}") from error
    for cosine in cosines:
        if (cosine + 1).sign() <= 0 or (1 - cosine).sign() <= 0:
            raise ParameterError(f"caps: expected cosines strictly between -1 and 1, found {cosine}")
    if given is not None and (len(given) != len(cosines) or any(not w > 0 for w in given)):
        raise ParameterError(f"weights: expected {len(cosines)} positive numbers, one for each size, found {weights}")
    if given is None and n > _DENSITY_DIMENSION:
        raise ParameterError(f"n: expected a dimension of at most {_DENSITY_DIMENSION} for a density; give weights")
    numbers = tuple(given) if given is not None else tuple(_area(n, cosine) for cosine in cosines)
    ends = tuple(_end(cosines[i], cosines[j]) for i, j in pairs_of(len(cosines)))
    model = caps_model(n, degree, numbers, ends)
    parameters = {
        "n": n,
        "caps": tuple(map(str, cosines)),
        "weights": "areas" if given is None else tuple(given),
        "degree": degree,
    }
    return SphericalCapsProblem(
        THEOREM,
        parameters,
        model.variables,
        model.identities,
        model.objective,
        cosines,
        numbers,
        given is None,
        ends,
    )


def pairs_of(count: int) -> list[tuple[int, int]]:
    """The pairs (i, j), i >= j, of so many sizes, row by row.

    Example:
        >>> pairs_of(2)
        [(0, 0), (1, 0), (1, 1)]
    """
    return [(i, j) for i in range(count) for j in range(i + 1)]


def _area(n: int, cosine: FieldElement) -> fmpq:
    """A rational number between the normalised area of the cap and 2^-78 more."""
    with ctx.workprec(4 * _WEIGHT_BITS):
        area = cap_area(n, cosine.enclosure(4 * _WEIGHT_BITS))
        scaled = (area * 2**_WEIGHT_BITS).upper().ceil().unique_fmpz()
    return fmpq(scaled + 1, fmpz(1) << _WEIGHT_BITS)


def _end(a: FieldElement, b: FieldElement) -> fmpq:
    """cos(α + β) if it is rational with a small denominator, else a rational number less than 2^-94 above it."""
    product, square = a * b, (1 - a * a) * (1 - b * b)
    with ctx.workprec(4 * _END_BITS):
        value = product.enclosure(4 * _END_BITS) - square.enclosure(4 * _END_BITS).nonnegative_part().sqrt()
        scaled = int((value * 2**_END_BITS).upper().ceil().unique_fmpz())
    guess = Fraction(scaled, 1 << _END_BITS).limit_denominator(_SMALL_DENOMINATOR)
    simple = fmpq(guess.numerator, guess.denominator)
    difference = product - simple  # sin α sin β, if the guess is right
    if difference.sign() >= 0 and (difference * difference - square).is_zero:
        return simple
    return fmpq(scaled + 1, fmpz(1) << _END_BITS)


def caps_model(n: int, degree: int, weights: Sequence[fmpq], ends: Sequence[fmpq]) -> Model:
    """The model for given rational weights and ends u_ij (of the pairs i >= j, row by row).

    Which caps they belong to is the caller's business.
    """
    size = len(weights)
    kernels = [PsdVariable(f"F{k}", size) for k in range(2 * degree + 1)]
    space, rows = UnivariateSpace(2 * degree), CoordinateSpace(size)
    u, one = fmpq_poly([0, 1]), fmpq(1)
    squares: list[PsdVariable] = []
    identities = []
    for (i, j), end in zip(pairs_of(size), ends, strict=True):
        first, second = PsdVariable(f"S{i}.{j}", degree + 1), PsdVariable(f"T{i}.{j}", degree)
        squares += [first, second]
        terms: list[Term] = [EntryTerm(f, i, j, gegenbauer(n, k)) for k, f in enumerate(kernels)]
        terms += [UnivariateSquares(first, fmpq_poly([1])), UnivariateSquares(second, (u + 1) * (end - u))]
        identities.append(Identity(f"ii.{i}.{j}", space, tuple(terms), space.zero - weights[i] * weights[j]))
    bound, slack = NonnegativeVariable("M", 1), NonnegativeVariable("slack", size)
    terms = [MatrixCoefficients(f, rows, tuple(((i, i, one),) for i in range(size))) for f in kernels]
    terms.append(VectorCoefficients(slack, rows, tuple({i: one} for i in range(size))))
    terms.append(VectorCoefficients(bound, rows, tuple({0: -w} for w in weights)))
    identities.append(Identity("iii", rows, tuple(terms), rows.from_coefficients([-w * w for w in weights])))
    return Model(
        theorem=THEOREM,
        parameters={"n": n, "degree": degree},
        variables=(*kernels, *squares, slack, bound),
        identities=tuple(identities),
        objective=Objective(fmpq(0), {"M": [one]}),
    )
