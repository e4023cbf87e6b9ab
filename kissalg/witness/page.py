"""The page of the format: what a certificate of a theorem holds, field by field, from the description of its form.

Main definitions: `form_block`, `with_form_blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields

from kissalg.errors import ParameterError
from kissalg.witness.document import CertificateForm
from kissalg.witness.schema import Node, Record, Where

__all__ = ["form_block", "with_form_blocks"]

_BLOCK = re.compile(r"(<!-- form (?P<theorem>[a-z-]+) -->\n)(?P<block>.*?)(<!-- end of form -->\n)", re.DOTALL)


def form_block(form: CertificateForm) -> str:
    """The fields of parameters and witness as a table in Markdown.

    Example:
        >>> from kissalg.families import family_of
        >>> print(form_block(family_of("average-kissing-area").form))
        | field | form | meaning |
        |---|---|---|
        | parameters.n | `INT` | the dimension of the space |
        | parameters.rho_squared | `RATIONAL strictly between 1 and 9` | ρ², ρ the radius of the sphere |
        | witness | `{}` | |
        <BLANKLINE>
    """
    kind = sorted(fields(form.parameters), key=lambda field: field.name)
    rows = [(f"parameters.{f.name}", f.metadata["node"].text(), f.metadata["meaning"]) for f in kind]
    witness = sorted(_fields(form.witness).items())
    rows += [(f"witness.{name}", node.text(), "") for name, node in witness] or [("witness", "{}", "")]
    lines = [
        " ".join(filter(None, ("|", f"{name} |", f"`{text}` |", f"{meaning}", "|"))) for name, text, meaning in rows
    ]
    return "\n".join(["| field | form | meaning |", "|---|---|---|", *lines]) + "\n"


def _fields(node: Node) -> Mapping[str, Node]:
    """The fields of a witness."""
    inner = node.node if isinstance(node, Where) else node
    if not isinstance(inner, Record):
        raise ParameterError(f"expected a witness that is an object, found {inner.text()}")
    return inner.fields


def with_form_blocks(page: str, forms: Mapping[str, CertificateForm]) -> str:
    """A page in which the block of every theorem is the one of its form.

    Blocks stand between `<!-- form NAME -->` and `<!-- end of form -->`.

    Args:
        page: Markdown.
        forms: by theorem.

    Returns:
        The page with its blocks renewed.

    Raises:
        ParameterError: the page has no block of a theorem, or one of a theorem that there is not.
    """
    found = [match["theorem"] for match in _BLOCK.finditer(page)]
    if sorted(found) != sorted(forms):
        differing = sorted({*found} ^ {*forms}) or found
        raise ParameterError(f"expected one block for each of {', '.join(forms)}; look at {', '.join(differing)}")
    return _BLOCK.sub(lambda match: f"{match[1]}{form_block(forms[match['theorem']])}{match[4]}", page)
