"""The spectra of the matrices of a certificate: how near they are to the boundary of the cone, and their ranks.

Main definition: `draw_spectra`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kissalg.errors import ParameterError
from kissalg.plotting.certificate import Pictured, matrices
from kissalg.plotting.style import COLOURS, new_figure, shortened, styled

__all__ = ["draw_spectra"]

_MOST = 60  # blocks in one picture: the largest ones
_RELATIVE = 1e-15  # below this, relatively to the largest eigenvalue, doubles do not tell an eigenvalue from zero


@styled
def draw_spectra(certificate: Pictured) -> Figure:
    """The eigenvalues of every matrix on a logarithmic scale, one column for each matrix.

    Hollow symbols stand for eigenvalues that are zero (on a face the rank is part of the certificate), and for those
    that are too small for float64.

    Raises:
        ParameterError: the certificate holds no matrices.
    """
    blocks = matrices(certificate.document)
    if not blocks:
        raise ParameterError(
            f"{certificate.path}: expected a certificate with matrices, found none: "
            "there is nothing to draw of it, except the bound beside others (--kind bounds)"
        )
    names = sorted(sorted(blocks, key=lambda name: -len(blocks[name][0]))[:_MOST], key=list(blocks).index)
    spectra = {name: np.linalg.eigvalsh(blocks[name][0]) for name in names}
    positive: list[tuple[int, float]] = []
    zeros = [0] * len(names)
    tiny = [0] * len(names)
    for column, name in enumerate(names):
        values, rank = spectra[name], blocks[name][1]
        floor = max(float(values[-1]), 0.0) * _RELATIVE * len(values)
        for index, value in enumerate(values):
            if rank is not None and index < len(values) - rank:
                zeros[column] += 1
            elif value <= floor:
                tiny[column] += 1
            else:
                positive.append((column, float(value)))
    figure = new_figure(max(6.0, 1.8 + 0.26 * len(names)), 5.2)
    axes = figure.add_subplot()
    if positive:
        x, y = zip(*positive, strict=True)
        axes.scatter(x, y, s=22, color=COLOURS[0], alpha=0.75, linewidths=0, label="eigenvalues")
    axes.set_yscale("log")
    level = min((value for _, value in positive), default=1.0)
    for counts, marker, colour, label in (
        (zeros, "o", COLOURS[1], "zero: the rank is part of the proof (how many)"),
        (tiny, "v", COLOURS[2], "positive, but too small for double precision (how many)"),
    ):
        if any(counts):
            level /= 30
            _count(axes, counts, level, marker, colour, label)
            axes.set_ylim(bottom=level / 30)
    sizes = [f"{shortened(name, 12)} ({len(spectra[name])})" for name in names]
    axes.set_xticks(range(len(names)), sizes, rotation=90, fontsize=8)
    axes.set_xlim(-0.7, len(names) - 0.3)
    axes.set_ylabel("eigenvalues")
    left_out = len(blocks) - len(names)
    axes.set_xlabel("matrix (size)" + (f"; the {left_out} smallest are left out" if left_out else ""))
    axes.set_title(shortened(certificate.title), fontsize=11)
    figure.legend(loc="outside lower center", fontsize=8, ncols=2)
    return figure


def _count(axes: Axes, counts: Sequence[int], level: float, marker: str, colour: str, label: str) -> None:
    """Hollow symbols at one level, with a number below each."""
    columns = [column for column, count in enumerate(counts) if count]
    axes.scatter(
        columns, [level] * len(columns), s=30, marker=marker, facecolors="none", edgecolors=colour, label=label
    )
    for column in columns:
        axes.annotate(
            str(counts[column]),
            (column, level),
            textcoords="offset points",
            xytext=(0, -12),
            ha="center",
            fontsize=8,
            color=colour,
        )
