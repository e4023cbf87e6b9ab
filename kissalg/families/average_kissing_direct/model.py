"""Average degrees of packings with radii from a finite set: a bound by functions of positive type on R^n.

Let f_ij (i, j = 1..m) be real functions on R^n such that for all points x and radii the matrix of the f_ij(x - y) is
positive semidefinite, with

    f_ij(x) <= 0  if |x| >= r_i + r_j,    f_ij(x) <= -1  if |x| = r_i + r_j.

Then every packing of finitely many balls of the radii r_1, …, r_m has a contact graph of average degree at most
max_i f_ii(0): sum f over all pairs of balls. Here f_ij(x) = p_ij(c |x|²) e^(-c |x|²) with polynomials p_ij and c > 0.
With s = |ξ|²/(4c) the Fourier transform of f_ij is a positive multiple of e^(-s) Q_ij(s), where s^k corresponds to
k! L_k(w), w = c |x|² and L_k Laguerre's polynomial with the parameter n/2 - 1; and f is of positive type if Q(s) is
positive semidefinite for all s >= 0. For polynomials in one variable that is so if and only if

    Q(s) = S_0(s) + s S_1(s),   S_0 and S_1 sums of squares:
    (S_t)_ij = Σ_ab Y_t[(i,a),(j,b)] L_a(s) L_b(s),   Y_t positive semidefinite.

Since w stands for c |x|², the only transcendental numbers of the problem are e^(w_ij), w_ij = c (r_i + r_j)². The
model, with numbers T_ij close to e^(w_ij): minimise t,

    (Fij)  p_ij / T_ij + σ_0 + (1+x) σ_1 = 0               in Q[x], w = w_ij + (1+x) d/2:
                                                           p_ij is nowhere positive for w >= w_ij,
    (Cij)  p_ij(w_ij) / T_ij + y_ij = -e^(w_ij) / T_ij      y_ij >= 0,
    (Ti)   p_ii(0) + z_i = t                                z_i >= 0.

A certificate needs the matrices Y_0 and Y_1 only: the kernel proves the rest. The degree d of the p_ij is odd.

Main definitions: `DirectProblem`, `average_kissing_direct`, `pair_polynomial`, `proved_degree`.

References: Dostert, Kolpakov and Oliveira, Semidefinite programming bounds for the average kissing number (2020),
Theorem 4.1; Cohn and Elkies, New upper bounds on sphere packings I (2003), for m = 1 and densities; de Laat, Oliveira
and Vallentin, Upper bounds for packings of spheres of several radii (2014), section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import factorial

from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly

from kissalg.algebra.orthogonal import laguerre
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.families.balls.parameters import MAX_DIMENSION, finite_radii
from kissalg.sdp.model import (
    Identity,
    Model,
    NonnegativeVariable,
    Objective,
    Point,
    PsdVariable,
    SampledMatrices,
    Term,
    UnivariateSpace,
    Value,
)
from kissalg.sdp.terms import LinearCombination, UnivariateSquares, matrix_value

__all__ = [
    "FARTHEST",
    "MAX_RADII",
    "THEOREM",
    "DirectProblem",
    "PositiveTypeTerm",
    "average_kissing_direct",
    "pair_polynomial",
    "proved_degree",
]

THEOREM = "average-kissing-direct"
_MAX_DEGREE = 39  # these are also the limits of the kernel
MAX_RADII = 16
FARTHEST = 256
_BITS = 1024
_EXPONENTIAL_BITS = 80


@cache
def _exponential_above(w: fmpq) -> fmpq:
    """A rational number above e^w, relatively within 2^-80, for 0 <= w <= 256."""
    with ctx.workprec(_BITS):
        scaled = (arb(w).exp() * 2**_EXPONENTIAL_BITS).upper().ceil()
        return fmpq(int(scaled.unique_fmpz()), 1 << _EXPONENTIAL_BITS)


@cache
def _image(n: int, k: int) -> fmpq_poly:
    """The polynomial in w that s^k stands for: k! L_k(w)."""
    return laguerre(n, k) * factorial(k)


@cache
def _product_image(n: int, part: int, a: int, b: int) -> fmpq_poly:
    """The polynomial in w that s^part L_a(s) L_b(s) stands for."""
    product = laguerre(n, a) * laguerre(n, b) * fmpq_poly([0, 1]) ** part
    return sum((_image(n, k) * coefficient for k, coefficient in enumerate(product.coeffs())), fmpq_poly([]))


@dataclass(frozen=True, eq=False)
class PositiveTypeTerm(Term):
    """factor · p_ij(start + step · x), as far as it depends on Y_0 (`part` = 0) or Y_1 (`part` = 1).

    The rows of the matrix are numbered by (i, a), a < h; `pair` is (i, j), and `half` is h.
    """

    variable: PsdVariable
    n: int
    part: int
    pair: tuple[int, int]
    half: int
    start: fmpq
    step: fmpq
    factor: fmpq

    def polynomial(self, value: Value) -> fmpq_poly:
        """In Q[x]."""
        matrix, (i, j), h = matrix_value(self.variable, value), self.pair, self.half
        total = fmpq_poly([])
        for a in range(h):
            for b in range(h):
                total += _product_image(self.n, self.part, min(a, b), max(a, b)) * matrix[i * h + a, j * h + b]
        return self.factor * total(fmpq_poly([self.start, self.step]))

    def sample(self, points: Sequence[Point]) -> SampledMatrices:
        """One block on the diagonal, or half of one block and of its transpose."""
        (i, j), h = self.pair, self.half
        matrices = []
        for (x,) in points:
            w = self.start + self.step * x
            entries: dict[tuple[int, int], fmpq] = {}
            for a in range(h):
                for b in range(a, h):
                    value = _product_image(self.n, self.part, a, b)(w) * self.factor
                    if i == j:
                        entries[i * h + a, i * h + b] = value
                    else:
                        entries[i * h + a, j * h + b] = entries[i * h + b, j * h + a] = value / 2
            matrices.append(tuple((*place, value) for place, value in sorted(entries.items())))
        return SampledMatrices(self.variable.size, tuple(matrices))


@dataclass(frozen=True, repr=False)
class DirectProblem(Model):
    """The exact model, with its parameters; made by `average_kissing_direct`.

    Attributes:
        radii: increasing.
        scale: c.
    """

    radii: tuple[fmpq, ...]
    scale: fmpq

    @property
    def n(self) -> int:
        """The dimension."""
        return int(self.parameters["n"])

    @property
    def degree(self) -> int:
        """d, the degree of the polynomials p_ij; odd."""
        return int(self.parameters["degree"])

    @property
    def half(self) -> int:
        """H = (d + 1)/2, the number of polynomials L_a."""
        return (self.degree + 1) // 2

    def powers(self) -> fmpq_mat:
        """The matrix T with L_a(s) = Σ_k T_ak s^k/k!, once for each radius.

        Tᵀ Y T holds the same sums of squares in the basis s^a/a! of certificates.
        """
        h, m = self.half, len(self.radii)
        result = fmpq_mat(m * h, m * h)
        for a in range(h):
            for k, coefficient in enumerate(laguerre(self.n, a).coeffs()):
                for i in range(m):
                    result[i * h + a, i * h + k] = coefficient * factorial(k)
        return result

    @property
    def quantity(self) -> str:
        """What is bounded, such as average-kissing(3;1,2)."""
        return f"average-kissing({self.n};{','.join(map(str, self.radii))})"

    def claim(self, bound: RationalLike) -> str:
        """The statement that a feasible point proves; the bound is rounded up to ten decimals."""
        return f"{self.quantity} <= {decimal_up(rational(bound))}"


def pair_polynomial(n: int, pair: tuple[int, int], matrices: Sequence[fmpq_mat], half: int) -> fmpq_poly:
    """p_ij in Q[w], for matrices X_0, X_1 of sums of squares in the basis s^a/a!, a < `half`.

    Example:
        >>> pair_polynomial(3, (0, 0), (fmpq_mat([[0]]), fmpq_mat([[1]])), 1)  # Q = s
        (-1)*x + 3/2
    """
    i, j = pair
    total = fmpq_poly([])
    for part, matrix in enumerate(matrices):
        for a in range(half):
            for b in range(half):
                entry = matrix[i * half + a, j * half + b] / (factorial(a) * factorial(b))
                total += _image(n, a + b + part) * entry
    return total


def proved_degree(polynomials: dict[tuple[int, int], fmpq_poly], radii: Sequence[fmpq], scale: fmpq) -> fmpq | None:
    """The least t with p_ii(0) <= y t for a y > 0 with p_ij(w_ij) <= -y e^(w_ij), rounded up a little.

    None if there is no such y. It bounds the average degree if p_ij(w) <= 0 for all w >= w_ij.
    """
    room = []
    for (i, j), polynomial in polynomials.items():
        w = scale * (radii[i] + radii[j]) ** 2
        room.append(-polynomial(w) / _exponential_above(w))
    if min(room) <= 0:
        return None
    return max(polynomials[i, i](0) for i in range(len(radii))) / min(room)


def average_kissing_direct(
    n: int, radii: Sequence[RationalLike], degree: int = 13, *, contact: RationalLike | None = None
) -> DirectProblem:
    """The bound for packings of balls in R^n with radii among the given ones, by functions e^(-c|x|²) p_ij(c|x|²).

    Args:
        n: the dimension, n >= 3.
        radii: at least one, at most 16, all positive.
        degree: d, the degree of the p_ij, odd, 1 <= d <= 39. Higher is better, and slower.
        contact: the exponent c (2 r_m)² at the contact of two of the largest balls, which sets the scale c; by default
            3 d/10, at least 5, times (1 + r_m/r_1)/2. For a given degree the bound depends on it; for high degrees less
            and less.

    Raises:
        ParameterError: if a parameter is out of its range.

    Example:
        >>> average_kissing_direct(3, [1], 3)
        average-kissing-direct (n = 3, radii = (1), degree = 3, scale = ...): 6 equations, 7 variables
          F0,0: 4 equations
          C0,0: 1 equations
          T0: 1 equations
          t: 1 scalars >= 0
          X0: PSD 2 x 2
          X1: PSD 2 x 2
          P0,0.0: PSD 2 x 2
          P0,0.1: PSD 2 x 2
          y0,0: PSD 1 x 1
          z0: PSD 1 x 1
    """
    require_integer("n", n, 3, MAX_DIMENSION)
    require_integer("degree", degree, 1, _MAX_DEGREE)
    if degree % 2 == 0:
        raise ParameterError(
            f"degree: expected an odd number, found {degree}; take {degree + 1 if degree < _MAX_DEGREE else degree - 1}"
        )
    sizes = finite_radii(radii)
    if len(sizes) > MAX_RADII:
        raise ParameterError(f"radii: expected at most {MAX_RADII}, found {len(sizes)}")
    farthest = _contact(contact, degree, sizes[-1] / sizes[0])
    scale = farthest / (4 * sizes[-1] ** 2)
    return _model(n, degree, sizes, scale)


def _contact(contact: RationalLike | None, degree: int, ratio: fmpq) -> fmpq:
    if contact is None:
        return min(fmpq(FARTHEST), max(fmpq(5), fmpq(3 * degree, 10)) * (1 + ratio) / 2)
    try:
        value = rational(contact)
    except ExactnessError as error:
        raise ParameterError(f"contact: {error}") from error
    if not 0 < value <= FARTHEST:
        raise ParameterError(
            f"contact: expected a positive number, at most {FARTHEST}, found {value}; 5 is a good start"
        )
    return value


def _model(n: int, degree: int, radii: tuple[fmpq, ...], scale: fmpq) -> DirectProblem:
    half, m = (degree + 1) // 2, len(radii)
    kernels = (PsdVariable("X0", m * half), PsdVariable("X1", m * half))
    top = NonnegativeVariable("t", 1)
    variables: list[PsdVariable | NonnegativeVariable] = [top, *kernels]
    identities = []

    def kernel_terms(pair: tuple[int, int], start: fmpq, step: fmpq, factor: fmpq) -> tuple[Term, ...]:
        return tuple(
            PositiveTypeTerm(variable, n, part, pair, half, start, step, factor)
            for part, variable in enumerate(kernels)
        )

    zero, one, one_plus_x = fmpq_poly([]), fmpq_poly([1]), fmpq_poly([1, 1])
    constants, line = UnivariateSpace(0), UnivariateSpace(degree)
    step = fmpq(degree, 2)
    for i in range(m):
        for j in range(i, m):
            w = scale * (radii[i] + radii[j]) ** 2
            exponential = _exponential_above(w)
            factor = fmpq(1, 1 << int(exponential.ceil()).bit_length())
            squares = [PsdVariable(f"P{i},{j}.{k}", half) for k in range(2)]
            slack = PsdVariable(f"y{i},{j}", 1)
            variables += [*squares, slack]
            terms = (UnivariateSquares(squares[0], one), UnivariateSquares(squares[1], one_plus_x))
            moved = kernel_terms((i, j), w + step, step, factor)
            identities.append(Identity(f"F{i},{j}", line, (*moved, *terms), zero))
            at_contact = (*kernel_terms((i, j), w, fmpq(0), factor), UnivariateSquares(slack, one))
            identities.append(Identity(f"C{i},{j}", constants, at_contact, fmpq_poly([-exponential * factor])))
        slack = PsdVariable(f"z{i}", 1)
        variables.append(slack)
        at_zero = kernel_terms((i, i), fmpq(0), fmpq(0), fmpq(1))
        bounded = (*at_zero, UnivariateSquares(slack, one), LinearCombination(top, (-one,), constants))
        identities.append(Identity(f"T{i}", constants, bounded, zero))
    return DirectProblem(
        theorem=THEOREM,
        parameters={"n": n, "radii": radii, "degree": degree, "scale": scale},
        variables=tuple(variables),
        identities=tuple(identities),
        objective=Objective(fmpq(0), {"t": [fmpq(1)]}),
        radii=radii,
        scale=scale,
    )
