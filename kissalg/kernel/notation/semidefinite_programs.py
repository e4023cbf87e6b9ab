"""sdp(sha256:…): the value of a semidefinite program, which is named by the hash of its data."""

import json
from hashlib import sha256

from ..report import Sense
from .numbers import reader

__all__ = ["program_quantity", "read_claim"]


def program_quantity(parameters: object) -> str:
    """The quantity of a claim: the SHA-256 hash of the canonical JSON of the parameters.

    >>> program_quantity({"blocks": [], "costs": [], "entries": []})[:11]
    'sdp(sha256:'
    """
    text = json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sdp(sha256:{sha256(text.encode('ascii')).hexdigest()})"


read_claim = reader(r"sdp\(sha256:[0-9a-f]{64}\)", Sense.LOWER)
"""`sdp(sha256:…) >= bound`."""
