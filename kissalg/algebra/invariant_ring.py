"""The invariants of S3 on Q[x, y, z]: the graded ring Q[p1, p2, p3], and the same ring in power means.

A symmetric polynomial in three variables is a polynomial in the power sums p_k = x^k + y^k + z^k, k = 1, 2, 3, in
exactly one way; p_k has weight k. The power means m_k = p_k/3 generate the same ring and are bounded by 1 on the cube
[-1, 1]^3, which keeps coefficients small; the model and the certificates use them. Nothing of degree 2d ever needs to
be expanded in three variables to be averaged: for a >= b >= c

    average over S3 of x^a y^b z^c = e3^c (p_(a-c) p_(b-c) - p_(a+b-2c)) / 6,      p_0 = 3,

because the monomial is (xyz)^c x^(a-c) y^(b-c), and Σ over ordered pairs of distinct variables of s^i t^j = p_i p_j -
p_(i+j).

Main definitions: `COORDINATES`, `POWER_SUMS`, `POWER_MEANS` (contexts), `power_sum` (Newton's identities),
`elementary`, `exponents`, `dimension`, `average_of_monomial`, `to_power_sums`, `from_power_sums`, `to_power_means`,
`from_power_means`.

References: Machado and Oliveira, Improving the semidefinite programming bound for the kissing number by exploiting
polynomial symmetry (2018), section 5; Macdonald, Symmetric functions and Hall polynomials, I.2 (Newton).
"""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from kissalg.errors import ExactnessError

__all__ = [
    "COORDINATES",
    "POWER_MEANS",
    "POWER_SUMS",
    "Exponent",
    "average_of_monomial",
    "dimension",
    "elementary",
    "exponents",
    "from_power_means",
    "from_power_sums",
    "means_from_sums",
    "power_mean",
    "power_sum",
    "sums_from_means",
    "to_power_means",
    "to_power_sums",
    "weight",
]

Exponent: TypeAlias = tuple[int, int, int]

COORDINATES: fmpq_mpoly_ctx = fmpq_mpoly_ctx.get(("x", "y", "z"), Ordering.degrevlex)
POWER_SUMS: fmpq_mpoly_ctx = fmpq_mpoly_ctx.get(("p1", "p2", "p3"), Ordering.lex)
POWER_MEANS: fmpq_mpoly_ctx = fmpq_mpoly_ctx.get(("m1", "m2", "m3"), Ordering.lex)


def weight(exponent: tuple[int, ...]) -> int:
    """The weight a + 2b + 3c of the exponent (a, b, c).

    >>> weight((1, 0, 2))
    7
    """
    a, b, c = exponent
    return a + 2 * b + 3 * c


@cache
def exponents(degree: int) -> tuple[Exponent, ...]:
    """The exponents (a, b, c) of weight <= degree, by weight, then by c, then by b, ascending; empty if degree < 0.

    The list for a smaller degree is a prefix of the list for a larger one.

    >>> exponents(3)
    ((0, 0, 0), (1, 0, 0), (2, 0, 0), (0, 1, 0), (3, 0, 0), (1, 1, 0), (0, 0, 1))
    """
    return tuple(
        (total - 2 * b - 3 * c, b, c)
        for total in range(degree + 1)
        for c in range(total // 3 + 1)
        for b in range((total - 3 * c) // 2 + 1)
    )


def dimension(degree: int) -> int:
    """inv(degree): the number of monomials of weight <= degree (0 if degree < 0).

    >>> [dimension(d) for d in (-1, 0, 8, 16, 24)]
    [0, 1, 41, 204, 575]
    """
    return len(exponents(degree))


@cache
def elementary(k: int) -> fmpq_mpoly:
    """e_k, k = 0, 1, 2, 3, in Q[p1, p2, p3].

    >>> elementary(2)
    1/2*p1^2 - 1/2*p2
    """
    p1, p2, p3 = POWER_SUMS.gens()
    if k == 0:
        return POWER_SUMS.constant(1)
    if k == 1:
        return p1
    if k == 2:
        return (p1**2 - p2) / 2
    if k == 3:
        return (p1**3 - 3 * p1 * p2 + 2 * p3) / 6
    raise ExactnessError(f"three variables have elementary symmetric polynomials e_0, ..., e_3, found k = {k}")


_power_sums: list[fmpq_mpoly] = [POWER_SUMS.constant(3), *POWER_SUMS.gens()]


def power_sum(k: int) -> fmpq_mpoly:
    """p_k = x^k + y^k + z^k in Q[p1, p2, p3], by Newton: p_k = e1 p_(k-1) - e2 p_(k-2) + e3 p_(k-3); p_0 = 3.

    >>> power_sum(4)
    1/6*p1^4 - p1^2*p2 + 4/3*p1*p3 + 1/2*p2^2
    """
    if k < 0:
        raise ExactnessError(f"expected an exponent k >= 0, found {k}")
    e1, e2, e3 = elementary(1), elementary(2), elementary(3)
    while len(_power_sums) <= k:
        _power_sums.append(e1 * _power_sums[-1] - e2 * _power_sums[-2] + e3 * _power_sums[-3])
    return _power_sums[k]


def power_mean(k: int) -> fmpq_mpoly:
    """m_k = (x^k + y^k + z^k)/3 in Q[m1, m2, m3].

    >>> power_mean(4)
    9/2*m1^4 - 9*m1^2*m2 + 4*m1*m3 + 3/2*m2^2
    """
    return means_from_sums(power_sum(k)) / 3


@cache
def average_of_monomial(a: int, b: int, c: int) -> fmpq_mpoly:
    """The average over S3 of x^a y^b z^c, in Q[p1, p2, p3], homogeneous of weight a+b+c; needs a >= b >= c >= 0.

    Args:
        a: the exponent of x, >= 0.
        b: the exponent of y.
        c: the exponent of z.

    >>> average_of_monomial(1, 1, 0)
    1/6*p1^2 - 1/6*p2
    """
    if not a >= b >= c >= 0:
        raise ExactnessError(f"expected exponents a >= b >= c >= 0, found {(a, b, c)}")
    return elementary(3) ** c * (power_sum(a - c) * power_sum(b - c) - power_sum(a + b - 2 * c)) / 6


@cache
def _average_terms(a: int, b: int, c: int) -> tuple[tuple[tuple[int, ...], fmpq], ...]:
    return tuple(means_from_sums(average_of_monomial(a, b, c)).to_dict().items())


def to_power_means(polynomial: fmpq_mpoly) -> fmpq_mpoly:
    """The S3-average of a polynomial in three variables, in Q[m1, m2, m3]: the polynomial itself if it is invariant.

    >>> x, y, z = COORDINATES.gens()
    >>> to_power_means(x**2)
    m2
    """
    orbits: dict[tuple[int, ...], fmpq] = {}
    for exponent, coefficient in zip(polynomial.monoms(), polynomial.coeffs(), strict=True):
        if len(exponent) != 3:
            raise ExactnessError(f"expected a polynomial in 3 variables, found {len(exponent)}")
        key = tuple(sorted(exponent, reverse=True))
        orbits[key] = orbits.get(key, fmpq(0)) + coefficient
    total: dict[tuple[int, ...], fmpq] = {}
    for (a, b, c), coefficient in orbits.items():
        if coefficient != 0:
            for exponent, factor in _average_terms(a, b, c):
                total[exponent] = total.get(exponent, fmpq(0)) + factor * coefficient
    return POWER_MEANS.from_dict(total)


def to_power_sums(polynomial: fmpq_mpoly) -> fmpq_mpoly:
    """The S3-average of a polynomial in three variables, in Q[p1, p2, p3]: the polynomial itself if it is invariant.

    >>> x, y, z = COORDINATES.gens()
    >>> to_power_sums(x * y * z)
    1/6*p1^3 - 1/2*p1*p2 + 1/3*p3
    """
    return sums_from_means(to_power_means(polynomial))


def from_power_sums(element: fmpq_mpoly) -> fmpq_mpoly:
    """The invariant polynomial in Q[x, y, z] that an element of Q[p1, p2, p3] stands for.

    >>> from_power_sums(elementary(3))
    x*y*z
    """
    x, y, z = COORDINATES.gens()
    _require(element, POWER_SUMS)
    return element.compose(x + y + z, x**2 + y**2 + z**2, x**3 + y**3 + z**3, ctx=COORDINATES)


def from_power_means(element: fmpq_mpoly) -> fmpq_mpoly:
    """The invariant polynomial in Q[x, y, z] that an element of Q[m1, m2, m3] stands for.

    >>> from_power_means(3 * POWER_MEANS.gens()[1])
    x^2 + y^2 + z^2
    """
    return from_power_sums(sums_from_means(element))


def sums_from_means(element: fmpq_mpoly) -> fmpq_mpoly:
    """The same invariant, rewritten from power means to power sums (m_k = p_k/3).

    >>> sums_from_means(POWER_MEANS.gens()[0] ** 2)
    1/9*p1^2
    """
    _require(element, POWER_MEANS)
    return POWER_SUMS.from_dict({exponent: value / 3 ** sum(exponent) for exponent, value in element.to_dict().items()})


def means_from_sums(element: fmpq_mpoly) -> fmpq_mpoly:
    """The same invariant, rewritten from power sums to power means (p_k = 3 m_k).

    >>> means_from_sums(POWER_SUMS.gens()[2])
    3*m3
    """
    _require(element, POWER_SUMS)
    return POWER_MEANS.from_dict(
        {exponent: value * 3 ** sum(exponent) for exponent, value in element.to_dict().items()}
    )


def _require(element: fmpq_mpoly, context: fmpq_mpoly_ctx) -> None:
    if element.context() is not context:
        raise ExactnessError(
            f"expected an element of Q[{', '.join(context.names())}], found one of"
            f" Q[{', '.join(element.context().names())}]"
        )
