"""Certificates of the theorem `average-kissing-polynomial`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kissalg.exact.rational import fraction
from kissalg.families.average_kissing_polynomial.model import THEOREM, AveragePolynomialProblem
from kissalg.rounding import DyadicVector, ProvedMatrix
from kissalg.sdp.model import PsdVariable
from kissalg.witness.encoding import Parts, psd_document, rational_text, rounded_up

__all__ = ["THEOREM", "interior"]


def interior(
    problem: AveragePolynomialProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]
) -> Parts:
    """The bound is t_0, rounded up; the squares of (L), (W) and (E) are left to the kernel to find."""
    d, order = problem.degree, problem.order
    sizes = {v.name: v.size for v in problem.variables if isinstance(v, PsdVariable)}
    parameters: dict[str, Any] = {
        "degree": d,
        "first": rational_text(fraction(problem.sizes.first)),
        "n": problem.n,
        "order": order,
        "power": problem.sizes.power,
    }
    witness = {
        "F": [psd_document(psd.get(f"F{k}"), sizes[f"F{k}"]) for k in range(d + 1)],
        "Q": {
            kind: [psd_document(psd.get(name), sizes.get(name, 0)) for name in (f"Q{j}.{kind}" for j in range(7))]
            for kind in ("alt", "trv")
        },
        "f": [rational_text(fraction(problem.root[k])) for k in range(order + 1)],
    }
    return Parts(rounded_up(psd["F0"].value()[0, 0]), parameters, witness)
