"""The terms that identities are made of: sums of squares with multipliers, linear combinations, and rows of numbers.

Each gives its polynomial in coefficients and its samples in values; the tests prove that the two agree. Sums of squares
without multiplier can absorb the residual of their identity (`AbsorbingTerm`).

Main definitions: `LinearCombination` (Σ a_k f_k(x)), `ConstantForm` (<M, X>, the same at every point),
`UnivariateSquares` (a multiplier times bᵀXb with the Chebyshev basis b), `MonomialSquares` (the same with monomials in
several variables), `InvariantSquares` (a multiplier times <V^π, X> with a Gram basis of the S3-invariants),
`OrbitSquares` (the sum over x, y, z of a multiplier of that one variable times squares that are symmetric in the other
two), `MatrixCoefficients` and `VectorCoefficients` (equations given by numbers).
"""

from kissalg.sdp.terms.absorbing import AbsorbingTerm
from kissalg.sdp.terms.chebyshev import chebyshev_table, chebyshev_values
from kissalg.sdp.terms.columns import MatrixCoefficients, VectorCoefficients
from kissalg.sdp.terms.invariant_squares import InvariantSquares
from kissalg.sdp.terms.linear_combination import ConstantForm, LinearCombination
from kissalg.sdp.terms.monomial_squares import MonomialSquares
from kissalg.sdp.terms.orbit_squares import OrbitSquares, orbit_exponents
from kissalg.sdp.terms.univariate_squares import UnivariateSquares, squares_polynomial
from kissalg.sdp.terms.values import hankel_sum, matrix_value, vector_value

__all__ = [
    "AbsorbingTerm",
    "ConstantForm",
    "InvariantSquares",
    "LinearCombination",
    "MatrixCoefficients",
    "MonomialSquares",
    "OrbitSquares",
    "UnivariateSquares",
    "VectorCoefficients",
    "chebyshev_table",
    "chebyshev_values",
    "hankel_sum",
    "matrix_value",
    "orbit_exponents",
    "squares_polynomial",
    "vector_value",
]
