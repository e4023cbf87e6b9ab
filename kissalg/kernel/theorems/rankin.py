"""Rankin's bounds for spherical codes with angles of at least 90 degrees, with their proofs.

Statement
---------
Let n >= 2, -1 < c <= 0, and let C be a set of unit vectors of R^n whose mutual inner products are at most c. If c < 0,
then C has at most 1 - 1/c points, and at most n + 1. If c = 0, it has at most 2n. Hence A(n, c) <= min(1 - 1/c, n + 1)
for c < 0, and A(n, 0) <= 2n.

Proof
-----
1. Let c < 0, and let N >= 1 be the number of elements of a finite subset of C. Summed over it, 0 <= |Σ x|² = Σ x·x +
   Σ_{x ≠ y} x·y <= N + N(N-1) c. So (N-1)(-c) <= 1, and N <= 1 - 1/c.
2. Let c < 0. Suppose that C has n + 2 different elements x_1, …, x_{n+1} and y. The first n + 1 are linearly dependent:
   Σ a_i x_i = 0, where some a_i > 0, after a change of all signs if necessary. Let P = {i: a_i > 0}, M = {i: a_i < 0}
   and z = Σ_{i ∈ P} a_i x_i = Σ_{j ∈ M} (-a_j) x_j. Then |z|² = Σ_{i ∈ P, j ∈ M} a_i (-a_j) x_i·x_j <= 0, because i ≠ j
   in every term. So z = 0. But y·z = Σ_{i ∈ P} a_i y·x_i < 0, because P is not empty: a contradiction.
3. Let c = 0. By induction on n >= 0: a set of nonzero vectors of a Euclidean space of dimension n whose mutual inner
   products are at most 0 has at most 2n elements. For n = 0 there are no nonzero vectors. Let n >= 1, and let x be an
   element. Write each other element as y = t x + y' with y' orthogonal to x; then t <= 0, because t |x|² = x·y <= 0. If
   z = s x + z' is one more, y'·z' = y·z - t s |x|² <= 0. Hence y' = 0 for at most one y: if y' = z' = 0, then t and s
   are negative, because y and z are not zero, and y·z = t s |x|² > 0. And the y' that are not zero are different for
   different y, because y' = z' would give y'·z' = |y'|² > 0. They lie in a space of dimension n - 1, so that there are
   at most 2(n-1) of them; with x, and the y with y' = 0 if there is one, that makes at most 2n elements. ∎

Source
------
R. A. Rankin, The closest packing of spherical caps in n dimensions, Proc. Glasgow Math. Assoc. 2 (1955).
"""

from dataclasses import dataclass
from fractions import Fraction

from ..grammar import Node
from ..notation.spherical_codes import code_quantity
from ..report import Claim, Rejected, decimal_up

__all__ = ["Rankin", "read"]


@dataclass(frozen=True)
class Rankin:
    """A certificate of this theorem: the parameters are all of it."""

    n: int
    cos: Fraction
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """A(n, cos θ) <= bound."""
        return Claim(code_quantity(self.n, str(self.cos)), self.bound, "Rankin")

    def prove(self) -> None:
        """Compare with the bound of the statement. Raises Rejected."""
        value = min(1 - 1 / self.cos, Fraction(self.n + 1)) if self.cos else Fraction(2 * self.n)
        if self.bound < value:
            raise Rejected(f"Rankin's bound is {decimal_up(value)} only", "bound")


def read(parameters: Node, bound: Node, witness: Node) -> Rankin:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("cos", "n")
    n = fields["n"].small(2, limits.dimension)
    cos = fields["cos"].rational(limits.parameter_bits)
    if not -1 < cos <= 0:
        fields["cos"].refuse("a rational number greater than -1 and at most 0")
    witness.record()
    return Rankin(n, cos, bound.rational(limits.bound_bits))
