"""Exact bounds as claims have them.

Main definition: `claimed`.
"""

from collections.abc import Sequence
from fractions import Fraction

from kissalg.kernel.notation.algebraic import Algebraic, claimed_value
from kissalg.witness.faces import WrittenField

__all__ = ["claimed"]


def claimed(field: WrittenField, element: Sequence[Fraction]) -> Algebraic | None:
    """An irrational bound that is short enough to be printed; None for any other."""
    return claimed_value(field.polynomial, field.low, field.high, element)
