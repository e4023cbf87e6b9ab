"""Gegenbauer's and Chebyshev's polynomials, by their recurrences."""

from fractions import Fraction

from ..polynomial import ONE, Polynomial, X

__all__ = ["chebyshev", "dyadic_gegenbauer", "gegenbauer"]


def gegenbauer(n: int, degree: int, u: Polynomial = X, w: Polynomial = ONE) -> list[Polynomial]:
    """w^(k/2) P_k(u/√w), k = 0..degree, where P_k = P_k^n is Gegenbauer's polynomial with P_k(1) = 1.

    P_0 = 1, P_1 = u, (k+n-2) P_{k+1} = (2k+n-2) u P_k - k P_{k-1}, n >= 2.

    >>> print(gegenbauer(3, 2)[2])  # Legendre's, for R³
    -1/2*1 + 3/2*x^2
    """
    terms = [ONE, u]
    for k in range(1, degree):
        terms.append(((2 * k + n - 2) * u * terms[k] - k * w * terms[k - 1]) * Fraction(1, k + n - 2))
    return terms[: degree + 1]


def dyadic_gegenbauer(n: int, degree: int) -> list[list[Fraction]]:
    """The coefficients of E_0, …, E_degree, those of the low powers first, n >= 3.

    E_k = 2^-m C_k is a positive multiple of P_k with dyadic coefficients: C_0 = 1, C_1 = (n-2) u,
    (k+1) C_{k+1} = (2k+n-2) u C_k - (k+n-3) C_{k-1}, and m is the least integer with E_k(1) <= 1.

    >>> dyadic_gegenbauer(3, 2)[2] == [Fraction(-1, 2), 0, Fraction(3, 2)]
    True
    """
    rows = [[Fraction(1)], [Fraction(0), Fraction(n - 2)]]
    for k in range(1, degree):
        up = [Fraction(0), *((2 * k + n - 2) * value for value in rows[k])]
        back = [(k + n - 3) * value for value in rows[k - 1]] + [Fraction(0)] * 2
        rows.append([(a - b) / (k + 1) for a, b in zip(up, back, strict=True)])
    rows = rows[: degree + 1]
    return [[value / (1 << (int(sum(row)) - 1).bit_length()) for value in row] for row in rows]


def chebyshev(size: int) -> list[list[int]]:
    """Row i holds the coefficients of T_i: T_0 = 1, T_1 = x, T_{i+1} = 2x T_i - T_{i-1}; i < size.

    >>> chebyshev(3)
    [[1, 0, 0], [0, 1, 0], [-1, 0, 2]]
    """
    rows = [[int(power == i) for power in range(size)] for i in range(min(size, 2))]
    for i in range(2, size):
        rows.append([2 * up - back for up, back in zip([0, *rows[i - 1]], rows[i - 2], strict=False)])
    return rows
