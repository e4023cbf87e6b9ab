"""The second opinion on a certificate, written independently of the kernel and with other means (python-flint).

Main definitions: `read_document` (bytes -> `CertificateDocument`), `audit` (bytes -> exact check of the claim).
"""

from kissalg.audit.check import NoOpinion, audit
from kissalg.audit.reader import read_document

__all__ = ["NoOpinion", "audit", "read_document"]
