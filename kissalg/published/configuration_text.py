"""Configurations as people write them: JSON or lines of numbers; rational, or algebraic in one of three ways.

A coordinate is a rational number, an expression in square roots or in cosines ("(1+sqrt(5))/2", "cos(2*pi/5)"), a list
[a, b, c, d] that means a + b√2 + c√3 + d√6, or, with the key `field`, a list of the coefficients of 1, α, α², …
Expressions in files are short, and have no powers, so that a few characters never stand for a gigantic number.

Main definitions: `read_configuration`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.errors import ExactnessError, PublishedError
from kissalg.exact.expressions import Constants, constants, evaluate, expression_tree
from kissalg.exact.number_field import FieldElement, FieldMatrix, NumberField
from kissalg.published.configuration import MAX_POINTS, Configuration, gram_configuration, point_configuration
from kissalg.published.foreign import integer, matrix_of, member, number, numbers, parse_json, rows_of, shown

__all__ = ["read_configuration"]

_KEYS = ("points", "vectors", "centers", "sphere_centers", "gram")
_MAX_EXPRESSION = 200  # characters
_MAX_EXPRESSIONS = 4096  # different ones
_MAX_ELEMENTS = 1 << 18  # coordinates over a field other than Q
_MAX_DEGREE = 8  # of a field
_MAX_WORDS = MAX_POINTS + 2  # of a line, and one that may be empty at either end
_MAX_LINES = 1 << 16  # with comments and empty ones
_COEFFICIENTS = 10**9  # the largest of a minimal polynomial
_EXPRESSION = re.compile(r"(?:[0-9+\-/(). ]|\*(?!\*)|(?<![a-z])(?:sqrt|cos|sin|pi)(?![a-z]))+", re.ASCII)


def read_configuration(text: str, *, gram: bool = False, cos: str | None = None) -> Configuration:
    r"""Vectors from a text: a JSON list of lists, a JSON object with the key `points` or `gram`, or lines of numbers.

    Args:
        text: the content of the file.
        gram: a bare matrix holds inner products, not coordinates.
        cos: a cosine that will be compared with; the field of the configuration is made to contain it.

    Returns:
        The configuration, over the field that its numbers generate.

    Raises:
        PublishedError: with the place of what cannot be read.
        ExactnessError: `cos` is not an exact number.

    >>> read_configuration("1 0 0\n0 1/2 0\n0, 0, -0.5")
    Configuration(3 vectors, dimension 3, points)
    >>> read_configuration('[[1, 0], ["1/2", "sqrt(3)/2"]]')
    Configuration(2 vectors, dimension 2, points, over Q(a), a^2 + (-3) = 0, 1 < a < 2)
    """
    trees = [expression_tree(cos)] if cos is not None else []
    field: NumberField | None = None
    if text.lstrip().startswith(("[", "{")):
        tree = parse_json(text)
        if isinstance(tree, dict):
            key = next((key for key in _KEYS if key in tree), "points")
            field = _field(tree["field"]) if "field" in tree else None
            gram, tree = gram or key == "gram", member(tree, key)
        rows = rows_of(tree, "gram" if gram else "points")
    else:
        rows = _lines(text)
    where = "gram" if gram else "points"
    rational_rows = field is None and not any(_is_algebraic(entry) for row in rows for entry in row)
    if rational_rows and not trees:
        matrix = matrix_of(rows, where, square=gram)
        return gram_configuration(matrix) if gram else point_configuration(matrix)
    if rational_rows:
        known = constants(trees)
        over = FieldMatrix.rational(known.field, matrix_of(rows, where, square=gram))
    else:
        known, over = _over_a_field(rows, where, field, trees)
        if gram and (over.shape[0] != over.shape[1] or not (over - over.transpose()).is_zero):
            raise PublishedError("gram: expected a symmetric matrix")
    return gram_configuration(over, known) if gram else point_configuration(over, known)


def _is_algebraic(entry: Any) -> bool:
    """Whether an entry is written as an element of a field other than Q. A pair [p, q] is a rational number."""
    if isinstance(entry, list):
        return len(entry) != 2
    return isinstance(entry, str) and any(name in entry for name in ("sqrt", "cos", "sin"))


def _field(tree: Any) -> NumberField:
    """Q(α) from `{"polynomial": [c_0, …, 1], "interval": [low, high]}`."""
    polynomial = member(tree, "polynomial", "field")
    if not isinstance(polynomial, list) or not 2 <= len(polynomial) <= _MAX_DEGREE + 1:
        raise PublishedError(f"field.polynomial: expected 2 to {_MAX_DEGREE + 1} integers, found {shown(polynomial)}")
    coefficients = tuple(
        integer(c, f"field.polynomial[{k}]", -_COEFFICIENTS, _COEFFICIENTS) for k, c in enumerate(polynomial)
    )
    ends = numbers(member(tree, "interval", "field"), "field.interval")
    if len(ends) != 2 or not ends[0] < ends[1] or any(int(end.height_bits()) > 1024 for end in ends):
        raise PublishedError("field.interval: expected two numbers [low, high] of at most 1024 bits with low < high")
    try:
        return NumberField(coefficients, *ends)
    except ExactnessError as error:
        raise PublishedError(f"field: {error}") from None


def _over_a_field(
    rows: list[list[Any]], where: str, field: NumberField | None, trees: list[ast.expr]
) -> tuple[Constants, FieldMatrix]:
    """The field that the entries and the trees generate (or the given one), and the matrix over it."""
    if sum(map(len, rows)) > _MAX_ELEMENTS:
        raise PublishedError(f"{where}: expected at most {_MAX_ELEMENTS} coordinates of a number field, found more")
    parsed = _expressions(rows, where)
    quadruples = field is None and any(isinstance(entry, list) and len(entry) == 4 for row in rows for entry in row)
    roots = [expression_tree(f"sqrt({d})") for d in (2, 3, 6)] if quadruples else []
    try:
        known = constants([*parsed.values(), *roots, *trees], field)
    except ExactnessError as error:
        raise PublishedError(f"{where}: {error}") from None
    if quadruples:
        basis = [known.field(1), *(known.sqrt(fmpq(d)) for d in (2, 3, 6))]
    else:
        basis = [known.field.generator**k for k in range(known.field.degree)] if field is not None else []
    read = _reader(known, parsed, basis)
    elements = [[read(entry, f"{where}[{i}][{j}]") for j, entry in enumerate(row)] for i, row in enumerate(rows)]
    width = len(rows[0]) if rows else 0
    parts = tuple(
        fmpq_mat(len(rows), width, [entry.coefficients[k] for row in elements for entry in row])
        for k in range(known.field.degree)
    )
    return known, FieldMatrix(known.field, parts)


def _expressions(rows: list[list[Any]], where: str) -> dict[str, ast.expr]:
    """The trees of the different algebraic texts. Raises PublishedError."""
    parsed: dict[str, ast.expr] = {}
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            if not isinstance(entry, str) or not _is_algebraic(entry) or entry in parsed:
                continue
            if len(entry) > _MAX_EXPRESSION or not _EXPRESSION.fullmatch(entry):
                raise PublishedError(
                    f"{where}[{i}][{j}]: expected a number, or at most {_MAX_EXPRESSION} characters such as "
                    f'"(1+sqrt(5))/2" or "cos(2*pi/5)", found {shown(entry)}'
                )
            if len(parsed) == _MAX_EXPRESSIONS:
                raise PublishedError(
                    f"{where}: expected at most {_MAX_EXPRESSIONS} different expressions; use the key field"
                )
            try:
                parsed[entry] = expression_tree(entry)
            except ExactnessError as error:
                raise PublishedError(f"{where}[{i}][{j}]: {error}") from None
    return parsed


def _reader(
    known: Constants, parsed: dict[str, ast.expr], basis: list[FieldElement]
) -> Callable[[Any, str], FieldElement]:
    """The function that reads one entry; `basis` is what the numbers of a list are the coefficients of."""
    values: dict[str, FieldElement] = {}

    def read(entry: Any, where: str) -> FieldElement:
        if isinstance(entry, str) and entry in parsed:
            if entry not in values:
                try:
                    values[entry] = evaluate(parsed[entry], entry, known, {})
                except ExactnessError as error:
                    raise PublishedError(f"{where}: {error}") from None
            return values[entry]
        if isinstance(entry, list) and basis:
            if len(entry) != len(basis):
                raise PublishedError(
                    f"{where}: expected a rational number or a list of {len(basis)} coefficients, found {shown(entry)}"
                )
            parts = numbers(entry, where)
            return sum((b * x for b, x in zip(basis, parts, strict=True) if x != 0), known.field(0))
        return known.field(number(entry, where))

    return read


def _lines(text: str) -> list[list[Any]]:
    """The rows of a plain text: numbers separated by spaces, commas or semicolons; `#` begins a comment."""
    rows: list[list[Any]] = []
    if text.count("\n") > _MAX_LINES:
        raise PublishedError(
            f"expected at most {MAX_POINTS} lines of numbers, and {_MAX_LINES} with comments, found more"
        )
    for line in text.splitlines():
        words = [word for word in re.split(r"[\s,;(){}\[\]]+", line.partition("#")[0], maxsplit=_MAX_WORDS) if word]
        if len(words) >= _MAX_WORDS or len(rows) > MAX_POINTS:
            raise PublishedError(f"expected at most {MAX_POINTS} lines of as many numbers, found more")
        if words:
            rows.append(list(words))
    if not rows:
        raise PublishedError("expected one point on each line, found no numbers")
    return rows
