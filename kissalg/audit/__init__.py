"""The second opinion on a certificate, written independently of the kernel and with other means (python-flint).

Main definitions: `read_document` (bytes -> `Document`), `audit` (`Document` -> exact check of the claim).
"""

from kissalg.audit.average_kissing import AverageKissingDocument, RadiiDocument
from kissalg.audit.check import NoOpinion, audit
from kissalg.audit.delsarte import DelsarteDocument
from kissalg.audit.document import Document, FixedSizeDocument
from kissalg.audit.faces import FaceGram
from kissalg.audit.gram import Gram
from kissalg.audit.nonnegative import NonnegativeDocument
from kissalg.audit.reader import AnyDocument, read_document

__all__ = [
    "AnyDocument",
    "AverageKissingDocument",
    "DelsarteDocument",
    "Document",
    "FaceGram",
    "FixedSizeDocument",
    "Gram",
    "NoOpinion",
    "NonnegativeDocument",
    "RadiiDocument",
    "audit",
    "read_document",
]
