"""Polynomials with rational coefficients as they stand in certificates.

Main definitions: `WrittenPolynomial`, `polynomial_node`; `quadratic_form` (bᵀ X b).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from kissalg.witness.gram import hexadecimal
from kissalg.witness.parsing import integer, integers, malformed
from kissalg.witness.schema import Custom, Scope

__all__ = ["WrittenPolynomial", "polynomial_node", "quadratic_form"]

_DEGREE = 256


@dataclass(frozen=True)
class WrittenPolynomial:
    """Terms (exponents, numerator) over one denominator, exponents in increasing order.

    Example:
        >>> from kissalg.algebra.polynomials import polynomials
        >>> written = WrittenPolynomial.of(polynomials(["x^2 - 1/2*y"])[0])
        >>> written.to_json()
        ['2', '0 1 -1', '2 0 2']
    """

    denominator: int
    terms: tuple[tuple[tuple[int, ...], int], ...]

    @staticmethod
    def of(polynomial: fmpq_mpoly) -> WrittenPolynomial:
        """A polynomial of python-flint, over its least denominator."""
        terms = sorted(polynomial.to_dict().items())
        denominator = 1
        for _, c in terms:
            denominator = int(c.q.lcm(denominator))
        numerators = [(tuple(map(int, e)), int(c.p) * (denominator // int(c.q))) for e, c in terms]
        return WrittenPolynomial(denominator, tuple(numerators))

    @property
    def degree(self) -> int:
        """The total degree, 0 for the zero polynomial."""
        return max((sum(exponents) for exponents, _ in self.terms), default=0)

    def value(self, ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
        """The polynomial."""
        return ring.from_dict({e: fmpq(c, self.denominator) for e, c in self.terms})

    def to_json(self) -> list[str]:
        """The list of the file."""
        return [hexadecimal(self.denominator), *(" ".join(map(hexadecimal, (*e, c))) for e, c in self.terms)]


def polynomial_node(bits: int) -> Custom:
    """A polynomial in as many variables as the scope says, its numbers of at most so many bits."""

    def read(tree: Any, path: str, scope: Scope) -> WrittenPolynomial:
        n = scope["variables"]
        if not isinstance(tree, list) or not tree:
            raise malformed("expected a list that begins with a denominator", path)
        denominator = integer(tree[0], path)
        found = []
        for k, item in enumerate(tree[1:], 1):
            *exponents, value = integers(item, f"{path}[{k}]")
            if len(exponents) != n or not all(0 <= e <= _DEGREE for e in exponents):
                raise malformed(f"expected {n} exponents from 0 to {_DEGREE} and a numerator", f"{path}[{k}]")
            found.append((tuple(exponents), value))
        if denominator <= 0 or any(value == 0 for _, value in found):
            raise malformed("expected a positive denominator and coefficients that are not zero", path)
        if any(a[0] >= b[0] for a, b in pairwise(found)):
            raise malformed("expected exponents in strictly increasing order", path)
        if max(number.bit_length() for number in (denominator, *(value for _, value in found))) > bits:
            raise malformed(f"expected numbers of at most {bits} bits", path)
        return WrittenPolynomial(denominator, tuple(found))

    return Custom("POLY", read, WrittenPolynomial.to_json)


def quadratic_form(matrix: fmpq_mat, basis: Sequence[fmpq_mpoly], ring: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """bᵀ X b.

    Example:
        >>> from kissalg.algebra.polynomials import polynomial_ring
        >>> ring = polynomial_ring(("x", "y"))
        >>> quadratic_form(fmpq_mat(2, 2, [1, 2, 2, 0]), ring.gens(), ring)
        x^2 + 4*x*y
    """
    total = ring.constant(0)
    for i, b in enumerate(basis):
        row = ring.constant(0)
        for j, c in enumerate(basis):
            if matrix[i, j] != 0:
                row += c * matrix[i, j]
        total += b * row
    return total
