"""Values of variables: what is checked before a term uses them, and the sums over their entries.

Main definitions: `matrix_value`, `vector_value`, `hankel_sum`.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpz

from kissalg.algebra.invariant_ring import POWER_MEANS
from kissalg.algebra.spaces import Exponents
from kissalg.errors import ExactnessError
from kissalg.exact.matrix import symmetric
from kissalg.sdp.model import FreeVariable, NonnegativeVariable, PsdVariable, Value

__all__ = ["hankel_sum", "matrix_value", "vector_value"]


def matrix_value(variable: PsdVariable, value: Value) -> fmpq_mat:
    """`value`, once it is known to be a symmetric matrix of the size of the variable.

    Args:
        variable: of which it is a value.
        value: a symmetric matrix.
    """
    if not isinstance(value, fmpq_mat):
        raise ExactnessError(f"{variable.name}: expected a flint.fmpq_mat, found {type(value).__name__}")
    return symmetric(value, variable.size, variable.name)


def vector_value(variable: NonnegativeVariable | FreeVariable, value: Value) -> Sequence[fmpq]:
    """`value`, once it is known to be a vector of the length of the variable.

    Args:
        variable: of which it is a value.
        value: a list of numbers.
    """
    if isinstance(value, fmpq_mat) or len(value) != variable.length:
        raise ExactnessError(f"{variable.name}: expected a list of {variable.length} rational numbers")
    return value


def hankel_sum(
    rows: list[list[fmpz]],
    left: Sequence[Exponents],
    right: Sequence[Exponents],
    denominator: fmpz,
    ring: fmpq_mpoly_ctx = POWER_MEANS,
) -> fmpq_mpoly:
    """Σ_αβ rows[α][β] m^(α+β) / denominator, with additions only.

    Args:
        rows: numerators, one row for each exponent of `left`, one column for each of `right`.
        left: exponents α of monomials of the ring.
        right: exponents β.
        denominator: of all entries.
        ring: Q[m_1, …, m_n]; by default the ring of power means.

    >>> hankel_sum([[fmpz(1), fmpz(2)]], [(1, 0, 0)], [(0, 0, 0), (1, 0, 1)], fmpz(3))
    2/3*m1^2*m3 + 1/3*m1
    """
    base = 1 + max((e for exponents in (left, right) for alpha in exponents for e in alpha), default=0) * 2
    variables = len(ring.names())
    columns = [_packed(beta, base) for beta in right]
    sums: dict[int, fmpz] = {}
    zero = fmpz(0)
    for alpha, row in zip(left, rows, strict=True):
        start = _packed(alpha, base)
        for column, entry in zip(columns, row, strict=True):
            key = start + column
            sums[key] = sums.get(key, zero) + entry
    return ring.from_dict({_unpacked(key, base, variables): fmpq(total, denominator) for key, total in sums.items()})


def _packed(exponents: Exponents, base: int) -> int:
    """An exponent as one integer: sums of exponents are sums of these."""
    key = 0
    for e in reversed(exponents):
        key = key * base + e
    return key


def _unpacked(key: int, base: int, variables: int) -> Exponents:
    result = []
    for _ in range(variables):
        key, e = divmod(key, base)
        result.append(e)
    return tuple(result)
