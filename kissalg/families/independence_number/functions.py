"""Functions on the independent sets of a graph as they stand in certificates.

Main definitions: `WrittenFunction`, `function_node`, `MAX_SET`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import fmpq

from kissalg.algebra.graphs import members
from kissalg.witness.gram import hexadecimal
from kissalg.witness.parsing import integer, integers, malformed
from kissalg.witness.schema import Custom, Scope

__all__ = ["MAX_SET", "WrittenFunction", "function_node"]

MAX_SET = 32
"""The largest number of vertices of a product of two functions."""


@dataclass(frozen=True)
class WrittenFunction:
    """A combination of functions x^S: for each set its vertices and the numerator, and the common denominator.

    Example:
        >>> written = WrittenFunction.of({0b101: fmpq(1, 2), 0: fmpq(1)})
        >>> written.to_json()
        ['2', '2', '0 2 1']
        >>> written.value()
        {0: 1, 5: 1/2}
    """

    denominator: int
    terms: tuple[tuple[tuple[int, ...], int], ...]

    @staticmethod
    def of(values: Mapping[int, fmpq]) -> WrittenFunction:
        """From the coefficients by set, over their least denominator; zeros are left out."""
        denominator = 1
        for c in values.values():
            denominator = int(c.q.lcm(denominator))
        numerators = [
            (tuple(members(s)), int(c.p) * (denominator // int(c.q))) for s, c in sorted(values.items()) if c != 0
        ]
        return WrittenFunction(denominator, tuple(numerators))

    @property
    def support(self) -> set[int]:
        """The vertices that occur."""
        return {v for vertices, _ in self.terms for v in vertices}

    def value(self) -> dict[int, fmpq]:
        """The coefficients by set."""
        return {sum(1 << v for v in vertices): fmpq(c, self.denominator) for vertices, c in self.terms}

    def to_json(self) -> list[str]:
        """The list of the file."""
        return [hexadecimal(self.denominator), *(" ".join(map(hexadecimal, (*s, c))) for s, c in self.terms)]


def function_node() -> Custom:
    """A function on the independent sets of the graph in the scope."""
    return Custom("FUNCTION", _read, WrittenFunction.to_json)


def _read(tree: Any, path: str, scope: Scope) -> WrittenFunction:
    n = scope["graph"].n
    if not isinstance(tree, list) or not tree:
        raise malformed("expected a list that begins with a denominator", path)
    denominator = integer(tree[0], path)
    terms = []
    for k, item in enumerate(tree[1:], 1):
        *vertices, value = integers(item, f"{path}[{k}]")
        if len(vertices) > MAX_SET // 2:
            raise malformed(f"expected at most {MAX_SET // 2} vertices, found {len(vertices)}", f"{path}[{k}]")
        if any(not 0 <= v < n for v in vertices) or any(a >= b for a, b in pairwise(vertices)) or value == 0:
            raise malformed("expected vertices in increasing order, and a numerator that is not zero", f"{path}[{k}]")
        terms.append((tuple(vertices), value))
    if denominator <= 0 or len({s for s, _ in terms}) < len(terms):
        raise malformed("expected a positive denominator, and each set once", path)
    return WrittenFunction(denominator, tuple(terms))
