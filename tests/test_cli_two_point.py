"""``kissalg bound delsarte`` and ``kissalg bound caps``: interior and sharp certificates, with a degree and without."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import kissalg as ka
from kissalg.cli import app
from kissalg.errors import RoundingError
from kissalg.pipeline import Reporter, Run, sharp

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `kissalg bound delsarte` (or another) in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: str, bound: str = "delsarte") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            app(["bound", bound, *words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return int(caught.value.code or 0), out, err

    return command


def test_a_degree_is_found(run: Command, tmp_path: Path) -> None:
    code, out, err = run("5", "--cos", "1/5")
    assert code == 0, err
    (bound,) = re.findall(r"^VERIFIED  A\(5,1/5\) <= (\d+\.\d+)  \(kernel\)", out, re.MULTILINE)
    assert 16 < float(bound) < 16.0001
    assert "may be sharp" in err
    assert [path.name for path in tmp_path.iterdir()] == ["A-5-1_5-delsarte.json.xz"]
    assert run("5", "--cos", "1/5", "--degree", "2", "-o", "A-5-1_5-delsarte.json.xz")[0] == 2  # the file exists
    code, out, err = run("5", "--cos", "1/5", "--degree", "2", "--sharp", "-o", "sharp.json", "--quiet")
    assert (code, err) == (0, "")
    assert out.startswith("VERIFIED  A(5,1/5) <= 16  (kernel)")


def test_an_irrational_cosine(run: Command, tmp_path: Path) -> None:
    code, out, _ = run("3", "--cos", "1/sqrt(5)", "--degree", "3", "-o", "i.json")
    assert code == 0
    (bound,) = re.findall(r"^VERIFIED  A\(3,1/5\*sqrt\(5\)\) <= (\d+\.\d+)  \(kernel\)", out, re.MULTILINE)
    assert 12 < float(bound) < 12.0001
    assert ka.verify(tmp_path / "i.json", expect="A(3, 1/5*sqrt(5)) <= 12.0001").verified
    certificate = ka.load(tmp_path / "i.json")
    assert certificate.claim.startswith("A(3, 1/5*sqrt(5)) <= 12.00000")
    assert certificate.exact_bound is None  # irrational, and no optimum: a number of many digits


def test_a_field_without_a_square_root(run: Command) -> None:
    code, out, _ = run("2", "--cos", "cos(2*pi/7)", "--degree", "3", "--sharp", "-o", "heptagon.json")
    assert code == 0
    assert re.match(r"VERIFIED  A\(2,1/2\*a\^1 where .*\) <= 7  \(kernel\)", out)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("1",), 2, "n: expected an integer >= 2, found 1"),
        (("3", "--cos", "half"), 2, "cos: expected a rational number"),
        (("3", "--cos", "1"), 2, "strictly between -1 and 1"),
        (("3", "--cos", "sqrt(2)"), 2, "strictly between -1 and 1"),
        (("3", "--degree", "0"), 2, "degree: expected an integer >= 1"),
        (("3", "--sharp", "--bits", "200"), 2, "found both"),
        (("3", "--cos", "9/10", "--degree", "1"), 3, "Raise --degree"),
    ],
)
def test_messages(run: Command, words: tuple[str, ...], code: int, message: str) -> None:
    found, out, err = run(*words)
    assert (found, out) == (code, "")
    assert message in err


def test_an_optimum_that_is_not_recognised() -> None:
    """With few digits; 60 and 150 take a while to say the same."""
    notes: list[str] = []

    class Notes(Reporter):
        def note(self, text: str) -> None:
            notes.append(text)

    with pytest.raises(RoundingError, match=r"the optimum, about 16\.8.* was not recognised.* Leave out --sharp"):
        sharp(ka.delsarte(3, "3/5", 5), Run(Notes()), digits=(16, 20))
    assert any(note.startswith("20 digits: ") for note in notes)


def test_certify_rounds_in_the_interior() -> None:
    """Where nothing is singular, the bound is rounded up to ten decimals; at the optimum it is exact."""
    run = ka.solve(ka.delsarte(4, "1/sqrt(2)", 4))
    certificate = ka.certify(run)
    report = ka.verify(certificate)
    assert report.verified
    assert report.bound is not None
    assert 10**10 % report.bound.denominator == 0
    assert certificate.claim.startswith("A(4, 1/2*sqrt(2)) <= ")


def test_an_interior_needs_a_degree() -> None:
    with pytest.raises(RoundingError, match="only an optimal solution can be rounded"):
        ka.certify(ka.solve(ka.delsarte(3, "9/10", 1)))


def test_caps(run: Command, tmp_path: Path) -> None:
    code, out, err = run("3", "--angles", "pi/5, 3*pi/10", "--degree", "2", bound="caps")
    assert code == 0, err
    assert re.match(r"VERIFIED  cap-density\(3;.* where .*\) <= 0.88967226\d+  \(kernel\)", out)
    code, out, err = run("3", "--cos", "1/2, 1/3", "--weights", "1, 3/2", "-d", "2", "-o", "c.json", "-q", bound="caps")
    assert (code, err) == (0, "")
    assert re.match(r"VERIFIED  caps\(3;1/2,1/3;1,3/2\) <= [\d.]+  \(kernel\)", out)
    code, out, err = run("3", "--cos", "1/2, 1/3", "-d", "2", "--engine", "clarabel", "-o", "d.json", bound="caps")
    assert code == 0, err
    assert re.search(r"^VERIFIED  cap-density\(3;1/2,1/3\) <= 0.76190\d+  \(kernel\)", out, re.MULTILINE)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "c.json",
        "cap-density-3-pi_5_3_pi_10-d2.json.xz",
        "d.json",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("3",), "as --cos or as --angles"),
        (("3", "--cos", "1/2", "--angles", "pi/3"), "as --cos or as --angles"),
        (("3", "--angles", "1"), "rational multiple of pi"),
        (("3", "--angles", "pi"), "strictly between -1 and 1"),
        (("3", "--cos", "1/2", "--weights", "1,2"), "expected 1 positive numbers"),
    ],
)
def test_messages_about_caps(run: Command, words: tuple[str, ...], message: str) -> None:
    code, out, err = run(*words, bound="caps")
    assert (code, out) == (2, "")
    assert message in err


def test_explicit_polynomials(run: Command, tmp_path: Path) -> None:
    code, out, err = run("8", "--polynomial", "(t+1)*(t+1/2)^2*t^2*(t-1/2)")
    assert code == 0, err
    assert out.startswith("VERIFIED  A(8,1/2) <= 240  (kernel)")
    code, out, _ = run("4", "--cos", "1/3", "--levenshtein", "-o", "l.json", "-q")
    assert (code, out.splitlines()[0]) == (0, "VERIFIED  A(4,1/3) <= 16  (kernel)")
    code, out, _ = run("3", "--cos", "0", "--gegenbauer", "1/3, 1, 2/3", "-o", "g.json", "-q")
    assert (code, out.splitlines()[0]) == (0, "VERIFIED  A(3,0) <= 6  (kernel)")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A-8-1_2-polynomial.json.xz", "g.json", "l.json"]


def test_a_published_polynomial_becomes_a_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("octahedron.json").write_text('{"dimension": 3, "cos": "0", "gegenbauer": ["1/3", "1", "2/3"], "bound": 6}')
    Path("bad.json").write_text('{"dimension": 3, "cos": "1/2", "gegenbauer": ["1/3", "1", "2/3"]}')
    for name, code in (("octahedron", 0), ("bad", 1)):
        with pytest.raises(SystemExit) as caught:
            app(["check", f"{name}.json", "--complete", "-o", f"{name}-certificate.json", "--quiet"])
        assert caught.value.code == code
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "VERIFIED  A(3, 0) <= 6"
    assert out[1].startswith("VERIFIED  A(3,0) <= 6  (kernel)")
    assert out[-1].startswith("REJECTED")
    assert ka.verify("octahedron-certificate.json").bound == 6
    assert not Path("bad-certificate.json").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("3", "--polynomial", "t+1"), "expected f <= 0 on [-1, 1/2]"),
        (("3", "--gegenbauer", "1,-1"), "nonnegative Gegenbauer coefficients, found f_1 = -1"),
        (("3", "--levenshtein", "--polynomial", "t"), "expected one of"),
        (("3", "--levenshtein", "--sharp"), "expected one of"),
        (("3", "--levenshtein", "--cos", "999999/1000000"), "degree at most 80"),
    ],
)
def test_messages_about_polynomials(run: Command, words: tuple[str, ...], message: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert message in err
