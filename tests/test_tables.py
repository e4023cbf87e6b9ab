"""Tables of proved bounds: formats, families, and the command."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from kissalg.cli import app
from kissalg.cli.table import dimensions
from kissalg.errors import CertificateError, ParameterError
from kissalg.tables import FORMATS, LISTINGS, Table, known_values, listing_table
from kissalg.tables.table import Decimal
from tests.vectors import folder, vector, vectors

ROOT = Path(__file__).parents[1]
DELSARTE = folder("delsarte") / "verified"
SHARP = [DELSARTE, vector("three-point", "petersen")]
THREE_POINT = folder("three-point") / "verified"

TABLE = Table(
    "A_1 & 50% of {x}",
    ("name", "bound", "n"),
    (("a|b", Decimal(Fraction(1, 3), 2), 3), ("=1+1", Decimal(Fraction(-1, 3), 2, down=True), None)),
    "A note.",
)

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            app(["table", *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return int(caught.value.code or 0), out, err

    return command


def test_text_is_aligned_and_rounded_outwards() -> None:
    assert TABLE.text().splitlines() == [
        "A_1 & 50% of {x}",
        "name  bound  n",
        "a|b    0.34  3",
        "=1+1  -0.34",
        "A note.",
    ]


def test_csv_is_read_back_and_holds_no_formulas() -> None:
    assert list(csv.reader(io.StringIO(TABLE.csv()))) == [
        ["name", "bound", "n"],
        ["a|b", "0.34", "3"],
        ["'=1+1", "-0.34", ""],
    ]


def test_json_holds_the_exact_numbers() -> None:
    tree = json.loads(TABLE.json())
    assert tree["columns"] == ["name", "bound", "n"]
    assert tree["rows"][0] == {"name": "a|b", "bound": "0.34", "bound (exactly)": "1/3", "n": 3}
    assert tree["rows"][1]["n"] is None


def test_latex_is_escaped() -> None:
    text = TABLE.latex()
    assert r"\caption{A\_1 \& 50\% of \{x\} A note.}" in text
    assert r"\begin{tabular}{lrr}" in text
    assert r"a|b & 0.34 & 3 \\" in text
    assert text.count(r"\begin") == text.count(r"\end") == 2


def test_markdown() -> None:
    assert r"| a\|b | 0.34 | 3 |" in TABLE.markdown().splitlines()


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".json", ".tex", ".md"])
def test_saved_by_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table{suffix}"
    TABLE.save(path)
    assert path.read_bytes().decode() in [write(TABLE) for write in FORMATS.values()]
    assert list(tmp_path.iterdir()) == [path]


def test_a_suffix_that_names_no_format(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"ends with .txt, .csv"):
        TABLE.save(tmp_path / "table.xls")


def test_rows_of_wrong_length() -> None:
    with pytest.raises(ParameterError, match="row 0: expected 2 cells, found 1"):
        Table("", ("a", "b"), ((1,),))


def test_sharp_codes_have_no_gap() -> None:
    table = listing_table("codes", SHARP)
    assert [row[:6] for row in [tuple(map(str, row)) for row in table.rows]] == [
        ("A(3,1/5*sqrt(5))", "12", "12", "12", "12", "0"),
        ("A(4,1/4 + 1/4*sqrt(5))", "120", "120", "120", "120", "0"),
        ("A(4,1/6)", "10", "10", "10", "10", "0"),
        ("A(8,1/2)", "240", "240", "240", "240", "0"),
    ]
    assert "Cohn, Kumar 2007" in table.note


def test_the_best_certificate_of_each_quantity() -> None:
    best = listing_table("kissing", [THREE_POINT])
    every = listing_table("kissing", [THREE_POINT], every=True)
    assert len(best.rows) < len(every.rows)
    assert len({row[0] for row in best.rows}) == len(best.rows)
    for row in every.rows:
        (listed,) = (other for other in best.rows if other[0] == row[0])
        assert isinstance(listed[3], Decimal)
        assert isinstance(row[3], Decimal)
        assert listed[3].value <= row[3].value


def test_lower_bounds_are_rounded_down() -> None:
    table = listing_table("polynomials", [folder("nonnegative") / "verified"])
    proved = {str(row[0]): row[1] for row in table.rows}
    assert str(proved["x1*x2*x3 where x3^2 + x2^2 + x1^2 - 1 = 0"]) == "-0.192451"  # -1/(3 sqrt 3) = -0.19245008...
    assert "rounded down" in table.note


def test_a_certificate_that_is_not_accepted_is_not_listed(tmp_path: Path) -> None:
    shutil.copy(vector("three-point", "a-exponent-negative", "rejected"), tmp_path)
    with pytest.raises(CertificateError, match=r"REJECTED .*lists verified certificates only"):
        listing_table("codes", [tmp_path])


def test_other_files_of_a_folder_are_passed_over_but_not_files_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}")
    shutil.copy(vector("nonnegative", "motzkin"), tmp_path)
    assert listing_table("delsarte", [tmp_path]).rows == ()
    with pytest.raises(CertificateError, match="is not a certificate"):
        listing_table("delsarte", [tmp_path / "notes.json"])
    with pytest.raises(CertificateError, match="expected a certificate of delsarte, found 'nonnegative'"):
        listing_table("delsarte", [tmp_path / "motzkin.json"])
    with pytest.raises(CertificateError, match="does not belong"):
        listing_table("kissing", [vector("delsarte", "icosahedron")])


def test_known_values_are_consistent() -> None:
    for quantity, known in known_values().items():
        assert known.lower is not None, quantity
        assert known.upper is not None, quantity
        assert known.lower <= known.upper, quantity


def test_no_family_lists_a_bound_below_a_known_lower_bound() -> None:
    """The one unforgivable error, looked for wherever the literature has a value."""
    folders = sorted({path.parent for path in vectors(verdict="verified")})
    for name in LISTINGS:
        for row in listing_table(name, folders, every=True).rows:
            known = known_values().get(str(row[0]))
            proved = next((cell for cell in row[3:4] if isinstance(cell, Decimal)), None)
            if known is not None and proved is not None:
                assert known.lower is not None
                assert proved.value >= known.lower


def test_the_command_prints_and_saves(run: Command) -> None:
    code, out, err = run("delsarte", str(DELSARTE), "--format", "csv", "-o", "a.tex", "-o", "b.json")
    assert code == 0, err
    assert "A(8,1/2),240,240,240,240,0,3,delsarte" in out.replace('"', "")
    assert r"\toprule" in Path("a.tex").read_text()
    assert len(json.loads(Path("b.json").read_text())["rows"]) == 3


def test_the_command_computes_what_is_missing(run: Command) -> None:
    code, out, err = run("delsarte", "lp", "--compute", "3,8", "-d", "3", "-q")
    assert code == 0, err
    assert "VERIFIED" in err
    assert "VERIFIED" not in out
    lines = out.splitlines()
    assert lines[2].split()[:4] == ["A(3,1/2)", "12", "12", "13.285715"]
    assert lines[3].split()[:3] == ["A(8,1/2)", "240", "240"]
    assert len(list(Path("lp").iterdir())) == 2
    again, _, message = run("delsarte", "lp", "--compute", "3,8", "-d", "3")
    assert again == 0
    assert message.count("exists already") == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("kissing", "nowhere"), "there is no such file"),
        (("kissing", "x", "--compute", "3"), "expected --degree"),
        (("caps", "x", "--compute", "3"), "expected --compute for"),
        (("delsarte", "x", "--compute", "a-b"), "expected dimensions such as"),
        (("delsarte", "x", "--compute", "3-300"), "expected 1 to 40 dimensions"),
        (("delsarte", "x", "y", "--compute", "3"), "expected one folder"),
        (("kissing", "-o", "table.xls"), "expected a name that ends with"),
    ],
)
def test_wrong_usage(run: Command, words: tuple[str, ...], message: str) -> None:
    code, _, err = run(*words)
    assert code == 2
    assert message in err


def test_an_empty_table_says_so(run: Command) -> None:
    code, out, err = run("graphs", ".")
    assert code == 0
    assert out.startswith("Upper bounds for independence numbers")
    assert "no certificate of this family was found" in err


def test_dimensions() -> None:
    assert dimensions("3, 5 - 7") == [3, 5, 6, 7]
