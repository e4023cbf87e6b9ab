"""The average kissing number of R^n, with weights and kernels that are constant or linear on pieces.

The pieces are those of a mesh of sizes. The program is that of `kissalg.families.balls.local`, for balls of any radii.

Main definitions: `AverageKissingProblem`, `average_kissing`.

References: see `kissalg.families.balls.local`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from kissalg.errors import ParameterError
from kissalg.exact.rational import RationalLike
from kissalg.families.balls.local import WeightsProblem, local_program
from kissalg.families.balls.mesh import Mesh
from kissalg.sdp.inequalities import Row

__all__ = ["THEOREM", "AverageKissingProblem", "average_kissing"]

THEOREM = "average-kissing"


@dataclass(frozen=True, repr=False)
class AverageKissingProblem(WeightsProblem):
    """The program of a bound for balls of any radii; made by `average_kissing`."""

    theorem = THEOREM

    @property
    def mesh(self) -> Mesh:
        """The mesh of sizes."""
        return self.programs[0].mesh

    @property
    def quantity(self) -> str:
        """What is bounded, such as average-kissing(3)."""
        return f"average-kissing({self.n})"

    def __repr__(self) -> str:
        return self.described(str(self.mesh))


def average_kissing(
    n: int,
    degree: int,
    mesh: Mesh,
    *,
    weights: Sequence[fmpq] | None = None,
    margin: RationalLike = "1/50000",
) -> AverageKissingProblem:
    """The program for the average kissing number of R^n.

    Args:
        n: the dimension, n >= 3.
        degree: d >= 1. The program is infeasible below a degree that grows with n and with 1/ξ_0.
        mesh: see `linear_mesh` and `step_mesh`.
        weights: lower bounds of the w_p, for a given weight such as `area_weights`; by default the weight is
            optimised.
        margin: by how much every inequality has to hold, relatively: it costs the bound about t · margin.

    Raises:
        ParameterError: if a parameter is out of its range.

    Example:
        >>> from kissalg.families.balls.mesh import step_mesh
        >>> average_kissing(3, 4, step_mesh("1/4", 1))
        average-kissing (n = 3, degree = 4, Mesh(3 nodes from 1/4 to 3/4, 'ccc')): 40 equations and inequalities
    """
    local = local_program(n, degree, mesh, margin, "")
    covers = [{local.weight(p): value for p, value in total.items()} for total in mesh.weights()]
    rows = [Row(list(total), list(total.values()), 2 + local.margin) for total in covers]
    if weights is not None:
        if len(weights) != len(mesh.nodes):
            raise ParameterError(
                f"weights: expected {len(mesh.nodes)}, one for each node of the mesh, found {len(weights)}"
            )
        rows = [Row([local.weight(p)], [fmpq(1)], value + local.margin) for p, value in enumerate(weights)]
    objective = {(f"{local.prefix}F0", 0, 0): fmpq(local.scale)}
    return AverageKissingProblem(tuple(local.variables()), [*rows, *local.rows()], objective, (local,), tuple(covers))
