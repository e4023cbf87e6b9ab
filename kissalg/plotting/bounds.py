"""Bounds against the degree: how much a higher degree brings, and what is known.

Main definition: `draw_bounds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from kissalg.errors import ParameterError
from kissalg.plotting.certificate import Pictured
from kissalg.plotting.style import COLOURS, MARKERS, new_figure, shortened, styled
from kissalg.tables import known_values

__all__ = ["draw_bounds"]

_MOST = 12  # quantities in one picture
_TITLES = {1: 58, 2: 40, 3: 32}  # characters above a panel, by the number of columns


@styled
def draw_bounds(certificates: Sequence[Pictured]) -> Figure:
    """One panel for each quantity: the bounds of its certificates by degree, and the known bounds.

    The bounds of one theorem are joined by a line.

    Raises:
        ParameterError: there are too many quantities for one picture, or no certificate.
    """
    groups: dict[str, list[Pictured]] = {}
    for certificate in certificates:
        groups.setdefault(certificate.claim.quantity, []).append(certificate)
    if not 1 <= len(groups) <= _MOST:
        raise ParameterError(f"expected certificates of 1 to {_MOST} quantities, found {len(groups)}")
    columns = min(3, len(groups))
    rows = -(-len(groups) // columns)
    figure = new_figure(max(6.5, 3.6 * columns), max(4.2, 3.0 * rows))
    panels = figure.subplots(rows, columns, squeeze=False).flatten()
    for axes in panels[len(groups) :]:
        axes.set_visible(False)
    theorems = sorted({c.document.theorem for c in certificates})
    for axes, (quantity, members) in zip(panels, groups.items(), strict=False):
        for index, theorem in enumerate(theorems):
            points = sorted((c.degree, float(c.document.bound)) for c in members if c.document.theorem == theorem)
            if points:
                colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
                axes.plot(*zip(*points, strict=True), marker=marker, color=colour, linewidth=1.2, label=theorem)
        known = known_values().get(quantity)
        if known is not None and known.lower is not None:
            axes.axhline(float(known.lower), color="black", linestyle="--", linewidth=1, label="known lower bound")
        if known is not None and known.upper is not None and known.upper != known.lower:
            axes.axhline(float(known.upper), color="0.45", linestyle=":", linewidth=1.4, label="known upper bound")
        marked = [c for c in members if not c.report.verified]
        axes.set_title(shortened(f"{quantity}{' (NOT VERIFIED)' if marked else ''}", _TITLES[columns]), fontsize=10)
        axes.set_xlabel("degree $d$")
        degrees = [c.degree for c in members]
        if min(degrees) == max(degrees):
            axes.set_xticks(degrees[:1])
        else:
            axes.xaxis.get_major_locator().set_params(integer=True)
        axes.ticklabel_format(axis="y", useOffset=False)
    for axes in panels[: len(groups) : columns]:
        axes.set_ylabel("bound")
    handles: dict[str, Any] = {}
    for axes in panels[: len(groups)]:
        handles.update({str(label): line for line, label in zip(*axes.get_legend_handles_labels(), strict=True)})
    figure.legend(
        list(handles.values()), list(handles), loc="outside lower center", ncols=min(4, len(handles)), fontsize=9
    )
    return figure
