"""Nonnegative polynomials and lower bounds by sums of squares."""
