"""From the bytes of a certificate to a `Document`, or a refusal that says where and why.

The way in is lenient and the way back is strict: whatever the text was, encoding the document must reproduce it byte
for byte. So there is one description of the format in this package, the encoder. Sizes are bounded before anything is
computed from them.
"""

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

from flint import fmpq

from kissalg.errors import ParameterError
from kissalg.families.average_kissing.audit import AverageKissingDocument, RadiiDocument
from kissalg.families.average_kissing_area.audit import CapBoundDocument, read_cap_bound
from kissalg.families.average_kissing_direct.audit import DirectDocument, read_direct
from kissalg.families.average_kissing_polynomial.audit import PolynomialWeightsDocument, read_polynomial_weights
from kissalg.families.balls.mesh import Mesh
from kissalg.families.delsarte.audit import DelsarteDocument
from kissalg.families.independence_number.audit import IndependenceDocument, read_independence
from kissalg.families.nonnegative.audit import NonnegativeDocument, read_nonnegative
from kissalg.families.semidefinite_program.audit import ProgramDocument, read_program
from kissalg.families.spherical_caps.audit import SphericalCapsDocument, read_spherical_caps
from kissalg.families.three_point.audit import (
    MULTIPLIERS,
    ORBIT_KINDS,
    REPRESENTATIONS,
    Document,
    Gram,
)
from kissalg.families.three_point_fixed_size.audit import FixedSizeDocument
from kissalg.witness.faces import FaceGram
from kissalg.witness.matrices import element, face, gram, gram_or_face, number_field, require_reduced, vector
from kissalg.witness.parsing import (
    MAX_BOUND_BITS,
    MAX_DEGREE,
    MAX_DIMENSION,
    MAX_EXPONENT,
    MAX_PARAMETER_BITS,
    MAX_TEXT,
    Finding,
    NotCovered,
    anything,
    exponent,
    integer,
    items,
    malformed,
    member,
    rational,
    small,
    string,
    strings,
    text_of,
)

__all__ = ["MAX_TEXT", "NOT_COVERED", "AnyDocument", "Finding", "NotCovered", "read_document"]

NOT_COVERED: tuple[str, ...] = ()  # theorems that the kernel proves, and that this package does not read
AnyDocument: TypeAlias = (
    Document
    | FixedSizeDocument
    | AverageKissingDocument
    | RadiiDocument
    | CapBoundDocument
    | DirectDocument
    | PolynomialWeightsDocument
    | DelsarteDocument
    | NonnegativeDocument
    | SphericalCapsDocument
    | IndependenceDocument
    | ProgramDocument
)

T = TypeVar("T")
MAX_SIZE = 10**8  # of a code
MAX_SIZES = 128  # of spheres


def read_document(data: bytes) -> AnyDocument:
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
    document = _document(tree)
    canonical = document.encode()
    if text not in (canonical, canonical + "\n"):
        position = next((i for i, (a, b) in enumerate(zip(text, canonical, strict=False)) if a != b), len(canonical))
        raise malformed(f"not the canonical text of its content: they differ at byte {position}")
    return document


def _document(tree: Any) -> AnyDocument:
    if member(tree, "", "format", anything) != 1:
        raise malformed("expected format 1", "format")
    readers: dict[str, Callable[[Any], AnyDocument]] = {
        "three-point": _three_point,
        "three-point-fixed-size": _fixed_size,
        "average-kissing": _average_kissing,
        "average-kissing-radii": _radii,
        "average-kissing-area": read_cap_bound,
        "average-kissing-direct": read_direct,
        "average-kissing-polynomial": read_polynomial_weights,
        "delsarte": _delsarte,
        "spherical-caps": read_spherical_caps,
        "nonnegative": read_nonnegative,
        "independence-number": read_independence,
        "semidefinite-program": read_program,
    }
    theorem = member(tree, "", "theorem", string)
    if theorem in NOT_COVERED:
        raise NotCovered(f"the theorem {theorem}", "theorem")
    if theorem not in readers:
        raise malformed(f"expected one of the theorems {', '.join(readers)}", "theorem")
    return readers[theorem](tree)


def _code(tree: Any) -> tuple[Any, int, Fraction]:
    """The parameters, and among them n and cos."""
    parameters = member(tree, "", "parameters", anything)
    n = member(parameters, "parameters", "n", small(3, MAX_DIMENSION))
    cos = member(parameters, "parameters", "cos", rational(MAX_PARAMETER_BITS))
    if not -1 < cos < 1:
        raise malformed("expected -1 < cos < 1", "parameters.cos")
    return parameters, n, cos


def _fixed_size(tree: Any) -> FixedSizeDocument:
    parameters, n, cos = _code(tree)
    squares = member(parameters, "parameters", "squares", small(1, MAX_DEGREE))
    degree = member(parameters, "parameters", "degree", small(1, squares))
    witness = member(tree, "", "witness", anything)
    e = member(witness, "witness", "e", anything)
    blocks = member(witness, "witness", "F", items(gram, degree + 1))
    matrices = {f"F{index}": block for index, block in enumerate(blocks)}
    return FixedSizeDocument(
        n=n,
        cos=cos,
        degree=degree,
        squares=squares,
        size=member(parameters, "parameters", "size", small(3, MAX_SIZE)),
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        e_exponent=member(e, "witness.e", "exponent", exponent),
        e_value=member(e, "witness.e", "value", integer),
        matrices=matrices
        | _families(witness, "R", REPRESENTATIONS, 2, gram)
        | _families(witness, "G", ORBIT_KINDS, 3, gram),
        provenance=member(tree, "", "provenance", strings),
    )


def _three_point(tree: Any) -> Document:
    parameters, n, cos = _code(tree)
    degree = member(parameters, "parameters", "degree", small(1, MAX_DEGREE))
    linear = member(parameters, "parameters", "linear", small(0, 2 * degree))
    witness = member(tree, "", "witness", anything)
    a = member(witness, "witness", "a", anything)
    on_a_face = isinstance(a, dict) and "denominator" in a
    values = member(a, "witness.a", "values", items(integer, linear))
    denominator = member(a, "witness.a", "denominator", integer) if on_a_face else None
    if denominator is not None:
        require_reduced(denominator, values, "witness.a")
    return Document(
        n=n,
        cos=cos,
        degree=degree,
        linear=linear,
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        a_exponent=0 if on_a_face else member(a, "witness.a", "exponent", exponent),
        a_values=values,
        matrices=_matrices(witness, degree),
        provenance=member(tree, "", "provenance", strings),
        a_denominator=denominator,
    )


def _delsarte(tree: Any) -> DelsarteDocument:
    parameters = member(tree, "", "parameters", anything)
    degree = member(parameters, "parameters", "degree", small(1, MAX_DEGREE))
    field = member(parameters, "parameters", "field", number_field)
    witness = member(tree, "", "witness", anything)
    blocks = member(witness, "witness", "Q", items(anything, 2))
    matrices = {f"Q{k}": face(degree + 1 - k, field.degree)(block, f"witness.Q[{k}]") for k, block in enumerate(blocks)}
    return DelsarteDocument(
        n=member(parameters, "parameters", "n", small(2, MAX_DIMENSION)),
        cos=member(parameters, "parameters", "cos", element(field.degree, MAX_PARAMETER_BITS)),
        degree=degree,
        field=field,
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        f=member(witness, "witness", "f", vector(2 * degree, field.degree)),
        matrices=matrices,
        provenance=member(tree, "", "provenance", strings),
    )


def _average_kissing(tree: Any) -> AverageKissingDocument:
    parameters = member(tree, "", "parameters", anything)
    degree = member(parameters, "parameters", "degree", small(1, MAX_DEGREE))
    witness = member(tree, "", "witness", anything)
    slopes = member(witness, "witness", "slopes", anything)
    nodes = _sizes(parameters, "nodes")
    try:
        mesh = Mesh(
            tuple(fmpq(a.numerator, a.denominator) for a in nodes), member(parameters, "parameters", "pieces", string)
        )
    except ParameterError as error:
        raise malformed(str(error), "parameters") from None
    values = member(slopes, "witness.slopes", "values", items(integer, len(mesh.cells)))
    if any(value < 0 for value in values):
        raise malformed("expected slopes that are not negative", "witness.slopes.values")
    return AverageKissingDocument(
        n=member(parameters, "parameters", "n", small(3, MAX_DIMENSION)),
        degree=degree,
        mesh=mesh,
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        exponent=member(slopes, "witness.slopes", "exponent", small(0, MAX_EXPONENT)),
        slopes=values,
        matrices=_kernels(witness, "witness", degree, ""),
        provenance=member(tree, "", "provenance", strings),
    )


def _radii(tree: Any) -> RadiiDocument:
    parameters = member(tree, "", "parameters", anything)
    degree = member(parameters, "parameters", "degree", small(1, MAX_DEGREE))
    witness = member(tree, "", "witness", anything)
    radii = _sizes(parameters, "radii")
    if radii[0] <= 0 or any(low >= high for low, high in pairwise(radii)):
        raise malformed("expected positive, strictly increasing radii", "parameters.radii")
    centres = member(witness, "witness", "centres", items(anything, len(radii)))
    matrices: dict[str, Gram] = {}
    for c, centre in enumerate(centres):
        matrices |= _kernels(centre, f"witness.centres[{c}]", degree, f"{c}.")
    return RadiiDocument(
        n=member(parameters, "parameters", "n", small(3, MAX_DIMENSION)),
        degree=degree,
        radii=radii,
        bound=member(tree, "", "bound", rational(MAX_BOUND_BITS)),
        matrices=matrices,
        provenance=member(tree, "", "provenance", strings),
    )


def _sizes(parameters: Any, key: str) -> tuple[Fraction, ...]:
    values = member(parameters, "parameters", key, items(rational(MAX_PARAMETER_BITS)))
    if not 1 <= len(values) <= MAX_SIZES:
        raise malformed(f"expected between 1 and {MAX_SIZES} numbers", f"parameters.{key}")
    return values


def _kernels(node: Any, path: str, degree: int, prefix: str) -> dict[str, Gram]:
    blocks = member(node, path, "F", items(gram, degree + 1))
    if any(block.shift is not None for block in blocks):
        raise malformed("expected matrices without shift and correction", f"{path}.F")
    return {f"{prefix}F{index}": block for index, block in enumerate(blocks)}


def _matrices(witness: Any, degree: int) -> dict[str, Gram | FaceGram]:
    matrices = {"B": member(witness, "witness", "B", gram_or_face)}
    for name, count in (("F", degree + 1), ("Q", 2)):
        blocks = member(witness, "witness", name, items(gram_or_face, count))
        matrices |= {f"{name}{index}": block for index, block in enumerate(blocks)}
    return matrices | _families(witness, "R", REPRESENTATIONS, MULTIPLIERS, gram_or_face)


def _families(
    witness: Any, letter: str, kinds: tuple[str, ...], count: int, read: Callable[[Any, str], T]
) -> dict[str, T]:
    """The matrices R0.trv, R1.trv, … of an object of lists."""
    sums = member(witness, "witness", letter, anything)
    matrices: dict[str, T] = {}
    for kind in kinds:
        blocks = member(sums, f"witness.{letter}", kind, items(read, count))
        matrices |= {f"{letter}{index}.{kind}": block for index, block in enumerate(blocks)}
    return matrices
