"""One module for each theorem, parameters and witness in, hypotheses checked; and the rings that they share."""

from . import invariants, three_point

__all__ = ["invariants", "three_point"]
