"""Facial reduction of sums of squares, before anything is solved: squares that cannot occur are left out, exactly.

Main definitions: `without_zeros`.

References: Reznick, Extremal PSD forms with few terms (1978): half the Newton polytope; Permenter and Parrilo, Partial
facial reduction (2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flint import fmpq, fmpq_mat

from kissalg.errors import InfeasibleError, ParameterError
from kissalg.exact.matrix import nullspace
from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.families.nonnegative.model import Statement
from kissalg.families.nonnegative.squares import Block, WeightedCopy

__all__ = ["without_zeros"]


def without_zeros(stated: Statement, value: fmpq | None) -> Statement:
    """The statement without the directions in which every Gram matrix must vanish, for λ = value, or for every λ.

    If a coordinate of s (p - λ) is zero, and the matrices A_v in its equation Σ <A_v, X_v> = 0 are all positive
    semidefinite (or all negative), then X_v vanishes on the range of A_v. On monomials these are the steps that cut a
    Gram basis down to half the Newton polytope (Reznick, 1978).

    Raises:
        InfeasibleError: if nothing is left, or the polynomial has a term that no square has: there is no such sum of
            squares.

    Example:
        >>> from kissalg.families.nonnegative.model import statement
        >>> without_zeros(statement("x^4*y^2 + x^2*y^4 + 1 - 3*x^2*y^2"), fmpq(0))
        Statement(x^4*y^2 + x^2*y^4 - 3*x^2*y^2 + 1; degree 6, blocks 4)
    """
    while True:
        target = stated.s * (stated.polynomial if value is None else stated.polynomial - value)
        if target not in stated.space or (value is None and stated.s not in stated.space):
            raise InfeasibleError(
                f"{stated.polynomial} has a term that no sum of squares of degree {stated.degree} with these conditions"
                " has. Raise the degree"
            )
        fixed = [c == 0 for c in stated.space.coefficients(target)]
        free = [False] * len(fixed) if value is not None else [c != 0 for c in stated.space.coefficients(stated.s)]
        products = {term.variable.name: term.products for term in stated.terms}
        changed: dict[str, fmpq_mat] = {}
        for k in range(stated.space.dimension):
            if not fixed[k] or free[k]:
                continue
            forms = {block.name: _form(products[block.name], k, block.size) for block in stated.blocks}
            used = {name: form for name, form in forms.items() if any(form.entries())}
            if used and not set(used) & set(changed) and _one_sign(list(used.values())):
                changed |= used
        if not changed:
            return stated
        blocks = []
        for block in stated.blocks:
            kernel = nullspace(changed[block.name]) if block.name in changed else None
            if kernel is None:
                blocks.append(block)
            elif kernel.ncols():
                blocks.append(Block(block.name, tuple(_restricted(copy, kernel) for copy in block.copies)))
        if not blocks and all(fixed) and not any(free):
            raise ParameterError(
                f"expected a polynomial that is not zero where the equations hold, found {stated.polynomial}: there is"
                " nothing to prove"
            )
        if not blocks:
            raise InfeasibleError(
                f"{stated.polynomial} is no sum of squares of degree {stated.degree}: all squares would have to vanish."
                " Raise the degree"
            )
        stated = replace(stated, blocks=tuple(blocks))


def _form(products: Mapping[tuple[int, int], list[fmpq]], k: int, size: int) -> fmpq_mat:
    """The matrix of coordinate k."""
    matrix = fmpq_mat(size, size)
    for (i, j), coordinates in products.items():
        if coordinates[k] != 0:
            matrix[i, j] = matrix[j, i] = coordinates[k] if i == j else coordinates[k] / 2
    return matrix


def _one_sign(forms: Sequence[fmpq_mat]) -> bool:
    signs = {1 if form[i, i] > 0 else -1 for form in forms for i in range(form.nrows()) if form[i, i] != 0}
    if len(signs) != 1:
        return False
    return all(is_positive_semidefinite(form * min(signs)) for form in forms)


def _restricted(copy: WeightedCopy, kernel: fmpq_mat) -> WeightedCopy:
    """The copy with the basis Nᵀ b, for X = N Y Nᵀ."""
    basis = []
    for j in range(kernel.ncols()):
        total = copy.basis[0] * 0
        for i, b in enumerate(copy.basis):
            if kernel[i, j] != 0:
                total += b * kernel[i, j]
        basis.append(total)
    return replace(copy, basis=tuple(basis))
