"""alpha(G; w): the largest weight of an independent set of a graph G, in graph6, with weights w of the vertices."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256

from ..report import Claim, Sense
from .numbers import NUMBER, SIZE, bound_pattern, fraction, read_bound

__all__ = ["GraphBound", "graph_quantity", "read_claim"]

_LONGEST = 64  # characters of a graph with its weights

_GRAPH = r"[?-~]{1,200000}|sha256:[0-9a-f]{64}"
_CLAIM = re.compile(
    rf"\s*alpha\s*\(\s*({_GRAPH})((?:\s*[;,]\s*{SIZE})*)\s*\)\s*(<=|=){bound_pattern(Sense.UPPER)}"
    rf"(?:,\s*and\s*>=\s*({NUMBER})\s*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class GraphBound(Claim):
    """`alpha(graph) <= bound`, and `lower`, the weight of an independent set, if one is known.

    `integral` says that the weights are integers: then the independence number is one, and a bound may be rounded down.
    """

    integral: bool = False
    lower: Fraction | None = None

    def __str__(self) -> str:
        below = "" if self.lower is None else f", and >= {self.lower}"
        return f"{super().__str__()}{below}"

    def implies(self, other: Claim) -> bool:
        """Whether `other` is about the same graph and weights, and its bounds follow."""
        whole = replace(self, bound=Fraction(self.bound.__floor__()), exact=None) if self.integral else self
        if not isinstance(other, GraphBound) or not super(GraphBound, whole).implies(other):
            return False
        return other.lower is None or (self.lower is not None and self.lower >= other.lower)


def graph_quantity(graph6: str, weights: Iterable[Fraction] | None) -> str:
    """The quantity of a claim; without weights if they are all 1. A long text is replaced by its hash.

    >>> graph_quantity("Dhc", [Fraction(1), Fraction(1, 2), Fraction(1), Fraction(2), Fraction(1)])
    'alpha(Dhc;1,1/2,1,2,1)'
    """
    text = graph6 if weights is None else f"{graph6};{','.join(map(str, weights))}"
    return f"alpha({text if len(text) <= _LONGEST else 'sha256:' + sha256(text.encode('ascii')).hexdigest()})"


def read_claim(text: str) -> GraphBound | None:
    """`alpha(graph6) <= bound` or `alpha(graph6; w1, w2, …) = value`; None for a text that is no such claim.

    >>> print(read_claim("alpha(Dhc) = 2"))
    alpha(Dhc) <= 2, and >= 2
    >>> print(read_claim("alpha(Dhc) <= sqrt(5)"))
    alpha(Dhc) <= sqrt(5) <= 2.2360679775
    """
    found = _CLAIM.fullmatch(text)
    if found is None:
        return None
    graph, numbers, relation, bound, below = found.groups()
    weights = [fraction(w) for w in re.split("[;,]", numbers)[1:]] or None
    quantity = f"alpha({graph})" if graph.startswith("sha256:") else graph_quantity(graph, weights)
    if relation == "=" and not re.fullmatch(NUMBER, bound, re.ASCII):
        raise ValueError(f"expected a rational number after alpha(...) =, found {bound[:80]!a}")
    value, exact = read_bound(bound, Sense.UPPER)
    lower = value if relation == "=" else None if below is None else fraction(below)
    return GraphBound(quantity, value, exact=exact, lower=lower)
