"""The leaves of the form of a certificate.

Numbers, elements and vectors over a number field, matrices with their proofs.

Main definitions: `Small`, `Integer`, `Integers`, `Rational`, `Text`; `Field`, `Element`, `Numbers` (with one common
denominator), `Dyadic` (with one common exponent), `FIELD_DEGREE`; `Matrix` with its `Proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from kissalg.witness.encoding import (
    dyadic_numbers,
    element_numbers,
    exact_fraction,
    face_gram,
    interior_gram,
    written_field,
    written_vector,
)
from kissalg.witness.faces import FaceGram, WrittenField, WrittenVector
from kissalg.witness.gram import DyadicNumbers, Gram, hexadecimal, ratio
from kissalg.witness.matrices import element, face, gram, number_field, vector
from kissalg.witness.parsing import (
    MAX_BITS,
    MAX_EXPONENT,
    exponent,
    integer,
    integers,
    items,
    malformed,
    member,
    rational,
    small,
    string,
)
from kissalg.witness.schema import Count, Node, Scope

__all__ = [
    "FIELD_DEGREE",
    "Dyadic",
    "DyadicOrNumbers",
    "Element",
    "Field",
    "Integer",
    "Integers",
    "Matrix",
    "Numbers",
    "Proof",
    "Rational",
    "Small",
    "Text",
]


def _value(number: Count | int, scope: Scope) -> int:
    return number.of(scope) if isinstance(number, Count) else number


class Small(Node):
    """A JSON integer between two numbers, of which the second may depend on the scope."""

    def __init__(self, low: int, high: Count | int) -> None:
        self.low, self.high = low, high

    def read(self, tree: Any, path: str, scope: Scope) -> int:
        """The integer."""
        return small(self.low, _value(self.high, scope))(tree, path)

    def write(self, value: int) -> int:
        """The integer."""
        return value

    def typed(self, value: Any, scope: Scope) -> int:
        """The integer."""
        return int(value)

    def text(self) -> str:
        """INT."""
        return "INT"


class Integer(Node):
    """A hexadecimal integer."""

    def read(self, tree: Any, path: str, scope: Scope) -> int:
        """The integer."""
        return integer(tree, path)

    def write(self, value: int) -> str:
        """Its digits."""
        return hexadecimal(value)

    def typed(self, value: Any, scope: Scope) -> int:
        """The integer."""
        return int(value)

    def text(self) -> str:
        """INTEGER."""
        return "INTEGER"


class Integers(Node):
    """Integers in one string, hexadecimal and separated by single spaces.

    `what` they are, for the page of the format.
    """

    def __init__(self, what: str = "integers") -> None:
        self.what = what

    def read(self, tree: Any, path: str, scope: Scope) -> tuple[int, ...]:
        """The integers."""
        return integers(tree, path)

    def write(self, value: Sequence[int]) -> str:
        """The string."""
        return " ".join(map(hexadecimal, value))

    def typed(self, value: Any, scope: Scope) -> tuple[int, ...]:
        """The integers."""
        return tuple(map(int, value))

    def text(self) -> str:
        """Such as STRING of n images."""
        return f"STRING of {self.what}"


class Rational(Node):
    """A fraction whose numbers have at most so many bits."""

    def __init__(self, bits: int = MAX_BITS) -> None:
        self.bits = bits

    def read(self, tree: Any, path: str, scope: Scope) -> Any:
        """The fraction."""
        return rational(self.bits)(tree, path)

    def write(self, value: Any) -> str:
        """In lowest terms."""
        return ratio(value)

    def typed(self, value: Any, scope: Scope) -> Any:
        """A fraction of the standard library."""
        return exact_fraction(value)

    def text(self) -> str:
        """RATIONAL."""
        return "RATIONAL"


class Text(Node):
    """A string."""

    def read(self, tree: Any, path: str, scope: Scope) -> str:
        """The string."""
        return string(tree, path)

    def write(self, value: str) -> str:
        """The string."""
        return value

    def typed(self, value: Any, scope: Scope) -> str:
        """The string."""
        return str(value)

    def text(self) -> str:
        """STRING."""
        return "STRING"


class Field(Node):
    """A real number field of degree at most 8; null for Q."""

    def read(self, tree: Any, path: str, scope: Scope) -> WrittenField:
        """The field; whether its interval isolates a root is judged later."""
        return number_field(tree, path)

    def write(self, value: WrittenField) -> object:
        """Null for Q."""
        return value.to_json()

    def typed(self, value: Any, scope: Scope) -> WrittenField:
        """The field with an interval on which its polynomial is monotone."""
        return value if isinstance(value, WrittenField) else written_field(value)

    def text(self) -> str:
        """FIELD."""
        return "FIELD"


def _degree(scope: Scope) -> int:
    """The degree of the field in the scope; 1 if there is none."""
    field = scope.get("field")
    return field.degree if isinstance(field, WrittenField) else 1


FIELD_DEGREE = Count("m", _degree)
"""The degree m of the field in the scope; 1 if there is none."""


class Element(Node):
    """A number of the field in the scope: its coefficients, each of at most so many bits."""

    def __init__(self, bits: int = MAX_BITS) -> None:
        self.bits = bits

    def read(self, tree: Any, path: str, scope: Scope) -> Any:
        """The coefficients of 1, α, …."""
        return element(_degree(scope), self.bits)(tree, path)

    def write(self, value: Any) -> list[str]:
        """The list of the coefficients."""
        return list(map(ratio, value))

    def typed(self, value: Any, scope: Scope) -> Any:
        """The coefficients of an element of a field."""
        return value if isinstance(value, tuple) else element_numbers(value)

    def text(self) -> str:
        """ELEMENT."""
        return "ELEMENT"


class Numbers(Node):
    """Numbers of the field in the scope, with one common denominator; `name` is that of the vector in the model."""

    def __init__(self, name: str, length: Count | int) -> None:
        self.name, self.length = name, length

    def read(self, tree: Any, path: str, scope: Scope) -> WrittenVector:
        """The vector."""
        return vector(_value(self.length, scope), _degree(scope))(tree, path)

    def write(self, value: WrittenVector) -> dict[str, object]:
        """The object."""
        return value.to_json()

    def typed(self, value: Any, scope: Scope) -> WrittenVector:
        """From a list of elements."""
        return value if isinstance(value, WrittenVector) else written_vector(value)

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> WrittenVector:
        """The vector with its name."""
        return self.typed(values[self.name.format_map(scope)], scope)

    def text(self) -> str:
        """Such as VECTOR of length 2d."""
        return f"VECTOR of length {self.length}"


class Dyadic(Node):
    """Integers with one common exponent: value · 2^-exponent; a vector that the solution leaves out is zero.

    Args:
        name: of the vector in the model.
        length: of the vector.
        single: written as {"exponent", "value"} with one integer.
        nonnegative: negative integers and exponents are malformed.
    """

    def __init__(self, name: str, length: Count | int, *, single: bool = False, nonnegative: bool = False) -> None:
        self.name, self.length, self.single, self.nonnegative = name, length, single, nonnegative

    def read(self, tree: Any, path: str, scope: Scope) -> DyadicNumbers:
        """The vector."""
        if self.single:
            values: tuple[int, ...] = (member(tree, path, "value", integer),)
        else:
            values = member(tree, path, "values", items(integer, _value(self.length, scope)))
        if self.nonnegative and any(value < 0 for value in values):
            raise malformed("expected numbers that are not negative", f"{path}.values")
        return DyadicNumbers(
            member(tree, path, "exponent", small(0, MAX_EXPONENT) if self.nonnegative else exponent), values
        )

    def write(self, value: DyadicNumbers) -> dict[str, object]:
        """The object."""
        if self.single:
            return {"exponent": value.exponent, "value": hexadecimal(value.values[0])}
        return {"exponent": value.exponent, "values": list(map(hexadecimal, value.values))}

    def typed(self, value: Any, scope: Scope) -> DyadicNumbers:
        """From a vector of the rounding; zeros for None."""
        return dyadic_numbers(value, _value(self.length, scope))

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> DyadicNumbers:
        """The vector with its name, zero if there is none."""
        return self.typed(values.get(self.name.format_map(scope)), scope)

    def text(self) -> str:
        """Such as {"exponent": INT, "values": [INTEGER × K]}."""
        first = "INT >= 0" if self.nonnegative else "INT"
        if self.single:
            return f'{{"exponent": {first}, "value": INTEGER}}'
        sign = " >= 0" if self.nonnegative else ""
        return f'{{"exponent": {first}, "values": [INTEGER{sign} × {self.length}]}}'


class DyadicOrNumbers(Dyadic):
    """A vector with a common exponent, or, on a face, one with a common denominator over Q."""

    def read(self, tree: Any, path: str, scope: Scope) -> Any:
        """The vector, on a face known by its key "denominator"."""
        if isinstance(tree, dict) and "denominator" in tree:
            return vector(_value(self.length, scope), 1)(tree, path)
        return super().read(tree, path, scope)

    def write(self, value: Any) -> dict[str, object]:
        """The object."""
        return value.to_json() if isinstance(value, WrittenVector) else super().write(value)

    def typed(self, value: Any, scope: Scope) -> Any:
        """A list of elements has a common denominator."""
        return written_vector(value) if isinstance(value, list | tuple) else super().typed(value, scope)

    def text(self) -> str:
        """Both forms."""
        return f"{super().text()} or VECTOR over Q"


class Proof(Enum):
    """How a matrix is proved to be positive semidefinite, with its name on the page of the format."""

    INTERIOR = "PSD"
    SQUARES = "PSD without shift and correction"
    FACE = "FACE"
    EITHER = "PSD or FACE over Q"


class Matrix(Node):
    """A positive semidefinite matrix with its proof; one that the solution leaves out is zero.

    Args:
        name: that of the variable of the model, with the indices of the scope in braces, such as "R{j}.{kind}".
        size: of the matrix.
        proof: the forms that are allowed.
    """

    def __init__(self, name: str, size: Count | int | Callable[[Scope], int], proof: Proof = Proof.INTERIOR) -> None:
        self.name, self.proof = name, proof
        self.size = size if isinstance(size, Count | int) else Count("", size)

    def read(self, tree: Any, path: str, scope: Scope) -> Gram | FaceGram:
        """The matrix, of the right size."""
        name, size = self.name.format_map(scope), _value(self.size, scope)
        if self.proof is Proof.FACE:
            return face(size, _degree(scope), name)(tree, path)
        if self.proof is Proof.EITHER and isinstance(tree, dict) and "basis" in tree:
            return face(size, 1, name)(tree, path)
        found = gram(tree, path, name)
        if found.size != size:
            raise malformed(f"expected size {size}, found {found.size}", path)
        if self.proof is Proof.SQUARES and found.shift is not None:
            raise malformed("expected a matrix without shift and correction", path)
        return found

    def write(self, value: Gram | FaceGram) -> dict[str, object]:
        """The object."""
        return value.to_json()

    def typed(self, value: Any, scope: Scope) -> Gram | FaceGram:
        """From a matrix of the rounding; zero for None."""
        if isinstance(value, Gram | FaceGram):
            return value
        size, name = _value(self.size, scope), self.name.format_map(scope)
        if value is None or hasattr(value, "columns"):
            return interior_gram(value, size, name)
        return face_gram(value, name)

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> Gram | FaceGram:
        """The matrix with its name, zero if there is none."""
        return self.typed(values.get(self.name.format_map(scope)), scope)

    def text(self) -> str:
        """Such as PSD of size d + 1 - k."""
        return f"{self.proof.value} of size {self.size}" if str(self.size) else self.proof.value
