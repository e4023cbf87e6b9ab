"""The form of certificates of lower bounds of polynomials: what is written is read back, and what is refused."""

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq

from kissalg.families.nonnegative.facial_reduction import without_zeros
from kissalg.families.nonnegative.family import FAMILY
from kissalg.families.nonnegative.model import statement
from kissalg.families.nonnegative.witness import FORM, face
from kissalg.kernel.report import Verdict
from kissalg.rounding import round_to_face, sharp_settings
from kissalg.solvers import solve
from kissalg.witness.document import read_form
from kissalg.witness.parsing import Finding

FOLDER = Path(__file__).parents[3] / "certificates" / "polynomials"
FILES = sorted(FOLDER.iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_committed_certificates_are_written_as_they_are(path: Path) -> None:
    text = lzma.decompress(path.read_bytes()).decode("ascii")
    document = read_form(FORM, json.loads(text))
    assert document.encode() == text
    assert list(FAMILY.failures(document)) == []
    assert list(document.matrices) == [f"S{k}" for k in range(FAMILY.terms(document))]


def test_a_solution_is_written_and_read_back() -> None:
    """x³ - x on [0, 2]: the bound is irrational, and rounded down."""
    problem = without_zeros(statement("x^3 - x", ["x", "2 - x"]), None).bound(fmpq(16))
    written = FORM.write(face(round_to_face(solve(problem, settings=sharp_settings()))), {"who": "me"})
    assert read_form(FORM, json.loads(written.encode())) == written
    assert written.provenance == {"who": "me", "names": "x"}
    assert str(FAMILY.claim(written).exact) == "-2/9*sqrt(3)"
    shown = FAMILY.shown(written)
    assert (shown.quantity, shown.behind) == ("x^3 - x", " where x >= 0, -x + 2 >= 0")
    assert (FAMILY.degree(written), FAMILY.bound_text(written.bound)) == (3, "-0.3849001795")
    assert list(FAMILY.failures(written)) == []


def test_names_that_are_no_variables_are_not_shown() -> None:
    tree = certificate()
    for names in ("x, y", "1x", "x y", ""):
        tree["provenance"]["names"] = names
        assert FAMILY.shown(read_form(FORM, tree)).quantity.startswith("16*x1^5 - 20*x1^3 + 5*x1")


def certificate() -> Any:
    """16 x⁵ - 20 x³ + 5 x >= -1 on [-1, 1], by (1 - x) σ + (1 + x) τ."""
    return json.loads(lzma.decompress((FOLDER / "chebyshev-5.json.xz").read_bytes()))


def p(tree: Any) -> Any:
    return tree["parameters"]


def w(tree: Any) -> Any:
    return tree["witness"]


def copy(tree: Any) -> Any:
    return w(tree)["squares"][0]["copies"][0]


def laborious(tree: Any) -> None:
    """Long polynomials, sixteen factors, and many copies."""
    long = ["1", *(f"{e:x} 1" for e in range(257))]
    copy(tree).update(factors=[0] * 16, basis=[long] * 3)
    w(tree)["squares"][0]["copies"] *= 10


@pytest.mark.parametrize(
    ("change", "reason", "path"),
    [
        (lambda t: p(t).update(variables=17), "expected an integer from 1 to 16", "parameters.variables"),
        (lambda t: p(t).update(polynomial=[]), "expected a list that begins with a denominator", "parameters.polynomial"),
        (lambda t: p(t).update(polynomial=["0", "1 1"]), "expected a positive denominator and coefficients that are not zero", "parameters.polynomial"),
        (lambda t: p(t).update(polynomial=["1", "1 0"]), "expected a positive denominator and coefficients that are not zero", "parameters.polynomial"),
        (lambda t: p(t).update(polynomial=["1", "1 1", "1 1"]), "expected exponents in strictly increasing order", "parameters.polynomial"),
        (lambda t: p(t).update(polynomial=["1", "101 1"]), "expected 1 exponents from 0 to 256 and a numerator", "parameters.polynomial[1]"),
        (lambda t: p(t).update(polynomial=["1", "0 0 1"]), "expected 1 exponents from 0 to 256 and a numerator", "parameters.polynomial[1]"),
        (lambda t: p(t).update(polynomial=["1", "1 1" + 64 * "0"]), "expected numbers of at most 256 bits", "parameters.polynomial"),
        (lambda t: p(t).update(equalities=[["1", "1 1"]]), "expected a list of 1 items", "witness.cofactors"),
        (lambda t: w(t)["multiplier"].update(constant=1), "expected the constant 0 for the power 0", "witness.multiplier.constant"),
        (lambda t: copy(t).update(factors=[2]), "expected an integer from 0 to 1", "witness.squares[0].copies[0].factors[0]"),
        (lambda t: copy(t).update(factors=[0] * 17), "expected at most 16 factors", "witness.squares[0].copies[0].factors"),
        (lambda t: copy(t).update(weight="0/1"), "expected a positive weight", "witness.squares[0].copies[0].weight"),
        (lambda t: copy(t)["basis"].pop(), "expected a list of 3 items", "witness.squares[0].copies[0].basis"),
        (lambda t: w(t)["squares"][0].update(size=4097), "expected an integer from 1 to 4096", "witness.squares[0].size"),
        (laborious, "expected an identity that needs at most 34359738368 steps", "witness"),
    ],
)  # fmt: skip
def test_what_is_refused(change: Callable[[Any], object], reason: str, path: str) -> None:
    tree = certificate()
    change(tree)
    with pytest.raises(Finding, match=reason) as caught:
        read_form(FORM, tree)
    assert (caught.value.verdict, caught.value.path) == (Verdict.MALFORMED, path)
