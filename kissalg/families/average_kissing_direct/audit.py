"""The second opinion on certificates of the theorem `average-kissing-direct`, in ball arithmetic.

The polynomials of the model come from Laguerre's recurrence; the kernel takes powers of the Laplacian.
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq, fmpq_poly

from kissalg.exact.nonpositive import certainly_nonpositive
from kissalg.exact.rational import rational
from kissalg.families.average_kissing_direct.model import THEOREM, pair_polynomial, proved_degree
from kissalg.families.balls.nodes import rationals
from kissalg.families.family import Failure
from kissalg.kernel.report import Claim
from kissalg.witness.document import CertificateDocument

__all__ = ["claim", "failures"]


def claim(document: CertificateDocument) -> Claim:
    """average-kissing(n;r_1,…,r_m) <= bound."""
    p = document.parameters
    quantity = f"average-kissing({p.n};{','.join(map(str, p.radii))})"
    return Claim(quantity, document.bound, f"{THEOREM}, degree {p.degree}")


def failures(document: CertificateDocument) -> Iterator[Failure]:
    """What is not proved, with its path; the matrices are taken as positive semidefinite."""
    p = document.parameters
    exact = [document.matrices[name].matrix() for name in ("X0", "X1")]
    radii, scale = rationals(p.radii), rational(document.witness["scale"])
    pairs = [(i, j) for i in range(len(radii)) for j in range(i + 1)]
    polynomials = {pair: pair_polynomial(p.n, pair, exact, (p.degree + 1) // 2) for pair in pairs}
    proved = proved_degree(polynomials, radii, scale)
    if proved is None:
        yield "not proved: (ii): a function is not negative at a contact", "witness"
    elif proved > rational(document.bound):
        yield "not proved: bound: the witness proves less", "bound"
    for (i, j), polynomial in polynomials.items():
        start = scale * (radii[i] + radii[j]) ** 2
        if not certainly_nonpositive(_on_ray(polynomial, start, p.degree), fmpq(0), fmpq(1)):
            yield f"not proved: (i) for the radii number {i} and {j}", "witness"


def _on_ray(polynomial: fmpq_poly, start: fmpq, degree: int) -> fmpq_poly:
    """(1-v)^d p(start + d v/(1-v)): nowhere positive on [0, 1] if and only if p is nowhere positive from `start` on."""
    moved = polynomial(fmpq_poly([start, degree]))
    total = fmpq_poly([])
    for k in range(degree + 1):
        total += moved[k] * fmpq_poly([0, 1]) ** k * fmpq_poly([1, -1]) ** (degree - k)
    return total
