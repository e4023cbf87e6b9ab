"""The commands and their arguments; what they do is in the modules of the same names."""

import platform
from pathlib import Path
from typing import Annotated

import typer

import kissalg
from kissalg.cli.check import CheckRequest, check, largest_cosine
from kissalg.cli.compute import add_commands
from kissalg.cli.exits import EXIT_CODES_HELP, ExitCode, exiting
from kissalg.cli.options import Files, Quiet
from kissalg.cli.reports import reports_app
from kissalg.cli.show import show
from kissalg.cli.verdicts import verify
from kissalg.published import Allowance, CheckOptions

__all__ = ["app", "main"]

app = typer.Typer(
    name="kissalg",
    help=(
        "Bounds for kissing numbers, average kissing numbers, spherical codes, graphs and polynomials, as exact"
        " certificates that a tiny checker verifies."
    ),
    epilog=EXIT_CODES_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
bound_app = typer.Typer(
    name="bound",
    help="Compute a bound: build the problem, solve it, round it to a certificate, write the file, verify the file.",
    epilog=EXIT_CODES_HELP,
    no_args_is_help=True,
)
app.add_typer(bound_app)
app.add_typer(reports_app)  # no name: its commands are commands of kissalg
add_commands(bound_app, "bound")
add_commands(app, "")


@app.command("verify", epilog=EXIT_CODES_HELP)
@exiting
def verify_files(
    files: Files,
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Check with python-flint as well, independently of the kernel.")
    ] = False,
    expect: Annotated[
        str | None,
        typer.Option(metavar="CLAIM", help='What must follow, such as "A(4,1/2) <= 24.2" or "x1^2 - x1 >= -1/4".'),
    ] = None,
) -> ExitCode:
    """Verify certificates with the kernel: one verdict for each file, on stdout; the exit code is the worst.

    Example: kissalg verify k4.json.xz --expect "A(4,1/2) <= 26"
    """
    return verify(files, second_opinion=second_opinion, expect=expect)


@app.command("check", epilog=EXIT_CODES_HELP)
@exiting
def check_published(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[FORMAT] FILE", help="A published file; its format, where it is not recognised."),
    ],
    kissing: Annotated[bool, typer.Option("--kissing", help="Check a configuration for the cosine 1/2.")] = False,
    cos: Annotated[
        str | None, typer.Option(help='The cosine that no pair of a configuration may exceed: "1/6", "1/sqrt(5)".')
    ] = None,
    gram: Annotated[bool, typer.Option("--gram", help="The matrix holds inner products, not coordinates.")] = False,
    dimension: Annotated[int | None, typer.Option(help="The dimension, for formats that do not state it.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="The JSON manifest of a KNWIT003 container.")] = None,
    solution: Annotated[Path | None, typer.Option(help="A solution file of SDPA or CSDP for an SDPA problem.")] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="Find the missing sums of squares and write a certificate.")
    ] = False,
    squares: Annotated[int | None, typer.Option(help="Degree of the sums of squares to find.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The certificate to write.")] = None,
    seconds: Annotated[int, typer.Option(help="Processor time that a check may take.")] = 3600,
    memory: Annotated[int, typer.Option(help="Memory that a check may take, in MiB.")] = 8192,
    quiet: Quiet = False,
) -> ExitCode:
    """Check a file that others published: recognise the format, and say what it proves and why.

    Example: kissalg check configuration points.json --kissing
    """
    options = CheckOptions(largest_cosine(kissing, cos), gram, dimension, manifest, solution)
    return check(CheckRequest(tuple(words), options, Allowance(seconds, memory), complete, squares, output, quiet))


@app.command("show", epilog=EXIT_CODES_HELP)
@exiting
def show_files(files: Files) -> ExitCode:
    """Show what certificates contain: claim, sizes, length of the integers, provenance. Nothing is verified."""
    return show(files)


@app.callback(invoke_without_command=True)
def version(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if show_version:
        typer.echo(f"kissalg {kissalg.__version__} (Python {platform.python_version()})")
        raise typer.Exit


def main() -> None:
    """The entry point of the console script."""
    app()
