"""From a numerical solution to a certificate: round it, prove it exact, write it down in the format of docs/certificate-format.md.

Main definitions: `certify`, `Certificate`, `load`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

from flint import fmpq

from kissalg import __version__
from kissalg.algebra.gram import KINDS, gram_basis
from kissalg.atomic import write_atomically
from kissalg.bounds.average_kissing import RADII_THEOREM, AverageKissingProblem, LocalProgram, dyadic_gegenbauer
from kissalg.bounds.average_kissing import THEOREM as AVERAGE_KISSING
from kissalg.bounds.three_point import THEOREM, ThreePointProblem
from kissalg.errors import CertificateError, RoundingError
from kissalg.exact.rational import decimal_up, fraction
from kissalg.kernel import Limits, check
from kissalg.rounding import ExactSolution, ProvedMatrix, RoundingSettings, round_interior
from kissalg.rounding.repair import RepairedSolution, repair
from kissalg.solvers import BinaryMatrix, NumericSolution, Status
from kissalg.solvers.float64 import Float64Solution

__all__ = ["Certificate", "certify", "load"]

_BOUND_PLACES = 10
_REPAIR_BITS = 16


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
        theorem, parameters = document["theorem"], document["parameters"]
        if theorem == THEOREM:
            quantity = f"A({parameters['n']}, {_rational_from_text(parameters['cos'])})"
        elif theorem == AVERAGE_KISSING:
            quantity = f"average-kissing({parameters['n']})"
        elif theorem == RADII_THEOREM:
            radii = ",".join(str(_rational_from_text(radius)) for radius in parameters["radii"])
            quantity = f"average-kissing({parameters['n']};{radii})"
        else:
            raise CertificateError(
                f"expected one of the theorems {THEOREM}, {AVERAGE_KISSING}, {RADII_THEOREM}, found {theorem!r}"
            )
        bound = _rational_from_text(document["bound"])
        return f"{quantity} <= {decimal_up(fmpq(bound.numerator, bound.denominator))}"

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


def certify(solution: NumericSolution | Float64Solution, settings: RoundingSettings | None = None) -> Certificate:
    """Make a numerical solution exact and write it as a certificate.

    The solution of a sampled program is repaired instead of rounded, and since no repair can promise that what holds at the samples holds between
    them, the certificate is handed to the kernel before it is returned.

    The bound of the certificate is the exact objective of the exact solution, rounded up to ten decimals. Nothing here is trusted: verify the result.

    Arguments:
        solution: an optimal `NumericSolution`, or the `Float64Solution` of a sampled program.
        settings: see `RoundingSettings`; nothing in them concerns sampled programs.

    Raises:
        RoundingError: if the solution cannot be made exact; the message says which step failed and what to change.

    >>> from kissalg.bounds.three_point import kissing
    >>> from kissalg.solvers import solve
    >>> certificate = certify(solve(kissing(4, degree=4)))
    >>> round(float(certificate.bound), 5)
    26.0
    """
    if isinstance(solution, Float64Solution):
        return _certify_sampled(solution)
    exact = round_interior(solution, settings)
    problem = exact.problem
    if not isinstance(problem, ThreePointProblem):
        raise CertificateError(f"there is no certificate format for the theorem {problem.theorem!r}")
    document: dict[str, Any] = {
        "bound": _rational_text(_rounded_up(exact.objective)),
        "format": 1,
        "parameters": {
            "cos": _rational_text(fraction(problem.cos)),
            "degree": problem.degree,
            "linear": problem.linear,
            "n": problem.n,
        },
        "provenance": _provenance(exact),
        "theorem": problem.theorem,
        "witness": _witness(exact, problem),
    }
    return _written(document)


def _written(document: Mapping[str, Any]) -> Certificate:
    return Certificate(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True))


def _certify_sampled(solution: Float64Solution) -> Certificate:
    problem = solution.problem
    if not isinstance(problem, AverageKissingProblem):
        raise CertificateError(f"there is no certificate format for {problem!r}")
    if solution.status is not Status.OPTIMAL:
        raise RoundingError(
            f"only an optimal solution can be repaired; this run ended as {solution.status.value}: {solution.message}"
        )
    # the errors of the repair are to be far below the margins
    tolerance = int(problem.programs[0].scale / problem.margin).bit_length() + _REPAIR_BITS
    reason = ""
    for slack in (
        problem.margin / 64,
        problem.margin / 8,
        problem.margin,
    ):  # the rounding may cost part of what the balance gained
        values: dict[str, BinaryMatrix] = {}
        grow = _growth(problem, solution.values, slack)
        for program in problem.programs:
            values |= _balanced(program, solution.values, grow, slack)
        exact = repair(replace(solution, values=values), values, tolerance)
        certificate = _written(_average_kissing_document(exact, problem))
        report = check(certificate.text.encode("ascii"))
        if report.verified:
            return certificate
        reason = report.reason
    raise RoundingError(
        f"the repaired solution is not proved: {reason}. Solve with a larger margin (now {problem.margin}) or a higher degree"
    )


def _growth(problem: AverageKissingProblem, values: Mapping[str, BinaryMatrix], slack: fmpq) -> fmpq:
    """The factor that makes all the weights large enough."""
    sums = []
    for total in problem.covers:
        entries = (
            (fmpq(values[v].entries[i][j]) * fmpq(2) ** values[v].exponent * c) for (v, i, j), c in total.items()
        )
        sums.append(sum(entries, fmpq(0)))
    if min(sums) <= 0:
        raise RoundingError("the weights of a contact are not positive: solve with a larger margin")
    return max(fmpq(1), 2 * (1 + slack) / min(sums))


def _balanced(
    program: LocalProgram, values: Mapping[str, BinaryMatrix], grow: fmpq, slack: fmpq
) -> dict[str, BinaryMatrix]:
    """The numbers t, w, F_k and s_ef of the theorem, with the two conditions that scaling can restore.

    If all of them are multiplied by c >= 1, the weights grow; if F_k and s_ef are divided by c and t is multiplied by it, the matrix [[t, wᵀ], [w, F_0]] stays
    positive semidefinite, and the diagonals F_pp(1) shrink relative to the weights.
    """
    border = values[f"{program.prefix}F0"]
    weights = [fmpq(row[0]) * fmpq(2) ** border.exponent for row in border.entries[1:]]
    diagonals = [fmpq(0)] * len(weights)
    for k in range(program.degree + 1):
        name, skip = f"{program.prefix}F{k}", int(k == 0)
        matrix = values[name]
        at_one = dyadic_gegenbauer(program.n, k)(1) * fmpq(2) ** matrix.exponent / program.factor(name)
        diagonals = [total + at_one * matrix.entries[p + skip][p + skip] for p, total in enumerate(diagonals)]
    if min(weights) <= 0:
        raise RoundingError("a weight is not positive: solve with a larger margin")
    shrink = max(fmpq(1), max(total * (1 + slack) / w for total, w in zip(diagonals, weights, strict=True)))
    result = {name: _times(values[name], grow / shrink / program.factor(name)) for name in program.names()}
    rows = [list(row) for row in result[f"{program.prefix}F0"].entries]
    for p, entry in enumerate(_times(BinaryMatrix((border.entries[0],), border.exponent), grow).entries[0]):
        rows[0][p] = rows[p][0] = entry
    rows[0][0] = int((fmpq(border.entries[0][0]) * grow * shrink * program.scale).ceil())
    result[f"{program.prefix}F0"] = BinaryMatrix(tuple(map(tuple, rows)), border.exponent)
    return result


def _times(matrix: BinaryMatrix, factor: fmpq) -> BinaryMatrix:
    entries = tuple(tuple(int((entry * factor).floor()) for entry in row) for row in matrix.entries)
    return BinaryMatrix(entries, matrix.exponent)


def _average_kissing_document(exact: RepairedSolution, problem: AverageKissingProblem) -> dict[str, Any]:
    kernels = [[exact.psd[f"{program.prefix}F{k}"] for k in range(program.degree + 1)] for program in problem.programs]
    blocks = [[_psd(matrix, matrix.size) for matrix in matrices] for matrices in kernels]
    parameters: dict[str, Any] = {"degree": problem.degree, "n": problem.n}
    if problem.radii:
        parameters["radii"] = [_rational_text(fraction(radius)) for radius in problem.radii]
        witness: dict[str, Any] = {"centres": [{"F": block} for block in blocks]}
    else:
        parameters["nodes"] = [_rational_text(fraction(node)) for node in problem.mesh.nodes]
        parameters["pieces"] = problem.mesh.pieces
        slopes = exact.vectors.get("slopes")
        witness = {
            "F": blocks[0],
            "slopes": {
                "exponent": slopes.exponent if slopes is not None else 0,
                "values": [_integer_text(v) for v in slopes.values] if slopes is not None else [],
            },
        }
    return {
        "bound": _rational_text(_rounded_up(max(matrices[0].value()[0, 0] for matrices in kernels))),
        "format": 1,
        "parameters": parameters,
        "provenance": {
            "iterations": str(exact.solution.iterations),
            "margin": str(problem.margin),
            "repair_tolerance": f"2^-{exact.tolerance}",
            "software": f"kissalg {__version__}",
            "solver": exact.solution.message,
        },
        "theorem": problem.theorem,
        "witness": witness,
    }


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
            "values": [_integer_text(v) for v in a.values] if a is not None else [],
        },
    }


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
