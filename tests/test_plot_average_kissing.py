"""Pictures of average kissing numbers: what is drawn is what the certificate says."""

import itertools

import numpy as np
import pytest
from flint import fmpq

from kissalg.algebra.spherical_cap import contact_cap_area
from kissalg.audit import read_document
from kissalg.errors import ParameterError
from kissalg.families.average_kissing_polynomial.audit import problem_of
from kissalg.families.balls.local import dyadic_gegenbauer
from kissalg.plotting.weights import draw_average_kissing, weight_and_kernel
from kissalg.witness.document import CertificateDocument
from tests.vectors import vector


def document(name: str) -> CertificateDocument:
    """A certificate of an average kissing number; the name of the file begins with that of its kind."""
    kind = name.partition("-")[0]
    theorem = "average-kissing" if kind in ("linear", "step") else f"average-kissing-{kind}"
    return read_document(vector(theorem, name).read_bytes())


def exact(value: fmpq) -> float:
    return int(value.p) / int(value.q)


@pytest.mark.parametrize("name", ["linear-n3-d6", "linear-n8-d8", "step-n3-d5"])
def test_weights_at_the_nodes_of_a_mesh(name: str) -> None:
    doc = document(name)
    functions, p = weight_and_kernel(doc), doc.parameters
    nodes = p.mesh.nodes
    border = doc.matrices["F0"].matrix()
    jumps = {node for node, later in itertools.pairwise(nodes) if node == later}
    for i, node in enumerate(nodes):
        if node not in jumps:
            assert functions.weight(exact(node)) == pytest.approx(exact(border[i + 1, 0]))
            value = sum(
                (dyadic_gegenbauer(p.n, k)(fmpq(1, 5)) * doc.matrices[f"F{k}"].matrix()[i + o, i + o]
                 for k in range(p.degree + 1) for o in [int(k == 0)]), fmpq(0)
            )  # fmt: skip
            assert functions.kernel(0.2, exact(node), exact(node)) == pytest.approx(exact(value), abs=1e-12)
    assert functions.weight(functions.first / 2) == 0


@pytest.mark.parametrize("name", ["polynomial-n3-d6", "polynomial-n3-d6-caps"])
def test_polynomial_weights(name: str) -> None:
    doc = document(name)
    functions, problem = weight_and_kernel(doc), problem_of(doc)
    border = doc.matrices["F0"].matrix()
    for x in (fmpq(-1), fmpq(-1, 3), fmpq(1, 2), fmpq(1)):
        size = problem.sizes.first + (1 - 2 * problem.sizes.first) * ((1 + x) / 2) ** problem.sizes.power
        g = sum((border[i + 1, 0] * x**i for i in range(problem.order + 1)), fmpq(0))
        assert functions.weight(exact(size)) == pytest.approx(exact(g * problem.root(x)))
    sizes = np.linspace(functions.first, 1, 30)
    assert all(functions.kernel(1 - 2 * a * b, a, b) <= 1e-12 for a in sizes for b in sizes)


TITLES = {
    "linear-n3-d6": "average-kissing(3) <= 17.7852481542",
    "polynomial-n3-d6-caps": "average-kissing(3) <= 16.8219447054",
}


@pytest.mark.parametrize("name", TITLES)
def test_the_picture_has_three_panels(name: str) -> None:
    figure = draw_average_kissing(document(name))
    curve, equal, opposite, *bars = figure.axes
    assert len(bars) == 2
    assert figure.get_suptitle() == TITLES[name]
    assert draw_average_kissing(document(name), "another").get_suptitle() == "another"
    assert [axes.get_xlim() for axes in (curve, equal, opposite)] == [(0, 1), (-1, 1), (-1, 1)]
    assert [axes.get_title() for axes in (curve, equal, opposite)] == [
        "the root of the weight",
        r"$\log_{10}(-F(t,a,b))$, $b = a$",
        r"$\log_{10}(-F(t,a,b))$, $b = 1 - a$",
    ]
    labels = [(axes.get_xlabel(), axes.get_ylabel()) for axes in (curve, equal, opposite)]
    assert labels == [("size $a = s/(r+s)$ of the neighbour", ""), ("$t$", "$a$"), ("$t$", "$a$")]
    for axes, count in ((curve, 2), (equal, 1), (opposite, 1)):
        legend = axes.get_legend()
        assert legend is not None
        assert [text.get_text() for text in legend.get_texts()] == [line.get_label() for line in axes.lines[:count]]


@pytest.mark.parametrize("name", TITLES)
def test_the_weight_is_drawn_beside_the_areas(name: str) -> None:
    doc = document(name)
    functions = weight_and_kernel(doc)
    weight, area, point = draw_average_kissing(doc, rho_squared=fmpq(2)).axes[0].lines
    assert weight.get_label() == r"$\sqrt{\omega}$, this certificate"
    assert area.get_label() == r"$\sqrt{\alpha_\rho/\alpha_\rho(1)}$, $\rho^2 = 2$"
    assert draw_average_kissing(doc).axes[0].lines[1].get_label() == str(area.get_label()).replace("2$", "3$")
    sizes = np.asarray(weight.get_xdata())
    assert np.allclose(sizes, np.arange(320) / 320, atol=1e-12)
    assert np.allclose(np.asarray(weight.get_ydata()) ** 2, [functions.weight(size) for size in sizes], atol=1e-12)
    half = float(contact_cap_area(3, fmpq(2), fmpq(1, 2)))
    areas = [float(contact_cap_area(3, fmpq(2), fmpq(i, 320))) / half for i in range(320)]
    assert np.allclose(np.asarray(area.get_ydata()) ** 2, areas)
    assert np.asarray(point.get_xydata()).tolist() == [[0.5, 1]]
    low, high = draw_average_kissing(doc).axes[0].get_ylim()
    assert low == 0
    assert high > np.asarray(weight.get_ydata())[sizes <= 1 - functions.first].max()


@pytest.mark.parametrize("name", TITLES)
def test_the_function_is_drawn_where_it_is_negative(name: str) -> None:
    doc = document(name)
    functions = weight_and_kernel(doc)
    _, equal, opposite, *_ = draw_average_kissing(doc).axes
    sizes, t = np.linspace(functions.first, 1 - functions.first, 141), np.linspace(-1, 1, 201)
    for axes, others in ((equal, sizes), (opposite, 1 - sizes)):
        (border,) = axes.lines
        assert border.get_label() == "$t = 1 - 2ab$"
        assert np.allclose(border.get_xydata(), np.column_stack((1 - 2 * sizes * others, sizes)))
        (mesh,) = axes.collections
        values = np.ma.asarray(mesh.get_array()).filled(np.nan)
        assert values.shape == (141, 201)
        for row in range(0, 141, 35):
            a, b = sizes[row], others[row]
            outside = t > 1 - 2 * a * b
            assert np.array_equal(np.isnan(values[row]), outside)
            shown = 10 ** values[row][~outside]
            exact = np.array([-functions.kernel(x, a, b) for x in t[~outside]])
            least = 10 ** np.nanmax(values) / 10**6
            assert np.allclose(shown, np.maximum(exact, least), rtol=1e-6, atol=1e-12)


def test_other_certificates_have_no_weight() -> None:
    with pytest.raises(ParameterError, match="for all radii"):
        draw_average_kissing(document("radii-n3-d6"))
