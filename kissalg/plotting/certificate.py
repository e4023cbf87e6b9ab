"""A certificate for a picture: its content as typed data, and what the kernel says about it.

Main definitions: `Pictured`, `pictured`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from kissalg.audit import read_document
from kissalg.errors import CertificateError
from kissalg.exact.number_field import FieldMatrix, NumberField
from kissalg.families import family_of
from kissalg.families.family import Family
from kissalg.kernel.report import Claim, Report
from kissalg.verdict import read_certificate, verify
from kissalg.witness.document import CertificateDocument
from kissalg.witness.faces import FaceGram
from kissalg.witness.parsing import Finding

__all__ = ["Pictured", "matrices", "pictured", "to_float"]

_BITS = 128


@dataclass(frozen=True)
class Pictured:
    """A certificate file, its content, and the verdict of the kernel."""

    path: Path
    document: CertificateDocument
    report: Report

    @property
    def family(self) -> Family:
        """The record of its theorem."""
        family = family_of(self.document.theorem)
        assert family is not None  # the document was read by its form
        return family

    @property
    def claim(self) -> Claim:
        """What the file claims."""
        return self.family.claim(self.document)

    @property
    def degree(self) -> int:
        """The degree, as the ledger lists it."""
        return self.family.degree(self.document)

    @property
    def title(self) -> str:
        """The claim, and whether it is proved."""
        return f"{'' if self.report.verified else 'NOT VERIFIED: '}{self.claim}"


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


def matrices(document: CertificateDocument) -> dict[str, tuple[NDArray[np.float64], int | None]]:
    """The PSD matrices in float64, by name, empty ones left out; with the rank where the certificate states it."""
    found = {}
    for name, gram in document.matrices.items():
        if isinstance(gram, FaceGram):
            over = document.number_field()
            exact, rank = _approximated(gram.value(over), over), gram.rank
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
    """The nearest float."""
    return int(value.p) / int(value.q)
