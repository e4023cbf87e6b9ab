"""The settings of the multiprecision solver."""

from __future__ import annotations

from dataclasses import dataclass

from kissalg.errors import ParameterError

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """Frozen settings of the interior-point method.

    Raises:
        ParameterError: a setting is out of its range; the message names the range.

    >>> Settings(bits=256).bits
    256
    """

    bits: int = 53
    """Working precision at the start. It is raised whenever rounding gets in the way: by a limb of 24 bits, or, from
    240 bits on, by up to a quarter. Up to 53 the hardware's float64 arithmetic is used, beyond that multiprecision with
    at least 72 bits."""
    max_bits: int = 1024
    """The precision is never raised above this."""
    gap: float = 1e-9
    """Stop when the relative duality gap is below this and both residuals are negligible."""
    primal_tolerance: float = 1e-18
    """The largest residual of an equation, relative to the largest right-hand side (or to 1), at which a solution
    counts as feasible.
    """
    dual_tolerance: float = 1e-18
    """The largest entry of C - A*(y) - Z, in the solver's scaling, at which the dual counts as feasible."""
    start: float = 1e5
    """The start is X = start · identity in orthonormalised bases. Z is the identity if the theorem knows the scale of
    its dual solutions (`Model.magnitudes`), and start · identity otherwise."""
    step_factor: float = 0.9
    """Fraction of the way to the boundary."""
    centring_feasible: float = 0.1
    """Least centring parameter of the corrector once both sides are feasible."""
    centring_infeasible: float = 0.3
    """Least centring parameter before."""
    unbounded: float = 1e30
    """A run whose feasible points have objectives below -unbounded is called unbounded. A dual feasible point with an
    objective above it, or above the trivial value of the theorem (`Model.trivial_value`), ends the run as
    infeasible.
    """
    max_iterations: int = 200
    """Give up after this many iterations."""
    threads: int = 2
    """Worker threads; results do not depend on it."""

    def __post_init__(self) -> None:
        if not 48 <= self.bits <= self.max_bits <= 4096:
            raise ParameterError(
                f"expected 48 <= bits <= max_bits <= 4096, found bits={self.bits}, max_bits={self.max_bits}"
            )
        if not 0 < self.gap < 1:
            raise ParameterError(f"expected a relative gap between 0 and 1, found {self.gap}")
        if not 0 < self.step_factor < 1 or self.max_iterations < 1 or self.threads < 1 or self.start <= 0:
            raise ParameterError("expected 0 < step_factor < 1, max_iterations >= 1, threads >= 1 and start > 0")
