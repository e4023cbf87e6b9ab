"""Polynomials from matrices: forms in Chebyshev's polynomials T_i, and Gram sums over monomials in three variables."""

from collections import defaultdict
from collections.abc import Sequence
from operator import mul

from ..polynomial import BITS, Polynomial, X
from ..psd import Symmetric
from .orthogonal import chebyshev

__all__ = ["GENERATOR", "gram_sum", "square_form", "two_variable_form"]

GENERATOR = 1 << 3 * BITS
"""The code of a formal variable that marks the second of two generators in a Gram basis."""


def two_variable_form(parts: Sequence[Symmetric]) -> Polynomial:
    """Σ_ij X_ij T_i(x) T_j(y) in Q[x, y], X the sum of the parts."""
    columns = list(enumerate(zip(*chebyshev(len(parts[0].rows)), strict=True)))  # column p: the coefficients of x^p
    forms = []
    for part in parts:
        full = part.full()
        half = [(q, [sum(map(mul, row, column)) for row in full]) for q, column in columns]  # y^q: Σ_j X_ij T_j
        terms = {p | q << BITS: sum(map(mul, row, column)) for q, row in half for p, column in columns}
        forms.append((1, Polynomial(terms, part.denominator)))
    return Polynomial.combination(forms)


def square_form(parts: Sequence[Symmetric]) -> Polynomial:
    """Σ_ij X_ij T_i(x) T_j(x) in Q[x]: a sum of squares if X is positive semidefinite."""
    return two_variable_form(parts).substitute(1, X)


def gram_sum(parts: Sequence[Symmetric], basis: list[int], products: list[Polynomial]) -> Polynomial:
    """Σ_ij X_ij V_ij, V_ij the product of the basis elements i and j; X the sum of the parts.

    The basis has codes of monomials, some with the mark of the second generator; `products` are those of the
    generators, of the first by itself, of both, of the second by itself. Additions, then one product for each pair of
    generators.
    """
    sums = []
    for part in parts:
        lower: defaultdict[int, int] = defaultdict(int)
        for code, row in zip(basis, part.rows, strict=True):
            for other, value in zip(basis, row, strict=False):
                lower[code + other] += value
        total = {code: 2 * value for code, value in lower.items()}
        for i, code in enumerate(basis):
            total[2 * code] -= part.rows[i][i]  # the diagonal counts once, all else twice
        marked: list[dict[int, int]] = [{} for _ in products]
        for code, value in total.items():
            pair, plain = divmod(code, GENERATOR)
            marked[pair][plain] = value  # each code once; one that belongs to no product would be an IndexError
        sums += [(1, product * Polynomial(m, part.denominator)) for product, m in zip(products, marked, strict=True)]
    return Polynomial.combination(sums)
