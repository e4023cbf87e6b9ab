"""The semidefinite program for weights of the contacts around one ball.

The average kissing number of R^n is the supremum of the average degrees of contact graphs of packings of finitely many
balls. Seen from a ball of radius r, a neighbour of radius s has the *size* ξ = s/(r+s) in (0,1), and seen from the
neighbour the same contact has the size 1 - ξ. Let ω >= 0 be a weight on sizes with

    ω(ξ) + ω(1-ξ) >= 2   for all ξ in (0,1).

If the weights of the neighbours of any ball sum to at most t, then the average degree is at most t, since every
contact is counted twice. With ω the area of the cap that a neighbour cuts from the sphere of radius ρ about the ball,
divided by that of a ball of the same radius (ξ = 1/2), this is the bound D(ρ)/α_ρ(1) of Theorem 2.2 in the paper;
here ω is a variable of the program as well.

On a mesh of sizes ξ_0 <= … <= ξ_(N-1), ω and the kernels F_k(a,b) are constant or linear between two nodes (`Mesh`).
With E_k the multiple of Gegenbauer's polynomial P_k^n of `dyadic_gegenbauer`, F_pq(u) = Σ_k (F_k)_pq E_k(u) and
u_pq = 1 - 2 ξ_p ξ_q, the program is

    minimise t,   [[t, wᵀ], [w, F_0]] ⪰ 0,   F_1, …, F_d ⪰ 0,   ω(ξ) + ω(1-ξ) >= 2,
    (i)   F_pp(1) <= w_p,
    (ii)  F_pq(u) <= 0                 for -1 <= u <= u_pq,
    (iii) F_ab(u) <= s_ef (u - u_ab)   for the corners ab of every cell e × f of which a side is linear, between the
          least and the largest u_ab of its corners, s_ef >= 0.

In the model that a solver sees every inequality holds with a margin, (ii) by sums of squares (Lukács: on an interval
[-1, e] a polynomial that is nowhere negative is σ_0 + (u+1)(e-u) σ_1, or (u+1) σ_0 + (e-u) σ_1 for odd degrees), and
(iii) at samples. A certificate proves them without either. The proof of the bound is in
`kissalg.kernel.theorems.average_kissing`.

Main definitions: `LocalProgram`, `local_program`, `WeightsProblem`, `dyadic_gegenbauer`.

References: Dostert, Kolpakov and Oliveira, Semidefinite programming bounds for the average kissing number, 2020:
Theorems 2.2 and 3.1, section 3.1 (constant pieces, ω from caps). Weights as variables and linear pieces are ours.
Glazyrin, Contact graphs of ball packings (2017).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import comb
from typing import ClassVar

from flint import fmpq, fmpq_poly

from kissalg.algebra.nodes import chebyshev_nodes
from kissalg.algebra.orthogonal import gegenbauer
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.families.balls.mesh import Mesh
from kissalg.families.balls.parameters import MAX_DEGREE, MAX_DIMENSION
from kissalg.sdp.inequalities import Entry, InequalityModel, Row
from kissalg.sdp.model import NonnegativeVariable, PsdVariable, Sense
from kissalg.sdp.terms import chebyshev_values

__all__ = ["LocalProgram", "WeightsProblem", "dyadic_gegenbauer", "local_program"]

_STRIP_SAMPLES = 5
_MAX_SCALE_BITS = 40


@cache
def dyadic_gegenbauer(n: int, k: int) -> fmpq_poly:
    """E_k, the multiple of P_k^n with dyadic coefficients.

    It is Gegenbauer's C_k with the parameter n/2 - 1, times the power of two with 1/2 < E_k(1) <= 1.

    Example:
        >>> dyadic_gegenbauer(4, 2), dyadic_gegenbauer(4, 2)(1)
        (x^2 + (-1/4), 3/4)
    """
    at_one = comb(k + n - 3, k)
    return gegenbauer(n, k) * fmpq(at_one, 1 << (at_one - 1).bit_length())


@dataclass(frozen=True)
class LocalProgram:
    """The variables and the rows of the bound for the weights around one ball.

    The variables `prefix`F0, …, `prefix`Fd and `prefix`slopes are those of the theorem up to powers of two: with
    T = `scale` close to the bound, F0 is [[t/T, wᵀ], [w, T F_0]], the slopes are T s_ef, and Fk is T c_k F_k with c_k
    close to the largest |E_k(u)|, |u| <= 1/2, so that their entries are neither very large nor very small.
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
class WeightsProblem(InequalityModel, ABC):
    """A program of local programs: what the average kissing number for all radii and that for finitely many share.

    Attributes:
        programs: the local programs.
        covers: for each sum of weights that has to be at least 2 its coefficients.
    """

    theorem: ClassVar[str]
    sense: ClassVar[Sense] = "upper"

    programs: tuple[LocalProgram, ...]
    covers: tuple[Mapping[Entry, fmpq], ...]

    @property
    @abstractmethod
    def quantity(self) -> str:
        """What is bounded."""

    @property
    def n(self) -> int:
        """The dimension."""
        return self.programs[0].n

    @property
    def degree(self) -> int:
        """D."""
        return self.programs[0].degree

    @property
    def margin(self) -> fmpq:
        """By how much every inequality holds."""
        return self.programs[0].margin

    def claim(self, bound: RationalLike) -> str:
        """The statement that is to be proved; the bound is rounded up to ten decimals."""
        return f"{self.quantity} <= {decimal_up(rational(bound))}"

    def described(self, what: str) -> str:
        """The text of the problem, with what distinguishes it from others of the same dimension and degree."""
        rows = f"{len(self.rows)} equations and inequalities"
        return f"average-kissing (n = {self.n}, degree = {self.degree}, {what}): {rows}"


def local_program(n: int, degree: int, mesh: Mesh, margin: RationalLike, prefix: str) -> LocalProgram:
    """The local program with these parameters.

    Raises:
        ParameterError: if a parameter is out of its range.
    """
    require_integer("n", n, 3, MAX_DIMENSION)
    require_integer("degree", degree, 1, MAX_DEGREE)
    try:
        least = rational(margin)
    except ExactnessError as error:
        raise ParameterError(f"margin: {error}") from error
    if not 0 < least < 1:
        raise ParameterError(f"margin: expected a number strictly between 0 and 1, found {least}")
    # the best bounds of kissing numbers grow about like this up to n = 24
    scale = 1 << min((2 * n + 5) // 3, _MAX_SCALE_BITS)
    return LocalProgram(n, degree, mesh, least, scale, prefix)


def _square_coefficients(degree: int, x: fmpq) -> list[fmpq]:
    """Minus the coefficients of the entries of the two Gram matrices, in Chebyshev polynomials of x on [-1, 1]."""
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
