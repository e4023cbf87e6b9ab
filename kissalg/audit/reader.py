"""From the bytes of a certificate to typed data, or a refusal that says where and why.

The way in is lenient and the way back is strict: whatever the text was, encoding the document must reproduce it byte
for byte. So there is one description of the format in this package, the forms of the families. Sizes are bounded before
anything is computed from them.

Main definition: `read_document`.
"""

import json
from typing import Any

from kissalg.families import FAMILIES, family_of
from kissalg.families.family import Family
from kissalg.witness.document import FORMAT, CertificateDocument, read_form
from kissalg.witness.parsing import anything, malformed, member, string, text_of

__all__ = ["read_document"]


def read_document(data: bytes) -> CertificateDocument:
    """The certificate in `data` (canonical JSON, optionally compressed with xz).

    Raises:
        Finding: with the verdict MALFORMED.

    Example:
        >>> read_document(b"{}")
        Traceback (most recent call last):
        kissalg.witness.parsing.Finding: ('expected the field "format"', '')
    """
    text = text_of(data)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:  # a JSON integer of more than 4300 digits is a ValueError, too
        raise malformed(f"not JSON: {str(error)[:100]}") from None
    document = read_form(_family(tree).form, tree)
    canonical = document.encode()
    if text not in (canonical, canonical + "\n"):
        position = next((i for i, (a, b) in enumerate(zip(text, canonical, strict=False)) if a != b), len(canonical))
        raise malformed(f"not the canonical text of its content: they differ at byte {position}")
    return document


def _family(tree: Any) -> Family:
    if member(tree, "", "format", anything) != FORMAT:
        raise malformed(f"expected format {FORMAT}", "format")
    theorem = member(tree, "", "theorem", string)
    family = family_of(theorem)
    if family is None:
        raise malformed(f"expected one of the theorems {', '.join(f.theorem for f in FAMILIES)}", "theorem")
    return family
