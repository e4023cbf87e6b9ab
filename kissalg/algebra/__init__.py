"""The algebra behind the bounds: orthogonal polynomials, three-point kernels, the invariant ring of S3, Gram bases, spaces of polynomials."""
