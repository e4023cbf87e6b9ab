"""Parameters of bounds for points on spheres as they stand in certificates.

Main definitions: `dimension_node`, `cosine_node`.
"""

from __future__ import annotations

from fractions import Fraction

from kissalg.witness.leaves import Rational, Small
from kissalg.witness.parsing import MAX_DIMENSION, MAX_PARAMETER_BITS
from kissalg.witness.schema import Node, Scope, Where

__all__ = ["cosine_node", "dimension_node"]


def dimension_node(least: int) -> Node:
    """The dimension of the space, at least so large."""
    return Small(least, MAX_DIMENSION)


def cosine_node() -> Node:
    """A rational number strictly between -1 and 1."""
    return Where(Rational(MAX_PARAMETER_BITS), _outside, "strictly between -1 and 1")


def _outside(value: Fraction, _: Scope) -> str | None:
    return None if -1 < value < 1 else "expected -1 < cos < 1"
