"""``kissalg plot``: pictures of certificates. matplotlib is the extra ``kissalg[plot]``, imported when it is needed."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from kissalg.cli.display import Display
from kissalg.cli.exits import ExitCode
from kissalg.errors import ParameterError

__all__ = ["Kind", "PlotRequest", "plot"]


class Kind(Enum):
    """What is drawn. auto.

    The polynomial of a Delsarte certificate, the weight and the kernel of one of an average kissing number for all
    radii, the spectra of another, bounds against the degree of several.
    """

    AUTO = "auto"
    POLYNOMIAL = "polynomial"
    WEIGHT = "weight"
    SPECTRA = "spectra"
    BOUNDS = "bounds"


@dataclass(frozen=True)
class PlotRequest:
    """The command as the user typed it."""

    files: Sequence[Path]
    kind: Kind = Kind.AUTO
    output: Path | None = None
    force: bool = False
    quiet: bool = False


def plot(request: PlotRequest) -> ExitCode:
    """Draw one picture of one or several certificates.

    Raises:
        KissalgError: see `kissalg.cli.exits` for the exit code of each.
    """
    display = Display(quiet=request.quiet)
    style = _drawing("style")
    output = request.output or Path(_stem(request.files[0]) + ".svg")
    if output.suffix not in style.SUFFIXES:
        raise ParameterError(f"{output}: expected a name that ends with {', '.join(style.SUFFIXES)}.")
    if output.exists() and not request.force:
        raise ParameterError(f"{output} exists. Choose another name with -o, or overwrite it with --force.")
    with display.stage("check the certificates"):
        certificates = [_drawing("certificate").pictured(path) for path in request.files]
    for certificate in certificates:
        if not certificate.report.verified:
            display.note(f"{certificate.path}: {certificate.report}; the picture says that it is not verified")
    with display.stage("draw"):
        style.save_figure(_figure(request, certificates), output)
    display.note(f"wrote {output}")
    return ExitCode.OK


def _figure(request: PlotRequest, certificates: Sequence[Any]) -> Any:
    kind = request.kind
    if kind is Kind.AUTO:
        kind = Kind.BOUNDS if len(certificates) > 1 else Kind(certificates[0].family.picture)
    if kind is Kind.BOUNDS:
        return _drawing("bounds").draw_bounds(certificates)
    if len(certificates) > 1:
        raise ParameterError(f"expected one certificate with --kind {kind.value}, found {len(certificates)}.")
    if kind is Kind.POLYNOMIAL:
        return _drawing("polynomial").draw_polynomial(certificates[0])
    if kind is Kind.WEIGHT:
        title = _drawing("style").shortened(certificates[0].title)
        return _drawing("weights").draw_average_kissing(certificates[0].document, title)
    return _drawing("spectra").draw_spectra(certificates[0])


def _drawing(module: str) -> Any:
    """A module of kissalg.plotting."""
    try:
        return importlib.import_module(f"kissalg.plotting.{module}")
    except ImportError as error:
        if error.name != "matplotlib":
            raise
        raise ParameterError(
            "matplotlib is needed for pictures, and is not installed: pip install 'kissalg[plot]'"
        ) from error


def _stem(path: Path) -> str:
    """The name of a certificate without its suffixes."""
    return path.name.removesuffix(".xz").removesuffix(".json")
