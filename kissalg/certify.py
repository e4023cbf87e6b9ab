"""From a numerical solution to a certificate: round it, prove it exact, write it down in the format of docs/certificate-format.md.

Main definitions: `certify`, `Certificate`, `load`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from flint import fmpq

from kissalg import __version__
from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.atomic import write_atomically
from kissalg.bounds.delsarte import DelsarteProblem
from kissalg.bounds.nonnegative import NonnegativeProblem
from kissalg.bounds.three_point import THEOREM, ThreePointProblem
from kissalg.errors import CertificateError
from kissalg.exact.rational import decimal_up, fraction
from kissalg.kernel import Limits
from kissalg.rounding import ExactSolution, FaceSolution, ProvedMatrix, RoundingSettings, round_interior
from kissalg.rounding.encoding import (
    element_text,
    face_document,
    field_document,
    integer_text,
    rational_text,
    vector_document,
)
from kissalg.rounding.nonnegative import (
    exact_lower_bound,
    nonnegative_parameters,
    nonnegative_witness,
    polynomial_from_document,
)
from kissalg.solvers import NumericSolution

__all__ = ["Certificate", "certify", "load"]

_BOUND_PLACES = 10


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

    @property
    def bound(self) -> Fraction:
        """The claimed bound."""
        return _rational_from_text(self.document["bound"])

    @property
    def claim(self) -> str:
        """What the certificate claims, the bound rounded up."""
        document = self.document
        if document["theorem"] not in _CLAIMS:
            expected = " or ".join(map(repr, sorted(_CLAIMS)))
            raise CertificateError(f"expected the theorem {expected}, found {document['theorem']!r}")
        return _CLAIMS[document["theorem"]](document, self.bound)

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


def certify(solution: NumericSolution | FaceSolution, settings: RoundingSettings | None = None) -> Certificate:
    """Make a numerical solution exact and write it as a certificate; or write an exact solution on a face.

    The bound of the certificate is the exact objective of the exact solution, rounded up to ten decimals (a rational number on a face: not rounded at
    all). Nothing here is trusted: verify the result.

    Arguments:
        solution: an optimal `NumericSolution`, or the result of `round_to_face`.
        settings: see `RoundingSettings`; only for a `NumericSolution`.

    Raises:
        RoundingError: if the solution cannot be made exact; the message says which step failed and what to change.

    >>> from kissalg.bounds.three_point import kissing
    >>> from kissalg.solvers import solve
    >>> certificate = certify(solve(kissing(4, degree=4)))
    >>> round(float(certificate.bound), 5)
    26.0
    """
    if isinstance(solution, FaceSolution):
        return _certify_face(solution)
    problem = solution.problem
    if not isinstance(problem, ThreePointProblem):
        raise CertificateError(
            f"there is no certificate format for the theorem {problem.theorem!r} in the interior of the cone; use round_to_face"
        )
    exact = round_interior(solution, settings)
    bound = _rounded_up(exact.objective)
    provenance = {**_provenance(solution), "rounding_tolerance": f"2^-{exact.tolerance}"}
    return _written(problem.theorem, _parameters(problem), bound, _witness(exact, problem), provenance)


def _certify_face(exact: FaceSolution) -> Certificate:
    problem, field = exact.problem, exact.field
    bound = (
        fraction(exact.objective.coefficients[0])
        if exact.objective.is_rational
        else _rounded_up(exact.objective.upper())
    )
    provenance = {
        **_provenance(exact.solution),
        "rounding_tolerance": f"2^-{exact.tolerance}",
        "face": f"denominators of at most {exact.denominator_bits} bits, over {field}",
    }
    if isinstance(problem, ThreePointProblem):
        if field.degree > 1:
            raise CertificateError(f"a three-point certificate is rational, and this solution lies in {field}")
        witness = _three_point_face(exact, problem)
        return _written(problem.theorem, _parameters(problem), bound, witness, provenance)
    if isinstance(problem, DelsarteProblem):
        parameters = {
            "cos": element_text(field.element(problem.cosine)),
            "degree": problem.degree,
            "field": field_document(field),
            "n": problem.n,
        }
        squares = [face_document(exact.psd[name]) for name in ("Q0", "Q1")]
        witness = {"Q": squares, "f": vector_document(exact.vectors["f"])}
        return _written(problem.theorem, parameters, bound, witness, provenance)
    if isinstance(problem, NonnegativeProblem) and problem.goal != "margin":
        lower = exact_lower_bound(exact)
        bound = fraction(lower.coefficients[0]) if lower.is_rational else -_rounded_up((-lower).upper())
        provenance["names"] = ", ".join(problem.statement.ring.names())
        parameters = nonnegative_parameters(problem.statement)
        return _written(problem.theorem, parameters, bound, nonnegative_witness(exact), provenance)
    raise CertificateError(f"there is no certificate format for the theorem {problem.theorem!r}")


def _parameters(problem: ThreePointProblem) -> dict[str, Any]:
    return {
        "cos": rational_text(fraction(problem.cos)),
        "degree": problem.degree,
        "linear": problem.linear,
        "n": problem.n,
    }


def _written(
    theorem: str, parameters: dict[str, Any], bound: Fraction, witness: dict[str, Any], provenance: dict[str, str]
) -> Certificate:
    document = {
        "bound": rational_text(bound),
        "format": 1,
        "parameters": parameters,
        "provenance": provenance,
        "theorem": theorem,
        "witness": witness,
    }
    return Certificate(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True))


def _up(bound: Fraction) -> str:
    return decimal_up(fmpq(bound.numerator, bound.denominator))


def _three_point_claim(document: Mapping[str, Any], bound: Fraction) -> str:
    parameters = document["parameters"]
    return f"A({parameters['n']}, {_rational_from_text(parameters['cos'])}) <= {_up(bound)}"


def _delsarte_claim(document: Mapping[str, Any], bound: Fraction) -> str:
    parameters = document["parameters"]
    terms = [f"{_rational_from_text(c)}{f'*a^{k}' * (k > 0)}" for k, c in enumerate(parameters["cos"]) if c != "0/1"]
    field = "" if parameters["field"] is None else " over Q(a)"
    return f"A({parameters['n']}, {' + '.join(terms) or '0'}) <= {_up(bound)}{field}"


def _nonnegative_claim(document: Mapping[str, Any], bound: Fraction) -> str:
    parameters, names = document["parameters"], document["provenance"].get("names", "").split(", ")
    if len(names) != parameters["variables"] or not all(map(str.isidentifier, names)) or len(set(names)) < len(names):
        names = [f"x{i + 1}" for i in range(parameters["variables"])]
    read = partial(polynomial_from_document, names=names)
    conditions = [f"{read(g)} >= 0" for g in parameters["inequalities"]]
    conditions += [f"{read(h)} = 0" for h in parameters["equalities"]]
    where = f" where {', '.join(conditions)}" if conditions else ""
    shown = str(bound) if bound.denominator < 10**_BOUND_PLACES else f"-{_up(-bound)}".replace("--", "")
    return f"{read(parameters['polynomial'])} >= {shown}{where}"


_CLAIMS = {"delsarte": _delsarte_claim, "nonnegative": _nonnegative_claim, THEOREM: _three_point_claim}


def load(path: str | PathLike[str]) -> Certificate:
    """Read a certificate file (plain or xz) without judging it; sizes are bounded before anything is decompressed.

    Raises:
        CertificateError: if the file cannot be read, is too large, or is not the JSON text of a certificate. `kissalg.verify` says more.
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


def _rounded_up(value: fmpq) -> Fraction:
    scale = 10**_BOUND_PLACES
    return Fraction(int((value * scale).ceil()), scale)


def _rational_from_text(text: str) -> Fraction:
    numerator, denominator = text.split("/")
    return Fraction(int(numerator, 16), int(denominator, 16))


def _psd(matrix: ProvedMatrix | None, size: int) -> dict[str, Any]:
    """A matrix of the given size; one that the solution leaves out is zero."""
    if matrix is None:
        zeros = [" ".join("0" * (size - j)) for j in range(size)]
        return {"columns": zeros, "correction": None, "exponents": [0] * size, "shift": None}
    correction = None
    if matrix.correction is not None:
        correction = {
            "denominator": integer_text(matrix.correction.denominator),
            "entries": [[i, j, integer_text(n)] for i, j, n in matrix.correction.entries],
        }
    return {
        "columns": [" ".join(integer_text(v) for v in column) for column in matrix.columns],
        "correction": correction,
        "exponents": list(matrix.exponents),
        "shift": matrix.shift,
    }


def _witness(exact: ExactSolution, problem: ThreePointProblem) -> dict[str, Any]:
    a = exact.vectors.get("a")
    d = problem.degree
    degrees = (d, d - 1, d - 2, d - 3, d - 2)
    return {
        "B": _psd(exact.psd.get("B"), 2),
        "F": [_psd(exact.psd.get(f"F{k}"), d + 1 - k) for k in range(d + 1)],
        "Q": [_psd(exact.psd[f"Q{i}"], d + 1 - i) for i in range(2)],
        "R": {
            kind: [
                _psd(exact.psd.get(f"R{j}.{kind}"), gram_basis(kind, degree).size) for j, degree in enumerate(degrees)
            ]
            for kind in KINDS
        },
        "a": {
            "exponent": a.exponent if a is not None else 0,
            "values": [integer_text(v) for v in a.values] if a is not None else [],
        },
    }


def _three_point_face(exact: FaceSolution, problem: ThreePointProblem) -> dict[str, Any]:
    d = problem.degree

    def matrix(name: str, size: int) -> dict[str, Any]:
        return face_document(exact.psd[name]) if name in exact.psd else _psd(None, size)

    degrees = (d, d - 1, d - 2, d - 3, d - 2)
    a = exact.vectors.get("a")
    return {
        "B": matrix("B", 2),
        "F": [matrix(f"F{k}", d + 1 - k) for k in range(d + 1)],
        "Q": [matrix(f"Q{i}", d + 1 - i) for i in range(2)],
        "R": {
            kind: [matrix(f"R{j}.{kind}", gram_basis(kind, degree).size) for j, degree in enumerate(degrees)]
            for kind in KINDS
        },
        "a": vector_document(a) if a is not None else {"exponent": 0, "values": []},
    }


def _provenance(solution: NumericSolution) -> dict[str, str]:
    return {
        "bits": str(solution.bits),
        "gap": f"{solution.gap:.1e}",
        "iterations": str(solution.iterations),
        "numerical_lower_value": _decimal_down(solution.dual_objective),
        "software": f"kissalg {__version__}",
    }


def _decimal_down(value: fmpq) -> str:
    text = decimal_up(-value)
    return text[1:] if text.startswith("-") else f"-{text}"
