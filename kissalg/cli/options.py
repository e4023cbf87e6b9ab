"""The arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from kissalg.cli.engine import Engine

__all__ = [
    "Bits",
    "Degree",
    "Dimension",
    "Files",
    "Force",
    "KeepRun",
    "Linear",
    "Output",
    "Quiet",
    "Resume",
    "Run",
    "SolverEngine",
]

Dimension = Annotated[int, typer.Argument(metavar="N", help="Dimension of the space; at least 3.")]
Degree = Annotated[
    int, typer.Option("--degree", "-d", help="Degree d of the problem: higher is better and slower (about d^6).")
]
Linear = Annotated[
    int | None,
    typer.Option(
        help="Number of linear terms a_k. [default: twice the degree; the degree itself is the classical choice]"
    ),
]
Bits = Annotated[int | None, typer.Option(help="Working precision in bits. [default: chosen by the solver]")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="The certificate to write. [default: such as A-4-1_2-d6.json.xz]")
]
Run = Annotated[Path | None, typer.Option(help="Folder for checkpoints of a new run. [default: OUTPUT.run]")]
Resume = Annotated[Path | None, typer.Option(help="Continue the interrupted run in this folder, with its settings.")]
KeepRun = Annotated[bool, typer.Option("--keep-run", help="Keep the run folder after success.")]
Force = Annotated[bool, typer.Option("--force", "-f", help="Overwrite the certificate if it exists.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the verdicts only.")]
SolverEngine = Annotated[
    Engine,
    typer.Option(
        help="The solver: ours, or one in double precision (PICOS calls CVXOPT; pip install 'kissalg[picos]'), "
        "whose result is numerical until it has been rounded to a certificate."
    ),
]
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Certificates.")]
