"""The second opinion on a certificate, written independently of the kernel and with other means (python-flint).

Main definitions: `read_document` (bytes -> `Document`), `audit` (`Document` -> exact check of the claim).
"""

from kissalg.audit.check import audit
from kissalg.audit.document import Document, FixedSizeDocument, Gram
from kissalg.audit.reader import read_document

__all__ = ["Document", "FixedSizeDocument", "Gram", "audit", "read_document"]
