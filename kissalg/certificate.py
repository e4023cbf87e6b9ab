"""From a numerical solution to a certificate: round it, prove it exact, write it down in the format of docs/certificate-format.md.

What depends on the theorem is written by `kissalg.witness`; the tables `_INTERIOR`, `_FACE` and `_CLAIMS` say by which of its functions.

Main definitions: `certify`, `certificate_of`, `Certificate`, `load`.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from kissalg import __version__
from kissalg.atomic import write_atomically
from kissalg.errors import CertificateError, RoundingError
from kissalg.exact.expressions import surd
from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.exact.rational import decimal_down, decimal_up, rational
from kissalg.families.average_kissing import witness as average_kissing
from kissalg.families.average_kissing.model import AverageKissingProblem
from kissalg.families.average_kissing_direct import witness as direct
from kissalg.families.average_kissing_direct.model import DirectProblem
from kissalg.families.average_kissing_direct.squares import direct_squares
from kissalg.families.average_kissing_polynomial import witness as average_polynomial
from kissalg.families.average_kissing_polynomial.model import AveragePolynomialProblem
from kissalg.families.balls.balance import balanced_repairs
from kissalg.families.delsarte import witness as delsarte
from kissalg.families.delsarte.model import DelsarteProblem
from kissalg.families.independence_number import witness as independence
from kissalg.families.independence_number.model import IndependenceProblem
from kissalg.families.nonnegative import witness as nonnegative
from kissalg.families.nonnegative.model import NonnegativeProblem
from kissalg.families.semidefinite_program import witness as program
from kissalg.families.semidefinite_program.model import SdpaModel
from kissalg.families.spherical_caps import witness as spherical_caps
from kissalg.families.spherical_caps.model import SphericalCapsProblem
from kissalg.families.three_point import witness as three_point
from kissalg.families.three_point.model import ThreePointProblem
from kissalg.families.three_point_fixed_size import witness as fixed_size
from kissalg.families.three_point_fixed_size.model import FixedSizeProblem
from kissalg.kernel import Limits, check
from kissalg.kernel.check import read_certificate
from kissalg.kernel.grammar import parse
from kissalg.kernel.report import Refusal
from kissalg.rounding import (
    DyadicVector,
    FaceSolution,
    ProvedMatrix,
    RoundingSettings,
    is_columns,
    round_columns,
    round_interior,
    round_regular,
)
from kissalg.sdp.equations import AlgebraicModel
from kissalg.sdp.model import Model
from kissalg.solvers import NumericSolution
from kissalg.solvers.float64 import Float64Solution
from kissalg.witness.encoding import Parts, rational_from_text, rational_text

__all__ = ["Certificate", "certificate_of", "certificate_of_parts", "certify", "load"]

_DOUBLE_BITS = 53  # of other people's engines; the multiprecision solver ends with more

_INTERIOR: Mapping[type[Model], Callable[[Any, Mapping[str, ProvedMatrix], Mapping[str, DyadicVector]], Parts]] = {
    AveragePolynomialProblem: average_polynomial.interior,
    FixedSizeProblem: fixed_size.interior,
    SphericalCapsProblem: spherical_caps.interior,
    ThreePointProblem: three_point.interior,
}
_FACE: Mapping[type[Model], Callable[[FaceSolution], Parts]] = {
    DelsarteProblem: delsarte.face,
    IndependenceProblem: independence.face,
    NonnegativeProblem: nonnegative.face,
    SdpaModel: program.face,
    SphericalCapsProblem: spherical_caps.face,
    ThreePointProblem: three_point.face,
}
_CLAIMS: Mapping[str, Callable[[Mapping[str, Any], Fraction], str]] = {
    average_kissing.THEOREM: average_kissing.claim,
    average_kissing.AREA_THEOREM: average_kissing.claim,
    average_kissing.RADII_THEOREM: average_kissing.claim_radii,
    average_polynomial.THEOREM: average_kissing.claim,
    delsarte.THEOREM: delsarte.claim,
    direct.THEOREM: average_kissing.claim_radii,
    fixed_size.THEOREM: three_point.claim,
    independence.THEOREM: independence.claim,
    nonnegative.THEOREM: nonnegative.claim,
    program.THEOREM: program.claim,
    spherical_caps.THEOREM: spherical_caps.claim,
    three_point.THEOREM: three_point.claim,
}
_IRRATIONAL = (delsarte.THEOREM, independence.THEOREM, nonnegative.THEOREM, program.THEOREM)  # their bounds may be


@dataclass(frozen=True, repr=False)
class Certificate:
    """The canonical JSON text of a certificate. Holding one proves nothing: `kissalg.verdict` does."""

    text: str

    def to_bytes(self) -> bytes:
        """The content of a `.json.xz` file: always the same bytes for the same certificate."""
        return lzma.compress(
            self.text.encode("ascii"), format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, preset=9 | lzma.PRESET_EXTREME
        )

    @property
    def size(self) -> int:
        """The size of the compressed file in bytes."""
        return len(self.to_bytes())

    @property
    def document(self) -> Mapping[str, Any]:
        """The parsed JSON object."""
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed

    @property
    def bound(self) -> Fraction:
        """The claimed bound."""
        return rational_from_text(self.document["bound"])

    @cached_property
    def exact_bound(self) -> FieldElement | None:
        """The irrational bound that the certificate claims exactly, as an element of its number field; None if there is none, or none short enough to print.

        >>> from kissalg.families.nonnegative.minima import minimize
        >>> certificate = minimize("x^3 - x", on=["x", "2 - x"])
        >>> certificate.exact_bound, certificate.exact_bound.field
        (-2/9*a, Q(a), a^2 + (-3) = 0, 1 < a < 2)
        >>> certificate.claim
        'x^3 - x >= -2/9*sqrt(3) >= -0.3849001795 where x >= 0, -x + 2 >= 0'
        """
        try:
            claimed = read_certificate(parse(self.text.encode("ascii"), Limits())).claim.exact
        except (Refusal, UnicodeError):  # no certificate; `verify` says why
            return None
        if claimed is None:
            return None
        field = claimed.field
        over = NumberField(field.polynomial, rational(field.low), rational(field.high))
        return over(*map(rational, claimed.element))

    @property
    def claim(self) -> str:
        """What the certificate claims, the bound rounded to the safe side, after the exact one if that is irrational.

        Raises:
            CertificateError: if the theorem is unknown.
        """
        document = self.document
        theorem = document["theorem"]
        if theorem not in _CLAIMS:
            raise CertificateError(f"expected one of the theorems {', '.join(sorted(_CLAIMS))}, found {theorem!r}")
        claim = _CLAIMS[theorem](document, self.bound)
        exact = self.exact_bound if theorem in _IRRATIONAL else None
        if exact is None:
            return claim
        quantity, relation, bound = re.split(" (<=|>=) ", claim, maxsplit=1)
        return f"{quantity} {relation} {surd(exact) or f'({exact} in {exact.field})'} {relation} {bound}"

    @property
    def provenance(self) -> Mapping[str, str]:
        """How it was made, in the words of whoever made it: no checker looks at them."""
        notes: dict[str, str] = self.document["provenance"]
        return notes

    def with_notes(self, **notes: str) -> Certificate:
        """The same certificate with more in its provenance."""
        document = {**self.document, "provenance": {**self.provenance, **notes}}
        return Certificate(_canonical(document))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the file, atomically: xz unless the name ends with `.json`.

        Raises:
            CertificateError: if the folder does not exist or cannot be written.
        """
        target = Path(path)
        data = self.text.encode("ascii") if target.suffix == ".json" else self.to_bytes()
        try:
            write_atomically(target, data)
        except OSError as error:
            raise CertificateError(f"The certificate cannot be written to {target}: {error.strerror}.") from error

    def __repr__(self) -> str:
        return f"Certificate({self.claim}, {len(self.text)} characters)"


def certify(
    solution: NumericSolution | FaceSolution | Float64Solution, settings: RoundingSettings | None = None
) -> Certificate:
    """Make a numerical solution exact and write it as a certificate; or write an exact solution on a face.

    Where the proof needs no identity, only inequalities between univariate polynomials, the matrices are repaired or rounded and nothing is written but
    them; since no repair can promise that what holds at samples holds between them, such a certificate is handed to the kernel before it is returned.

    The equations of an `AlgebraicModel` (Delsarte's bound) are solved over its number field.

    The bound of the certificate is the exact objective of the exact solution, rounded up to ten decimals (a rational number on a face: not rounded at
    all). Nothing here is trusted: verify the result.

    Arguments:
        solution: an optimal `NumericSolution`, the result of `round_to_face`, or the `Float64Solution` of a sampled program.
        settings: see `RoundingSettings`; only for a `NumericSolution`.

    Raises:
        RoundingError: if the solution cannot be made exact; the message says which step failed and what to change.
        CertificateError: if there is no certificate format for the theorem.

    >>> from kissalg.families.three_point.model import kissing
    >>> from kissalg.solvers import solve
    >>> certificate = certify(solve(kissing(4, degree=4)))
    >>> round(float(certificate.bound), 5)
    26.0
    """
    if isinstance(solution, Float64Solution):
        return _certify_sampled(solution)
    if isinstance(solution, NumericSolution) and isinstance(solution.problem, DirectProblem):
        hint = "Solve with more bits, or with a larger gap"
        return _first_verified(solution.problem.theorem, _direct_candidates(solution, solution.problem), hint)
    if isinstance(solution, NumericSolution) and isinstance(solution.problem, AlgebraicModel):
        solution = round_regular(solution)
    elif isinstance(solution, NumericSolution) and is_columns(solution.problem):
        _writer(_FACE, solution.problem, "on a face")  # before the work
        solution = round_columns(solution, settings)
    if isinstance(solution, FaceSolution):
        write = _writer(_FACE, solution.problem, "on a face")
        provenance = {
            **_provenance(solution.solution, solution.tolerance),
            "face": f"denominators of at most {solution.denominator_bits} bits, over {solution.field}",
        }
        return _written(solution.problem.theorem, write(solution), provenance)
    _writer(_INTERIOR, solution.problem, "in the interior of the cone")  # before the work
    exact = round_interior(solution, settings)
    return certificate_of(solution.problem, exact.psd, exact.vectors, _provenance(solution, exact.tolerance))


def certificate_of(
    problem: Model,
    psd: Mapping[str, ProvedMatrix],
    vectors: Mapping[str, DyadicVector],
    provenance: Mapping[str, str],
) -> Certificate:
    """Write exact values of the variables of a problem as a certificate; variables that are left out are zero.

    Arguments:
        problem: a `ThreePointProblem`, a `FixedSizeProblem` or a `SphericalCapsProblem`.
        psd, vectors: the values, matrices with their proof.
        provenance: strings for the reader; no checker looks at them.

    Raises:
        CertificateError: there is no format for the theorem of the problem, or the values prove nothing (e = 0).
    """
    write = _writer(_INTERIOR, problem, "in the interior of the cone")
    return _written(problem.theorem, write(problem, psd, vectors), provenance)


def certificate_of_parts(theorem: str, parts: Parts) -> Certificate:
    """The certificate with these parts, made without a solver's solution; the provenance names the software only."""
    return _written(theorem, parts, {"software": f"kissalg {__version__}"})


def _writer(table: Mapping[type[Model], Callable[..., Parts]], problem: Model, where: str) -> Callable[..., Parts]:
    for kind, write in table.items():
        if isinstance(problem, kind):
            return write
    hint = "; use round_to_face" if table is _INTERIOR and isinstance(problem, tuple(_FACE)) else ""
    raise CertificateError(f"there is no certificate format for the theorem {problem.theorem!r} {where}{hint}")


def _certify_sampled(solution: Float64Solution) -> Certificate:
    problem = solution.problem
    if not isinstance(problem, AverageKissingProblem):
        raise CertificateError(f"there is no certificate format for {problem!r}")
    hint = f"Solve with a larger margin (now {problem.margin}) or a higher degree"
    return _first_verified(problem.theorem, _repaired_candidates(solution, problem), hint)


def _repaired_candidates(
    solution: Float64Solution, problem: AverageKissingProblem
) -> Iterator[tuple[Parts, Mapping[str, str]]]:
    for exact in balanced_repairs(solution, problem):
        provenance = {
            "iterations": str(solution.iterations),
            "margin": str(problem.margin),
            "repair_tolerance": f"2^-{exact.tolerance}",
            "software": f"kissalg {__version__}",
            "solver": solution.message,
        }
        yield average_kissing.repaired(exact), provenance


def _direct_candidates(solution: NumericSolution, problem: DirectProblem) -> Iterator[tuple[Parts, Mapping[str, str]]]:
    for exact in direct_squares(solution, problem):
        yield direct.squares(exact), _provenance(solution, exact.tolerance)


def _first_verified(theorem: str, candidates: Iterator[tuple[Parts, Mapping[str, str]]], hint: str) -> Certificate:
    """The first candidate that the kernel accepts."""
    reason = "there is none whose bound is positive"
    for parts, provenance in candidates:
        certificate = _written(theorem, parts, provenance)
        report = check(certificate.text.encode("ascii"))
        if report.verified:
            return certificate
        reason = report.reason
    raise RoundingError(f"the exact solution is not proved: {reason}. {hint}")


def _written(theorem: str, parts: Parts, provenance: Mapping[str, str]) -> Certificate:
    document = {
        "bound": rational_text(parts.bound),
        "format": 1,
        "parameters": parts.parameters,
        "provenance": {**provenance, **parts.notes},
        "theorem": theorem,
        "witness": parts.witness,
    }
    return Certificate(_canonical(document))


def _canonical(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _provenance(solution: NumericSolution, tolerance: int) -> dict[str, str]:
    return {
        **({"solver": solution.message} if solution.bits <= _DOUBLE_BITS else {}),
        "bits": str(solution.bits),
        "gap": f"{solution.gap:.1e}",
        "iterations": str(solution.iterations),
        **_numerical_value(solution),
        "rounding_tolerance": f"2^-{tolerance}",
        "software": f"kissalg {__version__}",
    }


def _numerical_value(solution: NumericSolution) -> dict[str, str]:
    """The value of the dual solution: no bound of this kind is better than it, up to rounding errors.

    The largest lower bound λ of a polynomial or program is computed as the least -λ, whose lower values are upper ones of λ.
    """
    problem = solution.problem
    if isinstance(problem, NonnegativeProblem | SdpaModel):
        if isinstance(problem, NonnegativeProblem) and problem.goal != "bound":
            return {}
        return {"numerical_upper_value": decimal_up(-solution.dual_objective)}
    return {"numerical_lower_value": decimal_down(solution.dual_objective)}


def load(path: str | PathLike[str]) -> Certificate:
    """Read a certificate file (plain or xz) without judging it; sizes are bounded before anything is decompressed.

    Raises:
        CertificateError: if the file cannot be read, is too large, or is not the JSON text of a certificate. `kissalg.verdict` says more.
    """
    limits = Limits()
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(limits.compressed + 1)
    except OSError as error:
        raise CertificateError(f"The certificate {path} cannot be read: {error.strerror}.") from error
    try:
        if len(data) > limits.compressed:
            raise ValueError(f"more than {limits.compressed} bytes")
        if data.startswith(b"\xfd7zXZ\x00"):
            decompressor = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=1 << 28)
            data = decompressor.decompress(data, max_length=limits.decompressed)
            if not decompressor.eof:
                raise ValueError(f"truncated, or more than {limits.decompressed} bytes when decompressed")
        certificate = Certificate(data.decode("ascii").rstrip("\n"))
        certificate.claim  # noqa: B018  # reads the fields that everything else here relies on
    except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError, lzma.LZMAError) as error:
        raise CertificateError(f"{path} is not a certificate: {error}") from error
    return certificate
