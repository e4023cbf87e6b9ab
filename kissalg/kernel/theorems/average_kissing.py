"""Upper bounds for average degrees of contact graphs of ball packings, by weights of the neighbours, with their proof.

Statement
---------
With the notions of `common/local_conditions`: let 0 < ξ_0 <= … < 1, let the elements divide the sizes [ξ_0, 1), and
suppose that there is a solution t, w, … of the local conditions. If the weight ω(a) = wᵀφ(a), which is put to 0 below
ξ_0, satisfies ω(a) + ω(1-a) >= 2 for all a in (0,1), then the average degree of every contact graph is at most t.

Proof
-----
Every contact is counted at both of its ends, with weights that add up to 2 or more; so twice the number of contacts is
at most the sum of t over all balls. ∎

Source
------
Dostert, Kolpakov & Oliveira, Semidefinite programming bounds for the average kissing number, 2020: sections 2 and 3.1.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ..common.local_conditions import HALVINGS, LocalBound, cells, read_numbers, read_sums_of_squares, require_quick
from ..common.nonpositive import Budget
from ..grammar import Node
from ..identity import require_at_most
from ..notation.average_kissing_numbers import average_kissing_quantity
from ..psd import EXPONENT_LIMIT
from ..report import Claim, Rejected, magnitude

__all__ = ["AverageKissing", "Piece", "read", "require_cover"]


@dataclass(frozen=True)
class Piece:
    """The weight on low <= a < high: linear, from `start` to `stop`."""

    low: Fraction
    high: Fraction
    start: Fraction
    stop: Fraction

    def at(self, a: Fraction) -> Fraction:
        """The weight of size a, low <= a <= high; at `high` the limit."""
        return self.start + (self.stop - self.start) * (a - self.low) / (self.high - self.low)


def require_cover(pieces: list[Piece]) -> None:
    """Raise Rejected unless ω(a) + ω(1-a) >= 2 on (0,1), for a weight whose pieces follow each other from 0 to 1."""
    for one in pieces:
        for two in pieces:
            low, high = max(one.low, 1 - two.high), min(one.high, 1 - two.low)
            # the sum is linear where both pieces are; a single point, where each of them begins, is a case of its own
            if low < high or (low == high == one.low == 1 - two.low):
                for a in {low, high}:
                    missing = 2 - one.at(a) - two.at(1 - a)
                    if missing > 0:
                        reason = (
                            f"the weights of the sizes {a} and {1 - a} sum to less than 2 by about {magnitude(missing)}"
                        )
                        raise Rejected(reason, "witness.F[0]")


@dataclass(frozen=True)
class AverageKissing:
    """A certificate of this theorem. `pieces` has a letter for each size: l, linear up to the next, or c, constant."""

    local: LocalBound
    pieces: str
    bound: Fraction

    @property
    def claim(self) -> Claim:
        """average-kissing(n) <= bound."""
        degree, nodes = len(self.local.matrices) - 1, len(self.pieces)
        quantity = average_kissing_quantity(self.local.n)
        return Claim(quantity, self.bound, f"average-kissing, degree {degree}, {nodes} nodes")

    def prove(self) -> None:
        """Check the cheap hypotheses first. Raises Rejected."""
        local = self.local
        require_at_most(local.top(), self.bound)
        ends = [*local.sizes, Fraction(1)]
        pieces = [Piece(Fraction(0), ends[0], Fraction(0), Fraction(0))]
        for p, (low, high) in enumerate(pairwise(ends)):
            if low < high:
                pieces.append(Piece(low, high, local.top(p), local.top(p + (self.pieces[p] == "l"))))
        require_cover(pieces)
        local.prove(Budget(HALVINGS))


def read(parameters: Node, bound: Node, witness: Node) -> AverageKissing:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("degree", "n", "nodes", "pieces")
    n, degree = fields["n"].small(3, limits.dimension), fields["degree"].small(1, limits.degree)
    sizes, pieces = read_numbers(fields["nodes"], 1), fields["pieces"].text()
    if len(pieces) != len(sizes) or set(pieces) - set("cl") or pieces[-1] != "c":
        fields["pieces"].refuse(f"{len(sizes)} letters c or l, the last one c")
    elements = []
    for p, (low, high) in enumerate(pairwise([*sizes, Fraction(1)])):
        if low > high or (low == high and pieces[p] == "l"):
            fields["nodes"].refuse("increasing sizes, two of them equal only after a piece c", f"{low} before {high}")
        if low < high:
            elements.append((p, p + (pieces[p] == "l")))
    inner = witness.record("F", "slopes")
    slopes = inner["slopes"].record("exponent", "values")
    exponent = slopes["exponent"].small(0, EXPONENT_LIMIT)
    values = slopes["values"].items(sum(1 for _ in cells(tuple(elements))))
    numerators = [item.integer() for item in values]
    if any(value < 0 for value in numerators):
        slopes["values"].refuse("numbers that are not negative")
    matrices = read_sums_of_squares(inner["F"], degree, len(sizes))
    steps = tuple(Fraction(value, 1 << exponent) for value in numerators)
    local = LocalBound("witness", n, sizes, tuple(elements), matrices, steps)
    require_quick(parameters, [local])
    return AverageKissing(local, pieces, bound.rational(limits.bound_bits))
