"""The commands that compute something: typer's functions for the records of the families, and what they print.

Main definitions: `COMMANDS`, `add_commands`, `continuation`.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import typer
from flint import fmpz
from typer.core import TyperCommand

from kissalg.cli.display import Display
from kissalg.cli.exits import EXIT_CODES_HELP, ExitCode, caught, failed
from kissalg.families.average_kissing.command import AVERAGE_KISSING
from kissalg.families.delsarte.command import DELSARTE
from kissalg.families.independence_number.command import THETA
from kissalg.families.nonnegative.command import MINIMUM, NONNEGATIVE
from kissalg.families.semidefinite_program.command import SOLVE
from kissalg.families.spherical_caps.command import CAPS
from kissalg.families.three_point.command import CODE, KISSING
from kissalg.kernel import Report
from kissalg.pipeline import Argument, Command, Execution, RunOptions
from kissalg.pipeline.options import Field

__all__ = ["COMMANDS", "add_commands", "continuation"]

COMMANDS: tuple[Command[Any], ...] = (
    KISSING,
    CODE,
    DELSARTE,
    CAPS,
    THETA,
    AVERAGE_KISSING,
    MINIMUM,
    NONNEGATIVE,
    SOLVE,
)

_COMMON = {
    "output": Annotated[
        Path | None,
        typer.Option("--output", "-o", help=r"The certificate to write. \[default: named after the problem]"),
    ],
    "run": Annotated[Path | None, typer.Option(help=r"Folder for checkpoints of a new run. \[default: OUTPUT.run]")],
    "resume": Annotated[
        Path | None, typer.Option(help="Continue the interrupted run in this folder, with its settings.")
    ],
    "keep_run": Annotated[bool, typer.Option("--keep-run", help="Keep the run folder after success.")],
    "force": Annotated[bool, typer.Option("--force", "-f", help="Overwrite the certificate if it exists.")],
    "quiet": Annotated[bool, typer.Option("--quiet", "-q", help="Print the results only.")],
    "json": Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, and nothing else there.")],
}
_DEFAULTS = {
    "output": None,
    "run": None,
    "resume": None,
    "keep_run": False,
    "force": False,
    "quiet": False,
    "json": False,
}


def add_commands(app: typer.Typer, group: str, commands: Sequence[Command[Any]] = COMMANDS) -> None:
    """Add the commands whose names begin with `group` to an app, without that word."""
    for command in commands:
        words = command.name.split()
        if words[:-1] == group.split():
            app.command(words[-1], help=command.help, epilog=EXIT_CODES_HELP, cls=_JsonCommand)(_function(command))


def _function(command: Command[Any]) -> Callable[..., None]:
    """What typer calls: a function with one parameter for each field of the request, and the common ones."""
    fields = command.fields
    several = {field.name for field in fields if get_origin(field.type) is tuple}
    hints = {field.name: _hint(field) for field in fields} | _COMMON

    def function(**values: Any) -> None:
        common = {name: values.pop(name) for name in _COMMON}
        request = {name: tuple(value or ()) if name in several else value for name, value in values.items()}
        raise typer.Exit(_answer(command, request, **common))

    defaults = {field.name: inspect.Parameter.empty if field.required else field.default for field in fields}
    defaults |= dict.fromkeys(several) | _DEFAULTS
    parameters = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=defaults[name], annotation=hint)
        for name, hint in hints.items()
    ]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # inspect reads it
    function.__annotations__ = hints
    return function


def _hint(field: Field) -> Any:
    """The annotation that typer reads."""
    spec, kind = field.spec, field.type
    text = spec.help.replace("[", r"\[")  # a help text is markup for typer
    if get_origin(kind) is tuple:
        kind = list[get_args(kind)[0]] | None  # type: ignore[misc]  # the type is known at run time only
    if isinstance(spec, Argument):
        return Annotated[kind, typer.Argument(metavar=spec.metavar, help=text)]
    names = [field.option, *([spec.short] if spec.short else [])]
    return Annotated[kind, typer.Option(*names, help=text, metavar=spec.metavar, min=spec.least)]


def _answer(command: Command[Any], values: dict[str, Any], *, quiet: bool, json: bool, **options: Any) -> ExitCode:
    """Perform a command; print what it found, or why it failed."""
    display = Display(quiet=quiet, results=not json)
    execution: Execution[Any] | None = None

    def begin() -> ExitCode:
        nonlocal execution
        execution = Execution(command, command.request(**values), RunOptions(**options), display)
        execution.perform()
        display.note(display.timings(execution.run.seconds))
        return ExitCode.OK

    code, message = caught(begin)
    flags = {"--keep-run": options["keep_run"], "--quiet": quiet, "--json": json}
    again = None
    if execution is not None and execution.kept is not None and code is not ExitCode.OK:
        again = continuation(execution, [name for name, given in flags.items() if given])
    if code is ExitCode.INTERRUPTED and again is not None:
        message = f"interrupted. The run is kept; continue it with\n  {again}"
    if message is not None:
        failed(message)
    if again is not None and code is not ExitCode.INTERRUPTED:
        display.note(f"The run is kept; with other settings, such as --bits, continue it with\n  {again}")
    if json:
        sys.stdout.write(_json(command, values, execution, code, message, again) + "\n")
    return code


def continuation(execution: Execution[Any], flags: Sequence[str] = ()) -> str:
    """The command that continues a run."""
    words, arguments = ["kissalg", *execution.command.name.split()], []
    for field in execution.command.fields:
        value = getattr(execution.request, field.name)
        if isinstance(field.spec, Argument):
            arguments += field.texts(value)
        elif value != field.default:
            words += [field.option] if field.type is bool else _options(field, value)
    if any(word.startswith("-") for word in arguments):
        arguments.insert(0, "--")
    else:
        words[len(execution.command.name.split()) + 1 : 1 + len(execution.command.name.split())] = arguments
        arguments = []
    if execution.output is not None:
        words += ["-o", str(execution.output)]
    words += ["--resume", str(execution.folder), *(["--force"] if execution.options.force else []), *flags]
    return shlex.join([*words, *arguments])


def _options(field: Field, value: Any) -> list[str]:
    return [word for text in field.texts(value) for word in (field.option, text)]


def _json(
    command: Command[Any],
    values: dict[str, Any],
    execution: Execution[Any] | None,
    code: ExitCode,
    message: str | None,
    again: str | None,
) -> str:
    """The object that --json prints."""
    tree: dict[str, Any] = {"command": command.name, "exit_code": int(code)}
    tree["options"] = {name: _plain(value) for name, value in values.items() if value not in (None, ())}
    if message is not None:
        tree["error"] = message
    if execution is not None:
        run = execution.run
        tree["results"] = run.results
        tree["stages"] = [{"name": name, "seconds": round(seconds, 3)} for name, seconds in run.seconds.items()]
        tree["solves"] = [asdict(record) for record in run.solves]
        tree["iterations"] = sum(record.iterations for record in run.solves)
        tree["bits"] = max((record.bits for record in run.solves), default=None)
        tree["verdicts"] = {checker: _verdict(report) for checker, report in execution.verdicts.items()}
        tree |= _written(execution)
        if execution.kept is not None:
            tree["run"] = str(execution.kept)
    if again is not None:
        tree["resume"] = again
    return json.dumps(tree, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """The value of an option, in JSON."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Path) else value


def _written(execution: Execution[Any]) -> dict[str, Any]:
    """What is said of the certificate."""
    certificate, output = execution.certificate, execution.output
    if certificate is None or output is None:
        return {}
    data, bound, exact = output.read_bytes(), certificate.bound, certificate.exact_bound
    return {
        "theorem": certificate.document["theorem"],
        "claim": certificate.claim,
        "bound": f"{fmpz(bound.numerator)}/{fmpz(bound.denominator)}",  # Python itself refuses more than 4300 digits
        **({} if exact is None else {"exact_bound": f"{exact} in {exact.field}"}),
        "file": str(output),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _verdict(report: Report) -> dict[str, Any]:
    claim = None if report.claim is None else str(report.claim)
    return {"verdict": report.verdict.name, "claim": claim, "reason": report.reason}


_UsageError: Any = typer.BadParameter.__base__  # typer has a click of its own, or none, depending on its version


class _JsonCommand(TyperCommand):
    """A command that answers wrong usage with an object, too, if it was called with --json."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        wanted = "--json" in args
        try:
            return super().parse_args(ctx, args)
        except _UsageError as error:
            if wanted:
                tree = {"command": self.name, "exit_code": int(ExitCode.MALFORMED), "error": error.format_message()}
                sys.stdout.write(json.dumps(tree, ensure_ascii=False) + "\n")
            raise
