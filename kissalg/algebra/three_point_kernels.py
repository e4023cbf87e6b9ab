"""The three-point kernels of Bachoc and Vallentin: Q_k, Y_k and S_k in Q[u, v, t].

Fix a point e of the sphere S^(n-1). For x, y on the sphere put u = e·x, v = e·y, t = x·y. The matrices of zonal
functions of the stabiliser of e are

    (Y_k^n)_ij(u, v, t) = P_i^(n+2k)(u) P_j^(n+2k)(v) Q_k(u, v, t),
    Q_k(u, v, t) = ((1-u²)(1-v²))^(k/2) P_k^(n-1)((t-uv) / sqrt((1-u²)(1-v²))),

and Σ_(x,y in C) Y_k(e·x, e·y, x·y) is positive semidefinite for every finite C and every e (addition theorem). Summing
e over C as well gives Σ_(x,y,z in C) Y_k(x·y, x·z, y·z) ⪰ 0, and there Y_k may be replaced by its average S_k over the
permutations of u, v, t.

Main definitions: `inner_kernel` (Q_k), `inner_kernel_value` (at a point), `y_matrix`, `s_matrix`, `KERNEL_VARIABLES`.

References: Bachoc and Vallentin, New upper bounds for kissing numbers from semidefinite programming (2008), section 3;
Machado and Oliveira (2018), section 2.
"""

from __future__ import annotations

from functools import cache
from itertools import permutations

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from kissalg.algebra.orthogonal import gegenbauer
from kissalg.errors import ExactnessError

__all__ = [
    "KERNEL_VARIABLES",
    "average_over_permutations",
    "inner_kernel",
    "inner_kernel_value",
    "s_matrix",
    "y_matrix",
]

KERNEL_VARIABLES: fmpq_mpoly_ctx = fmpq_mpoly_ctx.get(("u", "v", "t"), Ordering.degrevlex)


@cache
def inner_kernel(n: int, k: int) -> fmpq_mpoly:
    """Q_k^(n-1) in Q[u, v, t], of degree 2k, symmetric in u and v; n >= 3.

    With P_k^(n-1)(x) = Σ_l c_l x^(k-2l) it is Σ_l c_l (t-uv)^(k-2l) ((1-u²)(1-v²))^l.

    Args:
        n: the dimension of the space.
        k: the degree.

    >>> inner_kernel(4, 1)
    -u*v + t
    """
    u, v, t = KERNEL_VARIABLES.gens()
    a, b = t - u * v, (1 - u**2) * (1 - v**2)
    total = KERNEL_VARIABLES.constant(0)
    for step, coefficient in enumerate(_coefficients(n, k)):
        total += coefficient * a ** (k - 2 * step) * b**step
    return total


def inner_kernel_value(n: int, k: int, u: fmpq, v: fmpq, t: fmpq) -> fmpq:
    """The value Q_k^(n-1)(u, v, t) at a rational point, without expanding the polynomial.

    Args:
        n: the dimension of the space.
        k: the degree.
        u: the inner product of x and z.
        v: the inner product of y and z.
        t: the inner product of x and y.

    >>> inner_kernel_value(4, 2, fmpq(1, 2), fmpq(1, 3), fmpq(1, 6))
    -1/3
    """
    a, b = t - u * v, (1 - u * u) * (1 - v * v)
    square, power, value = a * a, fmpq(1), fmpq(0)
    for coefficient in _coefficients(n, k):  # homogeneous Horner in (a², b), from the highest power of a
        value = value * square + coefficient * power
        power *= b
    return value * a if k % 2 else value


@cache
def _coefficients(n: int, k: int) -> tuple[fmpq, ...]:
    """(c_0, ..., c_(k//2)) with P_k^(n-1)(x) = Σ_l c_l x^(k-2l)."""
    if n < 3:
        raise ExactnessError(f"expected a dimension n >= 3, found n = {n}")
    polynomial = gegenbauer(n - 1, k)
    return tuple(polynomial[k - 2 * step] for step in range(k // 2 + 1))


def _in_variable(polynomial: fmpq_poly, index: int) -> fmpq_mpoly:
    """A univariate polynomial as one in the variable u, v or t (index 0, 1, 2)."""
    exponent = [0, 0, 0]
    terms: dict[tuple[int, ...], fmpq] = {}
    for power, coefficient in enumerate(polynomial.coeffs()):
        exponent[index] = power
        terms[tuple(exponent)] = coefficient
    return KERNEL_VARIABLES.from_dict(terms)


def y_matrix(n: int, k: int, degree: int) -> list[list[fmpq_mpoly]]:
    """Y_k^n for polynomial degree `degree`: a (degree-k+1) x (degree-k+1) matrix over Q[u, v, t]; 0 <= k <= degree.

    Args:
        n: the dimension of the space.
        k: the degree of the kernel.
        degree: d; the matrix has the size d - k + 1.

    >>> y_matrix(4, 1, 1)
    [[-u*v + t]]
    """
    if not 0 <= k <= degree:
        raise ExactnessError(f"expected 0 <= k <= degree, found k = {k}, degree = {degree}")
    basis = [gegenbauer(n + 2 * k, i) for i in range(degree - k + 1)]
    left, right = [_in_variable(p, 0) for p in basis], [_in_variable(p, 1) for p in basis]
    kernel = inner_kernel(n, k)
    return [[kernel * p * q for q in right] for p in left]


def average_over_permutations(polynomial: fmpq_mpoly) -> fmpq_mpoly:
    """The Reynolds projection of S3.

    The average over the permutations of the three variables of the polynomial, in its own ring.

    >>> u, v, t = KERNEL_VARIABLES.gens()
    >>> average_over_permutations(u + v * t)
    1/3*u*v + 1/3*u*t + 1/3*v*t + 1/3*u + 1/3*v + 1/3*t
    """
    gens = polynomial.context().gens()
    if len(gens) != 3:
        raise ExactnessError(f"expected a polynomial in 3 variables, found {len(gens)}")
    total = polynomial.context().constant(0)
    for images in permutations(gens):
        total += polynomial.compose(*images)
    return total / 6


def s_matrix(n: int, k: int, degree: int) -> list[list[fmpq_mpoly]]:
    """S_k^n: the average of Y_k^n over the permutations of u, v, t (with the factor 1/6).

    Args:
        n: the dimension of the space.
        k: the degree of the kernel.
        degree: d; the matrix has the size d - k + 1.

    >>> s_matrix(4, 1, 1)
    [[-1/3*u*v - 1/3*u*t - 1/3*v*t + 1/3*u + 1/3*v + 1/3*t]]
    """
    return [[average_over_permutations(entry) for entry in row] for row in y_matrix(n, k, degree)]
