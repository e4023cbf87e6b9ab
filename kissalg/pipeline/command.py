"""A command: a question, its options, and the strategy that answers it.

Main definitions: `Command`, `Outcome`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Generic, TypeVar

from kissalg.certificate import Certificate
from kissalg.errors import ParameterError
from kissalg.pipeline.options import Field, Option, fields_of, is_file
from kissalg.pipeline.run import Run
from kissalg.runs import RunDescription

__all__ = ["Command", "Outcome"]

R = TypeVar("R")
_SOFTWARE = ("kissalg", "python-flint", "numpy", "numba")


@dataclass(frozen=True)
class Outcome:
    """What a strategy found.

    Attributes:
        certificate: None if no file was asked for.
        quantity: what is bounded, in the notation of the kernel; None if there is no notation for it.
    """

    certificate: Certificate | None
    quantity: str | None = None


@dataclass(frozen=True)
class Command(Generic[R]):
    """One command of kissalg.

    Attributes:
        name: the words by which it is called, such as "bound kissing".
        request: the dataclass of its options; see `kissalg.pipeline.options`.
        compute: the strategy, deterministic given the results of its solves.
        output: the default name of the certificate, or None if there is none without one being asked for.
        help: what it does, with examples.
    """

    name: str
    request: type[R]
    compute: Callable[[R, Run], Outcome]
    output: Callable[[R], Path | None]
    help: str

    @property
    def fields(self) -> list[Field]:
        """The options."""
        return list(fields_of(self.request))

    def description(self, request: R) -> RunDescription:
        """What identifies a run of this command: every option; of a file that is read, its content.

        Raises:
            ParameterError: a file cannot be read.
        """
        parts: tuple[dict[str, str], dict[str, str]] = ({}, {})
        for field in self.fields:
            value = getattr(request, field.name)
            setting = isinstance(field.spec, Option) and field.spec.setting
            if value not in (None, ()):
                parts[setting][field.name] = _content(value) if is_file(field) else _text(value)
        versions = {name: importlib.metadata.version(name) for name in _SOFTWARE}
        return RunDescription(self.name, *parts, versions)

    def with_settings(self, request: R, held: Mapping[str, str]) -> R:
        """The request with the settings of an earlier run where it has none of its own.

        Raises:
            ParameterError: a setting of the earlier run is no value for this option.
        """
        changes: dict[str, Any] = {}
        for field in self.fields:
            setting = isinstance(field.spec, Option) and field.spec.setting
            if setting and field.name in held and getattr(request, field.name) == field.default:
                changes[field.name] = _number(field.name, held[field.name])
        return replace(request, **changes)  # type: ignore[type-var]  # a request is a dataclass


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return "; ".join(map(_text, value))
    return str(value)


def _content(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror}.") from error


def _number(name: str, text: str) -> int | float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    raise ParameterError(f"{name}: expected a number, found {text!r} in the run folder")
