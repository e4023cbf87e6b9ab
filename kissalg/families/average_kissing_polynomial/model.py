"""The average kissing number by polynomials: weights and kernels that are polynomials in the size of a neighbour.

Sizes in [ξ_0, 1 - ξ_0] have a coordinate x in [-1, 1], ξ(x) = ξ_0 + (1 - 2 ξ_0) ((1+x)/2)^e, e = 1 or 2; larger ones
count as x = 1, smaller ones have no weight. For a polynomial f >= 0 on [-1, 1], which is given, let the weight be
ω(x) = f(x) g(x). With b(x) = (1, x, …, x^N), F(t,x,y) = Σ_(k=0..d) b(x)ᵀ F_k b(y) E_k(t) and E_k the multiple of
P_k^n of `dyadic_gegenbauer`, the program is

    minimise t_0,   [[t_0, gᵀ], [g, F_0]] ⪰ 0,   F_1, …, F_d ⪰ 0,
    (P)  -F = Σ_j s_j σ_j           in Q[t,x,y], σ_j sums of squares that are symmetric in x and y,
    (L)  g - f F(1,x,x) = σ + (1-x²) σ'                       (Lukács),
    (W)  ω(x) + ω(y) - 2 = σ + (1-z²) σ'  for ξ(x) + ξ(y) = 1, parametrised by z in [-1, 1],
    (E)  ω(1) >= 2.

With F_0 ⪰ f fᵀ, g = f and f² >= α_ρ/α_ρ(1), the areas of caps, it is the bound of the paper; here g is a variable,
and f = 1 is as good a choice as any.

The s_j are 1, g_1 = 2 - x² - y², g_2 = (1-x²)(1-y²), g_3 = 1 + t, g_4 = 1 - 2 ξ(x) ξ(y) - t, g_3 g_4 and 1 - x²y²:
symmetric, like F. So everything lives in Q[t,p,q], p = x + y, q = x y, and a symmetric sum of squares is <V, A> +
(p² - 4q) <V, B> with V = m mᵀ, m the monomials t^i p^j q^k (the symmetric and the antisymmetric part under the swap).
Degrees are counted in t and in x (and y) separately: t^i p^j q^k has the degrees i and j + k. The last multiplier is
there for the interior: without it the coefficient of t^d x^N y^N is a sum of nonnegative numbers, which have to
vanish.

Main definitions: `AveragePolynomialProblem`, `average_kissing_polynomial`, `Sizes`.

References: Dostert, Kolpakov and Oliveira, Semidefinite programming bounds for the average kissing number (2020),
section 3.2 and appendix C (total degrees, and f² as the weight); Gatermann and Parrilo (2004), for the symmetry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.polynomials import polynomial_ring
from kissalg.algebra.quotients import PolynomialSpace
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.families.balls.local import dyadic_gegenbauer
from kissalg.families.balls.parameters import MAX_DEGREE, MAX_DIMENSION
from kissalg.sdp.model import (
    Identity,
    Model,
    Objective,
    Point,
    PsdVariable,
    SampledMatrices,
    Term,
    UnivariateSpace,
    Value,
)
from kissalg.sdp.terms import MonomialSquares, UnivariateSquares, matrix_value

__all__ = [
    "MAX_ORDER",
    "SWAP_KINDS",
    "THEOREM",
    "AveragePolynomialProblem",
    "EntriesTerm",
    "Sizes",
    "average_kissing_polynomial",
    "square_exponents",
    "swap_exponents",
]

THEOREM = "average-kissing-polynomial"
MAX_ORDER = 20  # also a limit of the kernel
RING = polynomial_ring(("t", "p", "q"))
SWAP_KINDS = ("alt", "trv")
"""How a sum of squares may behave under the swap of x and y: the factor p² - 4q, or 1."""

Triple = tuple[int, int, int]


@cache
def swap_exponents(in_t: int, in_x: int) -> tuple[Triple, ...]:
    """The exponents (i, j, k) of t^i p^j q^k with i <= in_t and j + k <= in_x, by i, then by j + k, then by k.

    There are none if one of the degrees is negative.

    Example:
        >>> swap_exponents(0, 1), swap_exponents(-1, 2)
        (((0, 0, 0), (0, 1, 0), (0, 0, 1)), ())
    """
    return tuple((i, total - k, k) for i in range(in_t + 1) for total in range(in_x + 1) for k in range(total + 1))


@dataclass(frozen=True)
class Sizes:
    """ξ(x), and what follows from it."""

    first: fmpq
    power: int

    def polynomial(self, x: fmpq_poly) -> fmpq_poly:
        """ξ(x)."""
        return self.first + (1 - 2 * self.first) * ((x + 1) / 2) ** self.power

    def product(self, p: fmpq_mpoly, q: fmpq_mpoly) -> fmpq_mpoly:
        """ξ(x) ξ(y) in Q[p, q].

        With X = ((1+x)/2)^e and Y likewise, XY = ((1+p+q)/4)^e and X + Y = 1 + p/2, or (p² - 2q + 2p + 2)/4 for e = 2.
        """
        width = 1 - 2 * self.first
        total = (p + 2) / 2 if self.power == 1 else (p**2 - 2 * q + 2 * p + 2) / 4
        return self.first**2 + self.first * width * total + width**2 * ((1 + p + q) / 4) ** self.power

    def opposite(self) -> tuple[fmpq_poly, fmpq_poly, fmpq_poly]:
        """Polynomials (X, Y, W) in z, W > 0, for the pairs with ξ(x) + ξ(y) = 1.

        x = X/W and y = Y/W run through all of them as z runs through [-1, 1]. For e = 1, y = -x. For e = 2 the points
        ((1+x)/2, (1+y)/2) lie on the unit circle: (1-s²)/(1+s²) and 2s/(1+s²), s = (1+z)/2.
        """
        z, one = fmpq_poly([0, 1]), fmpq_poly([1])
        if self.power == 1:
            return z, -z, one
        s = (z + 1) / 2
        return 1 - 3 * s**2, 4 * s - 1 - s**2, 1 + s**2


def multipliers(sizes: Sizes) -> tuple[fmpq_mpoly, ...]:
    """The s_j in Q[t, p, q]."""
    t, p, q = RING.gens()
    high, low = 1 - 2 * sizes.product(p, q) - t, 1 + t
    symmetric = (2 - p**2 + 2 * q, 1 - p**2 + 2 * q + q**2)
    return (RING.constant(1), *symmetric, low, high, low * high, 1 - q**2)


def square_exponents(degree: int, order: int, power: int, j: int, kind: str) -> tuple[Triple, ...]:
    """The monomials of the squares with the multiplier s_j and, for the kind "alt", the factor p² - 4q.

    Example:
        >>> square_exponents(2, 2, 1, 3, "trv"), square_exponents(2, 2, 1, 6, "alt")
        (((0, 0, 0), (0, 1, 0), (0, 0, 1)), ())
    """
    in_t, in_x = ((0, 0), (0, 2), (0, 2), (1, 0), (1, power), (2, power), (0, 2))[j]
    return swap_exponents((degree - in_t) // 2, (order - in_x) // 2 - int(kind == "alt"))


@dataclass(frozen=True, eq=False)
class KernelTerm(Term):
    """b(x)ᵀ F_k b(y) E_k(t) in Q[t, p, q]; the rows of F_k begin at `offset` of the variable."""

    variable: PsdVariable
    offset: int
    n: int
    k: int

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """In Q[t, p, q]."""
        matrix, size = matrix_value(self.variable, value), self.variable.size - self.offset
        t, p, q = RING.gens()
        sums = _power_sums(size, p, q, RING.constant(1))
        total = RING.constant(0)
        for i in range(size):
            for j in range(i + 1):
                entry = matrix[i + self.offset, j + self.offset] / (2 if i == j else 1)
                total += sums[i - j] * q**j * entry
        in_t = RING.constant(0)
        for power, coefficient in enumerate(dyadic_gegenbauer(self.n, self.k).coeffs()):
            in_t += t**power * coefficient
        return total * in_t

    def sample(self, points: Sequence[Point]) -> SampledMatrices:
        """The entries (x^i y^j + x^j y^i)/2 times E_k(t)."""
        size = self.variable.size - self.offset
        matrices = []
        for t, p, q in points:
            sums = _power_sums(size, p, q, fmpq(1))
            factor = dyadic_gegenbauer(self.n, self.k)(t) / 2
            places = ((i, j) for i in range(size) for j in range(i, size))
            entries = ((i + self.offset, j + self.offset, factor * sums[j - i] * q**i) for i, j in places)
            matrices.append(tuple(entries))
        return SampledMatrices(self.variable.size, tuple(matrices))


def _power_sums(count: int, p: Any, q: Any, one: Any) -> list[Any]:  # Any: numbers or polynomials
    """x^m + y^m for m < count."""
    sums = [2 * one, p * one]
    for _ in range(count - 2):
        sums.append(p * sums[-1] - q * sums[-2])
    return sums[:count]


@dataclass(frozen=True, eq=False)
class EntriesTerm(Term):
    """Σ_(i>=j) X_ij · images[i, j], polynomials in one variable."""

    variable: PsdVariable
    images: Mapping[tuple[int, int], fmpq_poly]

    def polynomial(self, value: Value) -> fmpq_poly:
        """In Q[z]."""
        matrix = matrix_value(self.variable, value)
        return sum((image * matrix[i, j] for (i, j), image in self.images.items()), fmpq_poly([]))

    def sample(self, points: Sequence[Point]) -> SampledMatrices:
        """The values, halved off the diagonal."""
        matrices = []
        for (z,) in points:
            entries = [(j, i, image(z) / (1 if i == j else 2)) for (i, j), image in self.images.items()]
            matrices.append(tuple(sorted(entries, key=lambda entry: entry[:2])))
        return SampledMatrices(self.variable.size, tuple(matrices))


@dataclass(frozen=True, repr=False)
class AveragePolynomialProblem(Model):
    """The exact model, with its parameters; made by `average_kissing_polynomial`.

    Attributes:
        sizes: the coordinate of sizes.
        root: f.
    """

    sizes: Sizes
    root: fmpq_poly

    @property
    def n(self) -> int:
        """The dimension."""
        return int(self.parameters["n"])

    @property
    def degree(self) -> int:
        """d, the degree in t; even."""
        return int(self.parameters["degree"])

    @property
    def order(self) -> int:
        """N, the degree of the kernels in x and in y; even."""
        return int(self.parameters["order"])

    @property
    def quantity(self) -> str:
        """What is bounded."""
        return f"average-kissing({self.n})"

    @property
    def trivial_value(self) -> fmpq:
        """2 · 3^n: an average is at most twice the kissing number, and that is at most 3^n by volume.

        Example:
            >>> average_kissing_polynomial(3, 4, 2, "1/4").trivial_value
            54
        """
        return fmpq(2 * 3**self.n)

    def claim(self, bound: RationalLike) -> str:
        """The statement that a feasible point proves; the bound is rounded up to ten decimals."""
        return f"{self.quantity} <= {decimal_up(rational(bound))}"


def average_kissing_polynomial(
    n: int,
    degree: int,
    order: int,
    first: RationalLike,
    *,
    power: int = 1,
    root: Sequence[RationalLike] = (1,),
) -> AveragePolynomialProblem:
    """The program for the average kissing number of R^n with polynomial weights.

    Args:
        n: the dimension, n >= 3.
        degree: d, the degree in the inner product, even. The program is infeasible below a degree that grows with n
            and with 1/first.
        order: N, the degree of kernels and weights in the coordinate x of a size, even.
        first: ξ_0, the least size with a weight, strictly between 0 and 1/2.
        power: e, 1 or 2; with 2, functions that grow like the square root of the size minus ξ_0 are smooth in x.
        root: the coefficients of f, a polynomial in x of degree at most N that is nowhere negative on [-1, 1].

    Raises:
        ParameterError: if a parameter is out of its range.

    Example:
        >>> problem = average_kissing_polynomial(3, 4, 2, "1/4")
        >>> problem.equations, problem.variables[0].size, problem.quantity
        (39, 4, 'average-kissing(3)')
    """
    require_integer("n", n, 3, MAX_DIMENSION)
    for name, value, most in (("degree", degree, MAX_DEGREE), ("order", order, MAX_ORDER)):
        require_integer(name, value, 2, most)
        if value % 2:
            raise ParameterError(f"{name}: expected an even number, found {value}; take {value + 1}")
    require_integer("power", power, 1, 2)
    try:
        sizes, f = Sizes(rational(first), power), fmpq_poly([rational(c) for c in root])
    except ExactnessError as error:
        raise ParameterError(f"first, root: {error}") from error
    if not 0 < sizes.first < fmpq(1, 2):
        raise ParameterError(
            f"first: expected a size strictly between 0 and 1/2, found {sizes.first}; 1/4 is a good start"
        )
    if not 0 <= f.degree() <= order:
        raise ParameterError(
            f"root: expected a polynomial of degree at most {order} that is not zero, found degree {f.degree()}"
        )
    kernels = [PsdVariable("F0", order + 2), *(PsdVariable(f"F{k}", order + 1) for k in range(1, degree + 1))]
    model = _Builder(n, degree, order, sizes, f, kernels)
    identities = (model.swap_identity(), *model.univariate_identities())
    return AveragePolynomialProblem(
        theorem=THEOREM,
        parameters={
            "n": n,
            "degree": degree,
            "order": order,
            "first": sizes.first,
            "power": power,
            "root": tuple(f.coeffs()),
        },
        variables=(*kernels, *model.squares),
        identities=identities,
        objective=Objective(
            fmpq(0), {"F0": fmpq_mat(order + 2, order + 2, [fmpq(int(i == 0)) for i in range((order + 2) ** 2)])}
        ),
        sizes=sizes,
        root=f,
    )


class _Builder:
    """The identities; `squares` collects the Gram matrices that they use."""

    def __init__(
        self, n: int, degree: int, order: int, sizes: Sizes, root: fmpq_poly, kernels: list[PsdVariable]
    ) -> None:
        self.n, self.degree, self.order, self.sizes, self.root, self.kernels = n, degree, order, sizes, root, kernels
        self.squares: list[PsdVariable] = []

    def swap_identity(self) -> Identity:
        """(P)."""
        _, p, q = RING.gens()
        exponents = swap_exponents(self.degree, self.order)
        basis = tuple(RING.term(coeff=fmpq(1), exp_vec=e) for e in exponents)
        space = PolynomialSpace(self.degree + self.order, RING, (), exponents, basis, {}, tuple(self._points()), ())
        terms: list[Term] = [KernelTerm(v, int(k == 0), self.n, k) for k, v in enumerate(self.kernels)]
        for j, multiplier in enumerate(multipliers(self.sizes)):
            for kind, factor in (("trv", RING.constant(1)), ("alt", p**2 - 4 * q)):
                monomials = square_exponents(self.degree, self.order, self.sizes.power, j, kind)
                if monomials:
                    variable = PsdVariable(f"Q{j}.{kind}", len(monomials))
                    self.squares.append(variable)
                    terms.append(MonomialSquares(variable, monomials, multiplier * factor))
        return Identity("P", space, tuple(terms), space.zero)

    def _points(self) -> Iterator[Point]:
        """In the domain: for each pair of nodes x >= y, Chebyshev nodes of t between -1 and 1 - 2 ξ(x) ξ(y)."""
        ticks = chebyshev_nodes(self.order + 1)
        xi = self.sizes.polynomial(fmpq_poly([0, 1]))
        for i, x in enumerate(ticks):
            for y in ticks[: i + 1]:
                half = 1 - xi(x) * xi(y)
                yield from ((half * (z + 1) - 1, x + y, x * y) for z in chebyshev_nodes(self.degree + 1))

    def univariate_identities(self) -> Iterator[Identity]:
        """(L), (W) and (E)."""
        x, f, count = fmpq_poly([0, 1]), self.root, self.order + 1
        diagonal = []
        for k, variable in enumerate(self.kernels):
            at_one, o = dyadic_gegenbauer(self.n, k)(1), int(k == 0)
            images = {
                (i + o, j + o): f * x ** (i + j) * (at_one if i == j else 2 * at_one)
                for i in range(count)
                for j in range(i + 1)
            }
            if k == 0:
                images |= {(i + 1, 0): -(x**i) for i in range(count)}
            diagonal.append(EntriesTerm(variable, images))
        yield self._lukacs("L", diagonal, 2 * self.order + f.degree(), fmpq_poly([]))
        one, two, common = self.sizes.opposite()
        top = self.order + f.degree()
        images = {(i + 1, 0): -(self._moved(i, one, common) + self._moved(i, two, common)) for i in range(count)}
        weights = EntriesTerm(self.kernels[0], images)
        yield self._lukacs("W", [weights], top * self.sizes.power, -2 * common**top)
        end = EntriesTerm(self.kernels[0], {(i + 1, 0): fmpq_poly([-f(1)]) for i in range(count)})
        slack = PsdVariable("e", 1)
        self.squares.append(slack)
        yield Identity("E", UnivariateSpace(0), (end, UnivariateSquares(slack, fmpq_poly([1]))), fmpq_poly([-2]))

    def _moved(self, i: int, x: fmpq_poly, common: fmpq_poly) -> fmpq_poly:
        """f(x) x^i at x / common, times common^(N + deg f)."""
        top = self.order + self.root.degree()
        return sum(
            (c * x ** (m + i) * common ** (top - m - i) for m, c in enumerate(self.root.coeffs())), fmpq_poly([])
        )

    def _lukacs(self, name: str, terms: Sequence[Term], degree: int, right: fmpq_poly) -> Identity:
        half = (degree + 1) // 2
        squares = [PsdVariable(f"{name}0", half + 1), PsdVariable(f"{name}1", half)]
        self.squares += squares
        one, both = fmpq_poly([1]), fmpq_poly([1, 0, -1])
        positive = (UnivariateSquares(squares[0], one), UnivariateSquares(squares[1], both))
        return Identity(name, UnivariateSpace(2 * half), (*terms, *positive), right)
