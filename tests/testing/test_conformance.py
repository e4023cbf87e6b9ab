"""The assertions about families notice what is broken: lying checkers, a wrong reader, a term sampled wrongly."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq, fmpq_mat, fmpq_poly

from kissalg.algebra.spaces import UnivariateSpace
from kissalg.audit import NoOpinion, audit, read_document
from kissalg.families import family_of
from kissalg.kernel import Report, Verdict, check
from kissalg.kernel.report import Claim
from kissalg.sdp.model import Identity, Model, Objective, Point, PsdVariable, SampledForm, Value
from kissalg.sdp.terms import UnivariateSquares
from kissalg.testing import conformance
from kissalg.testing.conformance import (
    Step,
    agreed,
    assert_bound_is_used,
    assert_claim_can_be_expected,
    assert_parameters_are_used,
    assert_round_trip,
    assert_steps_are_honest,
    assert_terms_sample_their_polynomials,
    steps,
)
from kissalg.testing.trees import Number, at, numbers, places, replaced, text_of, tree_of
from tests.vectors import vector

E8 = vector("delsarte", "e8").read_bytes()
ICOSAHEDRON = vector("delsarte", "icosahedron").read_bytes()
MOTZKIN = vector("nonnegative", "motzkin").read_bytes()
REJECTED = vector("delsarte", "dimension-9", "rejected").read_bytes()
Checker = Callable[..., Report]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Checker | None, Checker | None], None]:
    """Put other checkers in the place of the kernel and of the second opinion."""

    def put(kernel: Checker | None, opinion: Checker | None) -> None:
        for name, checker in (("check", kernel), ("audit", opinion)):
            if checker is not None:
                monkeypatch.setattr(conformance, name, checker)

    return put


Use = Callable[[Checker | None, Checker | None], None]


def claimed(data: bytes) -> Claim:
    """What a file claims."""
    family = family_of(tree_of(data)["theorem"])
    assert family is not None
    return family.claim(read_document(data))


def accepting(data: bytes, *, expect: str | None = None) -> Report:
    """A checker that believes whatever it can read."""
    return Report(Verdict.VERIFIED, claimed(data))


def test_checkers_that_differ(use: Use) -> None:
    use(accepting, None)
    with pytest.raises(
        AssertionError, match=r"checkers disagree: the kernel says VERIFIED.*the second opinion says REJ"
    ):
        agreed(REJECTED)


def test_claims_that_differ(use: Use) -> None:
    def better(data: bytes, *, expect: str | None = None) -> Report:
        report = audit(data)
        assert report.claim is not None
        return replace(report, claim=replace(report.claim, bound=report.claim.bound - 1))

    use(None, better)
    with pytest.raises(AssertionError, match="the checkers prove different claims"):
        agreed(E8)
    with pytest.raises(AssertionError, match="the checkers read different claims"):
        agreed(REJECTED)


def test_a_theorem_without_a_second_opinion(use: Use) -> None:
    use(None, lambda data: NoOpinion(Verdict.MALFORMED, None, "the theorem delsarte", "theorem"))
    with pytest.raises(AssertionError, match="there is no second opinion: the theorem delsarte"):
        agreed(E8)


def test_refusals_have_reasons(use: Use) -> None:
    use(lambda data: Report(Verdict.REJECTED, None), None)
    with pytest.raises(AssertionError, match="expected reasons in ASCII, found ''"):
        agreed(REJECTED)


def test_a_reader_that_forgets_something(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(data: bytes) -> Any:
        return replace(read_document(data), provenance={})

    monkeypatch.setattr(conformance, "read_document", forgetful)
    with pytest.raises(AssertionError, match="the text that is written again differs at byte"):
        assert_round_trip(E8)


def test_a_bound_that_nobody_compares(use: Use) -> None:
    use(accepting, accepting)
    with pytest.raises(
        AssertionError, match="expected that the bound is rejected if it is better by 1/1000000000, found VER"
    ):
        assert_bound_is_used(vector("delsarte", "600-cell").read_bytes())


def test_a_bound_in_the_wrong_direction(use: Use) -> None:
    """Checkers of upper bounds in the place of those of lower bounds."""
    bound = Claim("A(3,0)", Fraction(6)).bound

    def upside_down(data: bytes, *, expect: str | None = None) -> Report:
        claim = replace(claimed(data), exact=None)
        refused = claim.bound < bound
        return Report(Verdict.REJECTED, claim, "too low", "bound") if refused else Report(Verdict.VERIFIED, claim)

    use(upside_down, upside_down)
    data = text_of(replaced(tree_of(vector("nonnegative", "simplex").read_bytes()), ("bound",), "6/1"))
    with pytest.raises(AssertionError, match="expected that the bound is rejected if it is better"):
        assert_bound_is_used(data)


def test_a_claim_that_cannot_be_expected(use: Use) -> None:
    def never(data: bytes, *, expect: str | None = None) -> Report:
        return check(data) if expect is None else Report(Verdict.REJECTED, None, "another quantity", "parameters")

    use(never, None)
    with pytest.raises(AssertionError, match=r"expected that the certificate proves 'A\(3,1/5\*sqrt\(5\)\) <= 12'"):
        assert_claim_can_be_expected(ICOSAHEDRON)


def test_steps_of_a_file() -> None:
    found = steps(ICOSAHEDRON)
    assert len(found) == len(set(found))
    assert {step.by for step in found} == {1, -1}
    tree = tree_of(ICOSAHEDRON)
    zero = Number(("parameters", "cos", 0), 1)  # 0/1: the same number as 0/2
    assert zero.of(tree) == 1
    assert Step(zero, 1) not in found
    for step in found:
        changed = step.apply(tree)
        (place,) = (p for p in places(tree) if p == step.number.place)
        assert at(changed, place) != at(tree, place)
        assert replaced(changed, place, at(tree, place)) == tree
    assert sum(not step.in_witness for step in found) < len(found) / 2


def test_a_step_that_proves_something_better(use: Use) -> None:
    """Both checkers accept the change of a parameter that the claim does not name, and a better bound with it."""

    def generous(data: bytes, *, expect: str | None = None) -> Report:
        claim = check(ICOSAHEDRON).claim
        assert claim is not None
        return Report(Verdict.VERIFIED, claim if data == ICOSAHEDRON else replace(claim, bound=Fraction(11)))

    use(generous, generous)
    for step in (Step(Number(("witness", "f", "values", 0), 0), 1), Step(Number(("parameters", "degree")), 1)):
        with pytest.raises(AssertionError, match=r"expected a claim that follows from .* <= 12, found .* <= 11"):
            assert_steps_are_honest(ICOSAHEDRON, [step])


def test_a_step_to_a_claim_that_a_configuration_refutes(use: Use) -> None:
    use(accepting, accepting)
    step = Step(Number(("parameters", "n")), -1)
    with pytest.raises(AssertionError, match=r"parameters.n - 1: A\(7,1/2\) <= 240 is verified, and the value 241"):
        assert_steps_are_honest(E8, [step], {"A(7,1/2)": Fraction(241)}.get)
    assert assert_steps_are_honest(E8, [step], {"A(7,1/2)": Fraction(126)}.get)


def test_steps_that_are_refused_and_steps_that_change_nothing() -> None:
    assert assert_steps_are_honest(E8, [Step(Number(("parameters", "n")), 1)]) == []
    wider = Step(Number(("parameters", "field", "interval", 0), 1), 1)
    assert assert_steps_are_honest(ICOSAHEDRON, [wider]) == [wider]


def test_parameters_that_nobody_uses(use: Use) -> None:
    simplex = vector("nonnegative", "simplex").read_bytes()
    assert_parameters_are_used(MOTZKIN, simplex)
    use(lambda data: accepting(data) if data in (MOTZKIN, simplex) else Report(Verdict.VERIFIED, CLAIM), None)
    use(None, lambda data: accepting(data) if data in (MOTZKIN, simplex) else Report(Verdict.VERIFIED, CLAIM))
    with pytest.raises(AssertionError, match=r"A\(3,0\) <= 5 is verified with the witness of"):
        assert_parameters_are_used(MOTZKIN, simplex)
    assert_parameters_are_used(MOTZKIN, MOTZKIN)


CLAIM = Claim("A(3,0)", Fraction(5))


def test_a_certificate_that_is_not_verified_has_no_neighbours() -> None:
    with pytest.raises(AssertionError, match="expected a certificate that is verified, found REJECTED"):
        assert_bound_is_used(REJECTED)


class Doubled(UnivariateSquares):
    """A term whose samples have lost a factor 1/2."""

    def sample(self, points: Sequence[Point]) -> SampledForm:
        form = super().sample(points)
        return SampledForm(form.vectors, [[[2 * c for c in row] for row in weight] for weight in form.weights])


class OffDiagonal(UnivariateSquares):
    """A term that forgets the last entry of its matrix."""

    def polynomial(self, value: Value) -> fmpq_poly:
        assert isinstance(value, fmpq_mat)
        matrix = fmpq_mat(value)
        matrix[1, 1] = fmpq(0)
        return super().polynomial(matrix)


@pytest.mark.parametrize("kind", [Doubled, OffDiagonal])
def test_a_term_that_is_sampled_wrongly(kind: type[UnivariateSquares]) -> None:
    x = PsdVariable("X", 2)

    def model(term: UnivariateSquares) -> Model:
        identity = Identity("i", UnivariateSpace(2), (term,), fmpq_poly([1]))
        return Model("none", {}, (x,), (identity,), Objective(fmpq(0), {}))

    assert_terms_sample_their_polynomials(model(UnivariateSquares(x, fmpq_poly([1]))))
    with pytest.raises(
        AssertionError, match=r"identity i: the term in X: PSD 2 x 2 is .* by its polynomial, .* by its"
    ):
        assert_terms_sample_their_polynomials(model(kind(x, fmpq_poly([1]))))


def test_numbers_of_a_tree() -> None:
    tree = {"witness": {"F": ["1f -2", None, True, 7], "note": "lcc", "x": "-3/4"}}
    found = list(numbers(tree, "witness"))
    assert [number.of(tree) for number in found] == [0x1F, -2, 7, -3, 4]
    assert str(found[1]) == "witness.F[0] (integer 1)"
    assert at(found[3].put(tree, -2), ("witness", "x")) == "-1/2"
    assert at(found[4].put(tree, -6), ("witness", "x")) == "1/2"
    assert at(found[4].put(tree, 0), ("witness", "x")) == "-1/0"
    assert tree["witness"]["F"][0] == "1f -2"  # trees are never changed in place
