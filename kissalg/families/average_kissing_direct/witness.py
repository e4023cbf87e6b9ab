"""Certificates of the theorem `average-kissing-direct`."""

from __future__ import annotations

from kissalg.exact.rational import fraction
from kissalg.families.average_kissing_direct.model import THEOREM
from kissalg.families.average_kissing_direct.squares import DirectSquares
from kissalg.witness.encoding import Parts, psd_document, rational_text, rounded_up

__all__ = ["THEOREM", "squares"]


def squares(exact: DirectSquares) -> Parts:
    """The bound that the matrices prove, rounded up."""
    problem = exact.problem
    parameters = {
        "degree": problem.degree,
        "n": problem.n,
        "radii": [rational_text(fraction(radius)) for radius in problem.radii],
    }
    witness = {
        "X": [psd_document(matrix, matrix.size) for matrix in exact.matrices],
        "scale": rational_text(fraction(problem.scale)),
    }
    return Parts(rounded_up(exact.bound), parameters, witness)
