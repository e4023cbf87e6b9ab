"""Absorbing the residual of an identity in one or two designated sums of squares.

After rounding, an identity fails by a small polynomial r. Every polynomial of the space is a combination of entries of
the Gram matrices of the squares without multiplier, so there are matrices A with <V, A> = -r: one entry for each
coefficient.

- Q[x], Chebyshev basis: T_i T_j with i + j = m, |i - j| <= 1, has degree m; elimination from the top.
- invariants: the trv entry (α, β) is m^(α+β). The exponents γ that do not split into two halves of weight <= D (a few of
  the largest weights, such as m_2^D for odd D) are eliminated first, by std entries.

- monomials t^i p^j q^k with i <= 2I and j + k <= 2M: (i, j, k) is a sum of two with i <= I and j + k <= M, as equal as possible.

Main definitions: `absorb_univariate`, `absorb_invariant`, `absorb_swap`.

Source: Machado and Oliveira (2016), section 6: all monomials of degree at most 2d appear as entries of V_d.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_poly

from kissalg.algebra.gram import STANDARD_PAIRING, GramBasis
from kissalg.algebra.invariant_ring import POWER_MEANS, Exponent, exponents
from kissalg.algebra.orthogonal import chebyshev
from kissalg.errors import RoundingError

__all__ = ["absorb_invariant", "absorb_swap", "absorb_univariate"]

Entries = dict[tuple[int, int], fmpq]


def absorb_univariate(residual: fmpq_poly, size: int) -> Entries:
    """Entries (i >= j) of A with Σ A_ij T_i T_j = -residual, for a residual of degree <= 2 size - 2.

    >>> absorb_univariate(fmpq_poly([0, 0, 2]), 2)
    {(1, 1): -2}
    """
    if residual.degree() > 2 * size - 2:
        raise RoundingError(f"a residual of degree {residual.degree()} does not fit a Gram matrix of size {size}")
    result: Entries = {}
    rest = -residual
    while (m := rest.degree()) >= 0:  # the degree of the zero polynomial is -1
        i, j = (m + 1) // 2, m // 2
        product = chebyshev(i) * chebyshev(j) * (1 if i == j else 2)
        value = rest[m] / product[m]
        result[i, j] = value
        rest -= product * value
    return result


def absorb_swap(residual: Mapping[tuple[int, ...], fmpq], basis: Sequence[tuple[int, ...]]) -> Entries:
    """Entries (i >= j) of A with Σ A_αβ m^(α+β) = -Σ residual[γ] m^γ, m^γ = t^γ_0 p^γ_1 q^γ_2.

    >>> absorb_swap({(1, 1, 1): fmpq(4)}, [(0, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0), (1, 1, 0), (1, 0, 1)])
    {(4, 2): -2}
    """
    index = {alpha: i for i, alpha in enumerate(basis)}
    result: Entries = {}
    for (i, j, k), coefficient in residual.items():
        if coefficient != 0:
            # halves of odd j and k are rounded in opposite directions, so that j + k stays balanced
            larger, smaller = ((i + 1) // 2, (j + 1) // 2, k // 2), (i // 2, j // 2, (k + 1) // 2)
            if larger not in index or smaller not in index:
                raise RoundingError(
                    f"the residual has the term {(i, j, k)}, which no square without multiplier contains"
                )
            a, b = index[larger], index[smaller]
            result[max(a, b), min(a, b)] = -coefficient if a == b else -coefficient / 2
    return result


def absorb_invariant(residual: fmpq_mpoly, trivial: GramBasis, standard: GramBasis | None) -> tuple[Entries, Entries]:
    """Entries (i >= j) of A for trv and std with <V^trv, A> + <V^std, A'> = -residual.

    Among the ways to split an exponent, the one with the least row sums so far is taken: largest coefficients first.

    Raises:
        RoundingError: if the residual has a weight above 2 · degree.
    """
    rest = -residual
    in_standard: Entries = {}
    hard = _unsplittable(trivial.degree)
    if any(rest[gamma] != 0 for gamma in hard):
        if standard is None:
            raise RoundingError(f"the residual has a term m^{hard[0]} and there is no std block to absorb it")
        positions, polynomials, inverse = _standard_entries(standard)
        coefficients = inverse * fmpq_mat([[rest[gamma]] for gamma in hard])
        for position, polynomial, k in zip(positions, polynomials, range(len(hard)), strict=True):
            value = coefficients[k, 0]
            if value != 0:
                in_standard[position] = value
                rest -= polynomial * value
    terms = rest.to_dict()
    index = {alpha: i for i, alpha in enumerate(trivial.parts[0])}
    sums = [fmpq(0)] * len(index)
    in_trivial: Entries = {}
    for gamma, coefficient in sorted(terms.items(), key=lambda item: (-abs(item[1]), item[0])):
        choices = _splits(gamma, trivial.degree)
        if not choices:
            raise RoundingError(f"the residual has the term m^{gamma}, whose weight exceeds {2 * trivial.degree}")
        i, j = min(
            ((index[a], index[b]) for a, b in choices), key=lambda pair: (max(sums[pair[0]], sums[pair[1]]), pair)
        )
        value = coefficient if i == j else coefficient / 2
        in_trivial[max(i, j), min(i, j)] = value
        sums[i] += abs(value)
        if i != j:
            sums[j] += abs(value)
    return in_trivial, in_standard


def _weight(alpha: Exponent) -> int:
    return alpha[0] + 2 * alpha[1] + 3 * alpha[2]


@lru_cache(maxsize=65536)
def _splits(gamma: Exponent, degree: int) -> tuple[tuple[Exponent, Exponent], ...]:
    """The pairs α + β = γ with both weights <= degree, unordered."""
    found = []
    for a in range(gamma[0] + 1):
        for b in range(gamma[1] + 1):
            for c in range(gamma[2] + 1):
                alpha, beta = (a, b, c), (gamma[0] - a, gamma[1] - b, gamma[2] - c)
                if alpha <= beta and _weight(alpha) <= degree and _weight(beta) <= degree:
                    found.append((alpha, beta))
    return tuple(found)


@lru_cache(maxsize=64)
def _unsplittable(degree: int) -> tuple[Exponent, ...]:
    """The exponents of weight <= 2 · degree that are not a sum of two of weight <= degree."""
    return tuple(gamma for gamma in exponents(2 * degree) if not _splits(gamma, degree))


@lru_cache(maxsize=64)
def _standard_entries(basis: GramBasis) -> tuple[list[tuple[int, int]], list[fmpq_mpoly], fmpq_mat]:
    """Positions of std entries, the polynomials they contribute, and the inverse of the square matrix of their unsplittable coefficients."""
    hard = _unsplittable(basis.degree)
    one, two = basis.parts
    labels = [(0, alpha) for alpha in one] + [(1, alpha) for alpha in two]
    rows: list[list[fmpq]] = []
    positions: list[tuple[int, int]] = []
    polynomials: list[fmpq_mpoly] = []
    for i, (g, alpha) in enumerate(labels):
        for j, (h, beta) in enumerate(labels[: i + 1]):
            if len(rows) == len(hard):
                break
            if _weight(alpha) + _weight(beta) + g + h + 2 < 2 * basis.degree - 1:
                continue
            shifted = POWER_MEANS.from_dict(
                {tuple(x + y for x, y in zip(alpha, beta, strict=True)): fmpq(1 if i == j else 2)}
            )
            polynomial = STANDARD_PAIRING[g][h] * shifted
            row = [polynomial[gamma] for gamma in hard]
            if any(row) and fmpq_mat([*rows, row]).rank() == len(rows) + 1:
                rows.append(row)
                positions.append((i, j))
                polynomials.append(polynomial)
    if len(rows) < len(hard):
        raise RoundingError(
            f"the std block of degree {basis.degree} cannot absorb {len(hard) - len(rows)} of the coefficients {hard}"
        )
    return positions, polynomials, fmpq_mat(rows).transpose().inv() if rows else fmpq_mat(0, 0)
