"""A certificate for a picture: its content as typed data, and what the kernel says about it.

Main definitions: `Pictured`, `pictured`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from kissalg.audit import AnyDocument, FaceGram, Gram, read_document
from kissalg.audit.reader import Finding
from kissalg.errors import CertificateError
from kissalg.exact.number_field import FieldMatrix, NumberField
from kissalg.kernel.report import Report
from kissalg.verdict import read_certificate, verify

__all__ = ["Pictured", "matrices", "pictured", "to_float"]

_BITS = 128


@dataclass(frozen=True)
class Pictured:
    """A certificate file, its content, and the verdict of the kernel."""

    path: Path
    document: AnyDocument
    report: Report

    @property
    def title(self) -> str:
        """The claim, and whether it is proved."""
        return f"{'' if self.report.verified else 'NOT VERIFIED: '}{self.document.claim}"


def pictured(path: Path) -> Pictured:
    """Read a certificate and have it checked by the kernel. One that is rejected is drawn as well, and says so.

    Raises:
        CertificateError: the file is no certificate.
    """
    data = read_certificate(path)
    try:
        document = read_document(data)
    except Finding as finding:
        raise CertificateError(f"{path} is not a certificate that can be drawn: {finding.reason}") from finding
    return Pictured(path, document, verify(data))


def matrices(document: AnyDocument) -> dict[str, tuple[NDArray[np.float64], int | None]]:
    """The PSD matrices in double precision, by name, empty ones left out; with the rank where the certificate states it."""
    found = {}
    field = getattr(document, "number_field", None)
    over = field() if callable(field) else None
    blocks: Mapping[str, Gram | FaceGram] = document.matrices
    for name, gram in blocks.items():
        if isinstance(gram, FaceGram):
            exact = gram.matrix() if over is None else _approximated(gram.value(over), over)
            rank: int | None = gram.rank
        else:
            exact, rank = gram.matrix(), None
        if exact.nrows():
            found[name] = (_array(exact), rank)
    return found


def _approximated(matrix: FieldMatrix, over: NumberField) -> fmpq_mat:
    rows, columns = matrix.shape
    if over.degree == 1:
        return matrix.parts[0]
    entries = [matrix[i, j].approximation(_BITS) for i in range(rows) for j in range(columns)]
    return fmpq_mat(rows, columns, entries)


def _array(matrix: fmpq_mat) -> NDArray[np.float64]:
    """Scaled by a power of two if its entries are beyond the range of doubles: a spectrum is looked at relatively."""
    return np.array([[to_float(entry) for entry in row] for row in matrix.tolist()], dtype=np.float64)


def to_float(value: fmpq) -> float:
    """The nearest double."""
    return int(value.p) / int(value.q)
