"""Lists of inequalities for the Boolean quadratic polytope, each verified by enumeration.

The polytope BQP(n) is the convex hull of the points (x_i, x_i x_j) for x in {0,1}^n; its dimension is n(n+1)/2. An
inequality

    Σ_i a_i x_i + Σ_(i<j) a_ij x_i x_j <= b

is valid iff it holds at all 2^n points, and a facet iff moreover the points where it is an equation have the affine
dimension n(n+1)/2 - 1.

Main definitions: `check_facets`, `facets_of`.

Source: Deza and Laurent, Geometry of Cuts and Metrics (1997), chapter 5 (correlation polytope).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.errors import PublishedError
from kissalg.families.independence_number.boolean_quadratic import Facet
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import integer, member, number, numbers, shown

__all__ = ["check_facets", "facets_of"]

MAX_VARIABLES = 14
MAX_WORK = 1 << 24


def check_facets(tree: Any) -> Finding:
    """The verdict on a list of inequalities for the Boolean quadratic polytope BQP(n).

    Args:
        tree: an object with the keys n and facets, a list of objects with linear (n numbers), quadratic (entries [i, j,
            a], i < j, from 0) and rhs.

    Returns:
        VERIFIED if all inequalities are valid; the statement counts the facets among them.

    Raises:
        PublishedError: the object does not follow the format, or the enumeration is too large.

    >>> facet = {"linear": [-1, 0], "quadratic": [[0, 1, 1]], "rhs": 0}  # x1 x2 <= x1
    >>> print(check_facets({"n": 2, "facets": [facet]}))
    VERIFIED  1 inequalities are valid for BQP(2), and 1 of them are facets
    """
    n = integer(member(tree, "n"), "n", 1, MAX_VARIABLES)
    entries = member(tree, "facets")
    if not isinstance(entries, list):
        raise PublishedError(f"facets: expected a list, found {shown(entries)}")
    if len(entries) << n > MAX_WORK:
        raise PublishedError(
            f"facets: expected at most {MAX_WORK >> n} inequalities in {n} variables, found {len(entries)}"
        )
    statement = f"{len(entries)} inequalities are valid for BQP({n}), and all of them are facets"
    facets = 0
    first_other = None
    for index, entry in enumerate(entries):
        where = f"facets[{index}]"
        linear = numbers(member(entry, "linear", where), f"{where}.linear")
        if len(linear) != n:
            raise PublishedError(f"{where}.linear: expected {n} numbers, found {len(linear)}")
        quadratic = _quadratic(entry.get("quadratic", []), where, n)
        right = number(member(entry, "rhs", where), f"{where}.rhs")
        tight = []
        for code in range(1 << n):
            support = [i for i in range(n) if code >> i & 1]
            value = sum((linear[i] for i in support), fmpq(0))
            value += sum((quadratic.get(pair, fmpq(0)) for pair in combinations(support, 2)), fmpq(0))
            if value > right:
                reason = f"{where} fails at the point with ones at {support}: {shown(value)} > {shown(right)}"
                return Finding("facets", Outcome.REJECTED, statement, reason)
            if value == right:
                tight.append(code)
        if _affine_dimension(tight, n) == n * (n + 1) // 2 - 1:
            facets += 1
        elif first_other is None:
            first_other = index
    statement = f"{len(entries)} inequalities are valid for BQP({n}), and {facets} of them are facets"
    note = "" if first_other is None else f"the first that is not a facet is facets[{first_other}]"
    claimed = tree.get("all_facets", False) is True
    outcome = Outcome.REJECTED if claimed and first_other is not None else Outcome.VERIFIED
    rejected = outcome is Outcome.REJECTED
    return Finding("facets", outcome, statement, note if rejected else "", () if rejected or not note else (note,))


def facets_of(tree: Any) -> tuple[Facet, ...]:
    """The inequalities of an object that `check_facets` verified.

    >>> facets_of({"n": 2, "facets": [{"linear": [-1, 0], "quadratic": [[0, 1, 1]], "rhs": 0}]})
    (Facet(linear=(-1, 0), quadratic={(0, 1): 1}, right=0),)
    """
    n = integer(member(tree, "n"), "n", 1, MAX_VARIABLES)
    result = []
    for index, entry in enumerate(member(tree, "facets")):
        where = f"facets[{index}]"
        linear = tuple(numbers(member(entry, "linear", where), f"{where}.linear"))
        quadratic = _quadratic(entry.get("quadratic", []), where, n)
        result.append(Facet(linear, quadratic, number(member(entry, "rhs", where), f"{where}.rhs")))
    return tuple(result)


def _quadratic(tree: Any, where: str, n: int) -> dict[tuple[int, int], fmpq]:
    if not isinstance(tree, list):
        raise PublishedError(f"{where}.quadratic: expected a list of [i, j, a], found {shown(tree)}")
    result: dict[tuple[int, int], fmpq] = {}
    for item in tree:
        if not isinstance(item, list) or len(item) != 3:
            raise PublishedError(f"{where}.quadratic: expected [i, j, a], found {shown(item)}")
        i, j = (integer(x, f"{where}.quadratic", 0, n - 1) for x in item[:2])
        if i >= j or (i, j) in result:
            raise PublishedError(f"{where}.quadratic: expected each pair i < j once, found {shown(item)}")
        result[i, j] = number(item[2], f"{where}.quadratic")
    return result


def _affine_dimension(codes: list[int], n: int) -> int:
    """The dimension of the affine hull of the points (x_i, x_i x_j); -1 if there are none."""
    if not codes:
        return -1
    pairs = [(i, i) for i in range(n)] + list(combinations(range(n), 2))
    rows = [[1, *(code >> i & code >> j & 1 for i, j in pairs)] for code in codes]
    return int(fmpq_mat(rows).rank()) - 1
