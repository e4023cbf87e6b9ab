"""The second opinion on certificates of the theorem `average-kissing-radii`: its conditions, in ball arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from kissalg.exact.rational import rational
from kissalg.families.balls.conditions import LocalConditions
from kissalg.families.balls.mesh import Mesh
from kissalg.families.balls.nodes import rationals
from kissalg.families.family import Failure
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """average-kissing(n;r_1,…,r_m) <= bound."""
    p = document.parameters
    quantity = f"average-kissing({p.n};{','.join(map(str, p.radii))})"
    return Claim(quantity, document.bound, f"average-kissing-radii, degree {p.degree}")


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    p, bound = document.parameters, rational(document.bound)
    locals_ = []
    for c, r in enumerate(p.radii):
        mesh = Mesh(rationals([s / (r + s) for s in p.radii]), "c" * len(p.radii))
        matrices = tuple(document.matrices[f"{c}.F{k}"].matrix() for k in range(p.degree + 1))
        locals_.append(LocalConditions(p.n, mesh, matrices, ()))
    for c, local in enumerate(locals_):
        if local.bound > bound:
            yield f"not proved: bound: t is larger around radius number {c}", "bound"
        for i, other in enumerate(locals_):
            if local.weight(i) + other.weight(c) < 2:
                yield f"not proved: the weights of the radii number {c} and {i}", "witness"
        for condition in local.failures():
            yield f"not proved: {condition}", "witness"
