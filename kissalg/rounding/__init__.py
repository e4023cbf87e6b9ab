"""From floating point to exact: rounding numerical solutions to exact solutions of the identities."""

from kissalg.rounding.interior import DyadicVector, ExactSolution, RoundingSettings, round_interior
from kissalg.rounding.proved import Correction, ProvedMatrix, prove_exactly

__all__ = [
    "Correction",
    "DyadicVector",
    "ExactSolution",
    "ProvedMatrix",
    "RoundingSettings",
    "prove_exactly",
    "round_interior",
]
