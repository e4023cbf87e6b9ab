"""The second opinion on a certificate, written independently of the kernel and with other means (python-flint).

Main definitions: `read_document` (bytes -> `Document`), `audit` (`Document` -> exact check of the claim).
"""

from kissalg.audit.average_kissing import AverageKissingDocument, RadiiDocument
from kissalg.audit.check import NoOpinion, audit
from kissalg.audit.document import Document, FixedSizeDocument, Gram
from kissalg.audit.reader import AnyDocument, read_document

__all__ = [
    "AnyDocument",
    "AverageKissingDocument",
    "Document",
    "FixedSizeDocument",
    "Gram",
    "NoOpinion",
    "RadiiDocument",
    "audit",
    "read_document",
]
