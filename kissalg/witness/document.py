"""A certificate as typed data, and the only text that it may have.

`CertificateDocument.encode` writes the canonical text of docs/certificate-format.md. A file is accepted by `read_form`
only if encoding what was read gives back every byte of it: the writer is the grammar.

Main definitions: `CertificateForm` (theorem, parameters, witness), `CertificateDocument`, `parameter`,
`parameters_record`, `read_form`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cached_property
from typing import Any

from kissalg.exact.number_field import NumberField
from kissalg.witness.encoding import Parts
from kissalg.witness.faces import FaceGram, WrittenField
from kissalg.witness.gram import Gram, ratio
from kissalg.witness.parsing import MAX_BOUND_BITS, member, rational, strings
from kissalg.witness.schema import Node, Record, matrices_in

__all__ = ["CertificateDocument", "CertificateForm", "canonical", "parameter", "parameters_record", "read_form"]

FORMAT = 1


def parameter(node: Node, meaning: str) -> Any:
    """A field of a dataclass of parameters: how it stands in a file, and what it means."""
    return field(metadata={"node": node, "meaning": meaning})


def parameters_record(kind: type) -> Record:
    """The object of the parameters of a theorem, from the fields of its dataclass, read in their order."""
    return Record({f.name: f.metadata["node"] for f in fields(kind)})


@dataclass(frozen=True)
class CertificateForm:
    """What certificates of a theorem look like.

    Attributes:
        theorem: its name in the file.
        parameters: a frozen dataclass whose fields are made by `parameter`.
        witness: the description of the witness.
    """

    theorem: str
    parameters: type
    witness: Node

    def write(self, parts: Parts, provenance: Mapping[str, str]) -> CertificateDocument:
        """The certificate with these parts."""
        scope = vars(parts.parameters)
        return CertificateDocument(
            self,
            parts.parameters,
            parts.bound,
            self.witness.fill(parts.values, scope, "witness"),
            {**provenance, **parts.notes},
        )


@dataclass(frozen=True, repr=False)
class CertificateDocument:
    """A certificate: parameters, claimed bound, witness, provenance. Nothing here says that what it claims is true."""

    form: CertificateForm
    parameters: Any
    bound: Fraction
    witness: Mapping[str, Any]
    provenance: Mapping[str, str]

    def __repr__(self) -> str:
        return f"CertificateDocument({self.form.theorem}, {self.parameters}, {len(self.matrices)} matrices)"

    @property
    def theorem(self) -> str:
        """The name of the theorem."""
        return self.form.theorem

    @cached_property
    def matrices(self) -> Mapping[str, Gram | FaceGram]:
        """The positive semidefinite matrices by the names of the model, blocks of size 0 included."""
        return {matrix.name: matrix for matrix in matrices_in(self.witness)}

    @property
    def faces(self) -> Mapping[str, FaceGram]:
        """Those of them that are on a face."""
        return {name: matrix for name, matrix in self.matrices.items() if isinstance(matrix, FaceGram)}

    @property
    def field(self) -> WrittenField:
        """The number field of the certificate; Q if it has none."""
        found = getattr(self.parameters, "field", None) or self.witness.get("field")
        return found if isinstance(found, WrittenField) else WrittenField()

    def number_field(self) -> NumberField:
        """The field of python-flint's signs.

        Raises:
            Finding: its interval does not isolate a root, by the rule of the format.
        """
        where = "parameters" if hasattr(self.parameters, "field") else "witness"
        return self.field.number_field(f"{where}.field")

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The JSON object of the file."""
        return {
            "bound": ratio(self.bound),
            "format": FORMAT,
            "parameters": parameters_record(self.form.parameters).write(vars(self.parameters)),
            "provenance": dict(self.provenance),
            "theorem": self.form.theorem,
            "witness": self.form.witness.write(self.witness),
        }

    def encode(self) -> str:
        """The canonical text."""
        return canonical(self.tree)


def canonical(tree: Mapping[str, Any]) -> str:
    """The only text of a JSON object that the format allows."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def read_form(form: CertificateForm, tree: Any) -> CertificateDocument:
    """The certificate in a JSON value; that its text is canonical is left to the caller.

    Args:
        form: what the certificates of the theorem look like.
        tree: the JSON object of the whole file.

    Raises:
        Finding: with the verdict MALFORMED, if the object is not of this form.
    """
    values = member(
        tree, "", "parameters", lambda value, path: parameters_record(form.parameters).read(value, path, {})
    )
    witness = member(tree, "", "witness", lambda value, path: form.witness.read(value, path, values))
    return CertificateDocument(
        form,
        form.parameters(**values),
        member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        witness,
        member(tree, "", "provenance", strings),
    )
