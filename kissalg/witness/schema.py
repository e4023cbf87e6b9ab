"""The form of a certificate as data.

From one description its text is written, it is read back, and the page of the format is printed.

A node stands for one value of the file. Sizes and lengths depend on the *scope*: the parameters of the theorem, the
fields that were read before, and the running indices of lists.

Main definitions: `Node`, `Record`, `ListOf`, `Keyed`, `Nullable`, `Where`, `Custom`; `Count`, `count`. The numbers and
matrices at the leaves are in `kissalg.witness.leaves`.

Example:
    >>> from kissalg.witness.leaves import Matrix, Small
    >>> form = Record(size=Small(1, 9), F=ListOf(Matrix("F{k}", count("size - k")), count("size"), "k"))
    >>> print(form.text())
    {"size": INT, "F": [PSD of size size - k for k = 0 .. size - 1]}
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from kissalg.witness.faces import FaceGram
from kissalg.witness.gram import Gram
from kissalg.witness.parsing import items, malformed, member

__all__ = ["Count", "Custom", "Keyed", "ListOf", "Node", "Nullable", "Record", "Scope", "Where", "count", "matrices_in"]

Scope: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Count:
    """A number that depends on the scope, with its text for the page of the format."""

    text: str
    of: Callable[[Scope], int]

    def __str__(self) -> str:
        return self.text


def count(text: str) -> Count:
    """The value of a short arithmetical expression in the names of the scope: + - * //, integers, and len(name).

    Raises:
        ValueError: for anything else in the expression.

    Example:
        >>> count("2*degree + 1 - k").of({"degree": 3, "k": 2})
        5
    """
    tree = ast.parse(text, mode="eval").body
    _value(tree, None)
    return Count(text, lambda scope: _value(tree, scope))


def _value(node: ast.expr, scope: Scope | None) -> int:
    """The value of an expression; without a scope it is only checked, and every name counts as 1."""
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.Name():
            return 1 if scope is None else int(scope[node.id])
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
            return 1 if scope is None else len(scope[name])
        case ast.BinOp():
            left, right = _value(node.left, scope), _value(node.right, scope)
            match node.op:
                case ast.Add():
                    return left + right
                case ast.Sub():
                    return left - right
                case ast.Mult():
                    return left * right
                case ast.FloorDiv():
                    return left // right
    raise ValueError(f"expected sums and products of names and integers, found {ast.unparse(node)!r}")


class Node(ABC):
    """One value of the file."""

    @abstractmethod
    def read(self, tree: Any, path: str, scope: Scope) -> Any:
        """The typed value of a JSON value.

        Raises:
            Finding: with the verdict MALFORMED and the path.
        """

    @abstractmethod
    def write(self, value: Any) -> Any:
        """The JSON value of a typed value: the inverse of `read`."""

    @abstractmethod
    def typed(self, value: Any, scope: Scope) -> Any:
        """The typed value of what a solution holds: a matrix with its proof, an element of a number field, a number."""

    @abstractmethod
    def text(self) -> str:
        """The node as the page of the format describes it."""

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> Any:
        """The typed value from the values of a solution by name; by default the one under the key of this node."""
        return self.typed(values[key], scope)


def _read_in(node: Node, scope: Scope, tree: Any, path: str) -> Any:
    return node.read(tree, path, scope)


class Record(Node):
    """An object with these keys, read in this order: later sizes may depend on earlier fields."""

    def __init__(self, fields: Mapping[str, Node] | None = None, /, **more: Node) -> None:
        self.fields = {**(fields or {}), **more}

    def read(self, tree: Any, path: str, scope: Scope) -> dict[str, Any]:
        """The fields by key. Unknown keys are found when the text is compared with that of its content."""
        inner, found = dict(scope), {}
        for key, node in self.fields.items():
            found[key] = inner[key] = member(tree, path, key, partial(_read_in, node, inner))
        return found

    def write(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The object; json.dumps sorts its keys."""
        return {key: node.write(value[key]) for key, node in self.fields.items()}

    def typed(self, value: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
        """Field by field, from a mapping with the same keys."""
        inner, found = dict(scope), {}
        for key, node in self.fields.items():
            found[key] = inner[key] = node.typed(value[key], inner)
        return found

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str = "") -> dict[str, Any]:
        """Field by field, each with the values that it names."""
        inner, found = dict(scope), {}
        for name, node in self.fields.items():
            found[name] = inner[name] = node.fill(values, inner, name)
        return found

    def text(self) -> str:
        """The object with the descriptions of its values."""
        return "{" + ", ".join(f'"{key}": {node.text()}' for key, node in self.fields.items()) + "}"


class ListOf(Node):
    """A list of values of one kind; of so many, numbered by `index` from 0, if a count is given."""

    def __init__(self, node: Node, length: Count | int | None = None, index: str = "k") -> None:
        self.node, self.length, self.index = node, length, index

    def _length(self, scope: Scope) -> int | None:
        return self.length.of(scope) if isinstance(self.length, Count) else self.length

    def read(self, tree: Any, path: str, scope: Scope) -> tuple[Any, ...]:
        """The items."""
        places = iter(range(len(tree) if isinstance(tree, list) else 0))
        return items(
            lambda item, where: self.node.read(item, where, {**scope, self.index: next(places)}), self._length(scope)
        )(tree, path)

    def write(self, value: Sequence[Any]) -> list[Any]:
        """The list."""
        return [self.node.write(item) for item in value]

    def typed(self, value: Sequence[Any], scope: Scope) -> tuple[Any, ...]:
        """Item by item."""
        return tuple(self.node.typed(item, {**scope, self.index: k}) for k, item in enumerate(value))

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> tuple[Any, ...]:
        """Item by item, each with the values that it names; a list of numbers is a value itself."""
        if key in values:
            return self.typed(values[key], scope)
        length = self._length(scope)
        assert length is not None, key
        return tuple(self.node.fill(values, {**scope, self.index: k}, key) for k in range(length))

    def text(self) -> str:
        """Such as [PSD of size d for k = 0 .. 7]."""
        if self.length is None:
            return f"[{self.node.text()}, …]"
        inner = self.node.text()
        if f"{self.index}" not in inner.replace("(", " ").replace(")", " ").split():
            return f"[{inner} × {self.length}]" if " " not in str(self.length) else f"[{inner} × ({self.length})]"
        last = self.length - 1 if isinstance(self.length, int) else str(Count(f"{self.length} - 1", self.length.of))
        shown = str(last).removesuffix(" + 1 - 1") if str(last).endswith(" + 1 - 1") else str(last)
        return f"[{inner} for {self.index} = 0 .. {shown}]"


class Keyed(Node):
    """An object with fixed keys and values of one kind; the key is `index` in the scope."""

    def __init__(self, keys: Sequence[str], node: Node, index: str = "kind") -> None:
        self.keys, self.node, self.index = tuple(keys), node, index

    def read(self, tree: Any, path: str, scope: Scope) -> dict[str, Any]:
        """The values by key."""
        found = {}
        for key in self.keys:
            inner = {**scope, self.index: key}
            found[key] = member(tree, path, key, partial(_read_in, self.node, inner))
        return found

    def write(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The object."""
        return {key: self.node.write(value[key]) for key in self.keys}

    def typed(self, value: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
        """Key by key."""
        return {key: self.node.typed(value[key], {**scope, self.index: key}) for key in self.keys}

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> dict[str, Any]:
        """Key by key, each with the values that it names."""
        return {name: self.node.fill(values, {**scope, self.index: name}, key) for name in self.keys}

    def text(self) -> str:
        """Such as {"alt": X, "std": X, "trv": X}."""
        return "{" + ", ".join(f'"{key}": {self.node.text()}' for key in self.keys) + "}"


class Nullable(Node):
    """null, or a value."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def read(self, tree: Any, path: str, scope: Scope) -> Any:
        """None for null."""
        return None if tree is None else self.node.read(tree, path, scope)

    def write(self, value: Any) -> Any:
        """Null for None."""
        return None if value is None else self.node.write(value)

    def typed(self, value: Any, scope: Scope) -> Any:
        """None stays None."""
        return None if value is None else self.node.typed(value, scope)

    def text(self) -> str:
        """Such as null or RATIONAL."""
        return f"null or {self.node.text()}"


class Where(Node):
    """A value with a condition.

    `refusal` says in words what was expected, or returns None; with the key of a field, if it concerns one.
    """

    def __init__(
        self, node: Node, refusal: Callable[[Any, Scope], str | tuple[str, str] | None], text: str = ""
    ) -> None:
        self.node, self.refusal, self.condition = node, refusal, text

    def read(self, tree: Any, path: str, scope: Scope) -> Any:
        """The value, if the condition holds."""
        value = self.node.read(tree, path, scope)
        refused = self.refusal(value, scope)
        if refused is not None:
            reason, key = refused if isinstance(refused, tuple) else (refused, "")
            raise malformed(reason, f"{path}.{key}" if key else path)
        return value

    def write(self, value: Any) -> Any:
        """As without the condition."""
        return self.node.write(value)

    def typed(self, value: Any, scope: Scope) -> Any:
        """As without the condition: the kernel judges what is written."""
        return self.node.typed(value, scope)

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> Any:
        """As without the condition."""
        return self.node.fill(values, scope, key)

    def text(self) -> str:
        """The value and its condition."""
        return f"{self.node.text()} {self.condition}".rstrip()


class Custom(Node):
    """A value with a reader and a writer of its own, for what no other node describes.

    Its typed values are written as they are.
    """

    def __init__(self, text: str, read: Callable[[Any, str, Scope], Any], write: Callable[[Any], Any]) -> None:
        self._text, self._read, self._write = text, read, write

    def read(self, tree: Any, path: str, scope: Scope) -> Any:
        """By its own reader."""
        return self._read(tree, path, scope)

    def write(self, value: Any) -> Any:
        """By its own writer."""
        return self._write(value)

    def typed(self, value: Any, scope: Scope) -> Any:
        """The solution gives typed values."""
        return value

    def text(self) -> str:
        """Its own text."""
        return self._text


def matrices_in(value: Any) -> Iterator[Gram | FaceGram]:
    """The matrices in a typed value, in the order of the description."""
    if isinstance(value, Gram | FaceGram):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from matrices_in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from matrices_in(inner)
