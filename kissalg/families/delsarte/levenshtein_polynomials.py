"""Levenshtein's polynomials for spherical codes, exactly, over the field of cos θ.

For s = cos θ, k >= 1 and ε = 0 or 1 let K be the reproducing kernel (Christoffel-Darboux) of the polynomials of degree
< k for the weight (1-t)(1+t)^ε (1-t²)^((n-3)/2) on [-1, 1], and

    f(t) = (t-s) (1+t)^ε K(t, s)²,    of degree 2k - 1 + ε.

If t_(k-1)^(1,1) <= s <= t_k^(1,0) (for ε = 0) or t_k^(1,0) <= s <= t_k^(1,1) (for ε = 1), where t_k^(1,ε) is the
largest zero of the orthogonal polynomial of degree k for that weight, then all Gegenbauer coefficients of f are
nonnegative, and A(n, θ) <= f(1)/f_0 = L_(2k-1+ε)(n, s). These intervals cover [-1, 1).

Main definitions: `levenshtein_polynomial`, `gegenbauer_coefficients`.

References: Levenshtein, Bounds for packings of metric spaces and some of their applications (1983); Universal bounds
for codes and designs (1998), section 5; the polynomials for n = 8, 24 and s = 1/2 are those of Odlyzko and Sloane, New
bounds on the number of unit spheres that can touch a unit sphere (1979).
"""

from __future__ import annotations

from functools import lru_cache

from flint import fmpq, fmpq_mat

from kissalg.algebra.orthogonal import gegenbauer
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.expressions import real_number
from kissalg.exact.field_polynomial import FieldPolynomial
from kissalg.exact.number_field import FieldElement
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike

__all__ = ["gegenbauer_coefficients", "levenshtein_polynomial"]

_MAX_K = 40  # the kernel reads polynomials of degree at most 80


def levenshtein_polynomial(n: int, cos: RationalLike | FieldElement) -> FieldPolynomial:
    """Levenshtein's polynomial for A(n, θ), cos θ = `cos`; up to a positive factor.

    Args:
        n: the dimension of the Euclidean space, n >= 2.
        cos: -1 < cos θ < 1, see `delsarte`.

    Raises:
        ParameterError: if a parameter is out of its range, or cos θ so close to 1 that the degree exceeds 80.

    Example:
        >>> levenshtein_polynomial(3, "1/sqrt(5)").degree, levenshtein_polynomial(24, "1/2").degree
        (4, 10)
        >>> levenshtein_polynomial(8, "1/2").monic()
        u^6 + 3/2*u^5 + 1/4*u^4 - 3/8*u^3 - 1/8*u^2
    """
    require_integer("n", n, 2)
    try:
        s = real_number(cos)
    except ExactnessError as error:
        raise ParameterError(f"cos: {error}") from error
    if (s + 1).sign() <= 0 or (1 - s).sign() <= 0:
        raise ParameterError(f"cos: expected a number strictly between -1 and 1, found {s}")
    for k in range(1, _MAX_K + 1):
        for epsilon in (0, 1):
            if _orthogonal(n, k, epsilon, s).sign() <= 0:
                t = FieldPolynomial.of(s.field, [0, 1])
                return (t - s) * (t + 1) ** epsilon * _kernel(n, k, epsilon, s) ** 2
    raise ParameterError(f"cos: expected a number for which Levenshtein's polynomial has degree at most 80, found {s}")


def gegenbauer_coefficients(n: int, polynomial: FieldPolynomial) -> list[FieldElement]:
    """The f_k with polynomial = Σ f_k P_k^n.

    Example:
        >>> gegenbauer_coefficients(3, FieldPolynomial.of(real_number(0).field, [0, 0, 1]))
        [1/3, 0, 2/3]
    """
    rest, result = polynomial, [polynomial.field(0)] * (polynomial.degree + 1)
    for k in range(polynomial.degree, -1, -1):
        if rest.degree == k:
            p = gegenbauer(n, k)
            result[k] = rest.leading * (1 / p[k])
            rest -= FieldPolynomial.rational(polynomial.field, p) * result[k]
    return result


@lru_cache(maxsize=128)
def _moments(n: int, size: int, epsilon: int) -> fmpq_mat:
    """∫ t^(i+j) (1-t) (1+t)^ε dμ, μ the distribution of one coordinate on the sphere."""
    plain = [fmpq(1), fmpq(0)]
    for k in range(2, 2 * size + 2):
        plain.append(plain[k - 2] * fmpq(k - 1, n + k - 2))
    weighted = [plain[k] - plain[k + 1 + epsilon] for k in range(2 * size - 1)]  # (1-t)(1+t)^ε = 1 - t^(1+ε)
    return fmpq_mat(size, size, [weighted[i + j] for i in range(size) for j in range(size)])


def _kernel(n: int, k: int, epsilon: int, s: FieldElement) -> FieldPolynomial:
    """K(t, s) = Σ_ij t^i (M⁻¹)_ij s^j, M the moments."""
    inverse = _moments(n, k, epsilon).inv()
    powers = [s**j for j in range(k)]
    sums = [sum((powers[j] * inverse[i, j] for j in range(k)), s.field(0)) for i in range(k)]
    return FieldPolynomial.of(s.field, sums)


def _orthogonal(n: int, k: int, epsilon: int, s: FieldElement) -> FieldElement:
    """The value at s of the monic orthogonal polynomial of degree k."""
    moments = _moments(n, k + 1, epsilon)
    inner = fmpq_mat(k, k, [moments[i, j] for i in range(k) for j in range(k)])
    right = fmpq_mat(k, 1, [moments[i, k] for i in range(k)])
    lower = inner.solve(right)
    return s**k - sum((s**i * lower[i, 0] for i in range(k)), s.field(0))
