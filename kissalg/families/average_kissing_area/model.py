"""The average kissing number by the area of one cap; nothing is optimised but the radius of the sphere.

Around a unit ball, its neighbours cut caps without common interior points from the sphere of radius ρ, 1 < ρ < 3. With
α_ρ(1) the normalised area that an equal ball cuts out, the average kissing number is at most 1/α_ρ(1), by Lemma 2.1 of
the reference; the proof stands in `kissalg.kernel.theorems.average_kissing_area`.

Main definitions: `AverageKissingAreaProblem`, `average_kissing_area`.

References: Kuperberg and Schramm (1994), n = 3: 8 + 4√3; Glazyrin (2017), n = 4, 5: 34.681 and 77.757; Dostert,
Kolpakov and Oliveira (2020), Theorem 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flint import fmpq

from kissalg.algebra.spherical_cap import area_bound
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.sdp.model import Sense

__all__ = ["AREA_BITS", "MAX_DIMENSION", "THEOREM", "AverageKissingAreaProblem", "average_kissing_area"]

THEOREM = "average-kissing-area"
MAX_DIMENSION = 64  # what the kernel reads
AREA_BITS = 90  # areas are larger than 2^-AREA_BITS


@dataclass(frozen=True, repr=False)
class AverageKissingAreaProblem:
    """The bound by the area of one cap: no solver is needed. Made by `average_kissing_area`.

    Attributes:
        n: the dimension.
        rho_squared: ρ².
    """

    theorem: ClassVar[str] = THEOREM
    sense: ClassVar[Sense] = "upper"

    n: int
    rho_squared: fmpq

    @property
    def quantity(self) -> str:
        """What is bounded, such as average-kissing(3)."""
        return f"average-kissing({self.n})"

    def claim(self, bound: RationalLike) -> str:
        """The statement that is to be proved; the bound is rounded up to ten decimals."""
        return f"{self.quantity} <= {decimal_up(rational(bound))}"

    def __repr__(self) -> str:
        return f"average-kissing-area (n = {self.n}, rho² = {self.rho_squared})"


def average_kissing_area(n: int, rho_squared: RationalLike = 3) -> AverageKissingAreaProblem:
    """The bound average-kissing(n) <= 1/α_ρ(1), which `certify` writes as a certificate without a solver.

    Args:
        n: the dimension, 3 <= n <= 64.
        rho_squared: ρ², 1 < ρ² <= 9; 3 is best in every dimension.

    Raises:
        ParameterError: if a parameter is out of its range.
        InfeasibleError: for ρ = 3, where an equal ball only touches the sphere.

    Example:
        >>> average_kissing_area(3)
        average-kissing-area (n = 3, rho² = 3)
    """
    require_integer("n", n, 3, MAX_DIMENSION)
    try:
        square = rational(rho_squared)
    except ExactnessError as error:
        raise ParameterError(f"rho_squared: {error}") from error
    if area_bound(n, square) > 2**AREA_BITS:
        raise ParameterError(f"rho_squared: expected a number not as near to 1 or 9 as {square}; 3 is a good start")
    return AverageKissingAreaProblem(n, square)
