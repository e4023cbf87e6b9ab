"""The two comparisons on which theorems end: a polynomial that has to vanish, an objective that has to be small."""

from fractions import Fraction

from .polynomial import Polynomial, monomial_text
from .report import Rejected, decimal_up, magnitude

__all__ = ["require_at_most", "require_zero"]


def require_zero(residual: Polynomial, identity: str, names: tuple[str, str, str], path: str) -> None:
    """Raise Rejected, naming the first coefficient that is not zero, unless `residual` is the zero polynomial."""
    for exponents, value in residual.coefficients().items():
        where = f"{len(residual.numerators)} coefficients, the first at {monomial_text(exponents, names)}"
        raise Rejected(f"identity {identity} fails in {where}, off by about {magnitude(value)}", path)


def require_at_most(objective: Fraction, bound: Fraction) -> None:
    """Raise Rejected unless objective <= bound."""
    if objective > bound:
        excess = magnitude(objective - bound)
        raise Rejected(f"the witness proves {decimal_up(objective)}; the bound is too low by about {excess}", "bound")
