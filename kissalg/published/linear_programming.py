"""Linear programming bounds with rational polynomials, for spherical codes and for sphere packings.

Delsarte: f = Σ c_k P_k^n (P_k^n(1) = 1) with c_0 > 0, c_k >= 0 and f <= 0 on [-1, cos θ] proves A(n, θ) <= f(1)/c_0.

Cohn and Elkies: with w = 2π|x|², f(x) = e^(-w/2) Σ c_k L_k^(n/2-1)(w) has the transform e^(-w/2) Σ (-1)^k c_k
L_k^(n/2-1)(w). If the latter is >= 0 for w >= 0, and f <= 0 for w >= R, and both are positive at 0, then no sphere
packing in dimension n has a centre density above (R/2π)^(n/2) 2^(-n) f(0)/f^(0).

Main definitions: `check_delsarte`, `check_cohn_elkies`, `nonpositive_on`.

Sources: Delsarte, Goethals and Seidel, Spherical codes and designs (1977), Theorem 4.3; Cohn and Elkies, New upper
bounds on sphere packings I (2003), Theorem 3.2.
"""

from __future__ import annotations

from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly, fmpz

from kissalg.algebra.orthogonal import gegenbauer, laguerre
from kissalg.errors import PublishedError
from kissalg.exact.rational import decimal_up
from kissalg.published.finding import Finding, Outcome
from kissalg.published.foreign import cosine, integer, member, number, numbers, shown

__all__ = ["check_cohn_elkies", "check_delsarte", "nonpositive_on", "read_polynomial"]

MAX_DEGREE = 100
MAX_DIMENSION = 10_000
_DENSITY_BITS = 256
_DENSITY_DIGITS = 20


def read_polynomial(tree: Any) -> tuple[int, fmpq, list[fmpq]]:
    """The dimension, the cosine and the Gegenbauer coefficients c_0, c_1, … of an object as `check_delsarte` reads it.

    Raises:
        PublishedError: one of them is missing or out of its range.
    """
    n = integer(member(tree, "dimension"), "dimension", 2, MAX_DIMENSION)
    cos = cosine(tree.get("cos", "1/2"), "cos", closed=True)
    c = numbers(member(tree, "gegenbauer"), "gegenbauer")
    if not 1 <= len(c) <= MAX_DEGREE + 1:
        raise PublishedError(f"gegenbauer: expected 1 to {MAX_DEGREE + 1} coefficients, found {len(c)}")
    return n, cos, c


def check_delsarte(tree: Any) -> Finding:
    """The verdict on Delsarte's bound by a polynomial that is given by its Gegenbauer coefficients.

    Args:
        tree: an object with the keys dimension, gegenbauer (c_0, c_1, …), and optionally cos (1/2), bound, coefficients
            (of 1, u, u², …) and factors (objects with `coefficients` and `power`, whose product is f). The last two
            have to agree with gegenbauer.

    Returns:
        VERIFIED with the bound, or REJECTED with the hypothesis that fails.

    Raises:
        PublishedError: a value is missing or out of its range.

    >>> print(check_delsarte({"dimension": 3, "cos": "-1/3", "gegenbauer": ["1/3", "1"]}))
    VERIFIED  A(3, -1/3) <= 4
    """
    n, cos, c = read_polynomial(tree)
    polynomial = sum((gegenbauer(n, k) * value for k, value in enumerate(c)), fmpq_poly([]))
    bound = sum(c, fmpq(0)) / c[0] if c[0] != 0 else fmpq(0)
    claimed = number(tree["bound"], "bound") if "bound" in tree else None
    statement = f"A({n}, {cos}) <= {decimal_up(claimed if claimed is not None else bound)}"

    def rejected(reason: str) -> Finding:
        return Finding("delsarte", Outcome.REJECTED, statement, reason)

    if "coefficients" in tree and fmpq_poly(numbers(tree["coefficients"], "coefficients")) != polynomial:
        return rejected("the coefficients and the Gegenbauer coefficients belong to different polynomials")
    if "factors" in tree and _product(tree["factors"]) != polynomial:
        return rejected("the factors and the Gegenbauer coefficients belong to different polynomials")
    if c[0] <= 0:
        return rejected(f"c_0 = {shown(c[0])} is not positive")
    negative = next((k for k, value in enumerate(c) if value < 0), None)
    if negative is not None:
        return rejected(f"c_{negative} = {shown(c[negative])} is negative")
    if not nonpositive_on(polynomial, fmpq(-1), cos):
        return rejected(f"f is positive somewhere on [-1, {cos}]")
    if claimed is not None and claimed < bound:
        return rejected(f"f proves {shown(bound)} only")
    return Finding(
        "delsarte", Outcome.VERIFIED, statement, "", (f"degree {polynomial.degree()}, f(1)/c_0 = {shown(bound)}",)
    )


def _product(factors: Any) -> fmpq_poly:
    if not isinstance(factors, list):
        raise PublishedError(f"factors: expected a list, found {shown(factors)}")
    result = fmpq_poly([1])
    for index, factor in enumerate(factors):
        where = f"factors[{index}]"
        power = integer(factor.get("power", 1) if isinstance(factor, dict) else None, f"{where}.power", 1, MAX_DEGREE)
        base = fmpq_poly(numbers(member(factor, "coefficients", where), f"{where}.coefficients"))
        if base.degree() * power + result.degree() > MAX_DEGREE:
            raise PublishedError(f"{where}: expected a product of degree at most {MAX_DEGREE}")
        result *= base**power
    return result


def nonpositive_on(polynomial: fmpq_poly, low: fmpq, high: fmpq) -> bool:
    """Whether f <= 0 on [low, high], decided exactly: no change of sign inside, and the right sign somewhere.

    Args:
        polynomial: f.
        low: the left end of the interval.
        high: the right end, above `low`.

    >>> u = fmpq_poly([0, 1])
    >>> (
    ...     nonpositive_on((u + 1) * u**2 * (u - fmpq(1, 2)), fmpq(-1), fmpq(1, 2)),
    ...     nonpositive_on(u**3, fmpq(-1), fmpq(1, 2)),
    ... )
    (True, False)
    """
    if polynomial.degree() <= 0:
        return bool(polynomial(low) <= 0)
    if low == high:
        return bool(polynomial(low) <= 0)
    _, factors = polynomial.factor()
    for factor, power in factors:
        if power % 2 and _roots_inside(factor, low, high):
            return False
    step = (high - low) / (polynomial.degree() + 2)
    values = [polynomial(low + i * step) for i in range(1, polynomial.degree() + 2)]
    return bool(next(value for value in values if value != 0) < 0)  # more points than roots


def _roots_inside(polynomial: fmpq_poly, low: fmpq, high: fmpq) -> int:
    """The number of roots of an irreducible polynomial in an open interval, by balls that isolate its complex roots."""
    if polynomial.degree() == 1:
        return int(low < -polynomial[0] / polynomial[1] < high)
    bits = 64
    while True:
        with ctx.workprec(bits):
            roots: list[Any] = (
                polynomial.numer().complex_roots()
            )  # pairs (root, multiplicity); real roots have no imaginary part
            real = [root.real for root, _ in roots if root.imag == 0]
            inside = sum(bool(root > arb(low) and root < arb(high)) for root in real)
            outside = sum(bool(root < arb(low) or root > arb(high)) for root in real)
        if inside + outside == len(real):  # after all: an irreducible polynomial of degree >= 2 has no rational root
            return inside
        bits *= 2


def check_cohn_elkies(tree: Any) -> Finding:
    """The verdict on Cohn and Elkies' bound by a function whose conditions are proved by sums of squares.

    Args:
        tree: an object with the keys dimension, threshold (R), coefficients (c_0, c_1, …), transform_nonnegative and
            tail_nonpositive. The last two hold `sigma0` and `sigma1`, lists of objects with `weight` and `poly`: sums
            of weighted squares with f^(w) = σ0 + w σ1 and -f(R + s) = σ0' + s σ1'. Numbers are pairs [p, q] or "p/q".

    Returns:
        VERIFIED with the bound for the centre density, or REJECTED with the condition that fails.

    Raises:
        PublishedError: a value is missing or out of its range.
    """
    key = "n" if "n" in tree else "dimension"
    n = integer(member(tree, key), key, 1, MAX_DIMENSION)
    threshold = number(member(tree, "threshold"), "threshold")
    c = numbers(member(tree, "coefficients"), "coefficients")
    if not 1 <= len(c) <= MAX_DEGREE + 1 or threshold <= 0:
        raise PublishedError(f"expected 1 to {MAX_DEGREE + 1} coefficients and a positive threshold")
    basis = [laguerre(n, k) for k in range(len(c))]
    f = sum((value * p for value, p in zip(c, basis, strict=True)), fmpq_poly([]))
    transform = sum(((-1) ** k * value * p for k, (value, p) in enumerate(zip(c, basis, strict=True))), fmpq_poly([]))
    ratio = f[0] / transform[0] if transform[0] != 0 else fmpq(0)
    statement = (
        f"the centre density in dimension {n} is at most ({shown(threshold)}/(2π))^({n}/2) 2^-{n} {shown(ratio)}"
    )

    def rejected(reason: str) -> Finding:
        return Finding("cohn-elkies", Outcome.REJECTED, statement, reason)

    if f[0] <= 0 or transform[0] <= 0:
        return rejected("f and its transform have to be positive at 0")
    for key, target in (("transform_nonnegative", transform), ("tail_nonpositive", -f(fmpq_poly([threshold, 1])))):
        parts = member(tree, key)
        sigma = [_squares(member(parts, name, key), f"{key}.{name}") for name in ("sigma0", "sigma1")]
        if sigma[0] is None or sigma[1] is None:
            return rejected(f"{key}: a weight is negative")
        if sigma[0] + fmpq_poly([0, 1]) * sigma[1] != target:
            return rejected(f"{key}: the sums of squares do not add up to the polynomial")
    facts = [f"degree {f.degree()}", *_density(n, threshold, ratio)]
    return Finding("cohn-elkies", Outcome.VERIFIED, statement, "", tuple(facts))


def _density(n: int, threshold: fmpq, ratio: fmpq) -> list[str]:
    """The bound as a decimal that is not too small, in ball arithmetic; none if it is below 1e-20 or above 1e20."""
    with ctx.workprec(_DENSITY_BITS):
        square = arb(threshold) / (8 * arb.pi())
        value = (square**n).sqrt() * arb(ratio)
        if not (value > arb(10) ** -_DENSITY_DIGITS and value < arb(10) ** _DENSITY_DIGITS):
            return []
        scaled = (value * arb(10) ** _DENSITY_DIGITS).upper().ceil().unique_fmpz()
    return (
        []
        if scaled is None
        else [f"that is at most {decimal_up(fmpq(scaled, fmpz(10) ** _DENSITY_DIGITS), _DENSITY_DIGITS)}"]
    )


def _squares(parts: Any, where: str) -> fmpq_poly | None:
    """Σ weight · poly², or None if a weight is negative."""
    if not isinstance(parts, list):
        raise PublishedError(f"{where}: expected a list of squares, found {shown(parts)}")
    total = fmpq_poly([])
    for index, part in enumerate(parts):
        weight = number(member(part, "weight", f"{where}[{index}]"), f"{where}[{index}].weight")
        coefficients = numbers(member(part, "poly", f"{where}[{index}]"), f"{where}[{index}].poly")
        if len(coefficients) > MAX_DEGREE:
            raise PublishedError(f"{where}[{index}]: expected a degree below {MAX_DEGREE}")
        if weight < 0:
            return None
        total += weight * fmpq_poly(coefficients) ** 2
    return total
