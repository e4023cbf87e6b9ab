"""From a numerical solution to a certificate: round it, prove it exact, write it down in the format of docs/certificate-format.md.

Main definitions: `certify`, `certificate_of`, `Certificate`, `load`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

from flint import fmpq, fmpq_mat

from kissalg import __version__
from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.atomic import write_atomically
from kissalg.bounds import fixed_size, three_point
from kissalg.bounds.fixed_size import FixedSizeProblem
from kissalg.bounds.terms import orbit_exponents
from kissalg.bounds.three_point import ThreePointProblem
from kissalg.errors import CertificateError
from kissalg.exact.rational import decimal_up, fraction
from kissalg.kernel import Limits
from kissalg.rounding import DyadicVector, ExactSolution, ProvedMatrix, RoundingSettings, prove_exactly, round_interior
from kissalg.sdp.model import Model, NonnegativeVariable, Value
from kissalg.solvers import NumericSolution

__all__ = ["Certificate", "certificate_of", "certify", "load"]

_BOUND_PLACES = 10
_THEOREMS = (three_point.THEOREM, fixed_size.THEOREM)


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
        if document["theorem"] not in _THEOREMS:
            raise CertificateError(f"expected one of {', '.join(_THEOREMS)}, found {document['theorem']!r}")
        parameters = document["parameters"]
        bound = _rational_from_text(document["bound"])
        cos = _rational_from_text(parameters["cos"])
        return f"A({parameters['n']}, {cos}) <= {decimal_up(fmpq(bound.numerator, bound.denominator))}"

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


def certify(solution: NumericSolution, settings: RoundingSettings | None = None) -> Certificate:
    """Make a numerical solution exact and write it as a certificate.

    The bound of the certificate is the exact objective of the exact solution, rounded up to ten decimals. Nothing here is trusted: verify the result.

    Arguments:
        solution: an optimal `NumericSolution`.
        settings: see `RoundingSettings`.

    Raises:
        RoundingError: if the solution cannot be made exact; the message says which step failed and what to change.

    >>> from kissalg.bounds.three_point import kissing
    >>> from kissalg.solvers import solve
    >>> certificate = certify(solve(kissing(4, degree=4)))
    >>> round(float(certificate.bound), 5)
    26.0
    """
    exact = round_interior(solution, settings)
    return certificate_of(exact.problem, exact.psd, exact.vectors, _provenance(exact))


def certificate_of(
    problem: Model,
    psd: Mapping[str, ProvedMatrix],
    vectors: Mapping[str, DyadicVector],
    provenance: Mapping[str, str],
) -> Certificate:
    """Write exact values of the variables of a problem as a certificate; variables that are left out are zero.

    Arguments:
        problem: a `ThreePointProblem` or a `FixedSizeProblem`.
        psd, vectors: the values, matrices with their proof.
        provenance: strings for the reader; no checker looks at them.

    Raises:
        CertificateError: there is no format for the theorem of the problem, or the values prove nothing (e = 0).
    """
    if isinstance(problem, ThreePointProblem):
        bound, parameters, witness = _three_point(problem, psd, vectors)
    elif isinstance(problem, FixedSizeProblem):
        bound, parameters, witness = _fixed_size(problem, psd, vectors)
    else:
        raise CertificateError(f"there is no certificate format for the theorem {problem.theorem!r}")
    document = {
        "bound": _rational_text(bound),
        "format": 1,
        "parameters": {"cos": _rational_text(fraction(problem.cos)), "degree": problem.degree, "n": problem.n}
        | parameters,
        "provenance": dict(provenance),
        "theorem": problem.theorem,
        "witness": witness,
    }
    return Certificate(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True))


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


def _integer_text(value: int) -> str:
    return f"{value:x}"


def _rational_text(value: Fraction) -> str:
    return f"{_integer_text(value.numerator)}/{_integer_text(value.denominator)}"


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
            "denominator": _integer_text(matrix.correction.denominator),
            "entries": [[i, j, _integer_text(n)] for i, j, n in matrix.correction.entries],
        }
    return {
        "columns": [" ".join(_integer_text(v) for v in column) for column in matrix.columns],
        "correction": correction,
        "exponents": list(matrix.exponents),
        "shift": matrix.shift,
    }


Parts = tuple[Fraction, dict[str, int], dict[str, Any]]
"""Bound, parameters beyond n, cos and degree, and witness of a certificate."""


def _three_point(
    problem: ThreePointProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]
) -> Parts:
    a = vectors.get("a")
    d = problem.degree
    degrees = (d, d - 1, d - 2, d - 3, d - 2)
    values: dict[str, Value] = {}
    for name in problem.objective.coefficients:
        variable = problem.variable(name)
        if isinstance(variable, NonnegativeVariable):
            values[name] = a.value() if a is not None else [fmpq(0)] * variable.length
        else:
            values[name] = psd[name].value() if name in psd else fmpq_mat(variable.size, variable.size)
    witness = {
        "B": _psd(psd.get("B"), 2),
        "F": [_psd(psd.get(f"F{k}"), d + 1 - k) for k in range(d + 1)],
        "Q": [_psd(psd.get(f"Q{i}"), d + 1 - i) for i in range(2)],
        "R": {
            kind: [_psd(psd.get(f"R{j}.{kind}"), gram_basis(kind, degree).size) for j, degree in enumerate(degrees)]
            for kind in KINDS
        },
        "a": {
            "exponent": a.exponent if a is not None else 0,
            "values": [_integer_text(v) for v in a.values] if a is not None else ["0"] * problem.linear,
        },
    }
    return _rounded_up(problem.objective_value(values)), {"linear": problem.linear}, witness


def _fixed_size(
    problem: FixedSizeProblem, psd: Mapping[str, ProvedMatrix], vectors: Mapping[str, DyadicVector]
) -> Parts:
    d, big = problem.degree, problem.squares
    slack = vectors.get("e", DyadicVector((1,), 0))  # a problem without the variable has e = 1
    (e,) = slack.values
    if e <= 0:
        raise CertificateError(
            f"the witness proves nothing: expected e > 0, found e = {e}. Raise the degree of the sums of squares ({big})"
        )
    kernels = {name: prove_exactly(value) for name, value in problem.kernels.items()} | dict(psd)
    witness = {
        "F": [_psd(kernels.get(f"F{k}"), d + 1 - k) for k in range(d + 1)],
        "G": {
            kind: [_psd(psd.get(f"G{j}.{kind}"), len(orbit_exponents(big - loss))) for j in range(3)]
            for kind, loss in (("anti", 2), ("sym", 1))
        },
        "R": {
            kind: [
                _psd(psd.get(f"R{j}.{kind}"), gram_basis(kind, degree).size) for j, degree in enumerate((big, big - 2))
            ]
            for kind in KINDS
        },
        "e": {"exponent": slack.exponent, "value": _integer_text(e)},
    }
    return Fraction(problem.size - 1), {"size": problem.size, "squares": big}, witness


def _provenance(exact: ExactSolution) -> dict[str, str]:
    solution = exact.solution
    return {
        "bits": str(solution.bits),
        "gap": f"{solution.gap:.1e}",
        "iterations": str(solution.iterations),
        "numerical_lower_value": _decimal_down(solution.dual_objective),
        "rounding_tolerance": f"2^-{exact.tolerance}",
        "software": f"kissalg {__version__}",
    }


def _decimal_down(value: fmpq) -> str:
    text = decimal_up(-value)
    return text[1:] if text.startswith("-") else f"-{text}"
