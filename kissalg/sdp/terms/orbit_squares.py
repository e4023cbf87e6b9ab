"""Sums over the three variables x, y, z of squares that are symmetric in the other two.

Main definitions: `OrbitSquares`, `orbit_exponents`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flint import fmpq, fmpq_mpoly, fmpq_poly

from kissalg.algebra.invariant_ring import COORDINATES, Exponent, to_power_means
from kissalg.algebra.spaces import Point
from kissalg.errors import ExactnessError
from kissalg.sdp.model import PsdVariable, Term, Value
from kissalg.sdp.samples import SampledForm
from kissalg.sdp.terms.values import hankel_sum, matrix_value

__all__ = ["OrbitSquares", "orbit_exponents"]


@lru_cache(maxsize=64)
def orbit_exponents(degree: int) -> tuple[Exponent, ...]:
    """The exponents (a, b, c) of x^a ((y+z)/2)^b (yz)^c with a + b + 2c <= degree, by that sum, then by c, then by b.

    Empty if degree < 0.

    >>> orbit_exponents(2)
    ((0, 0, 0), (1, 0, 0), (0, 1, 0), (2, 0, 0), (1, 1, 0), (0, 2, 0), (0, 0, 1))
    """
    return tuple(
        (total - b - 2 * c, b, c)
        for total in range(degree + 1)
        for c in range(total // 2 + 1)
        for b in range(total - 2 * c + 1)
    )


@dataclass(frozen=True, eq=False)
class OrbitSquares(Term):
    """Σ over the three variables of multiplier(x) · w(x; y, z)ᵀ X w(x; y, z), as an S3-invariant.

    w holds the monomials of `orbit_exponents(degree)` in x, (y+z)/2 and yz; for `alternating`, y - z times these.
    """

    variable: PsdVariable
    degree: int
    alternating: bool
    multiplier: fmpq_poly

    def __post_init__(self) -> None:
        if self.variable.size != len(orbit_exponents(self.degree)):
            raise ExactnessError(
                f"{self.variable.name}: expected the size {len(orbit_exponents(self.degree))} of its basis, found"
                f" {self.variable.size}"
            )

    def polynomial(self, value: Value) -> fmpq_mpoly:
        """The polynomial in Q[m1, m2, m3]."""
        numerators, denominator = matrix_value(self.variable, value).numer_denom()
        basis = orbit_exponents(self.degree)
        x, y, z = COORDINATES.gens()
        total = hankel_sum(numerators.tolist(), basis, basis, denominator, COORDINATES).compose(x, (y + z) / 2, y * z)
        if self.alternating:
            total *= (y - z) ** 2
        factor = COORDINATES.from_dict({(i, 0, 0): c for i, c in enumerate(self.multiplier.coeffs())})
        return to_power_means(3 * total * factor)

    def sample(self, points: Sequence[Point]) -> SampledForm:
        """Rank three: one vector for each of the variables."""
        tables: tuple[list[list[fmpq]], ...] = ([], [], [])
        weights = []
        zero = fmpq(0)
        for point in points:
            diagonal = []
            for index, table in enumerate(tables):
                x, y, z = point[index], point[index - 1], point[index - 2]
                table.append(self._vector(x, (y + z) / 2, y * z))
                diagonal.append(self.multiplier(x) * ((y - z) ** 2 if self.alternating else 1))
            weights.append([[value if i == j else zero for j in range(3)] for i, value in enumerate(diagonal)])
        return SampledForm(tables, weights)

    def _vector(self, x: fmpq, mean: fmpq, product: fmpq) -> list[fmpq]:
        powers = [[g**j for j in range(self.degree + 1)] for g in (x, mean, product)]
        return [powers[0][a] * powers[1][b] * powers[2][c] for a, b, c in orbit_exponents(self.degree)]
