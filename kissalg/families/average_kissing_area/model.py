"""The average kissing number by the area of one cap: the trivial bound of the literature, as a certificate. Nothing is optimised but the radius of the sphere.

Around a unit ball, its neighbours cut caps without common interior points from the sphere of radius ρ, 1 < ρ < 3. With α_ρ(1) the normalised area that an
equal ball cuts out, the average kissing number is at most 1/α_ρ(1), by Lemma 2.1 of the reference; the proof stands in
`kissalg.kernel.theorems.average_kissing_area`.

Main definition: `average_kissing_area`.

References: Kuperberg and Schramm (1994), n = 3: 8 + 4√3; Glazyrin (2017), n = 4, 5: 34.681 and 77.757; Dostert, Kolpakov and Oliveira (2020), Theorem 2.2.
"""

from __future__ import annotations

from kissalg.algebra.spherical_cap import trivial_bound
from kissalg.certificate import Certificate, certificate_of_parts
from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.parameters import require_integer
from kissalg.exact.rational import RationalLike, fraction, rational
from kissalg.families.average_kissing import witness as writing
from kissalg.witness.encoding import Parts, rational_text, rounded_up

__all__ = ["average_kissing_area"]

_MAX_DIMENSION = 64  # what the kernel reads
_AREA_BITS = 90


def average_kissing_area(n: int, rho_squared: RationalLike = 3) -> Certificate:
    """A certificate of average-kissing(n) <= 1/α_ρ(1), rounded up to ten decimals.

    Args:
        n: the dimension, 3 <= n <= 64.
        rho_squared: ρ², 1 < ρ² <= 9; 3 is best in every dimension.

    Raises:
        ParameterError: if a parameter is out of its range.
        InfeasibleError: for ρ = 3, where an equal ball only touches the sphere.

    >>> average_kissing_area(3)
    Certificate(average-kissing(3) <= 14.9282032303, ... characters)
    """
    require_integer("n", n, 3, _MAX_DIMENSION)
    try:
        square = rational(rho_squared)
    except ExactnessError as error:
        raise ParameterError(f"rho_squared: {error}") from error
    trivial = trivial_bound(n, square)
    if trivial > 2**_AREA_BITS:
        raise ParameterError(f"rho_squared: expected a number not as near to 1 or 9 as {square}; 3 is a good start")
    bound = rounded_up(
        trivial * (1 + trivial / 2 ** (_AREA_BITS + 8))
    )  # the area that the kernel computes is up to 2^-100 smaller
    parts = Parts(bound, {"n": n, "rho_squared": rational_text(fraction(square))}, {})
    return certificate_of_parts(writing.AREA_THEOREM, parts)
