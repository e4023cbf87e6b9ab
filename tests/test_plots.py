"""Pictures: what is drawn, how it is saved, and the command."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from kissalg.cli import app
from kissalg.errors import CertificateError, ParameterError
from kissalg.plotting.bounds import draw_bounds
from kissalg.plotting.certificate import Pictured, matrices, pictured
from kissalg.plotting.polynomial import draw_polynomial, roots_and_contacts
from kissalg.plotting.spectra import draw_spectra
from kissalg.plotting.style import COLOURS, MARKERS, save_figure, shortened
from tests.vectors import vector, vectors

ROOT = Path(__file__).parents[1]
E8, ICOSAHEDRON, CELL600 = (vector("delsarte", name) for name in ("e8", "icosahedron", "600-cell"))
PETERSEN = vector("three-point", "petersen")
BY_DEGREE = [path for path in vectors("three-point", "verified") if path.name.startswith("three-point-n4-d")]
REJECTED = vectors("three-point", "rejected")

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            app(["plot", *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return int(caught.value.code or 0), out, err

    return command


def drawn(figure: Figure, panel: int, label: str) -> np.ndarray:
    """The horizontal coordinates of a labelled line of a panel."""
    (line,) = (line for line in figure.axes[panel].lines if line.get_label() == label)
    return np.asarray(line.get_xdata())


def entries(figure: Figure) -> list[str]:
    """The entries of the legend of a figure."""
    (legend,) = figure.legends
    return [text.get_text() for text in legend.get_texts()]


def written(path: Path) -> list[str]:
    """The texts of an SVG, without those that are typeset as mathematics."""
    return [re.sub("<[^>]*>", "", text).strip() for text in re.findall(r"<text.*?</text>", path.read_text(), re.S)]


@pytest.mark.parametrize(
    ("name", "roots", "double"),
    [
        ("e8", [-1, 0.5], [-0.5, 0]),
        ("icosahedron", [-1, 5**-0.5], [-(5**-0.5)]),
        ("600-cell", [-1, (1 + 5**0.5) / 4], [-(1 + 5**0.5) / 4, -0.5, (1 - 5**0.5) / 4, 0, (5**0.5 - 1) / 4, 0.5]),
    ],
)
def test_the_roots_are_the_inner_products_of_the_code(name: str, roots: list[float], double: list[float]) -> None:
    figure = draw_polynomial(pictured(vector("delsarte", name)))
    for panel in (0, 1):
        assert np.allclose(drawn(figure, panel, "roots"), roots, atol=1e-3)
        assert np.allclose(drawn(figure, panel, "double roots, or nearly so"), double, atol=1e-3)
    (shaded,) = (patch for patch in figure.axes[1].patches if str(patch.get_label()).startswith("forbidden"))
    left, right = shaded.get_extents().transformed(figure.axes[1].transData.inverted()).intervalx
    assert abs(left - roots[-1]) < 1e-9
    assert abs(right - 1) < 1e-9
    assert [axes.get_xlim() for axes in figure.axes] == [(-1.02, 1.02)] * 2
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "inner product $u$"]
    assert [axes.get_ylabel() for axes in figure.axes] == ["$f(u)$", "$f(u)$, near zero"]
    assert entries(figure) == [r"forbidden: $\cos\theta < u < 1$", "roots", "double roots, or nearly so"]


@pytest.mark.parametrize(
    ("name", "title", "roots", "value"),
    [
        ("e8", "A(8,1/2) ≤ 240, degree 6", [-1, -0.5, -0.5, 0, 0, 0.5], 240),
        ("icosahedron", "A(3,1/5*sqrt(5)) ≤ 12, degree 4", [-1, -(5**-0.5), -(5**-0.5), 5**-0.5], 12),
    ],
)
def test_the_curve_is_the_polynomial(name: str, title: str, roots: list[float], value: int) -> None:
    """It is the multiple of Levenshtein's polynomial, the product of u - root, whose value at 1 is the bound."""
    figure = draw_polynomial(pictured(vector("delsarte", name)))
    whole, near = figure.axes
    assert whole.get_title() == title
    (note,) = whole.texts
    assert (note.get_text(), note.xy) == (f"$f(1)$ = {value}", (1, pytest.approx(value)))
    (star,) = (line for line in whole.lines if line.get_marker() == "*")
    assert np.allclose(star.get_xydata(), [[1, value]])
    for axes in (whole, near):
        (curve,) = (line for line in axes.lines if len(np.asarray(line.get_xdata())) > 1000)
        u, f = np.asarray(curve.get_xdata()), np.asarray(curve.get_ydata())
        assert np.array_equal(u, np.linspace(-1, 1, len(u)))
        product = np.prod([u - root for root in roots], axis=0)
        assert np.allclose(f, value * product / product[-1], atol=1e-9 * value)
    assert np.allclose(near.get_ylim(), (1.15 * f.min(), -0.6 * f.min()))


def test_contacts_are_told_from_roots() -> None:
    u = np.linspace(-1, 1, 4097)
    roots, contacts = roots_and_contacts(u, (u + 0.3) ** 2 * (u - 0.1) * (2 - u), 0.1)
    assert np.allclose(roots, [0.1], atol=1e-3)
    assert np.allclose(contacts, [-0.3], atol=1e-3)


def test_only_delsarte_has_a_polynomial() -> None:
    with pytest.raises(ParameterError, match="expected a certificate of the theorem delsarte"):
        draw_polynomial(pictured(PETERSEN))


def test_spectra_on_a_face_show_the_ranks() -> None:
    certificate = pictured(E8)
    blocks = matrices(certificate.document)
    assert {name: (len(matrix), rank) for name, (matrix, rank) in blocks.items()} == {"Q0": (4, 0), "Q1": (3, 1)}
    for matrix, rank in blocks.values():
        values = np.linalg.eigvalsh(matrix)
        assert rank is not None
        assert (values[len(values) - rank :] > 1e-6).all()
        assert np.abs(values[: len(values) - rank]).max() < 1e-12
    (axes,) = draw_spectra(certificate).axes
    assert [text.get_text() for text in axes.texts] == ["4", "2"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["Q0 (4)", "Q1 (3)"]
    assert axes.get_yscale() == "log"


def test_spectra_over_a_number_field() -> None:
    blocks = matrices(pictured(CELL600).document)
    for matrix, _ in blocks.values():
        assert np.allclose(matrix, matrix.T)
        assert np.linalg.eigvalsh(matrix)[0] > -1e-9 * np.abs(matrix).max()


OF_MATRICES = [
    ("three-point", "three-point-n3-d5", "A(3,1/2) ≤ 13.0175812907", "positive, but too small for double precision"),
    ("average-kissing", "linear-n3-d6", "average-kissing(3) ≤ 17.7852481542", ""),
    ("nonnegative", "motzkin", "x1^2*x2^4 + x1^4*x2^2 - 3*x1^2*x2^2 + 1 ≥ 0", "zero: the rank is part of the proof"),
    ("delsarte", "600-cell", "A(4,1/4 + 1/4*sqrt(5)) ≤ 120", "zero: the rank is part of the proof"),
]


@pytest.mark.parametrize(("theorem", "name", "title", "hollow"), OF_MATRICES)
def test_every_eigenvalue_is_drawn_or_counted(theorem: str, name: str, title: str, hollow: str) -> None:
    certificate = pictured(vector(theorem, name))
    blocks = matrices(certificate.document)
    figure = draw_spectra(certificate)
    (axes,) = figure.axes
    assert axes.get_title() == title
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == ("matrix (size)", "eigenvalues", "log")
    assert axes.get_xlim() == (-0.7, len(blocks) - 0.3)
    assert list(axes.get_xticks()) == list(range(len(blocks)))
    labels = [f"{block} ({len(matrix)})" for block, (matrix, _) in blocks.items()]
    assert [label.get_text() for label in axes.get_xticklabels()] == labels
    assert entries(figure) == ["eigenvalues", *([f"{hollow} (how many)"] if hollow else [])]
    points = np.asarray(axes.collections[0].get_offsets())
    counted = np.asarray(axes.collections[1].get_offsets()) if hollow else np.empty((0, 2))
    below = {int(column): int(text.get_text()) for (column, _), text in zip(counted, axes.texts, strict=True)}
    for column, (matrix, rank) in enumerate(blocks.values()):
        values = np.linalg.eigvalsh(matrix)
        shown = sorted(y for x, y in points if x == column)
        assert len(shown) + below.get(column, 0) == len(values)
        assert rank in (None, len(shown))
        assert np.allclose(shown, values[len(values) - len(shown) :], rtol=1e-12)
    bottom, top = axes.get_ylim()
    assert (points[:, 1] < top).all()
    if hollow:
        assert np.allclose(counted[:, 1], points[:, 1].min() / 30)
        assert bottom == pytest.approx(points[:, 1].min() / 900)


def test_bounds_against_the_degree() -> None:
    certificates = [pictured(path) for path in BY_DEGREE]
    figure = draw_bounds(certificates[::-1])
    (axes,) = figure.axes
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("A(4,1/2)", "degree $d$", "bound")
    line, known = axes.lines  # the upper bound that is known is the lower one
    assert list(line.get_xdata()) == [4, 6]
    assert np.allclose(line.get_ydata(), [26, 25.221834853], atol=1e-8)
    assert line.get_marker() == MARKERS[0]
    assert set(known.get_ydata()) == {24}
    assert entries(figure) == ["three-point", "known lower bound"]
    assert all(degree == int(degree) for degree in axes.get_xticks())


def test_one_panel_for_each_quantity() -> None:
    paths = [E8, *BY_DEGREE, vector("average-kissing", "linear-n3-d6"), ICOSAHEDRON]
    figure = draw_bounds([pictured(path) for path in paths])
    assert [axes.get_visible() for axes in figure.axes] == [True] * 4 + [False] * 2
    panels = figure.axes[:4]
    assert [axes.get_title() for axes in panels] == ["A(8,1/2)", "A(4,1/2)", "average-kissing(3)", "A(3,1/5*sqrt(5))"]
    assert [axes.get_xlabel() for axes in panels] == ["degree $d$"] * 4
    assert [axes.get_ylabel() for axes in panels] == ["bound", "", "", "bound"]  # of the first column only
    lines = [
        {str(line.get_label()): (line.get_marker(), list(line.get_ydata())) for line in axes.lines} for axes in panels
    ]
    assert lines[0] == {"delsarte": (MARKERS[1], [240]), "known lower bound": ("None", [240, 240])}
    assert list(lines[1]) == ["three-point", "known lower bound"]
    assert lines[1]["three-point"][0] == MARKERS[2]
    assert lines[2] == {
        "average-kissing": (MARKERS[0], [pytest.approx(17.7852481542)]),
        "known lower bound": ("None", [12.612] * 2),
        "known upper bound": ("None", [13.606] * 2),
    }
    assert lines[3] == {"delsarte": (MARKERS[1], [12]), "known lower bound": ("None", [12, 12])}
    assert entries(figure) == [
        "delsarte",
        "known lower bound",
        "three-point",
        "average-kissing",
        "known upper bound",
    ]


def test_bounds_without_a_certificate() -> None:
    with pytest.raises(ParameterError, match="expected certificates of 1 to 12 quantities, found 0"):
        draw_bounds([])


def test_a_rejected_certificate_says_so_in_the_picture() -> None:
    certificate = next(c for c in map(_readable, REJECTED) if c is not None)
    assert certificate.title.startswith("NOT VERIFIED: ")
    assert draw_spectra(certificate).axes[0].get_title().startswith("NOT VERIFIED: ")


def _readable(path: Path) -> Pictured | None:
    try:
        return pictured(path)
    except CertificateError:
        return None


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_saved_by_suffix_and_always_the_same(tmp_path: Path, suffix: str, start: bytes) -> None:
    before = mpl.rcParams["svg.hashsalt"]
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    for path in (first, second):
        save_figure(draw_polynomial(pictured(ICOSAHEDRON)), path)
    assert first.read_bytes().startswith(start)
    assert first.read_bytes() == second.read_bytes()
    assert mpl.rcParams["svg.hashsalt"] == before
    assert len(list(tmp_path.iterdir())) == 2


def test_colours_are_distinct() -> None:
    assert len(set(COLOURS)) == len(COLOURS) >= 6


def test_one_degree_has_one_tick() -> None:
    (axes,) = draw_bounds([pictured(E8)]).axes
    assert list(axes.get_xticks()) == [3]


def test_titles_show_the_bound() -> None:
    title = shortened(f"sdp(sha256:{'0' * 64}) >= -4.0450849719")
    assert len(title) == 58
    assert title.startswith("sdp(sha256:0")
    assert title.endswith(" ≥ -4.0450849719")


def test_titles_are_harmless() -> None:
    assert shortened("$\\frac{1}{0}$ <= 1\x1b", 40) == " \\frac{1}{0}  ≤ 1 "


def test_the_command(run: Command) -> None:
    code, out, err = run(str(E8))
    assert code == 0, err
    assert out == ""
    assert "A(8,1/2) ≤ 240, degree 6" in written(Path("e8.svg"))
    code, _, err = run(str(E8))
    assert code == 2
    assert "e8.svg exists" in err
    assert run(str(E8), "--force", "--kind", "spectra")[0] == 0
    texts = written(Path("e8.svg"))
    assert {"A(8,1/2) ≤ 240", "matrix (size)", "eigenvalues", "Q0 (4)", "Q1 (3)", "4", "2"} <= set(texts)
    assert "A(8,1/2) ≤ 240, degree 6" not in texts


def test_the_command_for_several_files(run: Command) -> None:
    files = list(map(str, BY_DEGREE))
    assert run(*files, "-o", "degrees.svg", "-q") == (0, "", "")
    assert {"A(4,1/2)", "bound", "three-point", "known lower bound"} <= set(written(Path("degrees.svg")))
    assert run(*files, "-o", "degrees.png", "-q") == (0, "", "")
    save_figure(draw_bounds([pictured(path) for path in BY_DEGREE]), Path("same.png"))
    assert Path("degrees.png").read_bytes() == Path("same.png").read_bytes()


def test_the_weight_of_an_average_kissing_number(run: Command) -> None:
    path = vector("average-kissing", "linear-n3-d6")
    assert run(str(path), "-o", "weight.svg", "-q") == (0, "", "")
    texts = written(Path("weight.svg"))
    assert {"average-kissing(3) ≤ 17.7852481542", "the root of the weight"} <= set(texts)


def test_a_rejected_file_is_noted(run: Command, tmp_path: Path) -> None:
    path = next(path for path in REJECTED if _readable(path) is not None)
    shutil.copy(path, tmp_path / "copy.json")
    code, _, err = run("copy.json" if path.suffix == ".json" else str(path), "-o", "x.svg")
    assert code == 0
    assert "not verified" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((str(E8), "-o", "x.gif"), "ends with .svg, .png, .pdf"),
        ((str(E8), str(PETERSEN), "--kind", "spectra"), "expected one certificate"),
        ((str(PETERSEN), "--kind", "polynomial"), "expected a certificate of the theorem delsarte"),
        (("nowhere.json",), "cannot be read"),
    ],
)
def test_wrong_usage(run: Command, words: tuple[str, ...], message: str) -> None:
    code, _, err = run(*words)
    assert code == 2
    assert message in err


def test_without_matplotlib_the_message_says_what_to_install(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "kissalg.plotting.style")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, _, err = run(str(E8))
    assert code == 2
    assert "pip install 'kissalg[plot]'" in err
