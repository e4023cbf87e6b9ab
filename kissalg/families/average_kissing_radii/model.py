"""The average kissing number of R^n for balls whose radii are among finitely many.

The programs are those of `kissalg.families.balls.local`: one for each of the radii, with the sizes that the
neighbours of a ball of this radius can have.

Main definitions: `AverageKissingRadiiProblem`, `average_kissing_radii`.

References: see `kissalg.families.balls.local`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from kissalg.exact.rational import RationalLike
from kissalg.families.balls.areas import areas
from kissalg.families.balls.local import WeightsProblem, local_program
from kissalg.families.balls.mesh import Mesh
from kissalg.families.balls.parameters import finite_radii
from kissalg.sdp.inequalities import Row
from kissalg.sdp.model import NonnegativeVariable, PsdVariable

__all__ = ["THEOREM", "AverageKissingRadiiProblem", "average_kissing_radii"]

THEOREM = "average-kissing-radii"


@dataclass(frozen=True, repr=False)
class AverageKissingRadiiProblem(WeightsProblem):
    """The program of a bound for balls of finitely many radii; made by `average_kissing_radii`.

    Attributes:
        radii: increasing.
    """

    theorem = THEOREM

    radii: tuple[fmpq, ...]

    @property
    def quantity(self) -> str:
        """What is bounded, such as average-kissing(3;1,2)."""
        return f"average-kissing({self.n};{','.join(map(str, self.radii))})"

    def __repr__(self) -> str:
        return self.described(f"radii {', '.join(map(str, self.radii))}")


def average_kissing_radii(
    n: int,
    degree: int,
    radii: Sequence[RationalLike],
    *,
    rho_squared: RationalLike | None = None,
    margin: RationalLike = "1/50000",
) -> AverageKissingRadiiProblem:
    """The program for packings in R^n whose radii are among finitely many.

    It has a local program around a ball of each radius. For one radius it is Delsarte's linear programming bound for
    the kissing number.

    Args:
        n: the dimension, n >= 3.
        degree: d >= 1. The program is infeasible below a degree that grows with n and with the quotients of the radii.
        radii: at least one, all of them positive.
        rho_squared: for the weights of the paper, the areas of the caps that the neighbours cut from the sphere of
            radius ρ times that of the ball; by default the weights are optimised.
        margin: by how much every inequality has to hold, relatively: it costs the bound about t · margin.

    Raises:
        ParameterError: if a parameter is out of its range.

    Example:
        >>> average_kissing_radii(3, 4, [1, 2])
        average-kissing (n = 3, degree = 4, radii 1, 2): 43 equations and inequalities
    """
    sizes = finite_radii(radii)
    programs = []
    for c, r in enumerate(sizes):
        mesh = Mesh(tuple(s / (r + s) for s in sizes), "c" * len(sizes))
        programs.append(local_program(n, degree, mesh, margin, f"{c}."))
    pairs = [(c, p) for c in range(len(sizes)) for p in range(c)]
    covers = [{local.weight(c): fmpq(2)} for c, local in enumerate(programs)]
    covers += [{programs[c].weight(p): fmpq(1), programs[p].weight(c): fmpq(1)} for c, p in pairs]
    least = programs[0].margin
    rows = [Row(list(total), list(total.values()), 2 + least) for total in covers]
    if rho_squared is not None:
        rows = [
            Row([local.weight(p)], [fmpq(1)], area + least)
            for local in programs
            for p, area in enumerate(areas(n, rho_squared, local.mesh.nodes))
        ]
    top = NonnegativeVariable("t", 1)
    rows += [Row([("t", 0, 0), (f"{local.prefix}F0", 0, 0)], [fmpq(1), fmpq(-1)], fmpq(0)) for local in programs]
    variables: list[PsdVariable | NonnegativeVariable] = [top]
    for local in programs:
        variables += local.variables()
        rows += local.rows()
    objective = {("t", 0, 0): fmpq(programs[0].scale)}
    return AverageKissingRadiiProblem(tuple(variables), rows, objective, tuple(programs), tuple(covers), sizes)
