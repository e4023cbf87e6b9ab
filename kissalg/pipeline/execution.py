"""From a request to a verified certificate on disk, in a run folder from which it can be resumed.

Main definitions: `Execution`, `RunOptions`, `RunInterrupted`, `CertificateRefused`.
"""

from __future__ import annotations

import hashlib
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Generic, TypeVar

from kissalg.audit import NoOpinion
from kissalg.certificate import Certificate
from kissalg.errors import CertificateError, InfeasibleError, ParameterError
from kissalg.kernel import Report
from kissalg.pipeline.command import Command, Outcome
from kissalg.pipeline.run import Reporter, Run
from kissalg.runs import Journal, RunFolder, read_description
from kissalg.verdict import second_opinion, verify

__all__ = ["CertificateRefused", "Execution", "RunInterrupted", "RunOptions", "require_writable"]

R = TypeVar("R")


@dataclass(frozen=True)
class RunOptions:
    """What every command can be told about its run.

    Attributes:
        output: the certificate to write.
        run: the folder of a new run; by default that of the output, with .run behind its name.
        resume: the folder of an interrupted run that is to be continued.
        keep_run: keep the folder after success.
        force: overwrite the certificate if it exists.
    """

    output: Path | None = None
    run: Path | None = None
    resume: Path | None = None
    keep_run: bool = False
    force: bool = False


class RunInterrupted(KeyboardInterrupt):
    """The run was interrupted, and its folder holds what it has found."""


class CertificateRefused(CertificateError):
    """A checker did not accept the certificate that was written."""


class Execution(Generic[R]):
    """One run of a command: `perform` it once.

    Args:
        command, request: what is computed.
        options: where.
        reporter: who hears of it.

    Attributes:
        request: with the settings of the run that is resumed.
        run: the context of the computation.
        output: the certificate to write, if any.
        kept: the run folder, if it holds something after the end.
        certificate: what was written.
        verdicts: those on the file that was written, by checker; without the second opinion where it covers no such
            theorem.
    """

    def __init__(self, command: Command[R], request: R, options: RunOptions, reporter: Reporter | None = None) -> None:
        if options.run is not None and options.resume is not None:
            raise ParameterError("expected --run (a new run) or --resume (an old one), found both.")
        if options.resume is not None:
            request = command.with_settings(request, read_description(options.resume).settings)
        self.command = command
        self.request = request
        self.options = options
        self.output = options.output or command.output(request)
        self.run = Run(reporter, wants_certificate=self.output is not None)
        self.kept: Path | None = None
        self.certificate: Certificate | None = None
        self.verdicts: dict[str, Report] = {}

    @property
    def folder(self) -> Path:
        """The run folder."""
        named = self.options.resume or self.options.run
        if named is not None:
            return named
        if self.output is None:
            return Path(f"{self.command.name.replace(' ', '-')}.run")
        return self.output.with_name(self.output.name + ".run")

    def perform(self) -> None:
        """Compute, write the certificate, verify it, and remove the run folder if all went well.

        Raises:
            RunInterrupted: Ctrl-C or SIGTERM; the run can be resumed.
            CertificateRefused: a checker did not accept the certificate.
            KissalgError: whatever the strategy raises.
        """
        resume = self.options.resume is not None
        if self.output is not None and not resume:
            require_writable(self.output, force=self.options.force)
        description = self.command.description(self.request)
        with _terminable(), RunFolder(self.folder, description, resume=resume) as folder:
            try:
                if self.output is not None and resume:
                    require_writable(self.output, force=self.options.force or _is_own(folder, self.output))
                self._perform(folder)
            except BaseException as error:
                if isinstance(error, InfeasibleError) or not folder.names:
                    folder.remove()  # there is nothing that a later run could continue from
                    raise
                self.kept = self.folder
                if isinstance(error, KeyboardInterrupt):
                    raise RunInterrupted(str(self.folder)) from None
                raise
            if self.options.keep_run:
                self.kept = self.folder
            else:
                folder.remove()

    def _perform(self, folder: RunFolder) -> None:
        self.run.journal = Journal(folder)
        outcome = self.command.compute(self.request, self.run)
        if outcome.certificate is None:
            return
        if self.output is None:
            raise ParameterError("expected the name of the certificate to write: give it with -o.")
        digest = hashlib.sha256(_file_content(outcome.certificate, self.output)).digest()
        folder.write("certificate.bin", digest)  # a run that is interrupted from now on may write it again
        outcome.certificate.save(self.output)
        self.certificate = outcome.certificate
        self.run.note(f"wrote {self.output} ({self.output.stat().st_size:,} bytes)")
        self._verify(outcome, outcome.certificate, self.output)

    def _verify(self, outcome: Outcome, certificate: Certificate, output: Path) -> None:
        """Both verdicts on the file, for the claim that was wanted (if there is a notation for its quantity)."""
        expect = _expectation(outcome, certificate)
        with self.run.stage("verify", "verify the file with the kernel"):
            report = verify(output, expect=expect)
        with self.run.stage("second opinion", "verify the file with python-flint"):
            opinion = second_opinion(output, expect=expect)
        self.verdicts["kernel"] = report
        self.run.result(f"{report}  (kernel)")
        if isinstance(opinion, NoOpinion):
            self.run.note(opinion.reason)
        else:
            self.verdicts["second opinion"] = opinion
            self.run.result(f"{opinion}  (second opinion)")
        if not all(verdict.verified for verdict in self.verdicts.values()):
            raise CertificateRefused(
                f"a checker did not accept {output}, which is a bug of kissalg: please report it, with the file."
            )


def require_writable(output: Path, *, force: bool) -> None:
    """Find out before the long computation, not after it, that the certificate cannot be written.

    Raises:
        ParameterError: it cannot, or it exists and is not to be overwritten.
    """
    if output.is_dir():
        raise ParameterError(f"{output} is a folder: expected the name of the certificate to write.")
    if output.exists() and not force:
        raise ParameterError(f"{output} exists. Choose another name with -o, or overwrite it with --force.")
    try:
        with tempfile.TemporaryFile(dir=output.parent):
            pass
    except OSError as error:
        raise ParameterError(f"{output} cannot be written: {output.parent}: {error.strerror}.") from error


def _is_own(folder: RunFolder, output: Path) -> bool:
    """Whether a certificate was written by the same run, before it was interrupted."""
    digest = folder.read("certificate.bin")
    return digest is not None and output.is_file() and hashlib.sha256(output.read_bytes()).digest() == digest


def _file_content(certificate: Certificate, output: Path) -> bytes:
    return certificate.text.encode("ascii") if output.suffix == ".json" else certificate.to_bytes()


def _expectation(outcome: Outcome, certificate: Certificate) -> str | None:
    """The claim that was wanted: the quantity of the outcome, and the bound rounded to the safe side."""
    if outcome.quantity is None:
        return None
    if certificate.family.sense == "upper":
        return f"{outcome.quantity} <= {_above(certificate.bound)}"
    what, where, conditions = outcome.quantity.partition(" where ")
    return f"{what} >= {-_above(-certificate.bound)}{where}{conditions}"


def _above(bound: Fraction) -> Fraction:
    """A rational number with few digits that is not below the bound."""
    scale = 10**12
    return Fraction(-(-bound.numerator * scale // bound.denominator), scale)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM means what Ctrl-C means."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
