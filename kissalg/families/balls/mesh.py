"""Meshes of sizes, on which the weights and the kernels of the average kissing number are constant or linear.

Main definitions: `Mesh`, `step_mesh`, `linear_mesh`.

Reference: Dostert, Kolpakov and Oliveira (2020), section 3.1, for constant pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

from flint import fmpq

from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.rational import RationalLike, rational

__all__ = ["MAX_NODES", "Element", "Mesh", "linear_mesh", "step_mesh"]

_NODE_BITS = 16
_MAX_GRADING = 8
MAX_NODES = 128  # also the limit of the kernel

Element = tuple[int, int]


@dataclass(frozen=True, repr=False)
class Mesh:
    """Sizes ξ_0 <= … <= ξ_(N-1) in (0,1), with a letter for each.

    The letters: `l`, linear from this node to the next; `c`, constant from this node up to the next (the last one: up
    to 1). Two nodes may be equal after a `c`: there the functions jump.

    Raises:
        ParameterError: if the nodes do not increase, lie outside (0,1), or do not fit the letters.

    Example:
        >>> Mesh((fmpq(1, 4), fmpq(1, 2), fmpq(3, 4)), "ccc")
        Mesh(3 nodes from 1/4 to 3/4, 'ccc')
    """

    nodes: tuple[fmpq, ...]
    pieces: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.nodes) <= MAX_NODES:
            raise ParameterError(
                f"mesh: expected between 1 and {MAX_NODES} nodes, found {len(self.nodes)}; give at least one size"
            )
        if len(self.pieces) != len(self.nodes) or set(self.pieces) - set("cl") or self.pieces[-1] != "c":
            raise ParameterError(
                f"mesh: expected {len(self.nodes)} letters c or l, the last one c, found {self.pieces!r}"
            )
        if not (self.nodes[0] > 0 and self.nodes[-1] < 1):
            raise ParameterError(f"mesh: expected sizes in (0,1), found {self.nodes[0]} … {self.nodes[-1]}")
        for (low, high), piece in zip(pairwise(self.nodes), self.pieces, strict=False):
            if low > high or (low == high and piece == "l"):
                raise ParameterError(
                    f"mesh: expected increasing nodes, found {low} before {high} with a piece {piece!r}"
                )

    @property
    def elements(self) -> list[Element]:
        """(p, p) for a constant piece, (p, p+1) for a linear one; empty pieces are left out."""
        ends = (*self.nodes, fmpq(1))
        return [(p, p + (piece == "l")) for p, piece in enumerate(self.pieces) if ends[p] < ends[p + 1]]

    @property
    def cells(self) -> list[tuple[Element, Element]]:
        """The pairs of elements, the second not after the first, of which at least one is linear."""
        elements = self.elements
        pairs = [(e, f) for i, e in enumerate(elements) for f in elements[: i + 1]]
        return [(e, f) for e, f in pairs if e[0] != e[1] or f[0] != f[1]]

    def end(self, p: int, q: int) -> fmpq:
        """u_pq = 1 - 2 ξ_p ξ_q, the largest inner product of the directions of neighbours of these sizes."""
        return 1 - 2 * self.nodes[p] * self.nodes[q]

    def weights(self) -> Iterator[dict[int, fmpq]]:
        """The sums ω(ξ) + ω(1-ξ) that have to be at least 2, as combinations of the w_p.

        There is one for each end of each interval on which the sum is linear.
        """
        pieces: list[tuple[fmpq, fmpq, Element | None]] = [(fmpq(0), self.nodes[0], None)]
        pieces += [(self.nodes[e[0]], (*self.nodes, fmpq(1))[e[0] + 1], e) for e in self.elements]
        found = set()
        for low, high, e in pieces:
            for other_low, other_high, f in pieces:
                left, right = max(low, 1 - other_high), min(high, 1 - other_low)
                if left < right or (left == right == low == 1 - other_low):
                    for a in (left, right):
                        total: dict[int, fmpq] = {}
                        for element, at in ((e, a), (f, 1 - a)):
                            for p, value in self._hats(element, at):
                                total[p] = total.get(p, fmpq(0)) + value
                        found.add(tuple(sorted((p, value) for p, value in total.items() if value != 0)))
        return (dict(total) for total in sorted(found))

    def _hats(self, element: Element | None, a: fmpq) -> list[tuple[int, fmpq]]:
        if element is None:
            return []
        p, q = element
        if p == q:
            return [(p, fmpq(1))]
        part = (a - self.nodes[p]) / (self.nodes[q] - self.nodes[p])
        return [(p, 1 - part), (q, part)]

    def __repr__(self) -> str:
        return f"Mesh({len(self.nodes)} nodes from {self.nodes[0]} to {self.nodes[-1]}, {self.pieces!r})"


def _graded(first: fmpq, intervals: int, grading: int) -> list[fmpq]:
    """2 · intervals + 1 sizes, symmetric about 1/2, from `first` to 1 - first.

    With the grading g their distances to 1/2 grow like (i/intervals)^(g/4).
    """
    if not 1 <= grading <= _MAX_GRADING:
        raise ParameterError(
            f"grading: expected an integer from 1 to {_MAX_GRADING}, found {grading}; 4 is a uniform mesh"
        )
    unit = 1 << _NODE_BITS
    half = []
    for i in range(intervals, 0, -1):
        # (i/m)^(g/4), to _NODE_BITS bits, by an integer fourth root
        power = fmpq(i, intervals) ** grading
        root = isqrt(isqrt(int(power.p * unit**4 // power.q)))
        part = (fmpq(1, 2) - first) * fmpq(root, unit)
        half.append(fmpq(1, 2) - fmpq(int((part * unit + fmpq(1, 2)).floor()), unit))
    return [*half, fmpq(1, 2), *(1 - a for a in reversed(half))]


def _first(first: RationalLike) -> fmpq:
    try:
        value = rational(first)
    except ExactnessError as error:
        raise ParameterError(f"first: {error}") from error
    if not 0 < value < fmpq(1, 2):
        raise ParameterError(f"first: expected a size strictly between 0 and 1/2, found {value}; 3/10 is a good start")
    return value


def _count(intervals: int) -> int:
    most = (MAX_NODES - 2) // 2
    if not 1 <= intervals <= most:
        raise ParameterError(f"intervals: expected an integer from 1 to {most}, found {intervals!r}; 8 is a good start")
    return intervals


def step_mesh(first: RationalLike, intervals: int, grading: int = 4) -> Mesh:
    """Constant pieces: `intervals` on either side of 1/2, and one for the sizes from 1 - first on.

    Example:
        >>> step_mesh("1/4", 1)
        Mesh(3 nodes from 1/4 to 3/4, 'ccc')
    """
    nodes = _graded(_first(first), _count(intervals), grading)
    return Mesh(tuple(nodes), "c" * len(nodes))


def linear_mesh(first: RationalLike, intervals: int, grading: int = 4) -> Mesh:
    """Linear pieces: `intervals` on either side of 1/2; then a jump, and a constant piece from 1 - first on.

    Args:
        first: the least size that has a weight, in (0, 1/2); smaller neighbours have none, and those larger than
            1 - first have at least 2.
        intervals: m, the number of pieces on either side.
        grading: g; the distances of the nodes to 1/2 are proportional to (i/m)^(g/4).

    Example:
        >>> linear_mesh("1/4", 1)
        Mesh(4 nodes from 1/4 to 3/4, 'llcc')
    """
    nodes = _graded(_first(first), _count(intervals), grading)
    return Mesh((*nodes, nodes[-1]), "l" * (len(nodes) - 1) + "cc")
