"""Polynomials with rational coefficients in named variables, from whatever exact form the user has them in.

Main definitions: `polynomial_ring`, `polynomials` (strings, sympy expressions, python-flint polynomials -> `fmpq_mpoly`
in one ring), `monomials`, `substitute_linear`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from numbers import Rational
from operator import add, mul, sub
from typing import Any, TypeAlias

from flint import Ordering, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx, fmpq_poly

from kissalg.errors import ExactnessError, ParameterError
from kissalg.exact.rational import rational

__all__ = ["PolynomialLike", "monomials", "polynomial_ring", "polynomials", "substitute_linear"]

PolynomialLike: TypeAlias = (
    "fmpq_mpoly | fmpq_poly | str | int | Any"  # Any: sympy expressions, known by what `str` gives
)

_MAX_CHARACTERS = 100_000
_MAX_POWER = 256
_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul}


def polynomial_ring(names: Sequence[str]) -> fmpq_mpoly_ctx:
    """Q[names], ordered by degree.

    >>> x, y = polynomial_ring(("x", "y")).gens()
    >>> (x + y) ** 2
    x^2 + 2*x*y + y^2
    """
    for name in names:
        if not name.isidentifier():
            raise ParameterError(f"expected names of variables such as 'x' or 'x1', found {name!r}")
    if len(set(names)) < len(names) or not names:
        raise ParameterError(f"expected distinct names of variables, found {', '.join(names) or 'none'}")
    return fmpq_mpoly_ctx.get(tuple(names), Ordering.degrevlex)


def polynomials(values: Sequence[PolynomialLike], variables: Sequence[str] | None = None) -> list[fmpq_mpoly]:
    """All the values as polynomials of one ring.

    Args:
        values: strings such as "x^4 - 3/2*x*y + 1" (also with ** for powers), sympy expressions, rational numbers,
            `fmpq_mpoly`, `fmpq_poly` (in x).
        variables: the variables in their order; by default all that occur, sorted, numbers in the names by value.

    Raises:
        ParameterError: for anything that is not a polynomial with rational coefficients.

    >>> polynomials(["x^2 - 1/2*y", "(x + y)**2"])
    [x^2 - 1/2*y, x^2 + 2*x*y + y^2]
    """
    texts = [_text(value) for value in values]
    trees = [_tree(text) for text in texts]
    found = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names = tuple(variables) if variables is not None else tuple(sorted(found, key=_natural)) or ("x",)
    unknown = sorted(found - set(names))
    if unknown:
        raise ParameterError(f"expected polynomials in {', '.join(names)}, found the variable {unknown[0]!r}")
    ring = polynomial_ring(names)
    generators = dict(zip(names, ring.gens(), strict=True))
    return [_evaluate(tree.body, text, ring, generators) for tree, text in zip(trees, texts, strict=True)]


def _text(value: PolynomialLike) -> str:
    if isinstance(value, float):
        raise ParameterError(f'expected a polynomial with exact coefficients, found the float {value!r}; write "1/2"')
    known = (
        isinstance(value, str | Rational)
        or hasattr(value, "free_symbols")
        or type(value).__module__.startswith("flint")
    )
    if isinstance(value, bool) or not known:
        raise ParameterError(
            f"expected a polynomial (a string, a sympy expression or a python-flint polynomial), found {value!r} of the"
            f" type {type(value).__name__}"
        )
    if hasattr(value, "atoms") and any(getattr(atom, "is_Float", False) for atom in value.atoms()):
        raise ParameterError(
            f"expected a polynomial with exact coefficients, found a float in {value}; write sympy.Rational(1, 2) or"
            ' "1/2"'
        )
    text = str(value).replace("^", "**").strip()
    if len(text) > _MAX_CHARACTERS:
        raise ParameterError(f"expected a polynomial of at most {_MAX_CHARACTERS} characters, found {len(text)}")
    return text


def _tree(text: str) -> ast.Expression:
    try:
        return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ParameterError(f"expected a polynomial such as 'x^2 - 1/2*x*y', found {text[:80]!r}") from error


def _natural(name: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", name)]


def _evaluate(node: ast.expr, text: str, ring: fmpq_mpoly_ctx, names: dict[str, fmpq_mpoly]) -> fmpq_mpoly:
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Constant):
        source = ast.get_source_segment(text, node) or ""
        try:
            return ring.constant(rational(source))
        except ExactnessError as error:
            raise ParameterError(f"expected rational coefficients, found {source!r}") from error
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _evaluate(node.operand, text, ring, names)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        left, right = (_evaluate(side, text, ring, names) for side in (node.left, node.right))
        if type(node.op) in _OPERATIONS:
            result: fmpq_mpoly = _OPERATIONS[type(node.op)](left, right)
            return result
        constant = right.is_constant() and not right.is_zero()
        if isinstance(node.op, ast.Div) and constant:
            return left / right.leading_coefficient()
        if isinstance(node.op, ast.Pow) and right.is_constant():
            power = right.leading_coefficient() if constant else fmpq(0)
            if power.q == 1 and 0 <= power.p <= _MAX_POWER:
                return left ** int(power.p)
    shown = ast.get_source_segment(text, node) or text
    raise ParameterError(f"expected sums, products and powers of variables and rational numbers, found {shown[:80]!r}")


@lru_cache(maxsize=64)
def monomials(n: int, degree: int) -> tuple[tuple[int, ...], ...]:
    """The exponents of the monomials of degree <= `degree` in n variables.

    They are ordered by degree, then lexicographically from x_1^k down.

    Args:
        n: the number of variables.
        degree: the largest degree; there are none if it is negative.

    >>> monomials(2, 2)
    ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
    """

    def of_degree(count: int, total: int) -> list[tuple[int, ...]]:
        if count == 1:
            return [(total,)]
        return [(first, *rest) for first in range(total, -1, -1) for rest in of_degree(count - 1, total - first)]

    return tuple(exponent for total in range(degree + 1) for exponent in of_degree(n, total))


def substitute_linear(polynomial: fmpq_mpoly, matrix: fmpq_mat) -> fmpq_mpoly:
    """p(M x).

    Args:
        polynomial: in n variables.
        matrix: n x n, rational.

    >>> ring = polynomial_ring(("x", "y"))
    >>> substitute_linear(ring.gens()[0], fmpq_mat([[0, -1], [1, 0]]))
    -y
    """
    ring = polynomial.context()
    gens = ring.gens()
    images = []
    for i in range(len(gens)):
        image = ring.constant(0)
        for j, gen in enumerate(gens):
            if matrix[i, j] != 0:
                image += gen * matrix[i, j]
        images.append(image)
    return polynomial.compose(*images, ctx=ring)
