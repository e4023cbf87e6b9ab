"""The polynomial of Delsarte's bound: f on [-1, 1], its roots, and the interval that the code avoids.

f(u) = 1 + Σ f_k P_k^n(u) is at most 0 on [-1, cos θ], and the bound is f(1). Inner products of a code that reaches the
bound are roots of f; none lies in the forbidden interval (cos θ, 1).

Main definitions: `draw_polynomial`, `roots_and_contacts`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import fmpq, fmpq_poly
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kissalg.algebra.orthogonal import gegenbauer
from kissalg.errors import ParameterError
from kissalg.plotting.certificate import Pictured, to_float
from kissalg.plotting.style import COLOURS, new_figure, shortened, styled

__all__ = ["draw_polynomial", "roots_and_contacts"]

_BITS = 128
_STEPS = 1 << 11
_CONTACT = 1e-3  # a maximum that is so near zero, relatively to the depth of f on [-1, cos θ], is drawn as a contact
_NEAR = 1e-5

Points = NDArray[np.float64]


@styled
def draw_polynomial(certificate: Pictured) -> Figure:
    """F on [-1, 1] above, and near zero below.

    Raises:
        ParameterError: the certificate is not one of Delsarte's bound.
    """
    document, p = certificate.document, certificate.document.parameters
    if certificate.family.picture != "polynomial":
        raise ParameterError(
            f"{certificate.path}: expected a certificate of the theorem delsarte, found {certificate.claim.theorem!r}; "
            "without --kind the picture that fits is drawn"
        )
    over = document.number_field()
    cosine = to_float(over(*(fmpq(c.numerator, c.denominator) for c in p.cos)).approximation(_BITS))
    f = fmpq_poly([1])
    for k, value in enumerate(document.witness["f"].elements(over), 1):
        f += value.approximation(_BITS) * gegenbauer(p.n, k)
    grid = [fmpq(i, _STEPS) for i in range(-_STEPS, _STEPS + 1)]
    u = np.array([to_float(x) for x in grid])
    values = np.array([to_float(f(x)) for x in grid])
    roots, contacts = roots_and_contacts(u, values, cosine)
    figure = new_figure(7.5, 6.5)
    whole, near = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.4))
    inside = values[u <= cosine]
    depth = float(-inside.min()) or 1.0
    for axes in (whole, near):
        axes.axhline(0, color="black", linewidth=0.8)
        axes.axvspan(cosine, 1, color=COLOURS[4], alpha=0.18, linewidth=0, label=r"forbidden: $\cos\theta < u < 1$")
        axes.plot(u, values, color=COLOURS[0], linewidth=1.6)
        _mark(axes, roots, COLOURS[1], "o", "roots")
        _mark(axes, contacts, COLOURS[2], "D", "double roots, or nearly so")
    whole.plot([1], [values[-1]], marker="*", markersize=11, color=COLOURS[3], linestyle="none", clip_on=False)
    whole.annotate(
        f"$f(1)$ = {values[-1]:.6g}", (1, values[-1]), textcoords="offset points", xytext=(-10, -4), ha="right"
    )
    whole.set_ylabel("$f(u)$")
    near.set_ylim(-1.15 * depth, 0.6 * depth)
    near.set_xlim(-1.02, 1.02)
    near.set_ylabel("$f(u)$, near zero")
    near.set_xlabel("inner product $u$")
    figure.legend(*near.get_legend_handles_labels(), loc="outside lower center", fontsize=9, ncols=3)
    whole.set_title(shortened(f"{certificate.title}, degree {f.degree()}"), fontsize=11)
    return figure


def _mark(axes: Axes, points: Sequence[float], colour: str, marker: str, label: str) -> None:
    if points:
        axes.plot(points, [0.0] * len(points), marker, color=colour, markersize=6, label=label, zorder=3)


def roots_and_contacts(u: Points, values: Points, cosine: float) -> tuple[list[float], list[float]]:
    """Where f changes its sign, and where it touches zero from below, from its values at many points.

    Args:
        u: the points, ascending.
        values: f at the points.
        cosine: f touches zero only up to here.

    Returns:
        The roots, and the points of contact.

    >>> u = np.linspace(-1, 1, 2001)
    >>> roots, contacts = roots_and_contacts(u, (u + 0.25) ** 2 * (u - 0.5), 0.5)
    >>> [round(x, 3) for x in roots], [round(x, 3) for x in contacts]
    ([0.5], [-0.25])
    """
    depth = float(-values[u <= cosine].min()) or 1.0
    roots = []
    for i in np.flatnonzero(values[:-1] * values[1:] < 0):
        part = values[i] / (values[i] - values[i + 1])
        roots.append(float(u[i] + part * (u[i + 1] - u[i])))
    roots += [float(x) for x in u[values == 0]]
    inner = np.arange(1, len(u) - 1)
    tops = inner[(values[inner] >= values[inner - 1]) & (values[inner] >= values[inner + 1])]
    contacts = [float(u[i]) for i in tops if abs(values[i]) < _CONTACT * depth]
    # a simple root at the end of the interval, but for the margin of the certificate
    if 0 < -values[0] < _NEAR * depth:
        roots.append(float(u[0]))
    # a contact that rounding turned into two roots, or into an exact zero of a sample, is one contact
    width = float(u[1] - u[0]) * 4
    return sorted(r for r in roots if all(abs(r - c) > width for c in contacts)), contacts
