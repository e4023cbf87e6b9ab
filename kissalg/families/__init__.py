"""The theorems, one folder each, and the explicit list of their records.

Main definitions: `FAMILIES`, `family_of`, `family_of_problem`.
"""

from kissalg.families.average_kissing.family import FAMILY as AVERAGE_KISSING
from kissalg.families.average_kissing_area.family import FAMILY as AVERAGE_KISSING_AREA
from kissalg.families.average_kissing_direct.family import FAMILY as AVERAGE_KISSING_DIRECT
from kissalg.families.average_kissing_polynomial.family import FAMILY as AVERAGE_KISSING_POLYNOMIAL
from kissalg.families.average_kissing_radii.family import FAMILY as AVERAGE_KISSING_RADII
from kissalg.families.delsarte.family import FAMILY as DELSARTE
from kissalg.families.family import Family
from kissalg.families.independence_number.family import FAMILY as INDEPENDENCE_NUMBER
from kissalg.families.nonnegative.family import FAMILY as NONNEGATIVE
from kissalg.families.rankin.family import FAMILY as RANKIN
from kissalg.families.semidefinite_program.family import FAMILY as SEMIDEFINITE_PROGRAM
from kissalg.families.spherical_caps.family import FAMILY as SPHERICAL_CAPS
from kissalg.families.three_point.family import FAMILY as THREE_POINT
from kissalg.families.three_point_fixed_size.family import FAMILY as THREE_POINT_FIXED_SIZE

__all__ = ["FAMILIES", "family_of", "family_of_problem"]

FAMILIES: tuple[Family, ...] = (
    THREE_POINT,
    THREE_POINT_FIXED_SIZE,
    AVERAGE_KISSING,
    AVERAGE_KISSING_RADII,
    AVERAGE_KISSING_AREA,
    AVERAGE_KISSING_DIRECT,
    AVERAGE_KISSING_POLYNOMIAL,
    DELSARTE,
    RANKIN,
    SPHERICAL_CAPS,
    NONNEGATIVE,
    INDEPENDENCE_NUMBER,
    SEMIDEFINITE_PROGRAM,
)

_BY_THEOREM = {family.theorem: family for family in FAMILIES}


def family_of(theorem: str) -> Family | None:
    """The family whose certificates name this theorem; None if there is none.

    Example:
        >>> family_of("delsarte"), family_of("five-point")
        (Family(delsarte), None)
    """
    return _BY_THEOREM.get(theorem)


def family_of_problem(problem: object) -> Family | None:
    """The family that the solutions of a problem are certificates of; None if there is none.

    Example:
        >>> from kissalg.families.three_point.model import kissing
        >>> family_of_problem(kissing(3, 2))
        Family(three-point)
    """
    return next((f for f in FAMILIES if isinstance(problem, (*f.problems, *f.formulas))), None)
