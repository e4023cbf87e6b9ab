"""One module for each theorem, parameters and witness in, hypotheses checked; and the rings, fields and cones that they share."""

from . import delsarte, faces, invariants, nonnegative, number_field, three_point

__all__ = ["delsarte", "faces", "invariants", "nonnegative", "number_field", "three_point"]
