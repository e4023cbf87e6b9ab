"""A lower bound for the value of a semidefinite program, with its proof.

Statement
---------
Let c_1, …, c_m be rational numbers and F_0, …, F_m block diagonal symmetric matrices with rational entries. Suppose
that there are positive semidefinite matrices Y, block by block, with entries in a real number field, such that

    (i)   <F_k, Y> = c_k,   k = 1..m,        (ii)   <F_0, Y> >= b.

Then Σ c_k x_k >= b for every real x with Σ x_k F_k - F_0 positive semidefinite.

Proof
-----
Z = Σ x_k F_k - F_0 and Y are positive semidefinite, so <Z, Y> >= 0, and Σ c_k x_k = Σ x_k <F_k, Y> = <Z, Y> + <F_0, Y>
>= b. ∎

The parameters are the program in the form of SDPA: the sizes of the blocks, -s for a diagonal block of size s, whose
part of Y is a vector of s nonnegative numbers; c; and the nonzero entries on and above the diagonal, in ascending order
of (matrix, block, row, column). A claim names the program by the SHA-256 hash of the canonical JSON of {"blocks",
"costs", "entries"}.

Source
------
Weak duality; Jansson, Chaykin & Keil 2007, Theorem 3.1, with an exact Y.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ..common.faces import Face, read_face
from ..common.number_field import RealField, read_field
from ..grammar import Node
from ..notation.algebraic import exact_value
from ..notation.semidefinite_programs import program_quantity
from ..psd import read_denominator
from ..report import Claim, Malformed, Rejected, Sense, decimal_down

__all__ = ["Program", "read"]

_ORDER = 1 << 12
_COUNT = 1 << 20

Entry = tuple[int, int, int, int, Fraction]
Diagonal = tuple[tuple[tuple[int, ...], ...], int]
Block = Face | Diagonal


@dataclass(frozen=True)
class Program:
    """A certificate of this theorem; each block a matrix, or the numerators of a diagonal and their denominator."""

    name: str
    costs: tuple[Fraction, ...]
    entries: tuple[Entry, ...]
    bound: Fraction
    field: RealField
    blocks: tuple[Block, ...]

    @property
    def claim(self) -> Claim:
        """The value of the program is at least the bound."""
        try:
            exact = exact_value(self.field, tuple(self._products[0]))
        except Rejected:  # a matrix that is not positive semidefinite; `prove` says which
            exact = None
        return Claim(self.name, self.bound, f"weak duality, {len(self.costs)} constraints", exact, Sense.LOWER)

    def prove(self) -> None:
        """Check every hypothesis of the theorem, cheap ones first. Raises Rejected."""
        self.field.require_isolated()
        for b, block in enumerate(self.blocks):
            if isinstance(block, Face):
                block.require_proof()
                continue
            for i, value in enumerate(block[0]):
                if not self.field.is_nonnegative(value):
                    raise Rejected(f"number {i} of the diagonal is negative", f"witness.blocks[{b}].values[{i}]")
        objective, *left = self._products
        for k, (product, cost) in enumerate(zip(left, self.costs, strict=True)):
            if tuple(product) != self.field.rational(cost):
                raise Rejected(f"<F_{k + 1}, Y> is not c_{k + 1}", "witness.blocks")
        if not self.field.at_least(tuple(objective), self.field.rational(self.bound)):
            shown = f" {decimal_down(objective[0])} only" if not any(objective[1:]) else " less"
            raise Rejected(f"the witness proves{shown}; the bound is too high", "bound")

    @cached_property
    def _products(self) -> list[list[Fraction]]:
        """<F_k, Y>, k = 0..m, as coefficient vectors."""
        totals = [[Fraction(0)] * self.field.degree for _ in range(len(self.costs) + 1)]
        for k, b, i, j, value in self.entries:
            block = self.blocks[b]
            for t in range(self.field.degree):
                if isinstance(block, Face):
                    part = block.parts[t]
                    totals[k][t] += value * (1 if i == j else 2) * Fraction(part.rows[j][i], part.denominator)
                else:
                    totals[k][t] += value * Fraction(block[0][i][t], block[1])
        return totals


def read(parameters: Node, bound: Node, witness: Node) -> Program:
    """Read a certificate of this theorem to the last field. Raises Malformed."""
    limits = parameters.limits
    fields = parameters.record("blocks", "costs", "entries")
    sizes = [item.small(-_COUNT, _ORDER) for item in fields["blocks"].items()]
    costs = tuple(item.rational(limits.parameter_bits) for item in fields["costs"].items())
    if not sizes or not costs or 0 in sizes:
        fields["blocks"].refuse("blocks that are not empty, and at least one constraint")
    entries: list[Entry] = []
    previous = (-1, -1, -1, -1)
    for item in fields["entries"].items():
        place, value = item.items(2)
        k, b, i, j = place.integers(4)
        number = value.rational(limits.parameter_bits)
        if not (0 <= k <= len(costs) and 0 <= b < len(sizes) and 0 <= i <= j < abs(sizes[b])):
            place.refuse(
                f"a matrix up to {len(costs)}, a block below {len(sizes)}, a position on or above its diagonal"
            )
        if (sizes[b] < 0 and i != j) or (k, b, i, j) <= previous or number == 0:
            item.refuse("nonzero entries in ascending order, on the diagonal of a diagonal block")
        previous = (k, b, i, j)
        entries.append((k, b, i, j, number))
    parts = witness.record("blocks", "field")
    field = read_field(parts["field"])
    blocks = tuple(
        _read_block(item, size, field) for item, size in zip(parts["blocks"].items(len(sizes)), sizes, strict=True)
    )
    if len(costs) * field.degree > _COUNT:
        raise Malformed(f"more than {_COUNT} numbers to compare", parameters.path)
    name = program_quantity({key: fields[key].value for key in ("blocks", "costs", "entries")})
    return Program(name, costs, tuple(entries), bound.rational(limits.bound_bits), field, blocks)


def _read_block(node: Node, size: int, field: RealField) -> Block:
    if size > 0:
        return read_face(node, size, field)
    parts = node.record("denominator", "values")
    values = tuple(item.integers(field.degree) for item in parts["values"].items(-size))
    return values, read_denominator(parts["denominator"], [c for value in values for c in value])
