"""The commands that show what certificates hold, and their arguments: ``kissalg table`` and ``kissalg plot``."""

from pathlib import Path
from typing import Annotated

import typer

from kissalg.cli.exits import EXIT_CODES_HELP, ExitCode, exiting
from kissalg.cli.options import Quiet
from kissalg.cli.plot import Kind, PlotRequest, plot
from kissalg.cli.table import FamilyName, FormatName, TableRequest, table
from kissalg.tables import LISTINGS

__all__ = ["reports_app"]

reports_app = typer.Typer()


@reports_app.command("table", epilog=EXIT_CODES_HELP)
@exiting
def table_of_family(
    family: Annotated[FamilyName, typer.Argument(metavar="FAMILY", help=f"One of {', '.join(LISTINGS)}.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Certificates and folders. [default: this folder]")
    ] = None,
    compute: Annotated[
        str | None,
        typer.Option(
            metavar="N,N-N", help="First compute the bounds of these dimensions, and keep them in the folder."
        ),
    ] = None,
    degree: Annotated[int | None, typer.Option("--degree", "-d", help="The degree for --compute.")] = None,
    cos: Annotated[str, typer.Option(help="The cosine for --compute, of codes and of Delsarte's bound.")] = "1/2",
    every: Annotated[
        bool, typer.Option("--all", help="List all certificates, not only the best of each quantity.")
    ] = False,
    form: Annotated[FormatName | None, typer.Option("--format", help="What is printed. [default: text]")] = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output", "-o", help="Also save it: .txt, .csv, .json, .tex or .md; may be given several times."
        ),
    ] = None,
    quiet: Quiet = False,
) -> ExitCode:
    """Print a table of proved bounds beside the literature; every certificate is checked by the kernel.

    Examples: kissalg table kissing certificates -o kissing.tex · kissalg table delsarte lp --compute 3-8 --format csv
    """
    files, saved = tuple(paths or ()), tuple(output or ())
    return table(
        TableRequest(family.value, files, compute, degree, cos, every, form.value if form else "text", saved, quiet)
    )


@reports_app.command("plot", epilog=EXIT_CODES_HELP)
@exiting
def plot_certificates(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Certificates.")],
    kind: Annotated[
        Kind,
        typer.Option(
            help=(
                "The polynomial of a Delsarte certificate on [-1, 1], the weight and the kernel of an average kissing"
                " number, "
                "the spectra of the matrices, or bounds against the degree. "
                "auto: the first that fits; bounds for several files."
            )
        ),
    ] = Kind.AUTO,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The picture: .svg, .png or .pdf. [default: FILE.svg]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Overwrite the picture if it exists.")] = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Draw certificates: a polynomial with its roots and the forbidden interval, spectra, or bounds against the degree.

    Examples: kissalg plot e8.json.xz · kissalg plot k4-d*.json.xz -o degrees.pdf
    """
    return plot(PlotRequest(files, kind, output, force, quiet))
