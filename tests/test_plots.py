"""Pictures: what is drawn, how it is saved, and the command."""

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
from kissalg.plotting.style import COLOURS, save_figure, shortened
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
    assert figure.axes[1].get_xlabel() == "inner product $u$"


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


def test_spectra_of_the_other_theorems() -> None:
    others = [
        vector("three-point", "three-point-n3-d5"),
        vector("average-kissing", "linear-n3-d6"),
        vector("nonnegative", "motzkin"),
    ]
    for path in others:
        (axes,) = draw_spectra(pictured(path)).axes
        assert len(axes.get_xticks()) >= 1


def test_bounds_against_the_degree() -> None:
    certificates = [pictured(path) for path in BY_DEGREE]
    figure = draw_bounds(certificates)
    (axes,) = figure.axes
    assert axes.get_title() == "A(4,1/2)"
    (line,) = (line for line in axes.lines if line.get_label() == "three-point")
    assert list(line.get_xdata()) == sorted(c.degree for c in certificates)
    assert list(line.get_ydata()) == sorted((float(c.document.bound) for c in certificates), reverse=True)
    (known,) = (line for line in axes.lines if line.get_label() == "known lower bound")
    assert set(known.get_ydata()) == {24}


def test_too_many_quantities() -> None:
    one = pictured(E8)
    with pytest.raises(ParameterError, match="expected certificates of 1 to 12 quantities, found 0"):
        draw_bounds([])
    assert len(draw_bounds([one]).axes) == 1


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
    assert Path("e8.svg").read_text().count("A(8,1/2) ≤ 240") >= 1
    assert run(str(E8))[0] == 2
    assert run(str(E8), "--force", "--kind", "spectra")[0] == 0
    assert "eigenvalues" in Path("e8.svg").read_text()


def test_the_command_for_several_files(run: Command) -> None:
    files = map(str, BY_DEGREE)
    assert run(*files, "-o", "degrees.png", "-q") == (0, "", "")
    assert Path("degrees.png").stat().st_size > 10_000


def test_the_weight_of_an_average_kissing_number(run: Command) -> None:
    path = vector("average-kissing", "linear-n3-d6")
    assert run(str(path), "-o", "weight.svg", "-q") == (0, "", "")
    assert "average-kissing(3) ≤" in Path("weight.svg").read_text()


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
