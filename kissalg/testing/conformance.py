"""What every family of theorems keeps, as assertions about its certificates, its two checkers and its models.

For the test suite of a family of your own: run these on a few small certificates (of every verdict) and on a small
model. They know no theorem: a certificate is a tree with a bound, parameters and a witness, the kernel and the second
opinion are asked through their public functions.

Main definitions: `agreed`, `assert_round_trip`, `assert_claim_can_be_expected`, `assert_bound_is_used`,
`assert_steps_are_honest` with `steps`, `assert_parameters_are_used`, `assert_terms_sample_their_polynomials`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.audit import NoOpinion, audit, read_document
from kissalg.kernel import Report, Sense, Verdict, check
from kissalg.kernel.report import Claim
from kissalg.sdp.model import Model, PsdVariable, Variable
from kissalg.testing.trees import Number, numbers, replaced, text_of, tree_of
from kissalg.witness.gram import ratio

__all__ = [
    "Step",
    "agreed",
    "assert_bound_is_used",
    "assert_claim_can_be_expected",
    "assert_parameters_are_used",
    "assert_round_trip",
    "assert_steps_are_honest",
    "assert_terms_sample_their_polynomials",
    "steps",
]


def agreed(data: bytes) -> Report:
    """The kernel's report on a file, once the second opinion has the same verdict and reads the same claim.

    Of a refused file the quantity and the bound are compared, as far as they were read.

    Args:
        data: the bytes of a file, good or bad.

    Returns:
        The report of the kernel.

    Raises:
        AssertionError: the verdicts or the claims differ, a refusal has no reason, or the second opinion does not cover
            the theorem.

    Example:
        >>> agreed(b"{}").verdict.name
        'MALFORMED'
    """
    report, opinion = check(data), audit(data)
    if isinstance(opinion, NoOpinion):
        raise AssertionError(f"there is no second opinion: {opinion.reason}")
    if report.verdict is not opinion.verdict:
        raise AssertionError(f"the checkers disagree: the kernel says {report}; the second opinion says {opinion}")
    first, second = report.claim, opinion.claim
    if report.verified and (first is None or first != second):
        raise AssertionError(f"the checkers prove different claims: {first!r} (kernel), {second!r} (second opinion)")
    if first and second and (first.quantity, first.bound) != (second.quantity, second.bound):
        raise AssertionError(f"the checkers read different claims: {first!r} (kernel), {second!r} (second opinion)")
    if not report.verified and not (report.reason and opinion.reason and report.reason.isascii()):
        raise AssertionError(f"expected reasons in ASCII, found {report.reason!r} and {opinion.reason!r}")
    return report


def assert_round_trip(data: bytes) -> None:
    """Check that a verified certificate is read and written without a change of one byte.

    Neither compression nor a final newline matters to the verdict.

    Args:
        data: the bytes of the file.

    Raises:
        AssertionError: the text differs, or a verdict does.
    """
    plain = text_of(tree_of(data))
    encoded = read_document(data).encode().encode("ascii")
    if encoded != plain:
        position = next((k for k, (a, b) in enumerate(zip(encoded, plain, strict=False)) if a != b), len(plain))
        raise AssertionError(f"the text that is written again differs at byte {position}")
    for form in (data, plain, plain + b"\n"):
        if not agreed(form).verified:
            raise AssertionError(f"expected VERIFIED for every form of the file, found {agreed(form)}")


def assert_claim_can_be_expected(data: bytes) -> None:
    """Check that the claim of a verified certificate, as it is printed, is an expectation that the certificate fulfils.

    Raises:
        AssertionError: the printed claim is not read again as a claim, or as another one.
    """
    text = str(_verified(data))
    for report in (check(data, expect=text), audit(data, expect=text)):
        if not report.verified:
            raise AssertionError(f"expected that the certificate proves {text!r}, which it claims, found {report}")


def assert_bound_is_used(data: bytes, gap: Fraction = Fraction(1, 10**9)) -> None:
    """Check that a better bound than that of a verified certificate is rejected, and that a worse one is still proved.

    Args:
        data: a certificate whose bound is the best one that its witness proves, but for less than the gap.
        gap: by how much the bound is moved, as a part of the bound, or of 1 if the bound is smaller.

    Raises:
        AssertionError: the bound is not compared with what the witness proves, or in the wrong direction.
    """
    tree, claim = tree_of(data), _verified(data)
    step = gap * max(Fraction(1), abs(claim.bound)) * (1 if claim.sense is Sense.LOWER else -1)
    better, worse = (agreed(text_of(replaced(tree, ("bound",), ratio(claim.bound + k * step)))) for k in (1, -1))
    if (better.verdict, better.path) != (Verdict.REJECTED, "bound"):
        raise AssertionError(f"expected that the bound is rejected if it is better by {gap}, found {better}")
    if not worse.verified:
        raise AssertionError(f"expected that the bound is still proved if it is worse by {gap}, found {worse}")


@dataclass(frozen=True)
class Step:
    """One integer of a certificate, larger or smaller by one.

    Example:
        >>> Step(Number(("parameters", "n")), -1)
        parameters.n - 1
    """

    number: Number
    by: int

    @property
    def in_witness(self) -> bool:
        """Whether the integer belongs to the witness, and not to what the certificate claims."""
        return self.number.place[0] == "witness"

    def apply(self, tree: Any) -> Any:
        """The tree with the changed integer."""
        return self.number.put(tree, self.number.of(tree) + self.by)

    def __repr__(self) -> str:
        return f"{self.number} {'+' if self.by > 0 else '-'} {abs(self.by)}"


def steps(data: bytes) -> list[Step]:
    """Every integer of the parameters and of the witness, exponents included, larger and smaller by one.

    What changes nothing is left out: 0/1 is 0/2.

    Args:
        data: the bytes of a certificate.

    Example:
        >>> steps(b'{"parameters":{"n":3},"witness":{"f":"a"}}')
        [parameters.n + 1, parameters.n - 1, witness.f + 1, witness.f - 1]
    """
    tree = tree_of(data)
    found = (Step(number, by) for top in ("parameters", "witness") for number in numbers(tree, top) for by in (1, -1))
    return [step for step in found if step.apply(tree) != tree]


def assert_steps_are_honest(
    data: bytes, tried: Iterable[Step], attained: Callable[[str], Fraction | None] = lambda quantity: None
) -> list[Step]:
    """Check that each of some steps is refused, or leaves a proof of a claim that is true if the original one is.

    A changed witness may still be a proof, where an inequality has a margin or a column is zero; then the original
    claim implies the new one. Changed parameters may be another problem that the same witness solves; then both
    checkers say so, each having built the problem by itself, and the new bound contradicts nothing that is known.

    Args:
        data: a verified certificate.
        tried: changes of it, some of `steps(data)` or all.
        attained: for a quantity that is bounded above, as a claim writes it, a value that is known to be attained; None
            if there is none.

    Returns:
        The steps after which the file is still verified.

    Raises:
        AssertionError: the checkers disagree, or a claim is verified that does not follow.
    """
    original, tree = _verified(data), tree_of(data)
    accepted = []
    for step in tried:
        report = agreed(text_of(step.apply(tree)))
        claim = report.claim
        if not report.verified or claim is None:
            continue
        accepted.append(step)
        if (step.in_witness or claim.quantity == original.quantity) and not original.implies(claim):
            raise AssertionError(f"{step}: expected a claim that follows from {original}, found {claim}")
        known = attained(claim.quantity)
        if known is not None and claim.sense is Sense.UPPER and claim.bound < known:
            raise AssertionError(f"{step}: {claim} is verified, and the value {known} is attained")
    return accepted


def assert_parameters_are_used(first: bytes, second: bytes) -> None:
    """Check that the witness of one certificate proves nothing new about the problem of another one.

    Args:
        first: a verified certificate, whose bound and witness are taken.
        second: another one of the same theorem, whose parameters are taken.

    Raises:
        AssertionError: the mixture is verified, and its claim does not follow from that of `second`; equal parameters
            excepted.
    """
    tree, parameters = tree_of(first), tree_of(second)["parameters"]
    mixed = agreed(text_of(replaced(tree, ("parameters",), parameters)))
    if parameters == tree["parameters"] or not mixed.verified or mixed.claim is None:
        return
    if not _verified(second).implies(mixed.claim):
        raise AssertionError(f"{mixed.claim} is verified with the witness of {_verified(first)}")


def assert_terms_sample_their_polynomials(model: Model, random: Random | None = None, points: int = 4) -> None:
    """Check that every term of a model is the same linear map at sample points as in coefficients.

    Args:
        model: the exact model.
        random: the source of the values of the variables and of the choice of points.
        points: how many of the identity's candidate points are tried.

    Raises:
        AssertionError: `sample` and `polynomial` of a term differ at a point.
        ExactnessError: a polynomial lies outside of the space of its identity.

    Example:
        >>> from kissalg.families.delsarte.model import delsarte
        >>> assert_terms_sample_their_polynomials(delsarte(3, "1/2", degree=2))
    """
    random = random or Random(0)
    for identity in model.identities:
        candidates = list(model.candidates(identity))
        chosen = random.sample(candidates, min(points, len(candidates)))
        for term in identity.terms:
            for value in _values(term.variable, random):
                element: Any = term.polynomial(value)  # of the identity's own ring
                identity.coefficients(element)
                sample: Any = term.sample(chosen)  # takes the values of its own variable
                expected = [identity.space.evaluate(element, point) for point in chosen]
                if sample.values(value) != expected:
                    raise AssertionError(
                        f"identity {identity.name}: the term in {term.variable} is {expected} at the points {chosen} "
                        f"by its polynomial, {sample.values(value)} by its sample"
                    )


def _values(variable: Variable, random: Random) -> Iterator[Any]:
    """A full value, and one in which only the last entry is not zero."""
    if not isinstance(variable, PsdVariable):
        yield [fmpq(random.randint(-9, 9), random.randint(1, 4)) for _ in range(variable.length)]
        yield [fmpq(int(k == variable.length - 1)) for k in range(variable.length)]
        return
    size = variable.size
    half = fmpq_mat(size, size, [fmpq(random.randint(-9, 9), random.randint(1, 4)) for _ in range(size * size)])
    yield half + half.transpose()
    yield fmpq_mat(size, size, [int(i + j == 2 * size - 2) for i in range(size) for j in range(size)])


def _verified(data: bytes) -> Claim:
    report = agreed(data)
    if not report.verified or report.claim is None:
        raise AssertionError(f"expected a certificate that is verified, found {report}")
    return report.claim
