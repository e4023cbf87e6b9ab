"""The second opinion on a certificate, written independently of the kernel and with other means (python-flint).

Main definitions: `read_document` (bytes -> `Document`), `audit` (`Document` -> exact check of the claim).
"""

from kissalg.audit.check import NoOpinion, audit
from kissalg.audit.reader import AnyDocument, read_document
from kissalg.families.average_kissing.audit import AverageKissingDocument, RadiiDocument
from kissalg.families.delsarte.audit import DelsarteDocument
from kissalg.families.nonnegative.audit import NonnegativeDocument
from kissalg.families.three_point.audit import Document
from kissalg.families.three_point_fixed_size.audit import FixedSizeDocument
from kissalg.witness.faces import FaceGram
from kissalg.witness.gram import Gram

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
