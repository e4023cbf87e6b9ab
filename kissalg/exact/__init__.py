"""Exact arithmetic: a thin façade over python-flint. Rational numbers, symmetric matrices, proofs of positivity."""
