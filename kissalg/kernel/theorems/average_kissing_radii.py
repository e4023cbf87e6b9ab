"""Upper bounds for average degrees of contact graphs of ball packings with given radii, with their proof.

Statement
---------
With the notions of `common/local_conditions`: for packings with radii among r_1, …, r_m, let there be for each radius
r_c a solution of the local conditions with the elements (p, p), ξ_p = r_p/(r_c+r_p), with t_c and weights w_cp. If w_cp
+ w_pc >= 2 for all c, p, then the average degree of every contact graph is at most the largest t_c.

Proof
-----
Every contact is counted at both of its ends, with weights that add up to 2 or more; so twice the number of contacts is
at most the sum of the t_c over all balls, c the number of their radius, and all t_c may be replaced by the largest. ∎

Source
------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020: sections 2 and 3.1.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ..common.local_conditions import HALVINGS, LocalBound, read_numbers, read_sums_of_squares, require_quick
from ..common.nonpositive import Budget
from ..grammar import Node
from ..identity import require_at_most
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..report import Claim, Rejected

__all__ = ["AverageKissingRadii", "read"]


@dataclass(frozen=True)
class AverageKissingRadii:
    """A certificate of this theorem."""

    locals: tuple[LocalBound, ...]
    radii: tuple[Fraction, ...]
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """average-kissing(n;r_1,…,r_m) <= bound."""
        first = self.locals[0]
        quantity = average_kissing_quantity(first.n, self.radii)
        return Claim(quantity, self.bound, f"average-kissing-radii, degree {len(first.matrices) - 1}")

    def prove(self) -> None:
        """Check the cheap hypotheses first. Raises Rejected."""
        budget = Budget(HALVINGS)
        for c, local in enumerate(self.locals):
            require_at_most(local.top(), self.bound)
            for p in range(c + 1):
                if local.top(p) + self.locals[p].top(c) < 2:
                    raise Rejected(f"the weights of the radii number {c} and {p} sum to less than 2", local.path)
        for local in self.locals:
            local.prove(budget)


def read(parameters: Node, bound: Node, witness: Node) -> AverageKissingRadii:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "n", "radii")
    n, degree = fields["n"].small(3, limits.dimension), fields["degree"].small(1, limits.degree)
    radii = read_numbers(fields["radii"], None)
    if any(low >= high for low, high in pairwise(radii)):
        fields["radii"].refuse("strictly increasing radii")
    points = tuple((p, p) for p in range(len(radii)))
    locals_ = []
    for r, item in zip(radii, witness.record("centres")["centres"].items(len(radii)), strict=True):
        matrices = read_sums_of_squares(item.record("F")["F"], degree, len(radii))
        locals_.append(LocalBound(item.path, n, tuple(s / (r + s) for s in radii), points, matrices, ()))
    require_quick(parameters, locals_)
    return AverageKissingRadii(tuple(locals_), radii, bound.rational(limits.bound_bits))
