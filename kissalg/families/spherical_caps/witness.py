"""Certificates of the theorem `spherical-caps`: their parameters, their witness, and how solutions are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq_mat

from kissalg.errors import CertificateError
from kissalg.exact.rational import fraction
from kissalg.families.spheres.parameters import dimension_node
from kissalg.families.spherical_caps.model import THEOREM, SphericalCapsProblem, pairs_of
from kissalg.rounding import DyadicVector, FaceMatrix, FaceSolution, ProvedMatrix
from kissalg.witness.document import CertificateForm, parameter
from kissalg.witness.encoding import Parts, element_numbers, places_of, rounded_up, written_field
from kissalg.witness.faces import WrittenField
from kissalg.witness.leaves import Element, Field, Matrix, Proof, Rational, Small
from kissalg.witness.parsing import MAX_DEGREE, MAX_PARAMETER_BITS
from kissalg.witness.schema import Count, ListOf, Nullable, Record, Scope, Where, count

__all__ = ["FORM", "SphericalCapsParameters", "face", "interior"]

_MAX_SIZES = 16
_DENSITY_DIMENSION = 64


def _too_many(value: Any, _: Scope) -> str | None:
    return None if 1 <= len(value) <= _MAX_SIZES else f"expected 1 to {_MAX_SIZES} sizes, found {len(value)}"


def _not_positive(value: Any, _: Scope) -> str | None:
    return None if value is None or all(w > 0 for w in value) else "expected positive weights"


_WEIGHTS = Where(Nullable(ListOf(Rational(MAX_PARAMETER_BITS), count("len(caps)"))), _not_positive, "> 0")


@dataclass(frozen=True)
class SphericalCapsParameters:
    """n, d, the field, the cosines of the sizes in it, and what a cap of each size counts."""

    n: int = parameter(dimension_node(2), "the dimension of the space; at most 64 for a density")
    degree: int = parameter(Small(1, MAX_DEGREE), "d: the polynomials have degree 2d")
    field: WrittenField = parameter(Field(), "the number field")
    caps: tuple[tuple[Fraction, ...], ...] = parameter(
        Where(ListOf(Element(MAX_PARAMETER_BITS)), _too_many), "the cosines of the angles of the caps, at most 16"
    )
    weights: tuple[Fraction, ...] | None = parameter(_WEIGHTS, "what a cap of each size counts; null: its area")

    @property
    def density(self) -> bool:
        """Whether the weights are areas."""
        return self.weights is None


def _refusal(witness: Any, scope: Scope) -> tuple[str, str] | None:
    if (witness["weights"] is None) == (scope["weights"] is None):
        wanted = "null, as the weights are parameters" if scope["weights"] is not None else "the areas as weights"
        return f"expected {wanted}", "weights"
    if scope["weights"] is None and scope["n"] > _DENSITY_DIMENSION:
        return f"expected a dimension of at most {_DENSITY_DIMENSION} for a density", ""
    return None


_PAIRS = Count("number of pairs", lambda scope: len(pairs_of(len(scope["caps"]))))


class _PairMatrix(Matrix):
    """A matrix of a pair (i, j), whose number stands in the scope."""

    def _named(self, scope: Scope) -> Scope:
        i, j = pairs_of(len(scope["caps"]))[scope["pair"]]
        return {**scope, "i": i, "j": j, "letter": "ST"[scope["part"]]}

    def read(self, tree: Any, path: str, scope: Scope) -> Any:
        """The matrix."""
        return super().read(tree, path, self._named(scope))

    def fill(self, values: Mapping[str, Any], scope: Scope, key: str) -> Any:
        """The matrix with its name."""
        return super().fill(values, self._named(scope), key)


FORM = CertificateForm(
    THEOREM,
    SphericalCapsParameters,
    Where(
        Record(
            F=ListOf(Matrix("F{k}", count("len(caps)"), Proof.EITHER), count("2*degree + 1"), "k"),
            Q=ListOf(
                ListOf(_PairMatrix("{letter}{i}.{j}", count("degree + 1 - part"), Proof.EITHER), 2, "part"),
                _PAIRS,
                "pair",
            ),
            ends=ListOf(Rational(MAX_PARAMETER_BITS), _PAIRS),
            weights=_WEIGHTS,
        ),
        _refusal,
    ),
)


def interior(
    problem: SphericalCapsProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]
) -> Parts:
    """The bound is the least that the kernels give, rounded up to ten digits (densities can be small).

    Matrices that are left out are zero.
    """
    size = len(problem.cosines)
    names = [f"F{k}" for k in range(2 * problem.degree + 1)]
    kernels = [psd[name].value() if name in psd else fmpq_mat(size, size) for name in names]
    least = problem.least_bound(kernels)
    return _parts(problem, rounded_up(least, places_of(fraction(least))), psd)


def face(exact: FaceSolution) -> Parts:
    """The bound is the objective, exactly.

    Raises:
        CertificateError: if the solution is irrational.
    """
    problem = exact.problem
    assert isinstance(problem, SphericalCapsProblem)
    if exact.field.degree > 1:
        raise CertificateError(
            f"a certificate for spherical caps is rational, and this solution lies in {exact.field}; "
            "use certify without round_to_face"
        )
    return _parts(problem, fraction(exact.objective.coefficients[0]), exact.psd)


def _parts(problem: SphericalCapsProblem, bound: Fraction, psd: Mapping[str, ProvedMatrix | FaceMatrix]) -> Parts:
    weights = tuple(map(fraction, problem.weights))
    parameters = SphericalCapsParameters(
        problem.n,
        problem.degree,
        written_field(problem.cosines[0].field),
        tuple(map(element_numbers, problem.cosines)),
        None if problem.density else weights,
    )
    values = {**psd, "ends": problem.ends, "weights": weights if problem.density else None}
    return Parts(bound, parameters, values)
