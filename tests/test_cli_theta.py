"""`kissalg bound theta`: from a file with a graph to a verified certificate."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kissalg.cli.app import app
from kissalg.errors import PublishedError
from kissalg.published.graph_files import graph_of_text, read_facets, read_graph
from kissalg.verdict import verify

RUNNER = CliRunner()
DIMACS = "c the pentagon\np edge 5 5\ne 1 2\ne 2 3\ne 3 4\ne 4 5\ne 5 1\n"


def run(*arguments: str) -> tuple[int, str]:
    result = RUNNER.invoke(app, ["bound", "theta", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture
def pentagon(tmp_path: Path) -> Path:
    path = tmp_path / "c5.col"
    path.write_text(DIMACS)
    return path


def test_from_file_to_certificate(pentagon: Path, tmp_path: Path) -> None:
    out = tmp_path / "c5.json.xz"
    code, text = run(str(pentagon), "--cut", "triangle", "--independent", "1,3", "-o", str(out))
    assert code == 0, text
    assert text.count("VERIFIED  alpha(Dhc) <= 2.0") == 2
    assert verify(out, expect="alpha(Dhc) = 2").verified
    code, text = run(str(pentagon), "-o", str(out))
    assert code == 2
    assert "exists" in text


def test_facets_and_complement(pentagon: Path, tmp_path: Path) -> None:
    facets = tmp_path / "facets.json"
    quadratic = [[0, 1, -1], [0, 2, -1], [1, 2, -1]]
    listed = [
        {"linear": [1, 1, 1], "quadratic": quadratic, "rhs": 1},
        {"linear": [-1, 0, 0], "quadratic": [[0, 1, 1], [0, 2, 1], [1, 2, -1]], "rhs": 0},
    ]
    facets.write_text(json.dumps({"n": 3, "facets": listed}))
    out = tmp_path / "out.json.xz"
    code, text = run(str(pentagon), "--facets", str(facets), "--complement", "-q", "-o", str(out))
    assert code == 0, text
    assert "<= 2.0" in text
    facets.write_text(json.dumps({"n": 1, "facets": [{"linear": [1], "rhs": 0}]}))
    with pytest.raises(PublishedError, match="fails at the point"):
        read_facets(facets)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.g6"], "cannot be read"),
        (["{c5}", "--independent", "9"], "names of vertices"),
        (["{c5}", "--independent", "1,2"], "adjacent"),
        (["{c5}", "--format", "graph6"], "lines"),
        (["{c5}", "--sharp", "--bits", "100"], "found both"),
        (["{c5}", "--level", "las9"], "las9"),
    ],
)
def test_wrong_usage(pentagon: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    words = [word.format(c5=pentagon) for word in arguments]
    code, text = run(*words, "-o", str(tmp_path / "out.json.xz"))
    assert code == 2
    assert message in text


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("Dhc\n", "graph6"),
        (">>graph6<<Dhc", "graph6"),
        (DIMACS, "dimacs"),
        ("0 1\n1 2\n2 3 # comment\n3 4\n\n4 0\n", "edges"),
        ('{"vertices": 5, "edges": [[0, 1], [1, 2], [2, 3], [3, 4], [4, 0]]}', "json"),
    ],
)
def test_formats_of_graphs(text: str, format_: str, tmp_path: Path) -> None:
    for chosen in (None, format_):
        assert graph_of_text(text, chosen).graph6 == "Dhc"
    path = tmp_path / "graph"
    path.write_text(text)
    assert read_graph(path).graph6 == "Dhc"


def test_weights_and_single_vertices() -> None:
    assert [str(w) for w in graph_of_text(DIMACS + "n 2 5\n").weights] == ["1", "5", "1", "1", "1"]
    assert [str(w) for w in graph_of_text('{"vertices": 2, "edges": [], "weights": [1, "1/2"]}').weights] == [
        "1",
        "1/2",
    ]
    assert graph_of_text("a b\nc\n").n == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no vertex"),
        ("a b c\n", "two vertices"),
        ("a a\n", "loop"),
        ("Dh\x01\n", "graph6"),
        (":Dhc\n", "sparse6"),
        ("p edge 3 1\ne 1 4\n", "from 1 to 3"),
        ("p edge 3 1\ne 1 1\n", "different vertices"),
        ("p edge 3 1\np edge 3 1\n", "one line"),
        ("p edge 99999999999 1\n", "from 1 to 1024"),
        ("p edge 3 1\ne 1 x\n", "from 1 to 3"),
        ("p edge 3 1\nn 1 -2\n", "nonnegative weights"),
        ("p edge 3 1\nq 1 2\n", "expected a line"),
        ('{"vertices": 3}', "edges"),
        ('{"vertices": 3, "edges": [[0, 5]]}', "from 0 to 2"),
        ('{"vertices": 3, "edges": [[0]]}', "pair"),
        ('{"vertices": 1e9, "edges": []}', "vertices"),
        ("\n".join(f"v{i} w{i}" for i in range(600)), "at most 1024 vertices"),
        ("\n" * 1_100_000, "lines"),
    ],
)
def test_files_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(PublishedError, match=message):
        graph_of_text(text)
