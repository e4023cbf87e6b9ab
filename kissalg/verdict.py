"""Verdicts on certificates: the kernel's, and an independent second opinion.

`verify` hands the bytes of a file to `kissalg.kernel` and returns its report. `second_opinion` reaches a verdict on the
same bytes with python-flint, from the models of `kissalg.families`. The two share the form of claims and reports, the
reading of `expect`, and the comparison of claims, which for irrational bounds is computed by the kernel;
docs/trusted-base.md lists all of it. A claim is worth believing when `verify` says so; when the two disagree, one of
them has a bug: please report it.
"""

from os import PathLike
from pathlib import Path
from typing import Protocol, TypeAlias

from kissalg.audit import audit
from kissalg.errors import CertificateError, ParameterError
from kissalg.kernel import Limits, Report, check, parse_expectation

__all__ = ["Source", "read_certificate", "second_opinion", "verify"]


class HasBytes(Protocol):
    """A certificate in memory."""

    def to_bytes(self) -> bytes:
        """The content of its file."""


Source: TypeAlias = HasBytes | str | PathLike[str] | bytes


def read_certificate(source: Source) -> bytes:
    """The bytes of a certificate given as itself, as a path or as bytes; never more than the kernel would look at.

    Raises:
        CertificateError: the file cannot be read.

    Example:
        >>> read_certificate(b"{}")
        b'{}'
    """
    if isinstance(source, bytes):
        return source
    if not isinstance(source, str | PathLike):
        return source.to_bytes()
    try:
        with Path(source).open("rb") as stream:
            return stream.read(Limits().compressed + 1)
    except OSError as error:
        raise CertificateError(f"The certificate {source} cannot be read: {error.strerror}.") from error


def verify(certificate: Source, *, expect: str | None = None) -> Report:
    """The kernel's verdict on a certificate (an object with `to_bytes`, a path, or bytes).

    Args:
        certificate: what to verify.
        expect: a claim such as ``"A(4, 1/2) <= 24.5"`` that the certificate must imply.

    Raises:
        CertificateError: the file cannot be read.
        ParameterError: `expect` is not a claim.

    Example:
        >>> print(verify(b"{}").verdict.name)
        MALFORMED
    """
    _require_claim(expect)
    return check(read_certificate(certificate), expect=expect)


def second_opinion(certificate: Source, *, expect: str | None = None) -> Report:
    """The verdict of `kissalg.audit` on a certificate.

    Args:
        certificate: what to verify: an object with `to_bytes`, a path, or bytes.
        expect: a claim such as ``"A(4, 1/2) <= 24.5"`` that the certificate must imply.

    Raises:
        CertificateError: the file cannot be read.
        ParameterError: `expect` is not a claim.

    Example:
        >>> print(second_opinion(b"{}").verdict.name)
        MALFORMED
    """
    _require_claim(expect)
    return audit(read_certificate(certificate), expect=expect)


def _require_claim(expect: str | None) -> None:
    if expect is not None:
        try:
            parse_expectation(expect)
        except ValueError as error:
            raise ParameterError(f"expect: {error}") from error
