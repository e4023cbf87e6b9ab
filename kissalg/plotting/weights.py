"""The weights of an average kissing number beside the areas of caps, and the function F(t,a,b) where it is negative.

A certificate holds a weight ω of sizes and a function F with F(t,a,b) <= 0 for -1 <= t <= 1 - 2ab. In the paper ω is
f², f above the root of the area α of a cap, so that f against √α becomes √ω against √(α_ρ/α_ρ(1)) here.

Main definitions: `WeightAndKernel`, `weight_and_kernel`, `draw_average_kissing`.

Reference: Dostert, Kolpakov and Oliveira (2020), Figure 3, for the first of the two pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from flint import fmpq, fmpq_mat
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kissalg.algebra.spherical_cap import contact_cap_area
from kissalg.errors import ParameterError
from kissalg.families.average_kissing.family import FAMILY as MESH
from kissalg.families.average_kissing_polynomial.audit import problem_of
from kissalg.families.average_kissing_polynomial.family import FAMILY as POLYNOMIAL
from kissalg.families.balls.local import dyadic_gegenbauer
from kissalg.families.family import Family
from kissalg.witness.document import CertificateDocument

__all__ = ["WeightAndKernel", "draw_average_kissing", "weight_and_kernel"]

Floats: TypeAlias = NDArray[np.float64]
Features: TypeAlias = tuple[float, Callable[[float], Floats]]
_POINTS = 321
_DECADES = 6  # of the values of -F, below the largest
_BLUE, _RED = "#0072B2", "#D55E00"  # Okabe and Ito's


@dataclass(frozen=True)
class WeightAndKernel:
    """ω and F of a certificate, in double precision, for display.

    Attributes:
        n: the dimension.
        first: the least size with a weight.
        features: for a size the vector u with ω = wᵀu and F(t,a,b) = Σ u(a)ᵀ F_k u(b) E_k(t).
        weights, kernels: w, and the matrices F_k.
    """

    n: int
    first: float
    features: Callable[[float], Floats]
    weights: Floats
    kernels: tuple[Floats, ...]

    def weight(self, size: float) -> float:
        """ω."""
        return float(self.weights @ self.features(size)) if size >= self.first else 0.0

    def kernel(self, t: float, a: float, b: float) -> float:
        """F(t,a,b)."""
        u, v = self.features(a), self.features(b)
        return float(sum(_value(self.n, k, t) * (u @ matrix @ v) for k, matrix in enumerate(self.kernels)))


def weight_and_kernel(document: CertificateDocument) -> WeightAndKernel:
    """The functions of a certificate of the theorem `average-kissing` or `average-kissing-polynomial`.

    Raises:
        ParameterError: it is one of another theorem.
    """
    _, features_of = _source(document)
    first, features = features_of(document)
    p = document.parameters
    matrices = [_array(document.matrices[f"F{k}"].matrix()) for k in range(p.degree + 1)]
    border = matrices[0]
    return WeightAndKernel(p.n, first, features, border[0, 1:], (border[1:, 1:], *matrices[1:]))


def _mesh_features(document: CertificateDocument) -> Features:
    mesh = document.parameters.mesh
    nodes, pieces = [_float(node) for node in mesh.nodes], mesh.pieces

    def features(size: float) -> Floats:
        u = np.zeros(len(nodes))
        p = max((i for i, node in enumerate(nodes) if node <= size), default=0)
        part = (size - nodes[p]) / (nodes[p + 1] - nodes[p]) if pieces[p] == "l" else 0.0
        u[p] = 1 - part
        if part:
            u[p + 1] = part
        return u

    return nodes[0], features


def _polynomial_features(document: CertificateDocument) -> Features:
    """f(x) times the powers of x: with them F becomes f(x) f(y) F(t,x,y), which is negative at the same places."""
    problem = problem_of(document)
    sizes, root = problem.sizes, [_float(c) for c in problem.root.coeffs()]
    first = _float(sizes.first)

    def features(size: float) -> Floats:
        share = min(1.0, max(0.0, (size - first) / (1 - 2 * first)))
        x = 2 * share ** (1 / sizes.power) - 1
        value = float(sum(c * x**k for k, c in enumerate(root)))
        return np.array([value * x**i for i in range(problem.order + 1)])

    return first, features


_SOURCES = {MESH.theorem: (MESH, _mesh_features), POLYNOMIAL.theorem: (POLYNOMIAL, _polynomial_features)}


def _source(document: CertificateDocument) -> tuple[Family, Callable[[CertificateDocument], Features]]:
    """The theorem of the certificate, and how its features are found."""
    if document.theorem not in _SOURCES:
        raise ParameterError(
            f"expected a certificate of an average kissing number for all radii, found one of {document.theorem!r}"
        )
    return _SOURCES[document.theorem]


def draw_average_kissing(document: CertificateDocument, title: str = "", rho_squared: fmpq | None = None) -> Figure:
    """Two pictures: √ω beside √(α_ρ/α_ρ(1)), and -F on two planes of its domain.

    The planes are b = a and b = 1 - a; the scale of -F is logarithmic.

    Args:
        document: see `weight_and_kernel`.
        title: by default the claim.
        rho_squared: the square of ρ, by default 3.

    Returns:
        The figure.

    Raises:
        ParameterError: the certificate is one of another theorem.
    """
    family, _ = _source(document)
    functions = weight_and_kernel(document)
    figure = Figure(figsize=(12, 4.2), layout="constrained")
    curve, equal, opposite = figure.subplots(1, 3, width_ratios=(1.1, 1, 1))
    _draw_weight(curve, functions, fmpq(3) if rho_squared is None else rho_squared)
    for axes, what, other in ((equal, "b = a", lambda a: a), (opposite, "b = 1 - a", lambda a: 1 - a)):
        _draw_kernel(figure, axes, functions, what, other)
    figure.suptitle(title or str(family.claim(document)), fontsize=11)
    return figure


def _draw_weight(axes: Axes, functions: WeightAndKernel, rho_squared: fmpq) -> None:
    sizes = np.linspace(0, 1, _POINTS)[:-1]
    half = float(contact_cap_area(functions.n, rho_squared, fmpq(1, 2)))
    areas = [float(contact_cap_area(functions.n, rho_squared, fmpq(i, _POINTS - 1))) / half for i in range(_POINTS - 1)]
    weights = np.array([functions.weight(size) for size in sizes])
    axes.plot(
        sizes, np.sqrt(np.maximum(weights, 0)), color=_BLUE, linewidth=1.8, label=r"$\sqrt{\omega}$, this certificate"
    )
    label = rf"$\sqrt{{\alpha_\rho/\alpha_\rho(1)}}$, $\rho^2 = {rho_squared}$"
    axes.plot(sizes, np.sqrt(np.maximum(areas, 0)), color=_RED, linewidth=1.4, linestyle="--", label=label)
    axes.plot([0.5], [1], "o", color="black", markersize=4)
    axes.set_xlabel("size $a = s/(r+s)$ of the neighbour")
    axes.set_xlim(0, 1)
    used = weights[
        sizes <= 1 - functions.first
    ]  # larger neighbours have the same weight as these; the areas may be far above
    axes.set_ylim(0, max(1.5, 1.15 * float(np.sqrt(max(used.max(initial=0.0), 0.0)))))
    axes.grid(alpha=0.25)
    axes.legend(loc="upper left", fontsize=9)
    axes.set_title("the root of the weight", fontsize=10)


def _draw_kernel(
    figure: Figure, axes: Axes, functions: WeightAndKernel, what: str, other: Callable[[float], float]
) -> None:
    low = functions.first
    sizes, t = np.linspace(low, 1 - low, 141), np.linspace(-1, 1, 201)
    table = np.array([[_value(functions.n, k, x) for x in t] for k in range(len(functions.kernels))])
    rows = []
    for a in sizes:
        u, v = functions.features(a), functions.features(other(a))
        row = -np.array([u @ matrix @ v for matrix in functions.kernels]) @ table
        row[t > 1 - 2 * a * other(a)] = np.nan
        rows.append(row)
    values = np.array(rows)
    largest = np.nanmax(values)
    logarithms = np.log10(np.maximum(values, largest * 10.0**-_DECADES))
    mesh = axes.pcolormesh(t, sizes, logarithms, cmap="viridis", shading="nearest", rasterized=True)
    axes.plot(
        1 - 2 * sizes * np.array([other(a) for a in sizes]), sizes, color=_RED, linewidth=1.6, label="$t = 1 - 2ab$"
    )
    axes.set_xlim(-1, 1)
    axes.set_xlabel("$t$")
    axes.set_ylabel("$a$")
    axes.legend(loc="upper right", fontsize=9)
    axes.set_title(f"$\\log_{{10}}(-F(t,a,b))$, ${what}$", fontsize=10)
    figure.colorbar(mesh, ax=axes)


def _value(n: int, k: int, t: float) -> float:
    """E_k(t), by the three-term recurrence, which is stable on [-1, 1]."""
    previous, current = 1.0, t
    if k == 0:
        return 1.0
    for j in range(1, k):
        previous, current = current, ((2 * j + n - 2) * t * current - j * previous) / (j + n - 2)
    return current * _float(dyadic_gegenbauer(n, k)(1))


def _array(matrix: fmpq_mat) -> Floats:
    return np.array([[_float(entry) for entry in row] for row in matrix.tolist()], dtype=np.float64)


def _float(value: fmpq) -> float:
    return int(value.p) / int(value.q)
