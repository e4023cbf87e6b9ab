"""Certificates of the theorem `three-point-fixed-size`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.errors import CertificateError
from kissalg.exact.rational import fraction
from kissalg.families.three_point_fixed_size.model import THEOREM, FixedSizeProblem
from kissalg.rounding import DyadicVector, ProvedMatrix, prove_exactly
from kissalg.sdp.terms import orbit_exponents
from kissalg.witness.encoding import Parts, integer_text, psd_document, rational_text

__all__ = ["THEOREM", "interior"]


def interior(problem: FixedSizeProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]) -> Parts:
    """The bound is N - 1; variables that are left out are zero, kernels that are given are those of the problem.

    Raises:
        CertificateError: if e = 0: the values prove nothing.
    """
    d, big = problem.degree, problem.squares
    slack = vectors.get("e", DyadicVector((1,), 0))  # a problem without the variable has e = 1
    (e,) = slack.values
    if e <= 0:
        raise CertificateError(
            f"the witness proves nothing: expected e > 0, found e = {e}. Raise the degree of the sums of squares ({big})"
        )
    kernels = {name: prove_exactly(value) for name, value in problem.kernels.items()} | dict(psd)
    parameters = {
        "cos": rational_text(fraction(problem.cos)),
        "degree": d,
        "n": problem.n,
        "size": problem.size,
        "squares": big,
    }
    witness = {
        "F": [psd_document(kernels.get(f"F{k}"), d + 1 - k) for k in range(d + 1)],
        "G": {
            kind: [psd_document(psd.get(f"G{j}.{kind}"), len(orbit_exponents(big - loss))) for j in range(3)]
            for kind, loss in (("anti", 2), ("sym", 1))
        },
        "R": {
            kind: [
                psd_document(psd.get(f"R{j}.{kind}"), gram_basis(kind, degree).size)
                for j, degree in enumerate((big, big - 2))
            ]
            for kind in KINDS
        },
        "e": {"exponent": slack.exponent, "value": integer_text(e)},
    }
    return Parts(Fraction(problem.size - 1), parameters, witness)
