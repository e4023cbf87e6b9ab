"""The lower bound that a configuration proves, exactly.

Main definition: `check_configuration`.
"""

from __future__ import annotations

from flint import arb, ctx, fmpq, fmpz

from kissalg.errors import PublishedError
from kissalg.exact.expressions import surd
from kissalg.exact.number_field import FieldElement
from kissalg.exact.rational import RationalLike, decimal_up, rational
from kissalg.published.configuration import FORMAT, Configuration
from kissalg.published.finding import Finding, Outcome

__all__ = ["check_configuration"]


def check_configuration(configuration: Configuration, cos: RationalLike | FieldElement | None = None) -> Finding:
    """The lower bound that a configuration proves.

    Args:
        configuration: from `kissalg.published.configuration_text.read_configuration`, `point_configuration` or
            `gram_configuration`.
        cos: the cosine that no pair may exceed, 1/2 for kissing configurations; without it the largest cosine is found
            and stated.

    Returns:
        VERIFIED with the bound, or REJECTED with a pair that is too close.

    Raises:
        ExactnessError: `cos` is not an exact number of the configuration's field.
        PublishedError: `cos` is not between -1 and 1.

    >>> from flint import fmpq_mat
    >>> from kissalg.published.configuration import point_configuration
    >>> print(check_configuration(point_configuration(fmpq_mat([[1, 0], [0, 1], [-1, 0], [0, -1]])), 0))
    VERIFIED  A(2, 0) >= 4
    >>> print(check_configuration(point_configuration(fmpq_mat([[1, 0], [1, 1]])), "1/2"))
    REJECTED  A(2, 1/2) >= 2 (kissing number of dimension 2): the vectors 1 and 0 have the cosine 0.70710678...,
    more than 1/2
    """
    facts = [f"{configuration.size} vectors, rank {configuration.dimension}, given by {configuration.source}"]
    if configuration.field.degree > 1:
        facts.append(f"over {configuration.field}")
    if configuration.norms_differ:
        facts.append("the norms differ: only the directions count")
    if cos is None:
        return _largest_cosine(configuration, facts)
    c = configuration.cosine(cos)
    if (c - 1).sign() >= 0 or (c + 1).sign() <= 0:
        raise PublishedError(f"expected a cosine strictly between -1 and 1, found {surd(c) or cos}")
    n, size = configuration.dimension, configuration.size
    shown = surd(c) or str(cos).strip()
    statement = f"A({n}, {shown}) >= {size}" + (
        f" (kissing number of dimension {n})" if shown == "1/2" and n > 1 else ""
    )
    pair = configuration.violation(c)
    if pair is None:
        return Finding(FORMAT, Outcome.VERIFIED, statement, "", tuple(facts))
    i, j = pair
    reason = f"the vectors {i} and {j} have the cosine {_cosine_text(configuration, i, j, c)}, more than {shown}"
    return Finding(FORMAT, Outcome.REJECTED, statement, reason, tuple(facts))


def _largest_cosine(configuration: Configuration, facts: list[str]) -> Finding:
    n, size = configuration.dimension, configuration.size
    pair = configuration.largest()
    if pair is None:
        return Finding(FORMAT, Outcome.VERIFIED, f"A({n}, 0) >= {size}", "", tuple(facts))
    exact = configuration.exact_cosine(*pair)
    shown = None if exact is None else surd(exact)
    if shown is None:
        square = configuration.squared_cosine(*pair)
        # a decimal that is not below the square root
        upper = decimal_up(fmpq(_ceil_root(square.upper(128) * 10**24), 10**12), 12)
        if square.is_rational and int(square.coefficients[0].q).bit_length() < 200:
            facts.append(f"the largest squared cosine is exactly {square}")
        parallel, shown = (square - 1).is_zero, upper
        below = parallel or rational(upper) < 1
    else:
        assert exact is not None
        parallel, below = (exact - 1).is_zero, True
    i, j = pair
    if parallel or not below:
        reason = (
            f"the vectors {i} and {j} have the same direction"
            if parallel
            else f"the cosine of the vectors {i} and {j} is less than 1e-12 below 1: give one with --cos"
        )
        return Finding(FORMAT, Outcome.REJECTED, f"{size} different directions", reason, tuple(facts))
    facts.append(f"attained by the vectors {i} and {j}")
    return Finding(FORMAT, Outcome.VERIFIED, f"A({n}, {shown}) >= {size}", "", tuple(facts))


def _ceil_root(value: fmpq) -> fmpz:
    """The least integer whose square is not below the nonnegative `value`."""
    target = value.ceil()
    root = target.isqrt()
    return root if root * root >= target else root + 1


def _cosine_text(configuration: Configuration, i: int, j: int, limit: FieldElement) -> str:
    """A few digits of the cosine of a pair, for a message: enough to tell it from the limit."""
    for digits in (8, 16, 32, 64):
        with ctx.workprec(8 * digits + 64):
            cosine, bound = configuration.cosine_ball(i, j), limit.enclosure(8 * digits + 64)
            found, allowed = (_truncated(x, digits) for x in (cosine, bound))
        if found is not None and (found != allowed or digits == 64):
            return f"{found}..."
    return "about " + str(cosine)


def _truncated(value: arb, digits: int) -> str | None:
    """The number towards minus infinity to so many decimals; None where the ball cannot tell."""
    whole = (value * arb(10) ** digits).floor().unique_fmpz()
    if whole is None:
        return None
    scaled, unit = abs(int(whole)), 10**digits
    return f"{'-' if whole < 0 else ''}{scaled // unit}.{scaled % unit:0{digits}d}"
