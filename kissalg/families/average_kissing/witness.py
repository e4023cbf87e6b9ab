"""Certificates of the theorems `average-kissing` and `average-kissing-radii`; what those of `average-kissing-area` claim."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kissalg.exact.rational import fraction
from kissalg.families.average_kissing.model import RADII_THEOREM, THEOREM, AverageKissingProblem
from kissalg.rounding.repair import RepairedSolution
from kissalg.witness.encoding import (
    Parts,
    at_most,
    dyadic_document,
    psd_document,
    rational_from_text,
    rational_text,
    rounded_up,
)

__all__ = ["AREA_THEOREM", "RADII_THEOREM", "THEOREM", "claim", "claim_radii", "repaired"]

AREA_THEOREM = "average-kissing-area"


def claim(document: Mapping[str, Any], bound: Fraction) -> str:
    """The average kissing number for all radii."""
    return f"average-kissing({document['parameters']['n']}) <= {at_most(bound)}"


def claim_radii(document: Mapping[str, Any], bound: Fraction) -> str:
    """The average kissing number for finitely many radii."""
    parameters = document["parameters"]
    radii = ",".join(str(rational_from_text(radius)) for radius in parameters["radii"])
    return f"average-kissing({parameters['n']};{radii}) <= {at_most(bound)}"


def repaired(exact: RepairedSolution) -> Parts:
    """The bound is the largest t of the centres, rounded up."""
    problem = exact.solution.problem
    assert isinstance(problem, AverageKissingProblem)
    kernels = [[exact.psd[f"{program.prefix}F{k}"] for k in range(program.degree + 1)] for program in problem.programs]
    blocks = [[psd_document(matrix, matrix.size) for matrix in matrices] for matrices in kernels]
    parameters: dict[str, Any] = {"degree": problem.degree, "n": problem.n}
    if problem.radii:
        parameters["radii"] = [rational_text(fraction(radius)) for radius in problem.radii]
        witness: dict[str, Any] = {"centres": [{"F": block} for block in blocks]}
    else:
        parameters["nodes"] = [rational_text(fraction(node)) for node in problem.mesh.nodes]
        parameters["pieces"] = problem.mesh.pieces
        witness = {"F": blocks[0], "slopes": dyadic_document(exact.vectors.get("slopes"), len(problem.mesh.cells))}
    bound = rounded_up(max(matrices[0].value()[0, 0] for matrices in kernels))
    return Parts(bound, parameters, witness)
