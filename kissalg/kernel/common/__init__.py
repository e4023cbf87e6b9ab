"""What theorems share: rings, fields, cones, polynomials and their statements."""
