"""``kissalg check``: files that others published."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kissalg.certificate import certify
from kissalg.cli.display import Display
from kissalg.cli.exits import ExitCode, plain
from kissalg.errors import ParameterError
from kissalg.exact.rational import decimal_down
from kissalg.families.delsarte.explicit import delsarte_polynomial
from kissalg.published import FORMATS, Allowance, CheckOptions, Finding, Outcome, check_file_within, recognise
from kissalg.published.fixed_size_witness import complete, read_fixed_size_witness
from kissalg.published.foreign import parse_json, read_bytes, read_text
from kissalg.published.linear_programming import check_delsarte, read_polynomial
from kissalg.published.three_point_values import certify_values, read_values
from kissalg.verdict import second_opinion, verify

__all__ = ["CheckRequest", "check", "largest_cosine"]

_EXIT = {Outcome.VERIFIED: ExitCode.OK, Outcome.REJECTED: ExitCode.REJECTED, Outcome.INCOMPLETE: ExitCode.REJECTED}


@dataclass(frozen=True)
class CheckRequest:
    """The command as the user typed it: [FORMAT] FILE and options."""

    words: tuple[str, ...]
    options: CheckOptions
    allowance: Allowance = field(default_factory=Allowance)
    complete: bool = False
    squares: int | None = None
    output: Path | None = None
    quiet: bool = False


def largest_cosine(kissing: bool, cos: str | None) -> str | None:
    """What `--kissing` or `--cos` says. Raises ParameterError if both are given."""
    if kissing and cos is not None:
        raise ParameterError("expected --kissing or --cos, found both.")
    return "1/2" if kissing else cos


def check(request: CheckRequest) -> ExitCode:
    """Print the finding on stdout and its facts on stderr.

    With `complete`, find what is missing and write a certificate.

    Raises:
        KissalgError: see `kissalg.cli.exits`.
    """
    if len(request.words) > 2:
        raise ParameterError(f"expected [FORMAT] FILE, found {len(request.words)} words.")
    *named, name = request.words
    if named and named[0] not in FORMATS:
        raise ParameterError(f"expected a format among {', '.join(FORMATS)}, found {named[0]!r}.")
    path = Path(name)
    if request.complete:
        return _complete(path, request)
    finding = check_file_within(request.allowance, path, named[0] if named else None, request.options)
    _show(finding, quiet=request.quiet)
    return _EXIT[finding.outcome]


def _show(finding: Finding, *, quiet: bool) -> None:
    sys.stdout.write(f"{plain(str(finding))}\n")
    if not quiet:
        sys.stderr.write("".join(f"{plain(fact)}\n" for fact in (f"format: {finding.format}", *finding.facts)))


def _complete(path: Path, request: CheckRequest) -> ExitCode:
    if request.output is None:
        raise ParameterError("--complete writes a certificate: give its name with -o FILE.")
    if request.output.exists():
        raise ParameterError(f"{request.output} exists. Choose another name with -o.")
    display = Display(quiet=request.quiet)
    data = read_bytes(path)
    name = request.words[0] if len(request.words) == 2 else recognise(data)
    if name == "three-point-values":
        with display.stage("round the numerical solution"):
            certificate = certify_values(read_values(parse_json(read_text(data))))
        certificate.save(request.output)
        display.note(f"wrote {request.output} ({request.output.stat().st_size:,} bytes)")
        return _verdicts(request.output)
    if name == "delsarte":
        return _complete_polynomial(parse_json(read_text(data)), request, display)
    if name != "three-point-fixed-n":
        raise ParameterError(
            f"--complete is for delsarte, three-point-fixed-n and three-point-values; this file is {name}."
        )
    witness = read_fixed_size_witness(read_text(data), request.options.dimension)
    with display.stage(f"find sums of squares for {witness}"):
        completion = complete(witness, request.squares, progress=display.iteration)
    completion.certificate.save(request.output)
    level = f"R <= -e/C(N,2) with e >= {decimal_down(completion.e)}; the file claims e = {witness.e}"
    display.note(f"wrote {request.output} ({request.output.stat().st_size:,} bytes): {level}")
    return _verdicts(request.output)


def _complete_polynomial(tree: Any, request: CheckRequest, display: Display) -> ExitCode:
    """A polynomial that proves a linear programming bound: with sums of squares for its sign, it is a certificate."""
    assert request.output is not None
    finding = check_delsarte(tree)
    _show(finding, quiet=request.quiet)
    if finding.outcome is not Outcome.VERIFIED:
        return _EXIT[finding.outcome]
    n, cos, coefficients = read_polynomial(tree)
    with display.stage("take the polynomial apart, and write it as sums of squares"):
        certificate = certify(delsarte_polynomial(n, cos, coefficients, basis="gegenbauer"))
    certificate.save(request.output)
    display.note(f"wrote {request.output} ({request.output.stat().st_size:,} bytes)")
    return _verdicts(request.output)


def _verdicts(output: Path) -> ExitCode:
    """Both verdicts on the file that was written."""
    worst = ExitCode.OK
    data = output.read_bytes()
    for checker, report in (("kernel", verify(data)), ("second opinion", second_opinion(data))):
        sys.stdout.write(f"{plain(str(report))}  ({checker})\n")
        worst = max(worst, ExitCode(report.verdict.value))
    return worst
