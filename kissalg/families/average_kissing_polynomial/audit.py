"""Certificates of the theorem `average-kissing-polynomial` as typed data, their only text, and the exact check.

The identity and the polynomials come from `kissalg.families.average_kissing_polynomial.model`, in FLINT's rings; inequalities are proved in ball arithmetic.

Main definitions: `PolynomialWeightsDocument`, `read_polynomial_weights`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq

from kissalg.errors import ParameterError
from kissalg.exact.nonpositive import certainly_nonpositive
from kissalg.families.average_kissing_polynomial.model import (
    THEOREM,
    AveragePolynomialProblem,
    average_kissing_polynomial,
)
from kissalg.families.three_point.audit import Gram, ratio
from kissalg.kernel.report import Claim
from kissalg.sdp.model import Identity, PsdVariable
from kissalg.witness.matrices import gram
from kissalg.witness.parsing import (
    MAX_BOUND_BITS,
    MAX_DEGREE,
    MAX_DIMENSION,
    MAX_PARAMETER_BITS,
    anything,
    items,
    malformed,
    member,
    rational,
    small,
    strings,
)

__all__ = ["PolynomialWeightsDocument", "read_polynomial_weights"]

_ORDER = 20
_KINDS = ("alt", "trv")
_MULTIPLIERS = 7


@dataclass(frozen=True)
class PolynomialWeightsDocument:
    """A certificate of the theorem `average-kissing-polynomial`. `matrices` holds F0, …, Fd and Q0.trv, …, with the names of the model."""

    problem: AveragePolynomialProblem
    root: tuple[Fraction, ...]
    bound: Fraction
    matrices: Mapping[str, Gram]
    provenance: Mapping[str, str]

    @property
    def n(self) -> int:
        """The dimension."""
        return self.problem.n

    @property
    def degree(self) -> int:
        """d."""
        return self.problem.degree

    @property
    def terms(self) -> int:
        """N + 1, the number of coefficients of the weights."""
        return self.problem.order + 1

    @property
    def claim(self) -> Claim:
        """What the file claims; nothing here says that it is true."""
        theorem = f"{THEOREM}, degree {self.degree}, order {self.problem.order}"
        return Claim(self.problem.quantity, self.bound, theorem)

    def sizes(self) -> dict[str, int]:
        """The orders that the matrices must have."""
        known = {v.name: v.size for v in self.problem.variables if isinstance(v, PsdVariable)}
        return {name: known.get(name, 0) for name in self.matrices}

    @cached_property
    def _values(self) -> dict[str, Any]:
        return {name: block.matrix() for name, block in self.matrices.items()}

    def _open_part(self, identity: Identity) -> Any:  # a polynomial in one variable, or for (P) in three
        """What is to be nonnegative: minus the terms whose matrices are in the file, plus the right-hand side."""
        total: Any = identity.right_hand_side
        for term in identity.terms:
            if term.variable.name in self._values:
                total -= term.polynomial(self._values[term.variable.name])
        return total

    def failures(self) -> Iterator[str]:
        """Which conditions are not proved; the matrices are taken as positive semidefinite."""
        if self._values["F0"][0, 0] > fmpq(self.bound.numerator, self.bound.denominator):
            yield "bound: t_0 is larger"
        if not certainly_nonpositive(-self.problem.root, fmpq(-1), fmpq(1)):
            yield "(f)"
        for name in ("L", "W", "E"):
            if not certainly_nonpositive(-self._open_part(self.problem.identity(name)), fmpq(-1), fmpq(1)):
                yield f"({name})"
        identity = self.problem.identity("P")
        if any(identity.coefficients(self._open_part(identity))):
            yield "the identity (P)"

    def encode(self) -> str:
        """The canonical text."""
        problem = self.problem
        first = Fraction(int(problem.sizes.first.p), int(problem.sizes.first.q))
        tree = {
            "bound": ratio(self.bound),
            "format": 1,
            "parameters": {
                "degree": self.degree,
                "first": ratio(first),
                "n": self.n,
                "order": problem.order,
                "power": problem.sizes.power,
            },
            "provenance": dict(self.provenance),
            "theorem": THEOREM,
            "witness": {
                "F": [self.matrices[f"F{k}"].to_json() for k in range(self.degree + 1)],
                "Q": {kind: [self.matrices[f"Q{j}.{kind}"].to_json() for j in range(_MULTIPLIERS)] for kind in _KINDS},
                "f": [ratio(c) for c in self.root],
            },
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"))


def read_polynomial_weights(tree: Any) -> PolynomialWeightsDocument:
    """The certificate in a tree.

    Raises:
        Finding: with the verdict MALFORMED.
    """
    parameters = member(tree, "", "parameters", anything)
    degree = member(parameters, "parameters", "degree", small(2, MAX_DEGREE))
    order = member(parameters, "parameters", "order", small(2, _ORDER))
    first = member(parameters, "parameters", "first", rational(MAX_PARAMETER_BITS))
    n = member(parameters, "parameters", "n", small(3, MAX_DIMENSION))
    power = member(parameters, "parameters", "power", small(1, 2))
    witness = member(tree, "", "witness", anything)
    root = member(witness, "witness", "f", items(rational(MAX_PARAMETER_BITS), order + 1))
    blocks = member(witness, "witness", "F", items(gram, degree + 1))
    families = member(witness, "witness", "Q", anything)
    matrices = {f"F{k}": block for k, block in enumerate(blocks)}
    for kind in _KINDS:
        squares = member(families, "witness.Q", kind, items(gram, _MULTIPLIERS))
        matrices |= {f"Q{j}.{kind}": block for j, block in enumerate(squares)}
    try:
        problem = average_kissing_polynomial(n, degree, order, first, power=power, root=root)
    except ParameterError as error:
        raise malformed(str(error), "parameters") from None
    return PolynomialWeightsDocument(
        problem=problem,
        root=root,
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        matrices=matrices,
        provenance=member(tree, "", "provenance", strings),
    )
