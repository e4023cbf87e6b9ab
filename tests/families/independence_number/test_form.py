"""The form of certificates of bounds for independence numbers: what is written is read back, and what is shown."""

import json
import lzma
from pathlib import Path

import pytest

from kissalg.algebra.graphs import Graph, cycle, kneser
from kissalg.families.independence_number.family import FAMILY
from kissalg.families.independence_number.model import independence
from kissalg.families.independence_number.witness import FORM, face
from kissalg.rounding import round_columns, round_to_face, sharp_settings
from kissalg.solvers import solve
from kissalg.witness.document import read_form

FILES = sorted((Path(__file__).parents[3] / "certificates" / "graphs").iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_committed_certificates_are_written_as_they_are(path: Path) -> None:
    text = lzma.decompress(path.read_bytes()).decode("ascii")
    document = read_form(FORM, json.loads(text))
    assert document.encode() == text
    assert list(document.matrices) == [f"S{k}" for k in range(FAMILY.terms(document))]


def test_a_solution_with_weights_is_written_and_read_back() -> None:
    graph = Graph.of(5, cycle(5).edges, [1, "1/2", 2, 1, 3], list("abcde"))
    written = FORM.write(face(round_columns(solve(independence(graph, "theta-prime")))), {})
    assert read_form(FORM, json.loads(written.encode())) == written
    assert list(FAMILY.failures(written)) == []
    shown = FAMILY.shown(written)
    assert (shown.quantity, shown.behind) == ("alpha(Dhc, weighted)", ", an independent set of 2 vertices")
    assert FAMILY.claim(written).quantity == "alpha(Dhc;1,1/2,2,1,3)"


def test_an_irrational_bound_stands_beside_the_rational_one() -> None:
    problem = independence(cycle(5))
    written = FORM.write(face(round_to_face(solve(problem, settings=sharp_settings()))), {})
    assert read_form(FORM, json.loads(written.encode())) == written
    assert str(FAMILY.claim(written).exact) == "sqrt(5)"
    assert FAMILY.bound_text(written.bound) == "2.2360679775"
    assert written.provenance["level"] == "theta"
    assert FAMILY.degree(written) == 1


def test_long_graphs_are_shown_by_their_beginning() -> None:
    problem = independence(kneser(7, 3))
    written = FORM.write(face(round_columns(solve(problem))), {})
    graph6 = problem.graph.graph6
    assert FAMILY.shown(written).quantity == f"alpha({graph6[:39]}…)"
