"""The second opinion on certificates of the theorem `average-kissing-polynomial`: the identities of its model.

The identity (P) is expanded in FLINT's rings; inequalities between polynomials are proved in ball arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg.exact.nonpositive import certainly_nonpositive
from kissalg.exact.rational import rational
from kissalg.families.average_kissing_polynomial.model import (
    THEOREM,
    AveragePolynomialProblem,
    average_kissing_polynomial,
)
from kissalg.families.family import Failure
from kissalg.kernel.report import Claim
from kissalg.sdp.model import Identity
from kissalg.witness.document import CertificateDocument

__all__ = ["claim", "failures", "problem_of"]


def claim(document: CertificateDocument) -> Claim:
    """average-kissing(n) <= bound."""
    p = document.parameters
    theorem = f"{THEOREM}, degree {p.degree}, order {p.order}"
    return Claim(f"average-kissing({p.n})", document.bound, theorem)


def problem_of(document: CertificateDocument) -> AveragePolynomialProblem:
    """The problem that a certificate solves."""
    p = document.parameters
    return average_kissing_polynomial(p.n, p.degree, p.order, p.first, power=p.power, root=document.witness["f"])


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    problem = problem_of(document)
    values = {name: block.matrix() for name, block in document.matrices.items()}
    if values["F0"][0, 0] > rational(document.bound):
        yield "not proved: bound: t_0 is larger", "bound"
    if not certainly_nonpositive(-problem.root, fmpq(-1), fmpq(1)):
        yield "not proved: (f)", "witness"
    for name in ("L", "W", "E"):
        if not certainly_nonpositive(-_open_part(problem.identity(name), values), fmpq(-1), fmpq(1)):
            yield f"not proved: ({name})", "witness"
    identity = problem.identity("P")
    if any(identity.coefficients(_open_part(identity, values))):
        yield "not proved: the identity (P)", "witness"


def _open_part(identity: Identity, values: Mapping[str, fmpq_mat]) -> Any:  # in one variable, or for (P) in three
    """What is to be nonnegative: minus the terms whose matrices are in the file, plus the right-hand side."""
    total: Any = identity.right_hand_side
    for term in identity.terms:
        if term.variable.name in values:
            total -= term.polynomial(values[term.variable.name])
    return total
