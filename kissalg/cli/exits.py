"""Exit codes, and the one place where errors become messages for a terminal."""

import functools
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import ParamSpec

import typer

from kissalg.errors import InfeasibleError, KissalgError, RoundingError, SolverError
from kissalg.pipeline import CertificateRefused

__all__ = ["ExitCode", "caught", "exiting", "failed", "plain"]

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
    r"""A text from a foreign file without control characters, and with nothing that cannot be encoded.

    >>> print(plain("\x1b[2J two\nlines, √5"))
    \x1b[2J two
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
        code, message = caught(lambda: command(*args, **kwargs))
        if message is not None:
            failed(message)
        raise typer.Exit(code)

    # typer reads the signature: the parameters are the command's, the result is not
    wrapped.__annotations__ = {**command.__annotations__, "return": None}
    return wrapped


def caught(command: Callable[[], ExitCode]) -> tuple[ExitCode, str | None]:
    """The exit code of what is called, and the message if it raises an error that the user can cause."""
    try:
        return command(), None
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED, "interrupted."
    except KissalgError as error:
        return _code_of(error), str(error)
    except BrokenPipeError:  # the reader of a pipe, such as head, has what it wanted
        sys.stderr.close()
        return ExitCode.OK, None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return ExitCode.MALFORMED, f"{where}{error.strerror or error}."
    except MemoryError:
        message = "there is not enough memory for this problem. Lower the degree, or use a machine with more."
        return ExitCode.UNSOLVED, message


def _code_of(error: KissalgError) -> ExitCode:
    if isinstance(error, CertificateRefused):
        return ExitCode.REJECTED
    if isinstance(error, InfeasibleError):
        return ExitCode.INFEASIBLE
    if isinstance(error, SolverError | RoundingError):
        return ExitCode.UNSOLVED
    return ExitCode.MALFORMED
