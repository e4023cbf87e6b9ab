"""What a certificate says about how it was made, from the run of a solver: no checker looks at it.

Main definition: `provenance_of`.
"""

from __future__ import annotations

from kissalg import __version__
from kissalg.exact.rational import decimal_down, decimal_up
from kissalg.sdp.model import Sense
from kissalg.solvers import NumericSolution

__all__ = ["provenance_of"]

_DOUBLE_BITS = 53  # of other people's engines; the multiprecision solver ends with more


def provenance_of(solution: NumericSolution, tolerance: int, sense: Sense | None = "upper") -> dict[str, str]:
    """The run, the tolerance of the rounding, the version of the software, and the value of the dual solution.

    No bound of this kind is better than the value of the dual solution, up to rounding errors: it is a lower value for
    an upper bound. The largest lower bound λ is computed as the least -λ, whose lower values are upper ones of λ.

    Args:
        solution: of the solver.
        tolerance: of the rounding, in bits.
        sense: of the bound; None for a problem without one.
    """
    value = {}
    if sense == "upper":
        value = {"numerical_lower_value": decimal_down(solution.dual_objective)}
    elif sense == "lower":
        value = {"numerical_upper_value": decimal_up(-solution.dual_objective)}
    return {
        **({"solver": solution.message} if solution.bits <= _DOUBLE_BITS else {}),
        "bits": str(solution.bits),
        "gap": f"{solution.gap:.1e}",
        "iterations": str(solution.iterations),
        **value,
        "rounding_tolerance": f"2^-{tolerance}",
        "software": f"kissalg {__version__}",
    }
