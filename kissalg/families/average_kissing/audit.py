"""The second opinion on certificates of the theorem `average-kissing`: its conditions, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from kissalg.exact.rational import rational
from kissalg.families.balls.conditions import LocalConditions
from kissalg.families.family import Failure
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """average-kissing(n) <= bound."""
    p = document.parameters
    theorem = f"average-kissing, degree {p.degree}, {len(p.nodes)} nodes"
    return Claim(f"average-kissing({p.n})", document.bound, theorem)


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    p = document.parameters
    exact = tuple(document.matrices[f"F{k}"].matrix() for k in range(p.degree + 1))
    local = LocalConditions(p.n, p.mesh, exact, tuple(document.witness["slopes"].numbers()))
    if local.bound > rational(document.bound):
        yield "not proved: bound: t is larger", "bound"
    for total in p.mesh.weights():
        if sum((value * local.weight(i) for i, value in total.items()), fmpq(0)) < 2:
            yield "not proved: the sum of the weights at the two ends of a contact", "witness"
    for condition in local.failures():
        yield f"not proved: {condition}", "witness"
