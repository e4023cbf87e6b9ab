"""What the fields of a request say about themselves.

From them the command line, the description of a run and the command that resumes it are derived.

A request is a frozen dataclass whose fields are annotated: ``n: Annotated[int, Argument("N", "Dimension")]``,
``degree: Annotated[int, Option("Degree", short="-d")]``.

Main definitions: `Argument`, `Option`, `Field`, `fields_of`, `Engine`, and the options of several commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeAlias, get_args, get_origin, get_type_hints

__all__ = [
    "Argument",
    "Bits",
    "Engine",
    "Field",
    "Option",
    "Sharp",
    "SolverEngine",
    "fields_of",
    "in_file_name",
    "is_file",
]


@dataclass(frozen=True)
class Argument:
    """A word that is given without a name.

    Attributes:
        metavar: how it is called.
        help: what it means.
    """

    metavar: str
    help: str


@dataclass(frozen=True)
class Option:
    """A word that is given with a name, by default that of the field.

    Attributes:
        help: what it means.
        short: a name of one letter, such as -d.
        name: its name, such as --on, if it is not that of the field.
        metavar: how the value is called.
        least: the least value of a number.
        setting: it says how the solver works, and not what it solves: it may change when a run is resumed.
    """

    help: str
    short: str | None = None
    name: str | None = None
    metavar: str | None = None
    least: int | None = None
    setting: bool = False


class Engine(StrEnum):
    """multiprecision: ours; clarabel, picos: double precision, numerical until the result has been rounded."""

    MULTIPRECISION = "multiprecision"
    CLARABEL = "clarabel"
    PICOS = "picos"


Bits: TypeAlias = Annotated[
    int | None, Option("Working precision in bits. [default: chosen by the solver]", setting=True)
]
SolverEngine: TypeAlias = Annotated[
    Engine,
    Option(
        "The solver: ours, or one in double precision (PICOS calls CVXOPT; pip install 'kissalg[picos]'), "
        "whose result is numerical until it has been rounded to a certificate."
    ),
]
Sharp: TypeAlias = Annotated[bool, Option("The exact optimum, over the number field in which it lies.")]


@dataclass(frozen=True)
class Field:
    """One field of a request.

    Attributes:
        name: that of the field.
        type: without the annotation.
        spec: what the annotation says.
        default: MISSING if there is none.
    """

    name: str
    type: Any
    spec: Argument | Option
    default: Any

    @property
    def option(self) -> str:
        """The name of an option on the command line."""
        if isinstance(self.spec, Option) and self.spec.name is not None:
            return self.spec.name
        return f"--{self.name.replace('_', '-')}"

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return self.default is MISSING

    def texts(self, value: Any) -> list[str]:
        """The words for a value on the command line, without the name of an option."""
        if isinstance(value, tuple):
            return [text for item in value for text in self.texts(item)]
        if value is None:
            return []
        return [str(value.value if isinstance(value, Enum) else value)]


def fields_of(request: type) -> Iterator[Field]:
    """The fields of a request class, in order.

    Raises:
        TypeError: a field is not annotated with an `Argument` or an `Option`.

    >>> @dataclass(frozen=True)
    ... class Request:
    ...     n: Annotated[int, Argument("N", "Dimension.")]
    ...     sharp: Sharp = False
    >>> [(field.name, field.type, field.required) for field in fields_of(Request)]
    [('n', <class 'int'>, True), ('sharp', <class 'bool'>, False)]
    """
    hints = get_type_hints(request, include_extras=True)
    for field in fields(request):
        hint = hints[field.name]
        specs = [part for part in get_args(hint)[1:] if isinstance(part, Argument | Option)]
        if get_origin(hint) is not Annotated or len(specs) != 1:
            raise TypeError(f"{request.__name__}.{field.name}: expected Annotated[…, Argument(…) or Option(…)]")
        yield Field(field.name, get_args(hint)[0], specs[0], field.default)


def is_file(field: Field) -> bool:
    """Whether a field names a file that is read."""
    return field.type is Path or Path in get_args(field.type)


def in_file_name(text: str) -> str:
    """A text as a part of the name of a file.

    >>> in_file_name("(1 + sqrt(5))/4")
    '1_sqrt_5_4'
    """
    return re.sub(r"[^0-9A-Za-z.-]+", "_", text).strip("_")
