"""What the second opinion does for every theorem whose problem is a model with identities over Q.

Main definitions: `values_of`, `failing_identities`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flint import fmpq

from kissalg.exact.rational import decimal_up, rational
from kissalg.families.family import Failure
from kissalg.sdp.model import Assignment, Model, PsdVariable, Value
from kissalg.witness.document import CertificateDocument

__all__ = ["failing_identities", "values_of"]


def values_of(document: CertificateDocument, model: Model, vectors: Mapping[str, Sequence[fmpq]]) -> Assignment:
    """The exact values of the variables of a model."""
    found: dict[str, Value] = {}
    for variable in model.variables:
        matrix = isinstance(variable, PsdVariable)
        found[variable.name] = document.matrices[variable.name].matrix() if matrix else list(vectors[variable.name])
    return found


def failing_identities(
    document: CertificateDocument, model: Model, values: Assignment, proved: fmpq
) -> Iterator[Failure]:
    """Whether the bound is at least what is `proved`, and the identities hold coefficient by coefficient."""
    bound = rational(document.bound)
    if proved > bound:
        yield f"the witness proves {decimal_up(proved, 12)}, above the claimed {decimal_up(bound, 12)}", "bound"
    for identity in model.identities:
        residual = identity.coefficients(model.residual(identity, values))
        for exponent, coefficient in zip(identity.space.exponents, residual, strict=True):
            if coefficient != 0:
                yield f"identity {identity.name}: the coefficient of exponent {exponent} is not zero", "witness"
                break
