"""Assertions about algebraic identities, for test suites: proved by exact values, or refuted by an example.

A polynomial in k variables of total degree at most d that vanishes at the C(d+k, k) lattice points x >= 0 with Σ x <= d
is zero. So two polynomial expressions of known degree are equal iff they agree at these points: no expansion, no
symbolic algebra, and the code that computes the two sides may be anything that is exact. The points are tried from
small to large, so that a counterexample is a smallest one, and a failure says by which factor the sides differ, if it
is the same everywhere: an error of normalisation. A few points beyond the lattice detect most degrees that are stated
too small.

Main definitions: `assert_identity`, `assert_psd_kernel`, `assert_invariant`, `assert_reynolds`, `generated_group`.

Source: for the unisolvent lattice, Chung and Yao, On lattices admitting unique Lagrange interpolations (1977).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from itertools import combinations, combinations_with_replacement, product
from math import prod
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from kissalg.exact.positivity import is_positive_semidefinite
from kissalg.exact.rational import RationalLike, rational

__all__ = [
    "Action",
    "acted",
    "assert_identity",
    "assert_invariant",
    "assert_psd_kernel",
    "assert_reynolds",
    "generated_group",
]

Side: TypeAlias = Callable[..., Any]
Action: TypeAlias = Sequence[int] | fmpq_mat
"""An element of a group: the images of the variables' indices, or a matrix g with x ↦ g x."""

_GROUP_LIMIT = 10_000
_LONG = 120  # characters of a value in a message


def assert_identity(
    lhs: Side,
    rhs: Side,
    *,
    degree: int | Sequence[int],
    variables: int | None = None,
    scale: RationalLike = 1,
) -> None:
    """Prove that two polynomial expressions are equal, or raise an AssertionError with the smallest counterexample.

    Args:
        lhs: a function of `variables` rational numbers (flint.fmpq), with values that are exact and can be compared:
            numbers, matrices, lists of these.
        rhs: another one. Both have to be polynomials; that is the caller's responsibility, as are the degrees.
        degree: a bound of the total degree of both sides; or a bound for each variable.
        variables: the number of variables; without it, that of the parameters of `lhs`, or of `rhs`, or the length of
            `degree`.
        scale: the spacing of the points. For expressions with poles or roots at integers, choose another one.

    Raises:
        AssertionError: the sides differ; the message has the point, both values, and their ratio if it is the same at
            all points.
        ValueError: degrees and variables do not fit, or the number of variables is not known.
        TypeError: a value is a float.

    >>> assert_identity(lambda u: (1 - u) * (1 + u), lambda u: 1 - u * u, degree=2)
    >>> assert_identity(lambda u: 6 * u * u, lambda u: u * u, degree=2)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    AssertionError: the sides differ at (1): 6 and 1. The left side is 6 times the right side at all 3 points: a ...
    """
    step = rational(scale)
    bounds = _degrees(degree, variables, lhs, rhs)
    failure: str | None = None
    ratios: set[Any] = set()
    count = 0
    for lattice in _lattice(*bounds):
        point = tuple(step * x for x in lattice)
        left, right = lhs(*point), rhs(*point)
        count += 1
        if failure is None and not _equal(left, right):
            failure = f"the sides differ at ({', '.join(map(str, point))}): {_difference(left, right)}"
        ratios |= set(_ratios(left, right))
        if failure is not None and len(ratios) > 1:
            break
    if failure is not None:
        if len(ratios) == 1:
            (ratio,) = ratios
            failure += f". The left side is {ratio} times the right side at all {count} points: a normalisation"
        raise AssertionError(failure)
    largest, parts = bounds
    for lattice in _beyond(largest if isinstance(largest, int) else max(largest, default=0), parts):
        point = tuple(step * x for x in lattice)
        left, right = lhs(*point), rhs(*point)
        if not _equal(left, right):
            raise AssertionError(
                f"the sides agree at the {count} points that decide polynomials of degree {largest}, "
                f"but differ at ({', '.join(map(str, point))}): "
                f"{_difference(left, right)}. So they are no polynomials of that degree; state a larger one"
            )


def _degrees(
    degree: int | Sequence[int], variables: int | None, lhs: Side, rhs: Side
) -> tuple[int | tuple[int, ...], int]:
    """The bounds of the degree and the number of variables, checked."""
    if isinstance(degree, int):
        known = next((n for n in (variables, _arity(lhs), _arity(rhs)) if n is not None), None)
        if known is None or known < 0 or degree < 0:
            raise ValueError(f"expected a degree >= 0 and the number of variables, found {degree} and {known}")
        return degree, known
    found: object = degree  # whatever its type was said to be
    if not isinstance(found, Sequence) or not all(isinstance(d, int) and d >= 0 for d in found):
        raise ValueError(f"expected a degree >= 0, or one for each variable, found {degree!r}")
    if variables is not None and variables != len(degree):
        raise ValueError(f"expected one degree >= 0 for each of {variables} variables, found {list(degree)}")
    return tuple(degree), len(degree)


def _arity(side: Side) -> int | None:
    """The number of parameters of a function; None if it takes any number of them, or does not say."""
    try:
        parameters = list(signature(side).parameters.values())
    except (TypeError, ValueError):
        return None
    plain = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty]
    return len(plain) if not any(p.kind is p.VAR_POSITIONAL for p in parameters) else None


def _lattice(degree: int | tuple[int, ...], variables: int) -> Iterator[tuple[int, ...]]:
    """The points of the unisolvent lattice, by their sum."""
    if isinstance(degree, int):
        for total in range(degree + 1):
            yield from _compositions(total, variables)
    else:
        yield from sorted(product(*(range(d + 1) for d in degree)), key=lambda point: (sum(point), point))


def _beyond(degree: int, variables: int) -> Iterator[tuple[int, ...]]:
    """Three points outside of the lattice, and of every small hypersurface."""
    for prime in (7, 31, 101) if variables else ():
        yield tuple(degree + prime + (prime * k * k) % 89 for k in range(variables))


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 0:
        if total == 0:
            yield ()
        return
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)


def _entries(value: Any) -> list[Any]:
    if isinstance(value, fmpq_mat):
        return list(value.entries())
    if isinstance(value, list | tuple):
        return [entry for part in value for entry in _entries(part)]
    if isinstance(value, float):
        raise TypeError(f"expected exact values, found the float {value!r}")
    return [value]


def _shape(value: Any) -> Any:
    if isinstance(value, fmpq_mat):
        return [value.ncols()] * value.nrows()
    if isinstance(value, list | tuple):
        return [_shape(part) for part in value]
    return 1


def _equal(left: Any, right: Any) -> bool:
    a, b = _entries(left), _entries(right)
    return _shape(left) == _shape(right) and all(x == y for x, y in zip(a, b, strict=True))


def _difference(left: Any, right: Any) -> str:
    """Both values, or, if they are long, the first entries that differ."""
    a, b = _entries(left), _entries(right)
    if _shape(left) != _shape(right):
        return f"{_short(left)} and {_short(right)}, of different shapes"
    if max(len(str(left)), len(str(right))) <= _LONG:
        return f"{_short(left)} and {_short(right)}"
    k = next(k for k, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)
    if isinstance(left, fmpq_mat):
        return f"the entries {divmod(k, left.ncols())} are {_short(a[k])} and {_short(b[k])}"
    return (
        f"the entries with the number {k} are {_short(a[k])} and {_short(b[k])}"
        if len(a) > 1
        else f"{_short(left)} and {_short(right)}"
    )


def _ratios(left: Any, right: Any) -> Iterator[Any]:
    """The quotients of corresponding entries; None where exactly one of them is zero."""
    for x, y in zip(_entries(left), _entries(right), strict=False):
        if y != 0:
            yield fmpq(x) / y
        elif x != 0:
            yield None


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _LONG else text[: _LONG - 3] + "..."


def assert_psd_kernel(kernel: Callable[[Any, Any], Any], points: Sequence[Any]) -> None:
    """Check that a kernel is positive semidefinite on a set of points, exactly.

    The points may be random ones inside a Hypothesis test, for instance.

    Args:
        kernel: a symmetric function of two points with exact values; fmpq, or square matrices (then the block matrix is
            checked).
        points: the points.

    Raises:
        AssertionError: the Gram matrix is not symmetric, or not positive semidefinite; the message names a smallest set
            of points for which it fails.

    >>> line = [fmpq(0), fmpq(1), fmpq(2)]
    >>> assert_psd_kernel(lambda x, y: (1 + x * y) ** 2, line)
    >>> assert_psd_kernel(lambda x, y: 1 + x * y - x * x * y * y, line)
    Traceback (most recent call last):
    AssertionError: the kernel is not positive semidefinite on the 1 points [2]: its Gram matrix is [-11]
    """
    gram = _gram(kernel, points)
    if gram != gram.transpose():
        raise AssertionError(f"the kernel is not symmetric on the points {_short(list(points))}")
    if is_positive_semidefinite(gram):
        return
    chosen = list(points)
    index = 0
    while index < len(chosen):  # leave out every point that is not needed
        fewer = chosen[:index] + chosen[index + 1 :]
        if fewer and not is_positive_semidefinite(_gram(kernel, fewer)):
            chosen = fewer
        else:
            index += 1
    shown = _short(_gram(kernel, chosen))
    raise AssertionError(
        f"the kernel is not positive semidefinite on the {len(chosen)} points {_short(chosen)}: "
        f"its Gram matrix is {shown}"
    )


def _gram(kernel: Callable[[Any, Any], Any], points: Sequence[Any]) -> fmpq_mat:
    values = [[kernel(x, y) for y in points] for x in points]
    if not points:
        return fmpq_mat(0, 0)
    if not isinstance(values[0][0], fmpq_mat):
        return fmpq_mat(len(points), len(points), [fmpq(value) for row in values for value in row])
    size = values[0][0].nrows()
    rows = [[entry for block in row for entry in block.tolist()[i]] for row in values for i in range(size)]
    return fmpq_mat(rows)


def generated_group(generators: Sequence[Action], limit: int = _GROUP_LIMIT) -> list[fmpq_mat]:
    """All elements of the group that some permutations or matrices generate, as matrices.

    Args:
        generators: permutations of 0 … n-1, or invertible n × n matrices.
        limit: the largest order that is computed.

    Returns:
        The elements, the identity included.

    Raises:
        ValueError: there are more than `limit` elements, or no generators.

    >>> len(generated_group([(1, 0, 2), (1, 2, 0)]))
    6
    """
    if not generators:
        raise ValueError("expected at least one generator, found none")
    matrices = [_matrix(g) for g in generators]
    size = matrices[0].nrows()
    found = [fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])]
    seen = {str(found[0])}
    for element in found:
        for generator in matrices:
            image = generator * element
            if str(image) not in seen:
                if len(found) >= limit:
                    raise ValueError(f"the group has more than {limit} elements; give generators of a finite group")
                seen.add(str(image))
                found.append(image)
    return found


def _matrix(action: Action) -> fmpq_mat:
    if isinstance(action, fmpq_mat):
        if action.nrows() != action.ncols():
            raise ValueError(f"expected a square matrix, found {action.nrows()} x {action.ncols()}")
        return action
    size = len(action)
    if sorted(action) != list(range(size)):
        raise ValueError(f"expected a permutation of 0, …, {size - 1}, found {list(action)}")
    return fmpq_mat(size, size, [int(action[i] == j) for i in range(size) for j in range(size)])


def acted(polynomial: fmpq_mpoly, matrix: fmpq_mat) -> fmpq_mpoly:
    """p(g x), for a matrix g."""
    ring = polynomial.context()
    gens = ring.gens()
    images = []
    for i in range(len(gens)):
        image = ring.constant(0)
        for j, gen in enumerate(gens):
            if matrix[i, j] != 0:
                image += matrix[i, j] * gen
        images.append(image)
    return polynomial.compose(*images)


def assert_invariant(
    polynomial: fmpq_mpoly | Side, group: Sequence[Action], *, degree: int | Sequence[int] | None = None
) -> None:
    """Check that p(g x) = p(x) for all the given generators g, exactly.

    Args:
        polynomial: an element of a python-flint ring, or a function of exact numbers with a known `degree`.
        group: generators, as permutations of the variables or as matrices.
        degree: a bound of the degree of a function; see `assert_identity`.

    Raises:
        AssertionError: the generator, and a point where the sides differ (functions) or the difference (ring elements).
        ValueError: there are no generators, one is no permutation, or does not act on the variables of the polynomial.

    >>> from kissalg.algebra.invariant_ring import COORDINATES
    >>> x, y, z = COORDINATES.gens()
    >>> assert_invariant(x * y + y * z + z * x, [(1, 0, 2), (1, 2, 0)])
    >>> assert_invariant(x * y, [(1, 2, 0)])
    Traceback (most recent call last):
    AssertionError: not invariant under (1, 2, 0): p(gx) - p(x) = -x*y + y*z
    """
    if not group:
        raise ValueError("expected at least one generator, found none")
    for generator in group:
        matrix = _matrix(generator)
        if isinstance(polynomial, fmpq_mpoly) and matrix.nrows() != len(polynomial.context().gens()):
            count = len(polynomial.context().gens())
            raise ValueError(f"expected generators that act on {count} variables, found one on {matrix.nrows()}")
        name = generator if not isinstance(generator, fmpq_mat) else generator.tolist()
        if isinstance(polynomial, fmpq_mpoly):
            difference = acted(polynomial, matrix) - polynomial
            if difference.to_dict():
                raise AssertionError(f"not invariant under {name}: p(gx) - p(x) = {_short(difference)}")
            continue
        if degree is None:
            raise ValueError("expected a bound of the degree, because the polynomial is given as a function")
        function, size = polynomial, matrix.nrows()

        def moved(*x: fmpq, matrix: fmpq_mat = matrix, function: Side = function, size: int = size) -> Any:
            return function(*(sum((matrix[i, j] * x[j] for j in range(size)), fmpq(0)) for i in range(size)))

        try:
            assert_identity(moved, function, degree=degree, variables=size)
        except AssertionError as error:
            raise AssertionError(f"not invariant under {name}: {error}") from None


def assert_reynolds(
    operator: Callable[[fmpq_mpoly], fmpq_mpoly],
    group: Sequence[Action],
    ring: fmpq_mpoly_ctx,
    *,
    degree: int,
) -> None:
    """Check that an operator is the Reynolds projection of a finite group on the polynomials of degree <= `degree`.

    It is compared with the average over the whole group on every monomial, and has to be linear on all pairs of
    monomials.

    Args:
        operator: polynomials to polynomials, of the same ring.
        group: generators of the group.
        ring: the context of the polynomials.
        degree: all monomials up to this total degree are tried, small ones first.

    Raises:
        AssertionError: with the first monomial, and by which factor the operator is off if that is all.
        ValueError: the degree is negative, there are no generators, or they do not act on the variables of the ring.
        TypeError: an image is no element of the ring.

    >>> from kissalg.algebra.invariant_ring import COORDINATES, from_power_means, to_power_means
    >>> assert_reynolds(lambda p: from_power_means(to_power_means(p)), [(1, 0, 2), (1, 2, 0)], COORDINATES, degree=4)
    """
    if degree < 0:
        raise ValueError(f"expected a degree >= 0, found {degree}")
    elements = generated_group(group)
    gens = ring.gens()
    if elements[0].nrows() != len(gens):
        raise ValueError(f"expected generators that act on {len(gens)} variables, found one on {elements[0].nrows()}")
    monomials = [
        prod(chosen, start=ring.constant(1))
        for total in range(degree + 1)
        for chosen in combinations_with_replacement(gens, total)
    ]
    images = []
    for monomial in monomials:
        average = ring.constant(0)
        for element in elements:
            average += acted(monomial, element)
        average /= len(elements)
        image = operator(monomial)
        if not isinstance(image, fmpq_mpoly):
            raise TypeError(f"expected the image of {monomial} in the ring, found {_short(image)}")
        if (image - average).to_dict():
            raise AssertionError(
                f"the image of {monomial} is {_short(image)}, the average is {_short(average)}{_factor(image, average)}"
            )
        images.append(image)
    for (first, image), (second, other) in combinations(zip(monomials, images, strict=True), 2):
        difference = operator(2 * first - 3 * second) - 2 * image + 3 * other
        if difference.to_dict():
            raise AssertionError(
                f"the operator is not linear: 2 ({first}) - 3 ({second}) goes wrong by {_short(difference)}"
            )


def _factor(image: fmpq_mpoly, average: fmpq_mpoly) -> str:
    left, right = image.to_dict(), average.to_dict()
    ratios = {left[key] / right[key] for key in right if key in left}
    if len(ratios) == 1 and left.keys() == right.keys():
        return f": {ratios.pop()} times too large"
    return ""
