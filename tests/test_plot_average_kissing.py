"""Pictures of average kissing numbers: what is drawn is what the certificate says."""

import io
import itertools

import numpy as np
import pytest
from flint import fmpq

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


@pytest.mark.parametrize("name", ["linear-n3-d6", "polynomial-n3-d6-caps"])
def test_the_picture_has_three_panels(name: str) -> None:
    figure = draw_average_kissing(document(name))
    curve, equal, opposite, *bars = figure.axes
    assert len(bars) == 2
    assert [axes.get_xlim() for axes in (curve, equal, opposite)] == [(0, 1), (-1, 1), (-1, 1)]
    assert len(curve.get_lines()) == 3
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=40)
    assert stream.getvalue().startswith(b"\x89PNG")


def test_other_certificates_have_no_weight() -> None:
    with pytest.raises(ParameterError, match="for all radii"):
        draw_average_kissing(document("radii-n3-d6"))
