"""Rankin's bounds for spherical codes with angles of at least 90 degrees: closed formulas, sharp in every case.

Let -1 < c <= 0. A set of unit vectors of R^n with pairwise inner products at most c has at most 1 - 1/c and at most
n + 1 elements if c < 0, and at most 2n if c = 0; the proofs stand in `kissalg.kernel.theorems.rankin`. Regular
simplices of k + 1 points (c = -1/k, k <= n) and the 2n vectors ±e_i show that the bounds, rounded down, are A(n, c)
itself.

Main definitions: `RankinProblem`, `rankin`.

References: Rankin, The closest packing of spherical caps in n dimensions (1955).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq

from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, rational
from kissalg.witness.parsing import MAX_DIMENSION

__all__ = ["THEOREM", "RankinProblem", "rankin"]

THEOREM = "rankin"


@dataclass(frozen=True, repr=False)
class RankinProblem:
    """Rankin's bound for A(n, θ): no solver is needed. Made by `rankin`; `kissalg.certify` writes its certificate.

    Attributes:
        n: the dimension of the space.
        cos: cos θ.
    """

    n: int
    cos: fmpq

    @property
    def quantity(self) -> str:
        """What is bounded, such as A(3, -1/2)."""
        return f"A({self.n}, {self.cos})"

    @property
    def bound(self) -> fmpq:
        """The bound, exactly.

        Example:
            >>> [str(rankin(4, cos).bound) for cos in ("-2/3", "-1/4", "-1/5", 0)]
            ['5/2', '5', '5', '8']
        """
        return fmpq(2 * self.n) if self.cos == 0 else min(1 - 1 / self.cos, fmpq(self.n + 1))

    def __repr__(self) -> str:
        return f"rankin (n = {self.n}, cos = {self.cos}): {self.quantity} <= {self.bound}"


def rankin(n: int, cos: RationalLike) -> RankinProblem:
    """Rankin's bound: A(n, θ) <= min(1 - 1/cos θ, n + 1) for cos θ < 0, and A(n, 90°) <= 2n.

    Args:
        n: the dimension of the Euclidean space, n >= 2.
        cos: the rational number cos θ, -1 < cos θ <= 0.

    Returns:
        The bound; `kissalg.certify` writes its certificate without a solver.

    Raises:
        ParameterError: if a parameter is out of its range, or not exact.

    Source:
        Rankin (1955).

    Example:
        >>> rankin(3, "-1/2")
        rankin (n = 3, cos = -1/2): A(3, -1/2) <= 3
        >>> rankin(3, "1/2")
        Traceback (most recent call last):
        kissalg.errors.ParameterError: cos: expected -1 < cos <= 0, found 1/2
    """
    require_integer("n", n, 2, MAX_DIMENSION)
    try:
        cosine = rational(cos)
    except ExactnessError as error:
        raise ParameterError(f"cos: {error}") from error
    if not -1 < cosine <= 0:
        raise ParameterError(f"cos: expected -1 < cos <= 0, found {cosine}")
    return RankinProblem(n, cosine)
