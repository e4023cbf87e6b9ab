"""Polynomials in x, y, z that are invariant under S3: the ring Q[m1, m2, m3], m_k = (x^k + y^k + z^k)/3.

For every theorem about triples of points. The only formula in it that needs a proof is that of `symmetrise`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from ..polynomial import ONE, Polynomial, X, Y, Z, pack, unpack

__all__ = ["M1", "M2", "M3", "power_sums", "symmetrise", "weighted_monomials"]

M1, M2, M3 = X, Y, Z  # the same three variables, under the names that they have in this ring


def weighted_monomials(weight: int) -> list[int]:
    """The codes of the m1^a m2^b m3^c with a + 2b + 3c <= weight, ordered by that sum, then by c, then by b.

    >>> [unpack(code) for code in weighted_monomials(3)]
    [(0, 0, 0), (1, 0, 0), (2, 0, 0), (0, 1, 0), (3, 0, 0), (1, 1, 0), (0, 0, 1)]
    """
    return [
        pack((total - 2 * b - 3 * c, b, c))
        for total in range(weight + 1)
        for c in range(total // 3 + 1)
        for b in range((total - 3 * c) // 2 + 1)
    ]


E1 = 3 * M1
E2 = Fraction(1, 2) * (E1**2 - 3 * M2)  # e2 = (p1² - p2)/2
E3 = Fraction(1, 6) * (E1**3 - 3 * E1 * (3 * M2) + 2 * (3 * M3))  # e3 = (p1³ - 3 p1 p2 + 2 p3)/6


def power_sums(last: int) -> list[Polynomial]:
    """p_k = x^k + y^k + z^k in Q[m1, m2, m3] for k = 0 .. last, by Newton's p_k = e1 p_{k-1} - e2 p_{k-2} + e3 p_{k-3}.

    >>> power_sums(3)[3] == 3 * M3
    True
    """
    sums = [3 * ONE, 3 * M1, 3 * M2]
    while len(sums) <= last:
        sums.append(E1 * sums[-1] - E2 * sums[-2] + E3 * sums[-3])
    return sums[: last + 1]


def symmetrise(polynomial: Polynomial) -> Polynomial:
    """The average over S3 of a polynomial in x, y, z, as a polynomial in m1, m2, m3.

    For a >= b >= c the average of x^a y^b z^c is e3^c (p_{a-c} p_{b-c} - p_{a+b-2c}) / 6. (With i = a-c and j = b-c it
    is e3^c times the average of x^i y^j, whose six images are the x_r^i x_s^j with r != s; all nine make p_i p_j.)

    >>> symmetrise(2 * X * Y) == 3 * M1**2 - M2
    True
    """
    layers: defaultdict[int, defaultdict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for code, value in polynomial.numerators.items():
        c, b, a = sorted(unpack(code))
        row = layers[c][b - c]
        row[a - c] = row.get(a - c, 0) + value
    sums = power_sums(max((i + j for rows in layers.values() for j, row in rows.items() for i in row), default=0))
    result = Polynomial({})
    for c in range(max(layers, default=0), -1, -1):
        products = [(1, sums[j] * _combine(row, sums, 0)) for j, row in layers[c].items()]
        corrections = [(-1, _combine(row, sums, j)) for j, row in layers[c].items()]
        result = E3 * result + Polynomial.combination(products + corrections, 6 * polynomial.denominator)
    return result


def _combine(row: Mapping[int, int], sums: Sequence[Polynomial], offset: int) -> Polynomial:
    """Σ row[i] p_{i + offset}."""
    return Polynomial.combination((value, sums[i + offset]) for i, value in row.items())
