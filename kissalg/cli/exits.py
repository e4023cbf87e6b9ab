"""Exit codes, and the one place where errors become messages for a terminal."""

import functools
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import typer

from kissalg.errors import InfeasibleError, KissalgError, RoundingError, SolverError

__all__ = ["ExitCode", "exiting", "failed", "plain"]

P = ParamSpec("P")


class ExitCode(IntEnum):
    """What the exit code of a command says."""

    OK = 0
    REJECTED = 1
    MALFORMED = 2
    INFEASIBLE = 3
    UNSOLVED = 4
    INTERRUPTED = 130


EXIT_CODES_HELP = (
    "Exit codes: 0 verified · 1 rejected · 2 malformed certificate or wrong usage · "
    "3 the problem is infeasible (raise the degree) · 4 the solver stalled or the rounding failed · "
    "130 interrupted (the run can be resumed)."
)


def plain(text: str) -> str:
    """A text that may hold words of a stranger, with nothing in it that a terminal obeys, and that can be encoded.

    >>> print(plain("\\x1b[2J two\\nlines, √5"))
    \\x1b[2J two
    lines, √5
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def failed(message: str) -> None:
    """One paragraph on stderr."""
    sys.stderr.write(f"error: {plain(message)}\n")


def exiting(command: Callable[P, ExitCode]) -> Callable[P, None]:
    """Turn a function that returns an exit code, or raises, into a command that exits with that code.

    An error that the user can cause becomes a message, never a traceback.
    """

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        raise typer.Exit(_code(lambda: command(*args, **kwargs)))

    # typer reads the signature: the parameters are the command's, the result is not
    wrapped.__annotations__ = {**command.__annotations__, "return": None}
    return wrapped


def _code(command: Callable[[], ExitCode]) -> ExitCode:
    try:
        return command()
    except KeyboardInterrupt:
        failed("interrupted.")
        return ExitCode.INTERRUPTED
    except KissalgError as error:
        failed(str(error))
        return _code_of(error)
    except BrokenPipeError:  # the reader of a pipe, such as head, has what it wanted
        sys.stderr.close()
        return ExitCode.OK
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        failed(f"{where}{error.strerror or error}.")
        return ExitCode.MALFORMED
    except MemoryError:
        failed("there is not enough memory for this problem. Lower the degree, or use a machine with more.")
        return ExitCode.UNSOLVED


def _code_of(error: KissalgError) -> ExitCode:
    if isinstance(error, InfeasibleError):
        return ExitCode.INFEASIBLE
    if isinstance(error, SolverError | RoundingError):
        return ExitCode.UNSOLVED
    return ExitCode.MALFORMED
