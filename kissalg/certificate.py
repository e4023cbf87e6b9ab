"""From a numerical solution to a certificate.

Round it, prove it exact, write it down in the format of docs/certificate-format.md.

What depends on the theorem is said by the record of its family: `kissalg.families.family.Routes` and the form of its
certificates.

Main definitions: `certify`, `certificate_of`, `Certificate`, `load`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from kissalg import __version__
from kissalg.atomic import write_atomically
from kissalg.audit import read_document
from kissalg.errors import CertificateError, RoundingError
from kissalg.exact.expressions import surd
from kissalg.exact.number_field import FieldElement, NumberField
from kissalg.exact.rational import rational
from kissalg.families import family_of, family_of_problem
from kissalg.families.family import Family
from kissalg.kernel import Limits, check
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
from kissalg.sdp.model import Model, Sense
from kissalg.solvers import NumericSolution
from kissalg.solvers.float64 import Float64Solution
from kissalg.witness.document import CertificateDocument, canonical
from kissalg.witness.encoding import Parts
from kissalg.witness.parsing import Finding
from kissalg.witness.provenance import provenance_of

__all__ = ["Certificate", "certificate_of", "certify", "load"]


@dataclass(frozen=True, repr=False)
class Certificate:
    """The canonical JSON text of a certificate. Holding one proves nothing: `kissalg.verify` does."""

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

    @cached_property
    def content(self) -> CertificateDocument:
        """The certificate as typed data.

        Raises:
            CertificateError: the text is no certificate.
        """
        try:
            return read_document(self.text.encode("ascii", "replace"))
        except Finding as finding:
            where = f" at {finding.path}" if finding.path else ""
            raise CertificateError(f"this is not a certificate: {finding.reason}{where}") from finding

    @property
    def family(self) -> Family:
        """The record of its theorem."""
        family = family_of(self.content.theorem)
        assert family is not None  # the content was read by its form
        return family

    @property
    def bound(self) -> Fraction:
        """The claimed bound."""
        return self.content.bound

    @cached_property
    def exact_bound(self) -> FieldElement | None:
        """The irrational bound that is claimed, as an element of its number field.

        None if there is none, or none short enough to print.

        Example:
            >>> from kissalg.families.nonnegative.minima import minimize
            >>> certificate = minimize("x^3 - x", on=["x", "2 - x"])
            >>> certificate.exact_bound, certificate.exact_bound.field
            (-2/9*a, Q(a), a^2 + (-3) = 0, 1 < a < 2)
            >>> certificate.claim
            'x^3 - x >= -2/9*sqrt(3) >= -0.3849001795 where x >= 0, -x + 2 >= 0'
        """
        try:
            claimed = self.family.claim(self.content).exact
        except Finding:  # the field is not one; `verify` says why
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
            CertificateError: the text is no certificate.
        """
        family, exact = self.family, self.exact_bound
        shown = family.shown(self.content)
        chain = [shown.quantity, family.bound_text(self.bound)]
        if exact is not None:
            chain.insert(1, surd(exact) or f"({exact} in {exact.field})")
        return f" {family.relation} ".join(chain) + shown.behind

    @property
    def provenance(self) -> Mapping[str, str]:
        """How it was made, in the words of whoever made it: no checker looks at them."""
        notes: dict[str, str] = self.document["provenance"]
        return notes

    def with_notes(self, **notes: str) -> Certificate:
        """The same certificate with more in its provenance."""
        return Certificate(canonical({**self.document, "provenance": {**self.provenance, **notes}}))

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
    solution: NumericSolution | FaceSolution | Float64Solution | object, settings: RoundingSettings | None = None
) -> Certificate:
    """Make a numerical solution exact and write it as a certificate.

    Or write an exact solution on a face, or a problem that needs no solver.

    Where the proof needs no identity, only inequalities between univariate polynomials, the matrices are repaired or
    rounded and nothing is written but them; since no repair can promise that what holds at samples holds between them,
    such a certificate is handed to the kernel before it is returned.

    The equations of an `AlgebraicModel` (Delsarte's bound) are solved over its number field.

    The bound of the certificate is the exact objective of the exact solution, rounded up to ten decimals (a rational
    number on a face: not rounded at all). Nothing here is trusted: verify the result.

    Args:
        solution: an optimal `NumericSolution`, the result of `round_to_face`, the `Float64Solution` of a sampled
            program, or a problem whose bound is a closed formula or a given polynomial, such as `levenshtein` and
            `average_kissing_area` return.
        settings: see `RoundingSettings`; only for a `NumericSolution`.

    Returns:
        The certificate.

    Raises:
        RoundingError: if the solution cannot be made exact; the message says which step failed and what to change.
        CertificateError: if there is no certificate format for the theorem, or nothing to write of what was given.

    Example:
        >>> from kissalg.families.three_point.model import kissing
        >>> from kissalg.solvers import solve
        >>> certificate = certify(solve(kissing(4, degree=4)))
        >>> round(float(certificate.bound), 5)
        26.0
    """
    if not isinstance(solution, NumericSolution | FaceSolution | Float64Solution):
        return _closed(solution)
    family = _family(solution.problem)
    if family.routes.candidates is not None and not isinstance(solution, FaceSolution):
        return _first_verified(family, solution)
    if isinstance(solution, Float64Solution):
        raise CertificateError(f"there is no certificate format for {solution.problem!r}")
    if isinstance(solution, NumericSolution) and isinstance(solution.problem, AlgebraicModel):
        solution = round_regular(solution)
    elif isinstance(solution, NumericSolution) and is_columns(solution.problem):
        _route(family.routes.face, family, "on a face")  # before the work
        solution = round_columns(solution, settings)
    if isinstance(solution, FaceSolution):
        write = _route(family.routes.face, family, "on a face")
        provenance = {
            **provenance_of(solution.solution, solution.tolerance, _sense(family, solution.problem)),
            "face": f"denominators of at most {solution.denominator_bits} bits, over {solution.field}",
        }
        return _written(family, write(solution), provenance)
    _route(family.routes.interior, family, "in the interior of the cone")  # before the work
    exact = round_interior(solution, settings)
    return certificate_of(
        solution.problem,
        exact.psd,
        exact.vectors,
        provenance_of(solution, exact.tolerance, _sense(family, solution.problem)),
    )


def certificate_of(
    problem: Model,
    psd: Mapping[str, ProvedMatrix],
    vectors: Mapping[str, DyadicVector],
    provenance: Mapping[str, str],
) -> Certificate:
    """Write exact values of the variables of a problem as a certificate; variables that are left out are zero.

    Args:
        problem: a problem whose theorem has certificates in the interior of the cone, such as a `ThreePointProblem`.
        psd: the matrices with their proofs, by name.
        vectors: the vectors, by name.
        provenance: strings for the reader; no checker looks at them.

    Returns:
        The certificate.

    Raises:
        CertificateError: there is no format for the theorem of the problem, or the values prove nothing (e = 0).
    """
    family = _family(problem)
    write = _route(family.routes.interior, family, "in the interior of the cone")
    return _written(family, write(problem, psd, vectors), provenance)


def _family(problem: object) -> Family:
    family = family_of_problem(problem)
    if family is None:
        name = getattr(problem, "theorem", None) or repr(problem)
        raise CertificateError(f"there is no certificate format for the theorem {name!r}")
    return family


def _route(route: Callable[..., Parts] | None, family: Family, where: str) -> Callable[..., Parts]:
    if route is None:
        hint = "; use round_to_face" if family.routes.interior is None and family.routes.face is not None else ""
        raise CertificateError(f"there is no certificate format for the theorem {family.theorem!r} {where}{hint}")
    return route


def _closed(formula: object) -> Certificate:
    """The certificate of a bound that needs no solution, once the kernel accepts it."""
    family = _family(formula)
    if family.routes.closed is None or not isinstance(formula, family.formulas):
        raise CertificateError(
            f"expected a solution, found a problem: certify(solve(problem)). The problem is\n{formula}"
        )
    certificate = _written(family, family.routes.closed(formula), {"software": f"kissalg {__version__}"})
    report = check(certificate.text.encode("ascii"))
    if not report.verified:
        raise RoundingError(f"the certificate is not proved: {report.reason}")
    return certificate


def _first_verified(family: Family, solution: NumericSolution | Float64Solution) -> Certificate:
    """The first candidate that the kernel accepts."""
    assert family.routes.candidates is not None
    reason = "there is none whose bound is positive"
    for parts, provenance in family.routes.candidates(solution):
        certificate = _written(family, parts, provenance)
        report = check(certificate.text.encode("ascii"))
        if report.verified:
            return certificate
        reason = report.reason
    raise RoundingError(f"the exact solution is not proved: {reason}. {family.routes.advice(solution.problem)}")


def _sense(family: Family, problem: Model) -> Sense | None:
    """Of the objective of a problem; None if only a feasible point is wanted."""
    return family.sense if problem.bounds_something else None


def _written(family: Family, parts: Parts, provenance: Mapping[str, str]) -> Certificate:
    return Certificate(family.form.write(parts, provenance).encode())


def load(path: str | PathLike[str]) -> Certificate:
    """Read a certificate file (plain or xz) without judging it; sizes are bounded before anything is decompressed.

    Raises:
        CertificateError: if the file cannot be read, is too large, or is not the JSON text of a certificate.
            `kissalg.verdict` says more.
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
        certificate.content  # noqa: B018  # reads the fields that everything else here relies on
    except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError, lzma.LZMAError) as error:
        raise CertificateError(f"{path} is not a certificate: {error}") from error
    return certificate
