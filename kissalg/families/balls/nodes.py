"""Parameters of bounds for packings of balls as they stand in certificates.

Main definitions: `dimension_node`, `numbers_node`, `radii_node`, `rationals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from flint import fmpq

from kissalg.exact.rational import fraction, rational
from kissalg.witness.leaves import Rational, Small
from kissalg.witness.parsing import MAX_DIMENSION, MAX_PARAMETER_BITS
from kissalg.witness.schema import ListOf, Node, Scope, Where

__all__ = ["dimension_node", "fractions", "numbers_node", "radii_node", "rationals"]


def fractions(values: Sequence[fmpq]) -> tuple[Fraction, ...]:
    """Numbers of python-flint as numbers of a certificate."""
    return tuple(map(fraction, values))


def rationals(values: Sequence[Fraction]) -> tuple[fmpq, ...]:
    """Numbers of a certificate as numbers of python-flint."""
    return tuple(map(rational, values))


def dimension_node() -> Node:
    """The dimension of the space, at least 3."""
    return Small(3, MAX_DIMENSION)


def numbers_node(most: int) -> Node:
    """Between one and so many rational numbers."""

    def refusal(values: tuple[Fraction, ...], _: Scope) -> str | None:
        return None if 1 <= len(values) <= most else f"expected between 1 and {most} numbers"

    return Where(ListOf(Rational(MAX_PARAMETER_BITS)), refusal, f"of 1 to {most} numbers")


def radii_node(most: int) -> Node:
    """At least one and at most so many radii, positive and strictly increasing."""
    return Where(numbers_node(most), _out_of_order, "that are positive and strictly increasing")


def _out_of_order(radii: tuple[Fraction, ...], _: Scope) -> str | None:
    if radii[0] <= 0 or any(low >= high for low, high in pairwise(radii)):
        return "expected positive, strictly increasing radii"
    return None
