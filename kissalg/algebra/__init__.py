"""The algebra behind the bounds.

Orthogonal polynomials, three-point kernels, the invariant ring of S3, Gram bases, spaces of polynomials.
"""
