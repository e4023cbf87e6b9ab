"""From floating point to exact: rounding numerical solutions to exact solutions of the identities."""

from kissalg.rounding.columns import is_columns, round_columns
from kissalg.rounding.dual import DualSolution, round_dual
from kissalg.rounding.face import round_to_face
from kissalg.rounding.face_settings import FaceSettings, sharp_settings
from kissalg.rounding.face_solution import FaceMatrix, FaceSolution
from kissalg.rounding.interior import DyadicVector, ExactSolution, RoundingSettings, round_interior, round_regular
from kissalg.rounding.proved import Correction, ProvedMatrix, prove_exactly

__all__ = [
    "Correction",
    "DualSolution",
    "DyadicVector",
    "ExactSolution",
    "FaceMatrix",
    "FaceSettings",
    "FaceSolution",
    "ProvedMatrix",
    "RoundingSettings",
    "is_columns",
    "prove_exactly",
    "round_columns",
    "round_dual",
    "round_interior",
    "round_regular",
    "round_to_face",
    "sharp_settings",
]
