"""Univariate orthogonal polynomials over Q: Gegenbauer P_k^n, Chebyshev T_k and Laguerre L_k^(n/2-1).

P_k^n is the zonal polynomial of degree k of the sphere S^(n-1): the Jacobi polynomial with both parameters (n-3)/2,
normalised P_k^n(1) = 1. By Schoenberg's theorem (u, v) -> P_k^n(u . v) is a positive definite kernel on S^(n-1).

e^(-w) L_k^(n/2-1)(w), w = |x|², is a positive multiple of the Laplacian's k-th power of e^(-|x|²), up to the sign
(-1)^k: its Fourier transform is nonnegative.

Main definitions: `gegenbauer`, `chebyshev`, `chebyshev_matrix`, `laguerre`.

References: Bachoc and Vallentin, New upper bounds for kissing numbers from semidefinite programming (2008), section 2;
recurrences: DLMF 18.9.1, 18.9.2; Cohn and Elkies, New upper bounds on sphere packings I (2003), section 6, for
Laguerre's polynomials.
"""

from __future__ import annotations

from functools import cache

from flint import fmpq, fmpq_mat, fmpq_poly

from kissalg.errors import ExactnessError

__all__ = ["chebyshev", "chebyshev_matrix", "gegenbauer", "laguerre"]


@cache
def gegenbauer(n: int, k: int) -> fmpq_poly:
    """P_k^n in Q[u], of degree k, with P_k^n(1) = 1, for the sphere in n >= 2 dimensions.

    Recurrence: P_0 = 1, P_1 = u, (k+n-2) P_(k+1) = (2k+n-2) u P_k - k P_(k-1).

    Args:
        n: the dimension of the space that contains the sphere, n >= 2.
        k: the degree, k >= 0.

    Raises:
        ExactnessError: if n < 2 or k < 0.

    >>> gegenbauer(4, 2)
    4/3*x^2 + (-1/3)
    """
    if n < 2 or k < 0:
        raise ExactnessError(f"expected a dimension n >= 2 and a degree k >= 0, found n = {n}, k = {k}")
    previous, current = fmpq_poly([1]), fmpq_poly([0, 1])
    if k == 0:
        return previous
    u = fmpq_poly([0, 1])
    for j in range(1, k):  # a loop, so that no degree can exhaust the stack
        previous, current = current, (u * current * (2 * j + n - 2) - previous * j) / (j + n - 2)
    return current


@cache
def chebyshev(k: int) -> fmpq_poly:
    """T_k in Z[x], the Chebyshev polynomial of the first kind, T_k(cos φ) = cos kφ.

    >>> chebyshev(3)
    4*x^3 + (-3)*x
    """
    return gegenbauer(2, k)  # on the circle the zonal polynomials are the cosines


@cache
def chebyshev_matrix(degree: int) -> fmpq_mat:
    """The (degree+1) x (degree+1) matrix C with T_i = Σ_j C_ij x^j.

    >>> chebyshev_matrix(2).tolist()
    [[1, 0, 0], [0, 1, 0], [-1, 0, 2]]
    """
    size = degree + 1
    return fmpq_mat(size, size, [chebyshev(i)[j] if j <= i else fmpq(0) for i in range(size) for j in range(size)])


@cache
def laguerre(n: int, k: int) -> fmpq_poly:
    """L_k^(n/2-1) in Q[w], of degree k.

    Recurrence, with α = n/2 - 1: L_0 = 1, L_1 = 1 + α - w, (k+1) L_(k+1) = (2k + 1 + α - w) L_k - (k + α) L_(k-1).

    Args:
        n: the dimension of the space, n >= 1.
        k: the degree, k >= 0.

    Raises:
        ExactnessError: if n < 1 or k < 0.

    >>> laguerre(3, 1), laguerre(2, 2)
    ((-1)*x + 3/2, 1/2*x^2 + (-2)*x + 1)
    """
    if n < 1 or k < 0:
        raise ExactnessError(f"expected a dimension n >= 1 and a degree k >= 0, found n = {n}, k = {k}")
    alpha = fmpq(n, 2) - 1
    previous, current = fmpq_poly([]), fmpq_poly([1])
    for j in range(k):
        previous, current = current, (fmpq_poly([2 * j + 1 + alpha, -1]) * current - (j + alpha) * previous) / (j + 1)
    return current
