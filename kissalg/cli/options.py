"""The arguments and options that several commands share which read files of the user."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Files", "Quiet"]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the verdicts only.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Certificates.")]
