"""What all pictures have in common: size, colours that the colour-blind can tell apart, and how they are saved.

Main definitions: `COLOURS`, `MARKERS`, `new_figure`, `save_figure`.

Source of the colours: Okabe and Ito, Color universal design (2008).
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib as mpl
from matplotlib.figure import Figure

from kissalg.atomic import write_atomically
from kissalg.errors import ParameterError

__all__ = ["COLOURS", "MARKERS", "SUFFIXES", "new_figure", "save_figure", "shortened", "styled"]

P = ParamSpec("P")

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
SUFFIXES = (".svg", ".png", ".pdf")
_SETTINGS: Any = {  # Any: matplotlib types the keys one by one
    "svg.hashsalt": "kissalg",  # the same picture is the same file
    "svg.fonttype": "none",  # text stays text
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "font.size": 10,
    "mathtext.fontset": "dejavusans",
}


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """A function that draws with the settings of this module, and leaves matplotlib's own as they were."""

    @functools.wraps(draw)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context(_SETTINGS):
            return draw(*args, **kwargs)

    return wrapped


def new_figure(width: float = 7.0, height: float = 4.5) -> Figure:
    """An empty figure of so many inches.

    >>> new_figure().axes
    []
    """
    return Figure(figsize=(width, height), layout="constrained")


def save_figure(figure: Figure, path: Path, *, dots: int = 200) -> None:
    """Write the figure, atomically, in the format of the suffix: .svg, .png or .pdf.

    Args:
        figure: the figure.
        path: the file.
        dots: per inch, of a PNG.

    Raises:
        ParameterError: the suffix names no format.
        OSError: the file cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise ParameterError(f"{path}: expected a name that ends with {', '.join(SUFFIXES)}")
    date = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {}}[path.suffix]
    stream = io.BytesIO()
    with mpl.rc_context(_SETTINGS):
        figure.savefig(stream, format=path.suffix[1:], dpi=dots, metadata=date)
    write_atomically(path, stream.getvalue())


def shortened(text: str, length: int = 58) -> str:
    """A text for a title: printable, not too long for a narrow picture, and without mathematics for matplotlib.

    It is cut in the middle, because bounds are at the end.

    >>> shortened("a$b" + "c" * 100 + " <= 2", 12)
    'a bc…ccc ≤ 2'
    """
    shown = text.replace("<=", "≤").replace(">=", "≥")
    shown = "".join(c if c.isprintable() and c != "$" else " " for c in shown)
    head = length * 2 // 5
    return shown if len(shown) <= length else f"{shown[:head]}…{shown[head + 1 - length :]}"
