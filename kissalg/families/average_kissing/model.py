"""The average kissing number: a semidefinite program for weights of the contacts around one ball.

The average kissing number of R^n is the supremum of the average degrees of contact graphs of packings of finitely many balls, of any
radii. Seen from a ball of radius r, a neighbour of radius s has the *size* ξ = s/(r+s) in (0,1), and seen from the neighbour the same contact
has the size 1 - ξ. Let ω >= 0 be a weight on sizes with

    ω(ξ) + ω(1-ξ) >= 2   for all ξ in (0,1).

If the weights of the neighbours of any ball sum to at most t, then the average degree is at most t, since every contact is counted twice.
With ω the area of the cap that a neighbour cuts from the sphere of radius ρ about the ball, divided by that of a ball of the same
radius (ξ = 1/2), this is the bound D(ρ)/α_ρ(1) of Theorem 2.2 in the paper; here ω is a variable of the program as well.

On a mesh of sizes ξ_0 <= … <= ξ_(N-1), ω and the kernels F_k(a,b) are constant or linear between two nodes (`Mesh`). With E_k the multiple of
Gegenbauer's polynomial P_k^n of `dyadic_gegenbauer`, F_pq(u) = Σ_k (F_k)_pq E_k(u) and u_pq = 1 - 2 ξ_p ξ_q, the program is

    minimise t,   [[t, wᵀ], [w, F_0]] ⪰ 0,   F_1, …, F_d ⪰ 0,   ω(ξ) + ω(1-ξ) >= 2,
    (i)   F_pp(1) <= w_p,
    (ii)  F_pq(u) <= 0                 for -1 <= u <= u_pq,
    (iii) F_ab(u) <= s_ef (u - u_ab)   for the corners ab of every cell e × f of which a side is linear, between the least and the largest
          u_ab of its corners, s_ef >= 0.

In the model that a solver sees (`AverageKissingProblem`) every inequality holds with a margin, (ii) by sums of squares (Lukács: on an interval [-1, e] a
polynomial that is nowhere negative is σ_0 + (u+1)(e-u) σ_1, or (u+1) σ_0 + (e-u) σ_1 for odd degrees), and (iii) at samples. A certificate proves
them without either. The proof of the bound is in `kissalg.kernel.theorems.average_kissing`.

For packings whose radii are among finitely many there is a local program for each of them, with the sizes that its neighbours can have.

Main definitions: `AverageKissingProblem`, `average_kissing`, `average_kissing_radii`, `area_weights`.

References: Dostert, Kolpakov and Oliveira, Semidefinite programming bounds for the average kissing number, 2020: Theorems 2.2
and 3.1, section 3.1 (constant pieces, ω from caps). Weights as variables and linear pieces are ours. Glazyrin, Contact graphs of ball packings (2017).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import comb

from flint import fmpq, fmpq_poly

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.orthogonal import gegenbauer
from kissalg.algebra.spherical_cap import relative_cap_area
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.families.balls.mesh import Mesh
from kissalg.sdp.inequalities import Entry, InequalityModel, Row
from kissalg.sdp.model import NonnegativeVariable, PsdVariable
from kissalg.sdp.terms import chebyshev_values

__all__ = [
    "RADII_THEOREM",
    "THEOREM",
    "AverageKissingProblem",
    "LocalProgram",
    "area_weights",
    "average_kissing",
    "average_kissing_radii",
    "dyadic_gegenbauer",
    "finite_radii",
]

THEOREM = "average-kissing"
RADII_THEOREM = "average-kissing-radii"
_STRIP_SAMPLES = 5
_MAX_DEGREE = 40  # these two are also the limits of the kernel
_MAX_DIMENSION = 10_000
_MAX_SCALE_BITS = 40


@cache
def dyadic_gegenbauer(n: int, k: int) -> fmpq_poly:
    """E_k, the multiple of P_k^n with dyadic coefficients: Gegenbauer's C_k with the parameter n/2 - 1, times the power of two with 1/2 < E_k(1) <= 1.

    >>> dyadic_gegenbauer(4, 2), dyadic_gegenbauer(4, 2)(1)
    (x^2 + (-1/4), 3/4)
    """
    at_one = comb(k + n - 3, k)
    return gegenbauer(n, k) * fmpq(at_one, 1 << (at_one - 1).bit_length())


def area_weights(n: int, rho_squared: RationalLike, mesh: Mesh) -> tuple[fmpq, ...]:
    """For a mesh of constant pieces, rational upper bounds of α_ρ(r)/α_ρ(1) at the right end of each piece: the weights of the paper.

    Their sums ω(ξ) + ω(1-ξ) are at least 2 by Lemma 2.1 of the paper, if no size below ξ_0 reaches the sphere of radius ρ: ξ_0 <= (ρ-1)/(ρ+1).

    Raises:
        ParameterError: unless 1 < ρ² <= 9.
        InfeasibleError: for ρ = 3, where the areas are divided by zero.
    """
    return _areas(n, rho_squared, (*mesh.nodes[1:], fmpq(1)))


def _areas(n: int, rho_squared: RationalLike, sizes: Sequence[fmpq]) -> tuple[fmpq, ...]:
    try:
        square = rational(rho_squared)
    except ExactnessError as error:
        raise ParameterError(f"rho: {error}") from error
    return tuple(relative_cap_area(n, square, size) for size in sizes)


@dataclass(frozen=True)
class LocalProgram:
    """The variables and the rows of the bound for the weights around one ball.

    The variables `prefix`F0, …, `prefix`Fd and `prefix`slopes are those of the theorem up to powers of two: with T = `scale` close to the bound, F0 is
    [[t/T, wᵀ], [w, T F_0]], the slopes are T s_ef, and Fk is T c_k F_k with c_k close to the largest |E_k(u)|, |u| <= 1/2, so that their entries are
    neither very large nor very small.
    """

    n: int
    degree: int
    mesh: Mesh
    margin: fmpq
    scale: int
    prefix: str = ""

    def factor(self, name: str) -> fmpq:
        """By how much the variable exceeds F_k or s_ef."""
        kernel = name.removeprefix(f"{self.prefix}F")
        return self.scale * (_typical(self.n, int(kernel)) if kernel.isdigit() else fmpq(1))

    def names(self) -> list[str]:
        """The variables that a certificate holds."""
        slopes = [f"{self.prefix}slopes"] if self.mesh.cells else []
        return [*(f"{self.prefix}F{k}" for k in range(self.degree + 1)), *slopes]

    def variables(self) -> list[PsdVariable | NonnegativeVariable]:
        """Those, and the Gram matrices of the squares."""
        size = len(self.mesh.nodes)
        result: list[PsdVariable | NonnegativeVariable] = [PsdVariable(f"{self.prefix}F0", size + 1)]
        result += [PsdVariable(f"{self.prefix}F{k}", size) for k in range(1, self.degree + 1)]
        if self.mesh.cells:
            result.append(NonnegativeVariable(f"{self.prefix}slopes", len(self.mesh.cells)))
        for p in range(size):
            for q in range(p + 1):
                result += self._gram_variables(p, q)
        return result

    def weight(self, p: int) -> Entry:
        """The entry w_p."""
        return (f"{self.prefix}F0", p + 1, 0)

    def rows(self) -> Iterator[Row]:
        """(i), (ii) and (iii), and w >= 0."""
        for p in range(len(self.mesh.nodes)):
            yield Row([self.weight(p)], [fmpq(1)], fmpq(0))
        yield from self._square_rows()
        yield from self._strip_rows()

    def _gram_variables(self, p: int, q: int) -> list[PsdVariable]:
        """The Gram matrices of σ_0 and σ_1 for F_pq."""
        half = self.degree // 2
        orders = (half + 1, half + self.degree % 2)
        return [PsdVariable(f"{self.prefix}S{p},{q}.{i}", order) for i, order in enumerate(orders)]

    def _kernel_entries(self, p: int, q: int) -> list[Entry]:
        """(F_0)_pq, …, (F_d)_pq."""
        higher = ((f"{self.prefix}F{k}", p, q) for k in range(1, self.degree + 1))
        return [(f"{self.prefix}F0", p + 1, q + 1), *higher]

    def _square_rows(self) -> Iterator[Row]:
        """(i); and (ii) as the equations -F_pq - margin = squares, at as many points as determine it."""
        n, degree, size = self.n, self.degree, len(self.mesh.nodes)
        at_one = [value / self.scale for value in _values(n, degree, fmpq(1))]
        for p in range(size):
            yield Row([*self._kernel_entries(p, p), self.weight(p)], [*at_one, fmpq(1)], self.margin / self.scale)
        nodes = chebyshev_nodes(degree + 1)
        squares = [_square_coefficients(degree, x) for x in nodes]
        for p in range(size):
            for q in range(p + 1):
                names = self._kernel_entries(p, q)
                for variable in self._gram_variables(p, q):
                    names += [(variable.name, i, j) for i in range(variable.size) for j in range(i + 1)]
                half = (self.mesh.end(p, q) + 1) / 2
                for x, coefficients in zip(nodes, squares, strict=True):
                    values = _values(n, degree, half * (x + 1) - 1)
                    yield Row(names, [*values, *coefficients], self.margin, equality=True)

    def _strip_rows(self) -> Iterator[Row]:
        """(iii) at samples."""
        for index, (e, f) in enumerate(self.mesh.cells):
            corners = {(max(a, b), min(a, b)) for a in e for b in f}
            ends = [self.mesh.end(a, b) for a, b in corners]
            low, high = min(ends), max(ends)
            for a, b in sorted(corners):
                names = [*self._kernel_entries(a, b), (f"{self.prefix}slopes", index, 0)]
                for i in range(_STRIP_SAMPLES):
                    u = low + (high - low) * fmpq(i, _STRIP_SAMPLES - 1)
                    values = _values(self.n, self.degree, u)
                    yield Row(names, [*values, u - self.mesh.end(a, b)], self.margin)


@dataclass(frozen=True, repr=False)
class AverageKissingProblem(InequalityModel):
    """The program of a bound: one local program for all radii, or one for each of finitely many radii. Made by `average_kissing` and `average_kissing_radii`.

    Attributes:
        programs: the local programs.
        radii: increasing; empty if all radii are allowed.
        covers: for each sum of weights that has to be at least 2 its coefficients.
    """

    programs: tuple[LocalProgram, ...]
    radii: tuple[fmpq, ...]
    covers: tuple[Mapping[Entry, fmpq], ...]

    @property
    def n(self) -> int:
        """The dimension."""
        return self.programs[0].n

    @property
    def degree(self) -> int:
        """d."""
        return self.programs[0].degree

    @property
    def margin(self) -> fmpq:
        """By how much every inequality holds."""
        return self.programs[0].margin

    @property
    def mesh(self) -> Mesh:
        """The mesh of sizes (around the smallest ball, if there are finitely many radii)."""
        return self.programs[0].mesh

    @property
    def theorem(self) -> str:
        """Its name in certificates."""
        return RADII_THEOREM if self.radii else THEOREM

    @property
    def quantity(self) -> str:
        """What is bounded, such as average-kissing(3) or average-kissing(3;1,2)."""
        return f"average-kissing({self.n}{';' if self.radii else ''}{','.join(map(str, self.radii))})"

    def claim(self, bound: RationalLike) -> str:
        """The statement that is to be proved; the bound is rounded up to ten decimals."""
        return f"{self.quantity} <= {decimal_up(rational(bound))}"

    def __repr__(self) -> str:
        what = f"radii {', '.join(map(str, self.radii))}" if self.radii else str(self.mesh)
        return f"average-kissing (n = {self.n}, degree = {self.degree}, {what}): {len(self.rows)} equations and inequalities"


def average_kissing(
    n: int,
    degree: int,
    mesh: Mesh,
    *,
    weights: Sequence[fmpq] | None = None,
    margin: RationalLike = "1/50000",
) -> AverageKissingProblem:
    """The program for the average kissing number of R^n.

    Args:
        n: the dimension, n >= 3.
        degree: d >= 1. The program is infeasible below a degree that grows with n and with 1/ξ_0.
        mesh: see `linear_mesh` and `step_mesh`.
        weights: lower bounds of the w_p, for a given weight such as `area_weights`; by default the weight is optimised.
        margin: by how much every inequality has to hold, relatively: it costs the bound about t · margin.

    Raises:
        ParameterError: if a parameter is out of its range.

    >>> from kissalg.families.balls.mesh import step_mesh
    >>> average_kissing(3, 4, step_mesh("1/4", 1))
    average-kissing (n = 3, degree = 4, Mesh(3 nodes from 1/4 to 3/4, 'ccc')): 40 equations and inequalities
    """
    local = _local(n, degree, mesh, margin, "")
    covers = [{local.weight(p): value for p, value in total.items()} for total in mesh.weights()]
    rows = [Row(list(total), list(total.values()), 2 + local.margin) for total in covers]
    if weights is not None:
        if len(weights) != len(mesh.nodes):
            raise ParameterError(
                f"weights: expected {len(mesh.nodes)}, one for each node of the mesh, found {len(weights)}"
            )
        rows = [Row([local.weight(p)], [fmpq(1)], value + local.margin) for p, value in enumerate(weights)]
    objective = {(f"{local.prefix}F0", 0, 0): fmpq(local.scale)}
    return AverageKissingProblem(
        tuple(local.variables()), [*rows, *local.rows()], objective, (local,), (), tuple(covers)
    )


def average_kissing_radii(
    n: int,
    degree: int,
    radii: Sequence[RationalLike],
    *,
    rho_squared: RationalLike | None = None,
    margin: RationalLike = "1/50000",
) -> AverageKissingProblem:
    """The program for packings in R^n whose radii are among finitely many: one local program around a ball of each radius.

    For one radius it is Delsarte's linear programming bound for the kissing number.

    Args:
        n, degree: see `average_kissing`.
        radii: at least one, all of them positive.
        rho_squared: for the weights of the paper, the areas of the caps that the neighbours cut from the sphere of radius ρ times that of the ball; by
            default the weights are optimised.
        margin: see `average_kissing`.

    Raises:
        ParameterError: if a parameter is out of its range.

    >>> average_kissing_radii(3, 4, [1, 2])
    average-kissing (n = 3, degree = 4, radii 1, 2): 43 equations and inequalities
    """
    sizes = finite_radii(radii)
    programs = []
    for c, r in enumerate(sizes):
        mesh = Mesh(tuple(s / (r + s) for s in sizes), "c" * len(sizes))
        programs.append(_local(n, degree, mesh, margin, f"{c}."))
    pairs = [(c, p) for c in range(len(sizes)) for p in range(c)]
    covers = [{local.weight(c): fmpq(2)} for c, local in enumerate(programs)]
    covers += [{programs[c].weight(p): fmpq(1), programs[p].weight(c): fmpq(1)} for c, p in pairs]
    least = programs[0].margin
    rows = [Row(list(total), list(total.values()), 2 + least) for total in covers]
    if rho_squared is not None:
        areas = [
            (local.weight(p), a) for local in programs for p, a in enumerate(_areas(n, rho_squared, local.mesh.nodes))
        ]
        rows = [Row([weight], [fmpq(1)], area + least) for weight, area in areas]
    top = NonnegativeVariable("t", 1)
    rows += [Row([("t", 0, 0), (f"{local.prefix}F0", 0, 0)], [fmpq(1), fmpq(-1)], fmpq(0)) for local in programs]
    variables: list[PsdVariable | NonnegativeVariable] = [top]
    for local in programs:
        variables += local.variables()
        rows += local.rows()
    objective = {("t", 0, 0): fmpq(programs[0].scale)}
    return AverageKissingProblem(tuple(variables), rows, objective, tuple(programs), sizes, tuple(covers))


def finite_radii(radii: Sequence[RationalLike]) -> tuple[fmpq, ...]:
    """Distinct positive radii in increasing order.

    Raises:
        ParameterError: if there is none, or one that is not a positive rational number.

    >>> finite_radii(["2", 1, "1/1"])
    (1, 2)
    """
    try:
        sizes = tuple(sorted({rational(r) for r in radii}))
    except ExactnessError as error:
        raise ParameterError(f"radii: {error}") from error
    if not sizes or sizes[0] <= 0:
        raise ParameterError(
            f"radii: expected at least one, all of them positive, found {', '.join(map(str, sizes)) or 'none'}"
        )
    return sizes


def _local(n: int, degree: int, mesh: Mesh, margin: RationalLike, prefix: str) -> LocalProgram:
    require_integer("n", n, 3, _MAX_DIMENSION)
    require_integer("degree", degree, 1, _MAX_DEGREE)
    try:
        least = rational(margin)
    except ExactnessError as error:
        raise ParameterError(f"margin: {error}") from error
    if not 0 < least < 1:
        raise ParameterError(f"margin: expected a number strictly between 0 and 1, found {least}")
    scale = 1 << min(
        (2 * n + 5) // 3, _MAX_SCALE_BITS
    )  # the best bounds of kissing numbers grow about like this up to n = 24
    return LocalProgram(n, degree, mesh, least, scale, prefix)


def _square_coefficients(degree: int, x: fmpq) -> list[fmpq]:
    """Minus the coefficients of the entries of the two Gram matrices, in the basis of Chebyshev polynomials of x, the interval being [-1, 1]."""
    values = chebyshev_values(x, degree // 2)
    multipliers = (fmpq(1), 1 - x * x) if degree % 2 == 0 else (1 + x, 1 - x)
    result = []
    for multiplier, length in zip(multipliers, (degree // 2 + 1, degree // 2 + degree % 2), strict=True):
        for i in range(length):
            result += [-multiplier * values[i] * values[j] * (1 if i == j else 2) for j in range(i + 1)]
    return result


@cache
def _typical(n: int, k: int) -> fmpq:
    """c_k: a power of two within a factor of two of the largest |E_k(u)| at some u in [-1/2, 1/2]."""
    polynomial = dyadic_gegenbauer(n, k)
    largest = max(abs(polynomial(fmpq(i, 8))) for i in range(5))
    return fmpq(2) ** (int(largest.p).bit_length() - int(largest.q).bit_length())


@cache
def _values(n: int, degree: int, u: fmpq) -> list[fmpq]:
    """(-E_0(u)/c_0, …, -E_degree(u)/c_degree)."""
    previous, current = fmpq(1), u
    values = [previous, current][: degree + 1]
    for k in range(1, degree):
        previous, current = current, ((2 * k + n - 2) * u * current - k * previous) / (k + n - 2)
        values.append(current)
    return [-value * dyadic_gegenbauer(n, k)(1) / _typical(n, k) for k, value in enumerate(values)]
