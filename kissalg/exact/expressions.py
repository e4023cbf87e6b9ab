"""Real algebraic numbers as people write them.

"1/3", "(1 + sqrt(5))/4", "cos(2*pi/5)", all exact, several of them in one field.

The operations are + - * / and powers with integer exponents; sqrt is taken of rational numbers, cos and sin of rational
multiples of pi. Square roots of several numbers generate Q(√d_1, …, √d_r), cosines the real subfield Q(2 cos(2π/m)) of
a cyclotomic field; both kinds at once are not supported.

Main definitions: `real_numbers`, `real_number`, `evaluate` (for expressions with variables), `expression_tree`; `surd`,
the way back.

References: Washington, Introduction to Cyclotomic Fields, Proposition 2.16; that Σ √d_i generates the field: its
conjugates Σ ± √d_i are distinct.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from operator import add, mul, sub
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat, fmpz, fmpz_poly

from kissalg.errors import ExactnessError
from kissalg.exact.number_field import RATIONALS, FieldElement, NumberField
from kissalg.exact.rational import RationalLike, rational

__all__ = ["Constants", "constants", "evaluate", "expression_tree", "real_number", "real_numbers", "surd"]

_MAX_CHARACTERS = 10_000
_MAX_POWER = 256
_MAX_RADICAND = 10**12
_MAX_DEGREE = 8  # of a field: what the kernel reads
_MAX_ORDER = 60  # the largest m for which 2 cos(2π/m) has a degree φ(m)/2 of at most 8
_ISOLATION_BITS = 24
_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {ast.Add: add, ast.Sub: sub, ast.Mult: mul}


def real_numbers(values: Sequence[RationalLike | FieldElement]) -> list[FieldElement]:
    """All the values as elements of one number field.

    That of the elements among them, or the one that the texts generate.

    Args:
        values: rational numbers, texts, or elements of one number field (and then the texts must be rational).

    Raises:
        ExactnessError: for anything else, for fields of a degree above 8, and for floats.

    >>> real_numbers(["1/2", "(1 + sqrt(5))/4"])
    [1/2, 1/4 + 1/4*a]
    >>> real_numbers(["cos(pi/5)", "cos(3*pi/10)"])
    [-1 + 1/2*a^2, -3/2*a + 1/2*a^3]
    """
    fields = {value.field for value in values if isinstance(value, FieldElement) and not value.is_rational}
    if len(fields) > 1:
        raise ExactnessError(f"expected numbers of one field, found {' and '.join(sorted(map(str, fields)))}")
    texts = [value for value in values if isinstance(value, str)]
    found = constants([expression_tree(text) for text in texts], next(iter(fields), None))
    numbers = []
    for value in values:
        if isinstance(value, FieldElement):
            numbers.append(found.field.element(value))
        elif isinstance(value, str):
            result = evaluate(expression_tree(value), value, found, {})
            assert isinstance(result, FieldElement)
            numbers.append(result)
        else:
            numbers.append(found.field(rational(value)))
    return numbers


def real_number(value: RationalLike | FieldElement) -> FieldElement:
    """One number, see `real_numbers`.

    >>> real_number("1/sqrt(5)"), real_number("-0.25"), real_number("cos(pi/3)")
    (1/5*a, -1/4, 1/2)
    """
    return real_numbers([value])[0]


def surd(number: FieldElement) -> str | None:
    """The number as a text that `real_number` reads: rational, or with one square root; None for other fields.

    >>> surd(real_number("(1 - sqrt(5))/4")), surd(real_number("1/sqrt(5)")), surd(real_number("cos(2*pi/7)"))
    ('1/4 - 1/4*sqrt(5)', '1/5*sqrt(5)', None)
    """
    if number.is_rational:
        return str(number.coefficients[0])
    field = number.field
    if field.degree != 2 or field.polynomial[1] != 0 or field.low < 0:
        return None
    return repr(number).replace("a", f"sqrt({-field.polynomial[0]})")


def expression_tree(text: str) -> ast.expr:
    """The parsed text; ^ is a power.

    Raises:
        ExactnessError: it is too long, or no expression.
    """
    if len(text) > _MAX_CHARACTERS:
        raise ExactnessError(f"expected an expression of at most {_MAX_CHARACTERS} characters, found {len(text)}")
    try:
        return ast.parse(text.replace("^", "**").strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExactnessError(
            'expected a rational number, or an expression such as "1/3", "(1 + sqrt(5))/4" or "cos(2*pi/5)", found'
            f" {text[:80]!r}"
        ) from error


@dataclass(frozen=True)
class Constants:
    """A number field with the square roots or the cosines of some expressions in it.

    Attributes:
        field: the field.
        roots: √d for the squarefree d > 1 whose roots are in the field, as far as needed.
        order: m, if the field is Q(2 cos(2π/m)); 1 otherwise.
    """

    field: NumberField
    roots: Mapping[int, FieldElement]
    order: int = 1

    def sqrt(self, value: fmpq) -> FieldElement:
        """√value, for a rational number."""
        scale, d = _split(value)
        if d != 1 and d not in self.roots:
            raise ExactnessError(
                f"expected square roots of rational numbers only, found sqrt({value}) inside of another function"
            )
        return self.field(scale) if d == 1 else self.roots[d] * scale

    def cos(self, turns: fmpq) -> FieldElement:
        """The cosine of 2π · turns, for a multiple of 1/order.

        It is half of Dickson's polynomial at 2 cos(2π/m).
        """
        m = int(turns.q)
        if m in _RATIONAL_COSINES:
            x, order = self.field(_RATIONAL_COSINES[m]), m
        elif self.order % m == 0:
            x, order = self.field.generator, self.order
        else:
            raise ExactnessError("expected cosines of rational multiples of pi, found one inside of another function")
        k = int((turns * order).p) % order
        previous, current = self.field(2), x
        for _ in range(k):
            previous, current = current, x * current - previous
        return previous * fmpq(1, 2)


_RATIONAL_COSINES = {1: 2, 2: -2, 3: -1, 4: 0, 6: 1}  # 2 cos(2π/m)


def constants(trees: Sequence[ast.expr], field: NumberField | None = None) -> Constants:
    """The field that the square roots and the cosines of the trees generate.

    Or the given one, and then there must be none of its own.

    Args:
        trees: of the expressions, from `expression_tree`.
        field: the field of elements that are given beside them, or None.

    Raises:
        ExactnessError: if there is none of degree at most 8.
    """
    radicands = sorted({d for tree in trees for value in _arguments(tree, "sqrt") if (d := _split(value)[1]) > 1})
    angles = [value for tree in trees for value in _angles(tree)]
    order = lcm(1, *(int(value.q) for value in angles if int(value.q) not in _RATIONAL_COSINES))
    if field is not None and (radicands or order > 1):
        return _within(field, radicands, order)
    if radicands and order > 1:
        raise ExactnessError(
            "expected square roots or cosines, found both: write all numbers with sqrt, or all with cos and sin"
        )
    if radicands:
        return Constants(*_multiquadratic(radicands))
    if order == 1:
        return Constants(field or RATIONALS, {})
    polynomial = fmpz_poly.cos_minpoly(order) if order <= _MAX_ORDER else None
    if polynomial is None or polynomial.degree() > _MAX_DEGREE:
        raise ExactnessError(
            f"expected a field of degree at most {_MAX_DEGREE}, found cosines of multiples of 2 pi/{str(order)[:40]},"
            " which generate a larger one"
        )
    with ctx.workprec(4 * _ISOLATION_BITS):
        root = 2 * arb(fmpq(2, order)).cos_pi()
    return Constants(_field([int(c) for c in polynomial.coeffs()], root), {}, order)


def _within(field: NumberField, radicands: Sequence[int], order: int) -> Constants:
    """The roots in a given field; Q(√d) has √d and no other."""
    known = -field.polynomial[0] if field.degree == 2 and field.polynomial[1] == 0 else 0
    if order > 1 or any(_split(fmpq(known * d))[1] != 1 for d in radicands) or known <= 0:
        raise ExactnessError(
            f"expected numbers of {field}, found square roots or cosines that are not recognised in it"
        )
    roots = {d: field.generator * (_split(fmpq(known * d))[0] / known) for d in radicands}
    return Constants(field, {d: root if root.sign() > 0 else -root for d, root in roots.items()})


def evaluate(node: ast.expr, text: str, known: Constants, variables: Mapping[str, Any]) -> Any:
    """The value of an expression: an element of the field, or what the arithmetic of the variables makes of it.

    Args:
        node: the tree of the expression.
        text: the whole expression, for messages.
        known: from `constants`.
        variables: their values; they need + - * and powers, with elements of the field and among each other.

    Raises:
        ExactnessError: for what is no such expression, naming the part.
    """
    if isinstance(node, ast.Name) and node.id in variables:
        return variables[node.id]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return known.field(rational(ast.unparse(node) if type(node.value) is int else _source(text, node)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = evaluate(node.operand, text, known, variables)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Call):
        if _called(node) == "sqrt":
            return known.sqrt(_rational(node.args[0], text))
        if _called(node) in ("cos", "sin"):
            return known.cos(_turns(node, text))
    if isinstance(node, ast.BinOp):
        return _operation(node, text, known, variables)
    shown = _source(text, node)
    names = f" in {', '.join(variables)}" if variables else ""
    raise ExactnessError(
        f"expected a rational number, or sums, products and powers{names} of rational numbers, sqrt(rational) and"
        f" cos(rational*pi), found {shown[:80]!r}"
    )


def _operation(node: ast.BinOp, text: str, known: Constants, variables: Mapping[str, Any]) -> Any:
    left = evaluate(node.left, text, known, variables)
    if isinstance(node.op, ast.Pow):
        power = _rational(node.right, text)
        if power.q != 1 or not 0 <= power.p <= _MAX_POWER:
            raise ExactnessError(f"expected an exponent from 0 to {_MAX_POWER}, found {power} in {text[:80]!r}")
        return left ** int(power.p)
    right = evaluate(node.right, text, known, variables)
    if isinstance(left, FieldElement) and not isinstance(right, FieldElement):
        left = right * 0 + left  # an element of the field does not know what the variables stand for
    if type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](left, right)
    if isinstance(node.op, ast.Div) and isinstance(right, FieldElement):
        if right.is_zero:
            raise ExactnessError(f"the denominator {_source(text, node.right)!r} is zero")
        return left * right.inverse()
    raise ExactnessError(
        f"expected + - * / and powers, and no division by a variable, found {_source(text, node)[:80]!r}"
    )


def _source(text: str, node: ast.expr) -> str:
    return ast.get_source_segment(text.replace("^", "**").strip(), node) or text


def _called(node: ast.Call) -> str:
    """The name of a function of one argument, or nothing."""
    plain = isinstance(node.func, ast.Name) and len(node.args) == 1 and not node.keywords
    return node.func.id if plain and isinstance(node.func, ast.Name) else ""


def _rational(node: ast.expr, text: str) -> fmpq:
    value: FieldElement = evaluate(node, text, Constants(RATIONALS, {}), {})
    return value.coefficients[0]


def _turns(node: ast.Call, text: str) -> fmpq:
    """T with cos(2π t) = the cosine, or the sine, of the argument."""
    value = _multiple_of_pi(node.args[0], text)
    return value / 2 if _called(node) == "cos" else fmpq(1, 4) - value / 2


def _multiple_of_pi(node: ast.expr, text: str) -> fmpq:
    """X for the expression x π: linear in pi, by its values at pi = 0 and pi = 1."""
    values: list[fmpq] = []
    for pi in (0, 1, 2):
        value: FieldElement = evaluate(node, text, Constants(RATIONALS, {}), {"pi": RATIONALS(pi)})
        values.append(value.coefficients[0])
    if values[0] != 0 or values[2] != 2 * values[1]:
        raise ExactnessError(f"expected a rational multiple of pi, found {_source(text, node)[:80]!r}")
    return values[1]


def _arguments(tree: ast.expr, name: str) -> Iterator[fmpq]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == name:
            value = _rational(node.args[0], ast.unparse(node))
            if value < 0:
                raise ExactnessError(f"expected the square root of a number >= 0, found sqrt({value})")
            yield value


def _angles(tree: ast.expr) -> Iterator[fmpq]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in ("cos", "sin"):
            yield _turns(node, ast.unparse(node))


def _split(value: fmpq) -> tuple[fmpq, int]:
    """(s, d) with √value = s √d, d squarefree; s = 0, d = 1 for zero."""
    number = value.p * value.q
    if abs(number) > _MAX_RADICAND:
        raise ExactnessError(f"expected a number of at most 12 digits under a square root, found {value}")
    if number == 0:
        return fmpq(0), 1
    scale, d = fmpz(1), -1 if number < 0 else 1
    for prime, power in abs(number).factor():
        scale *= prime ** (power // 2)
        d *= int(prime) ** (power % 2)
    return fmpq(scale, value.q), d


def _independent(radicands: Sequence[int]) -> list[int]:
    """A part of the squarefree numbers that generates all of them modulo squares."""
    chosen: list[int] = []
    products = {1}
    for d in radicands:
        if d not in products:
            chosen.append(d)
            products |= {_split(fmpq(d * p))[1] for p in products}
    return chosen


def _multiquadratic(radicands: Sequence[int]) -> tuple[NumberField, dict[int, FieldElement]]:
    """Q(√d_1, …, √d_r), generated by the sum of the √d_i, and the roots of all radicands in it."""
    chosen = _independent(radicands)
    if 2 ** len(chosen) > _MAX_DEGREE:
        raise ExactnessError(f"expected at most three independent square roots, found those of {chosen}")
    basis = [1]  # the squarefree parts of the products
    for d in chosen:
        basis += [_split(fmpq(d * p))[1] for p in basis]
    size = len(basis)
    times = fmpq_mat(size, size)
    for column, p in enumerate(basis):
        for d in chosen:
            scale, e = _split(fmpq(d * p))
            times[basis.index(e), column] += scale
    with ctx.workprec(4 * _ISOLATION_BITS):
        root = sum((arb(d).sqrt() for d in chosen), arb(0))
    polynomial = times.charpoly()
    field = _field([int(polynomial[k].p) for k in range(size + 1)], root)
    powers = [fmpq_mat(size, 1, [int(k == 0) for k in range(size)])]
    while len(powers) < size:
        powers.append(times * powers[-1])
    change = fmpq_mat(size, size, [column[i, 0] for i in range(size) for column in powers])
    wanted = fmpq_mat(size, len(radicands), [int(p == d) for p in basis for d in radicands])
    coordinates = change.solve(wanted)
    return field, {d: field(*[coordinates[i, j] for i in range(size)]) for j, d in enumerate(radicands)}


def _field(polynomial: Sequence[int], root: arb) -> NumberField:
    """The field of this root, in a narrow interval."""
    scale = 1 << _ISOLATION_BITS
    middle = (root * scale).floor().unique_fmpz()
    if len(polynomial) == 3 and polynomial[1] == 0:  # Q(√d) as everybody writes it
        whole = int(fmpz(-polynomial[0]).isqrt())
        return NumberField(tuple(polynomial), fmpq(whole), fmpq(whole + 1))
    assert middle is not None
    return NumberField(tuple(polynomial), fmpq(middle - 1, scale), fmpq(middle + 2, scale))
